// Certificates as bytes in the arena: reading PEM, DER and PKCS#12, printing names as Windows does, building chains.
// Not the .NET types over them (x509_certificate.cc). OpenSSL does the work; no file and no socket is opened.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "engine/dotnet/certificate_handles.h"
#include "portcullis/exchange.hpp"

namespace portcullis {

/// Lifetime: the arena it was read into.
struct Certificate {
  std::string_view der;
  std::string_view private_key;              // PKCS#8; empty: none
  std::string_view friendly_name;            // of a PKCS#12 file
  std::span<const std::string_view> others;  // DER of what came with it: the rest of its chain
  std::span<const std::string_view> crls;    // DER of revocation lists that came with it
};

enum class CertificateFault : std::uint8_t { kNone, kUnreadable, kPassword };

/// Reads PEM, DER, PKCS#12, or one of the last two in base64. `out.der` is the certificate of the private key where
/// there is one, else the first.
CertificateFault read_certificate(Arena& arena, std::string_view bytes, std::string_view password, Certificate& out);
/// All certificates and lists of a file, without telling one apart: `others` and `crls`.
CertificateFault read_certificates(Arena& arena, std::string_view bytes, std::string_view password, Certificate& out);

/// The certificate, its chain and its private key as PEM: what TLS libraries take.
std::string pem_of(const Certificate& certificate);
std::string pem_block(std::string_view label, std::string_view der);

/// SHA-1 of the DER as upper-case hexadecimal.
std::string thumbprint(std::string_view der);
std::string hexadecimal(std::string_view bytes);
/// Without spaces, colons and direction marks, in upper case: how thumbprints and serial numbers are compared.
std::string plain_hexadecimal(std::string_view text);

/// `CN=x, O=y, C=z`: the most specific part first, quoted where it must be.
enum class NameOrder : std::uint8_t { kSpecificFirst, kAsEncoded };
std::string name_text(const X509_NAME* name, NameOrder order = NameOrder::kSpecificFirst);
/// The value of the most specific part of that kind, or empty.
std::string name_part(const X509_NAME* name, int nid);
/// Values of SubjectAltName (or IssuerAltName) of a GEN_* kind: dNSName, rfc822Name, URI.
std::string first_alternative(const X509* certificate, int extension_nid, int kind);
bool has_dns_name(const X509* certificate, std::string_view name);
/// .NET ticks of UTC; nullopt for what is no time.
std::optional<Ticks> ticks_of(const ASN1_TIME* time);
std::string serial_number(const X509* certificate);
bool is_self_signed(const X509* certificate);
/// `issuer` made `certificate`: names and key identifiers fit, and the signature verifies.
bool is_issuer_of(X509* issuer, X509* certificate);

/// Finds a certificate of the service by its name, or by its thumbprint. Null when there is none.
const CertificateView* find_certificate(std::span<const CertificateView> all, std::string_view id);
const CertificateView* find_certificate_by_thumbprint(Arena& arena, std::span<const CertificateView> all,
                                                      std::string_view wanted);

/// Which questions a chain is asked.
struct ChainQuestion {
  std::span<const CertificateView> authorities;
  std::span<const std::string_view> more_crls;  // DER
  Ticks now = 0;
  bool ignores_own_dates = false;  // of the certificate itself; its issuers' dates always count
  bool checks_revocation = false;  // a list that is not there counts as revoked
};
enum class ChainVerdict : std::uint8_t { kTrusted, kNotTrusted, kExpired, kRevoked, kRevocationUnknown };
ChainVerdict verify_chain(Arena& arena, const Certificate& certificate, const ChainQuestion& question);

/// The issuer among what came with the certificate and the authorities; null when it is not there.
CertificateHandle find_issuer(Arena& arena, const Certificate& certificate,
                              std::span<const CertificateView> authorities);
/// http(s) URLs of the revocation lists that the certificate names, in the arena.
std::span<const std::string_view> crl_urls(Arena& arena, const X509* certificate);

}  // namespace portcullis
