#include "engine/dotnet/certificate.h"

#include <algorithm>
#include <array>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/sha.h>

#include "base/text.h"

namespace portcullis {

namespace {

constexpr std::size_t kMostBlocks = 100;  // certificates, keys and lists in one file

std::string_view copy_der(Arena& arena, unsigned char* data, int size) {
  if (size <= 0) return {};
  const std::string_view kept = arena.copy(text_of_octets(data, static_cast<std::size_t>(size)));
  OPENSSL_free(data);
  return kept;
}
std::string_view der_of(Arena& arena, X509* certificate) {
  unsigned char* data = nullptr;
  const int size = i2d_X509(certificate, &data);
  return copy_der(arena, data, size);
}
std::string_view der_of(Arena& arena, EVP_PKEY* key) {
  const OpenSslOwner<PKCS8_PRIV_KEY_INFO, &PKCS8_PRIV_KEY_INFO_free> info(EVP_PKEY2PKCS8(key));
  if (info == nullptr) return {};
  unsigned char* data = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &data);
  return copy_der(arena, data, size);
}
std::string_view der_of(Arena& arena, X509_CRL* list) {
  unsigned char* data = nullptr;
  const int size = i2d_X509_CRL(list, &data);
  return copy_der(arena, data, size);
}

struct Found {
  std::vector<std::string_view> certificates;
  std::vector<std::string_view> keys;
  std::vector<std::string_view> crls;
  std::string_view friendly_name;
};

struct Password {
  std::string_view text;
};
int give_password(char* buffer, int size, int, void* receiver) {
  const std::string_view text = static_cast<const Password*>(receiver)->text;
  if (text.size() > static_cast<std::size_t>(size)) return 0;
  std::copy(text.begin(), text.end(), buffer);
  return static_cast<int>(text.size());
}

// One block of PEM. Blocks of other kinds are skipped.
CertificateFault take_block(Arena& arena, std::string_view label, std::string_view der, std::string_view password,
                            Found& found) {
  if (label == PEM_STRING_X509 || label == PEM_STRING_X509_OLD || label == PEM_STRING_X509_TRUSTED) {
    const unsigned char* at = octets(der);
    const CertificateHandle read(label == PEM_STRING_X509_TRUSTED
                                     ? d2i_X509_AUX(nullptr, &at, static_cast<long>(der.size()))
                                     : d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (read == nullptr) return CertificateFault::kUnreadable;
    found.certificates.push_back(der_of(arena, read.get()));
  } else if (label == PEM_STRING_PKCS8) {
    // Encrypted: opened again through its own reader.
    const std::string pem = pem_block(label, der);
    const BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Password given{password};
    const KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &give_password, &given));
    if (key == nullptr) return CertificateFault::kPassword;
    found.keys.push_back(der_of(arena, key.get()));
  } else if (label == PEM_STRING_PKCS8INF || label == PEM_STRING_RSA || label == PEM_STRING_ECPRIVATEKEY) {
    const KeyHandle key = private_key_of(der);
    if (key == nullptr) return CertificateFault::kUnreadable;
    found.keys.push_back(der_of(arena, key.get()));
  } else if (label == PEM_STRING_X509_CRL) {
    const unsigned char* at = octets(der);
    const RevocationListHandle list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
    if (list == nullptr) return CertificateFault::kUnreadable;
    found.crls.push_back(der_of(arena, list.get()));
  }
  return CertificateFault::kNone;
}

CertificateFault read_pem(Arena& arena, std::string_view text, std::string_view password, Found& found) {
  const BioHandle bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  for (std::size_t i = 0; i < kMostBlocks; ++i) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(bio.get(), &label, &header, &data, &size) != 1) break;
    // The old encryption of PEM (Proc-Type) hides the key behind MD5: not read.
    const bool is_plain = header == nullptr || *header == '\0';
    CertificateFault fault = CertificateFault::kUnreadable;
    if (is_plain)
      fault = take_block(arena, label, text_of_octets(data, static_cast<std::size_t>(size)), password, found);
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    if (fault != CertificateFault::kNone) return fault;
  }
  return found.certificates.empty() && found.crls.empty() ? CertificateFault::kUnreadable : CertificateFault::kNone;
}

using LibraryHandle = OpenSslOwner<OSSL_LIB_CTX, &OSSL_LIB_CTX_free>;
using Pkcs12Handle = OpenSslOwner<PKCS12, &PKCS12_free>;

void unload(OSSL_PROVIDER* provider) { OSSL_PROVIDER_unload(provider); }
using ProviderHandle = OpenSslOwner<OSSL_PROVIDER, &unload>;

