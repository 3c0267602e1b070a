// The figures of one policy on one request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/bench/profile.h"
#include "cli/bench/replay.h"

namespace portcullis::cli {

struct Spread {
  double median = 0, lower = 0, upper = 0, least = 0;
};

struct Throughput {
  unsigned threads = 1;
  double per_second = 0;
};

struct Measurement {
  double load_nanoseconds = 0;  // text to program, median
  Spread nanoseconds;           // of one evaluation
  std::size_t rounds = 0, evaluations_per_round = 0;
  std::optional<double> instructions;  // of one evaluation; nullopt: not counted here, `no_instructions` says why
  std::string no_instructions;
  std::optional<double> allocations;  // of one evaluation; nullopt: not counted here
  Cost cost;
  std::vector<Throughput> throughput;
  bool is_steady = true;  // false: some evaluations asked for other effects than the first
};

struct MeasureOptions {
  std::size_t rounds = 31;
  double seconds = 1;    // of all rounds together
  unsigned threads = 1;  // the most
};

Measurement measure(const Library& library, const Documents& documents, const Program& program,
                    const hosts::OwnedContext& context, const Recording& recording, const MeasureOptions& options);

}  // namespace portcullis::cli
