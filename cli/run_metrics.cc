#include "cli/run_metrics.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/options.h"

namespace portcullis::cli {

namespace {

constexpr const char* kNamespace = "API Management";

std::uint64_t unix_nanoseconds() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

bool has_no_path(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  return slash == std::string::npos || slash + 1 == url.size();
}

double backend_milliseconds(const Execution& execution) {
  double total = -1;
  for (const TraceView& entry : execution.trace()) {
    if (entry.policy != "forward-request" || !entry.is_step_end) continue;
    total = std::max(total, 0.0) + static_cast<double>(entry.duration.count()) / 1e6;
  }
  return total;
}

}  // namespace

RunMetrics::RunMetrics() : start_(unix_nanoseconds()) {}

void RunMetrics::add(const hosts::Telemetry& telemetry, const ContextView& context, Execution& execution,
                     double elapsed_ms, double client_ms) {
  const std::uint64_t now = unix_nanoseconds();
  spans_.add(context, execution, now - static_cast<std::uint64_t>(std::max(0.0, elapsed_ms) * 1e6), now);
  registry_.add(telemetry.metrics);
  std::vector<std::pair<std::string, std::string>> dimensions;
  if (context.api != nullptr) dimensions.emplace_back("API ID", context.api->id);
  if (context.operation != nullptr) dimensions.emplace_back("Operation ID", context.operation->id);
  dimensions.emplace_back("Status", std::to_string(execution.response().status));
  const auto add_own = [&](const char* name, double value) {
    const auto is_same = [&](const hosts::SentMetric& sample) {
      return sample.metric_namespace == kNamespace && sample.name == name;
    };
    if (std::any_of(telemetry.metrics.begin(), telemetry.metrics.end(), is_same)) return;
    registry_.add(hosts::SentMetric{kNamespace, name, value, dimensions});
  };
  add_own("Requests", 1);
  add_own("DurationInMS", elapsed_ms);
  add_own("ClientDurationInMS", client_ms);
  const double backend = backend_milliseconds(execution);
  if (backend < 0) return;
  add_own("BackendDurationInMS", backend);
}

bool RunMetrics::write(const std::string& path, const std::string& url) const {
  bool is_good = true;
  if (path == "-") {
    write_out(registry_.prometheus());
  } else if (!path.empty()) {
    const std::string text = registry_.prometheus();
    std::FILE* file = std::fopen(path.c_str(), "we");
    is_good = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file != nullptr) is_good = std::fclose(file) == 0 && is_good;
    if (!is_good) complain("--metrics: cannot write " + path);
  }
  if (url.empty()) return is_good;
  std::string problem = hosts::export_otlp(registry_, url, start_, unix_nanoseconds());
  // A collector that is given without a path takes traces too.
  if (problem.empty() && has_no_path(url)) problem = hosts::post_otlp(spans_.otlp(), url, "v1/traces", "rejectedSpans");
  if (!problem.empty()) complain("--otlp: " + problem);
  return is_good && problem.empty();
}

}  // namespace portcullis::cli
