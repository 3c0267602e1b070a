// What the rate-limit and quota policies share: counters, the headers they owe to the final response, their refusals.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

// ---- rate limits --------------------------------------------------------------------------------------------------

/// What both rate-limit policies may tell the caller and later policies.
struct RateReport {
  std::string_view retry_after_header_name;
  std::string_view retry_after_variable_name;
  std::string_view remaining_calls_header_name;
  std::string_view remaining_calls_variable_name;
  std::string_view total_calls_header_name;
  std::uint32_t retry_after_slot = 0;
  std::uint32_t remaining_calls_slot = 0;
};

/// An attribute of the `RateReport report` inside a configuration.
template <typename Config, auto kField>
constexpr AttributeSpec report_attribute(std::string_view name) {
  AttributeSpec spec = optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<Config*>(config)->report.*kField);
  };
  return spec;
}
/// Names are header names; variables get their slots.
void check_report(Reader& reader, const Element& element, RateReport& report);

constexpr std::int32_t kMaxRenewalSeconds = 300;
/// A literal `renewal-period` is 1 to 300 seconds.
void check_renewal_period(Reader& reader, const Element& element, const Setting<std::int32_t>& period);

/// The call may pass, so many are left.
void admit(PolicyRun& run, const RateReport& report, std::int64_t calls, std::int64_t remaining);
/// 429, or what the policy's headers say. `until_reset` is rounded up to whole seconds, at least one.
Outcome refuse_rate(PolicyRun& run, const RateReport& report, std::int64_t calls,
                    std::chrono::milliseconds until_reset);

// ---- quotas -------------------------------------------------------------------------------------------------------

enum class QuotaKind : std::uint8_t { kCalls, kBandwidth };
constexpr std::int64_t kKilobyte = 1024;

/// 403 with the time until the quota is full again; without one for quotas that never renew.
Outcome refuse_quota(PolicyRun& run, QuotaKind kind, std::chrono::seconds period,
                     std::chrono::milliseconds until_reset);
/// Bytes of the request's and the response's body, as far as they are known. Both settled.
std::int64_t transferred_bytes(PolicyRun& run);
/// `[d.]hh:mm:ss`, as .NET writes a TimeSpan.
std::string_view time_span_text(PolicyRun& run, std::int64_t seconds);

// ---- what both kinds tell -------------------------------------------------------------------------------------------

/// A header that the final response gets; nothing without a name.
void owe_header(PolicyRun& run, std::string_view name, std::int64_t value);
/// An `int`, clamped.
void set_int_variable(PolicyRun& run, std::uint32_t slot, std::int64_t value);
std::int64_t seconds_up(std::chrono::milliseconds time);

// ---- counters -----------------------------------------------------------------------------------------------------

/// What a store said; no value when nobody answers: the call passes then, and is not counted. source:
/// rate-and-cache-distribution.md#3
std::optional<CounterReply> counter_reply(PolicyRun& run, const ReplyValue& reply);

/// The document that the current policy stands in, as counters of `rate-limit` and `quota` see it: the product, API or
/// operation, or the fragment. Lifetime: the request.
std::string_view counter_owner(PolicyRun& run);

}  // namespace portcullis
