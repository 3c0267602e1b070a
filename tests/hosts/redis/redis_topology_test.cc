// Where servers are: addresses as people write them, TLS, passwords, sentinels that name a new master, clusters that
// redirect.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "hosts/redis/client.h"
#include "hosts/redis/redis_stores.h"
#include "tests/support/counter_contract.h"
#include "tests/support/redis_server.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using hosts::RedisOptions;
using hosts::RedisStores;
using test::kContractStart;
using test::RedisServer;
using Topology = RedisOptions::Topology;

RedisOptions options_of(const std::string& url) {
  std::string problem;
  const auto options = hosts::parse_redis_address(url, problem);
  INFO(url << ": " << problem);
  REQUIRE(options.has_value());
  return *options;
}

TEST_CASE("redis addresses", "[unit]") {
  const RedisOptions plain = options_of("redis://cache");
  CHECK(plain.addresses == std::vector<hosts::RedisAddress>{{"cache", 6379}});
  CHECK_FALSE(plain.tls);
  const RedisOptions full = options_of(
      "rediss://us%40er:p%3Aw@[::1]:7000/3?timeout=40&connectTimeout=90&prefix=x%3A&verify=false&ca=/"
      "c.pem&serverName=n");
  CHECK(full.tls);
  CHECK(full.username == "us@er");
  CHECK(full.password == "p:w");
  CHECK(full.addresses == std::vector<hosts::RedisAddress>{{"::1", 7000}});
  CHECK(full.database == 3);
  CHECK(full.timeout == 40ms);
  CHECK(full.connect_timeout == 90ms);
  CHECK(full.prefix == "x:");
  CHECK_FALSE(full.verify);
  CHECK(full.server_name == "n");
  const RedisOptions sentinels = options_of("redis+sentinel://:pw@a,b:1/mymaster/2?sentinelPassword=s");
  CHECK(sentinels.topology == Topology::kSentinel);
  CHECK(sentinels.addresses == std::vector<hosts::RedisAddress>{{"a", 26379}, {"b", 1}});
  CHECK(sentinels.master_name == "mymaster");
  CHECK(sentinels.database == 2);
  CHECK(sentinels.sentinel_password == "s");
  CHECK(options_of("rediss+cluster://a,b").topology == Topology::kCluster);
  const RedisOptions azure =
      options_of("shop.redis.example:6380,password=abc=,ssl=True,abortConnect=False,syncTimeout=500");
  CHECK(azure.addresses == std::vector<hosts::RedisAddress>{{"shop.redis.example", 6380}});
  CHECK(azure.password == "abc=");
  CHECK(azure.tls);
  CHECK(azure.timeout == 500ms);
}

TEST_CASE("redis addresses that are none", "[unit]") {
  for (const char* text : {"http://a", "redis://", "redis://a:x", "redis://a:70000", "redis://a/b",
                           "redis+sentinel://a", "redis+cluster://a/1", "redis+ring://a", "redis://a?timeout=0",
                           "redis://a?no=1", "redis://[::1", "", "password=x"}) {
    std::string problem;
    INFO(text);
    CHECK_FALSE(hosts::parse_redis_address(text, problem).has_value());
    CHECK_FALSE(problem.empty());
  }
}

TEST_CASE("cluster slots of keys", "[unit]") {
  CHECK(hosts::redis_slot("123456789") == 12739);  // 0x31C3
  CHECK(hosts::redis_slot("a{user}b") == hosts::redis_slot("user"));
  CHECK(hosts::redis_slot("a{}b") != hosts::redis_slot("{}"));
  CHECK(hosts::redis_slot("") == 0);
}

TEST_CASE("redis: passwords and databases", "[host]") {
  const RedisServer server({"--requirepass", "s e"});
  RedisStores good(options_of("redis://:s%20e@127.0.0.1:" + std::to_string(server.port()) + "/2"));
  CHECK(good.counters().apply(test::sliding_counter(5, 10s), kContractStart)->value == 1);
  CHECK(good.failures() == 0);
  RedisStores bad(options_of(server.url()));
  CHECK(bad.counters().apply(test::sliding_counter(5, 10s), kContractStart)->value == 1);
  CHECK(bad.failures() == 1);
}

int run(const std::string& line) { return std::system((line + " >/dev/null 2>&1").c_str()); }

