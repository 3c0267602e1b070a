// System.Xml.Linq.XDocument, XDeclaration and XDocumentType
#include "base/text.h"
#include "engine/dotnet/xcontent.h"

namespace portcullis {

extern const TypeDefinition kXDocumentDefinition;
extern const TypeDefinition kXDeclarationDefinition;
extern const TypeDefinition kXDocumentTypeDefinition;

namespace {

// ---- XDocument -----------------------------------------------------------------------------------------------------------

XDocument* make(Run& run) { return make_xdocument(run); }

XDocument* make_with(Run& run, Array* content) {
  XDocument* made = make_xdocument(run);
  add_xml_content(run, *made, nullptr, content);
  return made;
}

XDocument* make_declared(Run& run, XDeclaration* declaration, Array* content) {
  XDocument* made = make_with(run, content);
  made->declaration = declaration;
  return made;
}

XDocument* copy(Run& run, XDocument* other) {
  if (other == nullptr) return run.raise_null("other");
  return static_cast<XDocument*>(clone_xobject(run, other));
}

XObject* parse(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("s");
  return parse_xml(run, text->view());
}

XObject* parse_with(Run& run, String* text, std::int32_t options) {
  if (text == nullptr) return run.raise_null("s");
  return parse_xml(run, text->view(), {.preserve_whitespace = (options & 1) != 0});
}

XElement* root(XDocument* self) { return first_element(*self, nullptr); }
XDeclaration* declaration(XDocument* self) { return self->declaration; }
void set_declaration(XDocument* self, XDeclaration* value) { self->declaration = value; }

XNode* document_type(XDocument* self) {
  for (XNode* at = self->first; at != nullptr; at = at->next) {
    if (at->kind == XKind::kDocumentType) return at;
  }
  return nullptr;
}

constexpr Member kDocumentMembers[] = {
    constructor<&make>("new XDocument()"),
    constructor<&copy>("new XDocument(XDocument other)"),
    constructor<&make_with>("new XDocument(params object[] content)"),
    constructor<&make_declared>("new XDocument(XDeclaration declaration, params object[] content)"),
    method<&parse>("static XDocument Parse(string text)"),
    method<&parse_with>("static XDocument Parse(string text, LoadOptions options)"),
    property<&root>("XElement Root { get; }").with(kNoRaise),
    property<&declaration, &set_declaration>("XDeclaration Declaration { get; set; }"),
    property<&document_type>("XDocumentType DocumentType { get; }").with(kNoRaise),
};

// ---- XDeclaration --------------------------------------------------------------------------------------------------------

XDeclaration* make_declaration(Run& run, String* version, String* encoding, String* standalone) {
  return make_xdeclaration(run, version, encoding, standalone);
}
XDeclaration* copy_declaration(Run& run, XDeclaration* other) {
  if (other == nullptr) return run.raise_null("other");
  return make_xdeclaration(run, other->version, other->encoding, other->standalone);
}

template <auto kField>
struct Text;
template <typename T, String* T::*kField>
struct Text<kField> {
  static String* get(T* self) { return self->*kField; }
  static void set(T* self, String* value) { self->*kField = value; }
};

String* declaration_text(Run& run, const Type&, Slot self) {
  const auto& declaration = *static_cast<XDeclaration*>(self.object);
  std::string out = "<?xml";
  const auto part = [&out](std::string_view name, const String* value) {
    if (value != nullptr) append(out, ' ', name, "=\"", value->view(), '"');
  };
  part("version", declaration.version);
  part("encoding", declaration.encoding);
  part("standalone", declaration.standalone);
  return run.string(out + "?>");
}

constexpr Member kDeclarationMembers[] = {
    constructor<&make_declaration>("new XDeclaration(string version, string encoding, string standalone)"),
    constructor<&copy_declaration>("new XDeclaration(XDeclaration other)"),
    property<&Text<&XDeclaration::version>::get, &Text<&XDeclaration::version>::set>("string Version { get; set; }"),
    property<&Text<&XDeclaration::encoding>::get, &Text<&XDeclaration::encoding>::set>("string Encoding { get; set; }"),
    property<&Text<&XDeclaration::standalone>::get, &Text<&XDeclaration::standalone>::set>("string Standalone { get; set; }"),
};
constexpr TypeOperations kDeclarationOperations{.to_string = &declaration_text};

// ---- XDocumentType -------------------------------------------------------------------------------------------------------

XDocumentType* make_type(Run& run, String* name, String* public_id, String* system_id, String* internal_subset) {
  if (name == nullptr) return run.raise_null("name");
  if (!check_ncname(run, name->view())) return nullptr;
  return make_xdocument_type(run, name->view(), public_id, system_id, internal_subset);
}

String* type_name(Run& run, XDocumentType* self) { return run.view(self->name); }

constexpr Member kTypeMembers[] = {
    constructor<&make_type>("new XDocumentType(string name, string publicId, string systemId, string internalSubset)"),
    property<&type_name>("string Name { get; }").with(kNoRaise),
    property<&Text<&XDocumentType::public_id>::get, &Text<&XDocumentType::public_id>::set>("string PublicId { get; set; }"),
    property<&Text<&XDocumentType::system_id>::get, &Text<&XDocumentType::system_id>::set>("string SystemId { get; set; }"),
    property<&Text<&XDocumentType::internal_subset>::get, &Text<&XDocumentType::internal_subset>::set>("string InternalSubset { get; set; }"),
};

}  // namespace

// `context.Request.Body.As<XElement>()`; declared in engine/exchange/members.h, which is above this folder.
Slot parse_body_xml(Run& run, std::string_view text, const Type& wanted);
Slot parse_body_xml(Run& run, std::string_view text, const Type& wanted) {
  return Slot::of_object(parse_xml(run, text, {.for_element = !wanted.is(Known::kXDocument)}));
}

const TypeDefinition kXDocumentDefinition{.declaration = "class System.Xml.Linq.XDocument : XContainer", .members = kDocumentMembers, .operations = &kXNodeOperations};
const TypeDefinition kXDeclarationDefinition{
    .declaration = "class System.Xml.Linq.XDeclaration", .members = kDeclarationMembers, .operations = &kDeclarationOperations};
const TypeDefinition kXDocumentTypeDefinition{.declaration = "class System.Xml.Linq.XDocumentType : XNode", .members = kTypeMembers, .operations = &kXNodeOperations};

}  // namespace portcullis
