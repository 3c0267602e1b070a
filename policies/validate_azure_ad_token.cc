// validate-azure-ad-token: requires a valid token of Microsoft Entra ID, whose tenant implies issuer and keys.
// source: validate-azure-ad-token-policy
//
// What it checks and how is in policies/support/jwt_*.cc.
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/jwt_policy.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr AttributeSpec kAttributes[] = {
    required<&TokenPolicy::tenant>("tenant-id"),
    optional<&TokenPolicy::header_name>("header-name"),
    optional<&TokenPolicy::query_parameter_name>("query-parameter-name"),
    optional<&TokenPolicy::token_value>("token-value"),
    optional<&TokenPolicy::login_host>("authentication-endpoint"),
    optional<&TokenPolicy::failed_code>("failed-validation-httpcode"),
    optional<&TokenPolicy::failed_message>("failed-validation-error-message"),
    optional<&TokenPolicy::output_variable>("output-token-variable-name"),
};
constexpr ChildSpec kChildren[] = {
    element<&TokenPolicy::backend_ids, &kApplicationIdsElement>("backend-application-ids", false),
    element<&TokenPolicy::client_ids, &kApplicationIdsElement>("client-application-ids", false),
    element<&TokenPolicy::audiences, &kAudiencesElement>("audiences", false),
    element<&TokenPolicy::claims, &kClaimsElement>("required-claims", false),
    element<&TokenPolicy::decryption_keys, &kDecryptionKeysElement>("decryption-keys", false),
};

void check(Reader& reader, const Element& element, void* config) {
  auto& policy = *static_cast<TokenPolicy*>(config);
  policy.is_entra = true;
  policy.scheme = std::string_view("Bearer");  // of the Authorization header
  check_token_policy(reader, element, policy);
  if (policy.client_ids == nullptr && policy.audiences == nullptr && policy.backend_ids == nullptr) {
    reader.warn(element.name_span, policy_code::kSuspicious, "a token of any application of the tenant passes",
                "name the callers in <client-application-ids>, or this API in <audiences>");
  }
}

Task run(PolicyRun& run, const TokenPolicy& policy) { return validate_token(run, policy); }

}  // namespace

const PolicySpec kValidateAzureAdToken =
    policy<TokenPolicy, &run>("validate-azure-ad-token", kAttributes, kChildren).in(kInboundOnly).checked_by(&check);

}  // namespace portcullis
