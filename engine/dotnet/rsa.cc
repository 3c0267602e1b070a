// AsymmetricAlgorithm and RSA: signatures and encryption. OpenSSL does the work; its own generator makes keys and
// salts, not the host's, which need not be secret. Reading and writing keys is in rsa_keys.cc. source: types.md#17
#include "engine/dotnet/rsa.h"

#include <array>
#include <string>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/text.h"
#include "engine/dotnet/hash_algorithm_name.h"
#include "engine/dotnet/rsa_members.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kAsymmetricAlgorithmDefinition;
extern const TypeDefinition kRsaDefinition;
extern const TypeDefinition kRsaSignaturePaddingDefinition;
extern const TypeDefinition kRsaSignaturePaddingModeDefinition;
extern const TypeDefinition kRsaEncryptionPaddingDefinition;
extern const TypeDefinition kRsaEncryptionPaddingModeDefinition;

namespace {

constexpr std::string_view kNoKey = "Keyset does not exist";
constexpr std::string_view kBadInput = "The parameter is incorrect.";

Raised raise_crypto(Run& run, std::string_view text) { return run.raise(Known::kCryptographicException, text); }

// ---- paddings -----------------------------------------------------------------------------------------------------

enum class SignatureMode : std::int32_t { kPkcs1 = 0, kPss = 1 };
enum class EncryptionMode : std::int32_t { kPkcs1 = 0, kOaep = 1 };

struct SignaturePadding : Object {
  SignatureMode mode;
};
struct EncryptionPadding : Object {
  EncryptionMode mode;
  std::string_view hash;  // of OAEP
};

template <SignatureMode kMode>
SignaturePadding* signature_padding(Run& run, const CallSite& site) {
  auto* made = run.make<SignaturePadding>(*site.result);
  made->mode = kMode;
  return made;
}
EncryptionPadding* encryption_padding(Run& run, EncryptionMode mode, std::string_view hash, const CallSite& site) {
  auto* made = run.make<EncryptionPadding>(*site.result);
  made->mode = mode;
  made->hash = hash;
  return made;
}
EncryptionPadding* pkcs1(Run& run, const CallSite& site) {
  return encryption_padding(run, EncryptionMode::kPkcs1, {}, site);
}

constexpr std::array<std::string_view, 5> kHashNames = {"SHA1", "SHA256", "SHA384", "SHA512", "MD5"};
template <std::size_t kIndex>
EncryptionPadding* oaep(Run& run, const CallSite& site) {
  return encryption_padding(run, EncryptionMode::kOaep, kHashNames[kIndex], site);
}
bool has_name(Run& run, const HashAlgorithmName* hash) {
  if (hash != nullptr && hash->name != nullptr && hash->name->size > 0) return true;
  return run.raise_argument(Known::kArgumentException, "The hash algorithm name cannot be null or empty.",
                            "hashAlgorithm");
}
EncryptionPadding* create_oaep(Run& run, HashAlgorithmName* hash, const CallSite& site) {
  if (!has_name(run, hash)) return nullptr;
  return encryption_padding(run, EncryptionMode::kOaep, hash->name->view(), site);
}
SignatureMode signature_mode(SignaturePadding* self) { return self->mode; }
EncryptionMode encryption_mode(EncryptionPadding* self) { return self->mode; }
HashAlgorithmName* oaep_hash(Run& run, EncryptionPadding* self, const CallSite& site) {
  auto* made = run.make<HashAlgorithmName>(*site.result);
  made->name = self->mode == EncryptionMode::kOaep ? run.view(self->hash) : nullptr;
  return made;
}

String* signature_text(Run& run, SignaturePadding* self) {
  return run.view(self->mode == SignatureMode::kPss ? "Pss" : "Pkcs1");
}
String* encryption_text(Run& run, EncryptionPadding* self) {
  return self->mode == EncryptionMode::kPkcs1 ? run.view("Pkcs1") : run.string(joined("Oaep", self->hash));
}
bool same(const SignaturePadding* a, const SignaturePadding* b) {
  return a == b || (a != nullptr && b != nullptr && a->mode == b->mode);
}
bool same(const EncryptionPadding* a, const EncryptionPadding* b) {
  return a == b || (a != nullptr && b != nullptr && a->mode == b->mode && a->hash == b->hash);
}
template <typename Padding>
bool equal(Padding* a, Padding* b) {
  return same(a, b);
}
template <typename Padding>
bool different(Padding* a, Padding* b) {
  return !same(a, b);
}
template <typename Padding>
bool equal_objects(Run&, const Type&, Slot a, Slot b) {
  return same(static_cast<const Padding*>(a.object), static_cast<const Padding*>(b.object));
}
template <typename Padding>
std::int32_t hash_of(Run&, const Type&, Slot self) {
  return static_cast<std::int32_t>(static_cast<const Padding*>(self.object)->mode);
}
template <typename Padding, auto kText>
String* text_of_object(Run& run, const Type&, Slot self) {
  return kText(run, static_cast<Padding*>(self.object));
}
template <typename Padding, auto kText>
constexpr TypeOperations kPaddingOperations{
    .to_string = &text_of_object<Padding, kText>, .equals = &equal_objects<Padding>, .hash = &hash_of<Padding>};

// ---- what an operation needs --------------------------------------------------------------------------------------

const EVP_MD* digest_named(std::string_view name) {
  if (name == "SHA1") return EVP_sha1();
  if (name == "SHA256") return EVP_sha256();
  if (name == "SHA384") return EVP_sha384();
  if (name == "SHA512") return EVP_sha512();
  if (name == "MD5") return EVP_md5();
  return nullptr;
}

/// Null after raising.
const EVP_MD* digest_of(Run& run, const HashAlgorithmName* hash) {
  if (!has_name(run, hash)) return nullptr;
  const EVP_MD* digest = digest_named(hash->name->view());
  if (digest != nullptr) return digest;
  return raise_crypto(run, joined("'", hash->name->view(), "' is not a known hash algorithm."));
}

// About what the work costs, in steps: its time grows with the cube of the size.
bool spend_on_key(Run& run, const Rsa& key) {
  const auto words = static_cast<std::uint64_t>(key.bits / 64);
  return run.spend(100 + words * words * words / 16);
}

struct Operation {
  KeyHandle key;
  KeyContextHandle context;
};

/// No context after raising.
Operation begin(Run& run, const Rsa& self, bool is_private) {
  Operation made;
  if (!spend_on_key(run, self)) return made;
  if (is_private && self.private_key.empty()) {
    raise_crypto(run, kNoKey);
    return made;
  }
  made.key = is_private ? private_key_of(self.private_key) : public_key_of(self.public_key);
  if (made.key != nullptr) made.context.reset(EVP_PKEY_CTX_new(made.key.get(), nullptr));
  if (made.context == nullptr) raise_crypto(run, kBadInput);
  return made;
}

bool set_padding(EVP_PKEY_CTX* context, const SignaturePadding& padding, const EVP_MD* digest) {
  const bool is_pss = padding.mode == SignatureMode::kPss;
  return EVP_PKEY_CTX_set_rsa_padding(context, is_pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context, digest) == 1 &&
         (!is_pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

// ---- signatures ---------------------------------------------------------------------------------------------------

ByteArray* sign(Run& run, const Rsa& self, std::string_view hash, const EVP_MD* digest,
                const SignaturePadding& padding) {
  const Operation operation = begin(run, self, true);
  if (operation.context == nullptr) return nullptr;
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(operation.key.get()));
  std::string signature(size, '\0');
  const bool done = EVP_PKEY_sign_init(operation.context.get()) == 1 &&
                    set_padding(operation.context.get(), padding, digest) &&
                    EVP_PKEY_sign(operation.context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                  octets(hash), hash.size()) == 1;
  ERR_clear_error();
  if (!done) return raise_crypto(run, kBadInput);
  return run.bytes(std::string_view(signature).substr(0, size));
}

bool verify(Run& run, const Rsa& self, std::string_view hash, std::string_view signature, const EVP_MD* digest,
            const SignaturePadding& padding) {
  const Operation operation = begin(run, self, false);
  if (operation.context == nullptr) return false;
  const bool verifies =
      EVP_PKEY_verify_init(operation.context.get()) == 1 && set_padding(operation.context.get(), padding, digest) &&
      EVP_PKEY_verify(operation.context.get(), octets(signature), signature.size(), octets(hash), hash.size()) == 1;
  ERR_clear_error();
  return verifies;
}

/// False after raising; else `part` is the range of `data`.
bool take_part(Run& run, const ByteArray* data, std::int32_t offset, std::int32_t count, std::string_view& part) {
  if (data == nullptr) return run.raise_null("data");
  const auto raise = [&](std::string_view name) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", name);
  };
  if (offset < 0 || static_cast<std::uint32_t>(offset) > data->length) return raise("offset");
  if (count < 0 || std::int64_t{offset} + count > data->length) return raise("count");
  part = data->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count));
  return true;
}

