// Newtonsoft.Json.JsonConvert
#include <cmath>

#include "engine/dotnet/jconvert.h"
#include "engine/dotnet/jsettings.h"
#include "engine/dotnet/xjson.h"
#include "engine/json/boxed.h"
#include "engine/json/json.h"
#include "engine/json/writer.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kJsonConvertDefinition;

namespace {

String* write(Run& run, Object* value, std::int32_t formatting, const SerializeOptions& options) {
  JsonWriter writer(run, formatting == 1 ? Formatting::kIndented : Formatting::kNone);
  if (!serialize(run, writer, value, options)) return nullptr;
  return writer.finish();
}

String* serialize_object(Run& run, Object* value) { return write(run, value, 0, {}); }
String* serialize_formatted(Run& run, Object* value, std::int32_t formatting) { return write(run, value, formatting, {}); }
String* serialize_with(Run& run, Object* value, JSerializerSettings* settings) {
  if (settings == nullptr) return write(run, value, 0, {});
  return write(run, value, settings->formatting, {.skip_nulls = settings->nulls == 1});
}
String* serialize_formatted_with(Run& run, Object* value, std::int32_t formatting, JSerializerSettings* settings) {
  return write(run, value, formatting, {.skip_nulls = settings != nullptr && settings->nulls == 1});
}

Object* deserialize_object(Run& run, String* json) { return deserialize(run, json, run.type(Known::kObject)).object; }
Object* deserialize_object_with(Run& run, String* json, JSerializerSettings*) { return deserialize_object(run, json); }
Object* deserialize_of_type(Run& run, String* json, TypeObject* type) {
  if (type == nullptr) return deserialize_object(run, json);
  return run.box(*type->value, deserialize(run, json, *type->value));
}
Slot deserialize_generic(Run& run, String* json, const CallSite& site) { return deserialize(run, json, *site.type_arguments[0]); }
Slot deserialize_generic_with(Run& run, String* json, JSerializerSettings*, const CallSite& site) {
  return deserialize(run, json, *site.type_arguments[0]);
}
Slot deserialize_anonymous(Run& run, String* json, Slot, const CallSite& site) { return deserialize(run, json, *site.type_arguments[0]); }

// ---- XML -----------------------------------------------------------------------------------------------------------------

String* serialize_xml(Run& run, Object* node) { return write(run, node, 0, {}); }
String* serialize_xml_formatted(Run& run, Object* node, std::int32_t formatting) { return write(run, node, formatting, {}); }
String* serialize_xml_without_root(Run& run, Object* node, std::int32_t formatting, bool omit_root) {
  if (!omit_root || node == nullptr) return write(run, node, formatting, {});
  const JObject* whole = as_object(token_from_object(run, node));
  if (whole == nullptr || run.failed()) return nullptr;
  JToken* inner = whole->count == 0 ? make_jnull(run) : whole->property_at(whole->count - 1)->value;
  return write_json(run, inner, formatting == 1 ? Formatting::kIndented : Formatting::kNone);
}

XObject* deserialize_xml_named(Run& run, String* json, String* root) {
  if (json == nullptr) return run.raise_null("value");
  JToken* token = parse_json(run, json->view(), {.root = JsonRoot::kDeserialize});
  return token == nullptr || run.failed() ? nullptr : xml_from_json(run, token, root);
}
XObject* deserialize_xml(Run& run, String* json) { return deserialize_xml_named(run, json, nullptr); }

// ---- ToString(x): one value as JSON -------------------------------------------------------------------------------------

String* text_of_object(Run& run, Object* value) {
  JsonWriter writer(run, Formatting::kNone, 64);
  bool known = false;
  if (JToken* token = as_token(value); token != nullptr) {
    if (!writer.token(token)) return nullptr;
  } else if (!writer.boxed(value, known)) {
    if (run.failed()) return nullptr;
    return run.raise(Known::kArgumentException, "Unsupported type: " + full_name(*value->type) + ". Use the JsonSerializer class to get the object's JSON representation.");
  }
  return writer.finish();
}

String* text_of_boolean(Run& run, bool value) { return run.view(value ? std::string_view("true") : std::string_view("false")); }
String* text_of_string(Run& run, String* value) {
  JsonWriter writer(run, Formatting::kNone, 64);
  const bool good = writer.string(value == nullptr ? std::string_view{} : value->view());
  return good ? writer.finish() : nullptr;
}
String* text_of_quoted(Run& run, String* value, char16_t quote) {
  std::string out(1, static_cast<char>(quote));
  append_json_escaped(out, value == nullptr ? std::string_view{} : value->view(), static_cast<char>(quote));
  out.push_back(static_cast<char>(quote));
  return run.string(out);
}
template <typename T>
String* text_of_integer(Run& run, T value) {
  JsonWriter writer(run, Formatting::kNone, 32);
  const bool good = std::is_signed_v<T> ? writer.integer(static_cast<std::int64_t>(value)) : writer.unsigned_integer(static_cast<std::uint64_t>(value));
  return good ? writer.finish() : nullptr;
}
String* text_of_double(Run& run, double value) {
  char text[40];
  return run.string({text, write_json_double(text, value)});
}
String* text_of_single(Run& run, float value) {
  char text[40];
  return run.string({text, write_json_single(text, value)});
}
String* text_of_date(Run& run, std::int64_t value) {
  JsonWriter writer(run, Formatting::kNone, 48);
  return writer.date(value) ? writer.finish() : nullptr;
}
String* text_of_char(Run& run, char16_t value) { return text_of_object(run, run.box_raw(run.type(Known::kChar), Slot::of(value))); }

constexpr Member kMembers[] = {
    method<&serialize_object>("static string SerializeObject(object value)"),
    method<&serialize_formatted>("static string SerializeObject(object value, Formatting formatting)"),
    method<&serialize_with>("static string SerializeObject(object value, JsonSerializerSettings settings)"),
    method<&serialize_formatted_with>("static string SerializeObject(object value, Formatting formatting, JsonSerializerSettings settings)"),
    method<&deserialize_object>("static object DeserializeObject(string value)"),
    method<&deserialize_object_with>("static object DeserializeObject(string value, JsonSerializerSettings settings)"),
    method<&deserialize_of_type>("static object DeserializeObject(string value, Type type)"),
    method<&deserialize_generic>("static T DeserializeObject<T>(string value)"),
    method<&deserialize_generic_with>("static T DeserializeObject<T>(string value, JsonSerializerSettings settings)"),
    method<&deserialize_anonymous>("static T DeserializeAnonymousType<T>(string value, T anonymousTypeObject)").with(kHidden),
    method<&serialize_xml>("static string SerializeXNode(XObject node)").with(kHidden),
    method<&serialize_xml_formatted>("static string SerializeXNode(XObject node, Formatting formatting)").with(kHidden),
    method<&serialize_xml_without_root>("static string SerializeXNode(XObject node, Formatting formatting, bool omitRootObject)").with(kHidden),
    method<&deserialize_xml>("static XDocument DeserializeXNode(string value)").with(kHidden),
    method<&deserialize_xml_named>("static XDocument DeserializeXNode(string value, string deserializeRootElementName)").with(kHidden),
    method<&text_of_boolean>("static string ToString(bool value)").with(kPure | kHidden),
    method<&text_of_char>("static string ToString(char value)").with(kHidden),
    method<&text_of_integer<std::int32_t>>("static string ToString(int value)").with(kPure | kHidden),
    method<&text_of_integer<std::int64_t>>("static string ToString(long value)").with(kPure | kHidden),
    method<&text_of_integer<std::uint64_t>>("static string ToString(ulong value)").with(kPure | kHidden),
    method<&text_of_double>("static string ToString(double value)").with(kPure | kHidden),
    method<&text_of_single>("static string ToString(float value)").with(kPure | kHidden),
    method<&text_of_date>("static string ToString(DateTime value)").with(kPure | kHidden),
    method<&text_of_string>("static string ToString(string value)").with(kPure | kHidden),
    method<&text_of_quoted>("static string ToString(string value, char delimiter)").with(kPure | kHidden),
    method<&text_of_object>("static string ToString(object value)").with(kHidden),
};

}  // namespace

const TypeDefinition kJsonConvertDefinition{.declaration = "static class Newtonsoft.Json.JsonConvert", .members = kMembers};

}  // namespace portcullis
