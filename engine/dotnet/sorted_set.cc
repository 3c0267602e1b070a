// System.Collections.Generic.SortedSet<T>.
#include "engine/dotnet/sorted_set.h"

#include <algorithm>

#include "engine/dotnet/extra.h"
#include "engine/dotnet/sequence.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

const Type& item_type(const SortedSet& self) { return *self.type->arguments[0]; }

struct Range {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  [[nodiscard]] std::uint32_t count() const { return to - from; }
};

// Where the set's own items stand; empty after raising.
Range range_of(Run& run, const SortedSet& self) {
  if (!self.has_bounds) return {0, self.items->count};
  Range range;
  bool found = false;
  if (!self.items->locate(run, self.lower, range.from, found)) return {};
  if (!self.items->locate(run, self.upper, range.to, found)) return {};
  if (found) ++range.to;
  return {range.from, std::max(range.from, range.to)};
}

bool within_bounds(Run& run, const SortedSet& self, Slot item) {
  if (!self.has_bounds) return true;
  return self.items->order.compare(run, self.lower, item) <= 0 &&
         self.items->order.compare(run, item, self.upper) <= 0 && !run.failed();
}

std::span<const Slot> own_items(Run& run, const SortedSet& self) {
  const Range range = range_of(run, self);
  return self.items->all_keys().subspan(range.from, range.count());
}

// ---- walks -----------------------------------------------------------------------------------------------------------

struct SortedSetEnumerator : Enumerator {
  const SortedItems* items;
  Range left;
  std::uint32_t version;
  bool backwards;
};

bool next_item(Run& run, Enumerator* self) {
  auto* walk = static_cast<SortedSetEnumerator*>(self);
  if (walk->version != walk->items->version) return raise_sorted_modified(run);
  if (walk->left.from == walk->left.to) return false;
  walk->current = walk->items->keys[walk->backwards ? --walk->left.to : walk->left.from++];
  return true;
}

Enumerator* walk_items(Run& run, const SortedSet& self, bool backwards) {
  auto* walk = run.make<SortedSetEnumerator>(Known::kIEnumerator);
  walk->next = &next_item;
  walk->items = self.items;
  walk->left = range_of(run, self);
  walk->version = self.items->version;
  walk->backwards = backwards;
  return walk;
}
Enumerator* enumerate_items(Run& run, Object* self) { return walk_items(run, *static_cast<SortedSet*>(self), false); }
std::int64_t count_items(Run& run, Object* self) { return range_of(run, *static_cast<SortedSet*>(self)).count(); }

constexpr TypeOperations kOperations{.enumerate = &enumerate_items, .count = &count_items};

struct Backwards : Sequence {
  SortedSet* set;
};
Enumerator* start_backwards(Run& run, Sequence* self) {
  return walk_items(run, *static_cast<Backwards*>(self)->set, true);
}
Object* reverse(Run& run, SortedSet* self, const CallSite& site) {
  auto* made = run.make<Backwards>(*site.result);
  made->start = &start_backwards;
  made->set = self;
  return made;
}

// ---- sets side by side -----------------------------------------------------------------------------------------------

// The distinct elements of `other` in this set's order.
bool distinct(Run& run, const SortedSet& self, Object* other, SortedItems& out) {
  out.order = self.items->order;
  return walk(run, other, "other", [&](Slot item) {
    std::uint32_t at = 0;
    bool found = false;
    return out.locate(run, item, at, found) && (found || out.insert(run, at, item, {}));
  });
}

struct Overlap {
  std::uint32_t mine = 0;
  std::uint32_t theirs = 0;
  std::uint32_t common = 0;
};
// False after raising.
bool overlap_with(Run& run, const SortedSet& self, Object* other, Overlap& overlap) {
  SortedItems items;
  if (!distinct(run, self, other, items)) return false;
  const std::span<const Slot> mine = own_items(run, self);
  overlap.mine = static_cast<std::uint32_t>(mine.size());
  overlap.theirs = items.count;
  for (const Slot item : mine) {
    std::uint32_t at = 0;
    bool found = false;
    if (!items.locate(run, item, at, found)) return false;
    overlap.common += found ? 1 : 0;
  }
  return !run.failed();
}

}  // namespace