using Hash = std::array<unsigned char, EVP_MAX_MD_SIZE>;

/// Empty after raising.
std::string_view hash_of_data(Run& run, std::string_view data, const EVP_MD* digest, Hash& into) {
  if (!run.spend(1 + data.size() / 16)) return {};
  unsigned size = 0;
  if (EVP_Digest(data.data(), data.size(), into.data(), &size, digest, nullptr) != 1)
    return raise_crypto(run, kBadInput);
  return text_of_octets(into.data(), size);
}

ByteArray* sign_part(Run& run, Rsa* self, ByteArray* data, std::int32_t offset, std::int32_t count,
                     HashAlgorithmName* hash, SignaturePadding* padding) {
  std::string_view part;
  if (!take_part(run, data, offset, count, part)) return nullptr;
  const EVP_MD* digest = digest_of(run, hash);
  if (digest == nullptr) return nullptr;
  if (padding == nullptr) return run.raise_null("padding");
  Hash bytes;
  const std::string_view hashed = hash_of_data(run, part, digest, bytes);
  return run.failed() ? nullptr : sign(run, *self, hashed, digest, *padding);
}
ByteArray* sign_data(Run& run, Rsa* self, ByteArray* data, HashAlgorithmName* hash, SignaturePadding* padding) {
  if (data == nullptr) return run.raise_null("data");
  return sign_part(run, self, data, 0, static_cast<std::int32_t>(data->length), hash, padding);
}
ByteArray* sign_hash(Run& run, Rsa* self, ByteArray* hashed, HashAlgorithmName* hash, SignaturePadding* padding) {
  if (hashed == nullptr) return run.raise_null("hash");
  const EVP_MD* digest = digest_of(run, hash);
  if (digest == nullptr) return nullptr;
  if (padding == nullptr) return run.raise_null("padding");
  if (hashed->length != static_cast<std::uint32_t>(EVP_MD_get_size(digest)))
    return raise_crypto(run, "The provided hash value is not the expected size for the specified hash algorithm.");
  return sign(run, *self, hashed->view(), digest, *padding);
}

