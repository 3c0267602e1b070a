// System.Collections.Generic.List<T>: storage, changes, copies. Searching is in list_search.cc.
#include "engine/dotnet/list.h"

#include <algorithm>
#include <cstring>

#include "engine/dotnet/list_members.h"
#include "engine/dotnet/read_only_collection.h"
#include "engine/dotnet/sequence.h"
#include "engine/dotnet/sorting.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kList1Definition;

namespace {

bool reserve(Run& run, List& list, std::uint64_t count) {
  if (count <= list.capacity) return true;
  const std::uint64_t room = std::max<std::uint64_t>(count, std::max<std::uint64_t>(4, std::uint64_t{list.capacity} * 2));
  void* memory = room > 0x7FFFFFC7 ? nullptr : run.arena.try_allocate(sizeof(Slot) * room, alignof(Slot));
  if (memory == nullptr) return run.raise_limit(Limit::kMemory);
  if (list.count > 0) std::memcpy(memory, list.items, sizeof(Slot) * list.count);
  list.items = static_cast<Slot*>(memory);
  list.capacity = static_cast<std::uint32_t>(room);
  return true;
}

}  // namespace

List* make_list(Run& run, const Type& type, std::uint64_t capacity) {
  List* made = run.make<List>(type);
  if (capacity == 0) return made;
  void* memory = capacity > 0x7FFFFFC7 ? nullptr : run.arena.try_allocate(sizeof(Slot) * capacity, alignof(Slot));
  if (memory == nullptr) return run.raise_limit(Limit::kMemory);
  made->items = static_cast<Slot*>(memory);
  made->capacity = static_cast<std::uint32_t>(capacity);
  return made;
}

bool list_add(Run& run, List& list, Slot value) {
  if (list.count == list.capacity && !reserve(run, list, std::uint64_t{list.count} + 1)) return false;
  list.items[list.count++] = value;
  ++list.version;
  return true;
}

List* list_of(Run& run, const Type& type, std::span<const Slot> items) {
  List* made = make_list(run, type, items.size());
  if (made == nullptr) return nullptr;
  if (!items.empty()) std::memcpy(static_cast<void*>(made->items), items.data(), items.size_bytes());
  made->count = static_cast<std::uint32_t>(items.size());
  return made;
}

}  // namespace portcullis

