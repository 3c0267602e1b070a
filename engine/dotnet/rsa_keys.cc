// RSA keys: made, read and written as numbers, XML, DER and PEM. source: types.md#17
#include <algorithm>
#include <string>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/text.h"
#include "engine/dotnet/rsa_members.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kRsaParametersDefinition;

namespace {

constexpr std::int32_t kLeastBits = 512;
constexpr std::int32_t kMostBits = 4096;  // .NET makes keys of 16384 bits, in minutes
constexpr int kMostReadBits = 16384;

Raised raise_crypto(Run& run, std::string_view text) { return run.raise(Known::kCryptographicException, text); }

using BuilderHandle = OpenSslOwner<OSSL_PARAM_BLD, &OSSL_PARAM_BLD_free>;
using ParametersHandle = OpenSslOwner<OSSL_PARAM, &OSSL_PARAM_free>;

NumberHandle number_of(std::string_view bytes) {
  return NumberHandle(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::string_view kept_der(Run& run, unsigned char* data, int size) {
  if (size <= 0) return {};
  const std::string_view kept = run.arena.copy(text_of_octets(data, static_cast<std::size_t>(size)));
  OPENSSL_free(data);
  return kept;
}

bool take_key(Run& run, Rsa& into, EVP_PKEY* key, bool has_private) {
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) > kMostReadBits)
    return false;
  unsigned char* data = nullptr;
  const int size = i2d_PUBKEY(key, &data);
  into.public_key = kept_der(run, data, size);
  into.private_key = {};
  if (has_private) {
    const OpenSslOwner<PKCS8_PRIV_KEY_INFO, &PKCS8_PRIV_KEY_INFO_free> info(EVP_PKEY2PKCS8(key));
    unsigned char* secret = nullptr;
    const int secret_size = info == nullptr ? 0 : i2d_PKCS8_PRIV_KEY_INFO(info.get(), &secret);
    into.private_key = kept_der(run, secret, secret_size);
  }
  into.bits = EVP_PKEY_get_bits(key);
  return !into.public_key.empty();
}

// RSA.Create() makes its key when it is needed for the first time; here it is made at once.
bool generate(Run& run, Rsa& into, std::int32_t bits) {
  if (bits < kLeastBits || bits > kMostBits || bits % 64 != 0)
    return raise_crypto(run, "Specified key is not a valid size for this algorithm.");
  const auto words = static_cast<std::uint64_t>(bits / 64);
  if (!run.spend(words * words * words * 8)) return false;
  const KeyHandle key(EVP_RSA_gen(static_cast<unsigned>(bits)));
  if (take_key(run, into, key.get(), true)) return true;
  ERR_clear_error();
  return raise_crypto(run, "The key could not be made.");
}

// ---- numbers ------------------------------------------------------------------------------------------------------

struct NumberField {
  const char* openssl;
  std::string_view xml;
  ByteArray* RsaParameters::*field;
  std::string_view RsaNumbers::*number;
};
// In the order of .NET's XML.
constexpr NumberField kNumbers[] = {
    {OSSL_PKEY_PARAM_RSA_N, "Modulus", &RsaParameters::modulus, &RsaNumbers::modulus},
    {OSSL_PKEY_PARAM_RSA_E, "Exponent", &RsaParameters::exponent, &RsaNumbers::exponent},
    {OSSL_PKEY_PARAM_RSA_FACTOR1, "P", &RsaParameters::p, &RsaNumbers::p},
    {OSSL_PKEY_PARAM_RSA_FACTOR2, "Q", &RsaParameters::q, &RsaNumbers::q},
    {OSSL_PKEY_PARAM_RSA_EXPONENT1, "DP", &RsaParameters::dp, &RsaNumbers::dp},
    {OSSL_PKEY_PARAM_RSA_EXPONENT2, "DQ", &RsaParameters::dq, &RsaNumbers::dq},
    {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, "InverseQ", &RsaParameters::inverse_q, &RsaNumbers::inverse_q},
    {OSSL_PKEY_PARAM_RSA_D, "D", &RsaParameters::d, &RsaNumbers::d},
};
constexpr std::size_t kPublicNumbers = 2;

// As long as .NET writes it: the modulus and D fill the key's size, the parts of the factors half of it.
std::size_t width_of(const NumberField& field, std::size_t key_bytes) {
  if (field.xml == "Exponent") return 0;
  return field.xml == "Modulus" || field.xml == "D" ? key_bytes : (key_bytes + 1) / 2;
}

ByteArray* number_bytes(Run& run, const EVP_PKEY* key, const NumberField& field, std::size_t key_bytes) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key, field.openssl, &read) != 1) return nullptr;
  const NumberHandle number(read);
  const std::size_t size = std::max(width_of(field, key_bytes), static_cast<std::size_t>(BN_num_bytes(read)));
  ByteArray* bytes = run.bytes(size);
  if (bytes != nullptr) BN_bn2binpad(read, bytes->data, static_cast<int>(size));
  return bytes;
}

