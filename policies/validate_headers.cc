// validate-headers: response headers against the operation's definition. source: validate-headers-policy
#include <string>
#include <vector>

#include "base/text.h"
#include "policies/support/validation.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct HeaderRule {
  std::string_view name;
  Setting<std::string_view> action;
};
struct ValidateHeaders {
  Setting<std::string_view> specified_action;
  Setting<std::string_view> unspecified_action;
  std::string_view errors_variable;
  std::string_view error_variable;
  std::span<const HeaderRule> rules;
};

constexpr AttributeSpec kRuleAttributes[] = {
    required<&HeaderRule::name>("name"),
    required_action<&HeaderRule::action>("action"),
};
constexpr ElementSpec kRule = element_of<HeaderRule>(kRuleAttributes);
constexpr AttributeSpec kAttributes[] = {
    required_action<&ValidateHeaders::specified_action>("specified-header-action"),
    required_action<&ValidateHeaders::unspecified_action>("unspecified-header-action"),
    optional<&ValidateHeaders::errors_variable>("errors-variable-name"),
    optional<&ValidateHeaders::error_variable>("error-variable-name"),
};
constexpr ChildSpec kChildren[] = {elements<&ValidateHeaders::rules, &kRule>("header", 0, kMany)};

// Framing and what a definition describes elsewhere is never "unspecified". source: content-validation.md#4 (chosen)
constexpr std::string_view kAlwaysThere[] = {"Content-Length", "Transfer-Encoding", "Connection",      "Keep-Alive",
                                             "Date",           "Content-Type",      "Content-Encoding"};

bool is_always_there(std::string_view name) {
  for (const std::string_view known : kAlwaysThere) {
    if (equals_ignoring_ascii_case(known, name)) return true;
  }
  return false;
}

struct Actions {
  ValidationAction specified{};
  ValidationAction unspecified{};
};

const HeaderRule* rule_of(const ValidateHeaders& config, std::string_view name) {
  for (const HeaderRule& rule : config.rules) {
    if (equals_ignoring_ascii_case(rule.name, name)) return &rule;
  }
  return nullptr;
}

/// The nearest setting. False after a failure.
bool action_of(PolicyRun& run, const ValidateHeaders& config, std::string_view name, ValidationAction outer,
               ValidationAction& action) {
  const HeaderRule* rule = rule_of(config, name);
  action = outer;
  return rule == nullptr || get_action(run, rule->action, action);
}

bool check_defined(PolicyRun& run, const ValidateHeaders& config, std::span<const ParameterDefinition> defined,
                   ValidationAction outer, Validation& validation) {
  const HeaderList& headers = run.response().headers;
  for (const ParameterDefinition& item : defined) {
    ValidationAction action{};
    if (!action_of(run, config, item.name, outer, action)) return false;
    const HeaderName name(item.name);
    const HeaderView* line = headers.find(name);
    if (line == nullptr) {
      if (item.is_required) report_missing(kResponseHeaderItem, item.name, action, validation);
      continue;
    }
    std::vector<std::string_view> values;
    for (; line != nullptr; line = headers.find_next(name, line)) values.push_back(line->value);
    validate_item(run, kResponseHeaderItem, item, values, action, validation);
  }
  return true;
}

bool check_others(PolicyRun& run, const ValidateHeaders& config, std::span<const ParameterDefinition> defined,
                  ValidationAction outer, Validation& validation) {
  bool good = true;
  std::vector<std::string_view> seen;
  run.response().headers.for_each([&](const HeaderView& line) {
    for (const std::string_view name : seen) {
      if (equals_ignoring_ascii_case(name, line.name)) return;
    }
    seen.push_back(line.name);
    for (const ParameterDefinition& item : defined) {
      if (equals_ignoring_ascii_case(item.name, line.name)) return;
    }
    if (is_always_there(line.name) && rule_of(config, line.name) == nullptr) return;
    ValidationAction action{};
    if (!good || !action_of(run, config, line.name, outer, action)) {
      good = false;
      return;
    }
    report_unspecified(kResponseHeaderItem, line.name, action, validation);
  });
  return good;
}

Outcome run(PolicyRun& run, const ValidateHeaders& config) {
  Actions actions;
  if (!get_action(run, config.specified_action, actions.specified) ||
      !get_action(run, config.unspecified_action, actions.unspecified))
    return Outcome::kFail;
  Validation validation(run);
  const OperationDefinition* operation = run.described_operation();
  if (operation == nullptr) {
    // Without a definition nothing can be compared. source: content-validation.md#1.5
    validation.add(
        {{}, "ApiSchema", {}, "API's schema doesn't exist or it couldn't be resolved.", {}, actions.specified});
    return validation.finish(ErrorsVariable{config.errors_variable, config.error_variable}.text(), true);
  }
  const ResponseDefinition* response = operation->response(run.response().status);
  const std::span<const ParameterDefinition> defined =
      response == nullptr ? std::span<const ParameterDefinition>() : response->headers;
  if (!check_defined(run, config, defined, actions.specified, validation) ||
      !check_others(run, config, defined, actions.unspecified, validation))
    return Outcome::kFail;
  return validation.finish(ErrorsVariable{config.errors_variable, config.error_variable}.text(), true);
}

constexpr SectionSet kSections = bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kValidateHeaders =
    policy<ValidateHeaders, &run>("validate-headers", kAttributes, kChildren).in(kSections).once();

}  // namespace portcullis
