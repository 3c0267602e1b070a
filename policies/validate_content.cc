// validate-content: size and content of a body against JSON, XML and SOAP schemas. The body itself is never changed.
// source: validate-content-policy
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/schema_xml.h"
#include "policies/support/validation.h"
#include "policies/table.h"

namespace portcullis {

enum class ValidateAs : std::uint8_t { kJson, kXml, kSoap };
constexpr Word kValidateAsWords[] = {{"json", 0}, {"xml", 1}, {"soap", 2}};
constexpr std::span<const Word> portcullis_words(ValidateAs*) { return kValidateAsWords; }

namespace {

struct TypeMapping {
  std::string_view from;
  Setting<bool> when;
  std::string_view to;
};
struct ContentTypeMap {
  std::string_view any;
  std::string_view missing;
  std::span<const TypeMapping> mappings;
};
struct ContentRule {
  std::string_view type;
  ValidateAs validate_as = ValidateAs::kJson;
  Setting<std::string_view> action;
  std::string_view schema_id;
  std::string_view schema_ref;
  Setting<bool> allow_additional;
  bool ignore_case = false;
  // made at load
  const StoredSchema* stored = nullptr;
  const JsonSchema* schema = nullptr;  // of schema-id, or the part at schema-ref
};
struct ValidateContent {
  Setting<std::string_view> unspecified_action;
  Setting<std::int64_t> max_size;
  Setting<std::string_view> size_action;
  std::string_view errors_variable;
  std::string_view error_variable;
  const ContentTypeMap* map = nullptr;
  std::span<const ContentRule> rules;
};

// ---- schema
// ---------------------------------------------------------------------------------------------------------------

// A literal, though the field remembers whether it was given.
void read_additional(Reader& reader, const Attribute& attribute, void* config) {
  auto& setting = static_cast<ContentRule*>(config)->allow_additional;
  reader.read(attribute, setting.literal);
  setting.is_present = true;
}

constexpr AttributeSpec allow_additional() {
  AttributeSpec spec = optional<&ContentRule::allow_additional>("allow-additional-properties");
  spec.allows_expression = false;
  spec.read = &read_additional;
  return spec;
}

constexpr AttributeSpec kMappingAttributes[] = {
    optional<&TypeMapping::from>("from"),
    optional<&TypeMapping::when>("when"),
    required<&TypeMapping::to>("to"),
};

void check_mapping(Reader& reader, const Element& element, void*) {
  const bool has_from = element.find("from") != nullptr;
  if (has_from != (element.find("when") != nullptr)) return;
  reader.report(element.name_span, has_from ? policy_code::kConflict : policy_code::kMissingAttribute,
                "`type` takes either `from` or `when`", "write <type from=\"…\" to=\"…\" />");
}

constexpr ElementSpec kMapping = checked(element_of<TypeMapping>(kMappingAttributes), &check_mapping);
constexpr AttributeSpec kMapAttributes[] = {
    optional<&ContentTypeMap::any>("any-content-type-value"),
    optional<&ContentTypeMap::missing>("missing-content-type-value"),
};
constexpr ChildSpec kMapChildren[] = {elements<&ContentTypeMap::mappings, &kMapping>("type", 0, kMany)};
constexpr ElementSpec kMap = element_of<ContentTypeMap>(kMapAttributes, kMapChildren);

constexpr AttributeSpec kRuleAttributes[] = {
    optional<&ContentRule::type>("type"),
    required<&ContentRule::validate_as>("validate-as"),
    required_action<&ContentRule::action>("action"),
    optional<&ContentRule::schema_id>("schema-id"),
    optional<&ContentRule::schema_ref>("schema-ref"),
    allow_additional(),
    optional<&ContentRule::ignore_case>("case-insensitive-property-names"),
};

void report_unknown_schema(Reader& reader, const Element& element, std::string_view id) {
  std::vector<std::string_view> names;
  for (const StoredSchema& schema : reader.description()->schemas) names.push_back(schema.id);
  const std::string_view close = closest(id, names);
  reader.report(element.find("schema-id")->value.span, policy_code::kUnknownSchema,
                joined("there is no schema `", id, "`"),
                close.empty() ? std::string("schemas lie in the folder `schemas` beside the policy")
                              : joined("did you mean `", close, "`?"));
}

// A schema that is named must be there; whether it can be used is a matter of each request.
void resolve_schema(Reader& reader, const Element& element, ContentRule& rule) {
  if (rule.schema_id.empty() || reader.description() == nullptr) return;
  rule.stored = reader.description()->find_schema(rule.schema_id);
  if (rule.stored == nullptr) return report_unknown_schema(reader, element, rule.schema_id);
  rule.schema = rule.stored->json;
  if (rule.schema_ref.empty()) return;
  rule.schema = reader.description()->part_of(*rule.stored, rule.schema_ref);
  if (rule.schema == nullptr) {
    reader.warn(
        element.find("schema-ref")->value.span, policy_code::kUnknownSchema,
        joined("schema `", rule.schema_id, "` has nothing at `", rule.schema_ref, "`: every message will be refused"));
  }
}

void check_rule(Reader& reader, const Element& element, void* config) {
  auto& rule = *static_cast<ContentRule*>(config);
  const Attribute* reference = element.find("schema-ref");
  if (reference != nullptr && rule.validate_as != ValidateAs::kJson)
    reader.report(reference->name_span, policy_code::kConflict, "`schema-ref` is for JSON only");
  if (reference != nullptr && rule.schema_id.empty())
    reader.report(reference->name_span, policy_code::kConflict, "`schema-ref` needs `schema-id`",
                  "name the schema that it points into");
  if (rule.validate_as == ValidateAs::kSoap && !rule.type.empty() &&
      !equals_ignoring_ascii_case(rule.type, "text/xml") &&
      !equals_ignoring_ascii_case(rule.type, "application/soap+xml")) {
    reader.report(element.find("type")->value.span, policy_code::kWrongLiteral,
                  joined("`", rule.type, "` is no content type of SOAP"),
                  "write `text/xml` (SOAP 1.1) or `application/soap+xml` (SOAP 1.2)");
  }
  for (const std::string_view json_only : {"allow-additional-properties", "case-insensitive-property-names"}) {
    const Attribute* given = element.find(json_only);
    if (given == nullptr || rule.validate_as == ValidateAs::kJson) continue;
    reader.report(given->name_span, policy_code::kConflict, joined("`", json_only, "` is for JSON only"));
  }
  resolve_schema(reader, element, rule);
}

constexpr ElementSpec kRule = checked(element_of<ContentRule>(kRuleAttributes), &check_rule);

constexpr AttributeSpec kAttributes[] = {
    required_action<&ValidateContent::unspecified_action>("unspecified-content-type-action"),
    required<&ValidateContent::max_size>("max-size"),
    required_action<&ValidateContent::size_action>("size-exceeded-action"),
    optional<&ValidateContent::errors_variable>("errors-variable-name"),
    optional<&ValidateContent::error_variable>("error-variable-name"),
};
constexpr ChildSpec kChildren[] = {
    element<&ValidateContent::map, &kMap>("content-type-map", false),
    elements<&ValidateContent::rules, &kRule>("content", 0, kMany),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& content = *static_cast<const ValidateContent*>(config);
  if (content.max_size.expression == nullptr && content.max_size.literal < 0)
    reader.report(element.find("max-size")->value.span, policy_code::kWrongLiteral, "a size is not negative");
}

// ---- run
// --------------------------------------------------------------------------------------------------------------------

/// One message on its way through the steps.
struct Subject {
  bool of_response = false;
  const Message* message = nullptr;
  const ApiDefinition* api = nullptr;
  const OperationDefinition* operation = nullptr;
  std::span<const RepresentationDefinition> representations;
  bool defines_body = false;
  std::string_view content;  // decoded
  std::string_view type;     // effective

