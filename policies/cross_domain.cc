// cross-domain: publishes a cross-domain policy file for Flash and Silverlight. source: cross-domain-policy
//
// A GET of /crossdomain.xml that belongs to no operation is answered with it; nothing else is touched. The page names
// the global scope, an example of the overview shows the API scope: both are taken. source: cross-domain.md#2 (chosen)
#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/table.h"

namespace portcullis {

enum class PermittedPolicies : std::uint8_t { kAll, kByContentType, kMasterOnly, kNone };
constexpr Word kPermittedWords[] = {{"all", 0}, {"by-content-type", 1}, {"master-only", 2}, {"none", 3}};
constexpr std::span<const Word> portcullis_words(PermittedPolicies*) { return kPermittedWords; }

namespace {

constexpr std::string_view kPath = "/crossdomain.xml";

struct SiteControl {
  PermittedPolicies permitted = PermittedPolicies::kAll;
};
struct Access {
  std::string_view domain;
  bool secure = true;
};
struct Headers {
  std::string_view domain;
  std::string_view headers;
  bool secure = true;
};
struct PolicyFile {
  const SiteControl* site_control = nullptr;
  std::span<const Access> access;
  std::span<const Headers> headers;
};
struct CrossDomain {
  const PolicyFile* file = nullptr;
  std::string_view text;  // what is served
};

constexpr AttributeSpec kSiteAttributes[] = {required<&SiteControl::permitted>("permitted-cross-domain-policies")};
constexpr AttributeSpec kAccessAttributes[] = {required<&Access::domain>("domain"),
                                               optional<&Access::secure>("secure")};
constexpr AttributeSpec kHeadersAttributes[] = {
    required<&Headers::domain>("domain"), required<&Headers::headers>("headers"), optional<&Headers::secure>("secure")};

// `*`, `*.host`, or a host, which may be an address and have a port in Silverlight's files.
bool is_domain(std::string_view domain) {
  if (domain == "*") return true;
  if (domain.starts_with("*.")) domain.remove_prefix(2);
  return !domain.empty() && domain.find_first_of("* \t\r\n/<>&\"'") == std::string_view::npos;
}

void check_domain(Reader& reader, const Element& element, std::string_view domain) {
  const Attribute* given = element.find("domain");
  if (given == nullptr || !given->value.is_literal() || is_domain(domain)) return;
  reader.report(given->value.span, policy_code::kWrongLiteral, joined("`", domain, "` is no domain"),
                "write `*`, `*.host` or a host");
}
void check_access(Reader& reader, const Element& element, void* config) {
  check_domain(reader, element, static_cast<const Access*>(config)->domain);
}
void check_headers(Reader& reader, const Element& element, void* config) {
  check_domain(reader, element, static_cast<const Headers*>(config)->domain);
}

constexpr ElementSpec kSiteControl = element_of<SiteControl>(kSiteAttributes);
constexpr ElementSpec kAccess = checked(element_of<Access>(kAccessAttributes), &check_access);
constexpr ElementSpec kHeaders = checked(element_of<Headers>(kHeadersAttributes), &check_headers);
constexpr ChildSpec kFileChildren[] = {
    element<&PolicyFile::site_control, &kSiteControl>("site-control", false),
    elements<&PolicyFile::access, &kAccess>("allow-access-from", 0, kMany),
    elements<&PolicyFile::headers, &kHeaders>("allow-http-request-headers-from", 0, kMany),
};
constexpr ElementSpec kFile = element_of<PolicyFile>({}, kFileChildren);
constexpr ChildSpec kChildren[] = {element<&CrossDomain::file, &kFile>("cross-domain-policy", false)};

void attribute(std::string& out, std::string_view name, std::string_view value) {
  append(out, " ", name, "=\"");
  for (const char c : value)
    append(out, c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string_view(&c, 1));
  out += '"';
}

std::string text_of(const PolicyFile* file) {
  std::string inner;
  if (file != nullptr && file->site_control != nullptr) {
    inner += "<site-control";
    attribute(inner, "permitted-cross-domain-policies",
              kPermittedWords[static_cast<std::size_t>(file->site_control->permitted)].text);
    inner += "/>";
  }
  for (const Access& one : file == nullptr ? std::span<const Access>() : file->access) {
    inner += "<allow-access-from";
    attribute(inner, "domain", one.domain);
    attribute(inner, "secure", one.secure ? "true" : "false");
    inner += "/>";
  }
  for (const Headers& one : file == nullptr ? std::span<const Headers>() : file->headers) {
    inner += "<allow-http-request-headers-from";
    attribute(inner, "domain", one.domain);
    attribute(inner, "headers", one.headers);
    attribute(inner, "secure", one.secure ? "true" : "false");
    inner += "/>";
  }
  return inner.empty() ? "<cross-domain-policy/>" : joined("<cross-domain-policy>", inner, "</cross-domain-policy>");
}

void check(Reader& reader, const Element&, void* config) {
  auto& cross_domain = *static_cast<CrossDomain*>(config);
  cross_domain.text = reader.arena().copy(std::string_view(text_of(cross_domain.file)));
}

Outcome run(PolicyRun& run, const CrossDomain& config) {
  Exchange& exchange = run.exchange();
  if (exchange.request.method != "GET" || exchange.request.original_url.path != kPath ||
      exchange.view.operation != nullptr)
    return Outcome::kContinue;
  Response* response = exchange.make_response(200, reason_phrase(200));
  response->headers.set("Content-Type", "text/x-cross-domain-policy", run.arena());
  exchange.set_body(*response, config.text);
  if (run.tracing()) run.trace("The cross-domain policy file was served");
  return run.finish(response);
}

constexpr ScopeSet kScopes = bit(Scope::kGlobal) | bit(Scope::kApi);

}  // namespace

const PolicySpec kCrossDomain = policy<CrossDomain, &run>("cross-domain", {}, kChildren)
                                    .in(kInboundOnly)
                                    .at(kScopes)
                                    .answering(kPath)
                                    .checked_by(&check);

}  // namespace portcullis
