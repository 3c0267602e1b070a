// The rows of RSA whose functions are in rsa_keys.cc: making, reading and writing keys.
#pragma once

#include "engine/dotnet/rsa.h"
#include "engine/types/definition.h"

namespace portcullis {

/// RSAParameters. Its fields are big-endian numbers. A class here, so that `default` is null instead of an object that
/// several requests would share.
struct RsaParameters : Object {
  ByteArray* modulus;
  ByteArray* exponent;
  ByteArray* d;
  ByteArray* p;
  ByteArray* q;
  ByteArray* dp;
  ByteArray* dq;
  ByteArray* inverse_q;
};

Rsa* create_rsa(Run& run, const CallSite& site);
Rsa* create_rsa_of_size(Run& run, std::int32_t bits, const CallSite& site);
Rsa* create_rsa_from(Run& run, RsaParameters* parameters, const CallSite& site);
void set_key_size(Run& run, Rsa* self, std::int32_t bits);
String* to_xml(Run& run, Rsa* self, bool includes_private);
void from_xml(Run& run, Rsa* self, String* xml);
RsaParameters* export_parameters(Run& run, Rsa* self, bool includes_private, const CallSite& site);
void import_parameters(Run& run, Rsa* self, RsaParameters* parameters);
void import_from_pem(Run& run, Rsa* self, String* pem);
template <bool kIsPrivate>
void import_der(Run& run, Rsa* self, ByteArray* source, Slot* bytes_read);
ByteArray* export_pkcs8(Run& run, Rsa* self);
ByteArray* export_private(Run& run, Rsa* self);
ByteArray* export_public(Run& run, Rsa* self);
ByteArray* export_public_info(Run& run, Rsa* self);

inline constexpr Member kRsaKeyMembers[] = {
    method<&create_rsa>("static RSA Create()"),
    method<&create_rsa_of_size>("static RSA Create(int keySizeInBits)"),
    method<&create_rsa_from>("static RSA Create(RSAParameters parameters)"),
    method<&export_parameters>("RSAParameters ExportParameters(bool includePrivateParameters)"),
    method<&import_parameters>("void ImportParameters(RSAParameters parameters)"),
    method<&import_from_pem>("void ImportFromPem(string input)"),
    method<&import_der<true>>("void ImportPkcs8PrivateKey(byte[] source, out int bytesRead)"),
    method<&import_der<true>>("void ImportRSAPrivateKey(byte[] source, out int bytesRead)"),
    method<&import_der<false>>("void ImportRSAPublicKey(byte[] source, out int bytesRead)"),
    method<&import_der<false>>("void ImportSubjectPublicKeyInfo(byte[] source, out int bytesRead)"),
    method<&export_pkcs8>("byte[] ExportPkcs8PrivateKey()"),
    method<&export_private>("byte[] ExportRSAPrivateKey()"),
    method<&export_public>("byte[] ExportRSAPublicKey()"),
    method<&export_public_info>("byte[] ExportSubjectPublicKeyInfo()"),
};

}  // namespace portcullis
