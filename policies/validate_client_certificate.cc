// validate-client-certificate: checks the TLS client certificate of the caller. source:
// validate-client-certificate-policy
//
// Trust comes from the authorities that the host names. Revocation lists come with them, or are fetched from where the
// certificate says and kept in the store of documents.
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/certificate.h"
#include "policies/support/revocation.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct Identity {
  std::string_view thumbprint, serial_number, common_name, subject, dns_name;
  std::string_view issuer_subject, issuer_thumbprint, issuer_certificate_id;
};
struct Identities {
  std::span<const Identity> items;
};
struct ValidateClientCertificate {
  bool validate_revocation = true;
  bool validate_trust = true;
  bool validate_not_before = true;
  bool validate_not_after = true;
  bool ignore_error = false;
  const Identities* identities = nullptr;
};

constexpr AttributeSpec kIdentityAttributes[] = {
    optional<&Identity::thumbprint>("thumbprint"),
    optional<&Identity::serial_number>("serial-number"),
    optional<&Identity::common_name>("common-name"),
    optional<&Identity::subject>("subject"),
    optional<&Identity::dns_name>("dns-name"),
    optional<&Identity::issuer_subject>("issuer-subject"),
    optional<&Identity::issuer_thumbprint>("issuer-thumbprint"),
    optional<&Identity::issuer_certificate_id>("issuer-certificate-id"),
};

void check_identity(Reader& reader, const Element& element, void* config) {
  const auto& identity = *static_cast<const Identity*>(config);
  if (element.attributes.empty())
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  "`identity` says nothing, so that every certificate matches");
  if (!identity.issuer_certificate_id.empty() &&
      (!identity.issuer_subject.empty() || !identity.issuer_thumbprint.empty())) {
    reader.report(element.find("issuer-certificate-id")->name_span, policy_code::kConflict,
                  "`issuer-certificate-id` excludes the other `issuer-` attributes", "write one or the other");
  }
}

constexpr ElementSpec kIdentityElement = checked(element_of<Identity>(kIdentityAttributes), &check_identity);
constexpr ChildSpec kIdentityChildren[] = {elements<&Identities::items, &kIdentityElement>("identity", 1, 10)};
constexpr ElementSpec kIdentitiesElement = element_of<Identities>({}, kIdentityChildren);

constexpr AttributeSpec kAttributes[] = {
    optional<&ValidateClientCertificate::validate_revocation>("validate-revocation"),
    optional<&ValidateClientCertificate::validate_trust>("validate-trust"),
    optional<&ValidateClientCertificate::validate_not_before>("validate-not-before"),
    optional<&ValidateClientCertificate::validate_not_after>("validate-not-after"),
    optional<&ValidateClientCertificate::ignore_error>("ignore-error"),
};
constexpr ChildSpec kChildren[] = {
    element<&ValidateClientCertificate::identities, &kIdentitiesElement>("identities", false)};

void check(Reader& reader, const Element& element, void* config) {
  const auto& policy = *static_cast<const ValidateClientCertificate*>(config);
  if (policy.validate_trust || policy.identities == nullptr) return;
  for (const Identity& identity : policy.identities->items) {
    if (!identity.thumbprint.empty() || !identity.issuer_thumbprint.empty() || !identity.issuer_certificate_id.empty())
      continue;
    reader.warn(element.find("validate-trust")->name_span, policy_code::kSuspicious,
                "without trust anybody can make a certificate that matches these identities",
                "name thumbprints, or leave out validate-trust=\"false\"");
    return;
  }
}

// ---- what is wrong with it ----------------------------------------------------------------------------------------

struct Fault {
  std::string_view reason;
  std::string_view message;
  std::string_view body = "Invalid client certificate";

