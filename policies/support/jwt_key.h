// Keys that tokens are checked or opened with, from JSON Web Key Sets, certificates, numbers and secrets. A key knows
// which family of algorithms it serves: a public RSA key never serves as a secret. source: access-and-auth.md#7.3, RFC
// 7517
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/dotnet/certificate_handles.h"
#include "engine/json/token.h"
#include "portcullis/stores.hpp"

namespace portcullis {

struct TokenKey {
  std::string id;         // `kid`
  std::string x5t;        // base64url of the SHA-1 of its certificate
  std::string algorithm;  // `alg`: the only one it serves; empty: all of its family
  std::string secret;     // of HMACs and symmetric encryption; then there is no `key`
  KeyHandle key;
  bool ignores_case = false;  // of `id`: thumbprints

  [[nodiscard]] bool is_symmetric() const { return key == nullptr; }
  /// The token's `kid` (or `x5t`) names this key.
  [[nodiscard]] bool is_named(std::string_view kid, std::string_view token_x5t) const;
};

/// What an OpenID provider publishes. Read by many threads.
struct ProviderKeys final : DocumentStore::Document {
  std::string issuer;
  std::vector<TokenKey> keys;
};

/// The signing keys of a JSON Web Key Set; those of other kinds and uses are left out. False when it is no key set.
bool read_key_set(Run& run, const JObject& set, std::vector<TokenKey>& keys);

/// Base64 or base64url, padding and white space do not matter. False when it is neither.
bool decode_key_text(std::string_view text, std::string& bytes);
/// Base64url of the SHA-1 of a certificate.
std::string certificate_x5t(std::string_view der);

}  // namespace portcullis
