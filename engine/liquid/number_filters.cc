// Filters that calculate. source: transformation.md#6.3
#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"
#include "engine/dotnet/number_format.h"
#include "engine/dotnet/number_parse.h"
#include "engine/liquid/filters.h"

namespace portcullis::liquid {
namespace {

using IntegerOperation = bool (*)(World&, std::int64_t, std::int64_t, std::int64_t&);
using DecimalOperation = Decimal* (*)(Run&, const Decimal*, const Decimal*);
using RealOperation = double (*)(double, double);

bool overflow(World& world) {
  world.fail("Arithmetic operation resulted in an overflow.");
  return false;
}
bool add(World& world, std::int64_t a, std::int64_t b, std::int64_t& out) {
  return !__builtin_add_overflow(a, b, &out) || overflow(world);
}
bool subtract(World& world, std::int64_t a, std::int64_t b, std::int64_t& out) {
  return !__builtin_sub_overflow(a, b, &out) || overflow(world);
}
bool multiply(World& world, std::int64_t a, std::int64_t b, std::int64_t& out) {
  return !__builtin_mul_overflow(a, b, &out) || overflow(world);
}
bool may_divide(World& world, std::int64_t a, std::int64_t b) {
  if (b == 0) world.fail("Attempted to divide by zero.");
  if (b == -1 && a == INT64_MIN) return overflow(world);
  return b != 0;
}
bool divide(World& world, std::int64_t a, std::int64_t b, std::int64_t& out) {
  if (!may_divide(world, a, b)) return false;
  out = a / b;
  return true;
}
bool remainder(World& world, std::int64_t a, std::int64_t b, std::int64_t& out) {
  if (!may_divide(world, a, b)) return false;
  out = a % b;
  return true;
}

double add_reals(double a, double b) { return a + b; }
double subtract_reals(double a, double b) { return a - b; }
double multiply_reals(double a, double b) { return a * b; }
double divide_reals(double a, double b) { return a / b; }
double remainder_reals(double a, double b) { return std::fmod(a, b); }

// Two integers stay integers; with a real one or a text it is decimals, and doubles where those do not reach.
template <IntegerOperation kIntegers, DecimalOperation kDecimals, RealOperation kReals>
Value calculate(World& world, const Value& given, Arguments arguments) {
  const Value left = plain(world, given);
  const Value right = plain(world, arguments[0]);
  if (left.is(Kind::kNil) || right.is(Kind::kNil)) return {};
  if (left.is(Kind::kInteger) && right.is(Kind::kInteger)) {
    std::int64_t result = 0;
    return kIntegers(world, left.integer, right.integer, result) ? Value::of(result) : Value();
  }
  const Decimal* a = to_decimal(world, left);
  const Decimal* b = a == nullptr ? nullptr : to_decimal(world, right);
  const Decimal* result = b == nullptr ? nullptr : kDecimals(world.run, a, b);
  if (result != nullptr && !world.run.failed()) return Value::of(result);
  const bool is_limit = world.run.exceeded != Limit::kNone;
  if (world.problem.data() != nullptr || is_limit) return {};
  world.run.pending = nullptr;
  return Value::of_real(kReals(to_real(world, left), to_real(world, right)));
}

constexpr auto kSubtract = &calculate<&subtract, &decimal::subtract, &subtract_reals>;
constexpr auto kDivide = &calculate<&divide, &decimal::divide, &divide_reals>;
constexpr auto kRemainder = &calculate<&remainder, &decimal::remainder, &remainder_reals>;

// Texts are put together.
Value plus(World& world, const Value& given, Arguments arguments) {
  const Value left = plain(world, given);
  if (!left.is(Kind::kText)) return calculate<&add, &decimal::add, &add_reals>(world, left, arguments);
  return Value::of(world.run.concat(world.run.string(left.text), world.run.view(text_of(world, arguments[0], true))));
}

// A text is repeated.
Value times(World& world, const Value& given, Arguments arguments) {
  const Value left = plain(world, given);
  const Value right = plain(world, arguments[0]);
  if (!left.is(Kind::kText) || !right.is(Kind::kInteger))
    return calculate<&multiply, &decimal::multiply, &multiply_reals>(world, left, arguments);
  if (right.integer < 0) return world.fail("Non-negative number required. (Parameter 'count')");
  if (left.text.empty() || right.integer == 0) return Value::of(std::string_view(""));
  const auto count = static_cast<std::uint64_t>(right.integer);
  if (count > world.run.arena.remaining() / left.text.size()) return world.run.raise_limit(Limit::kMemory);
  char* out = world.run.text(left.text.size() * count);
  if (out == nullptr || !world.run.spend(count)) return {};
  for (std::uint64_t i = 0; i < count; ++i) left.text.copy(out + i * left.text.size(), left.text.size());
  return Value::of(std::string_view(out, left.text.size() * count));
}

// ---- rounding and bounds ------------------------------------------------------------------------------------------

/// As a decimal without a problem when it is none.
const Decimal* number_or_null(World& world, const Value& given) {
  const Value value = plain(world, given);
  if (value.is_number()) return to_decimal(world, value);
  if (!value.is(Kind::kText)) return nullptr;
  Decimal* made = world.run.make<Decimal>(Known::kDecimal);
  return parse_decimal(value.text, number_styles::kNumber, *made) == portcullis::Parsed::kGood ? made : nullptr;
}

Value rounded(World& world, const Decimal* value, std::int64_t places, decimal::Rounding how) {
  if (value == nullptr || places < 0 || places > 28) return {};
  return Value::of(decimal::round(world.run, value, static_cast<std::int32_t>(places), how));
}

// Half to even; what is no number becomes nil.
Value round(World& world, const Value& input, Arguments arguments) {
  std::int64_t places = 0;
  if (!arguments.empty()) {
    const Value given = plain(world, arguments[0]);
    const double wanted = given.is(Kind::kNil) ? 0 : to_real(world, given);
    if (!(wanted >= 0 && wanted <= 28)) return {};
    places = static_cast<std::int64_t>(wanted);
  }
  return rounded(world, number_or_null(world, input), places, decimal::Rounding::kToEven);
}
Value ceil(World& world, const Value& input, Arguments) {
  return rounded(world, number_or_null(world, input), 0, decimal::Rounding::kToPositiveInfinity);
}
Value floor(World& world, const Value& input, Arguments) {
  return rounded(world, number_or_null(world, input), 0, decimal::Rounding::kToNegativeInfinity);
}

// Doubles. source: transformation.md#6.3
Value abs(World& world, const Value& given, Arguments) {
  const double value = to_real(world, plain(world, given));
  return Value::of_real(std::isnan(value) ? 0 : std::fabs(value));
}

template <bool kLeast>
Value bounded(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  const double value = to_real(world, input);
  const double bound = to_real(world, plain(world, arguments[0]));
  if (input.is(Kind::kNil) || std::isnan(value) || std::isnan(bound)) return input;
  return Value::of_real(kLeast ? std::max(value, bound) : std::min(value, bound));
}

// ---- money --------------------------------------------------------------------------------------------------------

/// How a language writes money; `n` is the digits, `-` and brackets as .NET 8 has them.
struct Money {
  std::string_view language;
  std::string_view group;
  std::string_view point;
  std::string_view before;
  std::string_view behind;
  std::string_view negative_before;
  std::string_view negative_behind;
  int places = 2;
};
constexpr std::string_view kNarrowSpace = "\u202F";
constexpr Money kMoney[] = {
    {"en-US", ",", ".", "$", "", "-$", ""},
    {"en-GB", ",", ".", "£", "", "-£", ""},
    {"en-CA", ",", ".", "$", "", "-$", ""},
    {"en-AU", ",", ".", "$", "", "-$", ""},
    {"en-IN", ",", ".", "₹", "", "-₹", ""},
    {"de-DE", ".", ",", "", "\u00A0€", "-", "\u00A0€"},
    {"fr-FR", kNarrowSpace, ",", "", "\u00A0€", "-", "\u00A0€"},
    {"es-ES", ".", ",", "", "\u00A0€", "-", "\u00A0€"},
    {"it-IT", ".", ",", "", "\u00A0€", "-", "\u00A0€"},
    {"pt-BR", ".", ",", "R$\u00A0", "", "-R$\u00A0", ""},
    {"ja-JP", ",", ".", "¥", "", "-¥", "", 0},
    {"zh-CN", ",", ".", "¥", "", "-¥", ""},
};

// `C` of that language; an unknown one is an error as CultureInfo makes it. No language: the invariant one.
Value currency(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  const Decimal* amount = number_or_null(world, input);
  if (amount == nullptr) return input;
  const std::string_view language =
      arguments.empty() ? std::string_view() : trim_ascii(text_of(world, arguments[0], true));
  if (language.empty()) return Value::of(format_decimal(world.run, amount, read_number_format("C")));
  const Money* money = std::ranges::find_if(
      kMoney, [&](const Money& one) { return equals_ignoring_ascii_case(one.language, language); });
  if (money == std::end(kMoney)) {
    return world.fail(
        joined("Culture is not supported. (Parameter 'name')\n", language, " is an invalid culture identifier."));
  }
  const String* digits = format_decimal(world.run, amount, read_number_format(money->places == 0 ? "N0" : "N2"));
  if (digits == nullptr) return {};
  const bool is_negative = digits->view().starts_with('-');
  TextBuffer out;
  out.append(world.run, is_negative ? money->negative_before : money->before);
  for (const char c : digits->view()) {
    if (c == '-') continue;
    out.append(world.run, c == ',' ? money->group : c == '.' ? money->point : std::string_view(&c, 1));
  }
  return out.append(world.run, is_negative ? money->negative_behind : money->behind) ? Value::of(out.view()) : Value();
}

constexpr Filter kFilters[] = {
    {"Abs", 0, 0, &abs},     {"AtLeast", 1, 1, &bounded<true>}, {"AtMost", 1, 1, &bounded<false>},
    {"Ceil", 0, 0, &ceil},   {"Currency", 0, 1, &currency},     {"DividedBy", 1, 1, kDivide},
    {"Floor", 0, 0, &floor}, {"Minus", 1, 1, kSubtract},        {"Modulo", 1, 1, kRemainder},
    {"Plus", 1, 1, &plus},   {"Round", 0, 1, &round},           {"Times", 1, 1, &times},
};

}  // namespace

std::span<const Filter> number_filters() { return kFilters; }

}  // namespace portcullis::liquid
