#include "bench/curves/setup.h"

#include <cstdio>

namespace portcullis::bench {

const Library& library() {
  static const std::shared_ptr<const Library> made = make_library();
  return *made;
}

std::shared_ptr<const Program> load_inbound(const std::string& policies) {
  const std::string text = "<policies><inbound>" + policies + "</inbound></policies>";
  const PolicyText document{.scope = Scope::kApi, .name = "curve", .text = text};
  const Loaded loaded = load(library(), {.documents = {&document, 1}});
  if (loaded.program == nullptr) std::fputs(loaded.reports.front().text.c_str(), stderr);
  return loaded.program;
}

Evaluations::Evaluations() : memory_(std::size_t{1} << 20) {
  options_.memory = memory_;
  options_.environment = &clock_;
  options_.limits.memory_bytes = std::size_t{1} << 30;
}

void Evaluations::run(benchmark::State& state, const Program& program, const ContextView& context) {
  for (auto _ : state) {
    Execution execution(program, context, options_);
    const Step step = execution.resume();
    if (step.done() || !std::holds_alternative<HttpCall>(step.effects.front().request)) {
      state.SkipWithError("the evaluation does not call the backend");
      return;
    }
    benchmark::DoNotOptimize(step.effects.data());
  }
}

PlainRequest::PlainRequest(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) texts.push_back("X-Header-" + std::to_string(i));
  for (const std::string& name : texts) headers.push_back({name, "the value of a header line"});
  context.request.url = {.scheme = "https", .host = "api.example", .port = 443, .path = "/orders/42", .query = "a=b"};
  context.request.headers = headers;
  context.request.ip_address = "203.0.113.7";
  context.timestamp = StoppedClock().utc_now_ticks();
}

}  // namespace portcullis::bench
