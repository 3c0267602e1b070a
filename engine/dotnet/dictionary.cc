// System.Collections.Generic.Dictionary<TKey, TValue> and the collections of its keys and values.
#include "engine/dotnet/dictionary.h"

#include "base/text.h"
#include "engine/dotnet/sequence.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kDictionary2Definition;
extern const TypeDefinition kKeyCollectionDefinition;
extern const TypeDefinition kValueCollectionDefinition;

Raised raise_key_not_found(Run& run, const Type& key_type, Slot key) {
  const String* text = to_text(run, key_type, key);
  if (run.failed()) return {};
  return run.raise(Known::kKeyNotFoundException, joined("The given key '", text->view(), "' was not present in the dictionary."));
}

Raised raise_duplicate_key(Run& run, const Type& key_type, Slot key) {
  const String* text = to_text(run, key_type, key);
  if (run.failed()) return {};
  return run.raise(Known::kArgumentException, joined("An item with the same key has already been added. Key: ", text->view()));
}

bool raise_if_null_key(Run& run, const Type& key_type, Slot key) {
  if (!key_type.is_reference() || key.object != nullptr) return false;
  run.raise_null("key");
  return true;
}

namespace {

const Type& key_type(const Dictionary& self) { return *self.type->arguments[0]; }
const Type& value_type(const Dictionary& self) { return *self.type->arguments[1]; }

}  // namespace

Dictionary* make_dictionary(Run& run, const Type& type, const Object* comparer) {
  auto* made = run.make<Dictionary>(type);
  made->table.equality = Equality(*type.arguments[0], comparer);
  return made;
}

bool dictionary_add(Run& run, Dictionary& dictionary, Slot key, Slot value) {
  if (raise_if_null_key(run, key_type(dictionary), key)) return false;
  bool added = false;
  HashTable::Entry* entry = dictionary.table.find_or_add(run, key, added);
  if (entry == nullptr) return false;
  if (!added) return raise_duplicate_key(run, key_type(dictionary), key);
  entry->value = value;
  return true;
}

bool dictionary_set(Run& run, Dictionary& dictionary, Slot key, Slot value) {
  if (raise_if_null_key(run, key_type(dictionary), key)) return false;
  bool added = false;
  HashTable::Entry* entry = dictionary.table.find_or_add(run, key, added);
  if (entry == nullptr) return false;
  entry->value = value;
  return true;
}

