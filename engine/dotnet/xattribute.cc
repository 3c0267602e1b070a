// System.Xml.Linq.XAttribute
#include "engine/dotnet/xcontent.h"

namespace portcullis {

extern const TypeDefinition kXAttributeDefinition;

namespace {

XAttribute* make(Run& run, XName* name, Object* value) {
  if (name == nullptr) return run.raise_null("name");
  if (value == nullptr) return run.raise_null("value");
  String* text = xml_value(run, value);
  return text == nullptr ? nullptr : make_xattribute(run, name, text->view());
}

XAttribute* copy(Run& run, XAttribute* other) {
  if (other == nullptr) return run.raise_null("other");
  return make_xattribute(run, other->name, other->value);
}

XName* name(XAttribute* self) { return self->name; }
String* value(Run& run, XAttribute* self) { return run.view(self->value); }

void set_text(Run& run, XAttribute* self, String* text) {
  if (text == nullptr) {
    run.raise_null("value");
    return;
  }
  self->value = text->view();
}

void set_value(Run& run, XAttribute* self, Object* value) {
  if (value == nullptr) {
    run.raise_null("value");
    return;
  }
  if (String* text = xml_value(run, value); text != nullptr) self->value = text->view();
}

bool is_declaration(XAttribute* self) { return is_namespace_declaration(*self); }
XAttribute* next(XAttribute* self) { return self->next; }
XAttribute* previous(XAttribute* self) { return self->previous; }

void remove(Run& run, XAttribute* self) {
  if (self->parent == nullptr) {
    run.raise(Known::kInvalidOperationException, "The parent is missing.");
    return;
  }
  remove_xattribute(*self);
}

String* text(Run& run, XAttribute* self) { return write_xml_attribute(run, *self); }
String* attribute_text(Run& run, const Type&, Slot self) { return write_xml_attribute(run, *static_cast<XAttribute*>(self.object)); }

template <Known kTo, typename T>
T cast(Run& run, XAttribute* attribute) {
  if (attribute == nullptr) {
    if constexpr (kTo == Known::kString) return nullptr;
    return run.raise_null("attribute");
  }
  Slot out{};
  xml_convert(run, run.view(attribute->value), kTo, out);
  return from_slot<T>(out);
}

template <Known kTo>
Object* cast_nullable(Run& run, XAttribute* attribute) {
  if (attribute == nullptr) return nullptr;
  Slot out{};
  return xml_convert(run, run.view(attribute->value), kTo, out) ? run.box(run.type(kTo), out) : nullptr;
}

constexpr Member kMembers[] = {
    constructor<&copy>("new XAttribute(XAttribute other)"),
    constructor<&make>("new XAttribute(XName name, object value)"),
    property<&name>("XName Name { get; }").with(kNoRaise),
    property<&value, &set_text>("string Value { get; set; }"),
    method<&set_value>("void SetValue(object value)"),
    property<&is_declaration>("bool IsNamespaceDeclaration { get; }").with(kNoRaise),
    property<&next>("XAttribute NextAttribute { get; }").with(kNoRaise),
    property<&previous>("XAttribute PreviousAttribute { get; }").with(kNoRaise),
    method<&remove>("void Remove()"),
    method<&text>("string ToString()"),

    method<&cast<Known::kString, String*>>("static explicit operator string(XAttribute attribute)"),
    method<&cast<Known::kBoolean, bool>>("static explicit operator bool(XAttribute attribute)"),
    method<&cast_nullable<Known::kBoolean>>("static explicit operator bool?(XAttribute attribute)"),
    method<&cast<Known::kInt32, std::int32_t>>("static explicit operator int(XAttribute attribute)"),
    method<&cast_nullable<Known::kInt32>>("static explicit operator int?(XAttribute attribute)"),
    method<&cast<Known::kUInt32, std::uint32_t>>("static explicit operator uint(XAttribute attribute)"),
    method<&cast_nullable<Known::kUInt32>>("static explicit operator uint?(XAttribute attribute)"),
    method<&cast<Known::kInt64, std::int64_t>>("static explicit operator long(XAttribute attribute)"),
    method<&cast_nullable<Known::kInt64>>("static explicit operator long?(XAttribute attribute)"),
    method<&cast<Known::kUInt64, std::uint64_t>>("static explicit operator ulong(XAttribute attribute)"),
    method<&cast_nullable<Known::kUInt64>>("static explicit operator ulong?(XAttribute attribute)"),
    method<&cast<Known::kSingle, float>>("static explicit operator float(XAttribute attribute)"),
    method<&cast_nullable<Known::kSingle>>("static explicit operator float?(XAttribute attribute)"),
    method<&cast<Known::kDouble, double>>("static explicit operator double(XAttribute attribute)"),
    method<&cast_nullable<Known::kDouble>>("static explicit operator double?(XAttribute attribute)"),
    method<&cast<Known::kDecimal, Object*>>("static explicit operator decimal(XAttribute attribute)"),
    method<&cast_nullable<Known::kDecimal>>("static explicit operator decimal?(XAttribute attribute)"),
    method<&cast<Known::kDateTime, std::int64_t>>("static explicit operator DateTime(XAttribute attribute)"),
    method<&cast_nullable<Known::kDateTime>>("static explicit operator DateTime?(XAttribute attribute)"),
    method<&cast<Known::kDateTimeOffset, Object*>>("static explicit operator DateTimeOffset(XAttribute attribute)"),
    method<&cast_nullable<Known::kDateTimeOffset>>("static explicit operator DateTimeOffset?(XAttribute attribute)"),
    method<&cast<Known::kTimeSpan, std::int64_t>>("static explicit operator TimeSpan(XAttribute attribute)"),
    method<&cast_nullable<Known::kTimeSpan>>("static explicit operator TimeSpan?(XAttribute attribute)"),
    method<&cast<Known::kGuid, Object*>>("static explicit operator Guid(XAttribute attribute)"),
    method<&cast_nullable<Known::kGuid>>("static explicit operator Guid?(XAttribute attribute)"),
};

constexpr TypeOperations kOperations{.to_string = &attribute_text};

}  // namespace

const TypeDefinition kXAttributeDefinition{.declaration = "class System.Xml.Linq.XAttribute : XObject", .members = kMembers, .operations = &kOperations};

}  // namespace portcullis
