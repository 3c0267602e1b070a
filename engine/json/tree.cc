// Making, linking, finding and comparing tokens. What Newtonsoft's JContainer, JObject and JProperty do underneath.
#include <cstring>

#include "base/text.h"
#include "engine/json/json.h"
#include "engine/json/tree_index.h"

namespace portcullis {

std::string_view name_of(JTokenType kind) {
  constexpr std::string_view kNames[] = {"None",    "Object", "Array",     "Constructor", "Property", "Comment", "Integer", "Float", "String",
                                         "Boolean", "Null",   "Undefined", "Date",        "Raw",      "Bytes",   "Guid",    "Uri",   "TimeSpan"};
  return kNames[static_cast<std::size_t>(kind)];
}

JToken* as_token(Object* object) {
  if (object == nullptr) return nullptr;
  switch (object->type->known) {
    case Known::kJObject:
    case Known::kJArray:
    case Known::kJProperty:
    case Known::kJValue:
    case Known::kJRaw:
    case Known::kJConstructor:
      return static_cast<JToken*>(object);
    default:
      return nullptr;
  }
}

// ---- making --------------------------------------------------------------------------------------------------------------
namespace {

template <typename T>
T* make_token(Run& run, Known type, JTokenType kind) {
  T* token = run.make<T>(type);
  token->kind = kind;
  return token;
}

JValue* make_value(Run& run, JTokenType kind, JContent content, Slot slot) {
  JValue* value = make_token<JValue>(run, Known::kJValue, kind);
  value->content = content;
  value->value = slot;
  return value;
}

void set_text(JValue& value, String* text) {
  value.content = JContent::kText;
  value.value = Slot::of_object(text);
  value.text = text->data;
  value.size = text->size;
}

}  // namespace

JObject* make_jobject(Run& run) { return make_token<JObject>(run, Known::kJObject, JTokenType::kObject); }
JArray* make_jarray(Run& run) { return make_token<JArray>(run, Known::kJArray, JTokenType::kArray); }

JProperty* make_jproperty(Run& run, std::string_view name, JToken* value) {
  JProperty* property = make_token<JProperty>(run, Known::kJProperty, JTokenType::kProperty);
  property->items = &property->value;
  property->count = 1;
  property->capacity = 1;
  property->name_data = name.data();
  property->name_size = static_cast<std::uint32_t>(name.size());
  set_property_value(run, *property, value);
  return property;
}

JConstructor* make_jconstructor(Run& run, std::string_view name) {
  JConstructor* made = make_token<JConstructor>(run, Known::kJConstructor, JTokenType::kConstructor);
  made->name = name;
  return made;
}

JValue* make_jnull(Run& run, JTokenType kind) { return make_value(run, kind, JContent::kNull, {}); }
JValue* make_jvalue(Run& run, bool value) { return make_value(run, JTokenType::kBoolean, JContent::kBoolean, Slot::of(value ? 1 : 0)); }
JValue* make_jvalue(Run& run, std::int64_t value) { return make_value(run, JTokenType::kInteger, JContent::kInteger, Slot::of(value)); }
JValue* make_jvalue(Run& run, double value) { return make_value(run, JTokenType::kFloat, JContent::kReal, Slot::of_real(value)); }

JValue* make_jvalue(Run& run, String* value) {
  if (value == nullptr) return make_jnull(run, JTokenType::kString);
  JValue* made = make_value(run, JTokenType::kString, JContent::kText, {});
  set_text(*made, value);
  return made;
}

JValue* make_jstring(Run& run, std::string_view text) {
  JValue* made = make_value(run, JTokenType::kString, JContent::kText, {});
  made->text = text.data();
  made->size = static_cast<std::uint32_t>(text.size());
  return made;
}

JValue* make_jdate(Run& run, std::int64_t date_time) { return make_value(run, JTokenType::kDate, JContent::kDate, Slot::of(date_time)); }

JValue* make_jraw(Run& run, String* json) {
  JValue* made = make_token<JValue>(run, Known::kJRaw, JTokenType::kRaw);
  if (json != nullptr) set_text(*made, json);
  return made;
}

JValue* make_jboxed(Run& run, JTokenType kind, Object* value) {
  return make_value(run, kind, value == nullptr ? JContent::kNull : JContent::kObject, Slot::of_object(value));
}

// ---- finding -------------------------------------------------------------------------------------------------------------
namespace {

std::uint32_t hash_name(std::string_view name) {
  std::uint64_t hash = 0x9E3779B97F4A7C15ULL ^ name.size();
  const char* at = name.data();
  std::size_t left = name.size();
  const auto mix = [&hash](std::uint64_t bits) {
    hash = (hash ^ bits) * 0xD6E8FEB86659FD93ULL;
    hash ^= hash >> 32;
  };
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, at, 8);
    mix(bits);
  }
  if (left > 0) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, at, left);
    mix(bits);
  }
  return static_cast<std::uint32_t>(hash ^ (hash >> 29));
}

