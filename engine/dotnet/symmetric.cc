// Symmetric encryption: SymmetricAlgorithm with its modes, and the extension methods Encrypt and Decrypt. OpenSSL does
// the work. source: context.md#extensions
#include <algorithm>
#include <array>
#include <string>

#include <openssl/evp.h>

#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kSymmetricAlgorithmDefinition;
extern const TypeDefinition kCipherModeDefinition;
extern const TypeDefinition kPaddingModeDefinition;
extern const TypeDefinition kCryptoTransformDefinition;
extern const TypeDefinition kEncryptionExtensionsDefinition;

namespace {

enum class CipherMode : std::int32_t { kCBC = 1, kECB = 2, kOFB = 3, kCFB = 4, kCTS = 5 };
enum class PaddingMode : std::int32_t { kNone = 1, kPKCS7 = 2, kZeros = 3, kANSIX923 = 4, kISO10126 = 5 };

struct Family {
  std::string_view name;    // of the cipher in OpenSSL
  std::uint32_t block;      // bytes
  std::uint32_t least_key;  // bytes
  std::uint32_t most_key;
  std::uint32_t key_step;
  std::uint32_t default_key;
};
constexpr Family kAes{"AES", 16, 16, 32, 8, 32};
constexpr Family kTripleDes{"DES-EDE", 8, 16, 24, 8, 24};

const Family* find_family(std::string_view name) {
  const std::string plain = ascii_lower(name);
  if (plain == "aes" || plain == "aesmanaged" || plain == "aescryptoserviceprovider" || plain == "rijndael" ||
      plain == "rijndaelmanaged" || plain == "system.security.cryptography.aes") {
    return &kAes;
  }
  if (plain == "tripledes" || plain == "3des" || plain == "triple des") return &kTripleDes;
  return nullptr;
}

struct SymmetricAlgorithm : Object {
  const Family* family;
  ByteArray* key;
  ByteArray* iv;
  std::uint32_t key_bytes;
  CipherMode mode;
  PaddingMode padding;
};

struct CryptoTransform : Object {
  const SymmetricAlgorithm* algorithm;
  ByteArray* key;
  ByteArray* iv;
  bool encrypts;
};

Raised raise_crypto(Run& run, std::string_view text) { return run.raise(Known::kCryptographicException, text); }

std::string cipher_name(const Family& family, std::size_t key_bytes, CipherMode mode) {
  const std::string_view suffix = mode == CipherMode::kECB ? "ECB" : "CBC";
  if (&family == &kAes) return joined("AES-", key_bytes * 8, "-", suffix);
  const std::string_view name = key_bytes == 16 ? "DES-EDE" : "DES-EDE3";
  return joined(name, "-", suffix);
}

// The last block's filler, as the mode of padding writes it.
std::string pad(Run& run, std::string_view content, std::uint32_t block, PaddingMode padding) {
  std::string padded(content);
  const auto missing = static_cast<std::uint32_t>(block - content.size() % block);
  switch (padding) {
    case PaddingMode::kNone:
      return padded;
    case PaddingMode::kZeros:
      return padded.append(missing % block, '\0');
    case PaddingMode::kPKCS7:
      return padded.append(missing, static_cast<char>(missing));
    case PaddingMode::kANSIX923:
      padded.append(missing - 1, '\0');
      break;
    case PaddingMode::kISO10126:
      for (std::uint32_t i = 1; i < missing; ++i) padded += static_cast<char>(run.environment.random());
      break;
  }
  padded += static_cast<char>(missing);
  return padded;
}

// False when the filler is not what the mode writes.
bool unpad(std::string& content, std::uint32_t block, PaddingMode padding) {
  if (padding == PaddingMode::kNone || padding == PaddingMode::kZeros) return true;
  if (content.empty()) return false;
  const auto size = static_cast<unsigned char>(content.back());
  if (size == 0 || size > block || size > content.size()) return false;
  const std::string_view filler = std::string_view(content).substr(content.size() - size, size - 1U);
  const char wanted = padding == PaddingMode::kPKCS7 ? static_cast<char>(size) : '\0';
  if (padding != PaddingMode::kISO10126 && std::ranges::any_of(filler, [&](char c) { return c != wanted; }))
    return false;
  content.resize(content.size() - size);
  return true;
}

struct Cipher {
  const Family& family;
  const ByteArray* key;
  const ByteArray* iv;
  CipherMode mode;
  PaddingMode padding;
};

bool check(Run& run, const Cipher& cipher) {
  if (cipher.key == nullptr) return run.raise_null("key");
  const std::uint32_t size = cipher.key->length;
  if (size < cipher.family.least_key || size > cipher.family.most_key ||
      (size - cipher.family.least_key) % cipher.family.key_step != 0) {
    return raise_crypto(run, "Specified key is not a valid size for this algorithm.");
  }
  if (cipher.mode != CipherMode::kCBC && cipher.mode != CipherMode::kECB) {
    return run.raise(Known::kNotSupportedException, "Only CipherMode.CBC and CipherMode.ECB are supported.");
  }
  if (cipher.mode == CipherMode::kECB) return true;
  if (cipher.iv == nullptr) return run.raise_null("iv");
  if (cipher.iv->length == cipher.family.block) return true;
  return raise_crypto(run, "Specified initialization vector (IV) does not match the block size for this algorithm.");
}

// Whole blocks in, whole blocks out.
bool apply(const Cipher& cipher, bool encrypts, std::string_view content, std::string& out) {
  const EVP_CIPHER* type = EVP_get_cipherbyname(cipher_name(cipher.family, cipher.key->length, cipher.mode).c_str());
  if (type == nullptr && cipher.mode == CipherMode::kECB)
    type = EVP_get_cipherbyname(cipher.key->length == 16 ? "DES-EDE" : "DES-EDE3");
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  if (type == nullptr || context == nullptr) {
    EVP_CIPHER_CTX_free(context);
    return false;
  }
  out.resize(content.size() + cipher.family.block);
  int first = 0;
  int last = 0;
  const unsigned char* iv = cipher.mode == CipherMode::kECB ? nullptr : cipher.iv->data;
  const bool done =
      EVP_CipherInit_ex(context, type, nullptr, cipher.key->data, iv, encrypts ? 1 : 0) == 1 &&
      EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
      EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &first,
                       reinterpret_cast<const unsigned char*>(content.data()), static_cast<int>(content.size())) == 1 &&
      EVP_CipherFinal_ex(context, reinterpret_cast<unsigned char*>(out.data()) + first, &last) == 1;
  EVP_CIPHER_CTX_free(context);
  if (done) out.resize(static_cast<std::size_t>(first) + static_cast<std::size_t>(last));
  return done;
}

