// The list of every definition of the library, from the two tables.
#include "engine/types/type_table.h"

#if __has_include("engine/dotnet/table.def")
#define PC_HAS_DOTNET
#endif
#if __has_include("engine/exchange/table.def")
#define PC_HAS_EXCHANGE
#endif

namespace portcullis {

#define PC_TYPE(definition) extern const TypeDefinition definition;
#ifdef PC_HAS_DOTNET
#include "engine/dotnet/table.def"
#endif
#ifdef PC_HAS_EXCHANGE
#include "engine/exchange/table.def"
#endif
#undef PC_TYPE

// Weak until engine/dotnet/tuple.cc is there.
[[gnu::weak]] extern const TypeOperations kTupleOperations;
[[gnu::weak]] extern const TypeOperations kAnonymousOperations;
[[gnu::weak]] extern const TypeOperations kKeyValuePairOperations;

const TypeOperations* tuple_operations() { return &kTupleOperations; }
const TypeOperations* anonymous_operations() { return &kAnonymousOperations; }
const TypeOperations* key_value_pair_operations() { return &kKeyValuePairOperations; }

std::span<const TypeDefinition* const> library_definitions() {
#define PC_TYPE(definition) &definition,
  // The null keeps the array from being empty; it is not counted.
  static constexpr const TypeDefinition* kDefinitions[] = {
#ifdef PC_HAS_DOTNET
#include "engine/dotnet/table.def"
#endif
#ifdef PC_HAS_EXCHANGE
#include "engine/exchange/table.def"
#endif
      nullptr};
#undef PC_TYPE
  return {kDefinitions, std::size(kDefinitions) - 1};
}

}  // namespace portcullis
