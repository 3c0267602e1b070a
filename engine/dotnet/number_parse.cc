#include "engine/dotnet/number_parse.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/digits.h"
#include "engine/unicode/category.h"

namespace portcullis {

using namespace number_styles;  // NOLINT(google-build-using-namespace): bits of this file's header

Raised raise_bad_number(Run& run, std::string_view text) {
  return run.raise(Known::kFormatException, joined("The input string '", text, "' was not in a correct format."));
}

bool check_integer_style(Run& run, std::int32_t style) {
  if ((style & ~0x7FF) != 0) {
    return run.raise_argument(Known::kArgumentException, "An undefined NumberStyles value is being used.", "style");
  }
  if ((style & (kHex | kBinary)) != 0) {
    const std::int32_t base = style & (kHex | kBinary);
    if ((style & ~(base | kLeadingWhite | kTrailingWhite)) != 0 || base == (kHex | kBinary)) {
      return run.raise_argument(Known::kArgumentException,
                                "With the AllowHexSpecifier or AllowBinarySpecifier bit set in the enum bit field, the only other "
                                "valid bits that can be combined into the enum value must be AllowLeadingWhite and AllowTrailingWhite.",
                                "style");
    }
  }
  return true;
}

bool check_real_style(Run& run, std::int32_t style) {
  if ((style & ~0x7FF) != 0) {
    return run.raise_argument(Known::kArgumentException, "An undefined NumberStyles value is being used.", "style");
  }
  if ((style & (kHex | kBinary)) != 0) {
    return run.raise_argument(Known::kArgumentException,
                              "The number styles AllowHexSpecifier and AllowBinarySpecifier are not supported on floating point data types.",
                              "style");
  }
  return true;
}

namespace {

constexpr std::string_view kCurrency = "¤";
constexpr std::int32_t kMostDigits = 1000;

bool is_white(char c) { return is_ascii_space(c); }

/// Reads sign, digits, point and exponent as the styles allow. Digits beyond the buffer only leave a trace in `has_tail`.
class Reader {
 public:
  Reader(std::string_view text, std::int32_t style, Digits& digits) : text_(text), style_(style), digits_(digits) {}

  bool read() {
    read_front();
    read_digits();
    if (!any_digit_) return false;
    read_exponent();
    read_back();
    if (in_parentheses_) return false;
    if (!non_zero_) {
      if (digits_.kind != DigitsKind::kDecimal) digits_.scale = 0;
      if (digits_.kind == DigitsKind::kInteger && !point_) digits_.is_negative = false;
    }
    while (at_ < text_.size() && text_[at_] == '\0') ++at_;
    return at_ == text_.size();
  }

  [[nodiscard]] bool has_tail() const { return has_tail_; }

 private:
  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool may(std::int32_t style) const { return (style_ & style) != 0; }

  bool take_sign() {
    const char c = now();
    if (c != '+' && c != '-') return false;
    if (c == '-') digits_.is_negative = true;
    signed_ = true;
    ++at_;
    return true;
  }
  bool take_currency() {
    if (!may(kCurrencySymbol) || currency_ || !text_.substr(at_).starts_with(kCurrency)) return false;
    currency_ = true;
    at_ += kCurrency.size();
    return true;
  }
  void read_front() {
    for (;;) {
      // White space may not stand between a sign and the digits, unless a currency symbol came too.
      if (is_white(now()) && may(kLeadingWhite) && (!signed_ || currency_ )) {
        ++at_;
        continue;
      }
      if (may(kLeadingSign) && !signed_ && take_sign()) continue;
      if (now() == '(' && may(kParentheses) && !signed_) {
        signed_ = true;
        in_parentheses_ = true;
        digits_.is_negative = true;
        ++at_;
        continue;
      }
      if (!take_currency()) return;
    }
  }
  void read_digits() {
    for (;; ++at_) {
      const char c = now();
      if (is_ascii_digit(c)) {
        take_digit(c);
      } else if (c == '.' && may(kDecimalPoint) && !point_) {
        point_ = true;
      } else if (c != ',' || !may(kThousands) || !any_digit_ || point_) {
        break;
      }
    }
    digits_.count = last_;
  }
  void take_digit(char c) {
    any_digit_ = true;
    if (c == '0' && !non_zero_) {
      if (point_) --digits_.scale;
      return;
    }
    non_zero_ = true;
    if (seen_ < kMostDigits) {
      digits_.buffer[static_cast<std::size_t>(seen_++)] = c;
      if (c != '0' || digits_.kind != DigitsKind::kInteger) last_ = seen_;
    } else if (c != '0') {
      has_tail_ = true;
    }
    if (!point_) ++digits_.scale;
  }
  void read_exponent() {
    if (!may(kExponent) || (now() != 'e' && now() != 'E')) return;
    std::size_t at = at_ + 1;
    bool negative = false;
    if (at < text_.size() && (text_[at] == '+' || text_[at] == '-')) negative = text_[at++] == '-';
    if (at >= text_.size() || !is_ascii_digit(text_[at])) return;
    std::int32_t exponent = 0;
    for (; at < text_.size() && is_ascii_digit(text_[at]); ++at) {
      if (exponent < 100'000'000) exponent = exponent * 10 + (text_[at] - '0');
    }
    digits_.scale += negative ? -exponent : exponent;
    at_ = at;
  }
  void read_back() {
    for (;;) {
      const char c = now();
      if (is_white(c) && may(kTrailingWhite)) {
        ++at_;
        continue;
      }
      if (may(kTrailingSign) && !signed_ && take_sign()) continue;
      if (c == ')' && in_parentheses_) {
        in_parentheses_ = false;
        ++at_;
        continue;
      }
      if (!take_currency()) return;
    }
  }

