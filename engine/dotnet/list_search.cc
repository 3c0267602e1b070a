// Searching in List<T>.
#include "engine/dotnet/list_members.h"
#include "engine/dotnet/sorting.h"
#include "engine/dotnet/wrapping.h"

namespace portcullis::lists {

namespace {

bool check_match(Run& run, const Closure* match) {
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

std::int32_t size(const List* self) { return static_cast<std::int32_t>(self->count); }

}  // namespace

bool contains(Run& run, List* self, Slot item) { return index_of(run, self, item) >= 0; }

std::int32_t index_of(Run& run, List* self, Slot item) { return index_of_in(run, self, item, 0, size(self)); }

std::int32_t index_of_from(Run& run, List* self, Slot item, std::int32_t index) {
  return index_of_in(run, self, item, index, wrapping_difference(size(self), index));
}

std::int32_t index_of_in(Run& run, List* self, Slot item, std::int32_t index, std::int32_t count) {
  if (index < 0 || index > size(self)) {
    return run.raise_argument(
        Known::kArgumentOutOfRangeException,
        "Index was out of range. Must be non-negative and less than or equal to the size of the collection.", "index");
  }
  if (count < 0 || index > size(self) - count) return raise_count(run);
  if (!run.spend(static_cast<std::uint64_t>(count) / 4)) return -1;
  for (std::int32_t i = index; i < index + count; ++i) {
    if (equals(run, element(self), self->items[i], item)) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

std::int32_t last_index_of(Run& run, List* self, Slot item) {
  return self->count == 0 ? -1 : last_index_of_in(run, self, item, size(self) - 1, size(self));
}

std::int32_t last_index_of_from(Run& run, List* self, Slot item, std::int32_t index) {
  return last_index_of_in(run, self, item, index, wrapping_sum(index, 1));
}

std::int32_t last_index_of_in(Run& run, List* self, Slot item, std::int32_t index, std::int32_t count) {
  if (self->count == 0) return -1;
  if (index < 0 || index >= size(self)) return raise_index(run);
  if (count < 0 || count > index + 1) return raise_count(run);
  if (!run.spend(static_cast<std::uint64_t>(count) / 4)) return -1;
  for (std::int32_t i = index; i > index - count; --i) {
    if (equals(run, element(self), self->items[i], item)) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

Slot find(Run& run, List* self, Closure* match) {
  const std::int32_t index = find_index(run, self, match);
  return index >= 0 ? self->items[index] : run.zero(element(self));
}

Slot find_last(Run& run, List* self, Closure* match) {
  const std::int32_t index = find_last_index(run, self, match);
  return index >= 0 ? self->items[index] : run.zero(element(self));
}

List* find_all(Run& run, List* self, Closure* match) {
  if (!check_match(run, match)) return nullptr;
  List* found = make_list(run, *self->type);
  for (std::uint32_t i = 0; i < self->count; ++i) {
    const Slot item = self->items[i];
    if (matches(run, match, item)) list_add(run, *found, item);
    if (run.failed()) return nullptr;
  }
  return found;
}

std::int32_t find_index(Run& run, List* self, Closure* match) { return find_index_in(run, self, 0, size(self), match); }

std::int32_t find_index_from(Run& run, List* self, std::int32_t start, Closure* match) {
  return find_index_in(run, self, start, wrapping_difference(size(self), start), match);
}

std::int32_t find_index_in(Run& run, List* self, std::int32_t start, std::int32_t count, Closure* match) {
  if (start < 0 || start > size(self)) return raise_start(run);
  if (count < 0 || start > size(self) - count) return raise_count(run);
  if (!check_match(run, match)) return -1;
  for (std::int32_t i = start; i < start + count && i < size(self); ++i) {
    if (matches(run, match, self->items[i])) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

std::int32_t find_last_index(Run& run, List* self, Closure* match) {
  return find_last_index_in(run, self, size(self) - 1, size(self), match);
}

std::int32_t find_last_index_from(Run& run, List* self, std::int32_t start, Closure* match) {
  return find_last_index_in(run, self, start, wrapping_sum(start, 1), match);
}

std::int32_t find_last_index_in(Run& run, List* self, std::int32_t start, std::int32_t count, Closure* match) {
  if (!check_match(run, match)) return -1;
  if (self->count == 0 ? start != -1 : (start < 0 || start >= size(self))) return raise_start(run);
  if (count < 0 || start - count + 1 < 0) return raise_count(run);
  for (std::int32_t i = start; i > start - count; --i) {
    if (i < size(self) && matches(run, match, self->items[i])) return i;
    if (run.failed()) return -1;
  }
  return -1;
}

bool exists(Run& run, List* self, Closure* match) { return find_index(run, self, match) >= 0; }

bool true_for_all(Run& run, List* self, Closure* match) {
  if (!check_match(run, match)) return false;
  for (std::uint32_t i = 0; i < self->count; ++i) {
    if (!matches(run, match, self->items[i])) return false;
  }
  return true;
}

std::int32_t binary_search(Run& run, List* self, Slot item) { return binary_search_by(run, self, item, nullptr); }

std::int32_t binary_search_by(Run& run, List* self, Slot item, Object* comparer) {
  return binary_search_in(run, self, 0, size(self), item, comparer);
}

std::int32_t binary_search_in(Run& run, List* self, std::int32_t index, std::int32_t count, Slot item, Object* comparer) {
  if (!check_range(run, self, index, count)) return -1;
  return binary_search_slots(run, self->span().subspan(static_cast<std::size_t>(index), static_cast<std::size_t>(count)), index,
                             item, Order(element(self), comparer));
}

}  // namespace portcullis::lists