bool is_named(const JToken* token, std::string_view name) {
  const auto* property = static_cast<const JProperty*>(token);
  if (property->name_size != name.size()) return false;
  return name.empty() || (property->name_data[0] == name[0] && std::memcmp(property->name_data, name.data(), name.size()) == 0);
}

void put_in_index(JObject& object, std::string_view name, std::uint32_t position) {
  const std::uint32_t mask = object.index_size - 1;
  std::uint32_t at = hash_name(name) & mask;
  while (object.index[at] != 0) at = (at + 1) & mask;
  object.index[at] = position + 1;
}

void rebuild_index(Arena& arena, JObject& object, std::span<JToken* const> properties, std::uint32_t size) {
  object.index = static_cast<std::uint32_t*>(arena.allocate(sizeof(std::uint32_t) * size, alignof(std::uint32_t)));
  object.index_size = size;
  std::memset(object.index, 0, sizeof(std::uint32_t) * size);
  for (std::uint32_t i = 0; i < properties.size(); ++i) put_in_index(object, static_cast<JProperty*>(properties[i])->name(), i);
}

}  // namespace

std::uint32_t find_among(const JObject& object, std::span<JToken* const> properties, std::string_view name, std::uint32_t& probes) {
  if (object.index == nullptr) {
    for (std::uint32_t i = 0; i < properties.size(); ++i) {
      if (is_named(properties[i], name)) return i;
    }
    probes += static_cast<std::uint32_t>(properties.size());
    return kNotFound;
  }
  const std::uint32_t mask = object.index_size - 1;
  for (std::uint32_t at = hash_name(name) & mask; object.index[at] != 0; at = (at + 1) & mask, ++probes) {
    const std::uint32_t position = object.index[at] - 1;
    if (is_named(properties[position], name)) return position;
  }
  return kNotFound;
}

void index_added(Arena& arena, JObject& object, std::span<JToken* const> properties) {
  const auto count = static_cast<std::uint32_t>(properties.size());
  if (object.index == nullptr || count * 2 > object.index_size) {
    std::uint32_t size = 64;
    while (size < count * 4) size *= 2;
    rebuild_index(arena, object, properties, size);
    return;
  }
  put_in_index(object, static_cast<JProperty*>(properties.back())->name(), count - 1);
}

JProperty* find_property(const JObject& object, std::string_view name) {
  std::uint32_t probes = 0;
  const std::uint32_t position = find_among(object, object.children(), name, probes);
  return position == kNotFound ? nullptr : object.property_at(position);
}

JProperty* find_property_ignoring_case(const JObject& object, std::string_view name) {
  for (JToken* item : object.children()) {
    auto* property = static_cast<JProperty*>(item);
    if (equals_ignoring_ascii_case(property->name(), name)) return property;
  }
  return nullptr;
}

std::uint32_t index_in_parent(const JToken& token) {
  const std::span<JToken* const> siblings = token.parent->children();
  if (token.position < siblings.size() && siblings[token.position] == &token) return token.position;
  for (std::uint32_t i = 0; i < siblings.size(); ++i) siblings[i]->position = i;
  return token.position;
}

JToken* next_sibling(const JToken& token) {
  if (token.parent == nullptr) return nullptr;
  const std::uint32_t at = index_in_parent(token) + 1;
  return at < token.parent->count ? token.parent->items[at] : nullptr;
}

JToken* previous_sibling(const JToken& token) {
  if (token.parent == nullptr) return nullptr;
  const std::uint32_t at = index_in_parent(token);
  return at > 0 ? token.parent->items[at - 1] : nullptr;
}

