// OuterXml and InnerXml of XmlDocument's nodes: no indentation, `<a />`, and a declaration of each namespace where the
// first node stands that needs it.
#include "base/text.h"
#include "engine/dotnet/xml_dom.h"

namespace portcullis {

namespace {

class Writer {
 public:
  explicit Writer(Run& run) : run_(run) {
    scope_.push_back({"", ""});
    scope_.push_back({"xml", kDomXmlUri});
  }

  bool write(const DomNode& node, std::uint32_t depth) {
    if (depth == kMaxDomDepth) return run_.raise_limit(Limit::kDepth);
    if (!run_.spend(1)) return false;
    switch (node.kind) {
      case DomKind::kElement:
        return element(node, depth);
      case DomKind::kDocument:
      case DomKind::kFragment:
        return children(node, depth);
      case DomKind::kAttribute:
        return attribute(node);
      case DomKind::kText:
      case DomKind::kWhitespace:
        return escaped(node.value, false);
      case DomKind::kCData:
        append(out_, "<![CDATA[", node.value, "]]>");
        return true;
      case DomKind::kComment:
        append(out_, "<!--", node.value, "-->");
        return true;
      case DomKind::kProcessingInstruction:
        append(out_, "<?", node.local, node.value.empty() ? "" : " ", node.value, "?>");
        return true;
      case DomKind::kDeclaration:
        return declaration(node);
      case DomKind::kDocumentType:
        return document_type(node);
    }
    return true;
  }

  bool children(const DomNode& node, std::uint32_t depth) {
    for (const DomNode* at = node.first; at != nullptr; at = at->next) {
      if (!write(*at, depth + 1)) return false;
    }
    return true;
  }

  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  struct Binding {
    std::string_view prefix;
    std::string_view uri;
  };

  [[nodiscard]] bool is_bound(std::string_view prefix, std::string_view uri) const {
    for (auto at = scope_.rbegin(); at != scope_.rend(); ++at) {
      if (at->prefix == prefix) return at->uri == uri;
    }
    return false;
  }

  // What is not declared yet is declared behind the attributes.
  void need(std::string_view prefix, std::string_view uri, std::vector<Binding>& wanted) {
    if (is_bound(prefix, uri)) return;
    scope_.push_back({prefix, uri});
    wanted.push_back({prefix, uri});
  }

  // Attributes of a namespace need a prefix.
  std::string_view attribute_prefix(const DomNode& attribute, std::uint32_t depth, std::size_t& made) {
    if (!attribute.prefix.empty() || attribute.uri.empty()) return attribute.prefix;
    for (auto at = scope_.rbegin(); at != scope_.rend(); ++at) {
      if (at->uri == attribute.uri && !at->prefix.empty() && is_bound(at->prefix, at->uri)) return at->prefix;
    }
    return run_.string(joined("d", depth + 1, "p", ++made))->view();
  }

  bool element(const DomNode& node, std::uint32_t depth) {
    const std::size_t outer = scope_.size();
    const std::string_view prefix = node.uri.empty() ? std::string_view{} : node.prefix;
    const std::string name = prefix.empty() ? std::string(node.local) : joined(prefix, ":", node.local);
    append(out_, "<", name);
    std::vector<Binding> wanted;
    std::size_t made = 0;
    for (const DomNode* at = node.first_attribute; at != nullptr; at = at->next) {
      if (is_dom_namespace(*at)) scope_.push_back({at->prefix.empty() ? std::string_view{} : at->local, at->value});
    }
    need(prefix, node.uri, wanted);
    for (const DomNode* at = node.first_attribute; at != nullptr; at = at->next) {
      out_ += ' ';
      if (is_dom_namespace(*at)) {
        if (!attribute(*at)) return false;
        continue;
      }
      const std::string_view own = attribute_prefix(*at, depth, made);
      if (!own.empty() && !at->uri.empty()) need(own, at->uri, wanted);
      append(out_, at->uri.empty() ? std::string_view{} : own, own.empty() || at->uri.empty() ? "" : ":", at->local,
             "=\"");
      if (!escaped(at->value, true)) return false;
      out_ += '"';
    }
    for (auto binding = wanted.rbegin(); binding != wanted.rend(); ++binding) {
      append(out_, " xmlns", binding->prefix.empty() ? "" : ":", binding->prefix, "=\"");
      escaped(binding->uri, true);
      out_ += '"';
    }
    if (node.first == nullptr && !node.has_end_tag) {
      out_ += " />";
    } else {
      out_ += '>';
      if (!children(node, depth)) return false;
      append(out_, "</", name, ">");
    }
    scope_.resize(outer);
    return true;
  }

  bool attribute(const DomNode& node) {
    append(out_, node.prefix, node.prefix.empty() ? "" : ":", node.local, "=\"");
    if (!escaped(node.value, true)) return false;
    out_ += '"';
    return true;
  }

  bool escaped(std::string_view text, bool in_attribute) {
    if (!run_.spend(text.size() / 16)) return false;
    for (const char c : text) {
      switch (c) {
        case '&':
          out_ += "&amp;";
          break;
        case '<':
          out_ += "&lt;";
          break;
        case '>':
          out_ += "&gt;";
          break;
        case '"':
          out_ += in_attribute ? "&quot;" : "\"";
          break;
        case '\n':
          out_ += in_attribute ? "&#xA;" : "\n";
          break;
        case '\r':
          out_ += in_attribute ? "&#xD;" : "\r";
          break;
        default:
          out_ += c;
          break;
      }
    }
    return true;
  }

  bool declaration(const DomNode& node) {
    out_ += "<?xml";
    const auto part = [&](std::string_view name, const String* value) {
      if (value != nullptr && value->size > 0) append(out_, " ", name, "=\"", value->view(), "\"");
    };
    part("version", node.version);
    part("encoding", node.encoding);
    part("standalone", node.standalone);
    out_ += "?>";
    return true;
  }

  bool document_type(const DomNode& node) {
    append(out_, "<!DOCTYPE ", node.local);
    if (node.version != nullptr) append(out_, " PUBLIC \"", node.version->view(), "\"");
    if (node.encoding != nullptr)
      append(out_, node.version == nullptr ? " SYSTEM" : "", " \"", node.encoding->view(), "\"");
    if (!node.value.empty()) append(out_, "[", node.value, "]");
    out_ += '>';
    return true;
  }

  Run& run_;
  std::string out_;
  std::vector<Binding> scope_;
};

}  // namespace

String* dom_outer_xml(Run& run, const DomNode& node) {
  Writer writer(run);
  return writer.write(node, 0) ? run.string(writer.text()) : nullptr;
}

String* dom_inner_xml(Run& run, const DomNode& node) {
  if (node.kind == DomKind::kAttribute) {
    Writer writer(run);
    DomNode text;
    text.kind = DomKind::kText;
    text.value = node.value;
    return writer.write(text, 0) ? run.string(writer.text()) : nullptr;
  }
  Writer writer(run);
  return writer.children(node, 0) ? run.string(writer.text()) : nullptr;
}

}  // namespace portcullis
