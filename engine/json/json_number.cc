// Numbers between JSON text and C++: what Newtonsoft takes for an integer, and how .NET prints a double.
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "engine/json/json.h"

namespace portcullis {
namespace {

struct Digits {
  char digits[24];
  int count = 0;
  int scale = 0;  // the point stands behind this many digits
  bool negative = false;
};

// std::to_chars gives the same shortest digits as .NET; only the layout differs.
template <typename Real>
Digits shortest_digits(Real value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  Digits out;
  const char* at = text;
  if (*at == '-') {
    out.negative = true;
    ++at;
  }
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') out.digits[out.count++] = *at;
  }
  int exponent = 0;
  if (at != end) {
    ++at;
    const bool minus = *at == '-';
    for (++at; at != end; ++at) exponent = exponent * 10 + (*at - '0');
    if (minus) exponent = -exponent;
  }
  while (out.count > 1 && out.digits[out.count - 1] == '0') --out.count;
  out.scale = exponent + 1;
  return out;
}

char* put_exponent(char* out, int exponent) {
  *out++ = 'E';
  *out++ = exponent < 0 ? '-' : '+';
  if (exponent < 0) exponent = -exponent;
  if (exponent < 10) *out++ = '0';
  return std::to_chars(out, out + 4, exponent).ptr;
}

char* put_scientific(char* out, const Digits& number) {
  *out++ = number.digits[0];
  if (number.count > 1) {
    *out++ = '.';
    std::memcpy(out, number.digits + 1, static_cast<std::size_t>(number.count - 1));
    out += number.count - 1;
  }
  return put_exponent(out, number.scale - 1);
}

char* put_plain(char* out, const Digits& number) {
  if (number.scale <= 0) {
    *out++ = '0';
    *out++ = '.';
    for (int i = number.scale; i < 0; ++i) *out++ = '0';
    std::memcpy(out, number.digits, static_cast<std::size_t>(number.count));
    return out + number.count;
  }
  for (int i = 0; i < number.scale; ++i) *out++ = i < number.count ? number.digits[i] : '0';
  *out++ = '.';
  if (number.scale >= number.count) {
    *out++ = '0';
  } else {
    std::memcpy(out, number.digits + number.scale, static_cast<std::size_t>(number.count - number.scale));
    out += number.count - number.scale;
  }
  return out;
}

template <typename Real>
std::size_t write_real(char* out, Real value, int precision) {
  if (std::isnan(value)) return static_cast<std::size_t>(std::string_view("NaN").copy(out, 3));
  if (std::isinf(value)) {
    const std::string_view text = value < 0 ? "-Infinity" : "Infinity";
    return text.copy(out, text.size());
  }
  if (value == 0) {
    const std::string_view text = std::signbit(value) ? "-0.0" : "0.0";
    return text.copy(out, text.size());
  }
  const Digits number = shortest_digits(value);
  char* at = out;
  if (number.negative) *at++ = '-';
  const int most = number.count > precision ? number.count : precision;
  at = number.scale > most || number.scale < -3 ? put_scientific(at, number) : put_plain(at, number);
  return static_cast<std::size_t>(at - out);
}

}  // namespace

std::size_t write_json_double(char* out, double value) { return write_real(out, value, 15); }
std::size_t write_json_single(char* out, float value) { return write_real(out, value, 7); }

namespace {

// Leaves the decimal digits of an integer beyond long, without leading zeros.
void set_big(Arena& arena, JValue& value, std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative ? 1 : 0);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  char* out = arena.text(digits.size() + 1);
  std::size_t size = 0;
  if (negative) out[size++] = '-';
  digits.copy(out + size, digits.size());
  value.content = JContent::kBigInteger;
  value.text = out;
  value.size = static_cast<std::uint32_t>(size + digits.size());
}

}  // namespace

void resolve_number(Arena& arena, JValue& value) {
  if (value.content != JContent::kNumberText) return;
  const std::string_view text = value.view();
  if (value.kind == JTokenType::kFloat) {
    double real = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), real);
    if (result.ec == std::errc::result_out_of_range) {
      // Too large becomes infinity, too small zero, as .NET parses. The exponent's sign tells them apart.
      const std::size_t e = text.find_first_of("eE");
      const bool tiny = (e != std::string_view::npos && e + 1 < text.size() && text[e + 1] == '-') ||
                        (e == std::string_view::npos && text.find_first_not_of("-0.") > text.find('.'));
      real = tiny ? 0.0 : HUGE_VAL;
      if (text.starts_with('-')) real = -real;
    }
    value.content = JContent::kReal;
    value.value = Slot::of_real(real);
    return;
  }
  std::int64_t integer = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (result.ec == std::errc::result_out_of_range) {
    set_big(arena, value, text);
    return;
  }
  value.content = JContent::kInteger;
  value.value = Slot::of(integer);
}

double real_of(Arena& arena, JValue& value) {
  resolve_number(arena, value);
  if (value.content == JContent::kReal) return value.value.real;
  if (value.content == JContent::kInteger) return static_cast<double>(value.value.integer);
  if (value.content != JContent::kBigInteger) return 0;
  double real = 0;
  const auto result = std::from_chars(value.text, value.text + value.size, real);
  if (result.ec == std::errc::result_out_of_range) return value.text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
  return real;
}

}  // namespace portcullis
