// System.Object, System.ValueType and System.Void: what every value has.
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kObjectDefinition;
extern const TypeDefinition kValueTypeDefinition;
extern const TypeDefinition kVoidDefinition;

namespace {

Object* make_object(Run& run) { return run.make<Object>(Known::kObject); }

bool object_equals(Run& run, Object* self, Object* other) {
  return equals(run, run.type(Known::kObject), Slot::of_object(self), Slot::of_object(other));
}

std::int32_t object_hash(Run& run, Object* self) { return hash(run, run.type(Known::kObject), Slot::of_object(self)); }

String* object_to_string(Run& run, Object* self) {
  return to_string(run, run.type(Known::kObject), Slot::of_object(self));
}

TypeObject* object_get_type(Run& run, Object* self) {
  auto* type = run.make<TypeObject>(Known::kType);
  type->value = self->type;
  return type;
}

bool static_equals(Run& run, Object* a, Object* b) { return object_equals(run, a, b); }

bool reference_equals(Object* a, Object* b) { return same_object(a, b); }

constexpr Member kObjectMembers[] = {
    constructor<&make_object>("new Object()").with(kNoRaise),
    method<&object_equals>("bool Equals(object obj)"),
    method<&object_hash>("int GetHashCode()"),
    method<&object_to_string>("string ToString()"),
    method<&object_get_type>("Type GetType()").with(kNoRaise),
    method<&static_equals>("static bool Equals(object objA, object objB)"),
    method<&reference_equals>("static bool ReferenceEquals(object objA, object objB)").with(kNoRaise),
};

}  // namespace

const TypeDefinition kObjectDefinition{.declaration = "class System.Object", .members = kObjectMembers};
const TypeDefinition kValueTypeDefinition{.declaration = "abstract class System.ValueType"};
const TypeDefinition kVoidDefinition{.declaration = "struct System.Void"};

}  // namespace portcullis
