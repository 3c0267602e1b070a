// http-data-source: resolves a field of a GraphQL API by an HTTP call. The root of a resolver's document. source:
// graphql-resolvers.md#2
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/resolver.h"
#include "policies/table.h"

namespace portcullis {

namespace {

// In the order in which they run. source: graphql-resolvers.md#2
constexpr std::string_view kRequestPolicies[] = {
    "get-authorization-context", "set-backend-service", "include-fragment", "set-method", "set-header", "set-body",
    "authentication-certificate"};
constexpr std::string_view kResponsePolicies[] = {"set-body",         "json-to-xml",      "xml-to-json",
                                                  "find-and-replace", "include-fragment", "publish-event"};
constexpr std::string_view kOnce[] = {"get-authorization-context", "set-backend-service", "set-method", "set-body",
                                      "authentication-certificate"};

bool has_child(const Element& element, std::string_view name) {
  for (const Element& child : element.elements()) {
    if (child.name == name) return true;
  }
  return false;
}

void check_request(Reader& reader, const Element& element, void* config) {
  auto& part = *static_cast<HttpRequestPart*>(config);
  check_once_each(reader, element, kOnce);
  const bool has_fragment = has_child(element, "include-fragment");
  if (!has_child(element, "set-method") && !has_fragment)
    reader.report(element.name_span, policy_code::kMissingChild, "`http-request` lacks its child `<set-method>`",
                  "write <set-method>GET</set-method>");
  part.may_be_relative = has_fragment || has_child(element, "set-backend-service");
  const Setting<std::string_view>& url = part.callout.url;
  if (!url.is_present || url.expression != nullptr) return;
  UrlView parsed;
  const std::string_view text = trim_ascii(url.literal);
  if (parse_url(text, parsed) || (part.may_be_relative && text.starts_with('/'))) return;
  for (const Element& child : element.elements()) {
    if (child.name == "set-url" && (!child.text.has_value() || child.text->is_literal()))
      reader.report(child.name_span, policy_code::kWrongLiteral,
                    text.empty() ? std::string("`set-url` is empty")
                                 : joined("`", text.substr(0, 80), "` is no absolute http or https URL"),
                    "a path alone goes with set-backend-service");
  }
}

constexpr ChildSpec required_url() {
  ChildSpec spec = callout_url<HttpRequestPart>();
  spec.min = 1;
  return spec;
}
constexpr ChildSpec kRequestChildren[] = {required_url()};
constexpr ElementSpec kRequest =
    checked(holding(element_of<HttpRequestPart>({}, kRequestChildren), kRequestPolicies), &check_request);

constexpr ElementSpec kForward = element_of<ForwardSettings>(kForwardAttributes);
constexpr ChildSpec kBackendChildren[] = {element<&HttpBackendPart::forward, &kForward>("forward-request", false)};
constexpr ElementSpec kBackend = element_of<HttpBackendPart>({}, kBackendChildren);

void check_response(Reader& reader, const Element& element, void*) {
  check_once_each(reader, element, kResponsePolicies);
}
constexpr ElementSpec kResponse =
    checked(holding(element_of<HttpResponsePart>({}), kResponsePolicies), &check_response);

constexpr ChildSpec kChildren[] = {element<&HttpDataSource::request, &kRequest>("http-request", true),
                                   element<&HttpDataSource::backend, &kBackend>("backend", false),
                                   element<&HttpDataSource::response, &kResponse>("http-response", false)};

// Without set-body: nothing for GET and DELETE, else the arguments. source: graphql-resolvers.md#2 (chosen)
bool prepare(PolicyRun& run, const void*, Request& request, std::string_view, std::string_view&) {
  if (request.body.replaced || request.method == "GET" || request.method == "DELETE" || request.method == "HEAD")
    return true;
  std::string_view json;
  if (!arguments_json(run, json)) return false;
  run.exchange().set_body(request, json);
  if (request.headers.find(HeaderName("Content-Type")) == nullptr)
    request.headers.set("Content-Type", "application/json", run.arena());
  return true;
}
constexpr HttpSteps kSteps{.identity = nullptr, .prepare = &prepare, .take = nullptr};

void finish(Reader&, const Element&, void* config) {
  auto& http = *static_cast<HttpDataSource*>(config);
  if (http.request == nullptr) return;
  http.source = {.callout = &http.request->callout,
                 .forward = http.backend == nullptr ? nullptr : http.backend->forward,
                 .may_be_relative = http.request->may_be_relative,
                 .steps = &kSteps,
                 .config = nullptr};
}

Outcome begin(PolicyRun& run, const FlowOp& op) {
  return begin_callout(run, op, static_cast<const HttpDataSource*>(op.config)->request->callout);
}

Outcome call(PolicyRun& run, const FlowOp& op) {
  const Task task = call_http(run, static_cast<const HttpDataSource*>(op.config)->source);
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  emit_http_data_source(flow, element, *static_cast<const HttpDataSource*>(config));
}

}  // namespace

constinit const ElementSpec kHttpDataSourceElement = checked(element_of<HttpDataSource>({}, kChildren), &finish);

void emit_http_data_source(FlowBuilder& flow, const Element& element, const HttpDataSource& config) {
  flow.emit({.run = &begin, .config = &config});
  emit_part(flow, element, "http-request", kRequestPolicies, Section::kBackend);
  flow.emit({.run = &call, .config = &config});
  emit_part(flow, element, "http-response", kResponsePolicies, Section::kOutbound);
  flow.emit({.run = &run_end_of_branch, .config = nullptr});
}

constinit const PolicySpec kHttpDataSource =
    flow_policy<HttpDataSource>("http-data-source", checked(element_of<HttpDataSource>({}, kChildren), &finish), &emit)
        .in(kResolverOnly);

}  // namespace portcullis
