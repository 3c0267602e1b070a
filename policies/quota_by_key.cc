// quota-by-key: calls and kilobytes in long fixed periods, counted by any key. source: quota-by-key-policy
//
// Elements that share a key count a request once. Expressions in increment-condition and increment-count are evaluated
// at the end of the request, as rate-limit-by-key does. source: rate-limits-and-quotas.md#4 (chosen)
#include <optional>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/limits.h"
#include "policies/support/quotas.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr std::int64_t kMinPeriod = 300;

struct QuotaByKey {
  std::int64_t calls = kNoQuota;
  std::int64_t bandwidth = kNoQuota;
  std::int64_t period = 0;
  Setting<std::string_view> counter_key;
  QuotaCharge charge{.once_per_key = true};
  std::string_view first_period_start;
  std::chrono::sys_seconds start;
  std::string_view key_prefix;  // of its counters
};

template <auto kField>
constexpr AttributeSpec charge_attribute(std::string_view name) {
  AttributeSpec spec = optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<QuotaByKey*>(config)->charge.*kField);
  };
  return spec;
}

constexpr AttributeSpec kAttributes[] = {
    optional<&QuotaByKey::calls>("calls"),
    optional<&QuotaByKey::bandwidth>("bandwidth"),
    required<&QuotaByKey::period>("renewal-period"),
    required<&QuotaByKey::counter_key>("counter-key"),
    charge_attribute<&QuotaCharge::condition>("increment-condition"),
    charge_attribute<&QuotaCharge::count>("increment-count"),
    optional<&QuotaByKey::first_period_start>("first-period-start"),
};

// yyyy-MM-ddTHH:mm:ssZ
std::optional<std::chrono::sys_seconds> read_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == '0' ? !is_ascii_digit(text[i]) : text[i] != kForm[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    unsigned value = 0;
    for (const char c : text.substr(at, size)) value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0, 4))),
                                        std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
  const unsigned hour = number(11, 2);
  const unsigned minute = number(14, 2);
  const unsigned second = number(17, 2);
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

void check_start(Reader& reader, const Element& element, QuotaByKey& quota) {
  quota.start = *read_time("0001-01-01T00:00:00Z");
  const Attribute* attribute = element.find("first-period-start");
  if (attribute == nullptr || !attribute->value.is_literal()) return;
  const std::optional<std::chrono::sys_seconds> start = read_time(quota.first_period_start);
  if (start.has_value()) {
    quota.start = *start;
  } else {
    reader.report(attribute->value.span, policy_code::kWrongLiteral,
                  joined("`", quota.first_period_start.substr(0, 60), "` is no time of the form yyyy-MM-ddTHH:mm:ssZ"));
  }
}

void check(Reader& reader, const Element& element, void* config) {
  auto& quota = *static_cast<QuotaByKey*>(config);
  check_allowances(reader, element);
  check_quota_period(reader, element, quota.period, kMinPeriod);
  check_start(reader, element, quota);
  const std::string prefix = joined("quota-by-key|", quota.period, "|", quota.start.time_since_epoch().count(), "|");
  quota.key_prefix = reader.arena().copy(std::string_view(prefix));
}

Task run(PolicyRun& run, const QuotaByKey& config) {
  std::string_view key;
  if (!run.get(config.counter_key, key)) return ended_task(run, Outcome::kFail);
  const std::span<QuotaWindow> windows = run.arena().array<QuotaWindow>(1);
  // Periods of another length or origin are counters of their own.
  windows[0] = {.key = concatenated(run.arena(), {config.key_prefix, key}),
                .calls = config.calls,
                .bandwidth_kilobytes = config.bandwidth,
                .period = std::chrono::seconds(config.period),
                .first_start = config.start};
  return enforce_quotas(run, windows, config.charge);
}

}  // namespace

const PolicySpec kQuotaByKey =
    policy<QuotaByKey, &run>("quota-by-key", kAttributes).in(kInboundOnly).checked_by(&check);

}  // namespace portcullis
