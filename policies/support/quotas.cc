#include "policies/support/quotas.h"

#include <optional>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/limits.h"
#include "policies/support/text.h"

namespace portcullis {

namespace {

using Kind = CounterOperation::Kind;
using ChargedKey = Exchange::ChargedKey;

std::string_view bandwidth_key(PolicyRun& run, const QuotaWindow& window) {
  return concatenated(run.arena(), {window.key, "|bandwidth"});
}

CounterOperation operation_on(const QuotaWindow& window, std::string_view key, Kind kind, std::int64_t amount,
                              std::int64_t limit) {
  return {.kind = kind,
          .key = key,
          .amount = amount,
          .limit = limit,
          .period = window.period,
          .first_period_start = window.first_start};
}

const ChargedKey* find_charged(PolicyRun& run, std::string_view key) {
  for (const ChargedKey* at = run.exchange().charged_keys; at != nullptr; at = at->next) {
    if (at->key == key) return at;
  }
  return nullptr;
}

void mark_charged(PolicyRun& run, std::string_view key, std::int64_t amount) {
  run.exchange().charged_keys = run.arena().make<ChargedKey>(key, amount, run.exchange().charged_keys);
}

/// What is counted when the response is settled.
struct AtEnd {
  std::span<const QuotaWindow> windows;
  const QuotaCharge* charge;
  bool calls_counted;
};

Task count_rest(PolicyRun& run, const AtEnd& rest) {
  bool counts = true;
  std::int32_t amount = 1;
  if (!run.get(rest.charge->condition, counts)) co_return Outcome::kFail;
  if (!counts) co_return Outcome::kContinue;
  if (!rest.calls_counted && !run.get(rest.charge->count, amount)) co_return Outcome::kFail;
  for (const QuotaWindow& window : rest.windows) {
    if (!rest.calls_counted && window.calls != kNoQuota && amount > 0 &&
        !(rest.charge->once_per_key && find_charged(run, window.key) != nullptr)) {
      mark_charged(run, window.key, amount);
      const EffectRequest effect = operation_on(window, window.key, Kind::kAddAlways, amount, window.calls);
      co_await run.perform(effect);
    }
    if (window.bandwidth_kilobytes == kNoQuota) continue;
    const std::string_view key = bandwidth_key(run, window);
    const std::int64_t bytes = transferred_bytes(run);
    if (bytes <= 0 || (rest.charge->once_per_key && find_charged(run, key) != nullptr)) continue;
    mark_charged(run, key, bytes);
    const EffectRequest effect =
        operation_on(window, key, Kind::kAddAlways, bytes, window.bandwidth_kilobytes * kKilobyte);
    co_await run.perform(effect);
  }
  co_return Outcome::kContinue;
}

Outcome count_at_end(PolicyRun& run, const FlowOp& op) {
  const Task task = count_rest(run, *static_cast<const AtEnd*>(op.config));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

}  // namespace

Task ended_task(PolicyRun&, Outcome outcome) { co_return outcome; }

Task enforce_quotas(PolicyRun& run, const std::span<const QuotaWindow>& given, const QuotaCharge& charge) {
  const std::span<const QuotaWindow> windows = given;
  const bool counts_now = !charge.is_postponed() && charge.condition.literal && charge.count.literal > 0;
  bool has_bandwidth = false;
  // First all are looked at, then all are counted: nothing is charged for a call that another window refuses.
  for (const QuotaWindow& window : windows) {
    if (window.calls != kNoQuota) {
      const EffectRequest effect = operation_on(window, window.key, Kind::kRead, 0, window.calls);
      const ReplyValue& reply = co_await run.perform(effect);
      const std::optional<CounterReply> counter = counter_reply(run, reply);
      const ChargedKey* charged = charge.once_per_key ? find_charged(run, window.key) : nullptr;
      const std::int64_t own = charged == nullptr ? 0 : charged->amount;
      if (counter.has_value() && counter->value - own >= window.calls)
        co_return refuse_quota(run, QuotaKind::kCalls, window.period, counter->until_reset);
    }
    if (window.bandwidth_kilobytes == kNoQuota) continue;
    has_bandwidth = true;
    const EffectRequest effect =
        operation_on(window, bandwidth_key(run, window), Kind::kRead, 0, window.bandwidth_kilobytes * kKilobyte);
    const ReplyValue& reply = co_await run.perform(effect);
    const std::optional<CounterReply> counter = counter_reply(run, reply);
    if (counter.has_value() && !counter->allowed)
      co_return refuse_quota(run, QuotaKind::kBandwidth, window.period, counter->until_reset);
  }
  for (const QuotaWindow& window : windows) {
    if (!counts_now || window.calls == kNoQuota) continue;
    if (charge.once_per_key && find_charged(run, window.key) != nullptr) continue;
    mark_charged(run, window.key, charge.count.literal);
    const EffectRequest effect = operation_on(window, window.key, Kind::kAdd, charge.count.literal, window.calls);
    const ReplyValue& reply = co_await run.perform(effect);
    const std::optional<CounterReply> counter = counter_reply(run, reply);
    if (counter.has_value() && !counter->allowed)
      co_return refuse_quota(run, QuotaKind::kCalls, window.period, counter->until_reset);
  }
  if (charge.is_postponed() || has_bandwidth) {
    run.at_end(&count_at_end, run.arena().make<AtEnd>(windows, &charge, !charge.is_postponed()));
  }
  co_return Outcome::kContinue;
}

void check_allowances(Reader& reader, const Element& element) {
  if (element.find("calls") != nullptr || element.find("bandwidth") != nullptr) return;
  reader.report(element.name_span, policy_code::kMissingAttribute,
                joined("`", element.name, "` lacks its attribute `calls` or `bandwidth`"),
                "give at least one of the two");
}

void check_quota_period(Reader& reader, const Element& element, std::int64_t seconds, std::int64_t min_period) {
  const Attribute* attribute = element.find("renewal-period");
  if (attribute == nullptr || !attribute->value.is_literal() || seconds == 0 || seconds >= min_period) return;
  reader.report(
      attribute->value.span, policy_code::kWrongLiteral,
      joined("`renewal-period` is a number of seconds from ", min_period, ", or 0 for a quota that is never renewed"),
      min_period > 1 ? "use rate-limit-by-key for shorter periods" : "");
}

}  // namespace portcullis
