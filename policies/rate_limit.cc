// rate-limit: calls in a sliding window, for each subscription; more limits for named APIs and operations. source:
// rate-limit-policy
//
// All limits are looked at first; only when none is reached is the call counted, in all of them. Calls without a
// subscription share one counter. source: rate-limits-and-quotas.md#1 (chosen)
#include <algorithm>

#include "policies/support/entity_limits.h"
#include "policies/support/limits.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct OperationLimit {
  EntityName name;
  std::int32_t calls = 0;
  std::int32_t period = 0;
};
struct ApiLimit {
  EntityName name;
  std::int32_t calls = 0;
  std::int32_t period = 0;
  std::span<const OperationLimit> operations;
};
struct RateLimit {
  RateReport report;
  std::int32_t calls = 0;
  std::int32_t period = 0;
  std::span<const ApiLimit> apis;
  std::span<const OperationLimit> operations;  // of the current API
};

template <typename Config, auto kField>
constexpr AttributeSpec name_attribute(std::string_view name) {
  AttributeSpec spec = optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<Config*>(config)->name.*kField);
  };
  return spec;
}

void check_period(Reader& reader, const Element& element, std::int32_t seconds) {
  Setting<std::int32_t> period = seconds;
  check_renewal_period(reader, element, period);
}

template <typename Config>
void check_entity(Reader& reader, const Element& element, void* config) {
  const auto& limit = *static_cast<const Config*>(config);
  check_entity_name(reader, element, limit.name);
  check_period(reader, element, limit.period);
}

constexpr AttributeSpec kOperationAttributes[] = {
    name_attribute<OperationLimit, &EntityName::id>("id"),
    name_attribute<OperationLimit, &EntityName::name>("name"),
    required<&OperationLimit::calls>("calls"),
    required<&OperationLimit::period>("renewal-period"),
};
constexpr ElementSpec kOperation =
    checked(element_of<OperationLimit>(kOperationAttributes), &check_entity<OperationLimit>);
constexpr AttributeSpec kApiAttributes[] = {
    name_attribute<ApiLimit, &EntityName::id>("id"),
    name_attribute<ApiLimit, &EntityName::name>("name"),
    required<&ApiLimit::calls>("calls"),
    required<&ApiLimit::period>("renewal-period"),
};
constexpr ChildSpec kApiChildren[] = {elements<&ApiLimit::operations, &kOperation>("operation", 0, kMany)};
constexpr ElementSpec kApi = checked(element_of<ApiLimit>(kApiAttributes, kApiChildren), &check_entity<ApiLimit>);

constexpr AttributeSpec kAttributes[] = {
    required<&RateLimit::calls>("calls"),
    required<&RateLimit::period>("renewal-period"),
    report_attribute<RateLimit, &RateReport::retry_after_header_name>("retry-after-header-name"),
    report_attribute<RateLimit, &RateReport::retry_after_variable_name>("retry-after-variable-name"),
    report_attribute<RateLimit, &RateReport::remaining_calls_header_name>("remaining-calls-header-name"),
    report_attribute<RateLimit, &RateReport::remaining_calls_variable_name>("remaining-calls-variable-name"),
    report_attribute<RateLimit, &RateReport::total_calls_header_name>("total-calls-header-name"),
};
constexpr ChildSpec kChildren[] = {
    elements<&RateLimit::apis, &kApi>("api", 0, kMany),
    elements<&RateLimit::operations, &kOperation>("operation", 0, kMany),
};

void check(Reader& reader, const Element& element, void* config) {
  auto& limit = *static_cast<RateLimit*>(config);
  check_report(reader, element, limit.report);
  check_period(reader, element, limit.period);
}

// ---- run ----------------------------------------------------------------------------------------------------------

struct Applied {
  std::string_view key;
  std::int32_t calls = 0;
  std::int32_t period = 0;
};

// Those that hold for this call, each with a counter of its own.
std::span<Applied> applied_limits(PolicyRun& run, const RateLimit& config) {
  const SubscriptionView* subscription = run.exchange().view.subscription;
  const std::string_view root = concatenated(
      run.arena(),
      {"rate-limit|", counter_owner(run), "|", subscription == nullptr ? std::string_view() : subscription->id});
  std::size_t most = 1 + config.operations.size() + config.apis.size();
  for (const ApiLimit& api : config.apis) most += api.operations.size();
  const std::span<Applied> all = run.arena().array<Applied>(most);
  std::size_t count = 0;
  all[count++] = {root, config.calls, config.period};
  const auto add_operations = [&](std::span<const OperationLimit> operations, std::string_view api) {
    for (const OperationLimit& operation : operations) {
      if (!is_current_operation(run, operation.name)) continue;
      all[count++] = {concatenated(run.arena(), {root, "|", api, "|", operation.name.text()}), operation.calls,
                      operation.period};
    }
  };
  add_operations(config.operations, {});
  for (const ApiLimit& api : config.apis) {
    if (!is_current_api(run, api.name)) continue;
    all[count++] = {concatenated(run.arena(), {root, "|", api.name.text()}), api.calls, api.period};
    add_operations(api.operations, api.name.text());
  }
  return all.first(count);
}

CounterOperation operation_of(const Applied& limit, CounterOperation::Kind kind) {
  return {.kind = kind,
          .key = limit.key,
          .limit = limit.calls,
          .period = std::chrono::seconds(limit.period),
          .sliding = true};
}

Task run(PolicyRun& run, const RateLimit& config) {
  const std::span<Applied> limits = applied_limits(run, config);
  std::int64_t remaining = INT32_MAX;
  for (std::size_t pass = limits.size() == 1 ? 1 : 0; pass < 2; ++pass) {
    for (const Applied& limit : limits) {
      const EffectRequest effect =
          operation_of(limit, pass == 0 ? CounterOperation::Kind::kRead : CounterOperation::Kind::kAdd);
      const ReplyValue& reply = co_await run.perform(effect);
      const std::optional<CounterReply> counter = counter_reply(run, reply);
      if (!counter.has_value()) continue;
      if (!counter->allowed) co_return refuse_rate(run, config.report, limit.calls, counter->until_reset);
      if (pass == 1) remaining = std::min(remaining, limit.calls - counter->value);
    }
  }
  admit(run, config.report, config.calls, std::min<std::int64_t>(remaining, config.calls));
  co_return Outcome::kContinue;
}

constexpr ScopeSet kScopes = bit(Scope::kProduct) | bit(Scope::kApi) | bit(Scope::kOperation);

}  // namespace

const PolicySpec kRateLimit = policy<RateLimit, &run>("rate-limit", kAttributes, kChildren)
                                  .in(kInboundOnly)
                                  .at(kScopes)
                                  .once()
                                  .checked_by(&check);

}  // namespace portcullis
