#include "policies/support/jwt_claims.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/json/token.h"

namespace portcullis {

namespace {

std::string_view text_of_claim(PolicyRun& run, const Jwt& token, std::string_view name) {
  const String* text = claim_text(run.run(), *token.payload, name);
  return text == nullptr ? std::string_view() : text->view();
}

std::vector<std::string_view> values_of(PolicyRun& run, JToken* claim) {
  std::vector<std::string_view> values;
  const Array* list = claim == nullptr ? nullptr : claim_values(run.run(), claim);
  for (std::uint32_t i = 0; list != nullptr && i < list->length; ++i)
    values.push_back(static_cast<const String*>(list->items[i].object)->view());
  return values;
}

std::string joined_values(const std::vector<std::string_view>& values) {
  std::string text;
  for (const std::string_view value : values) append(text, text.empty() ? "" : ",", value);
  return text;
}

Refusal refused(PolicyRun& run, std::string_view reason, const std::string& message) {
  return {reason, run.text(message)};
}

// ---- lifetime -----------------------------------------------------------------------------------------------------

// Seconds, or hours:minutes:seconds.
std::optional<double> parse_skew(std::string_view text) {
  double seconds = 0;
  double part = 0;
  for (const char c : text) {
    if (c == ':') {
      seconds = (seconds + part) * 60;
      part = 0;
    } else if (is_ascii_digit(c)) {
      part = part * 10 + (c - '0');
    } else {
      return std::nullopt;
    }
  }
  return seconds + part;
}

bool get_skew(PolicyRun& run, const TokenPolicy& policy, double& seconds) {
  std::string_view text;
  if (!policy.clock_skew.is_present) return true;
  if (!run.get(policy.clock_skew, text)) return false;
  const std::optional<double> parsed = parse_skew(trim_ascii(text));
  if (parsed.has_value()) return seconds = *parsed, true;
  run.fail("ExpressionValueEvaluationFailure", joined("The clock skew `", text, "` is no time span."));
  return false;
}

bool is_date(PolicyRun& run, const Jwt& token, std::string_view name, std::optional<double>& date) {
  date = claim_date(run.run(), *token.payload, name);
  return date.has_value() || find(*token.payload, name) == nullptr;
}

}  // namespace

// source: access-and-auth.md#7.4
bool check_lifetime(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal) {
  double skew = 0;
  bool requires_expiration = true;
  if (!get_skew(run, policy, skew) || !run.get(policy.requires_expiration, requires_expiration)) return false;
  std::optional<double> expires;
  std::optional<double> not_before;
  const double now = static_cast<double>(run.now().time_since_epoch().count()) / 1000;
  if (!is_date(run, token, "exp", expires) || !is_date(run, token, "nbf", not_before)) {
    refusal = {"JwtInvalid", "IDX10222: Lifetime validation failed. A date of the token is no number."};
  } else if (!expires.has_value() && requires_expiration) {
    refusal = {"JwtInvalid", "IDX10225: Lifetime validation failed. The token is missing an Expiration Time."};
  } else if (expires.has_value() && not_before.has_value() && *not_before > *expires) {
    refusal = {"JwtInvalid", "IDX10224: Lifetime validation failed. The NotBefore is after the Expiration Time."};
  } else if (not_before.has_value() && *not_before > now + skew) {
    refusal = {"JwtInvalid", "IDX10222: Lifetime validation failed. The token is not yet valid."};
  } else if (expires.has_value() && *expires < now - skew) {
    refusal = {"TokenExpired", "IDX10223: Lifetime validation failed. The token is expired. Access denied."};
  }
  return true;
}

// ---- audience -----------------------------------------------------------------------------------------------------

namespace {

// One slash of difference at the end does not count.
bool same_audience(std::string_view a, std::string_view b) {
  if (a.size() == b.size() + 1 && a.ends_with('/')) a.remove_suffix(1);
  if (b.size() == a.size() + 1 && b.ends_with('/')) b.remove_suffix(1);
  return a == b;
}

bool is_application(std::string_view audience, std::string_view id) {
  if (audience.starts_with("api://")) audience.remove_prefix(6);
  return equals_ignoring_ascii_case(audience, id);
}

bool get_texts(PolicyRun& run, const Listed<Setting<std::string_view>>* list, std::vector<std::string_view>& texts) {
  for (const Setting<std::string_view>& item :
       list == nullptr ? std::span<const Setting<std::string_view>>() : list->items) {
    std::string_view text;
    if (!run.get(item, text)) return false;
    text = trim_ascii(text);
    if (!text.empty()) texts.push_back(text);
  }
  return true;
}

}  // namespace

bool check_audience(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal) {
  if (policy.audiences == nullptr && policy.backend_ids == nullptr) return true;
  std::vector<std::string_view> allowed;
  if (!get_texts(run, policy.audiences, allowed)) return false;
  const std::vector<std::string_view> given = values_of(run, find(*token.payload, "aud"));
  const bool fits = std::ranges::any_of(given, [&](std::string_view audience) {
    if (std::ranges::any_of(allowed, [&](std::string_view one) { return same_audience(audience, one); })) return true;
    return policy.backend_ids != nullptr && std::ranges::any_of(policy.backend_ids->items, [&](std::string_view id) {
             return is_application(audience, id);
           });
  });
  if (!fits) {
    refusal = refused(run, "TokenAudienceNotAllowed",
                      joined("IDX10214: Audience validation failed. Audiences: '", joined_values(given),
                             "' do not match. Access denied."));
  }
  return true;
}

// ---- issuer -------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kTenantMark = "{tenantid}";
constexpr std::string_view kConsumers = "9188040d-6c67-4c5b-b112-36a304b66dad";

// Metadata of several tenants have a place for the token's own. A token that says no tenant has none.
bool is_issuer(std::string_view known, std::string_view issuer, std::string_view tenant) {
  const std::size_t at = known.find(kTenantMark);
  if (at == std::string_view::npos) return known == issuer;
  return !tenant.empty() && issuer == joined(known.substr(0, at), tenant, known.substr(at + kTenantMark.size()));
}

bool is_word_tenant(std::string_view tenant, std::string_view word) {
  while (tenant.ends_with('/')) tenant.remove_suffix(1);
  const std::size_t slash = tenant.rfind('/');
  if (slash != std::string_view::npos) tenant.remove_prefix(slash + 1);
  return equals_ignoring_ascii_case(tenant, word);
}

}  // namespace