  [[nodiscard]] bool is_none() const { return reason.empty(); }
};
constexpr Fault kNotFound{"ClientCertificateNotFound", "Client certificate missing", "Client certificate missing"};
constexpr Fault kUnreadable{"ClientCertificateNotTrusted", "The client certificate cannot be read."};
constexpr Fault kNotYetValid{"ClientCertificateNotYetValid", "The client certificate is not yet valid."};
constexpr Fault kExpired{"ClientCertificateExpired", "The client certificate has expired."};
constexpr Fault kNotTrusted{"ClientCertificateNotTrusted",
                            "A certificate chain could not be built to a trusted root authority."};
constexpr Fault kRevoked{"ClientCertificateRevoked", "The client certificate was revoked."};
constexpr Fault kRevocationUnknown{"ClientCertificateRevoked",
                                   "It cannot be found out whether the client certificate was revoked."};
constexpr Fault kNoIdentity{"ClientCertificateIdentityNotMatched",
                            "Certificate does not match any of allowed identities."};

Ticks now_ticks(PolicyRun& run) { return run.run().environment.utc_now_ticks(); }

Fault check_dates(PolicyRun& run, const ValidateClientCertificate& config, const X509* certificate) {
  const Ticks now = now_ticks(run);
  if (config.validate_not_before && now < ticks_of(X509_get0_notBefore(certificate)).value_or(now + 1))
    return kNotYetValid;
  if (config.validate_not_after && now > ticks_of(X509_get0_notAfter(certificate)).value_or(now - 1)) return kExpired;
  return {};
}

Fault check_trust(PolicyRun& run, const Certificate& certificate, std::span<const std::string_view> lists,
                  bool checks_revocation) {
  ChainQuestion question;
  const DeploymentView* deployment = run.exchange().view.deployment;
  if (deployment != nullptr) question.authorities = deployment->authorities;
  question.more_crls = lists;
  question.now = now_ticks(run);
  question.ignores_own_dates = true;
  question.checks_revocation = checks_revocation;
  switch (verify_chain(run.arena(), certificate, question)) {
    case ChainVerdict::kTrusted:
      return {};
    case ChainVerdict::kRevoked:
      return kRevoked;
    case ChainVerdict::kRevocationUnknown:
      return kRevocationUnknown;
    case ChainVerdict::kNotTrusted:
    case ChainVerdict::kExpired:
      break;
  }
  return kNotTrusted;
}

// ---- identities ---------------------------------------------------------------------------------------------------

struct Subject {
  const Certificate& certificate;
  X509* read;
  X509* issuer;  // null: it is not known
};

