// Counters and caches in a real redis-server: the same as in this process, shared by gateways, and harmless when the
// server is away, stalls, talks nonsense or is full.
#include "hosts/redis/redis_stores.h"

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.hpp"
#include "portcullis/token_bucket.hpp"
#include "tests/support/counter_contract.h"
#include "tests/support/redis_server.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using hosts::RedisOptions;
using hosts::RedisStores;
using test::BadServer;
using test::kContractStart;
using test::RedisServer;

RedisOptions options_of(const std::string& url) {
  std::string problem;
  const auto options = hosts::parse_redis_address(url, problem);
  INFO(url << ": " << problem);
  REQUIRE(options.has_value());
  return *options;
}

/// Stores of their own, with keys of their own, that look like a pointer to a CounterStore.
class FreshCounters {
 public:
  explicit FreshCounters(const RedisServer& server, bool token_bucket = false) {
    static std::atomic<int> next{0};
    RedisOptions options = options_of(server.url(token_bucket ? "?rates=token-bucket" : ""));
    options.prefix = "t" + std::to_string(next++) + ":";
    stores_ = std::make_unique<RedisStores>(options);
  }
  CounterStore* operator->() { return &stores_->counters(); }
  RedisStores& stores() { return *stores_; }

 private:
  std::unique_ptr<RedisStores> stores_;
};

TEST_CASE("redis: sliding counters", "[host]") {
  const RedisServer server;
  test::check_sliding_counters([&] { return FreshCounters(server); });
}

TEST_CASE("redis: token buckets", "[host]") {
  const RedisServer server;
  test::check_bucket_counters([&] { return FreshCounters(server, true); });
  test::check_fixed_counters([&] { return FreshCounters(server, true); });
}

TEST_CASE("redis: fixed counters", "[host]") {
  const RedisServer server;
  test::check_fixed_counters([&] { return FreshCounters(server); });
}

