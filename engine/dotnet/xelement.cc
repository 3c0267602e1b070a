// System.Xml.Linq.XElement
#include "base/text.h"
#include "engine/dotnet/xcontent.h"

namespace portcullis {

extern const TypeDefinition kXElementDefinition;

namespace {

XElement* make(Run& run, XName* name) {
  if (name == nullptr) return run.raise_null("name");
  return make_xelement(run, name);
}

XElement* make_with(Run& run, XName* name, Object* content) {
  XElement* made = make(run, name);
  if (made != nullptr) add_xml_content(run, *made, nullptr, content);
  return made;
}

XElement* make_with_all(Run& run, XName* name, Array* content) { return make_with(run, name, content); }

XElement* copy(Run& run, XElement* other) {
  if (other == nullptr) return run.raise_null("other");
  return static_cast<XElement*>(clone_xobject(run, other));
}

XObject* parse(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("s");
  return parse_xml(run, text->view(), {.for_element = true});
}

XObject* parse_with(Run& run, String* text, std::int32_t options) {
  if (text == nullptr) return run.raise_null("s");
  return parse_xml(run, text->view(), {.preserve_whitespace = (options & 1) != 0, .for_element = true});
}

// ---- name and value ------------------------------------------------------------------------------------------------------

XName* name(XElement* self) { return self->name; }
void set_name(Run& run, XElement* self, XName* name) {
  if (name == nullptr) {
    run.raise_null("value");
    return;
  }
  self->name = name;
}

String* value(Run& run, XElement* self) { return inner_text(run, *self); }
void set_value_text(Run& run, XElement* self, String* text) {
  if (text == nullptr) {
    run.raise_null("value");
    return;
  }
  set_xml_text(run, *self, text->view());
}

void set_value(Run& run, XElement* self, Object* value) {
  if (value == nullptr) {
    run.raise_null("value");
    return;
  }
  if (String* text = xml_value(run, value); text != nullptr) set_xml_text(run, *self, text->view());
}

bool is_empty(XElement* self) { return self->first == nullptr && !self->has_end_tag; }
bool has_attributes(XElement* self) { return self->first_attribute != nullptr; }
bool has_elements(XElement* self) { return first_element(*self, nullptr) != nullptr; }
XAttribute* first_attribute(XElement* self) { return self->first_attribute; }
XAttribute* last_attribute(XElement* self) { return self->last_attribute; }

// ---- attributes ----------------------------------------------------------------------------------------------------------

XAttribute* attribute(XElement* self, XName* name) { return name == nullptr ? nullptr : find_xattribute(*self, *name); }

const XName* wanted(const JSequence& sequence) { return static_cast<const XName*>(sequence.argument); }
XNode* source(const JSequence& sequence) { return static_cast<XNode*>(sequence.source); }
bool collect_own_attributes(Run& run, const JSequence& s, SlotList& out) { return collect_attributes(run, source(s), wanted(s), out); }
bool collect_nothing(Run&, const JSequence&, SlotList&) { return true; }

JSequence* attributes(Run& run, XElement* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_own_attributes, self, nullptr); }
JSequence* attributes_named(Run& run, XElement* self, XName* name, const CallSite& site) {
  return make_xml_sequence(run, site, name == nullptr ? &collect_nothing : &collect_own_attributes, self, name);
}

void set_attribute_value(Run& run, XElement* self, XName* name, Object* value) {
  if (name == nullptr) {
    run.raise_null("name");
    return;
  }
  XAttribute* existing = find_xattribute(*self, *name);
  if (value == nullptr) {
    if (existing != nullptr) remove_xattribute(*existing);
    return;
  }
  String* text = xml_value(run, value);
  if (text == nullptr) return;
  if (existing != nullptr) {
    existing->value = text->view();
  } else {
    append_xattribute(run, *self, make_xattribute(run, name, text->view()));
  }
}

void set_element_value(Run& run, XElement* self, XName* name, Object* value) {
  if (name == nullptr) {
    run.raise_null("name");
    return;
  }
  XElement* existing = first_element(*self, name);
  if (value == nullptr) {
    if (existing != nullptr) remove_xnode(*existing);
    return;
  }
  String* text = xml_value(run, value);
  if (text == nullptr) return;
  if (existing == nullptr) {
    existing = make_xelement(run, name);
    insert_xnode(run, *self, nullptr, existing);
  }
  set_xml_text(run, *existing, text->view());
}

void remove_attributes(XElement* self) {
  while (self->first_attribute != nullptr) remove_xattribute(*self->first_attribute);
}

void remove_all(XElement* self) {
  remove_attributes(self);
  clear_xnodes(*self);
  self->has_end_tag = false;
}

void replace_all(Run& run, XElement* self, Object* content) {
  XElement* holder = make_xelement(run, self->name);
  if (!add_xml_content(run, *holder, nullptr, content)) return;
  remove_all(self);
  self->has_end_tag = holder->has_end_tag;
  for (XAttribute* at = holder->first_attribute; at != nullptr; at = holder->first_attribute) {
    remove_xattribute(*at);
    append_xattribute(run, *self, at);
  }
  while (holder->first != nullptr && !run.failed()) {
    XNode* node = holder->first;
    remove_xnode(*node);
    insert_xnode(run, *self, nullptr, node);
  }
}

void replace_attributes(Run& run, XElement* self, Object* content) {
  XElement* holder = make_xelement(run, self->name);
  if (!add_xml_content(run, *holder, nullptr, content)) return;
  remove_attributes(self);
  for (XAttribute* at = holder->first_attribute; at != nullptr; at = holder->first_attribute) {
    remove_xattribute(*at);
    append_xattribute(run, *self, at);
  }
}

// ---- family --------------------------------------------------------------------------------------------------------------

bool collect_with_self(Run& run, const JSequence& s, SlotList& out) { return collect_descendants(run, source(s), wanted(s), true, out); }
bool collect_nodes_with_self(Run& run, const JSequence& s, SlotList& out) { return collect_descendant_nodes(run, source(s), true, out); }
bool collect_above_with_self(Run& run, const JSequence& s, SlotList& out) { return collect_ancestors(run, source(s), wanted(s), true, out); }

JSequence* descendants_and_self(Run& run, XElement* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_with_self, self, nullptr); }
JSequence* descendants_and_self_named(Run& run, XElement* self, XName* name, const CallSite& site) {
  return make_xml_sequence(run, site, name == nullptr ? &collect_nothing : &collect_with_self, self, name);
}
JSequence* descendant_nodes_and_self(Run& run, XElement* self, const CallSite& site) {
  return make_xml_sequence(run, site, &collect_nodes_with_self, self, nullptr);
}
JSequence* ancestors_and_self(Run& run, XElement* self, const CallSite& site) { return make_xml_sequence(run, site, &collect_above_with_self, self, nullptr); }
JSequence* ancestors_and_self_named(Run& run, XElement* self, XName* name, const CallSite& site) {
  return make_xml_sequence(run, site, name == nullptr ? &collect_nothing : &collect_above_with_self, self, name);
}