std::string_view without_zeros(std::string_view number) {
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

bool is_issued_by(PolicyRun& run, const Subject& subject, std::string_view id) {
  Certificate stored;
  std::string_view problem;
  if (!read_named_certificate(run, id, stored, problem)) {
    if (run.tracing()) run.trace(problem);
    return false;
  }
  const CertificateHandle issuer = certificate_of(stored.der);
  return issuer != nullptr && is_issuer_of(issuer.get(), subject.read);
}

// Every attribute that is given. Hexadecimal without regard to case and dividers, names part by part; no wildcards.
bool matches(PolicyRun& run, const Identity& identity, const Subject& subject) {
  X509* read = subject.read;
  if (!identity.thumbprint.empty() && plain_hexadecimal(identity.thumbprint) != thumbprint(subject.certificate.der))
    return false;
  if (!identity.serial_number.empty() &&
      without_zeros(plain_hexadecimal(identity.serial_number)) != without_zeros(serial_number(read))) {
    return false;
  }
  if (!identity.common_name.empty() &&
      !equals_ignoring_ascii_case(identity.common_name, name_part(X509_get_subject_name(read), NID_commonName))) {
    return false;
  }
  if (!identity.subject.empty() && !same_names(identity.subject, name_text(X509_get_subject_name(read)))) return false;
  if (!identity.dns_name.empty() && !has_dns_name(read, identity.dns_name)) return false;
  if (!identity.issuer_subject.empty() && !same_names(identity.issuer_subject, name_text(X509_get_issuer_name(read))))
    return false;
  if (!identity.issuer_thumbprint.empty()) {
    unsigned char* der = nullptr;
    const int size = subject.issuer == nullptr ? 0 : i2d_X509(subject.issuer, &der);
    const bool fits = size > 0 && plain_hexadecimal(identity.issuer_thumbprint) ==
                                      thumbprint(text_of_octets(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    if (!fits) return false;
  }
  return identity.issuer_certificate_id.empty() || is_issued_by(run, subject, identity.issuer_certificate_id);
}

Fault check_identities(PolicyRun& run, const ValidateClientCertificate& config, const Certificate& certificate) {
  if (config.identities == nullptr) return {};
  const CertificateHandle read = certificate_of(certificate.der);
  const DeploymentView* deployment = run.exchange().view.deployment;
  const CertificateHandle issuer = find_issuer(
      run.arena(), certificate, deployment == nullptr ? std::span<const CertificateView>() : deployment->authorities);
  const Subject subject{certificate, read.get(), issuer.get()};
  for (const Identity& identity : config.identities->items) {
    if (matches(run, identity, subject)) return {};
  }
  return kNoIdentity;
}

// ---- the run step -------------------------------------------------------------------------------------------------

Outcome end(PolicyRun& run, const ValidateClientCertificate& config, const Fault& fault) {
  if (fault.is_none()) {
    if (run.tracing()) run.trace("Client certificate validated.");
    return Outcome::kContinue;
  }
  if (config.ignore_error) {
    if (run.tracing()) run.trace(joined("The client certificate is not valid, which is ignored: ", fault.message));
    return Outcome::kContinue;
  }
  PolicyError error;
  error.reason = fault.reason;
  error.message = fault.message;
  error.status = 401;
  error.body_message = fault.body;
  return run.fail(error);
}

// Presence and dates; false when that ends it.
bool begin(PolicyRun& run, const ValidateClientCertificate& config, Certificate& certificate, Fault& fault) {
  const std::string_view pem = run.exchange().request.certificate_pem;
  if (pem.empty()) {
    fault = kNotFound;
  } else if (read_certificate(run.arena(), pem, {}, certificate) != CertificateFault::kNone) {
    fault = kUnreadable;
  } else {
    fault = check_dates(run, config, certificate_of(certificate.der).get());
  }
  return fault.is_none();
}

Task run(PolicyRun& run, const ValidateClientCertificate& config) {
  Certificate certificate;
  Fault fault;
  if (!begin(run, config, certificate, fault)) co_return end(run, config, fault);
  if (config.validate_trust) {
    fault = check_trust(run, certificate, {}, false);
    if (!fault.is_none()) co_return end(run, config, fault);
  }
  if (config.validate_trust && config.validate_revocation) {
    fault = check_trust(run, certificate, {}, true);
    if (fault.message == kRevocationUnknown.message) {
      const std::span<RevocationSource> sources = revocation_sources(run, certificate);
      for (RevocationSource& source : sources) {
        const SystemTime deadline = run.now() + kLongestListWait;
        DocumentStore::Next next = ask_for_list(run, source);
        while (next == DocumentStore::Next::kWait && run.now() < deadline) {
          const EffectRequest pause = Delay{kListPause};
          co_await run.perform(pause);
          next = ask_for_list(run, source);
        }
        if (next != DocumentStore::Next::kFetch) continue;
        const EffectRequest call = list_call(run, source);
        const ReplyValue& answer = co_await run.perform(call);
        take_list(run, source, answer);
      }
      fault = check_trust(run, certificate, known_lists(run, sources), true);
    }
    if (!fault.is_none()) co_return end(run, config, fault);
  }
  fault = check_identities(run, config, certificate);
  co_return end(run, config, fault);
}

}  // namespace

const PolicySpec kValidateClientCertificate =
    policy<ValidateClientCertificate, &run>("validate-client-certificate", kAttributes, kChildren)
        .in(kInboundOnly)
        .checked_by(&check);

}  // namespace portcullis
