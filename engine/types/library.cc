// The list of every definition of the library, from the two tables.
#include "engine/types/type_table.h"

namespace portcullis {

#define PC_TYPE(definition) extern const TypeDefinition definition;
#include "engine/dotnet/table.def"
#include "engine/exchange/table.def"
#undef PC_TYPE

extern const TypeOperations kKeyValuePairOperations;  // engine/dotnet/tuple.cc

const TypeOperations* key_value_pair_operations() { return &kKeyValuePairOperations; }

std::span<const TypeDefinition* const> library_definitions() {
#define PC_TYPE(definition) &definition,
  // The null keeps the array from being empty; it is not counted.
  static constexpr const TypeDefinition* kDefinitions[] = {
#include "engine/dotnet/table.def"
#include "engine/exchange/table.def"
      nullptr};
#undef PC_TYPE
  return {kDefinitions, std::size(kDefinitions) - 1};
}

}  // namespace portcullis