namespace portcullis::lists {

Raised raise_index(Run& run) {
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than the size of the collection.", "index");
}

bool check_range(Run& run, const List* self, std::int32_t index, std::int32_t count) {
  for (const auto& [value, name] : {std::pair{index, "index"}, std::pair{count, "count"}}) {
    if (value < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", name);
  }
  if (static_cast<std::int64_t>(self->count) - index >= count) return true;
  return run.raise(Known::kArgumentException,
                   "Offset and length were out of bounds for the array or count is greater than the number of elements from index "
                   "to the end of the source collection.");
}

namespace {

bool is_inside(const List* self, std::int64_t index) { return index >= 0 && index < self->count; }

// ---- access by interfaces ----------------------------------------------------------------------------------------------

struct ListEnumerator : Enumerator {
  const List* list;
  std::uint32_t at;
  std::uint32_t version;
};

bool next_item(Run& run, Enumerator* self) {
  auto* walk = static_cast<ListEnumerator*>(self);
  if (walk->version != walk->list->version) return raise_modified(run);
  if (walk->at >= walk->list->count) return false;
  walk->current = walk->list->items[walk->at++];
  return true;
}

Enumerator* enumerate_list(Run& run, Object* self) {
  auto* walk = run.make<ListEnumerator>(Known::kIEnumerator);
  walk->next = &next_item;
  walk->list = static_cast<const List*>(self);
  walk->version = walk->list->version;
  return walk;
}

std::int64_t count_items(Run&, Object* self) { return static_cast<const List*>(self)->count; }

Slot get_at(Run& run, Object* self, std::int64_t index) {
  const auto* list = static_cast<const List*>(self);
  if (!is_inside(list, index)) return raise_index(run);
  return list->items[index];
}

void set_at(Run& run, Object* self, std::int64_t index, Slot value) {
  auto* list = static_cast<List*>(self);
  if (!is_inside(list, index)) {
    raise_index(run);
    return;
  }
  list->items[index] = value;
  ++list->version;
}

// Opens a gap; false after raising.
bool make_gap(Run& run, List* self, std::uint32_t index, std::size_t size) {
  if (!reserve(run, *self, self->count + std::uint64_t{size}) || !run.spend((self->count - index) / 64)) return false;
  std::memmove(static_cast<void*>(self->items + index + size), self->items + index, sizeof(Slot) * (self->count - index));
  self->count += static_cast<std::uint32_t>(size);
  ++self->version;
  return true;
}

void close_gap(List* self, std::uint32_t index, std::uint32_t size) {
  std::memmove(static_cast<void*>(self->items + index), self->items + index + size,
               sizeof(Slot) * (self->count - index - size));
  self->count -= size;
  ++self->version;
}

void insert_at(Run& run, Object* self, std::int64_t index, Slot value) {
  auto* list = static_cast<List*>(self);
  if (index < 0 || index > list->count) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Index must be within the bounds of the List.", "index");
    return;
  }
  if (make_gap(run, list, static_cast<std::uint32_t>(index), 1)) list->items[index] = value;
}

void remove_item_at(Run& run, Object* self, std::int64_t index) {
  auto* list = static_cast<List*>(self);
  if (!is_inside(list, index)) {
    raise_index(run);
    return;
  }
  if (run.spend((list->count - static_cast<std::uint32_t>(index)) / 64)) close_gap(list, static_cast<std::uint32_t>(index), 1);
}

void clear_items(Run&, Object* self) {
  auto* list = static_cast<List*>(self);
  list->count = 0;
  ++list->version;
}

constexpr ListAccess kAccess{.count = &count_items,
                             .get = &get_at,
                             .set = &set_at,
                             .insert = &insert_at,
                             .remove_at = &remove_item_at,
                             .clear = &clear_items};
constexpr TypeOperations kOperations{.enumerate = &enumerate_list, .count = &count_items, .list = &kAccess};

// ---- constructors ------------------------------------------------------------------------------------------------------

List* make_empty(Run& run, const CallSite& site) { return make_list(run, *site.result); }
List* make_sized(Run& run, std::int32_t capacity, const CallSite& site) {
  if (capacity < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "capacity");
  return make_list(run, *site.result, static_cast<std::uint32_t>(capacity));
}
List* collect(Run& run, Object* source, const CallSite& site) {
  std::span<const Slot> items;
  return elements_of(run, source, "collection", items) ? list_of(run, *site.result, items) : nullptr;
}

// ---- members -----------------------------------------------------------------------------------------------------------

std::int32_t get_count(List* self) { return static_cast<std::int32_t>(self->count); }
std::int32_t get_capacity(List* self) { return static_cast<std::int32_t>(self->capacity); }
void set_capacity(Run& run, List* self, std::int32_t capacity) {
  if (capacity < static_cast<std::int32_t>(self->count)) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "capacity was less than the current size.", "value");
    return;
  }
  reserve(run, *self, static_cast<std::uint32_t>(capacity));
}
std::int32_t ensure_capacity(Run& run, List* self, std::int32_t capacity) {
  if (capacity < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "capacity");
  reserve(run, *self, static_cast<std::uint32_t>(capacity));
  return static_cast<std::int32_t>(self->capacity);
}
void trim_excess(List*) {}

Slot get_item(Run& run, List* self, std::int32_t index) {
  if (static_cast<std::uint32_t>(index) >= self->count) return raise_index(run);
  return self->items[index];
}
void set_item(Run& run, List* self, std::int32_t index, Slot value) { set_at(run, self, index, value); }

void add(Run& run, List* self, Slot item) { list_add(run, *self, item); }
void insert(Run& run, List* self, std::int32_t index, Slot item) { insert_at(run, self, index, item); }

void insert_range(Run& run, List* self, std::int32_t index, Object* source) {
  if (source == nullptr) {
    run.raise_null("collection");
    return;
  }
  if (index < 0 || static_cast<std::uint32_t>(index) > self->count) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Index must be within the bounds of the List.", "index");
    return;
  }
  // A copy: the source may be this list, or be computed from it.
  SlotBuffer buffer;
  if (!copy_elements(run, source, "collection", buffer) || buffer.count() == 0) return;
  if (!make_gap(run, self, static_cast<std::uint32_t>(index), buffer.count())) return;
  std::ranges::copy(buffer.span(), self->items + index);
}
void add_range(Run& run, List* self, Object* source) { insert_range(run, self, static_cast<std::int32_t>(self->count), source); }

