// validate-parameters: headers, query and path parameters of the request against the operation's definition.
// source: validate-parameters-policy
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/validation.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct ParameterRule {
  std::string_view name;
  Setting<std::string_view> action;
};
struct ParameterGroup {
  Setting<std::string_view> specified_action;
  Setting<std::string_view> unspecified_action;
  std::span<const ParameterRule> rules;
};
struct ValidateParameters {
  Setting<std::string_view> specified_action;
  Setting<std::string_view> unspecified_action;
  std::string_view errors_variable;
  std::string_view error_variable;
  const ParameterGroup* headers = nullptr;
  const ParameterGroup* query = nullptr;
  const ParameterGroup* path = nullptr;
};

constexpr AttributeSpec kRuleAttributes[] = {
    required<&ParameterRule::name>("name"),
    required_action<&ParameterRule::action>("action"),
};
constexpr ElementSpec kRule = element_of<ParameterRule>(kRuleAttributes);
constexpr ChildSpec kGroupChildren[] = {elements<&ParameterGroup::rules, &kRule>("parameter", 0, kMany)};
constexpr AttributeSpec kGroupAttributes[] = {
    optional_action<&ParameterGroup::specified_action>("specified-parameter-action"),
    optional_action<&ParameterGroup::unspecified_action>("unspecified-parameter-action"),
};
constexpr ElementSpec kGroup = element_of<ParameterGroup>(kGroupAttributes, kGroupChildren);
constexpr AttributeSpec kPathAttributes[] = {
    optional_action<&ParameterGroup::specified_action>("specified-parameter-action"),
};
constexpr ElementSpec kPath = element_of<ParameterGroup>(kPathAttributes, kGroupChildren);
constexpr AttributeSpec kAttributes[] = {
    required_action<&ValidateParameters::specified_action>("specified-parameter-action"),
    required_action<&ValidateParameters::unspecified_action>("unspecified-parameter-action"),
    optional<&ValidateParameters::errors_variable>("errors-variable-name"),
    optional<&ValidateParameters::error_variable>("error-variable-name"),
};
constexpr ChildSpec kChildren[] = {
    element<&ValidateParameters::headers, &kGroup>("headers", false),
    element<&ValidateParameters::query, &kGroup>("query", false),
    element<&ValidateParameters::path, &kPath>("path", false),
};

// ---- actions
// --------------------------------------------------------------------------------------------------------------

/// What holds for one group, with the root's actions where it has none of its own.
struct GroupActions {
  const ParameterGroup* group = nullptr;
  ValidationAction specified{};
  ValidationAction unspecified{};
  bool ignores_case = false;

  [[nodiscard]] bool same_name(std::string_view a, std::string_view b) const {
    return ignores_case ? equals_ignoring_ascii_case(a, b) : a == b;
  }
};

bool read_actions(PolicyRun& run, const ValidateParameters& config, const ParameterGroup* group,
                  GroupActions& actions) {
  actions.group = group;
  const bool has_specified = group != nullptr && group->specified_action.is_present;
  const bool has_unspecified = group != nullptr && group->unspecified_action.is_present;
  return get_action(run, has_specified ? group->specified_action : config.specified_action, actions.specified) &&
         get_action(run, has_unspecified ? group->unspecified_action : config.unspecified_action, actions.unspecified);
}

/// The nearest setting: a `parameter` goes before its group, whether the definition has the item or not. False after a
/// failure.
bool action_of(PolicyRun& run, const GroupActions& actions, std::string_view name, ValidationAction outer,
               ValidationAction& action) {
  action = outer;
  if (actions.group == nullptr) return true;
  for (const ParameterRule& rule : actions.group->rules) {
    if (actions.same_name(rule.name, name)) return get_action(run, rule.action, action);
  }
  return true;
}

// ---- items
// ----------------------------------------------------------------------------------------------------------------

/// What the request has under one name.
struct Item {
  std::string_view name;
  std::vector<std::string_view> values;
};

void add_value(std::vector<Item>& items, const GroupActions& actions, std::string_view name, std::string_view value) {
  for (Item& item : items) {
    if (actions.same_name(item.name, name)) return item.values.push_back(value);
  }
  items.push_back({name, {value}});
}

constexpr std::size_t kMostItems = 1000;  // beyond it looking for each costs too much

std::vector<Item> request_headers(PolicyRun& run, const GroupActions& actions) {
  std::vector<Item> items;
  run.exchange().request.headers.for_each([&](const HeaderView& line) {
    if (items.size() < kMostItems) add_value(items, actions, line.name, line.value);
  });
  return items;
}

std::vector<Item> query_items(PolicyRun& run, const GroupActions& actions) {
  std::vector<Item> items;
  for (const QueryParameter& parameter : query_parameters(run.exchange().request.url, run.arena()).items) {
    if (items.size() < kMostItems) add_value(items, actions, parameter.name, parameter.value);
  }
  return items;
}

