// System.Collections.Generic.HashSet<T> as an object.
#pragma once

#include "engine/dotnet/hash_table.h"

namespace portcullis {

/// Only the keys of the entries are used.
struct HashSet : Object {
  HashTable table;
};

/// An empty set of the constructed type `type`; `comparer` may be null.
HashSet* make_hash_set(Run& run, const Type& type, const Object* comparer);
/// False when it was there already, or after raising.
bool hash_set_add(Run& run, HashSet& set, Slot item);

}  // namespace portcullis
