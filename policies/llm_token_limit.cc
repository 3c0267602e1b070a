// llm-token-limit and azure-openai-token-limit: tokens in a sliding minute and in long fixed periods, by any key.
// source: llm-token-limit-policy, azure-openai-token-limit-policy
//
//     inbound          the estimate of the prompt is reserved; refused when a counter is exhausted or the estimate
//                      larger than what is left
//     before outbound  the reservation gives way to the real count (a stream: when it is over)
//     at the end       headers
//
// Both names share their counters. Rates count as the gateway's store does: in the sliding window of the classic tiers
// or in the token bucket of v2. Calls at the same time may overshoot, as documented. source: ai-gateway.md#2
#include <algorithm>
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/exists_action.h"
#include "policies/support/http.h"
#include "policies/support/limits.h"
#include "policies/support/model_call.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {

enum class PromptType : std::uint8_t { kAuto, kChat, kCompletion, kEmbeddings };
constexpr Word kPromptTypeWords[] = {{"auto", 0}, {"chat-completion", 1}, {"completion", 2}, {"embeddings", 3}};
constexpr std::span<const Word> portcullis_words(PromptType*) { return kPromptTypeWords; }

namespace {

enum class Period : std::uint8_t { kHourly, kDaily, kWeekly, kMonthly, kYearly, kIndefinite };
constexpr Word kPeriodWords[] = {{"Hourly", 0},  {"Daily", 1},  {"Weekly", 2},
                                 {"Monthly", 3}, {"Yearly", 4}, {"Indefinite", 5}};

constexpr std::chrono::seconds kMinute{60};

/// A name of a header or variable that tells something, with the variable's slot.
struct Teller {
  std::string_view header;
  std::string_view variable;
  std::uint32_t slot = 0;
};

struct TokenLimit {
  Setting<std::string_view> counter_key;
  Setting<std::int64_t> tokens_per_minute;
  Setting<std::int64_t> token_quota;
  Setting<std::string_view> token_quota_period = std::string_view("Indefinite");
  Setting<bool> estimate_prompt_tokens;
  Setting<bool> misspelt_estimate;  // as Microsoft's toolkit writes it
  PromptType prompt_type = PromptType::kAuto;
  bool ignore_prompt = false;
  Teller retry_after, remaining, remaining_quota, consumed;
};

template <auto kTeller, auto kName>
constexpr AttributeSpec teller_attribute(std::string_view name) {
  AttributeSpec spec = optional<kName>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    reader.read(attribute, static_cast<TokenLimit*>(config)->*kTeller.*kName);
  };
  return spec;
}

constexpr AttributeSpec kAttributes[] = {
    required<&TokenLimit::counter_key>("counter-key"),
    optional<&TokenLimit::tokens_per_minute>("tokens-per-minute"),
    optional<&TokenLimit::token_quota>("token-quota"),
    optional<&TokenLimit::token_quota_period>("token-quota-period"),
    optional<&TokenLimit::estimate_prompt_tokens>("estimate-prompt-tokens"),
    optional<&TokenLimit::misspelt_estimate>("estimate-prompt-token"),
    optional<&TokenLimit::prompt_type>("prompt-type"),
    optional<&TokenLimit::ignore_prompt>("ignore-prompt"),
    teller_attribute<&TokenLimit::retry_after, &Teller::header>("retry-after-header-name"),
    teller_attribute<&TokenLimit::retry_after, &Teller::variable>("retry-after-variable-name"),
    teller_attribute<&TokenLimit::remaining, &Teller::header>("remaining-tokens-header-name"),
    teller_attribute<&TokenLimit::remaining, &Teller::variable>("remaining-tokens-variable-name"),
    teller_attribute<&TokenLimit::remaining_quota, &Teller::header>("remaining-quota-tokens-header-name"),
    teller_attribute<&TokenLimit::remaining_quota, &Teller::variable>("remaining-quota-tokens-variable-name"),
    teller_attribute<&TokenLimit::consumed, &Teller::header>("tokens-consumed-header-name"),
    teller_attribute<&TokenLimit::consumed, &Teller::variable>("tokens-consumed-variable-name"),
};

// ---- load ---------------------------------------------------------------------------------------------------------

