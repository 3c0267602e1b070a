// The dictionaries of the exchange: headers, query, matched parameters, variables; and the extension methods GetValueOrDefault
// that read them. Their interface members (indexer, ContainsKey, …) are those of IReadOnlyDictionary, by DictionaryAccess.
#include "base/text.h"
#include "engine/exchange/members.h"

namespace portcullis {

extern const TypeDefinition kHeaderDictionaryDefinition;
extern const TypeDefinition kQueryDictionaryDefinition;
extern const TypeDefinition kParameterDictionaryDefinition;
extern const TypeDefinition kVariableDictionaryDefinition;
extern const TypeDefinition kContextExtensionsDefinition;

ViewDictionary* make_dictionary(Run& run, Known which, void* source) {
  auto* made = run.make<ViewDictionary>(which);
  made->source = source;
  return made;
}

const Type& pair_type(const Type& dictionary) {
  for (const Type* implemented : dictionary.interfaces) {
    if (implemented->is(Known::kIEnumerable1)) return *implemented->arguments[0];
    const Type& inner = pair_type(*implemented);
    if (&inner != implemented) return inner;
  }
  return dictionary;
}

Array* string_array(Run& run, std::span<String* const> items) {
  Array* array = run.array(run.types.string_array(), items.size());
  if (array == nullptr) return nullptr;
  for (std::size_t i = 0; i < items.size(); ++i) array->items[i] = Slot::of_object(items[i]);
  return array;
}

Array* header_values(Run& run, const HeaderList& list, const HeaderName& name, const HeaderView* first) {
  const HeaderView* second = list.find_next(name, first);
  std::size_t count = 1;
  for (const HeaderView* line = second; line != nullptr; line = list.find_next(name, line)) ++count;
  Array* array = run.array(run.types.string_array(), count);
  if (array == nullptr) return nullptr;
  array->items[0] = Slot::of_object(run.view(first->value));
  std::size_t at = 1;
  for (const HeaderView* line = second; line != nullptr; line = list.find_next(name, line)) array->items[at++] = Slot::of_object(run.view(line->value));
  return array;
}

// The literal name.
const void* prepare_header_name(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  if (arguments.size() < 2 || arguments[1].type == nullptr || arguments[1].value.object == nullptr) return nullptr;
  if (!arguments[1].type->is(Known::kString)) return nullptr;
  return preparation.arena().make<HeaderName>(static_cast<const String*>(arguments[1].value.object)->view());
}

// "\0" never matches a name: prepared positions are biased by one so that null means "not prepared".
const void* prepare_variable(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  if (arguments.size() < 2 || arguments[1].type == nullptr || arguments[1].value.object == nullptr) return nullptr;
  if (!arguments[1].type->is(Known::kString)) return nullptr;
  const std::uint32_t index = preparation.variable(static_cast<const String*>(arguments[1].value.object)->view());
  if (index == Preparation::kNoVariable) return nullptr;
  return preparation.arena().make<std::uint32_t>(index);
}

namespace {

// All of one kind: name and value of the entry at an index, by a snapshot taken at enumeration.
struct Snapshot : Object {
  std::uint32_t count;
  String** names;
  Slot* values;
};

struct SnapshotEnumerator : Enumerator {
  const Snapshot* entries;
  std::uint32_t at;
  const Type* pair;
};

bool next_pair(Run& run, Enumerator* enumerator) {
  auto& self = *static_cast<SnapshotEnumerator*>(enumerator);
  if (self.at == self.entries->count || !run.spend(1)) return false;
  const Slot key = Slot::of_object(self.entries->names[self.at]);
  self.current = Slot::of_object(run.record(*self.pair, {key, self.entries->values[self.at]}));
  ++self.at;
  return true;
}

Enumerator* enumerate_pairs(Run& run, const Snapshot& entries, const Type& dictionary) {
  auto* enumerator = run.arena.make<SnapshotEnumerator>();
  enumerator->type = &run.type(Known::kObject);
  enumerator->next = &next_pair;
  enumerator->entries = &entries;
  enumerator->pair = &pair_type(dictionary);
  return enumerator;
}

Object* keys_of(Run& run, const Snapshot& entries) { return string_array(run, {entries.names, entries.count}); }
Object* values_of(Run& run, const Snapshot& entries) {
  Array* array = run.array(run.types.object_array(), entries.count);
  if (array == nullptr) return nullptr;
  for (std::uint32_t i = 0; i < entries.count; ++i) array->items[i] = entries.values[i];
  return array;
}

Snapshot& new_snapshot(Run& run, std::size_t capacity) {
  auto* entries = run.arena.make<Snapshot>();
  entries->names = run.arena.array<String*>(capacity).data();
  entries->values = run.arena.array<Slot>(capacity).data();
  return *entries;
}

bool key_is_null(Run& run, Slot key) {
  if (key.object != nullptr) return false;
  run.raise_null("key");
  return true;
}

std::string_view key_text(Slot key) { return static_cast<const String*>(key.object)->view(); }

// ---- headers ------------------------------------------------------------------------------------------------------------

const HeaderList& headers(const Object* self) { return *static_cast<const HeaderList*>(static_cast<const ViewDictionary*>(self)->source); }

bool find_header(Run& run, Object* self, Slot key, Slot& value) {
  if (key_is_null(run, key)) return false;
  const HeaderName name(key_text(key));
  const HeaderView* first = headers(self).find(name);
  if (first == nullptr) return false;
  value = Slot::of_object(header_values(run, headers(self), name, first));
  return true;
}

// Names once each, in order of first appearance.
Snapshot& header_snapshot(Run& run, Object* self) {
  const HeaderList& list = headers(self);
  Snapshot& entries = new_snapshot(run, list.size());
  list.for_each([&](const HeaderView& line) {
    for (std::uint32_t i = 0; i < entries.count; ++i) {
      if (equals_ignoring_ascii_case(entries.names[i]->view(), line.name)) return;
    }
    const HeaderName name(line.name);
    entries.names[entries.count] = run.view(line.name);
    entries.values[entries.count] = Slot::of_object(header_values(run, list, name, &line));
    ++entries.count;
  });
  return entries;
}

// ---- query --------------------------------------------------------------------------------------------------------------

const QueryParameters& query(Run& run, const Object* self) {
  return query_parameters(*static_cast<Url*>(static_cast<const ViewDictionary*>(self)->source), run.arena);
}

Array* query_values(Run& run, const QueryParameters& parameters, std::string_view name) {
  std::size_t count = 0;
  for (const QueryParameter& item : parameters.items) count += equals_ignoring_ascii_case(item.name, name) ? 1 : 0;
  if (count == 0) return nullptr;
  Array* array = run.array(run.types.string_array(), count);
  if (array == nullptr) return nullptr;
  std::size_t at = 0;
  for (const QueryParameter& item : parameters.items) {
    if (equals_ignoring_ascii_case(item.name, name)) array->items[at++] = Slot::of_object(run.view(item.value));
  }
  return array;
}

bool find_query(Run& run, Object* self, Slot key, Slot& value) {
  if (key_is_null(run, key)) return false;
  Array* values = query_values(run, query(run, self), key_text(key));
  value = Slot::of_object(values);
  return values != nullptr;
}

Snapshot& query_snapshot(Run& run, Object* self) {
  const QueryParameters& parameters = query(run, self);
  Snapshot& entries = new_snapshot(run, parameters.items.size());
  for (const QueryParameter& item : parameters.items) {
    bool seen = false;
    for (std::uint32_t i = 0; i < entries.count; ++i) seen = seen || equals_ignoring_ascii_case(entries.names[i]->view(), item.name);
    if (seen) continue;
    entries.names[entries.count] = run.view(item.name);
    entries.values[entries.count] = Slot::of_object(query_values(run, parameters, item.name));
    ++entries.count;
  }
  return entries;
}

// ---- matched parameters -------------------------------------------------------------------------------------------------

std::span<const ParameterView> parameters(const Object* self) {
  return *static_cast<const std::span<const ParameterView>*>(static_cast<const ViewDictionary*>(self)->source);
}

const ParameterView* find_parameter(std::span<const ParameterView> items, std::string_view name) {
  for (const ParameterView& item : items) {
    if (equals_ignoring_ascii_case(item.name, name)) return &item;
  }
  return nullptr;
}

bool find_matched(Run& run, Object* self, Slot key, Slot& value) {
  if (key_is_null(run, key)) return false;
  const ParameterView* found = find_parameter(parameters(self), key_text(key));
  if (found == nullptr) return false;
  value = Slot::of_object(run.view(found->value));
  return true;
}

Snapshot& matched_snapshot(Run& run, Object* self) {
  Snapshot& entries = new_snapshot(run, parameters(self).size());
  for (const ParameterView& item : parameters(self)) {
    entries.names[entries.count] = run.view(item.name);
    entries.values[entries.count] = Slot::of_object(run.view(item.value));
    ++entries.count;
  }
  return entries;
}

// ---- variables ----------------------------------------------------------------------------------------------------------

bool find_variable(Run& run, Object* self, Slot key, Slot& value) {
  if (key_is_null(run, key)) return false;
  const Variables::Entry* entry = static_cast<const Variables*>(self)->find(key_text(key));
  if (entry == nullptr) return false;
  value = Slot::of_object(entry->value);
  return true;
}

Snapshot& variable_snapshot(Run& run, Object* self) {
  const auto& variables = *static_cast<const Variables*>(self);
  Snapshot& entries = new_snapshot(run, variables.order_size);
  for (std::uint32_t i = 0; i < variables.order_size; ++i) {
    const std::uint32_t index = variables.order[i];
    const Variables::Entry& entry = index < variables.slots.size() ? variables.slots[index] : variables.others[index - variables.slots.size()];
    entries.names[entries.count] = run.view(entry.name);
    entries.values[entries.count] = Slot::of_object(entry.value);
    ++entries.count;
  }
  return entries;
}

// ---- access -------------------------------------------------------------------------------------------------------------

using MakeSnapshot = Snapshot& (*)(Run&, Object*);

template <MakeSnapshot kMake>
Enumerator* enumerate_view(Run& run, Object* self) {
  return enumerate_pairs(run, kMake(run, self), *self->type);
}
template <MakeSnapshot kMake>
std::int64_t count_view(Run& run, Object* self) {
  return kMake(run, self).count;
}
template <MakeSnapshot kMake>
Object* view_keys(Run& run, Object* self) {
  return keys_of(run, kMake(run, self));
}
template <MakeSnapshot kMake>
Object* view_values(Run& run, Object* self) {
  return values_of(run, kMake(run, self));
}

template <MakeSnapshot kMake, auto kFind>
constexpr DictionaryAccess kAccess{.find = kFind, .count = &count_view<kMake>, .keys = &view_keys<kMake>, .values = &view_values<kMake>};
template <MakeSnapshot kMake, auto kFind>
constexpr TypeOperations kOperations{.enumerate = &enumerate_view<kMake>, .count = &count_view<kMake>, .dictionary = &kAccess<kMake, kFind>};

// ---- GetValueOrDefault ----------------------------------------------------------------------------------------------------

// Several lines of one header, or several parameters of one name, joined with commas. source: context.md#5
String* joined_values(Run& run, Object* source, String* name, String* fallback, const CallSite& site) {
  if (source == nullptr) return run.raise_null("dictionary");
  if (name == nullptr) return run.raise_null("key");
  if (source->type->is(Known::kHeaderDictionary)) {
    const auto* prepared = static_cast<const HeaderName*>(site.prepared);
    const std::string_view value = prepared != nullptr ? headers(source).joined(*prepared, run.arena)
                                                       : headers(source).joined(HeaderName(name->view()), run.arena);
    return value.data() == nullptr ? fallback : run.view(value);
  }
  Slot found{};
  const DictionaryAccess* access = source->type->operations == nullptr ? nullptr : source->type->operations->dictionary;
  if (access == nullptr) return run.raise(Known::kNotSupportedException, "GetValueOrDefault needs a dictionary.");
  if (!access->find(run, source, Slot::of_object(name), found)) return run.failed() ? nullptr : fallback;
  const auto* values = static_cast<const Array*>(found.object);
  if (values == nullptr) return fallback;
  String* text = nullptr;
  for (std::uint32_t i = 0; i < values->length; ++i) {
    auto* item = static_cast<String*>(values->items[i].object);
    text = i == 0 ? (item == nullptr ? run.empty_string() : item) : run.concat(run.concat(text, run.view(",")), item);
  }
  return text == nullptr ? run.empty_string() : text;
}
String* joined_values_or_null(Run& run, Object* source, String* name, const CallSite& site) { return joined_values(run, source, name, nullptr, site); }

String* text_value(Run& run, Object* source, String* name, String* fallback) {
  if (source == nullptr) return run.raise_null("dictionary");
  Slot found{};
  if (!source->type->operations->dictionary->find(run, source, Slot::of_object(name), found)) return run.failed() ? nullptr : fallback;
  return static_cast<String*>(found.object);
}
String* text_value_or_null(Run& run, Object* source, String* name) { return text_value(run, source, name, nullptr); }

// `absent` tells a missing variable from a null one.
Object* variable_value(Run& run, Object* source, String* name, const CallSite& site, bool& absent) {
  absent = true;
  if (source == nullptr) return run.raise_null("dictionary");
  if (source->type->is(Known::kVariableDictionary)) {
    const auto& variables = *static_cast<const Variables*>(source);
    if (name == nullptr) return run.raise_null("key");
    const Variables::Entry* entry = site.prepared != nullptr ? variables.at(*static_cast<const std::uint32_t*>(site.prepared)) : variables.find(name->view());
    if (entry == nullptr) return nullptr;
    absent = false;
    return entry->value;
  }
  Slot found{};
  absent = !source->type->operations->dictionary->find(run, source, Slot::of_object(name), found);
  return absent ? nullptr : found.object;
}

Object* object_value(Run& run, Object* source, String* name, const CallSite& site) {
  bool absent = false;
  return variable_value(run, source, name, site, absent);
}

// The generic forms cast. A present null gives null, or the default where T cannot be null. source: context.md#5
Slot typed_value(Run& run, Object* source, String* name, Slot fallback, const CallSite& site) {
  bool absent = false;
  Object* value = variable_value(run, source, name, site, absent);
  if (run.failed()) return {};
  const Type& wanted = *site.type_arguments[0];
  if (absent) return fallback;
  if (value == nullptr) return accepts_null(wanted) ? Slot{} : fallback;
  return unbox(run, value, wanted);
}
Slot typed_value_or_default(Run& run, Object* source, String* name, const CallSite& site) {
  return typed_value(run, source, name, run.zero(*site.type_arguments[0]), site);
}

constexpr Member kExtensions[] = {
    method<&joined_values_or_null>("static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> dictionary, string key)").prepared_by(&prepare_header_name),
    method<&joined_values>("static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> dictionary, string key, string defaultValue)").prepared_by(&prepare_header_name),
    method<&text_value_or_null>("static string GetValueOrDefault(this IReadOnlyDictionary<string, string> dictionary, string key)"),
    method<&text_value>("static string GetValueOrDefault(this IReadOnlyDictionary<string, string> dictionary, string key, string defaultValue)"),
    method<&object_value>("static object GetValueOrDefault(this IReadOnlyDictionary<string, object> dictionary, string key)").prepared_by(&prepare_variable),
    method<&typed_value_or_default>("static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> dictionary, string key)").prepared_by(&prepare_variable),
    method<&typed_value>("static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> dictionary, string key, T defaultValue)").prepared_by(&prepare_variable),
};

}  // namespace

const TypeDefinition kHeaderDictionaryDefinition{
    .declaration = "sealed class Microsoft.Azure.ApiManagement.HeaderDictionary : IReadOnlyDictionary<string, string[]>",
    .operations = &kOperations<&header_snapshot, &find_header>};
const TypeDefinition kQueryDictionaryDefinition{
    .declaration = "sealed class Microsoft.Azure.ApiManagement.QueryDictionary : IReadOnlyDictionary<string, string[]>",
    .operations = &kOperations<&query_snapshot, &find_query>};
const TypeDefinition kParameterDictionaryDefinition{
    .declaration = "sealed class Microsoft.Azure.ApiManagement.ParameterDictionary : IReadOnlyDictionary<string, string>",
    .operations = &kOperations<&matched_snapshot, &find_matched>};
const TypeDefinition kVariableDictionaryDefinition{
    .declaration = "sealed class Microsoft.Azure.ApiManagement.VariableDictionary : IReadOnlyDictionary<string, object>",
    .operations = &kOperations<&variable_snapshot, &find_variable>};
const TypeDefinition kContextExtensionsDefinition{
    .declaration = "static class Microsoft.Azure.ApiManagement.ContextExtensions", .members = kExtensions};

}  // namespace portcullis
