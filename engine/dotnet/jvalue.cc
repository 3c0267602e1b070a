// Newtonsoft.Json.Linq.JValue and JRaw
#include "engine/dotnet/jtoken.h"
#include "engine/json/boxed.h"
#include "engine/json/json.h"
#include "engine/json/json_path.h"

namespace portcullis {

extern const TypeDefinition kJValueDefinition;
extern const TypeDefinition kJRawDefinition;

namespace {

JToken* copy(Run& run, JValue* other) {
  if (other == nullptr) return run.raise_null("other");
  return deep_clone(run, other);
}

JToken* of_long(Run& run, std::int64_t value) { return make_jvalue(run, value); }
JToken* of_double(Run& run, double value) { return make_jvalue(run, value); }
JToken* of_boolean(Run& run, bool value) { return make_jvalue(run, value); }
JToken* of_string(Run& run, String* value) { return make_jvalue(run, value); }
JToken* of_date(Run& run, std::int64_t value) { return make_jdate(run, value); }
JToken* of_unsigned(Run& run, std::uint64_t value) {
  return make_jboxed(run, JTokenType::kInteger, run.box_raw(run.type(Known::kUInt64), Slot::of(static_cast<std::int64_t>(value))));
}
JToken* of_single(Run& run, float value) { return make_jboxed(run, JTokenType::kFloat, run.box_raw(run.type(Known::kSingle), Slot::of_single(value))); }
JToken* of_char(Run& run, char16_t value) {
  const Slot unit = Slot::of(value);
  return make_jvalue(run, to_string(run, run.type(Known::kChar), unit));
}
JToken* of_time_span(Run& run, std::int64_t value) {
  return make_jboxed(run, JTokenType::kTimeSpan, run.box_raw(run.type(Known::kTimeSpan), Slot::of(value)));
}

// `new JValue(object)` takes no token: those have no JSON type of their own.
JToken* of_object(Run& run, Object* value) {
  if (as_token(value) != nullptr) {
    return run.raise(Known::kArgumentException, "Could not determine JSON object type for type " + full_name(*value->type) + ".");
  }
  return token_from_content(run, value);
}

Object* value(Run& run, JValue* self) { return value_object(run, self); }

void set_value(Run& run, JValue* self, Object* value) {
  // The token keeps its place; only its content changes.
  JToken* made = value == nullptr ? make_jnull(run) : of_object(run, value);
  if (made == nullptr || run.failed()) return;
  const auto* fresh = static_cast<const JValue*>(made);
  // A null keeps String for a token that was one, as Newtonsoft's type guess does.
  self->kind = fresh->kind;
  self->content = fresh->content;
  self->flags = fresh->flags;
  self->value = fresh->value;
  self->text = fresh->text;
  self->size = fresh->size;
}

JValue* create_null(Run& run) { return make_jnull(run); }
JValue* create_undefined(Run& run) { return make_jnull(run, JTokenType::kUndefined); }
JValue* create_string(Run& run, String* value) { return make_jvalue(run, value); }
JValue* create_comment(Run& run, String* value) {
  JValue* made = make_jvalue(run, value);
  made->kind = JTokenType::kComment;
  return made;
}

bool equals_value(Run& run, JValue* self, JValue* other) { return other != nullptr && values_equal(run, self, other); }

bool equals_object(Run& run, JValue* self, Object* other) {
  JValue* value = as_value(as_token(other));
  return value != nullptr && values_equal(run, self, value);
}

std::int32_t compare_to_value(Run& run, JValue* self, JValue* other) { return other == nullptr ? 1 : compare_values(run, self, other); }

std::int32_t compare_to(Run& run, JValue* self, Object* other) {
  if (other == nullptr) return 1;
  JToken* token = as_token(other);
  if (token == nullptr) token = token_from_content(run, other);
  if (run.failed()) return 0;
  JValue* value = as_value(token);
  return value == nullptr ? 1 : compare_values(run, self, value);
}

String* text(Run& run, JValue* self) { return token_to_string(run, self); }
String* text_with(Run& run, JValue* self, String* how) { return format(run, *self->type, Slot::of_object(self), how); }
String* text_for(Run& run, JValue* self, Object*) { return token_to_string(run, self); }
String* text_with_for(Run& run, JValue* self, String* how, Object*) { return text_with(run, self, how); }

constexpr Member kValueMembers[] = {
    constructor<&copy>("new JValue(JValue other)"),
    constructor<&of_long>("new JValue(long value)"),
    constructor<&of_object>("new JValue(decimal value)"),
    constructor<&of_char>("new JValue(char value)"),
    constructor<&of_unsigned>("new JValue(ulong value)"),
    constructor<&of_double>("new JValue(double value)"),
    constructor<&of_single>("new JValue(float value)"),
    constructor<&of_date>("new JValue(DateTime value)"),
    constructor<&of_object>("new JValue(DateTimeOffset value)"),
    constructor<&of_boolean>("new JValue(bool value)"),
    constructor<&of_string>("new JValue(string value)"),
    constructor<&of_object>("new JValue(Guid value)"),
    constructor<&of_object>("new JValue(Uri value)"),
    constructor<&of_time_span>("new JValue(TimeSpan value)"),
    constructor<&of_object>("new JValue(object value)"),
    property<&value, &set_value>("object Value { get; set; }"),
    method<&create_null>("static JValue CreateNull()"),
    method<&create_undefined>("static JValue CreateUndefined()"),
    method<&create_string>("static JValue CreateString(string value)"),
    method<&create_comment>("static JValue CreateComment(string value)"),
    method<&equals_value>("bool Equals(JValue other)"),
    method<&equals_object>("bool Equals(object obj)"),
    method<&compare_to_value>("int CompareTo(JValue obj)"),
    method<&compare_to>("int CompareTo(object obj)").with(kHidden),
    method<&text>("string ToString()"),
    method<&text_with>("string ToString(string format)"),
    method<&text_for>("string ToString(IFormatProvider formatProvider)"),
    method<&text_with_for>("string ToString(string format, IFormatProvider formatProvider)"),
};

// ---- JRaw ----------------------------------------------------------------------------------------------------------------

JToken* raw_copy(Run& run, JValue* other) {
  if (other == nullptr) return run.raise_null("other");
  return deep_clone(run, other);
}

JToken* raw(Run& run, Object* json) {
  if (json == nullptr) return make_jraw(run, nullptr);
  return make_jraw(run, to_text(run, run.type(Known::kObject), Slot::of_object(json)));
}

constexpr Member kRawMembers[] = {
    constructor<&raw_copy>("new JRaw(JRaw other)"),
    constructor<&raw>("new JRaw(object rawJson)"),
};

}  // namespace

const TypeDefinition kJValueDefinition{
    .declaration = "class Newtonsoft.Json.Linq.JValue : JToken, IEquatable<JValue>, IFormattable, IComparable, IComparable<JValue>, IConvertible",
    .members = kValueMembers,
    .operations = &kTokenOperations};
const TypeDefinition kJRawDefinition{.declaration = "class Newtonsoft.Json.Linq.JRaw : JValue", .members = kRawMembers, .operations = &kTokenOperations};

}  // namespace portcullis