bool check_issuer(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Issuers known, Refusal& refusal) {
  std::vector<std::string_view> listed;
  if (!get_texts(run, policy.issuers, listed)) return false;
  if (policy.issuers == nullptr && policy.providers.empty() && !policy.is_entra) return true;
  const std::string_view issuer = text_of_claim(run, token, "iss");
  const std::string_view tenant = text_of_claim(run, token, "tid");
  bool fits = !issuer.empty() &&
              (std::ranges::find(listed, issuer) != listed.end() ||
               std::ranges::any_of(known, [&](std::string_view one) { return is_issuer(one, issuer, tenant); }));
  if (fits && policy.is_entra) {
    std::string_view wanted;
    if (!run.get(policy.tenant, wanted)) return false;
    if (is_word_tenant(trim_ascii(wanted), "organizations")) fits = !equals_ignoring_ascii_case(tenant, kConsumers);
  }
  if (!fits)
    refusal =
        refused(run, "TokenIssuerNotAllowed",
                joined("IDX10205: Issuer validation failed. Issuer: '", issuer, "' does not match. Access denied."));
  return true;
}

// ---- client -------------------------------------------------------------------------------------------------------

bool check_client(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal) {
  if (policy.client_ids == nullptr) return true;
  // Version 1 of these tokens says appid, version 2 azp.
  const std::string_view name = find(*token.payload, "azp") != nullptr ? "azp" : "appid";
  const std::string_view client = text_of_claim(run, token, name);
  const bool fits = !client.empty() && std::ranges::any_of(policy.client_ids->items, [&](std::string_view id) {
    return equals_ignoring_ascii_case(id, client);
  });
  if (!fits)
    refusal = refused(run, "TokenClaimValueNotAllowed",
                      joined("Claim ", name, " value of ", client, " is not allowed. Access denied."));
  return true;
}

// ---- required claims ----------------------------------------------------------------------------------------------

namespace {

// The token's values, split where the policy says so. Parts are not trimmed; empty ones are dropped.
std::vector<std::string_view> split_values(const std::vector<std::string_view>& values, std::string_view separator) {
  if (separator.empty()) return values;
  std::vector<std::string_view> parts;
  for (const std::string_view value : values) {
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find(separator, at), value.size());
      if (end > at) parts.push_back(value.substr(at, end - at));
      at = end + separator.size();
    }
  }
  return parts;
}

bool holds(PolicyRun& run, const ClaimElement& claim, JToken* given, bool& is_allowed) {
  std::string_view match;
  std::string_view separator;
  if (!run.get(claim.match, match) || !run.get(claim.separator, separator)) return false;
  const bool takes_any = equals_ignoring_ascii_case(trim_ascii(match), "any");
  const bool is_text = as_array(given) != nullptr || given->kind == JTokenType::kString;
  const std::vector<std::string_view> values =
      split_values(values_of(run, given), is_text ? separator : std::string_view());
  is_allowed = claim.values.empty() || !takes_any;
  for (const Setting<std::string_view>& setting : claim.values) {
    std::string_view wanted;
    if (!run.get(setting, wanted)) return false;
    const bool is_there = std::ranges::find(values, wanted) != values.end();
    if (takes_any && is_there) is_allowed = true;
    if (!takes_any && !is_there) is_allowed = false;
  }
  return true;
}

}  // namespace

bool check_claims(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal) {
  if (policy.claims == nullptr) return true;
  std::string missing;
  Refusal first;
  for (const ClaimElement& claim : policy.claims->items) {
    std::string_view name;
    if (!run.get(claim.name, name)) return false;
    JToken* given = find(*token.payload, name);
    if (given == nullptr) {
      append(missing, missing.empty() ? "" : ", ", name);
      continue;
    }
    bool is_allowed = false;
    if (!holds(run, claim, given, is_allowed)) return false;
    if (is_allowed || !first.is_none()) continue;
    first = refused(
        run, "TokenClaimValueNotAllowed",
        joined("Claim ", name, " value of ", joined_values(values_of(run, given)), " is not allowed. Access denied."));
  }
  refusal = first;
  if (!missing.empty())
    refusal = refused(run, "TokenClaimNotFound",
                      joined("JWT is missing the following claims: ", missing, ". Access denied."));
  return true;
}

}  // namespace portcullis
