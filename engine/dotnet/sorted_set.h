// System.Collections.Generic.SortedSet<T> as an object, and what ISet<T> calls on it.
#pragma once

#include "engine/dotnet/sorted_items.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kSortedSet1Definition;

/// A view between two bounds has the items of the set that it looks into.
struct SortedSet : Object {
  SortedItems* items = nullptr;
  bool has_bounds = false;
  Slot lower{};
  Slot upper{};
};

inline bool is_sorted_set(const Object* object) { return object->type->definition == &kSortedSet1Definition; }

namespace sorted_sets {

bool add(Run& run, SortedSet* self, Slot item);
bool contains(Run& run, SortedSet* self, Slot item);
bool remove(Run& run, SortedSet* self, Slot item);
void clear(Run& run, SortedSet* self);
void union_with(Run& run, SortedSet* self, Object* other);
void intersect_with(Run& run, SortedSet* self, Object* other);
void except_with(Run& run, SortedSet* self, Object* other);
void symmetric_except_with(Run& run, SortedSet* self, Object* other);
bool is_subset_of(Run& run, SortedSet* self, Object* other);
bool is_superset_of(Run& run, SortedSet* self, Object* other);
bool is_proper_subset_of(Run& run, SortedSet* self, Object* other);
bool is_proper_superset_of(Run& run, SortedSet* self, Object* other);
bool overlaps(Run& run, SortedSet* self, Object* other);
bool set_equals(Run& run, SortedSet* self, Object* other);

}  // namespace sorted_sets
}  // namespace portcullis
