// Decimal digits of a number between its binary form and text: what formatting rounds and lays out, and what parsing reads.
//
//     value = 0.d1 d2 d3 … × 10^scale        1234.5 is "12345" with scale 4; zero has no digits
#pragma once

#include <cstdint>
#include <span>

namespace portcullis {

struct Decimal;

enum class DigitsKind : std::uint8_t { kInteger, kDecimal, kReal };

struct Digits {
  std::span<char> buffer;  // of the caller
  std::int32_t count = 0;
  std::int32_t scale = 0;
  bool is_negative = false;
  DigitsKind kind = DigitsKind::kInteger;
  /// The digits are already what a standard format shows (reals): nothing is left to round.
  bool is_rounded = false;

  [[nodiscard]] char digit(std::int32_t index) const {
    return index >= 0 && index < count ? buffer[static_cast<std::size_t>(index)] : '0';
  }
  /// Keeps `places` digits, half away from zero, and drops trailing zeros. Zero loses its sign unless it is a real.
  void round(std::int64_t places);
};

/// No double has more digits than this; `buffer` of a real needs so many bytes.
constexpr std::size_t kRealDigits = 1100;

void set_integer(Digits& digits, std::uint64_t magnitude, bool is_negative);
void set_decimal(Digits& digits, const Decimal& value);
/// The shortest digits that read back as the same value. `value` is finite; so below.
void set_shortest(Digits& digits, double value);
void set_shortest(Digits& digits, float value);
/// `count` significant digits of the exact binary value, half to even.
void set_significant(Digits& digits, double value, std::int32_t count);
/// Digits up to `places` behind the point, half to even.
void set_fixed(Digits& digits, double value, std::int32_t places);

}  // namespace portcullis
