// send-request: a side call, awaited; its answer becomes a variable. source: send-request-policy
#include "base/text.h"
#include "policies/support/call.h"
#include "policies/support/callout.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SendRequest {
  Callout callout;
  std::string_view response_variable_name;
  bool ignore_error = false;
  bool buffer_response = true;
  bool fail_on_error_status_code = false;
  std::uint32_t slot = 0;
};

constexpr AttributeSpec kAttributes[] = {
    callout_attribute<SendRequest, &Callout::mode>("mode"),
    optional<&SendRequest::response_variable_name>("response-variable-name"),
    callout_attribute<SendRequest, &Callout::timeout>("timeout"),
    callout_attribute<SendRequest, &Callout::timeout_ms>("timeout-ms"),
    optional<&SendRequest::ignore_error>("ignore-error"),
    optional<&SendRequest::buffer_response>("buffer-response"),
    optional<&SendRequest::fail_on_error_status_code>("fail-on-error-status-code"),
};
constexpr ChildSpec kChildren[] = {callout_url<SendRequest>()};

void check(Reader& reader, const Element& element, void* config) {
  auto& send = *static_cast<SendRequest*>(config);
  check_callout(reader, element, send.callout);
  if (!send.response_variable_name.empty()) send.slot = reader.variables().intern(send.response_variable_name);
}

void store(PolicyRun& run, const SendRequest& config, Object* response) {
  if (!config.response_variable_name.empty()) run.exchange().variables.set(config.slot, response, run.arena());
}

Outcome failed(PolicyRun& run, const SendRequest& config, const PolicyError& error) {
  if (!config.ignore_error) return run.fail(error);
  if (run.tracing()) run.trace(joined("The call failed and is ignored: ", error.message));
  store(run, config, nullptr);
  return Outcome::kContinue;
}

Task send(PolicyRun& run, const SendRequest& config) {
  HttpCall call;
  std::string_view problem;
  if (!finish_callout(run, config.callout, call, problem)) co_return Outcome::kFail;
  if (!problem.empty()) co_return failed(run, config, {.message = problem});
  call.buffer_response = config.buffer_response;
  if (run.tracing()) run.trace(joined("Calling ", call.method, " ", call.url));
  const EffectRequest effect = call;
  const ReplyValue& reply = co_await run.perform(effect);
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    const PolicyError error = call_error(run, *failure);
    co_return failed(run, config, error);
  }
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr) co_return failed(run, config, {.reason = "BackendConnectionFailure", .message = "The host did not answer with a response."});
  Response* response = run.exchange().make_response(answer->response);
  store(run, config, response);
  if (run.tracing()) run.trace(joined("The call was answered with ", response->status, " ", response->reason));
  if (config.fail_on_error_status_code && is_error_status(response->status) && !config.ignore_error) {
    co_return run.fail("BackendErrorStatusCode", joined("The call was answered with status ", response->status, "."));
  }
  co_return Outcome::kContinue;
}

Outcome begin(PolicyRun& run, const FlowOp& op) { return begin_callout(run, op, static_cast<const SendRequest*>(op.config)->callout); }

Outcome finish(PolicyRun& run, const FlowOp& op) {
  const Task task = send(run, *static_cast<const SendRequest*>(op.config));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  flow.emit({.run = &begin, .config = config});
  flow.children(element);
  flow.emit({.run = &finish, .config = config});
}

}  // namespace

const PolicySpec kSendRequest =
    flow_policy<SendRequest>("send-request", element_of<SendRequest>(kAttributes, kChildren), &emit).holding(kCalloutChildren).checked_by(&check);

}  // namespace portcullis
