// X509Certificate and X509Certificate2. Trust comes from the authorities that the host named: deviates: ADR-0006
// source: types.md#17
#include "engine/dotnet/x509_certificate.h"

#include <algorithm>
#include <string>

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "base/text.h"
#include "engine/dotnet/date_time.h"
#include "engine/dotnet/hash_algorithm_name.h"
#include "engine/dotnet/rsa.h"
#include "engine/exchange/exchange.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kX509CertificateDefinition;
extern const TypeDefinition kX509Certificate2Definition;
extern const TypeDefinition kRsaCertificateExtensionsDefinition;
extern const TypeDefinition kCertificateExtensionsDefinition;

X509Certificate* make_certificate(Run& run, const Certificate& content) {
  auto* made = run.make<X509Certificate>(Known::kX509Certificate2);
  made->content = content;
  return made;
}

X509Certificate* make_certificate(Run& run, std::string_view bytes, std::string_view password, std::string_view whose) {
  if (!run.spend(1 + bytes.size() / 4)) return nullptr;
  Certificate content;
  const CertificateFault fault = read_certificate(run.arena, bytes, password, content);
  if (fault == CertificateFault::kNone) return make_certificate(run, content);
  const std::string_view why =
      fault == CertificateFault::kPassword ? "its password is wrong." : "it is no certificate.";
  return run.raise(Known::kCryptographicException, joined("The certificate ", whose, " cannot be read: ", why));
}

bool verify_certificate(Run& run, const X509Certificate& certificate, bool checks_revocation) {
  constexpr std::uint64_t kCost = 2000;
  if (!run.spend(kCost)) return false;
  ChainQuestion question;
  const DeploymentView* deployment = run.exchange == nullptr ? nullptr : run.exchange->view.deployment;
  if (deployment != nullptr) question.authorities = deployment->authorities;
  question.now = run.environment.utc_now_ticks();
  question.checks_revocation = checks_revocation;
  return verify_chain(run.arena, certificate.content, question) == ChainVerdict::kTrusted;
}

