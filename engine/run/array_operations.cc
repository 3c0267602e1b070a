#include "engine/run/array_operations.h"

#include <new>

#include "engine/run/helpers.h"

namespace portcullis {

Raised raise_index(Run& run) {
  return run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array.");
}

Object* new_array(Run& run, const Type& type, std::int64_t length) {
  if (length < 0) return raise_overflow(run);
  if (!run.spend(static_cast<std::uint64_t>(length) / 16)) return {};
  if (is_packed_array(type)) return run.bytes(type, static_cast<std::uint64_t>(length));
  return run.array(type, static_cast<std::uint64_t>(length));
}

Object* new_grid(Run& run, const Type& type, const Slot* lengths, std::uint32_t rank) {
  std::uint64_t total = 1;
  for (std::uint32_t i = 0; i < rank; ++i) {
    if (lengths[i].integer < 0) return raise_overflow(run);
    if (__builtin_mul_overflow(total, static_cast<std::uint64_t>(lengths[i].integer), &total) || total > 0x7FFFFFFF) {
      return run.raise_limit(Limit::kMemory);
    }
  }
  if (!run.spend(total / 16)) return {};
  Array* array = run.array(type, total);
  if (array == nullptr) return {};
  const std::span<std::uint32_t> kept = run.arena.array<std::uint32_t>(rank);
  for (std::uint32_t i = 0; i < rank; ++i) kept[i] = static_cast<std::uint32_t>(lengths[i].integer);
  array->lengths = kept.data();
  return array;
}

Object* array_of(Run& run, const Type& type, const Slot* items, std::uint32_t count) {
  if (is_packed_array(type)) {
    ByteArray* array = run.bytes(type, count);
    for (std::uint32_t i = 0; array != nullptr && i < count; ++i) array->data[i] = static_cast<std::uint8_t>(items[i].integer);
    return array;
  }
  auto* memory = static_cast<Slot*>(run.arena.allocate(sizeof(Slot) * count, alignof(Slot)));
  for (std::uint32_t i = 0; i < count; ++i) new (memory + i) Slot{items[i]};
  auto* array = run.make<Array>(type);
  array->length = count;
  array->items = memory;
  return array;
}

Slot* grid_item(Run& run, Array* array, const Slot* indices) {
  if (array == nullptr) return run.raise_null_reference();
  std::uint64_t at = 0;
  for (std::uint32_t i = 0; i < array->type->rank; ++i) {
    if (static_cast<std::uint64_t>(indices[i].integer) >= array->lengths[i]) return raise_index(run);
    at = at * array->lengths[i] + static_cast<std::uint64_t>(indices[i].integer);
  }
  return array->items + at;
}

bool may_store(Run& run, const Array& array, const Object* value) {
  if (value == nullptr || value->type == array.type->element || is_assignable(*value->type, *array.type->element)) return true;
  run.raise(Known::kArrayTypeMismatchException, "Attempted to access an element as a type incompatible with the array.");
  return false;
}

}  // namespace portcullis