bool take_pkcs12(Arena& arena, PKCS12* file, const char* password, Found& found) {
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (PKCS12_parse(file, password, &key, &certificate, &others) != 1) return false;
  const KeyHandle own_key(key);
  const CertificateHandle own_certificate(certificate);
  const CertificateStackHandle own_others(others);
  if (own_certificate != nullptr) {
    found.certificates.push_back(der_of(arena, certificate));
    int size = 0;
    const unsigned char* name = X509_alias_get0(certificate, &size);
    if (name != nullptr && size > 0)
      found.friendly_name = arena.copy(text_of_octets(name, static_cast<std::size_t>(size)));
  }
  if (own_key != nullptr) found.keys.push_back(der_of(arena, key));
  for (int i = 0; i < sk_X509_num(others); ++i) found.certificates.push_back(der_of(arena, sk_X509_value(others, i)));
  return true;
}

// Files of old Windows versions are encrypted with RC2, which OpenSSL keeps in a module of its own. A context of its
// own, so that nothing else of the process sees it.
bool take_old_pkcs12(Arena& arena, std::string_view der, const char* password, Found& found) {
  const LibraryHandle library(OSSL_LIB_CTX_new());
  if (library == nullptr) return false;
  const ProviderHandle usual(OSSL_PROVIDER_load(library.get(), "default"));
  const ProviderHandle old(OSSL_PROVIDER_load(library.get(), "legacy"));
  if (usual == nullptr || old == nullptr) return false;
  Pkcs12Handle file(PKCS12_init_ex(NID_pkcs7_data, library.get(), nullptr));
  PKCS12* into = file.get();
  const unsigned char* at = octets(der);
  if (into == nullptr || d2i_PKCS12(&into, &at, static_cast<long>(der.size())) == nullptr) {
    if (into == nullptr) static_cast<void>(file.release());  // the reader freed it
    return false;
  }
  return take_pkcs12(arena, into, password, found);
}

CertificateFault read_pkcs12(Arena& arena, std::string_view der, std::string_view password, Found& found) {
  const unsigned char* at = octets(der);
  const Pkcs12Handle file(d2i_PKCS12(nullptr, &at, static_cast<long>(der.size())));
  if (file == nullptr) return CertificateFault::kUnreadable;
  const std::string text(password);
  if (PKCS12_verify_mac(file.get(), text.c_str(), static_cast<int>(text.size())) != 1 &&
      (!text.empty() || PKCS12_verify_mac(file.get(), nullptr, 0) != 1)) {
    return CertificateFault::kPassword;
  }
  if (take_pkcs12(arena, file.get(), text.c_str(), found) || take_old_pkcs12(arena, der, text.c_str(), found))
    return CertificateFault::kNone;
  return CertificateFault::kUnreadable;
}

CertificateFault read_der(Arena& arena, std::string_view der, std::string_view password, Found& found) {
  if (certificate_of(der) != nullptr) {
    found.certificates.push_back(arena.copy(der));
    return CertificateFault::kNone;
  }
  return read_pkcs12(arena, der, password, found);
}

// White space is allowed anywhere, as in files.
std::optional<std::string> from_base64(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (!is_ascii_space(c)) plain.push_back(c);
  }
  if (plain.empty() || plain.size() % 4 != 0) return std::nullopt;
  std::string bytes(plain.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), octets(plain), static_cast<int>(plain.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = plain.ends_with("==") ? 2 : plain.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

CertificateFault read_all(Arena& arena, std::string_view bytes, std::string_view password, Found& found) {
  constexpr std::size_t kMostBytes = std::size_t{32} << 20;
  if (bytes.empty() || bytes.size() > kMostBytes) return CertificateFault::kUnreadable;
  CertificateFault fault = CertificateFault::kUnreadable;
  if (bytes.find("-----BEGIN ") != std::string_view::npos) {
    fault = read_pem(arena, bytes, password, found);
  } else if (bytes.front() == '\x30') {  // SEQUENCE; also the digit 0, with which base64 of DER never begins
    fault = read_der(arena, bytes, password, found);
  } else if (const std::optional<std::string> der = from_base64(bytes); der.has_value()) {
    fault = read_der(arena, *der, password, found);
  }
  ERR_clear_error();
  return fault;
}

template <typename Items>
std::span<const std::string_view> kept(Arena& arena, const Items& items, std::size_t without) {
  const std::span<std::string_view> copied =
      arena.array<std::string_view>(items.size() - (without < items.size() ? 1 : 0));
  std::size_t at = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != without) copied[at++] = items[i];
  }
  return copied;
}

}  // namespace

