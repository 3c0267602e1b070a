// portcullis_counts: what one operation of each workload costs in numbers that no busy machine changes: heap
// allocations, and, under callgrind, instructions. One thread, fixed inputs; tools/guard.py runs it and compares with
// bench/baseline.json.
//
//   portcullis_counts                      W1 allocations 0
//   valgrind --tool=callgrind portcullis_counts     writes a dump named after each workload, of kOperations operations
#include <cstdio>
#include <string>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name)
#endif

#include "bench/workloads/engine.h"
#include "cli/bench/heap.h"

namespace portcullis::bench {

using cli::Heap;

double now_nanoseconds() { return 0; }

namespace {

constexpr std::size_t kWarm = 16;        // regular expressions compiled, counters known
constexpr std::size_t kOperations = 64;  // of each workload: whole rotations over the inputs

int run(const std::string& folder) {
  Data data;
  if (!read_data(folder, data)) return 2;
  const auto engine = make_portcullis_engine();
  std::string why;
  if (!engine->start(data, why)) {
    std::fprintf(stderr, "counts: %s\n", why.c_str());
    return 2;
  }
  const std::size_t at_first = Heap::allocations();
  data.folder = std::string(1000, '.');
  if (Heap::counts() && Heap::allocations() == at_first) {
    std::fputs("counts: allocations are not counted, though they should be\n", stderr);
    return 2;
  }
  for (std::size_t w = 0; w < kWorkloads; ++w) {
    engine->run(w, kWarm);
    const std::size_t before = Heap::allocations();
    CALLGRIND_ZERO_STATS;
    engine->run(w, kOperations);
    CALLGRIND_DUMP_STATS_AT(data.workloads[w].name.c_str());
    const std::size_t allocations = Heap::allocations() - before;
    if (Heap::counts())
      std::printf("%s allocations %.3f\n", data.workloads[w].name.c_str(),
                  static_cast<double>(allocations) / kOperations);
  }
  std::printf("operations %zu\n", kOperations);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::run(argc > 1 ? argv[1] : PORTCULLIS_BENCH_DATA); }
