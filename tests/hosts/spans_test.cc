// Lines of W3C Trace Context, and spans that stay within their limits.
#include "hosts/live/spans.h"

#include <string>

#include <catch2/catch.hpp>

namespace portcullis::hosts {
namespace {

TEST_CASE("traceparent lines", "[spans]") {
  const auto good = read_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  REQUIRE(good.has_value());
  CHECK(good->trace_id == "0af7651916cd43dd8448eb211c80319c");
  CHECK(good->span_id == "b7ad6b7169203331");
  for (const char* line : {"", "00", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                           "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) {
    INFO(line);
    CHECK_FALSE(read_traceparent(line).has_value());
  }
}

/// A request with 40 steps.
void add_request(SpanRecorder& recorder, std::string_view traceparent) {
  std::string text = "<policies><inbound>";
  for (int i = 0; i < 40; ++i) text += "<set-variable name=\"x\" value=\"1\" />";
  text += R"(<trace source="s" severity="error"><message>note</message></trace></inbound><backend /></policies>)";
  const auto library = make_library();
  const PolicyText document{Scope::kApi, "api", text};
  const Loaded loaded = load(*library, {.documents = {&document, 1}});
  REQUIRE(loaded.program != nullptr);
  const HeaderView header{"TraceParent", traceparent};
  ContextView context;
  context.request.method = "GET";
  context.request.url = {.scheme = "https", .host = "gw.example", .port = 443, .path = "/a", .query = {}};
  context.request.headers = {&header, 1};
  ExecutionOptions options;
  options.collect_trace = true;
  Execution execution(loaded.program, context, options);
  REQUIRE(execution.resume().done());
  recorder.add(context, execution, 1'000'000'000, 2'000'000'000);
}

TEST_CASE("spans of a request and of its steps", "[spans]") {
  SpanRecorder recorder;
  add_request(recorder, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const Json spans = recorder.otlp()["resourceSpans"][0]["scopeSpans"][0]["spans"];
  CHECK(spans.size() == 42);
  CHECK(spans[0]["name"] == "GET /a");
  CHECK(spans[0]["traceId"] == "0af7651916cd43dd8448eb211c80319c");
  CHECK(spans[0]["parentSpanId"] == "b7ad6b7169203331");
  CHECK(spans[0]["events"][0]["name"] == "note");
  CHECK(spans[1]["name"] == "set-variable");
  CHECK(spans[1]["parentSpanId"] == spans[0]["spanId"]);
}

TEST_CASE("spans are bounded", "[spans]") {
  SpanRecorder recorder({.of_request = 10, .total = 15});
  add_request(recorder, "nonsense");
  add_request(recorder, "nonsense");
  add_request(recorder, "nonsense");
  const Json spans = recorder.otlp()["resourceSpans"][0]["scopeSpans"][0]["spans"];
  CHECK(spans.size() == 15);
  CHECK(spans[0]["attributes"].back()["key"] == "portcullis.left_out");
  CHECK_FALSE(spans[0].contains("parentSpanId"));
  CHECK(recorder.dropped() == 1);
}

}  // namespace
}  // namespace portcullis::hosts
