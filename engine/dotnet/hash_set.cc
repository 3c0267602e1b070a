// System.Collections.Generic.HashSet<T>.
#include "engine/dotnet/hash_set.h"

#include "engine/dotnet/sequence.h"
#include "engine/dotnet/set_operations.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kHashSet1Definition;

HashSet* make_hash_set(Run& run, const Type& type, const Object* comparer) {
  auto* made = run.make<HashSet>(type);
  made->table.equality = Equality(*type.arguments[0], comparer);
  return made;
}

bool hash_set_add(Run& run, HashSet& set, Slot item) {
  bool added = false;
  return set.table.find_or_add(run, item, added) != nullptr && added;
}

namespace {

struct SetEnumerator : Enumerator {
  const HashTable* table;
  std::uint32_t at;
  std::uint32_t version;
};

bool next_item(Run& run, Enumerator* self) {
  auto* walk = static_cast<SetEnumerator*>(self);
  if (walk->version != walk->table->version) return raise_modified(run);
  while (walk->at < walk->table->used) {
    const HashTable::Entry& entry = walk->table->entries[walk->at++];
    if (!HashTable::is_live(entry)) continue;
    walk->current = entry.key;
    return true;
  }
  return false;
}

Enumerator* enumerate_set(Run& run, Object* self) {
  auto* walk = run.make<SetEnumerator>(Known::kIEnumerator);
  walk->next = &next_item;
  walk->table = &static_cast<const HashSet*>(self)->table;
  walk->version = walk->table->version;
  return walk;
}

std::int64_t count_items(Run&, Object* self) { return static_cast<const HashSet*>(self)->table.count(); }

constexpr TypeOperations kOperations{.enumerate = &enumerate_set, .count = &count_items};

HashSet* make_empty(Run& run, const CallSite& site) { return make_hash_set(run, *site.result, nullptr); }
HashSet* make_with_comparer(Run& run, Object* comparer, const CallSite& site) { return make_hash_set(run, *site.result, comparer); }
HashSet* collect_with_comparer(Run& run, Object* source, Object* comparer, const CallSite& site) {
  HashSet* made = make_hash_set(run, *site.result, comparer);
  const bool collected = walk(run, source, "collection", [&](Slot item) {
    hash_set_add(run, *made, item);
    return !run.failed();
  });
  return collected ? made : nullptr;
}
HashSet* collect(Run& run, Object* source, const CallSite& site) { return collect_with_comparer(run, source, nullptr, site); }
HashSet* make_sized_with_comparer(Run& run, std::int32_t capacity, Object* comparer, const CallSite& site) {
  if (capacity < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Specified argument was out of the range of valid values.",
                              "capacity");
  }
  HashSet* made = make_hash_set(run, *site.result, comparer);
  return made->table.reserve(run, static_cast<std::uint32_t>(capacity)) ? made : nullptr;
}
HashSet* make_sized(Run& run, std::int32_t capacity, const CallSite& site) {
  return make_sized_with_comparer(run, capacity, nullptr, site);
}

std::int32_t get_count(HashSet* self) { return static_cast<std::int32_t>(self->table.count()); }
Object* get_comparer(Run& run, HashSet* self) {
  if (self->table.equality.comparer() != nullptr) return const_cast<Object*>(self->table.equality.comparer());
  const Type* open = run.types.find_in("System.Collections.Generic", "EqualityComparer", 1);
  return run.make<ComparisonComparer>(run.types.construct(*open, self->type->arguments));
}
bool add(Run& run, HashSet* self, Slot item) { return hash_set_add(run, *self, item); }
bool contains(Run& run, HashSet* self, Slot item) { return self->table.find(run, item) != nullptr; }
bool remove(Run& run, HashSet* self, Slot item) { return self->table.remove(run, item); }
void clear(HashSet* self) { self->table.clear(); }
bool try_get_value(Run& run, HashSet* self, Slot wanted, Slot* actual) {
  const HashTable::Entry* entry = self->table.find(run, wanted);
  *actual = entry != nullptr ? entry->key : run.zero(*self->type->arguments[0]);
  return entry != nullptr;
}

