#include "policies/support/jwt_encryption.h"

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "engine/exchange/base64.h"
#include "engine/exchange/jwt.h"
#include "engine/exchange/jwt_zip.h"

namespace portcullis {

namespace {

struct ContentEncryption {
  std::string_view name;
  const EVP_CIPHER* (*cipher)();
  const EVP_MD* (*digest)();  // null: an authenticated cipher
  std::size_t key_bytes;      // with the MAC's half in front
  std::size_t tag_bytes;
};
constexpr std::array kContentEncryptions = std::to_array<ContentEncryption>({
    {"A128CBC-HS256", &EVP_aes_128_cbc, &EVP_sha256, 32, 16},
    {"A192CBC-HS384", &EVP_aes_192_cbc, &EVP_sha384, 48, 24},
    {"A256CBC-HS512", &EVP_aes_256_cbc, &EVP_sha512, 64, 32},
    {"A128GCM", &EVP_aes_128_gcm, nullptr, 16, 16},
    {"A192GCM", &EVP_aes_192_gcm, nullptr, 24, 16},
    {"A256GCM", &EVP_aes_256_gcm, nullptr, 32, 16},
});

struct KeyManagement {
  std::string_view name;
  enum class Kind : std::uint8_t { kDirect, kWrapped, kOaep } kind;
  const EVP_CIPHER* (*wrap)();
  std::size_t key_bytes;
  const EVP_MD* (*digest)();
};
// Not RSA1_5: its padding tells an attacker too much.
constexpr std::array kKeyManagements = std::to_array<KeyManagement>({
    {"dir", KeyManagement::Kind::kDirect, nullptr, 0, nullptr},
    {"A128KW", KeyManagement::Kind::kWrapped, &EVP_aes_128_wrap, 16, nullptr},
    {"A192KW", KeyManagement::Kind::kWrapped, &EVP_aes_192_wrap, 24, nullptr},
    {"A256KW", KeyManagement::Kind::kWrapped, &EVP_aes_256_wrap, 32, nullptr},
    {"RSA-OAEP", KeyManagement::Kind::kOaep, nullptr, 0, &EVP_sha1},
    {"RSA-OAEP-256", KeyManagement::Kind::kOaep, nullptr, 0, &EVP_sha256},
});

struct Parts {
  std::string_view header, key, iv, content, tag;  // decoded, but for the header
};

bool split(Run& run, std::string_view token, Parts& parts) {
  std::array<std::string_view, 5> pieces;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::size_t end = i + 1 < pieces.size() ? token.find('.') : token.size();
    if (end == std::string_view::npos) return false;
    pieces[i] = token.substr(0, end);
    token.remove_prefix(std::min(end + 1, token.size()));
  }
  parts.header = pieces[0];
  std::string_view* const decoded[] = {&parts.key, &parts.iv, &parts.content, &parts.tag};
  for (std::size_t i = 0; i < std::size(decoded); ++i) {
    const std::optional<std::string_view> bytes = decode_base64(pieces[i + 1], Base64::kUrl, run.arena);
    if (!bytes.has_value()) return false;
    *decoded[i] = *bytes;
  }
  return true;
}

// ---- the content's key --------------------------------------------------------------------------------------------

bool unwrap(const KeyManagement& management, const TokenKey& key, std::string_view wrapped, std::string& content_key) {
  if (!key.is_symmetric() || key.secret.size() != management.key_bytes || wrapped.size() < 24 ||
      wrapped.size() % 8 != 0)
    return false;
  const CipherContextHandle context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  content_key.resize(wrapped.size());
  int size = 0;
  if (EVP_DecryptInit_ex(context.get(), management.wrap(), nullptr, octets(key.secret), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(content_key.data()), &size, octets(wrapped),
                        static_cast<int>(wrapped.size())) != 1) {
    return false;
  }
  content_key.resize(static_cast<std::size_t>(size));
  return true;
}

bool open_oaep(const KeyManagement& management, const TokenKey& key, std::string_view wrapped,
               std::string& content_key) {
  if (key.is_symmetric() || EVP_PKEY_get_base_id(key.key.get()) != EVP_PKEY_RSA) return false;
  const KeyContextHandle context(EVP_PKEY_CTX_new(key.key.get(), nullptr));
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.key.get()));
  content_key.resize(size);
  if (EVP_PKEY_decrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1 ||
      EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), management.digest()) != 1 ||
      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), management.digest()) != 1 ||
      EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(content_key.data()), &size, octets(wrapped),
                       wrapped.size()) != 1) {
    return false;
  }
  content_key.resize(size);
  return true;
}

