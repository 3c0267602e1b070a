// validate-graphql-request: the query against the API's schema, its size and depth, and who may read which field.
// source: validate-graphql-request-policy
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/policy/api_definition.h"
#include "engine/policy/codes.h"
#include "policies/support/exists_action.h"
#include "policies/support/graphql_request.h"
#include "policies/table.h"

namespace portcullis {
namespace {

enum class FieldAction : std::uint8_t { kAllow, kRemove, kReject, kIgnore };
constexpr Word kFieldActions[] = {{"allow", 0}, {"remove", 1}, {"reject", 2}, {"ignore", 3}};

struct FieldRule {
  std::string_view path;
  Setting<std::string_view> action = std::string_view("allow");
  // made at load: `/type/field`; no type: a field of any root
  std::string_view type;
  std::string_view field;
};
struct Authorize {
  std::span<const FieldRule> rules;
};
struct ValidateGraphqlRequest {
  Setting<std::string_view> error_variable;
  Setting<std::int32_t> max_size;
  Setting<std::int32_t> max_depth = std::int32_t{6};
  const Authorize* authorize = nullptr;
};

constexpr std::int32_t kMostBytes = 102'400;
constexpr std::string_view kErrorsVariable = "GraphQLErrors";

// ---- schema
// ---------------------------------------------------------------------------------------------------------------

void read_field_action(Reader& reader, const Attribute& attribute, void* config) {
  reader.read(attribute, static_cast<FieldRule*>(config)->action);
  std::int64_t word = 0;
  if (attribute.value.is_literal()) reader.read_word(attribute.value, kFieldActions, word);
}

constexpr AttributeSpec field_action() {
  AttributeSpec spec = optional<&FieldRule::action>("action");
  spec.kind = ValueKind::kWord;
  spec.words = kFieldActions;
  spec.read = spec.own_read = &read_field_action;
  return spec;
}

constexpr AttributeSpec kRuleAttributes[] = {required<&FieldRule::path>("path"), field_action()};

void check_rule(Reader& reader, const Element& element, void* config) {
  auto& rule = *static_cast<FieldRule*>(config);
  std::string_view path = rule.path;
  const Attribute* attribute = element.find("path");
  if (attribute == nullptr) return;
  const bool is_rooted = path.starts_with('/');
  if (is_rooted) path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  rule.field = slash == std::string_view::npos ? path : path.substr(slash + 1);
  rule.type = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  const auto is_pattern = [](std::string_view segment) {
    if (segment.ends_with('*'))
      segment.remove_suffix(1);
    else if (segment.empty())
      return false;
    return segment.find_first_of("*/") == std::string_view::npos;
  };
  if (!is_rooted || !is_pattern(rule.field) || (slash != std::string_view::npos && !is_pattern(rule.type)))
    reader.report(attribute->value.span, policy_code::kWrongLiteral, joined("`", rule.path, "` is no path to a field"),
                  "write `/Type/field`; `*` may stand at the end of a part");
}

constexpr ElementSpec kRule = checked(element_of<FieldRule>(kRuleAttributes), &check_rule);

std::string_view literal_part(std::string_view pattern) { return pattern.substr(0, pattern.find('*')); }
bool is_literal(std::string_view pattern) { return pattern.find('*') == std::string_view::npos; }

/// Literal paths first, then by the length of what is literal; equal ones keep their order.
bool goes_before(const FieldRule& a, const FieldRule& b) {
  const bool left = is_literal(a.type) && is_literal(a.field);
  const bool right = is_literal(b.type) && is_literal(b.field);
  if (left != right) return left;
  return !left && literal_part(a.type).size() + literal_part(a.field).size() >
                      literal_part(b.type).size() + literal_part(b.field).size();
}

void sort_rules(Reader& reader, const Element&, void* config) {
  auto& authorize = *static_cast<Authorize*>(config);
  const std::span<FieldRule> sorted = reader.arena().copy(authorize.rules);
  std::stable_sort(sorted.begin(), sorted.end(), &goes_before);
  authorize.rules = sorted;
}

constexpr ChildSpec kAuthorizeChildren[] = {elements<&Authorize::rules, &kRule>("rule", 0, kMany)};
constexpr ElementSpec kAuthorize = checked(element_of<Authorize>({}, kAuthorizeChildren), &sort_rules);
constexpr AttributeSpec kAttributes[] = {
    optional<&ValidateGraphqlRequest::error_variable>("error-variable-name"),
    required<&ValidateGraphqlRequest::max_size>("max-size"),
    optional<&ValidateGraphqlRequest::max_depth>("max-depth"),
};
constexpr ChildSpec kChildren[] = {element<&ValidateGraphqlRequest::authorize, &kAuthorize>("authorize", false)};

void check(Reader& reader, const Element& element, void* config) {
  const auto& graphql = *static_cast<const ValidateGraphqlRequest*>(config);
  const Attribute* size = element.find("max-size");
  if (size != nullptr && graphql.max_size.expression == nullptr &&
      (graphql.max_size.literal < 1 || graphql.max_size.literal > kMostBytes))
    reader.report(size->value.span, policy_code::kWrongLiteral, joined("`max-size` is 1 to ", kMostBytes, " bytes"));
  if (graphql.max_depth.expression == nullptr && graphql.max_depth.literal < 1)
    reader.report(element.find("max-depth")->value.span, policy_code::kWrongLiteral, "`max-depth` is at least 1");
}

class Check {
 public:
  Check(PolicyRun& run, const ValidateGraphqlRequest& config) : run_(run), config_(config) {}

