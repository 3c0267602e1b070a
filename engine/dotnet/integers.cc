// System.SByte, Byte, Int16, UInt16, Int32, UInt32, Int64, UInt64: one table of members for all. source: types.md#5
#include <bit>
#include <limits>
#include <type_traits>

#include "base/text.h"
#include "engine/dotnet/number_format.h"
#include "engine/dotnet/number_parse.h"
#include "engine/dotnet/number_rows.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kSByteDefinition;
extern const TypeDefinition kByteDefinition;
extern const TypeDefinition kInt16Definition;
extern const TypeDefinition kUInt16Definition;
extern const TypeDefinition kInt32Definition;
extern const TypeDefinition kUInt32Definition;
extern const TypeDefinition kInt64Definition;
extern const TypeDefinition kUInt64Definition;

namespace {

template <typename T>
struct Facts;
template <>
struct Facts<std::int8_t> {
  static constexpr Known kKnown = Known::kSByte;
  static constexpr std::string_view kName = "SByte";
  static constexpr std::string_view kArticled = "a signed byte";
  static constexpr std::int32_t kCode = 5;
};
template <>
struct Facts<std::uint8_t> {
  static constexpr Known kKnown = Known::kByte;
  static constexpr std::string_view kName = "Byte";
  static constexpr std::string_view kArticled = "an unsigned byte";
  static constexpr std::int32_t kCode = 6;
};
template <>
struct Facts<std::int16_t> {
  static constexpr Known kKnown = Known::kInt16;
  static constexpr std::string_view kName = "Int16";
  static constexpr std::string_view kArticled = "an Int16";
  static constexpr std::int32_t kCode = 7;
};
template <>
struct Facts<std::uint16_t> {
  static constexpr Known kKnown = Known::kUInt16;
  static constexpr std::string_view kName = "UInt16";
  static constexpr std::string_view kArticled = "a UInt16";
  static constexpr std::int32_t kCode = 8;
};
template <>
struct Facts<std::int32_t> {
  static constexpr Known kKnown = Known::kInt32;
  static constexpr std::string_view kName = "Int32";
  static constexpr std::string_view kArticled = "an Int32";
  static constexpr std::int32_t kCode = 9;
};
template <>
struct Facts<std::uint32_t> {
  static constexpr Known kKnown = Known::kUInt32;
  static constexpr std::string_view kName = "UInt32";
  static constexpr std::string_view kArticled = "a UInt32";
  static constexpr std::int32_t kCode = 10;
};
template <>
struct Facts<std::int64_t> {
  static constexpr Known kKnown = Known::kInt64;
  static constexpr std::string_view kName = "Int64";
  static constexpr std::string_view kArticled = "an Int64";
  static constexpr std::int32_t kCode = 11;
};
template <>
struct Facts<std::uint64_t> {
  static constexpr Known kKnown = Known::kUInt64;
  static constexpr std::string_view kName = "UInt64";
  static constexpr std::string_view kArticled = "a UInt64";
  static constexpr std::int32_t kCode = 12;
};

template <typename T>
struct Integer {
  using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  static constexpr unsigned kBits = sizeof(T) * 8;

  // ---- text ----
  static String* text(Run& run, T self) { return integer_text(run, static_cast<Wide>(self)); }
  static String* text_in_culture(Run& run, T self, Object*) { return text(run, self); }
  static String* formatted(Run& run, T self, String* format, const CallSite& site) {
    return format_integer(run, static_cast<Wide>(self), kBits, format_at(site, format));
  }
  static String* formatted_in_culture(Run& run, T self, String* format, Object*, const CallSite& site) {
    return formatted(run, self, format, site);
  }

  static T parse_styled(Run& run, String* text, std::int32_t style) {
    if (text == nullptr) return run.raise_null("s");
    if (!check_integer_style(run, style)) return 0;
    Wide value = 0;
    if (!run.spend(1 + text->size / 16)) return 0;
    switch (parse_integer(text->view(), style, kBits, value)) {
      case Parsed::kGood:
        return static_cast<T>(value);
      case Parsed::kBadFormat:
        return raise_bad_number(run, text->view());
      case Parsed::kOverflow:
        break;
    }
    return run.raise(Known::kOverflowException, joined("Value was either too large or too small for ", Facts<T>::kArticled, "."));
  }
  static T parse(Run& run, String* s) { return parse_styled(run, s, number_styles::kInteger); }
  static T parse_in_culture(Run& run, String* s, Object*) { return parse(run, s); }
  static T parse_styled_in_culture(Run& run, String* s, std::int32_t style, Object*) { return parse_styled(run, s, style); }

  static bool try_parse_styled(Run& run, String* text, std::int32_t style, Object*, Slot* result) {
    *result = Slot{};
    if (!check_integer_style(run, style)) return false;
    Wide value = 0;
    if (text == nullptr || parse_integer(text->view(), style, kBits, value) != Parsed::kGood) return false;
    *result = to_slot<T>(static_cast<T>(value));
    return true;
  }
  static bool try_parse(Run& run, String* s, Slot* result) {
    return try_parse_styled(run, s, number_styles::kInteger, nullptr, result);
  }
  static bool try_parse_in_culture(Run& run, String* s, Object*, Slot* result) { return try_parse(run, s, result); }

