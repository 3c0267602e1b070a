// System.Nullable<T> and the static class System.Nullable. A value is null, a Box, or the object of a struct that is
// stored by reference; the receiver may be null, and that raises nothing by itself.
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kNullable1Definition;
extern const TypeDefinition kNullableDefinition;

namespace {

Slot value_of(const Type& element, Object* value) {
  return element.is_reference() ? Slot::of_object(value) : static_cast<const Box*>(value)->value;
}

// Of a member of T?; a nullable's `element` and its only argument are the same type.
const Type& element_of(const CallSite& site) {
  return site.declaring->element != nullptr ? *site.declaring->element : *site.declaring->arguments[0];
}

bool has_value(Object* self) { return self != nullptr; }

Slot value(Run& run, Object* self, const CallSite& site) {
  if (self == nullptr) return run.raise(Known::kInvalidOperationException, "Nullable object must have a value.");
  return value_of(element_of(site), self);
}

Slot value_or_zero(Run& run, Object* self, const CallSite& site) {
  return self == nullptr ? run.zero(element_of(site)) : value_of(element_of(site), self);
}

Slot value_or(Object* self, Slot other, const CallSite& site) {
  return self == nullptr ? other : value_of(element_of(site), self);
}

bool nullable_equals(Run& run, Object* self, Object* other) {
  return equals(run, run.type(Known::kObject), Slot::of_object(self), Slot::of_object(other));
}
std::int32_t nullable_hash(Run& run, Object* self) {
  return hash(run, run.type(Known::kObject), Slot::of_object(self));
}
String* nullable_to_string(Run& run, Object* self) {
  return to_text(run, run.type(Known::kObject), Slot::of_object(self));
}

Object* make(Run& run, Slot value, const CallSite& site) {
  const Type& result = *site.result;
  return run.box(result.element != nullptr ? *result.element : *result.arguments[0], value);
}

std::int32_t compare_nullables(Run& run, Object* a, Object* b) {
  return compare(run, run.type(Known::kObject), Slot::of_object(a), Slot::of_object(b));
}

TypeObject* underlying_of(Run& run, TypeObject* type) {
  if (type == nullptr) return run.raise_null("nullableType");
  if (type->value->kind != TypeKind::kNullable) return nullptr;
  auto* made = run.make<TypeObject>(Known::kType);
  made->value = type->value->element;
  return made;
}

constexpr Member kNullable1Members[] = {
    constructor<&make>("new Nullable(T value)").with(kNoRaise),
    property<&has_value>("bool HasValue { get; }").with(kNoRaise),
    property<&value>("T Value { get; }"),
    method<&value_or_zero>("T GetValueOrDefault()").with(kNoRaise),
    method<&value_or>("T GetValueOrDefault(T defaultValue)").with(kNoRaise),
    method<&nullable_equals>("bool Equals(object other)"),
    method<&nullable_hash>("int GetHashCode()"),
    method<&nullable_to_string>("string ToString()"),
};

constexpr Member kNullableMembers[] = {
    method<&compare_nullables>("static int Compare<T>(T? n1, T? n2)"),
    method<&nullable_equals>("static bool Equals<T>(T? n1, T? n2)"),
    method<&underlying_of>("static Type GetUnderlyingType(Type nullableType)"),
};

}  // namespace

const TypeDefinition kNullable1Definition{.declaration = "struct System.Nullable<T>", .members = kNullable1Members};
const TypeDefinition kNullableDefinition{.declaration = "static class System.Nullable", .members = kNullableMembers};

}  // namespace portcullis
