// The XML tree as it lies in the arena: LINQ to XML's nodes, without the .NET tables.
//
//   XObject       kind, parent
//   ├ XAttribute  a list of its own in the element
//   └ XNode       next, previous
//      ├ XContainer  first … last
//      │  ├ XElement   name, attributes
//      │  └ XDocument  declaration
//      └ XText (also CData), XComment, XProcessingInstruction, XDocumentType
//
// Names are compared by content, so equal names need not be the same object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/run/object.h"
#include "engine/run/run.h"

namespace portcullis {

struct XContainer;
struct XElement;

/// System.Xml.XmlNodeType, same numbers, of what can stand in a tree.
enum class XKind : std::uint8_t {
  kElement = 1, kAttribute = 2, kText = 3, kCData = 4, kProcessingInstruction = 7, kComment = 8, kDocument = 9, kDocumentType = 10,
};

struct XNamespace : Object {
  std::string_view uri;
};

struct XName : Object {
  XNamespace* space = nullptr;
  std::string_view local;
};

struct XObject : Object {
  XContainer* parent = nullptr;
  XKind kind = XKind::kElement;
};

struct XAttribute : XObject {
  XName* name = nullptr;
  std::string_view value;
  XAttribute* next = nullptr;
  XAttribute* previous = nullptr;
};

struct XNode : XObject {
  XNode* next = nullptr;
  XNode* previous = nullptr;
};

struct XContainer : XNode {
  XNode* first = nullptr;
  XNode* last = nullptr;
};

struct XElement : XContainer {
  XName* name = nullptr;
  XAttribute* first_attribute = nullptr;
  XAttribute* last_attribute = nullptr;
  bool has_end_tag = false;  // <a></a> although there is nothing inside
};

struct XDeclaration : Object {
  String* version = nullptr;
  String* encoding = nullptr;
  String* standalone = nullptr;
};

struct XDocument : XContainer {
  XDeclaration* declaration = nullptr;
};

/// Text, CData and comments.
struct XText : XNode {
  std::string_view value;
};

struct XInstruction : XNode {
  std::string_view target;
  std::string_view data;
};

struct XDocumentType : XNode {
  std::string_view name;
  String* public_id = nullptr;
  String* system_id = nullptr;
  String* internal_subset = nullptr;
};

inline constexpr std::string_view kXmlUri = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view kXmlnsUri = "http://www.w3.org/2000/xmlns/";
/// Nesting that reading and natives follow before they give up with the depth limit.
inline constexpr std::uint32_t kMaxXmlDepth = 400;

// ---- kinds ---------------------------------------------------------------------------------------------------------------
/// The node or attribute when `object` belongs to the family, else null.
XObject* as_xobject(Object* object);
inline XElement* as_element(XObject* node) { return node != nullptr && node->kind == XKind::kElement ? static_cast<XElement*>(node) : nullptr; }
inline XContainer* as_xcontainer(XObject* node) {
  return node != nullptr && (node->kind == XKind::kElement || node->kind == XKind::kDocument) ? static_cast<XContainer*>(node) : nullptr;
}
inline bool is_text_kind(const XObject& node) { return node.kind == XKind::kText || node.kind == XKind::kCData; }

// ---- names ---------------------------------------------------------------------------------------------------------------
XNamespace* make_xnamespace(Run& run, std::string_view uri);
XName* make_xname(Run& run, XNamespace* space, std::string_view local);
/// `local` or `{uri}local`; raises XmlException or ArgumentException.
XName* parse_xname(Run& run, String* expanded);
/// Raises XmlException when `text` is no NCName.
bool check_ncname(Run& run, std::string_view text);
inline bool same_xname(const XName* a, const XName* b) {
  return a == b || (a != nullptr && b != nullptr && a->local == b->local && a->space->uri == b->space->uri);
}
/// `{uri}local` or `local`
String* xname_text(Run& run, const XName& name);
bool is_name_start(char32_t c);
bool is_name_character(char32_t c);

// ---- making; texts must live as long as the arena --------------------------------------------------------------------
XElement* make_xelement(Run& run, XName* name);
XAttribute* make_xattribute(Run& run, XName* name, std::string_view value);
XText* make_xtext(Run& run, XKind kind, std::string_view value);  // kText, kCData, kComment
XInstruction* make_xinstruction(Run& run, std::string_view target, std::string_view data);
XDocument* make_xdocument(Run& run);
XDocumentType* make_xdocument_type(Run& run, std::string_view name, String* public_id, String* system_id, String* internal_subset);
XDeclaration* make_xdeclaration(Run& run, String* version, String* encoding, String* standalone);

// ---- walking -------------------------------------------------------------------------------------------------------------
XElement* first_element(const XContainer& parent, const XName* name);  // any when `name` is null
XAttribute* find_xattribute(const XElement& element, const XName& name);
/// The node that follows in document order inside `top`; null at its end.
XNode* next_in_tree(XNode* node, const XNode* top);
XNode* next_behind(XNode* node, const XNode* top);  // skipping what is inside `node`
XObject* top_of(XObject* node);
/// All text inside, concatenated. Null after raising.
String* inner_text(Run& run, XElement& element);
/// The prefix in scope at `element` for a namespace; false when none. `allow_default`: the empty prefix counts.
bool prefix_of(const XElement* element, std::string_view uri, bool allow_default, std::string_view& prefix);
/// The namespace bound to a prefix (empty: the default) in scope; false when none.
bool namespace_of(const XElement* element, std::string_view prefix, std::string_view& uri);
inline bool is_namespace_declaration(const XAttribute& attribute) {
  return attribute.name->space->uri.empty() ? attribute.name->local == "xmlns" : attribute.name->space->uri == kXmlnsUri;
}

// ---- changing: what has a parent is cloned, as LINQ to XML does ------------------------------------------------------
/// Inserts before `before` (null: at the end). False after raising.
bool insert_xnode(Run& run, XContainer& parent, XNode* before, XNode* node);
/// Text that joins a text node at the place, as strings in content do.
bool insert_xtext(Run& run, XContainer& parent, XNode* before, std::string_view text);
bool append_xattribute(Run& run, XElement& element, XAttribute* attribute);  // raises for a duplicate
void remove_xnode(XNode& node);
void remove_xattribute(XAttribute& attribute);
void clear_xnodes(XContainer& parent);
XObject* clone_xobject(Run& run, XObject* node);
bool deep_equal_xnodes(Run& run, XNode* a, XNode* b);

}  // namespace portcullis