void check_teller(Reader& reader, const Element& element, Teller& teller, std::string_view attribute_name) {
  if (!teller.variable.empty()) teller.slot = reader.variables().intern(teller.variable);
  const Attribute* attribute = element.find(attribute_name);
  if (attribute == nullptr || !attribute->value.is_literal() || is_token(attribute->value.trimmed())) return;
  reader.report(attribute->value.span, policy_code::kWrongLiteral,
                joined("`", attribute->value.trimmed(), "` is no header name"));
}

void check_positive(Reader& reader, const Element& element, std::string_view name,
                    const Setting<std::int64_t>& number) {
  const Attribute* attribute = element.find(name);
  if (attribute == nullptr || !attribute->value.is_literal() || number.expression != nullptr || number.literal > 0)
    return;
  reader.report(attribute->value.span, policy_code::kWrongLiteral, joined("`", name, "` is a number above zero"));
}

void check(Reader& reader, const Element& element, void* config) {
  auto& limit = *static_cast<TokenLimit*>(config);
  const bool has_rate = element.find("tokens-per-minute") != nullptr;
  const bool has_quota = element.find("token-quota") != nullptr;
  const bool has_period = element.find("token-quota-period") != nullptr;
  if (!has_rate && !has_quota) {
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  joined("`", element.name, "` lacks its attribute `tokens-per-minute` or `token-quota`"),
                  "give at least one of the two");
  }
  if (has_period && !has_quota) {
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  joined("`", element.name, "` has `token-quota-period` without `token-quota`"));
  }
  if (has_quota && !has_period) {
    reader.warn(element.name_span, policy_code::kSuspicious,
                "`token-quota` without `token-quota-period`: it is never renewed",
                "write token-quota-period=\"Monthly\"");
  }
  check_positive(reader, element, "tokens-per-minute", limit.tokens_per_minute);
  check_positive(reader, element, "token-quota", limit.token_quota);
  check_word(reader, element, "token-quota-period", kPeriodWords);
  if (const Attribute* misspelt = element.find("estimate-prompt-token")) {
    reader.warn(misspelt->name_span, policy_code::kSuspicious, "`estimate-prompt-token` is `estimate-prompt-tokens`",
                "write estimate-prompt-tokens");
    if (element.find("estimate-prompt-tokens") == nullptr) limit.estimate_prompt_tokens = limit.misspelt_estimate;
  }
  check_teller(reader, element, limit.retry_after, "retry-after-header-name");
  check_teller(reader, element, limit.remaining, "remaining-tokens-header-name");
  check_teller(reader, element, limit.remaining_quota, "remaining-quota-tokens-header-name");
  check_teller(reader, element, limit.consumed, "tokens-consumed-header-name");
}

// ---- windows ------------------------------------------------------------------------------------------------------

using std::chrono::sys_days;
using std::chrono::sys_seconds;

struct Window {
  sys_seconds start{};
  std::chrono::seconds length{0};  // zero: never renewed
};

// The running period, cut to UTC. Weeks begin on Monday. source: ai-gateway.md#2 (chosen)
Window window_of(Period period, SystemTime now) {
  using namespace std::chrono;
  const sys_days day = floor<days>(now);
  const year_month_day date(day);
  const auto between = [](sys_days from, sys_days to) { return Window{from, to - from}; };
  switch (period) {
    case Period::kHourly:
      return {floor<hours>(now), hours(1)};
    case Period::kDaily:
      return {day, days(1)};
    case Period::kWeekly:
      return {day - (weekday(day) - Monday), days(7)};
    case Period::kMonthly: {
      const year_month month = date.year() / date.month();
      return between(sys_days(month / 1), sys_days((month + months(1)) / 1));
    }
    case Period::kYearly:
      return between(sys_days(date.year() / 1 / 1), sys_days((date.year() + years(1)) / 1 / 1));
    case Period::kIndefinite:
      break;
  }
  return {};
}

// The two largest units that are not zero: "21 minutes and 33 seconds". source: ai-gateway.md#2 (chosen)
std::string duration_text(std::int64_t seconds) {
  struct Unit {
    std::int64_t seconds;
    std::string_view name;
  };
  constexpr Unit kUnits[] = {{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}};
  std::string text;
  int shown = 0;
  for (const Unit& unit : kUnits) {
    const std::int64_t count = seconds / unit.seconds;
    seconds %= unit.seconds;
    if (count == 0 || shown == 2) continue;
    append(text, shown == 1 ? " and " : "", count, ' ', unit.name, count == 1 ? "" : "s");
    ++shown;
  }
  return text;
}

