// cosmosdb-data-source: resolves a field of a GraphQL API by a query or a document of Azure Cosmos DB, through its REST
// interface. The root of a resolver's document. source: graphql-resolvers.md#4, cosmos-db REST: common request headers,
// access control
#include <string>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/policy/codes.h"
#include "policies/support/body.h"
#include "policies/support/cosmos.h"
#include "policies/support/resolver.h"
#include "policies/support/text.h"
#include "policies/table.h"

namespace portcullis {

enum class KeyType : std::uint8_t { kString, kNumber, kBool, kNone, kNull };
constexpr Word kKeyTypes[] = {{"string", 0}, {"number", 1}, {"bool", 2}, {"none", 3}, {"null", 4}};
constexpr std::span<const Word> portcullis_words(KeyType*) { return kKeyTypes; }
enum class EtagType : std::uint8_t { kMatch, kNoMatch };
constexpr Word kEtagTypes[] = {{"match", 0}, {"no-match", 1}};
constexpr std::span<const Word> portcullis_words(EtagType*) { return kEtagTypes; }
enum class WriteType : std::uint8_t { kInsert, kReplace, kUpsert };
constexpr Word kWriteTypes[] = {{"insert", 0}, {"replace", 1}, {"upsert", 2}};
constexpr std::span<const Word> portcullis_words(WriteType*) { return kWriteTypes; }
enum class Consistency : std::uint8_t { kAccounts, kBoundedStaleness, kConsistentPrefix, kEventual, kSession, kStrong };
constexpr Word kConsistencies[] = {
    {"bounded-staleness", 1}, {"consistent-prefix", 2}, {"eventual", 3}, {"session", 4}, {"strong", 5}};
constexpr std::span<const Word> portcullis_words(Consistency*) { return kConsistencies; }
enum class Indexing : std::uint8_t { kDefault, kInclude, kExclude };
constexpr Word kIndexings[] = {{"default", 0}, {"include", 1}, {"exclude", 2}};
constexpr std::span<const Word> portcullis_words(Indexing*) { return kIndexings; }

namespace {

// ---- the document -----------------------------------------------------------------------------------------------

struct ConnectionString {
  Setting<bool> use_managed_identity;
  std::string_view client_id;
  Setting<std::string_view> text;
};
struct ConnectionInfo {
  const ConnectionString* connection = nullptr;
  Setting<std::string_view> database;
  Setting<std::string_view> container;
};
struct PartitionKey {
  KeyType type = KeyType::kString;
  TemplatedText value;
};
struct Etag {
  EtagType type = EtagType::kMatch;
  TemplatedText value;
};
struct Templated {
  TemplatedText value;
};
struct Parameter {
  std::string_view name;
  Setting<Object*> value;
};
struct Parameters {
  std::span<const Parameter> all;
};
struct Paging {
  const Templated* most = nullptr;
  const Templated* token = nullptr;
};

/// Any of the four requests; each reads its own part of it.
struct CosmosRequest {
  enum class Kind : std::uint8_t { kQuery, kRead, kDelete, kWrite } kind = Kind::kQuery;
  bool low_precision_order_by = false;
  Consistency consistency = Consistency::kAccounts;
  Indexing indexing = Indexing::kDefault;
  WriteType write = WriteType::kUpsert;
  bool returns_content = true;
  std::string_view pre_trigger;
  std::string_view post_trigger;
  Setting<std::string_view> statement;
  const Parameters* parameters = nullptr;
  const Templated* id = nullptr;
  const PartitionKey* key = nullptr;
  const Etag* etag = nullptr;
  const Paging* paging = nullptr;
  Callout callout;  // only its mode
};

struct CosmosdbDataSource {
  const ConnectionInfo* info = nullptr;
  const CosmosRequest* query = nullptr;
  const CosmosRequest* read = nullptr;
  const CosmosRequest* remove = nullptr;
  const CosmosRequest* write = nullptr;
  const ResolverResponse* response = nullptr;
  HttpSource source;

