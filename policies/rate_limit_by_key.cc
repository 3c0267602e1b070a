// rate-limit-by-key: calls in a sliding window, counted by any key. source: rate-limit-by-key-policy
//
// One log of calls for a key value in the whole gateway; each element looks at it with its own window and limit. An
// expression in increment-condition or increment-count postpones the counting to the end of the request, so the refusal
// comes one call later.
#include "policies/support/limits.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct RateLimitByKey {
  RateReport report;
  Setting<std::int32_t> calls;
  Setting<std::int32_t> period;
  Setting<std::string_view> counter_key;
  Setting<bool> increment_condition = true;
  Setting<std::int32_t> increment_count = 1;
  bool increment_after_response = false;  // known from Microsoft's toolkit only

  [[nodiscard]] bool is_postponed() const {
    return increment_condition.expression != nullptr || increment_count.expression != nullptr ||
           increment_after_response;
  }
};

constexpr AttributeSpec kAttributes[] = {
    required<&RateLimitByKey::calls>("calls"),
    required<&RateLimitByKey::period>("renewal-period"),
    required<&RateLimitByKey::counter_key>("counter-key"),
    optional<&RateLimitByKey::increment_condition>("increment-condition"),
    optional<&RateLimitByKey::increment_count>("increment-count"),
    optional<&RateLimitByKey::increment_after_response>("increment-after-response"),
    report_attribute<RateLimitByKey, &RateReport::retry_after_header_name>("retry-after-header-name"),
    report_attribute<RateLimitByKey, &RateReport::retry_after_variable_name>("retry-after-variable-name"),
    report_attribute<RateLimitByKey, &RateReport::remaining_calls_header_name>("remaining-calls-header-name"),
    report_attribute<RateLimitByKey, &RateReport::remaining_calls_variable_name>("remaining-calls-variable-name"),
    report_attribute<RateLimitByKey, &RateReport::total_calls_header_name>("total-calls-header-name"),
};

void check(Reader& reader, const Element& element, void* config) {
  auto& limit = *static_cast<RateLimitByKey*>(config);
  check_report(reader, element, limit.report);
  check_renewal_period(reader, element, limit.period);
}

/// What a postponed increment needs.
struct Postponed {
  const RateLimitByKey* config;
  std::string_view key;
  std::chrono::seconds period;
};

// The limit is not looked at again. A failure here is traced, and nothing is counted. source:
// rate-limits-and-quotas.md#2
Task count(PolicyRun& run, const Postponed& postponed) {
  bool counts = false;
  std::int32_t amount = 0;
  if (!run.get(postponed.config->increment_condition, counts)) co_return Outcome::kFail;
  if (!counts) co_return Outcome::kContinue;
  if (!run.get(postponed.config->increment_count, amount)) co_return Outcome::kFail;
  if (amount <= 0) co_return Outcome::kContinue;
  const EffectRequest effect = CounterOperation{.kind = CounterOperation::Kind::kAddAlways,
                                                .key = postponed.key,
                                                .amount = amount,
                                                .period = postponed.period,
                                                .sliding = true};
  co_await run.perform(effect);
  co_return Outcome::kContinue;
}

Outcome count_at_end(PolicyRun& run, const FlowOp& op) {
  const Task task = count(run, *static_cast<const Postponed*>(op.config));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

Task run(PolicyRun& run, const RateLimitByKey& config) {
  std::string_view key;
  std::int32_t calls = 0;
  std::int32_t seconds = 0;
  if (!run.get(config.counter_key, key) || !run.get(config.calls, calls) || !run.get(config.period, seconds))
    co_return Outcome::kFail;
  if (seconds < 1 || seconds > kMaxRenewalSeconds) {
    co_return run.fail("ExpressionValueEvaluationFailure",
                       "Expression evaluation failed. The renewal-period is not from 1 to 300 seconds.");
  }
  const bool postponed = config.is_postponed();
  const bool counts = !postponed && config.increment_condition.literal;
  CounterOperation operation{.kind = counts ? CounterOperation::Kind::kAdd : CounterOperation::Kind::kRead,
                             .key = concatenated(run.arena(), {"rate-limit-by-key|", key}),
                             .amount = counts ? config.increment_count.literal : 0,
                             .limit = calls,
                             .period = std::chrono::seconds(seconds),
                             .sliding = true};
  const EffectRequest effect = operation;
  const ReplyValue& reply = co_await run.perform(effect);
  const std::optional<CounterReply> counter = counter_reply(run, reply);
  if (counter.has_value() && !counter->allowed) co_return refuse_rate(run, config.report, calls, counter->until_reset);
  if (postponed) run.at_end(&count_at_end, run.arena().make<Postponed>(&config, operation.key, operation.period));
  admit(run, config.report, calls, counter.has_value() ? calls - counter->value : calls);
  co_return Outcome::kContinue;
}

}  // namespace

const PolicySpec kRateLimitByKey =
    policy<RateLimitByKey, &run>("rate-limit-by-key", kAttributes).in(kInboundOnly).checked_by(&check);

}  // namespace portcullis