namespace {

constexpr std::uint64_t kCostOfReading = 50;

Raised raise_crypto(Run& run, std::string_view text) { return run.raise(Known::kCryptographicException, text); }

/// Null after raising (a step limit); the DER was checked when the object was made.
CertificateHandle open(Run& run, const X509Certificate* self) {
  if (!run.spend(kCostOfReading)) return nullptr;
  return certificate_of(self->content.der);
}

// ---- making -------------------------------------------------------------------------------------------------------

X509Certificate* make_of(Run& run, ByteArray* bytes, String* password, const CallSite& site) {
  if (bytes == nullptr || bytes->length == 0)
    return run.raise_argument(Known::kArgumentException, "Array may not be empty or null.", "rawData");
  if (!run.spend(1 + bytes->length / 4)) return nullptr;
  auto* made = run.make<X509Certificate>(*site.result);
  const std::string_view secret = password == nullptr ? std::string_view() : password->view();
  switch (read_certificate(run.arena, bytes->view(), secret, made->content)) {
    case CertificateFault::kNone:
      return made;
    case CertificateFault::kPassword:
      return raise_crypto(run, "The specified network password is not correct.");
    case CertificateFault::kUnreadable:
      return raise_crypto(run, "Cannot find the requested object.");
  }
  return nullptr;
}
X509Certificate* of_bytes(Run& run, ByteArray* bytes, const CallSite& site) {
  return make_of(run, bytes, nullptr, site);
}
X509Certificate* of_pkcs12(Run& run, ByteArray* bytes, String* password, const CallSite& site) {
  return make_of(run, bytes, password, site);
}
X509Certificate* of_pkcs12_kept(Run& run, ByteArray* bytes, String* password, std::int32_t, const CallSite& site) {
  return make_of(run, bytes, password, site);
}
X509Certificate* of_other(Run& run, X509Certificate* other, const CallSite& site) {
  if (other == nullptr) return run.raise_null("certificate");
  auto* made = run.make<X509Certificate>(*site.result);
  made->content = other->content;
  return made;
}

X509Certificate* of_pem(Run& run, std::string text, const CallSite& site) {
  if (!run.spend(1 + text.size() / 4)) return nullptr;
  auto* made = run.make<X509Certificate>(*site.result);
  if (read_certificate(run.arena, run.arena.copy(std::string_view(text)), {}, made->content) == CertificateFault::kNone)
    return made;
  return raise_crypto(
      run, "The certificate contents do not contain a PEM with a CERTIFICATE label, or the content is malformed.");
}
X509Certificate* from_pem(Run& run, String* certificate, const CallSite& site) {
  X509Certificate* made =
      of_pem(run, std::string(certificate == nullptr ? std::string_view() : certificate->view()), site);
  if (made != nullptr) made->content.private_key = {};
  return made;
}
X509Certificate* from_pem_pair(Run& run, String* certificate, String* key, const CallSite& site) {
  const std::string_view first = certificate == nullptr ? std::string_view() : certificate->view();
  const std::string_view second = key == nullptr ? std::string_view() : key->view();
  X509Certificate* made = of_pem(run, joined(first, "\n", second), site);
  if (made == nullptr || !made->content.private_key.empty()) return made;
  return raise_crypto(
      run,
      "The key contents do not contain a PEM, the content is malformed, or the key does not match the certificate.");
}

std::int32_t content_type(Run& run, ByteArray* bytes) {
  if (bytes == nullptr || bytes->length == 0)
    return run.raise_argument(Known::kArgumentException, "Array may not be empty or null.", "rawData");
  if (!run.spend(1 + bytes->length / 16)) return 0;
  if (certificate_of(bytes->view()) != nullptr) return 1;
  const unsigned char* at = bytes->data;
  const OpenSslOwner<PKCS12, &PKCS12_free> file(d2i_PKCS12(nullptr, &at, static_cast<long>(bytes->length)));
  ERR_clear_error();
  if (file != nullptr) return 3;
  if (bytes->view().find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) return 1;
  return raise_crypto(run, "Cannot find the requested object.");
}

// ---- properties ---------------------------------------------------------------------------------------------------

template <auto kName>
String* name(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.string(name_text(kName(read.get())));
}
template <auto kName>
Object* name_object(Run& run, X509Certificate* self, const CallSite& site) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : make_name(run, *site.result, kName(read.get()));
}
// The obsolete methods print a name in the order of its encoding.
template <auto kName>
String* legacy_name(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.string(name_text(kName(read.get()), NameOrder::kAsEncoded));
}

String* get_thumbprint(Run& run, X509Certificate* self) { return run.string(thumbprint(self->content.der)); }
ByteArray* hash_with(Run& run, X509Certificate* self, const EVP_MD* digest) {
  if (!run.spend(1 + self->content.der.size() / 16)) return nullptr;
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(self->content.der.data(), self->content.der.size(), hash, &size, digest, nullptr) != 1)
    return raise_crypto(run, "The hash could not be computed.");
  return run.bytes(text_of_octets(hash, size));
}
ByteArray* get_hash(Run& run, X509Certificate* self) { return hash_with(run, self, EVP_sha1()); }
ByteArray* get_named_hash(Run& run, X509Certificate* self, Object* name_object) {
  const String* name = static_cast<const HashAlgorithmName*>(name_object)->name;
  const std::string_view wanted = name == nullptr ? std::string_view() : name->view();
  if (wanted.empty())
    return run.raise_argument(Known::kArgumentException, "The hash algorithm name cannot be null or empty.",
                              "hashAlgorithm");
  for (const auto& [known, digest] : {std::pair<std::string_view, const EVP_MD*>{"SHA1", EVP_sha1()},
                                      {"SHA256", EVP_sha256()},
                                      {"SHA384", EVP_sha384()},
                                      {"SHA512", EVP_sha512()},
                                      {"MD5", EVP_md5()}}) {
    if (known == wanted) return hash_with(run, self, digest);
  }
  return raise_crypto(run, joined("'", wanted, "' is not a known hash algorithm."));
}
String* get_named_hash_text(Run& run, X509Certificate* self, Object* name) {
  const ByteArray* hash = get_named_hash(run, self, name);
  return hash == nullptr ? nullptr : run.string(hexadecimal(hash->view()));
}

