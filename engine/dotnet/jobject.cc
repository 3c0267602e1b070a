// Newtonsoft.Json.Linq.JObject
#include "base/text.h"
#include "engine/dotnet/jsettings.h"
#include "engine/dotnet/jtoken.h"
#include "engine/json/json.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kJObjectDefinition;

namespace {

JObject* make(Run& run) { return make_jobject(run); }

JObject* make_with(Run& run, Object* content) {
  JObject* made = make_jobject(run);
  add_content(run, *made, 0, content);
  return made;
}

JObject* make_with_all(Run& run, Array* content) {
  JObject* made = make_jobject(run);
  if (content == nullptr) return run.raise_null("content");
  add_content(run, *made, 0, content);
  return made;
}

JObject* copy(Run& run, JObject* other) {
  if (other == nullptr) return run.raise_null("other");
  return static_cast<JObject*>(deep_clone(run, other));
}

// ---- members by name -----------------------------------------------------------------------------------------------------

JToken* item(Run& run, JObject* self, String* name) {
  if (name == nullptr) return run.raise_null("propertyName");
  return find(*self, name->view());
}

void set_item_named(Run& run, JObject* self, String* name, JToken* value) {
  if (name == nullptr) {
    run.raise_null("name");
    return;
  }
  set_member(run, *self, name->view(), value);
}

void add_named(Run& run, JObject* self, String* name, JToken* value) {
  if (name == nullptr) {
    run.raise_null("name");
    return;
  }
  JProperty* property = make_jproperty(run, name->view(), value);
  if (!run.failed()) insert_item(run, *self, self->count, property);
}

bool try_add(Run& run, JObject* self, String* name, JToken* value) {
  if (name == nullptr) return run.raise_null("name");
  if (find_property(*self, name->view()) != nullptr) return false;
  add_named(run, self, name, value);
  return !run.failed();
}

JProperty* property_named(JObject* self, String* name) { return name == nullptr ? nullptr : find_property(*self, name->view()); }

// Even numbers of StringComparison look at case.
JProperty* property_comparing(JObject* self, String* name, std::int32_t comparison) {
  if (name == nullptr) return nullptr;
  JProperty* same = find_property(*self, name->view());
  if (same != nullptr || comparison % 2 == 0) return same;
  return find_property_ignoring_case(*self, name->view());
}

JToken* get_value(JObject* self, String* name) {
  const JProperty* property = property_named(self, name);
  return property == nullptr ? nullptr : property->value;
}

JToken* get_value_comparing(JObject* self, String* name, std::int32_t comparison) {
  const JProperty* property = property_comparing(self, name, comparison);
  return property == nullptr ? nullptr : property->value;
}

bool try_get_value(JObject* self, String* name, Slot* value) {
  JToken* found = get_value(self, name);
  *value = Slot::of_object(found);
  return found != nullptr;
}

bool try_get_value_comparing(JObject* self, String* name, std::int32_t comparison, Slot* value) {
  JToken* found = get_value_comparing(self, name, comparison);
  *value = Slot::of_object(found);
  return found != nullptr;
}

bool contains_key(Run& run, JObject* self, String* name) {
  if (name == nullptr) return run.raise_null("propertyName");
  return find_property(*self, name->view()) != nullptr;
}

bool remove(Run& run, JObject* self, String* name) {
  if (name == nullptr) return false;
  return remove_member(run, *self, name->view());
}

// ---- walking -------------------------------------------------------------------------------------------------------------

bool to_value(Run&, const Type&, JToken* token, Slot& out) {
  out = Slot::of_object(static_cast<JProperty*>(token)->value);
  return true;
}

JSequence* properties(Run& run, JObject* self, const CallSite& site) { return make_item_sequence(run, *site.result, self, nullptr); }
JSequence* property_values(Run& run, JObject* self, const CallSite& site) { return make_item_sequence(run, *site.result, self, &to_value); }

bool to_pair(Run& run, const Type& pair, JToken* token, Slot& out) {
  const auto* property = static_cast<const JProperty*>(token);
  out = Slot::of_object(run.record(pair, {Slot::of_object(run.view(property->name())), Slot::of_object(property->value)}));
  return true;
}

Enumerator* get_enumerator(Run& run, JObject* self, const CallSite& site) {
  return enumerate_items(run, self, *site.result, *site.result->arguments[0], &to_pair);
}

// ---- from text and objects -----------------------------------------------------------------------------------------------

JToken* parse(Run& run, String* json) {
  if (json == nullptr) return run.raise_null("s");
  return parse_json(run, json->view(), {.root = JsonRoot::kObject});
}

JToken* parse_with(Run& run, String* json, JLoadSettings* settings) {
  if (settings == nullptr) return parse(run, json);
  if (json == nullptr) return run.raise_null("s");
  return parse_json(run, json->view(), settings->options(JsonRoot::kObject));
}

JToken* from_object(Run& run, Object* value) {
  if (value == nullptr) return run.raise_null("o");
  JToken* made = token_from_object(run, value);
  if (made == nullptr || made->kind == JTokenType::kObject) return made;
  return run.raise(Known::kArgumentException, joined("Object serialized to ", name_of(made->kind), ". JObject instance expected."));
}

constexpr Member kMembers[] = {
    constructor<&make>("new JObject()").with(kNoRaise),
    constructor<&copy>("new JObject(JObject other)"),
    constructor<&make_with_all>("new JObject(params object[] content)"),
    constructor<&make_with>("new JObject(object content)"),
    indexer<&item, &set_item_named>("JToken this[string propertyName] { get; set; }"),
    method<&add_named>("void Add(string propertyName, JToken value)"),
    method<&try_add>("bool TryAdd(string propertyName, JToken value)"),
    method<&property_named>("JProperty Property(string name)").with(kNoRaise),
    method<&property_comparing>("JProperty Property(string name, StringComparison comparison)").with(kNoRaise),
    method<&properties>("IEnumerable<JProperty> Properties()"),
    method<&property_values>("JEnumerable<JToken> PropertyValues()"),
    method<&get_value>("JToken GetValue(string propertyName)").with(kNoRaise),
    method<&get_value_comparing>("JToken GetValue(string propertyName, StringComparison comparison)").with(kNoRaise),
    method<&try_get_value>("bool TryGetValue(string propertyName, out JToken value)"),
    method<&try_get_value_comparing>("bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)"),
    method<&contains_key>("bool ContainsKey(string propertyName)"),
    method<&remove>("bool Remove(string propertyName)"),
    method<&get_enumerator>("IEnumerator<KeyValuePair<string, JToken>> GetEnumerator()"),
    method<&parse>("static JObject Parse(string json)"),
    method<&parse_with>("static JObject Parse(string json, JsonLoadSettings settings)"),
    method<&from_object>("static JObject FromObject(object o)"),
};

}  // namespace

const TypeDefinition kJObjectDefinition{
    .declaration = "class Newtonsoft.Json.Linq.JObject : JContainer, IDictionary<string, JToken>, IEnumerable<KeyValuePair<string, JToken>>",
    .members = kMembers,
    .operations = &kTokenOperations};

}  // namespace portcullis