  [[nodiscard]] std::string_view error_type() const { return of_response ? "ResponseBody" : "RequestBody"; }
  [[nodiscard]] std::string_view word() const { return of_response ? "response" : "request"; }
  /// The caller reads about his own faults only.
  [[nodiscard]] std::string_view told(std::string_view details) const {
    return of_response ? std::string_view() : details;
  }
};

bool find_subject(PolicyRun& run, Subject& subject) {
  subject.of_response = run.section() == Section::kOutbound || run.section() == Section::kOnError;
  if (subject.of_response && run.exchange().response == nullptr) return false;
  subject.message =
      subject.of_response ? static_cast<const Message*>(run.exchange().response) : &run.exchange().request;
  subject.api = run.description();
  subject.operation = run.described_operation();
  if (subject.operation == nullptr) return true;
  if (!subject.of_response) {
    subject.representations = subject.operation->representations;
    subject.defines_body = subject.operation->has_request_body;
    return true;
  }
  const ResponseDefinition* response = subject.operation->response(run.exchange().response->status);
  if (response != nullptr) subject.representations = response->representations;
  subject.defines_body = !subject.representations.empty();
  return true;
}

bool has_no_body(const Subject& subject, std::string_view content_type) {
  return (subject.message->body.state == BodyState::kNone || subject.message->body.content.empty()) &&
         content_type.empty();
}

/// source: content-validation.md#2 (chosen order). False after a failed condition.
bool effective_type(PolicyRun& run, const ValidateContent& config, std::string_view header, std::string_view& type) {
  type = media_type(run, header);
  if (config.map == nullptr) return true;
  for (const TypeMapping& mapping : config.map->mappings) {
    bool applies = !mapping.from.empty() && media_type(run, mapping.from) == type;
    if (mapping.when.is_present && !run.get(mapping.when, applies)) return false;
    if (applies) {
      type = media_type(run, mapping.to);
      return true;
    }
  }
  if (type.empty() && !config.map->missing.empty()) {
    type = media_type(run, config.map->missing);
  } else if (!config.map->any.empty()) {
    type = media_type(run, config.map->any);
  }
  return true;
}

bool applies_to(const ContentRule& rule, const Subject& subject) {
  return rule.type.empty() || equals_ignoring_ascii_case(rule.type.substr(0, rule.type.find(';')), subject.type);
}

bool is_specified(const ValidateContent& config, const Subject& subject) {
  if (find_representation(subject.representations, subject.type) != nullptr) return true;
  for (const ContentRule& rule : config.rules) {
    if (!rule.type.empty() && applies_to(rule, subject)) return true;
  }
  return false;
}

/// `definition {name}, which` or, without a name, `definition which`. source: content-validation.md#1.5
std::string definition_text(std::string_view name) {
  return name.empty() ? std::string("definition which") : joined("definition ", name, ", which");
}

class Rule {
 public:
  Rule(PolicyRun& run, const ContentRule& rule, const Subject& subject, ValidationAction action, Validation& validation)
      : run_(run), rule_(rule), subject_(subject), action_(action), validation_(validation) {}

