// JSON to .NET values: ToObject<T> and JsonConvert.DeserializeObject<T>. Collections are filled through their own members.
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/jconvert.h"
#include "engine/dotnet/jlibrary.h"
#include "engine/json/boxed.h"
#include "engine/types/type_table.h"

namespace portcullis {
namespace {

constexpr std::string_view kNeedsArray =
    "because the type requires a JSON array (e.g. [1,2,3]) to deserialize correctly.\nTo fix this error either change the JSON to a JSON array "
    "(e.g. [1,2,3]) or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not a collection "
    "type like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute can also be added to the type to force it "
    "to deserialize from a JSON object.\n";
constexpr std::string_view kNeedsObject =
    "because the type requires a JSON object (e.g. {\"name\":\"value\"}) to deserialize correctly.\nTo fix this error either change the JSON to "
    "a JSON object (e.g. {\"name\":\"value\"}) or change the deserialized type to an array or a type that implements a collection interface "
    "(e.g. ICollection, IList) like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type to "
    "force it to deserialize from a JSON array.\n";
constexpr std::string_view kNeedsValue = "because the type requires a JSON primitive value (e.g. string, number, boolean, null) to deserialize correctly.\n";

class Builder {
 public:
  /// `source` is the JSON text when there is one: messages then tell line and position.
  Builder(Run& run, std::string_view source, bool has_dates) : run_(run), source_(source), has_dates_(has_dates) {}

  Slot build(JToken* token, const Type& to, std::uint32_t depth) {
    if (depth == 0) return run_.raise_limit(Limit::kDepth);
    if (!run_.spend(1)) return {};
    if (token->kind == JTokenType::kProperty) token = static_cast<JProperty*>(token)->value;
    if (is_token_type(to)) return as_token_type(token, to);
    if (to.is(Known::kObject) || to.kind == TypeKind::kDynamic) return Slot::of_object(plain_object(token));
    if (token->content == JContent::kNull && token->is_value()) return null_for(token, to);
    if (is_nullable(to)) return Slot::of_object(run_.box(underlying(to), build(token, underlying(to), depth - 1)));
    if (token->kind == JTokenType::kArray) return array(static_cast<JArray*>(token), to, depth);
    if (token->kind == JTokenType::kObject) return object(static_cast<JObject*>(token), to, depth);
    return value(token, to);
  }

 private:
  static bool is_token_type(const Type& type) {
    switch (type.known) {
      case Known::kJToken: case Known::kJContainer: case Known::kJObject: case Known::kJArray: case Known::kJValue: case Known::kJProperty:
      case Known::kJRaw: case Known::kJConstructor:
        return true;
      default:
        return false;
    }
  }

  // ---- mistakes -----------------------------------------------------------------------------------------------------
  Raised fail(Known type, std::string_view message, const JToken* token) {
    std::int32_t line = 0;
    std::int32_t position = 0;
    place_of(token, line, position);
    const String* path = path_of(run_, *token);
    std::string text(message);
    append(text, "Path '", path->view(), "'");
    if (line > 0) append(text, ", line ", line, ", position ", position);
    text.push_back('.');
    return run_.raise(type, text);
  }

  // Behind the value in the source, where the reader stood.
  void place_of(const JToken* token, std::int32_t& line, std::int32_t& position) const {
    if (source_.empty()) return;
    std::size_t end = token->parent == nullptr ? source_.find_last_not_of(" \t\r\n") + 1 : 0;
    if (const JValue* value = as_value(const_cast<JToken*>(token)); value != nullptr && value->text >= source_.data() && value->text <= source_.data() + source_.size()) {
      end = static_cast<std::size_t>(value->text - source_.data()) + value->size + (value->kind == JTokenType::kString ? 1 : 0);
    } else if (token->is_container() && token->parent == nullptr) {
      end = source_.find_first_of("[{") + 1;
    }
    if (end == 0) return;
    const std::string_view read = source_.substr(0, end);
    line = 1;
    std::size_t start = 0;
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (read[i] != '\n') continue;
      ++line;
      start = i + 1;
    }
    position = static_cast<std::int32_t>(utf16_length(read.substr(start)));
  }

