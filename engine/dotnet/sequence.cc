// See sequence.h. Also the table of how arrays look through IList<T>.
#include "engine/dotnet/sequence.h"

#include <algorithm>
#include <cstring>

namespace portcullis {

namespace {
Enumerator* start_sequence(Run& run, Object* self) {
  auto* sequence = static_cast<Sequence*>(self);
  return sequence->start(run, sequence);
}
}  // namespace

const TypeOperations kLazySequenceOperations{.enumerate = &start_sequence};

const Type* sequence_element(const Type& type) {
  if (type.is(Known::kIEnumerable1)) return type.arguments[0];
  if (type.kind == TypeKind::kArray) return type.element;
  for (const Type* at = &type; at != nullptr; at = at->base) {
    for (const Type* implemented : at->interfaces) {
      if (const Type* element = sequence_element(*implemented)) return element;
    }
  }
  return nullptr;
}

bool advance(Run& run, Enumerator* walk) {
  if (!run.spend(1)) return false;
  if (run.depth >= run.limits.call_depth) return run.raise_limit(Limit::kDepth);
  ++run.depth;
  const bool moved = walk->next(run, walk);
  --run.depth;
  return moved && !run.failed();
}

Raised raise_modified(Run& run) {
  return run.raise(Known::kInvalidOperationException, "Collection was modified; enumeration operation may not execute.");
}

bool SlotBuffer::reserve(Run& run, std::uint64_t count) {
  if (count <= room_) return true;
  const std::uint64_t room = std::max<std::uint64_t>(count, std::max<std::uint64_t>(8, std::uint64_t{room_} * 2));
  void* memory = room > 0x7FFFFFC7 ? nullptr : run.arena.try_allocate(sizeof(Slot) * room, alignof(Slot));
  if (memory == nullptr) return run.raise_limit(Limit::kMemory);
  auto* grown = static_cast<Slot*>(memory);
  if (count_ > 0) std::memcpy(static_cast<void*>(grown), items_, sizeof(Slot) * count_);
  items_ = grown;
  room_ = static_cast<std::uint32_t>(room);
  return true;
}

// ---- arrays ------------------------------------------------------------------------------------------------------------

std::uint32_t array_length(const Object* array) {
  return is_packed_array(*array->type) ? static_cast<const ByteArray*>(array)->length : static_cast<const Array*>(array)->length;
}

Slot array_item(const Object* array, std::uint32_t index) {
  if (!is_packed_array(*array->type)) return static_cast<const Array*>(array)->items[index];
  const std::uint8_t byte = static_cast<const ByteArray*>(array)->data[index];
  return Slot::of(array->type->element->is(Known::kSByte) ? static_cast<std::int8_t>(byte) : std::int64_t{byte});
}

void set_array_item(Object* array, std::uint32_t index, Slot value) {
  if (is_packed_array(*array->type)) {
    static_cast<ByteArray*>(array)->data[index] = static_cast<std::uint8_t>(value.integer);
  } else {
    static_cast<Array*>(array)->items[index] = value;
  }
}

Object* array_of(Run& run, const Type& type, std::span<const Slot> items) {
  if (is_packed_array(type)) {
    ByteArray* bytes = run.bytes(type, items.size());
    if (bytes == nullptr) return nullptr;
    for (std::size_t i = 0; i < items.size(); ++i) bytes->data[i] = static_cast<std::uint8_t>(items[i].integer);
    return bytes;
  }
  void* memory = items.size() > 0x7FFFFFC7 ? nullptr : run.arena.try_allocate(sizeof(Slot) * items.size(), alignof(Slot));
  if (memory == nullptr) return run.raise_limit(Limit::kMemory);
  auto* array = run.make<Array>(type);
  array->length = static_cast<std::uint32_t>(items.size());
  array->items = static_cast<Slot*>(memory);
  if (!items.empty()) std::memcpy(memory, items.data(), items.size_bytes());
  return array;
}

namespace {

std::int64_t count_items(Run&, Object* self) { return array_length(self); }

bool check_index(Run& run, const Object* array, std::int64_t index) {
  if (index >= 0 && index < array_length(array)) return true;
  return run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array.");
}

Slot get_item(Run& run, Object* self, std::int64_t index) {
  return check_index(run, self, index) ? array_item(self, static_cast<std::uint32_t>(index)) : Slot{};
}

// An object[] that is a string[] takes only strings.
void set_item(Run& run, Object* self, std::int64_t index, Slot value) {
  if (!check_index(run, self, index)) return;
  const Type& element = *self->type->element;
  if (element.is_reference() && value.object != nullptr && !is_instance(value.object, element)) {
    run.raise(Known::kArrayTypeMismatchException, "Attempted to access an element as a type incompatible with the array.");
    return;
  }
  set_array_item(self, static_cast<std::uint32_t>(index), value);
}

constexpr ListAccess kArrayAccess{.count = &count_items, .get = &get_item, .set = &set_item};

}  // namespace

const ListAccess* list_access(const Type& type) {
  if (type.kind == TypeKind::kArray) return &kArrayAccess;
  return find_operation(type, &TypeOperations::list);
}

const DictionaryAccess* dictionary_access(const Type& type) { return find_operation(type, &TypeOperations::dictionary); }

std::int64_t known_count(Run& run, Object* source) {
  const Type& type = *source->type;
  if (type.is(Known::kList1)) return static_cast<const List*>(source)->count;
  if (type.kind == TypeKind::kArray) return array_length(source);
  if (const auto count = find_operation(type, &TypeOperations::count)) return count(run, source);
  if (const ListAccess* list = list_access(type); list != nullptr && list->count != nullptr) return list->count(run, source);
  if (const DictionaryAccess* dictionary = dictionary_access(type); dictionary != nullptr && dictionary->count != nullptr) {
    return dictionary->count(run, source);
  }
  return -1;
}

// ---- elements ----------------------------------------------------------------------------------------------------------

bool copy_elements(Run& run, Object* source, std::string_view parameter, SlotBuffer& buffer) {
  return walk(run, source, parameter, [&](Slot item) { return buffer.add(run, item); });
}

bool elements_of(Run& run, Object* source, std::string_view parameter, std::span<const Slot>& elements) {
  if (source == nullptr) return run.raise_null(parameter);
  const Type& type = *source->type;
  if (type.kind == TypeKind::kArray && !is_packed_array(type)) {
    elements = static_cast<const Array*>(source)->span();
    return run.spend(elements.size());
  }
  if (type.is(Known::kList1)) {
    elements = static_cast<const List*>(source)->span();
    return run.spend(elements.size());
  }
  SlotBuffer buffer;
  if (!copy_elements(run, source, parameter, buffer)) return false;
  elements = buffer.span();
  return true;
}

namespace {

struct SlotsEnumerator : Enumerator {
  const Slot* items;
  std::size_t count;
  std::size_t at;
};

bool next_slot(Run&, Enumerator* self) {
  auto* walk = static_cast<SlotsEnumerator*>(self);
  if (walk->at >= walk->count) return false;
  walk->current = walk->items[walk->at++];
  return true;
}

}  // namespace

Enumerator* enumerate_slots_of(Run& run, std::span<const Slot> slots) {
  auto* walk = run.make<SlotsEnumerator>(Known::kIEnumerator);
  walk->next = &next_slot;
  walk->items = slots.data();
  walk->count = slots.size();
  return walk;
}

bool copy_to_array(Run& run, std::span<const Slot> items, Object* array, std::int32_t index) {
  if (array == nullptr) return run.raise_null("array");
  if (index < 0 || static_cast<std::uint32_t>(index) > array_length(array)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "arrayIndex");
  }
  if (items.size() > array_length(array) - static_cast<std::uint32_t>(index)) {
    return run.raise(Known::kArgumentException,
                     "Destination array is not long enough to copy all the items in the collection. Check array index and length.");
  }
  if (!run.spend(items.size())) return false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    set_array_item(array, static_cast<std::uint32_t>(index) + static_cast<std::uint32_t>(i), items[i]);
  }
  return true;
}

}  // namespace portcullis
