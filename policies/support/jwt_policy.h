// What validate-jwt and validate-azure-ad-token have in common: their configuration and the run step over it.
// source: access-and-auth.md#7, #8
#pragma once

#include <span>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

struct OpenIdElement {
  Setting<std::string_view> url;
  bool validate_connectivity = true;  // asked when the policy is saved; nothing at run time
};

struct KeyElement {
  std::string_view id;
  std::string_view certificate_id;
  std::string_view modulus;  // as decoded bytes
  std::string_view exponent;
  Setting<std::string_view> text;  // a secret in base64
};

struct ClaimElement {
  Setting<std::string_view> name;
  Setting<std::string_view> match = std::string_view("all");
  Setting<std::string_view> separator;
  std::span<const Setting<std::string_view>> values;
};

/// One list inside its element: <audiences><audience/>…</audiences>.
template <typename Item>
struct Listed {
  std::span<const Item> items;
};

struct TokenPolicy {
  Setting<std::string_view> header_name, query_parameter_name, token_value;
  Setting<std::int32_t> failed_code = 401;
  Setting<std::string_view> failed_message;
  Setting<bool> requires_expiration = true;
  Setting<bool> requires_signature = true;
  Setting<std::string_view> scheme;
  Setting<std::string_view> clock_skew;
  std::string_view output_variable;
  std::uint32_t slot = 0;
  std::span<const OpenIdElement> providers;
  const Listed<KeyElement>* signing_keys = nullptr;
  const Listed<KeyElement>* decryption_keys = nullptr;
  const Listed<Setting<std::string_view>>* audiences = nullptr;
  const Listed<Setting<std::string_view>>* issuers = nullptr;
  const Listed<ClaimElement>* claims = nullptr;
  // Of validate-azure-ad-token alone.
  bool is_entra = false;
  Setting<std::string_view> tenant;
  Setting<std::string_view> login_host;
  const Listed<std::string_view>* backend_ids = nullptr;
  const Listed<std::string_view>* client_ids = nullptr;
};

extern const ElementSpec kOpenIdElement, kSigningKeysElement, kDecryptionKeysElement, kAudiencesElement,
    kIssuersElement, kClaimsElement, kApplicationIdsElement;

/// Rules between attributes that both policies share; numbers the output variable.
void check_token_policy(Reader& reader, const Element& element, TokenPolicy& policy);

Task validate_token(PolicyRun& run, const TokenPolicy& policy);

}  // namespace portcullis
