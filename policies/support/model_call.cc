#include "policies/support/model_call.h"

#include <algorithm>
#include <memory>
#include <string>

#include "base/text.h"
#include "engine/pipeline/core.h"
#include "policies/support/body.h"
#include "policies/support/event_stream.h"
#include "policies/support/token_tally.h"

namespace portcullis {

// ---- bodies -------------------------------------------------------------------------------------------------------

namespace {

bool has_media_type(PolicyRun& run, const Message& message, std::string_view wanted) {
  const std::string_view type = message.headers.joined(HeaderName("Content-Type"), run.arena());
  return equals_ignoring_ascii_case(trim_ascii(type.substr(0, std::min(type.find(';'), type.size()))), wanted);
}

}  // namespace

bool is_event_stream(PolicyRun& run, const Response& response) {
  return has_media_type(run, response, "text/event-stream");
}

bool is_encoded(PolicyRun& run, const Message& message) {
  const std::string_view encoding = trim_ascii(message.headers.joined(HeaderName("Content-Encoding"), run.arena()));
  return !encoding.empty() && !equals_ignoring_ascii_case(encoding, "identity");
}

std::optional<std::string_view> decoded_body(PolicyRun& run, const Message& message) {
  if (message.body.state != BodyState::kBuffered) return std::nullopt;
  if (!is_encoded(run, message)) return message.body.content;
  // Decoding drops the header: of a copy.
  Message copy = message;
  copy.body.message = &copy;
  std::string_view text;
  if (read_body(run, copy, text)) return text;
  run.clear_error();
  return std::nullopt;
}

void connect_as(const BackendView& backend, HttpCall& call) {
  call.client_certificate_pem = backend.client_certificate_pem;
  call.verify_peer = backend.verify_peer;
  call.verify_host = backend.verify_host;
  call.proxy_url = backend.proxy_url;
  call.proxy_username = backend.proxy_username;
  call.proxy_password = backend.proxy_password;
}

// ---- the request --------------------------------------------------------------------------------------------------

ModelCall& model_call(PolicyRun& run, ModelApi prompt_type) {
  PipelineCore& core = run.core();
  if (core.model_call == nullptr) core.model_call = run.arena().make<ModelCall>();
  ModelCall& call = *core.model_call;
  Request& request = run.exchange().request;
  if (call.read_from == nullptr || call.read_from != request.body.content.data()) {
    call.read_from = request.body.content.data();
    call.body = decoded_body(run, request).value_or(std::string_view());
    call.request =
        read_model_request(request.url.path, call.body, request.headers.contains(HeaderName("anthropic-version")));
    call.prompt_tokens = -1;
  }
  if (prompt_type != ModelApi::kNone && !call.body.empty() && call.request.api != prompt_type) {
    call.request.api = prompt_type;
    call.prompt_tokens = -1;
  }
  return call;
}

namespace {

std::string_view model_name(const ModelRequest& request) { return request.model.raw; }

constexpr bool is_dialog(ModelApi api) {
  return api == ModelApi::kChat || api == ModelApi::kResponses || api == ModelApi::kAnthropic ||
         api == ModelApi::kVertex;
}

}  // namespace

std::int64_t estimated_prompt(PolicyRun& run, ModelCall& call) {
  if (call.prompt_tokens >= 0) return call.prompt_tokens;
  call.prompt_tokens = 0;
  if (call.request.api == ModelApi::kNone) return 0;
  TokenTally tally(run.core().options.token_counter, model_name(call.request));
  visit_prompt(call.request.api, call.body, tally);
  if (is_dialog(call.request.api)) tally.add(TokenTally::kReplyTokens);
  call.prompt_tokens = tally.tokens();
  call.is_prompt_encoded = tally.is_encoded();
  return call.prompt_tokens;
}

// ---- counts -------------------------------------------------------------------------------------------------------

namespace {

/// What an answer said and held, whole or in events.
class AnswerReading {
 public:
  AnswerReading(const TokenCounter* counter, std::string_view model) : tally_(counter, model) {}