namespace {

// ---- walks -------------------------------------------------------------------------------------------------------------

struct EntryEnumerator : Enumerator {
  const HashTable* table;
  const Type* pair;
  std::uint32_t at;
  std::uint32_t version;
};

const HashTable::Entry* next_entry(Run& run, EntryEnumerator& walk) {
  if (walk.version != walk.table->version) return raise_modified(run);
  while (walk.at < walk.table->used) {
    const HashTable::Entry& entry = walk.table->entries[walk.at++];
    if (HashTable::is_live(entry)) return &entry;
  }
  return nullptr;
}

bool next_pair(Run& run, Enumerator* self) {
  auto* walk = static_cast<EntryEnumerator*>(self);
  const HashTable::Entry* entry = next_entry(run, *walk);
  if (entry == nullptr) return false;
  walk->current = Slot::of_object(run.record(*walk->pair, {entry->key, entry->value}));
  return true;
}
bool next_key(Run& run, Enumerator* self) {
  const HashTable::Entry* entry = next_entry(run, *static_cast<EntryEnumerator*>(self));
  if (entry != nullptr) self->current = entry->key;
  return entry != nullptr;
}
bool next_value(Run& run, Enumerator* self) {
  const HashTable::Entry* entry = next_entry(run, *static_cast<EntryEnumerator*>(self));
  if (entry != nullptr) self->current = entry->value;
  return entry != nullptr;
}

EntryEnumerator* walk_entries(Run& run, const Dictionary& dictionary, bool (*next)(Run&, Enumerator*)) {
  auto* walk = run.make<EntryEnumerator>(Known::kIEnumerator);
  walk->next = next;
  walk->table = &dictionary.table;
  walk->version = dictionary.table.version;
  return walk;
}

Enumerator* enumerate_pairs(Run& run, Object* self) {
  EntryEnumerator* walk = walk_entries(run, *static_cast<Dictionary*>(self), &next_pair);
  walk->pair = sequence_element(*self->type);
  return walk;
}

// ---- Keys and Values ---------------------------------------------------------------------------------------------------

struct EntryCollection : Object {
  Dictionary* dictionary;
};

Dictionary& dictionary_of(Object* self) { return *static_cast<EntryCollection*>(self)->dictionary; }
Enumerator* enumerate_keys(Run& run, Object* self) { return walk_entries(run, dictionary_of(self), &next_key); }
Enumerator* enumerate_values(Run& run, Object* self) { return walk_entries(run, dictionary_of(self), &next_value); }
std::int64_t count_entries(Run&, Object* self) { return dictionary_of(self).table.count(); }

Object* make_view(Run& run, Dictionary* self, Object*& place, std::string_view name) {
  if (place == nullptr) {
    const Type* open = run.types.find_in("System.Collections.Generic", name, 2);
    auto* made = run.make<EntryCollection>(run.types.construct(*open, self->type->arguments));
    made->dictionary = self;
    place = made;
  }
  return place;
}
Object* keys(Run& run, Dictionary* self) { return make_view(run, self, self->keys, "KeyCollection"); }
Object* values(Run& run, Dictionary* self) { return make_view(run, self, self->values, "ValueCollection"); }

Enumerator* get_key_enumerator(Run& run, Object* self, const CallSite& site) {
  Enumerator* made = enumerate_keys(run, self);
  made->type = site.result;
  return made;
}
Enumerator* get_value_enumerator(Run& run, Object* self, const CallSite& site) {
  Enumerator* made = enumerate_values(run, self);
  made->type = site.result;
  return made;
}
std::int32_t view_count(Object* self) { return static_cast<std::int32_t>(dictionary_of(self).table.count()); }
void copy_view_to(Run& run, Object* self, Object* array, std::int32_t index) {
  SlotBuffer buffer;
  if (copy_elements(run, self, "source", buffer)) copy_to_array(run, buffer.span(), array, index);
}

// ---- access by interfaces ----------------------------------------------------------------------------------------------

bool find(Run& run, Object* self, Slot key, Slot& value) {
  auto& dictionary = *static_cast<Dictionary*>(self);
  if (raise_if_null_key(run, key_type(dictionary), key)) return false;
  const HashTable::Entry* entry = dictionary.table.find(run, key);
  if (entry == nullptr) return false;
  value = entry->value;
  return true;
}
std::int64_t count(Run&, Object* self) { return static_cast<const Dictionary*>(self)->table.count(); }
Object* keys_of(Run& run, Object* self) { return keys(run, static_cast<Dictionary*>(self)); }
Object* values_of(Run& run, Object* self) { return values(run, static_cast<Dictionary*>(self)); }
void set(Run& run, Object* self, Slot key, Slot value, bool replaces) {
  auto& dictionary = *static_cast<Dictionary*>(self);
  replaces ? dictionary_set(run, dictionary, key, value) : dictionary_add(run, dictionary, key, value);
}
bool remove(Run& run, Object* self, Slot key) {
  auto& dictionary = *static_cast<Dictionary*>(self);
  return !raise_if_null_key(run, key_type(dictionary), key) && dictionary.table.remove(run, key);
}
void clear(Run&, Object* self) { static_cast<Dictionary*>(self)->table.clear(); }

constexpr DictionaryAccess kAccess{.find = &find,
                                   .count = &count,
                                   .keys = &keys_of,
                                   .values = &values_of,
                                   .set = &set,
                                   .remove = &remove,
                                   .clear = &clear};
constexpr TypeOperations kOperations{.enumerate = &enumerate_pairs, .count = &count, .dictionary = &kAccess};
constexpr TypeOperations kKeyOperations{.enumerate = &enumerate_keys, .count = &count_entries};
constexpr TypeOperations kValueOperations{.enumerate = &enumerate_values, .count = &count_entries};

// ---- constructors ------------------------------------------------------------------------------------------------------

Dictionary* make_empty(Run& run, const CallSite& site) { return make_dictionary(run, *site.result, nullptr); }
Dictionary* make_with_comparer(Run& run, Object* comparer, const CallSite& site) {
  return make_dictionary(run, *site.result, comparer);
}
Dictionary* make_sized_with_comparer(Run& run, std::int32_t capacity, Object* comparer, const CallSite& site) {
  if (capacity < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Specified argument was out of the range of valid values.",
                              "capacity");
  }
  Dictionary* made = make_dictionary(run, *site.result, comparer);
  return made->table.reserve(run, static_cast<std::uint32_t>(capacity)) ? made : nullptr;
}
Dictionary* make_sized(Run& run, std::int32_t capacity, const CallSite& site) {
  return make_sized_with_comparer(run, capacity, nullptr, site);
}
Dictionary* copy_pairs(Run& run, Object* source, Object* comparer, std::string_view parameter, const CallSite& site) {
  Dictionary* made = make_dictionary(run, *site.result, comparer);
  const bool copied = walk(run, source, parameter, [&](Slot pair) {
    const auto* record = static_cast<const Record*>(pair.object);
    return dictionary_add(run, *made, record->fields[0], record->fields[1]);
  });
  return copied ? made : nullptr;
}
Dictionary* copy_of(Run& run, Object* source, const CallSite& site) { return copy_pairs(run, source, nullptr, "dictionary", site); }
Dictionary* copy_with_comparer(Run& run, Object* source, Object* comparer, const CallSite& site) {
  return copy_pairs(run, source, comparer, "dictionary", site);
}
Dictionary* collect(Run& run, Object* source, const CallSite& site) { return copy_pairs(run, source, nullptr, "collection", site); }
Dictionary* collect_with_comparer(Run& run, Object* source, Object* comparer, const CallSite& site) {
  return copy_pairs(run, source, comparer, "collection", site);
}

