// What the curves share: a program, and evaluations that are known to go well.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/workloads/prepared.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::bench {

/// One for the process.
const Library& library();
/// A document with these policies in `inbound`; null after saying why on standard error.
std::shared_ptr<const Program> load_inbound(const std::string& policies);

/// Evaluates again and again up to the call of the backend. An evaluation that ends before is an error of the
/// benchmark.
class Evaluations {
 public:
  Evaluations();
  void run(benchmark::State& state, const Program& program, const ContextView& context);

 private:
  std::vector<std::byte> memory_;
  StoppedClock clock_;
  ExecutionOptions options_;
};

/// A GET with some header lines.
struct PlainRequest {
  explicit PlainRequest(std::size_t headers);
  std::vector<std::string> texts;
  std::vector<HeaderView> headers;
  ContextView context;
};

}  // namespace portcullis::bench
