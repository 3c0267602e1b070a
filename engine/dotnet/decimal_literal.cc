// Decimals as C# writes them in source, for constants at load.
#include <charconv>

#include "base/text.h"
#include "engine/dotnet/decimal.h"

namespace portcullis::decimal {

// `-1.50`, `1e3`: the scale is the number of digits after the point, less the exponent.
Decimal* from_literal(Arena& arena, const Type& type, std::string_view text) {
  auto* made = arena.make<Decimal>();
  made->type = &type;
  Magnitude digits = 0;
  bool after_point = false;
  int scale = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '-') made->is_negative = true;
    if (c == '.') after_point = true;
    if (c == 'e' || c == 'E') {
      int exponent = 0;
      const std::size_t start = at + (at + 1 < text.size() && text[at + 1] == '+' ? 2 : 1);
      std::from_chars(text.data() + start, text.data() + text.size(), exponent);
      scale -= exponent;
      break;
    }
    if (!is_ascii_digit(c)) continue;
    digits = digits * 10 + static_cast<unsigned>(c - '0');
    if (after_point) ++scale;
  }
  for (; scale < 0; ++scale) digits *= 10;
  made->scale = static_cast<std::uint8_t>(scale);
  made->low = static_cast<std::uint32_t>(digits);
  made->middle = static_cast<std::uint32_t>(digits >> 32);
  made->high = static_cast<std::uint32_t>(digits >> 64);
  return made;
}

std::string to_literal(const Decimal& value) {
  std::string backwards;
  Magnitude left = magnitude(&value);
  for (std::size_t place = 0; left != 0 || place <= value.scale; ++place) {
    if (place == value.scale && place != 0) backwards += '.';
    backwards += static_cast<char>('0' + static_cast<int>(left % 10));
    left /= 10;
  }
  if (value.is_negative) backwards += '-';
  return {backwards.rbegin(), backwards.rend()};
}

}  // namespace portcullis::decimal
