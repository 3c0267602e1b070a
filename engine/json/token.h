// The JSON tree as it lies in the arena: Newtonsoft's JToken family, ordered, mutable, without the .NET tables.
//
//   JToken       kind, parent                           Value's parent is its JProperty, whose parent is the JObject
//   ├ JContainer items                                  {"a": [1]}
//   │  ├ JObject      items are JProperty               JObject ─items→ JProperty "a" ─items→ JArray ─items→ JValue 1
//   │  ├ JArray       items are values
//   │  ├ JProperty    name, exactly one item
//   │  └ JConstructor name, items
//   └ JValue     (also JRaw)
//
// A parsed JValue keeps views into the text it was read from: numbers are converted and escapes decoded when somebody asks.
// Not for reading and writing text (json.h) or paths (json_path.h).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/run/object.h"
#include "engine/run/run.h"

namespace portcullis {

struct JContainer;
struct JObject;
struct JArray;
struct JProperty;
struct JValue;

/// Newtonsoft.Json.Linq.JTokenType, same numbers.
enum class JTokenType : std::uint8_t {
  kNone, kObject, kArray, kConstructor, kProperty, kComment, kInteger, kFloat, kString,
  kBoolean, kNull, kUndefined, kDate, kRaw, kBytes, kGuid, kUri, kTimeSpan,
};

/// How a JValue's content stands in it.
enum class JContent : std::uint8_t {
  kNull,        // no value: JSON null, undefined, a null string
  kText,        // `text`: a string (or raw JSON) with nothing to decode; value.object is its String once somebody asked
  kEscaped,     // `text`: between the quotes of the source, with escapes that were checked but not decoded
  kNumberText,  // `text`: digits of the source, not converted yet
  kBigInteger,  // `text`: decimal digits of an integer beyond long, normalised
  kInteger,     // value.integer, a long
  kReal,        // value.real
  kBoolean,     // value.integer
  kDate,        // value.integer: DateTime, ticks | kind << 62
  kObject,      // value.object: any other boxed value (int, decimal, Guid, Uri, byte[], DateTimeOffset, …)
};

enum JFlags : std::uint8_t {
  kJNoFlags = 0,
  kJCanonical = 1,  // `text` (for names: `name`) is what the writer would write: no escapes needed, or a number as written
  kJQuoted = 2,     // the bytes before and behind `text` are double quotes of the same source
};

struct JToken : Object {
  JContainer* parent = nullptr;
  mutable std::uint32_t position = 0;  // index in `parent`: a hint, checked before use
  JTokenType kind = JTokenType::kNone;
  JContent content = JContent::kNull;  // of JValue
  std::uint8_t flags = kJNoFlags;      // JFlags

  [[nodiscard]] bool is_container() const { return kind >= JTokenType::kObject && kind <= JTokenType::kProperty; }
  [[nodiscard]] bool is_value() const { return !is_container(); }
};

struct JContainer : JToken {
  JToken** items = nullptr;
  std::uint32_t count = 0;
  std::uint32_t capacity = 0;
  std::uint32_t version = 0;  // of the list of items; walks notice changes by it

  [[nodiscard]] std::span<JToken* const> children() const { return {items, count}; }
};

struct JObject : JContainer {
  /// Open-addressing table of positions + 1, for objects too large to scan; rebuilt on demand, null when stale.
  mutable std::uint32_t* index = nullptr;
  mutable std::uint32_t index_size = 0;  // a power of two

  [[nodiscard]] JProperty* property_at(std::size_t at) const;
};

struct JArray : JContainer {};

struct JProperty : JContainer {
  const char* name_data = nullptr;
  std::uint32_t name_size = 0;
  JToken* value = nullptr;  // items points here

  [[nodiscard]] std::string_view name() const { return {name_data, name_size}; }
};

struct JConstructor : JContainer {
  std::string_view name;
};

struct JValue : JToken {
  Slot value{};
  const char* text = nullptr;
  std::uint32_t size = 0;

