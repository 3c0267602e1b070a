// System.Security.Cryptography.RSA as an object, and keys from their numbers.
#pragma once

#include <string_view>

#include "engine/dotnet/certificate_handles.h"
#include "engine/run/run.h"

namespace portcullis {

/// The key as DER in the arena; read anew for each operation.
struct Rsa : Object {
  std::string_view private_key;  // PKCS#8; empty: only the public half is there
  std::string_view public_key;   // SubjectPublicKeyInfo
  std::int32_t bits;
};

/// `type` is RSA. Null, without raising, when the key is of another kind.
Rsa* make_rsa(Run& run, const Type& type, EVP_PKEY* key, bool has_private);

/// Big-endian numbers. The private ones may be empty: then it is a public key. Null when the numbers are no key.
struct RsaNumbers {
  std::string_view modulus, exponent, d, p, q, dp, dq, inverse_q;
};
KeyHandle rsa_key_of(const RsaNumbers& numbers);

}  // namespace portcullis
