// Sorting, copying, filling arrays.
#include <algorithm>
#include <cstring>

#include "engine/dotnet/array_members.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/sorting.h"
#include "engine/types/type_table.h"

namespace portcullis::arrays {

namespace {

bool check_range(Run& run, const Object* array, std::int32_t index, std::int32_t length) {
  if (!check_array(run, array)) return false;
  if (index < 0 || length < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", index < 0 ? "index" : "length");
  }
  if (size(array) - index >= length) return true;
  return run.raise(Known::kArgumentException,
                   "Offset and length were out of bounds for the array or count is greater than the number of elements from index "
                   "to the end of the source collection.");
}

// The elements in place, or a copy of bytes.
std::span<Slot> slots_of(Run& run, Object* array, SlotBuffer& buffer) {
  if (!is_packed_array(*array->type)) return static_cast<Array*>(array)->span();
  copy_elements(run, array, "array", buffer);
  return buffer.span();
}
void write_back(Object* array, std::span<const Slot> slots) {
  if (!is_packed_array(*array->type)) return;
  for (std::uint32_t i = 0; i < slots.size(); ++i) set_array_item(array, i, slots[i]);
}

void sort_part(Run& run, Object* array, std::int32_t index, std::int32_t length, const Order& order) {
  SlotBuffer buffer;
  const std::span<Slot> items = slots_of(run, array, buffer);
  if (run.failed()) return;
  if (!sort_like_dotnet(run, items.subspan(static_cast<std::size_t>(index), static_cast<std::size_t>(length)), order)) return;
  write_back(array, items);
}

}  // namespace

void sort(Run& run, Object* array) { sort_by(run, array, nullptr); }
void sort_by(Run& run, Object* array, Object* comparer) {
  if (check_array(run, array)) sort_part(run, array, 0, size(array), Order(*array->type->element, comparer));
}
void sort_comparing(Run& run, Object* array, Closure* comparison) {
  if (!check_array(run, array)) return;
  if (comparison == nullptr) {
    run.raise_null("comparison");
    return;
  }
  sort_part(run, array, 0, size(array), Order(*array->type->element, comparison));
}
void sort_range(Run& run, Object* array, std::int32_t index, std::int32_t length) {
  sort_range_by(run, array, index, length, nullptr);
}
void sort_range_by(Run& run, Object* array, std::int32_t index, std::int32_t length, Object* comparer) {
  if (check_range(run, array, index, length)) sort_part(run, array, index, length, Order(*array->type->element, comparer));
}

void sort_pairs(Run& run, Object* keys, Object* items) { sort_pairs_by(run, keys, items, nullptr); }
void sort_pairs_by(Run& run, Object* keys, Object* items, Object* comparer) {
  if (keys == nullptr) {
    run.raise_null("keys");
    return;
  }
  if (items == nullptr) return sort_by(run, keys, comparer);
  if (size(items) < size(keys)) {
    run.raise(Known::kArgumentException,
              "Offset and length were out of bounds for the array or count is greater than the number of elements from index to "
              "the end of the source collection.");
    return;
  }
  SlotBuffer key_buffer;
  SlotBuffer item_buffer;
  const std::span<Slot> key_slots = slots_of(run, keys, key_buffer);
  const std::span<Slot> item_slots = slots_of(run, items, item_buffer);
  if (run.failed()) return;
  if (!sort_like_dotnet(run, key_slots, Order(*keys->type->element, comparer), item_slots.first(key_slots.size()))) return;
  write_back(keys, key_slots);
  write_back(items, item_slots);
}

void reverse(Run& run, Object* array) {
  if (check_array(run, array)) reverse_range(run, array, 0, size(array));
}
void reverse_range(Run& run, Object* array, std::int32_t index, std::int32_t length) {
  if (!check_range(run, array, index, length) || !run.spend(static_cast<std::uint64_t>(length) / 16)) return;
  if (is_packed_array(*array->type)) {
    std::uint8_t* data = static_cast<ByteArray*>(array)->data + index;
    std::reverse(data, data + length);
  } else {
    Slot* items = static_cast<Array*>(array)->items + index;
    std::reverse(items, items + length);
  }
}

void resize(Run& run, Slot* array, std::int32_t new_size, const CallSite& site) {
  if (new_size < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "newSize");
    return;
  }
  Object* old = array->object;
  if (old != nullptr && size(old) == new_size) return;
  const Type& type = old != nullptr ? *old->type : run.types.array_of(*site.type_arguments[0]);
  Object* made = is_packed_array(type) ? static_cast<Object*>(run.bytes(type, static_cast<std::uint32_t>(new_size)))
                                       : run.array(type, static_cast<std::uint32_t>(new_size));
  if (made == nullptr) return;
  const std::uint32_t kept = old == nullptr ? 0 : std::min(array_length(old), static_cast<std::uint32_t>(new_size));
  if (!run.spend(kept / 16)) return;
  for (std::uint32_t i = 0; i < kept; ++i) set_array_item(made, i, array_item(old, i));
  array->object = made;
}

void copy(Run& run, Object* source, Object* destination, std::int32_t length) {
  copy_part(run, source, 0, destination, 0, length);
}
void copy_long(Run& run, Object* source, Object* destination, std::int64_t length) {
  if (length > INT32_MAX || length < INT32_MIN) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Arrays larger than 2GB are not supported.", "length");
    return;
  }
  copy_part(run, source, 0, destination, 0, static_cast<std::int32_t>(length));
}

