// System.Collections.Generic.SortedDictionary<TKey, TValue> and the collections of its keys and values.
#include "base/text.h"
#include "engine/dotnet/dictionary.h"
#include "engine/dotnet/extra.h"
#include "engine/dotnet/sequence.h"
#include "engine/dotnet/sorted_items.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kSortedDictionary2Definition;
extern const TypeDefinition kSortedKeyCollectionDefinition;
extern const TypeDefinition kSortedValueCollectionDefinition;

namespace {

struct SortedDictionary : Object {
  SortedItems items;
  Object* keys = nullptr;  // the collections behind Keys and Values, made when asked for
  Object* values = nullptr;
};

const Type& key_type(const SortedDictionary& self) { return *self.type->arguments[0]; }
const Type& value_type(const SortedDictionary& self) { return *self.type->arguments[1]; }

// ---- changing --------------------------------------------------------------------------------------------------------

// False after raising.
bool locate(Run& run, const SortedDictionary& self, Slot key, std::uint32_t& at, bool& found) {
  return !raise_if_null_key(run, key_type(self), key) && self.items.locate(run, key, at, found);
}

Raised raise_present(Run& run, const SortedDictionary& self, Slot key, Slot value) {
  Record* pair = run.record(*sequence_element(*self.type), {key, value});
  const String* text = to_text(run, *pair->type, Slot::of_object(pair));
  if (run.failed()) return {};
  return run.raise(Known::kArgumentException,
                   joined("An item with the same key has already been added. Key: ", text->view()));
}

bool put(Run& run, SortedDictionary& self, Slot key, Slot value, bool replaces) {
  std::uint32_t at = 0;
  bool found = false;
  if (!locate(run, self, key, at, found)) return false;
  if (!found) return self.items.insert(run, at, key, value);
  if (!replaces) return raise_present(run, self, key, value);
  self.items.values[at] = value;
  ++self.items.version;
  return true;
}

// ---- walks -----------------------------------------------------------------------------------------------------------

struct SortedEnumerator : Enumerator {
  const SortedItems* items;
  const Type* pair;
  std::uint32_t at;
  std::uint32_t version;
};

// The index of the next entry, or -1.
std::int64_t step(Run& run, SortedEnumerator& walk) {
  if (walk.version != walk.items->version) {
    raise_sorted_modified(run);
    return -1;
  }
  return walk.at < walk.items->count ? static_cast<std::int64_t>(walk.at++) : -1;
}
bool next_pair(Run& run, Enumerator* self) {
  auto* walk = static_cast<SortedEnumerator*>(self);
  const std::int64_t at = step(run, *walk);
  if (at < 0) return false;
  walk->current = Slot::of_object(run.record(*walk->pair, {walk->items->keys[at], walk->items->values[at]}));
  return true;
}
bool next_key(Run& run, Enumerator* self) {
  auto* walk = static_cast<SortedEnumerator*>(self);
  const std::int64_t at = step(run, *walk);
  if (at >= 0) walk->current = walk->items->keys[at];
  return at >= 0;
}
bool next_value(Run& run, Enumerator* self) {
  auto* walk = static_cast<SortedEnumerator*>(self);
  const std::int64_t at = step(run, *walk);
  if (at >= 0) walk->current = walk->items->values[at];
  return at >= 0;
}

SortedEnumerator* walk_items(Run& run, const SortedDictionary& self, bool (*next)(Run&, Enumerator*)) {
  auto* walk = run.make<SortedEnumerator>(Known::kIEnumerator);
  walk->next = next;
  walk->items = &self.items;
  walk->version = self.items.version;
  return walk;
}
Enumerator* enumerate_pairs(Run& run, Object* self) {
  SortedEnumerator* walk = walk_items(run, *static_cast<SortedDictionary*>(self), &next_pair);
  walk->pair = sequence_element(*self->type);
  return walk;
}

// ---- Keys and Values -------------------------------------------------------------------------------------------------

struct SortedView : Object {
  SortedDictionary* dictionary;
};

SortedDictionary& dictionary_of(Object* self) { return *static_cast<SortedView*>(self)->dictionary; }
Enumerator* enumerate_keys(Run& run, Object* self) { return walk_items(run, dictionary_of(self), &next_key); }
Enumerator* enumerate_values(Run& run, Object* self) { return walk_items(run, dictionary_of(self), &next_value); }
std::int64_t count_entries(Run&, Object* self) { return dictionary_of(self).items.count; }

Object* make_view(Run& run, SortedDictionary* self, Object*& place, std::string_view name) {
  if (place == nullptr) {
    const Type* open = run.types.find_in("System.Collections.Generic", name, 2);
    auto* made = run.make<SortedView>(run.types.construct(*open, self->type->arguments));
    made->dictionary = self;
    place = made;
  }
  return place;
}
Object* keys(Run& run, SortedDictionary* self) { return make_view(run, self, self->keys, "SortedKeyCollection"); }
Object* values(Run& run, SortedDictionary* self) { return make_view(run, self, self->values, "SortedValueCollection"); }

template <auto kEnumerate>
Enumerator* get_enumerator(Run& run, Object* self, const CallSite& site) {
  Enumerator* made = kEnumerate(run, self);
  made->type = site.result;
  return made;
}
std::int32_t view_count(Object* self) { return static_cast<std::int32_t>(dictionary_of(self).items.count); }
void copy_to(Run& run, Object* self, Object* array, std::int32_t index) {
  SlotBuffer buffer;
  if (copy_elements(run, self, "source", buffer)) copy_to_array(run, buffer.span(), array, index);
}

// ---- access by interfaces --------------------------------------------------------------------------------------------

bool find(Run& run, Object* self, Slot key, Slot& value) {
  const auto& dictionary = *static_cast<SortedDictionary*>(self);
  std::uint32_t at = 0;
  bool found = false;
  if (!locate(run, dictionary, key, at, found) || !found) return false;
  value = dictionary.items.values[at];
  return true;
}
std::int64_t count(Run&, Object* self) { return static_cast<const SortedDictionary*>(self)->items.count; }
Object* keys_of(Run& run, Object* self) { return keys(run, static_cast<SortedDictionary*>(self)); }
Object* values_of(Run& run, Object* self) { return values(run, static_cast<SortedDictionary*>(self)); }
void set(Run& run, Object* self, Slot key, Slot value, bool replaces) {
  put(run, *static_cast<SortedDictionary*>(self), key, value, replaces);
}
bool remove(Run& run, Object* self, Slot key) {
  auto& dictionary = *static_cast<SortedDictionary*>(self);
  std::uint32_t at = 0;
  bool found = false;
  if (!locate(run, dictionary, key, at, found) || !found) return false;
  dictionary.items.erase(at);
  return run.spend(1 + (dictionary.items.count - at) / 16);
}
void clear(Run&, Object* self) { static_cast<SortedDictionary*>(self)->items.clear(); }

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

// ---- constructors ----------------------------------------------------------------------------------------------------

SortedDictionary* make_with_comparer(Run& run, Object* comparer, const CallSite& site) {
  auto* made = run.make<SortedDictionary>(*site.result);
  made->items.order = Order(key_type(*made), comparer);
  made->items.comparer = comparer;
  return made;
}
SortedDictionary* make_empty(Run& run, const CallSite& site) { return make_with_comparer(run, nullptr, site); }
SortedDictionary* copy_with_comparer(Run& run, Object* source, Object* comparer, const CallSite& site) {
  SortedDictionary* made = make_with_comparer(run, comparer, site);
  const bool copied = walk(run, source, "dictionary", [&](Slot pair) {
    const auto* record = static_cast<const Record*>(pair.object);
    return put(run, *made, record->fields[0], record->fields[1], false);
  });
  return copied ? made : nullptr;
}
SortedDictionary* copy_of(Run& run, Object* source, const CallSite& site) {
  return copy_with_comparer(run, source, nullptr, site);
}

// ---- members ---------------------------------------------------------------------------------------------------------

std::int32_t get_count(SortedDictionary* self) { return static_cast<std::int32_t>(self->items.count); }
Object* get_comparer(Run& run, SortedDictionary* self) {
  if (self->items.comparer != nullptr) return const_cast<Object*>(self->items.comparer);
  const Type* open = run.types.find_in("System.Collections.Generic", "Comparer", 1);
  return run.make<ComparisonComparer>(run.types.construct(*open, self->type->arguments.first(1)));
}
Slot get_item(Run& run, SortedDictionary* self, Slot key) {
  Slot value{};
  if (!find(run, self, key, value) && !run.failed()) return raise_key_not_found(run, key_type(*self), key);
  return value;
}
void set_item(Run& run, SortedDictionary* self, Slot key, Slot value) { put(run, *self, key, value, true); }
void add(Run& run, SortedDictionary* self, Slot key, Slot value) { put(run, *self, key, value, false); }
bool try_get_value(Run& run, SortedDictionary* self, Slot key, Slot* value) {
  Slot found{};
  const bool has = find(run, self, key, found);
  *value = has ? found : run.zero(value_type(*self));
  return has;
}
bool contains_key(Run& run, SortedDictionary* self, Slot key) {
  Slot found{};
  return find(run, self, key, found);
}
bool contains_value(Run& run, SortedDictionary* self, Slot value) {
  for (std::uint32_t i = 0; i < self->items.count && run.spend(1); ++i) {
    if (equals(run, value_type(*self), self->items.values[i], value)) return true;
    if (run.failed()) break;
  }
  return false;
}
bool remove_key(Run& run, SortedDictionary* self, Slot key) { return remove(run, self, key); }
void clear_all(SortedDictionary* self) { self->items.clear(); }

constexpr auto kMembers = extra({
    constructor<&make_empty>("new SortedDictionary()").with(kNoRaise),
    constructor<&make_with_comparer>("new SortedDictionary(IComparer<TKey> comparer)").with(kNoRaise),
    constructor<&copy_of>("new SortedDictionary(IDictionary<TKey, TValue> dictionary)"),
    constructor<&copy_with_comparer>(
        "new SortedDictionary(IDictionary<TKey, TValue> dictionary, IComparer<TKey> comparer)"),
    property<&get_count>("int Count { get; }").with(kNoRaise),
    property<&get_comparer>("IComparer<TKey> Comparer { get; }").with(kNoRaise),
    property<&keys>("SortedKeyCollection<TKey, TValue> Keys { get; }").with(kNoRaise),
    property<&values>("SortedValueCollection<TKey, TValue> Values { get; }").with(kNoRaise),
    indexer<&get_item, &set_item>("TValue this[TKey key] { get; set; }"),
    method<&add>("void Add(TKey key, TValue value)"),
    method<&try_get_value>("bool TryGetValue(TKey key, out TValue value)"),
    method<&contains_key>("bool ContainsKey(TKey key)"),
    method<&contains_value>("bool ContainsValue(TValue value)"),
    method<&remove_key>("bool Remove(TKey key)"),
    method<&clear_all>("void Clear()").with(kNoRaise),
    method<&copy_to>("void CopyTo(KeyValuePair<TKey, TValue>[] array, int index)"),
    method<&get_enumerator<&enumerate_pairs>>("IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()").with(kNoRaise),
});

constexpr auto kKeyMembers = extra({
    property<&view_count>("int Count { get; }").with(kNoRaise),
    method<&copy_to>("void CopyTo(TKey[] array, int index)"),
    method<&get_enumerator<&enumerate_keys>>("IEnumerator<TKey> GetEnumerator()").with(kNoRaise),
});
constexpr auto kValueMembers = extra({
    property<&view_count>("int Count { get; }").with(kNoRaise),
    method<&copy_to>("void CopyTo(TValue[] array, int index)"),
    method<&get_enumerator<&enumerate_values>>("IEnumerator<TValue> GetEnumerator()").with(kNoRaise),
});

}  // namespace

const TypeDefinition kSortedDictionary2Definition{
    .declaration =
        "class System.Collections.Generic.SortedDictionary<TKey, TValue> : IDictionary<TKey, TValue>, "
        "IReadOnlyDictionary<TKey, TValue>",
    .members = kMembers,
    .operations = &kOperations};
// Nested in SortedDictionary<TKey, TValue> in .NET; the tables know no nested types, and nobody writes their names.
const TypeDefinition kSortedKeyCollectionDefinition{
    .declaration =
        "sealed class System.Collections.Generic.SortedKeyCollection<TKey, TValue> : ICollection<TKey>, "
        "IReadOnlyCollection<TKey>",
    .members = kKeyMembers,
    .operations = &kKeyOperations};
const TypeDefinition kSortedValueCollectionDefinition{
    .declaration =
        "sealed class System.Collections.Generic.SortedValueCollection<TKey, TValue> : ICollection<TValue>, "
        "IReadOnlyCollection<TValue>",
    .members = kValueMembers,
    .operations = &kValueOperations};

}  // namespace portcullis
