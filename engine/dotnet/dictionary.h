// System.Collections.Generic.Dictionary<TKey, TValue> as an object.
#pragma once

#include "engine/dotnet/hash_table.h"

namespace portcullis {

struct Dictionary : Object {
  HashTable table;
  Object* keys = nullptr;    // the collections behind Keys and Values, made when asked for
  Object* values = nullptr;
};

/// An empty dictionary of the constructed type `type`; `comparer` may be null.
Dictionary* make_dictionary(Run& run, const Type& type, const Object* comparer);
/// Add: an existing key raises ArgumentException. False after raising.
bool dictionary_add(Run& run, Dictionary& dictionary, Slot key, Slot value);
/// The indexer's setter: an existing key gets the value. False after raising.
bool dictionary_set(Run& run, Dictionary& dictionary, Slot key, Slot value);

/// KeyNotFoundException with the key's text.
Raised raise_key_not_found(Run& run, const Type& key_type, Slot key);
Raised raise_duplicate_key(Run& run, const Type& key_type, Slot key);
/// True, after raising, for a null key.
bool raise_if_null_key(Run& run, const Type& key_type, Slot key);

}  // namespace portcullis
