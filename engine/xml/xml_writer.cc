// XML tree to text as XNode.ToString gives it: indentation that stops at mixed content, namespace declarations where they are
// missing, .NET's escapes.
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/json/text_builder.h"
#include "engine/xml/xml.h"

namespace portcullis {
namespace {

enum class Place : std::uint8_t { kText, kAttribute };

class Writer {
 public:
  Writer(Run& run, const XmlWriteOptions& options) : run_(run), options_(options), out_(run, 256), indents_(options.indent), scopes_(run.arena) {}

  bool node(const XNode& node, std::uint32_t depth) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    if (!run_.spend(1)) return false;
    switch (node.kind) {
      case XKind::kElement:
        return element(static_cast<const XElement&>(node), depth);
      case XKind::kDocument:
        return children(static_cast<const XDocument&>(node), depth);
      case XKind::kText:
        mixed_ = true;
        return escaped(static_cast<const XText&>(node).value, Place::kText);
      case XKind::kCData:
        mixed_ = true;
        return cdata(static_cast<const XText&>(node).value);
      case XKind::kComment:
        return line() && out_.add("<!--") && raw(static_cast<const XText&>(node).value) && out_.add("-->");
      case XKind::kProcessingInstruction:
        return instruction(static_cast<const XInstruction&>(node));
      case XKind::kDocumentType:
        return document_type(static_cast<const XDocumentType&>(node));
      case XKind::kAttribute:
        break;
    }
    return true;
  }

  bool attribute_text(const XAttribute& attribute) {
    std::string_view prefix;
    const auto* element = static_cast<const XElement*>(attribute.parent);
    const std::string_view uri = attribute.name->space->uri;
    if (uri == kXmlUri) prefix = "xml";
    if (uri == kXmlnsUri && attribute.name->local != "xmlns") prefix = "xmlns";
    if (!uri.empty() && prefix.empty() && !prefix_of(element, uri, false, prefix)) prefix = "p1";
    return named(prefix, attribute.name->local) && out_.add("=\"") && escaped(attribute.value, Place::kAttribute) && out_.add('"');
  }

  bool declaration(const XDeclaration& declaration) {
    if (!out_.add("<?xml version=\"") || !out_.add(declaration.version == nullptr ? std::string_view("1.0") : declaration.version->view()) || !out_.add('"')) return false;
    if (declaration.encoding != nullptr && !(out_.add(" encoding=\"") && out_.add(declaration.encoding->view()) && out_.add('"'))) return false;
    if (declaration.standalone != nullptr && !(out_.add(" standalone=\"") && out_.add(declaration.standalone->view()) && out_.add('"'))) return false;
    return out_.add("?>");
  }

  /// What the ancestors declare is in scope of a node that is written alone, but is not written.
  void take_scope(const XContainer* parent) {
    if (parent != nullptr && parent->kind == XKind::kElement) ancestors_ = static_cast<const XElement*>(parent);
  }

  String* finish() { return run_.failed() ? nullptr : out_.finish(); }

 private:
  /// A prefix in scope of what is being written.
  struct Scope {
    std::string_view prefix;
    std::string_view uri;
  };

  class Scopes {
   public:
    explicit Scopes(Arena& arena) : arena_(arena) {}
    void push(const Scope& scope) {
      if (count_ == room_) {
        const std::size_t room = room_ == 0 ? 8 : room_ * 2;
        auto* grown = static_cast<Scope*>(arena_.allocate(sizeof(Scope) * room, alignof(Scope)));
        for (std::size_t i = 0; i < count_; ++i) grown[i] = items_[i];
        items_ = grown;
        room_ = room;
      }
      items_[count_++] = scope;
    }
    void shrink(std::size_t count) { count_ = count; }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] const Scope& operator[](std::size_t at) const { return items_[at]; }

   private:
    Arena& arena_;
    Scope* items_ = nullptr;
    std::size_t count_ = 0;
    std::size_t room_ = 0;
  };

  // ---- layout -------------------------------------------------------------------------------------------------------
  bool line() {
    if (!indents_ || mixed_) return true;
    if (out_.text().empty()) return true;
    return out_.add('\n') && out_.add(std::size_t{2} * level_, ' ');
  }

  bool children(const XContainer& parent, std::uint32_t depth) {
    for (const XNode* at = parent.first; at != nullptr; at = at->next) {
      if (!node(*at, depth - 1)) return false;
    }
    return true;
  }

  // ---- names --------------------------------------------------------------------------------------------------------
  bool named(std::string_view prefix, std::string_view local) {
    return (prefix.empty() || (out_.add(prefix) && out_.add(':'))) && out_.add(local);
  }

  bool declared(std::string_view prefix, std::string_view& uri) const {
    for (std::size_t i = scopes_.size(); i > 0; --i) {
      if (scopes_[i - 1].prefix != prefix) continue;
      uri = scopes_[i - 1].uri;
      return true;
    }
    return false;
  }