bool remove(Run& run, List* self, Slot item) {
  const std::int32_t index = index_of(run, self, item);
  if (index < 0) return false;
  close_gap(self, static_cast<std::uint32_t>(index), 1);
  return true;
}
void remove_at(Run& run, List* self, std::int32_t index) { remove_item_at(run, self, index); }
void remove_range(Run& run, List* self, std::int32_t index, std::int32_t count) {
  if (!check_range(run, self, index, count) || count == 0) return;
  close_gap(self, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(count));
}

std::int32_t remove_all(Run& run, List* self, Closure* match) {
  if (match == nullptr) return run.raise_null("match");
  std::uint32_t kept = 0;
  const std::uint32_t before = self->count;
  for (std::uint32_t i = 0; i < before && i < self->count; ++i) {
    const bool matches = run.spend(1) && run.invoke(match, {self->items[i]}).integer != 0;
    if (run.failed() || self->count != before) return 0;
    if (!matches) self->items[kept++] = self->items[i];
  }
  self->count = kept;
  ++self->version;
  return static_cast<std::int32_t>(before - kept);
}

void clear(Run& run, List* self) { clear_items(run, self); }

void for_each(Run& run, List* self, Closure* action) {
  if (action == nullptr) {
    run.raise_null("action");
    return;
  }
  const std::uint32_t version = self->version;
  for (std::uint32_t i = 0; i < self->count && run.spend(1); ++i) {
    run.invoke(action, {self->items[i]});
    if (run.failed()) return;
    if (self->version != version) {
      raise_modified(run);
      return;
    }
  }
}

void sort_part(Run& run, List* self, std::int32_t index, std::int32_t count, const Order& order) {
  if (!check_range(run, self, index, count)) return;
  sort_like_dotnet(run, self->span().subspan(static_cast<std::size_t>(index), static_cast<std::size_t>(count)), order);
  ++self->version;
}
void sort(Run& run, List* self) { sort_part(run, self, 0, get_count(self), Order(element(self), static_cast<Object*>(nullptr))); }
void sort_comparing(Run& run, List* self, Closure* comparison) {
  if (comparison == nullptr) {
    run.raise_null("comparison");
    return;
  }
  sort_part(run, self, 0, get_count(self), Order(element(self), comparison));
}
void sort_by(Run& run, List* self, Object* comparer) { sort_part(run, self, 0, get_count(self), Order(element(self), comparer)); }
void sort_range(Run& run, List* self, std::int32_t index, std::int32_t count, Object* comparer) {
  sort_part(run, self, index, count, Order(element(self), comparer));
}

void reverse_range(Run& run, List* self, std::int32_t index, std::int32_t count) {
  if (!check_range(run, self, index, count) || !run.spend(static_cast<std::uint64_t>(count) / 16)) return;
  std::reverse(self->items + index, self->items + index + count);
  ++self->version;
}
void reverse(Run& run, List* self) { reverse_range(run, self, 0, get_count(self)); }

Object* to_array(Run& run, List* self, const CallSite& site) {
  return run.spend(self->count / 16) ? array_of(run, *site.result, self->span()) : nullptr;
}
List* get_range(Run& run, List* self, std::int32_t index, std::int32_t count) {
  if (!check_range(run, self, index, count)) return nullptr;
  return list_of(run, *self->type, self->span().subspan(static_cast<std::size_t>(index), static_cast<std::size_t>(count)));
}

List* convert_all(Run& run, List* self, Closure* converter, const CallSite& site) {
  if (converter == nullptr) return run.raise_null("converter");
  List* made = make_list(run, *site.result, self->count);
  for (std::uint32_t i = 0; made != nullptr && i < self->count && run.spend(1); ++i) {
    const Slot converted = run.invoke(converter, {self->items[i]});
    if (run.failed() || !list_add(run, *made, converted)) return nullptr;
  }
  return made;
}

void copy_from(Run& run, List* self, Object* array, std::int32_t index) { copy_to_array(run, self->span(), array, index); }
void copy_all(Run& run, List* self, Object* array) { copy_to_array(run, self->span(), array, 0); }
void copy_range(Run& run, List* self, std::int32_t index, Object* array, std::int32_t array_index, std::int32_t count) {
  if (!check_range(run, self, index, count)) return;
  copy_to_array(run, self->span().subspan(static_cast<std::size_t>(index), static_cast<std::size_t>(count)), array, array_index);
}