bool verify_part(Run& run, Rsa* self, ByteArray* data, std::int32_t offset, std::int32_t count, ByteArray* signature,
                 HashAlgorithmName* hash, SignaturePadding* padding) {
  std::string_view part;
  if (!take_part(run, data, offset, count, part)) return false;
  if (signature == nullptr) return run.raise_null("signature");
  const EVP_MD* digest = digest_of(run, hash);
  if (digest == nullptr) return false;
  if (padding == nullptr) return run.raise_null("padding");
  Hash bytes;
  const std::string_view hashed = hash_of_data(run, part, digest, bytes);
  return !run.failed() && verify(run, *self, hashed, signature->view(), digest, *padding);
}
bool verify_data(Run& run, Rsa* self, ByteArray* data, ByteArray* signature, HashAlgorithmName* hash,
                 SignaturePadding* padding) {
  if (data == nullptr) return run.raise_null("data");
  return verify_part(run, self, data, 0, static_cast<std::int32_t>(data->length), signature, hash, padding);
}
bool verify_hash(Run& run, Rsa* self, ByteArray* hashed, ByteArray* signature, HashAlgorithmName* hash,
                 SignaturePadding* padding) {
  if (hashed == nullptr) return run.raise_null("hash");
  if (signature == nullptr) return run.raise_null("signature");
  const EVP_MD* digest = digest_of(run, hash);
  if (digest == nullptr) return false;
  if (padding == nullptr) return run.raise_null("padding");
  if (hashed->length != static_cast<std::uint32_t>(EVP_MD_get_size(digest))) return false;
  return verify(run, *self, hashed->view(), signature->view(), digest, *padding);
}

