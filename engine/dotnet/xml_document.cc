// System.Xml.XmlDocument, XmlElement, XmlAttribute and the other nodes; XmlNamespaceManager. Entities outside the text
// and document types are never loaded, whatever XmlResolver is.
#include <algorithm>

#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/extra.h"
#include "engine/dotnet/xml_lists.h"
#include "engine/dotnet/xml_node.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml.h"

namespace portcullis {

extern const TypeDefinition kXmlDocumentDefinition;
extern const TypeDefinition kXmlDocumentFragmentDefinition;
extern const TypeDefinition kXmlElementDefinition;
extern const TypeDefinition kXmlAttributeDefinition;
extern const TypeDefinition kXmlCharacterDataDefinition;
extern const TypeDefinition kXmlTextDefinition;
extern const TypeDefinition kXmlCDataSectionDefinition;
extern const TypeDefinition kXmlCommentDefinition;
extern const TypeDefinition kXmlWhitespaceDefinition;
extern const TypeDefinition kXmlDeclarationDefinition;
extern const TypeDefinition kXmlProcessingInstructionDefinition;
extern const TypeDefinition kXmlDocumentTypeDefinition;
extern const TypeDefinition kXmlResolverDefinition;
extern const TypeDefinition kXmlNameTableDefinition;
extern const TypeDefinition kNameTableDefinition;
extern const TypeDefinition kXmlNamespaceManagerDefinition;
extern const TypeDefinition kXPathExceptionDefinition;

namespace {

std::string_view text_or_empty(const String* text) { return text == nullptr ? std::string_view{} : text->view(); }

// ---- making nodes ----------------------------------------------------------------------------------------------------

DomNode* make_document(Run& run) { return make_dom_node(run, nullptr, DomKind::kDocument); }

DomNode* named_node(Run& run, DomNode* document, DomKind kind, std::string_view prefix, std::string_view local,
                    std::string_view uri) {
  if (local.empty()) {
    return run.raise(Known::kArgumentException,
                     "The local name for elements or attributes cannot be null or an empty string.");
  }
  // Any character of a name may be its first here.
  for (const std::string_view part : {prefix, local}) {
    if (!check_ncname(run, joined("n", part))) return nullptr;
  }
  DomNode* made = make_dom_node(run, document, kind);
  made->prefix = prefix;
  made->local = local;
  made->uri = uri;
  const bool declares = kind == DomKind::kAttribute && (prefix == "xmlns" || (prefix.empty() && local == "xmlns"));
  if (declares && uri.empty()) made->uri = kDomXmlnsUri;
  if (prefix == "xml" && uri.empty()) made->uri = kDomXmlUri;
  return made;
}
DomNode* qualified_node(Run& run, DomNode* document, DomKind kind, const String* name, const String* uri) {
  const std::string_view text = text_or_empty(name);
  const std::size_t colon = text.find(':');
  const bool has_prefix = colon != std::string_view::npos && colon > 0 && colon + 1 < text.size();
  return named_node(run, document, kind, has_prefix ? text.substr(0, colon) : std::string_view{},
                    has_prefix ? text.substr(colon + 1) : text, text_or_empty(uri));
}

template <DomKind kKind>
DomNode* create(Run& run, DomNode* self, String* name) {
  return qualified_node(run, self, kKind, name, nullptr);
}
template <DomKind kKind>
DomNode* create_in(Run& run, DomNode* self, String* name, String* uri) {
  return qualified_node(run, self, kKind, name, uri);
}
template <DomKind kKind>
DomNode* create_prefixed(Run& run, DomNode* self, String* prefix, String* local, String* uri) {
  return named_node(run, self, kKind, text_or_empty(prefix), text_or_empty(local), text_or_empty(uri));
}
template <DomKind kKind>
DomNode* create_text(Run& run, DomNode* self, String* text) {
  DomNode* made = make_dom_node(run, self, kKind);
  made->value = text_or_empty(text);
  return made;
}
DomNode* create_instruction(Run& run, DomNode* self, String* target, String* data) {
  if (target == nullptr) return run.raise_null("target");
  DomNode* made = make_dom_node(run, self, DomKind::kProcessingInstruction);
  made->local = target->view();
  made->value = text_or_empty(data);
  return made;
}
DomNode* create_declaration(Run& run, DomNode* self, String* version, String* encoding, String* standalone) {
  if (text_or_empty(version) != "1.0") {
    return run.raise(Known::kArgumentException,
                     "Wrong XML version information. The XML must match production \"VersionNum ::= '1.' [0-9]+\".");
  }
  const std::string_view alone = text_or_empty(standalone);
  if (!alone.empty() && alone != "yes" && alone != "no") {
    return run.raise(Known::kArgumentException,
                     joined("Wrong value for the XML declaration standalone attribute of '", alone, "'."));
  }
  DomNode* made = make_dom_node(run, self, DomKind::kDeclaration);
  made->version = version;
  made->encoding = encoding;
  made->standalone = standalone;
  return made;
}
DomNode* create_fragment(Run& run, DomNode* self) { return make_dom_node(run, self, DomKind::kFragment); }
DomNode* import_node(Run& run, DomNode* self, DomNode* node, bool deep) {
  if (node == nullptr) return run.raise(Known::kInvalidOperationException, "Cannot import a null node.");
  if (node->kind == DomKind::kDocument) {
    return run.raise(Known::kInvalidOperationException, "Cannot import nodes of type 'Document'.");
  }
  return clone_dom_node(run, *self, *node, deep || node->kind == DomKind::kAttribute);
}

// ---- the document ----------------------------------------------------------------------------------------------------

void load_xml(Run& run, DomNode* self, String* text) {
  if (text == nullptr) {
    run.raise_null("s");
    return;
  }
  while (self->first != nullptr) unlink_dom_node(*self->first);
  read_dom_document(run, *self, text->view());
}

DomNode* child_of_kind(DomNode* self, DomKind kind) {
  DomNode* at = self->first;
  while (at != nullptr && at->kind != kind) at = at->next;
  return at;
}
DomNode* document_element(DomNode* self) { return child_of_kind(self, DomKind::kElement); }
DomNode* document_type(DomNode* self) { return child_of_kind(self, DomKind::kDocumentType); }
bool preserves(DomNode* self) { return self->preserves_whitespace; }
void set_preserves(DomNode* self, bool value) { self->preserves_whitespace = value; }
Object* resolver(DomNode*) { return nullptr; }
void set_resolver(DomNode*, Object*) {}
Object* name_table(Run& run, DomNode*) { return run.make<Object>(*run.types.find_in("System.Xml", "NameTable", 0)); }

Object* elements_named(Run& run, DomNode* self, String* name) { return dom_elements_named(run, self, name, nullptr); }
Object* elements_named_in(Run& run, DomNode* self, String* local, String* uri) {
  return dom_elements_named(run, self, local, uri == nullptr ? run.empty_string() : uri);
}

constexpr auto kDocumentMembers = extra({
    constructor<&make_document>("new XmlDocument()"),
    method<&load_xml>("void LoadXml(string xml)"),
    property<&document_element>("XmlElement DocumentElement { get; }"),
    property<&document_type>("XmlDocumentType DocumentType { get; }"),
    property<&preserves, &set_preserves>("bool PreserveWhitespace { get; set; }"),
    property<&resolver, &set_resolver>("XmlResolver XmlResolver { get; set; }"),
    property<&name_table>("XmlNameTable NameTable { get; }"),
    method<&elements_named>("XmlNodeList GetElementsByTagName(string name)"),
    method<&elements_named_in>("XmlNodeList GetElementsByTagName(string localName, string namespaceURI)"),
    method<&create<DomKind::kElement>>("XmlElement CreateElement(string name)"),
    method<&create_in<DomKind::kElement>>("XmlElement CreateElement(string qualifiedName, string namespaceURI)"),
    method<&create_prefixed<DomKind::kElement>>(
        "XmlElement CreateElement(string prefix, string localName, string namespaceURI)"),
    method<&create<DomKind::kAttribute>>("XmlAttribute CreateAttribute(string name)"),
    method<&create_in<DomKind::kAttribute>>("XmlAttribute CreateAttribute(string qualifiedName, string namespaceURI)"),
    method<&create_prefixed<DomKind::kAttribute>>(
        "XmlAttribute CreateAttribute(string prefix, string localName, string namespaceURI)"),
    method<&create_text<DomKind::kText>>("XmlText CreateTextNode(string text)"),
    method<&create_text<DomKind::kCData>>("XmlCDataSection CreateCDataSection(string data)"),
    method<&create_text<DomKind::kComment>>("XmlComment CreateComment(string data)"),
    method<&create_text<DomKind::kWhitespace>>("XmlWhitespace CreateWhitespace(string text)"),
    method<&create_instruction>("XmlProcessingInstruction CreateProcessingInstruction(string target, string data)"),
    method<&create_declaration>(
        "XmlDeclaration CreateXmlDeclaration(string version, string encoding, string standalone)"),
    method<&create_fragment>("XmlDocumentFragment CreateDocumentFragment()"),
    method<&import_node>("XmlNode ImportNode(XmlNode node, bool deep)"),
});

// ---- elements and attributes -----------------------------------------------------------------------------------------

DomNode* attribute_node(DomNode* self, String* name) { return find_dom_attribute(*self, text_or_empty(name)); }
DomNode* attribute_node_in(DomNode* self, String* local, String* uri) {
  return find_dom_attribute(*self, text_or_empty(local), text_or_empty(uri));
}
String* value_of(Run& run, const DomNode* attribute) {
  return attribute == nullptr ? run.empty_string() : run.view(attribute->value);
}
String* get_attribute(Run& run, DomNode* self, String* name) { return value_of(run, attribute_node(self, name)); }
String* get_attribute_in(Run& run, DomNode* self, String* local, String* uri) {
  return value_of(run, attribute_node_in(self, local, uri));
}
bool has_attribute(DomNode* self, String* name) { return attribute_node(self, name) != nullptr; }
bool has_attribute_in(DomNode* self, String* local, String* uri) {
  return attribute_node_in(self, local, uri) != nullptr;
}
bool has_attributes(DomNode* self) { return self->first_attribute != nullptr; }

bool put_attribute(Run& run, DomNode* self, DomNode* found, String* name, String* uri, String* value) {
  if (found == nullptr) {
    found = qualified_node(run, self->document, DomKind::kAttribute, name, uri);
    if (found == nullptr) return false;
    append_dom_attribute(*self, *found);
  }
  found->value = text_or_empty(value);
  return true;
}
void set_attribute(Run& run, DomNode* self, String* name, String* value) {
  put_attribute(run, self, attribute_node(self, name), name, nullptr, value);
}
String* set_attribute_in(Run& run, DomNode* self, String* local, String* uri, String* value) {
  return put_attribute(run, self, attribute_node_in(self, local, uri), local, uri, value) ? value : nullptr;
}
DomNode* set_attribute_node(Run& run, DomNode* self, DomNode* attribute) {
  if (attribute == nullptr) return run.raise_null_reference();
  if (attribute->parent != nullptr) {
    return run.raise(Known::kInvalidOperationException,
                     "The 'Attribute' node cannot be inserted because it is already an attribute of another element.");
  }
  DomNode* before = find_dom_attribute(*self, attribute->local, attribute->uri);
  if (before != nullptr) unlink_dom_attribute(*before);
  append_dom_attribute(*self, *attribute);
  return before;
}
void drop(DomNode* attribute) {
  if (attribute != nullptr) unlink_dom_attribute(*attribute);
}
void remove_attribute(DomNode* self, String* name) { drop(attribute_node(self, name)); }
void remove_attribute_in(DomNode* self, String* local, String* uri) { drop(attribute_node_in(self, local, uri)); }
DomNode* remove_attribute_node(DomNode* self, DomNode* attribute) {
  if (attribute == nullptr || attribute->parent != self) return nullptr;
  unlink_dom_attribute(*attribute);
  return attribute;
}
void remove_all_attributes(DomNode* self) {
  while (self->first_attribute != nullptr) unlink_dom_attribute(*self->first_attribute);
}
bool is_empty(DomNode* self) { return self->first == nullptr && !self->has_end_tag; }
void set_empty(DomNode* self, bool value) {
  while (value && self->first != nullptr) unlink_dom_node(*self->first);
  self->has_end_tag = !value;
}

constexpr auto kElementMembers = extra({
    method<&get_attribute>("string GetAttribute(string name)"),
    method<&get_attribute_in>("string GetAttribute(string localName, string namespaceURI)"),
    method<&set_attribute>("void SetAttribute(string name, string value)"),
    method<&set_attribute_in>("string SetAttribute(string localName, string namespaceURI, string value)"),
    method<&has_attribute>("bool HasAttribute(string name)"),
    method<&has_attribute_in>("bool HasAttribute(string localName, string namespaceURI)"),
    property<&has_attributes>("bool HasAttributes { get; }"),
    method<&attribute_node>("XmlAttribute GetAttributeNode(string name)"),
    method<&attribute_node_in>("XmlAttribute GetAttributeNode(string localName, string namespaceURI)"),
    method<&set_attribute_node>("XmlAttribute SetAttributeNode(XmlAttribute newAttr)"),
    method<&remove_attribute>("void RemoveAttribute(string name)"),
    method<&remove_attribute_in>("void RemoveAttribute(string localName, string namespaceURI)"),
    method<&remove_attribute_node>("XmlAttribute RemoveAttributeNode(XmlAttribute oldAttr)"),
    method<&remove_all_attributes>("void RemoveAllAttributes()"),
    property<&is_empty, &set_empty>("bool IsEmpty { get; set; }"),
    method<&elements_named>("XmlNodeList GetElementsByTagName(string name)"),
    method<&elements_named_in>("XmlNodeList GetElementsByTagName(string localName, string namespaceURI)"),
});

DomNode* owner_element(DomNode* self) { return self->parent; }
bool is_specified(DomNode*) { return true; }
constexpr auto kAttributeMembers = extra({
    property<&owner_element>("XmlElement OwnerElement { get; }"),
    property<&is_specified>("bool Specified { get; }"),
});

// ---- text and the rest -----------------------------------------------------------------------------------------------

String* data(Run& run, DomNode* self) { return run.view(self->value); }
void set_data(DomNode* self, String* value) { self->value = text_or_empty(value); }
std::int32_t length(Run& run, DomNode* self) {
  return static_cast<std::int32_t>(run.view(self->value)->length_utf16());
}
void append_data(Run& run, DomNode* self, String* more) {
  const String* both = run.concat(run.view(self->value), more);
  if (both != nullptr) self->value = both->view();
}
constexpr auto kCharacterMembers = extra({
    property<&data, &set_data>("string Data { get; set; }"),
    property<&length>("int Length { get; }"),
    method<&append_data>("void AppendData(string strData)"),
});

String* target(Run& run, DomNode* self) { return run.view(self->local); }
constexpr auto kInstructionMembers = extra({
    property<&target>("string Target { get; }"),
    property<&data, &set_data>("string Data { get; set; }"),
});

String* or_empty(Run& run, String* text) { return text == nullptr ? run.empty_string() : text; }
String* version(Run& run, DomNode* self) { return or_empty(run, self->version); }
String* encoding(Run& run, DomNode* self) { return or_empty(run, self->encoding); }
String* standalone(Run& run, DomNode* self) { return or_empty(run, self->standalone); }
void set_encoding(DomNode* self, String* value) { self->encoding = value; }
void set_standalone(DomNode* self, String* value) { self->standalone = value; }
constexpr auto kDeclarationMembers = extra({
    property<&version>("string Version { get; }"),
    property<&encoding, &set_encoding>("string Encoding { get; set; }"),
    property<&standalone, &set_standalone>("string Standalone { get; set; }"),
});

String* public_id(DomNode* self) { return self->version; }
String* system_id(DomNode* self) { return self->encoding; }
String* internal_subset(Run& run, DomNode* self) { return self->value.empty() ? nullptr : run.view(self->value); }
constexpr auto kTypeMembers = extra({
    property<&public_id>("string PublicId { get; }"),
    property<&system_id>("string SystemId { get; }"),
    property<&internal_subset>("string InternalSubset { get; }"),
});

// ---- namespaces for XPath --------------------------------------------------------------------------------------------

struct NamespaceBinding {
  String* prefix;
  String* uri;
  NamespaceBinding* outer;
  std::uint32_t scope;
};
struct NamespaceManager : Object {
  NamespaceBinding* innermost = nullptr;
  std::uint32_t scope = 0;
};

NamespaceManager* make_manager(Run& run, Object* table) {
  if (table == nullptr) return run.raise_null_reference();
  return run.make<NamespaceManager>(*run.types.find_in("System.Xml", "XmlNamespaceManager", 0));
}
Object* make_name_table(Run& run) { return name_table(run, nullptr); }

void add_namespace(Run& run, NamespaceManager* self, String* prefix, String* uri) {
  if (uri == nullptr || prefix == nullptr) {
    run.raise_null(uri == nullptr ? "uri" : "prefix");
    return;
  }
  if (prefix->view() == "xmlns" || (prefix->view() == "xml" && uri->view() != kDomXmlUri)) {
    run.raise_argument(
        Known::kArgumentException,
        joined("Prefix \"", prefix->view(), "\" is reserved for use by XML and must be mapped to only one namespace."),
        "prefix");
    return;
  }
  auto* made = run.arena.make<NamespaceBinding>();
  *made = {prefix, uri, self->innermost, self->scope};
  self->innermost = made;
}
const NamespaceBinding* binding_of(const NamespaceManager& self, std::string_view prefix) {
  const NamespaceBinding* at = self.innermost;
  while (at != nullptr && at->prefix->view() != prefix) at = at->outer;
  return at;
}
String* lookup_namespace(Run& run, NamespaceManager* self, String* prefix) {
  if (prefix == nullptr) return nullptr;
  const NamespaceBinding* found = binding_of(*self, prefix->view());
  if (found != nullptr) return found->uri;
  if (prefix->view() == "xml") return run.view(kDomXmlUri);
  if (prefix->view() == "xmlns") return run.view(kDomXmlnsUri);
  return prefix->size == 0 ? run.empty_string() : nullptr;
}
String* lookup_prefix(Run& run, NamespaceManager* self, String* uri) {
  if (uri == nullptr) return nullptr;
  for (const NamespaceBinding* at = self->innermost; at != nullptr; at = at->outer) {
    if (at->uri->view() == uri->view() && binding_of(*self, at->prefix->view()) == at) return at->prefix;
  }
  if (uri->view() == kDomXmlUri) return run.view("xml");
  return uri->view() == kDomXmlnsUri ? run.view("xmlns") : nullptr;
}
bool has_namespace(NamespaceManager* self, String* prefix) {
  const NamespaceBinding* found = prefix == nullptr ? nullptr : binding_of(*self, prefix->view());
  return found != nullptr && found->scope == self->scope;
}
String* default_namespace(Run& run, NamespaceManager* self) { return lookup_namespace(run, self, run.empty_string()); }
void remove_namespace(Run& run, NamespaceManager* self, String* prefix, String* uri) {
  if (uri == nullptr || prefix == nullptr) {
    run.raise_null(uri == nullptr ? "uri" : "prefix");
    return;
  }
  for (NamespaceBinding** at = &self->innermost; *at != nullptr; at = &(*at)->outer) {
    const NamespaceBinding& binding = **at;
    if (binding.scope != self->scope || binding.prefix->view() != prefix->view() || binding.uri->view() != uri->view())
      continue;
    *at = binding.outer;
    return;
  }
}
void push_scope(NamespaceManager* self) { ++self->scope; }
bool pop_scope(NamespaceManager* self) {
  if (self->scope == 0) return false;
  while (self->innermost != nullptr && self->innermost->scope == self->scope) self->innermost = self->innermost->outer;
  --self->scope;
  return true;
}

constexpr auto kManagerMembers = extra({
    constructor<&make_manager>("new XmlNamespaceManager(XmlNameTable nameTable)"),
    method<&add_namespace>("void AddNamespace(string prefix, string uri)"),
    method<&remove_namespace>("void RemoveNamespace(string prefix, string uri)"),
    method<&lookup_namespace>("string LookupNamespace(string prefix)"),
    method<&lookup_prefix>("string LookupPrefix(string uri)"),
    method<&has_namespace>("bool HasNamespace(string prefix)"),
    property<&default_namespace>("string DefaultNamespace { get; }"),
    method<&push_scope>("void PushScope()"),
    method<&pop_scope>("bool PopScope()"),
});
constexpr auto kNameTableMembers = extra({constructor<&make_name_table>("new NameTable()")});
constexpr auto kXPathExceptionMembers = extra({
    constructor<&new_exception>("new XPathException()"),
    constructor<&new_exception_with_message>("new XPathException(string message)"),
    constructor<&new_exception_with_inner>("new XPathException(string message, Exception innerException)"),
});

}  // namespace

bool xpath_namespaces(Run& run, Object* manager, XPathNamespaces& names) {
  if (manager == nullptr) return false;
  for (const NamespaceBinding* at = static_cast<NamespaceManager*>(manager)->innermost; at != nullptr && run.spend(1);
       at = at->outer) {
    names.entries.push_back({at->prefix->view(), at->uri->view()});
  }
  std::reverse(names.entries.begin(), names.entries.end());  // the innermost is looked at first
  return true;
}

const TypeDefinition kXmlDocumentDefinition{.declaration = "class System.Xml.XmlDocument : XmlNode",
                                            .members = kDocumentMembers};
const TypeDefinition kXmlDocumentFragmentDefinition{.declaration = "class System.Xml.XmlDocumentFragment : XmlNode"};
const TypeDefinition kXmlElementDefinition{.declaration = "class System.Xml.XmlElement : XmlLinkedNode",
                                           .members = kElementMembers};
const TypeDefinition kXmlAttributeDefinition{.declaration = "class System.Xml.XmlAttribute : XmlNode",
                                             .members = kAttributeMembers};
const TypeDefinition kXmlCharacterDataDefinition{
    .declaration = "abstract class System.Xml.XmlCharacterData : XmlLinkedNode", .members = kCharacterMembers};
const TypeDefinition kXmlTextDefinition{.declaration = "class System.Xml.XmlText : XmlCharacterData"};
const TypeDefinition kXmlCDataSectionDefinition{.declaration = "class System.Xml.XmlCDataSection : XmlCharacterData"};
const TypeDefinition kXmlCommentDefinition{.declaration = "class System.Xml.XmlComment : XmlCharacterData"};
const TypeDefinition kXmlWhitespaceDefinition{.declaration = "class System.Xml.XmlWhitespace : XmlCharacterData"};
const TypeDefinition kXmlDeclarationDefinition{.declaration = "class System.Xml.XmlDeclaration : XmlLinkedNode",
                                               .members = kDeclarationMembers};
const TypeDefinition kXmlProcessingInstructionDefinition{
    .declaration = "class System.Xml.XmlProcessingInstruction : XmlLinkedNode", .members = kInstructionMembers};
const TypeDefinition kXmlDocumentTypeDefinition{.declaration = "class System.Xml.XmlDocumentType : XmlLinkedNode",
                                                .members = kTypeMembers};
const TypeDefinition kXmlResolverDefinition{.declaration = "abstract class System.Xml.XmlResolver"};
const TypeDefinition kXmlNameTableDefinition{.declaration = "abstract class System.Xml.XmlNameTable"};
const TypeDefinition kNameTableDefinition{.declaration = "class System.Xml.NameTable : XmlNameTable",
                                          .members = kNameTableMembers};
const TypeDefinition kXmlNamespaceManagerDefinition{.declaration = "class System.Xml.XmlNamespaceManager",
                                                    .members = kManagerMembers};
const TypeDefinition kXPathExceptionDefinition{.declaration = "class System.Xml.XPath.XPathException : SystemException",
                                               .members = kXPathExceptionMembers};

}  // namespace portcullis
