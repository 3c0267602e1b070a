// What certificates are made of: Oid, AsnEncodedData, X500DistinguishedName, PublicKey, extensions, and the enums of
// this namespace. source: types.md#17
#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "engine/dotnet/rsa.h"
#include "engine/dotnet/x509_certificate.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kOidDefinition;
extern const TypeDefinition kAsnEncodedDataDefinition;
extern const TypeDefinition kX500DistinguishedNameDefinition;
extern const TypeDefinition kPublicKeyDefinition;
extern const TypeDefinition kX509ExtensionDefinition;
extern const TypeDefinition kX509ExtensionCollectionDefinition;
extern const TypeDefinition kX509ContentTypeDefinition;
extern const TypeDefinition kX509NameTypeDefinition;
extern const TypeDefinition kX509KeyStorageFlagsDefinition;

namespace {

// ---- Oid ----------------------------------------------------------------------------------------------------------

struct OidName {
  std::string_view value;
  std::string_view name;
};
// As Windows calls them.
constexpr OidName kOidNames[] = {
    {"1.2.840.113549.1.1.1", "RSA"},
    {"1.2.840.113549.1.1.4", "md5RSA"},
    {"1.2.840.113549.1.1.5", "sha1RSA"},
    {"1.2.840.113549.1.1.7", "RSAES_OAEP"},
    {"1.2.840.113549.1.1.10", "RSASSA-PSS"},
    {"1.2.840.113549.1.1.11", "sha256RSA"},
    {"1.2.840.113549.1.1.12", "sha384RSA"},
    {"1.2.840.113549.1.1.13", "sha512RSA"},
    {"1.2.840.10045.2.1", "ECC"},
    {"1.2.840.10045.3.1.7", "nistP256"},
    {"1.3.132.0.34", "nistP384"},
    {"1.3.132.0.35", "nistP521"},
    {"1.2.840.10045.4.1", "sha1ECDSA"},
    {"1.2.840.10045.4.3.2", "sha256ECDSA"},
    {"1.2.840.10045.4.3.3", "sha384ECDSA"},
    {"1.2.840.10045.4.3.4", "sha512ECDSA"},
    {"1.2.840.113549.2.5", "md5"},
    {"1.3.14.3.2.26", "sha1"},
    {"2.16.840.1.101.3.4.2.1", "sha256"},
    {"2.16.840.1.101.3.4.2.2", "sha384"},
    {"2.16.840.1.101.3.4.2.3", "sha512"},
    {"2.5.4.3", "CN"},
    {"2.5.4.6", "C"},
    {"2.5.4.7", "L"},
    {"2.5.4.8", "S"},
    {"2.5.4.10", "O"},
    {"2.5.4.11", "OU"},
    {"1.2.840.113549.1.9.1", "E"},
    {"2.5.29.14", "Subject Key Identifier"},
    {"2.5.29.15", "Key Usage"},
    {"2.5.29.17", "Subject Alternative Name"},
    {"2.5.29.18", "Issuer Alternative Name"},
    {"2.5.29.19", "Basic Constraints"},
    {"2.5.29.31", "CRL Distribution Points"},
    {"2.5.29.32", "Certificate Policies"},
    {"2.5.29.35", "Authority Key Identifier"},
    {"2.5.29.37", "Enhanced Key Usage"},
    {"1.3.6.1.5.5.7.1.1", "Authority Information Access"},
    {"1.3.6.1.5.5.7.3.1", "Server Authentication"},
    {"1.3.6.1.5.5.7.3.2", "Client Authentication"},
};

const OidName* named_value(std::string_view value) {
  const auto* found = std::ranges::find(kOidNames, value, &OidName::value);
  return found == std::ranges::end(kOidNames) ? nullptr : found;
}
const OidName* named_name(std::string_view name) {
  const auto* found =
      std::ranges::find_if(kOidNames, [&](const OidName& one) { return equals_ignoring_ascii_case(one.name, name); });
  return found == std::ranges::end(kOidNames) ? nullptr : found;
}

struct Oid : Object {
  String* value;
  String* friendly_name;
};

Oid* oid_of(Run& run, const Type& type, String* value, String* name) {
  auto* made = run.make<Oid>(type);
  made->value = value;
  made->friendly_name = name;
  return made;
}
Oid* new_oid(Run& run, const CallSite& site) { return oid_of(run, *site.result, nullptr, nullptr); }
Oid* new_named_oid(Run& run, String* value, String* name, const CallSite& site) {
  return oid_of(run, *site.result, value, name);
}
Oid* new_oid_of(Run& run, String* text, const CallSite& site) {
  if (text == nullptr) return oid_of(run, *site.result, nullptr, nullptr);
  if (const OidName* known = named_name(text->view()))
    return oid_of(run, *site.result, run.view(known->value), run.view(known->name));
  return oid_of(run, *site.result, text, nullptr);
}
Oid* copy_oid(Run& run, Oid* other, const CallSite& site) {
  if (other == nullptr) return run.raise_null("oid");
  return oid_of(run, *site.result, other->value, other->friendly_name);
}
String* oid_value(Oid* self) { return self->value; }
String* oid_name(Run& run, Oid* self) {
  if (self->friendly_name != nullptr || self->value == nullptr) return self->friendly_name;
  const OidName* known = named_value(self->value->view());
  return known == nullptr ? nullptr : run.view(known->name);
}
void set_oid_value(Oid* self, String* value) { self->value = value; }
void set_oid_name(Run& run, Oid* self, String* name) {
  self->friendly_name = name;
  const OidName* known = name == nullptr ? nullptr : named_name(name->view());
  if (known != nullptr) self->value = run.view(known->value);
}

std::string dotted(const ASN1_OBJECT* object) {
  char text[128];
  const int size = OBJ_obj2txt(text, sizeof text, object, 1);
  return {text, static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(sizeof text) - 1))};
}

