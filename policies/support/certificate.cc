#include "policies/support/certificate.h"

#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace portcullis {

namespace {

std::span<const CertificateView> service_certificates(PolicyRun& run) {
  const DeploymentView* deployment = run.exchange().view.deployment;
  return deployment == nullptr ? std::span<const CertificateView>() : deployment->certificates;
}

bool read_view(PolicyRun& run, const CertificateView* view, std::string_view what, Certificate& into,
               std::string_view& problem) {
  if (view == nullptr) {
    problem = run.text(joined("The service has no certificate ", what, "."));
    return false;
  }
  if (read_certificate(run.arena(), view->pem, view->password, into) == CertificateFault::kNone) return true;
  problem = run.text(joined("The certificate ", what, " of the service cannot be read."));
  return false;
}

}  // namespace

bool read_named_certificate(PolicyRun& run, std::string_view id, Certificate& into, std::string_view& problem) {
  return read_view(run, find_certificate(service_certificates(run), id), joined("`", id, "`"), into, problem);
}

bool read_certificate_by_thumbprint(PolicyRun& run, std::string_view wanted, Certificate& into,
                                    std::string_view& problem) {
  const CertificateView* view = find_certificate_by_thumbprint(run.arena(), service_certificates(run), wanted);
  return read_view(run, view, joined("with the thumbprint `", wanted, "`"), into, problem);
}

bool read_given_certificate(PolicyRun& run, std::string_view bytes, std::string_view password, Certificate& into,
                            std::string_view& problem) {
  switch (read_certificate(run.arena(), bytes, password, into)) {
    case CertificateFault::kNone:
      return true;
    case CertificateFault::kPassword:
      problem = "The password of the certificate is wrong.";
      return false;
    case CertificateFault::kUnreadable:
      break;
  }
  problem = "The body is no certificate.";
  return false;
}

// ---- names --------------------------------------------------------------------------------------------------------

namespace {

struct NamePart {
  std::string type;
  std::string value;
};

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : trim_ascii(text)) {
    if (is_ascii_space(c) && out.ends_with(' ')) continue;
    out.push_back(is_ascii_space(c) ? ' ' : ascii_lower(c));
  }
  return out;
}

/// Reads `type = value` from `at` on; a value in quotes may hold anything, a quote in it stands twice.
std::optional<NamePart> read_part(std::string_view text, std::size_t& at) {
  const std::size_t equals = text.find('=', at);
  if (equals == std::string_view::npos) return std::nullopt;
  NamePart part{folded(text.substr(at, equals - at)), {}};
  if (part.type.starts_with("oid.")) part.type.erase(0, 4);
  at = equals + 1;
  while (at < text.size() && is_ascii_space(text[at])) ++at;
  if (at < text.size() && text[at] == '"') {
    std::string value;
    for (++at; at < text.size(); ++at) {
      if (text[at] == '"' && (at + 1 == text.size() || text[at + 1] != '"')) break;
      if (text[at] == '"') ++at;
      value.push_back(text[at]);
    }
    if (at == text.size()) return std::nullopt;
    ++at;
    part.value = folded(value);
    while (at < text.size() && is_ascii_space(text[at])) ++at;
  } else {
    const std::size_t end = std::min(text.find_first_of(",+", at), text.size());
    part.value = folded(text.substr(at, end - at));
    at = end;
  }
  if (at < text.size() && text[at] != ',' && text[at] != '+') return std::nullopt;
  return part;
}

std::optional<std::vector<NamePart>> read_name(std::string_view text) {
  std::vector<NamePart> parts;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::optional<NamePart> part = read_part(text, at);
    if (!part.has_value()) return std::nullopt;
    // Other spellings of the same types.
    if (part->type == "st") part->type = "s";
    if (part->type == "emailaddress") part->type = "e";
    parts.push_back(std::move(*part));
  }
  return parts;
}

}  // namespace

bool same_names(std::string_view a, std::string_view b) {
  const auto first = read_name(a);
  const auto second = read_name(b);
  if (!first.has_value() || !second.has_value() || first->size() != second->size() || first->empty()) return false;
  for (std::size_t i = 0; i < first->size(); ++i) {
    if ((*first)[i].type != (*second)[i].type || (*first)[i].value != (*second)[i].value) return false;
  }
  return true;
}

}  // namespace portcullis
