// From text to program: one expression, a document of the usual size, a thousand of them; and the memory of ten
// thousand that are loaded.
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "api/library.h"
#include "bench/curves/setup.h"
#include "engine/lower/compile.h"

namespace portcullis::bench {

namespace {

/// A document of 1.5 kB with seven expressions, as most are; `number` makes it differ from the others.
std::string usual_document(std::size_t number) {
  const std::string n = std::to_string(number);
  return R"x(<policies>
  <inbound>
    <base />
    <!-- who calls, and what for -->
    <set-variable name="caller" value="@(context.Request.Headers.GetValueOrDefault("X-Caller-)x" + n + R"x(", "unknown"))" />
    <set-variable name="trace-id" value="@(context.Request.Headers.GetValueOrDefault("X-Trace-Id", context.RequestId.ToString()))" />
    <choose>
      <when condition="@(context.Request.Url.Path.StartsWith("/internal") && (string)context.Variables["caller"] == "unknown")">
        <return-response>
          <set-status code="403" reason="Forbidden" />
          <set-body>@("Caller " + (string)context.Variables["caller"] + " may not do this.")</set-body>
        </return-response>
      </when>
      <otherwise>
        <set-header name="X-Trace-Id" exists-action="override">
          <value>@((string)context.Variables["trace-id"])</value>
        </set-header>
      </otherwise>
    </choose>
    <set-query-parameter name="api-version" exists-action="skip"><value>2024-)x" + n + R"x(</value></set-query-parameter>
    <set-backend-service base-url="https://backend-)x" + n + R"x(.example/api" />
  </inbound>
  <backend><base /></backend>
  <outbound>
    <base />
    <set-header name="X-Powered-By" exists-action="delete" />
    <set-header name="X-Served-By" exists-action="override"><value>@(context.Deployment.Region)</value></set-header>
  </outbound>
  <on-error>
    <base />
    <set-header name="X-Error" exists-action="override"><value>@(context.LastError.Source + ": " + context.LastError.Reason)</value></set-header>
  </on-error>
</policies>
)x";
}

std::shared_ptr<const Program> load_one(const std::string& text) {
  const PolicyText document{.scope = Scope::kApi, .name = "usual", .text = text};
  const Loaded loaded = load(library(), {.documents = {&document, 1}});
  if (loaded.program == nullptr) std::fputs(loaded.reports.front().text.c_str(), stderr);
  return loaded.program;
}

void load_expression(benchmark::State& state) {
  const auto source = std::make_shared<SourceText>("expression", std::string());
  for (auto _ : state) {
    Diagnostics diagnostics(source);
    const auto compiled =
        compile_expression("context.Request.Headers.GetValueOrDefault(\"X-Caller\", \"unknown\").ToLower()",
                           ExpressionForm::kExpression, library().types, {}, diagnostics);
    if (compiled == nullptr) return state.SkipWithError("it does not compile");
    benchmark::DoNotOptimize(compiled.get());
  }
}
BENCHMARK(load_expression);

void load_document(benchmark::State& state) {
  const std::string text = usual_document(1);
  for (auto _ : state) {
    const auto program = load_one(text);
    if (program == nullptr) return state.SkipWithError("it does not load");
    benchmark::DoNotOptimize(program.get());
  }
  state.counters["documentBytes"] = static_cast<double>(text.size());
}
BENCHMARK(load_document);

void load_thousand(benchmark::State& state) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 1000; ++i) texts.push_back(usual_document(i));
  for (auto _ : state) {
    std::vector<std::shared_ptr<const Program>> programs;
    for (const std::string& text : texts) programs.push_back(load_one(text));
    benchmark::DoNotOptimize(programs.data());
  }
}
BENCHMARK(load_thousand)->Unit(benchmark::kMillisecond);

std::size_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "rb");
  if (file == nullptr) return 0;
  std::size_t total = 0, resident = 0;
  const bool read = std::fscanf(file, "%zu %zu", &total, &resident) == 2;
  std::fclose(file);
  return read ? resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

// In a process of its own: what earlier benchmarks freed would be taken again unseen.
std::size_t memory_of_loaded(std::size_t count) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    const std::size_t before = resident_bytes();
    std::vector<std::shared_ptr<const Program>> programs;
    for (std::size_t i = 0; i < count; ++i) programs.push_back(load_one(usual_document(i)));
    const std::size_t taken = resident_bytes() - before;
    const bool written = write(ends[1], &taken, sizeof taken) == static_cast<ssize_t>(sizeof taken);
    _exit(written ? 0 : 1);
  }
  std::size_t taken = 0;
  close(ends[1]);
  if (read(ends[0], &taken, sizeof taken) != static_cast<ssize_t>(sizeof taken)) taken = 0;
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return taken;
}

void memory_of_ten_thousand(benchmark::State& state) {
  library();
  std::size_t taken = 0;
  for (auto _ : state) taken = memory_of_loaded(10'000);
  if (taken == 0) return state.SkipWithError("the memory of the process cannot be read");
  state.counters["residentBytes"] = static_cast<double>(taken);
}
BENCHMARK(memory_of_ten_thousand)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace portcullis::bench
