// System.Security.Cryptography: hashes, HMACs, HashAlgorithmName, RNGCryptoServiceProvider. OpenSSL does the work.
#include <algorithm>
#include <array>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"
#include "engine/dotnet/hash_algorithm_name.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kHashAlgorithmDefinition;
extern const TypeDefinition kKeyedHashAlgorithmDefinition;
extern const TypeDefinition kHmacDefinition;
extern const TypeDefinition kMd5Definition;
extern const TypeDefinition kSha1Definition;
extern const TypeDefinition kSha256Definition;
extern const TypeDefinition kSha384Definition;
extern const TypeDefinition kSha512Definition;
extern const TypeDefinition kSha1ManagedDefinition;
extern const TypeDefinition kSha256ManagedDefinition;
extern const TypeDefinition kSha384ManagedDefinition;
extern const TypeDefinition kSha512ManagedDefinition;
extern const TypeDefinition kHmacMd5Definition;
extern const TypeDefinition kHmacSha1Definition;
extern const TypeDefinition kHmacSha256Definition;
extern const TypeDefinition kHmacSha384Definition;
extern const TypeDefinition kHmacSha512Definition;
extern const TypeDefinition kHashAlgorithmNameDefinition;
extern const TypeDefinition kRngCryptoServiceProviderDefinition;

namespace {

struct Digest {
  std::string_view name;
  const EVP_MD* (*make)();
  std::uint32_t bytes;
  std::uint32_t block;  // the size of a random HMAC key
};
constexpr std::array kDigests = std::to_array<Digest>({
    {"MD5", &EVP_md5, 16, 64},
    {"SHA1", &EVP_sha1, 20, 64},
    {"SHA256", &EVP_sha256, 32, 64},
    {"SHA384", &EVP_sha384, 48, 128},
    {"SHA512", &EVP_sha512, 64, 128},
});

/// By a type's name: `SHA256`, `SHA256Managed`, `HMACSHA256`.
const Digest* find_digest(std::string_view name) {
  if (name.starts_with("HMAC")) name.remove_prefix(4);
  if (name.ends_with("Managed")) name.remove_suffix(7);
  const auto* found = std::ranges::find(kDigests, name, &Digest::name);
  return found != kDigests.end() ? found : nullptr;
}

struct HashAlgorithm : Object {
  const Digest* digest;
  ByteArray* key;      // of HMACs
  ByteArray* pending;  // what TransformBlock has seen
  ByteArray* hash;
};

HashAlgorithm* make_of(Run& run, const Type& type) {
  auto* made = run.make<HashAlgorithm>(type);
  made->digest = find_digest(type.name);
  return made;
}
HashAlgorithm* make_hash(Run& run, const CallSite& site) { return make_of(run, *site.result); }

ByteArray* digest_of(Run& run, const Digest& digest, const ByteArray* key, std::string_view content) {
  if (!run.spend(1 + content.size() / 16)) return nullptr;
  ByteArray* made = run.bytes(digest.bytes);
  if (made == nullptr) return nullptr;
  bool done = false;
  if (key != nullptr) {
    unsigned size = 0;
    // A null key pointer would mean "the key of the last call".
    const void* bytes = key->length > 0 ? static_cast<const void*>(key->data) : "";
    done = HMAC(digest.make(), bytes, static_cast<int>(key->length),
                reinterpret_cast<const unsigned char*>(content.data()), content.size(), made->data, &size) != nullptr;
  } else {
    done = EVP_Digest(content.data(), content.size(), made->data, nullptr, digest.make(), nullptr) == 1;
  }
  if (done) return made;
  return run.raise(Known::kCryptographicException, "The hash could not be computed.");
}

bool check_part(Run& run, const ByteArray* buffer, std::int32_t offset, std::int32_t count, std::string_view name) {
  if (buffer == nullptr) return run.raise_null(name);
  if (offset < 0)
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "offset");
  if (count < 0 || static_cast<std::uint32_t>(count) > buffer->length) {
    return run.raise(Known::kArgumentException, "Value was invalid.");
  }
  if (buffer->length - static_cast<std::uint32_t>(count) >= static_cast<std::uint32_t>(offset)) return true;
  return run.raise(
      Known::kArgumentException,
      "Offset and length were out of bounds for the array or count is greater than the number of elements from index "
      "to the end of the source collection.");
}