String* get_serial(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.string(serial_number(read.get()));
}
// Least significant octet first.
ByteArray* serial_bytes(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  if (read == nullptr) return nullptr;
  const std::string text = serial_number(read.get());
  ByteArray* bytes = run.bytes(text.size() / 2);
  if (bytes == nullptr) return nullptr;
  const auto digit = [](char c) { return static_cast<unsigned>(is_ascii_digit(c) ? c - '0' : c - 'A' + 10); };
  for (std::uint32_t i = 0; i < bytes->length; ++i)
    bytes->data[bytes->length - 1 - i] = static_cast<std::uint8_t>(digit(text[2 * i]) * 16 + digit(text[2 * i + 1]));
  return bytes;
}

// Local time, and the local zone is UTC.
template <auto kTime>
DateTime date(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  if (read == nullptr) return {};
  return DateTime::of(ticks_of(kTime(read.get())).value_or(0), DateTimeKind::kLocal);
}
template <auto kTime>
String* date_text(Run& run, X509Certificate* self) {
  const DateTime value = date<kTime>(run, self);
  return run.failed() ? nullptr : to_string(run, run.type(Known::kDateTime), value.to_slot());
}

std::int32_t version(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? 0 : static_cast<std::int32_t>(X509_get_version(read.get())) + 1;
}
Object* signature_algorithm(Run& run, X509Certificate* self, const CallSite& site) {
  const CertificateHandle read = open(run, self);
  if (read == nullptr) return nullptr;
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, X509_get0_tbs_sigalg(read.get()));
  return make_oid(run, *site.result, object);
}
Object* public_key(Run& run, X509Certificate* self, const CallSite& site) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : make_public_key(run, *site.result, read.get());
}
Object* extensions(Run& run, X509Certificate* self, const CallSite& site) {
  if (!run.spend(kCostOfReading)) return nullptr;
  return make_extensions(run, *site.result, *self);
}

bool has_private_key(X509Certificate* self) { return !self->content.private_key.empty(); }
String* friendly_name(Run& run, X509Certificate* self) { return run.view(self->content.friendly_name); }
ByteArray* raw_data(Run& run, X509Certificate* self) { return run.bytes(self->content.der); }
String* raw_data_text(Run& run, X509Certificate* self) { return run.string(hexadecimal(self->content.der)); }
String* format_name(Run& run, X509Certificate*) { return run.view("X509"); }

std::string_view public_key_bits(const X509* certificate) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  return text_of_octets(ASN1_STRING_get0_data(bits), static_cast<std::size_t>(ASN1_STRING_length(bits)));
}
ByteArray* public_key_bytes(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.bytes(public_key_bits(read.get()));
}
String* public_key_text(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.string(hexadecimal(public_key_bits(read.get())));
}

const X509_ALGOR* key_algorithm_of(X509* certificate) {
  X509_ALGOR* algorithm = nullptr;
  X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, X509_get_X509_PUBKEY(certificate));
  return algorithm;
}
String* key_algorithm(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  if (read == nullptr) return nullptr;
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, key_algorithm_of(read.get()));
  char text[128];
  OBJ_obj2txt(text, sizeof text, object, 1);
  return run.string(text);
}
std::string key_parameters_of(X509* certificate) {
  int kind = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &kind, &value, key_algorithm_of(certificate));
  if (kind == V_ASN1_UNDEF || kind == V_ASN1_NULL)
    return kind == V_ASN1_NULL ? std::string("\x05\0", 2) : std::string();
  ASN1_TYPE* type = ASN1_TYPE_new();
  ASN1_TYPE_set1(type, kind, value);
  unsigned char* data = nullptr;
  const int size = i2d_ASN1_TYPE(type, &data);
  ASN1_TYPE_free(type);
  std::string der(text_of_octets(data, static_cast<std::size_t>(std::max(size, 0))));
  OPENSSL_free(data);
  return der;
}
ByteArray* key_parameters(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.bytes(std::string_view(key_parameters_of(read.get())));
}
String* key_parameters_text(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.string(hexadecimal(key_parameters_of(read.get())));
}

