// System.Double and System.Single: one table of members for both. source: types.md#5
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.h"
#include "engine/dotnet/number_format.h"
#include "engine/dotnet/number_parse.h"
#include "engine/dotnet/number_rows.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kDoubleDefinition;
extern const TypeDefinition kSingleDefinition;

namespace {

template <typename T>
struct Real {
  using Limits = std::numeric_limits<T>;
  static constexpr bool kIsFloat = std::is_same_v<T, float>;
  static constexpr Known kKnown = kIsFloat ? Known::kSingle : Known::kDouble;
  static constexpr std::string_view kName = kIsFloat ? "Single" : "Double";
  static constexpr std::int32_t kStyle = number_styles::kFloat | number_styles::kThousands;

  // ---- text ----
  static String* text(Run& run, T self) { return real_text(run, self); }
  static String* text_in_culture(Run& run, T self, Object*) { return real_text(run, self); }
  static String* formatted(Run& run, T self, String* format, const CallSite& site) {
    return format_real(run, self, format_at(site, format));
  }
  static String* formatted_in_culture(Run& run, T self, String* format, Object*, const CallSite& site) {
    return formatted(run, self, format, site);
  }

  static T parse_styled(Run& run, String* text, std::int32_t style) {
    if (text == nullptr) return run.raise_null("s");
    if (!check_real_style(run, style) || !run.spend(1 + text->size / 16)) return 0;
    T value = 0;
    if (parse_real(text->view(), style, value) != Parsed::kGood) return raise_bad_number(run, text->view());
    return value;
  }
  static T parse(Run& run, String* s) { return parse_styled(run, s, kStyle); }
  static T parse_in_culture(Run& run, String* s, Object*) { return parse(run, s); }
  static T parse_styled_in_culture(Run& run, String* s, std::int32_t style, Object*) { return parse_styled(run, s, style); }
  static bool try_parse_styled(Run& run, String* text, std::int32_t style, Object*, Slot* result) {
    T value = 0;
    *result = to_slot<T>(T{0});
    if (!check_real_style(run, style)) return false;
    if (text == nullptr || parse_real(text->view(), style, value) != Parsed::kGood) return false;
    *result = to_slot<T>(value);
    return true;
  }
  static bool try_parse(Run& run, String* s, Slot* result) { return try_parse_styled(run, s, kStyle, nullptr, result); }
  static bool try_parse_in_culture(Run& run, String* s, Object*, Slot* result) { return try_parse(run, s, result); }

