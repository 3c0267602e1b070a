// The bodies of RPC-style operations of a WSDL 1.1. Such a body is an element named after the operation, in the
// namespace that the binding says, and holds one element without a namespace for each part of the message; only the
// parts' types are declared. So that they can be validated like any other, the wrapping elements are written as XML
// schemas here. source: content-validation.md#2
#include <algorithm>
#include <map>

#include "base/text.h"
#include "service/described_api.h"

namespace portcullis {

namespace {

constexpr std::string_view kXsd = "http://www.w3.org/2001/XMLSchema";
constexpr std::string_view kSoapNamespaces[] = {"http://schemas.xmlsoap.org/wsdl/soap/",
                                                "http://schemas.xmlsoap.org/wsdl/soap12/"};

const XmlItem* soap_child(const XmlItem& item, std::string_view name) {
  for (const XmlItem& child : item.children) {
    if (child.name == name && std::find(std::begin(kSoapNamespaces), std::end(kSoapNamespaces), child.name_space) !=
                                  std::end(kSoapNamespaces))
      return &child;
  }
  return nullptr;
}

const XmlItem* named(const XmlItem& parent, std::string_view kind, std::string_view name) {
  name = name.substr(name.find(':') + 1);
  for (const XmlItem& child : parent.children) {
    if (child.name == kind && child.attribute("name") == name) return &child;
  }
  return nullptr;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

bool lists(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t space = std::min(names.find(' '), names.size());
    if (names.substr(0, space) == name) return true;
    names.remove_prefix(std::min(space + 1, names.size()));
  }
  return false;
}

/// The schema of one namespace, piece by piece.
struct Wrappers {
  std::map<std::string, std::string, std::less<>> prefixes;  // namespace to the prefix it has here
  std::vector<std::string> names;
  std::string elements;
};

class RpcReader {
 public:
  explicit RpcReader(const XmlItem& definitions) : definitions_(definitions) {}

  std::vector<std::string> read() {
    for (const XmlItem& binding : definitions_.children) {
      const XmlItem* soap = binding.name == "binding" ? soap_child(binding, "binding") : nullptr;
      if (soap != nullptr) read_binding(binding, soap->attribute("style") == "rpc");
    }
    std::vector<std::string> schemas;
    for (const auto& [name_space, wrappers] : wrappers_) schemas.push_back(written(name_space, wrappers));
    return schemas;
  }

 private:
  void read_binding(const XmlItem& binding, bool is_rpc) {
    const XmlItem* port = named(definitions_, "portType", binding.attribute("type"));
    if (port == nullptr) return;
    for (const XmlItem& bound : binding.children) {
      if (bound.name != "operation") continue;
      const XmlItem* soap = soap_child(bound, "operation");
      const std::string_view style = soap == nullptr ? std::string_view() : soap->attribute("style");
      const XmlItem* operation = named(*port, "operation", bound.attribute("name"));
      if (operation == nullptr || (style.empty() ? !is_rpc : style != "rpc")) continue;
      add_wrapper(bound, *operation, "input", "");
      add_wrapper(bound, *operation, "output", "Response");
    }
  }

  void add_wrapper(const XmlItem& bound, const XmlItem& operation, std::string_view direction,
                   std::string_view ending) {
    const XmlItem* way = bound.child(direction);
    const XmlItem* body = way == nullptr ? nullptr : soap_child(*way, "body");
    const XmlItem* given = operation.child(direction);
    const XmlItem* message = given == nullptr ? nullptr : named(definitions_, "message", given->attribute("message"));
    if (body == nullptr || message == nullptr) return;
    const std::string name_space(body->attribute("namespace"));
    const std::string name = joined(operation.attribute("name"), ending);
    Wrappers& wrappers = wrappers_[name_space];
    const bool is_known = std::find(wrappers.names.begin(), wrappers.names.end(), name) != wrappers.names.end();
    if (is_known || is_declared(name_space, name)) return;
    wrappers.names.push_back(name);
    append(wrappers.elements, "<xs:element name=\"", escaped(name), "\"><xs:complexType><xs:all>");
    for (const XmlItem& part : message->children) {
      const std::string_view chosen = body->attribute("parts");
      if (part.name == "part" && (chosen.empty() || lists(chosen, part.attribute("name"))))
        add_part(part, *message, wrappers);
    }
    // An encoded body says so on its elements.
    wrappers.elements += "</xs:all><xs:anyAttribute processContents=\"skip\"/></xs:complexType></xs:element>";
  }

  void add_part(const XmlItem& part, const XmlItem& message, Wrappers& wrappers) {
    const std::string_view type = part.attribute("type");
    const std::size_t colon = type.find(':');
    const std::string_view prefix = colon == std::string_view::npos ? std::string_view() : type.substr(0, colon);
    append(wrappers.elements, "<xs:element name=\"", escaped(part.attribute("name")), "\"");
    if (!type.empty()) {
      const std::string own = prefix_for(name_space_of(prefix, {&part, &message, &definitions_}), wrappers);
      append(wrappers.elements, " type=\"", own, own.empty() ? "" : ":", escaped(type.substr(colon + 1)), "\"");
    }
    wrappers.elements += "/>";
  }

  static std::string name_space_of(std::string_view prefix, std::initializer_list<const XmlItem*> around) {
    for (const XmlItem* item : around) {
      for (const auto& [declared, name_space] : item->prefixes) {
        if (declared == prefix) return name_space;
      }
    }
    return {};
  }

  static std::string prefix_for(const std::string& name_space, Wrappers& wrappers) {
    if (name_space == kXsd) return "xs";
    if (name_space.empty()) return {};
    return wrappers.prefixes.try_emplace(name_space, joined("n", wrappers.prefixes.size())).first->second;
  }

  bool is_declared(std::string_view name_space, std::string_view name) const {
    const XmlItem* types = definitions_.child("types");
    if (types == nullptr) return false;
    return std::any_of(types->children.begin(), types->children.end(), [&](const XmlItem& schema) {
      return schema.attribute("targetNamespace") == name_space && named(schema, "element", name) != nullptr;
    });
  }

  static std::string written(const std::string& name_space, const Wrappers& wrappers) {
    std::string text = joined("<xs:schema xmlns:xs=\"", kXsd, "\"");
    if (!name_space.empty()) append(text, " targetNamespace=\"", escaped(name_space), "\"");
    for (const auto& [used, prefix] : wrappers.prefixes) append(text, " xmlns:", prefix, "=\"", escaped(used), "\"");
    text += ">";
    for (const auto& [used, prefix] : wrappers.prefixes) {
      if (used != name_space) append(text, "<xs:import namespace=\"", escaped(used), "\"/>");
    }
    return joined(text, wrappers.elements, "</xs:schema>");
  }

  const XmlItem& definitions_;
  std::map<std::string, Wrappers, std::less<>> wrappers_;
};

}  // namespace

std::vector<std::string> rpc_schemas(const XmlItem& definitions) { return RpcReader(definitions).read(); }

}  // namespace portcullis