// ---- namespaces ----------------------------------------------------------------------------------------------------------

XNamespace* default_namespace(Run& run, XElement* self) {
  std::string_view uri;
  namespace_of(self, {}, uri);
  return make_xnamespace(run, uri);
}

XNamespace* namespace_of_prefix(Run& run, XElement* self, String* prefix) {
  if (prefix == nullptr) return run.raise_null("prefix");
  std::string_view uri;
  return namespace_of(self, prefix->view(), uri) ? make_xnamespace(run, uri) : nullptr;
}

String* prefix_of_namespace(Run& run, XElement* self, XNamespace* space) {
  if (space == nullptr) return run.raise_null("ns");
  std::string_view prefix;
  return prefix_of(self, space->uri, false, prefix) ? run.view(prefix) : nullptr;
}

// ---- conversions ---------------------------------------------------------------------------------------------------------

template <Known kTo, typename T>
T cast(Run& run, XElement* element) {
  if (element == nullptr) {
    if constexpr (kTo == Known::kString) return nullptr;
    return run.raise_null("element");
  }
  Slot out{};
  String* text = inner_text(run, *element);
  if (text != nullptr) xml_convert(run, text, kTo, out);
  return from_slot<T>(out);
}

template <Known kTo>
Object* cast_nullable(Run& run, XElement* element) {
  if (element == nullptr) return nullptr;
  Slot out{};
  String* text = inner_text(run, *element);
  if (text == nullptr || !xml_convert(run, text, kTo, out)) return nullptr;
  return run.box(run.type(kTo), out);
}

