// The operations of a WSDL 1.1: one for each operation of its SOAP bindings. Its types are compiled with the XML
// schemas.
#include <algorithm>

#include "base/text.h"
#include "service/described_api.h"

namespace portcullis {

namespace {

constexpr std::string_view kSoap11Binding = "http://schemas.xmlsoap.org/wsdl/soap/";
constexpr std::string_view kSoap12Binding = "http://schemas.xmlsoap.org/wsdl/soap12/";

/// The content type that requests of the binding have; empty: it is no SOAP binding.
std::string_view content_type_of(const XmlItem& binding) {
  for (const XmlItem& child : binding.children) {
    if (child.name != "binding") continue;
    if (child.name_space == kSoap11Binding) return "text/xml";
    if (child.name_space == kSoap12Binding) return "application/soap+xml";
  }
  return {};
}

std::string_view action_of(const XmlItem& operation) {
  for (const XmlItem& child : operation.children) {
    if (child.name == "operation") return child.attribute("soapAction");
  }
  return {};
}

void add(DescribedApi& api, const XmlItem& operation, std::string_view content_type) {
  const std::string_view name = operation.attribute("name");
  const RepresentationDefinition body{.content_type = content_type, .written = content_type};
  for (OperationDefinition& known : api.found) {
    if (known.id != name) continue;  // bound for both versions of SOAP
    std::vector<RepresentationDefinition> both(known.representations.begin(), known.representations.end());
    if (std::any_of(both.begin(), both.end(), [&](const auto& one) { return one.content_type == content_type; }))
      return;
    both.push_back(body);
    known.representations = api.arena.copy(std::span<const RepresentationDefinition>(both));
    const ResponseDefinition response{
        .first_status = 0, .last_status = 0, .headers = {}, .representations = known.representations};
    known.responses = api.arena.copy(std::span<const ResponseDefinition>(&response, 1));
    return;
  }
  OperationDefinition made;
  made.id = api.keep(std::string(name));
  made.method = "POST";
  made.url_template = api.keep(joined("/?soapAction=", action_of(operation)));
  made.has_request_body = made.requires_request_body = true;
  made.representations = api.arena.copy(std::span<const RepresentationDefinition>(&body, 1));
  const ResponseDefinition response{
      .first_status = 0, .last_status = 0, .headers = {}, .representations = made.representations};
  made.responses = api.arena.copy(std::span<const ResponseDefinition>(&response, 1));
  api.found.push_back(made);
}

}  // namespace

void read_wsdl(DescribedApi& api, const XmlItem& definitions) {
  api.has_document = true;
  for (const XmlItem& binding : definitions.children) {
    if (binding.name != "binding") continue;
    const std::string_view content_type = content_type_of(binding);
    if (content_type.empty()) continue;
    for (const XmlItem& operation : binding.children) {
      if (operation.name == "operation" && operation.name_space == definitions.name_space)
        add(api, operation, content_type);
    }
  }
}

}  // namespace portcullis