// ---- GetNameInfo --------------------------------------------------------------------------------------------------

enum class NameType : std::int32_t { kSimple = 0, kEmail = 1, kUpn = 2, kDns = 3, kDnsFromAlternative = 4, kUrl = 5 };

std::string user_principal(const X509* certificate, int extension) {
  const OpenSslOwner<GENERAL_NAMES, &GENERAL_NAMES_free> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, extension, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_OTHERNAME || OBJ_obj2nid(name->d.otherName->type_id) != NID_ms_upn) continue;
    const ASN1_TYPE* value = name->d.otherName->value;
    if (value->type != V_ASN1_UTF8STRING) continue;
    const ASN1_STRING* text = value->value.utf8string;
    return std::string(text_of_octets(ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))));
  }
  return {};
}

std::string simple_name(const X509* certificate, const X509_NAME* name, int alternatives) {
  for (const int nid : {NID_commonName, NID_organizationalUnitName, NID_organizationName, NID_pkcs9_emailAddress}) {
    std::string part = name_part(name, nid);
    if (!part.empty()) return part;
  }
  return first_alternative(certificate, alternatives, GEN_EMAIL);
}

std::string name_info_of(const X509* certificate, NameType which, bool of_issuer) {
  const X509_NAME* name = of_issuer ? X509_get_issuer_name(certificate) : X509_get_subject_name(certificate);
  const int alternatives = of_issuer ? NID_issuer_alt_name : NID_subject_alt_name;
  switch (which) {
    case NameType::kSimple:
      return simple_name(certificate, name, alternatives);
    case NameType::kEmail: {
      std::string found = first_alternative(certificate, alternatives, GEN_EMAIL);
      return found.empty() ? name_part(name, NID_pkcs9_emailAddress) : found;
    }
    case NameType::kUpn:
      return user_principal(certificate, alternatives);
    case NameType::kDns: {
      std::string found = first_alternative(certificate, alternatives, GEN_DNS);
      return found.empty() ? name_part(name, NID_commonName) : found;
    }
    case NameType::kDnsFromAlternative:
      return first_alternative(certificate, alternatives, GEN_DNS);
    case NameType::kUrl:
      return first_alternative(certificate, alternatives, GEN_URI);
  }
  return {};
}

String* name_info(Run& run, X509Certificate* self, std::int32_t which, bool of_issuer) {
  if (which < 0 || which > static_cast<std::int32_t>(NameType::kUrl))
    return run.raise(Known::kArgumentException, "The value of nameType is invalid.");
  const CertificateHandle read = open(run, self);
  return read == nullptr ? nullptr : run.string(name_info_of(read.get(), static_cast<NameType>(which), of_issuer));
}

// ---- whole certificates -------------------------------------------------------------------------------------------

String* verbose_text(Run& run, X509Certificate* self) {
  const CertificateHandle read = open(run, self);
  if (read == nullptr) return nullptr;
  const String* from = date_text<&X509_get0_notBefore>(run, self);
  const String* until = date_text<&X509_get0_notAfter>(run, self);
  if (run.failed()) return nullptr;
  return run.string(joined("[Subject]\n  ", name_text(X509_get_subject_name(read.get())), "\n\n[Issuer]\n  ",
                           name_text(X509_get_issuer_name(read.get())), "\n\n[Serial Number]\n  ",
                           serial_number(read.get()), "\n\n[Not Before]\n  ", from->view(), "\n\n[Not After]\n  ",
                           until->view(), "\n\n[Thumbprint]\n  ", thumbprint(self->content.der), "\n"));
}
String* text_of_certificate(Run& run, X509Certificate* self) {
  if (self->type->is(Known::kX509Certificate2)) return verbose_text(run, self);
  return run.view("System.Security.Cryptography.X509Certificates.X509Certificate");
}
String* text_if(Run& run, X509Certificate* self, bool is_verbose) {
  if (is_verbose) return verbose_text(run, self);
  return self->type->is(Known::kX509Certificate2)
             ? run.view("System.Security.Cryptography.X509Certificates.X509Certificate2")
             : text_of_certificate(run, self);
}
String* to_string_operation(Run& run, const Type&, Slot self) {
  return text_of_certificate(run, static_cast<X509Certificate*>(self.object));
}

