// System.Activator: only what makes a value from its type alone. Not in the documented allow-list.
#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kActivatorDefinition;

/// `new T()` for any T; lazy.cc uses it too.
Slot create_by_default(Run& run, const Type& type);
Slot create_by_default(Run& run, const Type& type) {
  if (type.is_value_type) return run.zero(type);
  for (const MemberInfo* member : run.types.declared(type, ".ctor")) {
    if (!type.is_abstract && member->parameters.empty() && member->row != nullptr) {
      return member->row->native(run, nullptr, CallSite{.result = &type, .declaring = &type});
    }
  }
  return run.raise(Known::kInvalidOperationException,
                   joined("Cannot dynamically create an instance of type '", full_name(type),
                          "'. Reason: No parameterless constructor defined."));
}

namespace {

Object* create(Run& run, TypeObject* type) {
  if (type == nullptr) return run.raise_null("type");
  const Slot value = create_by_default(run, *type->value);
  return run.failed() ? nullptr : run.box(*type->value, value);
}

Slot create_generic(Run& run, const CallSite& site) { return create_by_default(run, *site.type_arguments[0]); }

constexpr Member kMembers[] = {
    method<&create>("static object CreateInstance(Type type)").with(kHidden),
    method<&create_generic>("static T CreateInstance<T>()").with(kHidden),
};

}  // namespace

const TypeDefinition kActivatorDefinition{.declaration = "static class System.Activator", .members = kMembers};

}  // namespace portcullis
