// See xml_dom.h. Reading is LINQ to XML's: its tree is copied.
#include "engine/dotnet/xml_dom.h"

#include <algorithm>

#include "base/text.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml.h"

namespace portcullis {

namespace {

std::string_view type_name(DomKind kind) {
  switch (kind) {
    case DomKind::kElement:
      return "XmlElement";
    case DomKind::kAttribute:
      return "XmlAttribute";
    case DomKind::kText:
      return "XmlText";
    case DomKind::kCData:
      return "XmlCDataSection";
    case DomKind::kProcessingInstruction:
      return "XmlProcessingInstruction";
    case DomKind::kComment:
      return "XmlComment";
    case DomKind::kDocument:
      return "XmlDocument";
    case DomKind::kDocumentType:
      return "XmlDocumentType";
    case DomKind::kFragment:
      return "XmlDocumentFragment";
    case DomKind::kWhitespace:
      return "XmlWhitespace";
    case DomKind::kDeclaration:
      return "XmlDeclaration";
  }
  return {};
}

bool is_white(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

bool is_dom_text(const DomNode& node) {
  return node.kind == DomKind::kText || node.kind == DomKind::kCData || node.kind == DomKind::kWhitespace;
}
bool is_dom_container(const DomNode& node) {
  return node.kind == DomKind::kElement || node.kind == DomKind::kDocument || node.kind == DomKind::kFragment;
}
bool is_dom_namespace(const DomNode& attribute) { return attribute.uri == kDomXmlnsUri; }

DomNode* make_dom_node(Run& run, DomNode* document, DomKind kind) {
  auto* made = run.make<DomNode>(*run.types.find_in("System.Xml", type_name(kind), 0));
  made->kind = kind;
  made->document = document == nullptr ? made : document;
  return made;
}

String* dom_name(Run& run, const DomNode& node) {
  if (!node.prefix.empty()) return run.string(joined(node.prefix, ":", node.local));
  return run.view(dom_local_name(node));
}

std::string_view dom_local_name(const DomNode& node) {
  switch (node.kind) {
    case DomKind::kText:
      return "#text";
    case DomKind::kCData:
      return "#cdata-section";
    case DomKind::kComment:
      return "#comment";
    case DomKind::kDocument:
      return "#document";
    case DomKind::kFragment:
      return "#document-fragment";
    case DomKind::kWhitespace:
      return "#whitespace";
    case DomKind::kDeclaration:
      return "xml";
    default:
      return node.local;
  }
}

DomNode* next_dom_node(DomNode* node, const DomNode* top) {
  if (node->first != nullptr) return node->first;
  for (; node != top && node != nullptr; node = node->parent) {
    if (node->next != nullptr) return node->next;
  }
  return nullptr;
}

String* dom_inner_text(Run& run, DomNode& node) {
  if (!is_dom_container(node)) return node.kind == DomKind::kDocumentType ? run.empty_string() : run.view(node.value);
  if (node.first != nullptr && node.first == node.last && is_dom_text(*node.first)) return run.view(node.first->value);
  std::string out;
  for (DomNode* at = node.first; at != nullptr; at = next_dom_node(at, &node)) {
    if (!run.spend(1)) return nullptr;
    if (is_dom_text(*at)) out += at->value;
  }
  return run.string(out);
}

bool find_dom_namespace(const DomNode* node, std::string_view prefix, std::string_view& uri) {
  for (; node != nullptr; node = node->parent) {
    for (const DomNode* at = node->first_attribute; at != nullptr; at = at->next) {
      if (!is_dom_namespace(*at) || (at->prefix.empty() ? std::string_view{} : at->local) != prefix) continue;
      uri = at->value;
      return true;
    }
    if (node->kind == DomKind::kElement && node->prefix == prefix && (!prefix.empty() || !node->uri.empty())) {
      uri = node->uri;
      return true;
    }
  }
  uri = prefix == "xml" ? kDomXmlUri : prefix == "xmlns" ? kDomXmlnsUri : std::string_view{};
  return !uri.empty();
}

bool find_dom_prefix(const DomNode* node, std::string_view uri, std::string_view& prefix) {
  for (const DomNode* at = node; at != nullptr; at = at->parent) {
    for (const DomNode* attribute = at->first_attribute; attribute != nullptr; attribute = attribute->next) {
      if (!is_dom_namespace(*attribute) || attribute->value != uri) continue;
      prefix = attribute->prefix.empty() ? std::string_view{} : attribute->local;
      std::string_view seen;
      if (find_dom_namespace(node, prefix, seen) && seen == uri) return true;
    }
    if (at->kind == DomKind::kElement && at->uri == uri) {
      prefix = at->prefix;
      return true;
    }
  }
  prefix = uri == kDomXmlUri ? "xml" : uri == kDomXmlnsUri ? "xmlns" : "";
  return !prefix.empty();
}

// ---- changing --------------------------------------------------------------------------------------------------------

void link_dom_node(DomNode& parent, DomNode* before, DomNode& node) {
  node.parent = &parent;
  node.next = before;
  node.previous = before == nullptr ? parent.last : before->previous;
  (node.previous == nullptr ? parent.first : node.previous->next) = &node;
  (before == nullptr ? parent.last : before->previous) = &node;
  parent.has_end_tag = true;  // also when it is empty again
}

void unlink_dom_node(DomNode& node) {
  (node.previous == nullptr ? node.parent->first : node.previous->next) = node.next;
  (node.next == nullptr ? node.parent->last : node.next->previous) = node.previous;
  node.parent = node.next = node.previous = nullptr;
}

void append_dom_attribute(DomNode& element, DomNode& attribute) {
  attribute.parent = &element;
  attribute.next = nullptr;
  attribute.previous = element.last_attribute;
  (element.last_attribute == nullptr ? element.first_attribute : element.last_attribute->next) = &attribute;
  element.last_attribute = &attribute;
}

void unlink_dom_attribute(DomNode& attribute) {
  DomNode& element = *attribute.parent;
  (attribute.previous == nullptr ? element.first_attribute : attribute.previous->next) = attribute.next;
  (attribute.next == nullptr ? element.last_attribute : attribute.next->previous) = attribute.previous;
  attribute.parent = attribute.next = attribute.previous = nullptr;
}

namespace {

DomNode* clone_at(Run& run, DomNode& document, const DomNode& node, bool deep, std::uint32_t depth) {
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (!run.spend(1)) return nullptr;
  DomNode* made = make_dom_node(run, node.kind == DomKind::kDocument ? nullptr : &document, node.kind);
  made->prefix = node.prefix;
  made->local = node.local;
  made->uri = node.uri;
  made->value = node.value;
  made->version = node.version;
  made->encoding = node.encoding;
  made->standalone = node.standalone;
  made->has_end_tag = node.has_end_tag;
  DomNode& owner = node.kind == DomKind::kDocument ? *made : document;
  for (const DomNode* at = node.first_attribute; at != nullptr; at = at->next) {
    DomNode* attribute = clone_at(run, owner, *at, true, depth - 1);
    if (attribute == nullptr) return nullptr;
    append_dom_attribute(*made, *attribute);
  }
  for (const DomNode* at = deep ? node.first : nullptr; at != nullptr; at = at->next) {
    DomNode* child = clone_at(run, owner, *at, true, depth - 1);
    if (child == nullptr) return nullptr;
    link_dom_node(*made, nullptr, *child);
  }
  return made;
}

// ---- reading ---------------------------------------------------------------------------------------------------------

void copy_name(Run&, DomNode& to, const XName& name, const XElement* scope, bool is_attribute) {
  to.local = name.local;
  to.uri = name.space->uri;
  if (is_attribute && to.uri.empty()) {
    if (to.local == "xmlns") to.uri = kDomXmlnsUri;
    return;
  }
  if (!to.uri.empty()) prefix_of(scope, to.uri, !is_attribute, to.prefix);
}

DomNode* copy_tree(Run& run, DomNode& document, const XNode& from);

bool copy_children(Run& run, DomNode& into, const XContainer& from) {
  for (const XNode* at = from.first; at != nullptr; at = at->next) {
    DomNode* child = copy_tree(run, *into.document, *at);
    if (child == nullptr) return false;
    link_dom_node(into, nullptr, *child);
  }
  return true;
}

DomNode* copy_element(Run& run, DomNode& document, const XElement& from) {
  DomNode* made = make_dom_node(run, &document, DomKind::kElement);
  copy_name(run, *made, *from.name, &from, false);
  made->has_end_tag = from.has_end_tag;
  for (const XAttribute* at = from.first_attribute; at != nullptr; at = at->next) {
    DomNode* attribute = make_dom_node(run, &document, DomKind::kAttribute);
    copy_name(run, *attribute, *at->name, &from, true);
    attribute->value = at->value;
    append_dom_attribute(*made, *attribute);
  }
  return copy_children(run, *made, from) ? made : nullptr;
}

// The reader bounds the depth.
DomNode* copy_tree(Run& run, DomNode& document, const XNode& from) {
  if (!run.spend(1)) return nullptr;
  if (from.kind == XKind::kElement) return copy_element(run, document, static_cast<const XElement&>(from));
  DomNode* made = make_dom_node(run, &document, static_cast<DomKind>(from.kind));
  switch (from.kind) {
    case XKind::kProcessingInstruction:
      made->local = static_cast<const XInstruction&>(from).target;
      made->value = static_cast<const XInstruction&>(from).data;
      break;
    case XKind::kDocumentType: {
      const auto& type = static_cast<const XDocumentType&>(from);
      made->local = type.name;
      made->version = type.public_id;
      made->encoding = type.system_id;
      if (type.internal_subset != nullptr) made->value = type.internal_subset->view();
      break;
    }
    default:
      made->value = static_cast<const XText&>(from).value;
      if (from.kind == XKind::kText && is_white(made->value)) {
        made->type = make_dom_node(run, &document, DomKind::kWhitespace)->type;
        made->kind = DomKind::kWhitespace;
      }
      break;
  }
  return made;
}

}  // namespace

DomNode* clone_dom_node(Run& run, DomNode& document, const DomNode& node, bool deep) {
  return clone_at(run, document, node, deep, kMaxDomDepth);
}

bool read_dom_document(Run& run, DomNode& into, std::string_view text) {
  const XContainer* read = parse_xml(run, text, {.preserve_whitespace = into.preserves_whitespace});
  if (read == nullptr) return false;
  if (const XDeclaration* written = static_cast<const XDocument*>(read)->declaration; written != nullptr) {
    DomNode* declaration = make_dom_node(run, &into, DomKind::kDeclaration);
    declaration->version = written->version;
    declaration->encoding = written->encoding;
    declaration->standalone = written->standalone;
    link_dom_node(into, nullptr, *declaration);
  }
  return copy_children(run, into, *read);
}

bool read_dom_content(Run& run, DomNode& into, std::string_view text) {
  // The prefixes in scope are declared around the text.
  std::string whole = "<x";
  std::vector<std::string_view> seen;
  for (const DomNode* at = &into; at != nullptr; at = at->parent) {
    for (const DomNode* attribute = at->first_attribute; attribute != nullptr; attribute = attribute->next) {
      if (!is_dom_namespace(*attribute)) continue;
      const std::string_view prefix = attribute->prefix.empty() ? std::string_view{} : attribute->local;
      if (std::find(seen.begin(), seen.end(), prefix) != seen.end()) continue;
      seen.push_back(prefix);
      append(whole, " xmlns", prefix.empty() ? "" : ":", prefix, "=\"");
      for (const char c : attribute->value)
        whole += c == '"' ? "&quot;" : c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
      whole += '"';
    }
  }
  append(whole, ">", text, "</x>");
  const bool preserves = into.document->preserves_whitespace;
  const XContainer* read =
      parse_xml(run, run.string(whole)->view(), {.preserve_whitespace = preserves, .for_element = true});
  return read != nullptr && copy_children(run, into, *read);
}

}  // namespace portcullis
