// The store of fetched documents: one fetch at a time, old documents serve, retries are spaced.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/stores.hpp"

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using Next = DocumentStore::Next;

constexpr SystemTime kStart{1'700'000'000'000ms};

struct Text final : DocumentStore::Document {
  explicit Text(std::string text) : content(std::move(text)) {}
  std::string content;
};
std::shared_ptr<const DocumentStore::Document> document(std::string text) {
  return std::make_shared<const Text>(std::move(text));
}
std::string content(const DocumentStore::Found& found) {
  return found.document == nullptr ? "" : static_cast<const Text&>(*found.document).content;
}

TEST_CASE("the first caller fetches, the others wait for it", "[unit]") {
  const auto store = make_memory_documents();
  CHECK(store->find("k", false, kStart).next == Next::kFetch);
  CHECK(store->find("k", false, kStart + 1s).next == Next::kWait);
  CHECK(store->find("other", false, kStart + 1s).next == Next::kFetch);
  store->store("k", document("one"), 3, kStart + 1h, kStart + 2s);
  const auto found = store->find("k", false, kStart + 3s);
  CHECK(found.next == Next::kUse);
  CHECK(content(found) == "one");
}

TEST_CASE("a fetch that nobody ended is tried again", "[unit]") {
  const auto store = make_memory_documents();
  CHECK(store->find("k", false, kStart).next == Next::kFetch);
  CHECK(store->find("k", false, kStart + 29s).next == Next::kWait);
  CHECK(store->find("k", false, kStart + 30s).next == Next::kFetch);
}

TEST_CASE("an old document serves while one caller renews it, and when that fails", "[unit]") {
  const auto store = make_memory_documents();
  store->store("k", document("one"), 3, kStart + 1h, kStart);
  const SystemTime later = kStart + 1h;
  CHECK(store->find("k", false, later).next == Next::kFetch);
  const auto meanwhile = store->find("k", false, later + 1s);
  CHECK(meanwhile.next == Next::kUse);
  CHECK(content(meanwhile) == "one");
  store->failed("k", later + 2s);
  const auto after = store->find("k", false, later + 3s);
  CHECK(after.next == Next::kUse);
  CHECK(content(after) == "one");
  CHECK(store->find("k", false, later + 2s + 5min).next == Next::kFetch);
}

TEST_CASE("without any document a failed fetch is not repeated for five minutes", "[unit]") {
  const auto store = make_memory_documents();
  CHECK(store->find("k", false, kStart).next == Next::kFetch);
  store->failed("k", kStart);
  const auto found = store->find("k", false, kStart + 299s);
  CHECK(found.next == Next::kUse);
  CHECK(found.document == nullptr);
  CHECK(store->find("k", false, kStart + 5min).next == Next::kFetch);
}

TEST_CASE("a document that did not serve is fetched anew once in five minutes", "[unit]") {
  const auto store = make_memory_documents();
  CHECK(store->find("k", false, kStart).next == Next::kFetch);
  store->store("k", document("one"), 3, kStart + 1h, kStart);
  CHECK(store->find("k", true, kStart + 1s).next == Next::kFetch);
  CHECK(store->find("k", true, kStart + 1s).next == Next::kWait);
  CHECK(store->find("k", false, kStart + 1s).next == Next::kUse);
  store->store("k", document("two"), 3, kStart + 1h, kStart + 2s);
  const auto found = store->find("k", true, kStart + 3s);
  CHECK(found.next == Next::kUse);
  CHECK(content(found) == "two");
  CHECK(store->find("k", true, kStart + 2s + 5min).next == Next::kFetch);
}

TEST_CASE("documents are bounded by bytes", "[unit]") {
  const auto store = make_memory_documents(32 * 1000);  // about a thousand for each shard
  for (int i = 0; i < 1000; ++i) store->store("k" + std::to_string(i), document("x"), 600, kStart + 1h, kStart);
  int left = 0;
  for (int i = 0; i < 1000; ++i)
    left += store->find("k" + std::to_string(i), false, kStart).document != nullptr ? 1 : 0;
  CHECK(left <= 32);
}

TEST_CASE("a clock that goes back does not hold fetches up", "[unit]") {
  const auto store = make_memory_documents();
  CHECK(store->find("k", false, kStart).next == Next::kFetch);
  store->failed("k", kStart);
  CHECK(store->find("k", false, kStart - 24h).next == Next::kFetch);
}

TEST_CASE("of many threads one fetches", "[unit]") {
  const auto store = make_memory_documents();
  std::atomic<int> fetches{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      while (true) {
        const auto found = store->find("k", false, kStart);
        if (found.next == Next::kUse) return;
        if (found.next != Next::kFetch) continue;
        ++fetches;
        store->store("k", document("one"), 3, kStart + 1h, kStart);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(fetches == 1);
}

}  // namespace
}  // namespace portcullis