// ---- one counter --------------------------------------------------------------------------------------------------

using Kind = CounterOperation::Kind;
using ChargedKey = Exchange::ChargedKey;

/// A counter of this request. Several policies with one key share it: the first reserves and counts.
struct Counter {
  bool is_used = false;
  bool is_quota = false;
  bool is_ours = false;  // this policy counts
  std::string_view key;
  std::int64_t limit = 0;
  Period period = Period::kIndefinite;
  Window window;
  std::int64_t reserved = 0;
  SystemTime reserved_at{};
  std::int64_t remaining = 0;
};

CounterOperation operation_on(const Counter& counter, Kind kind, std::int64_t amount, std::int64_t limit) {
  CounterOperation operation{.kind = kind, .key = counter.key, .amount = amount, .limit = limit};
  operation.sliding = !counter.is_quota;
  operation.period = counter.is_quota ? counter.window.length : kMinute;
  operation.first_period_start = counter.window.start;
  return operation;
}

ChargedKey* find_charged(PolicyRun& run, std::string_view key) {
  for (ChargedKey* at = run.exchange().charged_keys; at != nullptr; at = at->next) {
    if (at->key == key) return at;
  }
  return nullptr;
}

/// What this policy keeps until the counts are known. Lies in the arena.
struct Limiting {
  const TokenLimit* config;
  ModelCall* call;
  Counter counters[2];  // rate, quota
  std::int64_t estimate = 0;
  bool is_settled = false;
};

// The reservation is in a window that is over: there is nothing to give back.
bool is_reservation_over(const Counter& counter, SystemTime now) {
  if (!counter.is_quota) return now - counter.reserved_at >= kMinute;
  return window_of(counter.period, now).start != counter.window.start;
}

std::int64_t counted(const Limiting& limiting) {
  const TokenCounts& counts = limiting.call->counts;
  return limiting.config->ignore_prompt ? counts.completion : counts.prompt + counts.completion;
}

// ---- refusals -----------------------------------------------------------------------------------------------------

Outcome refuse(PolicyRun& run, const TokenLimit& config, const Counter& counter, bool can_wait,
               std::chrono::milliseconds until_reset) {
  const std::int64_t seconds = std::max<std::int64_t>(1, seconds_up(until_reset));
  std::string message = counter.is_quota ? "Token quota is exceeded." : "Token limit is exceeded.";
  if (can_wait && counter.is_quota) append(message, " Try again in ", duration_text(seconds), ".");
  if (can_wait && !counter.is_quota) append(message, " Try again in ", seconds, " seconds.");
  PolicyError error{.reason = counter.is_quota ? "OpenAITokenQuotaExceeded" : "OpenAITokenLimitExceeded",
                    .message = run.text(message),
                    .status = counter.is_quota ? 403 : 429,
                    .retry_after_header = config.retry_after.header};
  error.body_message = error.message;
  if (can_wait) {
    error.retry_after_seconds = seconds;
    if (!config.retry_after.variable.empty()) set_int_variable(run, config.retry_after.slot, seconds);
  }
  return run.fail(error);
}

// ---- after the answer ---------------------------------------------------------------------------------------------

void tell(PolicyRun& run, const Teller& teller, const Counter& counter) {
  if (counter.is_used && !teller.variable.empty()) set_int_variable(run, teller.slot, counter.remaining);
}