// The key that has the private half where it is there; null after raising.
KeyHandle open(Run& run, const Rsa& self, bool is_private) {
  if (is_private && self.private_key.empty()) return raise_crypto(run, "Keyset does not exist");
  KeyHandle key = self.private_key.empty() ? public_key_of(self.public_key) : private_key_of(self.private_key);
  if (key == nullptr) raise_crypto(run, "The parameter is incorrect.");
  return key;
}

RsaNumbers numbers_of(const RsaParameters& parameters) {
  RsaNumbers numbers;
  for (const NumberField& field : kNumbers) {
    const ByteArray* bytes = parameters.*field.field;
    if (bytes != nullptr) numbers.*field.number = bytes->view();
  }
  return numbers;
}

bool import_numbers(Run& run, Rsa& into, const RsaNumbers& numbers) {
  if (!run.spend(numbers.modulus.size() + 1)) return false;
  const KeyHandle key = rsa_key_of(numbers);
  const bool done = key != nullptr && take_key(run, into, key.get(), !numbers.d.empty());
  ERR_clear_error();
  return done || raise_crypto(run,
                              "The specified RSA parameters are not valid. Exponent and Modulus are required. If D is "
                              "present, it must have the same length as Modulus. If D is present, P, Q, DP, DQ, and "
                              "InverseQ are required and must have half the length of Modulus, rounded up, otherwise "
                              "they must be omitted.");
}

}  // namespace

KeyHandle rsa_key_of(const RsaNumbers& numbers) {
  const bool is_private = !numbers.d.empty();
  if (numbers.modulus.empty() || numbers.exponent.empty() || numbers.modulus.size() > kMostReadBits / 8) return nullptr;
  if (is_private &&
      (numbers.p.empty() || numbers.q.empty() || numbers.dp.empty() || numbers.dq.empty() || numbers.inverse_q.empty()))
    return nullptr;
  const BuilderHandle builder(OSSL_PARAM_BLD_new());
  const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  std::vector<NumberHandle> kept;
  for (std::size_t i = 0; i < (is_private ? std::size(kNumbers) : kPublicNumbers); ++i) {
    const NumberHandle& number = kept.emplace_back(number_of(numbers.*kNumbers[i].number));
    if (number == nullptr || OSSL_PARAM_BLD_push_BN(builder.get(), kNumbers[i].openssl, number.get()) != 1)
      return nullptr;
  }
  const ParametersHandle parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, parameters.get()) !=
          1) {
    ERR_clear_error();
    return nullptr;
  }
  return KeyHandle(key);
}

Rsa* make_rsa(Run& run, const Type& type, EVP_PKEY* key, bool has_private) {
  auto* made = run.make<Rsa>(type);
  return take_key(run, *made, key, has_private) ? made : nullptr;
}

Rsa* create_rsa_of_size(Run& run, std::int32_t bits, const CallSite& site) {
  auto* made = run.make<Rsa>(*site.result);
  return generate(run, *made, bits) ? made : nullptr;
}
Rsa* create_rsa(Run& run, const CallSite& site) { return create_rsa_of_size(run, 2048, site); }
void set_key_size(Run& run, Rsa* self, std::int32_t bits) {
  if (bits != self->bits) generate(run, *self, bits);
}

