// sql-data-source: resolves a field of a GraphQL API by SQL statements. The root of a resolver's document; the host
// runs the statements, with the parameters bound. source: graphql-resolvers.md#3
#include <string>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/policy/codes.h"
#include "policies/support/body.h"
#include "policies/support/call.h"
#include "policies/support/resolver.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct ConnectionString {
  Setting<bool> use_managed_identity;
  std::string_view client_id;
  std::string_view scope;
  Setting<std::string_view> text;
};
struct ConnectionInfo {
  const ConnectionString* connection = nullptr;
};
struct Statement {
  Setting<std::string_view> text;
};
struct Parameter {
  std::string_view name;
  std::string_view sql_type;
  Setting<Object*> value;
};
struct Parameters {
  std::span<const Parameter> all;
};
struct SqlRequest {
  Setting<bool> single_result;
  const Statement* statement = nullptr;
  const Parameters* parameters = nullptr;
};
struct SqlDataSource {
  const ConnectionInfo* info = nullptr;
  const SqlRequest* request = nullptr;
  const ResolverResponse* response = nullptr;
};

constexpr std::string_view kInfoPolicies[] = {"get-authorization-context", "include-fragment",
                                              "authentication-certificate"};
constexpr std::string_view kFragments[] = {"include-fragment"};
constexpr std::string_view kRequestPolicies[] = {"include-fragment", "set-body"};

constexpr AttributeSpec kConnectionAttributes[] = {
    optional<&ConnectionString::use_managed_identity>("use-managed-identity"),
    optional<&ConnectionString::client_id>("client-id"), optional<&ConnectionString::scope>("scope")};

void check_text(Reader& reader, const Element& element, void*) {
  if (!element.text.has_value() || element.text->trimmed().empty())
    reader.report(element.name_span, policy_code::kMissingText, joined("`", element.name, "` is empty"));
}
constexpr ElementSpec kConnection =
    checked(with_text<&ConnectionString::text>(element_of<ConnectionString>(kConnectionAttributes)), &check_text);

void check_info(Reader& reader, const Element& element, void*) { check_once_each(reader, element, kInfoPolicies); }
constexpr ChildSpec kInfoChildren[] = {element<&ConnectionInfo::connection, &kConnection>("connection-string", true)};
constexpr ElementSpec kInfo =
    checked(holding(element_of<ConnectionInfo>({}, kInfoChildren), kInfoPolicies), &check_info);

void check_statement(Reader& reader, const Element& element, void* config) {
  check_text(reader, element, config);
  if (static_cast<const Statement*>(config)->text.expression != nullptr)
    reader.warn(element.name_span, policy_code::kSuspicious,
                "a statement made by an expression may mix values into SQL",
                "write the values as <parameter>: they are bound");
}
constexpr ElementSpec kStatement = checked(with_text<&Statement::text>(element_of<Statement>({})), &check_statement);

constexpr AttributeSpec kParameterAttributes[] = {required<&Parameter::name>("name"),
                                                  optional<&Parameter::sql_type>("sql-type")};
void check_parameter(Reader& reader, const Element& element, void* config) {
  const Attribute* name = element.find("name");
  if (name == nullptr || !name->value.is_literal()) return;
  const std::string_view text = static_cast<const Parameter*>(config)->name;
  bool is_name = text.size() > 1 && text.front() == '@' && !is_ascii_digit(text[1]);
  for (const char c : text.substr(text.empty() ? 0 : 1))
    is_name = is_name && (is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || c == '$' || c == '#');
  if (!is_name)
    reader.report(name->value.span, policy_code::kWrongLiteral, joined("`", text, "` is no name of a SQL parameter"),
                  "write it with the @ of the statement: `@id`");
}
constexpr ElementSpec kParameter =
    checked(with_text<&Parameter::value>(element_of<Parameter>(kParameterAttributes)), &check_parameter);

void check_parameters(Reader& reader, const Element& element, void* config) {
  const std::span<const Parameter> all = static_cast<const Parameters*>(config)->all;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (equals_ignoring_ascii_case(all[i].name, all[j].name))
        return reader.report(element.name_span, policy_code::kConflict,
                             joined("the parameter `", all[i].name, "` stands twice"));
    }
  }
}
constexpr ChildSpec kParametersChildren[] = {elements<&Parameters::all, &kParameter>("parameter", 1, kMany)};
constexpr ElementSpec kParameters = checked(element_of<Parameters>({}, kParametersChildren), &check_parameters);

