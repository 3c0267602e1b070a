// invoke-request: a call to another URL of the gateway or to a backend, known from the schemas and the authoring
// library only. source: integration.md#appendix,
// catalogue.md#elements-the-schemas-know-but-the-reference-does-not-document
//
// The two describe it differently. Taken is the library's reading, which a program can follow: the answer goes into the
// variable, or, without one, becomes the response and ends the section; in inbound and backend, outbound goes on with
// it. The schema's child `value` means nothing to anybody and is refused. (chosen)
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/backend.h"
#include "policies/support/call.h"
#include "policies/support/content.h"
#include "policies/support/http.h"
#include "policies/support/identity.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr std::chrono::seconds kTimeout{60};

struct CallHeader {
  std::string_view name;
  Setting<std::string_view> value;
};
struct InvokeRequest {
  Setting<std::string_view> url;
  Setting<std::string_view> backend_id;
  Setting<std::string_view> method = std::string_view("GET");
  std::string_view response_variable_name;
  std::span<const CallHeader> headers;
  Setting<Object*> body;
  std::uint32_t slot = 0;
};

constexpr AttributeSpec kHeaderAttributes[] = {required<&CallHeader::name>("name"),
                                               required<&CallHeader::value>("value")};
constexpr ElementSpec kHeader = element_of<CallHeader>(kHeaderAttributes);

constexpr AttributeSpec kAttributes[] = {
    optional<&InvokeRequest::url>("url"),
    optional<&InvokeRequest::backend_id>("backend-id"),
    optional<&InvokeRequest::method>("method"),
    optional<&InvokeRequest::response_variable_name>("response-variable-name"),
};

void refuse_value(Reader& reader, std::span<const Element* const> elements, void*) {
  reader.report(elements.front()->name_span, policy_code::kUnknownChild,
                "`<value>` in `invoke-request` is refused: the schema names it, and no reference says what it means",
                {});
}

constexpr ChildSpec kChildren[] = {
    elements<&InvokeRequest::headers, &kHeader>("header", 0, kMany),
    text<&InvokeRequest::body>("body", false),
    {.name = "value", .max = kMany, .read = &refuse_value},
};

void check(Reader& reader, const Element& element, void* config) {
  auto& invoke = *static_cast<InvokeRequest*>(config);
  if (element.find("url") == nullptr && element.find("backend-id") == nullptr) {
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  "`invoke-request` lacks its attribute `url` or `backend-id`", {});
  }
  if (!invoke.response_variable_name.empty()) invoke.slot = reader.variables().intern(invoke.response_variable_name);
  for (const CallHeader& header : invoke.headers) {
    if (!is_token(header.name)) {
      reader.report(element.name_span, policy_code::kWrongLiteral, joined("`", header.name, "` is no header name"), {});
    }
  }
}

/// The call being made, on its way from the settings to the wire.
struct Outgoing {
  Url url;
  HeaderList headers;
  HttpCall call;
  const BackendView* backend = nullptr;  // whose credentials it bears
  Response* unavailable = nullptr;       // instead of an answer
};

std::string_view slashed(std::string_view base, std::string_view path) {
  return base.ends_with('/') || path.empty() || path.starts_with('/') || path.starts_with('?') ? "" : "/";
}

// A relative URL is one of the backend, else of the gateway itself.
bool set_url(PolicyRun& run, std::string_view base, std::string_view url, Outgoing& out) {
  UrlView parsed;
  std::string_view whole = url;
  if (!parse_url(whole, parsed)) {
    if (base.ends_with('/') && url.starts_with('/')) base.remove_suffix(1);
    whole = concatenated(run.arena(), {base, slashed(base, url), url});
    if (!parse_url(whole, parsed)) {
      run.fail({}, joined("`", whole, "` is no absolute http or https URL."));
      return false;
    }
  }
  out.url.type = run.exchange().request.url.type;
  out.url.assign(parsed);
  return true;
}

std::string_view gateway_base(PolicyRun& run) {
  Url url = run.exchange().request.original_url;
  url.path = "/";
  url.query = {};
  return url.text(run.arena());
}

// False after failing; with `unavailable` set there is nobody to call.
bool choose_target(PolicyRun& run, const InvokeRequest& config, Outgoing& out) {
  std::string_view url;
  std::string_view id;
  if (!run.get(config.url, url) || !run.get(config.backend_id, id)) return false;
  url = trim_ascii(url);
  id = trim_ascii(id);
  if (id.empty()) return set_url(run, gateway_base(run), url, out);
  const BackendView* entity = find_backend(run.exchange(), id);
  if (entity == nullptr && run.exchange().view.backends.data() == nullptr) {  // the host knows its URL
    out.call.backend_id = id;
    return set_url(run, gateway_base(run), url, out);
  }
  if (entity == nullptr) {
    run.fail({}, joined("There is no backend `", id, "`."));
    return false;
  }
  const BackendChoice choice = choose_backend(run, *entity);
  out.unavailable = choice.unavailable;
  out.backend = choice.backend;
  return choice.backend == nullptr || set_url(run, choice.backend->url, url, out);
}

