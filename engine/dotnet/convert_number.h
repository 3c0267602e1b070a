// Convert between simple values: rounding, range checks and .NET's messages. Convert's rows and ChangeType share it.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "engine/dotnet/date_time.h"
#include "engine/dotnet/decimal.h"
#include "engine/dotnet/number_format.h"
#include "engine/dotnet/number_parse.h"
#include "engine/run/helpers.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis::convert {

struct TypeFacts {
  Known known;
  std::string_view name;
  std::string_view articled;  // `an Int32`, as overflow messages say it
};
template <typename T>
inline constexpr TypeFacts kFacts{Known::kObject, "Object", "an Object"};
template <>
inline constexpr TypeFacts kFacts<bool>{Known::kBoolean, "Boolean", "a Boolean"};
template <>
inline constexpr TypeFacts kFacts<char16_t>{Known::kChar, "Char", "a character"};
template <>
inline constexpr TypeFacts kFacts<std::int8_t>{Known::kSByte, "SByte", "a signed byte"};
template <>
inline constexpr TypeFacts kFacts<std::uint8_t>{Known::kByte, "Byte", "an unsigned byte"};
template <>
inline constexpr TypeFacts kFacts<std::int16_t>{Known::kInt16, "Int16", "an Int16"};
template <>
inline constexpr TypeFacts kFacts<std::uint16_t>{Known::kUInt16, "UInt16", "a UInt16"};
template <>
inline constexpr TypeFacts kFacts<std::int32_t>{Known::kInt32, "Int32", "an Int32"};
template <>
inline constexpr TypeFacts kFacts<std::uint32_t>{Known::kUInt32, "UInt32", "a UInt32"};
template <>
inline constexpr TypeFacts kFacts<std::int64_t>{Known::kInt64, "Int64", "an Int64"};
template <>
inline constexpr TypeFacts kFacts<std::uint64_t>{Known::kUInt64, "UInt64", "a UInt64"};
template <>
inline constexpr TypeFacts kFacts<float>{Known::kSingle, "Single", "a Single"};
template <>
inline constexpr TypeFacts kFacts<double>{Known::kDouble, "Double", "a Double"};
template <>
inline constexpr TypeFacts kFacts<Decimal*>{Known::kDecimal, "Decimal", "a Decimal"};
template <>
inline constexpr TypeFacts kFacts<DateTime>{Known::kDateTime, "DateTime", "a DateTime"};
template <>
inline constexpr TypeFacts kFacts<String*>{Known::kString, "String", "a String"};

template <typename T>
inline constexpr bool kIsInteger = std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char16_t>;

inline Raised raise_overflow_of(Run& run, std::string_view articled) {
  return run.raise(Known::kOverflowException, joined("Value was either too large or too small for ", articled, "."));
}
inline Raised raise_bad_cast(Run& run, std::string_view from, std::string_view to) {
  return run.raise(Known::kInvalidCastException, joined("Invalid cast from '", from, "' to '", to, "'."));
}

/// Rounds half to even. The narrow types go through int, long and ulong through checked casts, and their messages show it.
template <typename To>
To from_real(Run& run, double value) {
  if constexpr (sizeof(To) == 8) {
    const double rounded = std::nearbyint(value);
    constexpr double kLimit = std::is_signed_v<To> ? 9223372036854775808.0 : 18446744073709551616.0;
    constexpr double kLow = std::is_signed_v<To> ? -9223372036854775808.0 : 0.0;
    if (!(rounded >= kLow && rounded < kLimit)) return raise_overflow(run);
    return static_cast<To>(rounded);
  } else {
    using Middle = std::conditional_t<std::is_same_v<To, std::uint32_t>, std::uint32_t, std::int32_t>;
    const double rounded = std::nearbyint(value);
    if (!(rounded >= static_cast<double>(std::numeric_limits<Middle>::min()) &&
          rounded <= static_cast<double>(std::numeric_limits<Middle>::max()))) {
      return raise_overflow_of(run, kFacts<Middle>.articled);
    }
    if (rounded < static_cast<double>(std::numeric_limits<To>::min()) || rounded > static_cast<double>(std::numeric_limits<To>::max())) {
      return raise_overflow_of(run, kFacts<To>.articled);
    }
    return static_cast<To>(rounded);
  }
}

template <typename To, typename From>
To integer_from(Run& run, From value) {
  if constexpr (std::is_same_v<From, bool> || std::is_same_v<From, char16_t>) {
    if (std::is_same_v<From, char16_t> && static_cast<std::uint64_t>(value) > static_cast<std::uint64_t>(std::numeric_limits<To>::max())) {
      return raise_overflow_of(run, kFacts<To>.articled);
    }
    return static_cast<To>(value);
  } else if constexpr (kIsInteger<From>) {
    if (!std::in_range<To>(value)) return raise_overflow_of(run, kFacts<To>.articled);
    return static_cast<To>(value);
  } else if constexpr (std::is_floating_point_v<From>) {
    return from_real<To>(run, static_cast<double>(value));
  } else {
    const Decimal* rounded = decimal::round(run, value, 0, decimal::Rounding::kToEven);
    return static_cast<To>(decimal::to_integer(run, rounded, kFacts<To>.known));
  }
}