constexpr Member kMembers[] = {
    constructor<&copy>("new XElement(XElement other)"),
    constructor<&make>("new XElement(XName name)"),
    constructor<&make_with>("new XElement(XName name, object content)"),
    constructor<&make_with_all>("new XElement(XName name, params object[] content)"),
    method<&parse>("static XElement Parse(string text)"),
    method<&parse_with>("static XElement Parse(string text, LoadOptions options)"),
    property<&name, &set_name>("XName Name { get; set; }"),
    property<&value, &set_value_text>("string Value { get; set; }"),
    method<&set_value>("void SetValue(object value)"),
    property<&is_empty>("bool IsEmpty { get; }").with(kNoRaise),
    property<&has_attributes>("bool HasAttributes { get; }").with(kNoRaise),
    property<&has_elements>("bool HasElements { get; }").with(kNoRaise),
    property<&first_attribute>("XAttribute FirstAttribute { get; }").with(kNoRaise),
    property<&last_attribute>("XAttribute LastAttribute { get; }").with(kNoRaise),
    method<&attribute>("XAttribute Attribute(XName name)").with(kNoRaise),
    method<&attributes>("IEnumerable<XAttribute> Attributes()"),
    method<&attributes_named>("IEnumerable<XAttribute> Attributes(XName name)"),
    method<&set_attribute_value>("void SetAttributeValue(XName name, object value)"),
    method<&set_element_value>("void SetElementValue(XName name, object value)"),
    method<&remove_all>("void RemoveAll()"),
    method<&remove_attributes>("void RemoveAttributes()"),
    method<&replace_all>("void ReplaceAll(object content)"),
    method<&replace_all>("void ReplaceAll(params object[] content)"),
    method<&replace_attributes>("void ReplaceAttributes(object content)"),
    method<&replace_attributes>("void ReplaceAttributes(params object[] content)"),
    method<&descendants_and_self>("IEnumerable<XElement> DescendantsAndSelf()"),
    method<&descendants_and_self_named>("IEnumerable<XElement> DescendantsAndSelf(XName name)"),
    method<&descendant_nodes_and_self>("IEnumerable<XNode> DescendantNodesAndSelf()"),
    method<&ancestors_and_self>("IEnumerable<XElement> AncestorsAndSelf()"),
    method<&ancestors_and_self_named>("IEnumerable<XElement> AncestorsAndSelf(XName name)"),
    method<&default_namespace>("XNamespace GetDefaultNamespace()"),
    method<&namespace_of_prefix>("XNamespace GetNamespaceOfPrefix(string prefix)"),
    method<&prefix_of_namespace>("string GetPrefixOfNamespace(XNamespace ns)"),

    method<&cast<Known::kString, String*>>("static explicit operator string(XElement element)"),
    method<&cast<Known::kBoolean, bool>>("static explicit operator bool(XElement element)"),
    method<&cast_nullable<Known::kBoolean>>("static explicit operator bool?(XElement element)"),
    method<&cast<Known::kInt32, std::int32_t>>("static explicit operator int(XElement element)"),
    method<&cast_nullable<Known::kInt32>>("static explicit operator int?(XElement element)"),
    method<&cast<Known::kUInt32, std::uint32_t>>("static explicit operator uint(XElement element)"),
    method<&cast_nullable<Known::kUInt32>>("static explicit operator uint?(XElement element)"),
    method<&cast<Known::kInt64, std::int64_t>>("static explicit operator long(XElement element)"),
    method<&cast_nullable<Known::kInt64>>("static explicit operator long?(XElement element)"),
    method<&cast<Known::kUInt64, std::uint64_t>>("static explicit operator ulong(XElement element)"),
    method<&cast_nullable<Known::kUInt64>>("static explicit operator ulong?(XElement element)"),
    method<&cast<Known::kSingle, float>>("static explicit operator float(XElement element)"),
    method<&cast_nullable<Known::kSingle>>("static explicit operator float?(XElement element)"),
    method<&cast<Known::kDouble, double>>("static explicit operator double(XElement element)"),
    method<&cast_nullable<Known::kDouble>>("static explicit operator double?(XElement element)"),
    method<&cast<Known::kDecimal, Object*>>("static explicit operator decimal(XElement element)"),
    method<&cast_nullable<Known::kDecimal>>("static explicit operator decimal?(XElement element)"),
    method<&cast<Known::kDateTime, std::int64_t>>("static explicit operator DateTime(XElement element)"),
    method<&cast_nullable<Known::kDateTime>>("static explicit operator DateTime?(XElement element)"),
    method<&cast<Known::kDateTimeOffset, Object*>>("static explicit operator DateTimeOffset(XElement element)"),
    method<&cast_nullable<Known::kDateTimeOffset>>("static explicit operator DateTimeOffset?(XElement element)"),
    method<&cast<Known::kTimeSpan, std::int64_t>>("static explicit operator TimeSpan(XElement element)"),
    method<&cast_nullable<Known::kTimeSpan>>("static explicit operator TimeSpan?(XElement element)"),
    method<&cast<Known::kGuid, Object*>>("static explicit operator Guid(XElement element)"),
    method<&cast_nullable<Known::kGuid>>("static explicit operator Guid?(XElement element)"),
};

}  // namespace

const TypeDefinition kXElementDefinition{.declaration = "class System.Xml.Linq.XElement : XContainer", .members = kMembers, .operations = &kXNodeOperations};

}  // namespace portcullis
