#include "policies/support/jwt_policy.h"

#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/jwt_key.h"
#include "policies/support/jwt_signature.h"

namespace portcullis {

namespace {

using Text = Setting<std::string_view>;

// ---- <openid-config/> ---------------------------------------------------------------------------------------------

constexpr AttributeSpec kOpenIdAttributes[] = {
    required<&OpenIdElement::url>("url"),
    optional<&OpenIdElement::validate_connectivity>("validate-connectivity"),
};

void check_provider(Reader& reader, const Element& element, void* config) {
  const auto& provider = *static_cast<const OpenIdElement*>(config);
  const Attribute* attribute = element.find("url");
  if (attribute == nullptr || provider.url.expression != nullptr) return;
  UrlView parsed;
  if (!parse_url(provider.url.literal, parsed)) {
    reader.report(attribute->span, policy_code::kWrongLiteral,
                  joined("`", provider.url.literal, "` is no absolute URL"),
                  "the address of the provider's metadata: https://…/.well-known/openid-configuration");
  } else if (parsed.scheme != "https") {
    reader.warn(attribute->span, policy_code::kSuspicious, "signing keys that come without TLS can be anybody's");
  }
}

// ---- <key/> -------------------------------------------------------------------------------------------------------

template <std::string_view KeyElement::*kField>
constexpr AttributeSpec key_number(std::string_view name) {
  AttributeSpec spec = optional<kField>(name);
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    std::string_view text;
    reader.read(attribute, text);
    std::string bytes;
    if (attribute.value.is_literal() && (text.empty() || !decode_key_text(text, bytes)))
      reader.report(attribute.span, policy_code::kWrongLiteral,
                    joined("`", attribute.name, "` is not a number in base64url"));
    static_cast<KeyElement*>(config)->*kField = reader.arena().copy(std::string_view(bytes));
  };
  return spec;
}

constexpr AttributeSpec kSigningKeyAttributes[] = {
    optional<&KeyElement::id>("id"),
    optional<&KeyElement::certificate_id>("certificate-id"),
    key_number<&KeyElement::modulus>("n"),
    key_number<&KeyElement::exponent>("e"),
};

void check_secret(Reader& reader, const Element& element, const KeyElement& key) {
  if (key.text.expression != nullptr) return;
  std::string bytes;
  const Span span = element.text.has_value() ? element.text->span : element.name_span;
  if (!decode_key_text(key.text.literal, bytes)) {
    reader.report(span, policy_code::kWrongLiteral, "the key is not base64",
                  "a secret in base64; for a certificate write certificate-id");
  } else if (bytes.size() < kLeastSecretBytes) {
    reader.warn(span, policy_code::kSuspicious, "a secret of less than 128 bits verifies nothing");
  }
}

void check_key(Reader& reader, const Element& element, const KeyElement& key, bool takes_numbers) {
  const bool has_numbers = element.find("n") != nullptr || element.find("e") != nullptr;
  const bool has_text = key.text.is_present && (key.text.expression != nullptr || !key.text.literal.empty());
  const int kinds = (has_text ? 1 : 0) + (key.certificate_id.empty() ? 0 : 1) + (has_numbers && takes_numbers ? 1 : 0);
  if (kinds == 0) {
    reader.report(element.name_span, policy_code::kMissingText, "`key` says no key",
                  takes_numbers ? "a secret in base64 as its text, `certificate-id`, or `n` and `e`"
                                : "a secret in base64 as its text, or `certificate-id`");
  } else if (kinds > 1) {
    reader.report(element.name_span, policy_code::kConflict, "`key` says several keys", "write one of them");
  } else if (has_text) {
    check_secret(reader, element, key);
  } else if (has_numbers && takes_numbers && (key.modulus.empty() || key.exponent.empty()) &&
             (element.find("n") == nullptr || element.find("e") == nullptr)) {
    reader.report(element.name_span, policy_code::kMissingAttribute, "`n` and `e` need each other");
  }
  if (has_numbers && !takes_numbers)
    reader.warn(element.name_span, policy_code::kSuspicious,
                "a public key (`n` and `e`) opens nothing: it is left out");
}
void check_signing_key(Reader& reader, const Element& element, void* config) {
  check_key(reader, element, *static_cast<const KeyElement*>(config), true);
}
void check_decryption_key(Reader& reader, const Element& element, void* config) {
  check_key(reader, element, *static_cast<const KeyElement*>(config), false);
}

constexpr ElementSpec kKeyElement = with_text<&KeyElement::text>(element_of<KeyElement>(kSigningKeyAttributes));
constexpr ElementSpec kSigningKeyElement = checked(kKeyElement, &check_signing_key);
constexpr ElementSpec kDecryptionKeyElement = checked(kKeyElement, &check_decryption_key);
constexpr ChildSpec kSigningKeyChildren[] = {
    elements<&Listed<KeyElement>::items, &kSigningKeyElement>("key", 1, kMany)};
constexpr ChildSpec kDecryptionKeyChildren[] = {
    elements<&Listed<KeyElement>::items, &kDecryptionKeyElement>("key", 1, kMany)};

// ---- lists of texts -----------------------------------------------------------------------------------------------

constexpr ChildSpec kAudienceChildren[] = {texts<&Listed<Text>::items>("audience", 1, kMany)};
constexpr ChildSpec kIssuerChildren[] = {texts<&Listed<Text>::items>("issuer", 1, kMany)};
constexpr ChildSpec kApplicationIdChildren[] = {texts<&Listed<std::string_view>::items>("application-id", 1, kMany)};

// ---- <claim/> -----------------------------------------------------------------------------------------------------

// Blanks are what it is for.
constexpr AttributeSpec separator_attribute() {
  AttributeSpec spec = optional<&ClaimElement::separator>("separator");
  spec.read = [](Reader& reader, const Attribute& attribute, void* config) {
    Text& field = static_cast<ClaimElement*>(config)->separator;
    reader.read(attribute, field);
    if (attribute.value.is_literal()) field.literal = reader.arena().copy(std::string_view(attribute.value.text.text));
  };
  return spec;
}

constexpr AttributeSpec kClaimAttributes[] = {
    required<&ClaimElement::name>("name"),
    optional<&ClaimElement::match>("match"),
    separator_attribute(),
};
constexpr ChildSpec kClaimChildren[] = {texts<&ClaimElement::values>("value", 0, kMany)};

void check_claim(Reader& reader, const Element& element, void* config) {
  const auto& claim = *static_cast<const ClaimElement*>(config);
  const Attribute* match = element.find("match");
  if (match == nullptr || claim.match.expression != nullptr || !match->value.is_literal()) return;
  if (equals_ignoring_ascii_case(claim.match.literal, "all") || equals_ignoring_ascii_case(claim.match.literal, "any"))
    return;
  reader.report(match->span, policy_code::kWrongLiteral,
                joined("`", claim.match.literal, "` is not one of the words of `match`"), "it is one of: `all`, `any`");
}

constexpr ElementSpec kClaimElement = checked(element_of<ClaimElement>(kClaimAttributes, kClaimChildren), &check_claim);
constexpr ChildSpec kClaimListChildren[] = {elements<&Listed<ClaimElement>::items, &kClaimElement>("claim", 1, kMany)};

bool is_time_span(std::string_view text) {
  std::size_t colons = 0;
  for (const char c : text) {
    if (c == ':') ++colons;
    if (c != ':' && !is_ascii_digit(c)) return false;
  }
  return !text.empty() && (colons == 0 || colons == 2);
}

}  // namespace

