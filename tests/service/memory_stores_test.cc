// The in-process stores: windows, eviction, expiry, refresh, threads.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/stores.hpp"
#include "portcullis/token_bucket.hpp"
#include "tests/support/counter_contract.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;

constexpr SystemTime kStart{1'700'000'000'000ms};

TEST_CASE("sliding counters in this process", "[unit]") {
  test::check_sliding_counters([] { return make_memory_counters(); });
}
TEST_CASE("token buckets in this process", "[unit]") {
  test::check_bucket_counters([] { return make_memory_buckets(); });
  test::check_fixed_counters([] { return make_memory_buckets(); });
}
TEST_CASE("token buckets are bounded", "[unit]") {
  auto store = make_memory_buckets(64);
  for (int i = 0; i < 10'000; ++i) {
    const std::string key = std::to_string(i);
    CHECK(store->apply({.key = key, .limit = 1, .period = 60s, .sliding = true}, kStart)->allowed);
  }
  CHECK(store->apply({.key = "0", .limit = 1, .period = 60s, .sliding = true}, kStart)->allowed);
}
TEST_CASE("fixed counters in this process", "[unit]") {
  test::check_fixed_counters([] { return make_memory_counters(); });
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

// The token, or nothing when the caller is to fetch one.
std::string token_of(TokenStore& store, std::string_view client_id, SystemTime now) {
  std::string token;
  store.find("https://resource.example/with-a-long-name", client_id, now, &token,
             [](void* receiver, std::string_view text) { static_cast<std::string*>(receiver)->assign(text); });
  return token;
}

void store_token(TokenStore& store, std::string_view token, std::chrono::seconds expires_at) {
  store.store("https://resource.example/with-a-long-name", "", token, std::chrono::sys_seconds(expires_at));
}

TEST_CASE("tokens are good until shortly before they expire, then one caller fetches", "[unit]") {
  auto store = make_memory_tokens();
  CHECK(token_of(*store, "", kStart).empty());
  store_token(*store, "t", 1'700'003'600s);
  CHECK(token_of(*store, "", kStart) == "t");
  CHECK(token_of(*store, "", kStart + 3299s) == "t");
  CHECK(token_of(*store, "client", kStart).empty());
  CHECK(token_of(*store, "", kStart + 3301s).empty());
  CHECK(token_of(*store, "", kStart + 3302s) == "t");     // the others go on meanwhile
  CHECK(token_of(*store, "", kStart + 3340s).empty());  // nothing came of it: somebody else tries
  CHECK(token_of(*store, "", kStart + 3600s).empty());
}

TEST_CASE("a token of a short life keeps a tenth of it in reserve", "[unit]") {
  auto store = make_memory_tokens();
  CHECK(token_of(*store, "", kStart).empty());
  store_token(*store, "t", 1'700'000'100s);
  CHECK(token_of(*store, "", kStart + 89s) == "t");
  CHECK(token_of(*store, "", kStart + 91s).empty());
}

TEST_CASE("a new token replaces the old one for every thread at once", "[unit]") {
  auto store = make_memory_tokens();
  store_token(*store, "old", 1'700'003'600s);
  CHECK(token_of(*store, "", kStart) == "old");
  std::thread([&] { CHECK(token_of(*store, "", kStart) == "old"); }).join();
  store_token(*store, "new", 1'700'003'600s);
  CHECK(token_of(*store, "", kStart) == "new");
  std::thread([&] { CHECK(token_of(*store, "", kStart) == "new"); }).join();
}

BackendView guarded(const CircuitBreakerView& rule) {
  BackendView backend;
  backend.id = "b";
  backend.url = "https://b.example";
  backend.circuit_breakers = {&rule, 1};
  return backend;
}

TEST_CASE("so many failures within the interval open a circuit, for the trip duration", "[unit]") {
  auto store = make_memory_backends();
  CircuitBreakerView rule;
  rule.failure_count = 2;
  rule.interval = 10s;
  rule.trip_duration = 30s;
  const BackendView backend = guarded(rule);
  CHECK_FALSE(store->record(backend, {.status = 500}, kStart));
  CHECK_FALSE(store->record(backend, {.status = 404}, kStart + 1s));
  CHECK_FALSE(store->record(backend, {.status = 503}, kStart + 11s));  // the first has fallen out
  CHECK(store->record(backend, {.error_reason = "Timeout"}, kStart + 12s));
  CHECK(store->circuit(backend, kStart + 13s).open_for == 29s);
  CHECK_FALSE(store->record(backend, {.status = 500}, kStart + 13s));  // one that was under way
  CHECK(store->circuit(backend, kStart + 42s).open_for == 0s);
  CHECK_FALSE(store->record(backend, {.status = 500}, kStart + 42s));  // and it starts anew
}

TEST_CASE("a circuit may count a share of the calls, and listed reasons only", "[unit]") {
  auto store = make_memory_backends();
  const StatusRangeView ranges[] = {{429, 429}};
  const std::string_view reasons[] = {"Timeout"};
  CircuitBreakerView rule;
  rule.failure_percentage = 50;
  rule.interval = 60s;
  rule.trip_duration = 30s;
  rule.status_ranges = ranges;
  rule.error_reasons = reasons;
  rule.accept_retry_after = true;
  const BackendView backend = guarded(rule);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(store->record(backend, {.status = 500}, kStart));
  CHECK_FALSE(store->record(backend, {.error_reason = "BackendConnectionFailure"}, kStart));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(store->record(backend, {.status = 429}, kStart));
  CHECK(store->record(backend, {.status = 429, .retry_after = 5s}, kStart));  // 4 of 8
  CHECK(store->circuit(backend, kStart).open_for == 5s);
}

TEST_CASE("turns follow the weights, smoothly", "[unit]") {
  auto store = make_memory_backends();
  const PoolMemberView members[] = {{.id = "a", .weight = 3}, {.id = "b", .weight = 1}};
  std::string order;
  for (int i = 0; i < 8; ++i) order += members[store->next("pool", members)].id;
  CHECK(order == "aabaaaba");
  CHECK(store->next("other", {members + 1, 1}) == 0);
}

}  // namespace
}  // namespace portcullis
