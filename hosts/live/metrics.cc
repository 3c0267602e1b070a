#include "hosts/live/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "hosts/files/ascii.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

namespace {

/// Appends every part: texts and counts.
template <typename... Parts>
void append(std::string& out, const Parts&... parts) {
  const auto add = [&](const auto& part) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(part)>>) {
      out += std::to_string(part);
    } else {
      out += part;
    }
  };
  (add(parts), ...);
}

// Milliseconds. source: gateway-environment.md#5, observability.opentelemetry.histogram.buckets
constexpr double kBounds[] = {5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000};

constexpr std::pair<const char*, const char*> kOverflow{"otel.metric.overflow", "true"};

std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

// ---- Prometheus ---------------------------------------------------------------------------------------------------

std::string prometheus_name(std::string_view text) {
  std::string out;
  for (const char c : text) out += is_ascii_alphanumeric(c) || c == '_' ? c : '_';
  if (out.empty() || (out.front() >= '0' && out.front() <= '9')) out.insert(out.begin(), '_');
  return out;
}

void append_label_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

// Different names may become one here; a number tells them apart.
std::string labels_of(const std::vector<std::pair<std::string, std::string>>& dimensions) {
  std::string out;
  std::vector<std::string> used;
  for (const auto& [name, value] : dimensions) {
    std::string label = prometheus_name(name);
    for (int n = 2; std::find(used.begin(), used.end(), label) != used.end(); ++n) {
      label = prometheus_name(name) + "_" + std::to_string(n);
    }
    used.push_back(label);
    append(out, out.empty() ? "" : ",", label, "=\"");
    append_label_value(out, value);
    out += '"';
  }
  return out;
}

std::string with_labels(const std::string& name, const std::string& labels, const std::string& more = {}) {
  const std::string all = labels + (labels.empty() || more.empty() ? "" : ",") + more;
  return all.empty() ? name : name + "{" + all + "}";
}

}  // namespace

// ---- adding -------------------------------------------------------------------------------------------------------

MetricRegistry::Series* MetricRegistry::series_for(const SentMetric& sample) {
  const std::pair key(cut(sample.metric_namespace, limits_.value_bytes), cut(sample.name, limits_.value_bytes));
  auto found = metrics_.find(key);
  if (found == metrics_.end()) {
    if (metrics_.size() >= limits_.metrics) return nullptr;
    found = metrics_.try_emplace(key).first;
    found->second.metric_namespace = key.first;
    found->second.name = key.second;
    found->second.is_duration = key.second.ends_with("DurationInMS");
  }
  Metric& metric = found->second;
  Dimensions dimensions;
  for (const auto& [name, value] : sample.dimensions) {
    dimensions.emplace_back(cut(name, limits_.value_bytes), cut(value, limits_.value_bytes));
  }
  Dimensions folded = dimensions;
  for (auto& [name, value] : folded) name = ascii_lower(name);
  std::sort(folded.begin(), folded.end());
  auto series = metric.series.find(folded);
  if (series == metric.series.end()) {
    const bool is_full = metric.series.size() >= limits_.series || total_series_ >= limits_.total_series;
    if (is_full) folded = dimensions = {kOverflow};
    const auto [made, is_new] = metric.series.try_emplace(folded);
    series = made;
    if (is_new) {
      std::sort(dimensions.begin(), dimensions.end(),
                [](const auto& a, const auto& b) { return ascii_lower(a.first) < ascii_lower(b.first); });
      series->second.dimensions = std::move(dimensions);
      if (metric.is_duration) series->second.buckets.resize(std::size(kBounds) + 1);
      ++total_series_;
    }
  }
  return &series->second;
}

void MetricRegistry::add_locked(const SentMetric& sample) {
  Series* series = std::isfinite(sample.value) ? series_for(sample) : nullptr;
  if (series == nullptr) {
    ++dropped_;
    return;
  }
  series->min = series->count == 0 ? sample.value : std::min(series->min, sample.value);
  series->max = series->count == 0 ? sample.value : std::max(series->max, sample.value);
  series->sum += sample.value;
  ++series->count;
  if (series->buckets.empty()) return;
  const double* bound = std::lower_bound(std::begin(kBounds), std::end(kBounds), sample.value);
  ++series->buckets[static_cast<std::size_t>(bound - std::begin(kBounds))];
}

void MetricRegistry::add(const SentMetric& sample) { add({&sample, 1}); }

void MetricRegistry::add(std::span<const SentMetric> samples) {
  const std::lock_guard lock(mutex_);
  for (const SentMetric& sample : samples) add_locked(sample);
}

std::uint64_t MetricRegistry::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

bool MetricRegistry::empty() const {
  const std::lock_guard lock(mutex_);
  return metrics_.empty();
}

// ---- writing ------------------------------------------------------------------------------------------------------

