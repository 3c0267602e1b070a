// llm-emit-token-metric and azure-openai-emit-token-metric: what a call of a model cost, as samples of custom metrics.
// source: llm-emit-token-metric-policy, azure-openai-emit-token-metric-policy
//
// Dimensions are evaluated in inbound; samples are emitted when the counts are known: before outbound, or when a stream
// is over. Never fails a request because of the answer. source: ai-gateway.md#3
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/dimensions.h"
#include "policies/support/model_call.h"
#include "policies/table.h"

namespace portcullis {

enum class TokenValue : std::uint8_t { kAll, kTotal, kPrompt, kCompletion };
constexpr Word kTokenValueWords[] = {{"all", 0}, {"total-tokens", 1}, {"prompt-tokens", 2}, {"completion-tokens", 3}};
constexpr std::span<const Word> portcullis_words(TokenValue*) { return kTokenValueWords; }

namespace {

struct TokenMetric {
  std::string_view metric_namespace = "API Management";
  std::string_view name;  // in the schema only: of the one metric that `value-type` picks
  TokenValue value_type = TokenValue::kAll;
  bool ignore_prompt = false;
  Setting<std::string_view> value;  // on an older page only
  std::span<const Dimension> dimensions;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&TokenMetric::metric_namespace>("namespace"),
    optional<&TokenMetric::name>("name"),
    optional<&TokenMetric::value_type>("value-type"),
    optional<&TokenMetric::ignore_prompt>("ignore-prompt"),
    optional<&TokenMetric::value>("value"),
};
constexpr ChildSpec kChildren[] = {elements<&TokenMetric::dimensions, &kDimension>("dimension", 0, kMany)};

void check(Reader& reader, const Element& element, void* config) {
  const auto& metric = *static_cast<const TokenMetric*>(config);
  check_dimensions(reader, element);
  if (const Attribute* value = element.find("value")) {
    reader.warn(value->name_span, policy_code::kSuspicious,
                "`value` does nothing here: the value is the count of tokens");
  }
  const Attribute* name = element.find("name");
  if (name != nullptr && metric.value_type == TokenValue::kAll) {
    reader.warn(name->name_span, policy_code::kSuspicious,
                "`name` does nothing without `value-type`: several metrics are emitted");
  }
  if (metric.dimensions.empty()) {
    reader.warn(element.name_span, policy_code::kSuspicious,
                joined("`", element.name, "` is documented to need a dimension"),
                "write <dimension name=\"API ID\" />");
  }
}

/// Lies in the arena until the counts are known.
struct Metering {
  const TokenMetric* config;
  ModelCall* call;
  std::span<const ParameterView> dimensions;
  bool is_done = false;
};

// What every sample has, and the backend, which inbound did not know. source: ai-gateway.md#3
std::span<const ParameterView> all_dimensions(PolicyRun& run, const Metering& metering) {
  const DeploymentView* deployment = run.exchange().view.deployment;
  const DeploymentView& here = deployment == nullptr ? kDefaultDeployment : *deployment;
  const ParameterView always[] = {{"Region", here.region},
                                  {"Service ID", here.service_id},
                                  {"Service Name", here.service_name},
                                  {"Service Type", here.is_managed ? "managed" : "self-hosted"}};
  const std::span<ParameterView> all = run.arena().array<ParameterView>(metering.dimensions.size() + std::size(always));
  std::size_t count = 0;
  for (const ParameterView& dimension : metering.dimensions) {
    all[count] = dimension;
    if (dimension.value.empty() && equals_ignoring_ascii_case(dimension.name, "Backend ID"))
      all[count].value = default_dimension(run, dimension.name);
    ++count;
  }
  for (const ParameterView& dimension : always) {
    bool is_there = false;
    for (std::size_t i = 0; i < metering.dimensions.size(); ++i)
      is_there |= equals_ignoring_ascii_case(all[i].name, dimension.name);
    if (!is_there) all[count++] = dimension;
  }
  return all.first(count);
}

void emit_samples(PolicyRun& run, Metering& metering) {
  if (metering.is_done) return;
  metering.is_done = true;
  const TokenCounts& counts = metering.call->counts;
  if (!counts.is_known) {
    if (run.tracing()) run.trace("No tokens were counted: no sample is emitted.");
    return;
  }
  const TokenMetric& config = *metering.config;
  const std::span<const ParameterView> dimensions = all_dimensions(run, metering);
  const auto sample = [&](TokenValue type, std::string_view name, std::int64_t count) {
    if (config.value_type != TokenValue::kAll && config.value_type != type) return;
    const bool is_renamed = config.value_type != TokenValue::kAll && !config.name.empty();
    run.notify(MetricSample{.metric_namespace = config.metric_namespace,
                            .name = is_renamed ? config.name : name,
                            .value = static_cast<double>(count),
                            .dimensions = dimensions});
  };
  sample(TokenValue::kTotal, "Total Tokens", config.ignore_prompt ? counts.completion : counts.total);
  if (!config.ignore_prompt) sample(TokenValue::kPrompt, "Prompt Tokens", counts.prompt);
  sample(TokenValue::kCompletion, "Completion Tokens", counts.completion);
  if (counts.cached.has_value() && !config.ignore_prompt) sample(TokenValue::kAll, "Cached Tokens", *counts.cached);
  if (counts.reasoning.has_value()) sample(TokenValue::kAll, "Reasoning Tokens", *counts.reasoning);
}

Outcome on_counts(PolicyRun& run, const FlowOp& op) {
  auto& metering = *static_cast<Metering*>(const_cast<void*>(op.config));
  if (metering.call->is_counted) emit_samples(run, metering);
  return Outcome::kContinue;
}

void at_stream_end(PolicyRun& run, void* state, const TokenCounts&) {
  emit_samples(run, *static_cast<Metering*>(state));
}

Outcome begin(PolicyRun& run, const FlowOp& op) {
  auto* metering = run.arena().make<Metering>();
  metering->config = static_cast<const TokenMetric*>(op.config);
  if (!get_dimensions(run, metering->config->dimensions, {}, metering->dimensions)) return Outcome::kFail;
  metering->call = &model_call(run);
  watch_counts(run, *metering->call, &on_counts, &at_stream_end, metering);
  return Outcome::kContinue;
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  flow.emit({.run = &begin, .config = config, .needs = kNeedsRequestBody});
}

constexpr PolicySpec spec_named(std::string_view name) {
  return flow_policy<TokenMetric>(name, element_of<TokenMetric>(kAttributes, kChildren), &emit)
      .in(kInboundOnly)
      .checked_by(&check);
}

}  // namespace

const PolicySpec kLlmEmitTokenMetric = spec_named("llm-emit-token-metric");
const PolicySpec kAzureOpenaiEmitTokenMetric = spec_named("azure-openai-emit-token-metric");

}  // namespace portcullis
