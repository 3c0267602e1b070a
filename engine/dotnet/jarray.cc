// Newtonsoft.Json.Linq.JArray and JConstructor
#include "base/text.h"
#include "engine/dotnet/jsettings.h"
#include "engine/dotnet/jtoken.h"
#include "engine/json/json.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kJArrayDefinition;
extern const TypeDefinition kJConstructorDefinition;

namespace {

JArray* make(Run& run) { return make_jarray(run); }

JArray* make_with(Run& run, Object* content) {
  JArray* made = make_jarray(run);
  add_content(run, *made, 0, content);
  return made;
}

JArray* make_with_all(Run& run, Array* content) {
  if (content == nullptr) return run.raise_null("content");
  return make_with(run, content);
}

JArray* copy(Run& run, JArray* other) {
  if (other == nullptr) return run.raise_null("other");
  return static_cast<JArray*>(deep_clone(run, other));
}

JToken* item(Run& run, JArray* self, std::int32_t index) { return array_item(run, self, index); }
void set_item_at(Run& run, JArray* self, std::int32_t index, JToken* value) { set_array_item(run, self, index, value); }
void add(Run& run, JArray* self, JToken* value) { append_item(run, *self, value); }
void clear(Run& run, JArray* self) { clear_items(run, *self); }

void insert(Run& run, JArray* self, std::int32_t index, JToken* value) {
  if (index < 0 || static_cast<std::uint32_t>(index) > self->count) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Insertion index was out of range", "index");
    return;
  }
  insert_item(run, *self, static_cast<std::size_t>(index), value);
}

// By identity, as the list of children compares.
std::int32_t index_of(JArray* self, JToken* value) {
  if (value == nullptr || value->parent != self) return -1;
  return static_cast<std::int32_t>(index_in_parent(*value));
}

bool contains(JArray* self, JToken* value) { return index_of(self, value) >= 0; }

bool remove(Run& run, JArray* self, JToken* value) {
  const std::int32_t index = index_of(self, value);
  return index >= 0 && remove_item(run, *self, static_cast<std::size_t>(index));
}

void remove_at(Run& run, JArray* self, std::int32_t index) {
  if (index < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Index is less than 0.", "index");
  } else if (static_cast<std::uint32_t>(index) >= self->count) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Index is equal to or greater than Count.", "index");
  } else {
    remove_item(run, *self, static_cast<std::size_t>(index));
  }
}

void copy_to(Run& run, JArray* self, Array* array, std::int32_t index) {
  if (array == nullptr) {
    run.raise_null("array");
  } else if (index < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "arrayIndex is less than 0.", "arrayIndex");
  } else if (static_cast<std::uint64_t>(index) + self->count > array->length) {
    run.raise(Known::kArgumentException, "The number of elements in the source JObject is greater than the available space from arrayIndex to the end of the destination array.");
  } else {
    for (std::uint32_t i = 0; i < self->count; ++i) array->items[static_cast<std::uint32_t>(index) + i] = Slot::of_object(self->items[i]);
  }
}

bool is_read_only(JArray*) { return false; }

Enumerator* get_enumerator(Run& run, JArray* self, const CallSite& site) {
  return enumerate_items(run, self, *site.result, *site.result->arguments[0], nullptr);
}

JToken* parse(Run& run, String* json) {
  if (json == nullptr) return run.raise_null("s");
  return parse_json(run, json->view(), {.root = JsonRoot::kArray});
}

JToken* parse_with(Run& run, String* json, JLoadSettings* settings) {
  if (settings == nullptr) return parse(run, json);
  if (json == nullptr) return run.raise_null("s");
  return parse_json(run, json->view(), settings->options(JsonRoot::kArray));
}

JToken* from_object(Run& run, Object* value) {
  if (value == nullptr) return run.raise_null("o");
  JToken* made = token_from_object(run, value);
  if (made == nullptr || made->kind == JTokenType::kArray) return made;
  return run.raise(Known::kArgumentException, joined("Object serialized to ", name_of(made->kind), ". JArray instance expected."));
}

constexpr Member kArrayMembers[] = {
    constructor<&make>("new JArray()").with(kNoRaise),
    constructor<&copy>("new JArray(JArray other)"),
    constructor<&make_with_all>("new JArray(params object[] content)"),
    constructor<&make_with>("new JArray(object content)"),
    indexer<&item, &set_item_at>("JToken this[int index] { get; set; }"),
    method<&add>("void Add(JToken item)"),
    method<&clear>("void Clear()"),
    method<&insert>("void Insert(int index, JToken item)"),
    method<&index_of>("int IndexOf(JToken item)").with(kNoRaise),
    method<&contains>("bool Contains(JToken item)").with(kNoRaise),
    method<&remove>("bool Remove(JToken item)"),
    method<&remove_at>("void RemoveAt(int index)"),
    method<&copy_to>("void CopyTo(JToken[] array, int arrayIndex)"),
    property<&is_read_only>("bool IsReadOnly { get; }").with(kNoRaise),
    method<&get_enumerator>("IEnumerator<JToken> GetEnumerator()"),
    method<&parse>("static JArray Parse(string json)"),
    method<&parse_with>("static JArray Parse(string json, JsonLoadSettings settings)"),
    method<&from_object>("static JArray FromObject(object o)"),
};

// ---- JConstructor --------------------------------------------------------------------------------------------------------

bool check_name(Run& run, const String* name) {
  if (name == nullptr) {
    run.raise_null("name");
  } else if (name->size == 0) {
    run.raise_argument(Known::kArgumentException, "Constructor name cannot be empty.", "name");
  }
  return !run.failed();
}

JConstructor* make_named(Run& run, String* name) { return check_name(run, name) ? make_jconstructor(run, name->view()) : nullptr; }
JConstructor* make_named_with(Run& run, String* name, Array* content) {
  if (!check_name(run, name)) return nullptr;
  if (content == nullptr) return run.raise_null("content");
  JConstructor* made = make_jconstructor(run, name->view());
  add_content(run, *made, 0, content);
  return made;
}

String* constructor_name(Run& run, JConstructor* self) { return run.view(self->name); }
void set_constructor_name(JConstructor* self, String* name) { self->name = name == nullptr ? std::string_view{} : name->view(); }

constexpr Member kConstructorMembers[] = {
    constructor<&make_named>("new JConstructor(string name)"),
    constructor<&make_named_with>("new JConstructor(string name, params object[] content)"),
    property<&constructor_name, &set_constructor_name>("string Name { get; set; }"),
};

}  // namespace

const TypeDefinition kJArrayDefinition{
    .declaration = "class Newtonsoft.Json.Linq.JArray : JContainer, IList<JToken>", .members = kArrayMembers, .operations = &kTokenOperations};
const TypeDefinition kJConstructorDefinition{
    .declaration = "class Newtonsoft.Json.Linq.JConstructor : JContainer", .members = kConstructorMembers, .operations = &kTokenOperations};

}  // namespace portcullis