  void read(std::string_view json) {
    // Most events of a stream have none.
    if (json.find("sage") != std::string_view::npos) read_usage(json, usage_);
    visit_answer(json, tally_);
  }
  /// The counts, and how they came about. `is_cut`: the answer broke off, so that counts reported so far may be too
  /// low.
  TokenCounts counts(PolicyRun& run, ModelCall& call, bool is_cut);

 private:
  ReportedUsage usage_;
  TokenTally tally_;
};

std::string_view way_of_estimating(bool is_encoded) { return is_encoded ? "by the token counter" : "by the bytes"; }

TokenCounts AnswerReading::counts(PolicyRun& run, ModelCall& call, bool is_cut) {
  TokenCounts counts;
  const bool is_call = call.request.api != ModelApi::kNone;
  const std::int64_t estimate = tally_.tokens();
  if (usage_.has_bad_counts && run.tracing())
    run.trace("The usage that the backend reports has values that are no counts.");
  // Nothing that looks like a model's answer.
  if (!usage_.has_any() && (!is_call || tally_.is_empty())) return counts;
  counts.is_known = true;
  counts.cached = usage_.cached;
  counts.reasoning = usage_.reasoning;
  counts.prompt = usage_.prompt.value_or(0);
  counts.completion = usage_.completion.value_or(0);
  if (usage_.total.has_value() && !usage_.prompt.has_value() && !usage_.completion.has_value()) {
    counts.prompt = std::min(*usage_.total, estimated_prompt(run, call));
    counts.completion = *usage_.total - counts.prompt;
  } else {
    if (!usage_.prompt.has_value()) counts.prompt = estimated_prompt(run, call);
    if (!usage_.completion.has_value() || is_cut) counts.completion = std::max(counts.completion, estimate);
  }
  counts.total = std::max(usage_.total.value_or(0), counts.prompt + counts.completion);
  if (!run.tracing()) return counts;
  const bool estimates_prompt = !usage_.prompt.has_value() && !usage_.total.has_value();
  const bool estimates_completion = counts.completion != usage_.completion.value_or(0) && !usage_.total.has_value();
  run.trace(joined("Tokens: prompt ", counts.prompt, estimates_prompt ? " (estimated " : " (reported",
                   estimates_prompt ? way_of_estimating(call.is_prompt_encoded) : std::string_view(), "), completion ",
                   counts.completion, estimates_completion ? " (estimated " : " (reported",
                   estimates_completion ? way_of_estimating(tally_.is_encoded()) : std::string_view(), ")"));
  return counts;
}

bool is_success(const Response& response) { return response.status >= 200 && response.status < 300; }

// A body that is whole. source: ai-gateway.md#2 "Order of events", 5
TokenCounts count_answer(PolicyRun& run, ModelCall& call, const Response& response) {
  if (call.from_cache) {
    if (run.tracing()) run.trace("Tokens: none, the answer comes from the semantic cache");
    return {.is_known = true};
  }
  if (!is_success(response)) return {};
  const std::optional<std::string_view> body = decoded_body(run, response);
  if (!body.has_value()) return {};
  AnswerReading reading(run.core().options.token_counter, model_name(call.request));
  if (is_event_stream(run, response)) {
    EventStream events;
    const auto read = [&](std::string_view data, std::size_t) { reading.read(data); };
    events.take(*body, read);
    events.end(read);
  } else {
    reading.read(*body);
  }
  return reading.counts(run, call, false);
}

/// Counts a stream while it passes.
class CountWatcher final : public BodyWatcher {
 public:
  CountWatcher(PolicyRun& run, ModelCall& call)
      : call_(call), reading_(run.core().options.token_counter, model_name(call.request)) {}

  void see(std::string_view bytes) override {
    events_.take(bytes, [&](std::string_view data, std::size_t) { reading_.read(data); });
  }

