// The in-process stores: windows, eviction, expiry, refresh, threads.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/stores.hpp"

namespace portcullis {
namespace {

using namespace std::chrono_literals;

constexpr SystemTime kStart{1'700'000'000'000ms};

CounterOperation sliding(std::int64_t limit, std::chrono::seconds period) {
  return {.key = "k", .limit = limit, .period = period, .sliding = true};
}

TEST_CASE("a sliding window lets pass again when the oldest call falls out", "[unit]") {
  auto store = make_memory_counters();
  CHECK(store->apply(sliding(2, 10s), kStart)->allowed);
  CHECK(store->apply(sliding(2, 10s), kStart + 1s)->value == 2);
  const CounterReply refused = *store->apply(sliding(2, 10s), kStart + 2s);
  CHECK_FALSE(refused.allowed);
  CHECK(refused.value == 2);
  CHECK(refused.until_reset == 8s);
  CHECK(store->apply(sliding(2, 10s), kStart + 10100ms)->allowed);
  CHECK_FALSE(store->apply(sliding(2, 10s), kStart + 10200ms)->allowed);
}

TEST_CASE("windows and limits of several elements share one log", "[unit]") {
  auto store = make_memory_counters();
  for (int i = 0; i < 3; ++i) store->apply(sliding(10, 5s), kStart + i * 4s);
  CounterOperation read = sliding(3, 60s);
  read.kind = CounterOperation::Kind::kRead;
  // The short window alone was asked for so far: what it dropped is gone.
  CHECK(store->apply(read, kStart + 8s)->value == 2);
  store->apply(sliding(10, 60s), kStart + 8s);
  store->apply(sliding(10, 5s), kStart + 30s);
  CHECK(store->apply(read, kStart + 30s)->value == 4);
}

TEST_CASE("weights count, amounts of nothing do not", "[unit]") {
  auto store = make_memory_counters();
  CounterOperation add = sliding(10, 10s);
  add.amount = 8;
  CHECK(store->apply(add, kStart)->value == 8);
  CHECK(store->apply(add, kStart)->value == 16);
  CHECK_FALSE(store->apply(add, kStart)->allowed);
  add.amount = 0;
  CHECK(store->apply(add, kStart)->value == 16);
}

TEST_CASE("many calls in one window stay within the error that is said", "[unit]") {
  auto store = make_memory_counters();
  for (int i = 0; i < 10'000; ++i) CHECK(store->apply(sliding(100'000, 10s), kStart + i * 1ms)->value == i + 1);
  CounterOperation read = sliding(100'000, 10s);
  read.kind = CounterOperation::Kind::kRead;
  const std::int64_t left = store->apply(read, kStart + 15s)->value;
  CHECK(left >= 4'999);
  CHECK(left <= 5'200);
}

TEST_CASE("fixed windows are counted from their origin, also before it", "[unit]") {
  auto store = make_memory_counters();
  CounterOperation add{.key = "k", .limit = 1, .period = 3600s};
  add.first_period_start = std::chrono::sys_seconds(1'700'003'000s);
  const CounterReply first = *store->apply(add, kStart);
  CHECK(first.until_reset == 3000s);
  CHECK_FALSE(store->apply(add, kStart + 2999s)->allowed);
  CHECK(store->apply(add, kStart + 3000s)->allowed);
}

TEST_CASE("fixed windows without an origin begin with the first use", "[unit]") {
  auto store = make_memory_counters();
  const CounterOperation add{.key = "k", .limit = 1, .period = 60s};
  CHECK(store->apply(add, kStart)->until_reset == 60s);
  CHECK_FALSE(store->apply(add, kStart + 59s)->allowed);
  CHECK(store->apply(add, kStart + 60s)->allowed);
}

TEST_CASE("a counter without a period never ends", "[unit]") {
  auto store = make_memory_counters();
  const CounterOperation add{.key = "k", .limit = 1};
  CHECK(store->apply(add, kStart)->allowed);
  CHECK(store->apply(add, kStart + std::chrono::hours(24 * 3650))->until_reset == 0s);
  CHECK_FALSE(store->apply(add, kStart + std::chrono::hours(24 * 3650))->allowed);
}

TEST_CASE("counters are bounded", "[unit]") {
  auto store = make_memory_counters(64);
  for (int i = 0; i < 10'000; ++i) {
    const std::string key = std::to_string(i);
    CHECK(store->apply({.key = key, .limit = 1}, kStart)->allowed);
  }
  CHECK(store->apply({.key = "0", .limit = 1}, kStart)->allowed);
}

std::optional<std::string> look_up(CacheStore& store, std::string_view key, SystemTime now) {
  std::string value;
  const auto hit = store.get(key, now, &value, [](void* receiver, std::string_view content) {
    static_cast<std::string*>(receiver)->assign(content);
  });
  return *hit ? std::optional(value) : std::nullopt;
}

TEST_CASE("cache entries expire, are replaced and removed", "[unit]") {
  auto store = make_memory_cache();
  store->set("k", "one", 10s, kStart);
  CHECK(look_up(*store, "k", kStart + 9s) == "one");
  store->set("k", "two", std::chrono::seconds(2147483647), kStart + 9s);
  CHECK(look_up(*store, "k", kStart + std::chrono::hours(24 * 365 * 60)) == "two");
  store->set("k", "three", 0s, kStart);
  CHECK_FALSE(look_up(*store, "k", kStart).has_value());
  store->set("k", "four", 10s, kStart);
  CHECK_FALSE(look_up(*store, "k", kStart + 10s).has_value());
  store->set("k", "five", 10s, kStart);
  store->remove("k");
  store->remove("k");
  CHECK_FALSE(look_up(*store, "k", kStart).has_value());
}

TEST_CASE("the cache is bounded by bytes", "[unit]") {
  auto store = make_memory_cache(std::size_t{1} << 20);
  const std::string value(10'000, 'x');
  int kept = 0;
  for (int i = 0; i < 1'000; ++i) store->set(std::to_string(i), value, 60s, kStart);
  for (int i = 0; i < 1'000; ++i) kept += look_up(*store, std::to_string(i), kStart).has_value() ? 1 : 0;
  CHECK(kept > 30);
  CHECK(kept <= 105);
  store->set("large", std::string(std::size_t{1} << 20, 'x'), 60s, kStart);
  CHECK_FALSE(look_up(*store, "large", kStart).has_value());
}

TEST_CASE("slots: each element compares with its own limit", "[unit]") {
  auto store = make_memory_slots();
  CHECK(*store->acquire("k", 2));
  CHECK_FALSE(*store->acquire("k", 1));
  CHECK(*store->acquire("k", 2));
  CHECK_FALSE(*store->acquire("k", 2));
  store->release("k");
  CHECK(*store->acquire("k", 2));
  store->release("unknown");
}

TEST_CASE("slots are never over the limit when threads take them", "[unit]") {
  auto store = make_memory_slots();
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        if (!*store->acquire("k", 3)) continue;
        const int now = ++inside;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        --inside;
        store->release("k");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(most <= 3);
}

TEST_CASE("tokens are good until shortly before they expire, then one caller fetches", "[unit]") {
  auto store = make_memory_tokens();
  CHECK_FALSE(store->find("r", "", kStart).has_value());
  store->store("r", "", "t", std::chrono::sys_seconds(1'700'003'600s));
  CHECK(*store->find("r", "", kStart + 3299s)->text == "t");
  CHECK_FALSE(store->find("r", "client", kStart).has_value());
  CHECK_FALSE(store->find("r", "", kStart + 3301s).has_value());
  CHECK(store->find("r", "", kStart + 3302s).has_value());        // the others go on meanwhile
  CHECK_FALSE(store->find("r", "", kStart + 3340s).has_value());  // nothing came of it: somebody else tries
  CHECK_FALSE(store->find("r", "", kStart + 3600s).has_value());
}

TEST_CASE("a token of a short life keeps a tenth of it in reserve", "[unit]") {
  auto store = make_memory_tokens();
  CHECK_FALSE(store->find("r", "", kStart).has_value());
  store->store("r", "", "t", std::chrono::sys_seconds(1'700'000'100s));
  CHECK(store->find("r", "", kStart + 89s).has_value());
  CHECK_FALSE(store->find("r", "", kStart + 91s).has_value());
}

}  // namespace
}  // namespace portcullis
