#include "bench/workloads/rounds.h"

#include <algorithm>
#include <cstdio>

namespace portcullis::bench {

namespace {

constexpr double kSliceNanoseconds = 4e6;
constexpr double kWarmNanoseconds = 150e6;  // a JIT compiler has seen enough then

// Runs warm, then says how many operations make a slice; whole rotations over the inputs.
std::size_t slice_of(Engine& engine, std::size_t w) {
  std::size_t count = kInputs;
  double total = 0, each = 0;
  while (total < kWarmNanoseconds) {
    const double elapsed = std::max(engine.run(w, count), 1.0);
    total += elapsed;
    each = elapsed / static_cast<double>(count);
    if (elapsed < kSliceNanoseconds) count *= 2;
  }
  const auto wanted = static_cast<std::size_t>(kSliceNanoseconds / each);
  return std::max(kInputs, wanted - wanted % kInputs);
}

double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

}  // namespace

std::vector<Measured> measure(const std::vector<Engine*>& engines, std::size_t w, std::size_t rounds) {
  std::vector<std::size_t> slices;
  for (Engine* engine : engines) slices.push_back(slice_of(*engine, w));
  std::vector<std::vector<double>> times(engines.size()), ratios(engines.size());
  for (std::size_t round = 0; round < std::max<std::size_t>(rounds, 1); ++round) {
    for (std::size_t k = 0; k < engines.size(); ++k) {
      const std::size_t e = (round + k) % engines.size();
      times[e].push_back(engines[e]->run(w, slices[e]) / static_cast<double>(slices[e]));
    }
    for (std::size_t e = 0; e < engines.size(); ++e) ratios[e].push_back(times[e].back() / times[0].back());
  }
  std::vector<Measured> measured;
  for (std::size_t e = 0; e < engines.size(); ++e) {
    measured.push_back({engines[e]->name(), quantile(times[e], 0.5), quantile(ratios[e], 0.5),
                        quantile(ratios[e], 0.25), quantile(ratios[e], 0.75), slices[e]});
  }
  return measured;
}

void print(const Workload& workload, const std::vector<Measured>& measured) {
  std::printf("%s %s\n", workload.name.c_str(), workload.title.c_str());
  for (const Measured& each : measured) {
    std::printf("  %-14s %10.0f ns   %6.2f   (%.2f to %.2f)\n", each.engine.c_str(), each.nanoseconds, each.ratio,
                each.ratio_low, each.ratio_high);
  }
  std::fflush(stdout);
}

}  // namespace portcullis::bench