JToken* root_of(JToken* token) {
  while (token->parent != nullptr) token = token->parent;
  return token;
}

void append_path_name(std::string& out, std::string_view name) {
  constexpr std::string_view kSpecial{". '/\"[]()\t\n\r\f\b\\", 15};
  const bool special = name.find_first_of(kSpecial) != std::string_view::npos || name.find("\xC2\x85") != std::string_view::npos ||
                       name.find("\xE2\x80\xA8") != std::string_view::npos || name.find("\xE2\x80\xA9") != std::string_view::npos;
  if (special) {
    append(out, "['");
    append_json_escaped(out, name, '\'');
    append(out, "']");
    return;
  }
  if (!out.empty()) out.push_back('.');
  append(out, name);
}

String* path_of(Run& run, const JToken& token) {
  std::uint32_t count = 0;
  for (const JToken* at = &token; at != nullptr; at = at->parent) ++count;
  const std::span<const JToken*> way = run.arena.array<const JToken*>(count);
  for (const JToken* at = &token; at != nullptr; at = at->parent) way[--count] = at;
  std::string out;
  for (std::size_t i = 0; i < way.size(); ++i) {
    if (way[i]->kind == JTokenType::kProperty && (i > 0 || way.size() > 1)) {
      append_path_name(out, static_cast<const JProperty*>(way[i])->name());
    } else if ((way[i]->kind == JTokenType::kArray || way[i]->kind == JTokenType::kConstructor) && i + 1 < way.size()) {
      append(out, '[', index_in_parent(*way[i + 1]), ']');
    }
  }
  return run.string(out);
}

// ---- changing ------------------------------------------------------------------------------------------------------------
namespace {

// A token must not have two parents or contain itself: such an item is copied.
JToken* own_item(Run& run, const JContainer& parent, JToken* item) {
  if (item == nullptr) return make_jnull(run);
  const bool copies = item->parent != nullptr || item == &parent ||
                      (item->is_container() && static_cast<JContainer*>(item)->count > 0 && root_of(const_cast<JContainer*>(&parent)) == item);
  return copies ? deep_clone(run, item) : item;
}

bool raise_cannot_add(Run& run, const JToken& item, const JContainer& parent) {
  run.raise(Known::kArgumentException, joined("Can not add ", full_name(*item.type), " to ", full_name(*parent.type), "."));
  return false;
}

// JContainer.ValidateToken. `existing` is the item to be replaced.
bool may_hold(Run& run, const JContainer& parent, const JToken& item, const JToken* existing) {
  if (parent.kind != JTokenType::kObject) return item.kind != JTokenType::kProperty || raise_cannot_add(run, item, parent);
  if (item.kind != JTokenType::kProperty) return raise_cannot_add(run, item, parent);
  const std::string_view name = static_cast<const JProperty&>(item).name();
  if (existing != nullptr && static_cast<const JProperty*>(existing)->name() == name) return true;
  if (find_property(static_cast<const JObject&>(parent), name) == nullptr) return true;
  run.raise(Known::kArgumentException, joined("Can not add property ", name, " to ", full_name(*parent.type),
                                              ". Property with the same name already exists on object."));
  return false;
}

void make_room(Arena& arena, JContainer& parent) {
  if (parent.count < parent.capacity) return;
  const std::uint32_t capacity = parent.capacity < 4 ? 8 : parent.capacity * 2;
  auto* grown = static_cast<JToken**>(arena.allocate(sizeof(JToken*) * capacity, alignof(JToken*)));
  if (parent.count > 0) std::memcpy(static_cast<void*>(grown), parent.items, sizeof(JToken*) * parent.count);
  parent.items = grown;
  parent.capacity = capacity;
}

void link_item(Run& run, JContainer& parent, std::size_t at, JToken* item) {
  make_room(run.arena, parent);
  JToken** place = parent.items + at;
  std::memmove(static_cast<void*>(place + 1), place, sizeof(JToken*) * (parent.count - at));
  *place = item;
  ++parent.count;
  ++parent.version;
  item->parent = &parent;
  item->position = static_cast<std::uint32_t>(at);
  if (parent.kind != JTokenType::kObject) return;
  auto& object = static_cast<JObject&>(parent);
  if (at + 1 == object.count && object.count > kIndexFrom) {
    index_added(run.arena, object, object.children());
  } else {
    object.index = nullptr;
  }
}

void unlink_item(JContainer& parent, std::size_t at) {
  parent.items[at]->parent = nullptr;
  std::memmove(static_cast<void*>(parent.items + at), parent.items + at + 1, sizeof(JToken*) * (parent.count - at - 1));
  --parent.count;
  ++parent.version;
  if (parent.kind == JTokenType::kObject) static_cast<JObject&>(parent).index = nullptr;
}

// A value that equals the old one leaves the old token in place.
bool is_unchanged(Run& run, JToken* current, JToken* next) {
  JValue* value = as_value(current);
  if (value == nullptr) return false;
  if (value->kind == JTokenType::kNull && next == nullptr) return true;
  JValue* other = as_value(next);
  return other != nullptr && values_equal(run, value, other);
}

}  // namespace

