#include "engine/liquid/value.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/date_format.h"
#include "engine/dotnet/jconvert.h"
#include "engine/dotnet/number_format.h"
#include "engine/exchange/exchange.h"
#include "engine/json/json.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml.h"

namespace portcullis::liquid {

Value World::fail(std::string_view message) {
  if (problem.data() == nullptr) problem = run.arena.copy(message);
  if (problem.data() == nullptr) problem = "out of memory";
  return {};
}

// ---- from .NET ----------------------------------------------------------------------------------------------------

Value from_json(World& world, JToken* token) {
  if (token == nullptr) return {};
  if (JContainer* container = as_container(token)) {
    if (JProperty* property = as_property(token)) return from_json(world, property->value);
    return Value::of(container);
  }
  JValue& value = *as_value(token);
  resolve_number(world.run.arena, value);
  switch (value.content) {
    case JContent::kNull:
      return {};
    case JContent::kInteger:
      return Value::of(value.value.integer);
    case JContent::kReal:
      return Value::of_real(value.value.real);
    case JContent::kBoolean:
      return Value::of(value.value.integer != 0);
    case JContent::kDate:
      return Value::of_date(value.value.integer);
    case JContent::kText:
    case JContent::kEscaped:
      return Value::of(portcullis::text_of(value, world.run.arena));
    case JContent::kNumberText:
    case JContent::kBigInteger:
      return Value::of(value.view());
    case JContent::kObject:
      return from_object(world, value.value.object);
  }
  return {};
}

Value from_object(World& world, Object* object) {
  if (object == nullptr) return {};
  const Type& type = *object->type;
  if (type.is(Known::kString)) return Value::of(static_cast<const String*>(object)->view());
  if (type.is(Known::kDecimal)) return Value::of(static_cast<const Decimal*>(object));
  if (JToken* token = as_token(object)) return from_json(world, token);
  if (XContainer* container = as_xcontainer(as_xobject(object))) return Value::of(container);
  Value made = Value::of(Kind::kObject);
  made.object = object;
  if (type.is_reference()) return made;
  const Slot slot = static_cast<const Box*>(object)->value;
  if (type.is(Known::kBoolean)) return Value::of(slot.integer != 0);
  if (type.is(Known::kDateTime)) return Value::of_date(slot.integer);
  if (type.storage == Storage::kDouble) return Value::of_real(slot.real);
  if (type.storage == Storage::kFloat) return Value::of_real(static_cast<double>(slot.single));
  const bool is_plain = is_integral(type) && !type.is(Known::kChar) && !type.is(Known::kUInt64);
  return is_plain ? Value::of(slot.integer) : made;
}

// ---- XML ----------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

bool has_elements(const XContainer& container) { return first_element(container, nullptr) != nullptr; }

XElement* next_element(XNode* node) {
  while (node != nullptr && node->kind != XKind::kElement) node = node->next;
  return as_element(node);
}

bool is_nil_element(const XElement& element) {
  for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
    if (at->name->local == "nil" && at->name->space->uri == kSchemaInstance)
      return at->value == "true" || at->value == "1";
  }
  return false;
}

// Case is ignored, and so is a prefix that the author wrote. observed: tests/policies/set_body/liquid_xml_paths.case
bool is_named(std::string_view local, std::string_view wanted) {
  const std::size_t colon = wanted.find(':');
  return equals_ignoring_ascii_case(local, colon == std::string_view::npos ? wanted : wanted.substr(colon + 1));
}

Value attribute_of(const XElement& element, std::string_view name) {
  for (const XAttribute* at = element.first_attribute; at != nullptr; at = at->next) {
    if (!is_namespace_declaration(*at) && is_named(at->name->local, name)) return Value::of(at->value);
  }
  return {};
}