RsaParameters* export_parameters(Run& run, Rsa* self, bool includes_private, const CallSite& site) {
  const KeyHandle key = open(run, *self, includes_private);
  if (key == nullptr) return nullptr;
  auto* made = run.make<RsaParameters>(*site.result);
  const auto key_bytes = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  for (std::size_t i = 0; i < (includes_private ? std::size(kNumbers) : kPublicNumbers); ++i) {
    made->*kNumbers[i].field = number_bytes(run, key.get(), kNumbers[i], key_bytes);
    if (run.failed()) return nullptr;
  }
  return made;
}

void import_parameters(Run& run, Rsa* self, RsaParameters* parameters) {
  import_numbers(run, *self, parameters == nullptr ? RsaNumbers{} : numbers_of(*parameters));
}
Rsa* create_rsa_from(Run& run, RsaParameters* parameters, const CallSite& site) {
  auto* made = run.make<Rsa>(*site.result);
  import_parameters(run, made, parameters);
  return run.failed() ? nullptr : made;
}

// ---- XML ----------------------------------------------------------------------------------------------------------

String* to_xml(Run& run, Rsa* self, bool includes_private) {
  const KeyHandle key = open(run, *self, includes_private);
  if (key == nullptr) return nullptr;
  const auto key_bytes = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  std::string xml = "<RSAKeyValue>";
  for (std::size_t i = 0; i < (includes_private ? std::size(kNumbers) : kPublicNumbers); ++i) {
    const ByteArray* bytes = number_bytes(run, key.get(), kNumbers[i], key_bytes);
    if (bytes == nullptr) return nullptr;
    std::string base64(bytes->length / 3 * 4 + 8, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), bytes->data, static_cast<int>(bytes->length));
    append(xml, "<", kNumbers[i].xml, ">", std::string_view(base64).substr(0, static_cast<std::size_t>(size)), "</",
           kNumbers[i].xml, ">");
  }
  return run.string(xml + "</RSAKeyValue>");
}

namespace {

// The base64 inside <name>…</name>, as bytes in the arena; empty when it is not there.
std::string_view xml_number(Run& run, std::string_view xml, std::string_view name) {
  const std::string open_tag = joined("<", name, ">");
  const std::size_t start = xml.find(open_tag);
  const std::size_t end = start == std::string_view::npos ? start : xml.find("</", start);
  if (end == std::string_view::npos) return {};
  std::string plain;
  for (const char c : xml.substr(start + open_tag.size(), end - start - open_tag.size())) {
    if (!is_ascii_space(c)) plain.push_back(c);
  }
  std::string bytes(plain.size(), '\0');
  const int size = plain.empty() || plain.size() % 4 != 0
                       ? -1
                       : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), octets(plain),
                                         static_cast<int>(plain.size()));
  if (size < 0) return {};
  const std::size_t padding = plain.ends_with("==") ? 2 : plain.ends_with('=') ? 1 : 0;
  return run.arena.copy(std::string_view(bytes).substr(0, static_cast<std::size_t>(size) - padding));
}

}  // namespace

void from_xml(Run& run, Rsa* self, String* xml) {
  if (xml == nullptr) {
    run.raise_null("xmlString");
    return;
  }
  if (!run.spend(1 + xml->size / 4)) return;
  RsaNumbers numbers;
  for (const NumberField& field : kNumbers) numbers.*field.number = xml_number(run, xml->view(), field.xml);
  for (std::size_t i = 0; i < kPublicNumbers; ++i) {
    if (!(numbers.*kNumbers[i].number).empty()) continue;
    raise_crypto(
        run, joined("Input string does not contain a valid encoding of the 'RSA' '", kNumbers[i].xml, "' parameter."));
    return;
  }
  import_numbers(run, *self, numbers);
}

// ---- DER and PEM --------------------------------------------------------------------------------------------------

