// authentication-certificate: a client certificate for the TLS handshake with the backend. source:
// authentication-certificate-policy
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/callout.h"
#include "policies/support/certificate.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct AuthenticationCertificate {
  Setting<std::string_view> thumbprint;
  Setting<std::string_view> certificate_id;
  Setting<Object*> body;
  Setting<std::string_view> password;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&AuthenticationCertificate::thumbprint>("thumbprint"),
    optional<&AuthenticationCertificate::certificate_id>("certificate-id"),
    optional<&AuthenticationCertificate::body>("body"),
    optional<&AuthenticationCertificate::password>("password"),
};

void check(Reader& reader, const Element& element, void*) {
  int given = 0;
  for (const std::string_view name : {"thumbprint", "certificate-id", "body"})
    given += element.find(name) != nullptr ? 1 : 0;
  constexpr std::string_view kHelp = "write one of `thumbprint`, `certificate-id`, `body`";
  if (given == 0)
    reader.report(element.name_span, policy_code::kMissingAttribute,
                  "`authentication-certificate` names no certificate", kHelp);
  if (given > 1)
    reader.report(element.name_span, policy_code::kConflict,
                  "`thumbprint`, `certificate-id` and `body` exclude each other", kHelp);
  const Attribute* password = element.find("password");
  if (password != nullptr && element.find("body") == nullptr)
    reader.warn(password->name_span, policy_code::kSuspicious, "`password` only opens `body`");
}

// byte[], or text that holds it in base64 or PEM.
bool read_body(PolicyRun& run, const AuthenticationCertificate& config, Certificate& certificate,
               std::string_view& problem) {
  Object* body = nullptr;
  std::string_view password;
  if (!run.get(config.body, body) || !run.get(config.password, password)) return false;
  std::string_view bytes;
  if (body != nullptr && body->type->is(Known::kString)) {
    bytes = static_cast<const String*>(body)->view();
  } else if (body != nullptr && body->type->kind == TypeKind::kArray && is_packed_array(*body->type)) {
    bytes = static_cast<const ByteArray*>(body)->view();
  } else {
    problem = "The body is no byte[].";
    return true;
  }
  static_cast<void>(read_given_certificate(run, bytes, password, certificate, problem));
  return true;
}

// False after an expression failed.
bool find(PolicyRun& run, const AuthenticationCertificate& config, Certificate& certificate,
          std::string_view& problem) {
  std::string_view name;
  if (config.body.is_present) return read_body(run, config, certificate, problem);
  if (config.certificate_id.is_present) {
    if (!run.get(config.certificate_id, name)) return false;
    static_cast<void>(read_named_certificate(run, trim_ascii(name), certificate, problem));
    return true;
  }
  if (!run.get(config.thumbprint, name)) return false;
  static_cast<void>(read_certificate_by_thumbprint(run, trim_ascii(name), certificate, problem));
  return true;
}

Outcome run(PolicyRun& run, const AuthenticationCertificate& config) {
  Certificate certificate;
  std::string_view problem;
  if (!find(run, config, certificate, problem)) return Outcome::kFail;
  if (problem.empty() && certificate.private_key.empty()) problem = "The certificate has no private key.";
  if (!problem.empty()) return run.fail("CertificateNotFound", problem);
  const std::string_view pem = run.text(pem_of(certificate));
  if (run.building_request() != nullptr) {
    set_callout_certificate(run, pem);
  } else {
    run.exchange().backend_certificate_pem = pem;
  }
  if (run.tracing()) run.trace(joined("The client certificate ", thumbprint(certificate.der), " will be presented"));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kAuthenticationCertificate =
    policy<AuthenticationCertificate, &run>("authentication-certificate", kAttributes)
        .in(kInboundOnly)
        .checked_by(&check);

}  // namespace portcullis