void insert_item(Run& run, JContainer& parent, std::size_t at, JToken* item) {
  if (item != nullptr && item->kind == JTokenType::kComment && (parent.kind == JTokenType::kObject || parent.kind == JTokenType::kProperty)) return;
  if (parent.kind == JTokenType::kProperty) {
    run.raise(Known::kJsonException, "Newtonsoft.Json.Linq.JProperty cannot have multiple values.");
    return;
  }
  item = own_item(run, parent, item);
  if (run.failed() || !may_hold(run, parent, *item, nullptr)) return;
  link_item(run, parent, at, item);
}

void set_item(Run& run, JContainer& parent, std::size_t at, JToken* item) {
  JToken* existing = parent.items[at];
  if (existing == item || is_unchanged(run, existing, item)) return;
  item = own_item(run, parent, item);
  if (run.failed() || !may_hold(run, parent, *item, existing)) return;
  existing->parent = nullptr;
  parent.items[at] = item;
  ++parent.version;
  item->parent = &parent;
  item->position = static_cast<std::uint32_t>(at);
  if (parent.kind == JTokenType::kObject) static_cast<JObject&>(parent).index = nullptr;
}

void set_property_value(Run& run, JProperty& property, JToken* value) {
  if (property.value != nullptr) {
    set_item(run, property, 0, value);
    return;
  }
  value = own_item(run, property, value);
  if (run.failed() || !may_hold(run, property, *value, nullptr)) return;
  property.value = value;
  value->parent = &property;
}

void set_member(Run& run, JObject& object, std::string_view name, JToken* value) {
  if (JProperty* property = find_property(object, name); property != nullptr) {
    set_property_value(run, *property, value);
    return;
  }
  JProperty* property = make_jproperty(run, name, value);
  if (run.failed()) return;
  // `object` may have become the property's own value: then insertion copies it.
  JToken* item = property->value->is_container() ? own_item(run, object, property) : property;
  if (!run.failed()) link_item(run, object, object.count, item);
}

void append_item(Run& run, JArray& array, JToken* value) { insert_item(run, array, array.count, value); }

bool remove_item(Run& run, JContainer& parent, std::size_t at) {
  if (parent.kind == JTokenType::kProperty) {
    run.raise(Known::kJsonException, "Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.");
    return false;
  }
  unlink_item(parent, at);
  return true;
}

bool remove_member(Run& run, JObject& object, std::string_view name) {
  JProperty* property = find_property(object, name);
  return property != nullptr && remove_item(run, object, index_in_parent(*property));
}

void clear_items(Run& run, JContainer& parent) {
  if (parent.kind == JTokenType::kProperty) {
    run.raise(Known::kJsonException, "Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.");
    return;
  }
  for (JToken* item : parent.children()) item->parent = nullptr;
  parent.count = 0;
  ++parent.version;
  if (parent.kind == JTokenType::kObject) static_cast<JObject&>(parent).index = nullptr;
}