// Several children of one name are a list; none: an attribute of that name.
Value element_member(World& world, XContainer& parent, std::string_view name) {
  if (name.starts_with('@'))
    return parent.kind == XKind::kElement ? attribute_of(static_cast<XElement&>(parent), name.substr(1)) : Value();
  std::size_t count = 0;
  XElement* only = nullptr;
  for (XElement* child = next_element(parent.first); child != nullptr; child = next_element(child->next)) {
    if (!world.run.spend(1)) return {};
    if (is_named(child->name->local, name)) only = child, ++count;
  }
  if (count == 1) return Value::of(static_cast<XContainer*>(only));
  if (count > 1) {
    const std::span<Value> found = world.run.arena.array<Value>(count);
    count = 0;
    for (XElement* child = next_element(parent.first); child != nullptr; child = next_element(child->next)) {
      if (is_named(child->name->local, name)) found[count++] = Value::of(static_cast<XContainer*>(child));
    }
    return Value::of(std::span<const Value>(found));
  }
  return parent.kind == XKind::kElement ? attribute_of(static_cast<XElement&>(parent), name) : Value();
}

std::span<const Value> child_elements(World& world, const XContainer& parent) {
  std::size_t count = 0;
  for (XElement* child = next_element(parent.first); child != nullptr; child = next_element(child->next)) ++count;
  if (!world.run.spend(count + 1)) return {};
  const std::span<Value> items = world.run.arena.array<Value>(count);
  count = 0;
  for (XElement* child = next_element(parent.first); child != nullptr; child = next_element(child->next)) {
    items[count++] = Value::of(static_cast<XContainer*>(child));
  }
  return items;
}

}  // namespace

Value plain(World& world, const Value& value) {
  if (!value.is(Kind::kXml) || value.xml->kind != XKind::kElement || has_elements(*value.xml)) return value;
  auto& element = static_cast<XElement&>(*value.xml);
  if (is_nil_element(element)) return world.nil_elements ? Value() : Value::of(std::string_view(""));
  return Value::of(inner_text(world.run, element));
}

// ---- .NET objects -------------------------------------------------------------------------------------------------

