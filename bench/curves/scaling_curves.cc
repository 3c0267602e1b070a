// The workloads over several threads: the program, the requests and the stores are shared, as in a proxy.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include <benchmark/benchmark.h>

#include "bench/curves/setup.h"
#include "bench/workloads/data.h"

#ifndef PORTCULLIS_BENCH_DATA
#define PORTCULLIS_BENCH_DATA "bench/data"
#endif

namespace portcullis::bench {

namespace {

struct Shared {
  Shared() : good(read_data(PORTCULLIS_BENCH_DATA, data)), prepared(data.inputs.size()) {
    for (std::size_t i = 0; i < prepared.size(); ++i) prepare(data.inputs[i], prepared[i]);
    for (std::size_t w = 0; good && w < kWorkloads; ++w) {
      const PolicyText document{.scope = Scope::kApi, .name = data.workloads[w].name, .text = data.workloads[w].raw};
      programs[w] = load(library(), {.documents = {&document, 1}}).program;
      good = programs[w] != nullptr;
    }
    tokens->store(kTokenResource, {}, data.token,
                  std::chrono::sys_seconds(std::chrono::seconds(kTokenExpiresMilliseconds / 1000)));
  }
  Data data;
  bool good;
  std::vector<Prepared> prepared;
  std::shared_ptr<const Program> programs[kWorkloads];
  std::unique_ptr<CounterStore> counters = make_memory_counters();
  std::unique_ptr<TokenStore> tokens = make_memory_tokens();
};

void workload(benchmark::State& state) {
  static const Shared shared;
  if (!shared.good) return state.SkipWithError("the workloads cannot be read");
  const auto w = static_cast<std::size_t>(state.range(0) - 1);
  const Program& program = *shared.programs[w];
  StoppedClock clock;
  std::vector<std::byte> memory(std::size_t{1} << 20);
  ExecutionOptions options;
  options.memory = memory;
  options.environment = &clock;
  options.stores.counters = shared.counters.get();
  options.stores.tokens = shared.tokens.get();
  auto n = static_cast<std::size_t>(state.thread_index());
  for (auto _ : state) {
    Execution execution(program, shared.prepared[n++ % kInputs].context, options);
    const Step step = execution.resume();
    benchmark::DoNotOptimize(step.effects.data());
  }
  state.SetItemsProcessed(state.iterations());
}

void with_threads(benchmark::internal::Benchmark* made) {
  const int most = static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U));
  for (int threads = 1; threads < most; threads = threads < 4 ? threads + 1 : threads * 2) made->Threads(threads);
  made->Threads(most);
}
BENCHMARK(workload)->Arg(1)->Arg(2)->Arg(3)->Arg(4)->Arg(5)->Arg(7)->Apply(with_threads)->UseRealTime();

}  // namespace
}  // namespace portcullis::bench
