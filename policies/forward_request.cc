// forward-request: sends the request to the backend; its answer becomes context.Response. source: forward-request-policy
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/call.h"
#include "policies/table.h"

namespace portcullis {

using HttpVersion = HttpCall::HttpVersion;
constexpr Word kHttpVersionWords[] = {{"1", 0}, {"2or1", 1}, {"2", 2}};
constexpr std::span<const Word> portcullis_words(HttpVersion*) { return kHttpVersionWords; }

namespace {

constexpr std::chrono::seconds kDefaultTimeout{300};

struct ForwardRequest {
  Setting<std::chrono::seconds> timeout;
  Setting<std::int64_t> timeout_ms;
  Setting<std::chrono::seconds> continue_timeout;
  HttpVersion http_version = HttpVersion::k1;
  Setting<bool> follow_redirects;
  bool buffer_request_body = false;
  bool buffer_response = true;
  bool fail_on_error_status_code = false;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&ForwardRequest::timeout>("timeout"),
    optional<&ForwardRequest::timeout_ms>("timeout-ms"),
    optional<&ForwardRequest::continue_timeout>("continue-timeout"),
    optional<&ForwardRequest::http_version>("http-version"),
    optional<&ForwardRequest::follow_redirects>("follow-redirects"),
    optional<&ForwardRequest::buffer_request_body>("buffer-request-body"),
    optional<&ForwardRequest::buffer_response>("buffer-response"),
    optional<&ForwardRequest::fail_on_error_status_code>("fail-on-error-status-code"),
};

void check(Reader& reader, const Element& element, void* config) {
  check_timeouts(reader, element);
  const Attribute* timeout = element.find("timeout");
  if (timeout != nullptr && timeout->value.is_literal() && static_cast<const ForwardRequest*>(config)->timeout.literal.count() == 0) {
    reader.warn(timeout->value.span, policy_code::kSuspicious, "a timeout of 0 cancels every call at once");
  }
}

// The gateway adds the caller's address; a policy may have written the rest. source: gateway-environment.md#2
void add_forwarded_for(PolicyRun& run, HeaderList& headers) {
  const std::string_view address = run.exchange().request.ip_address;
  if (address.empty()) return;
  const std::string_view given = headers.joined(HeaderName("X-Forwarded-For"), run.arena());
  headers.set("X-Forwarded-For", given.empty() ? address : run.text(joined(given, ",", address)), run.arena());
}

void add_credentials(PolicyRun& run, const BackendView& backend, HeaderList& headers, Url& url) {
  Arena& arena = run.arena();
  for (const HeaderView& line : backend.credential_headers) headers.set(line.name, line.value, arena);
  if (!backend.authorization.empty()) headers.set("Authorization", backend.authorization, arena);
  if (backend.credential_query.empty()) return;
  QueryParameters& parameters = query_parameters(url, arena);
  const std::span<QueryParameter> all = arena.array<QueryParameter>(parameters.items.size() + backend.credential_query.size());
  std::copy(parameters.items.begin(), parameters.items.end(), all.begin());
  std::size_t at = parameters.items.size();
  for (const ParameterView& parameter : backend.credential_query) all[at++] = {parameter.name, parameter.value};
  url.parameters = arena.make<QueryParameters>(all, static_cast<std::uint32_t>(all.size()));
  write_query(url, arena);
}

// A policy's own Host line stays; the caller's named the gateway.
bool policy_set_host(const HeaderList& headers) {
  for (const HeaderView& line : headers.added()) {
    if (line.name.data() != nullptr && equals_ignoring_ascii_case(line.name, "Host")) return true;
  }
  return false;
}

bool build_call(PolicyRun& run, const ForwardRequest& config, HttpCall& call) {
  Exchange& exchange = run.exchange();
  Request& request = exchange.request;
  bool follow = false;
  if (!get_timeout(run, config.timeout, config.timeout_ms, kDefaultTimeout, call.timeout) || !run.get(config.follow_redirects, follow)) return false;
  if (config.continue_timeout.is_present) {
    std::chrono::seconds value{};
    if (!run.get(config.continue_timeout, value)) return false;
    call.continue_timeout = value;
  }
  if (request.body.state == BodyState::kStream && exchange.request_body_sent) {
    run.fail({}, "The request body was already sent. Write buffer-request-body=\"true\" to send it again.");
    return false;
  }
  HeaderList headers = request.headers;
  Url url = request.url;
  add_forwarded_for(run, headers);
  if (exchange.backend != nullptr) {
    add_credentials(run, *exchange.backend, headers, url);
    call.client_certificate_pem = exchange.backend->client_certificate_pem;
    call.verify_peer = exchange.backend->verify_peer;
  }
  if (!exchange.backend_certificate_pem.empty()) call.client_certificate_pem = exchange.backend_certificate_pem;
  call.purpose = Purpose::kBackend;
  call.policy = "forward-request";
  call.method = request.method;
  call.url = url.text(run.arena());
  call.backend_id = exchange.backend == nullptr ? exchange.backend_id : std::string_view();
  call.headers = outgoing_headers(run, headers, policy_set_host(request.headers));
  call.body = {request.body.state, request.body.content};
  // Consumed by As<T>() and not replaced: nothing is left to send.
  if (request.body.consumed && !request.body.replaced) call.body = {BodyState::kNone, {}};
  call.follow_redirects = follow;
  call.http_version = config.http_version;
  call.buffer_response = config.buffer_response;
  call.needs_body = false;
  call.proxy_url = exchange.proxy_url;
  call.proxy_username = exchange.proxy_username;
  call.proxy_password = exchange.proxy_password;
  return true;
}

Task run(PolicyRun& run, const ForwardRequest& config) {
  Exchange& exchange = run.exchange();
  HttpCall call;
  if (!build_call(run, config, call)) co_return Outcome::kFail;
  exchange.response = nullptr;  // "no answer on the last attempt" to a retry condition
  if (call.body.state == BodyState::kStream) exchange.request_body_sent = true;
  if (run.tracing()) run.trace(joined("Request is being forwarded to the backend service: ", call.method, " ", call.url));
  const EffectRequest effect = call;
  const ReplyValue& reply = co_await run.perform(effect);
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    const PolicyError error = call_error(run, *failure);
    co_return run.fail(error);
  }
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr) co_return run.fail("BackendConnectionFailure", "The host did not answer with a response.");
  exchange.response = exchange.make_response(answer->response);
  exchange.response->headers.remove(HeaderName("Connection"), run.arena());
  if (run.tracing()) run.trace(joined("Backend answered ", exchange.response->status, " ", exchange.response->reason));
  if (config.fail_on_error_status_code && is_error_status(exchange.response->status)) {
    const PolicyError error{.reason = "BackendErrorStatusCode",
                            .message = run.text(joined("The backend answered with status ", exchange.response->status, ".")),
                            .status = exchange.response->status,
                            .keep_response = true};
    co_return run.fail(error);
  }
  co_return Outcome::kContinue;
}

// With buffer-request-body the body is read before the first attempt, so that every attempt has it.
void emit(FlowBuilder& flow, const Element&, const void* config) {
  const bool buffers = static_cast<const ForwardRequest*>(config)->buffer_request_body;
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    const Task task = run(run_of, *static_cast<const ForwardRequest*>(op.config));
    return task.done() ? task.outcome() : Outcome::kSuspend;
  };
  flow.emit({.run = kRun, .config = config, .needs = static_cast<std::uint8_t>(buffers ? kNeedsRequestBody : kNeedsNothing)});
}

}  // namespace

const PolicySpec kForwardRequest = policy<ForwardRequest, &run>("forward-request", kAttributes).in(kBackendOnly).checked_by(&check).emitting(&emit);

}  // namespace portcullis
