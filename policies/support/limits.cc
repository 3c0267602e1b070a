#include "policies/support/limits.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "engine/types/type_table.h"
#include "policies/support/http.h"
#include "policies/support/text.h"

namespace portcullis {

// ---- load ---------------------------------------------------------------------------------------------------------

void check_report(Reader& reader, const Element& element, RateReport& report) {
  for (const std::string_view name :
       {"retry-after-header-name", "remaining-calls-header-name", "total-calls-header-name"}) {
    const Attribute* attribute = element.find(name);
    if (attribute == nullptr || !attribute->value.is_literal() || is_token(attribute->value.trimmed())) continue;
    reader.report(attribute->value.span, policy_code::kWrongLiteral,
                  joined("`", attribute->value.trimmed(), "` is no header name"));
  }
  if (!report.retry_after_variable_name.empty())
    report.retry_after_slot = reader.variables().intern(report.retry_after_variable_name);
  if (!report.remaining_calls_variable_name.empty())
    report.remaining_calls_slot = reader.variables().intern(report.remaining_calls_variable_name);
}

void check_renewal_period(Reader& reader, const Element& element, const Setting<std::int32_t>& period) {
  const Attribute* attribute = element.find("renewal-period");
  if (attribute == nullptr || !attribute->value.is_literal() || period.expression != nullptr) return;
  if (period.literal >= 1 && period.literal <= kMaxRenewalSeconds) return;
  reader.report(attribute->value.span, policy_code::kWrongLiteral,
                "`renewal-period` is a number of seconds from 1 to 300", "use a quota policy for longer periods");
}

// ---- rate limits --------------------------------------------------------------------------------------------------

namespace {

/// A header that the final response gets.
struct OwedHeader {
  std::string_view name;
  std::string_view value;
};

Outcome set_owed_header(PolicyRun& run, const FlowOp& op) {
  const auto& header = *static_cast<const OwedHeader*>(op.config);
  run.exchange().response->headers.set(header.name, header.value, run.arena());
  return Outcome::kContinue;
}

}  // namespace

void owe_header(PolicyRun& run, std::string_view name, std::int64_t value) {
  if (!name.empty()) run.at_end(&set_owed_header, run.arena().make<OwedHeader>(name, run.text(joined(value))));
}

void set_int_variable(PolicyRun& run, std::uint32_t slot, std::int64_t value) {
  const std::int64_t in_range = std::clamp<std::int64_t>(value, INT32_MIN, INT32_MAX);
  run.exchange().variables.set(slot, run.run().box_raw(run.run().type(Known::kInt32), Slot::of(in_range)), run.arena());
}

std::int64_t seconds_up(std::chrono::milliseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(time).count();
}

void admit(PolicyRun& run, const RateReport& report, std::int64_t calls, std::int64_t remaining) {
  remaining = std::max<std::int64_t>(0, remaining);
  owe_header(run, report.remaining_calls_header_name, remaining);
  owe_header(run, report.total_calls_header_name, calls);
  if (!report.remaining_calls_variable_name.empty()) set_int_variable(run, report.remaining_calls_slot, remaining);
}

Outcome refuse_rate(PolicyRun& run, const RateReport& report, std::int64_t calls,
                    std::chrono::milliseconds until_reset) {
  const std::int64_t seconds = std::max<std::int64_t>(1, seconds_up(until_reset));
  owe_header(run, report.total_calls_header_name, calls);
  if (!report.retry_after_variable_name.empty()) set_int_variable(run, report.retry_after_slot, seconds);
  const std::string_view message = run.text(joined("Rate limit is exceeded. Try again in ", seconds, " seconds."));
  return run.fail({.reason = "RateLimitExceeded",
                   .message = message,
                   .status = 429,
                   .body_message = message,
                   .retry_after_seconds = seconds,
                   .retry_after_header = report.retry_after_header_name});
}

// ---- quotas -------------------------------------------------------------------------------------------------------

std::string_view time_span_text(PolicyRun& run, std::int64_t seconds) {
  std::string text;
  const auto two_digits = [&](std::int64_t number) { append(text, number < 10 ? "0" : "", number); };
  if (seconds >= 86400) append(text, seconds / 86400, '.');
  two_digits(seconds / 3600 % 24);
  text += ':';
  two_digits(seconds / 60 % 60);
  text += ':';
  two_digits(seconds % 60);
  return run.text(text);
}

Outcome refuse_quota(PolicyRun& run, QuotaKind kind, std::chrono::seconds period,
                     std::chrono::milliseconds until_reset) {
  const std::string_view what = kind == QuotaKind::kCalls ? "Out of call volume quota." : "Out of bandwidth quota.";
  PolicyError error{.reason = "QuotaExceeded", .message = what, .status = 403, .body_message = what};
  if (period.count() > 0) {
    const std::int64_t seconds = seconds_up(until_reset);
    error.message = run.text(joined(what, " Quota will be replenished in ", time_span_text(run, seconds), "."));
    error.body_message = error.message;
    error.retry_after_seconds = seconds;
  }
  return run.fail(error);
}

namespace {
// A body that streams past says its size in Content-Length, or not at all.
std::int64_t body_bytes(PolicyRun& run, const Message& message) {
  if (message.body.state == BodyState::kBuffered) return static_cast<std::int64_t>(message.body.content.size());
  if (message.body.state == BodyState::kNone) return 0;
  const std::string_view length = trim_ascii(message.headers.joined(HeaderName("Content-Length"), run.arena()));
  std::int64_t bytes = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  return error == std::errc{} && end == length.data() + length.size() && bytes > 0 ? bytes : 0;
}
}  // namespace

std::int64_t transferred_bytes(PolicyRun& run) {
  const Exchange& exchange = run.exchange();
  Message caller = exchange.request;
  caller.headers.assign(exchange.view.request.headers);
  caller.body.state = exchange.view.request.body.state;
  caller.body.content = exchange.view.request.body.content;
  return body_bytes(run, caller) + (exchange.response == nullptr ? 0 : body_bytes(run, *exchange.response));
}

// ---- counters -----------------------------------------------------------------------------------------------------

std::optional<CounterReply> counter_reply(PolicyRun& run, const ReplyValue& reply) {
  if (const auto* counter = std::get_if<CounterReply>(&reply)) return *counter;
  if (run.tracing()) run.trace("No counter answers: the call passes uncounted.");
  return std::nullopt;
}

std::string_view counter_owner(PolicyRun& run) {
  const StepInfo& step = run.step();
  const ContextView& view = run.exchange().view;
  Arena& arena = run.arena();
  if (step.in_fragment) return concatenated(arena, {"fragment:", step.source->name()});
  const std::string_view api = view.api == nullptr ? std::string_view() : view.api->id;
  const bool in_workspace = view.api != nullptr && view.api->workspace.has_value();
  switch (step.scope) {
    case Scope::kGlobal:
      return "global";
    case Scope::kWorkspace:
      return concatenated(arena, {"workspace:", in_workspace ? view.api->workspace->id : std::string_view()});
    case Scope::kProduct:
      return concatenated(arena, {"product:", view.product == nullptr ? std::string_view() : view.product->id});
    case Scope::kApi:
      return concatenated(arena, {"api:", api});
    case Scope::kOperation:
      return concatenated(
          arena, {"operation:", api, "/", view.operation == nullptr ? std::string_view() : view.operation->id});
  }
  return {};
}

}  // namespace portcullis
