// Metrics of `portcullis run`: what policies emitted and what the gateway measures by itself, to a file or a collector.
// source: gateway-environment.md#6
#pragma once

#include <cstdint>
#include <string>

#include "hosts/live/metrics.h"
#include "hosts/live/spans.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::cli {

class RunMetrics {
 public:
  RunMetrics();
  /// A request that is done; `client_ms`: spent on writing to the caller. Samples named as the gateway's own
  /// (set-request-metric-dimension-value) stand for those.
  void add(const hosts::Telemetry& telemetry, const ContextView& context, Execution& execution, double elapsed_ms,
           double client_ms);
  /// Prometheus text to `path` (`-`: standard output) and OTLP (traces too when it has no path) to `url`, each when not
  /// empty. False after complaining.
  [[nodiscard]] bool write(const std::string& path, const std::string& url) const;

 private:
  hosts::MetricRegistry registry_;
  hosts::SpanRecorder spans_;
  std::uint64_t start_;
};

}  // namespace portcullis::cli
