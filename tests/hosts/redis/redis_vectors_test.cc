// Vectors of semantic caches in a real redis-server: what one gateway stored the next finds, exactly; bounded,
// expiring, and a miss whenever the server is away or has something else in its keys.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "hosts/redis/redis_stores.h"
#include "tests/support/redis_server.h"
#include "tests/support/vectors.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using hosts::RedisStores;
using test::RedisServer;

constexpr SystemTime kNow = test::kVectorsNow;

hosts::RedisOptions options_of(const std::string& url) {
  std::string problem;
  const auto options = hosts::parse_redis_address(url, problem);
  REQUIRE(options.has_value());
  return *options;
}

using test::found;
using test::stored;

TEST_CASE("redis vectors: one gateway finds what another stored", "[host]") {
  const RedisServer server;
  RedisStores one(options_of(server.url()));
  RedisStores other(options_of(server.url()));
  CHECK(found(one.vectors(), {1, 0}, 2) == "(miss)");
  const std::string bytes("a\0b\r\n", 5);
  other.vectors().store(stored({1, 0}, bytes), kNow);
  CHECK(found(one.vectors(), {2, 0}, 0.000001) == bytes);
  one.vectors().store(stored({0, 5}, "north"), kNow);
  CHECK(found(other.vectors(), {1, 2}, 0.2) == "north");
  CHECK(found(other.vectors(), {1, 1}, 0.29) == "(miss)");
  CHECK(found(other.vectors(), {-1, 0}, 1.5) == "north");
  CHECK(found(other.vectors(), {1, 0}, 2, "q") == "(miss)");
  CHECK(found(other.vectors(), {1, 0, 0}, 2) == "(miss)");  // another model's
  CHECK(one.failures() + other.failures() == 0);
}

TEST_CASE("redis vectors: the same vector again replaces the answer, for every gateway", "[host]") {
  const RedisServer server;
  RedisStores one(options_of(server.url()));
  RedisStores other(options_of(server.url()));
  one.vectors().store(stored({1, 1}, "first"), kNow);
  CHECK(found(other.vectors(), {1, 1}, 0.01) == "first");
  other.vectors().store(stored({2, 2}, "second"), kNow);
  CHECK(found(one.vectors(), {1, 1}, 0.01) == "second");
  CHECK(found(other.vectors(), {1, 1}, 0.01) == "second");
  CHECK(server.command("EVAL \"return redis.call('HLEN', redis.call('KEYS', '*:v')[1])\" 0") == ":1\r\n");
}

TEST_CASE("redis vectors: what has no direction is near to nothing", "[host]") {
  const RedisServer server;
  RedisStores stores(options_of(server.url()));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  for (const std::vector<float>& vector : {std::vector<float>{}, {0, 0}, {1, nan}, {infinite, 1}}) {
    stores.vectors().store(stored(vector, "x"), kNow);
    CHECK(found(stores.vectors(), vector, 2) == "(miss)");
  }
  CHECK(server.command("DBSIZE") == ":0\r\n");
}

TEST_CASE("redis vectors: entries expire", "[host]") {
  const RedisServer server;
  RedisStores one(options_of(server.url()));
  RedisStores other(options_of(server.url()));
  one.vectors().store(stored({1, 0}, "short", "p", 10s), kNow);
  one.vectors().store(stored({0, 1}, "long", "p", 100s), kNow);
  CHECK(found(other.vectors(), {1, 0}, 0.1, "p", kNow + 9s) == "short");
  CHECK(found(other.vectors(), {1, 0}, 0.1, "p", kNow + 11s) == "(miss)");
  CHECK(found(other.vectors(), {0, 1}, 0.1, "p", kNow + 11s) == "long");
  // A later store drops what is over on the server too.
  one.vectors().store(stored({1, 1}, "new", "p", 100s), kNow + 20s);
  CHECK(server.command("EVAL \"return redis.call('HLEN', redis.call('KEYS', '*:v')[1])\" 0") == ":2\r\n");
  one.vectors().store(stored({1, 0}, "x", "r", 0s), kNow);
  one.vectors().store(stored({1, 0}, "over at once", "q", 1s), kNow);
  CHECK(found(other.vectors(), {1, 0}, 0.1, "q") == "over at once");
  std::this_thread::sleep_for(1100ms);
  CHECK(server.command("EVAL \"return #redis.call('KEYS', '*')\" 0") == ":4\r\n");
}