  Raised fail_shape(const JToken* token, std::string_view shape, const Type& to, std::string_view reason) {
    return fail(Known::kJsonSerializationException, joined("Cannot deserialize the current JSON ", shape, " into type '", full_name(to), "' ", reason), token);
  }

  Raised fail_convert(const JToken* token, const Type& to) {
    String* shown = write_json(run_, token, Formatting::kNone);
    return fail(Known::kJsonSerializationException,
                joined("Error converting value ", token->content == JContent::kNull && token->is_value() ? std::string_view("{null}") : shown->view(), " to type '", full_name(to), "'. "), token);
  }

  // ---- tokens and object --------------------------------------------------------------------------------------------
  Slot as_token_type(JToken* token, const Type& to) {
    if (token->kind == JTokenType::kNull && !to.is(Known::kJToken) && !to.is(Known::kJValue)) return {};
    recognise_dates(token, kMaxTreeDepth);
    if (!is_instance(token, to)) return run_.raise_cast(*token->type, to);
    return Slot::of_object(source_.empty() ? deep_clone(run_, token) : detached(token));
  }

  JToken* detached(JToken* token) { return token->parent == nullptr ? token : deep_clone(run_, token); }

  // What an `object` holds: long, double, string, bool, DateTime, or a container.
  Object* plain_object(JToken* token) {
    if (token->is_container()) return as_token_type(token, run_.type(Known::kJToken)).object;
    recognise_dates(token, 1);
    return value_object(run_, static_cast<JValue*>(token));
  }

  // Texts were read as texts, since a `string` wants them so; tokens and `object` want dates.
  void recognise_dates(JToken* token, std::uint32_t depth) {
    if (has_dates_ || depth == 0) return;
    if (JContainer* container = as_container(token); container != nullptr) {
      for (JToken* item : container->children()) recognise_dates(item, depth - 1);
      return;
    }
    JValue& value = static_cast<JValue&>(*token);
    std::int64_t date_time = 0;
    if (value.kind != JTokenType::kString || value.content == JContent::kNull) return;
    if (!read_json_date(text_of(value, run_.arena), date_time)) return;
    value.kind = JTokenType::kDate;
    value.content = JContent::kDate;
    value.value = Slot::of(date_time);
  }

  // ---- values -------------------------------------------------------------------------------------------------------
  Slot null_for(JToken* token, const Type& to) {
    if (accepts_null(to)) return {};
    return fail_convert(token, to);
  }

  Slot value(JToken* token, const Type& to) {
    JValue* from = static_cast<JValue*>(token);
    Slot out{};
    if (to.is(Known::kString)) return string_for(from);
    if (to.kind == TypeKind::kEnum) return enum_value(from, to);
    if (to.kind == TypeKind::kArray && is_packed_array(to) && to.element->is(Known::kByte)) {
      cast_token(run_, token, Known::kArray, false, out);
      return out;
    }
    if (!is_simple(to)) return fail_convert(token, to);
    if (from->kind == JTokenType::kFloat && is_integral(to) && !source_.empty()) {
      return fail(Known::kJsonReaderException, joined("Input string '", number_text(from), "' is not a valid integer. "), token);
    }
    // A decimal keeps the zeros that were written.
    const bool keeps_scale = to.is(Known::kDecimal) && from->content == JContent::kNumberText && !source_.empty() &&
                             from->view().find_first_of("eE") == std::string_view::npos;
    JToken* source = keeps_scale ? make_jvalue(run_, run_.view(from->view())) : token;
    if (!cast_token(run_, source, to.known, false, out)) return rewrap(token, to);
    return out;
  }

  std::string number_text(const JValue* value) {
    const String* text = write_json(run_, value, Formatting::kNone);
    return value->content == JContent::kNumberText ? std::string(value->view()) : std::string(text->view());
  }

