// The tree of System.Xml.XmlDocument. Unlike LINQ to XML's it keeps prefixes as written, knows each node's document,
// and moves nodes instead of copying them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/run/run.h"

namespace portcullis {

/// System.Xml.XmlNodeType, same numbers.
enum class DomKind : std::uint8_t {
  kElement = 1,
  kAttribute = 2,
  kText = 3,
  kCData = 4,
  kProcessingInstruction = 7,
  kComment = 8,
  kDocument = 9,
  kDocumentType = 10,
  kFragment = 11,
  kWhitespace = 13,
  kDeclaration = 17,
};

struct DomNode : Object {
  DomNode* document = nullptr;  // its own for a document
  DomNode* parent = nullptr;    // of an attribute: its element
  DomNode* next = nullptr;
  DomNode* previous = nullptr;
  DomNode* first = nullptr;
  DomNode* last = nullptr;
  DomNode* first_attribute = nullptr;
  DomNode* last_attribute = nullptr;
  std::string_view prefix;
  std::string_view local;  // instructions: the target
  std::string_view uri;
  std::string_view value;      // text, attribute, instruction, comment; of a document type: the internal subset
  String* version = nullptr;   // declarations; of a document type: the public id
  String* encoding = nullptr;  // declarations; of a document type: the system id
  String* standalone = nullptr;
  Object* child_list = nullptr;
  Object* attribute_list = nullptr;
  std::uint32_t order = 0;  // in the document, when XPath sorts
  DomKind kind = DomKind::kElement;
  bool has_end_tag = false;           // <a></a> although there is nothing inside
  bool preserves_whitespace = false;  // documents
};

inline constexpr std::string_view kDomXmlUri = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view kDomXmlnsUri = "http://www.w3.org/2000/xmlns/";
/// Deeper trees end in the depth limit.
inline constexpr std::uint32_t kMaxDomDepth = 400;

bool is_dom_text(const DomNode& node);
bool is_dom_container(const DomNode& node);
bool is_dom_namespace(const DomNode& attribute);
DomNode* make_dom_node(Run& run, DomNode* document, DomKind kind);
/// `#text`, the qualified name, …
String* dom_name(Run& run, const DomNode& node);
std::string_view dom_local_name(const DomNode& node);
/// The next node of the tree below `top`; null at the end.
DomNode* next_dom_node(DomNode* node, const DomNode* top);
/// The text inside. Null after raising.
String* dom_inner_text(Run& run, DomNode& node);
bool find_dom_namespace(const DomNode* node, std::string_view prefix, std::string_view& uri);
bool find_dom_prefix(const DomNode* node, std::string_view uri, std::string_view& prefix);

// ---- changing; none of them checks ------------------------------------------------------------------------------------
void link_dom_node(DomNode& parent, DomNode* before, DomNode& node);
void unlink_dom_node(DomNode& node);
void append_dom_attribute(DomNode& element, DomNode& attribute);
void unlink_dom_attribute(DomNode& attribute);
/// Null after raising.
DomNode* clone_dom_node(Run& run, DomNode& document, const DomNode& node, bool deep);

/// Reads a whole document, or what may stand inside `context`, to the end of `into`. False after raising XmlException.
bool read_dom_document(Run& run, DomNode& into, std::string_view text);
bool read_dom_content(Run& run, DomNode& into, std::string_view text);
/// OuterXml, InnerXml. Null after raising.
String* dom_outer_xml(Run& run, const DomNode& node);
String* dom_inner_xml(Run& run, const DomNode& node);

}  // namespace portcullis
