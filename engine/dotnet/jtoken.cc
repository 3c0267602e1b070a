// Newtonsoft.Json.Linq.JToken: navigation, item access, conversions and operators that every token has.
#include "engine/dotnet/jtoken.h"

#include "base/text.h"
#include "engine/dotnet/comparer.h"
#include "engine/dotnet/jlibrary.h"
#include "engine/dotnet/jsettings.h"
#include "engine/json/boxed.h"
#include "engine/json/json_path.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kJTokenDefinition;
extern const TypeDefinition kJTokenTypeDefinition;

std::string shown_key(Run& run, Object* key) {
  if (key == nullptr) return "{null}";
  const String* text = to_string(run, run.type(Known::kObject), Slot::of_object(key));
  const std::string_view view = text == nullptr ? std::string_view{} : text->view();
  return key->type->is(Known::kString) ? joined('"', view, '"') : std::string(view);
}

// ---- items ---------------------------------------------------------------------------------------------------------------
namespace {

Raised raise_no_children(Run& run, const JToken* self, std::string_view doing) {
  return run.raise(Known::kInvalidOperationException, joined("Cannot ", doing, " child value on ", full_name(*self->type), "."));
}

Raised raise_key(Run& run, std::string_view doing, const JToken* self, Object* key, std::string_view expected) {
  return run.raise(Known::kArgumentException,
                   joined(doing, " ", self->type->name, " values with invalid key value: ", shown_key(run, key), ". ", expected, " expected."));
}

Raised raise_index(Run& run) {
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than the size of the collection.", "index");
}

constexpr std::string_view kNameExpected = "Object property name";
constexpr std::string_view kIndexExpected = "Int32 array index";
constexpr std::string_view kPositionExpected = "Argument position index";

}  // namespace

JToken* array_item(Run& run, JContainer* self, std::int32_t index) {
  if (index < 0 || static_cast<std::uint32_t>(index) >= self->count) return raise_index(run);
  return self->items[index];
}

void set_array_item(Run& run, JContainer* self, std::int32_t index, JToken* value) {
  if (index < 0) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Index is less than 0.", "index");
  } else if (static_cast<std::uint32_t>(index) >= self->count) {
    run.raise_argument(Known::kArgumentOutOfRangeException, "Index is equal to or greater than Count.", "index");
  } else {
    set_item(run, *self, static_cast<std::size_t>(index), value);
  }
}

JToken* token_item(Run& run, JToken* self, Object* key) {
  if (!self->is_container() || self->kind == JTokenType::kProperty) return raise_no_children(run, self, "access");
  if (key == nullptr) return run.raise_null("key");
  if (JObject* object = as_object(self); object != nullptr) {
    if (!key->type->is(Known::kString)) return raise_key(run, "Accessed", self, key, kNameExpected);
    return find(*object, static_cast<String*>(key)->view());
  }
  if (!key->type->is(Known::kInt32)) {
    return raise_key(run, "Accessed", self, key, self->kind == JTokenType::kArray ? kIndexExpected : kPositionExpected);
  }
  return array_item(run, static_cast<JContainer*>(self), static_cast<std::int32_t>(static_cast<Box*>(key)->value.integer));
}

void set_token_item(Run& run, JToken* self, Object* key, JToken* value) {
  if (!self->is_container() || self->kind == JTokenType::kProperty) {
    raise_no_children(run, self, "set");
  } else if (key == nullptr) {
    run.raise_null("key");
  } else if (JObject* object = as_object(self); object != nullptr) {
    if (key->type->is(Known::kString)) {
      set_member(run, *object, static_cast<String*>(key)->view(), value);
    } else {
      raise_key(run, "Set", self, key, kNameExpected);
    }
  } else if (key->type->is(Known::kInt32)) {
    set_array_item(run, static_cast<JContainer*>(self), static_cast<std::int32_t>(static_cast<Box*>(key)->value.integer), value);
  } else {
    raise_key(run, "Set", self, key, self->kind == JTokenType::kArray ? kIndexExpected : kPositionExpected);
  }
}

