// Searching in arrays.
#include <vector>

#include "engine/dotnet/array_members.h"
#include "engine/dotnet/sorting.h"
#include "engine/dotnet/wrapping.h"

namespace portcullis::arrays {

namespace {

bool check(Run& run, const Object* array, const Closure* match) {
  if (!check_array(run, array)) return false;
  if (match == nullptr) run.raise_null("match");
  return match != nullptr;
}

bool matches(Run& run, Closure* match, Slot item) {
  return run.spend(1) && run.invoke(match, {item}).integer != 0 && !run.failed();
}

Raised raise_start(Run& run) {
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
                            "startIndex");
}
Raised raise_count(Run& run) {
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Count must be positive and count must refer to a location within the string/array/collection.",
                            "count");
}

}  // namespace

bool exists(Run& run, Object* array, Closure* match) { return find_index(run, array, match) >= 0; }

Slot find(Run& run, Object* array, Closure* match, const CallSite& site) {
  const std::int32_t at = find_index(run, array, match);
  return at >= 0 ? array_item(array, static_cast<std::uint32_t>(at)) : run.zero(*site.result);
}

Slot find_last(Run& run, Object* array, Closure* match, const CallSite& site) {
  const std::int32_t at = find_last_index(run, array, match);
  return at >= 0 ? array_item(array, static_cast<std::uint32_t>(at)) : run.zero(*site.result);
}

Object* find_all(Run& run, Object* array, Closure* match, const CallSite& site) {
  if (!check(run, array, match)) return nullptr;
  SlotBuffer found;
  for (std::uint32_t i = 0; i < array_length(array); ++i) {
    const Slot item = array_item(array, i);
    if (matches(run, match, item)) found.add(run, item);
    if (run.failed()) return nullptr;
  }
  return array_of(run, *site.result, found.span());
}

std::int32_t find_index(Run& run, Object* array, Closure* match) {
  if (!check(run, array, match)) return -1;
  return find_index_in(run, array, 0, size(array), match);
}

std::int32_t find_index_from(Run& run, Object* array, std::int32_t start, Closure* match) {
  if (!check(run, array, match)) return -1;
  return find_index_in(run, array, start, wrapping_difference(size(array), start), match);
}

