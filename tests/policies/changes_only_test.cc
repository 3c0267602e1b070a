// ExecutionOptions::changes_only: the call of the backend as what policies changed, and that both ways of saying it
// agree.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.hpp"
#include "tests/support/stopped_clock.h"

namespace portcullis {
namespace {

using Lines = std::vector<std::string>;

struct Sent {
  std::string url;
  Lines headers, removed;
};

constexpr HeaderView kHeaders[] = {{"Accept", "text/plain"}, {"X-Old", "1"}, {"x-old", "2"}, {"X-Kept", "3"}};

Sent send(std::string_view inbound, bool changes_only) {
  const auto library = make_library();
  const std::string text = "<policies><inbound>" + std::string(inbound) + "</inbound></policies>";
  const PolicyText document{Scope::kApi, "api", text};
  const Loaded loaded = load(*library, {.documents = {&document, 1}});
  for (const Report& report : loaded.reports) UNSCOPED_INFO(report.text);
  REQUIRE(loaded.program != nullptr);
  test::StoppedClock clock;
  ContextView context;
  context.request.url = {.scheme = "https", .host = "gw.example", .port = 443, .path = "/a", .query = "b=c"};
  context.request.headers = kHeaders;
  context.request.ip_address = "203.0.113.7";
  Execution execution(loaded.program, context, {.environment = &clock, .changes_only = changes_only});
  const Step step = execution.resume();
  REQUIRE(step.effects.size() == 1);
  const auto* call = std::get_if<HttpCall>(&step.effects[0].request);
  REQUIRE(call != nullptr);
  CHECK(call->only_changes == changes_only);
  Sent sent{.url = std::string(call->url), .headers = {}, .removed = {}};
  for (const HeaderView& line : call->headers)
    sent.headers.push_back(std::string(line.name) + ": " + std::string(line.value));
  for (const std::string_view name : call->removed_headers) sent.removed.emplace_back(name);
  return sent;
}

// As a host would: the caller's lines without the removed ones, then the others.
Lines applied(const Sent& changes) {
  Lines lines;
  for (const HeaderView& line : kHeaders) {
    if (std::find(changes.removed.begin(), changes.removed.end(), line.name) == changes.removed.end())
      lines.push_back(std::string(line.name) + ": " + std::string(line.value));
  }
  lines.insert(lines.end(), changes.headers.begin(), changes.headers.end());
  lines.emplace_back("X-Forwarded-For: 203.0.113.7");
  return lines;
}

TEST_CASE("a request that no policy touches has no changes", "[unit]") {
  const Sent sent = send("", true);
  CHECK(sent.url.empty());
  CHECK(sent.headers.empty());
  CHECK(sent.removed.empty());
}

TEST_CASE("replaced, added and removed headers are told", "[unit]") {
  constexpr std::string_view kPolicies =
      R"(<set-header name="X-Old"><value>new</value></set-header>
         <set-header name="Accept" exists-action="delete" />
         <set-header name="X-Gone"><value>a</value></set-header>
         <set-header name="X-Gone" exists-action="delete" />
         <set-header name="X-Added" exists-action="append"><value>b</value></set-header>)";
  const Sent sent = send(kPolicies, true);
  CHECK(sent.url.empty());
  CHECK(sent.headers == Lines{"X-Old: new", "X-Added: b"});
  CHECK(sent.removed == Lines{"Accept", "X-Old", "x-old"});
  CHECK(applied(sent) == send(kPolicies, false).headers);
}

TEST_CASE("a URL that policies changed is given whole", "[unit]") {
  for (const std::string_view policy :
       {std::string_view(R"(<rewrite-uri template="/z" />)"),
        std::string_view(R"(<set-query-parameter name="b"><value>d</value></set-query-parameter>)"),
        std::string_view(R"(<set-backend-service base-url="http://other.example/base" />)")}) {
    const Sent sent = send(policy, true);
    CHECK_FALSE(sent.url.empty());
    CHECK(sent.url == send(policy, false).url);
  }
}

}  // namespace
}  // namespace portcullis
