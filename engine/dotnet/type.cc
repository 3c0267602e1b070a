// System.Type: the names that expressions print, and equality.
#include <string>

#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kTypeDefinition;

namespace {

const Type& value_of(Slot self) { return *static_cast<const TypeObject*>(self.object)->value; }

TypeObject* type_object(Run& run, const Type* value) {
  if (value == nullptr) return nullptr;
  auto* made = run.make<TypeObject>(Known::kType);
  made->value = value;
  return made;
}

// "List`1", "Int32[]", "Nullable`1"
std::string simple_name(const Type& type) {
  if (type.kind == TypeKind::kArray) {
    return simple_name(*type.element) + "[" + std::string(type.rank > 1 ? type.rank - 1U : 0U, ',') + "]";
  }
  std::string full = full_name(type);
  full.resize(std::min(full.find('['), full.size()));
  const std::size_t dot = full.rfind('.');
  return dot == std::string::npos ? full : full.substr(dot + 1);
}

String* name(Run& run, TypeObject* self) { return run.string(simple_name(*self->value)); }
String* get_full_name(Run& run, TypeObject* self) { return run.string(full_name(*self->value)); }
String* get_namespace(Run& run, TypeObject* self) {
  const Type* type = self->value;
  while (type->kind == TypeKind::kArray) type = type->element;
  return run.string(type->kind == TypeKind::kNullable || type->kind == TypeKind::kTuple ? "System"
                                                                                        : type->namespace_name);
}
TypeObject* base_type(Run& run, TypeObject* self) { return type_object(run, self->value->base); }
TypeObject* element_type(Run& run, TypeObject* self) {
  return self->value->kind == TypeKind::kArray ? type_object(run, self->value->element) : nullptr;
}
bool is_value_type(TypeObject* self) { return self->value->is_value_type; }
bool is_class(TypeObject* self) { return !self->value->is_value_type && self->value->kind != TypeKind::kInterface; }
bool is_interface(TypeObject* self) { return self->value->kind == TypeKind::kInterface; }
bool is_enum(TypeObject* self) { return self->value->kind == TypeKind::kEnum; }
bool is_array(TypeObject* self) { return self->value->kind == TypeKind::kArray; }
bool is_abstract(TypeObject* self) { return self->value->is_abstract || self->value->kind == TypeKind::kInterface; }
bool is_generic(TypeObject* self) {
  return !self->value->arguments.empty() || self->value->kind == TypeKind::kNullable;
}
bool is_primitive(TypeObject* self) {
  const Type& type = *self->value;
  return type.kind == TypeKind::kStruct &&
         (type.is(Known::kBoolean) || (is_numeric(type) && !type.is(Known::kDecimal) && !type.is(Known::kBigInteger)));
}

bool is_assignable_from(TypeObject* self, TypeObject* other) {
  return other != nullptr && is_assignable(*other->value, *self->value);
}
bool is_instance_of(TypeObject* self, Object* object) { return is_instance(object, *self->value); }
bool is_subclass_of(Run& run, TypeObject* self, TypeObject* other) {
  if (other == nullptr) return run.raise_null("c");
  for (const Type* at = self->value->base; at != nullptr; at = at->base) {
    if (at == other->value) return true;
  }
  return false;
}

bool type_equals(TypeObject* self, TypeObject* other) { return other != nullptr && self->value == other->value; }
bool operator_equals(TypeObject* a, TypeObject* b) {
  return a == b || (a != nullptr && b != nullptr && a->value == b->value);
}
bool operator_differs(TypeObject* a, TypeObject* b) { return !operator_equals(a, b); }

Array* generic_arguments(Run& run, TypeObject* self) {
  const Type& type = *self->value;
  const std::size_t count = type.kind == TypeKind::kNullable ? 1 : type.arguments.size();
  Array* array = run.array(run.types.array_of(run.type(Known::kType)), count);
  if (array == nullptr) return nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    array->items[i] =
        Slot::of_object(type_object(run, type.kind == TypeKind::kNullable ? type.element : type.arguments[i]));
  }
  return array;
}

String* to_string(Run& run, const Type&, Slot self) { return run.string(full_name(value_of(self))); }
bool equal_values(Run&, const Type&, Slot self, Slot other) { return &value_of(self) == &value_of(other); }
std::int32_t hash_value(Run&, const Type&, Slot self) {
  return static_cast<std::int32_t>(reinterpret_cast<std::uintptr_t>(&value_of(self)) >> 4);
}

constexpr TypeOperations kOperations{.to_string = &to_string, .equals = &equal_values, .hash = &hash_value};

constexpr Member kMembers[] = {
    property<&name>("string Name { get; }").with(kNoRaise),
    property<&get_full_name>("string FullName { get; }").with(kNoRaise),
    property<&get_namespace>("string Namespace { get; }").with(kNoRaise),
    property<&base_type>("Type BaseType { get; }").with(kNoRaise),
    property<&is_value_type>("bool IsValueType { get; }").with(kNoRaise),
    property<&is_class>("bool IsClass { get; }").with(kNoRaise),
    property<&is_interface>("bool IsInterface { get; }").with(kNoRaise),
    property<&is_enum>("bool IsEnum { get; }").with(kNoRaise),
    property<&is_array>("bool IsArray { get; }").with(kNoRaise),
    property<&is_abstract>("bool IsAbstract { get; }").with(kNoRaise),
    property<&is_primitive>("bool IsPrimitive { get; }").with(kNoRaise),
    property<&is_generic>("bool IsGenericType { get; }").with(kNoRaise),
    property<&generic_arguments>("Type[] GenericTypeArguments { get; }"),
    method<&generic_arguments>("Type[] GetGenericArguments()"),
    method<&element_type>("Type GetElementType()").with(kNoRaise),
    method<&is_assignable_from>("bool IsAssignableFrom(Type c)").with(kNoRaise),
    method<&is_instance_of>("bool IsInstanceOfType(object o)").with(kNoRaise),
    method<&is_subclass_of>("bool IsSubclassOf(Type c)"),
    method<&type_equals>("bool Equals(Type o)").with(kNoRaise),
    method<&operator_equals>("static bool operator ==(Type left, Type right)").with(kNoRaise),
    method<&operator_differs>("static bool operator !=(Type left, Type right)").with(kNoRaise),
};

}  // namespace

const TypeDefinition kTypeDefinition{
    .declaration = "abstract class System.Type", .members = kMembers, .operations = &kOperations};

}  // namespace portcullis
