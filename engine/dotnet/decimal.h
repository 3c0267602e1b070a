// System.Decimal: 96 bits of digits, a scale and a sign. An immutable object; never null.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/run/run.h"

namespace portcullis {

struct Decimal : Object {
  std::uint32_t low = 0;
  std::uint32_t middle = 0;
  std::uint32_t high = 0;
  std::uint8_t scale = 0;  // 0 … 28
  bool is_negative = false;
};

__extension__ using Magnitude = unsigned __int128;

/// The operators as C# has them. They raise OverflowException and DivideByZeroException, and give null then.
namespace decimal {
Decimal* add(Run& run, const Decimal* a, const Decimal* b);
Decimal* subtract(Run& run, const Decimal* a, const Decimal* b);
Decimal* multiply(Run& run, const Decimal* a, const Decimal* b);
Decimal* divide(Run& run, const Decimal* a, const Decimal* b);
Decimal* remainder(Run& run, const Decimal* a, const Decimal* b);
Decimal* negate(Run& run, const Decimal* a);
/// Negative, zero or positive.
std::int32_t compare(const Decimal* a, const Decimal* b);
Decimal* from_int64(Run& run, std::int64_t value);
Decimal* from_uint64(Run& run, std::uint64_t value);
Decimal* from_double(Run& run, double value);  // rounds to 15 digits
Decimal* from_float(Run& run, float value);    // rounds to 7 digits
/// Truncate; raise OverflowException when out of range (of the type that the result is then narrowed to: `Value was either too
/// large or too small for an Int32.`).
std::int64_t to_int64(Run& run, const Decimal* value);
std::uint64_t to_uint64(Run& run, const Decimal* value);
std::int64_t to_integer(Run& run, const Decimal* value, Known type);  // sbyte … long, char
double to_double(const Decimal* value);
float to_float(const Decimal* value);

/// The 96 bits of digits, without scale and sign.
constexpr Magnitude magnitude(const Decimal* value) {
  return (Magnitude{value->high} << 64) | (Magnitude{value->middle} << 32) | value->low;
}
/// `magnitude` below 2^96, `scale` at most 28.
Decimal* make(Run& run, Magnitude magnitude, std::int32_t scale, bool is_negative);
constexpr Magnitude kMaxMagnitude = (Magnitude{1} << 96) - 1;

/// A constant of the source, sign in front; digits and range were checked.
Decimal* from_literal(Arena& arena, const Type& type, std::string_view text);
std::string to_literal(const Decimal& value);

/// MidpointRounding. Only ToZero, ToNegativeInfinity and ToPositiveInfinity look beyond half-way cases.
enum class Rounding : std::int32_t { kToEven = 0, kAwayFromZero = 1, kToZero = 2, kToNegativeInfinity = 3, kToPositiveInfinity = 4 };
/// At most `places` (0 … 28) digits behind the point.
Decimal* round(Run& run, const Decimal* value, std::int32_t places, Rounding rounding);
/// As Math.Round and decimal.Round have it: raises for places and modes that do not exist.
Decimal* round_checked(Run& run, const Decimal* value, std::int32_t places, std::int32_t mode);
}  // namespace decimal

}  // namespace portcullis
