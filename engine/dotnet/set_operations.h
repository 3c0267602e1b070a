// What HashSet<T> and ISet<T> share. Each raises ArgumentNullException for a null `other`.
#pragma once

#include "engine/dotnet/hash_set.h"

namespace portcullis::sets {

void union_with(Run& run, HashSet* self, Object* other);
void intersect_with(Run& run, HashSet* self, Object* other);
void except_with(Run& run, HashSet* self, Object* other);
void symmetric_except_with(Run& run, HashSet* self, Object* other);
bool is_subset_of(Run& run, HashSet* self, Object* other);
bool is_superset_of(Run& run, HashSet* self, Object* other);
bool is_proper_subset_of(Run& run, HashSet* self, Object* other);
bool is_proper_superset_of(Run& run, HashSet* self, Object* other);
bool overlaps(Run& run, HashSet* self, Object* other);
bool set_equals(Run& run, HashSet* self, Object* other);

}  // namespace portcullis::sets