constexpr Member kOidMembers[] = {
    constructor<&new_oid>("new Oid()").with(kNoRaise),
    constructor<&new_oid_of>("new Oid(string oid)").with(kNoRaise),
    constructor<&new_named_oid>("new Oid(string value, string friendlyName)").with(kNoRaise),
    constructor<&copy_oid>("new Oid(Oid oid)"),
    property<&oid_value, &set_oid_value>("string Value { get; set; }").with(kNoRaise),
    property<&oid_name, &set_oid_name>("string FriendlyName { get; set; }").with(kNoRaise),
};

// ---- AsnEncodedData -----------------------------------------------------------------------------------------------

struct AsnData : Object {
  std::string_view oid;  // dotted
  std::string_view der;
  bool critical;  // of extensions
};

const Type& oid_type(Run& run) { return *run.types.find_in("System.Security.Cryptography", "Oid", 0); }

Object* data_oid(Run& run, AsnData* self) { return make_oid(run, oid_type(run), self->oid, {}); }
ByteArray* data_bytes(Run& run, AsnData* self) { return run.bytes(self->der); }
bool data_critical(AsnData* self) { return self->critical; }

std::string spaced_hexadecimal(std::string_view bytes) {
  const std::string plain = hexadecimal(bytes);
  std::string text;
  for (std::size_t at = 0; at < plain.size(); at += 2)
    append(text, at > 0 ? " " : "", ascii_lower(plain[at]), ascii_lower(plain[at + 1]));
  return text;
}

using AlternativesHandle = OpenSslOwner<GENERAL_NAMES, &GENERAL_NAMES_free>;

// `DNS Name=a.example, DNS Name=b.example`, as Windows writes the names.
std::string alternatives_text(const GENERAL_NAMES* names, std::string_view divider) {
  std::string text;
  const auto add = [&](std::string_view label, std::string_view value) {
    append(text, text.empty() ? "" : divider, label, "=", value);
  };
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    const auto plain = [&](const ASN1_STRING* value) {
      return text_of_octets(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value)));
    };
    if (name->type == GEN_DNS) add("DNS Name", plain(name->d.dNSName));
    if (name->type == GEN_EMAIL) add("RFC822 Name", plain(name->d.rfc822Name));
    if (name->type == GEN_URI) add("URL", plain(name->d.uniformResourceIdentifier));
    if (name->type == GEN_DIRNAME)
      append(text, text.empty() ? "" : divider, "Directory Address:", name_text(name->d.directoryName));
    if (name->type == GEN_RID) add("Registered ID", dotted(name->d.registeredID));
    if (name->type == GEN_IPADD && ASN1_STRING_length(name->d.iPAddress) == 4) {
      const unsigned char* bytes = ASN1_STRING_get0_data(name->d.iPAddress);
      add("IP Address", joined(int{bytes[0]}, ".", int{bytes[1]}, ".", int{bytes[2]}, ".", int{bytes[3]}));
    } else if (name->type == GEN_IPADD) {
      add("IP Address", spaced_hexadecimal(plain(name->d.iPAddress)));
    }
  }
  return text;
}