  void end(PolicyRun& run, bool complete) override {
    events_.end([&](std::string_view data, std::size_t) { reading_.read(data); });
    if (call_.listeners == nullptr) return;
    run.fiber().current = &call_.listeners->op;
    if (!complete) run.trace("The stream broke off.");
    call_.counts = reading_.counts(run, call_, !complete);
    call_.is_counted = true;
    for (CountListener* at = call_.listeners; at != nullptr; at = at->next) {
      run.fiber().current = &at->op;
      at->at_stream_end(run, at->state, call_.counts);
    }
  }

 private:
  ModelCall& call_;
  EventStream events_;
  AnswerReading reading_;
};

bool streams_past(PolicyRun& run, const Response* response) {
  return response != nullptr && response->body.state == BodyState::kStream && is_event_stream(run, *response);
}

void set_counts(ModelCall& call, const TokenCounts& counts) {
  call.counts = counts;
  call.is_counted = true;
}

// A JSON answer that streams is read whole; what is neither JSON nor events is none of a model.
Task take_answer(PolicyRun& run, ModelCall* call) {
  Response* response = run.exchange().response;
  call->has_answer = true;
  if (call->from_cache) {
    set_counts(*call, count_answer(run, *call, *response));
    co_return Outcome::kContinue;
  }
  if (response == nullptr || streams_past(run, response)) co_return Outcome::kContinue;
  if (response->body.state == BodyState::kStream && has_media_type(run, *response, "application/json")) {
    const EffectRequest effect = ReadBody{.of_response = true};
    const ReplyValue& reply = co_await run.perform(effect);
    if (const auto* body = std::get_if<BodyReply>(&reply)) {
      response->body.state = BodyState::kBuffered;
      response->body.content = body->content;
    }
  }
  set_counts(*call, count_answer(run, *call, *response));
  co_return Outcome::kContinue;
}

Outcome take_answer_op(PolicyRun& run, const FlowOp& op) {
  const Task task = take_answer(run, static_cast<ModelCall*>(const_cast<void*>(op.config)));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

// Errors before outbound cost nothing; an outbound policy may have replaced a stream, or have read it.
Outcome close_answer(PolicyRun& run, const FlowOp& op) {
  ModelCall& call = *static_cast<ModelCall*>(const_cast<void*>(op.config));
  if (call.is_counted) return Outcome::kContinue;
  const Response* response = run.exchange().response;
  if (!call.has_answer || response == nullptr) {
    set_counts(call, {});
  } else if (!streams_past(run, response)) {
    set_counts(call, count_answer(run, call, *response));
  } else if (!is_success(*response)) {
    set_counts(call, {});
  } else {
    if (is_encoded(run, *response)) run.trace("The stream is compressed: its tokens cannot be counted.");
    run.core().passage.add(std::make_unique<CountWatcher>(run, call));
  }
  return Outcome::kContinue;
}

FlowOp operation(PolicyRun& run, Outcome (*action)(PolicyRun&, const FlowOp&), void* config) {
  const FlowOp& current = *run.fiber().current;
  return {.run = action, .config = config, .spec = current.spec, .step = current.step};
}

}  // namespace

void watch_counts(PolicyRun& run, ModelCall& call, Outcome (*on_counts)(PolicyRun&, const FlowOp&),
                  void (*at_stream_end)(PolicyRun&, void*, const TokenCounts&), void* state) {
  if (call.listeners == nullptr) {
    run.core().before_outbound(operation(run, &take_answer_op, &call));
    run.core().at_end(operation(run, &close_answer, &call));
  }
  CountListener** tail = &call.listeners;
  while (*tail != nullptr) tail = &(*tail)->next;
  *tail = run.arena().make<CountListener>(at_stream_end, state, operation(run, on_counts, state));
  run.core().before_outbound((*tail)->op);
  run.core().at_end((*tail)->op);
}

}  // namespace portcullis