std::int32_t find_index_in(Run& run, Object* array, std::int32_t start, std::int32_t count, Closure* match) {
  if (!check(run, array, match)) return -1;
  if (start < 0 || start > size(array)) return raise_start(run);
  if (count < 0 || start > size(array) - count) return raise_count(run);
  for (std::int32_t i = start; i < start + count; ++i) {
    if (matches(run, match, array_item(array, static_cast<std::uint32_t>(i)))) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

std::int32_t find_last_index(Run& run, Object* array, Closure* match) {
  if (!check(run, array, match)) return -1;
  for (std::int32_t i = size(array); i-- > 0;) {
    if (matches(run, match, array_item(array, static_cast<std::uint32_t>(i)))) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

bool true_for_all(Run& run, Object* array, Closure* match) {
  if (!check(run, array, match)) return false;
  for (std::uint32_t i = 0; i < array_length(array); ++i) {
    if (!matches(run, match, array_item(array, i))) return false;
  }
  return true;
}

void for_each(Run& run, Object* array, Closure* action) {
  if (!check_array(run, array)) return;
  if (action == nullptr) {
    run.raise_null("action");
    return;
  }
  for (std::uint32_t i = 0; i < array_length(array) && run.spend(1); ++i) {
    run.invoke(action, {array_item(array, i)});
    if (run.failed()) return;
  }
}

std::int32_t index_of(Run& run, Object* array, Slot value, const CallSite& site) {
  if (!check_array(run, array)) return -1;
  return index_of_in(run, array, value, 0, size(array), site);
}

std::int32_t index_of_from(Run& run, Object* array, Slot value, std::int32_t start, const CallSite& site) {
  if (!check_array(run, array)) return -1;
  return index_of_in(run, array, value, start, wrapping_difference(size(array), start), site);
}

std::int32_t index_of_in(Run& run, Object* array, Slot value, std::int32_t start, std::int32_t count, const CallSite& site) {
  if (!check_array(run, array)) return -1;
  if (start < 0 || start > size(array)) return raise_start(run);
  if (count < 0 || start > size(array) - count) return raise_count(run);
  if (!run.spend(static_cast<std::uint64_t>(count) / 4)) return -1;
  for (std::int32_t i = start; i < start + count; ++i) {
    if (equals(run, *site.type_arguments[0], array_item(array, static_cast<std::uint32_t>(i)), value)) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

std::int32_t last_index_of(Run& run, Object* array, Slot value, const CallSite& site) {
  if (!check_array(run, array) || size(array) == 0) return -1;
  return last_index_of_from(run, array, value, size(array) - 1, site);
}

std::int32_t last_index_of_from(Run& run, Object* array, Slot value, std::int32_t start, const CallSite& site) {
  if (!check_array(run, array)) return -1;
  if (size(array) == 0 && (start == -1 || start == 0)) return -1;
  if (start < 0 || start >= size(array)) return raise_start(run);
  if (!run.spend(static_cast<std::uint64_t>(start) / 4)) return -1;
  for (std::int32_t i = start; i >= 0; --i) {
    if (equals(run, *site.type_arguments[0], array_item(array, static_cast<std::uint32_t>(i)), value)) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

namespace {

// Boxed, because nobody knows the element type statically.
bool equals_object(Run& run, const Object* array, std::uint32_t index, Object* value) {
  const Slot boxed = Slot::of_object(run.box(*array->type->element, array_item(array, index)));
  return equals(run, run.type(Known::kObject), boxed, Slot::of_object(value));
}

}  // namespace

std::int32_t index_of_object(Run& run, Object* array, Object* value) {
  if (!check_array(run, array)) return -1;
  for (std::uint32_t i = 0; i < array_length(array) && run.spend(1); ++i) {
    if (equals_object(run, array, i, value)) return static_cast<std::int32_t>(i);
  }
  return -1;
}

std::int32_t last_index_of_object(Run& run, Object* array, Object* value) {
  if (!check_array(run, array)) return -1;
  for (std::uint32_t i = array_length(array); i-- > 0 && run.spend(1);) {
    if (equals_object(run, array, i, value)) return static_cast<std::int32_t>(i);
  }
  return -1;
}

namespace {

std::int32_t search(Run& run, Object* array, std::int32_t index, std::int32_t length, Slot value, const Order& order) {
  std::span<const Slot> items;
  if (!elements_of(run, array, "array", items)) return -1;
  return binary_search_slots(run, items.subspan(static_cast<std::size_t>(index), static_cast<std::size_t>(length)), index, value,
                             order);
}

}  // namespace

std::int32_t binary_search(Run& run, Object* array, Slot value, const CallSite& site) {
  return binary_search_by(run, array, value, nullptr, site);
}
std::int32_t binary_search_by(Run& run, Object* array, Slot value, Object* comparer, const CallSite& site) {
  if (!check_array(run, array)) return -1;
  return search(run, array, 0, size(array), value, Order(*site.type_arguments[0], comparer));
}
std::int32_t binary_search_in(Run& run, Object* array, std::int32_t index, std::int32_t length, Slot value,
                              const CallSite& site) {
  if (!check_array(run, array)) return -1;
  if (index < 0 || length < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", index < 0 ? "index" : "length");
  }
  if (size(array) - index < length) {
    return run.raise(Known::kArgumentException,
                     "Offset and length were out of bounds for the array or count is greater than the number of elements from "
                     "index to the end of the source collection.");
  }
  return search(run, array, index, length, value, Order(*site.type_arguments[0], static_cast<Object*>(nullptr)));
}

}  // namespace portcullis::arrays
