// System.Xml.Linq.XName and XNamespace; the enums XmlNodeType, SaveOptions, LoadOptions.
#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/xml/xml_tree.h"

namespace portcullis {

extern const TypeDefinition kXNameDefinition;
extern const TypeDefinition kXNamespaceDefinition;
extern const TypeDefinition kXmlNodeTypeDefinition;
extern const TypeDefinition kSaveOptionsDefinition;
extern const TypeDefinition kLoadOptionsDefinition;

namespace {

// ---- XName ---------------------------------------------------------------------------------------------------------------

XName* from_string(Run& run, String* expanded) { return parse_xname(run, expanded); }

XName* get(Run& run, String* expanded) {
  if (expanded == nullptr) return run.raise_null("expandedName");
  return parse_xname(run, expanded);
}

XName* get_in(Run& run, String* local, String* uri) {
  if (uri == nullptr) return run.raise_null("namespaceName");
  if (local == nullptr) return run.raise_null("localName");
  return check_ncname(run, local->view()) ? make_xname(run, make_xnamespace(run, uri->view()), local->view()) : nullptr;
}

String* local_name(Run& run, XName* self) { return run.view(self->local); }
XNamespace* name_space(XName* self) { return self->space; }
String* namespace_name(Run& run, XName* self) { return run.view(self->space->uri); }
bool names_equal(XName* a, XName* b) { return same_xname(a, b); }
bool names_differ(XName* a, XName* b) { return !same_xname(a, b); }

String* name_text(Run& run, const Type&, Slot self) { return xname_text(run, *static_cast<XName*>(self.object)); }
bool name_equals(Run&, const Type&, Slot a, Slot b) { return same_xname(static_cast<XName*>(a.object), static_cast<XName*>(b.object)); }
std::int32_t name_hash(Run& run, const Type&, Slot self) {
  const auto* name = static_cast<XName*>(self.object);
  return hash(run, run.type(Known::kString), Slot::of_object(run.view(name->local)));
}

constexpr Member kNameMembers[] = {
    method<&from_string>("static implicit operator XName(string expandedName)"),
    method<&get>("static XName Get(string expandedName)"),
    method<&get_in>("static XName Get(string localName, string namespaceName)"),
    property<&local_name>("string LocalName { get; }").with(kNoRaise),
    property<&name_space>("XNamespace Namespace { get; }").with(kNoRaise),
    property<&namespace_name>("string NamespaceName { get; }").with(kNoRaise),
    method<&names_equal>("static bool operator ==(XName left, XName right)").with(kNoRaise),
    method<&names_differ>("static bool operator !=(XName left, XName right)").with(kNoRaise),
};

constexpr TypeOperations kNameOperations{.to_string = &name_text, .equals = &name_equals, .hash = &name_hash};

// ---- XNamespace ----------------------------------------------------------------------------------------------------------

XNamespace* space_from_string(Run& run, String* uri) { return uri == nullptr ? nullptr : make_xnamespace(run, uri->view()); }

XNamespace* get_space(Run& run, String* uri) {
  if (uri == nullptr) return run.raise_null("namespaceName");
  return make_xnamespace(run, uri->view());
}

XName* add_name(Run& run, XNamespace* space, String* local) {
  if (space == nullptr) return run.raise_null("ns");
  if (local == nullptr) return run.raise_null("localName");
  return check_ncname(run, local->view()) ? make_xname(run, space, local->view()) : nullptr;
}

XNamespace* none(Run& run) { return make_xnamespace(run, {}); }
XNamespace* xml(Run& run) { return make_xnamespace(run, kXmlUri); }
XNamespace* xmlns(Run& run) { return make_xnamespace(run, kXmlnsUri); }
String* space_uri(Run& run, XNamespace* self) { return run.view(self->uri); }

bool same_space(const XNamespace* a, const XNamespace* b) { return a == b || (a != nullptr && b != nullptr && a->uri == b->uri); }
bool spaces_equal(XNamespace* a, XNamespace* b) { return same_space(a, b); }
bool spaces_differ(XNamespace* a, XNamespace* b) { return !same_space(a, b); }

String* space_text(Run& run, const Type&, Slot self) { return run.view(static_cast<XNamespace*>(self.object)->uri); }
bool space_equals(Run&, const Type&, Slot a, Slot b) { return same_space(static_cast<XNamespace*>(a.object), static_cast<XNamespace*>(b.object)); }
std::int32_t space_hash(Run& run, const Type&, Slot self) {
  return hash(run, run.type(Known::kString), Slot::of_object(run.view(static_cast<XNamespace*>(self.object)->uri)));
}

constexpr Member kSpaceMembers[] = {
    method<&space_from_string>("static implicit operator XNamespace(string namespaceName)"),
    method<&add_name>("static XName operator +(XNamespace ns, string localName)"),
    method<&get_space>("static XNamespace Get(string namespaceName)"),
    method<&add_name>("XName GetName(string localName)"),
    property<&space_uri>("string NamespaceName { get; }").with(kNoRaise),
    property<&none>("static XNamespace None { get; }").with(kNoRaise),
    property<&xml>("static XNamespace Xml { get; }").with(kNoRaise),
    property<&xmlns>("static XNamespace Xmlns { get; }").with(kNoRaise),
    method<&spaces_equal>("static bool operator ==(XNamespace left, XNamespace right)").with(kNoRaise),
    method<&spaces_differ>("static bool operator !=(XNamespace left, XNamespace right)").with(kNoRaise),
};

constexpr TypeOperations kSpaceOperations{.to_string = &space_text, .equals = &space_equals, .hash = &space_hash};

constexpr EnumValue kNodeTypes[] = {
    {"None", 0}, {"Element", 1}, {"Attribute", 2}, {"Text", 3}, {"CDATA", 4}, {"EntityReference", 5}, {"Entity", 6}, {"ProcessingInstruction", 7},
    {"Comment", 8}, {"Document", 9}, {"DocumentType", 10}, {"DocumentFragment", 11}, {"Notation", 12}, {"Whitespace", 13}, {"SignificantWhitespace", 14},
    {"EndElement", 15}, {"EndEntity", 16}, {"XmlDeclaration", 17},
};
constexpr EnumValue kSaveOptions[] = {{"None", 0}, {"DisableFormatting", 1}, {"OmitDuplicateNamespaces", 2}};
constexpr EnumValue kLoadOptions[] = {{"None", 0}, {"PreserveWhitespace", 1}, {"SetBaseUri", 2}, {"SetLineInfo", 4}};

}  // namespace

const TypeDefinition kXNameDefinition{.declaration = "sealed class System.Xml.Linq.XName : IEquatable<XName>", .members = kNameMembers, .operations = &kNameOperations};
const TypeDefinition kXNamespaceDefinition{.declaration = "sealed class System.Xml.Linq.XNamespace", .members = kSpaceMembers, .operations = &kSpaceOperations};
const TypeDefinition kXmlNodeTypeDefinition{.declaration = "enum System.Xml.XmlNodeType : int", .values = kNodeTypes};
const TypeDefinition kSaveOptionsDefinition{.declaration = "[flags] enum System.Xml.Linq.SaveOptions : int", .values = kSaveOptions};
const TypeDefinition kLoadOptionsDefinition{.declaration = "[flags] enum System.Xml.Linq.LoadOptions : int", .values = kLoadOptions};

}  // namespace portcullis