// ---- operations ----------------------------------------------------------------------------------------------------------
namespace {

JToken* token_of(Slot slot) { return static_cast<JToken*>(slot.object); }

String* token_text(Run& run, const Type&, Slot self) { return token_to_string(run, token_of(self)); }

// `{token:F2}`: the value's own format; containers have none.
String* token_format(Run& run, const Type&, Slot self, String* how) {
  JValue* value = as_value(token_of(self));
  if (value == nullptr || how == nullptr || how->size == 0) return token_to_string(run, token_of(self));
  Object* held = value_object(run, value);
  if (held == nullptr) return run.empty_string();
  return format(run, run.type(Known::kObject), Slot::of_object(held), how);
}

bool token_equals(Run& run, const Type&, Slot a, Slot b) {
  JValue* left = as_value(token_of(a));
  JValue* right = as_value(token_of(b));
  if (left == nullptr || right == nullptr) return a.object == b.object;
  return values_equal(run, left, right);
}

std::int32_t token_hash(Run& run, const Type&, Slot self) {
  if (token_of(self)->is_value()) return deep_hash(run, token_of(self));
  return static_cast<std::int32_t>(reinterpret_cast<std::uintptr_t>(self.object) >> 4);
}

std::int32_t token_compare(Run& run, const Type&, Slot a, Slot b) {
  JValue* left = as_value(token_of(a));
  JValue* right = as_value(token_of(b));
  if (left == nullptr || right == nullptr) return run.raise(Known::kInvalidOperationException, "Failed to compare two elements in the array.");
  return compare_values(run, left, right);
}

Enumerator* token_enumerate(Run& run, Object* self) {
  const Type& token = run.type(Known::kJToken);
  const Type& enumerator = run.types.construct(Known::kIEnumerator1, {&token});
  JContainer* container = as_container(static_cast<JToken*>(self));
  if (container == nullptr) return enumerate_slots(run, enumerator, {});
  return enumerate_items(run, container, enumerator, token, nullptr);
}

std::int64_t token_count(Run&, Object* self) {
  const JContainer* container = as_container(static_cast<JToken*>(self));
  return container == nullptr ? 0 : container->count;
}

}  // namespace

const TypeOperations kTokenOperations{
    .to_string = &token_text,
    .format = &token_format,
    .equals = &token_equals,
    .hash = &token_hash,
    .compare = &token_compare,
    .enumerate = &token_enumerate,
    .count = &token_count,
};

// ---- navigation ----------------------------------------------------------------------------------------------------------
namespace {

std::int32_t kind(JToken* self) { return static_cast<std::int32_t>(self->kind); }
JContainer* parent(JToken* self) { return self->parent; }
JToken* root(JToken* self) { return root_of(self); }
String* path(Run& run, JToken* self) { return path_of(run, *self); }
JToken* next(JToken* self) { return next_sibling(*self); }
JToken* previous(JToken* self) { return previous_sibling(*self); }

bool has_values(JToken* self) {
  const JContainer* container = as_container(self);
  return container != nullptr && container->count > 0;
}

JToken* first(Run& run, JToken* self) {
  JContainer* container = as_container(self);
  if (container == nullptr) return raise_no_children(run, self, "access");
  return container->count == 0 ? nullptr : container->items[0];
}

JToken* last(Run& run, JToken* self) {
  JContainer* container = as_container(self);
  if (container == nullptr) return raise_no_children(run, self, "access");
  return container->count == 0 ? nullptr : container->items[container->count - 1];
}

JToken* get_item(Run& run, JToken* self, Object* key) { return token_item(run, self, key); }
void set_item_of(Run& run, JToken* self, Object* key, JToken* value) { set_token_item(run, self, key, value); }

Slot value_of_key(Run& run, JToken* self, Object* key, const CallSite& site) {
  JToken* found = token_item(run, self, key);
  return run.failed() ? Slot{} : value_as(run, found, *site.type_arguments[0]);
}

bool collect_ancestors(Run& run, const JSequence& sequence, SlotList& out) {
  auto* token = static_cast<JToken*>(sequence.source);
  for (JToken* at = sequence.flag ? token : token->parent; at != nullptr; at = at->parent) {
    if (!run.spend(1)) return false;
    out.add(at);
  }
  return true;
}

JSequence* ancestors(Run& run, JToken* self, const CallSite& site) { return make_sequence(run, *site.result, &collect_ancestors, self); }
JSequence* ancestors_and_self(Run& run, JToken* self, const CallSite& site) {
  JSequence* made = make_sequence(run, *site.result, &collect_ancestors, self);
  made->flag = true;
  return made;
}

// `flag`: what comes before instead of after.
bool collect_siblings(Run& run, const JSequence& sequence, SlotList& out) {
  auto* token = static_cast<JToken*>(sequence.source);
  if (token->parent == nullptr) return true;
  const std::uint32_t self = index_in_parent(*token);
  const std::uint32_t from = sequence.flag ? 0 : self + 1;
  const std::uint32_t to = sequence.flag ? self : token->parent->count;
  for (std::uint32_t i = from; i < to; ++i) out.add(token->parent->items[i]);
  return run.spend(to - from);
}

JSequence* after_self(Run& run, JToken* self, const CallSite& site) { return make_sequence(run, *site.result, &collect_siblings, self); }
JSequence* before_self(Run& run, JToken* self, const CallSite& site) {
  JSequence* made = make_sequence(run, *site.result, &collect_siblings, self);
  made->flag = true;
  return made;
}

}  // namespace

