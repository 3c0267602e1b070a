// Truth, equality and order of values: what conditions and `case` ask. source: transformation.md#6.3
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "engine/dotnet/collation.h"
#include "engine/dotnet/date_format.h"
#include "engine/dotnet/date_parse.h"
#include "engine/dotnet/number_parse.h"
#include "engine/json/json.h"
#include "engine/liquid/value.h"

namespace portcullis::liquid {

namespace {

bool is_blank_text(std::string_view text) { return trim_ascii(text).empty(); }

bool is_empty(World& world, const Value& value) {
  if (value.is(Kind::kText)) return value.text.empty();
  return is_walkable(world, value) && size_of(world, value) == 0;
}

bool is_blank(World& world, const Value& value) {
  if (value.is(Kind::kNil) || (value.is(Kind::kBoolean) && !value.boolean)) return true;
  if (value.is(Kind::kText)) return is_blank_text(value.text);
  return is_empty(world, value);
}

std::string cannot_read(std::string_view text) {
  return joined("The input string '", text, "' was not in a correct format.");
}

bool read_real(std::string_view text, double& value) {
  return parse_real(text, number_styles::kFloat | number_styles::kThousands, value) == portcullis::Parsed::kGood;
}

bool read_date_text(World& world, std::string_view text, std::int64_t& data) {
  ReadDate read;
  DateTime value;
  const std::int64_t today = world.run.environment.utc_now_ticks() / calendar::kTicksPerDay * calendar::kTicksPerDay;
  if (read_date(text, 0, today, read).kind != DateMistake::Kind::kNone || !to_date_time(read, 0, value)) return false;
  data = static_cast<std::int64_t>(value.data);
  return true;
}

int sign(double a, double b) { return a < b ? -1 : a > b ? 1 : 0; }

int compare_numbers(World& world, const Value& left, const Value& right) {
  if (left.is(Kind::kInteger) && right.is(Kind::kInteger))
    return left.integer < right.integer ? -1 : left.integer > right.integer ? 1 : 0;
  return sign(to_real(world, left), to_real(world, right));
}

int compare_dates(std::int64_t left, std::int64_t right) {
  const auto ticks = [](std::int64_t data) { return DateTime{static_cast<std::uint64_t>(data)}.ticks(); };
  return ticks(left) < ticks(right) ? -1 : ticks(left) > ticks(right) ? 1 : 0;
}

// The right side becomes what the left one is, as Convert.ChangeType does it. False: it cannot.
bool convert(World& world, const Value& left, Value& right) {
  if (left.kind == right.kind || (left.is_number() && right.is_number())) return true;
  if (left.is(Kind::kText)) {
    right = Value::of(text_of(world, right, true));
    return true;
  }
  if (left.is_number() && right.is(Kind::kText)) {
    double value = 0;
    if (!read_real(right.text, value)) return false;
    right = Value::of_real(value);
    return true;
  }
  if (left.is(Kind::kDate) && right.is(Kind::kText)) {
    std::int64_t data = 0;
    if (!read_date_text(world, right.text, data)) return false;
    right = Value::of_date(data);
    return true;
  }
  if (left.is(Kind::kBoolean) && right.is(Kind::kText)) {
    const std::string_view word = trim_ascii(right.text);
    const bool yes = equals_ignoring_ascii_case(word, "true");
    if (!yes && !equals_ignoring_ascii_case(word, "false")) return false;
    right = Value::of(yes);
    return true;
  }
  return false;
}

bool same_items(World& world, const Value& left, const Value& right) {
  if (left.is(Kind::kJson) && right.is(Kind::kJson)) return deep_equals(world.run, left.json, right.json);
  if (left.is(Kind::kXml) || right.is(Kind::kXml))
    return left.is(Kind::kXml) && right.is(Kind::kXml) && left.xml == right.xml;
  if (!is_walkable(world, left) || !is_walkable(world, right)) return false;
  const std::span<const Value> a = items_of(world, left);
  const std::span<const Value> b = items_of(world, right);
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (world.failed() || !equal(world, a[i], b[i])) return false;
  }
  return true;
}

}  // namespace

double to_real(World& world, const Value& value) {
  switch (value.kind) {
    case Kind::kInteger:
      return static_cast<double>(value.integer);
    case Kind::kReal:
      return value.real;
    case Kind::kDecimal:
      return decimal::to_double(value.decimal);
    default: {
      double read = std::nan("");
      static_cast<void>(read_real(text_of(world, value), read));
      return read;
    }
  }
}