namespace {

// `context` has some names for templates that expressions do not know. source: transformation.md#6.3
Value exchange_member(World& world, Object* object, std::string_view name, bool& found) {
  const Type& type = *object->type;
  found = true;
  if (type.is(Known::kRequest)) {
    auto& request = *static_cast<Request*>(object);
    if (name == "HasBody") return Value::of(request.body.state != BodyState::kNone);
    if (name == "OriginalMethod") return Value::of(world.run.exchange->view.request.method);
  }
  if (type.is(Known::kResponse) && name == "Method") return Value::of(world.run.exchange->request.method);
  if (type.is(Known::kUrl) && (name == "ToString" || name == "ToUri"))
    return Value::of(static_cast<Url*>(object)->text(world.run.arena));
  found = false;
  return {};
}

const MemberInfo* property_of(const TypeTable& types, const Type& type, std::string_view name) {
  for (const Type* at = &type; at != nullptr; at = at->base) {
    for (const MemberInfo* member : types.declared(*at, name)) {
      if (member->kind == MemberKind::kProperty && !member->is_static && member->row != nullptr &&
          member->row->native != nullptr)
        return member;
    }
  }
  for (const Type* implemented : type.interfaces) {
    if (const MemberInfo* member = property_of(types, *implemented, name)) return member;
  }
  return nullptr;
}

Value property_value(World& world, Object* object, std::string_view name) {
  const MemberInfo* member = property_of(world.run.types, *object->type, name);
  if (member == nullptr) return {};
  const Slot self = object->type->is_reference() ? Slot::of_object(object) : static_cast<const Box*>(object)->value;
  const CallSite site{.result = member->type, .declaring = member->declaring, .type_arguments = {}};
  const Slot value = member->row->native(world.run, &self, site);
  return world.run.failed() ? Value() : from_object(world, world.run.box(*member->type, value));
}

const DictionaryAccess* dictionary_of(const Object* object) {
  return find_operation(*object->type, &TypeOperations::dictionary);
}

Value object_of_slot(World& world, const Type& container, std::size_t argument, Slot slot) {
  const Type* element = nullptr;
  if (const Type* dictionary = world.run.types.implemented(container, world.run.type(Known::kIReadOnlyDictionary2)))
    element = dictionary->arguments[argument];
  if (element == nullptr) {
    if (const Type* dictionary = world.run.types.implemented(container, world.run.type(Known::kIDictionary2)))
      element = dictionary->arguments[argument];
  }
  if (element == nullptr) return from_object(world, slot.object);
  return from_object(world, world.run.box(*element, slot));
}

Value object_member(World& world, Object* object, std::string_view name) {
  bool found = false;
  const Value known = exchange_member(world, object, name, found);
  if (found) return known;
  const DictionaryAccess* dictionary = dictionary_of(object);
  if (dictionary != nullptr) {
    Slot value{};
    const bool has = dictionary->find(world.run, object, Slot::of_object(world.run.string(name)), value);
    if (world.run.failed()) return {};
    if (has) return object_of_slot(world, *object->type, 1, value);
    return {};
  }
  return property_value(world, object, name);
}

std::span<const Value> enumerated(World& world, Object* object) {
  std::vector<Value> items;
  const Type* element = world.run.types.element_type(*object->type);
  Enumerator* walk = enumerate(world.run, object, {});
  while (!world.run.failed() && walk->next(world.run, walk)) {
    if (!world.run.spend(1)) return {};
    Object* item = current_as_object(world.run, element, walk);
    if (item != nullptr && item->type->is(Known::kKeyValuePair2)) {
      const auto& record = *static_cast<const Record*>(item);
      const auto* pair =
          world.run.arena.make<Pair>(from_object(world, world.run.box(*record.type->arguments[0], record.fields[0])),
                                     from_object(world, world.run.box(*record.type->arguments[1], record.fields[1])));
      items.push_back(Value::of(pair));
    } else {
      items.push_back(from_object(world, item));
    }
  }
  return world.run.arena.copy(std::span<const Value>(items));
}

bool is_enumerable(const Object* object) {
  return find_operation(*object->type, &TypeOperations::enumerate) != nullptr;
}

}  // namespace

// ---- members ------------------------------------------------------------------------------------------------------

namespace {

Value loop_member(const LoopState& loop, std::string_view name) {
  if (name == "name") return Value::of(loop.name);
  if (name == "length") return Value::of(loop.length);
  if (name == "index") return Value::of(loop.index0 + 1);
  if (name == "index0") return Value::of(loop.index0);
  if (name == "rindex") return Value::of(loop.length - loop.index0);
  if (name == "rindex0") return Value::of(loop.length - loop.index0 - 1);
  if (name == "first") return Value::of(loop.index0 == 0);
  if (name == "last") return Value::of(loop.index0 + 1 == loop.length);
  if (loop.columns == 0) return {};
  if (name == "col") return Value::of(loop.column0 + 1);
  if (name == "col0") return Value::of(loop.column0);
  if (name == "col_first") return Value::of(loop.column0 == 0);
  if (name == "col_last") return Value::of(loop.column0 + 1 == loop.columns);
  return {};
}

// What collections answer besides their own members.
Value collection_member(World& world, const Value& value, std::string_view name) {
  if (name == "size" || name == "Size") return Value::of(size_of(world, value));
  if (name == "first" || name == "First") return first_of(world, value);
  if (name == "last" || name == "Last") return last_of(world, value);
  return {};
}

}  // namespace