  /// The prefix for `uri` among what the output declares; the innermost that is not hidden.
  bool find_prefix(std::string_view uri, bool allow_default, std::string_view& prefix) const {
    for (std::size_t i = scopes_.size(); i > 0; --i) {
      const Scope& scope = scopes_[i - 1];
      std::string_view seen;
      if (scope.uri != uri || (scope.prefix.empty() && !allow_default) || !declared(scope.prefix, seen) || seen != uri) continue;
      prefix = scope.prefix;
      return true;
    }
    return false;
  }

  std::string_view element_prefix(const XElement& element) {
    const std::string_view uri = element.name->space->uri;
    if (uri.empty()) return {};
    if (uri == kXmlUri) return "xml";
    std::string_view prefix;
    if (own_prefix(element, uri, true, prefix) || find_prefix(uri, true, prefix) || prefix_of(ancestors_, uri, true, prefix)) return prefix;
    return {};
  }

  // Among the declarations of the element itself.
  static bool own_prefix(const XElement& element, std::string_view uri, bool allow_default, std::string_view& prefix) {
    for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
      if (!is_namespace_declaration(*at) || at->value != uri) continue;
      const bool is_default = at->name->space->uri.empty();
      if (is_default && !allow_default) continue;
      prefix = is_default ? std::string_view{} : at->name->local;
      return true;
    }
    return false;
  }

  static bool declares(const XElement& element, std::string_view prefix) {
    for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
      if (!is_namespace_declaration(*at)) continue;
      if ((at->name->space->uri.empty() ? std::string_view{} : at->name->local) == prefix) return true;
    }
    return false;
  }

  // ---- elements -----------------------------------------------------------------------------------------------------
  bool element(const XElement& element, std::uint32_t depth) {
    const bool outer_mixed = mixed_;
    const std::size_t outer_scopes = scopes_.size();
    if (!line()) return false;
    const std::string_view prefix = element_prefix(element);
    if (!out_.add('<') || !named(prefix, element.name->local)) return false;
    if (!attributes(element, prefix, outer_scopes)) return false;
    if (element.first == nullptr) {
      mixed_ = outer_mixed;
      scopes_.shrink(outer_scopes);
      if (!element.has_end_tag) return out_.add(" />");
      return out_.add("></") && named(prefix, element.name->local) && out_.add('>');
    }
    if (!out_.add('>')) return false;
    ++level_;
    if (!children(element, depth)) return false;
    --level_;
    if (!line()) return false;
    mixed_ = outer_mixed;
    scopes_.shrink(outer_scopes);
    return out_.add("</") && named(prefix, element.name->local) && out_.add('>');
  }

  bool attributes(const XElement& element, std::string_view prefix, std::size_t outer) {
    const std::string_view uri = element.name->space->uri;
    std::string_view known;
    const bool was_declared = declared(prefix, known);
    const bool missing = (was_declared ? known != uri : !uri.empty() || !prefix.empty()) && !declares(element, prefix) && prefix != "xml";
    scopes_.push({prefix, uri});
    // Every declaration is in scope before the names of attributes are chosen.
    for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
      if (is_namespace_declaration(*at)) scopes_.push({at->name->space->uri.empty() ? std::string_view{} : at->name->local, at->value});
    }
    const std::size_t first_generated = scopes_.size();
    for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
      if (!attribute(*at, outer)) return false;
    }
    // What nobody declared comes last, the newest first.
    for (std::size_t i = scopes_.size(); i > first_generated; --i) {
      if (!declare(scopes_[i - 1].prefix, scopes_[i - 1].uri)) return false;
    }
    return !missing || declare(prefix, uri);
  }

  bool declare(std::string_view prefix, std::string_view uri) {
    return out_.add(prefix.empty() ? std::string_view(" xmlns") : std::string_view(" xmlns:")) && out_.add(prefix) && out_.add("=\"") &&
           escaped(uri, Place::kAttribute) && out_.add('"');
  }

  bool attribute(const XAttribute& attribute, std::size_t outer) {
    const std::string_view uri = attribute.name->space->uri;
    std::string_view prefix;
    if (is_namespace_declaration(attribute)) {
      if (options_.omit_duplicate_namespaces && is_known_outside(attribute, outer)) return true;
      prefix = uri.empty() ? std::string_view{} : std::string_view("xmlns");
    } else if (uri == kXmlUri) {
      prefix = "xml";
    } else if (!uri.empty() && !find_prefix(uri, false, prefix)) {
      if (!prefix_of(ancestors_, uri, false, prefix)) prefix = run_.arena.copy(std::string_view(joined("p", scopes_.size())));
      scopes_.push({prefix, uri});
    }
    return out_.add(' ') && named(prefix, attribute.name->local) && out_.add("=\"") && escaped(attribute.value, Place::kAttribute) && out_.add('"');
  }

  bool is_known_outside(const XAttribute& attribute, std::size_t outer) const {
    const std::string_view prefix = attribute.name->space->uri.empty() ? std::string_view{} : attribute.name->local;
    for (std::size_t i = outer; i > 0; --i) {
      if (scopes_[i - 1].prefix == prefix) return scopes_[i - 1].uri == attribute.value;
    }
    return false;
  }

  // ---- other nodes --------------------------------------------------------------------------------------------------
  bool cdata(std::string_view text) {
    if (!out_.add("<![CDATA[")) return false;
    for (std::size_t close = text.find("]]>"); close != std::string_view::npos; close = text.find("]]>")) {
      if (!out_.add(text.substr(0, close + 2)) || !out_.add("]]><![CDATA[")) return false;
      text.remove_prefix(close + 2);
    }
    return raw(text) && out_.add("]]>");
  }

  bool instruction(const XInstruction& node) {
    return line() && out_.add("<?") && out_.add(node.target) && (node.data.empty() || (out_.add(' ') && raw(node.data))) && out_.add("?>");
  }

  bool document_type(const XDocumentType& type) {
    if (!line() || !out_.add("<!DOCTYPE ") || !out_.add(type.name)) return false;
    const auto quoted = [&](const String* text) { return out_.add(" \"") && out_.add(text->view()) && out_.add('"'); };
    if (type.public_id != nullptr) {
      if (!out_.add(" PUBLIC") || !quoted(type.public_id) || (type.system_id != nullptr && !quoted(type.system_id))) return false;
    } else if (type.system_id != nullptr) {
      if (!out_.add(" SYSTEM") || !quoted(type.system_id)) return false;
    }
    if (type.internal_subset != nullptr && !(out_.add(type.public_id == nullptr && type.system_id == nullptr ? std::string_view(" [") : std::string_view("[")) &&
                                             out_.add(type.internal_subset->view()) && out_.add(']'))) {
      return false;
    }
    return out_.add('>');
  }

  // ---- text ---------------------------------------------------------------------------------------------------------
  // Line ends become the platform's.
  bool raw(std::string_view text) {
    for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r')) {
      if (!out_.add(text.substr(0, at)) || !out_.add('\n')) return false;
      text.remove_prefix(at + 1);
      if (text.starts_with('\n')) text.remove_prefix(1);
    }
    return out_.add(text);
  }

  bool raise_character(std::string_view text) {
    const Decoded c = decode_utf8(text, 0);
    char digits[12];
    std::size_t size = 0;
    constexpr char kHex[] = "0123456789ABCDEF";
    for (int shift = 12; shift >= 0; shift -= 4) {
      const auto digit = (c.code >> shift) & 15;
      if (size > 0 || digit != 0 || shift <= 4) digits[size++] = kHex[digit];
    }
    run_.raise(Known::kArgumentException,
               joined("'", text.substr(0, c.length), "', hexadecimal value 0x", std::string_view(digits, size), ", is an invalid character."));
    return false;
  }

  bool escaped(std::string_view text, Place place) {
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c > '>' && c < 0xED) continue;
      std::string_view as;
      std::size_t used = 1;
      switch (text[i]) {
        case '&': as = "&amp;"; break;
        case '<': as = "&lt;"; break;
        case '>': as = "&gt;"; break;
        case '"':
          if (place == Place::kText) continue;
          as = "&quot;";
          break;
        case '\t':
          if (place == Place::kText) continue;
          as = "&#x9;";
          break;
        case '\n':
          if (place == Place::kText) continue;
          as = "&#xA;";
          break;
        case '\r':
          as = place == Place::kText ? "\n" : "&#xD;";
          if (place == Place::kText && i + 1 < text.size() && text[i + 1] == '\n') used = 2;
          break;
        default:
          if (c < 0x20 || (c >= 0xED && is_no_character(text.substr(i)))) return raise_character(text.substr(i));
          continue;
      }
      if (!out_.add(text.substr(done, i - done)) || !out_.add(as)) return false;
      i += used - 1;
      done = i + 1;
    }
    return out_.add(text.substr(done));
  }

  static bool is_no_character(std::string_view text) {
    const Decoded c = decode_utf8(text, 0);
    return is_surrogate(c.code) || c.code == 0xFFFE || c.code == 0xFFFF;
  }

  Run& run_;
  const XmlWriteOptions& options_;
  TextBuilder out_;
  bool indents_;
  bool mixed_ = false;  // text was written in the element or around it: no lines are broken any more
  std::uint32_t level_ = 0;
  Scopes scopes_;
  const XElement* ancestors_ = nullptr;
};

}  // namespace

String* write_xml(Run& run, const XNode& node, const XmlWriteOptions& options) {
  Writer writer(run, options);
  writer.take_scope(node.parent);
  if (!writer.node(node, kMaxXmlDepth)) return nullptr;
  return writer.finish();
}

String* write_xml_attribute(Run& run, const XAttribute& attribute) {
  Writer writer(run, {.indent = false});
  return writer.attribute_text(attribute) ? writer.finish() : nullptr;
}

String* write_xml_document(Run& run, const XDocument& document, const XmlWriteOptions& options) {
  Writer writer(run, options);
  XDeclaration plain{};
  if (!writer.declaration(document.declaration == nullptr ? plain : *document.declaration)) return nullptr;
  if (!writer.node(document, kMaxXmlDepth)) return nullptr;
  return writer.finish();
}

}  // namespace portcullis