// ---- whole trees ---------------------------------------------------------------------------------------------------------
namespace {

JToken* clone(Run& run, const JToken* token, std::uint32_t depth);

void clone_items(Run& run, const JContainer& from, JContainer& to, std::uint32_t depth) {
  to.count = from.count;
  to.capacity = from.count;
  to.items = static_cast<JToken**>(run.arena.allocate(sizeof(JToken*) * from.count, alignof(JToken*)));
  for (std::uint32_t i = 0; i < from.count; ++i) {
    JToken* item = clone(run, from.items[i], depth);
    if (item == nullptr) {
      to.count = i;
      return;
    }
    item->parent = &to;
    item->position = i;
    to.items[i] = item;
  }
}

JToken* clone(Run& run, const JToken* token, std::uint32_t depth) {
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (!run.spend(1)) return nullptr;
  JToken* copy = nullptr;
  switch (token->kind) {
    case JTokenType::kObject: {
      auto* object = run.arena.make<JObject>(*static_cast<const JObject*>(token));
      object->index = nullptr;
      clone_items(run, *static_cast<const JObject*>(token), *object, depth - 1);
      copy = object;
      break;
    }
    case JTokenType::kArray: {
      auto* array = run.arena.make<JArray>(*static_cast<const JArray*>(token));
      clone_items(run, *static_cast<const JArray*>(token), *array, depth - 1);
      copy = array;
      break;
    }
    case JTokenType::kConstructor: {
      auto* made = run.arena.make<JConstructor>(*static_cast<const JConstructor*>(token));
      clone_items(run, *static_cast<const JConstructor*>(token), *made, depth - 1);
      copy = made;
      break;
    }
    case JTokenType::kProperty: {
      auto* property = run.arena.make<JProperty>(*static_cast<const JProperty*>(token));
      property->items = &property->value;
      property->value = clone(run, static_cast<const JProperty*>(token)->value, depth - 1);
      if (property->value != nullptr) property->value->parent = property;
      copy = property;
      break;
    }
    default:
      copy = run.arena.make<JValue>(*static_cast<const JValue*>(token));
      break;
  }
  copy->parent = nullptr;
  copy->position = 0;
  return run.failed() ? nullptr : copy;
}

bool same_tree(Run& run, JToken* a, JToken* b, std::uint32_t depth) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->is_container() != b->is_container()) return false;
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (!run.spend(1)) return false;
  if (a->is_value()) return values_equal(run, static_cast<JValue*>(a), static_cast<JValue*>(b));
  if (a->kind != b->kind) return false;
  const auto& left = static_cast<JContainer&>(*a);
  const auto& right = static_cast<JContainer&>(*b);
  if (left.count != right.count) return false;
  if (a->kind == JTokenType::kProperty && static_cast<JProperty*>(a)->name() != static_cast<JProperty*>(b)->name()) return false;
  if (a->kind == JTokenType::kConstructor && static_cast<JConstructor*>(a)->name != static_cast<JConstructor*>(b)->name) return false;
  for (std::uint32_t i = 0; i < left.count; ++i) {
    JToken* other = right.items[i];
    JToken* item = left.items[i];
    if (a->kind == JTokenType::kObject) {
      other = find_property(static_cast<JObject&>(*b), static_cast<JProperty*>(item)->name());
      if (other == nullptr) return false;
    }
    if (!same_tree(run, item, other, depth - 1)) return false;
  }
  return true;
}

std::uint32_t hash_tree(Run& run, JToken* token, std::uint32_t depth) {
  if (depth == 0) return run.raise_limit(Limit::kDepth);
  if (!run.spend(1)) return 0;
  if (token->is_value()) {
    String* text = token_to_string(run, token);
    return text == nullptr ? 0 : hash_name(text->view());
  }
  std::uint32_t hash = static_cast<std::uint32_t>(token->kind);
  if (token->kind == JTokenType::kProperty) hash ^= hash_name(static_cast<JProperty*>(token)->name());
  for (JToken* item : static_cast<JContainer*>(token)->children()) hash ^= hash_tree(run, item, depth - 1);
  return hash;
}

}  // namespace

JToken* deep_clone(Run& run, JToken* token) { return token == nullptr ? nullptr : clone(run, token, kMaxTreeDepth); }
bool deep_equals(Run& run, JToken* a, JToken* b) { return same_tree(run, a, b, kMaxTreeDepth); }
std::int32_t deep_hash(Run& run, JToken* token) { return static_cast<std::int32_t>(hash_tree(run, token, kMaxTreeDepth)); }

}  // namespace portcullis
