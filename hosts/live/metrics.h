// Samples of metrics, added up: as Prometheus text and as OTLP JSON. What can be kept is bounded, however many values
// dimensions have. source: github.com/prometheus/docs "Exposition formats", opentelemetry.io "OTLP specification",
// "Metrics SDK: cardinality limits"
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hosts/files/owned_context.h"
#include "hosts/live/http_client.h"
#include "hosts/scripted/telemetry.h"

namespace portcullis::hosts {

struct MetricLimits {
  std::size_t metrics = 500;
  std::size_t series = 2000;  // of one metric; what comes on top counts as one series that says so
  std::size_t total_series = 20'000;
  std::size_t value_bytes = 256;  // of a name or a dimension's value; cut between characters
};

class MetricRegistry {
 public:
  explicit MetricRegistry(MetricLimits limits = {}) : limits_(limits) {}

  /// Threads: any number.
  void add(const SentMetric& sample);
  void add(std::span<const SentMetric> samples);
  /// Samples of metrics beyond the limit.
  [[nodiscard]] std::uint64_t dropped() const;
  [[nodiscard]] bool empty() const;

  [[nodiscard]] std::string prometheus() const;
  /// The body of an ExportMetricsServiceRequest. Sums are cumulative from `start`.
  [[nodiscard]] Json otlp(std::uint64_t start_unix_nano, std::uint64_t now_unix_nano) const;

 private:
  using Dimensions = std::vector<std::pair<std::string, std::string>>;  // by name
  struct Series {
    Dimensions dimensions;
    std::uint64_t count = 0;
    double sum = 0, min = 0, max = 0;
    std::vector<std::uint64_t> buckets;  // one more than bounds
  };
  struct Metric {
    std::string metric_namespace, name;
    bool is_duration = false;             // has buckets
    std::map<Dimensions, Series> series;  // names in lower case: case is ignored
  };

  Series* series_for(const SentMetric& sample);
  void add_locked(const SentMetric& sample);

  MetricLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Metric> metrics_;
  std::size_t total_series_ = 0;
  std::uint64_t dropped_ = 0;
};

/// POSTs OTLP JSON to a collector: a `url` without a path gets `path`. Empty, or what went wrong. `rejected_member` of the
/// answer counts what it did not take.
std::string post_otlp(const Json& body, const std::string& url, const std::string& path,
                      const std::string& rejected_member);

/// Sends what the registry has to an OTLP/HTTP collector: `url` without a path means /v1/metrics. Empty, or what went
/// wrong.
std::string export_otlp(const MetricRegistry& registry, const std::string& url, std::uint64_t start_unix_nano,
                        std::uint64_t now_unix_nano);

}  // namespace portcullis::hosts