CertificateFault read_certificate(Arena& arena, std::string_view bytes, std::string_view password, Certificate& out) {
  Found found;
  const CertificateFault fault = read_all(arena, bytes, password, found);
  if (fault != CertificateFault::kNone) return fault;
  if (found.certificates.empty()) return CertificateFault::kUnreadable;
  std::size_t own = 0;
  for (const std::string_view key_der : found.keys) {
    const KeyHandle key = private_key_of(key_der);
    for (std::size_t i = 0; i < found.certificates.size() && out.private_key.empty(); ++i) {
      const CertificateHandle certificate = certificate_of(found.certificates[i]);
      if (certificate == nullptr || X509_check_private_key(certificate.get(), key.get()) != 1) continue;
      own = i;
      out.private_key = key_der;
    }
  }
  ERR_clear_error();
  out.der = found.certificates[own];
  out.friendly_name = found.friendly_name;
  out.others = kept(arena, found.certificates, own);
  out.crls = kept(arena, found.crls, found.crls.size());
  return CertificateFault::kNone;
}

CertificateFault read_certificates(Arena& arena, std::string_view bytes, std::string_view password, Certificate& out) {
  Found found;
  const CertificateFault fault = read_all(arena, bytes, password, found);
  out.others = kept(arena, found.certificates, found.certificates.size());
  out.crls = kept(arena, found.crls, found.crls.size());
  return fault;
}

// ---- text ---------------------------------------------------------------------------------------------------------

std::string pem_block(std::string_view label, std::string_view der) {
  std::string body(der.size() / 3 * 4 + 8, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(body.data()), octets(der), static_cast<int>(der.size()));
  body.resize(static_cast<std::size_t>(size));
  std::string text = joined("-----BEGIN ", label, "-----\n");
  for (std::size_t at = 0; at < body.size(); at += 64) append(text, std::string_view(body).substr(at, 64), "\n");
  append(text, "-----END ", label, "-----\n");
  return text;
}

std::string pem_of(const Certificate& certificate) {
  std::string text = pem_block(PEM_STRING_X509, certificate.der);
  for (const std::string_view other : certificate.others) text += pem_block(PEM_STRING_X509, other);
  if (!certificate.private_key.empty()) text += pem_block(PEM_STRING_PKCS8INF, certificate.private_key);
  return text;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::string thumbprint(std::string_view der) {
  unsigned char hash[SHA_DIGEST_LENGTH];
  if (EVP_Digest(der.data(), der.size(), hash, nullptr, EVP_sha1(), nullptr) != 1) return {};
  return hexadecimal(text_of_octets(hash, sizeof hash));
}

std::string plain_hexadecimal(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Windows' certificate dialog puts a left-to-right mark in front of what people copy from it.
    if (text.substr(i).starts_with("\xE2\x80\x8E")) {
      i += 2;
    } else if (text[i] != ' ' && text[i] != ':') {
      plain.push_back(ascii_upper(text[i]));
    }
  }
  return plain;
}

namespace {

// How Windows abbreviates the parts of a name. source: types.md#17
constexpr std::pair<int, std::string_view> kPartNames[] = {
    {NID_commonName, "CN"},
    {NID_localityName, "L"},
    {NID_organizationName, "O"},
    {NID_organizationalUnitName, "OU"},
    {NID_pkcs9_emailAddress, "E"},
    {NID_countryName, "C"},
    {NID_stateOrProvinceName, "S"},
    {NID_streetAddress, "STREET"},
    {NID_title, "T"},
    {NID_givenName, "G"},
    {NID_initials, "I"},
    {NID_surname, "SN"},
    {NID_domainComponent, "DC"},
    {NID_serialNumber, "SERIALNUMBER"},
    {NID_description, "Description"},
    {NID_postalCode, "PostalCode"},
};

std::string object_text(const ASN1_OBJECT* object) {
  char text[128];
  const int size = OBJ_obj2txt(text, sizeof text, object, 1);
  return {text, static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(sizeof text) - 1))};
}

std::string utf8_of(const ASN1_STRING* value) {
  unsigned char* data = nullptr;
  const int size = ASN1_STRING_to_UTF8(&data, value);
  if (size < 0) return {};
  std::string text(text_of_octets(data, static_cast<std::size_t>(size)));
  OPENSSL_free(data);
  return text;
}