// ---- members -----------------------------------------------------------------------------------------------------------

std::int32_t get_count(Dictionary* self) { return static_cast<std::int32_t>(self->table.count()); }

Object* get_comparer(Run& run, Dictionary* self) {
  if (self->table.equality.comparer() != nullptr) return const_cast<Object*>(self->table.equality.comparer());
  const Type* open = run.types.find_in("System.Collections.Generic", "EqualityComparer", 1);
  return run.make<ComparisonComparer>(run.types.construct(*open, self->type->arguments.first(1)));
}

Slot get_item(Run& run, Dictionary* self, Slot key) {
  Slot value{};
  if (!find(run, self, key, value) && !run.failed()) return raise_key_not_found(run, key_type(*self), key);
  return value;
}
void set_item(Run& run, Dictionary* self, Slot key, Slot value) { dictionary_set(run, *self, key, value); }
void add(Run& run, Dictionary* self, Slot key, Slot value) { dictionary_add(run, *self, key, value); }

bool try_add(Run& run, Dictionary* self, Slot key, Slot value) {
  if (raise_if_null_key(run, key_type(*self), key)) return false;
  bool added = false;
  HashTable::Entry* entry = self->table.find_or_add(run, key, added);
  if (entry == nullptr || !added) return false;
  entry->value = value;
  return true;
}

bool try_get_value(Run& run, Dictionary* self, Slot key, Slot* value) {
  Slot found{};
  const bool has = find(run, self, key, found);
  *value = has ? found : run.zero(value_type(*self));
  return has;
}

bool contains_key(Run& run, Dictionary* self, Slot key) {
  Slot found{};
  return find(run, self, key, found);
}

bool contains_value(Run& run, Dictionary* self, Slot value) {
  if (!run.spend(self->table.used)) return false;
  for (std::uint32_t i = 0; i < self->table.used; ++i) {
    const HashTable::Entry& entry = self->table.entries[i];
    if (HashTable::is_live(entry) && equals(run, value_type(*self), entry.value, value)) return true;
  }
  return false;
}

bool remove_key(Run& run, Dictionary* self, Slot key) { return remove(run, self, key); }
bool remove_taking(Run& run, Dictionary* self, Slot key, Slot* value) {
  *value = run.zero(value_type(*self));
  return !raise_if_null_key(run, key_type(*self), key) && self->table.remove(run, key, value);
}

void clear_all(Dictionary* self) { self->table.clear(); }

