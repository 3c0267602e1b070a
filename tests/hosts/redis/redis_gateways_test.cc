// Several gateways on one redis-server: what they admit together of one limit, with the server up, killed and back
// empty, and gone for good. Prints the table of docs/redis.md:
//
//     tests/test_hosts_redis "redis: what gateways admit*"
//
// A gateway is a process with its own connection and its own clock, which stands still: the limit is never renewed.
#include <chrono>
#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <catch2/catch.hpp>

#include "hosts/redis/redis_stores.h"
#include "portcullis/portcullis.hpp"
#include "tests/support/redis_server.h"
#include "tests/support/stopped_clock.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using hosts::RedisStores;
using test::RedisServer;
using test::StoppedClock;

constexpr int kLimit = 100;
constexpr std::string_view kLimited =
    R"xml(<policies><inbound><rate-limit-by-key calls="100" renewal-period="300" counter-key="all" /></inbound><backend /></policies>)xml";
constexpr int kLeftToTheHost = 100'000;  // what must not happen
constexpr int kWrongStatus = 200'000;

enum class Fate { kUp, kBackEmpty, kGone };

/// Runs the policy so many times, answers how many passed.
int run_gateway(const std::string& url, int requests, std::chrono::milliseconds pause) {
  std::string problem;
  const auto address = hosts::parse_redis_address(url, problem);
  if (!address.has_value()) return kWrongStatus;
  RedisStores stores(*address);
  const auto library = make_library();
  const PolicyText document{Scope::kApi, "api", kLimited};
  const Loaded loaded = load(*library, {.documents = {&document, 1}});
  StoppedClock clock;
  int admitted = 0;
  for (int i = 0; i < requests; ++i) {
    ContextView context;
    context.request.url = {.scheme = "https", .host = "gw.example", .port = 443, .path = "/a", .query = {}};
    context.timestamp = clock.utc_now_ticks();
    ExecutionOptions options;
    stores.put_into(options.stores);
    options.environment = &clock;
    Execution execution(loaded.program, context, options);
    if (!execution.resume().done()) return kLeftToTheHost;
    admitted += execution.response().status == 200 ? 1 : 0;
    if (execution.response().status != 200 && execution.response().status != 429) return kWrongStatus;
    if (pause.count() > 0) std::this_thread::sleep_for(pause);
  }
  return admitted;
}

struct Gateway {
  pid_t process = -1;
  int results = -1;
};

Gateway start_gateway(const std::string& url, int requests, std::chrono::milliseconds pause) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t process = fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    const int admitted = run_gateway(url, requests, pause);
    static_cast<void>(!write(ends[1], &admitted, sizeof admitted));
    _exit(0);
  }
  close(ends[1]);
  return {process, ends[0]};
}

int result_of(const Gateway& gateway) {
  int admitted = -1;
  CHECK(read(gateway.results, &admitted, sizeof admitted) == sizeof admitted);
  close(gateway.results);
  int status = 0;
  waitpid(gateway.process, &status, 0);
  CHECK(WIFEXITED(status));
  return admitted;
}

// What the server counted so far; both forms are one packed list.
void wait_for_calls(const RedisServer& server, bool token_bucket, int calls) {
  const std::string script =
      token_bucket
          ? "\"local r=redis.call('GET','portcullis:b:rate-limit-by-key|all') if not r then return 0 end "
            "return math.floor(cmsgpack.unpack(r)[1])\" 0"
          : "\"local r=redis.call('GET','portcullis:s:rate-limit-by-key|all') if not r then return 0 end local "
            "l=cmsgpack.unpack(r) local n=0 for i=3,#l,2 do n=n+l[i] end return n\" 0";
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < until) {
    const std::string answer = server.command("EVAL " + script);
    if (answer.size() > 1 && answer[0] == ':' && std::stoi(answer.substr(1)) >= calls) return;
    std::this_thread::sleep_for(1ms);
  }
  FAIL("the gateways did not get to " << calls << " calls");
}

struct Figures {
  int sum = 0;
  int most = 0;  // of one gateway
};

Figures admitted_by(int gateways, bool token_bucket, Fate fate) {
  RedisServer server;
  std::string parameters = "?timeout=100&connectTimeout=300&maxBackoff=100";
  if (token_bucket) parameters += "&rates=token-bucket";
  std::vector<Gateway> running;
  for (int i = 0; i < gateways; ++i)
    running.push_back(start_gateway(server.url(parameters), 120, fate == Fate::kUp ? 0ms : 5ms));
  if (fate != Fate::kUp) {
    wait_for_calls(server, token_bucket, kLimit / 2);
    server.kill();
    std::this_thread::sleep_for(150ms);
    if (fate == Fate::kBackEmpty) server.start();
  }
  Figures figures;
  for (const Gateway& gateway : running) {
    const int admitted = result_of(gateway);
    figures.sum += admitted;
    figures.most = std::max(figures.most, admitted);
  }
  return figures;
}

// While the server is away each gateway goes on from what it knew, and after it has come back without its memory it is
// told. So no gateway admits more than the limit by itself, and all together no more than what was left for each.
TEST_CASE("redis: what gateways admit together of a limit", "[host]") {
  std::printf("\n| rates | gateways | limit | server | admitted | most of one gateway | at most |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  for (const bool token_bucket : {false, true}) {
    for (const Fate fate : {Fate::kUp, Fate::kBackEmpty, Fate::kGone}) {
      for (const int gateways : {1, 2, 4}) {
        const Figures figures = admitted_by(gateways, token_bucket, fate);
        // Calls under way when it went may be counted by nobody else.
        const int allowance = fate == Fate::kUp ? 0 : (gateways - 1) * kLimit / 2 + gateways;
        std::printf("| %s | %d | %d | %s | %d | %d | %d |\n", token_bucket ? "token bucket" : "sliding window",
                    gateways, kLimit,
                    fate == Fate::kUp          ? "up"
                    : fate == Fate::kBackEmpty ? "killed near 50, back empty"
                                               : "killed near 50, gone",
                    figures.sum, figures.most, kLimit + allowance);
        INFO(gateways << " gateways");
        CHECK(figures.sum >= kLimit);
        CHECK(figures.sum <= kLimit + allowance);
        CHECK(figures.most <= kLimit);
      }
    }
  }
}

}  // namespace
}  // namespace portcullis