const Decimal* to_decimal(World& world, const Value& given) {
  const Value value = plain(world, given);
  Run& run = world.run;
  switch (value.kind) {
    case Kind::kInteger:
      return decimal::from_int64(run, value.integer);
    case Kind::kReal:
      return decimal::from_double(run, value.real);
    case Kind::kDecimal:
      return value.decimal;
    case Kind::kBoolean:
      return decimal::from_int64(run, value.boolean ? 1 : 0);
    case Kind::kText: {
      Decimal* made = run.make<Decimal>(Known::kDecimal);
      const auto parsed = parse_decimal(value.text, number_styles::kNumber, *made);
      if (parsed == portcullis::Parsed::kGood) return made;
      world.fail(parsed == portcullis::Parsed::kOverflow
                     ? std::string("Value was either too large or too small for a Decimal.")
                     : cannot_read(value.text));
      return nullptr;
    }
    default:
      world.fail("Object must implement IConvertible.");
      return nullptr;
  }
}

bool is_true(World& world, const Value& given) {
  const Value value = plain(world, given);
  return !value.is(Kind::kNil) && (!value.is(Kind::kBoolean) || value.boolean);
}

bool equal(World& world, const Value& given_left, const Value& given_right) {
  const Value left = plain(world, given_left);
  Value right = plain(world, given_right);
  if (left.is(Kind::kEmpty) || right.is(Kind::kEmpty))
    return left.kind == right.kind || is_empty(world, left.is(Kind::kEmpty) ? right : left);
  if (left.is(Kind::kBlank) || right.is(Kind::kBlank))
    return left.kind == right.kind || is_blank(world, left.is(Kind::kBlank) ? right : left);
  if (left.is(Kind::kNil) || right.is(Kind::kNil)) return left.kind == right.kind;
  if (is_walkable(world, left) || is_walkable(world, right)) return same_items(world, left, right);
  if (!convert(world, left, right)) return false;
  switch (left.kind) {
    case Kind::kBoolean:
      return left.boolean == right.boolean;
    case Kind::kText:
      return left.text == right.text;
    case Kind::kDate:
      return compare_dates(left.integer, right.integer) == 0;
    case Kind::kObject:
      return equals(world.run, world.run.type(Known::kObject), Slot::of_object(left.object),
                    Slot::of_object(right.object));
    case Kind::kPair:
      return equal(world, left.pair->key, right.pair->key) && equal(world, left.pair->value, right.pair->value);
    default:
      return left.is_number() && compare_numbers(world, left, right) == 0;
  }
}

int compare(World& world, const Value& given_left, const Value& given_right, bool& comparable) {
  const Value left = plain(world, given_left);
  Value right = plain(world, given_right);
  comparable = !left.is(Kind::kNil) && !right.is(Kind::kNil);
  if (!comparable) return 0;
  if (!convert(world, left, right)) {
    comparable = false;
    world.fail(right.is(Kind::kText) ? cannot_read(right.text) : std::string("Object must implement IConvertible."));
    return 0;
  }
  switch (left.kind) {
    case Kind::kBoolean:
      return static_cast<int>(left.boolean) - static_cast<int>(right.boolean);
    case Kind::kText:
      return compare_linguistic(left.text, right.text, false);
    case Kind::kDate:
      return compare_dates(left.integer, right.integer);
    default:
      if (left.is_number()) return compare_numbers(world, left, right);
      comparable = false;
      world.fail("At least one object must implement IComparable.");
      return 0;
  }
}

bool contains(World& world, const Value& given_left, const Value& given_right) {
  const Value left = plain(world, given_left);
  const Value right = plain(world, given_right);
  if (left.is(Kind::kNil) || right.is(Kind::kNil)) return false;
  if (left.is(Kind::kText)) return find_ordinal(world.run, left.text, text_of(world, right, true)).found;
  if (left.is(Kind::kJson) && as_object(left.json) != nullptr) return has_key(world, left, right);
  for (const Value& item : items_of(world, left)) {
    if (world.failed()) return false;
    if (equal(world, item, right)) return true;
  }
  return false;
}

bool has_key(World& world, const Value& left, const Value& right) {
  const std::string_view key = text_of(world, right);
  if (left.is(Kind::kJson))
    return as_object(left.json) != nullptr && find_property(*as_object(left.json), key) != nullptr;
  for (const Value& item : items_of(world, left)) {
    if (world.failed()) return false;
    if (item.is(Kind::kPair) && text_of(world, item.pair->key) == key) return true;
    if (item.is(Kind::kXml) && equals_ignoring_ascii_case(static_cast<XElement*>(item.xml)->name->local, key))
      return true;
  }
  return false;
}

bool has_value(World& world, const Value& left, const Value& right) {
  for (const Value& item : items_of(world, left)) {
    if (world.failed()) return false;
    if (equal(world, item.is(Kind::kPair) ? item.pair->value : item, right)) return true;
  }
  return false;
}

}  // namespace portcullis::liquid