bool project_instance(Run&, const Type& element, JToken* item, Slot& out) {
  out = Slot::of_object(item);
  return is_instance(item, element);
}

bool project_value(Run& run, const Type& element, JToken* item, Slot& out) {
  out = value_as(run, item, element);
  return !run.failed();
}

namespace {

JSequence* children(Run& run, JToken* self, const CallSite& site) { return make_item_sequence(run, *site.result, self, nullptr); }
JSequence* children_of_type(Run& run, JToken* self, const CallSite& site) { return make_item_sequence(run, *site.result, self, &project_instance); }

JSequence* values(Run& run, JToken* self, const CallSite& site) {
  if (!self->is_container()) return raise_no_children(run, self, "access");
  return make_item_sequence(run, *site.result, self, &project_value);
}

bool descend(Run& run, JToken* token, std::uint32_t depth, SlotList& out) {
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  const JContainer* container = as_container(token);
  if (container == nullptr) return true;
  for (JToken* item : container->children()) {
    if (!run.spend(1)) return false;
    out.add(item);
    if (!descend(run, item, depth - 1, out)) return false;
  }
  return true;
}

}  // namespace

bool collect_descendants(Run& run, JToken* self, bool with_self, SlotList& out) {
  if (with_self) out.add(self);
  return descend(run, self, kMaxTreeDepth, out);
}