/// Of the matched template; when nobody matched one, the last segments of the path against the operation's own.
std::vector<Item> path_items(PolicyRun& run, const OperationDefinition& operation, const GroupActions& actions) {
  std::vector<Item> items;
  const Request& request = run.exchange().request;
  for (const ParameterView& parameter : request.matched_parameters)
    add_value(items, actions, parameter.name, parameter.value);
  if (!request.matched_parameters.empty()) return items;
  std::string_view pattern = operation.url_template.substr(0, operation.url_template.find('?'));
  std::string_view path = request.original_url.path.empty() ? request.url.path : request.original_url.path;
  while (!pattern.empty() && !path.empty()) {
    const std::size_t pattern_slash = pattern.rfind('/');
    const std::size_t path_slash = path.rfind('/');
    const std::string_view name = pattern.substr(pattern_slash == std::string_view::npos ? 0 : pattern_slash + 1);
    const std::string_view value = path.substr(path_slash == std::string_view::npos ? 0 : path_slash + 1);
    if (name.starts_with('{') && name.ends_with('}')) {
      std::string decoded;
      for (std::size_t i = 0; i < value.size(); ++i) {
        const auto hex = [](char c) { return is_ascii_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10; };
        const auto is_hex = [](char c) {
          return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
        };
        if (value[i] == '%' && i + 2 < value.size() && is_hex(value[i + 1]) && is_hex(value[i + 2])) {
          decoded += static_cast<char>(hex(value[i + 1]) * 16 + hex(value[i + 2]));
          i += 2;
        } else {
          decoded += value[i];
        }
      }
      add_value(items, actions, name.substr(1, name.size() - 2), run.text(decoded));
    }
    pattern = pattern_slash == std::string_view::npos ? std::string_view() : pattern.substr(0, pattern_slash);
    path = path_slash == std::string_view::npos ? std::string_view() : path.substr(0, path_slash);
  }
  return items;
}

bool belongs_to(const ParameterDefinition& defined, const Item& item, const GroupActions& actions) {
  if (actions.same_name(defined.name, item.name)) return true;
  return defined.is_deep_object && item.name.size() > defined.name.size() && item.name.starts_with(defined.name) &&
         item.name[defined.name.size()] == '[';
}

/// One group against its definitions. False after a failure that has been raised.
bool check_group(PolicyRun& run, const ItemKind& kind, const GroupActions& actions,
                 std::span<const ParameterDefinition> defined, const std::vector<Item>& items, Validation& validation) {
  for (const ParameterDefinition& definition : defined) {
    ValidationAction action{};
    if (!action_of(run, actions, definition.name, actions.specified, action)) return false;
    bool found = false;
    for (const Item& item : items) {
      if (!belongs_to(definition, item, actions)) continue;
      found = true;
      if (!definition.is_deep_object) validate_item(run, kind, definition, item.values, action, validation);
    }
    if (!found && definition.is_required) report_missing(kind, definition.name, action, validation);
  }
  if (&kind == &kPathItem) return true;  // always specified
  for (const Item& item : items) {
    bool is_defined = false;
    for (const ParameterDefinition& definition : defined)
      is_defined = is_defined || belongs_to(definition, item, actions);
    if (is_defined) continue;
    ValidationAction action{};
    if (!action_of(run, actions, item.name, actions.unspecified, action)) return false;
    report_unspecified(kind, item.name, action, validation);
  }
  return true;
}

/// The key is the gateway's own, no part of the API. source: content-validation.md#3 (chosen)
void drop_key(std::vector<Item>& items, std::string_view name) {
  std::erase_if(items, [&](const Item& item) { return equals_ignoring_ascii_case(item.name, name); });
}

bool check_all(PolicyRun& run, const ValidateParameters& config, const OperationDefinition& operation,
               Validation& validation) {
  const ApiView* api = run.exchange().view.api;
  const ApiView standard;
  if (api == nullptr) api = &standard;
  GroupActions headers{.ignores_case = true};
  GroupActions query;
  GroupActions path;
  if (!read_actions(run, config, config.headers, headers) || !read_actions(run, config, config.query, query) ||
      !read_actions(run, config, config.path, path))
    return false;
  std::vector<Item> items = request_headers(run, headers);
  drop_key(items, api->key_header);
  if (!check_group(run, kRequestHeaderItem, headers, operation.headers, items, validation)) return false;
  if (validation.blocks()) return true;  // the first set of errors
  items = query_items(run, query);
  drop_key(items, api->key_query);
  if (!check_group(run, kQueryItem, query, operation.query, items, validation)) return false;
  if (validation.blocks()) return true;
  return check_group(run, kPathItem, path, operation.path, path_items(run, operation, path), validation);
}

Outcome run(PolicyRun& run, const ValidateParameters& config) {
  Validation validation(run);
  const OperationDefinition* operation = run.described_operation();
  if (operation == nullptr) {
    ValidationAction action{};
    if (!get_action(run, config.specified_action, action)) return Outcome::kFail;
    validation.add({{}, "ApiSchema", {}, "API's schema doesn't exist or it couldn't be resolved.", {}, action});
  } else if (!check_all(run, config, *operation, validation)) {
    return Outcome::kFail;
  }
  return validation.finish(ErrorsVariable{config.errors_variable, config.error_variable}.text(), false);
}

}  // namespace

const PolicySpec kValidateParameters =
    policy<ValidateParameters, &run>("validate-parameters", kAttributes, kChildren).in(kInboundOnly).once();

}  // namespace portcullis