ByteArray* transform(Run& run, const Cipher& cipher, bool encrypts, std::string_view content) {
  if (!check(run, cipher) || !run.spend(1 + content.size() / 16)) return nullptr;
  if (content.size() > run.arena.remaining()) return run.raise_limit(Limit::kMemory);
  const std::string input = encrypts ? pad(run, content, cipher.family.block, cipher.padding) : std::string(content);
  if (input.size() % cipher.family.block != 0) {
    return raise_crypto(run, "The input data is not a complete block.");
  }
  std::string output;
  if (!apply(cipher, encrypts, input, output)) return raise_crypto(run, "The data could not be transformed.");
  if (!encrypts && !unpad(output, cipher.family.block, cipher.padding)) {
    return raise_crypto(run, "Padding is invalid and cannot be removed.");
  }
  return run.bytes(output);
}

// ---- SymmetricAlgorithm -------------------------------------------------------------------------------------------

ByteArray* random_bytes(Run& run, std::uint32_t size) {
  ByteArray* made = run.bytes(size);
  for (std::uint32_t i = 0; made != nullptr && i < size; ++i)
    made->data[i] = static_cast<std::uint8_t>(run.environment.random() >> 13);
  return made;
}

SymmetricAlgorithm* create(Run& run, String* name, const CallSite& site) {
  if (name == nullptr) return run.raise_null("algName");
  const Family* family = find_family(name->view());
  if (family == nullptr) return nullptr;
  auto* made = run.make<SymmetricAlgorithm>(*site.result);
  made->family = family;
  made->key_bytes = family->default_key;
  made->mode = CipherMode::kCBC;
  made->padding = PaddingMode::kPKCS7;
  return made;
}