inline char16_t char_of(Run& run, const String* text) {
  if (text == nullptr) return run.raise_null("value");
  if (text->length_utf16() != 1) return run.raise(Known::kFormatException, "String must be exactly one character long.");
  const auto first = static_cast<unsigned char>(text->data[0]);
  if (first < 0x80) return first;
  const auto rest = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(text->data[at])) & 0x3FU; };
  if (first < 0xE0) return static_cast<char16_t>(((first & 0x1FU) << 6) | rest(1));
  return static_cast<char16_t>(((first & 0x0FU) << 12) | (rest(1) << 6) | rest(2));
}

template <typename To>
To number_of_text(Run& run, const String* text) {
  To value{};
  Parsed parsed = Parsed::kGood;
  if constexpr (std::is_floating_point_v<To>) {
    parsed = parse_real(text->view(), number_styles::kFloat | number_styles::kThousands, value);
  } else {
    using Wide = std::conditional_t<std::is_signed_v<To>, std::int64_t, std::uint64_t>;
    Wide wide = 0;
    parsed = parse_integer(text->view(), number_styles::kInteger, sizeof(To) * 8, wide);
    value = static_cast<To>(wide);
  }
  if (parsed == Parsed::kBadFormat) return raise_bad_number(run, text->view());
  if (parsed == Parsed::kOverflow) return raise_overflow_of(run, kFacts<To>.articled);
  return value;
}
inline Decimal* decimal_of_text(Run& run, const String* text) {
  Decimal* value = decimal::make(run, 0, 0, false);
  const Parsed parsed = parse_decimal(text->view(), number_styles::kNumber, *value);
  if (parsed == Parsed::kBadFormat) return raise_bad_number(run, text->view());
  if (parsed == Parsed::kOverflow) return raise_overflow_of(run, "a Decimal");
  return value;
}
/// `bool.Parse` of a text that is not null.
bool bool_of_text(Run& run, const String* text);

/// `Convert.ToX(value)`; From is any simple type, or String*.
template <typename To, typename From>
To to(Run& run, From value) {
  constexpr bool kBadPair =
      (std::is_same_v<To, char16_t> && (std::is_floating_point_v<From> || std::is_same_v<From, Decimal*> || std::is_same_v<From, bool>)) ||
      (std::is_same_v<From, char16_t> && (std::is_floating_point_v<To> || std::is_same_v<To, Decimal*> || std::is_same_v<To, bool>)) ||
      std::is_same_v<From, DateTime>;
  if constexpr (kBadPair) {
    return raise_bad_cast(run, kFacts<From>.name, kFacts<To>.name);
  } else if constexpr (std::is_same_v<From, String*>) {
    if constexpr (std::is_same_v<To, char16_t>) {
      return char_of(run, value);
    } else if constexpr (std::is_same_v<To, Decimal*>) {
      return value == nullptr ? decimal::make(run, 0, 0, false) : decimal_of_text(run, value);
    } else if constexpr (std::is_same_v<To, bool>) {
      return value != nullptr && bool_of_text(run, value);
    } else {
      return value == nullptr ? To{} : number_of_text<To>(run, value);
    }
  } else if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_same_v<To, bool>) {
    if constexpr (std::is_same_v<From, Decimal*>) {
      return decimal::magnitude(value) != 0;
    } else {
      return value != 0;
    }
  } else if constexpr (std::is_same_v<To, char16_t>) {
    if (!std::in_range<std::uint16_t>(value)) return raise_overflow_of(run, "a character");
    return static_cast<char16_t>(value);
  } else if constexpr (std::is_floating_point_v<To>) {
    if constexpr (std::is_same_v<From, Decimal*>) {
      return static_cast<To>(std::is_same_v<To, float> ? static_cast<double>(decimal::to_float(value)) : decimal::to_double(value));
    } else {
      return static_cast<To>(value);
    }
  } else if constexpr (std::is_same_v<To, Decimal*>) {
    if constexpr (std::is_same_v<From, float>) {
      return decimal::from_float(run, value);
    } else if constexpr (std::is_same_v<From, double>) {
      return decimal::from_double(run, value);
    } else if constexpr (std::is_same_v<From, std::uint64_t>) {
      return decimal::from_uint64(run, value);
    } else {
      return decimal::from_int64(run, static_cast<std::int64_t>(value));
    }
  } else {
    return integer_from<To>(run, value);
  }
}

/// What a value is when it is asked as IConvertible: the simple types, enums as their numbers, JValues by their casts.
/// False after raising. `out` is the Slot of `target`, one of the simple types, String or DateTime.
bool object_to(Run& run, Object* value, Known target, Slot& out);

}  // namespace portcullis::convert
