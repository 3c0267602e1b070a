// System.Xml.XmlNode: what the nodes of an XmlDocument have in common.
#include "engine/dotnet/xml_node.h"

#include "base/text.h"
#include "engine/dotnet/extra.h"
#include "engine/dotnet/xml_lists.h"
#include "engine/dotnet/xpath.h"

namespace portcullis {

extern const TypeDefinition kXmlNodeDefinition;
extern const TypeDefinition kXmlLinkedNodeDefinition;

namespace {

// ---- what a node is --------------------------------------------------------------------------------------------------

std::string_view kind_name(DomKind kind) {
  switch (kind) {
    case DomKind::kElement:
      return "Element";
    case DomKind::kAttribute:
      return "Attribute";
    case DomKind::kText:
      return "Text";
    case DomKind::kCData:
      return "CDATA";
    case DomKind::kProcessingInstruction:
      return "ProcessingInstruction";
    case DomKind::kComment:
      return "Comment";
    case DomKind::kDocument:
      return "Document";
    case DomKind::kDocumentType:
      return "DocumentType";
    case DomKind::kFragment:
      return "DocumentFragment";
    case DomKind::kWhitespace:
      return "Whitespace";
    case DomKind::kDeclaration:
      return "XmlDeclaration";
  }
  return {};
}

String* name(Run& run, DomNode* self) { return dom_name(run, *self); }
String* local_name(Run& run, DomNode* self) { return run.view(dom_local_name(*self)); }
String* prefix(Run& run, DomNode* self) { return run.view(self->prefix); }
String* namespace_uri(Run& run, DomNode* self) { return run.view(self->uri); }
std::int32_t node_type(DomNode* self) { return static_cast<std::int32_t>(self->kind); }

String* declaration_text(Run& run, const DomNode& self) {
  std::string out;
  const auto part = [&](std::string_view label, const String* value) {
    if (value != nullptr && value->size > 0) append(out, out.empty() ? "" : " ", label, "=\"", value->view(), "\"");
  };
  part("version", self.version);
  part("encoding", self.encoding);
  part("standalone", self.standalone);
  return run.string(out);
}

String* value(Run& run, DomNode* self) {
  if (is_dom_container(*self) || self->kind == DomKind::kDocumentType) return nullptr;
  return self->kind == DomKind::kDeclaration ? declaration_text(run, *self) : run.view(self->value);
}
void set_value(Run& run, DomNode* self, String* text) {
  if (is_dom_container(*self) || self->kind == DomKind::kDocumentType) {
    run.raise(Known::kInvalidOperationException,
              joined("Cannot set a value on node type '", kind_name(self->kind), "'."));
    return;
  }
  self->value = text == nullptr ? std::string_view{} : text->view();
}

DomNode* parent(DomNode* self) { return self->kind == DomKind::kAttribute ? nullptr : self->parent; }
DomNode* first_child(DomNode* self) { return self->first; }
DomNode* last_child(DomNode* self) { return self->last; }
DomNode* next_sibling(DomNode* self) { return self->kind == DomKind::kAttribute ? nullptr : self->next; }
DomNode* previous_sibling(DomNode* self) { return self->kind == DomKind::kAttribute ? nullptr : self->previous; }
bool has_children(DomNode* self) { return self->first != nullptr; }
bool is_read_only(DomNode*) { return false; }
DomNode* owner_document(DomNode* self) { return self->kind == DomKind::kDocument ? nullptr : self->document; }

DomNode* child_named(Run& run, DomNode* self, String* wanted) {
  for (DomNode* at = self->first; at != nullptr && run.spend(1); at = at->next) {
    if (at->kind == DomKind::kElement && wanted != nullptr && has_dom_name(*at, wanted->view())) return at;
  }
  return nullptr;
}
DomNode* child_named_in(Run& run, DomNode* self, String* local, String* uri) {
  for (DomNode* at = self->first; at != nullptr && run.spend(1); at = at->next) {
    if (at->kind == DomKind::kElement && local != nullptr && uri != nullptr && at->local == local->view() &&
        at->uri == uri->view())
      return at;
  }
  return nullptr;
}

String* namespace_of_prefix(Run& run, DomNode* self, String* wanted) {
  std::string_view uri;
  find_dom_namespace(self, wanted == nullptr ? std::string_view{} : wanted->view(), uri);
  return run.view(uri);
}
String* prefix_of_namespace(Run& run, DomNode* self, String* uri) {
  std::string_view found;
  if (uri != nullptr) find_dom_prefix(self, uri->view(), found);
  return run.view(found);
}

// ---- text and XML ----------------------------------------------------------------------------------------------------

String* inner_text(Run& run, DomNode* self) { return dom_inner_text(run, *self); }
String* outer_xml(Run& run, DomNode* self) { return dom_outer_xml(run, *self); }
String* inner_xml(Run& run, DomNode* self) { return dom_inner_xml(run, *self); }

void remove_children(DomNode& self) {
  while (self.first != nullptr) unlink_dom_node(*self.first);
}

void set_inner_text(Run& run, DomNode* self, String* text) {
  if (self->kind == DomKind::kDocument) {
    run.raise(Known::kInvalidOperationException,
              "The 'InnerText' of a 'Document' node is read-only and cannot be set.");
    return;
  }
  if (!is_dom_container(*self)) return set_value(run, self, text);
  remove_children(*self);
  DomNode* node = make_dom_node(run, self->document, DomKind::kText);
  if (text != nullptr) node->value = text->view();
  link_dom_node(*self, nullptr, *node);
}

void set_inner_xml(Run& run, DomNode* self, String* xml) {
  const std::string_view text = xml == nullptr ? std::string_view{} : xml->view();
  if (self->kind == DomKind::kDocument) {
    remove_children(*self);
    read_dom_document(run, *self, text);
    return;
  }
  if (!is_dom_container(*self)) {
    run.raise(Known::kInvalidOperationException,
              "Cannot set the 'InnerXml' for the current node because it is either read-only or cannot have children.");
    return;
  }
  remove_children(*self);
  read_dom_content(run, *self, text);
}

// ---- changing --------------------------------------------------------------------------------------------------------

bool may_stand_in(const DomNode& parent, const DomNode& child) {
  switch (child.kind) {
    case DomKind::kAttribute:
    case DomKind::kDocument:
      return false;
    case DomKind::kDocumentType:
    case DomKind::kDeclaration:
      return parent.kind == DomKind::kDocument;
    case DomKind::kText:
    case DomKind::kCData:
      return parent.kind != DomKind::kDocument;
    default:
      return true;
  }
}

bool raise_structure(Run& run, std::string_view message) {
  run.raise(Known::kInvalidOperationException, message);
  return false;
}
bool raise_node(Run& run, std::string_view message) {
  run.raise(Known::kArgumentException, message);
  return false;
}

bool may_insert(Run& run, const DomNode& parent, const DomNode* child) {
  if (child == nullptr) {
    run.raise_null_reference();
    return false;
  }
  if (!is_dom_container(parent)) {
    return raise_structure(run, "The current node cannot contain other nodes.");
  }
  for (const DomNode* at = &parent; at != nullptr; at = at->parent) {
    if (at == child) return raise_node(run, "Cannot insert a node or any ancestor of that node as a child of itself.");
  }
  if (child->document != parent.document)
    return raise_node(run, "The node to be inserted is from a different document context.");
  if (!may_stand_in(parent, *child)) {
    return raise_structure(run,
                           "The specified node cannot be inserted as the valid child of this node, because the "
                           "specified node is the wrong type.");
  }
  if (parent.kind != DomKind::kDocument || child->kind != DomKind::kElement) return true;
  for (const DomNode* at = parent.first; at != nullptr; at = at->next) {
    if (at->kind == DomKind::kElement && at != child)
      return raise_structure(run, "This document already has a 'DocumentElement' node.");
  }
  return true;
}

DomNode* insert(Run& run, DomNode& parent, DomNode* before, DomNode* child) {
  if (child != nullptr && child->kind == DomKind::kFragment) {
    while (child->first != nullptr) {
      DomNode* inner = child->first;
      if (insert(run, parent, before, inner) == nullptr) return nullptr;
    }
    return child;
  }
  if (!may_insert(run, parent, child)) return nullptr;
  if (before == child) return child;
  if (child->parent != nullptr) unlink_dom_node(*child);
  link_dom_node(parent, before, *child);
  return child;
}

DomNode* append_child(Run& run, DomNode* self, DomNode* child) { return insert(run, *self, nullptr, child); }
DomNode* prepend_child(Run& run, DomNode* self, DomNode* child) { return insert(run, *self, self->first, child); }

bool is_child(Run& run, const DomNode& self, const DomNode* child) {
  if (child->parent == &self && child->kind != DomKind::kAttribute) return true;
  return raise_node(run, "The reference node is not a child of this node.");
}
DomNode* insert_before(Run& run, DomNode* self, DomNode* child, DomNode* reference) {
  if (reference != nullptr && !is_child(run, *self, reference)) return nullptr;
  return insert(run, *self, reference, child);
}
DomNode* insert_after(Run& run, DomNode* self, DomNode* child, DomNode* reference) {
  if (reference != nullptr && !is_child(run, *self, reference)) return nullptr;
  if (reference == child) return child;
  return insert(run, *self, reference == nullptr ? self->first : reference->next, child);
}
DomNode* remove_child(Run& run, DomNode* self, DomNode* child) {
  if (child == nullptr) return run.raise_null_reference();
  if (child->parent != self || child->kind == DomKind::kAttribute) {
    return run.raise(Known::kArgumentException, "The node to be removed is not a child of this node.");
  }
  unlink_dom_node(*child);
  return child;
}
DomNode* replace_child(Run& run, DomNode* self, DomNode* fresh, DomNode* old) {
  if (old == nullptr) return run.raise_null_reference();
  if (!is_child(run, *self, old)) return nullptr;
  DomNode* after = old->next == fresh ? old->next->next : old->next;
  if (fresh == old) return old;
  unlink_dom_node(*old);
  if (insert(run, *self, after, fresh) != nullptr) return old;
  link_dom_node(*self, after, *old);
  return nullptr;
}
void remove_all(DomNode* self) {
  remove_children(*self);
  while (self->first_attribute != nullptr) unlink_dom_attribute(*self->first_attribute);
}

DomNode* clone_node(Run& run, DomNode* self, bool deep) { return clone_dom_node(run, *self->document, *self, deep); }
DomNode* clone(Run& run, DomNode* self) { return clone_node(run, self, true); }

// Neighbouring texts become one.
void normalize(Run& run, DomNode* self) {
  for (DomNode* at = self->first; at != nullptr && run.spend(1); at = next_dom_node(at, self)) {
    while (at->kind == DomKind::kText && at->next != nullptr && at->next->kind == DomKind::kText) {
      const String* both = run.concat(run.view(at->value), run.view(at->next->value));
      if (both == nullptr) return;
      at->value = both->view();
      unlink_dom_node(*at->next);
    }
  }
}

// ---- XPath -----------------------------------------------------------------------------------------------------------

bool select(Run& run, DomNode* self, const String* path, Object* manager, std::vector<DomNode*>& found) {
  if (path == nullptr) return raise_xpath(run, "Expression must evaluate to a node-set.");
  XPathNamespaces names;
  const XPathNamespaces* given = xpath_namespaces(run, manager, names) ? &names : nullptr;
  return select_by_xpath(run, *self, path->view(), given, found);
}
Object* select_nodes_with(Run& run, DomNode* self, String* path, Object* manager) {
  std::vector<DomNode*> found;
  return select(run, self, path, manager, found) ? dom_found(run, found) : nullptr;
}
Object* select_nodes(Run& run, DomNode* self, String* path) { return select_nodes_with(run, self, path, nullptr); }
DomNode* select_single_with(Run& run, DomNode* self, String* path, Object* manager) {
  std::vector<DomNode*> found;
  return select(run, self, path, manager, found) && !found.empty() ? found.front() : nullptr;
}
DomNode* select_single(Run& run, DomNode* self, String* path) { return select_single_with(run, self, path, nullptr); }

Enumerator* enumerate_children(Run& run, Object* self) {
  return enumerate(run, dom_children(run, static_cast<DomNode*>(self)), "");
}
Enumerator* get_enumerator(Run& run, DomNode* self) { return enumerate_children(run, self); }

constexpr TypeOperations kOperations{.enumerate = &enumerate_children};

constexpr auto kMembers = extra({
    property<&name>("string Name { get; }"),
    property<&local_name>("string LocalName { get; }"),
    property<&prefix>("string Prefix { get; }"),
    property<&namespace_uri>("string NamespaceURI { get; }"),
    property<&node_type>("XmlNodeType NodeType { get; }"),
    property<&value, &set_value>("string Value { get; set; }"),
    property<&parent>("XmlNode ParentNode { get; }"),
    property<&dom_children>("XmlNodeList ChildNodes { get; }"),
    property<&first_child>("XmlNode FirstChild { get; }"),
    property<&last_child>("XmlNode LastChild { get; }"),
    property<&next_sibling>("XmlNode NextSibling { get; }"),
    property<&previous_sibling>("XmlNode PreviousSibling { get; }"),
    property<&dom_attributes>("XmlAttributeCollection Attributes { get; }"),
    property<&owner_document>("XmlDocument OwnerDocument { get; }"),
    property<&has_children>("bool HasChildNodes { get; }"),
    property<&is_read_only>("bool IsReadOnly { get; }"),
    property<&inner_text, &set_inner_text>("string InnerText { get; set; }"),
    property<&inner_xml, &set_inner_xml>("string InnerXml { get; set; }"),
    property<&outer_xml>("string OuterXml { get; }"),
    indexer<&child_named>("XmlElement this[string name] { get; }"),
    indexer<&child_named_in>("XmlElement this[string localname, string ns] { get; }"),
    method<&append_child>("XmlNode AppendChild(XmlNode newChild)"),
    method<&prepend_child>("XmlNode PrependChild(XmlNode newChild)"),
    method<&insert_before>("XmlNode InsertBefore(XmlNode newChild, XmlNode refChild)"),
    method<&insert_after>("XmlNode InsertAfter(XmlNode newChild, XmlNode refChild)"),
    method<&remove_child>("XmlNode RemoveChild(XmlNode oldChild)"),
    method<&replace_child>("XmlNode ReplaceChild(XmlNode newChild, XmlNode oldChild)"),
    method<&remove_all>("void RemoveAll()"),
    method<&clone_node>("XmlNode CloneNode(bool deep)"),
    method<&clone>("XmlNode Clone()"),
    method<&normalize>("void Normalize()"),
    method<&namespace_of_prefix>("string GetNamespaceOfPrefix(string prefix)"),
    method<&prefix_of_namespace>("string GetPrefixOfNamespace(string namespaceURI)"),
    method<&select_nodes>("XmlNodeList SelectNodes(string xpath)"),
    method<&select_nodes_with>("XmlNodeList SelectNodes(string xpath, XmlNamespaceManager nsmgr)"),
    method<&select_single>("XmlNode SelectSingleNode(string xpath)"),
    method<&select_single_with>("XmlNode SelectSingleNode(string xpath, XmlNamespaceManager nsmgr)"),
    method<&get_enumerator>("IEnumerator GetEnumerator()"),
});

}  // namespace

const TypeDefinition kXmlNodeDefinition{
    .declaration = "abstract class System.Xml.XmlNode : IEnumerable", .members = kMembers, .operations = &kOperations};
const TypeDefinition kXmlLinkedNodeDefinition{.declaration = "abstract class System.Xml.XmlLinkedNode : XmlNode",
                                              .operations = &kOperations};

}  // namespace portcullis