  Outcome perform() {
    if (!run_.get(config_.error_variable, variable_)) return Outcome::kFail;
    std::int32_t size = 0;
    GraphqlLimits limits;
    if (!run_.get(config_.max_size, size) || !run_.get(config_.max_depth, limits.depth)) return Outcome::kFail;
    const GraphqlSchema* schema = run_.description() == nullptr ? nullptr : run_.description()->graphql;
    if (schema == nullptr) return refuse("The API has no GraphQL schema to validate the request against.");
    if (!read_graphql_request(run_, std::clamp(size, 0, kMostBytes), request_, errors_)) return refuse();
    run_.run().start_expression();  // steps and time of the validation count anew
    GraphqlMistake mistake;
    document_ = parse_graphql(run_.arena(), request_.query, mistake);
    if (document_ == nullptr) {
      errors_.add(run_.arena(), mistake.message, mistake.offset);
      return refuse();
    }
    operation_ = choose_operation(run_.run(), *document_, request_.operation_name, errors_);
    if (operation_ == nullptr) return refuse();
    validate_graphql(run_.run(), *schema, *document_, *operation_, limits, errors_);
    if (!errors_.empty()) return refuse();
    return config_.authorize == nullptr ? Outcome::kContinue : authorize(*schema);
  }

 private:
  Outcome refuse(std::string_view message) {
    errors_.add(run_.arena(), message);
    return refuse();
  }

  /// 400 with the errors, no data; on-error finds that response. source: content-validation.md#7 (chosen)
  Outcome refuse() {
    store_errors();
    Response* response = refused_graphql(run_, request_.query, errors_);
    if (response == nullptr) return run_.fail({}, "The errors could not be written.");
    run_.exchange().response = response;
    return run_.fail(
        {.reason = "Bad request", .message = errors_.all().front().message, .status = 400, .keep_response = true});
  }

  void store_errors() {
    for (const std::string_view name : {kErrorsVariable, variable_}) {
      if (!name.empty())
        run_.exchange().variables.set(name, graphql_error_list(run_.run(), request_.query, errors_), run_.arena());
    }
  }

  // ---- authorisation
  // ------------------------------------------------------------------------------------------------------------

  static bool matches(std::string_view pattern, std::string_view name) {
    return is_literal(pattern) ? pattern == name : name.starts_with(literal_part(pattern));
  }

  /// What the rules say about a field. False after a failed expression.
  bool action_of(const GraphqlSchema& schema, const GraphqlSelection& field, FieldAction& action) {
    action = FieldAction::kAllow;
    for (const FieldRule& rule : config_.authorize->rules) {
      if (!matches(rule.field, field.name)) continue;
      if (rule.type.empty() ? !schema.is_root(*field.parent) : !matches(rule.type, field.parent->name)) continue;
      std::string_view word;
      if (!run_.get(rule.action, word)) return false;
      std::int64_t value = 0;
      // An unknown word fails closed. source: content-validation.md#7 (chosen)
      action = match_word(word, kFieldActions, value) ? static_cast<FieldAction>(value) : FieldAction::kReject;
      if (action != FieldAction::kIgnore) return true;
      action = FieldAction::kAllow;
    }
    return true;
  }