// Of the same issuer, with the same number.
bool equal(X509Certificate* a, X509Certificate* b) {
  if (b == nullptr) return false;
  if (a->content.der == b->content.der) return true;
  const CertificateHandle first = certificate_of(a->content.der);
  const CertificateHandle second = certificate_of(b->content.der);
  return X509_issuer_and_serial_cmp(first.get(), second.get()) == 0;
}
bool equal_operation(Run&, const Type&, Slot a, Slot b) {
  return equal(static_cast<X509Certificate*>(a.object), static_cast<X509Certificate*>(b.object));
}
std::int32_t hash_code(X509Certificate* self) {
  const CertificateHandle read = certificate_of(self->content.der);
  return static_cast<std::int32_t>(X509_issuer_and_serial_hash(read.get()));
}
std::int32_t hash_operation(Run&, const Type&, Slot self) {
  return hash_code(static_cast<X509Certificate*>(self.object));
}

ByteArray* export_pkcs12(Run& run, X509Certificate* self, std::string_view password) {
  constexpr std::uint64_t kCost = 20'000;  // the key is stretched
  if (!run.spend(kCost)) return nullptr;
  const CertificateHandle certificate = certificate_of(self->content.der);
  const KeyHandle key = self->content.private_key.empty() ? nullptr : private_key_of(self->content.private_key);
  const std::string secret(password);
  const OpenSslOwner<PKCS12, &PKCS12_free> file(
      PKCS12_create(secret.c_str(), nullptr, key.get(), certificate.get(), nullptr, 0, 0, 2048, 2048, 0));
  unsigned char* data = nullptr;
  const int size = file == nullptr ? 0 : i2d_PKCS12(file.get(), &data);
  ERR_clear_error();
  if (size <= 0) return raise_crypto(run, "The certificate could not be exported.");
  ByteArray* bytes = run.bytes(text_of_octets(data, static_cast<std::size_t>(size)));
  OPENSSL_free(data);
  return bytes;
}
ByteArray* export_with(Run& run, X509Certificate* self, std::int32_t type, String* password) {
  constexpr std::int32_t kCert = 1;
  constexpr std::int32_t kPkcs12 = 3;
  if (type == kCert) return run.bytes(self->content.der);
  if (type == kPkcs12) return export_pkcs12(run, self, password == nullptr ? std::string_view() : password->view());
  return raise_crypto(run, "Invalid content type.");
}
ByteArray* export_as(Run& run, X509Certificate* self, std::int32_t type) {
  return export_with(run, self, type, nullptr);
}
String* export_pem(Run& run, X509Certificate* self) {
  std::string text = pem_block("CERTIFICATE", self->content.der);
  if (text.ends_with('\n')) text.pop_back();
  return run.string(text);
}

bool verify(Run& run, X509Certificate* self) { return verify_certificate(run, *self, true); }
void release(X509Certificate*) {}  // what it holds goes with the request

// ---- keys ---------------------------------------------------------------------------------------------------------