std::int32_t ensure_capacity(Run& run, Dictionary* self, std::int32_t capacity) {
  if (capacity < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Specified argument was out of the range of valid values.",
                              "capacity");
  }
  self->table.reserve(run, static_cast<std::uint32_t>(capacity));
  return static_cast<std::int32_t>(self->table.capacity);
}
void trim_excess(Dictionary*) {}

Enumerator* get_enumerator(Run& run, Dictionary* self, const CallSite& site) {
  Enumerator* made = enumerate_pairs(run, self);
  made->type = site.result;
  return made;
}

constexpr Member kMembers[] = {
    constructor<&make_empty>("new Dictionary()").with(kNoRaise),
    constructor<&make_sized>("new Dictionary(int capacity)"),
    constructor<&make_with_comparer>("new Dictionary(IEqualityComparer<TKey> comparer)").with(kNoRaise),
    constructor<&make_sized_with_comparer>("new Dictionary(int capacity, IEqualityComparer<TKey> comparer)"),
    constructor<&copy_of>("new Dictionary(IDictionary<TKey, TValue> dictionary)"),
    constructor<&copy_with_comparer>("new Dictionary(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)"),
    constructor<&collect>("new Dictionary(IEnumerable<KeyValuePair<TKey, TValue>> collection)"),
    constructor<&collect_with_comparer>(
        "new Dictionary(IEnumerable<KeyValuePair<TKey, TValue>> collection, IEqualityComparer<TKey> comparer)"),
    property<&get_count>("int Count { get; }").with(kNoRaise),
    property<&get_comparer>("IEqualityComparer<TKey> Comparer { get; }").with(kNoRaise),
    property<&keys>("KeyCollection<TKey, TValue> Keys { get; }").with(kNoRaise),
    property<&values>("ValueCollection<TKey, TValue> Values { get; }").with(kNoRaise),
    indexer<&get_item, &set_item>("TValue this[TKey key] { get; set; }"),
    method<&add>("void Add(TKey key, TValue value)"),
    method<&try_add>("bool TryAdd(TKey key, TValue value)"),
    method<&try_get_value>("bool TryGetValue(TKey key, out TValue value)"),
    method<&contains_key>("bool ContainsKey(TKey key)"),
    method<&contains_value>("bool ContainsValue(TValue value)"),
    method<&remove_key>("bool Remove(TKey key)"),
    method<&remove_taking>("bool Remove(TKey key, out TValue value)"),
    method<&clear_all>("void Clear()").with(kNoRaise),
    method<&ensure_capacity>("int EnsureCapacity(int capacity)"),
    method<&trim_excess>("void TrimExcess()").with(kNoRaise),
    method<&get_enumerator>("IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()").with(kNoRaise),
};

constexpr Member kKeyMembers[] = {
    property<&view_count>("int Count { get; }").with(kNoRaise),
    method<&copy_view_to>("void CopyTo(TKey[] array, int index)"),
    method<&get_key_enumerator>("IEnumerator<TKey> GetEnumerator()").with(kNoRaise),
};
constexpr Member kValueMembers[] = {
    property<&view_count>("int Count { get; }").with(kNoRaise),
    method<&copy_view_to>("void CopyTo(TValue[] array, int index)"),
    method<&get_value_enumerator>("IEnumerator<TValue> GetEnumerator()").with(kNoRaise),
};

}  // namespace

const TypeDefinition kDictionary2Definition{
    .declaration =
        "class System.Collections.Generic.Dictionary<TKey, TValue> : IDictionary<TKey, TValue>, IReadOnlyDictionary<TKey, TValue>",
    .members = kMembers,
    .operations = &kOperations};
// Nested in Dictionary<TKey, TValue> in .NET; the tables know no nested types, and nobody writes their names.
const TypeDefinition kKeyCollectionDefinition{
    .declaration =
        "sealed class System.Collections.Generic.KeyCollection<TKey, TValue> : ICollection<TKey>, IReadOnlyCollection<TKey>",
    .members = kKeyMembers,
    .operations = &kKeyOperations};
const TypeDefinition kValueCollectionDefinition{
    .declaration =
        "sealed class System.Collections.Generic.ValueCollection<TKey, TValue> : ICollection<TValue>, IReadOnlyCollection<TValue>",
    .members = kValueMembers,
    .operations = &kValueOperations};

}  // namespace portcullis