String* format_data(Run& run, AsnData* self, bool several_lines) {
  if (!run.spend(1 + self->der.size())) return nullptr;
  if (self->oid == "2.5.29.17" || self->oid == "2.5.29.18") {
    const unsigned char* at = octets(self->der);
    const AlternativesHandle names(d2i_GENERAL_NAMES(nullptr, &at, static_cast<long>(self->der.size())));
    if (names != nullptr)
      return run.string(alternatives_text(names.get(), several_lines ? "\r\n" : ", ") + (several_lines ? "\r\n" : ""));
  }
  // Windows words these; nobody should compare hexadecimal with what it says.
  if (self->oid.starts_with("2.5.29."))
    return run.raise(Known::kNotSupportedException,
                     joined("The extension ", self->oid, " cannot be shown as text here; use RawData."));
  return run.string(spaced_hexadecimal(self->der));
}

AsnData* data_of(Run& run, const Type& type, std::string_view oid, std::string_view der) {
  auto* made = run.make<AsnData>(type);
  made->oid = run.arena.copy(oid);
  made->der = run.arena.copy(der);
  return made;
}

constexpr Member kDataMembers[] = {
    property<&data_oid>("Oid Oid { get; }"),
    property<&data_bytes>("byte[] RawData { get; }"),
    method<&format_data>("string Format(bool multiLine)"),
};

// ---- X500DistinguishedName ----------------------------------------------------------------------------------------

struct DistinguishedName : AsnData {
  String* text;
};
String* distinguished_text(DistinguishedName* self) { return self->text; }
String* format_name(Run&, DistinguishedName* self, bool) { return self->text; }

constexpr Member kNameMembers[] = {
    property<&distinguished_text>("string Name { get; }").with(kNoRaise),
    method<&format_name>("string Format(bool multiLine)").with(kNoRaise),
};

// ---- PublicKey ----------------------------------------------------------------------------------------------------

struct PublicKey : Object {
  std::string_view info;        // SubjectPublicKeyInfo
  std::string_view algorithm;   // dotted
  std::string_view parameters;  // DER
  std::string_view bits;
};

Object* key_oid(Run& run, PublicKey* self, const CallSite& site) {
  return make_oid(run, *site.result, self->algorithm, {});
}
Object* key_value(Run& run, PublicKey* self, const CallSite& site) {
  return data_of(run, *site.result, self->algorithm, self->bits);
}
Object* key_parameters(Run& run, PublicKey* self, const CallSite& site) {
  return data_of(run, *site.result, self->algorithm, self->parameters);
}
ByteArray* key_info(Run& run, PublicKey* self) { return run.bytes(self->info); }
Rsa* key_rsa(Run& run, PublicKey* self, const CallSite& site) {
  const KeyHandle key = public_key_of(self->info);
  return make_rsa(run, *site.result, key.get(), false);
}
Object* key_object(Run& run, PublicKey* self) {
  CallSite site;
  site.result = run.types.find_in("System.Security.Cryptography", "RSA", 0);
  Object* made = key_rsa(run, self, site);
  if (made == nullptr)
    return run.raise(Known::kNotSupportedException, "The certificate key algorithm is not supported.");
  return made;
}

constexpr Member kPublicKeyMembers[] = {
    property<&key_value>("AsnEncodedData EncodedKeyValue { get; }"),
    property<&key_parameters>("AsnEncodedData EncodedParameters { get; }"),
    property<&key_object>("AsymmetricAlgorithm Key { get; }"),
    property<&key_oid>("Oid Oid { get; }"),
    method<&key_info>("byte[] ExportSubjectPublicKeyInfo()"),
    method<&key_rsa>("RSA GetRSAPublicKey()"),
};