Value member(World& world, const Value& value, std::string_view name) {
  switch (value.kind) {
    case Kind::kJson:
      if (JObject* object = as_object(value.json)) {
        if (JProperty* property = find_property(*object, name)) return from_json(world, property->value);
      }
      return collection_member(world, value, name);
    case Kind::kXml: {
      const Value found = element_member(world, *value.xml, name);
      return found.is(Kind::kNil) ? collection_member(world, value, name) : found;
    }
    case Kind::kObject: {
      const Value found = object_member(world, value.object, name);
      const bool is_collection = found.is(Kind::kNil) && is_enumerable(value.object);
      return is_collection ? collection_member(world, value, name) : found;
    }
    case Kind::kPair:
      if (name == "Key" || name == "key") return value.pair->key;
      if (name == "Value" || name == "value") return value.pair->value;
      return collection_member(world, value, name);
    case Kind::kLoop:
      return loop_member(*value.loop, name);
    case Kind::kText:
      return name == "size" || name == "Size" ? Value::of(size_of(world, value)) : Value();
    case Kind::kList:
    case Kind::kRange:
      return collection_member(world, value, name);
    default:
      return {};
  }
}

Value at_index(World& world, const Value& value, const Value& given) {
  const Value index = plain(world, given);
  if (index.is(Kind::kText)) return member(world, value, index.text);
  if (!index.is(Kind::kInteger)) return {};
  if (value.is(Kind::kJson) && as_object(value.json) != nullptr) return member(world, value, text_of(world, index));
  if (value.is(Kind::kObject) && dictionary_of(value.object) != nullptr)
    return member(world, value, text_of(world, index));
  if (value.is(Kind::kJson) && index.integer >= 0 && index.integer < value.json->count)
    return from_json(world, value.json->items[index.integer]);
  const std::span<const Value> items = items_of(world, value);
  return index.integer >= 0 && index.integer < static_cast<std::int64_t>(items.size())
             ? items[static_cast<std::size_t>(index.integer)]
             : Value();
}

// ---- collections --------------------------------------------------------------------------------------------------

bool is_walkable(World& world, const Value& value) {
  switch (value.kind) {
    case Kind::kList:
    case Kind::kRange:
    case Kind::kJson:
      return true;
    case Kind::kXml:
      return has_elements(*value.xml);
    case Kind::kObject:
      return is_enumerable(value.object);
    default:
      static_cast<void>(world);
      return false;
  }
}

std::span<const Value> items_of(World& world, const Value& value) {
  Arena& arena = world.run.arena;
  switch (value.kind) {
    case Kind::kList:
      return value.list();
    case Kind::kRange: {
      if (value.last < value.integer) return {};
      const auto count = static_cast<std::uint64_t>(value.last) - static_cast<std::uint64_t>(value.integer) + 1;
      if (count > arena.remaining() / sizeof(Value)) return world.run.raise_limit(Limit::kMemory);
      if (!world.run.spend(count)) return {};
      const std::span<Value> items = arena.array<Value>(count);
      for (std::size_t i = 0; i < count; ++i) items[i] = Value::of(value.integer + static_cast<std::int64_t>(i));
      return items;
    }
    case Kind::kJson: {
      if (!world.run.spend(value.json->count + std::uint64_t{1})) return {};
      const std::span<Value> items = arena.array<Value>(value.json->count);
      for (std::size_t i = 0; i < items.size(); ++i) {
        JToken* item = value.json->items[i];
        const JProperty* property = as_property(item);
        items[i] = property == nullptr ? from_json(world, item)
                                       : Value::of(static_cast<const Pair*>(arena.make<Pair>(
                                             Value::of(property->name()), from_json(world, property->value))));
      }
      return items;
    }
    case Kind::kXml:
      return child_elements(world, *value.xml);
    case Kind::kObject:
      return is_enumerable(value.object) ? enumerated(world, value.object) : std::span<const Value>();
    default:
      return {};
  }
}

std::int64_t size_of(World& world, const Value& given) {
  const Value value = plain(world, given);
  switch (value.kind) {
    case Kind::kText:
      return utf16_length(value.text);
    case Kind::kList:
      return value.last;
    case Kind::kRange:
      return std::max<std::int64_t>(0, value.last - value.integer + 1);
    case Kind::kJson:
      return value.json->count;
    case Kind::kXml:
    case Kind::kObject:
      return static_cast<std::int64_t>(items_of(world, value).size());
    default:
      return 0;
  }
}