bool find_content_key(const KeyManagement& management, const TokenKey& key, const Parts& parts,
                      std::string& content_key) {
  switch (management.kind) {
    case KeyManagement::Kind::kDirect:
      content_key = key.secret;
      return key.is_symmetric() && parts.key.empty();
    case KeyManagement::Kind::kWrapped:
      return unwrap(management, key, parts.key, content_key);
    case KeyManagement::Kind::kOaep:
      return open_oaep(management, key, parts.key, content_key);
  }
  return false;
}

// ---- the content --------------------------------------------------------------------------------------------------

bool has_right_tag(const ContentEncryption& encryption, std::string_view key, const Parts& parts) {
  std::string text(parts.header);
  text.append(parts.iv).append(parts.content);
  const std::uint64_t header_bits = std::uint64_t{parts.header.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(header_bits >> shift & 0xFF));
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const std::size_t half = key.size() / 2;
  if (HMAC(encryption.digest(), key.data(), static_cast<int>(half), octets(text), text.size(), mac, &size) == nullptr)
    return false;
  return CRYPTO_memcmp(mac, parts.tag.data(), encryption.tag_bytes) == 0;
}

// `out` has room for the content and a block.
bool decrypt_content(const ContentEncryption& encryption, std::string_view key, const Parts& parts, char* out,
                     std::size_t& size) {
  if (key.size() != encryption.key_bytes || parts.tag.size() != encryption.tag_bytes) return false;
  const bool is_cbc = encryption.digest != nullptr;
  if (parts.iv.size() != (is_cbc ? 16U : 12U)) return false;
  if (is_cbc && !has_right_tag(encryption, key, parts)) return false;
  const std::string_view cipher_key = is_cbc ? key.substr(key.size() / 2) : key;
  const CipherContextHandle context(EVP_CIPHER_CTX_new());
  auto* into = reinterpret_cast<unsigned char*>(out);
  int first = 0;
  int last = 0;
  if (EVP_DecryptInit_ex(context.get(), encryption.cipher(), nullptr, octets(cipher_key), octets(parts.iv)) != 1)
    return false;
  if (!is_cbc && EVP_DecryptUpdate(context.get(), nullptr, &first, octets(parts.header),
                                   static_cast<int>(parts.header.size())) != 1)
    return false;
  if (EVP_DecryptUpdate(context.get(), into, &first, octets(parts.content), static_cast<int>(parts.content.size())) !=
      1)
    return false;
  if (!is_cbc && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(parts.tag.size()),
                                     const_cast<char*>(parts.tag.data())) != 1) {
    return false;
  }
  if (EVP_DecryptFinal_ex(context.get(), into + first, &last) != 1) return false;
  size = static_cast<std::size_t>(first) + static_cast<std::size_t>(last);
  return true;
}

std::string_view member(Run& run, const JObject& object, std::string_view name) {
  JValue* value = as_value(find(object, name));
  return value == nullptr || value->kind != JTokenType::kString ? std::string_view() : text_of(*value, run.arena);
}

template <typename Table>
auto* named(const Table& table, std::string_view name) {
  const auto found = std::ranges::find_if(table, [&](const auto& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

Decryption decrypt_token(Run& run, std::string_view token, std::span<const TokenKey> keys, std::string_view& text) {
  Parts parts;
  if (!split(run, token, parts)) return Decryption::kMalformed;
  const JObject* header = parse_jwt_part(run, parts.header);
  if (header == nullptr) return Decryption::kMalformed;
  const KeyManagement* management = named(kKeyManagements, member(run, *header, "alg"));
  const ContentEncryption* encryption = named(kContentEncryptions, member(run, *header, "enc"));
  const bool is_zipped = find(*header, "zip") != nullptr;
  if (management == nullptr || encryption == nullptr || find(*header, "crit") != nullptr ||
      (is_zipped && member(run, *header, "zip") != "DEF")) {
    return Decryption::kNotSupported;
  }
  char* out = run.arena.text(parts.content.size() + EVP_MAX_BLOCK_LENGTH);
  for (const TokenKey& key : keys) {
    std::string content_key;
    std::size_t size = 0;
    const bool is_open = run.spend(500) && find_content_key(*management, key, parts, content_key) &&
                         decrypt_content(*encryption, content_key, parts, out, size);
    OPENSSL_cleanse(content_key.data(), content_key.size());
    ERR_clear_error();
    if (run.failed()) return Decryption::kNoKey;
    if (!is_open) continue;
    text = {out, size};
    if (!is_zipped) return Decryption::kDone;
    const std::optional<std::string_view> inflated = inflate_token(text, kLongestToken, run.arena);
    text = inflated.value_or(std::string_view());
    return inflated.has_value() ? Decryption::kDone : Decryption::kMalformed;
  }
  return Decryption::kNoKey;
}

}  // namespace portcullis