bool set_headers(PolicyRun& run, const InvokeRequest& config, Outgoing& out) {
  for (const CallHeader& header : config.headers) {
    std::string_view value;
    if (!run.get(header.value, value)) return false;
    if (!is_header_value(value)) {
      run.fail({}, joined("The value of the header `", header.name, "` has a line break in it."));
      return false;
    }
    out.headers.add(header.name, value, run.arena());
  }
  return true;
}

bool set_method_and_body(PolicyRun& run, const InvokeRequest& config, Outgoing& out) {
  if (!run.get(config.method, out.call.method)) return false;
  out.call.method = trim_ascii(out.call.method);
  if (!is_token(out.call.method)) {
    run.fail({}, joined("`", out.call.method, "` is no method."));
    return false;
  }
  if (!config.body.is_present) return true;
  Object* value = nullptr;
  std::string_view content;
  if (!run.get(config.body, value) || !content_of(run, value, content)) return false;
  if (!content.empty()) out.call.body = {BodyState::kBuffered, content};
  return true;
}

bool build(PolicyRun& run, const InvokeRequest& config, Outgoing& out) {
  if (!choose_target(run, config, out)) return false;
  return set_headers(run, config, out) && set_method_and_body(run, config, out);
}

void complete(PolicyRun& run, std::string_view token, Outgoing& out) {
  if (out.backend != nullptr) {
    add_credentials(run, *out.backend, out.headers, out.url);
    out.call.client_certificate_pem = out.backend->client_certificate_pem;
    out.call.verify_peer = out.backend->verify_peer;
    out.call.verify_host = out.backend->verify_host;
    out.call.proxy_url = out.backend->proxy_url;
    out.call.proxy_username = out.backend->proxy_username;
    out.call.proxy_password = out.backend->proxy_password;
  }
  if (!token.empty()) out.headers.set("Authorization", concatenated(run.arena(), {"Bearer ", token}), run.arena());
  out.call.purpose = Purpose::kCallout;
  out.call.policy = run.step().element;
  out.call.url = out.url.text(run.arena());
  out.call.headers = outgoing_headers(run, out.headers, true);
  out.call.timeout = kTimeout;
  if (run.tracing()) run.trace(joined("Calling ", out.call.method, " ", out.call.url));
}

Outcome take(PolicyRun& run, const InvokeRequest& config, Response* response) {
  if (run.tracing()) run.trace(joined("The call was answered with ", response->status, " ", response->reason));
  if (!config.response_variable_name.empty()) {
    run.exchange().variables.set(config.slot, response, run.arena());
    return Outcome::kContinue;
  }
  const bool is_before_outbound = run.section() == Section::kInbound || run.section() == Section::kBackend;
  return is_before_outbound ? run.continue_in_outbound(response, 0) : run.finish(response);
}

Task invoke(PolicyRun& run, const InvokeRequest& config) {
  auto& out = *run.arena().make<Outgoing>();
  if (!build(run, config, out)) co_return Outcome::kFail;
  if (out.unavailable != nullptr) co_return take(run, config, out.unavailable);
  std::string_view token;
  if (out.backend != nullptr && !out.backend->identity_resource.empty()) {
    const TokenCall wanted{.resource = out.backend->identity_resource, .client_id = out.backend->identity_client_id};
    const EffectRequest asking = wanted;
    const ReplyValue& answer = co_await run.perform(asking);
    std::string_view problem;
    token = received_token(run, wanted, answer, problem);
    if (token.empty()) co_return run.fail("ManagedIdentityTokenAcquisitionFailed", problem);
  }
  complete(run, token, out);
  const EffectRequest effect = out.call;
  const ReplyValue& reply = co_await run.perform(effect);
  if (out.backend != nullptr) record_call(run, *out.backend, reply);
  if (const auto* failure = std::get_if<FailureReply>(&reply)) co_return run.fail(call_error(run, *failure));
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr) co_return run.fail("BackendConnectionFailure", "The host did not answer with a response.");
  co_return take(run, config, run.exchange().make_response(answer->response));
}

}  // namespace

const PolicySpec kInvokeRequest =
    policy<InvokeRequest, &invoke>("invoke-request", element_of<InvokeRequest>(kAttributes, kChildren))
        .checked_by(&check);

}  // namespace portcullis