void append_value(std::string& out, std::string_view value) {
  const bool quoted = value.empty() || value.find_first_of(",+=\"\n<>#;") != std::string_view::npos ||
                      is_ascii_space(value.front()) || is_ascii_space(value.back());
  if (!quoted) {
    out.append(value);
    return;
  }
  out.push_back('"');
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

namespace {

// The parts of one set (`a + b`) keep their order.
std::string set_text(const X509_NAME* name, int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
    const auto* known = std::ranges::find(kPartNames, OBJ_obj2nid(object), &std::pair<int, std::string_view>::first);
    if (i > first) text += " + ";
    if (known != std::ranges::end(kPartNames)) {
      append(text, known->second, "=");
    } else {
      append(text, "OID.", object_text(object), "=");
    }
    append_value(text, utf8_of(X509_NAME_ENTRY_get_data(entry)));
  }
  return text;
}

}  // namespace

std::string name_text(const X509_NAME* name, NameOrder order) {
  std::string text;
  const int count = X509_NAME_entry_count(name);
  for (int first = 0, last = 0; first < count; first = last + 1) {
    const int set = X509_NAME_ENTRY_set(X509_NAME_get_entry(name, first));
    last = first;
    while (last + 1 < count && X509_NAME_ENTRY_set(X509_NAME_get_entry(name, last + 1)) == set) ++last;
    const std::string part = set_text(name, first, last);
    if (first == 0) {
      text = part;
    } else {
      text = order == NameOrder::kAsEncoded ? joined(text, ", ", part) : joined(part, ", ", text);
    }
  }
  return text;
}

std::string name_part(const X509_NAME* name, int nid) {
  int last = -1;
  for (int at = X509_NAME_get_index_by_NID(name, nid, -1); at >= 0; at = X509_NAME_get_index_by_NID(name, nid, at))
    last = at;
  return last < 0 ? std::string() : utf8_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
}

namespace {

void free_names(STACK_OF(GENERAL_NAME) * names) { GENERAL_NAMES_free(names); }
using NamesHandle = OpenSslOwner<STACK_OF(GENERAL_NAME), &free_names>;

NamesHandle alternatives(const X509* certificate, int extension_nid) {
  return NamesHandle(
      static_cast<STACK_OF(GENERAL_NAME)*>(X509_get_ext_d2i(certificate, extension_nid, nullptr, nullptr)));
}

std::string_view ia5_text(const GENERAL_NAME* name) {
  const ASN1_STRING* text = name->d.ia5;
  return text_of_octets(ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text)));
}

}  // namespace

std::string first_alternative(const X509* certificate, int extension_nid, int kind) {
  const NamesHandle names = alternatives(certificate, extension_nid);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == kind) return std::string(ia5_text(name));
  }
  return {};
}

bool has_dns_name(const X509* certificate, std::string_view wanted) {
  const NamesHandle names = alternatives(certificate, NID_subject_alt_name);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS && equals_ignoring_ascii_case(ia5_text(name), wanted)) return true;
  }
  return false;
}

std::optional<Ticks> ticks_of(const ASN1_TIME* time) {
  constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
  const OpenSslOwner<ASN1_TIME, &ASN1_TIME_free> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (time == nullptr || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return std::nullopt;
  return kUnixEpoch + (Ticks{days} * 86'400 + seconds) * 10'000'000;
}

std::string serial_number(const X509* certificate) {
  // The octets of the INTEGER as they stand, a leading zero octet included.
  const ASN1_INTEGER* number = X509_get0_serialNumber(certificate);
  unsigned char* data = nullptr;
  const int size = i2d_ASN1_INTEGER(number, &data);
  if (size <= 0) return {};
  const unsigned char* at = data;
  long length = 0;
  int tag = 0;
  int kind = 0;
  ASN1_get_object(&at, &length, &tag, &kind, size);
  std::string text = hexadecimal(text_of_octets(at, static_cast<std::size_t>(length)));
  OPENSSL_free(data);
  return text;
}

bool is_self_signed(const X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

bool is_issuer_of(X509* issuer, X509* certificate) {
  if (X509_check_issued(issuer, certificate) != X509_V_OK) return false;
  const bool verifies = X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
  ERR_clear_error();
  return verifies;
}

// ---- certificates of the service ----------------------------------------------------------------------------------

const CertificateView* find_certificate(std::span<const CertificateView> all, std::string_view id) {
  const auto found =
      std::ranges::find_if(all, [&](const CertificateView& one) { return equals_ignoring_ascii_case(one.id, id); });
  return found == all.end() ? nullptr : &*found;
}

const CertificateView* find_certificate_by_thumbprint(Arena& arena, std::span<const CertificateView> all,
                                                      std::string_view wanted) {
  const std::string plain = plain_hexadecimal(wanted);
  for (const CertificateView& one : all) {
    Certificate read;
    if (read_certificate(arena, one.pem, one.password, read) != CertificateFault::kNone) continue;
    if (thumbprint(read.der) == plain) return &one;
  }
  return nullptr;
}

}  // namespace portcullis