Enumerator* get_enumerator(Run& run, List* self, const CallSite& site) {
  Enumerator* made = enumerate_list(run, self);
  made->type = site.result;
  return made;
}

constexpr Member kMembers[] = {
    constructor<&make_empty>("new List()").with(kNoRaise),
    constructor<&make_sized>("new List(int capacity)"),
    constructor<&collect>("new List(IEnumerable<T> collection)"),
    property<&get_count>("int Count { get; }").with(kNoRaise),
    property<&get_capacity, &set_capacity>("int Capacity { get; set; }"),
    indexer<&get_item, &set_item>("T this[int index] { get; set; }"),
    method<&add>("void Add(T item)"),
    method<&add_range>("void AddRange(IEnumerable<T> collection)"),
    method<&insert>("void Insert(int index, T item)"),
    method<&insert_range>("void InsertRange(int index, IEnumerable<T> collection)"),
    method<&remove>("bool Remove(T item)"),
    method<&remove_at>("void RemoveAt(int index)"),
    method<&remove_range>("void RemoveRange(int index, int count)"),
    method<&remove_all>("int RemoveAll(Predicate<T> match)"),
    method<&clear>("void Clear()").with(kNoRaise),
    method<&contains>("bool Contains(T item)"),
    method<&index_of>("int IndexOf(T item)"),
    method<&index_of_from>("int IndexOf(T item, int index)"),
    method<&index_of_in>("int IndexOf(T item, int index, int count)"),
    method<&last_index_of>("int LastIndexOf(T item)"),
    method<&last_index_of_from>("int LastIndexOf(T item, int index)"),
    method<&last_index_of_in>("int LastIndexOf(T item, int index, int count)"),
    method<&find>("T Find(Predicate<T> match)"),
    method<&find_last>("T FindLast(Predicate<T> match)"),
    method<&find_all>("List<T> FindAll(Predicate<T> match)"),
    method<&find_index>("int FindIndex(Predicate<T> match)"),
    method<&find_index_from>("int FindIndex(int startIndex, Predicate<T> match)"),
    method<&find_index_in>("int FindIndex(int startIndex, int count, Predicate<T> match)"),
    method<&find_last_index>("int FindLastIndex(Predicate<T> match)"),
    method<&find_last_index_from>("int FindLastIndex(int startIndex, Predicate<T> match)"),
    method<&find_last_index_in>("int FindLastIndex(int startIndex, int count, Predicate<T> match)"),
    method<&exists>("bool Exists(Predicate<T> match)"),
    method<&true_for_all>("bool TrueForAll(Predicate<T> match)"),
    method<&for_each>("void ForEach(Action<T> action)"),
    method<&sort>("void Sort()"),
    method<&sort_by>("void Sort(IComparer<T> comparer)"),
    method<&sort_comparing>("void Sort(Comparison<T> comparison)"),
    method<&sort_range>("void Sort(int index, int count, IComparer<T> comparer)"),
    method<&reverse>("void Reverse()"),
    method<&reverse_range>("void Reverse(int index, int count)"),
    method<&binary_search>("int BinarySearch(T item)"),
    method<&binary_search_by>("int BinarySearch(T item, IComparer<T> comparer)"),
    method<&binary_search_in>("int BinarySearch(int index, int count, T item, IComparer<T> comparer)"),
    method<&to_array>("T[] ToArray()"),
    method<&get_range>("List<T> GetRange(int index, int count)"),
    method<&convert_all>("List<TOutput> ConvertAll<TOutput>(Converter<T, TOutput> converter)"),
    method<&copy_all>("void CopyTo(T[] array)"),
    method<&copy_from>("void CopyTo(T[] array, int arrayIndex)"),
    method<&copy_range>("void CopyTo(int index, T[] array, int arrayIndex, int count)"),
    method<&make_read_only>("ReadOnlyCollection<T> AsReadOnly()").with(kNoRaise),
    method<&ensure_capacity>("int EnsureCapacity(int capacity)"),
    method<&trim_excess>("void TrimExcess()").with(kNoRaise),
    method<&get_enumerator>("IEnumerator<T> GetEnumerator()").with(kNoRaise),
};

}  // namespace

}  // namespace portcullis::lists

namespace portcullis {

const TypeDefinition kList1Definition{
    .declaration = "class System.Collections.Generic.List<T> : IList<T>, IReadOnlyList<T>, IList",
    .members = lists::kMembers,
    .operations = &lists::kOperations};

}  // namespace portcullis
