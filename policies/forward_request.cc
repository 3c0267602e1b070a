// forward-request: sends the request to the backend; its answer becomes context.Response. source: forward-request-policy
#include <algorithm>

#include "base/text.h"
#include "engine/policy/api_definition.h"
#include "engine/policy/codes.h"
#include "policies/support/backend.h"
#include "policies/support/call.h"
#include "policies/support/forward_settings.h"
#include "policies/support/graphql_execute.h"
#include "policies/support/identity.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {

namespace {

using ForwardRequest = ForwardSettings;

void check(Reader& reader, const Element& element, void* config) {
  check_timeouts(reader, element);
  const Attribute* timeout = element.find("timeout");
  if (timeout != nullptr && timeout->value.is_literal() && static_cast<const ForwardRequest*>(config)->timeout.literal.count() == 0) {
    reader.warn(timeout->value.span, policy_code::kSuspicious, "a timeout of 0 cancels every call at once");
  }
}

// A policy's own Host line stays; the caller's named the gateway.
bool policy_set_host(const HeaderList& headers) {
  for (const HeaderView& line : headers.added()) {
    if (line.name.data() != nullptr && equals_ignoring_ascii_case(line.name, "Host")) return true;
  }
  return false;
}

// The `proxy` policy's wins over the entity's. source: routing.md#3 (chosen)
void set_proxy(const Exchange& exchange, const BackendView* backend, HttpCall& call) {
  const bool is_entitys = exchange.proxy_url.empty() && backend != nullptr;
  call.proxy_url = is_entitys ? backend->proxy_url : exchange.proxy_url;
  call.proxy_username = is_entitys ? backend->proxy_username : exchange.proxy_username;
  call.proxy_password = is_entitys ? backend->proxy_password : exchange.proxy_password;
}

bool is_same(const Url& url, const UrlView& given) {
  const auto same = [](std::string_view a, std::string_view b) { return a.data() == b.data() && a.size() == b.size(); };
  return same(url.path, given.path) && same(url.query, given.query) && same(url.host, given.host) &&
         same(url.scheme, given.scheme) && url.port == given.port;
}

// A removed line has a null name; all of them are skipped only where there is one.
std::span<const HeaderView> without_removed(std::span<const HeaderView> lines, Arena& arena) {
  const auto is_gone = [](const HeaderView& line) { return line.name.data() == nullptr; };
  if (std::none_of(lines.begin(), lines.end(), is_gone)) return lines;
  const std::span<HeaderView> left = arena.copy(lines);
  return {left.begin(), std::remove_if(left.begin(), left.end(), is_gone)};
}

// What the host puts together from the caller's request.
void describe_changes(PolicyRun& run, const HeaderList& headers, const Url& url, HttpCall& call) {
  call.only_changes = true;
  if (!is_same(url, run.exchange().view.request.url)) call.url = url.text(run.arena());
  call.headers = without_removed(headers.added(), run.arena());
  call.removed_headers = headers.removed(run.arena());
}

// The whole call. The gateway adds the caller's address; a policy may have written the rest. source: gateway-environment.md#2
void describe_call(PolicyRun& run, const HeaderList& headers, const Url& url, HttpCall& call) {
  const Request& request = run.exchange().request;
  call.url = url.text(run.arena());
  call.headers = outgoing_headers(run, headers, policy_set_host(request.headers), request.ip_address);
}

bool build_call(PolicyRun& run, const ForwardRequest& config, const BackendView* backend, std::string_view token, HttpCall& call) {
  Exchange& exchange = run.exchange();
  Request& request = exchange.request;
  if (!apply_forward_settings(run, config, call)) return false;
  if (request.body.state == BodyState::kStream && exchange.request_body_sent) {
    run.fail({}, "The request body was already sent. Write buffer-request-body=\"true\" to send it again.");
    return false;
  }
  HeaderList headers = request.headers;
  Url url = request.url;
  if (backend != nullptr) {
    add_credentials(run, *backend, headers, url);
    call.client_certificate_pem = backend->client_certificate_pem;
    call.verify_peer = backend->verify_peer;
    call.verify_host = backend->verify_host;
  }
  if (!token.empty()) headers.set("Authorization", concatenated(run.arena(), {"Bearer ", token}), run.arena());
  if (!exchange.backend_certificate_pem.empty()) call.client_certificate_pem = exchange.backend_certificate_pem;
  call.purpose = Purpose::kBackend;
  call.policy = "forward-request";
  call.method = request.method;
  call.backend_id = exchange.backend == nullptr ? exchange.backend_id : std::string_view();
  if (run.changes_only()) {
    describe_changes(run, headers, url, call);
  } else {
    describe_call(run, headers, url, call);
  }
  call.body = {request.body.state, request.body.content};
  // Consumed by As<T>() and not replaced: nothing is left to send.
  if (request.body.consumed && !request.body.replaced) call.body = {BodyState::kNone, {}};
  call.needs_body = false;
  set_proxy(exchange, backend, call);
  return true;
}

// The member of a pool gets the request under its own URL.
bool use_member(PolicyRun& run, const BackendView& member) {
  UrlView base;
  if (!parse_url(member.url, base)) {
    run.fail({}, joined("The URL of backend `", member.id, "` is no absolute http or https URL."));
    return false;
  }
  run.exchange().backend_member = &member;
  rebase_url(run.exchange().request.url, base, run.arena());
  return true;
}

Outcome take_answer(PolicyRun& run, const ForwardRequest& config, Response* response) {
  run.exchange().response = response;
  if (!config.fail_on_error_status_code || !is_error_status(response->status)) return Outcome::kContinue;
  PolicyError error;
  error.reason = "BackendErrorStatusCode";
  error.message = run.text(joined("The backend answered with status ", response->status, "."));
  error.status = response->status;
  error.keep_response = true;
  return run.fail(error);
}

Outcome take_reply(PolicyRun& run, const ForwardRequest& config, const BackendChoice& choice, const ReplyValue& reply) {
  if (choice.backend != nullptr && record_call(run, *choice.backend, reply) && run.tracing())
    run.trace(joined("The circuit of backend ", choice.backend->id, " is open now"));
  if (const auto* failure = std::get_if<FailureReply>(&reply)) return run.fail(call_error(run, *failure));
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr) return run.fail("BackendConnectionFailure", "The host did not answer with a response.");
  Response* response = run.exchange().make_response(answer->response);
  response->headers.remove(HeaderName("Connection"), run.arena());
  if (!choice.affinity_cookie.empty()) response->headers.add("Set-Cookie", choice.affinity_cookie, run.arena());
  if (run.tracing()) run.trace(joined("Backend answered ", response->status, " ", response->reason));
  return take_answer(run, config, response);
}