TEST_CASE("redis: TLS, and only with a certificate that is right", "[host]") {
  char folder[] = "/tmp/portcullis-tls-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string at = folder;
  REQUIRE(run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
              "/CN=cache.example -addext "
              "subjectAltName=DNS:cache.example,IP:127.0.0.1 -keyout " +
              at + "/key.pem -out " + at + "/cert.pem") == 0);
  const std::uint16_t port = test::free_port();
  const RedisServer server({"--tls-port", std::to_string(port), "--tls-cert-file", at + "/cert.pem", "--tls-key-file",
                            at + "/key.pem", "--tls-ca-cert-file", at + "/cert.pem", "--tls-auth-clients", "no"});
  const std::string url = "rediss://127.0.0.1:" + std::to_string(port);
  const auto fails = [&](const std::string& rest) {
    RedisStores stores(options_of(url + rest));
    for (int i = 0; i < 3; ++i)
      static_cast<void>(stores.counters().apply(test::sliding_counter(50, 10s), kContractStart));
    const std::string large(300'000, 'x');
    stores.cache().set("large", large, 60s, kContractStart);
    std::string found;
    static_cast<void>(stores.cache().get("large", kContractStart, &found, [](void* into, std::string_view value) {
      *static_cast<std::string*>(into) = value;
    }));
    CHECK(found == (stores.failures() == 0 ? large : std::string()));
    return stores.failures();
  };
  CHECK(fails("?ca=" + at + "/cert.pem") == 0);
  CHECK(fails("?serverName=cache.example&ca=" + at + "/cert.pem") == 0);
  CHECK(fails("?verify=false") == 0);
  CHECK(fails("") == 5);                                                  // nobody vouches for it
  CHECK(fails("?serverName=other.example&ca=" + at + "/cert.pem") == 5);  // somebody else's
  CHECK(fails("?ca=" + at + "/none.pem") == 5);
  static_cast<void>(run("rm -r " + at));
}

/// Tries until the server answers again, at most so long.
bool recovers(RedisStores& stores, std::chrono::seconds within) {
  const auto until = std::chrono::steady_clock::now() + within;
  while (std::chrono::steady_clock::now() < until) {
    const std::uint64_t before = stores.failures();
    if (stores.cache().set("probe", "v", 60s, kContractStart) && stores.failures() == before) return true;
    std::this_thread::sleep_for(50ms);
  }
  return false;
}

TEST_CASE("redis: sentinels name the master, also the next one", "[host]") {
  RedisServer master;
  const RedisServer replica(
      {"--replicaof", "127.0.0.1 " + std::to_string(master.port()), "--repl-ping-replica-period", "1"});
  char folder[] = "/tmp/portcullis-sentinel-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string config = std::string(folder) + "/sentinel.conf";
  std::ofstream(config) << "sentinel monitor shop 127.0.0.1 " << master.port() << " 1\n"
                        << "sentinel down-after-milliseconds shop 300\nsentinel failover-timeout shop 2000\n";
  const RedisServer sentinel({"--sentinel"}, config);
  for (int i = 0;
       i < 100 && sentinel.command("SENTINEL replicas shop").find(std::to_string(replica.port())) == std::string::npos;
       ++i)
    std::this_thread::sleep_for(200ms);
  RedisStores stores(
      options_of("redis+sentinel://127.0.0.1:1,127.0.0.1:" + std::to_string(sentinel.port()) + "/shop?maxBackoff=200"));
  CHECK(stores.counters().apply(test::sliding_counter(50, 300s), kContractStart)->value == 1);
  CHECK(stores.failures() == 0);
  std::this_thread::sleep_for(1500ms);  // replicated
  master.kill();
  CHECK(stores.counters().apply(test::sliding_counter(50, 300s), kContractStart)->value == 2);  // counted here
  CHECK(recovers(stores, 30s));
  CHECK(stores.counters().apply(test::sliding_counter(50, 300s), kContractStart)->allowed);
  CHECK(replica.command("ROLE").find("master") != std::string::npos);
  static_cast<void>(run("rm -r " + std::string(folder)));
}

TEST_CASE("redis: a cluster's redirections are followed", "[host]") {
  const std::vector<std::string> arguments{"--cluster-enabled", "yes", "--cluster-node-timeout", "2000"};
  const RedisServer one(arguments);
  const RedisServer two(arguments);
  CHECK(one.command("CLUSTER ADDSLOTSRANGE 0 8191") == "+OK\r\n");
  CHECK(two.command("CLUSTER ADDSLOTSRANGE 8192 16383") == "+OK\r\n");
  CHECK(one.command("CLUSTER MEET 127.0.0.1 " + std::to_string(two.port())) == "+OK\r\n");
  for (const RedisServer* server : {&one, &two}) {
    for (int i = 0; i < 100 && server->command("CLUSTER INFO").find("cluster_state:ok") == std::string::npos; ++i)
      std::this_thread::sleep_for(100ms);
    REQUIRE(server->command("CLUSTER INFO").find("cluster_state:ok") != std::string::npos);
  }
  for (const std::string scheme : {"redis://", "redis+cluster://"}) {
    RedisStores stores(options_of(scheme + "127.0.0.1:" + std::to_string(one.port()) +
                                  "?prefix=" + std::to_string(scheme.size()) + ":"));
    for (int i = 0; i < 40; ++i) {
      CounterOperation operation = test::sliding_counter(5, 10s);
      const std::string key = "key" + std::to_string(i);
      operation.key = key;
      CHECK(stores.counters().apply(operation, kContractStart)->value == 1);
      CHECK(stores.counters().apply(operation, kContractStart)->value == 2);
    }
    CHECK(stores.failures() == 0);
  }
  CHECK(one.command("DBSIZE") != ":0\r\n");
  CHECK(two.command("DBSIZE") != ":0\r\n");
}

}  // namespace
}  // namespace portcullis