void generate_key(Run& run, SymmetricAlgorithm* self) { self->key = random_bytes(run, self->key_bytes); }
void generate_iv(Run& run, SymmetricAlgorithm* self) { self->iv = random_bytes(run, self->family->block); }
ByteArray* get_key(Run& run, SymmetricAlgorithm* self) {
  if (self->key == nullptr) generate_key(run, self);
  return self->key;
}
ByteArray* get_iv(Run& run, SymmetricAlgorithm* self) {
  if (self->iv == nullptr) generate_iv(run, self);
  return self->iv;
}
void set_key(Run& run, SymmetricAlgorithm* self, ByteArray* key) {
  if (key == nullptr) {
    run.raise_null("value");
    return;
  }
  if (!check(run, {*self->family, key, nullptr, CipherMode::kECB, self->padding})) return;
  self->key = key;
  self->key_bytes = key->length;
}
void set_iv(Run& run, SymmetricAlgorithm* self, ByteArray* iv) {
  if (iv == nullptr) {
    run.raise_null("value");
    return;
  }
  if (iv->length != self->family->block) {
    raise_crypto(run, "Specified initialization vector (IV) does not match the block size for this algorithm.");
    return;
  }
  self->iv = iv;
}
std::int32_t get_key_size(SymmetricAlgorithm* self) { return static_cast<std::int32_t>(self->key_bytes * 8); }
void set_key_size(Run& run, SymmetricAlgorithm* self, std::int32_t bits) {
  const Family& family = *self->family;
  if (bits < 0 || bits % 8 != 0 || bits / 8 < static_cast<std::int32_t>(family.least_key) ||
      bits / 8 > static_cast<std::int32_t>(family.most_key)) {
    raise_crypto(run, "Specified key is not a valid size for this algorithm.");
    return;
  }
  self->key_bytes = static_cast<std::uint32_t>(bits / 8);
  self->key = nullptr;
}
std::int32_t get_block_size(SymmetricAlgorithm* self) { return static_cast<std::int32_t>(self->family->block * 8); }
CipherMode get_mode(SymmetricAlgorithm* self) { return self->mode; }
void set_mode(SymmetricAlgorithm* self, CipherMode mode) { self->mode = mode; }
PaddingMode get_padding(SymmetricAlgorithm* self) { return self->padding; }
void set_padding(SymmetricAlgorithm* self, PaddingMode padding) { self->padding = padding; }
void release(SymmetricAlgorithm*) {}

template <bool kEncrypts>
Object* transform_with(Run& run, SymmetricAlgorithm* self, ByteArray* key, ByteArray* iv, const CallSite& site) {
  if (!check(run, {*self->family, key, iv, self->mode, self->padding})) return nullptr;
  auto* made = run.make<CryptoTransform>(*site.result);
  made->algorithm = self;
  made->key = key;
  made->iv = iv;
  made->encrypts = kEncrypts;
  return made;
}
template <bool kEncrypts>
Object* transform_own(Run& run, SymmetricAlgorithm* self, const CallSite& site) {
  return transform_with<kEncrypts>(run, self, get_key(run, self), get_iv(run, self), site);
}

ByteArray* transform_final_block(Run& run, CryptoTransform* self, ByteArray* input, std::int32_t offset,
                                 std::int32_t count) {
  if (input == nullptr) return run.raise_null("inputBuffer");
  if (offset < 0 || count < 0 || std::int64_t{offset} + count > input->length) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.",
                              offset < 0 ? "inputOffset" : "inputCount");
  }
  const SymmetricAlgorithm& algorithm = *self->algorithm;
  return transform(run, {*algorithm.family, self->key, self->iv, algorithm.mode, algorithm.padding}, self->encrypts,
                   input->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)));
}
void release_transform(CryptoTransform*) {}

// ---- Encrypt and Decrypt ------------------------------------------------------------------------------------------