// ---- encryption ---------------------------------------------------------------------------------------------------

bool set_padding(EVP_PKEY_CTX* context, const EncryptionPadding& padding, const EVP_MD* digest) {
  if (padding.mode == EncryptionMode::kPkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1;
}

template <bool kEncrypts>
ByteArray* transform(Run& run, Rsa* self, ByteArray* data, EncryptionPadding* padding) {
  if (data == nullptr) return run.raise_null("data");
  if (padding == nullptr) return run.raise_null("padding");
  const EVP_MD* digest = padding->mode == EncryptionMode::kOaep ? digest_named(padding->hash) : nullptr;
  if (padding->mode == EncryptionMode::kOaep && digest == nullptr)
    return raise_crypto(run, joined("'", padding->hash, "' is not a known hash algorithm."));
  const Operation operation = begin(run, *self, !kEncrypts);
  if (operation.context == nullptr) return nullptr;
  EVP_PKEY_CTX* context = operation.context.get();
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(operation.key.get()));
  std::string out(size, '\0');
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  bool done = (kEncrypts ? EVP_PKEY_encrypt_init(context) : EVP_PKEY_decrypt_init(context)) == 1 &&
              set_padding(context, *padding, digest);
  if (done && kEncrypts) done = EVP_PKEY_encrypt(context, into, &size, data->data, data->length) == 1;
  if (done && !kEncrypts) done = EVP_PKEY_decrypt(context, into, &size, data->data, data->length) == 1;
  ERR_clear_error();
  if (!done) return raise_crypto(run, kBadInput);
  return run.bytes(std::string_view(out).substr(0, size));
}

ByteArray* not_supported(Run& run, Rsa*, ByteArray*) {
  return run.raise(Known::kNotSupportedException, "Method is not supported.");
}

// ---- AsymmetricAlgorithm ------------------------------------------------------------------------------------------

std::int32_t key_size(Rsa* self) { return self->bits; }
String* algorithm_name(Run& run, Rsa*) { return run.view("RSA"); }
void release(Rsa*) {}

constexpr Member kAlgorithmMembers[] = {
    property<&key_size, &set_key_size>("int KeySize { get; set; }"),
    property<&algorithm_name>("string SignatureAlgorithm { get; }").with(kNoRaise),
    property<&algorithm_name>("string KeyExchangeAlgorithm { get; }").with(kNoRaise),
    method<&to_xml>("string ToXmlString(bool includePrivateParameters)"),
    method<&from_xml>("void FromXmlString(string xmlString)"),
    method<&release>("void Clear()").with(kNoRaise),
    method<&release>("void Dispose()").with(kNoRaise),
};
constexpr Member kRsaOwnMembers[] = {
    method<&sign_data>("byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)"),
    method<&sign_part>("byte[] SignData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm, "
                       "RSASignaturePadding padding)"),
    method<&sign_hash>("byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)"),
    method<&verify_data>("bool VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm, "
                         "RSASignaturePadding padding)"),
    method<&verify_part>("bool VerifyData(byte[] data, int offset, int count, byte[] signature, HashAlgorithmName "
                         "hashAlgorithm, RSASignaturePadding padding)"),
    method<&verify_hash>("bool VerifyHash(byte[] hash, byte[] signature, HashAlgorithmName hashAlgorithm, "
                         "RSASignaturePadding padding)"),
    method<&transform<true>>("byte[] Encrypt(byte[] data, RSAEncryptionPadding padding)"),
    method<&transform<false>>("byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)"),
    method<&not_supported>("byte[] EncryptValue(byte[] rgb)"),
    method<&not_supported>("byte[] DecryptValue(byte[] rgb)"),
};
constexpr auto kRsaMembers = together(kRsaOwnMembers, kRsaKeyMembers);