  static bool is_simple(const Type& type) {
    switch (type.known) {
      case Known::kBoolean: case Known::kChar: case Known::kDateTime: case Known::kDateTimeOffset: case Known::kTimeSpan: case Known::kGuid:
      case Known::kUri:
        return true;
      default:
        return is_numeric(type);
    }
  }

  // A failed conversion is the serializer's mistake to report, with the original inside.
  Slot rewrap(JToken* token, const Type& to) {
    if (run_.exceeded != Limit::kNone || source_.empty()) return {};
    Exception* inner = run_.pending;
    run_.pending = nullptr;
    const bool reads_number = token->kind == JTokenType::kString && (to.is(Known::kInt32) || to.is(Known::kDouble) || to.is(Known::kDecimal) || to.is(Known::kBoolean));
    if (reads_number) {
      const std::string_view what = to.is(Known::kInt32) ? "integer" : to.is(Known::kDouble) ? "double" : to.is(Known::kDecimal) ? "decimal" : "boolean";
      fail(Known::kJsonReaderException, joined("Could not convert string to ", what, ": ", text_of(static_cast<JValue&>(*token), run_.arena), ". "), token);
    } else {
      fail_convert(token, to);
    }
    if (run_.pending != nullptr && run_.pending != inner) run_.pending->inner = inner;
    return {};
  }

  // Numbers as they were written; true and false in lower case.
  Slot string_for(JValue* from) {
    switch (from->kind) {
      case JTokenType::kBoolean:
        if (source_.empty()) break;
        return Slot::of_object(run_.view(from->value.integer != 0 ? "true" : "false"));
      case JTokenType::kInteger:
      case JTokenType::kFloat:
        if (from->content == JContent::kNumberText && !source_.empty()) return Slot::of_object(run_.view(from->view()));
        break;
      default:
        break;
    }
    Slot out{};
    cast_token(run_, from, Known::kString, false, out);
    return out;
  }

  Slot enum_value(JValue* from, const Type& to) {
    std::int64_t number = 0;
    if (integer_of(run_, from, number) && from->kind == JTokenType::kInteger) return Slot::of(number);
    if (from->kind != JTokenType::kString) return fail_convert(from, to);
    const std::string_view name = text_of(*from, run_.arena);
    for (const EnumValue& value : run_.types.enum_values(to)) {
      if (equals_ignoring_ascii_case(value.name, name)) return Slot::of(value.value);
    }
    return fail_convert(from, to);
  }

  // ---- arrays -------------------------------------------------------------------------------------------------------
  Slot array(JArray* from, const Type& to, std::uint32_t depth) {
    if (to.kind == TypeKind::kArray && to.rank <= 1) return real_array(from, to, depth);
    if (dictionary_of(to) != nullptr) return fail_shape(from, "array (e.g. [1,2,3])", to, kNeedsObject);
    const Type* element = to.kind == TypeKind::kClass || to.kind == TypeKind::kInterface ? element_of(to) : nullptr;
    if (element == nullptr) {
      const bool is_value = is_simple(to) || to.is(Known::kString);
      if (is_value && !source_.empty()) {
        return fail(Known::kJsonReaderException, "Unexpected character encountered while parsing value: [. ", from);
      }
      return fail_shape(from, "array (e.g. [1,2,3])", to, is_value ? kNeedsValue : kNeedsObject);
    }
    return collection(from, concrete_list(to, *element), *element, depth);
  }

  const Type* element_of(const Type& to) {
    if (to.is(Known::kIEnumerable)) return &run_.type(Known::kObject);
    if (to.arguments.size() == 1) return run_.types.element_type(to);
    return nullptr;
  }

  // List<T> stands for the interfaces.
  const Type& concrete_list(const Type& to, const Type& element) {
    if (to.kind != TypeKind::kInterface) return to;
    if (to.is(Known::kISet1)) return run_.types.construct(Known::kHashSet1, {&element});
    return run_.types.construct(Known::kList1, {&element});
  }

