// Walking what is IEnumerable from native code, and sequences that are made as they are walked.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/dotnet/list.h"
#include "engine/run/run.h"

namespace portcullis {

/// A lazy sequence: an object whose type is IEnumerable<T> itself (or IGrouping, IOrderedEnumerable).
struct Sequence : Object {
  Enumerator* (*start)(Run&, Sequence*);  // null after raising
};

/// Of types whose objects are Sequences.
extern const TypeOperations kLazySequenceOperations;

/// T of the first IEnumerable<T> that the type is or implements, without locks; null when there is none.
const Type* sequence_element(const Type& type);

/// Steps a walk that is part of another one: counts a step and the depth of nesting, which authors control.
bool advance(Run& run, Enumerator* walk);
inline void finish(Run& run, Enumerator* walk) {
  if (walk != nullptr && walk->dispose != nullptr) walk->dispose(run, walk);
}

/// ICollection.Count where the object knows it without walking, else -1.
std::int64_t known_count(Run& run, Object* source);

/// How the interfaces reach an object's elements by index or key; null when it has none. Arrays included.
const ListAccess* list_access(const Type& type);
const DictionaryAccess* dictionary_access(const Type& type);

/// `Collection was modified; enumeration operation may not execute.`
Raised raise_modified(Run& run);

/// A growing array in the arena.
class SlotBuffer {
 public:
  /// False after raising the memory limit.
  bool add(Run& run, Slot slot) {
    if (count_ == room_ && !reserve(run, std::uint64_t{count_} + 1)) return false;
    items_[count_++] = slot;
    return true;
  }
  bool reserve(Run& run, std::uint64_t count);
  [[nodiscard]] std::span<Slot> span() const { return {items_, count_}; }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::uint32_t room() const { return room_; }

 private:
  Slot* items_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t room_ = 0;
};

/// Calls `each(Slot)` for the elements until it returns false, as it must after raising. False after raising; null raises
/// ArgumentNullException for `parameter`. Arrays and lists are walked in place.
template <typename Each>
bool walk(Run& run, Object* source, std::string_view parameter, Each&& each) {
  if (source == nullptr) return run.raise_null(parameter);
  const Type& type = *source->type;
  if (type.kind == TypeKind::kArray && !is_packed_array(type)) {
    for (const Slot item : static_cast<const Array*>(source)->span()) {
      if (!run.spend(1)) return false;
      if (!each(item)) return !run.failed();
    }
    return true;
  }
  if (type.is(Known::kList1)) {
    const auto* list = static_cast<const List*>(source);
    const std::uint32_t version = list->version;
    for (std::uint32_t i = 0; i < list->count; ++i) {
      if (!run.spend(1)) return false;
      if (!each(list->items[i])) return !run.failed();
      if (list->version != version) return raise_modified(run);
    }
    return true;
  }
  Enumerator* cursor = enumerate(run, source, parameter);
  if (cursor == nullptr) return false;
  while (advance(run, cursor)) {
    if (!each(cursor->current)) break;
  }
  finish(run, cursor);
  return !run.failed();
}

/// The elements, in place for arrays and lists (valid until they change), else collected. False after raising.
bool elements_of(Run& run, Object* source, std::string_view parameter, std::span<const Slot>& elements);
/// The same, always a copy of the caller's own.
bool copy_elements(Run& run, Object* source, std::string_view parameter, SlotBuffer& buffer);

/// An array of the array type `type`, packed when it is byte[]; null after raising.
Object* array_of(Run& run, const Type& type, std::span<const Slot> items);
/// Length and elements of any one-dimensional array.
std::uint32_t array_length(const Object* array);
Slot array_item(const Object* array, std::uint32_t index);
void set_array_item(Object* array, std::uint32_t index, Slot value);

/// Walks slots that do not change.
Enumerator* enumerate_slots_of(Run& run, std::span<const Slot> slots);

/// Guards of CopyTo(T[] array, int arrayIndex); false after raising.
bool copy_to_array(Run& run, std::span<const Slot> items, Object* array, std::int32_t index);

}  // namespace portcullis