template <bool kEncrypts>
ByteArray* by_name(Run& run, ByteArray* input, String* algorithm, ByteArray* key, ByteArray* iv) {
  if (input == nullptr) return run.raise_null("input");
  if (algorithm == nullptr) return run.raise_null("alg");
  const Family* family = find_family(algorithm->view());
  if (family == nullptr) return raise_crypto(run, joined("The algorithm '", algorithm->view(), "' is not known."));
  return transform(run, {*family, key, iv, CipherMode::kCBC, PaddingMode::kPKCS7}, kEncrypts, input->view());
}
template <bool kEncrypts>
ByteArray* by_algorithm_with(Run& run, ByteArray* input, SymmetricAlgorithm* algorithm, ByteArray* key, ByteArray* iv) {
  if (input == nullptr) return run.raise_null("input");
  if (algorithm == nullptr) return run.raise_null("alg");
  return transform(run, {*algorithm->family, key, iv, algorithm->mode, algorithm->padding}, kEncrypts, input->view());
}
template <bool kEncrypts>
ByteArray* by_algorithm(Run& run, ByteArray* input, SymmetricAlgorithm* algorithm) {
  if (algorithm == nullptr) return run.raise_null("alg");
  return by_algorithm_with<kEncrypts>(run, input, algorithm, get_key(run, algorithm), get_iv(run, algorithm));
}

constexpr Member kAlgorithmMembers[] = {
    method<&create>("static SymmetricAlgorithm Create(string algName)"),
    property<&get_key, &set_key>("byte[] Key { get; set; }"),
    property<&get_iv, &set_iv>("byte[] IV { get; set; }"),
    property<&get_key_size, &set_key_size>("int KeySize { get; set; }"),
    property<&get_block_size>("int BlockSize { get; }").with(kNoRaise),
    property<&get_mode, &set_mode>("CipherMode Mode { get; set; }").with(kNoRaise),
    property<&get_padding, &set_padding>("PaddingMode Padding { get; set; }").with(kNoRaise),
    method<&generate_key>("void GenerateKey()"),
    method<&generate_iv>("void GenerateIV()"),
    method<&transform_own<true>>("ICryptoTransform CreateEncryptor()"),
    method<&transform_with<true>>("ICryptoTransform CreateEncryptor(byte[] rgbKey, byte[] rgbIV)"),
    method<&transform_own<false>>("ICryptoTransform CreateDecryptor()"),
    method<&transform_with<false>>("ICryptoTransform CreateDecryptor(byte[] rgbKey, byte[] rgbIV)"),
    method<&release>("void Clear()").with(kNoRaise),
    method<&release>("void Dispose()").with(kNoRaise),
};
constexpr Member kTransformMembers[] = {
    method<&transform_final_block>("byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)"),
    method<&release_transform>("void Dispose()").with(kNoRaise),
};
constexpr Member kExtensions[] = {
    method<&by_name<true>>("static byte[] Encrypt(this byte[] input, string alg, byte[] key, byte[] iv)"),
    method<&by_algorithm<true>>("static byte[] Encrypt(this byte[] input, SymmetricAlgorithm alg)"),
    method<&by_algorithm_with<true>>(
        "static byte[] Encrypt(this byte[] input, SymmetricAlgorithm alg, byte[] key, byte[] iv)"),
    method<&by_name<false>>("static byte[] Decrypt(this byte[] input, string alg, byte[] key, byte[] iv)"),
    method<&by_algorithm<false>>("static byte[] Decrypt(this byte[] input, SymmetricAlgorithm alg)"),
    method<&by_algorithm_with<false>>(
        "static byte[] Decrypt(this byte[] input, SymmetricAlgorithm alg, byte[] key, byte[] iv)"),
};
constexpr EnumValue kModes[] = {{"CBC", 1}, {"ECB", 2}, {"OFB", 3}, {"CFB", 4}, {"CTS", 5}};
constexpr EnumValue kPaddings[] = {{"None", 1}, {"PKCS7", 2}, {"Zeros", 3}, {"ANSIX923", 4}, {"ISO10126", 5}};

}  // namespace

const TypeDefinition kSymmetricAlgorithmDefinition{
    .declaration = "abstract class System.Security.Cryptography.SymmetricAlgorithm : IDisposable",
    .members = kAlgorithmMembers};
const TypeDefinition kCipherModeDefinition{.declaration = "enum System.Security.Cryptography.CipherMode : int",
                                           .values = kModes};
const TypeDefinition kPaddingModeDefinition{.declaration = "enum System.Security.Cryptography.PaddingMode : int",
                                            .values = kPaddings};
const TypeDefinition kCryptoTransformDefinition{
    .declaration = "interface System.Security.Cryptography.ICryptoTransform : IDisposable",
    .members = kTransformMembers};
const TypeDefinition kEncryptionExtensionsDefinition{
    .declaration = "static class Microsoft.Azure.ApiManagement.EncryptionExtensions", .members = kExtensions};

}  // namespace portcullis