  Slot real_array(JArray* from, const Type& to, std::uint32_t depth) {
    const Type& element = *to.element;
    if (is_packed_array(to)) return packed_array(from, to, depth);
    Array* made = run_.array(to, from->count);
    for (std::uint32_t i = 0; made != nullptr && i < from->count; ++i) {
      made->items[i] = build(from->items[i], element, depth - 1);
      if (run_.failed()) return {};
    }
    return Slot::of_object(made);
  }

  Slot packed_array(JArray* from, const Type& to, std::uint32_t depth) {
    ByteArray* made = run_.bytes(to, from->count);
    for (std::uint32_t i = 0; made != nullptr && i < from->count; ++i) {
      made->data[i] = static_cast<std::uint8_t>(build(from->items[i], *to.element, depth - 1).integer);
      if (run_.failed()) return {};
    }
    return Slot::of_object(made);
  }

  Slot collection(JArray* from, const Type& type, const Type& element, std::uint32_t depth) {
    const MemberInfo* add = find_member(run_, type, "Add", {&element});
    for (const std::string_view name : {std::string_view("Enqueue"), std::string_view("Push")}) {
      if (add == nullptr) add = find_member(run_, type, name, {&element});
    }
    if (add == nullptr) return fail_shape(from, "array (e.g. [1,2,3])", type, kNeedsObject);
    const Slot made = make_collection(type);
    const CallSite site{.result = add->type, .declaring = &type};
    for (std::uint32_t i = 0; i < from->count && !run_.failed(); ++i) {
      const Slot item = build(from->items[i], element, depth - 1);
      if (run_.failed()) return {};
      const Slot arguments[] = {made, item};
      add->row->native(run_, arguments, site);
    }
    return made;
  }

  Slot make_collection(const Type& type) {
    const MemberInfo* constructor = find_member(run_, type, ".ctor", {});
    if (constructor == nullptr) return run_.raise(Known::kJsonSerializationException, joined("Unable to find a constructor to use for type ", full_name(type), "."));
    const CallSite site{.result = &type, .declaring = &type};
    return constructor->row->native(run_, nullptr, site);
  }

  // ---- objects ------------------------------------------------------------------------------------------------------
  const Type* dictionary_of(const Type& to) {
    const Type* found = run_.types.implemented(to, run_.type(Known::kIDictionary2));
    return found != nullptr ? found : run_.types.implemented(to, run_.type(Known::kIReadOnlyDictionary2));
  }

  Slot object(JObject* from, const Type& to, std::uint32_t depth) {
    if (to.kind == TypeKind::kAnonymous || to.kind == TypeKind::kTuple) return record(from, to, depth);
    if (const Type* dictionary = dictionary_of(to); dictionary != nullptr) return fill_dictionary(from, to, *dictionary, depth);
    if (to.is(Known::kKeyValuePair2)) return pair(from, to, depth);
    if (to.is(Known::kString) || is_simple(to)) {
      if (!source_.empty()) return fail(Known::kJsonReaderException, "Unexpected character encountered while parsing value: {. ", from);
      return fail_shape(from, "object (e.g. {\"name\":\"value\"})", to, kNeedsValue);
    }
    if (to.kind == TypeKind::kArray || element_of(to) != nullptr) return fail_shape(from, "object (e.g. {\"name\":\"value\"})", to, kNeedsArray);
    return run_.raise(Known::kJsonSerializationException, joined("Could not create an instance of type ", full_name(to), "."));
  }

  Slot fill_dictionary(JObject* from, const Type& to, const Type& dictionary, std::uint32_t depth) {
    const Type& key = *dictionary.arguments[0];
    const Type& item = *dictionary.arguments[1];
    const Type& type = to.kind == TypeKind::kInterface ? run_.types.construct(Known::kDictionary2, {&key, &item}) : to;
    const MemberInfo* indexer = find_member(run_, type, "Item", {&key});
    if (indexer == nullptr || indexer->row->setter == nullptr) return fail_shape(from, "object (e.g. {\"name\":\"value\"})", to, kNeedsArray);
    const Slot made = make_collection(type);
    const CallSite site{.result = &item, .declaring = &type};
    for (std::uint32_t i = 0; i < from->count && !run_.failed(); ++i) {
      const JProperty& property = *from->property_at(i);
      const Slot name = key_slot(property, key, depth);
      const Slot value = run_.failed() ? Slot{} : build(property.value, item, depth - 1);
      if (run_.failed()) return {};
      const Slot arguments[] = {made, name, value};
      indexer->row->setter(run_, arguments, site);
    }
    return made;
  }