namespace sorted_sets {

bool add(Run& run, SortedSet* self, Slot item) {
  if (!within_bounds(run, *self, item)) {
    if (run.failed()) return false;
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", "item");
  }
  std::uint32_t at = 0;
  bool found = false;
  return self->items->locate(run, item, at, found) && !found && self->items->insert(run, at, item, {});
}

bool contains(Run& run, SortedSet* self, Slot item) {
  std::uint32_t at = 0;
  bool found = false;
  return within_bounds(run, *self, item) && self->items->locate(run, item, at, found) && found;
}

bool remove(Run& run, SortedSet* self, Slot item) {
  std::uint32_t at = 0;
  bool found = false;
  if (!within_bounds(run, *self, item) || !self->items->locate(run, item, at, found) || !found) return false;
  self->items->erase(at);
  return run.spend(1 + (self->items->count - at) / 16);
}

void clear(Run& run, SortedSet* self) {
  if (!self->has_bounds) return self->items->clear();
  const Range range = range_of(run, *self);
  for (std::uint32_t left = range.count(); left > 0 && run.spend(1); --left) self->items->erase(range.from);
}

void union_with(Run& run, SortedSet* self, Object* other) {
  if (other == self) return;
  walk(run, other, "other", [&](Slot item) {
    add(run, self, item);
    return !run.failed();
  });
}

void intersect_with(Run& run, SortedSet* self, Object* other) {
  SortedItems wanted;
  if (!distinct(run, *self, other, wanted)) return;
  const Range range = range_of(run, *self);
  for (std::uint32_t i = range.to; i > range.from; --i) {
    std::uint32_t at = 0;
    bool found = false;
    if (!wanted.locate(run, self->items->keys[i - 1], at, found)) return;
    if (!found) self->items->erase(i - 1);
  }
}

void except_with(Run& run, SortedSet* self, Object* other) {
  if (other == self) return clear(run, self);
  walk(run, other, "other", [&](Slot item) {
    remove(run, self, item);
    return !run.failed();
  });
}

void symmetric_except_with(Run& run, SortedSet* self, Object* other) {
  SortedItems items;
  if (!distinct(run, *self, other, items)) return;
  for (const Slot item : items.all_keys()) {
    if (!remove(run, self, item) && !run.failed()) add(run, self, item);
    if (run.failed()) return;
  }
}

bool is_subset_of(Run& run, SortedSet* self, Object* other) {
  Overlap overlap;
  return overlap_with(run, *self, other, overlap) && overlap.common == overlap.mine;
}
bool is_superset_of(Run& run, SortedSet* self, Object* other) {
  Overlap overlap;
  return overlap_with(run, *self, other, overlap) && overlap.common == overlap.theirs;
}
bool is_proper_subset_of(Run& run, SortedSet* self, Object* other) {
  Overlap overlap;
  return overlap_with(run, *self, other, overlap) && overlap.common == overlap.mine && overlap.theirs > overlap.mine;
}
bool is_proper_superset_of(Run& run, SortedSet* self, Object* other) {
  Overlap overlap;
  return overlap_with(run, *self, other, overlap) && overlap.common == overlap.theirs && overlap.mine > overlap.theirs;
}
bool overlaps(Run& run, SortedSet* self, Object* other) {
  Overlap overlap;
  return overlap_with(run, *self, other, overlap) && overlap.common > 0;
}
bool set_equals(Run& run, SortedSet* self, Object* other) {
  Overlap overlap;
  return overlap_with(run, *self, other, overlap) && overlap.common == overlap.mine && overlap.mine == overlap.theirs;
}

}  // namespace sorted_sets

