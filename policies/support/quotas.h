// What `quota` and `quota-by-key` share: fixed windows of calls and bandwidth.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

constexpr std::int64_t kNoQuota = std::numeric_limits<std::int64_t>::min();

/// One allowance with its counters. Lifetime: the request.
struct QuotaWindow {
  std::string_view key;
  std::int64_t calls = kNoQuota;
  std::int64_t bandwidth_kilobytes = kNoQuota;
  std::chrono::seconds period{0};  // zero: never renewed
  std::chrono::sys_seconds first_start{};
};

/// How a request is counted.
struct QuotaCharge {
  Setting<bool> condition = true;
  Setting<std::int32_t> count = 1;
  bool once_per_key = false;  // quota-by-key: several elements with one key count a request once

  [[nodiscard]] bool is_postponed() const { return condition.expression != nullptr || count.expression != nullptr; }
};

/// Looks at every window, refuses when one is used up, else counts the call, and the bytes at the end. All arguments
/// live as long as the request.
Task enforce_quotas(PolicyRun& run, const std::span<const QuotaWindow>& windows, const QuotaCharge& charge);
Task ended_task(PolicyRun& run, Outcome outcome);

/// At least one of `calls` and `bandwidth`; periods of quotas that are not below `min_period`, or 0.
void check_allowances(Reader& reader, const Element& element);
void check_quota_period(Reader& reader, const Element& element, std::int64_t seconds, std::int64_t min_period);

}  // namespace portcullis