constexpr AttributeSpec kRequestAttributes[] = {optional<&SqlRequest::single_result>("single-result")};
constexpr ChildSpec kRequestChildren[] = {
    element<&SqlRequest::statement, &kStatement>("sql-statement", true),
    element<&SqlRequest::parameters, &kParameters>("parameters", false),
};
void check_request(Reader& reader, const Element& element, void*) {
  check_once_each(reader, element, kRequestPolicies);
}
constexpr ElementSpec kRequest =
    checked(holding(element_of<SqlRequest>(kRequestAttributes, kRequestChildren), kRequestPolicies), &check_request);

constexpr ChildSpec kChildren[] = {element<&SqlDataSource::info, &kInfo>("connection-info", true),
                                   element<&SqlDataSource::request, &kRequest>("request", true),
                                   element<&SqlDataSource::response, &kResolverResponse>("response", false)};

// ---- running ----------------------------------------------------------------------------------------------------

bool build(PolicyRun& run, const SqlDataSource& config, SqlCall& call) {
  const ConnectionString& connection = *config.info->connection;
  std::string_view text;
  if (!run.get(connection.text, text) || !run.get(connection.use_managed_identity, call.use_managed_identity))
    return false;
  call.connection_string = run.text(trim_ascii(text));
  call.client_id = connection.client_id;
  call.scope = connection.scope;
  if (!run.get(config.request->statement->text, text)) return false;
  call.statement = run.text(trim_ascii(text));
  if (config.request->parameters == nullptr) return true;
  const std::span<const Parameter> all = config.request->parameters->all;
  const std::span<SqlCall::Parameter> values = run.arena().array<SqlCall::Parameter>(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    values[i] = {.name = all[i].name, .sql_type = all[i].sql_type, .json = {}};
    if (!get_json(run, all[i].value, values[i].json)) return false;
  }
  call.parameters = values;
  return true;
}

// One object, or an object that holds the rows. source: graphql-resolvers.md#3
bool result_of(PolicyRun& run, std::string_view rows, bool is_single, std::string_view& json) {
  if (!is_single) {
    json = concatenated(run.arena(), {"{\"items\":", rows, "}"});
    return true;
  }
  run.run().start_expression();
  JArray* list = as_array(parse_json(run.run(), rows, {.dates = false}));
  if (list != nullptr && list->count == 0) return json = "null", true;
  const String* first = list == nullptr ? nullptr : write_json(run.run(), list->items[0], Formatting::kNone);
  if (first == nullptr) {
    fail_with_pending(run, "The host did not answer with rows.");
    return false;
  }
  json = first->view();
  return true;
}

Task query(PolicyRun& run, const SqlDataSource& config) {
  bool is_single = false;
  EffectRequest effect;
  SqlCall& call = effect.emplace<SqlCall>();
  if (!run.get(config.request->single_result, is_single) || !build(run, config, call)) co_return Outcome::kFail;
  if (run.building_request() != nullptr) {
    run.pop();
    run.begin_request(nullptr);
  }
  if (run.tracing()) run.trace(joined("Running SQL with ", call.parameters.size(), " parameters"));
  const ReplyValue& reply = co_await run.perform(effect);
  if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    const PolicyError error = call_error(run, *failure);
    co_return run.fail(error);
  }
  const auto* rows = std::get_if<BodyReply>(&reply);
  if (rows == nullptr) co_return run.fail("BackendConnectionFailure", "The host did not answer with rows.");
  std::string_view json;
  if (!result_of(run, rows->content, is_single, json)) co_return Outcome::kFail;
  take_json(run, json);
  co_return Outcome::kContinue;
}

Outcome on_leave(PolicyRun& run, ExitHandler&, Outcome why) {
  run.begin_request(nullptr);
  return why;
}

// set-body works on what the parameters see as the request.
Outcome begin(PolicyRun& run, const FlowOp& op) {
  run.begin_request(&run.exchange().request);
  run.push(run.arena().make<ExitHandler>(&on_leave, &op));
  return Outcome::kContinue;
}

Outcome call(PolicyRun& run, const FlowOp& op) {
  const Task task = query(run, *static_cast<const SqlDataSource*>(op.config));
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  emit_part(flow, element, "connection-info", kInfoPolicies, Section::kBackend);
  flow.listed_children(element, kFragments, Section::kBackend, false);
  flow.emit({.run = &begin, .config = config});
  emit_part(flow, element, "request", kRequestPolicies, Section::kBackend);
  flow.emit({.run = &call, .config = config});
  emit_response(flow, element);
}

}  // namespace

constinit const PolicySpec kSqlDataSource =
    flow_policy<SqlDataSource>("sql-data-source", holding(element_of<SqlDataSource>({}, kChildren), kFragments), &emit)
        .in(kResolverOnly);

}  // namespace portcullis