Task settle(PolicyRun& run, Limiting* limiting) {
  const std::int64_t amount = counted(*limiting);
  limiting->is_settled = true;
  for (Counter& counter : limiting->counters) {
    if (!counter.is_used) continue;
    if (counter.is_ours && counter.reserved > 0 && !is_reservation_over(counter, run.now())) {
      const EffectRequest back = operation_on(counter, Kind::kAddAlways, -counter.reserved, counter.limit);
      co_await run.perform(back);
    }
    // The window that runs now, which may be another than the one of the request.
    if (counter.is_quota) counter.window = window_of(counter.period, run.now());
    const bool adds = counter.is_ours && amount > 0;
    const EffectRequest effect =
        operation_on(counter, adds ? Kind::kAddAlways : Kind::kRead, adds ? amount : 0, counter.limit);
    const ReplyValue& reply = co_await run.perform(effect);
    if (const auto* now = std::get_if<CounterReply>(&reply))
      counter.remaining = std::max<std::int64_t>(0, counter.limit - now->value);
  }
  const TokenLimit& config = *limiting->config;
  tell(run, config.remaining, limiting->counters[0]);
  tell(run, config.remaining_quota, limiting->counters[1]);
  if (!config.consumed.variable.empty()) set_int_variable(run, config.consumed.slot, amount);
  co_return Outcome::kContinue;
}

