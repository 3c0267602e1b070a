// Chains of certificates: who signed whom, up to an authority that the host named. Revocation by the lists at hand.
#include <vector>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "base/text.h"
#include "engine/dotnet/certificate.h"

namespace portcullis {

namespace {

using StoreHandle = OpenSslOwner<X509_STORE, &X509_STORE_free>;
using StoreContextHandle = OpenSslOwner<X509_STORE_CTX, &X509_STORE_CTX_free>;

constexpr int kLongestChain = 10;

void push(STACK_OF(X509) * stack, std::string_view der) {
  CertificateHandle made = certificate_of(der);
  if (made != nullptr && sk_X509_push(stack, made.get()) > 0) static_cast<void>(made.release());
}

void add_list(X509_STORE* store, std::string_view der) {
  const unsigned char* at = octets(der);
  const RevocationListHandle list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  if (list != nullptr) X509_STORE_add_crl(store, list.get());
}

struct Anchors {
  StoreHandle store;
  CertificateStackHandle helpers;  // issuers that are not trusted by themselves
};

Anchors anchors_of(Arena& arena, const Certificate& certificate, const ChainQuestion& question) {
  Anchors made{StoreHandle(X509_STORE_new()), CertificateStackHandle(sk_X509_new_null())};
  for (const CertificateView& authority : question.authorities) {
    Certificate read;
    if (read_certificates(arena, authority.pem, authority.password, read) != CertificateFault::kNone) continue;
    for (const std::string_view der : read.others) {
      const CertificateHandle one = certificate_of(der);
      if (one == nullptr) continue;
      if (is_self_signed(one.get())) {
        X509_STORE_add_cert(made.store.get(), one.get());
      } else {
        push(made.helpers.get(), der);
      }
    }
    for (const std::string_view list : read.crls) add_list(made.store.get(), list);
  }
  for (const std::string_view der : certificate.others) push(made.helpers.get(), der);
  for (const std::string_view list : question.more_crls) add_list(made.store.get(), list);
  return made;
}

// The certificate's own dates are somebody else's question when the flag says so.
int on_fault(int succeeded, X509_STORE_CTX* context) {
  if (succeeded == 1) return 1;
  const int error = X509_STORE_CTX_get_error(context);
  const bool about_dates = error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
  const auto* question = static_cast<const ChainQuestion*>(X509_STORE_CTX_get_ex_data(context, 0));
  if (!about_dates || !question->ignores_own_dates || X509_STORE_CTX_get_error_depth(context) != 0) return 0;
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

ChainVerdict verdict_of(int error) {
  switch (error) {
    case X509_V_OK:
      return ChainVerdict::kTrusted;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ChainVerdict::kExpired;
    case X509_V_ERR_CERT_REVOKED:
      return ChainVerdict::kRevoked;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
      return ChainVerdict::kRevocationUnknown;
    default:
      return ChainVerdict::kNotTrusted;
  }
}

std::int64_t unix_seconds(Ticks ticks) { return (ticks - 621'355'968'000'000'000) / 10'000'000; }

}  // namespace

ChainVerdict verify_chain(Arena& arena, const Certificate& certificate, const ChainQuestion& question) {
  const CertificateHandle own = certificate_of(certificate.der);
  const Anchors anchors = anchors_of(arena, certificate, question);
  const StoreContextHandle context(X509_STORE_CTX_new());
  if (own == nullptr || context == nullptr ||
      X509_STORE_CTX_init(context.get(), anchors.store.get(), own.get(), anchors.helpers.get()) != 1) {
    return ChainVerdict::kNotTrusted;
  }
  ChainQuestion asked = question;
  X509_STORE_CTX_set_ex_data(context.get(), 0, &asked);
  X509_STORE_CTX_set_verify_cb(context.get(), &on_fault);
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, static_cast<time_t>(unix_seconds(question.now)));
  X509_VERIFY_PARAM_set_depth(rules, kLongestChain);
  if (question.checks_revocation) X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  const bool succeeded = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  if (succeeded) return ChainVerdict::kTrusted;
  return error == X509_V_OK ? ChainVerdict::kNotTrusted : verdict_of(error);
}

CertificateHandle find_issuer(Arena& arena, const Certificate& certificate,
                              std::span<const CertificateView> authorities) {
  const CertificateHandle own = certificate_of(certificate.der);
  if (own == nullptr) return nullptr;
  const auto issuer_in = [&](std::span<const std::string_view> candidates) -> CertificateHandle {
    for (const std::string_view der : candidates) {
      CertificateHandle candidate = certificate_of(der);
      if (candidate != nullptr && is_issuer_of(candidate.get(), own.get())) return candidate;
    }
    return nullptr;
  };
  if (is_self_signed(own.get())) return certificate_of(certificate.der);
  if (CertificateHandle found = issuer_in(certificate.others); found != nullptr) return found;
  for (const CertificateView& authority : authorities) {
    Certificate read;
    if (read_certificates(arena, authority.pem, authority.password, read) != CertificateFault::kNone) continue;
    if (CertificateHandle found = issuer_in(read.others); found != nullptr) return found;
  }
  return nullptr;
}

std::span<const std::string_view> crl_urls(Arena& arena, const X509* certificate) {
  constexpr std::size_t kMostUrls = 4;
  const OpenSslOwner<CRL_DIST_POINTS, &CRL_DIST_POINTS_free> points(
      static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  const std::span<std::string_view> urls = arena.array<std::string_view>(kMostUrls);
  std::size_t count = 0;
  for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT* point = sk_DIST_POINT_value(points.get(), i);
    if (point->distpoint == nullptr || point->distpoint->type != 0) continue;
    const STACK_OF(GENERAL_NAME)* names = point->distpoint->name.fullname;
    for (int k = 0; k < sk_GENERAL_NAME_num(names) && count < kMostUrls; ++k) {
      const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, k);
      if (name->type != GEN_URI) continue;
      const ASN1_STRING* text = name->d.uniformResourceIdentifier;
      const std::string_view url =
          text_of_octets(ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text)));
      if (url.starts_with("http://") || url.starts_with("https://")) urls[count++] = arena.copy(url);
    }
  }
  return urls.first(count);
}

}  // namespace portcullis
