// validate-jwt: requires a valid JSON Web Token. source: validate-jwt-policy
//
// What it checks and how is in policies/support/jwt_*.cc.
#include "policies/support/jwt_policy.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr AttributeSpec kAttributes[] = {
    optional<&TokenPolicy::header_name>("header-name"),
    optional<&TokenPolicy::query_parameter_name>("query-parameter-name"),
    optional<&TokenPolicy::token_value>("token-value"),
    optional<&TokenPolicy::failed_code>("failed-validation-httpcode"),
    optional<&TokenPolicy::failed_message>("failed-validation-error-message"),
    optional<&TokenPolicy::requires_expiration>("require-expiration-time"),
    optional<&TokenPolicy::scheme>("require-scheme"),
    optional<&TokenPolicy::requires_signature>("require-signed-tokens"),
    optional<&TokenPolicy::clock_skew>("clock-skew"),
    optional<&TokenPolicy::output_variable>("output-token-variable-name"),
};
constexpr ChildSpec kChildren[] = {
    elements<&TokenPolicy::providers, &kOpenIdElement>("openid-config", 0, kMany),
    element<&TokenPolicy::signing_keys, &kSigningKeysElement>("issuer-signing-keys", false),
    element<&TokenPolicy::decryption_keys, &kDecryptionKeysElement>("decryption-keys", false),
    element<&TokenPolicy::audiences, &kAudiencesElement>("audiences", false),
    element<&TokenPolicy::issuers, &kIssuersElement>("issuers", false),
    element<&TokenPolicy::claims, &kClaimsElement>("required-claims", false),
};

void check(Reader& reader, const Element& element, void* config) {
  check_token_policy(reader, element, *static_cast<TokenPolicy*>(config));
}

Task run(PolicyRun& run, const TokenPolicy& policy) { return validate_token(run, policy); }

}  // namespace

const PolicySpec kValidateJwt =
    policy<TokenPolicy, &run>("validate-jwt", kAttributes, kChildren).in(kInboundOnly).checked_by(&check);

}  // namespace portcullis
