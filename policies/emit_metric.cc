// emit-metric: one sample of a custom metric. source: emit-metric-policy
#include <cmath>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/dimensions.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct EmitMetric {
  std::string_view name;
  std::string_view metric_namespace = "API Management";
  Setting<double> value = 1.0;
  bool default_dimensions = true;  // accepted; no source says what it does
  std::span<const Dimension> dimensions;
};

constexpr AttributeSpec kAttributes[] = {
    required<&EmitMetric::name>("name"),
    optional<&EmitMetric::metric_namespace>("namespace"),
    optional<&EmitMetric::value>("value"),
    optional<&EmitMetric::default_dimensions>("default-dimensions"),
};
constexpr ChildSpec kChildren[] = {elements<&EmitMetric::dimensions, &kDimension>("dimension", 0, kMany)};

void check(Reader& reader, const Element& element, void* config) {
  const auto& metric = *static_cast<const EmitMetric*>(config);
  check_dimensions(reader, element);
  const Attribute* name = element.find("name");
  if (name != nullptr && trim_ascii(metric.name).empty() && name->value.is_literal()) {
    reader.report(name->span, policy_code::kWrongLiteral, "a metric needs a name", {});
  }
  const Attribute* value = element.find("value");
  if (value != nullptr && value->value.is_literal() && !std::isfinite(metric.value.literal)) {
    reader.report(value->span, policy_code::kWrongLiteral, "a metric's value is a finite number", {});
  }
}

// Evaluated even when nobody listens, so that a failing expression fails in any case. source: integration.md#9 (chosen)
Outcome run(PolicyRun& run, const EmitMetric& config) {
  MetricSample sample{.metric_namespace = config.metric_namespace, .name = config.name};
  if (!run.get(config.value, sample.value)) return Outcome::kFail;
  if (!std::isfinite(sample.value)) return run.fail({}, "The value of a metric is a finite number.");
  if (!get_dimensions(run, config.dimensions, "N/A", sample.dimensions)) return Outcome::kFail;
  if (run.tracing()) run.trace(joined("A sample of ", sample.metric_namespace, "/", sample.name, " was emitted"));
  run.notify(sample);
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kEmitMetric =
    policy<EmitMetric, &run>("emit-metric", element_of<EmitMetric>(kAttributes, kChildren)).checked_by(&check);

}  // namespace portcullis
