// .NET types as the binder and the evaluator see them.
//
// A `Type` is interned: equal types are the same pointer within one TypeTable. Built-in types come from the definition tables
// in engine/dotnet and engine/exchange (see `definition.h`); constructed ones (List<int>, int?, string[]) are made on demand.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace portcullis {

struct TypeDefinition;
struct TypeOperations;
struct Type;

enum class TypeKind : std::uint8_t {
  kClass,
  kStruct,
  kEnum,
  kInterface,
  kDelegate,
  kArray,          // element, rank
  kNullable,       // element = the underlying type
  kTuple,          // System.ValueTuple; arguments, names
  kAnonymous,      // arguments, names
  kTypeParameter,  // of a generic type or method; only inside declarations and inference
  kVoid,
  kNull,     // of the literal `null`
  kDynamic,  // object with late binding
  kError,    // already reported; silences its consequences
};

/// How a value of the type stands in a Slot.
enum class Storage : std::uint8_t {
  kReference,  // Object*; also structs wider than 64 bits (decimal, Guid, DateTimeOffset, Nullable, tuples, KeyValuePair),
               // which are immutable objects with value semantics. A non-nullable struct is never a null pointer.
  kInteger,    // int64: bool, char, all integers, enums, DateTime (ticks | kind << 62), TimeSpan (ticks).
               // Narrow integers are kept sign- or zero-extended to 64 bits, always.
  kDouble,
  kFloat,
};

/// Types that C++ code names. The list is `known.def`.
enum class Known : std::uint16_t {
#define PC_KNOWN(enumerator, full_name) enumerator,
#include "engine/types/known.def"
#undef PC_KNOWN
  kCount,
};

struct Type {
  TypeKind kind = TypeKind::kClass;
  Storage storage = Storage::kReference;
  bool is_value_type = false;  // struct, enum, nullable, tuple
  bool is_static = false;
  bool is_abstract = false;
  bool is_sealed = false;                    // classes written `sealed` or `static`, and all value types
  bool is_open = false;                      // a type parameter, or made of one: open definitions, T[], List<T>
  std::int8_t variance = 0;                  // type parameters of interfaces and delegates: 1 `out`, -1 `in`
  std::uint8_t rank = 0;                     // arrays: number of dimensions
  Known known = Known::kCount;               // for generic types: of the definition (List<int>.known == kList)
  std::uint16_t parameter_index = 0;         // type parameters
  bool is_method_parameter = false;          // type parameters: of a method (true) or of a type
  std::string_view name;                     // "List", "Int32", "T"; arrays and nullables: empty
  std::string_view namespace_name;           // "System.Collections.Generic"
  const Type* base = nullptr;                // object for interfaces is null
  const Type* element = nullptr;             // arrays, nullables; enums: the underlying type
  const Type* generic = nullptr;             // the open type that this one was constructed from
  std::span<const Type* const> arguments;    // type arguments (open type: its own type parameters)
  std::span<const std::string_view> names;   // tuples (may be empty strings), anonymous types, KeyValuePair: member names
  std::span<const Type* const> interfaces;   // direct ones, substituted
  const TypeDefinition* definition = nullptr;
  const TypeOperations* operations = nullptr;

  [[nodiscard]] bool is_reference() const { return storage == Storage::kReference; }
  [[nodiscard]] bool is(Known which) const { return known == which; }
};

/// The type as C# writes it: `int`, `List<string>`, `int?`, `string[]`, `(int a, string)`.
/// Appended, so that a caller can build a message without temporaries.
void append_csharp_name(std::string& out, const Type& type);
std::string csharp_name(const Type& type);
/// As `Type.FullName` and cast messages write it: `System.Int32`, "System.Collections.Generic.List`1[System.Int32]".
std::string full_name(const Type& type);

bool is_integral(const Type& type);      // sbyte … ulong, char
bool is_numeric(const Type& type);       // integral, float, double, decimal
bool is_nullable(const Type& type);      // Nullable<T>
/// The T of Nullable<T>, else the type itself.
const Type& underlying(const Type& type);
/// True where `null` is a value: reference types, nullables, dynamic.
bool accepts_null(const Type& type);
/// The same type to C#: tuple names and object/dynamic do not count.
bool is_identical(const Type& a, const Type& b);
/// Run-time `is`: identity, base classes, interfaces with variance, array covariance, boxed nullable as its T.
bool is_assignable(const Type& from, const Type& to);

}  // namespace portcullis
