// authentication-token: the predecessor of authentication-managed-identity, known from the schemas only.
// source: catalogue.md#elements-the-schemas-know-but-the-reference-does-not-document
//
// The token of the managed identity goes into the Authorization header. Nobody describes how a token service is asked:
// that form is refused.
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/identity.h"
#include "policies/table.h"

namespace portcullis {

enum class TokenType : std::uint8_t { kManagedServiceIdentity, kTokenService };
constexpr Word kTokenTypeWords[] = {{"managed-service-identity", 0}, {"token-service", 1}};
constexpr std::span<const Word> portcullis_words(TokenType*) { return kTokenTypeWords; }

namespace {

struct AuthenticationToken {
  TokenType token_type = TokenType::kManagedServiceIdentity;
  Setting<std::string_view> token_service_url;
  Setting<std::string_view> resource_url;
  bool ignore_error = false;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&AuthenticationToken::token_type>("token-type"),
    optional<&AuthenticationToken::token_service_url>("token-service-url"),
    optional<&AuthenticationToken::resource_url>("resource-url"),
    optional<&AuthenticationToken::ignore_error>("ignore-error"),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& token = *static_cast<const AuthenticationToken*>(config);
  if (token.token_type == TokenType::kTokenService) {
    reader.report(
        element.find("token-type")->value.span, policy_code::kMissingPolicy,
        "the form `token-service` of `authentication-token` is refused: no reference says how a token service is asked",
        "use authentication-managed-identity, or send-request to the token service");
    return;
  }
  if (const Attribute* url = element.find("token-service-url")) {
    reader.report(url->name_span, policy_code::kConflict, "`token-service-url` belongs to token-type=\"token-service\"",
                  {});
  }
  if (element.find("resource-url") == nullptr) {
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  "`authentication-token` lacks its attribute `resource-url`",
                  "a token of the managed identity is for a resource: resource-url=\"https://…\"");
  }
}

Task run(PolicyRun& run, const AuthenticationToken& config) {
  const TokenUse use{.ignore_error = config.ignore_error};
  std::string_view resource;
  if (!run.get(config.resource_url, resource)) co_return Outcome::kFail;
  resource = trim_ascii(resource);
  if (resource.empty()) co_return no_token(run, use, "The attribute `resource-url` is empty.");
  const TokenCall call{.resource = resource, .client_id = {}};
  const EffectRequest effect = call;
  const ReplyValue& reply = co_await run.perform(effect);
  std::string_view problem;
  const std::string_view token = received_token(run, call, reply, problem);
  if (token.empty()) co_return no_token(run, use, problem);
  use_token(run, use, token);
  co_return Outcome::kContinue;
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound);

}  // namespace

const PolicySpec kAuthenticationToken =
    policy<AuthenticationToken, &run>("authentication-token", element_of<AuthenticationToken>(kAttributes))
        .in(kSections)
        .checked_by(&check);

}  // namespace portcullis
