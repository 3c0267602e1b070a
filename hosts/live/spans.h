// Traces of requests as OTLP spans: one for the request and one for each step that ran in it. Bounded, whatever
// policies do. source: opentelemetry.io "OTLP specification", "Trace semantic conventions: HTTP", W3C "Trace Context"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hosts/files/owned_context.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

struct SpanLimits {
  std::size_t of_request = 512;  // steps; those that come on top are counted in the request's span
  std::size_t total = 10'000;
};

/// Belongs to one thread at a time.
class SpanRecorder {
 public:
  explicit SpanRecorder(SpanLimits limits = {}) : limits_(limits) {}

  /// A request that is done, with `collect_trace` on. A `traceparent` line of the caller's is continued.
  void add(const ContextView& context, Execution& execution, std::uint64_t start_unix_nano,
           std::uint64_t end_unix_nano);
  [[nodiscard]] bool empty() const { return spans_.empty(); }
  /// Requests of which nothing was kept.
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

  /// The body of an ExportTraceServiceRequest.
  [[nodiscard]] Json otlp() const;

 private:
  SpanLimits limits_;
  Json spans_ = Json::array();
  std::size_t dropped_ = 0;
};

struct TraceParent {
  std::string trace_id, span_id;  // hexadecimal
};
/// Version 00 of a `traceparent` line; nullopt when it is none, or says nothing (zeros).
std::optional<TraceParent> read_traceparent(std::string_view line);

}  // namespace portcullis::hosts