// A family is named once, so series of metrics whose names become one are put together first.
std::string MetricRegistry::prometheus() const {
  struct Sum {
    std::uint64_t count = 0;
    double sum = 0, min = 0, max = 0;
    std::vector<std::uint64_t> buckets;
  };
  struct Family {
    std::string help;
    bool is_duration = false;
    std::map<std::string, Sum> sums;  // by labels
  };
  std::map<std::string, Family> families;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, metric] : metrics_) {
    Family& family = families[prometheus_name(key.first.empty() ? key.second : key.first + "_" + key.second)];
    if (family.help.empty()) family.help = key.first + " " + key.second;
    family.is_duration = family.is_duration || metric.is_duration;
    for (const auto& [folded, series] : metric.series) {
      Sum& sum = family.sums[labels_of(series.dimensions)];
      sum.min = sum.count == 0 ? series.min : std::min(sum.min, series.min);
      sum.max = sum.count == 0 ? series.max : std::max(sum.max, series.max);
      sum.count += series.count;
      sum.sum += series.sum;
      sum.buckets.resize(std::max(sum.buckets.size(), series.buckets.size()));
      for (std::size_t i = 0; i < series.buckets.size(); ++i) sum.buckets[i] += series.buckets[i];
    }
  }
  std::string out;
  for (const auto& [name, family] : families) {
    std::string help;
    append_label_value(help, family.help);
    append(out, "# HELP ", name, " ", help, "\n# TYPE ", name, family.is_duration ? " histogram\n" : " summary\n");
    for (const auto& [labels, sum] : family.sums) {
      std::uint64_t below = 0;
      for (std::size_t i = 0; family.is_duration && i < sum.buckets.size(); ++i) {
        below += sum.buckets[i];
        const std::string le = "le=\"" + (i < std::size(kBounds) ? number(kBounds[i]) : "+Inf") + "\"";
        append(out, with_labels(name + "_bucket", labels, le), " ", below, "\n");
      }
      append(out, with_labels(name + "_sum", labels), " ", number(sum.sum), "\n");
      append(out, with_labels(name + "_count", labels), " ", sum.count, "\n");
    }
    for (const char* end : {"_min", "_max"}) {
      append(out, "# TYPE ", name, end, " gauge\n");
      for (const auto& [labels, sum] : family.sums) {
        append(out, with_labels(name + end, labels), " ", number(end[2] == 'i' ? sum.min : sum.max), "\n");
      }
    }
  }
  return out;
}

Json MetricRegistry::otlp(std::uint64_t start_unix_nano, std::uint64_t now_unix_nano) const {
  const auto attribute = [](const std::string& key, const std::string& value) -> Json {
    return {{"key", key}, {"value", {{"stringValue", value}}}};
  };
  std::map<std::string, Json> scopes;  // a namespace is an instrumentation scope
  const std::lock_guard lock(mutex_);
  for (const auto& [key, metric] : metrics_) {
    Json points = Json::array();
    for (const auto& [folded, series] : metric.series) {
      Json point = {{"startTimeUnixNano", std::to_string(start_unix_nano)},
                    {"timeUnixNano", std::to_string(now_unix_nano)},
                    {"count", std::to_string(series.count)},
                    {"sum", series.sum},
                    {"min", series.min},
                    {"max", series.max}};
      point["attributes"] = Json::array();
      for (const auto& [name, value] : series.dimensions) point["attributes"].push_back(attribute(name, value));
      point["explicitBounds"] = Json::array();
      point["bucketCounts"] = Json::array();
      if (series.buckets.empty()) {
        point["bucketCounts"].push_back(std::to_string(series.count));
      } else {
        for (const double bound : kBounds) point["explicitBounds"].push_back(bound);
        for (const std::uint64_t count : series.buckets) point["bucketCounts"].push_back(std::to_string(count));
      }
      points.push_back(std::move(point));
    }
    Json& scope = scopes.try_emplace(key.first, Json::array()).first->second;
    constexpr int kCumulative = 2;
    Json one = {{"name", key.second}, {"unit", metric.is_duration ? "ms" : "1"}};
    one["histogram"] = {{"aggregationTemporality", kCumulative}, {"dataPoints", std::move(points)}};
    scope.push_back(std::move(one));
  }
  Json scope_metrics = Json::array();
  for (auto& [name, list] : scopes) {
    Json scope = {{"name", name}, {"version", std::string(version())}};
    scope_metrics.push_back({{"scope", std::move(scope)}, {"metrics", std::move(list)}});
  }
  Json resource;
  resource["attributes"] =
      Json::array({attribute("service.name", "portcullis"), attribute("service.version", std::string(version()))});
  Json whole;
  whole["resourceMetrics"] =
      Json::array({{{"resource", std::move(resource)}, {"scopeMetrics", std::move(scope_metrics)}}});
  return whole;
}

std::string post_otlp(const Json& body, const std::string& url, const std::string& path,
                      const std::string& rejected_member) {
  const std::size_t scheme = url.find("://");
  if (!url.starts_with("http://") && !url.starts_with("https://")) return "`" + url + "` is no http or https URL";
  OutgoingRequest request;
  request.method = "POST";
  request.url = url;
  const std::size_t slash = url.find('/', scheme + 3);
  if (slash == std::string::npos) request.url += "/";
  if (slash == std::string::npos || slash + 1 == url.size()) request.url += path;
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  request.timeout = std::chrono::milliseconds(10'000);
  request.total_timeout = request.timeout;
  request.max_response_bytes = std::size_t{1} << 20;
  const IncomingResponse answer = send(request);
  if (answer.outcome == IncomingResponse::Outcome::kTimeout) return "the collector did not answer in time";
  if (answer.outcome != IncomingResponse::Outcome::kOk) return answer.error;
  if (answer.status < 200 || answer.status >= 300) return "the collector answered " + std::to_string(answer.status);
  // A collector may take a part only.
  const Json said = Json::parse(answer.body, nullptr, false);
  if (said.is_object() && said.contains("partialSuccess") && said["partialSuccess"].is_object()) {
    const Json rejected = said["partialSuccess"].value(rejected_member, Json(0));
    const std::string count = rejected.is_string() ? rejected.get<std::string>() : rejected.dump();
    if (count != "0") return "the collector refused " + count + (rejected_member == "rejectedSpans" ? " spans" : " points");
  }
  return {};
}

std::string export_otlp(const MetricRegistry& registry, const std::string& url, std::uint64_t start_unix_nano,
                        std::uint64_t now_unix_nano) {
  return post_otlp(registry.otlp(start_unix_nano, now_unix_nano), url, "v1/metrics", "rejectedDataPoints");
}

}  // namespace portcullis::hosts
