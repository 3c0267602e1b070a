#include "policies/support/jwt_key.h"

#include <array>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include "base/text.h"
#include "engine/dotnet/certificate.h"
#include "engine/dotnet/rsa.h"
#include "engine/json/json.h"

namespace portcullis {

namespace {

constexpr std::size_t kMostKeys = 200;
constexpr int kLeastRsaBits = 1024;
constexpr int kMostRsaBits = 8192;

struct Curve {
  std::string_view name;
  const char* openssl;
  std::size_t bytes;
};
constexpr std::array kCurves =
    std::to_array<Curve>({{"P-256", "P-256", 32}, {"P-384", "P-384", 48}, {"P-521", "P-521", 66}});

std::string_view member(Run& run, const JObject& object, std::string_view name) {
  JValue* value = as_value(find(object, name));
  return value == nullptr || value->kind != JTokenType::kString ? std::string_view() : text_of(*value, run.arena);
}

using BuilderHandle = OpenSslOwner<OSSL_PARAM_BLD, &OSSL_PARAM_BLD_free>;
using ParametersHandle = OpenSslOwner<OSSL_PARAM, &OSSL_PARAM_free>;

// OpenSSL refuses a point that is not on the curve.
KeyHandle elliptic_key(std::string_view curve_name, std::string_view x, std::string_view y) {
  for (const Curve& curve : kCurves) {
    if (curve.name != curve_name || x.size() != curve.bytes || y.size() != curve.bytes) continue;
    const std::string point = joined('\x04', x, y);  // uncompressed
    const BuilderHandle builder(OSSL_PARAM_BLD_new());
    if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.openssl, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
      return nullptr;
    }
    const ParametersHandle parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
      return nullptr;
    }
    return KeyHandle(key);
  }
  return nullptr;
}

KeyHandle key_of_certificate(Run& run, const JObject& object) {
  const JArray* chain = as_array(find(object, "x5c"));
  JValue* first = chain == nullptr || chain->count == 0 ? nullptr : as_value(chain->children().front());
  std::string der;
  if (first == nullptr || first->kind != JTokenType::kString || !decode_key_text(text_of(*first, run.arena), der))
    return nullptr;
  const CertificateHandle certificate = certificate_of(der);
  return certificate == nullptr ? nullptr : KeyHandle(X509_get_pubkey(certificate.get()));
}

bool is_usable(const EVP_PKEY* key) {
  if (key == nullptr) return false;
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_EC) return true;
  return kind == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= kLeastRsaBits && EVP_PKEY_get_bits(key) <= kMostRsaBits;
}

// Null for what is no public signing key. A symmetric key in a public document would be no secret: left out.
KeyHandle read_key(Run& run, const JObject& object) {
  const std::string_view use = member(run, object, "use");
  if (!use.empty() && use != "sig") return nullptr;
  const std::string_view kind = member(run, object, "kty");
  std::string first;
  std::string second;
  if (kind == "RSA") {
    const bool has_numbers =
        decode_key_text(member(run, object, "n"), first) && decode_key_text(member(run, object, "e"), second);
    if (!has_numbers || first.empty() || second.empty()) return key_of_certificate(run, object);
    RsaNumbers numbers;
    numbers.modulus = first;
    numbers.exponent = second;
    return rsa_key_of(numbers);
  }
  if (kind == "EC" && decode_key_text(member(run, object, "x"), first) &&
      decode_key_text(member(run, object, "y"), second))
    return elliptic_key(member(run, object, "crv"), first, second);
  return nullptr;
}

constexpr signed char digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<signed char>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<signed char>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<signed char>(c - '0' + 52);
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

}  // namespace

bool TokenKey::is_named(std::string_view kid, std::string_view token_x5t) const {
  if (!kid.empty() && !id.empty() && (ignores_case ? equals_ignoring_ascii_case(kid, id) : kid == id)) return true;
  if (x5t.empty()) return false;
  return x5t == token_x5t || (!kid.empty() && x5t == kid);
}

bool read_key_set(Run& run, const JObject& set, std::vector<TokenKey>& keys) {
  const JArray* list = as_array(find(set, "keys"));
  if (list == nullptr || list->count > kMostKeys) return false;
  for (JToken* item : list->children()) {
    const JObject* object = as_object(item);
    KeyHandle key = object == nullptr ? nullptr : read_key(run, *object);
    if (!is_usable(key.get())) continue;
    TokenKey& made = keys.emplace_back();
    made.id = member(run, *object, "kid");
    made.x5t = member(run, *object, "x5t");
    made.algorithm = member(run, *object, "alg");
    made.key = std::move(key);
  }
  ERR_clear_error();
  return true;
}

bool decode_key_text(std::string_view text, std::string& bytes) {
  bytes.clear();
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t digits = 0;
  bool is_padding = false;
  for (const char c : text) {
    if (is_ascii_space(c)) continue;
    if (c == '=') {
      is_padding = true;
      continue;
    }
    const signed char digit = digit_of(c);
    if (digit < 0 || is_padding) return false;
    ++digits;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return digits % 4 != 1;
}

std::string certificate_x5t(std::string_view der) {
  unsigned char hash[SHA_DIGEST_LENGTH];
  if (EVP_Digest(der.data(), der.size(), hash, nullptr, EVP_sha1(), nullptr) != 1) return {};
  unsigned char text[32];
  const int size = EVP_EncodeBlock(text, hash, sizeof hash);
  std::string encoded(text_of_octets(text, static_cast<std::size_t>(size)));
  while (encoded.ends_with('=')) encoded.pop_back();
  for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return encoded;
}

}  // namespace portcullis
