// Newtonsoft.Json.Linq.JProperty
#include "engine/dotnet/jtoken.h"
#include "engine/json/json.h"

namespace portcullis {

extern const TypeDefinition kJPropertyDefinition;

namespace {

// Several contents, or one that is expanded, make an array.
JProperty* make(Run& run, String* name, Object* content) {
  if (name == nullptr) return run.raise_null("name");
  JToken* value = nullptr;
  if (is_multi_content(content)) {
    JArray* items = make_jarray(run);
    if (!add_content(run, *items, 0, content)) return nullptr;
    value = items;
  } else {
    value = token_from_content(run, content);
    if (run.failed()) return nullptr;
  }
  JProperty* made = make_jproperty(run, name->view(), value);
  return run.failed() ? nullptr : made;
}

JProperty* make_of_all(Run& run, String* name, Array* content) { return make(run, name, content); }

JProperty* copy(Run& run, JProperty* other) {
  if (other == nullptr) return run.raise_null("other");
  return static_cast<JProperty*>(deep_clone(run, other));
}

String* name(Run& run, JProperty* self) { return run.view(self->name()); }
JToken* value(JProperty* self) { return self->value; }
void set_value(Run& run, JProperty* self, JToken* value) { set_property_value(run, *self, value); }

constexpr Member kMembers[] = {
    constructor<&copy>("new JProperty(JProperty other)"),
    constructor<&make_of_all>("new JProperty(string name, params object[] content)"),
    constructor<&make>("new JProperty(string name, object content)"),
    property<&name>("string Name { get; }").with(kNoRaise),
    property<&value, &set_value>("JToken Value { get; set; }"),
};

}  // namespace

const TypeDefinition kJPropertyDefinition{
    .declaration = "class Newtonsoft.Json.Linq.JProperty : JContainer", .members = kMembers, .operations = &kTokenOperations};

}  // namespace portcullis
