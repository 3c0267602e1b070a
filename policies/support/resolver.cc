#include "policies/support/resolver.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "engine/types/type_table.h"
#include "policies/support/backend.h"
#include "policies/support/body.h"
#include "policies/support/content.h"
#include "policies/support/call.h"
#include "policies/support/identity.h"
#include "policies/support/text.h"

namespace portcullis {

// ---- documents --------------------------------------------------------------------------------------------------

void check_once_each(Reader& reader, const Element& element, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (name == "include-fragment") continue;
    const Element* first = nullptr;
    for (const Element& child : element.elements()) {
      if (child.name != name) continue;
      if (first != nullptr) {
        reader.report(child.name_span, policy_code::kTooManyChildren,
                      joined("`<", name, ">` may stand once in `", element.name, "`"));
        break;
      }
      first = &child;
    }
  }
}

namespace {

constexpr std::string_view kResponsePolicies[] = {"include-fragment", "set-body", "publish-event"};

void check_response(Reader& reader, const Element& element, void*) {
  check_once_each(reader, element, kResponsePolicies);
}

}  // namespace

constinit const ElementSpec kResolverResponse =
    checked(holding(element_of<ResolverResponse>({}), kResponsePolicies), &check_response);

void emit_part(FlowBuilder& flow, const Element& element, std::string_view part,
               std::span<const std::string_view> names, Section section) {
  flow.each_child(element, [&](const Element& child) {
    if (child.name == part) flow.listed_children(child, names, section, section == Section::kOutbound);
  });
}

void emit_response(FlowBuilder& flow, const Element& element) {
  emit_part(flow, element, "response", kResponsePolicies, Section::kOutbound);
  flow.emit({.run = &run_end_of_branch});
}

void read_templated(Reader& reader, const Element& element, TemplatedText& text) {
  bool is_template = false;
  for (const Attribute& attribute : element.attributes) {
    if (attribute.name == "template") is_template = attribute.value.trimmed() == "liquid";
  }
  if (!is_template) return reader.read_text(element, text.value);
  text.made = read_template(reader, element);
}

bool get_templated(PolicyRun& run, const TemplatedText& text, std::string_view& value) {
  Object* object = nullptr;
  const bool is_good = text.made != nullptr ? render_template(run, *text.made, {}, value)
                                            : run.get(text.value, object) && content_of(run, object, value);
  value = trim_ascii(value);
  return is_good;
}

namespace {

std::string_view quoted(PolicyRun& run, std::string_view text) {
  std::string out = "\"";
  append_json_escaped(out, text);
  out += '"';
  return run.text(out);
}

std::string_view json_of(PolicyRun& run, Object* value) {
  if (value == nullptr) return "null";
  if (const JToken* token = as_token(value)) {
    const String* text = write_json(run.run(), token, Formatting::kNone);
    return text == nullptr ? std::string_view() : text->view();
  }
  const Type& type = *value->type;
  const String* text = to_text(run.run(), run.run().type(Known::kObject), Slot::of_object(value));
  if (text == nullptr) return {};
  if (type.is(Known::kBoolean)) return ascii_lower(text->view()) == "true" ? "true" : "false";
  const bool is_number = is_numeric(type) && !type.is(Known::kChar);
  // NaN and the infinities are no JSON numbers.
  const bool is_finite = is_number && text->view().find_first_of("0123456789") != std::string_view::npos;
  return is_finite ? text->view() : quoted(run, text->view());
}

}  // namespace

bool get_json(PolicyRun& run, const Setting<Object*>& setting, std::string_view& json) {
  if (setting.expression == nullptr) {
    const auto* literal = static_cast<const String*>(setting.literal);
    json = quoted(run, literal == nullptr ? std::string_view() : trim_ascii(literal->view()));
    return true;
  }
  Object* value = nullptr;
  if (!run.get(setting, value)) return false;
  run.run().start_expression();
  json = json_of(run, value);
  if (!run.run().failed() && !json.empty()) return true;
  fail_with_pending(run, "The value cannot be written as JSON.");
  return false;
}

// ---- calls ------------------------------------------------------------------------------------------------------

bool arguments_json(PolicyRun& run, std::string_view& json) {
  run.run().start_expression();
  const String* text = write_json(run.run(), run.exchange().graphql->arguments, Formatting::kNone);
  if (text == nullptr) {
    fail_with_pending(run, "The arguments cannot be written as JSON.");
    return false;
  }
  json = text->view();
  return true;
}

void take_json(PolicyRun& run, std::string_view json) {
  Response* response = run.exchange().make_response(200, reason_phrase(200));
  response->headers.set("Content-Type", "application/json", run.arena());
  response->body.state = BodyState::kBuffered;
  response->body.content = json;
  run.exchange().response = response;
  resolver_call(run).section = Section::kOutbound;
}