// ---- changing ------------------------------------------------------------------------------------------------------------
namespace {

Raised raise_no_parent(Run& run) { return run.raise(Known::kInvalidOperationException, "The parent is missing."); }

void remove(Run& run, JToken* self) {
  if (self->parent == nullptr) {
    raise_no_parent(run);
    return;
  }
  remove_item(run, *self->parent, index_in_parent(*self));
}

void replace(Run& run, JToken* self, JToken* value) {
  if (self->parent == nullptr) {
    raise_no_parent(run);
    return;
  }
  set_item(run, *self->parent, index_in_parent(*self), value);
}

void add_after_self(Run& run, JToken* self, Object* content) {
  if (self->parent == nullptr) {
    raise_no_parent(run);
    return;
  }
  add_content(run, *self->parent, index_in_parent(*self) + 1, content);
}

void add_before_self(Run& run, JToken* self, Object* content) {
  if (self->parent == nullptr) {
    raise_no_parent(run);
    return;
  }
  add_content(run, *self->parent, index_in_parent(*self), content);
}

JToken* clone(Run& run, JToken* self) { return deep_clone(run, self); }
bool tokens_deep_equal(Run& run, JToken* a, JToken* b) { return deep_equals(run, a, b); }

// ---- text ----------------------------------------------------------------------------------------------------------------

String* text(Run& run, JToken* self) { return token_to_string(run, self); }

String* text_formatted(Run& run, JToken* self, std::int32_t formatting) {
  return write_json(run, self, formatting == 1 ? Formatting::kIndented : Formatting::kNone);
}

JToken* parse(Run& run, String* json) {
  if (json == nullptr) return run.raise_null("s");
  return parse_json(run, json->view(), {.root = JsonRoot::kToken, .skip_root_comment = false});
}

JToken* parse_with(Run& run, String* json, JLoadSettings* settings) {
  if (settings == nullptr) return parse(run, json);
  if (json == nullptr) return run.raise_null("s");
  return parse_json(run, json->view(), settings->options(JsonRoot::kToken));
}

// ---- conversions ---------------------------------------------------------------------------------------------------------

JToken* from_object(Run& run, Object* value) {
  if (value == nullptr) return run.raise_null("o");
  return token_from_object(run, value);
}

Slot to_object(Run& run, JToken* self, const CallSite& site) { return token_to_object(run, self, *site.type_arguments[0]); }

Object* to_object_of(Run& run, JToken* self, TypeObject* type) {
  if (type == nullptr) return run.raise_null("objectType");
  return run.box(*type->value, token_to_object(run, self, *type->value));
}

// ---- paths ---------------------------------------------------------------------------------------------------------------

/// The path argument stands at 1, behind the receiver.
const void* prepare_path(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  if (arguments.size() < 2 || arguments[1].type == nullptr || arguments[1].value.object == nullptr) return nullptr;
  const JsonPath* path = compile_json_path(preparation.arena(), static_cast<const String*>(arguments[1].value.object)->view());
  if (!path->error.empty()) preparation.warn(1, path->error);
  return path;
}

const JsonPath* path_for(Run& run, String* text, const CallSite& site) {
  if (site.prepared != nullptr) return static_cast<const JsonPath*>(site.prepared);
  if (text == nullptr) return run.raise_null("expression");
  if (!run.spend(text->size / 8 + 1)) return nullptr;
  return compile_json_path(run.arena, text->view());
}

JToken* select_one(Run& run, JToken* self, String* text, bool error_when_no_match, const CallSite& site) {
  const JsonPath* path = path_for(run, text, site);
  if (path == nullptr) return nullptr;
  if (JToken* found = nullptr; !error_when_no_match && select_plain(*path, self, found)) return found;
  TokenList found(run.arena);
  if (!select_tokens(run, *path, self, error_when_no_match, &match_path_regex, found)) return nullptr;
  if (found.size() > 1) return run.raise(Known::kJsonException, "Path returned multiple tokens.");
  return found.size() == 0 ? nullptr : found.view()[0];
}

JToken* select_token(Run& run, JToken* self, String* text, const CallSite& site) { return select_one(run, self, text, false, site); }
JToken* select_token_strict(Run& run, JToken* self, String* text, bool strict, const CallSite& site) { return select_one(run, self, text, strict, site); }

bool collect_selected(Run& run, const JSequence& sequence, SlotList& out) {
  TokenList found(run.arena);
  if (!select_tokens(run, *static_cast<const JsonPath*>(sequence.argument), static_cast<JToken*>(sequence.source), sequence.flag, &match_path_regex, found)) {
    return false;
  }
  for (JToken* token : found.view()) out.add(token);
  return true;
}

JSequence* select_many(Run& run, JToken* self, String* text, bool strict, const CallSite& site) {
  const JsonPath* path = path_for(run, text, site);
  if (path == nullptr) return nullptr;
  if (!path->error.empty()) return run.raise(Known::kJsonException, path->error);
  JSequence* made = make_sequence(run, *site.result, &collect_selected, self);
  made->argument = path;
  made->flag = strict;
  return made;
}

JSequence* select_tokens_of(Run& run, JToken* self, String* text, const CallSite& site) { return select_many(run, self, text, false, site); }
JSequence* select_tokens_strict(Run& run, JToken* self, String* text, bool strict, const CallSite& site) { return select_many(run, self, text, strict, site); }

// ---- operators -----------------------------------------------------------------------------------------------------------

template <typename T>
JToken* from_integer(Run& run, T value) {
  return make_jvalue(run, static_cast<std::int64_t>(value));
}
JToken* from_unsigned_long(Run& run, std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(INT64_MAX)) return make_jvalue(run, static_cast<std::int64_t>(value));
  return make_jboxed(run, JTokenType::kInteger, run.box_raw(run.type(Known::kUInt64), Slot::of(static_cast<std::int64_t>(value))));
}
JToken* from_boolean(Run& run, bool value) { return make_jvalue(run, value); }
JToken* from_double(Run& run, double value) { return make_jvalue(run, value); }
JToken* from_single(Run& run, float value) { return make_jboxed(run, JTokenType::kFloat, run.box_raw(run.type(Known::kSingle), Slot::of_single(value))); }
JToken* from_string(Run& run, String* value) { return make_jvalue(run, value); }
JToken* from_date(Run& run, std::int64_t value) { return make_jdate(run, value); }
JToken* from_time_span(Run& run, std::int64_t value) {
  return make_jboxed(run, JTokenType::kTimeSpan, run.box_raw(run.type(Known::kTimeSpan), Slot::of(value)));
}
JToken* from_any(Run& run, Object* value) { return token_from_content(run, value); }
JToken* from_bytes(Run& run, ByteArray* value) { return token_from_content(run, value); }