void import_from_pem(Run& run, Rsa* self, String* pem) {
  const std::string_view text = pem == nullptr ? std::string_view() : pem->view();
  if (!run.spend(1 + text.size() / 4)) return;
  const BioHandle bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const bool is_private = text.find("PRIVATE KEY-----") != std::string_view::npos;
  // No password: an encrypted key is none here.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  const KeyHandle key(is_private ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)
                                 : PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr));
  const bool done = take_key(run, *self, key.get(), is_private);
  ERR_clear_error();
  if (done) return;
  run.raise_argument(Known::kArgumentException,
                     "No supported key formats were found. Check that the input represents the contents "
                     "of a PEM-encoded key file, not the path to such a file.",
                     "input");
}

template <bool kIsPrivate>
void import_der(Run& run, Rsa* self, ByteArray* source, Slot* bytes_read) {
  *bytes_read = Slot::of(0);
  const std::string_view der = source == nullptr ? std::string_view() : source->view();
  if (!run.spend(1 + der.size() / 4)) return;
  const unsigned char* at = octets(der);
  KeyHandle key(kIsPrivate ? d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size()))
                           : d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (key == nullptr && !kIsPrivate) {
    at = octets(der);
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
  }
  const bool done = take_key(run, *self, key.get(), kIsPrivate);
  ERR_clear_error();
  if (!done) {
    raise_crypto(run, "ASN1 corrupted data.");
    return;
  }
  *bytes_read = Slot::of(static_cast<std::int32_t>(at - octets(der)));
}
template void import_der<true>(Run&, Rsa*, ByteArray*, Slot*);
template void import_der<false>(Run&, Rsa*, ByteArray*, Slot*);

ByteArray* export_pkcs8(Run& run, Rsa* self) {
  if (self->private_key.empty()) return raise_crypto(run, "Keyset does not exist");
  return run.bytes(self->private_key);
}
ByteArray* export_private(Run& run, Rsa* self) {
  const KeyHandle key = open(run, *self, true);
  if (key == nullptr) return nullptr;
  unsigned char* data = nullptr;
  const int size = i2d_PrivateKey(key.get(), &data);
  return run.bytes(kept_der(run, data, size));
}
ByteArray* export_public(Run& run, Rsa* self) {
  const KeyHandle key = open(run, *self, false);
  if (key == nullptr) return nullptr;
  unsigned char* data = nullptr;
  const int size = i2d_PublicKey(key.get(), &data);
  return run.bytes(kept_der(run, data, size));
}
ByteArray* export_public_info(Run& run, Rsa* self) { return run.bytes(self->public_key); }

// ---- RSAParameters ------------------------------------------------------------------------------------------------

namespace {

RsaParameters* make_parameters(Run& run, const CallSite& site) { return run.make<RsaParameters>(*site.result); }
template <ByteArray* RsaParameters::*kField>
ByteArray* get_number(RsaParameters* self) {
  return self->*kField;
}
template <ByteArray* RsaParameters::*kField>
void set_number(RsaParameters* self, ByteArray* value) {
  self->*kField = value;
}
template <ByteArray* RsaParameters::*kField>
consteval Member number(std::string_view declaration) {
  return property<&get_number<kField>, &set_number<kField>>(declaration).with(kNoRaise);
}

constexpr Member kParameterMembers[] = {
    constructor<&make_parameters>("new RSAParameters()").with(kNoRaise),
    number<&RsaParameters::modulus>("byte[] Modulus { get; set; }"),
    number<&RsaParameters::exponent>("byte[] Exponent { get; set; }"),
    number<&RsaParameters::d>("byte[] D { get; set; }"),
    number<&RsaParameters::p>("byte[] P { get; set; }"),
    number<&RsaParameters::q>("byte[] Q { get; set; }"),
    number<&RsaParameters::dp>("byte[] DP { get; set; }"),
    number<&RsaParameters::dq>("byte[] DQ { get; set; }"),
    number<&RsaParameters::inverse_q>("byte[] InverseQ { get; set; }"),
};

}  // namespace

const TypeDefinition kRsaParametersDefinition{.declaration = "sealed class System.Security.Cryptography.RSAParameters",
                                              .members = kParameterMembers};

}  // namespace portcullis