  void check() {
    if (!find_schema()) return;
    if (rule_.validate_as == ValidateAs::kJson) return check_json();
    check_xml();
  }

 private:
  void add_schema_error(std::string_view details) { validation_.add({{}, "ApiSchema", {}, details, {}, action_}); }
  void add_missing(std::string_view definition) {
    const std::string text = joined("API's schema does not contain ", definition_text(definition),
                                    " is associated with the content type ", subject_.type, ".");
    validation_.add({subject_.type, subject_.error_type(), "MissingDefinition", text, {}, action_});
  }
  void add_nonconforming(std::string_view what) {
    const std::string text =
        joined("Body of the ", subject_.word(), " does not conform to the ", definition_text(definition_),
               " is associated with the content type ", subject_.type, ". ", what);
    validation_.add({subject_.type, subject_.error_type(), "IncorrectMessage", text, subject_.told(text), action_});
  }
  void add_exception(std::string_view what) {
    const std::string text = joined("Body of the ", subject_.word(), " cannot be validated for the content type ",
                                    subject_.type, ". ", what);
    validation_.add({{}, subject_.error_type(), "ValidationException", text, {}, action_});
  }

  bool find_schema() {
    if (!rule_.schema_id.empty()) return find_stored();
    if (subject_.api == nullptr || !subject_.api->has_document) return add_schema_error(kNoApiSchema), false;
    if (rule_.validate_as != ValidateAs::kJson) {
      xml_ = subject_.api->xml;
      if (xml_ == nullptr) add_schema_error(kNoApiSchema);
      return xml_ != nullptr;
    }
    const RepresentationDefinition* found = find_representation(subject_.representations, subject_.type);
    if (found == nullptr) found = first_json();
    if (subject_.operation == nullptr || found == nullptr || found->is_unresolved)
      return add_schema_error(kNoApiSchema), false;
    definition_ = found->definition;
    schema_ = found->schema;
    if (!found->is_missing) return true;
    if (subject_.api->has_definitions) {
      add_missing(definition_);
    } else {
      add_schema_error(kNoDefinitions);
    }
    return false;
  }