Rsa* rsa_of_private(Run& run, X509Certificate* self, const CallSite& site) {
  if (self->content.private_key.empty() || !run.spend(kCostOfReading)) return nullptr;
  const KeyHandle key = private_key_of(self->content.private_key);
  return make_rsa(run, *site.result, key.get(), true);
}
Rsa* rsa_private_key(Run& run, X509Certificate* certificate, const CallSite& site) {
  if (certificate == nullptr) return run.raise_null("certificate");
  return rsa_of_private(run, certificate, site);
}
Rsa* rsa_public_key(Run& run, X509Certificate* certificate, const CallSite& site) {
  if (certificate == nullptr) return run.raise_null("certificate");
  const CertificateHandle read = open(run, certificate);
  return read == nullptr ? nullptr : make_rsa(run, *site.result, X509_get0_pubkey(read.get()), false);
}
// The obsolete property: its type is the base class, its object an RSA.
Object* private_key(Run& run, X509Certificate* self) {
  if (self->content.private_key.empty()) return nullptr;
  const Type* rsa = run.types.find_in("System.Security.Cryptography", "RSA", 0);
  CallSite site;
  site.result = rsa;
  Object* made = rsa_of_private(run, self, site);
  if (made == nullptr && !run.failed())
    return run.raise(Known::kNotSupportedException, "The certificate key algorithm is not supported.");
  return made;
}
X509Certificate* copy_with_key(Run& run, X509Certificate* certificate, Rsa* key, const CallSite& site) {
  if (certificate == nullptr) return run.raise_null("certificate");
  if (key == nullptr) return run.raise_null("privateKey");
  if (!certificate->content.private_key.empty())
    return run.raise(Known::kInvalidOperationException, "The certificate already has an associated private key.");
  const CertificateHandle read = open(run, certificate);
  if (read == nullptr) return nullptr;
  const KeyHandle own = key->private_key.empty() ? nullptr : private_key_of(key->private_key);
  const bool fits = own != nullptr && X509_check_private_key(read.get(), own.get()) == 1;
  ERR_clear_error();
  if (!fits)
    return run.raise_argument(Known::kArgumentException,
                              "The provided key does not match the public key for this certificate.", "privateKey");
  auto* made = run.make<X509Certificate>(*site.result);
  made->content = certificate->content;
  made->content.private_key = key->private_key;
  return made;
}

bool verify_no_revocation(Run& run, X509Certificate* certificate) {
  if (certificate == nullptr) return run.raise_null("certificate");
  return verify_certificate(run, *certificate, false);
}

// ---- tables -------------------------------------------------------------------------------------------------------

constexpr TypeOperations kOperations{
    .to_string = &to_string_operation, .equals = &equal_operation, .hash = &hash_operation};

constexpr Member kBaseMembers[] = {
    constructor<&of_bytes>("new X509Certificate(byte[] data)"),
    constructor<&of_pkcs12>("new X509Certificate(byte[] rawData, string password)"),
    constructor<&of_pkcs12_kept>(
        "new X509Certificate(byte[] rawData, string password, X509KeyStorageFlags keyStorageFlags)"),
    constructor<&of_other>("new X509Certificate(X509Certificate cert)"),
    property<&name<&X509_get_issuer_name>>("string Issuer { get; }"),
    property<&name<&X509_get_subject_name>>("string Subject { get; }"),
    method<&equal>("bool Equals(X509Certificate other)").with(kNoRaise),
    method<&export_as>("byte[] Export(X509ContentType contentType)"),
    method<&export_with>("byte[] Export(X509ContentType contentType, string password)"),
    method<&get_hash>("byte[] GetCertHash()"),
    method<&get_named_hash>("byte[] GetCertHash(HashAlgorithmName hashAlgorithm)"),
    method<&get_thumbprint>("string GetCertHashString()"),
    method<&get_named_hash_text>("string GetCertHashString(HashAlgorithmName hashAlgorithm)"),
    method<&date_text<&X509_get0_notBefore>>("string GetEffectiveDateString()"),
    method<&date_text<&X509_get0_notAfter>>("string GetExpirationDateString()"),
    method<&format_name>("string GetFormat()").with(kNoRaise),
    method<&hash_code>("int GetHashCode()").with(kNoRaise),
    method<&legacy_name<&X509_get_issuer_name>>("string GetIssuerName()"),
    method<&legacy_name<&X509_get_subject_name>>("string GetName()"),
    method<&key_algorithm>("string GetKeyAlgorithm()"),
    method<&key_parameters>("byte[] GetKeyAlgorithmParameters()"),
    method<&key_parameters_text>("string GetKeyAlgorithmParametersString()"),
    method<&public_key_bytes>("byte[] GetPublicKey()"),
    method<&public_key_text>("string GetPublicKeyString()"),
    method<&raw_data>("byte[] GetRawCertData()"),
    method<&raw_data_text>("string GetRawCertDataString()"),
    method<&serial_bytes>("byte[] GetSerialNumber()"),
    method<&get_serial>("string GetSerialNumberString()"),
    method<&text_of_certificate>("string ToString()"),
    method<&text_if>("string ToString(bool fVerbose)"),
    method<&release>("void Dispose()").with(kNoRaise),
};

