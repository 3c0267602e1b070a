// set-request-metric-dimension-value: a dimension of the metrics about this request, known from the schemas only.
// source: catalogue.md#elements-the-schemas-know-but-the-reference-does-not-document, gateway-environment.md#6
//
// When the request is over, the samples `Requests` and `DurationInMS` are emitted with all dimensions that were set. A
// host that measures requests by itself leaves those two to us then. (chosen)
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/dimensions.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct RequestDimension {
  Setting<std::string_view> name;
  Setting<std::string_view> value;
};

constexpr AttributeSpec kAttributes[] = {required<&RequestDimension::name>("name"),
                                         required<&RequestDimension::value>("value")};

/// What the elements of one request add up to.
struct RequestDimensions {
  static constexpr std::size_t kMost = 10;
  ParameterView items[kMost];
  std::size_t count = 0;
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& dimension = *static_cast<const RequestDimension*>(config);
  const Attribute* name = element.find("name");
  if (name != nullptr && name->value.is_literal() && trim_ascii(dimension.name.literal).empty()) {
    reader.report(name->value.span, policy_code::kWrongLiteral, "a dimension needs a name", {});
  }
}

Outcome emit_samples(PolicyRun& run, const FlowOp& op) {
  const auto& dimensions = *static_cast<const RequestDimensions*>(op.config);
  constexpr Ticks kTicksPerMillisecond = 10'000;
  MetricSample sample{.metric_namespace = "API Management",
                      .name = "Requests",
                      .value = 1,
                      .dimensions = {dimensions.items, dimensions.count}};
  run.notify(sample);
  const Ticks elapsed = run.run().environment.utc_now_ticks() - run.exchange().view.timestamp;
  sample.name = "DurationInMS";
  sample.value = static_cast<double>(std::max<Ticks>(elapsed, 0)) / kTicksPerMillisecond;
  run.notify(sample);
  return Outcome::kContinue;
}

RequestDimensions& dimensions_of(PolicyRun& run) {
  if (const void* known = run.at_end_config(&emit_samples)) {
    return *static_cast<RequestDimensions*>(const_cast<void*>(known));
  }
  auto* made = run.arena().make<RequestDimensions>();
  run.at_end(&emit_samples, made);
  return *made;
}

Outcome run(PolicyRun& run, const RequestDimension& config) {
  std::string_view name;
  std::string_view value;
  bool is_null = false;
  if (!run.get(config.name, name) || !run.get(config.value, value, is_null)) return Outcome::kFail;
  name = trim_ascii(name);
  if (name.empty()) return run.fail({}, "The name of a dimension is empty.");
  RequestDimensions& dimensions = dimensions_of(run);
  std::size_t at = 0;
  while (at < dimensions.count && !equals_ignoring_ascii_case(dimensions.items[at].name, name)) ++at;
  if (at == RequestDimensions::kMost) {
    if (run.tracing()) run.trace(joined("The dimension ", name, " is left out: there are ", at, " already"));
    return Outcome::kContinue;
  }
  if (at == dimensions.count) dimensions.items[at].name = name;
  dimensions.items[at].value = is_null ? std::string_view("N/A") : value;
  dimensions.count = std::max(dimensions.count, at + 1);
  if (run.tracing()) run.trace(joined("The request's metrics have the dimension ", name));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kSetRequestMetricDimensionValue =
    policy<RequestDimension, &run>("set-request-metric-dimension-value", element_of<RequestDimension>(kAttributes))
        .checked_by(&check);

}  // namespace portcullis