  [[nodiscard]] const CosmosRequest* request() const {
    return query != nullptr ? query : read != nullptr ? read : remove != nullptr ? remove : write;
  }
};

constexpr AttributeSpec kConnectionAttributes[] = {
    optional<&ConnectionString::use_managed_identity>("use-managed-identity"),
    optional<&ConnectionString::client_id>("client-id")};
void check_connection(Reader& reader, const Element& element, void* config) {
  const auto& connection = *static_cast<const ConnectionString*>(config);
  if (connection.text.expression != nullptr) return;
  CosmosAccount account;
  std::string_view problem;
  const bool has_identity =
      connection.use_managed_identity.expression != nullptr || connection.use_managed_identity.literal;
  const std::string_view text = connection.text.literal;
  if (text.find("{{") != std::string_view::npos) return;  // a name that is not known while one file is checked
  if (!read_cosmos_account(text, account, problem)) {
    reader.report(element.name_span, policy_code::kWrongLiteral, problem,
                  "write `AccountEndpoint=https://…;AccountKey=…;`");
  } else if (account.key.empty() && !has_identity) {
    reader.report(element.name_span, policy_code::kWrongLiteral, "the connection string has no `AccountKey`",
                  "write the key, or use-managed-identity=\"true\"");
  }
}
constexpr ElementSpec kConnection =
    checked(with_text<&ConnectionString::text>(element_of<ConnectionString>(kConnectionAttributes)), &check_connection);
constexpr ChildSpec kInfoChildren[] = {element<&ConnectionInfo::connection, &kConnection>("connection-string", true),
                                       text<&ConnectionInfo::database>("database-name", true),
                                       text<&ConnectionInfo::container>("container-name", true)};
constexpr ElementSpec kInfo = element_of<ConnectionInfo>({}, kInfoChildren);

enum class TemplateWord : std::uint8_t { kNone, kLiquid };
constexpr Word kTemplateWords[] = {{"none", 0}, {"liquid", 1}};
constexpr AttributeSpec template_attribute() {
  return {.name = "template",
          .kind = ValueKind::kWord,
          .words = kTemplateWords,
          .read = [](Reader& reader, const Attribute& attribute, void*) {
            std::int64_t word = 0;
            reader.read_word(attribute.value, kTemplateWords, word);
          }};
}
template <typename Config>
constexpr ElementSpec with_template(ElementSpec spec) {
  spec.allows_text = true;
  spec.text_allows_expression = true;
  spec.read_text = [](Reader& reader, const Element& element, void* config) {
    read_templated(reader, element, static_cast<Config*>(config)->value);
  };
  return spec;
}

constexpr AttributeSpec kKeyAttributes[] = {optional<&PartitionKey::type>("data-type"), template_attribute()};
constexpr ElementSpec kKey = with_template<PartitionKey>(element_of<PartitionKey>(kKeyAttributes));
constexpr AttributeSpec kEtagAttributes[] = {optional<&Etag::type>("type"), template_attribute()};
constexpr ElementSpec kEtag = with_template<Etag>(element_of<Etag>(kEtagAttributes));
constexpr AttributeSpec kTemplatedAttributes[] = {template_attribute()};
constexpr ElementSpec kTemplated = with_template<Templated>(element_of<Templated>(kTemplatedAttributes));
constexpr AttributeSpec kParameterAttributes[] = {required<&Parameter::name>("name")};
void check_parameter(Reader& reader, const Element& element, void* config) {
  const Attribute* name = element.find("name");
  const std::string_view text = static_cast<const Parameter*>(config)->name;
  if (name != nullptr && name->value.is_literal() && (!text.starts_with('@') || text.size() < 2))
    reader.report(name->value.span, policy_code::kWrongLiteral, joined("`", text, "` is no name of a parameter"),
                  "write it with the @ of the statement: `@id`");
}
constexpr ElementSpec kParameter =
    checked(with_text<&Parameter::value>(element_of<Parameter>(kParameterAttributes)), &check_parameter);
constexpr ChildSpec kParametersChildren[] = {elements<&Parameters::all, &kParameter>("parameter", 0, kMany)};
constexpr ElementSpec kParameters = element_of<Parameters>({}, kParametersChildren);
constexpr ChildSpec kPagingChildren[] = {element<&Paging::most, &kTemplated>("max-item-count", true),
                                         element<&Paging::token, &kTemplated>("continuation-token", true)};
constexpr ElementSpec kPaging = element_of<Paging>({}, kPagingChildren);

using Kind = CosmosRequest::Kind;
template <Kind kKind>
void mark(Reader& reader, const Element& element, void* config) {
  auto& request = *static_cast<CosmosRequest*>(config);
  request.kind = kKind;
  if (kKind == Kind::kWrite && request.write == WriteType::kReplace && request.id == nullptr)
    reader.report(element.name_span, policy_code::kMissingChild,
                  "`write-request` of type `replace` lacks its child `<id>`");
}

constexpr AttributeSpec kQueryAttributes[] = {
    optional<&CosmosRequest::low_precision_order_by>("enable-low-precision-order-by")};
constexpr ChildSpec kQueryChildren[] = {text<&CosmosRequest::statement>("sql-statement", false),
                                        element<&CosmosRequest::parameters, &kParameters>("parameters", false),
                                        element<&CosmosRequest::key, &kKey>("partition-key", false),
                                        element<&CosmosRequest::paging, &kPaging>("paging", false)};
constexpr ElementSpec kQuery =
    checked(element_of<CosmosRequest>(kQueryAttributes, kQueryChildren), &mark<Kind::kQuery>);

constexpr ChildSpec kReadChildren[] = {element<&CosmosRequest::id, &kTemplated>("id", true),
                                       element<&CosmosRequest::key, &kKey>("partition-key", false)};
constexpr ElementSpec kRead = checked(element_of<CosmosRequest>({}, kReadChildren), &mark<Kind::kRead>);

constexpr AttributeSpec kDeleteAttributes[] = {optional<&CosmosRequest::consistency>("consistency-level"),
                                               optional<&CosmosRequest::pre_trigger>("pre-trigger"),
                                               optional<&CosmosRequest::post_trigger>("post-trigger")};
constexpr ChildSpec kDeleteChildren[] = {element<&CosmosRequest::id, &kTemplated>("id", true),
                                         element<&CosmosRequest::key, &kKey>("partition-key", false),
                                         element<&CosmosRequest::etag, &kEtag>("etag", false)};
constexpr ElementSpec kDelete =
    checked(element_of<CosmosRequest>(kDeleteAttributes, kDeleteChildren), &mark<Kind::kDelete>);

constexpr std::string_view kWritePolicies[] = {"include-fragment", "set-body"};
constexpr AttributeSpec kWriteAttributes[] = {
    optional<&CosmosRequest::write>("type"),
    optional<&CosmosRequest::consistency>("consistency-level"),
    optional<&CosmosRequest::indexing>("indexing-directive"),
    optional<&CosmosRequest::pre_trigger>("pre-trigger"),
    optional<&CosmosRequest::post_trigger>("post-trigger"),
    optional<&CosmosRequest::returns_content>("enable-content-response-on-write")};
constexpr ChildSpec kWriteChildren[] = {element<&CosmosRequest::id, &kTemplated>("id", false),
                                        element<&CosmosRequest::key, &kKey>("partition-key", false),
                                        element<&CosmosRequest::etag, &kEtag>("etag", false)};
void check_write(Reader& reader, const Element& element, void* config) {
  mark<Kind::kWrite>(reader, element, config);
  check_once_each(reader, element, kWritePolicies);
}
constexpr ElementSpec kWrite =
    checked(holding(element_of<CosmosRequest>(kWriteAttributes, kWriteChildren), kWritePolicies), &check_write);

constexpr ChildSpec kChildren[] = {element<&CosmosdbDataSource::info, &kInfo>("connection-info", true),
                                   element<&CosmosdbDataSource::query, &kQuery>("query-request", false),
                                   element<&CosmosdbDataSource::read, &kRead>("read-request", false),
                                   element<&CosmosdbDataSource::remove, &kDelete>("delete-request", false),
                                   element<&CosmosdbDataSource::write, &kWrite>("write-request", false),
                                   element<&CosmosdbDataSource::response, &kResolverResponse>("response", false)};

// ---- the call ---------------------------------------------------------------------------------------------------

bool account_of(PolicyRun& run, const ConnectionInfo& info, CosmosAccount& account, bool& has_identity) {
  std::string_view text;
  std::string_view problem;
  if (!run.get(info.connection->text, text) || !run.get(info.connection->use_managed_identity, has_identity))
    return false;
  if (!read_cosmos_account(run.text(text), account, problem)) return run.fail({}, problem), false;
  if (account.key.empty() && !has_identity)
    return run.fail({}, "The connection string of the Cosmos account has no AccountKey."), false;
  return true;
}

bool identity(PolicyRun& run, const void* config, TokenCall& call) {
  const auto& source = *static_cast<const CosmosdbDataSource*>(config);
  CosmosAccount account;
  bool has_identity = false;
  if (!account_of(run, *source.info, account, has_identity)) return false;
  if (has_identity) call = {.resource = run.text(account.origin()), .client_id = source.info->connection->client_id};
  return true;
}

// A JSON array of one key, as the partition key header has it. False after failing.
bool key_header(PolicyRun& run, const PartitionKey& key, std::string_view& header) {
  if (key.type == KeyType::kNone) return header = "[{}]", true;
  if (key.type == KeyType::kNull) return header = "[null]", true;
  std::string_view value;
  if (!get_templated(run, key.value, value)) return false;
  std::string out = "[";
  if (key.type == KeyType::kString) {
    out += '"';
    append_json_ascii(out, value);
    out += '"';
  } else if (key.type == KeyType::kBool) {
    const bool is_true = equals_ignoring_ascii_case(value, "true");
    if (!is_true && !equals_ignoring_ascii_case(value, "false"))
      return run.fail({}, "The partition key is neither true nor false."), false;
    out += is_true ? "true" : "false";
  } else {
    if (!is_json_number(value)) return run.fail({}, "The partition key is no number."), false;
    out += value;
  }
  out += ']';
  header = run.text(out);
  return true;
}

bool query_body(PolicyRun& run, const CosmosRequest& query, std::string_view& json) {
  std::string_view statement;
  if (!run.get(query.statement, statement)) return false;
  statement = trim_ascii(statement);
  std::string body = "{\"query\":\"";
  append_json_escaped(body, statement.empty() ? "SELECT * FROM c" : statement);
  body += "\",\"parameters\":[";
  const std::span<const Parameter> all =
      query.parameters == nullptr ? std::span<const Parameter>() : query.parameters->all;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string_view value;
    if (!get_json(run, all[i].value, value)) return false;
    append(body, i == 0 ? "{\"name\":\"" : ",{\"name\":\"");
    append_json_escaped(body, all[i].name);
    append(body, "\",\"value\":", value, "}");
  }
  body += "]}";
  json = run.text(body);
  return true;
}

// The header value goes to another service: no line may be added to it.
bool get_header(PolicyRun& run, const TemplatedText& text, std::string_view what, std::string_view& value) {
  if (!get_templated(run, text, value)) return false;
  if (value.find_first_of("\r\n") == std::string_view::npos && value.find('\0') == std::string_view::npos) return true;
  run.fail({}, joined("The ", what, " holds a line end."));
  return false;
}

bool add_query(PolicyRun& run, const CosmosRequest& query, Request& request) {
  Arena& arena = run.arena();
  std::string_view body;
  if (!query_body(run, query, body)) return false;
  run.exchange().set_body(request, body);
  request.headers.set("Content-Type", "application/query+json", arena);
  request.headers.set("x-ms-documentdb-isquery", "True", arena);
  if (query.key == nullptr) request.headers.set("x-ms-documentdb-query-enablecrosspartition", "True", arena);
  if (query.low_precision_order_by)
    request.headers.set("x-ms-documentdb-query-enable-low-precision-order-by", "True", arena);
  if (query.paging == nullptr) return true;
  std::string_view most;
  std::string_view token;
  if (!get_header(run, query.paging->most->value, "item count", most) ||
      !get_header(run, query.paging->token->value, "continuation token", token))
    return false;
  if (!most.empty()) request.headers.set("x-ms-max-item-count", most, arena);
  if (!token.empty()) request.headers.set("x-ms-continuation", token, arena);
  return true;
}

// Without set-body the arguments; an `id` that was given goes into the document. source: graphql-resolvers.md#4
bool add_document(PolicyRun& run, const CosmosRequest& write, std::string_view id, Request& request) {
  std::string_view json = request.body.content;
  if (!request.body.replaced && !arguments_json(run, json)) return false;
  run.run().start_expression();
  JObject* document = as_object(parse_json(run.run(), json, {.dates = false}));
  if (document == nullptr) {
    fail_with_pending(run, "The document is no JSON object.");
    return false;
  }
  if (write.id != nullptr && find(*document, "id") == nullptr)
    set_member(run.run(), *document, "id", make_jstring(run.run(), id));
  const String* text = write_json(run.run(), document, Formatting::kNone);
  if (text == nullptr) {
    fail_with_pending(run, "The document cannot be written.");
    return false;
  }
  run.exchange().set_body(request, text->view());
  Arena& arena = run.arena();
  request.headers.set("Content-Type", "application/json", arena);
  if (write.write == WriteType::kUpsert) request.headers.set("x-ms-documentdb-is-upsert", "True", arena);
  if (write.indexing != Indexing::kDefault)
    request.headers.set("x-ms-indexing-directive", write.indexing == Indexing::kInclude ? "Include" : "Exclude", arena);
  if (!write.returns_content) request.headers.set("Prefer", "return=minimal", arena);
  return true;
}

bool add_conditions(PolicyRun& run, const CosmosRequest& wanted, Request& request) {
  constexpr std::string_view kLevels[] = {"", "BoundedStaleness", "ConsistentPrefix", "Eventual", "Session", "Strong"};
  Arena& arena = run.arena();
  std::string_view value;
  if (wanted.key != nullptr) {
    if (!key_header(run, *wanted.key, value)) return false;
    request.headers.set("x-ms-documentdb-partitionkey", value, arena);
  }
  if (wanted.etag != nullptr) {
    if (!get_header(run, wanted.etag->value, "etag", value)) return false;
    request.headers.set(wanted.etag->type == EtagType::kMatch ? "If-Match" : "If-None-Match", value, arena);
  }
  if (wanted.consistency != Consistency::kAccounts)
    request.headers.set("x-ms-consistency-level", kLevels[static_cast<std::size_t>(wanted.consistency)], arena);
  if (!wanted.pre_trigger.empty())
    request.headers.set("x-ms-documentdb-pre-trigger-include", wanted.pre_trigger, arena);
  if (!wanted.post_trigger.empty())
    request.headers.set("x-ms-documentdb-post-trigger-include", wanted.post_trigger, arena);
  return true;
}

bool prepare(PolicyRun& run, const void* config, Request& request, std::string_view token, std::string_view& url) {
  const auto& source = *static_cast<const CosmosdbDataSource*>(config);
  const CosmosRequest& wanted = *source.request();
  CosmosAccount account;
  bool has_identity = false;
  std::string_view database;
  std::string_view container;
  std::string_view id;
  if (!account_of(run, *source.info, account, has_identity) || !run.get(source.info->database, database) ||
      !run.get(source.info->container, container))
    return false;
  if (wanted.id != nullptr && !get_templated(run, wanted.id->value, id)) return false;
  if (wanted.id != nullptr && id.empty()) return run.fail({}, "The id of the document is empty."), false;
  const bool names_document = wanted.kind == Kind::kRead || wanted.kind == Kind::kDelete ||
                              (wanted.kind == Kind::kWrite && wanted.write == WriteType::kReplace);
  request.method = wanted.kind == Kind::kRead     ? "GET"
                   : wanted.kind == Kind::kDelete ? "DELETE"
                   : names_document               ? "PUT"
                                                  : "POST";
  const CosmosLink link{trim_ascii(database), trim_ascii(container), names_document ? id : std::string_view()};
  url = run.text(link.url(account));
  if (!add_conditions(run, wanted, request)) return false;
  if (wanted.kind == Kind::kQuery && !add_query(run, wanted, request)) return false;
  if (wanted.kind == Kind::kWrite && !add_document(run, wanted, id, request)) return false;
  const std::string date = cosmos_date(run.now());
  std::string authorization;
  if (has_identity) {
    authorization = cosmos_token_authorization(token);
  } else if (!cosmos_key_authorization(account.key, request.method, link, date, authorization)) {
    return run.fail({}, "The AccountKey of the Cosmos account is no base64."), false;
  }
  Arena& arena = run.arena();
  request.headers.set("x-ms-date", run.text(date), arena);
  request.headers.set("x-ms-version", kCosmosVersion, arena);
  request.headers.set("authorization", run.text(authorization), arena);
  request.headers.set("Accept", "application/json", arena);
  return true;
}

// `Documents` of a query become `items`. source: graphql-resolvers.md#4
bool take(PolicyRun& run, const void* config, Response& response) {
  const CosmosRequest& wanted = *static_cast<const CosmosdbDataSource*>(config)->request();
  std::string_view text;
  if (response.status >= 400 || wanted.kind != Kind::kQuery) return true;
  if (!read_body(run, response, text)) return false;
  Run& values = run.run();
  values.start_expression();
  JObject* answer = as_object(parse_json(values, text, {.dates = false}));
  JToken* documents = answer == nullptr ? nullptr : find(*answer, "Documents");
  if (documents == nullptr) {
    fail_with_pending(run, "Cosmos DB did not answer a query with documents.");
    return false;
  }
  JObject* result = make_jobject(values);
  set_member(values, *result, "items", documents);
  const HeaderView* next = response.headers.find(HeaderName("x-ms-continuation"));
  if (next != nullptr) set_member(values, *result, "continuationToken", make_jstring(values, next->value));
  const String* json = write_json(values, result, Formatting::kNone);
  if (json == nullptr) {
    fail_with_pending(run, "The documents cannot be written.");
    return false;
  }
  response.body.content = json->view();
  return true;
}
constexpr HttpSteps kSteps{.identity = &identity, .prepare = &prepare, .take = &take};

void finish(Reader& reader, const Element& element, void* config) {
  auto& source = *static_cast<CosmosdbDataSource*>(config);
  const int requests = (source.query != nullptr ? 1 : 0) + (source.read != nullptr ? 1 : 0) +
                       (source.remove != nullptr ? 1 : 0) + (source.write != nullptr ? 1 : 0);
  if (requests != 1)
    return reader.report(element.name_span, policy_code::kConflict,
                         joined("`cosmosdb-data-source` holds exactly one request, here are ", requests),
                         "it is one of: `query-request`, `read-request`, `delete-request`, `write-request`");
  source.source = {.callout = &source.request()->callout,
                   .forward = nullptr,
                   .may_be_relative = false,
                   .steps = &kSteps,
                   .config = &source};
}

Outcome begin(PolicyRun& run, const FlowOp& op) {
  return begin_callout(run, op, static_cast<const CosmosdbDataSource*>(op.config)->request()->callout);
}
Outcome call(PolicyRun& run, const FlowOp& op) {
  const Task task = call_http(run, static_cast<const CosmosdbDataSource*>(op.config)->source);
  return task.done() ? task.outcome() : Outcome::kSuspend;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  flow.emit({.run = &begin, .config = config});
  emit_part(flow, element, "write-request", kWritePolicies, Section::kBackend);
  flow.emit({.run = &call, .config = config});
  emit_response(flow, element);
}

}  // namespace

constinit const PolicySpec kCosmosdbDataSource =
    flow_policy<CosmosdbDataSource>("cosmosdb-data-source",
                                    checked(element_of<CosmosdbDataSource>({}, kChildren), &finish), &emit)
        .in(kResolverOnly);

}  // namespace portcullis