  // ---- order ----
  static bool equals_same(T self, T other) { return self == other; }
  static bool equals_object(T self, Object* other) {
    return other != nullptr && other->type->is(Facts<T>::kKnown) && from_slot<T>(static_cast<const Box*>(other)->value) == self;
  }
  // The narrow types give the difference, the others a sign.
  static std::int32_t compare_same(T self, T other) {
    if constexpr (sizeof(T) < 4) return static_cast<std::int32_t>(self) - static_cast<std::int32_t>(other);
    return self < other ? -1 : self > other ? 1 : 0;
  }
  static std::int32_t compare_object(Run& run, T self, Object* other) {
    if (other == nullptr) return 1;
    if (!other->type->is(Facts<T>::kKnown)) {
      return run.raise(Known::kArgumentException, joined("Object must be of type ", Facts<T>::kName, "."));
    }
    return compare_same(self, from_slot<T>(static_cast<const Box*>(other)->value));
  }
  static std::int32_t hash(T self) {
    if constexpr (sizeof(T) == 8) {
      const auto bits = static_cast<std::uint64_t>(self);
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits) ^ static_cast<std::uint32_t>(bits >> 32));
    } else {
      return static_cast<std::int32_t>(self);
    }
  }
  static std::int32_t type_code(T) { return Facts<T>::kCode; }

  // ---- arithmetic of .NET 7 ----
  static T max(T x, T y) { return x > y ? x : y; }
  static T min(T x, T y) { return x < y ? x : y; }
  static T clamp(Run& run, T value, T min, T max) {
    if (min > max) {
      return run.raise(Known::kArgumentException, joined("'", min, "' cannot be greater than ", max, "."));
    }
    return value < min ? min : value > max ? max : value;
  }
  static bool is_even(T value) { return (value & 1) == 0; }
  static bool is_odd(T value) { return (value & 1) != 0; }
  static bool is_negative(T value) { return value < 0; }
  static bool is_power_of_two(T value) { return value > 0 && (value & (value - 1)) == 0; }
  static std::int32_t sign(T value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }
  static T absolute(Run& run, T value) {
    if constexpr (std::is_signed_v<T>) {
      if (value == std::numeric_limits<T>::min()) {
        return run.raise(Known::kOverflowException, "Negating the minimum value of a twos complement number is invalid.");
      }
      return static_cast<T>(value < 0 ? -value : value);
    } else {
      return value;
    }
  }
  static T pop_count(T value) { return static_cast<T>(std::popcount(static_cast<std::make_unsigned_t<T>>(value))); }

  // ---- operations ----
  static String* to_string(Run& run, const Type&, Slot self) { return integer_text(run, static_cast<Wide>(from_slot<T>(self))); }
  static String* format(Run& run, const Type&, Slot self, String* format) {
    return format_integer(run, static_cast<Wide>(from_slot<T>(self)), kBits, number_format_of(format));
  }
  static std::int32_t hash_slot(Run&, const Type&, Slot self) { return hash(from_slot<T>(self)); }
  static std::int32_t compare_slots(Run&, const Type&, Slot a, Slot b) { return compare_same(from_slot<T>(a), from_slot<T>(b)); }

  static constexpr TypeOperations kOperations{.to_string = &to_string, .format = &format, .hash = &hash_slot, .compare = &compare_slots};

  static constexpr std::uint8_t kSafe = kPure | kNoRaise;
  static constexpr Member kMembers[] = {
      constant(kDeclared<T, "const $ MinValue">, static_cast<Wide>(std::numeric_limits<T>::min())),
      constant(kDeclared<T, "const $ MaxValue">, static_cast<Wide>(std::numeric_limits<T>::max())),
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
      method<&max>(kDeclared<T, "static $ Max($ x, $ y)">).with(kSafe),
      method<&min>(kDeclared<T, "static $ Min($ x, $ y)">).with(kSafe),
      method<&clamp>(kDeclared<T, "static $ Clamp($ value, $ min, $ max)">).with(kPure),
      method<&absolute>(kDeclared<T, "static $ Abs($ value)">).with(kPure),
      method<&sign>(kDeclared<T, "static int Sign($ value)">).with(kSafe),
      method<&is_even>(kDeclared<T, "static bool IsEvenInteger($ value)">).with(kSafe),
      method<&is_odd>(kDeclared<T, "static bool IsOddInteger($ value)">).with(kSafe),
      method<&is_negative>(kDeclared<T, "static bool IsNegative($ value)">).with(kSafe),
      method<&is_power_of_two>(kDeclared<T, "static bool IsPow2($ value)">).with(kSafe),
      method<&pop_count>(kDeclared<T, "static $ PopCount($ value)">).with(kSafe),
  };
};

template <typename T, RowText declaration>
constexpr TypeDefinition define() {
  return {.declaration = kDeclared<T, declaration>,
          .members = Integer<T>::kMembers,
          .operations = &Integer<T>::kOperations,
          .storage = Storage::kInteger};
}

}  // namespace

const TypeDefinition kSByteDefinition =
    define<std::int8_t, "struct System.SByte : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();
const TypeDefinition kByteDefinition =
    define<std::uint8_t, "struct System.Byte : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();
const TypeDefinition kInt16Definition =
    define<std::int16_t, "struct System.Int16 : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();
const TypeDefinition kUInt16Definition =
    define<std::uint16_t, "struct System.UInt16 : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();
const TypeDefinition kInt32Definition =
    define<std::int32_t, "struct System.Int32 : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();
const TypeDefinition kUInt32Definition =
    define<std::uint32_t, "struct System.UInt32 : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();
const TypeDefinition kInt64Definition =
    define<std::int64_t, "struct System.Int64 : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();
const TypeDefinition kUInt64Definition =
    define<std::uint64_t, "struct System.UInt64 : IComparable, IComparable<$>, IConvertible, IEquatable<$>, IFormattable">();

}  // namespace portcullis