// ---- extensions ---------------------------------------------------------------------------------------------------

struct Extensions : Object {
  AsnData** items;
  std::uint32_t count;
};

std::int64_t count_of(Run&, Object* self) { return static_cast<Extensions*>(self)->count; }
Slot item_at(Run& run, Object* self, std::int64_t index) {
  const auto& list = *static_cast<Extensions*>(self);
  if (index < 0 || index >= list.count)
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Index was out of range. Must be non-negative and less than the size of the collection.",
                              "index");
  return Slot::of_object(list.items[index]);
}

struct ExtensionWalk : Enumerator {
  const Extensions* list;
  std::uint32_t at;
};
bool next_extension(Run& run, Enumerator* walk) {
  auto& self = *static_cast<ExtensionWalk*>(walk);
  if (self.at == self.list->count || !run.spend(1)) return false;
  self.current = Slot::of_object(self.list->items[self.at++]);
  return true;
}
Enumerator* walk_extensions(Run& run, Object* self) {
  auto* walk = run.arena.make<ExtensionWalk>();
  walk->type = &run.type(Known::kObject);
  walk->next = &next_extension;
  walk->list = static_cast<Extensions*>(self);
  return walk;
}

std::int32_t extension_count(Extensions* self) { return static_cast<std::int32_t>(self->count); }
Slot extension_at(Run& run, Extensions* self, std::int32_t index) { return item_at(run, self, index); }
// By the dotted number or the name; null when there is none.
Slot extension_named(Extensions* self, String* oid) {
  const std::string_view wanted = oid == nullptr ? std::string_view() : oid->view();
  const OidName* known = named_name(wanted);
  for (std::uint32_t i = 0; i < self->count; ++i) {
    if (self->items[i]->oid == (known == nullptr ? wanted : known->value)) return Slot::of_object(self->items[i]);
  }
  return Slot::of_object(nullptr);
}

constexpr TypeOperations kExtensionOperations{.enumerate = &walk_extensions, .count = &count_of};
constexpr Member kExtensionMembers[] = {property<&data_critical>("bool Critical { get; }").with(kNoRaise)};
constexpr Member kCollectionMembers[] = {
    property<&extension_count>("int Count { get; }").with(kNoRaise),
    indexer<&extension_at>("X509Extension this[int index] { get; }"),
    indexer<&extension_named>("X509Extension this[string oid] { get; }").with(kNoRaise),
};

constexpr EnumValue kContentTypes[] = {{"Unknown", 0}, {"Cert", 1},        {"SerializedCert", 2},
                                       {"Pfx", 3},     {"Pkcs12", 3},      {"SerializedStore", 4},
                                       {"Pkcs7", 5},   {"Authenticode", 6}};
constexpr EnumValue kNameTypes[] = {
    {"SimpleName", 0}, {"EmailName", 1}, {"UpnName", 2}, {"DnsName", 3}, {"DnsFromAlternativeName", 4}, {"UrlName", 5}};
constexpr EnumValue kStorageFlags[] = {{"DefaultKeySet", 0},   {"UserKeySet", 1},    {"MachineKeySet", 2},
                                       {"Exportable", 4},      {"UserProtected", 8}, {"PersistKeySet", 16},
                                       {"EphemeralKeySet", 32}};

}  // namespace

Object* make_oid(Run& run, const Type& type, std::string_view value, std::string_view friendly_name) {
  return oid_of(run, type, run.string(value), friendly_name.empty() ? nullptr : run.string(friendly_name));
}
Object* make_oid(Run& run, const Type& type, const ASN1_OBJECT* object) {
  return make_oid(run, type, dotted(object), {});
}

Object* make_name(Run& run, const Type& type, const X509_NAME* name) {
  auto* made = run.make<DistinguishedName>(type);
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(name, &der, &size) == 1) made->der = run.arena.copy(text_of_octets(der, size));
  made->text = run.string(name_text(name));
  return made;
}