ByteArray* compute_part(Run& run, HashAlgorithm* self, ByteArray* buffer, std::int32_t offset, std::int32_t count) {
  if (!check_part(run, buffer, offset, count, "buffer")) return nullptr;
  const std::string_view part =
      buffer->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count));
  self->hash = digest_of(run, *self->digest, self->key, part);
  return self->hash;
}
ByteArray* compute(Run& run, HashAlgorithm* self, ByteArray* buffer) {
  if (buffer == nullptr) return run.raise_null("buffer");
  return compute_part(run, self, buffer, 0, static_cast<std::int32_t>(buffer->length));
}

bool remember(Run& run, HashAlgorithm& self, std::string_view part) {
  const std::string_view before = self.pending == nullptr ? std::string_view() : self.pending->view();
  ByteArray* joined_bytes = run.bytes(before.size() + part.size());
  if (joined_bytes == nullptr || !run.spend(joined_bytes->length / 16)) return false;
  std::copy(before.begin(), before.end(), joined_bytes->data);
  std::copy(part.begin(), part.end(), joined_bytes->data + before.size());
  self.pending = joined_bytes;
  return true;
}

std::int32_t transform_block(Run& run, HashAlgorithm* self, ByteArray* input, std::int32_t offset, std::int32_t count,
                             ByteArray* output, std::int32_t output_offset) {
  if (!check_part(run, input, offset, count, "inputBuffer")) return 0;
  const std::string_view part = input->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count));
  if (!remember(run, *self, part)) return 0;
  if (output != nullptr && output_offset >= 0 && std::int64_t{output_offset} + count <= output->length) {
    std::copy(part.begin(), part.end(), output->data + output_offset);
  }
  return count;
}
ByteArray* transform_final_block(Run& run, HashAlgorithm* self, ByteArray* input, std::int32_t offset,
                                 std::int32_t count) {
  if (!check_part(run, input, offset, count, "inputBuffer")) return nullptr;
  const std::string_view part = input->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count));
  if (!remember(run, *self, part)) return nullptr;
  self->hash = digest_of(run, *self->digest, self->key, self->pending->view());
  self->pending = nullptr;
  return run.bytes(part);
}

std::int32_t get_size(HashAlgorithm* self) { return static_cast<std::int32_t>(self->digest->bytes * 8); }
ByteArray* get_hash(HashAlgorithm* self) { return self->hash; }
void reset(HashAlgorithm* self) {
  self->pending = nullptr;
  self->hash = nullptr;
}
void release(HashAlgorithm*) {}

HashAlgorithm* create_named(Run& run, String* name) {
  if (name == nullptr) return run.raise_null("name");
  std::string_view wanted = name->view();
  constexpr std::string_view kNamespace = "System.Security.Cryptography.";
  if (wanted.starts_with(kNamespace)) wanted.remove_prefix(kNamespace.size());
  std::string plain(wanted);
  std::erase(plain, '-');
  const Digest* digest = find_digest(plain);
  if (digest == nullptr) return nullptr;
  const Type* type = run.types.find_in("System.Security.Cryptography", plain, 0);
  return type == nullptr ? nullptr : make_of(run, *type);
}

// ---- HashData -----------------------------------------------------------------------------------------------------

ByteArray* hash_data(Run& run, ByteArray* source, const CallSite& site) {
  if (source == nullptr) return run.raise_null("source");
  return digest_of(run, *find_digest(site.declaring->name), nullptr, source->view());
}
ByteArray* hmac_data(Run& run, ByteArray* key, ByteArray* source, const CallSite& site) {
  if (key == nullptr) return run.raise_null("key");
  if (source == nullptr) return run.raise_null("source");
  return digest_of(run, *find_digest(site.declaring->name), key, source->view());
}

// ---- HMAC ---------------------------------------------------------------------------------------------------------

void fill_randomly(Run& run, std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    std::uint64_t luck = run.environment.random();
    for (int k = 0; k < 8 && i < bytes.size(); ++k, luck >>= 8) bytes[i++] = static_cast<std::uint8_t>(luck);
  }
}