constinit const ElementSpec kOpenIdElement = checked(element_of<OpenIdElement>(kOpenIdAttributes), &check_provider);
constinit const ElementSpec kSigningKeysElement = element_of<Listed<KeyElement>>({}, kSigningKeyChildren);
constinit const ElementSpec kDecryptionKeysElement = element_of<Listed<KeyElement>>({}, kDecryptionKeyChildren);
constinit const ElementSpec kAudiencesElement = element_of<Listed<Text>>({}, kAudienceChildren);
constinit const ElementSpec kIssuersElement = element_of<Listed<Text>>({}, kIssuerChildren);
constinit const ElementSpec kClaimsElement = element_of<Listed<ClaimElement>>({}, kClaimListChildren);
constinit const ElementSpec kApplicationIdsElement = element_of<Listed<std::string_view>>({}, kApplicationIdChildren);

void check_token_policy(Reader& reader, const Element& element, TokenPolicy& policy) {
  int sources = 0;
  for (const std::string_view name : {"header-name", "query-parameter-name", "token-value"})
    sources += element.find(name) != nullptr ? 1 : 0;
  if (sources == 0 && !policy.is_entra) {
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  joined("`", element.name, "` does not say where the token is"),
                  "write one of `header-name`, `query-parameter-name`, `token-value`");
  } else if (sources > 1) {
    reader.report(element.name_span, policy_code::kConflict,
                  "`header-name`, `query-parameter-name` and `token-value` exclude each other", "write one of them");
  }
  const Attribute* skew = element.find("clock-skew");
  if (skew != nullptr && skew->value.is_literal() && !is_time_span(policy.clock_skew.literal))
    reader.report(skew->span, policy_code::kWrongLiteral, joined("`", policy.clock_skew.literal, "` is no time span"),
                  "seconds, or hh:mm:ss");
  const Attribute* is_signed = element.find("require-signed-tokens");
  if (is_signed != nullptr && policy.requires_signature.expression == nullptr && !policy.requires_signature.literal)
    reader.warn(is_signed->span, policy_code::kSuspicious, "tokens without a signature can be anybody's");
  if (!policy.output_variable.empty()) policy.slot = reader.variables().intern(policy.output_variable);
}

}  // namespace portcullis
