// XmlNodeList and the lists of attributes.
#pragma once

#include <vector>

#include "engine/dotnet/xml_dom.h"

namespace portcullis {

/// A list that follows the tree (children, attributes, elements by name), or nodes found once.
struct DomList : Object {
  enum class Of : std::uint8_t { kChildren, kAttributes, kNamed, kFound };
  Of of = Of::kChildren;
  DomNode* source = nullptr;
  std::string_view name;  // kNamed: the qualified or local name; `*` is any
  std::string_view uri;
  bool by_uri = false;
  DomNode** nodes = nullptr;  // kFound
  std::uint32_t count = 0;
};

Object* dom_children(Run& run, DomNode* node);
/// Null for what has no attributes.
Object* dom_attributes(Run& run, DomNode* node);
Object* dom_elements_named(Run& run, DomNode* node, String* name, String* uri);
Object* dom_found(Run& run, const std::vector<DomNode*>& nodes);

DomNode* find_dom_attribute(const DomNode& element, std::string_view qualified);
DomNode* find_dom_attribute(const DomNode& element, std::string_view local, std::string_view uri);
bool has_dom_name(const DomNode& node, std::string_view qualified);

}  // namespace portcullis