constexpr Member kMembers[] = {
    constructor<&of_bytes>("new X509Certificate2(byte[] rawData)"),
    constructor<&of_pkcs12>("new X509Certificate2(byte[] rawData, string password)"),
    constructor<&of_pkcs12_kept>(
        "new X509Certificate2(byte[] rawData, string password, X509KeyStorageFlags keyStorageFlags)"),
    constructor<&of_other>("new X509Certificate2(X509Certificate certificate)"),
    method<&from_pem>("static X509Certificate2 CreateFromPem(string certPem)"),
    method<&from_pem_pair>("static X509Certificate2 CreateFromPem(string certPem, string keyPem)"),
    method<&content_type>("static X509ContentType GetCertContentType(byte[] rawData)"),
    property<&extensions>("X509ExtensionCollection Extensions { get; }"),
    property<&friendly_name>("string FriendlyName { get; }").with(kNoRaise),
    property<&has_private_key>("bool HasPrivateKey { get; }").with(kNoRaise),
    property<&name_object<&X509_get_issuer_name>>("X500DistinguishedName IssuerName { get; }"),
    property<&date<&X509_get0_notAfter>>("DateTime NotAfter { get; }"),
    property<&date<&X509_get0_notBefore>>("DateTime NotBefore { get; }"),
    property<&private_key>("AsymmetricAlgorithm PrivateKey { get; }"),
    property<&public_key>("PublicKey PublicKey { get; }"),
    property<&raw_data>("byte[] RawData { get; }"),
    property<&get_serial>("string SerialNumber { get; }"),
    property<&signature_algorithm>("Oid SignatureAlgorithm { get; }"),
    property<&name_object<&X509_get_subject_name>>("X500DistinguishedName SubjectName { get; }"),
    property<&get_thumbprint>("string Thumbprint { get; }"),
    property<&version>("int Version { get; }"),
    method<&name_info>("string GetNameInfo(X509NameType nameType, bool forIssuer)"),
    method<&export_pem>("string ExportCertificatePem()"),
    method<&verify>("bool Verify()"),
};

constexpr Member kRsaExtensions[] = {
    method<&rsa_private_key>("static RSA GetRSAPrivateKey(this X509Certificate2 certificate)"),
    method<&rsa_public_key>("static RSA GetRSAPublicKey(this X509Certificate2 certificate)"),
    method<&copy_with_key>(
        "static X509Certificate2 CopyWithPrivateKey(this X509Certificate2 certificate, RSA privateKey)"),
};
constexpr Member kExtensions[] = {
    method<&verify_no_revocation>("static bool VerifyNoRevocation(this X509Certificate2 certificate)"),
};

}  // namespace

const TypeDefinition kX509CertificateDefinition{
    .declaration = "class System.Security.Cryptography.X509Certificates.X509Certificate : IDisposable",
    .members = kBaseMembers,
    .operations = &kOperations};
const TypeDefinition kX509Certificate2Definition{
    .declaration = "class System.Security.Cryptography.X509Certificates.X509Certificate2 : X509Certificate",
    .members = kMembers,
    .operations = &kOperations};
const TypeDefinition kRsaCertificateExtensionsDefinition{
    .declaration = "static class System.Security.Cryptography.X509Certificates.RSACertificateExtensions",
    .members = kRsaExtensions};
const TypeDefinition kCertificateExtensionsDefinition{
    .declaration = "static class Microsoft.Azure.ApiManagement.CertificateExtensions", .members = kExtensions};

}  // namespace portcullis
