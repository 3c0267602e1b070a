#include "policies/support/jwt_token.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "engine/dotnet/certificate.h"
#include "engine/dotnet/rsa.h"
#include "engine/exchange/base64.h"
#include "policies/support/jwt_encryption.h"

namespace portcullis {

namespace {

constexpr Refusal kNotPresent{"TokenNotPresent", "JWT not present."};

// ---- where it stands. source: access-and-auth.md#7.2 --------------------------------------------------------------

std::string_view without_scheme(std::string_view value, std::string_view scheme) {
  const std::size_t blank = value.find(' ');
  if (blank == std::string_view::npos) return scheme.empty() ? value : std::string_view();
  if (!scheme.empty() && !equals_ignoring_ascii_case(value.substr(0, blank), scheme)) return {};
  return trim_ascii(value.substr(blank + 1));
}

bool find_in_header(PolicyRun& run, const TokenPolicy& policy, std::string_view name, std::string_view& text,
                    Refusal& refusal) {
  std::string_view scheme;
  if (!run.get(policy.scheme, scheme)) return false;
  const HeaderList& headers = run.exchange().request.headers;
  const HeaderName wanted(name);
  const HeaderView* line = headers.find(wanted);
  if (line == nullptr || trim_ascii(line->value).empty()) {
    refusal = kNotPresent;
  } else if (headers.find_next(wanted, line) != nullptr) {
    refusal = {"JwtInvalid", "Several headers hold a token."};
  } else if (equals_ignoring_ascii_case(name, "Authorization")) {
    text = without_scheme(trim_ascii(line->value), trim_ascii(scheme));
    if (text.empty()) refusal = kNotPresent;
  } else {
    text = trim_ascii(line->value);
  }
  return true;
}

void find_in_query(PolicyRun& run, std::string_view name, std::string_view& text, Refusal& refusal) {
  std::size_t count = 0;
  for (const QueryParameter& item : query_parameters(run.exchange().request.url, run.arena()).items) {
    if (!equals_ignoring_ascii_case(item.name, name)) continue;
    text = item.value;
    ++count;
  }
  if (count > 1) refusal = {"JwtInvalid", "Several query parameters hold a token."};
  if (count == 0 || text.empty()) refusal = kNotPresent;
}

bool has_token_characters(std::string_view text) {
  for (const char c : text) {
    if (!is_ascii_letter(c) && !is_ascii_digit(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

// The last digit may carry bits that no octet takes; one signature has one spelling.
bool is_canonical(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::size_t rest = text.size() % 4;
  if (rest == 0) return true;
  const std::size_t last = kDigits.find(text.back());
  return rest != 1 && last != std::string_view::npos && (last & (rest == 2 ? 15U : 3U)) == 0;
}

// ---- keys ---------------------------------------------------------------------------------------------------------

bool add_certificate(PolicyRun& run, const KeyElement& element, bool is_private, TokenKey& key) {
  const DeploymentView* deployment = run.exchange().view.deployment;
  const CertificateView* view =
      deployment == nullptr ? nullptr : find_certificate(deployment->certificates, element.certificate_id);
  Certificate read;
  const bool is_there =
      view != nullptr && read_certificate(run.arena(), view->pem, view->password, read) == CertificateFault::kNone;
  if (!is_there) {
    run.fail("CertificateNotFound", joined("The certificate `", element.certificate_id, "` of the service ",
                                           view == nullptr ? "is not there." : "cannot be read."));
    return false;
  }
  key.ignores_case = true;
  key.id = element.id.empty() ? thumbprint(read.der) : std::string(element.id);
  key.x5t = certificate_x5t(read.der);
  if (is_private) {
    key.key = read.private_key.empty() ? nullptr : private_key_of(read.private_key);
  } else {
    const CertificateHandle certificate = certificate_of(read.der);
    key.key.reset(X509_get_pubkey(certificate.get()));
  }
  if (key.key != nullptr) return true;
  run.fail("CertificateNotFound", joined("The certificate `", element.certificate_id, "` of the service has no ",
                                         is_private ? "private key." : "usable key."));
  return false;
}

}  // namespace

bool make_keys(PolicyRun& run, const Listed<KeyElement>* list, bool is_private, std::vector<TokenKey>& keys) {
  if (list == nullptr) return true;
  for (const KeyElement& element : list->items) {
    TokenKey key;
    key.id = element.id;
    if (!element.certificate_id.empty()) {
      if (!add_certificate(run, element, is_private, key)) return false;
    } else if (!element.modulus.empty()) {
      if (is_private) continue;
      RsaNumbers numbers;
      numbers.modulus = element.modulus;
      numbers.exponent = element.exponent;
      key.key = rsa_key_of(numbers);
      if (key.key == nullptr) continue;
    } else {
      std::string_view text;
      if (!run.get(element.text, text)) return false;
      if (!decode_key_text(text, key.secret) || key.secret.empty()) continue;
    }
    keys.push_back(std::move(key));
  }
  return true;
}

bool find_token(PolicyRun& run, const TokenPolicy& policy, std::string_view& text, Refusal& refusal) {
  std::string_view name;
  if (policy.token_value.is_present) {
    if (!run.get(policy.token_value, text)) return false;
    if (trim_ascii(text).empty()) refusal = kNotPresent;
    return true;
  }
  if (policy.query_parameter_name.is_present) {
    if (!run.get(policy.query_parameter_name, name)) return false;
    find_in_query(run, trim_ascii(name), text, refusal);
    return true;
  }
  name = "Authorization";
  if (policy.header_name.is_present && !run.get(policy.header_name, name)) return false;
  return find_in_header(run, policy, trim_ascii(name), text, refusal);
}

namespace {

constexpr Refusal kMalformed{"JwtInvalid", "IDX12741: JWT must have three segments (JWS) or five segments (JWE)."};

// Decrypts five parts to three.
bool open_token(PolicyRun& run, const TokenPolicy& policy, std::string_view& text, Refusal& refusal) {
  std::vector<TokenKey> keys;
  if (!make_keys(run, policy.decryption_keys, true, keys)) return false;
  switch (decrypt_token(run.run(), text, keys, text)) {
    case Decryption::kDone:
      if (!has_token_characters(text)) refusal = kMalformed;
      break;
    case Decryption::kMalformed:
      refusal = {"JwtInvalid", "IDX12741: The encrypted JWT cannot be read."};
      break;
    case Decryption::kNotSupported:
      refusal = {"JwtInvalid", "IDX10609: Decryption failed. The token is encrypted in a way that is not supported."};
      break;
    case Decryption::kNoKey:
      refusal = {"JwtInvalid", keys.empty()
                                   ? "IDX10609: Decryption failed. No Keys tried: token has no matching decryption key."
                                   : "IDX10603: Decryption failed. None of the keys opens the token."};
      break;
  }
  return true;
}

std::string_view member(PolicyRun& run, const JObject& object, std::string_view name) {
  JValue* value = as_value(find(object, name));
  return value == nullptr || value->kind != JTokenType::kString ? std::string_view() : text_of(*value, run.arena());
}

bool split_token(PolicyRun& run, Jwt& token, TokenPart& part) {
  const std::size_t dot = token.token.rfind('.');
  const std::string_view signature = token.token.substr(dot + 1);
  if (!signature.empty()) {
    const std::optional<std::string_view> bytes = decode_base64(signature, Base64::kUrl, run.arena());
    if (!bytes.has_value() || !is_canonical(signature)) return false;
    part.signature = *bytes;
  }
  part.signed_text = token.token.substr(0, dot);
  part.algorithm = member(run, *token.header, "alg");
  part.key_id = member(run, *token.header, "kid");
  part.x5t = member(run, *token.header, "x5t");
  return true;
}

// A limit that was crossed while reading ends the policy.
bool is_within_limits(PolicyRun& run) {
  if (!run.run().failed() && run.run().exceeded == Limit::kNone) return true;
  run.run().pending = nullptr;
  run.fail("JwtInvalid", "A limit was crossed while the token was read.");
  return false;
}

}  // namespace

bool read_token(PolicyRun& run, const TokenPolicy& policy, std::string_view text, Jwt*& token, TokenPart& part,
                Refusal& refusal) {
  run.run().start_expression();
  text = trim_ascii(text);
  if (text.size() > kLongestToken) {
    refusal = {"JwtInvalid", "IDX10209: The token is too long."};
    return true;
  }
  if (!has_token_characters(text)) {
    refusal = kMalformed;
    return true;
  }
  std::size_t dots = 0;
  for (const char c : text) dots += c == '.' ? 1 : 0;
  if (dots == 4) {
    if (!open_token(run, policy, text, refusal) || !is_within_limits(run)) return false;
    if (!refusal.is_none()) return true;
  }
  token = parse_jwt(run.run(), text);
  if (!is_within_limits(run)) return false;
  if (token == nullptr || !split_token(run, *token, part)) {
    refusal = kMalformed;
  } else if (find(*token->header, "crit") != nullptr) {
    // What must be understood is not. source: RFC 7515 4.1.11
    refusal = {"JwtInvalid", "The token has critical header parameters that are not supported."};
  }
  return true;
}

}  // namespace portcullis