TEST_CASE("redis vectors: a partition is bounded, the oldest give way", "[host]") {
  const RedisServer server;
  RedisStores one(options_of(server.url()));
  RedisStores other(options_of(server.url()));
  for (int i = 0; i < 1'100; ++i) {
    const double angle = i * 0.002;
    const std::vector<float> vector{static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
    one.vectors().store(stored(vector, std::to_string(i)), kNow);
    if (i == 10) CHECK(found(other.vectors(), {1, 0}, 1e-7) == "0");
  }
  CHECK(server.command("EVAL \"return redis.call('HLEN', redis.call('KEYS', '*:v')[1])\" 0") == ":1000\r\n");
  // The other gateway still knows of it, asks for its answer, and learns that it is gone.
  CHECK(found(other.vectors(), {1, 0}, 1e-7) == "(miss)");
  CHECK(found(other.vectors(), {1, 0}, 2) == "100");
  CHECK(one.failures() + other.failures() == 0);
}

TEST_CASE("redis vectors: the nearest of many, as a plain search says", "[host]") {
  const RedisServer server;
  RedisStores one(options_of(server.url()));
  RedisStores other(options_of(server.url()));
  constexpr std::size_t kSize = 1'536;
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  const auto next = [&] {
    std::vector<float> vector(kSize);
    for (float& number : vector) number = normal(random);
    return vector;
  };
  std::vector<std::vector<float>> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(next());
    one.vectors().store(stored(all.back(), std::to_string(i)), kNow);
  }
  const auto cosine = [](const std::vector<float>& a, const std::vector<float>& b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
      aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
      bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    return ab / std::sqrt(aa * bb);
  };
  for (int i = 0; i < 20; ++i) {
    const std::vector<float> wanted = next();
    std::size_t best = 0;
    for (std::size_t k = 1; k < all.size(); ++k) {
      if (cosine(wanted, all[k]) > cosine(wanted, all[best])) best = k;
    }
    CHECK(found(other.vectors(), wanted, 2) == std::to_string(best));
  }
  CHECK(one.failures() + other.failures() == 0);
}

TEST_CASE("redis vectors: a server that is away is a miss, and found again", "[host]") {
  RedisServer server;
  RedisStores stores(options_of(server.url("?timeout=100&connectTimeout=300&maxBackoff=100")));
  for (const std::vector<float>& vector : {std::vector<float>{1, 1}, {0, 1}, {1, 0}})
    stores.vectors().store(stored(vector, "before"), kNow);
  CHECK(found(stores.vectors(), {1, 0}, 0.1) == "before");
  server.kill();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    CHECK(found(stores.vectors(), {1, 0}, 0.1) == "(miss)");
    stores.vectors().store(stored({0, 1}, "lost"), kNow);
  }
  CHECK(std::chrono::steady_clock::now() - start < 2s);
  CHECK(stores.failures() >= 40);
  server.start();
  // It begins to count anew, below what the mirror knows.
  const auto until = std::chrono::steady_clock::now() + 10s;
  std::uint64_t before = 0;
  do {
    std::this_thread::sleep_for(50ms);
    before = stores.failures();
    stores.vectors().store(stored({1, 0}, "after"), kNow);
  } while (stores.failures() != before && std::chrono::steady_clock::now() < until);
  CHECK(found(stores.vectors(), {1, 0}, 0.1) == "after");
  CHECK(found(stores.vectors(), {0, 1}, 0.1) == "(miss)");  // nothing of before: the server lost it
}

TEST_CASE("redis vectors: something else in the keys is a miss", "[host]") {
  const RedisServer server;
  RedisStores one(options_of(server.url()));
  one.vectors().store(stored({1, 0}, "good"), kNow);
  const auto in_head = [&](const std::string& what) {
    return server.command("EVAL \"local h=redis.call('KEYS','*:h')[1] local s=redis.call('KEYS','*:s')[1] " + what +
                          "\" 0");
  };
  // A payload of another size, and one whose numbers are none.
  CHECK(in_head("redis.call('HSET',h,'bad','garbage') redis.call('ZADD',s,50,'bad') return 1") == ":1\r\n");
  CHECK(in_head("redis.call('HSET',h,'nan','0000019000000000'..string.rep(string.char(255),8)) "
                "redis.call('ZADD',s,51,'nan') return 1") == ":1\r\n");
  RedisStores other(options_of(server.url()));
  CHECK(found(other.vectors(), {0, 1}, 2) == "good");
  CHECK(other.failures() == 0);
  CHECK(in_head("redis.call('DEL',h) redis.call('SET',h,'x') return 1") == ":1\r\n");
  CHECK(found(other.vectors(), {1, 0}, 2) == "(miss)");
  CHECK(other.failures() == 1);
}

TEST_CASE("redis vectors: threads store and find", "[host]") {
  const RedisServer server;
  RedisStores stores(options_of(server.url()));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&stores, t] {
      for (int i = 0; i < 50; ++i) {
        const std::vector<float> vector{1, static_cast<float>(i + 50 * t)};
        stores.vectors().store(stored(vector, std::to_string(i + 50 * t)), kNow);
        std::string value;
        stores.vectors().find({.partition = "p", .vector = vector, .max_distance = 2}, kNow, &value,
                              [](void* into, std::string_view text) { static_cast<std::string*>(into)->assign(text); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found(stores.vectors(), {1, 0}, 1e-7) == "0");
  CHECK(stores.failures() == 0);
}

}  // namespace
}  // namespace portcullis
