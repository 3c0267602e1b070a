// get-authorization-context: the access token of a stored connection to somebody else's service, into a variable.
// source: get-authorization-context-policy
//
// Who keeps connections is the host: an AuthorizationCall effect.
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/authorization.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct GetAuthorizationContext {
  Setting<std::string_view> provider_id;
  Setting<std::string_view> authorization_id;
  Setting<std::string_view> context_variable_name;
  Setting<std::string_view> identity_type = std::string_view("managed");
  Setting<std::string_view> identity;
  Setting<bool> ignore_error;
};

constexpr AttributeSpec kAttributes[] = {
    required<&GetAuthorizationContext::provider_id>("provider-id"),
    required<&GetAuthorizationContext::authorization_id>("authorization-id"),
    required<&GetAuthorizationContext::context_variable_name>("context-variable-name"),
    optional<&GetAuthorizationContext::identity_type>("identity-type"),
    optional<&GetAuthorizationContext::identity>("identity"),
    optional<&GetAuthorizationContext::ignore_error>("ignore-error"),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& context = *static_cast<const GetAuthorizationContext*>(config);
  if (context.context_variable_name.expression == nullptr)
    reader.variables().intern(context.context_variable_name.literal);
  const Attribute* type = element.find("identity-type");
  if (type == nullptr || context.identity_type.expression != nullptr || !type->value.is_literal()) return;
  if (context.identity_type.literal == "jwt") {
    if (element.find("identity") == nullptr)
      reader.report(element.name_span, policy_code::kMissingAttribute,
                    "`identity-type=\"jwt\"` needs the attribute `identity`");
  } else if (context.identity_type.literal != "managed") {
    reader.report(type->span, policy_code::kWrongLiteral,
                  joined("`", context.identity_type.literal, "` is not one of the words of `identity-type`"),
                  "it is one of: `managed`, `jwt`");
  }
}

struct Question {
  AuthorizationCall call;
  std::string_view variable;
  std::string_view problem;
  bool ignores_error = false;
};

bool ask(PolicyRun& run, const GetAuthorizationContext& config, Question& question) {
  std::string_view type;
  std::string_view identity;
  if (!run.get(config.provider_id, question.call.provider) ||
      !run.get(config.authorization_id, question.call.authorization) ||
      !run.get(config.context_variable_name, question.variable) || !run.get(config.identity_type, type) ||
      !run.get(config.identity, identity) || !run.get(config.ignore_error, question.ignores_error)) {
    return false;
  }
  if (type == "jwt") {
    question.call.identity = trim_ascii(identity);
    if (question.call.identity.empty()) question.problem = "The attribute `identity` is empty.";
  } else if (type != "managed") {
    question.problem = "The identity type is neither `managed` nor `jwt`.";
  }
  return true;
}

Outcome no_token(PolicyRun& run, const Question& question, std::string_view message) {
  if (!question.ignores_error) return run.fail("AuthorizationContextAcquisitionFailed", message);
  if (run.tracing()) run.trace(joined("No authorization context: ", message));
  run.exchange().variables.set(question.variable, nullptr, run.arena());
  return Outcome::kContinue;
}

Task run(PolicyRun& run, const GetAuthorizationContext& config) {
  Question question;
  if (!ask(run, config, question)) co_return Outcome::kFail;
  if (!question.problem.empty()) co_return no_token(run, question, question.problem);
  const EffectRequest effect = question.call;
  const ReplyValue& reply = co_await run.perform(effect);
  if (const auto* answer = std::get_if<AuthorizationReply>(&reply)) {
    Object* made = make_authorization(run.run(), answer->access_token, answer->claims_json);
    if (made == nullptr) co_return no_token(run, question, "The answer of the credential provider cannot be read.");
    run.exchange().variables.set(question.variable, made, run.arena());
    if (run.tracing()) run.trace(joined("Variable ", question.variable, " was set to the authorization context"));
    co_return Outcome::kContinue;
  }
  const auto* failure = std::get_if<FailureReply>(&reply);
  const std::string_view message =
      failure == nullptr || failure->message.empty() ? "There is no such connection." : failure->message;
  co_return no_token(run, question, message);
}

}  // namespace

const PolicySpec kGetAuthorizationContext =
    policy<GetAuthorizationContext, &run>("get-authorization-context", kAttributes).in(kInboundOnly).checked_by(&check);

}  // namespace portcullis