Object* make_public_key(Run& run, const Type& type, const X509* certificate) {
  auto* made = run.make<PublicKey>(type);
  X509_PUBKEY* info = X509_get_X509_PUBKEY(certificate);
  unsigned char* data = nullptr;
  const int size = i2d_X509_PUBKEY(info, &data);
  made->info = run.arena.copy(text_of_octets(data, static_cast<std::size_t>(std::max(size, 0))));
  OPENSSL_free(data);
  ASN1_OBJECT* object = nullptr;
  const unsigned char* bits = nullptr;
  int bit_size = 0;
  X509_ALGOR* algorithm = nullptr;
  X509_PUBKEY_get0_param(&object, &bits, &bit_size, &algorithm, info);
  made->algorithm = run.arena.copy(std::string_view(dotted(object)));
  made->bits = run.arena.copy(text_of_octets(bits, static_cast<std::size_t>(bit_size)));
  unsigned char* whole = nullptr;
  const int whole_size = i2d_X509_ALGOR(algorithm, &whole);
  // SEQUENCE { algorithm, parameters }: what stands behind the algorithm.
  const unsigned char* at = whole;
  long length = 0;
  int tag = 0;
  int kind = 0;
  ASN1_get_object(&at, &length, &tag, &kind, whole_size);
  const unsigned char* behind = at;
  ASN1_get_object(&behind, &length, &tag, &kind, whole_size - (at - whole));
  behind += length;
  made->parameters = run.arena.copy(text_of_octets(behind, static_cast<std::size_t>(whole + whole_size - behind)));
  OPENSSL_free(whole);
  return made;
}

Object* make_extensions(Run& run, const Type& type, const X509Certificate& certificate) {
  const CertificateHandle read = certificate_of(certificate.content.der);
  auto* made = run.make<Extensions>(type);
  made->count = static_cast<std::uint32_t>(std::max(X509_get_ext_count(read.get()), 0));
  made->items = run.arena.array<AsnData*>(made->count).data();
  const Type& item = *run.types.find_in("System.Security.Cryptography.X509Certificates", "X509Extension", 0);
  for (std::uint32_t i = 0; i < made->count; ++i) {
    X509_EXTENSION* extension = X509_get_ext(read.get(), static_cast<int>(i));
    const ASN1_OCTET_STRING* data = X509_EXTENSION_get_data(extension);
    made->items[i] =
        data_of(run, item, dotted(X509_EXTENSION_get_object(extension)),
                text_of_octets(ASN1_STRING_get0_data(data), static_cast<std::size_t>(ASN1_STRING_length(data))));
    made->items[i]->critical = X509_EXTENSION_get_critical(extension) == 1;
  }
  return made;
}

const TypeDefinition kOidDefinition{.declaration = "sealed class System.Security.Cryptography.Oid",
                                    .members = kOidMembers};
const TypeDefinition kAsnEncodedDataDefinition{.declaration = "class System.Security.Cryptography.AsnEncodedData",
                                               .members = kDataMembers};
const TypeDefinition kX500DistinguishedNameDefinition{
    .declaration = "sealed class System.Security.Cryptography.X509Certificates.X500DistinguishedName : AsnEncodedData",
    .members = kNameMembers};
const TypeDefinition kPublicKeyDefinition{
    .declaration = "sealed class System.Security.Cryptography.X509Certificates.PublicKey",
    .members = kPublicKeyMembers};
const TypeDefinition kX509ExtensionDefinition{
    .declaration = "class System.Security.Cryptography.X509Certificates.X509Extension : AsnEncodedData",
    .members = kExtensionMembers};
const TypeDefinition kX509ExtensionCollectionDefinition{
    .declaration =
        "sealed class System.Security.Cryptography.X509Certificates.X509ExtensionCollection : "
        "IEnumerable<X509Extension>",
    .members = kCollectionMembers,
    .operations = &kExtensionOperations};
const TypeDefinition kX509ContentTypeDefinition{
    .declaration = "enum System.Security.Cryptography.X509Certificates.X509ContentType : int", .values = kContentTypes};
const TypeDefinition kX509NameTypeDefinition{
    .declaration = "enum System.Security.Cryptography.X509Certificates.X509NameType : int", .values = kNameTypes};
const TypeDefinition kX509KeyStorageFlagsDefinition{
    .declaration = "[flags] enum System.Security.Cryptography.X509Certificates.X509KeyStorageFlags : int",
    .values = kStorageFlags};

}  // namespace portcullis