constexpr Member kSignaturePaddingMembers[] = {
    property<&signature_padding<SignatureMode::kPkcs1>>("static RSASignaturePadding Pkcs1 { get; }").with(kNoRaise),
    property<&signature_padding<SignatureMode::kPss>>("static RSASignaturePadding Pss { get; }").with(kNoRaise),
    property<&signature_mode>("RSASignaturePaddingMode Mode { get; }").with(kNoRaise),
    method<&signature_text>("string ToString()").with(kNoRaise),
    method<&equal<SignaturePadding>>("static bool operator ==(RSASignaturePadding left, RSASignaturePadding right)")
        .with(kNoRaise),
    method<&different<SignaturePadding>>("static bool operator !=(RSASignaturePadding left, RSASignaturePadding right)")
        .with(kNoRaise),
};
constexpr Member kEncryptionPaddingMembers[] = {
    property<&pkcs1>("static RSAEncryptionPadding Pkcs1 { get; }").with(kNoRaise),
    property<&oaep<0>>("static RSAEncryptionPadding OaepSHA1 { get; }").with(kNoRaise),
    property<&oaep<1>>("static RSAEncryptionPadding OaepSHA256 { get; }").with(kNoRaise),
    property<&oaep<2>>("static RSAEncryptionPadding OaepSHA384 { get; }").with(kNoRaise),
    property<&oaep<3>>("static RSAEncryptionPadding OaepSHA512 { get; }").with(kNoRaise),
    method<&create_oaep>("static RSAEncryptionPadding CreateOaep(HashAlgorithmName hashAlgorithm)"),
    property<&encryption_mode>("RSAEncryptionPaddingMode Mode { get; }").with(kNoRaise),
    property<&oaep_hash>("HashAlgorithmName OaepHashAlgorithm { get; }").with(kNoRaise),
    method<&encryption_text>("string ToString()").with(kNoRaise),
    method<&equal<EncryptionPadding>>("static bool operator ==(RSAEncryptionPadding left, RSAEncryptionPadding right)")
        .with(kNoRaise),
    method<&different<EncryptionPadding>>(
        "static bool operator !=(RSAEncryptionPadding left, RSAEncryptionPadding right)")
        .with(kNoRaise),
};
constexpr EnumValue kSignatureModes[] = {{"Pkcs1", 0}, {"Pss", 1}};
constexpr EnumValue kEncryptionModes[] = {{"Pkcs1", 0}, {"Oaep", 1}};

}  // namespace

const TypeDefinition kAsymmetricAlgorithmDefinition{
    .declaration = "abstract class System.Security.Cryptography.AsymmetricAlgorithm : IDisposable",
    .members = kAlgorithmMembers};
const TypeDefinition kRsaDefinition{
    .declaration = "abstract class System.Security.Cryptography.RSA : AsymmetricAlgorithm", .members = kRsaMembers};
const TypeDefinition kRsaSignaturePaddingDefinition{
    .declaration = "sealed class System.Security.Cryptography.RSASignaturePadding",
    .members = kSignaturePaddingMembers,
    .operations = &kPaddingOperations<SignaturePadding, &signature_text>};
const TypeDefinition kRsaSignaturePaddingModeDefinition{
    .declaration = "enum System.Security.Cryptography.RSASignaturePaddingMode : int", .values = kSignatureModes};
const TypeDefinition kRsaEncryptionPaddingDefinition{
    .declaration = "sealed class System.Security.Cryptography.RSAEncryptionPadding",
    .members = kEncryptionPaddingMembers,
    .operations = &kPaddingOperations<EncryptionPadding, &encryption_text>};
const TypeDefinition kRsaEncryptionPaddingModeDefinition{
    .declaration = "enum System.Security.Cryptography.RSAEncryptionPaddingMode : int", .values = kEncryptionModes};

}  // namespace portcullis
