// IDictionary<,>, IReadOnlyDictionary<,> and the extension methods for them. Calls go to the object's DictionaryAccess;
// `context.Variables["x"]` and headers with a literal name go straight to their place.
#include "engine/dotnet/dictionary.h"
#include "engine/dotnet/sequence.h"
#include "engine/exchange/members.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kIDictionaryDefinition;
extern const TypeDefinition kIDictionary2Definition;
extern const TypeDefinition kIReadOnlyDictionary2Definition;
extern const TypeDefinition kCollectionExtensionsDefinition;

namespace {

const Type& key_type(const CallSite& site) { return *site.declaring->arguments[0]; }
const Type& value_type(const CallSite& site) { return *site.declaring->arguments[1]; }

const DictionaryAccess* access_of(Run& run, const Object* self) {
  const DictionaryAccess* access = dictionary_access(*self->type);
  return access != nullptr ? access : run.raise(Known::kNotSupportedException, "The object is no dictionary.");
}

// By the static types: a variable's index for <string, object>, a HeaderName for <string, string[]>.
const void* prepare_key(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  if (preparation.site() == nullptr || preparation.site()->declaring == nullptr) return nullptr;
  const std::span<const Type* const> types = preparation.site()->declaring->arguments;
  if (types.size() != 2 || !types[0]->is(Known::kString)) return nullptr;
  if (types[1]->is(Known::kObject)) return prepare_variable(preparation, arguments);
  if (types[1]->kind == TypeKind::kArray && types[1]->element->is(Known::kString)) {
    return prepare_header_name(preparation, arguments);
  }
  return nullptr;
}

bool find_prepared(Run& run, Object* self, Slot key, const CallSite& site, Slot& value) {
  if (self->type->is(Known::kVariableDictionary)) {
    const Variables::Entry* entry = static_cast<const Variables*>(self)->at(*static_cast<const std::uint32_t*>(site.prepared));
    if (entry != nullptr) value = Slot::of_object(entry->value);
    return entry != nullptr;
  }
  if (self->type->is(Known::kHeaderDictionary)) {
    const auto& list = *static_cast<const HeaderList*>(static_cast<const ViewDictionary*>(self)->source);
    const auto& name = *static_cast<const HeaderName*>(site.prepared);
    const HeaderView* first = list.find(name);
    if (first != nullptr) value = Slot::of_object(header_values(run, list, name, first));
    return first != nullptr;
  }
  const DictionaryAccess* access = access_of(run, self);
  return access != nullptr && access->find(run, self, key, value);
}

bool find(Run& run, Object* self, Slot key, const CallSite& site, Slot& value) {
  if (site.prepared != nullptr) return find_prepared(run, self, key, site, value);
  const DictionaryAccess* access = access_of(run, self);
  return access != nullptr && access->find(run, self, key, value);
}

Slot get_item(Run& run, Object* self, Slot key, const CallSite& site) {
  Slot value{};
  if (!find(run, self, key, site, value) && !run.failed()) return raise_key_not_found(run, key_type(site), key);
  return value;
}

bool contains_key(Run& run, Object* self, Slot key, const CallSite& site) {
  Slot value{};
  return find(run, self, key, site, value);
}

bool try_get_value(Run& run, Object* self, Slot key, Slot* value, const CallSite& site) {
  Slot found{};
  const bool has = find(run, self, key, site, found);
  *value = has ? found : run.zero(value_type(site));
  return has;
}

Object* keys(Run& run, Object* self) {
  const DictionaryAccess* access = access_of(run, self);
  return access != nullptr ? access->keys(run, self) : nullptr;
}
Object* values(Run& run, Object* self) {
  const DictionaryAccess* access = access_of(run, self);
  return access != nullptr ? access->values(run, self) : nullptr;
}

const DictionaryAccess* writable(Run& run, const Object* self) {
  const DictionaryAccess* access = access_of(run, self);
  if (access == nullptr || access->set != nullptr) return access;
  return run.raise(Known::kNotSupportedException, "Collection is read-only.");
}

void set_item(Run& run, Object* self, Slot key, Slot value) {
  const DictionaryAccess* access = writable(run, self);
  if (access != nullptr) access->set(run, self, key, value, true);
}
void add(Run& run, Object* self, Slot key, Slot value) {
  const DictionaryAccess* access = writable(run, self);
  if (access != nullptr) access->set(run, self, key, value, false);
}
bool remove(Run& run, Object* self, Slot key) {
  const DictionaryAccess* access = writable(run, self);
  return access != nullptr && access->remove(run, self, key);
}

// ---- the old IDictionary: only Dictionary<object, object> is seen as one -------------------------------------------------

Object* get_object(Run& run, Object* self, Object* key) {
  Slot value{};
  return access_of(run, self)->find(run, self, Slot::of_object(key), value) ? value.object : nullptr;
}
void set_object(Run& run, Object* self, Object* key, Object* value) { set_item(run, self, Slot::of_object(key), Slot::of_object(value)); }
void add_object(Run& run, Object* self, Object* key, Object* value) { add(run, self, Slot::of_object(key), Slot::of_object(value)); }
bool contains_object(Run& run, Object* self, Object* key) {
  Slot value{};
  return access_of(run, self)->find(run, self, Slot::of_object(key), value);
}
void remove_object(Run& run, Object* self, Object* key) { remove(run, self, Slot::of_object(key)); }
void clear_objects(Run& run, Object* self) { access_of(run, self)->clear(run, self); }

// ---- extension methods -------------------------------------------------------------------------------------------------

bool find_in(Run& run, Object* dictionary, Slot key, Slot& value) {
  if (dictionary == nullptr) return run.raise_null("dictionary");
  const DictionaryAccess* access = access_of(run, dictionary);
  return access != nullptr && access->find(run, dictionary, key, value);
}

Slot get_value_or(Run& run, Object* dictionary, Slot key, Slot fallback) {
  Slot value{};
  return find_in(run, dictionary, key, value) ? value : fallback;
}
Slot get_value_or_default(Run& run, Object* dictionary, Slot key, const CallSite& site) {
  return get_value_or(run, dictionary, key, run.zero(*site.type_arguments[1]));
}
bool try_add(Run& run, Object* dictionary, Slot key, Slot value) {
  Slot present{};
  if (find_in(run, dictionary, key, present) || run.failed()) return false;
  add(run, dictionary, key, value);
  return !run.failed();
}
bool remove_taking(Run& run, Object* dictionary, Slot key, Slot* value, const CallSite& site) {
  Slot found{};
  const bool has = find_in(run, dictionary, key, found);
  *value = has ? found : run.zero(*site.type_arguments[1]);
  return has && remove(run, dictionary, key);
}

constexpr Member kIReadOnlyDictionaryMembers[] = {
    indexer<&get_item>("TValue this[TKey key] { get; }").prepared_by(&prepare_key),
    property<&keys>("IEnumerable<TKey> Keys { get; }"),
    property<&values>("IEnumerable<TValue> Values { get; }"),
    method<&contains_key>("bool ContainsKey(TKey key)").prepared_by(&prepare_key),
    method<&try_get_value>("bool TryGetValue(TKey key, out TValue value)").prepared_by(&prepare_key),
};
constexpr Member kIDictionaryMembers[] = {
    indexer<&get_item, &set_item>("TValue this[TKey key] { get; set; }"),
    property<&keys>("ICollection<TKey> Keys { get; }"),
    property<&values>("ICollection<TValue> Values { get; }"),
    method<&contains_key>("bool ContainsKey(TKey key)"),
    method<&try_get_value>("bool TryGetValue(TKey key, out TValue value)"),
    method<&add>("void Add(TKey key, TValue value)"),
    method<&remove>("bool Remove(TKey key)"),
};
constexpr Member kOldMembers[] = {
    indexer<&get_object, &set_object>("object this[object key] { get; set; }"),
    property<&keys>("ICollection Keys { get; }"),
    property<&values>("ICollection Values { get; }"),
    method<&contains_object>("bool Contains(object key)"),
    method<&add_object>("void Add(object key, object value)"),
    method<&remove_object>("void Remove(object key)"),
    method<&clear_objects>("void Clear()"),
};
constexpr Member kExtensions[] = {
    method<&get_value_or_default>(
        "static TValue GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key)"),
    method<&get_value_or>(
        "static TValue GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key, TValue "
        "defaultValue)"),
    method<&try_add>("static bool TryAdd<TKey, TValue>(this IDictionary<TKey, TValue> dictionary, TKey key, TValue value)"),
    method<&remove_taking>(
        "static bool Remove<TKey, TValue>(this IDictionary<TKey, TValue> dictionary, TKey key, out TValue value)"),
};

}  // namespace

const TypeDefinition kIDictionaryDefinition{.declaration = "interface System.Collections.IDictionary : ICollection",
                                            .members = kOldMembers};
const TypeDefinition kIDictionary2Definition{
    .declaration = "interface System.Collections.Generic.IDictionary<TKey, TValue> : ICollection<KeyValuePair<TKey, TValue>>",
    .members = kIDictionaryMembers};
const TypeDefinition kIReadOnlyDictionary2Definition{
    .declaration =
        "interface System.Collections.Generic.IReadOnlyDictionary<TKey, TValue> : IReadOnlyCollection<KeyValuePair<TKey, TValue>>",
    .members = kIReadOnlyDictionaryMembers};
const TypeDefinition kCollectionExtensionsDefinition{
    .declaration = "static class System.Collections.Generic.CollectionExtensions", .members = kExtensions};

}  // namespace portcullis