Value first_of(World& world, const Value& given) {
  const Value value = plain(world, given);
  if (value.is(Kind::kText) && !value.text.empty())
    return Value::of(value.text.substr(0, decode_utf8(value.text, 0).length));
  if (value.is(Kind::kRange)) return value.last < value.integer ? Value() : Value::of(value.integer);
  const std::span<const Value> items = items_of(world, value);
  return items.empty() ? Value() : items.front();
}

Value last_of(World& world, const Value& given) {
  const Value value = plain(world, given);
  if (value.is(Kind::kText) && !value.text.empty()) {
    std::size_t start = value.text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(value.text[start]) & 0xC0U) == 0x80) --start;
    return Value::of(value.text.substr(start));
  }
  if (value.is(Kind::kRange)) return value.last < value.integer ? Value() : Value::of(value.last);
  const std::span<const Value> items = items_of(world, value);
  return items.empty() ? Value() : items.back();
}

// ---- text ---------------------------------------------------------------------------------------------------------

namespace {

constexpr int kMaxWriteDepth = 200;

// Digits behind the point that are 0 say nothing. source: transformation.md#6.3
std::string_view without_trailing_zeros(std::string_view digits) {
  if (digits.find('.') == std::string_view::npos) return digits;
  while (digits.ends_with('0')) digits.remove_suffix(1);
  if (digits.ends_with('.')) digits.remove_suffix(1);
  return digits;
}

class Writer {
 public:
  Writer(World& world, TextBuffer& out, bool as_dotnet) : world_(world), out_(out), as_dotnet_(as_dotnet) {}

  bool write(const Value& given) {
    const Value value = plain(world_, given);
    if (world_.failed()) return false;
    switch (value.kind) {
      case Kind::kNil:
      case Kind::kEmpty:
      case Kind::kBlank:
      case Kind::kLoop:
        return true;
      case Kind::kBoolean:
        return add(as_dotnet_ ? (value.boolean ? "True" : "False") : (value.boolean ? "true" : "false"));
      case Kind::kInteger:
        return add(integer_text(world_.run, value.integer));
      case Kind::kReal:
        return add(real_text(world_.run, value.real));
      case Kind::kDecimal: {
        const String* text = decimal_text(world_.run, value.decimal);
        return text != nullptr && add(without_trailing_zeros(text->view()));
      }
      case Kind::kText:
        return add(value.text);
      case Kind::kDate:
        return add(format_date(world_.run, Moment::of(DateTime{static_cast<std::uint64_t>(value.integer)}), nullptr));
      case Kind::kPair:
        return add("[") && write(value.pair->key) && add(", ") && write(value.pair->value) && add("]");
      case Kind::kObject:
        if (!is_enumerable(value.object))
          return add(to_text(world_.run, world_.run.type(Known::kObject), Slot::of_object(value.object)));
        return items(value);
      case Kind::kList:
      case Kind::kRange:
      case Kind::kJson:
      case Kind::kXml:
        return items(value);
    }
    return true;
  }

 private:
  bool add(std::string_view text) { return out_.append(world_.run, text); }
  bool add(const String* text) { return text != nullptr && out_.append(world_.run, text); }
  bool items(const Value& value) {
    if (++depth_ > kMaxWriteDepth) return world_.run.raise_limit(Limit::kDepth);
    for (const Value& item : items_of(world_, value)) {
      if (!write(item)) return false;
    }
    --depth_;
    return !world_.failed();
  }

  World& world_;
  TextBuffer& out_;
  bool as_dotnet_;
  int depth_ = 0;
};

}  // namespace

bool write(World& world, const Value& value, TextBuffer& out) { return Writer(world, out, false).write(value); }

std::string_view text_of(World& world, const Value& given, bool as_dotnet) {
  const Value value = plain(world, given);
  if (value.is(Kind::kText)) return value.text;
  if (value.is(Kind::kNil)) return {};
  TextBuffer out;
  if (!Writer(world, out, as_dotnet).write(value)) return {};
  return out.view();
}

}  // namespace portcullis::liquid