template <Known kTo, typename T>
T cast(Run& run, JToken* token) {
  Slot out{};
  cast_token(run, token, kTo, false, out);
  return from_slot<T>(out);
}

template <Known kTo>
Object* cast_nullable(Run& run, JToken* token) {
  Slot out{};
  cast_token(run, token, kTo, true, out);
  return out.object;
}

constexpr Member kMembers[] = {
    property<&kind>("JTokenType Type { get; }").with(kNoRaise),
    property<&parent>("JContainer Parent { get; }").with(kNoRaise),
    property<&root>("JToken Root { get; }").with(kNoRaise),
    property<&path>("string Path { get; }"),
    property<&has_values>("bool HasValues { get; }").with(kNoRaise),
    property<&first>("JToken First { get; }"),
    property<&last>("JToken Last { get; }"),
    property<&next>("JToken Next { get; }").with(kNoRaise),
    property<&previous>("JToken Previous { get; }").with(kNoRaise),
    indexer<&get_item, &set_item_of>("JToken this[object key] { get; set; }"),
    method<&value_of_key>("T Value<T>(object key)"),
    method<&children>("JEnumerable<JToken> Children()"),
    method<&children_of_type>("JEnumerable<T> Children<T>()"),
    method<&values>("IEnumerable<T> Values<T>()"),
    method<&ancestors>("IEnumerable<JToken> Ancestors()"),
    method<&ancestors_and_self>("IEnumerable<JToken> AncestorsAndSelf()"),
    method<&after_self>("IEnumerable<JToken> AfterSelf()"),
    method<&before_self>("IEnumerable<JToken> BeforeSelf()"),
    method<&add_after_self>("void AddAfterSelf(object content)"),
    method<&add_before_self>("void AddBeforeSelf(object content)"),
    method<&remove>("void Remove()"),
    method<&replace>("void Replace(JToken value)"),
    method<&clone>("JToken DeepClone()"),
    property<&make_token_comparer>("static JTokenEqualityComparer EqualityComparer { get; }").with(kNoRaise),
    method<&tokens_deep_equal>("static bool DeepEquals(JToken t1, JToken t2)"),
    method<&text>("string ToString()"),
    method<&text_formatted>("string ToString(Formatting formatting)"),
    method<&parse>("static JToken Parse(string json)"),
    method<&parse_with>("static JToken Parse(string json, JsonLoadSettings settings)"),
    method<&from_object>("static JToken FromObject(object o)"),
    method<&to_object>("T ToObject<T>()"),
    method<&to_object_of>("object ToObject(Type objectType)"),
    method<&select_token>("JToken SelectToken(string path)").prepared_by(&prepare_path),
    method<&select_token_strict>("JToken SelectToken(string path, bool errorWhenNoMatch)").prepared_by(&prepare_path),
    method<&select_tokens_of>("IEnumerable<JToken> SelectTokens(string path)").prepared_by(&prepare_path),
    method<&select_tokens_strict>("IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch)").prepared_by(&prepare_path),

    method<&from_boolean>("static implicit operator JToken(bool value)"),
    method<&from_any>("static implicit operator JToken(bool? value)"),
    method<&from_integer<std::int8_t>>("static implicit operator JToken(sbyte value)"),
    method<&from_any>("static implicit operator JToken(sbyte? value)"),
    method<&from_integer<std::uint8_t>>("static implicit operator JToken(byte value)"),
    method<&from_any>("static implicit operator JToken(byte? value)"),
    method<&from_integer<std::int16_t>>("static implicit operator JToken(short value)"),
    method<&from_any>("static implicit operator JToken(short? value)"),
    method<&from_integer<std::uint16_t>>("static implicit operator JToken(ushort value)"),
    method<&from_any>("static implicit operator JToken(ushort? value)"),
    method<&from_integer<std::int32_t>>("static implicit operator JToken(int value)"),
    method<&from_any>("static implicit operator JToken(int? value)"),
    method<&from_integer<std::uint32_t>>("static implicit operator JToken(uint value)"),
    method<&from_any>("static implicit operator JToken(uint? value)"),
    method<&from_integer<std::int64_t>>("static implicit operator JToken(long value)"),
    method<&from_any>("static implicit operator JToken(long? value)"),
    method<&from_unsigned_long>("static implicit operator JToken(ulong value)"),
    method<&from_any>("static implicit operator JToken(ulong? value)"),
    method<&from_single>("static implicit operator JToken(float value)"),
    method<&from_any>("static implicit operator JToken(float? value)"),
    method<&from_double>("static implicit operator JToken(double value)"),
    method<&from_any>("static implicit operator JToken(double? value)"),
    method<&from_any>("static implicit operator JToken(decimal value)"),
    method<&from_any>("static implicit operator JToken(decimal? value)"),
    method<&from_string>("static implicit operator JToken(string value)"),
    method<&from_date>("static implicit operator JToken(DateTime value)"),
    method<&from_any>("static implicit operator JToken(DateTime? value)"),
    method<&from_any>("static implicit operator JToken(DateTimeOffset value)"),
    method<&from_any>("static implicit operator JToken(DateTimeOffset? value)"),
    method<&from_time_span>("static implicit operator JToken(TimeSpan value)"),
    method<&from_any>("static implicit operator JToken(TimeSpan? value)"),
    method<&from_any>("static implicit operator JToken(Guid value)"),
    method<&from_any>("static implicit operator JToken(Guid? value)"),
    method<&from_any>("static implicit operator JToken(Uri value)"),
    method<&from_bytes>("static implicit operator JToken(byte[] value)"),

    method<&cast<Known::kBoolean, bool>>("static explicit operator bool(JToken value)"),
    method<&cast_nullable<Known::kBoolean>>("static explicit operator bool?(JToken value)"),
    method<&cast<Known::kSByte, std::int8_t>>("static explicit operator sbyte(JToken value)"),
    method<&cast_nullable<Known::kSByte>>("static explicit operator sbyte?(JToken value)"),
    method<&cast<Known::kByte, std::uint8_t>>("static explicit operator byte(JToken value)"),
    method<&cast_nullable<Known::kByte>>("static explicit operator byte?(JToken value)"),
    method<&cast<Known::kInt16, std::int16_t>>("static explicit operator short(JToken value)"),
    method<&cast_nullable<Known::kInt16>>("static explicit operator short?(JToken value)"),
    method<&cast<Known::kUInt16, std::uint16_t>>("static explicit operator ushort(JToken value)"),
    method<&cast_nullable<Known::kUInt16>>("static explicit operator ushort?(JToken value)"),
    method<&cast<Known::kInt32, std::int32_t>>("static explicit operator int(JToken value)"),
    method<&cast_nullable<Known::kInt32>>("static explicit operator int?(JToken value)"),
    method<&cast<Known::kUInt32, std::uint32_t>>("static explicit operator uint(JToken value)"),
    method<&cast_nullable<Known::kUInt32>>("static explicit operator uint?(JToken value)"),
    method<&cast<Known::kInt64, std::int64_t>>("static explicit operator long(JToken value)"),
    method<&cast_nullable<Known::kInt64>>("static explicit operator long?(JToken value)"),
    method<&cast<Known::kUInt64, std::uint64_t>>("static explicit operator ulong(JToken value)"),
    method<&cast_nullable<Known::kUInt64>>("static explicit operator ulong?(JToken value)"),
    method<&cast<Known::kChar, char16_t>>("static explicit operator char(JToken value)"),
    method<&cast_nullable<Known::kChar>>("static explicit operator char?(JToken value)"),
    method<&cast<Known::kSingle, float>>("static explicit operator float(JToken value)"),
    method<&cast_nullable<Known::kSingle>>("static explicit operator float?(JToken value)"),
    method<&cast<Known::kDouble, double>>("static explicit operator double(JToken value)"),
    method<&cast_nullable<Known::kDouble>>("static explicit operator double?(JToken value)"),
    method<&cast<Known::kDecimal, Object*>>("static explicit operator decimal(JToken value)"),
    method<&cast_nullable<Known::kDecimal>>("static explicit operator decimal?(JToken value)"),
    method<&cast<Known::kString, String*>>("static explicit operator string(JToken value)"),
    method<&cast<Known::kDateTime, std::int64_t>>("static explicit operator DateTime(JToken value)"),
    method<&cast_nullable<Known::kDateTime>>("static explicit operator DateTime?(JToken value)"),
    method<&cast<Known::kDateTimeOffset, Object*>>("static explicit operator DateTimeOffset(JToken value)"),
    method<&cast_nullable<Known::kDateTimeOffset>>("static explicit operator DateTimeOffset?(JToken value)"),
    method<&cast<Known::kTimeSpan, std::int64_t>>("static explicit operator TimeSpan(JToken value)"),
    method<&cast_nullable<Known::kTimeSpan>>("static explicit operator TimeSpan?(JToken value)"),
    method<&cast<Known::kGuid, Object*>>("static explicit operator Guid(JToken value)"),
    method<&cast_nullable<Known::kGuid>>("static explicit operator Guid?(JToken value)"),
    method<&cast<Known::kUri, Object*>>("static explicit operator Uri(JToken value)"),
    method<&cast<Known::kArray, ByteArray*>>("static explicit operator byte[](JToken value)"),
};

