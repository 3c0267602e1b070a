// Signatures of JSON Web Tokens. source: RFC 7515, RFC 7518
#pragma once

#include <cstdint>
#include <string_view>

#include "policies/support/jwt_key.h"

namespace portcullis {

enum class SignatureFamily : std::uint8_t { kHmac, kRsa, kRsaPss, kElliptic };

struct SignatureAlgorithm {
  std::string_view name;
  SignatureFamily family;
  const EVP_MD* (*digest)();
  int curve;                 // of kElliptic: NID
  std::size_t number_bytes;  // of kElliptic: of r and of s
};

/// Null for what is not supported, `none` among it.
const SignatureAlgorithm* find_signature_algorithm(std::string_view name);

/// HMAC keys under this size are not used. source: access-and-auth.md#7.3
constexpr std::size_t kLeastSecretBytes = 16;

/// False when the key is of another family than the algorithm, too.
bool verify_signature(const SignatureAlgorithm& algorithm, const TokenKey& key, std::string_view signed_text,
                      std::string_view signature);

}  // namespace portcullis