  [[nodiscard]] std::string_view view() const { return {text, size}; }
};

inline JProperty* JObject::property_at(std::size_t at) const { return static_cast<JProperty*>(items[at]); }

// ---- kinds ---------------------------------------------------------------------------------------------------------------
inline JObject* as_object(JToken* token) {
  return token != nullptr && token->kind == JTokenType::kObject ? static_cast<JObject*>(token) : nullptr;
}
inline JArray* as_array(JToken* token) {
  return token != nullptr && token->kind == JTokenType::kArray ? static_cast<JArray*>(token) : nullptr;
}
inline JProperty* as_property(JToken* token) {
  return token != nullptr && token->kind == JTokenType::kProperty ? static_cast<JProperty*>(token) : nullptr;
}
inline JContainer* as_container(JToken* token) {
  return token != nullptr && token->is_container() ? static_cast<JContainer*>(token) : nullptr;
}
inline JValue* as_value(JToken* token) {
  return token != nullptr && token->is_value() ? static_cast<JValue*>(token) : nullptr;
}
/// "Object", "Array", … as JTokenType prints.
std::string_view name_of(JTokenType kind);
/// The token when `object` belongs to the family, else null.
JToken* as_token(Object* object);

// ---- making --------------------------------------------------------------------------------------------------------------
JObject* make_jobject(Run& run);
JArray* make_jarray(Run& run);
/// `name` must live as long as the arena. A null `value` is a JSON null; a value with a parent is cloned.
JProperty* make_jproperty(Run& run, std::string_view name, JToken* value);
JConstructor* make_jconstructor(Run& run, std::string_view name);
JValue* make_jnull(Run& run, JTokenType kind = JTokenType::kNull);  // kNull, kUndefined, or kString for a null string
JValue* make_jvalue(Run& run, bool value);
JValue* make_jvalue(Run& run, std::int64_t value);
JValue* make_jvalue(Run& run, double value);
JValue* make_jvalue(Run& run, String* value);           // null: a null string
JValue* make_jstring(Run& run, std::string_view text);  // borrows: must live as long as the arena
JValue* make_jdate(Run& run, std::int64_t date_time);
JValue* make_jraw(Run& run, String* json);
JValue* make_jboxed(Run& run, JTokenType kind, Object* value);  // what has no content of its own

// ---- values --------------------------------------------------------------------------------------------------------------
/// The text of a string (decoded if need be), raw or comment token; empty for a null one.
std::string_view text_of(const JValue& value, Arena& arena);
/// The same as a String that is made once; null for a null string.
String* string_of(Run& run, JValue* value);
/// Converts number text in place, so that `content` is kInteger, kReal or kBigInteger.
void resolve_number(Arena& arena, JValue& value);
/// What a JValue's `Value` is worth as a number; only for kInteger/kFloat kinds whose content is not kObject.
double real_of(Arena& arena, JValue& value);
/// "Compares equal" of Newtonsoft: same kind group and same value.
bool values_equal(Run& run, JValue* a, JValue* b);

// ---- walking -------------------------------------------------------------------------------------------------------------
/// The member, or null.
JProperty* find_property(const JObject& object, std::string_view name);
JProperty* find_property_ignoring_case(const JObject& object, std::string_view name);
/// The member's value, or null.
inline JToken* find(const JObject& object, std::string_view name) {
  JProperty* property = find_property(object, name);
  return property == nullptr ? nullptr : property->value;
}
/// Index of `token` in its parent.
std::uint32_t index_in_parent(const JToken& token);
JToken* next_sibling(const JToken& token);
JToken* previous_sibling(const JToken& token);
JToken* root_of(JToken* token);
/// `a.b[0]['x y']`
String* path_of(Run& run, const JToken& token);

// ---- changing; all follow Newtonsoft: null becomes a JSON null, a token that has a parent is cloned --------------------
/// Adds or replaces. `name` must live as long as the arena.
void set_member(Run& run, JObject& object, std::string_view name, JToken* value);
void append_item(Run& run, JArray& array, JToken* value);
void insert_item(Run& run, JContainer& parent, std::size_t at, JToken* item);  // raises when the item does not fit
void set_item(Run& run, JContainer& parent, std::size_t at, JToken* item);     // raises when the item does not fit
/// Unlinks; false after raising (a property's value cannot be removed).
bool remove_item(Run& run, JContainer& parent, std::size_t at);
bool remove_member(Run& run, JObject& object, std::string_view name);  // false when there is none
void clear_items(Run& run, JContainer& parent);
void set_property_value(Run& run, JProperty& property, JToken* value);

JToken* deep_clone(Run& run, JToken* token);
bool deep_equals(Run& run, JToken* a, JToken* b);
std::int32_t deep_hash(Run& run, JToken* token);

/// Nesting that natives follow before they give up with the depth limit.
inline constexpr std::uint32_t kMaxTreeDepth = 500;

}  // namespace portcullis
