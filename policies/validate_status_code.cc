// validate-status-code: refuses response codes that the operation does not list. source: validate-status-code-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/text.h"
#include "policies/support/validation.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct StatusCodeRule {
  std::int32_t code = 0;
  Setting<std::string_view> action;
};
struct ValidateStatusCode {
  Setting<std::string_view> unspecified_action;
  std::string_view errors_variable;
  std::string_view error_variable;
  std::span<const StatusCodeRule> rules;
};

constexpr AttributeSpec kRuleAttributes[] = {
    required<&StatusCodeRule::code>("code"),
    required_action<&StatusCodeRule::action>("action"),
};
constexpr ElementSpec kRule = element_of<StatusCodeRule>(kRuleAttributes);
constexpr AttributeSpec kAttributes[] = {
    required_action<&ValidateStatusCode::unspecified_action>("unspecified-status-code-action"),
    optional<&ValidateStatusCode::errors_variable>("errors-variable-name"),
    optional<&ValidateStatusCode::error_variable>("error-variable-name"),
};
constexpr ChildSpec kChildren[] = {elements<&ValidateStatusCode::rules, &kRule>("status-code", 0, kMany)};

void check(Reader& reader, const Element& element, void* config) {
  for (const StatusCodeRule& rule : static_cast<const ValidateStatusCode*>(config)->rules) {
    if (rule.code >= 100 && rule.code <= 999) continue;
    reader.report(element.name_span, policy_code::kWrongLiteral, "a status code is a number from 100 to 999");
  }
}

// The rule for a code that is not listed, or the root's action. A code of the definition passes whatever a rule says.
bool is_listed(PolicyRun& run, std::int32_t status) {
  const OperationDefinition* operation = run.described_operation();
  return operation != nullptr && operation->response(status) != nullptr;
}

Outcome run(PolicyRun& run, const ValidateStatusCode& config) {
  const std::int32_t status = run.response().status;
  if (is_listed(run, status)) return Outcome::kContinue;
  const Setting<std::string_view>* chosen = &config.unspecified_action;
  for (const StatusCodeRule& rule : config.rules) {
    if (rule.code == status) chosen = &rule.action;
  }
  ValidationAction action{};
  if (!get_action(run, *chosen, action)) return Outcome::kFail;
  Validation validation(run);
  const std::string_view code = number_text(run.arena(), status);
  validation.add(
      {code, "StatusCode", "Unspecified", joined("Response status code ", code, " is not allowed."), {}, action});
  return validation.finish(ErrorsVariable{config.errors_variable, config.error_variable}.text(), true);
}

constexpr SectionSet kSections = bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kValidateStatusCode = policy<ValidateStatusCode, &run>("validate-status-code", kAttributes, kChildren)
                                           .in(kSections)
                                           .once()
                                           .checked_by(&check);

}  // namespace portcullis
