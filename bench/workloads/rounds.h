// Times engines side by side. Each round runs every engine for a short slice, beginning with another one each time;
// ratios are taken inside a round, so that what disturbs the machine disturbs both sides of a ratio. The median over
// the rounds is shown.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/workloads/engine.h"

namespace portcullis::bench {

struct Measured {
  std::string engine;
  double nanoseconds = 0;                // of one operation: the median over the rounds
  double ratio = 0;                      // to the first engine, taken inside each round: the median
  double ratio_low = 0, ratio_high = 0;  // its quartiles
  std::size_t operations = 0;            // of one slice
};

/// The first engine is what the others are compared with.
std::vector<Measured> measure(const std::vector<Engine*>& engines, std::size_t w, std::size_t rounds);
void print(const Workload& workload, const std::vector<Measured>& measured);

}  // namespace portcullis::bench