namespace {

// ---- making ----------------------------------------------------------------------------------------------------------

SortedSet* make_with_comparer(Run& run, Object* comparer, const CallSite& site) {
  auto* made = run.make<SortedSet>(*site.result);
  made->items = run.arena.make<SortedItems>();
  made->items->order = Order(item_type(*made), comparer);
  made->items->comparer = comparer;
  return made;
}
SortedSet* make_empty(Run& run, const CallSite& site) { return make_with_comparer(run, nullptr, site); }
SortedSet* collect_with_comparer(Run& run, Object* source, Object* comparer, const CallSite& site) {
  SortedSet* made = make_with_comparer(run, comparer, site);
  const bool collected = walk(run, source, "collection", [&](Slot item) {
    sorted_sets::add(run, made, item);
    return !run.failed();
  });
  return collected ? made : nullptr;
}
SortedSet* collect(Run& run, Object* source, const CallSite& site) {
  return collect_with_comparer(run, source, nullptr, site);
}

// ---- members ---------------------------------------------------------------------------------------------------------

std::int32_t get_count(Run& run, SortedSet* self) { return static_cast<std::int32_t>(range_of(run, *self).count()); }
Object* get_comparer(Run& run, SortedSet* self) {
  if (self->items->comparer != nullptr) return const_cast<Object*>(self->items->comparer);
  const Type* open = run.types.find_in("System.Collections.Generic", "Comparer", 1);
  return run.make<ComparisonComparer>(run.types.construct(*open, self->type->arguments));
}
Slot min(Run& run, SortedSet* self) {
  const std::span<const Slot> items = own_items(run, *self);
  return items.empty() ? run.zero(item_type(*self)) : items.front();
}
Slot max(Run& run, SortedSet* self) {
  const std::span<const Slot> items = own_items(run, *self);
  return items.empty() ? run.zero(item_type(*self)) : items.back();
}
bool try_get_value(Run& run, SortedSet* self, Slot wanted, Slot* actual) {
  std::uint32_t at = 0;
  bool found = false;
  const bool has = within_bounds(run, *self, wanted) && self->items->locate(run, wanted, at, found) && found;
  *actual = has ? self->items->keys[at] : run.zero(item_type(*self));
  return has;
}

std::int32_t remove_where(Run& run, SortedSet* self, Closure* match) {
  if (match == nullptr) return run.raise_null("match");
  SlotBuffer matching;
  for (const Slot item : own_items(run, *self)) {
    const bool matches = run.invoke(match, {item}).integer != 0;
    if (run.failed() || !run.spend(1) || (matches && !matching.add(run, item))) return 0;
  }
  std::int32_t removed = 0;
  for (const Slot item : matching.span()) removed += sorted_sets::remove(run, self, item) ? 1 : 0;
  return removed;
}

SortedSet* view_between(Run& run, SortedSet* self, Slot lower, Slot upper) {
  if (self->items->order.compare(run, lower, upper) > 0) {
    return run.raise_argument(Known::kArgumentException, "Must be less than or equal to upperValue.", "lowerValue");
  }
  if (run.failed()) return nullptr;
  for (const auto& [bound, name] : {std::pair{lower, "lowerValue"}, std::pair{upper, "upperValue"}}) {
    if (within_bounds(run, *self, bound)) continue;
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", name);
  }
  auto* made = run.make<SortedSet>(*self->type);
  made->items = self->items;
  made->has_bounds = true;
  made->lower = lower;
  made->upper = upper;
  return made;
}

void copy_range_to(Run& run, SortedSet* self, Object* array, std::int32_t index, std::int32_t count) {
  if (count < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Non-negative number required.", "count");
    return;
  }
  const std::span<const Slot> items = own_items(run, *self);
  if (run.failed()) return;
  copy_to_array(run, items.first(std::min<std::size_t>(items.size(), static_cast<std::size_t>(count))), array, index);
}
void copy_from(Run& run, SortedSet* self, Object* array, std::int32_t index) {
  copy_range_to(run, self, array, index, INT32_MAX);
}
void copy_all(Run& run, SortedSet* self, Object* array) { copy_range_to(run, self, array, 0, INT32_MAX); }

Enumerator* get_enumerator(Run& run, SortedSet* self, const CallSite& site) {
  Enumerator* made = enumerate_items(run, self);
  made->type = site.result;
  return made;
}

constexpr auto kMembers = extra({
    constructor<&make_empty>("new SortedSet()").with(kNoRaise),
    constructor<&make_with_comparer>("new SortedSet(IComparer<T> comparer)").with(kNoRaise),
    constructor<&collect>("new SortedSet(IEnumerable<T> collection)"),
    constructor<&collect_with_comparer>("new SortedSet(IEnumerable<T> collection, IComparer<T> comparer)"),
    property<&get_count>("int Count { get; }"),
    property<&get_comparer>("IComparer<T> Comparer { get; }").with(kNoRaise),
    property<&min>("T Min { get; }"),
    property<&max>("T Max { get; }"),
    method<&sorted_sets::add>("bool Add(T item)"),
    method<&sorted_sets::contains>("bool Contains(T item)"),
    method<&sorted_sets::remove>("bool Remove(T item)"),
    method<&sorted_sets::clear>("void Clear()"),
    method<&try_get_value>("bool TryGetValue(T equalValue, out T actualValue)"),
    method<&remove_where>("int RemoveWhere(Predicate<T> match)"),
    method<&reverse>("IEnumerable<T> Reverse()").with(kNoRaise),
    method<&view_between>("SortedSet<T> GetViewBetween(T lowerValue, T upperValue)"),
    method<&sorted_sets::union_with>("void UnionWith(IEnumerable<T> other)"),
    method<&sorted_sets::intersect_with>("void IntersectWith(IEnumerable<T> other)"),
    method<&sorted_sets::except_with>("void ExceptWith(IEnumerable<T> other)"),
    method<&sorted_sets::symmetric_except_with>("void SymmetricExceptWith(IEnumerable<T> other)"),
    method<&sorted_sets::is_subset_of>("bool IsSubsetOf(IEnumerable<T> other)"),
    method<&sorted_sets::is_superset_of>("bool IsSupersetOf(IEnumerable<T> other)"),
    method<&sorted_sets::is_proper_subset_of>("bool IsProperSubsetOf(IEnumerable<T> other)"),
    method<&sorted_sets::is_proper_superset_of>("bool IsProperSupersetOf(IEnumerable<T> other)"),
    method<&sorted_sets::overlaps>("bool Overlaps(IEnumerable<T> other)"),
    method<&sorted_sets::set_equals>("bool SetEquals(IEnumerable<T> other)"),
    method<&copy_all>("void CopyTo(T[] array)"),
    method<&copy_from>("void CopyTo(T[] array, int index)"),
    method<&copy_range_to>("void CopyTo(T[] array, int index, int count)"),
    method<&get_enumerator>("IEnumerator<T> GetEnumerator()").with(kNoRaise),
});

}  // namespace

const TypeDefinition kSortedSet1Definition{
    .declaration = "class System.Collections.Generic.SortedSet<T> : ISet<T>, IReadOnlySet<T>, IReadOnlyCollection<T>",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
