// The objects that expressions handle, as they lie in the arena (or, for constants, in the Program).
//
//   Object        type
//   ├ String      UTF-8 bytes, borrowed or in the arena; length in UTF-16 units once somebody asked
//   ├ Box         one Slot: a boxed int, bool, DateTime, enum… ; also the value of a non-null `int?`
//   ├ Record      n Slots: tuples, anonymous types, KeyValuePair
//   ├ Array       n Slots          ├ ByteArray  n bytes (byte[], sbyte[])
//   ├ Closure     a lambda and what it captured
//   ├ Exception   message, inner
//   ├ TypeObject  System.Type
//   └ …           each .NET type's own struct lives in its file's header
//
// All are trivially destructible and never move.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/run/slot.h"
#include "engine/types/type.h"

namespace portcullis {

class Run;
struct Function;  // engine/program

struct Object {
  const Type* type;
};

struct String : Object {
  static constexpr std::uint32_t kNotCounted = 0xFFFFFFFF;

  const char* data;
  std::uint32_t size;                                   // bytes of storage text (see base/utf.h)
  mutable std::uint32_t counted_length_utf16 = kNotCounted;  // == size exactly when all is ASCII
  /// So many bytes at the start are known to be ASCII: unit and byte offsets are the same there. Found out when counting.
  mutable std::uint32_t ascii_prefix = 0;
  /// A C# literal or string.Empty: .NET has one object for each such text, so two of them are the same object when
  /// their texts are equal, although every Program keeps its own.
  bool is_interned = false;

  [[nodiscard]] std::string_view view() const { return {data, size}; }
  /// `Length` in C#. Counts on the first call. A constant's length is counted when the Program is built, so that
  /// threads never write to a shared String.
  [[nodiscard]] std::uint32_t length_utf16() const {
    if (counted_length_utf16 == kNotCounted) [[unlikely]] count();
    return counted_length_utf16;
  }
  [[nodiscard]] bool is_ascii() const { return length_utf16() == size; }

 private:
  void count() const;
};

struct Box : Object {
  Slot value;
};

/// Fields in declaration order; their types are `type->arguments`.
struct Record : Object {
  std::uint32_t count;
  Slot* fields;
};

/// One-dimensional arrays, and multi-dimensional ones in row-major order (`lengths` then has `type->rank` entries).
struct Array : Object {
  std::uint32_t length;
  Slot* items;
  const std::uint32_t* lengths = nullptr;

  [[nodiscard]] std::span<Slot> span() const { return {items, length}; }
};

/// byte[] and sbyte[]: packed.
struct ByteArray : Object {
  std::uint32_t length;
  std::uint8_t* data;

  [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(data), length}; }
};

/// A delegate. `native` is set for a method group that needs no code of its own.
struct Closure : Object {
  const Function* function;
  Slot* captured;  // the cells or values the function's prologue expects
  Slot (*native)(Run&, Closure*, const Slot* arguments) = nullptr;
};

/// System.Type: what `typeof` and `GetType()` give. Equality is that of `value`.
struct TypeObject : Object {
  const Type* value;
};

struct Exception : Object {
  String* message;
  Exception* inner = nullptr;
  String* parameter = nullptr;   // ArgumentException.ParamName
  String* source = nullptr;
  String* help_link = nullptr;
  Object* data = nullptr;        // Exception.Data, made when asked for
  Object* detail = nullptr;      // what a derived type keeps besides (JsonReaderException's place, …)
  bool has_own_message = true;   // false: the type's default text
};

/// Walks a sequence. `next` moves to the next element and returns true, or returns false at the end or after raising.
/// Derived structs hold the state; `current` is a Slot of the sequence's element type.
struct Enumerator : Object {
  bool (*next)(Run&, Enumerator*);
  Slot current;
  void (*dispose)(Run&, Enumerator*) = nullptr;
};

/// What the members of IReadOnlyDictionary and IDictionary call on whatever implements them: Dictionary, headers, query
/// parameters, variables, claims, JObject… Slots are of the interface's key and value types. Null entries: read-only.
struct DictionaryAccess {
  /// False when the key is missing. Raises ArgumentNullException for a null key.
  bool (*find)(Run&, Object* self, Slot key, Slot& value) = nullptr;
  std::int64_t (*count)(Run&, Object* self) = nullptr;
  /// Keys or values in the order of enumeration, as an object that is IEnumerable.
  Object* (*keys)(Run&, Object* self) = nullptr;
  Object* (*values)(Run&, Object* self) = nullptr;
  /// `replaces` false: an existing key raises ArgumentException, as Add does.
  void (*set)(Run&, Object* self, Slot key, Slot value, bool replaces) = nullptr;
  bool (*remove)(Run&, Object* self, Slot key) = nullptr;
  void (*clear)(Run&, Object* self) = nullptr;
};

/// The same for IList and IReadOnlyList: arrays, List, JArray… Null entries: fixed size or read-only.
struct ListAccess {
  std::int64_t (*count)(Run&, Object* self) = nullptr;
  Slot (*get)(Run&, Object* self, std::int64_t index) = nullptr;  // raises when out of range
  void (*set)(Run&, Object* self, std::int64_t index, Slot value) = nullptr;
  void (*insert)(Run&, Object* self, std::int64_t index, Slot value) = nullptr;  // index == count: append
  void (*remove_at)(Run&, Object* self, std::int64_t index) = nullptr;
  void (*clear)(Run&, Object* self) = nullptr;
};

/// What every type can do, by function pointer so that objects need no second header word. A null entry means: the default
/// of its base type (reference equality, the full type name, not comparable, not enumerable).
/// `self` is the unboxed Slot for types that are not stored by reference.
struct TypeOperations {
  String* (*to_string)(Run&, const Type& type, Slot self) = nullptr;
  /// IFormattable: `format` may be null.
  String* (*format)(Run&, const Type& type, Slot self, String* format) = nullptr;
  /// Both of this type (the caller has compared types); `object.Equals` semantics.
  bool (*equals)(Run&, const Type& type, Slot self, Slot other) = nullptr;
  std::int32_t (*hash)(Run&, const Type& type, Slot self) = nullptr;
  /// IComparable, both of this type.
  std::int32_t (*compare)(Run&, const Type& type, Slot self, Slot other) = nullptr;
  /// IEnumerable. Never null as a result; a type without it is not enumerable.
  Enumerator* (*enumerate)(Run&, Object* self) = nullptr;
  /// ICollection.Count where the type has one, so that LINQ need not walk.
  std::int64_t (*count)(Run&, Object* self) = nullptr;
  /// default(T) of structs stored by reference.
  Object* (*zero)(Run&, const Type& type) = nullptr;
  void (*dispose)(Run&, Object* self) = nullptr;
  const DictionaryAccess* dictionary = nullptr;
  const ListAccess* list = nullptr;
};

}  // namespace portcullis
