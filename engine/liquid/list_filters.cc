// Filters on collections, and Default and Size, which take anything. source: transformation.md#6.3
#include <algorithm>
#include <vector>

#include "base/text.h"
#include "engine/dotnet/ordinal.h"
#include "engine/liquid/filters.h"

namespace portcullis::liquid {
namespace {

constexpr int kMaxFlatten = 100;

void flatten(World& world, const Value& value, std::vector<Value>& out, int depth) {
  if (depth > kMaxFlatten || world.failed()) return;
  for (const Value& item : items_of(world, value)) {
    const bool is_list =
        item.is(Kind::kList) || item.is(Kind::kRange) || (item.is(Kind::kJson) && as_object(item.json) == nullptr);
    if (is_list) {
      flatten(world, item, out, depth + 1);
    } else if (world.run.spend(1)) {
      out.push_back(item);
    }
  }
}

/// What is no collection is a list of itself.
std::vector<Value> flat(World& world, const Value& value) {
  std::vector<Value> items;
  if (is_walkable(world, value)) {
    flatten(world, value, items, 0);
  } else {
    items.push_back(value);
  }
  return items;
}

Value list_of(World& world, const std::vector<Value>& items) {
  return world.failed() ? Value()
                        : Value::of(std::span<const Value>(world.run.arena.copy(std::span<const Value>(items))));
}

Value first(World& world, const Value& input, Arguments) { return first_of(world, input); }
Value last(World& world, const Value& input, Arguments) { return last_of(world, input); }
Value size(World& world, const Value& input, Arguments) { return Value::of(size_of(world, input)); }

// What is blank as a text gives way.
Value default_value(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  const bool gives_way = input.is(Kind::kNil) || input.is(Kind::kEmpty) || input.is(Kind::kBlank) ||
                         (input.is(Kind::kText) && trim_ascii(input.text).empty());
  return gives_way ? arguments[0] : given;
}

Value join(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  if (input.is(Kind::kNil)) return {};
  if (!is_walkable(world, input)) return input;
  const std::string_view glue = arguments.empty() ? std::string_view(" ") : text_of(world, arguments[0], true);
  TextBuffer out;
  bool is_first = true;
  for (const Value& item : items_of(world, input)) {
    if (!is_first && !out.append(world.run, glue)) return {};
    if (!out.append(world.run, text_of(world, item, true))) return {};
    is_first = false;
  }
  return Value::of(out.view());
}

struct Keyed {
  std::string_view key;
  Value value;
};

// By the texts, without case; equal ones keep their order.
Value sort(World& world, const Value& input, Arguments arguments) {
  if (plain(world, input).is(Kind::kNil)) return {};
  const std::string_view property = arguments.empty() ? std::string_view() : text_of(world, arguments[0], true);
  std::vector<Keyed> keyed;
  for (const Value& item : flat(world, input))
    keyed.push_back({text_of(world, property.empty() ? item : member(world, item, property), true), item});
  if (world.failed() || !world.run.spend(keyed.size() * 4)) return {};
  std::ranges::stable_sort(
      keyed, [](const Keyed& a, const Keyed& b) { return compare_ordinal_ignoring_case(a.key, b.key) < 0; });
  std::vector<Value> items;
  for (const Keyed& one : keyed) items.push_back(one.value);
  return list_of(world, items);
}

Value map(World& world, const Value& input, Arguments arguments) {
  if (plain(world, input).is(Kind::kNil)) return {};
  const std::string_view property = text_of(world, arguments[0], true);
  std::vector<Value> items;
  for (const Value& item : flat(world, input)) items.push_back(member(world, item, property));
  return list_of(world, items);
}

Value compact(World& world, const Value& input, Arguments) {
  if (plain(world, input).is(Kind::kNil)) return {};
  std::vector<Value> items = flat(world, input);
  std::erase_if(items, [&](const Value& item) { return plain(world, item).is(Kind::kNil); });
  return list_of(world, items);
}

Value uniq(World& world, const Value& input, Arguments) {
  if (plain(world, input).is(Kind::kNil)) return {};
  std::vector<Value> items;
  for (const Value& item : flat(world, input)) {
    if (!world.run.spend(items.size() + 1)) return {};
    const bool is_there = std::ranges::any_of(items, [&](const Value& one) {
      return plain(world, one).kind == plain(world, item).kind && equal(world, one, item);
    });
    if (!is_there) items.push_back(item);
  }
  return list_of(world, items);
}

Value reverse(World& world, const Value& given, Arguments) {
  const Value input = plain(world, given);
  if (!is_walkable(world, input)) return input;
  const std::span<const Value> items = items_of(world, input);
  return list_of(world, std::vector<Value>(items.rbegin(), items.rend()));
}

Value concat(World& world, const Value& given, Arguments arguments) {
  std::vector<Value> items;
  for (const Value& list : {plain(world, given), plain(world, arguments[0])}) {
    const std::span<const Value> added = items_of(world, list);
    items.insert(items.end(), added.begin(), added.end());
  }
  return list_of(world, items);
}

// Those whose member is the value, or is true when no value is given.
Value where(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  if (input.is(Kind::kNil)) return {};
  const std::string_view property = text_of(world, arguments[0], true);
  std::vector<Value> items;
  for (const Value& item : items_of(world, input)) {
    const Value found = member(world, item, property);
    if (arguments.size() > 1 ? equal(world, found, arguments[1]) : is_true(world, found)) items.push_back(item);
  }
  return list_of(world, items);
}

constexpr Filter kFilters[] = {
    {"Compact", 0, 0, &compact}, {"Concat", 1, 1, &concat},   {"Default", 1, 1, &default_value},
    {"First", 0, 0, &first},     {"Join", 0, 1, &join},       {"Last", 0, 0, &last},
    {"Map", 1, 1, &map},         {"Reverse", 0, 0, &reverse}, {"Size", 0, 0, &size},
    {"Sort", 0, 1, &sort},       {"Uniq", 0, 0, &uniq},       {"Where", 1, 2, &where},
};

}  // namespace

std::span<const Filter> list_filters() { return kFilters; }

}  // namespace portcullis::liquid
