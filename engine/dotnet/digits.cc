#include "engine/dotnet/digits.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "engine/dotnet/decimal.h"

namespace portcullis {

namespace {

// More significant digits than this no double has: the rest are zeros.
constexpr std::int32_t kMostSignificant = 800;
constexpr std::int32_t kMostPlaces = 1080;

void drop_trailing_zeros(Digits& digits) {
  while (digits.count > 0 && digits.digit(digits.count - 1) == '0') --digits.count;
}

// From `d.ddde±xx`, as std::to_chars writes it without regard to any locale.
void read_scientific(Digits& digits, const char* at, const char* end) {
  digits.count = 0;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') digits.buffer[static_cast<std::size_t>(digits.count++)] = *at;
  }
  std::int32_t exponent = 0;
  if (at != end) {
    ++at;
    if (*at == '+') ++at;
    std::from_chars(at, end, exponent);
  }
  digits.scale = exponent + 1;
  drop_trailing_zeros(digits);
}

template <typename Real>
void set_shortest_of(Digits& digits, Real value) {
  digits.kind = DigitsKind::kReal;
  digits.is_negative = std::signbit(value);
  digits.is_rounded = true;
  digits.count = 0;
  digits.scale = 0;
  if (value == 0) return;
  char text[48];
  const auto end = std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific).ptr;
  read_scientific(digits, text, end);
}

}  // namespace

void Digits::round(std::int64_t places) {
  std::int32_t keep = static_cast<std::int32_t>(std::clamp<std::int64_t>(places, 0, count));
  const bool up = !is_rounded && places >= 0 && places < count && digit(keep) >= '5';
  if (up) {
    while (keep > 0 && digit(keep - 1) == '9') --keep;
    if (keep > 0) {
      ++buffer[static_cast<std::size_t>(keep - 1)];
    } else {
      ++scale;
      buffer[0] = '1';
      keep = 1;
    }
  }
  count = keep;
  drop_trailing_zeros(*this);
  if (count == 0) {
    if (kind != DigitsKind::kReal) is_negative = false;
    scale = 0;
  }
}

void set_integer(Digits& digits, std::uint64_t magnitude, bool is_negative) {
  digits.kind = DigitsKind::kInteger;
  digits.is_negative = is_negative;
  digits.count = 0;
  if (magnitude != 0) {
    char* start = digits.buffer.data();
    digits.count = static_cast<std::int32_t>(std::to_chars(start, start + digits.buffer.size(), magnitude).ptr - start);
  }
  digits.scale = digits.count;
}

void set_decimal(Digits& digits, const Decimal& value) {
  char reversed[32];
  std::int32_t count = 0;
  for (auto rest = decimal::magnitude(&value); rest != 0; rest /= 10) reversed[count++] = static_cast<char>('0' + static_cast<int>(rest % 10));
  std::reverse_copy(reversed, reversed + count, digits.buffer.begin());
  digits.kind = DigitsKind::kDecimal;
  digits.is_negative = value.is_negative;
  digits.count = count;
  digits.scale = count - value.scale;
}

void set_shortest(Digits& digits, double value) { set_shortest_of(digits, value); }
void set_shortest(Digits& digits, float value) { set_shortest_of(digits, value); }

void set_significant(Digits& digits, double value, std::int32_t count) {
  digits.kind = DigitsKind::kReal;
  digits.is_negative = std::signbit(value);
  digits.is_rounded = true;
  digits.count = 0;
  digits.scale = 0;
  if (value == 0) return;
  char text[kMostSignificant + 16];
  const std::int32_t precision = std::clamp(count, 1, kMostSignificant) - 1;
  const auto end = std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific, precision).ptr;
  read_scientific(digits, text, end);
}

void set_fixed(Digits& digits, double value, std::int32_t places) {
  digits.kind = DigitsKind::kReal;
  digits.is_negative = std::signbit(value);
  digits.is_rounded = true;
  digits.count = 0;
  digits.scale = 0;
  char text[kMostPlaces + 330];
  const auto end =
      std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::fixed, std::min(places, kMostPlaces)).ptr;
  const char* at = text;
  bool behind_point = false;
  for (; at != end; ++at) {
    if (*at == '.') {
      behind_point = true;
      continue;
    }
    if (digits.count == 0 && *at == '0') {
      if (behind_point) --digits.scale;
      continue;
    }
    if (!behind_point) ++digits.scale;
    digits.buffer[static_cast<std::size_t>(digits.count++)] = *at;
  }
  drop_trailing_zeros(digits);
  if (digits.count == 0) digits.scale = 0;
}

}  // namespace portcullis