  Slot key_slot(const JProperty& property, const Type& key, std::uint32_t depth) {
    String* name = run_.view(property.name());
    if (key.is(Known::kString) || key.is(Known::kObject)) return Slot::of_object(name);
    return build(make_jvalue(run_, name), key, depth - 1);
  }

  Slot member(JObject* from, std::string_view name, const Type& type, std::uint32_t depth) {
    const JProperty* property = find_property(*from, name);
    if (property == nullptr) property = find_property_ignoring_case(*from, name);
    return property == nullptr ? run_.zero(type) : build(property->value, type, depth - 1);
  }

  Slot record(JObject* from, const Type& to, std::uint32_t depth) {
    Record* made = run_.make<Record>(to);
    made->count = static_cast<std::uint32_t>(to.arguments.size());
    made->fields = run_.arena.array<Slot>(made->count).data();
    for (std::uint32_t i = 0; i < made->count && !run_.failed(); ++i) {
      const std::string numbered = joined("Item", i + 1);
      made->fields[i] = member(from, to.kind == TypeKind::kAnonymous ? to.names[i] : std::string_view(numbered), *to.arguments[i], depth);
    }
    return Slot::of_object(made);
  }

  Slot pair(JObject* from, const Type& to, std::uint32_t depth) {
    const Slot key = member(from, "Key", *to.arguments[0], depth);
    const Slot value = run_.failed() ? Slot{} : member(from, "Value", *to.arguments[1], depth);
    return Slot::of_object(run_.record(to, {key, value}));
  }

  Run& run_;
  std::string_view source_;
  bool has_dates_;  // date texts are Date tokens already
};

constexpr std::uint32_t kMaxDepth = 200;

// Those that ToObject<T> casts instead of deserialising.
bool has_cast(const Type& type) {
  switch (type.known) {
    case Known::kBoolean: case Known::kChar: case Known::kSByte: case Known::kByte: case Known::kInt16: case Known::kUInt16: case Known::kInt32:
    case Known::kUInt32: case Known::kInt64: case Known::kUInt64: case Known::kSingle: case Known::kDouble: case Known::kDecimal:
    case Known::kDateTime: case Known::kDateTimeOffset: case Known::kString: case Known::kGuid: case Known::kUri: case Known::kTimeSpan:
      return true;
    default:
      return false;
  }
}

}  // namespace

Slot token_to_object(Run& run, JToken* token, const Type& to) {
  Slot out{};
  if (has_cast(to) || (is_nullable(to) && has_cast(underlying(to)))) {
    cast_token(run, token, underlying(to).known, is_nullable(to), out);
    return out;
  }
  return Builder(run, {}, true).build(token, to, kMaxDepth);
}

Slot deserialize(Run& run, String* json, const Type& to) {
  if (json == nullptr) return run.raise_null("value");
  const bool wants_dates = to.is(Known::kObject) || to.is(Known::kJObject) || to.is(Known::kJArray) || to.is(Known::kJToken) || to.is(Known::kJValue);
  JToken* token = parse_json(run, json->view(), {.root = JsonRoot::kDeserialize, .dates = wants_dates});
  if (run.failed()) return {};
  if (token == nullptr) {  // empty text
    if (accepts_null(to)) return {};
    if (to.is_value_type) return run.raise(Known::kJsonSerializationException, "No JSON content found and type '" + full_name(to) + "' is not nullable. Path '', line 0, position 0.");
    return {};
  }
  return Builder(run, json->view(), wants_dates).build(token, to, kMaxDepth);
}

}  // namespace portcullis