std::int32_t remove_where(Run& run, HashSet* self, Closure* match) {
  if (match == nullptr) return run.raise_null("match");
  std::int32_t removed = 0;
  for (std::uint32_t i = 0; i < self->table.used && run.spend(1); ++i) {
    if (!HashTable::is_live(self->table.entries[i])) continue;
    const Slot item = self->table.entries[i].key;
    const bool matches = run.invoke(match, {item}).integer != 0;
    if (run.failed()) break;
    if (matches && self->table.remove(run, item)) ++removed;
  }
  return removed;
}

void copy_range_to(Run& run, HashSet* self, Object* array, std::int32_t index, std::int32_t count) {
  if (count < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "count");
    return;
  }
  SlotBuffer buffer;
  if (!copy_elements(run, self, "collection", buffer)) return;
  const std::span<const Slot> items = buffer.span();
  copy_to_array(run, items.first(std::min<std::size_t>(items.size(), static_cast<std::size_t>(count))), array, index);
}
void copy_from(Run& run, HashSet* self, Object* array, std::int32_t index) { copy_range_to(run, self, array, index, INT32_MAX); }
void copy_all(Run& run, HashSet* self, Object* array) { copy_range_to(run, self, array, 0, INT32_MAX); }
std::int32_t ensure_capacity(Run& run, HashSet* self, std::int32_t capacity) {
  if (capacity > 0) self->table.reserve(run, static_cast<std::uint32_t>(capacity));
  return static_cast<std::int32_t>(self->table.capacity);
}
void trim_excess(HashSet*) {}
Enumerator* get_enumerator(Run& run, HashSet* self, const CallSite& site) {
  Enumerator* made = enumerate_set(run, self);
  made->type = site.result;
  return made;
}

constexpr Member kMembers[] = {
    constructor<&make_empty>("new HashSet()").with(kNoRaise),
    constructor<&collect>("new HashSet(IEnumerable<T> collection)"),
    constructor<&make_with_comparer>("new HashSet(IEqualityComparer<T> comparer)").with(kNoRaise),
    constructor<&collect_with_comparer>("new HashSet(IEnumerable<T> collection, IEqualityComparer<T> comparer)"),
    constructor<&make_sized>("new HashSet(int capacity)"),
    constructor<&make_sized_with_comparer>("new HashSet(int capacity, IEqualityComparer<T> comparer)"),
    property<&get_count>("int Count { get; }").with(kNoRaise),
    property<&get_comparer>("IEqualityComparer<T> Comparer { get; }").with(kNoRaise),
    method<&add>("bool Add(T item)"),
    method<&contains>("bool Contains(T item)"),
    method<&remove>("bool Remove(T item)"),
    method<&clear>("void Clear()").with(kNoRaise),
    method<&try_get_value>("bool TryGetValue(T equalValue, out T actualValue)"),
    method<&remove_where>("int RemoveWhere(Predicate<T> match)"),
    method<&sets::union_with>("void UnionWith(IEnumerable<T> other)"),
    method<&sets::intersect_with>("void IntersectWith(IEnumerable<T> other)"),
    method<&sets::except_with>("void ExceptWith(IEnumerable<T> other)"),
    method<&sets::symmetric_except_with>("void SymmetricExceptWith(IEnumerable<T> other)"),
    method<&sets::is_subset_of>("bool IsSubsetOf(IEnumerable<T> other)"),
    method<&sets::is_superset_of>("bool IsSupersetOf(IEnumerable<T> other)"),
    method<&sets::is_proper_subset_of>("bool IsProperSubsetOf(IEnumerable<T> other)"),
    method<&sets::is_proper_superset_of>("bool IsProperSupersetOf(IEnumerable<T> other)"),
    method<&sets::overlaps>("bool Overlaps(IEnumerable<T> other)"),
    method<&sets::set_equals>("bool SetEquals(IEnumerable<T> other)"),
    method<&copy_all>("void CopyTo(T[] array)"),
    method<&copy_from>("void CopyTo(T[] array, int arrayIndex)"),
    method<&copy_range_to>("void CopyTo(T[] array, int arrayIndex, int count)"),
    method<&ensure_capacity>("int EnsureCapacity(int capacity)"),
    method<&trim_excess>("void TrimExcess()").with(kNoRaise),
    method<&get_enumerator>("IEnumerator<T> GetEnumerator()").with(kNoRaise),
};

}  // namespace

const TypeDefinition kHashSet1Definition{
    .declaration = "class System.Collections.Generic.HashSet<T> : ISet<T>, IReadOnlySet<T>, IReadOnlyCollection<T>",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
