// System.Security.Cryptography.X509Certificates.X509Certificate and X509Certificate2 as objects, and the objects of
// their parts.
#pragma once

#include <string_view>

#include "engine/dotnet/certificate.h"
#include "engine/run/run.h"

namespace portcullis {

struct CallSite;

/// Both classes. What a property shows is read from the DER when it is asked for.
struct X509Certificate : Object {
  Certificate content;
};

/// X509Certificate2 of a certificate that was read into the arena.
X509Certificate* make_certificate(Run& run, const Certificate& content);
/// Reads what a host gave; null after raising CryptographicException, which names `whose` certificate it is.
X509Certificate* make_certificate(Run& run, std::string_view bytes, std::string_view password, std::string_view whose);

// The parts, of the type the call site asks for.
Object* make_oid(Run& run, const Type& type, std::string_view value, std::string_view friendly_name);
Object* make_oid(Run& run, const Type& type, const ASN1_OBJECT* object);
Object* make_name(Run& run, const Type& type, const X509_NAME* name);
Object* make_public_key(Run& run, const Type& type, const X509* certificate);
Object* make_extensions(Run& run, const Type& type, const X509Certificate& certificate);

/// Verify() and VerifyNoRevocation(): trust in the authorities of the deployment.
bool verify_certificate(Run& run, const X509Certificate& certificate, bool checks_revocation);

}  // namespace portcullis