  // ---- order: NaN equals itself and comes first ----
  static bool equals_same(T self, T other) { return self == other || (std::isnan(self) && std::isnan(other)); }
  static bool equals_object(T self, Object* other) {
    return other != nullptr && other->type->is(kKnown) && equals_same(self, from_slot<T>(static_cast<const Box*>(other)->value));
  }
  static std::int32_t compare_same(T self, T other) {
    if (self < other) return -1;
    if (self > other) return 1;
    if (self == other) return 0;
    if (std::isnan(self)) return std::isnan(other) ? 0 : -1;
    return 1;
  }
  static std::int32_t compare_object(Run& run, T self, Object* other) {
    if (other == nullptr) return 1;
    if (!other->type->is(kKnown)) return run.raise(Known::kArgumentException, joined("Object must be of type ", kName, "."));
    return compare_same(self, from_slot<T>(static_cast<const Box*>(other)->value));
  }
  static std::int32_t hash(T self) {
    if (std::isnan(self)) self = Limits::infinity();  // .NET keeps the exponent only
    if (self == 0) self = 0;  // both zeros
    if constexpr (kIsFloat) {
      std::int32_t bits = 0;
      std::memcpy(&bits, &self, sizeof bits);
      return bits;
    } else {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &self, sizeof bits);
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits) ^ static_cast<std::uint32_t>(bits >> 32));
    }
  }
  static std::int32_t type_code(T) { return kIsFloat ? 13 : 14; }

  static bool is_nan(T value) { return std::isnan(value); }
  static bool is_infinity(T value) { return std::isinf(value); }
  static bool is_positive_infinity(T value) { return std::isinf(value) && value > 0; }
  static bool is_negative_infinity(T value) { return std::isinf(value) && value < 0; }
  static bool is_finite(T value) { return std::isfinite(value); }
  // double.NaN has its sign bit set in .NET; here NaN is the processor's, of any sign.
  static bool is_negative(T value) { return std::isnan(value) || std::signbit(value); }
  static bool is_positive(T value) { return !is_negative(value); }
  static bool is_normal(T value) { return std::isnormal(value); }
  static bool is_subnormal(T value) { return std::fpclassify(value) == FP_SUBNORMAL; }
  static bool is_integer(T value) { return std::isfinite(value) && std::trunc(value) == value; }
  static bool is_even(T value) { return is_integer(value) && std::fmod(value, T{2}) == 0; }
  static bool is_odd(T value) { return is_integer(value) && std::fmod(std::fabs(value), T{2}) == 1; }

  // ---- operations ----
  static String* to_string(Run& run, const Type&, Slot self) { return real_text(run, from_slot<T>(self)); }
  static String* format(Run& run, const Type&, Slot self, String* format) {
    return format_real(run, from_slot<T>(self), number_format_of(format));
  }
  static std::int32_t hash_slot(Run&, const Type&, Slot self) { return hash(from_slot<T>(self)); }
  static std::int32_t compare_slots(Run&, const Type&, Slot a, Slot b) { return compare_same(from_slot<T>(a), from_slot<T>(b)); }
  static constexpr TypeOperations kOperations{.to_string = &to_string, .format = &format, .hash = &hash_slot, .compare = &compare_slots};

  static constexpr std::uint8_t kSafe = kPure | kNoRaise;
  static constexpr Member kMembers[] = {
      constant(kDeclared<T, "const $ MinValue">, Limits::lowest()),
      constant(kDeclared<T, "const $ MaxValue">, Limits::max()),
      constant(kDeclared<T, "const $ Epsilon">, Limits::denorm_min()),
      constant(kDeclared<T, "const $ NaN">, -Limits::quiet_NaN()),
      constant(kDeclared<T, "const $ PositiveInfinity">, Limits::infinity()),
      constant(kDeclared<T, "const $ NegativeInfinity">, -Limits::infinity()),
      constant(kDeclared<T, "const $ NegativeZero">, -T{0}),
      constant(kDeclared<T, "const $ E">, static_cast<T>(2.718281828459045)),
      constant(kDeclared<T, "const $ Pi">, static_cast<T>(3.141592653589793)),
      constant(kDeclared<T, "const $ Tau">, static_cast<T>(6.283185307179586)),
      method<&parse>(kDeclared<T, "static $ Parse(string s)">).with(kPure),
      method<&parse_styled>(kDeclared<T, "static $ Parse(string s, NumberStyles style)">).with(kPure),
      method<&parse_in_culture>(kDeclared<T, "static $ Parse(string s, IFormatProvider provider)">),
      method<&parse_styled_in_culture>(kDeclared<T, "static $ Parse(string s, NumberStyles style, IFormatProvider provider)">),
      method<&try_parse>(kDeclared<T, "static bool TryParse(string s, out $ result)">),
      method<&try_parse_in_culture>(kDeclared<T, "static bool TryParse(string s, IFormatProvider provider, out $ result)">),
      method<&try_parse_styled>(
          kDeclared<T, "static bool TryParse(string s, NumberStyles style, IFormatProvider provider, out $ result)">),
      method<&text>("string ToString()").with(kSafe),
      method<&text_in_culture>("string ToString(IFormatProvider provider)").with(kNoRaise),
      method<&formatted>("string ToString(string format)").with(kPure).prepared_by(&prepare_number_format),
      method<&formatted_in_culture>("string ToString(string format, IFormatProvider provider)").prepared_by(&prepare_number_format),
      method<&equals_same>(kDeclared<T, "bool Equals($ obj)">).with(kSafe),
      method<&equals_object>("bool Equals(object obj)").with(kNoRaise),
      method<&compare_same>(kDeclared<T, "int CompareTo($ value)">).with(kSafe),
      method<&compare_object>("int CompareTo(object value)"),
      method<&hash>("int GetHashCode()").with(kSafe),
      method<&type_code>("TypeCode GetTypeCode()").with(kSafe),
      method<&is_nan>(kDeclared<T, "static bool IsNaN($ d)">).with(kSafe),
      method<&is_infinity>(kDeclared<T, "static bool IsInfinity($ d)">).with(kSafe),
      method<&is_positive_infinity>(kDeclared<T, "static bool IsPositiveInfinity($ d)">).with(kSafe),
      method<&is_negative_infinity>(kDeclared<T, "static bool IsNegativeInfinity($ d)">).with(kSafe),
      method<&is_finite>(kDeclared<T, "static bool IsFinite($ d)">).with(kSafe),
      method<&is_negative>(kDeclared<T, "static bool IsNegative($ d)">).with(kSafe),
      method<&is_positive>(kDeclared<T, "static bool IsPositive($ d)">).with(kSafe),
      method<&is_normal>(kDeclared<T, "static bool IsNormal($ d)">).with(kSafe),
      method<&is_subnormal>(kDeclared<T, "static bool IsSubnormal($ d)">).with(kSafe),
      method<&is_integer>(kDeclared<T, "static bool IsInteger($ value)">).with(kSafe),
      method<&is_even>(kDeclared<T, "static bool IsEvenInteger($ value)">).with(kSafe),
      method<&is_odd>(kDeclared<T, "static bool IsOddInteger($ value)">).with(kSafe),
  };
};

}  // namespace

const TypeDefinition kDoubleDefinition{
    .declaration = "struct System.Double : IComparable, IComparable<double>, IConvertible, IEquatable<double>, IFormattable",
    .members = Real<double>::kMembers,
    .operations = &Real<double>::kOperations,
    .storage = Storage::kDouble};
const TypeDefinition kSingleDefinition{
    .declaration = "struct System.Single : IComparable, IComparable<float>, IConvertible, IEquatable<float>, IFormattable",
    .members = Real<float>::kMembers,
    .operations = &Real<float>::kOperations,
    .storage = Storage::kFloat};

}  // namespace portcullis