namespace {

// `/orders/1` under what set-backend-service chose.
std::string_view under_backend(PolicyRun& run, std::string_view path) {
  Url url = run.exchange().request.url;
  std::string_view base = url.path.substr(0, url.base_path_size);
  if (base.ends_with('/')) base.remove_suffix(1);
  const std::size_t query = path.find('?');
  url.path = concatenated(run.arena(), {base, path.substr(0, query)});
  url.query = query == std::string_view::npos ? std::string_view() : path.substr(query + 1);
  return url.text(run.arena());
}

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

bool build(PolicyRun& run, const HttpSource& source, const BackendView* backend, std::string_view token,
           HttpCall& call) {
  Exchange& exchange = run.exchange();
  Request& request = *run.building_request();
  std::string_view own_url;
  if (source.steps != nullptr && !source.steps->prepare(run, source.config, request, token, own_url)) return false;
  Url scratch = exchange.request.url;
  scratch.query = {};
  scratch.parameters = nullptr;
  if (backend != nullptr) add_credentials(run, *backend, request.headers, scratch);
  if (backend != nullptr && !backend->identity_resource.empty() && !token.empty())
    request.headers.set("Authorization", concatenated(run.arena(), {"Bearer ", token}), run.arena());
  std::string_view problem;
  if (!finish_callout(run, *source.callout, call, problem)) return false;
  if (!own_url.empty()) call.url = own_url, problem = {};
  if (source.may_be_relative && call.url.starts_with('/')) call.url = under_backend(run, call.url), problem = {};
  if (!problem.empty()) {
    run.fail({}, problem);
    return false;
  }
  if (!scratch.query.empty())
    call.url =
        concatenated(run.arena(), {call.url, call.url.find('?') == std::string_view::npos ? "?" : "&", scratch.query});
  call.backend_id = exchange.backend == nullptr ? exchange.backend_id : std::string_view();
  if (backend != nullptr && call.client_certificate_pem.empty())
    call.client_certificate_pem = backend->client_certificate_pem;
  if (backend != nullptr) call.verify_peer = backend->verify_peer, call.verify_host = backend->verify_host;
  const ForwardSettings defaults;
  return apply_forward_settings(run, source.forward == nullptr ? defaults : *source.forward, call);
}

// From here on context.Request is what was sent. source: graphql-resolvers.md#1
void show_sent(PolicyRun& run, const HttpCall& call) {
  Request& request = run.exchange().request;
  UrlView url;
  if (parse_url(call.url, url)) request.url.assign(url);
  request.method = call.method;
  request.headers.assign(call.headers);
  request.body.state = call.body.state;
  request.body.content = call.body.content;
  request.body.consumed = false;
}

Outcome take_answer(PolicyRun& run, const HttpSource& source, const HttpCall& call, Response* response) {
  show_sent(run, call);
  run.exchange().response = response;
  resolver_call(run).section = Section::kOutbound;
  if (run.tracing()) run.trace(joined("The data source answered ", response->status, " ", response->reason));
  const bool takes = source.steps != nullptr && source.steps->take != nullptr;
  return !takes || source.steps->take(run, source.config, *response) ? Outcome::kContinue : Outcome::kFail;
}

}  // namespace

Task call_http(PolicyRun& run, const HttpSource& source) {
  Exchange& exchange = run.exchange();
  BackendChoice choice;
  if (exchange.backend != nullptr) choice = choose_backend(run, *exchange.backend);
  if (choice.unavailable != nullptr) co_return run.fail("BackendConnectionFailure", choice.unavailable->reason);
  if (choice.backend != exchange.backend && !use_member(run, *choice.backend)) co_return Outcome::kFail;
  TokenCall wanted;
  if (choice.backend != nullptr && !choice.backend->identity_resource.empty())
    wanted = {.resource = choice.backend->identity_resource, .client_id = choice.backend->identity_client_id};
  if (source.steps != nullptr && source.steps->identity != nullptr &&
      !source.steps->identity(run, source.config, wanted))
    co_return Outcome::kFail;
  std::string_view token;
  if (!wanted.resource.empty()) {
    const EffectRequest asking = wanted;
    const ReplyValue& answer = co_await run.perform(asking);
    std::string_view problem;
    token = received_token(run, wanted, answer, problem);
    if (token.empty()) co_return run.fail("ManagedIdentityTokenAcquisitionFailed", problem);
  }
  EffectRequest effect;
  HttpCall& call = effect.emplace<HttpCall>();
  if (!build(run, source, choice.backend, token, call)) co_return Outcome::kFail;
  if (run.tracing()) run.trace(joined("Calling ", call.method, " ", call.url));
  const ReplyValue& reply = co_await run.perform(effect);
  if (choice.backend != nullptr) static_cast<void>(record_call(run, *choice.backend, reply));
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    const PolicyError error = call_error(run, *failure);
    co_return run.fail(error);
  }
  const auto* answer = std::get_if<ResponseReply>(&reply);
  if (answer == nullptr) co_return run.fail("BackendConnectionFailure", "The host did not answer with a response.");
  co_return take_answer(run, source, call, exchange.make_response(answer->response));
}

}  // namespace portcullis
