// What a Liquid expression gives: one value out of JSON, XML, .NET objects or the template itself, without copying.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/dotnet/decimal.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/json/token.h"
#include "engine/run/run.h"
#include "engine/xml/xml_tree.h"

namespace portcullis::liquid {

struct Pair;
struct LoopState;

enum class Kind : std::uint8_t {
  kNil,
  kBoolean,
  kInteger,
  kReal,
  kDecimal,
  kText,
  kDate,    // DateTime
  kList,    // values of the template's own making
  kRange,   // integer to `last`
  kJson,    // JObject, JArray
  kXml,     // an element or the document
  kObject,  // any other .NET object
  kPair,    // an entry of what has keys
  kLoop,    // forloop, tablerowloop
  kEmpty,
  kBlank,
};

struct Value {
  Kind kind = Kind::kNil;
  union {
    std::int64_t integer = 0;
    bool boolean;
    double real;
    const Decimal* decimal;
    JContainer* json;
    XContainer* xml;
    Object* object;
    const Pair* pair;
    const LoopState* loop;
    const Value* items;
  };
  std::string_view text;  // kText
  std::int64_t last = 0;  // kRange: the end; kList: how many

  static Value of(std::int64_t value) { return with(Kind::kInteger, &Value::integer, value); }
  static Value of(bool value) { return with(Kind::kBoolean, &Value::boolean, value); }
  static Value of_real(double value) { return with(Kind::kReal, &Value::real, value); }
  static Value of(const Decimal* value) { return with(Kind::kDecimal, &Value::decimal, value); }
  static Value of_date(std::int64_t data) { return with(Kind::kDate, &Value::integer, data); }
  static Value of(JContainer* value) { return with(Kind::kJson, &Value::json, value); }
  static Value of(XContainer* value) { return with(Kind::kXml, &Value::xml, value); }
  static Value of(const Pair* value) { return with(Kind::kPair, &Value::pair, value); }
  static Value of(const LoopState* value) { return with(Kind::kLoop, &Value::loop, value); }
  static Value of(std::string_view value) {
    Value made;
    made.kind = Kind::kText;
    made.text = value;
    return made;
  }
  static Value of(const String* value) { return value == nullptr ? Value() : of(value->view()); }
  static Value of(std::span<const Value> values) {
    Value made = with(Kind::kList, &Value::items, values.data());
    made.last = static_cast<std::int64_t>(values.size());
    return made;
  }
  static Value of_range(std::int64_t from, std::int64_t to) {
    Value made = with(Kind::kRange, &Value::integer, from);
    made.last = to;
    return made;
  }
  static Value of(Kind kind) {
    Value made;
    made.kind = kind;
    return made;
  }

  [[nodiscard]] std::span<const Value> list() const { return {items, static_cast<std::size_t>(last)}; }
  [[nodiscard]] bool is(Kind which) const { return kind == which; }
  [[nodiscard]] bool is_number() const { return kind == Kind::kInteger || is_real(); }
  [[nodiscard]] bool is_real() const { return kind == Kind::kReal || kind == Kind::kDecimal; }

 private:
  template <typename Field, typename T>
  static Value with(Kind kind, Field Value::*field, T value) {
    Value made;
    made.kind = kind;
    made.*field = value;
    return made;
  }
};

struct Pair {
  Value key;
  Value value;
};

struct LoopState {
  std::string_view name;
  std::int64_t length = 0;
  std::int64_t index0 = 0;
  std::int64_t columns = 0;  // tablerow; 0: not one
  std::int64_t column0 = 0;
};

/// The Run, how XML's nil reads, and the mistake under way: what every operation on values needs.
struct World {
  Run& run;
  bool nil_elements = false;
  std::string_view problem;  // what will be written as `Liquid error: …`; data() null: none

  /// Keeps the message (copied) and gives nil.
  Value fail(std::string_view message);
  [[nodiscard]] bool failed() const { return problem.data() != nullptr || run.failed(); }
};

/// As templates see a .NET value; null is nil.
Value from_object(World& world, Object* object);
Value from_json(World& world, JToken* token);
/// Leaf elements of XML become their text, nil ones what the author chose; the rest stays.
Value plain(World& world, const Value& value);

/// `value.name` and `value["name"]`: nil when there is none.
Value member(World& world, const Value& value, std::string_view name);
/// `value[index]`
Value at_index(World& world, const Value& value, const Value& index);

/// True for lists, objects with keys and elements with children: what `for` walks.
bool is_walkable(World& world, const Value& value);
/// Its items in order, in the arena; a value that is no collection has none.
std::span<const Value> items_of(World& world, const Value& value);
/// Characters of a text, items of a collection, else 0.
std::int64_t size_of(World& world, const Value& value);

/// What is written for the value. False after a failure.
bool write(World& world, const Value& value, TextBuffer& out);
/// The same as text in the arena; nil gives "". `as_dotnet`: `True` and `False`, as string.Concat has them.
std::string_view text_of(World& world, const Value& value, bool as_dotnet = false);

bool is_true(World& world, const Value& value);
bool equal(World& world, const Value& left, const Value& right);
/// Left against right: -1, 0, 1. Sets a problem when they do not compare; `comparable` false for nil.
int compare(World& world, const Value& left, const Value& right, bool& comparable);
bool contains(World& world, const Value& left, const Value& right);
bool has_key(World& world, const Value& left, const Value& right);
bool has_value(World& world, const Value& left, const Value& right);
/// The first or last thing of a collection, character of a text.
Value first_of(World& world, const Value& value);
Value last_of(World& world, const Value& value);

/// As Convert.ToDecimal: null after setting a problem.
const Decimal* to_decimal(World& world, const Value& value);
double to_real(World& world, const Value& value);

}  // namespace portcullis::liquid