TEST_CASE("redis: counters say what the in-process store says, whatever is asked", "[host]") {
  const RedisServer server;
  std::mt19937 random(7);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 30; ++round) {
    const bool token_bucket = round % 3 == 2;
    FreshCounters there(server, token_bucket);
    const auto here = token_bucket ? make_memory_buckets() : make_memory_counters();
    SystemTime now = kContractStart;
    const bool sliding = token_bucket || round % 3 == 0;
    const std::chrono::seconds period(sliding ? 1 + upto(60) : upto(3) * 100);
    const bool has_origin = upto(2) == 0;
    for (int i = 0; i < 150; ++i) {
      now += std::chrono::milliseconds(upto(3) == 0 ? upto(20'000) : upto(400));
      if (upto(50) == 0) now -= 300ms;  // a clock that was set back
      CounterOperation operation{
          .key = "k", .amount = upto(4), .limit = upto(40), .period = period, .sliding = sliding};
      operation.kind = static_cast<CounterOperation::Kind>(upto(3));
      if (!sliding && has_origin) operation.first_period_start = std::chrono::sys_seconds(1'000s);
      const CounterReply expected = *here->apply(operation, now);
      const CounterReply reply = *there->apply(operation, now);
      INFO("round " << round << ", operation " << i);
      REQUIRE(reply.allowed == expected.allowed);
      REQUIRE(reply.value == expected.value);
      REQUIRE(reply.until_reset == expected.until_reset);
    }
    CHECK(there.stores().failures() == 0);
  }
}

TEST_CASE("redis: threads share one connection and lose no call", "[host]") {
  const RedisServer server;
  RedisStores stores(options_of(server.url()));
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const CounterOperation operation{.key = "k", .limit = 1'000, .period = 60s, .sliding = true};
        admitted += stores.counters().apply(operation, kContractStart + std::chrono::milliseconds(i))->allowed ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(admitted == 1'000);
  CHECK(stores.failures() == 0);
  CHECK(server.command("INFO clients").find("connected_clients:2") != std::string::npos);
}

TEST_CASE("redis: scripts that the server forgot are sent again", "[host]") {
  const RedisServer server;
  FreshCounters counters(server);
  CHECK(counters->apply(test::sliding_counter(5, 10s), kContractStart)->value == 1);
  CHECK(server.command("SCRIPT FLUSH") == "+OK\r\n");
  CHECK(counters->apply(test::sliding_counter(5, 10s), kContractStart)->value == 2);
  CHECK(counters.stores().failures() == 0);
}

TEST_CASE("redis: a key with something else in it counts as nothing", "[host]") {
  const RedisServer server;
  RedisOptions options = options_of(server.url("?prefix=x:"));
  RedisStores stores(options);
  CHECK(server.command("SET x:s:k garbage") == "+OK\r\n");
  CHECK(server.command("SET x:f:k garbage") == "+OK\r\n");
  CHECK(server.command("LPUSH x:s:list 1") == ":1\r\n");
  CHECK(stores.counters().apply(test::sliding_counter(5, 10s), kContractStart)->value == 1);
  CHECK(stores.counters().apply({.key = "k", .limit = 5, .period = 10s}, kContractStart)->value == 1);
  CHECK(stores.failures() == 0);
  CounterOperation wrong_kind = test::sliding_counter(5, 10s);
  wrong_kind.key = "list";
  CHECK(stores.counters().apply(wrong_kind, kContractStart)->allowed);  // counted here
  CHECK(stores.failures() == 1);
}

// ---- the cache ----------------------------------------------------------------------------------------------------

std::optional<std::string> look_up(CacheStore& store, std::string_view key) {
  std::string value;
  const auto hit = store.get(key, kContractStart, &value, [](void* receiver, std::string_view content) {
    static_cast<std::string*>(receiver)->assign(content);
  });
  REQUIRE(hit.has_value());
  return *hit ? std::optional(value) : std::nullopt;
}

TEST_CASE("redis: one gateway finds what another stored", "[host]") {
  const RedisServer server;
  RedisStores one(options_of(server.url()));
  RedisStores other(options_of(server.url()));
  const std::string bytes("a\0b\r\n", 5);
  CHECK_FALSE(look_up(one.cache(), "k").has_value());
  one.cache().set("k", bytes, 60s, kContractStart);
  CHECK(look_up(other.cache(), "k") == bytes);
  const std::string large(3'000'000, 'x');
  other.cache().set("large", large, std::chrono::seconds(2'147'483'647), kContractStart);
  CHECK(look_up(one.cache(), "large") == large);
  CHECK(one.cache().remove("k"));
  CHECK(one.cache().remove("k"));
  CHECK_FALSE(look_up(other.cache(), "k").has_value());
  other.cache().set("large", "", 0s, kContractStart);
  CHECK_FALSE(look_up(one.cache(), "large").has_value());
  CHECK(one.failures() + other.failures() == 0);
}

TEST_CASE("redis: entries expire", "[host]") {
  const RedisServer server;
  RedisStores stores(options_of(server.url()));
  stores.cache().set("k", "v", 1s, kContractStart);
  CHECK(look_up(stores.cache(), "k") == "v");
  std::this_thread::sleep_for(1100ms);
  CHECK_FALSE(look_up(stores.cache(), "k").has_value());
}

// ---- servers in trouble -------------------------------------------------------------------------------------------

std::int64_t milliseconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
}

TEST_CASE("redis: nobody there: calls are counted here and nothing waits", "[host]") {
  RedisStores stores(options_of("redis://127.0.0.1:" + std::to_string(test::free_port())));
  CHECK(stores.counters().apply(test::sliding_counter(2, 10s), kContractStart)->value == 1);
  const std::int64_t time = milliseconds_of([&] {
    for (int i = 0; i < 200; ++i) CHECK_FALSE(look_up(stores.cache(), "k").has_value());
  });
  CHECK(time < 1000);
  CHECK(stores.counters().apply(test::sliding_counter(2, 10s), kContractStart)->allowed);
  CHECK_FALSE(stores.counters().apply(test::sliding_counter(2, 10s), kContractStart)->allowed);
  CHECK(stores.cache().set("k", "v", 10s, kContractStart));
  CHECK_FALSE(stores.cache().remove("k"));
  CHECK(stores.failures() > 200);
  CHECK_FALSE(stores.problem().empty());
}

TEST_CASE("redis: a server that never answers costs one timeout, not one for each call", "[host]") {
  const BadServer silent("");
  RedisStores stores(
      options_of("redis://127.0.0.1:" + std::to_string(silent.port()) + "?timeout=100&connectTimeout=300"));
  const std::int64_t time = milliseconds_of([&] {
    for (int i = 0; i < 50; ++i)
      CHECK(stores.counters().apply(test::sliding_counter(100, 10s), kContractStart)->value == i + 1);
  });
  CHECK(time < 2000);
}

TEST_CASE("redis: a server that stops in the middle is noticed, and found again", "[host]") {
  RedisServer server;
  RedisStores stores(options_of(server.url("?timeout=100&connectTimeout=300&maxBackoff=100")));
  CHECK(stores.counters().apply(test::sliding_counter(100, 300s), kContractStart)->value == 1);
  CHECK(server.command("CLIENT PAUSE 600 ALL") == "+OK\r\n");
  const std::int64_t time = milliseconds_of([&] {
    for (int i = 0; i < 20; ++i)
      CHECK(stores.counters().apply(test::sliding_counter(100, 300s), kContractStart)->allowed);
  });
  CHECK(time < 1000);
  CHECK(stores.failures() > 0);
  const auto until = std::chrono::steady_clock::now() + 10s;
  std::uint64_t before = 0;
  do {
    std::this_thread::sleep_for(50ms);
    before = stores.failures();
    static_cast<void>(look_up(stores.cache(), "k"));
  } while (stores.failures() != before && std::chrono::steady_clock::now() < until);
  CHECK(stores.failures() == before);
}

TEST_CASE("redis: nonsense is no answer", "[host]") {
  const std::string answers[] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
                                 "*1000000000\r\n",
                                 "$99999999999\r\n",
                                 "+OK\r\n+OK\r\n+OK\r\n",
                                 std::string("\0\xFF\xFE\r\n", 5),
                                 "-ERR no\r\n",
                                 "*-5\r\n",
                                 "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
                                 ":1\r\n",
                                 "*3\r\n:1\r\n$1\r\nx\r\n:5\r\n"};
  for (const std::string& answer : answers) {
    INFO(answer);
    const BadServer server(answer);
    RedisStores stores(
        options_of("redis://127.0.0.1:" + std::to_string(server.port()) + "?timeout=100&connectTimeout=200"));
    for (int i = 0; i < 3; ++i)
      CHECK(stores.counters().apply(test::sliding_counter(100, 10s), kContractStart)->value == i + 1);
    CHECK_FALSE(look_up(stores.cache(), "k").has_value());
    CHECK(stores.cache().set("k", "v", 10s, kContractStart));
  }
}

// It greets well, and answers everything else wrongly.
TEST_CASE("redis: wrong answers after a good greeting are no answers", "[host]") {
  for (const std::string answer : {"+PONG\r\n", "+PONG\r\n:7\r\n"}) {
    const BadServer server(answer);
    RedisStores stores(
        options_of("redis://127.0.0.1:" + std::to_string(server.port()) + "?timeout=100&connectTimeout=200"));
    for (int i = 0; i < 3; ++i)
      CHECK(stores.counters().apply(test::sliding_counter(2, 10s), kContractStart)->allowed == (i < 2));
    CHECK_FALSE(look_up(stores.cache(), "k").has_value());
    CHECK_FALSE(stores.cache().remove("k"));
  }
}

TEST_CASE("redis: a full server refuses writes, and limits hold in this process", "[host]") {
  const RedisServer server;
  RedisStores stores(options_of(server.url()));
  stores.cache().set("before", "v", 60s, kContractStart);
  CHECK(stores.counters().apply(test::sliding_counter(3, 10s), kContractStart)->value == 1);
  CHECK(server.command("CONFIG SET maxmemory 1") == "+OK\r\n");
  CHECK(stores.cache().set("k", "v", 60s, kContractStart));
  CHECK_FALSE(look_up(stores.cache(), "k").has_value());
  CHECK(look_up(stores.cache(), "before") == "v");
  int admitted = 0;
  for (int i = 0; i < 10; ++i)
    admitted += stores.counters().apply(test::sliding_counter(3, 10s), kContractStart)->allowed ? 1 : 0;
  CHECK(admitted == 2);
}

TEST_CASE("redis: a server that lost everything is told what is known", "[host]") {
  RedisServer server;
  RedisStores stores(options_of(server.url()));
  for (int i = 0; i < 3; ++i)
    static_cast<void>(stores.counters().apply(test::sliding_counter(10, 300s), kContractStart));
  CHECK(server.command("FLUSHALL") == "+OK\r\n");
  CHECK(stores.counters().apply(test::sliding_counter(10, 300s), kContractStart + 1s)->value == 4);
  RedisStores other(options_of(server.url()));
  CHECK(other.counters().apply(test::sliding_counter(10, 300s), kContractStart + 1s)->value == 5);
}

}  // namespace
}  // namespace portcullis