HashAlgorithm* make_hmac(Run& run, ByteArray* key, const CallSite& site) {
  if (key == nullptr) return run.raise_null("key");
  HashAlgorithm* made = make_of(run, *site.result);
  made->key = key;
  return made;
}
HashAlgorithm* make_random_hmac(Run& run, const CallSite& site) {
  HashAlgorithm* made = make_of(run, *site.result);
  made->key = run.bytes(made->digest->block);
  if (made->key == nullptr) return nullptr;
  fill_randomly(run, {made->key->data, made->key->length});
  return made;
}
ByteArray* get_key(Run& run, HashAlgorithm* self) {
  return self->key == nullptr ? nullptr : run.bytes(self->key->view());
}
void set_key(Run& run, HashAlgorithm* self, ByteArray* key) {
  if (key == nullptr) {
    run.raise_null("value");
    return;
  }
  self->key = key;
}
String* get_hash_name(Run& run, HashAlgorithm* self) { return run.view(self->digest->name); }

// ---- HashAlgorithmName --------------------------------------------------------------------------------------------

using AlgorithmName = HashAlgorithmName;

AlgorithmName* make_name(Run& run, String* name, const CallSite& site) {
  auto* made = run.make<AlgorithmName>(*site.result);
  made->name = name;
  return made;
}
template <std::size_t kIndex>
AlgorithmName* named(Run& run, const CallSite& site) {
  return make_name(run, run.view(kDigests[kIndex].name), site);
}
String* get_name(AlgorithmName* self) { return self->name; }
String* name_text(Run& run, AlgorithmName* self) { return self->name == nullptr ? run.empty_string() : self->name; }
String* name_to_string(Run& run, const Type&, Slot self) {
  return name_text(run, static_cast<AlgorithmName*>(self.object));
}
bool same_names(const AlgorithmName* a, const AlgorithmName* b) {
  if (a->name == nullptr || b->name == nullptr) return a->name == b->name;
  return a->name->view() == b->name->view();
}
bool equal_names(AlgorithmName* a, AlgorithmName* b) { return same_names(a, b); }
bool different_names(AlgorithmName* a, AlgorithmName* b) { return !same_names(a, b); }
bool names_equal(Run&, const Type&, Slot a, Slot b) {
  return same_names(static_cast<const AlgorithmName*>(a.object), static_cast<const AlgorithmName*>(b.object));
}
std::int32_t name_hash(Run& run, const Type&, Slot self) {
  return hash(run, run.type(Known::kString), Slot::of_object(static_cast<AlgorithmName*>(self.object)->name));
}
Object* no_name(Run& run, const Type& type) { return run.make<AlgorithmName>(type); }

constexpr TypeOperations kNameOperations{
    .to_string = &name_to_string, .equals = &names_equal, .hash = &name_hash, .zero = &no_name};

// ---- RNGCryptoServiceProvider -------------------------------------------------------------------------------------

Object* make_generator(Run& run, const CallSite& site) { return run.make<Object>(*site.result); }
void get_bytes(Run& run, Object*, ByteArray* data) {
  if (data == nullptr) {
    run.raise_null("data");
    return;
  }
  if (run.spend(1 + data->length / 8)) fill_randomly(run, {data->data, data->length});
}
void get_non_zero_bytes(Run& run, Object* self, ByteArray* data) {
  get_bytes(run, self, data);
  if (run.failed()) return;
  for (std::uint32_t i = 0; i < data->length; ++i) {
    while (data->data[i] == 0) data->data[i] = static_cast<std::uint8_t>(run.environment.random() % 255 + 1);
  }
}
void release_generator(Object*) {}

// ---- tables -------------------------------------------------------------------------------------------------------

