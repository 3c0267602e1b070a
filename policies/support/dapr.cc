#include "policies/support/dapr.h"

#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/call.h"
#include "policies/support/schema_json.h"
#include "policies/support/text.h"

namespace portcullis {

namespace {

constexpr std::chrono::seconds kShortest{1};
constexpr std::chrono::seconds kLongest{240};

bool is_in_range(std::chrono::seconds timeout) { return timeout >= kShortest && timeout <= kLongest; }

void store(PolicyRun& run, const DaprCall& config, Object* response) {
  if (!config.response_variable_name.empty()) run.exchange().variables.set(config.slot, response, run.arena());
}

}  // namespace

void check_dapr_call(Reader& reader, const Element& element, DaprCall& call) {
  const Attribute* timeout = element.find("timeout");
  if (timeout != nullptr && timeout->value.is_literal() && !is_in_range(call.timeout.literal)) {
    reader.report(timeout->value.span, policy_code::kWrongLiteral, "`timeout` is 1 to 240 seconds", {});
  }
  if (!call.response_variable_name.empty()) call.slot = reader.variables().intern(call.response_variable_name);
}

bool make_dapr_call(PolicyRun& run, const DaprCall& config, std::string_view path, std::string_view content_type,
                    std::string_view body, HttpCall& call) {
  std::chrono::seconds timeout{};
  if (!run.get(config.timeout, timeout)) return false;
  if (!is_in_range(timeout)) {
    run.fail({}, joined("The timeout is 1 to 240 seconds, not ", timeout.count(), "."));
    return false;
  }
  const DeploymentView* deployment = run.exchange().view.deployment;
  const std::uint16_t port = deployment == nullptr ? kDefaultDeployment.dapr_port : deployment->dapr_port;
  const std::span<HeaderView> headers = run.arena().array<HeaderView>(1);
  headers[0] = {"Content-Type", content_type};
  call.purpose = Purpose::kCallout;
  call.policy = run.step().element;
  call.method = "POST";
  call.url = run.text(joined("http://localhost:", port, "/v1.0/", path));
  call.headers = headers;
  call.body = {BodyState::kBuffered, body};
  call.timeout = timeout;
  if (run.tracing()) run.trace(joined("Calling ", call.method, " ", call.url, ", ", body.size(), " bytes"));
  return true;
}

Outcome take_dapr_answer(PolicyRun& run, const DaprCall& config, const ReplyValue& reply) {
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer != nullptr) {
    Response* response = run.exchange().make_response(answer->response);
    store(run, config, response);
    if (run.tracing()) run.trace(joined("The sidecar answered with ", response->status, " ", response->reason));
    if (response->status < 400 || config.ignore_error) return Outcome::kContinue;
    return run.fail("BackendErrorStatusCode", joined("The Dapr sidecar answered with status ", response->status, "."));
  }
  PolicyError error{.reason = "BackendConnectionFailure", .message = "The Dapr sidecar cannot be reached."};
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    if (failure->kind == FailureReply::Kind::kTimeout) {
      error = {.reason = "Timeout", .message = "The Dapr sidecar did not answer in time."};
    } else if (!failure->message.empty()) {
      error = call_error(run, *failure);
    }
  }
  if (!config.ignore_error) return run.fail(error);
  if (run.tracing()) run.trace(joined("The call failed and is ignored: ", error.message));
  store(run, config, nullptr);
  return Outcome::kContinue;
}

bool is_json(PolicyRun& run, std::string_view text) {
  JsonMistake mistake;
  return read_json(run.arena(), text, run.run().limits.json_depth, mistake) != nullptr;
}

std::string_view dapr_segment(PolicyRun& run, std::string_view text) {
  std::string encoded;
  append_percent_encoded(encoded, text);
  return encoded == text ? text : run.text(encoded);
}

}  // namespace portcullis
