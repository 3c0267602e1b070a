// See set_operations.h.
#include "engine/dotnet/set_operations.h"

#include "engine/dotnet/sequence.h"

namespace portcullis::sets {

namespace {

// The distinct elements of `other` by the set's own equality.
bool distinct(Run& run, const HashSet& self, Object* other, HashTable& table) {
  table.equality = self.table.equality;
  return walk(run, other, "other", [&](Slot item) {
    bool added = false;
    return table.find_or_add(run, item, added) != nullptr;
  });
}

// How many of `table` are in `of`.
std::uint32_t common(Run& run, const HashTable& table, const HashTable& of) {
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < table.used && run.spend(1); ++i) {
    if (HashTable::is_live(table.entries[i]) && of.find(run, table.entries[i].key) != nullptr) ++found;
  }
  return found;
}

}  // namespace

void union_with(Run& run, HashSet* self, Object* other) {
  if (other == self) return;
  walk(run, other, "other", [&](Slot item) {
    hash_set_add(run, *self, item);
    return !run.failed();
  });
}

void intersect_with(Run& run, HashSet* self, Object* other) {
  HashTable wanted;
  if (!distinct(run, *self, other, wanted)) return;
  for (std::uint32_t i = 0; i < self->table.used && run.spend(1); ++i) {
    const HashTable::Entry& entry = self->table.entries[i];
    if (HashTable::is_live(entry) && wanted.find(run, entry.key) == nullptr) self->table.remove(run, entry.key);
  }
}

void except_with(Run& run, HashSet* self, Object* other) {
  if (other == self) return self->table.clear();
  walk(run, other, "other", [&](Slot item) {
    self->table.remove(run, item);
    return !run.failed();
  });
}

void symmetric_except_with(Run& run, HashSet* self, Object* other) {
  HashTable items;
  if (!distinct(run, *self, other, items)) return;
  for (std::uint32_t i = 0; i < items.used && run.spend(1); ++i) {
    const Slot item = items.entries[i].key;
    if (!self->table.remove(run, item)) hash_set_add(run, *self, item);
  }
}

bool is_subset_of(Run& run, HashSet* self, Object* other) {
  HashTable items;
  return distinct(run, *self, other, items) && common(run, self->table, items) == self->table.count();
}

bool is_superset_of(Run& run, HashSet* self, Object* other) {
  HashTable items;
  return distinct(run, *self, other, items) && common(run, items, self->table) == items.count();
}

bool is_proper_subset_of(Run& run, HashSet* self, Object* other) {
  HashTable items;
  return distinct(run, *self, other, items) && items.count() > self->table.count() &&
         common(run, self->table, items) == self->table.count();
}

bool is_proper_superset_of(Run& run, HashSet* self, Object* other) {
  HashTable items;
  return distinct(run, *self, other, items) && items.count() < self->table.count() &&
         common(run, items, self->table) == items.count();
}

bool overlaps(Run& run, HashSet* self, Object* other) {
  bool found = false;
  const bool walked = walk(run, other, "other", [&](Slot item) {
    found = self->table.find(run, item) != nullptr;
    return !found && !run.failed();
  });
  return walked && found;
}

bool set_equals(Run& run, HashSet* self, Object* other) {
  HashTable items;
  return distinct(run, *self, other, items) && items.count() == self->table.count() &&
         common(run, items, self->table) == items.count();
}

}  // namespace portcullis::sets