constexpr EnumValue kTokenTypes[] = {
    {"None", 0},    {"Object", 1}, {"Array", 2}, {"Constructor", 3}, {"Property", 4}, {"Comment", 5}, {"Integer", 6}, {"Float", 7}, {"String", 8},
    {"Boolean", 9}, {"Null", 10},  {"Undefined", 11}, {"Date", 12},  {"Raw", 13},     {"Bytes", 14},  {"Guid", 15},   {"Uri", 16},  {"TimeSpan", 17},
};

}  // namespace

// Regular expressions are another file's; RegexOptions: IgnoreCase 1, Multiline 2, Singleline 16.
bool match_path_regex(Run& run, String* input, std::string_view pattern, bool ignore_case, bool multiline, bool singleline) {
  const Type* options = run.types.find_in("System.Text.RegularExpressions", "RegexOptions", 0);
  if (options == nullptr) {
    run.raise(Known::kNotSupportedException, "Regular expressions in paths are not supported.");
    return false;
  }
  const Type& text = run.type(Known::kString);
  const std::int64_t flags = (ignore_case ? 1 : 0) | (multiline ? 2 : 0) | (singleline ? 16 : 0);
  Slot out{};
  return call_member(run, run.type(Known::kRegex), "IsMatch", {&text, &text, options},
                     {Slot::of_object(input), Slot::of_object(run.string(pattern)), Slot::of(flags)}, out) &&
         out.integer != 0;
}

const TypeDefinition kJTokenDefinition{.declaration = "abstract class Newtonsoft.Json.Linq.JToken : IJEnumerable<JToken>, IEnumerable<JToken>, ICloneable",
                                       .members = kMembers,
                                       .operations = &kTokenOperations};
const TypeDefinition kJTokenTypeDefinition{.declaration = "enum Newtonsoft.Json.Linq.JTokenType : int", .values = kTokenTypes};

}  // namespace portcullis