namespace {

bool check_copy(Run& run, const Object* source, std::int32_t from, const Object* destination, std::int32_t to, std::int32_t length) {
  if (source == nullptr) return run.raise_null("sourceArray");
  if (destination == nullptr) return run.raise_null("destinationArray");
  if (source->type->rank != destination->type->rank) {
    return run.raise(Known::kRankException, "The specified arrays must have the same number of dimensions.");
  }
  if (raise_if_negative(run, length, "length")) return false;
  for (const auto& [index, name] : {std::pair{from, "sourceIndex"}, std::pair{to, "destinationIndex"}}) {
    if (index >= 0) continue;
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Number was less than the array's lower bound in the first dimension.", name);
  }
  if (std::int64_t{from} + length > size(source)) {
    return run.raise_argument(Known::kArgumentException,
                              "Source array was not long enough. Check the source index, length, and the array's lower bounds.",
                              "sourceArray");
  }
  if (std::int64_t{to} + length > size(destination)) {
    return run.raise_argument(
        Known::kArgumentException,
        "Destination array was not long enough. Check the destination index, length, and the array's lower bounds.",
        "destinationArray");
  }
  return true;
}

// One element for an array of another type; raises when it does not fit.
Slot converted(Run& run, const Type& from, const Type& to, Slot item) {
  if (!from.is_value_type && !to.is_value_type) {
    if (item.object == nullptr || is_instance(item.object, to)) return item;
    return run.raise(Known::kInvalidCastException,
                     "At least one element in the source array could not be cast down to the destination array type.");
  }
  if (!to.is_value_type) return Slot::of_object(run.box(from, item));
  if (!from.is_value_type) {
    if (item.object != nullptr && is_instance(item.object, to)) return unbox(run, item.object, to);
    return run.raise(Known::kInvalidCastException,
                     "At least one element in the source array could not be cast down to the destination array type.");
  }
  if (to.storage == Storage::kDouble && from.storage == Storage::kInteger) return Slot::of_real(static_cast<double>(item.integer));
  return item;
}

bool may_copy(const Type& from, const Type& to) {
  if (!from.is_value_type || !to.is_value_type) return true;
  if (is_numeric(from) && is_numeric(to) && from.storage == Storage::kInteger) {
    return to.storage == Storage::kInteger || to.storage == Storage::kDouble;
  }
  return false;
}

}  // namespace

void copy_part(Run& run, Object* source, std::int32_t from, Object* destination, std::int32_t to, std::int32_t length) {
  if (!check_copy(run, source, from, destination, to, length) || !run.spend(static_cast<std::uint64_t>(length) / 16)) return;
  const Type& source_element = *source->type->element;
  const Type& destination_element = *destination->type->element;
  if (source->type == destination->type) {
    if (is_packed_array(*source->type)) {
      std::memmove(static_cast<ByteArray*>(destination)->data + to, static_cast<ByteArray*>(source)->data + from,
                   static_cast<std::size_t>(length));
    } else {
      std::memmove(static_cast<void*>(static_cast<Array*>(destination)->items + to), static_cast<Array*>(source)->items + from,
                   sizeof(Slot) * static_cast<std::size_t>(length));
    }
    return;
  }
  if (!may_copy(source_element, destination_element)) {
    run.raise(Known::kArrayTypeMismatchException, "Source array type cannot be assigned to destination array type.");
    return;
  }
  for (std::int32_t i = 0; i < length; ++i) {
    const Slot item = converted(run, source_element, destination_element, array_item(source, static_cast<std::uint32_t>(from + i)));
    if (run.failed()) return;
    set_array_item(destination, static_cast<std::uint32_t>(to + i), item);
  }
}

void clear(Run& run, Object* array) {
  if (check_array(run, array)) clear_range(run, array, 0, size(array));
}
void clear_range(Run& run, Object* array, std::int32_t index, std::int32_t length) {
  if (!check_array(run, array)) return;
  if (index < 0 || length < 0 || size(array) - index < length) {
    run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array.");
    return;
  }
  const Slot zero = run.zero(*array->type->element);
  if (!run.spend(static_cast<std::uint64_t>(length) / 16)) return;
  for (std::int32_t i = index; i < index + length; ++i) set_array_item(array, static_cast<std::uint32_t>(i), zero);
}

void fill(Run& run, Object* array, Slot value) {
  if (check_array(run, array)) fill_range(run, array, value, 0, size(array));
}
void fill_range(Run& run, Object* array, Slot value, std::int32_t start, std::int32_t count) {
  if (!check_array(run, array)) return;
  if (start < 0 || start > size(array)) {
    run.raise_argument(Known::kArgumentOutOfRangeException,
                       "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
                       "startIndex");
    return;
  }
  if (count < 0 || start > size(array) - count) {
    run.raise_argument(Known::kArgumentOutOfRangeException,
                       "Count must be positive and count must refer to a location within the string/array/collection.", "count");
    return;
  }
  if (!run.spend(static_cast<std::uint64_t>(count) / 16)) return;
  for (std::int32_t i = start; i < start + count; ++i) set_array_item(array, static_cast<std::uint32_t>(i), value);
}

Object* convert_all(Run& run, Object* array, Closure* converter, const CallSite& site) {
  if (!check_array(run, array)) return nullptr;
  if (converter == nullptr) return run.raise_null("converter");
  SlotBuffer made;
  if (!made.reserve(run, array_length(array))) return nullptr;
  for (std::uint32_t i = 0; i < array_length(array) && run.spend(1); ++i) {
    const Slot item = run.invoke(converter, {array_item(array, i)});
    if (run.failed() || !made.add(run, item)) return nullptr;
  }
  return run.failed() ? nullptr : array_of(run, *site.result, made.span());
}

}  // namespace portcullis::arrays