  Outcome authorize(const GraphqlSchema& schema) {
    if (!walk(schema, operation_->selections, {})) return Outcome::kFail;
    if (!rejected_.empty()) {
      errors_ = {};
      return refuse(joined("Access to the field \"", rejected_, "\" is denied."));
    }
    if (errors_.empty()) return Outcome::kContinue;
    if (is_empty(operation_->selections)) return refuse();
    store_errors();
    rewrite();
    return Outcome::kContinue;
  }

  /// Marks what is removed. False after a failed expression; stops at the first rejection.
  bool walk(const GraphqlSchema& schema, const GraphqlList<GraphqlSelection>& selections, const std::string& path) {
    for (GraphqlSelection& selection : selections) {
      if (!rejected_.empty()) return true;
      if (selection.is_removed) continue;
      if (selection.kind == GraphqlSelection::Kind::kField) {
        if (!walk_field(schema, selection, path)) return false;
        continue;
      }
      const GraphqlFragment* fragment =
          selection.kind == GraphqlSelection::Kind::kSpread ? find_fragment(*document_, selection.name) : nullptr;
      const GraphqlList<GraphqlSelection>& inside = fragment != nullptr ? fragment->selections : selection.selections;
      if (!walk(schema, inside, path)) return false;
      if (is_empty(inside)) selection.is_removed = true;
    }
    return true;
  }

  bool walk_field(const GraphqlSchema& schema, GraphqlSelection& field, const std::string& path) {
    if (field.name == "__typename" || field.parent == nullptr || field.definition == nullptr) return true;
    const bool is_introspection = field.parent->name.starts_with("__");
    FieldAction action{};
    if (!is_introspection && !action_of(schema, field, action)) return false;
    if (is_introspection) action = FieldAction::kAllow;
    const std::string here = path.empty() ? std::string(field.key()) : joined(path, "/", field.key());
    if (action == FieldAction::kReject) return rejected_ = run_.text(joined(field.parent->name, ".", field.name)), true;
    if (action == FieldAction::kRemove) {
      field.is_removed = true;
      errors_.add_path(run_.arena(),
                       joined("Access to the field \"", field.parent->name, ".", field.name, "\" is denied."), here);
      return true;
    }
    if (!field.has_selections) return true;
    if (!walk(schema, field.selections, here)) return false;
    if (is_empty(field.selections)) field.is_removed = true;
    return true;
  }

  static bool is_empty(const GraphqlList<GraphqlSelection>& selections) {
    for (const GraphqlSelection& selection : selections) {
      if (!selection.is_removed) return false;
    }
    return true;
  }

  /// The query without what was removed, where it came from.
  void rewrite() {
    for (GraphqlVariable& variable : operation_->variables) variable.is_used = false;
    for (GraphqlFragment& fragment : document_->fragments) fragment.is_used = false;
    mark_used(*document_, *operation_);
    const std::string query = print_graphql(*document_, *operation_, request_.query);
    Request& request = run_.exchange().request;
    if (request_.form == GraphqlRequest::Form::kQueryString) {
      for (QueryParameter& parameter : query_parameters(request.url, run_.arena()).items) {
        if (parameter.name == "query") parameter.value = run_.text(query);
      }
      return write_query(request.url, run_.arena());
    }
    std::string body = query;
    if (request_.form == GraphqlRequest::Form::kJson) {
      body = joined(request_.body.substr(0, request_.node->begin), "\"");
      append_json_escaped(body, query);
      append(body, "\"", request_.body.substr(request_.node->end));
    }
    run_.exchange().set_body(request, run_.text(body));
    request.headers.remove(HeaderName("Content-Encoding"), run_.arena());
  }

  PolicyRun& run_;
  const ValidateGraphqlRequest& config_;
  std::string_view variable_;
  GraphqlRequest request_;
  GraphqlErrors errors_;
  GraphqlDocument* document_ = nullptr;
  GraphqlOperation* operation_ = nullptr;
  std::string_view rejected_;
};

Outcome run(PolicyRun& run, const ValidateGraphqlRequest& config) { return Check(run, config).perform(); }

void emit(FlowBuilder& flow, const Element&, const void* config) {
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    return run(run_of, *static_cast<const ValidateGraphqlRequest*>(op.config));
  };
  flow.emit({.run = kRun, .config = config, .needs = kNeedsRequestBody});
}

}  // namespace

const PolicySpec kValidateGraphqlRequest =
    policy<ValidateGraphqlRequest, &run>("validate-graphql-request", kAttributes, kChildren)
        .in(kInboundOnly)
        .once()
        .checked_by(&check)
        .emitting(&emit);

}  // namespace portcullis
