// OpenSSL's objects with owners, for the files that use certificates and keys. They live on the C++ stack for one call:
// what lasts is kept as DER in the arena.
#pragma once

#include <memory>
#include <string_view>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace portcullis {

template <auto kFree>
struct OpenSslFree {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <typename T, auto kFree>
using OpenSslOwner = std::unique_ptr<T, OpenSslFree<kFree>>;

using CertificateHandle = OpenSslOwner<X509, &X509_free>;
using KeyHandle = OpenSslOwner<EVP_PKEY, &EVP_PKEY_free>;
using KeyContextHandle = OpenSslOwner<EVP_PKEY_CTX, &EVP_PKEY_CTX_free>;
using DigestContextHandle = OpenSslOwner<EVP_MD_CTX, &EVP_MD_CTX_free>;
using CipherContextHandle = OpenSslOwner<EVP_CIPHER_CTX, &EVP_CIPHER_CTX_free>;
using BioHandle = OpenSslOwner<BIO, &BIO_free_all>;
using NumberHandle = OpenSslOwner<BIGNUM, &BN_clear_free>;
using RevocationListHandle = OpenSslOwner<X509_CRL, &X509_CRL_free>;

inline void free_certificates(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, &X509_free); }
using CertificateStackHandle = OpenSslOwner<STACK_OF(X509), &free_certificates>;

inline const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline std::string_view text_of_octets(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Null when the bytes are none, or when something stands behind it.
inline CertificateHandle certificate_of(std::string_view der) {
  const unsigned char* at = octets(der);
  CertificateHandle made(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return at == octets(der) + der.size() ? std::move(made) : nullptr;
}
/// PKCS#8 or the older forms.
inline KeyHandle private_key_of(std::string_view der) {
  const unsigned char* at = octets(der);
  return KeyHandle(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
}
/// SubjectPublicKeyInfo.
inline KeyHandle public_key_of(std::string_view der) {
  const unsigned char* at = octets(der);
  return KeyHandle(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
}

}  // namespace portcullis
