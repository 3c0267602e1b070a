// Making, linking, naming and comparing XML nodes.
#include "engine/xml/xml_tree.h"

#include <cstring>

#include "base/text.h"
#include "base/utf.h"
#include "engine/json/text_builder.h"
#include "engine/xml/xml.h"

namespace portcullis {

XObject* as_xobject(Object* object) {
  if (object == nullptr) return nullptr;
  switch (object->type->known) {
    case Known::kXElement: case Known::kXDocument: case Known::kXAttribute: case Known::kXText: case Known::kXCData: case Known::kXComment:
    case Known::kXDocumentType: case Known::kXProcessingInstruction:
      return static_cast<XObject*>(object);
    default:
      return nullptr;
  }
}

// ---- names ---------------------------------------------------------------------------------------------------------------

bool is_name_start(char32_t c) {
  if (c < 0x80) return is_ascii_letter(static_cast<char>(c)) || c == '_';
  return (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7) || (c >= 0x370 && c <= 0x1FFF && c != 0x37E) || c == 0x200C || c == 0x200D ||
         (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) || (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
         (c >= 0xFDF0 && c <= 0xFFFD);
}

bool is_name_character(char32_t c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

XNamespace* make_xnamespace(Run& run, std::string_view uri) {
  XNamespace* made = run.make<XNamespace>(Known::kXNamespace);
  made->uri = uri;
  return made;
}

XName* make_xname(Run& run, XNamespace* space, std::string_view local) {
  XName* made = run.make<XName>(Known::kXName);
  made->space = space;
  made->local = local;
  return made;
}

namespace {

std::string hexadecimal(char32_t c) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4) {
    const auto digit = (c >> shift) & 15;
    if (!out.empty() || digit != 0 || shift <= 4) out.push_back(kDigits[digit]);
  }
  return "0x" + out;
}

}  // namespace

bool check_ncname(Run& run, std::string_view text) {
  if (text.empty()) {
    run.raise_argument(Known::kArgumentNullException, "The value cannot be an empty string.", "name");
    return false;
  }
  for (std::size_t at = 0; at < text.size();) {
    const Decoded c = decode_utf8(text, at);
    const bool good = at == 0 ? is_name_start(c.code) : is_name_character(c.code);
    if (!good) {
      const std::string_view shown = text.substr(at, c.length);
      const std::string message = at == 0 ? joined("Name cannot begin with the '", shown, "' character, hexadecimal value ", hexadecimal(c.code), ".")
                                          : joined("The '", shown, "' character, hexadecimal value ", hexadecimal(c.code), ", cannot be included in a name.");
      raise_xml(run, message, 0, 0);
      return false;
    }
    at += c.length;
  }
  return true;
}

XName* parse_xname(Run& run, String* expanded) {
  if (expanded == nullptr) return nullptr;
  const std::string_view text = expanded->view();
  if (text.empty()) return run.raise_argument(Known::kArgumentException, "The value cannot be an empty string.", "expandedName");
  if (text[0] != '{') return check_ncname(run, text) ? make_xname(run, make_xnamespace(run, {}), text) : nullptr;
  const std::size_t close = text.rfind('}');
  if (close == std::string_view::npos || close <= 1 || close + 1 == text.size()) {
    return run.raise_argument(Known::kArgumentException, joined("'", text, "' is an invalid expanded name."), "expandedName");
  }
  const std::string_view local = text.substr(close + 1);
  return check_ncname(run, local) ? make_xname(run, make_xnamespace(run, text.substr(1, close - 1)), local) : nullptr;
}

String* xname_text(Run& run, const XName& name) {
  if (name.space->uri.empty()) return run.view(name.local);
  return run.string(joined('{', name.space->uri, '}', name.local));
}

// ---- making --------------------------------------------------------------------------------------------------------------
namespace {

template <typename T>
T* make_node(Run& run, Known type, XKind kind) {
  T* made = run.make<T>(type);
  made->kind = kind;
  return made;
}

}  // namespace

XElement* make_xelement(Run& run, XName* name) {
  XElement* made = make_node<XElement>(run, Known::kXElement, XKind::kElement);
  made->name = name;
  return made;
}

XAttribute* make_xattribute(Run& run, XName* name, std::string_view value) {
  XAttribute* made = make_node<XAttribute>(run, Known::kXAttribute, XKind::kAttribute);
  made->name = name;
  made->value = value;
  return made;
}

XText* make_xtext(Run& run, XKind kind, std::string_view value) {
  const Known type = kind == XKind::kText ? Known::kXText : kind == XKind::kCData ? Known::kXCData : Known::kXComment;
  XText* made = make_node<XText>(run, type, kind);
  made->value = value;
  return made;
}

XInstruction* make_xinstruction(Run& run, std::string_view target, std::string_view data) {
  XInstruction* made = make_node<XInstruction>(run, Known::kXProcessingInstruction, XKind::kProcessingInstruction);
  made->target = target;
  made->data = data;
  return made;
}

XDocument* make_xdocument(Run& run) { return make_node<XDocument>(run, Known::kXDocument, XKind::kDocument); }

XDocumentType* make_xdocument_type(Run& run, std::string_view name, String* public_id, String* system_id, String* internal_subset) {
  XDocumentType* made = make_node<XDocumentType>(run, Known::kXDocumentType, XKind::kDocumentType);
  made->name = name;
  made->public_id = public_id;
  made->system_id = system_id;
  made->internal_subset = internal_subset;
  return made;
}

XDeclaration* make_xdeclaration(Run& run, String* version, String* encoding, String* standalone) {
  XDeclaration* made = run.make<XDeclaration>(Known::kXDeclaration);
  made->version = version;
  made->encoding = encoding;
  made->standalone = standalone;
  return made;
}

// ---- walking -------------------------------------------------------------------------------------------------------------

XElement* first_element(const XContainer& parent, const XName* name) {
  for (XNode* node = parent.first; node != nullptr; node = node->next) {
    XElement* element = as_element(node);
    if (element != nullptr && (name == nullptr || same_xname(element->name, name))) return element;
  }
  return nullptr;
}

XAttribute* find_xattribute(const XElement& element, const XName& name) {
  for (XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
    if (same_xname(at->name, &name)) return at;
  }
  return nullptr;
}

XNode* next_behind(XNode* node, const XNode* top) {
  while (node != top && node != nullptr) {
    if (node->next != nullptr) return node->next;
    node = node->parent;
  }
  return nullptr;
}

XNode* next_in_tree(XNode* node, const XNode* top) {
  const XContainer* container = as_xcontainer(node);
  if (container != nullptr && container->first != nullptr) return container->first;
  return next_behind(node, top);
}

XObject* top_of(XObject* node) {
  while (node->parent != nullptr) node = node->parent;
  return node;
}

String* inner_text(Run& run, XElement& element) {
  // One text node, by far the most frequent, is not copied.
  if (element.first == nullptr) return run.empty_string();
  if (element.first == element.last && is_text_kind(*element.first)) return run.view(static_cast<XText*>(element.first)->value);
  std::uint64_t size = 0;
  std::uint64_t nodes = 0;
  for (XNode* node = element.first; node != nullptr; node = next_in_tree(node, &element), ++nodes) {
    if (is_text_kind(*node)) size += static_cast<XText*>(node)->value.size();
  }
  if (!run.spend(nodes)) return nullptr;
  char* out = run.text(size);
  if (out == nullptr) return nullptr;
  char* at = out;
  for (XNode* node = element.first; node != nullptr; node = next_in_tree(node, &element)) {
    if (!is_text_kind(*node)) continue;
    const std::string_view value = static_cast<XText*>(node)->value;
    if (!value.empty()) std::memcpy(at, value.data(), value.size());
    at += value.size();
  }
  return run.view({out, static_cast<std::size_t>(size)});
}

bool namespace_of(const XElement* element, std::string_view prefix, std::string_view& uri) {
  for (const XContainer* at = element; at != nullptr; at = at->parent) {
    if (at->kind != XKind::kElement) break;
    for (const XAttribute* attribute = static_cast<const XElement*>(at)->first_attribute; attribute != nullptr; attribute = attribute->next) {
      if (!is_namespace_declaration(*attribute)) continue;
      const std::string_view declared = attribute->name->space->uri.empty() ? std::string_view{} : attribute->name->local;
      if (declared != prefix) continue;
      uri = attribute->value;
      return true;
    }
  }
  if (prefix == "xml") uri = kXmlUri;
  if (prefix == "xmlns") uri = kXmlnsUri;
  return prefix == "xml" || prefix == "xmlns";
}

bool prefix_of(const XElement* element, std::string_view uri, bool allow_default, std::string_view& prefix) {
  for (const XContainer* at = element; at != nullptr; at = at->parent) {
    if (at->kind != XKind::kElement) break;
    for (const XAttribute* attribute = static_cast<const XElement*>(at)->first_attribute; attribute != nullptr; attribute = attribute->next) {
      if (!is_namespace_declaration(*attribute) || attribute->value != uri) continue;
      const std::string_view declared = attribute->name->space->uri.empty() ? std::string_view{} : attribute->name->local;
      std::string_view seen;
      if ((declared.empty() && !allow_default) || !namespace_of(element, declared, seen) || seen != uri) continue;  // hidden further in
      prefix = declared;
      return true;
    }
  }
  if (uri == kXmlUri) prefix = "xml";
  if (uri == kXmlnsUri) prefix = "xmlns";
  return uri == kXmlUri || uri == kXmlnsUri;
}

// ---- changing ------------------------------------------------------------------------------------------------------------
namespace {

void link(XContainer& parent, XNode* before, XNode* node) {
  node->parent = &parent;
  node->next = before;
  node->previous = before == nullptr ? parent.last : before->previous;
  (node->previous == nullptr ? parent.first : node->previous->next) = node;
  (before == nullptr ? parent.last : before->previous) = node;
}

bool is_white(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool raise_structure(Run& run, std::string_view message) {
  run.raise(Known::kInvalidOperationException, message);
  return false;
}

// A document holds one element, at most one type before it, and no text but white space.
bool document_may_hold(Run& run, const XContainer& document, const XNode& node) {
  switch (node.kind) {
    case XKind::kText:
      if (is_white(static_cast<const XText&>(node).value)) return true;
      run.raise(Known::kArgumentException, "Non-whitespace characters cannot be added to content.");
      return false;
    case XKind::kCData:
      run.raise(Known::kArgumentException, "A node of type CDATA cannot be added to content.");
      return false;
    case XKind::kDocument:
      run.raise(Known::kArgumentException, "A node of type Document cannot be added to content.");
      return false;
    case XKind::kElement:
    case XKind::kDocumentType:
      for (const XNode* at = document.first; at != nullptr; at = at->next) {
        if (at->kind == node.kind) return raise_structure(run, "This operation would create an incorrectly structured document.");
      }
      return true;
    default:
      return true;
  }
}

bool element_may_hold(Run& run, const XNode& node) {
  if (node.kind != XKind::kDocument && node.kind != XKind::kDocumentType) return true;
  run.raise(Known::kArgumentException, joined("A node of type ", node.kind == XKind::kDocument ? "Document" : "DocumentType", " cannot be added to content."));
  return false;
}

}  // namespace

bool insert_xnode(Run& run, XContainer& parent, XNode* before, XNode* node) {
  const bool allowed = parent.kind == XKind::kDocument ? document_may_hold(run, parent, *node) : element_may_hold(run, *node);
  if (!allowed) return false;
  const XContainer* inside = as_xcontainer(node);
  if (node->parent != nullptr || (inside != nullptr && top_of(&parent) == node)) {
    node = static_cast<XNode*>(clone_xobject(run, node));
    if (node == nullptr) return false;
  }
  link(parent, before, node);
  return true;
}

bool insert_xtext(Run& run, XContainer& parent, XNode* before, std::string_view text) {
  if (text.empty()) {
    if (parent.kind == XKind::kElement && parent.first == nullptr) static_cast<XElement&>(parent).has_end_tag = true;
    return true;
  }
  XNode* neighbour = before == nullptr ? parent.last : before->previous;
  if (parent.kind == XKind::kElement && neighbour != nullptr && neighbour->kind == XKind::kText) {
    auto& node = static_cast<XText&>(*neighbour);
    String* joined_text = run.concat(run.view(node.value), run.view(text));
    if (joined_text == nullptr) return false;
    node.value = joined_text->view();
    return true;
  }
  return insert_xnode(run, parent, before, make_xtext(run, XKind::kText, text));
}

bool append_xattribute(Run& run, XElement& element, XAttribute* attribute) {
  if (find_xattribute(element, *attribute->name) != nullptr) return raise_structure(run, "Duplicate attribute.");
  if (attribute->parent != nullptr) attribute = make_xattribute(run, attribute->name, attribute->value);
  attribute->parent = &element;
  attribute->next = nullptr;
  attribute->previous = element.last_attribute;
  (element.last_attribute == nullptr ? element.first_attribute : element.last_attribute->next) = attribute;
  element.last_attribute = attribute;
  return true;
}

void remove_xnode(XNode& node) {
  XContainer& parent = *node.parent;
  (node.previous == nullptr ? parent.first : node.previous->next) = node.next;
  (node.next == nullptr ? parent.last : node.next->previous) = node.previous;
  node.parent = nullptr;
  node.next = nullptr;
  node.previous = nullptr;
}

void remove_xattribute(XAttribute& attribute) {
  auto& element = static_cast<XElement&>(*attribute.parent);
  (attribute.previous == nullptr ? element.first_attribute : attribute.previous->next) = attribute.next;
  (attribute.next == nullptr ? element.last_attribute : attribute.next->previous) = attribute.previous;
  attribute.parent = nullptr;
  attribute.next = nullptr;
  attribute.previous = nullptr;
}

void clear_xnodes(XContainer& parent) {
  while (parent.first != nullptr) remove_xnode(*parent.first);
}

// ---- whole trees ---------------------------------------------------------------------------------------------------------
namespace {

XObject* clone(Run& run, XObject* node, std::uint32_t depth) {
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (!run.spend(1)) return nullptr;
  switch (node->kind) {
    case XKind::kAttribute:
      return make_xattribute(run, static_cast<XAttribute*>(node)->name, static_cast<XAttribute*>(node)->value);
    case XKind::kText:
    case XKind::kCData:
    case XKind::kComment:
      return make_xtext(run, node->kind, static_cast<XText*>(node)->value);
    case XKind::kProcessingInstruction:
      return make_xinstruction(run, static_cast<XInstruction*>(node)->target, static_cast<XInstruction*>(node)->data);
    case XKind::kDocumentType: {
      const auto& type = static_cast<XDocumentType&>(*node);
      return make_xdocument_type(run, type.name, type.public_id, type.system_id, type.internal_subset);
    }
    case XKind::kElement:
    case XKind::kDocument:
      break;
  }
  XContainer* copy = nullptr;
  if (node->kind == XKind::kElement) {
    const auto& from = static_cast<XElement&>(*node);
    XElement* element = make_xelement(run, from.name);
    element->has_end_tag = from.has_end_tag;
    for (XAttribute* at = from.first_attribute; at != nullptr; at = at->next) append_xattribute(run, *element, at);
    copy = element;
  } else {
    XDocument* document = make_xdocument(run);
    document->declaration = static_cast<XDocument*>(node)->declaration;
    copy = document;
  }
  for (XNode* at = static_cast<XContainer*>(node)->first; at != nullptr; at = at->next) {
    auto* child = static_cast<XNode*>(clone(run, at, depth - 1));
    if (child == nullptr) return nullptr;
    link(*copy, nullptr, child);
  }
  return copy;
}

// Adjacent texts count as one, and empty ones as none; comparing node by node is right whenever trees were not built oddly.
bool same_nodes(Run& run, XNode* a, XNode* b, std::uint32_t depth) {
  if (a->kind != b->kind) return false;
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (!run.spend(1)) return false;
  switch (a->kind) {
    case XKind::kText:
    case XKind::kCData:
    case XKind::kComment:
      return static_cast<XText*>(a)->value == static_cast<XText*>(b)->value;
    case XKind::kProcessingInstruction:
      return static_cast<XInstruction*>(a)->target == static_cast<XInstruction*>(b)->target && static_cast<XInstruction*>(a)->data == static_cast<XInstruction*>(b)->data;
    case XKind::kDocumentType:
      return static_cast<XDocumentType*>(a)->name == static_cast<XDocumentType*>(b)->name;
    default:
      break;
  }
  if (a->kind == XKind::kElement) {
    const auto& left = static_cast<XElement&>(*a);
    const auto& right = static_cast<XElement&>(*b);
    if (!same_xname(left.name, right.name)) return false;
    if ((left.first == nullptr && !left.has_end_tag) != (right.first == nullptr && !right.has_end_tag)) return false;
    const XAttribute* x = left.first_attribute;
    const XAttribute* y = right.first_attribute;
    for (; x != nullptr && y != nullptr; x = x->next, y = y->next) {
      if (!same_xname(x->name, y->name) || x->value != y->value) return false;
    }
    if (x != nullptr || y != nullptr) return false;
  }
  XNode* x = static_cast<XContainer*>(a)->first;
  XNode* y = static_cast<XContainer*>(b)->first;
  for (; x != nullptr && y != nullptr; x = x->next, y = y->next) {
    if (!same_nodes(run, x, y, depth - 1)) return false;
  }
  return x == nullptr && y == nullptr;
}

}  // namespace

XObject* clone_xobject(Run& run, XObject* node) { return clone(run, node, kMaxXmlDepth); }

bool deep_equal_xnodes(Run& run, XNode* a, XNode* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a == b || same_nodes(run, a, b, kMaxXmlDepth);
}

}  // namespace portcullis
