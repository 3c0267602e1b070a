// How the cost of one evaluation grows: with policies, header lines, the bytes of a JSON body.
#include <string>

#include <benchmark/benchmark.h>

#include "bench/curves/setup.h"

namespace portcullis::bench {

namespace {

void policies(benchmark::State& state) {
  std::string text;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const std::string number = std::to_string(i);
    text += "<set-variable name=\"v" + number +
            "\" value=\"@(context.Request.Headers.GetValueOrDefault(&quot;X-Header-3&quot;, &quot;&quot;) + &quot;-" +
            number + "&quot;)\" />";
  }
  const auto program = load_inbound(text);
  if (program == nullptr) return state.SkipWithError("it does not load");
  const PlainRequest request(10);
  Evaluations().run(state, *program, request.context);
}
BENCHMARK(policies)->Arg(1)->Arg(10)->Arg(100)->Arg(1000);

void headers(benchmark::State& state) {
  const auto program = load_inbound(
      "<set-header name=\"X-Copy\" exists-action=\"override\"><value>"
      "@(context.Request.Headers.GetValueOrDefault(\"X-Header-3\", \"\"))</value></set-header>");
  if (program == nullptr) return state.SkipWithError("it does not load");
  const PlainRequest request(static_cast<std::size_t>(state.range(0)));
  Evaluations().run(state, *program, request.context);
}
BENCHMARK(headers)->Arg(10)->Arg(50)->Arg(100)->Arg(200)->Arg(500);

/// About as many bytes of JSON as asked for.
std::string json_of(std::int64_t bytes) {
  std::string text = "{\"items\":[";
  for (int i = 0; static_cast<std::int64_t>(text.size()) < bytes - 80; ++i) {
    text += (i == 0 ? "" : ",");
    text += "{\"id\":" + std::to_string(i) + ",\"name\":\"item number " + std::to_string(i) +
            "\",\"price\":12.5,\"tags\":[\"a\",\"b\"]}";
  }
  return text + "],\"last\":\"found\"}";
}

void run_on_body(benchmark::State& state, const std::string& policy) {
  const auto program = load_inbound(policy);
  if (program == nullptr) return state.SkipWithError("it does not load");
  const std::string body = json_of(state.range(0));
  PlainRequest request(10);
  request.context.request.method = "POST";
  request.context.request.body = {BodyState::kBuffered, body};
  Evaluations().run(state, *program, request.context);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void json_body(benchmark::State& state) {
  run_on_body(state,
              "<set-variable name=\"last\" "
              "value=\"@((string)context.Request.Body.As&lt;JObject&gt;(preserveContent: "
              "true)[&quot;last&quot;])\" />");
}
BENCHMARK(json_body)->RangeMultiplier(10)->Range(1000, 10'000'000);

void unread_body(benchmark::State& state) {
  run_on_body(state, "<set-variable name=\"method\" value=\"@(context.Request.Method)\" />");
}
BENCHMARK(unread_body)->RangeMultiplier(10)->Range(1000, 10'000'000);

}  // namespace
}  // namespace portcullis::bench