  /// A type that only the policy knows is judged by what the operation has for JSON.
  const RepresentationDefinition* first_json() const {
    if (rule_.type.empty()) return nullptr;
    for (const RepresentationDefinition& one : subject_.representations) {
      if (one.content_type.find("json") != std::string_view::npos) return &one;
    }
    return nullptr;
  }

  bool find_stored() {
    if (rule_.stored == nullptr || rule_.stored->is_broken) return add_schema_error(kNoApiSchema), false;
    definition_ = rule_.schema_ref;
    schema_ = rule_.schema;
    xml_ = rule_.stored->xml;
    if (rule_.validate_as != ValidateAs::kJson) {
      if (xml_ == nullptr) add_schema_error(kNoApiSchema);
      return xml_ != nullptr;
    }
    if (schema_ != nullptr) return true;
    if (rule_.schema_ref.empty()) return add_schema_error(kNoApiSchema), false;
    add_missing(rule_.schema_ref);
    return false;
  }

  void check_json() {
    JsonMistake mistake;
    const JsonNode* value = read_json(run_.arena(), subject_.content, run_.run().limits.json_depth, mistake);
    if (value == nullptr)
      return add_nonconforming(described(run_, subject_.content, {mistake.message, mistake.offset}));
    if (schema_ == nullptr) return;  // the definition names the type and says no more
    SchemaOptions options{
        .of_response = subject_.of_response, .allow_additional = {}, .ignore_case = rule_.ignore_case};
    if (rule_.allow_additional.is_present) options.allow_additional = rule_.allow_additional.literal;
    SchemaErrors errors;
    const SchemaResult result = validate_json(run_.run(), *schema_, *value, options, errors);
    if (result.answer == SchemaAnswer::kGaveUp) return add_exception(result.problem);
    if (result.answer == SchemaAnswer::kUnresolved) return add_unresolved(result.problem);
    for (const SchemaError& error : errors.all()) add_nonconforming(described(run_, subject_.content, error));
  }

  // Inside the document: a definition that is missing; outside: nothing that is ever looked for.
  void add_unresolved(std::string_view reference) {
    if (!reference.starts_with('#')) return add_schema_error(kNoApiSchema);
    add_missing(reference.substr(reference.rfind('/') + 1));
  }

  void check_xml() {
    const bool is_soap = rule_.validate_as == ValidateAs::kSoap;
    const SoapVersion version = subject_.type == "application/soap+xml" ? SoapVersion::k12 : SoapVersion::k11;
    const XmlResult result = is_soap
                                 ? xml_->validate_soap(run_.arena(), subject_.content, version, subject_.of_response)
                                 : xml_->validate(run_.arena(), subject_.content);
    if (result.answer == XmlAnswer::kGaveUp) return add_exception(result.problem);
    for (const XmlFinding& finding : result.findings)
      add_nonconforming(joined(finding.message, " Line: ", finding.line, ", Position: ", finding.position));
  }