Task run(PolicyRun& run, const ForwardRequest& config) {
  Exchange& exchange = run.exchange();
  exchange.response = nullptr;  // "no answer on the last attempt" to a retry condition
  exchange.backend_member = nullptr;
  BackendChoice choice;
  if (exchange.backend != nullptr) choice = choose_backend(run, *exchange.backend);
  if (choice.unavailable != nullptr) {
    if (run.tracing()) run.trace(choice.unavailable->reason);
    co_return take_answer(run, config, choice.unavailable);
  }
  if (choice.backend != exchange.backend && !use_member(run, *choice.backend)) co_return Outcome::kFail;
  std::string_view token;
  if (choice.backend != nullptr && !choice.backend->identity_resource.empty()) {
    const TokenCall wanted{.resource = choice.backend->identity_resource, .client_id = choice.backend->identity_client_id};
    const EffectRequest asking = wanted;
    const ReplyValue& answer = co_await run.perform(asking);
    std::string_view problem;
    token = received_token(run, wanted, answer, problem);
    if (token.empty()) co_return run.fail("ManagedIdentityTokenAcquisitionFailed", problem);
  }
  HttpCall& call = run.begin_call();
  if (!build_call(run, config, choice.backend, token, call)) {
    run.drop_call();
    co_return Outcome::kFail;
  }
  if (call.body.state == BodyState::kStream) exchange.request_body_sent = true;
  if (run.tracing()) run.trace(joined("Request is being forwarded to the backend service: ", call.method, " ", exchange.request.url.text(run.arena())));
  const ReplyValue& reply = co_await run.perform_call();
  co_return take_reply(run, config, choice, reply);
}

// With buffer-request-body the body is read before the first attempt, so that every attempt has it.
const GraphqlSchema* schema_of(const PolicyRun& run) { return run.description() == nullptr ? nullptr : run.description()->graphql; }

// A synthetic GraphQL API has no backend: its query is executed here. source: graphql-resolvers.md#1 (chosen)
void emit(FlowBuilder& flow, const Element&, const void* config) {
  const bool buffers = static_cast<const ForwardRequest*>(config)->buffer_request_body;
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    const Task task = has_resolvers(run_of) ? execute_graphql(run_of, schema_of(run_of)) : run(run_of, *static_cast<const ForwardRequest*>(op.config));
    return task.done() ? task.outcome() : Outcome::kSuspend;
  };
  flow.emit({.run = kRun, .config = config, .needs = static_cast<std::uint8_t>(buffers ? kNeedsRequestBody : kNeedsNothing)});
}

}  // namespace

const PolicySpec kForwardRequest = policy<ForwardRequest, &run>("forward-request", kForwardAttributes).in(kBackendOnly).checked_by(&check).emitting(&emit);

}  // namespace portcullis
