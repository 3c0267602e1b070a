// graphql-data-source: resolves a field of a GraphQL API by another GraphQL service. Known from the platform's schema
// only; not documented. source: catalogue.md#graphql-data-source
#include <string>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/policy/codes.h"
#include "policies/support/body.h"
#include "policies/support/graphql_document.h"
#include "policies/support/resolver.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct Variable {
  std::string_view name;
  Setting<Object*> value;
};
struct GraphqlVariables {
  std::span<const Variable> all;
};
struct GraphqlRequestPart {
  Callout callout;
  Setting<std::string_view> document;
  Setting<std::string_view> operation_name;
  const GraphqlVariables* variables = nullptr;
};
struct GraphqlDataSource {
  const GraphqlRequestPart* request = nullptr;
  const ResolverResponse* response = nullptr;
  HttpSource source;
};

constexpr std::string_view kRequestPolicies[] = {"get-authorization-context",
                                                 "set-backend-service",
                                                 "include-fragment",
                                                 "set-header",
                                                 "authentication-certificate",
                                                 "authentication-basic",
                                                 "authentication-managed-identity"};
constexpr std::string_view kOnce[] = {"get-authorization-context", "set-backend-service", "authentication-certificate",
                                      "authentication-basic", "authentication-managed-identity"};

constexpr AttributeSpec kVariableAttributes[] = {required<&Variable::name>("name")};
constexpr ElementSpec kVariable = with_text<&Variable::value>(element_of<Variable>(kVariableAttributes));
constexpr ChildSpec kVariablesChildren[] = {elements<&GraphqlVariables::all, &kVariable>("variable", 1, kMany)};
constexpr ElementSpec kVariables = element_of<GraphqlVariables>({}, kVariablesChildren);
constexpr ChildSpec kRequestChildren[] = {
    callout_url<GraphqlRequestPart>(),
    text<&GraphqlRequestPart::document>("document", true),
    text<&GraphqlRequestPart::operation_name>("operationName", false),
    element<&GraphqlRequestPart::variables, &kVariables>("variables", false),
};

const Element* child_of(const Element& element, std::string_view name) {
  for (const Element& child : element.elements()) {
    if (child.name == name) return &child;
  }
  return nullptr;
}

void check_request(Reader& reader, const Element& element, void* config) {
  const auto& part = *static_cast<const GraphqlRequestPart*>(config);
  check_once_each(reader, element, kOnce);
  const bool has_backend =
      child_of(element, "set-backend-service") != nullptr || child_of(element, "include-fragment") != nullptr;
  if (!part.callout.url.is_present && !has_backend)
    reader.report(element.name_span, policy_code::kMissingChild, "`request` lacks its child `<set-url>`",
                  "write where the other service is, or a set-backend-service");
  const Element* document = child_of(element, "document");
  if (document == nullptr || part.document.expression != nullptr) return;
  GraphqlMistake mistake;
  if (parse_graphql(reader.arena(), part.document.literal, mistake) == nullptr)
    reader.report(document->name_span, policy_code::kWrongLiteral,
                  joined("`document` is no GraphQL: ", mistake.message));
}
constexpr ElementSpec kRequest =
    checked(holding(element_of<GraphqlRequestPart>({}, kRequestChildren), kRequestPolicies), &check_request);
constexpr ChildSpec kChildren[] = {element<&GraphqlDataSource::request, &kRequest>("request", true),
                                   element<&GraphqlDataSource::response, &kResolverResponse>("response", false)};

// ---- running ----------------------------------------------------------------------------------------------------

bool append_variables(PolicyRun& run, const GraphqlVariables& variables, std::string& body) {
  body += ",\"variables\":{";
  for (std::size_t i = 0; i < variables.all.size(); ++i) {
    std::string_view json;
    if (!get_json(run, variables.all[i].value, json)) return false;
    if (i > 0) body += ',';
    body += '"';
    append_json_escaped(body, variables.all[i].name);
    append(body, "\":", json);
  }
  body += '}';
  return true;
}

bool prepare(PolicyRun& run, const void* config, Request& request, std::string_view, std::string_view& url) {
  const auto& part = *static_cast<const GraphqlRequestPart*>(config);
  std::string_view document;
  std::string_view operation_name;
  if (!run.get(part.document, document) || !run.get(part.operation_name, operation_name)) return false;
  std::string body = "{\"query\":\"";
  append_json_escaped(body, trim_ascii(document));
  body += '"';
  if (!trim_ascii(operation_name).empty()) {
    body += ",\"operationName\":\"";
    append_json_escaped(body, trim_ascii(operation_name));
    body += '"';
  }
  if (part.variables != nullptr && !append_variables(run, *part.variables, body)) return false;
  body += '}';
  request.method = "POST";
  request.headers.set("Content-Type", "application/json", run.arena());
  run.exchange().set_body(request, run.text(body));
  // Without set-url: where set-backend-service says.
  if (part.callout.url.is_present) return true;
  Url target = run.exchange().request.url;
  target.path = target.path.substr(0, target.base_path_size);
  target.query = run.exchange().backend_query;
  url = target.text(run.arena());
  return true;
}

// The other service's `data`, of one field what it holds; errors without data fail the field.
bool take(PolicyRun& run, const void*, Response& response) {
  std::string_view text;
  if (response.status >= 400 || !read_body(run, response, text)) return response.status >= 400;
  run.run().start_expression();
  JObject* answer = as_object(parse_json(run.run(), text, {.dates = false}));
  JToken* data = answer == nullptr ? nullptr : find(*answer, "data");
  JObject* fields = as_object(data);
  if (fields == nullptr) {
    if (run.run().failed()) {
      fail_with_pending(run, "The GraphQL service did not answer with JSON.");
    } else {
      run.fail({}, joined("The GraphQL service answered without data: ", text.substr(0, 500)));
    }
    return false;
  }
  const JToken* result = fields->count == 1 ? fields->property_at(0)->value : data;
  const String* json = write_json(run.run(), result, Formatting::kNone);
  if (json == nullptr) {
    fail_with_pending(run, "The answer of the GraphQL service cannot be written.");
    return false;
  }
  response.body.content = json->view();
  return true;
}
constexpr HttpSteps kSteps{.identity = nullptr, .prepare = &prepare, .take = &take};

void finish(Reader&, const Element& element, void* config) {
  auto& source = *static_cast<GraphqlDataSource*>(config);
  if (source.request == nullptr) return;
  const Element* request = child_of(element, "request");
  const bool has_backend = request != nullptr && child_of(*request, "set-backend-service") != nullptr;
  source.source = {.callout = &source.request->callout,
                   .forward = nullptr,
                   .may_be_relative = has_backend,
                   .steps = &kSteps,
                   .config = source.request};
}

Outcome begin(PolicyRun& run, const FlowOp& op) {
  return begin_callout(run, op, static_cast<const GraphqlDataSource*>(op.config)->request->callout);
}
Outcome call(PolicyRun& run, const FlowOp& op) {
  const Task task = call_http(run, static_cast<const GraphqlDataSource*>(op.config)->source);
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  flow.emit({.run = &begin, .config = config});
  emit_part(flow, element, "request", kRequestPolicies, Section::kBackend);
  flow.emit({.run = &call, .config = config});
  emit_response(flow, element);
}

}  // namespace

constinit const PolicySpec kGraphqlDataSource =
    flow_policy<GraphqlDataSource>("graphql-data-source",
                                   checked(element_of<GraphqlDataSource>({}, kChildren), &finish), &emit)
        .in(kResolverOnly);

}  // namespace portcullis