constexpr Member kHashMembers[] = {
    method<&create_named>("static HashAlgorithm Create(string hashName)"),
    method<&compute>("byte[] ComputeHash(byte[] buffer)"),
    method<&compute_part>("byte[] ComputeHash(byte[] buffer, int offset, int count)"),
    method<&transform_block>("int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] "
                             "outputBuffer, int outputOffset)"),
    method<&transform_final_block>("byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)"),
    property<&get_size>("int HashSize { get; }").with(kNoRaise),
    property<&get_hash>("byte[] Hash { get; }").with(kNoRaise),
    method<&reset>("void Initialize()").with(kNoRaise),
    method<&release>("void Clear()").with(kNoRaise),
    method<&release>("void Dispose()").with(kNoRaise),
};
constexpr Member kKeyedMembers[] = {property<&get_key, &set_key>("byte[] Key { get; set; }")};
constexpr Member kHmacBaseMembers[] = {
    method<&create_named>("static HMAC Create(string algorithmName)"),
    property<&get_hash_name>("string HashName { get; }").with(kNoRaise),
};
constexpr Member kMd5Members[] = {method<&make_hash>("static MD5 Create()"),
                                  method<&hash_data>("static byte[] HashData(byte[] source)")};
constexpr Member kSha1Members[] = {method<&make_hash>("static SHA1 Create()"),
                                   method<&hash_data>("static byte[] HashData(byte[] source)")};
constexpr Member kSha256Members[] = {method<&make_hash>("static SHA256 Create()"),
                                     method<&hash_data>("static byte[] HashData(byte[] source)")};
constexpr Member kSha384Members[] = {method<&make_hash>("static SHA384 Create()"),
                                     method<&hash_data>("static byte[] HashData(byte[] source)")};
constexpr Member kSha512Members[] = {method<&make_hash>("static SHA512 Create()"),
                                     method<&hash_data>("static byte[] HashData(byte[] source)")};
constexpr Member kSha1ManagedMembers[] = {constructor<&make_hash>("new SHA1Managed()")};
constexpr Member kSha256ManagedMembers[] = {constructor<&make_hash>("new SHA256Managed()")};
constexpr Member kSha384ManagedMembers[] = {constructor<&make_hash>("new SHA384Managed()")};
constexpr Member kSha512ManagedMembers[] = {constructor<&make_hash>("new SHA512Managed()")};
constexpr Member kHmacMd5Members[] = {constructor<&make_random_hmac>("new HMACMD5()"),
                                      constructor<&make_hmac>("new HMACMD5(byte[] key)"),
                                      method<&hmac_data>("static byte[] HashData(byte[] key, byte[] source)")};
constexpr Member kHmacSha1Members[] = {constructor<&make_random_hmac>("new HMACSHA1()"),
                                       constructor<&make_hmac>("new HMACSHA1(byte[] key)"),
                                       method<&hmac_data>("static byte[] HashData(byte[] key, byte[] source)")};
constexpr Member kHmacSha256Members[] = {constructor<&make_random_hmac>("new HMACSHA256()"),
                                         constructor<&make_hmac>("new HMACSHA256(byte[] key)"),
                                         method<&hmac_data>("static byte[] HashData(byte[] key, byte[] source)")};
constexpr Member kHmacSha384Members[] = {constructor<&make_random_hmac>("new HMACSHA384()"),
                                         constructor<&make_hmac>("new HMACSHA384(byte[] key)"),
                                         method<&hmac_data>("static byte[] HashData(byte[] key, byte[] source)")};
constexpr Member kHmacSha512Members[] = {constructor<&make_random_hmac>("new HMACSHA512()"),
                                         constructor<&make_hmac>("new HMACSHA512(byte[] key)"),
                                         method<&hmac_data>("static byte[] HashData(byte[] key, byte[] source)")};
constexpr Member kNameMembers[] = {
    constructor<&make_name>("new HashAlgorithmName(string name)").with(kNoRaise),
    property<&named<0>>("static HashAlgorithmName MD5 { get; }").with(kNoRaise),
    property<&named<1>>("static HashAlgorithmName SHA1 { get; }").with(kNoRaise),
    property<&named<2>>("static HashAlgorithmName SHA256 { get; }").with(kNoRaise),
    property<&named<3>>("static HashAlgorithmName SHA384 { get; }").with(kNoRaise),
    property<&named<4>>("static HashAlgorithmName SHA512 { get; }").with(kNoRaise),
    property<&get_name>("string Name { get; }").with(kNoRaise),
    method<&name_text>("string ToString()").with(kNoRaise),
    method<&equal_names>("bool Equals(HashAlgorithmName other)").with(kNoRaise),
    method<&equal_names>("static bool operator ==(HashAlgorithmName left, HashAlgorithmName right)").with(kNoRaise),
    method<&different_names>("static bool operator !=(HashAlgorithmName left, HashAlgorithmName right)").with(kNoRaise),
};
constexpr Member kGeneratorMembers[] = {
    constructor<&make_generator>("new RNGCryptoServiceProvider()").with(kNoRaise),
    method<&get_bytes>("void GetBytes(byte[] data)"),
    method<&get_non_zero_bytes>("void GetNonZeroBytes(byte[] data)"),
    method<&release_generator>("void Dispose()").with(kNoRaise),
};

}  // namespace