  PolicyRun& run_;
  const ContentRule& rule_;
  const Subject& subject_;
  ValidationAction action_;
  Validation& validation_;
  std::string_view definition_;
  const JsonSchema* schema_ = nullptr;
  const XmlSchemas* xml_ = nullptr;
};

/// True when the body is small enough to go on; else what its action says was recorded.
bool check_size(const Subject& subject, std::int64_t limit, ValidationAction action, Validation& validation) {
  if (static_cast<std::int64_t>(subject.content.size()) <= limit) return true;
  const std::string_view whose = subject.of_response ? "Response's" : "Request's";
  const std::string size = joined(whose, " body is ", subject.content.size(), " bytes long and it exceeds the ");
  const std::string details = joined(size, "configured limit of ", limit, " bytes.");
  const std::string told = joined(size, "limit of ", limit, " bytes.");
  validation.add({{}, subject.error_type(), "SizeLimit", details, subject.told(told), action});
  return false;
}

/// All of it; false after a failure that has been raised.
bool validate(PolicyRun& run, const ValidateContent& config, Subject& subject, Validation& validation) {
  std::int64_t limit = 0;
  ValidationAction size_action{};
  ValidationAction unspecified_action{};
  if (!run.get(config.max_size, limit) || !get_action(run, config.size_action, size_action) ||
      !get_action(run, config.unspecified_action, unspecified_action))
    return false;
  if (limit < 0) return run.fail({}, "`max-size` is negative."), false;
  const std::string_view header = subject.message->headers.joined(HeaderName("Content-Type"), run.arena());
  // Otherwise every GET would be refused. source: content-validation.md#2, step 4
  if (!subject.defines_body && has_no_body(subject, header)) return true;
  std::string_view problem;
  const bool is_decoded =
      decoded_body(run, *subject.message, static_cast<std::size_t>(limit), subject.content, problem);
  if (!check_size(subject, limit, size_action, validation)) return true;
  if (!effective_type(run, config, header, subject.type)) return false;
  if (!is_specified(config, subject)) {
    const std::string text = joined("Unspecified content type ", subject.type, " is not allowed.");
    validation.add({subject.type, subject.error_type(), "Unspecified", text, subject.told(text), unspecified_action});
    return true;
  }
  if (subject.type == "multipart/form-data" || subject.type == "application/x-www-form-urlencoded") return true;
  for (const ContentRule& rule : config.rules) {
    if (!applies_to(rule, subject)) continue;
    ValidationAction action{};
    if (!get_action(run, rule.action, action)) return false;
    if (action == ValidationAction::kIgnore) continue;
    if (!is_decoded) {
      const std::string text = joined("Body of the ", subject.word(), " cannot be validated for the content type ",
                                      subject.type, ". ", problem);
      validation.add({{}, subject.error_type(), "ValidationException", text, {}, action});
    } else {
      Rule(run, rule, subject, action, validation).check();
    }
    if (validation.blocks()) return true;  // the first set of errors
  }
  return true;
}

Outcome run(PolicyRun& run, const ValidateContent& config) {
  Subject subject;
  if (!find_subject(run, subject)) return Outcome::kContinue;
  Validation validation(run);
  if (!validate(run, config, subject, validation)) return Outcome::kFail;
  return validation.finish(ErrorsVariable{config.errors_variable, config.error_variable}.text(), subject.of_response);
}

// The whole body is needed.
void emit(FlowBuilder& flow, const Element&, const void* config) {
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    return run(run_of, *static_cast<const ValidateContent*>(op.config));
  };
  const bool of_request = flow.reader().section() == Section::kInbound;
  flow.emit({.run = kRun,
             .config = config,
             .needs = static_cast<std::uint8_t>(of_request ? kNeedsRequestBody : kNeedsResponseBody)});
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kValidateContent = policy<ValidateContent, &run>("validate-content", kAttributes, kChildren)
                                        .in(kSections)
                                        .checked_by(&check)
                                        .emitting(&emit);

}  // namespace portcullis
