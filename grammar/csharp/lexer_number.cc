// Numbers: integers of three radices, reals, decimals; suffixes and `_` separators.
#include <charconv>
#include <limits>

#include "base/text.h"
#include "grammar/csharp/scanner.h"

namespace portcullis::csharp {
namespace {

using enum ast::LiteralType;

constexpr bool is_digit_of(char c, unsigned radix) {
  if (radix == 2) return c == '0' || c == '1';
  if (radix == 10) return is_ascii_digit(c);
  return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

constexpr unsigned digit_value(char c) {
  return is_ascii_digit(c) ? static_cast<unsigned>(c - '0') : static_cast<unsigned>(ascii_lower(c) - 'a' + 10);
}

/// The first type that holds the value; `u` and `l` say which suffix letters were there.
ast::LiteralType integer_type(std::uint64_t value, bool u, bool l) {
  const bool fits_32 = value <= std::numeric_limits<std::uint32_t>::max();
  if (!u && !l && value <= std::numeric_limits<std::int32_t>::max()) return kInt;
  if (!l && fits_32) return kUInt;
  if (!u && value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return kLong;
  return kULong;
}

}  // namespace

bool Scanner::number() {
  const std::size_t start = at_;
  if (peek() == '0' && ascii_lower(peek(1)) == 'x') return radix_number(16);
  if (peek() == '0' && ascii_lower(peek(1)) == 'b') return radix_number(2);
  const auto digits = [&] {
    while (is_ascii_digit(peek()) || peek() == '_') ++at_;
  };
  digits();
  bool real = false;
  if (peek() == '.' && is_ascii_digit(peek(1))) {
    real = true;
    ++at_;
    digits();
  }
  if (ascii_lower(peek()) == 'e') {
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if (is_ascii_digit(peek(1 + sign))) {
      real = true;
      at_ += 1 + sign;
      digits();
    }
  }
  const std::string_view text = text_.substr(start, at_ - start);
  const char suffix = ascii_lower(peek());
  if (real || suffix == 'f' || suffix == 'd' || suffix == 'm') return real_literal(text, start);
  return integer_literal(text, 10, start);
}

bool Scanner::radix_number(unsigned radix) {
  const std::size_t start = at_;
  at_ += 2;
  const std::size_t first = at_;
  while (is_digit_of(peek(), radix) || peek() == '_') ++at_;
  return integer_literal(text_.substr(first, at_ - first), radix, start);
}

bool Scanner::integer_literal(std::string_view digits, unsigned radix, std::size_t start) {
  bool u = false;
  bool l = false;
  for (int i = 0; i < 2; ++i) {
    const char c = ascii_lower(peek());
    if (c == 'u' && !u) {
      u = true;
      ++at_;
    } else if (c == 'l' && !l) {
      l = true;
      ++at_;
    }
  }
  const bool separator_first = digits.empty() || (digits.front() == '_' && radix == 10);
  if (separator_first || digits.back() == '_') {
    report(SyntaxError::kBadNumber, span_from(start),
           digits.find_first_not_of('_') == std::string_view::npos ? "this number has no digits"
                                                                   : "`_` may stand only between digits");
    return true;
  }
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c == '_') continue;
    const unsigned digit = digit_value(c);
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / radix) {
      report(SyntaxError::kNumberTooLarge, span_from(start), "this integer does not fit in any integer type",
             "write it as a decimal (`m`) or double (`d`), or as a string");
      return true;
    }
    value = value * radix + digit;
  }
  Token& token = emit(TokenKind::kLiteral, start);
  token.literal = integer_type(value, u, l);
  token.integer = value;
  // An unsuffixed decimal is the only one that `-` may turn into the smallest int or long.
  token.plain = radix == 10 && !u;
  return end_of_number(start);
}

bool Scanner::real_literal(std::string_view digits, std::size_t start) {
  for (std::size_t i = digits.find('_'); i != std::string_view::npos; i = digits.find('_', i + 1)) {
    const char next = i + 1 < digits.size() ? digits[i + 1] : '\0';
    const bool inside = i > 0 && (is_ascii_digit(digits[i - 1]) || digits[i - 1] == '_') && (is_ascii_digit(next) || next == '_');
    if (inside) continue;
    report(SyntaxError::kBadNumber, span_from(start), "`_` may stand only between digits");
    return true;
  }
  const std::string_view plain = without_separators(digits);
  const char suffix = ascii_lower(peek());
  if (suffix == 'f' || suffix == 'd' || suffix == 'm') ++at_;
  Token& token = emit(TokenKind::kLiteral, start);
  if (suffix == 'm') {
    token.literal = kDecimal;
    token.text = plain;
    return end_of_number(start);
  }
  token.literal = suffix == 'f' ? kFloat : kDouble;
  double value = 0;
  std::errc status{};
  if (suffix == 'f') {
    float narrow = 0;
    status = std::from_chars(plain.data(), plain.data() + plain.size(), narrow).ec;
    value = static_cast<double>(narrow);
  } else {
    status = std::from_chars(plain.data(), plain.data() + plain.size(), value).ec;
  }
  token.real = value;
  const bool tiny = plain.find("e-") != std::string_view::npos || plain.find("E-") != std::string_view::npos ||
                    plain.front() == '0' || plain.front() == '.';
  if (status == std::errc::result_out_of_range && !tiny) {
    report(SyntaxError::kNumberTooLarge, span_from(start),
           suffix == 'f' ? "this number is outside the range of `float`" : "this number is outside the range of `double`");
    return true;
  }
  return end_of_number(start);
}

/// `12abc` is one mistake, not a number and a name.
bool Scanner::end_of_number(std::size_t start) {
  if (!is_ascii_letter(peek()) && peek() != '_' && !is_ascii_digit(peek())) return true;
  while (is_ascii_letter(peek()) || is_ascii_digit(peek()) || peek() == '_') ++at_;
  out_.back().span = span_from(start);
  report(SyntaxError::kBadNumber, span_from(start),
         joined("`", text_.substr(start, at_ - start), "` is not a number"),
         "suffixes are `u`, `l`, `ul`, `f`, `d` and `m`; a name may not begin with a digit");
  return true;
}

std::string_view Scanner::without_separators(std::string_view digits) {
  if (digits.find('_') == std::string_view::npos) return digits;
  char* plain = arena_.text(digits.size());
  std::size_t size = 0;
  for (const char c : digits) {
    if (c != '_') plain[size++] = c;
  }
  return {plain, size};
}

}  // namespace portcullis::csharp
