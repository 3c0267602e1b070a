#include "policies/support/jwt_signature.h"

#include <algorithm>
#include <array>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

namespace portcullis {

namespace {

constexpr std::array kAlgorithms = std::to_array<SignatureAlgorithm>({
    {"HS256", SignatureFamily::kHmac, &EVP_sha256, 0, 0},
    {"HS384", SignatureFamily::kHmac, &EVP_sha384, 0, 0},
    {"HS512", SignatureFamily::kHmac, &EVP_sha512, 0, 0},
    {"RS256", SignatureFamily::kRsa, &EVP_sha256, 0, 0},
    {"RS384", SignatureFamily::kRsa, &EVP_sha384, 0, 0},
    {"RS512", SignatureFamily::kRsa, &EVP_sha512, 0, 0},
    {"PS256", SignatureFamily::kRsaPss, &EVP_sha256, 0, 0},
    {"PS384", SignatureFamily::kRsaPss, &EVP_sha384, 0, 0},
    {"PS512", SignatureFamily::kRsaPss, &EVP_sha512, 0, 0},
    {"ES256", SignatureFamily::kElliptic, &EVP_sha256, NID_X9_62_prime256v1, 32},
    {"ES384", SignatureFamily::kElliptic, &EVP_sha384, NID_secp384r1, 48},
    {"ES512", SignatureFamily::kElliptic, &EVP_sha512, NID_secp521r1, 66},
});

bool verify_hmac(const SignatureAlgorithm& algorithm, const TokenKey& key, std::string_view text,
                 std::string_view signature) {
  if (!key.is_symmetric() || key.secret.size() < kLeastSecretBytes) return false;
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (HMAC(algorithm.digest(), key.secret.data(), static_cast<int>(key.secret.size()), octets(text), text.size(), mac,
           &size) == nullptr)
    return false;
  return signature.size() == size && CRYPTO_memcmp(signature.data(), mac, size) == 0;
}

bool verify_digest(const SignatureAlgorithm& algorithm, EVP_PKEY* key, std::string_view text,
                   std::string_view signature) {
  const DigestContextHandle context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* rules = nullptr;  // belongs to `context`
  if (context == nullptr || EVP_DigestVerifyInit(context.get(), &rules, algorithm.digest(), nullptr, key) != 1)
    return false;
  if (algorithm.family == SignatureFamily::kRsaPss &&
      (EVP_PKEY_CTX_set_rsa_padding(rules, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(rules, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text), text.size()) == 1;
}

// r and s side by side, as tokens have them; OpenSSL wants DER.
bool verify_elliptic(const SignatureAlgorithm& algorithm, EVP_PKEY* key, std::string_view text,
                     std::string_view signature) {
  char group[64];
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr) != 1) return false;
  if (OBJ_txt2nid(group) != algorithm.curve || signature.size() != 2 * algorithm.number_bytes) return false;
  const OpenSslOwner<ECDSA_SIG, &ECDSA_SIG_free> pair(ECDSA_SIG_new());
  const int size = static_cast<int>(algorithm.number_bytes);
  NumberHandle r(BN_bin2bn(octets(signature), size, nullptr));
  NumberHandle s(BN_bin2bn(octets(signature) + size, size, nullptr));
  if (pair == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r.release(), s.release()) != 1)
    return false;
  unsigned char* der = nullptr;
  const int der_size = i2d_ECDSA_SIG(pair.get(), &der);
  if (der_size <= 0) return false;
  const bool verifies = verify_digest(algorithm, key, text, text_of_octets(der, static_cast<std::size_t>(der_size)));
  OPENSSL_free(der);
  return verifies;
}

}  // namespace

const SignatureAlgorithm* find_signature_algorithm(std::string_view name) {
  const auto* found = std::ranges::find(kAlgorithms, name, &SignatureAlgorithm::name);
  return found == kAlgorithms.end() ? nullptr : found;
}

bool verify_signature(const SignatureAlgorithm& algorithm, const TokenKey& key, std::string_view signed_text,
                      std::string_view signature) {
  if (!key.algorithm.empty() && key.algorithm != algorithm.name) return false;
  if (algorithm.family == SignatureFamily::kHmac) return verify_hmac(algorithm, key, signed_text, signature);
  if (key.is_symmetric()) return false;
  const int kind = EVP_PKEY_get_base_id(key.key.get());
  bool verifies = false;
  if (algorithm.family == SignatureFamily::kElliptic) {
    verifies = kind == EVP_PKEY_EC && verify_elliptic(algorithm, key.key.get(), signed_text, signature);
  } else {
    verifies = kind == EVP_PKEY_RSA && verify_digest(algorithm, key.key.get(), signed_text, signature);
  }
  ERR_clear_error();
  return verifies;
}

}  // namespace portcullis