const TypeDefinition kHashAlgorithmDefinition{
    .declaration = "abstract class System.Security.Cryptography.HashAlgorithm : IDisposable", .members = kHashMembers};
const TypeDefinition kKeyedHashAlgorithmDefinition{
    .declaration = "abstract class System.Security.Cryptography.KeyedHashAlgorithm : HashAlgorithm",
    .members = kKeyedMembers};
const TypeDefinition kHmacDefinition{
    .declaration = "abstract class System.Security.Cryptography.HMAC : KeyedHashAlgorithm",
    .members = kHmacBaseMembers};
const TypeDefinition kMd5Definition{.declaration = "abstract class System.Security.Cryptography.MD5 : HashAlgorithm",
                                    .members = kMd5Members};
const TypeDefinition kSha1Definition{.declaration = "abstract class System.Security.Cryptography.SHA1 : HashAlgorithm",
                                     .members = kSha1Members};
const TypeDefinition kSha256Definition{
    .declaration = "abstract class System.Security.Cryptography.SHA256 : HashAlgorithm", .members = kSha256Members};
const TypeDefinition kSha384Definition{
    .declaration = "abstract class System.Security.Cryptography.SHA384 : HashAlgorithm", .members = kSha384Members};
const TypeDefinition kSha512Definition{
    .declaration = "abstract class System.Security.Cryptography.SHA512 : HashAlgorithm", .members = kSha512Members};
const TypeDefinition kSha1ManagedDefinition{
    .declaration = "sealed class System.Security.Cryptography.SHA1Managed : SHA1", .members = kSha1ManagedMembers};
const TypeDefinition kSha256ManagedDefinition{
    .declaration = "sealed class System.Security.Cryptography.SHA256Managed : SHA256",
    .members = kSha256ManagedMembers};
const TypeDefinition kSha384ManagedDefinition{
    .declaration = "sealed class System.Security.Cryptography.SHA384Managed : SHA384",
    .members = kSha384ManagedMembers};
const TypeDefinition kSha512ManagedDefinition{
    .declaration = "sealed class System.Security.Cryptography.SHA512Managed : SHA512",
    .members = kSha512ManagedMembers};
const TypeDefinition kHmacMd5Definition{.declaration = "class System.Security.Cryptography.HMACMD5 : HMAC",
                                        .members = kHmacMd5Members};
const TypeDefinition kHmacSha1Definition{.declaration = "class System.Security.Cryptography.HMACSHA1 : HMAC",
                                         .members = kHmacSha1Members};
const TypeDefinition kHmacSha256Definition{.declaration = "class System.Security.Cryptography.HMACSHA256 : HMAC",
                                           .members = kHmacSha256Members};
const TypeDefinition kHmacSha384Definition{.declaration = "class System.Security.Cryptography.HMACSHA384 : HMAC",
                                           .members = kHmacSha384Members};
const TypeDefinition kHmacSha512Definition{.declaration = "class System.Security.Cryptography.HMACSHA512 : HMAC",
                                           .members = kHmacSha512Members};
const TypeDefinition kHashAlgorithmNameDefinition{
    .declaration = "struct System.Security.Cryptography.HashAlgorithmName",
    .members = kNameMembers,
    .operations = &kNameOperations};
const TypeDefinition kRngCryptoServiceProviderDefinition{
    .declaration = "sealed class System.Security.Cryptography.RNGCryptoServiceProvider : IDisposable",
    .members = kGeneratorMembers};

}  // namespace portcullis