  std::string_view text_;
  std::int32_t style_;
  Digits& digits_;
  std::size_t at_ = 0;
  std::int32_t seen_ = 0;
  std::int32_t last_ = 0;
  bool signed_ = false;
  bool currency_ = false;
  bool in_parentheses_ = false;
  bool any_digit_ = false;
  bool non_zero_ = false;
  bool point_ = false;
  bool has_tail_ = false;
};

// Hexadecimal and binary digits: the bits of the type.
Parsed parse_bits(std::string_view text, std::int32_t style, unsigned bits, std::uint64_t& value) {
  const unsigned shift = (style & kHex) != 0 ? 4 : 1;
  while ((style & kLeadingWhite) != 0 && !text.empty() && is_white(text.front())) text.remove_prefix(1);
  std::size_t at = 0;
  value = 0;
  bool overflows = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    unsigned digit = 99;
    if (is_ascii_digit(c)) digit = static_cast<unsigned>(c - '0');
    if (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f') digit = static_cast<unsigned>(ascii_lower(c) - 'a') + 10;
    if (digit >= (1U << shift)) break;
    overflows = overflows || (value >> (bits - shift)) != 0;
    value = (value << shift) | digit;
  }
  if (at == 0) return Parsed::kBadFormat;
  while ((style & kTrailingWhite) != 0 && at < text.size() && is_white(text[at])) ++at;
  while (at < text.size() && text[at] == '\0') ++at;
  if (at < text.size()) return Parsed::kBadFormat;
  return overflows ? Parsed::kOverflow : Parsed::kGood;
}

// Sign and magnitude of an integer in decimal digits.
Parsed parse_magnitude(std::string_view text, std::int32_t style, std::uint64_t& magnitude, bool& is_negative) {
  char buffer[kMostDigits];
  Digits digits{.buffer = buffer, .kind = DigitsKind::kInteger};
  Reader reader(text, style, digits);
  if (!reader.read()) return Parsed::kBadFormat;
  is_negative = digits.is_negative;
  magnitude = 0;
  if (digits.count > digits.scale || digits.scale > 20 || reader.has_tail()) return Parsed::kOverflow;
  for (std::int32_t i = 0; i < digits.scale; ++i) {
    if (__builtin_mul_overflow(magnitude, std::uint64_t{10}, &magnitude) ||
        __builtin_add_overflow(magnitude, static_cast<std::uint64_t>(digits.digit(i) - '0'), &magnitude)) {
      return Parsed::kOverflow;
    }
  }
  return Parsed::kGood;
}

// Short plain integers, which nearly all are. False: ask the long way.
bool parse_plain(std::string_view text, std::int64_t& value) {
  if (text.empty() || text.size() > 18) return false;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc{} && result.ptr == end;
}

}  // namespace

Parsed parse_integer(std::string_view text, std::int32_t style, unsigned bits, std::int64_t& value) {
  if ((style & (kHex | kBinary)) != 0) {
    std::uint64_t plain = 0;
    const Parsed parsed = parse_bits(text, style, bits, plain);
    const unsigned spare = 64 - bits;
    value = static_cast<std::int64_t>(plain << spare) >> spare;
    return parsed;
  }
  const std::int64_t max = std::numeric_limits<std::int64_t>::max() >> (64 - bits);
  if ((style & kInteger) == kInteger && parse_plain(text, value)) {
    return value > max || value < -max - 1 ? Parsed::kOverflow : Parsed::kGood;
  }
  std::uint64_t magnitude = 0;
  bool is_negative = false;
  const Parsed parsed = parse_magnitude(text, style, magnitude, is_negative);
  if (parsed != Parsed::kGood) return parsed;
  if (magnitude > static_cast<std::uint64_t>(max) + (is_negative ? 1 : 0)) return Parsed::kOverflow;
  value = static_cast<std::int64_t>(is_negative ? std::uint64_t{0} - magnitude : magnitude);
  return Parsed::kGood;
}

Parsed parse_integer(std::string_view text, std::int32_t style, unsigned bits, std::uint64_t& value) {
  if ((style & (kHex | kBinary)) != 0) return parse_bits(text, style, bits, value);
  bool is_negative = false;
  const Parsed parsed = parse_magnitude(text, style, value, is_negative);
  if (parsed != Parsed::kGood) return parsed;
  const std::uint64_t max = std::numeric_limits<std::uint64_t>::max() >> (64 - bits);
  return value > max || (is_negative && value != 0) ? Parsed::kOverflow : Parsed::kGood;
}

// ---- reals -------------------------------------------------------------------------------------------------------------

namespace {

std::string_view trim_white(std::string_view text) {
  while (!text.empty()) {
    const Decoded first = decode_utf8(text, 0);
    if (!is_white_space(first.code)) break;
    text.remove_prefix(first.length);
  }
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
    if (!is_white_space(decode_utf8(text, last).code)) break;
    text = text.substr(0, last);
  }
  return text;
}

template <typename Real>
bool parse_word(std::string_view text, Real& value) {
  text = trim_white(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (equals_ignoring_ascii_case(text, "Infinity")) {
    value = negative ? -std::numeric_limits<Real>::infinity() : std::numeric_limits<Real>::infinity();
    return true;
  }
  if (!equals_ignoring_ascii_case(text, "NaN")) return false;
  value = -std::numeric_limits<Real>::quiet_NaN();
  return true;
}

template <typename Real>
Real real_of(const Digits& digits, bool has_tail) {
  if (digits.count == 0 || digits.scale < -400) return digits.is_negative ? -Real{0} : Real{0};
  Real value = std::numeric_limits<Real>::infinity();
  if (digits.scale < 400) {
    char text[kMostDigits + 24] = "0.";
    std::memcpy(text + 2, digits.buffer.data(), static_cast<std::size_t>(digits.count));
    char* at = text + 2 + digits.count;
    if (has_tail) *at++ = '1';
    *at++ = 'e';
    at = std::to_chars(at, text + sizeof text, digits.scale).ptr;
    const auto result = std::from_chars(text, at, value);
    if (result.ec == std::errc::result_out_of_range) value = digits.scale > 0 ? std::numeric_limits<Real>::infinity() : Real{0};
  }
  return digits.is_negative ? -value : value;
}

template <typename Real>
Parsed parse_real_of(std::string_view text, std::int32_t style, Real& value) {
  char buffer[kMostDigits];
  Digits digits{.buffer = buffer, .kind = DigitsKind::kReal};
  Reader reader(text, style, digits);
  if (!reader.read()) return parse_word(text, value) ? Parsed::kGood : Parsed::kBadFormat;
  value = real_of<Real>(digits, reader.has_tail());
  return Parsed::kGood;
}

}  // namespace

Parsed parse_real(std::string_view text, std::int32_t style, double& value) { return parse_real_of(text, style, value); }
Parsed parse_real(std::string_view text, std::int32_t style, float& value) { return parse_real_of(text, style, value); }

// ---- decimal -----------------------------------------------------------------------------------------------------------

namespace {

// Half to even: what stands from digit `next` on, against one half.
bool rounds_up(const Digits& digits, std::int32_t next, bool is_odd, bool has_tail) {
  if (next >= digits.count) return false;
  const char c = digits.digit(next);
  if (c != '5') return c > '5';
  if (is_odd || has_tail) return true;
  for (std::int32_t i = next + 1; i < digits.count; ++i) {
    if (digits.digit(i) != '0') return true;
  }
  return false;
}

void set(Decimal& value, Magnitude magnitude, std::int32_t scale, bool is_negative) {
  value.low = static_cast<std::uint32_t>(magnitude);
  value.middle = static_cast<std::uint32_t>(magnitude >> 32);
  value.high = static_cast<std::uint32_t>(magnitude >> 64);
  value.scale = static_cast<std::uint8_t>(scale);
  value.is_negative = is_negative;
}

}  // namespace

Parsed parse_decimal(std::string_view text, std::int32_t style, Decimal& value) {
  using decimal::kMaxMagnitude;
  char buffer[kMostDigits];
  Digits digits{.buffer = buffer, .kind = DigitsKind::kDecimal};
  Reader reader(text, style, digits);
  if (!reader.read()) return Parsed::kBadFormat;
  std::int32_t exponent = digits.scale;
  if (digits.count == 0) {
    set(value, 0, exponent > 0 ? 0 : exponent < -28 ? 28 : -exponent, digits.is_negative);
    return Parsed::kGood;
  }
  if (exponent > 29) return Parsed::kOverflow;
  Magnitude magnitude = 0;
  std::int32_t next = 0;
  while (exponent > 0 || (next < digits.count && exponent > -28)) {
    const char c = next < digits.count ? digits.digit(next) : '0';
    if (magnitude > kMaxMagnitude / 10 || (magnitude == kMaxMagnitude / 10 && c > '5')) break;
    magnitude = magnitude * 10 + static_cast<unsigned>(c - '0');
    if (next < digits.count) ++next;
    --exponent;
  }
  if (rounds_up(digits, next, (magnitude & 1) != 0, reader.has_tail()) && ++magnitude > kMaxMagnitude) {
    magnitude = kMaxMagnitude / 10 + 1;
    ++exponent;
  }
  if (exponent > 0) return Parsed::kOverflow;
  if (exponent < -28) {
    set(value, 0, 28, digits.is_negative);
  } else {
    set(value, magnitude, -exponent, digits.is_negative);
  }
  return Parsed::kGood;
}

}  // namespace portcullis