Outcome on_counts(PolicyRun& run, const FlowOp& op) {
  auto& limiting = *static_cast<Limiting*>(const_cast<void*>(op.config));
  if (limiting.is_settled || !limiting.call->is_counted) return Outcome::kContinue;
  const Task task = settle(run, &limiting);
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

// Headers and variables left long ago.
void at_stream_end(PolicyRun& run, void* state, const TokenCounts&) {
  auto& limiting = *static_cast<Limiting*>(state);
  if (limiting.is_settled) return;
  limiting.is_settled = true;
  const std::int64_t amount = counted(limiting);
  for (Counter& counter : limiting.counters) {
    if (!counter.is_used || !counter.is_ours) continue;
    if (counter.reserved > 0 && !is_reservation_over(counter, run.now()))
      run.notify(operation_on(counter, Kind::kAddAlways, -counter.reserved, counter.limit));
    if (counter.is_quota) counter.window = window_of(counter.period, run.now());
    if (amount > 0) run.notify(operation_on(counter, Kind::kAddAlways, amount, counter.limit));
  }
}

// After outbound, so that no set-header there removes them. Of a stream the count is not known yet. source:
// ai-gateway.md#2 "Variables" (chosen)
Outcome write_headers(PolicyRun& run, const FlowOp& op) {
  const auto& limiting = *static_cast<const Limiting*>(op.config);
  const TokenLimit& config = *limiting.config;
  HeaderList& headers = run.exchange().response->headers;
  const auto write = [&](std::string_view name, std::int64_t value) {
    if (!name.empty()) headers.set(name, number_text(run.arena(), value), run.arena());
  };
  if (limiting.counters[0].is_used) write(config.remaining.header, limiting.counters[0].remaining);
  if (limiting.counters[1].is_used) write(config.remaining_quota.header, limiting.counters[1].remaining);
  if (limiting.is_settled && limiting.call->has_answer) write(config.consumed.header, counted(limiting));
  return Outcome::kContinue;
}

// ---- before the call ----------------------------------------------------------------------------------------------

ModelApi api_of(PromptType type) {
  switch (type) {
    case PromptType::kAuto:
      return ModelApi::kNone;
    case PromptType::kChat:
      return ModelApi::kChat;
    case PromptType::kCompletion:
      return ModelApi::kCompletion;
    case PromptType::kEmbeddings:
      return ModelApi::kEmbeddings;
  }
  return ModelApi::kNone;
}

bool read_limit(PolicyRun& run, const Setting<std::int64_t>& setting, std::string_view name, Counter& counter) {
  if (!run.get(setting, counter.limit)) return false;
  counter.is_used = true;
  if (counter.limit > 0) return true;
  run.fail("ExpressionValueEvaluationFailure", joined("Expression evaluation failed. `", name, "` is not above zero."));
  return false;
}

bool read_counters(PolicyRun& run, const TokenLimit& config, std::string_view key, Limiting& limiting) {
  Counter& rate = limiting.counters[0];
  Counter& quota = limiting.counters[1];
  if (config.tokens_per_minute.is_present) {
    if (!read_limit(run, config.tokens_per_minute, "tokens-per-minute", rate)) return false;
    rate.key = concatenated(run.arena(), {"llm-token-limit|", key});
  }
  if (!config.token_quota.is_present) return true;
  quota.is_quota = true;
  if (!read_limit(run, config.token_quota, "token-quota", quota)) return false;
  std::string_view period;
  std::int64_t word = 0;
  if (!run.get(config.token_quota_period, period)) return false;
  if (!match_word(trim_ascii(period), kPeriodWords, word)) {
    run.fail("ExpressionValueEvaluationFailure",
             joined("Expression evaluation failed. `", period, "` is no period of a token quota."));
    return false;
  }
  quota.period = static_cast<Period>(word);
  quota.window = window_of(quota.period, run.now());
  quota.key = concatenated(run.arena(), {"llm-token-quota|", kPeriodWords[word].text, "|", key});
  return true;
}

Task run(PolicyRun& run, const TokenLimit& config) {
  std::string_view key;
  bool estimates = false;
  auto* limiting = run.arena().make<Limiting>();
  limiting->config = &config;
  if (!run.get(config.counter_key, key) || !read_counters(run, config, key, *limiting) ||
      !run.get(config.estimate_prompt_tokens, estimates))
    co_return Outcome::kFail;
  ModelCall& call = model_call(run, api_of(config.prompt_type));
  limiting->call = &call;
  // In a stream the prompt is estimated in any case. source: ai-gateway.md#1.4
  if ((estimates || call.request.streams) && !config.ignore_prompt) limiting->estimate = estimated_prompt(run, call);
  const std::int64_t estimate = limiting->estimate;
  for (Counter& counter : limiting->counters) {
    if (!counter.is_used) continue;
    if (estimate > counter.limit) co_return refuse(run, config, counter, false, {});
    // Used up, or less left than the estimate.
    const std::int64_t passes_below = counter.limit - std::max<std::int64_t>(1, estimate) + 1;
    const EffectRequest effect = operation_on(counter, Kind::kRead, estimate, counter.limit);
    const ReplyValue& reply = co_await run.perform(effect);
    const std::optional<CounterReply> now = counter_reply(run, reply);
    const ChargedKey* charged = find_charged(run, counter.key);
    counter.is_ours = charged == nullptr;
    const std::int64_t used = !now.has_value() ? 0 : now->value - (charged == nullptr ? 0 : charged->amount);
    if (now.has_value() && used >= passes_below)
      co_return refuse(run, config, counter, counter.period != Period::kIndefinite || !counter.is_quota,
                       now->until_reset);
    counter.remaining = std::max<std::int64_t>(0, counter.limit - used - estimate);
  }
  for (Counter& counter : limiting->counters) {
    if (!counter.is_used || !counter.is_ours) continue;
    run.exchange().charged_keys = run.arena().make<ChargedKey>(counter.key, estimate, run.exchange().charged_keys);
    if (estimate == 0) continue;
    counter.reserved = estimate;
    counter.reserved_at = run.now();
    const EffectRequest effect = operation_on(counter, Kind::kAddAlways, estimate, counter.limit);
    co_await run.perform(effect);
  }
  tell(run, config.remaining, limiting->counters[0]);
  tell(run, config.remaining_quota, limiting->counters[1]);
  if (!config.consumed.variable.empty()) set_int_variable(run, config.consumed.slot, estimate);
  if (run.tracing()) {
    run.trace(joined("Tokens: ", name_of(call.request.api), " call",
                     call.request.streams ? ", the answer is asked for as a stream" : "", ", prompt estimated at ",
                     estimate,
                     estimate == 0            ? " (not estimated)"
                     : call.is_prompt_encoded ? " (by the token counter)"
                                              : " (by the bytes)"));
  }
  watch_counts(run, call, &on_counts, &at_stream_end, limiting);
  run.at_end(&write_headers, limiting);
  co_return Outcome::kContinue;
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    const Task task = run(run_of, *static_cast<const TokenLimit*>(op.config));
    return task.done() ? task.outcome() : Outcome::kSuspend;
  };
  flow.emit({.run = kRun, .config = config, .needs = kNeedsRequestBody});
}

constexpr PolicySpec spec_named(std::string_view name) {
  return policy<TokenLimit, &run>(name, kAttributes).in(kInboundOnly).checked_by(&check).emitting(&emit);
}

}  // namespace

const PolicySpec kLlmTokenLimit = spec_named("llm-token-limit");
const PolicySpec kAzureOpenaiTokenLimit = spec_named("azure-openai-token-limit");

}  // namespace portcullis
