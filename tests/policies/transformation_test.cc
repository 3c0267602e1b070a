// Transformation policies where case files do not reach: requests nobody routed, bodies that stream, threads that share
// a stylesheet.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.hpp"
#include "tests/support/stopped_clock.h"

namespace portcullis {
namespace {

using test::StoppedClock;

std::shared_ptr<const Program> load_document(const Library& library, Scope scope, std::string_view text) {
  const PolicyText document{scope, "document", text};
  const Loaded loaded = load(library, {.documents = {&document, 1}});
  for (const Report& report : loaded.reports) UNSCOPED_INFO(report.text);
  REQUIRE(loaded.program != nullptr);
  return loaded.program;
}

ContextView context_for(std::string_view method, std::string_view path) {
  ContextView context;
  context.request.method = method;
  context.request.url = {.scheme = "https", .host = "gw.example", .port = 443, .path = path, .query = {}};
  context.timestamp = 638'819'568'000'000'000;
  return context;
}

TEST_CASE("cross-domain answers what no operation takes, and nothing else", "[unit]") {
  const auto library = make_library();
  const auto program = load_document(
      *library, Scope::kGlobal,
      "<policies><inbound><set-variable name=\"ran\" value=\"1\" /><cross-domain /></inbound></policies>");
  StoppedClock clock;
  const ExecutionOptions options{.environment = &clock};
  const auto status_of = [&](std::string_view method, std::string_view path) {
    ContextView context = context_for(method, path);
    context.admission = Admission::kOperationNotFound;
    Execution execution(program, context, options);
    REQUIRE(execution.resume().done());
    CHECK(execution.variables().empty());  // what stands before it did not run
    return static_cast<int>(execution.response().status);
  };
  CHECK(status_of("GET", "/crossdomain.xml") == 200);
  CHECK(status_of("POST", "/crossdomain.xml") == 404);
  CHECK(status_of("GET", "/CrossDomain.xml") == 404);
  CHECK(status_of("GET", "/") == 404);
}

TEST_CASE("a body that streams is read whole before a template sees it", "[unit]") {
  const auto library = make_library();
  const auto program = load_document(
      *library, Scope::kApi,
      "<policies><inbound><set-body template=\"liquid\">{{ body.a }}</set-body></inbound>"
      "<outbound><set-body template=\"liquid\">{{ context.Request.Method }}</set-body></outbound></policies>");
  StoppedClock clock;
  ContextView context = context_for("POST", "/a");
  const HeaderView headers[] = {{"Content-Type", "application/json"}};
  context.request.headers = headers;
  context.request.body = {.state = BodyState::kStream, .content = {}};
  Execution execution(program, context, {.environment = &clock});
  const Step first = execution.resume();
  REQUIRE(first.effects.size() == 1);
  CHECK(std::holds_alternative<ReadBody>(first.effects[0].request));
  const std::vector<Reply> body{{first.effects[0].id, BodyReply{R"({"a": 5})"}}};
  const Step second = execution.resume(body);
  REQUIRE(second.effects.size() == 1);
  const auto* call = std::get_if<HttpCall>(&second.effects[0].request);
  REQUIRE(call != nullptr);
  CHECK(std::string(call->body.content) == "5");
  // The second template mentions no body: the response's is never asked for.
  const BodyView stream{.state = BodyState::kStream, .content = {}};
  const std::vector<Reply> answer{
      {second.effects[0].id, ResponseReply{{.status = 200, .reason = "OK", .headers = {}, .body = stream}}}};
  CHECK(execution.resume(answer).done());
  CHECK(std::string(execution.response().body.content) == "POST");
}

TEST_CASE("threads share a stylesheet", "[unit]") {
  const auto library = make_library();
  const auto program = load_document(
      *library, Scope::kApi,
      "<policies><inbound><xsl-transform><parameter name=\"p\">@(context.Request.Url.Path)</parameter>"
      "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\">"
      "<xsl:output omit-xml-declaration=\"yes\" /><xsl:param name=\"p\" /><xsl:key name=\"k\" match=\"i\" use=\"@g\" />"
      "<xsl:template match=\"/\"><r p=\"{$p}\"><xsl:for-each select=\"//i[@g='a']\"><xsl:sort select=\".\" />"
      "<xsl:value-of select=\"concat(., count(key('k', @g)))\" /></xsl:for-each></r></xsl:template></xsl:stylesheet>"
      "</xsl-transform><return-response><set-body>@(context.Request.Body.As&lt;string&gt;())</set-body></"
      "return-response>"
      "</inbound></policies>");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (std::size_t thread = 0; thread < wrong.size(); ++thread) {
    threads.emplace_back([&, thread] {
      StoppedClock clock;
      const std::string path = "/" + std::to_string(thread);
      const std::string wanted = "<r p=\"" + path + "\">1222</r>";
      for (int i = 0; i < 50; ++i) {
        ContextView context = context_for("POST", path);
        context.request.body = {.state = BodyState::kBuffered,
                                .content = "<in><i g=\"a\">2</i><i g=\"b\">0</i><i g=\"a\">1</i></in>"};
        Execution execution(program, context, {.environment = &clock});
        wrong[thread] += execution.resume().done() && execution.response().body.content == wanted ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : wrong) CHECK(count == 0);
}

}  // namespace
}  // namespace portcullis
