#include "engine/dotnet/number_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "engine/dotnet/text_buffer.h"

namespace portcullis {

Raised raise_bad_number_format(Run& run) { return run.raise(Known::kFormatException, "Format specifier was invalid."); }

String* ascii_string(Run& run, std::string_view text) {
  return run.view(run.arena.copy(text), static_cast<std::uint32_t>(text.size()));
}

NumberFormat read_number_format(std::string_view text) {
  if (text.empty()) return {};
  const char first = text[0];
  if (!is_ascii_letter(first)) return {.letter = 0, .custom = text};
  std::int32_t precision = 0;
  std::size_t at = 1;
  for (; at < text.size() && is_ascii_digit(text[at]); ++at) {
    if (precision >= 100'000'000) return {.is_bad = true};
    precision = precision * 10 + (text[at] - '0');
  }
  if (at == text.size()) return {.letter = first, .precision = at == 1 ? -1 : precision};
  return {.letter = 0, .custom = text};
}

// ---- laying digits out -------------------------------------------------------------------------------------------------

namespace {

// What precedes and follows the number itself.
struct Sign {
  std::string_view before;
  std::string_view after;
};

class Writer {
 public:
  Writer(Run& run, const Digits& digits) : run_(run), digits_(digits) {}

  void text(std::string_view part) { out_.append(run_, part); }
  void zeros(std::int64_t count) {
    if (count > 0) out_.append_repeated(run_, u'0', static_cast<std::uint64_t>(count));
  }
  void run_of_digits(std::int32_t from, std::int32_t to) {
    const std::int32_t end = std::min(to, digits_.count);
    if (from < end) text({digits_.buffer.data() + from, static_cast<std::size_t>(end - from)});
    zeros(to - std::max(from, end));
  }
  void whole_part() {
    if (digits_.scale <= 0) return text("0");
    run_of_digits(0, digits_.scale);
  }
  void grouped_whole_part() {
    if (digits_.scale <= 3) return whole_part();
    std::int32_t at = (digits_.scale - 1) % 3 + 1;
    run_of_digits(0, at);
    for (; at < digits_.scale; at += 3) {
      text(",");
      run_of_digits(at, at + 3);
    }
  }
  // `places` digits behind the point, zeros where there are none.
  void fraction(std::int32_t places) {
    if (places <= 0) return;
    text(".");
    const std::int32_t leading = std::clamp(-digits_.scale, 0, places);
    zeros(leading);
    const std::int32_t from = std::max(digits_.scale, 0);
    const std::int32_t rest = places - leading;
    const std::int32_t real = std::clamp(digits_.count - from, 0, rest);
    run_of_digits(from, from + real);
    zeros(std::int64_t{rest} - real);
  }
  void exponent(char letter, std::int32_t value, std::int32_t at_least) {
    const char sign[] = {letter, value < 0 ? '-' : '+'};
    text({sign, 2});
    char number[16];
    const auto end = std::to_chars(number, number + sizeof number, std::abs(value)).ptr;
    zeros(at_least - (end - number));
    text({number, static_cast<std::size_t>(end - number)});
  }
  void general(std::int32_t most_digits, char exponent_letter, bool never_scientific) {
    const bool scientific = !never_scientific && (digits_.scale > most_digits || digits_.scale < -3);
    const std::int32_t point = scientific ? 1 : digits_.scale;
    if (point > 0) {
      run_of_digits(0, point);
    } else {
      text("0");
    }
    const std::int32_t from = std::max(point, 0);
    if (from < digits_.count || point < 0) {
      text(".");
      zeros(-point);
      run_of_digits(from, digits_.count);
    }
    if (scientific) exponent(exponent_letter, digits_.scale - 1, 2);
  }
  void scientific(std::int32_t places, char letter) {
    run_of_digits(0, 1);
    if (places > 0) {
      text(".");
      const std::int32_t real = std::clamp(digits_.count - 1, 0, places);
      run_of_digits(1, 1 + real);
      zeros(std::int64_t{places} - real);
    }
    exponent(letter, digits_.count == 0 ? 0 : digits_.scale - 1, 3);
  }
  String* take() { return out_.take(run_); }

 private:
  Run& run_;
  const Digits& digits_;
  TextBuffer out_;
};

Sign sign_of(const Digits& digits, char letter) {
  if (letter == 'C') return digits.is_negative ? Sign{"(¤", ")"} : Sign{"¤", ""};
  if (letter == 'P') return digits.is_negative ? Sign{"-", " %"} : Sign{"", " %"};
  return digits.is_negative ? Sign{"-", ""} : Sign{"", ""};
}

char lower_letter(char letter, char for_upper, char for_lower) { return letter >= 'a' ? for_lower : for_upper; }

// G: a decimal without precision keeps its zeros and is never scientific.
String* general_text(Run& run, Digits& digits, const NumberFormat& format) {
  const bool is_plain_decimal = digits.kind == DigitsKind::kDecimal && format.precision == -1;
  std::int32_t most = format.precision;
  if (most < 1) most = digits.count;
  if (is_plain_decimal) {
    if (digits.count == 0) digits.is_negative = false;
  } else {
    digits.round(most);
  }
  Writer writer(run, digits);
  if (digits.is_negative) writer.text("-");
  writer.general(most, lower_letter(format.letter, 'E', 'e'), is_plain_decimal);
  return writer.take();
}

}  // namespace

String* format_digits(Run& run, Digits& digits, const NumberFormat& format) {
  if (format.is_bad) return raise_bad_number_format(run);
  if (format.letter == 0) return format_custom(run, digits, format.custom);
  const char letter = ascii_upper(format.letter);
  if (letter == 'G') return general_text(run, digits, format);
  const std::int32_t places = format.precision >= 0 ? format.precision : letter == 'E' ? 6 : 2;
  if (letter == 'P' && !digits.is_rounded && digits.count > 0) digits.scale += 2;
  digits.round(letter == 'E' ? std::int64_t{places} + 1 : std::int64_t{digits.scale} + places);
  if (places > (1 << 16) && !run.spend(static_cast<std::uint64_t>(places) / 64)) return nullptr;
  const Sign sign = sign_of(digits, letter);
  Writer writer(run, digits);
  writer.text(sign.before);
  switch (letter) {
    case 'E':
      writer.scientific(places, format.letter);
      break;
    case 'F':
      writer.whole_part();
      writer.fraction(places);
      break;
    case 'C':
    case 'N':
    case 'P':
      writer.grouped_whole_part();
      writer.fraction(places);
      break;
    default:
      return raise_bad_number_format(run);
  }
  writer.text(sign.after);
  return writer.take();
}

// ---- integers ----------------------------------------------------------------------------------------------------------

namespace {

template <typename Integer>
String* plain_integer(Run& run, Integer value) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return ascii_string(run, {text, static_cast<std::size_t>(end - text)});
}

// `-` and digits, with zeros up to `width` digits.
String* padded(Run& run, std::string_view digits, std::int32_t width, bool is_negative) {
  const auto count = std::max<std::uint64_t>(digits.size(), width < 0 ? 0 : static_cast<std::uint64_t>(width));
  const std::uint64_t size = count + (is_negative ? 1 : 0);
  if (size > (1 << 16) && !run.spend(size / 64)) return nullptr;
  char* text = run.text(size);
  if (text == nullptr) return nullptr;
  char* at = text;
  if (is_negative) *at++ = '-';
  std::memset(at, '0', count - digits.size());
  std::memcpy(at + (count - digits.size()), digits.data(), digits.size());
  return run.view({text, size}, static_cast<std::uint32_t>(size));
}

String* in_base(Run& run, std::uint64_t bits, int base, const NumberFormat& format) {
  char text[72];
  const auto end = std::to_chars(text, text + sizeof text, bits, base).ptr;
  if (format.letter == 'X') std::transform(text, end, text, [](char c) { return ascii_upper(c); });
  return padded(run, {text, static_cast<std::size_t>(end - text)}, format.precision, false);
}

String* format_bits(Run& run, std::uint64_t bits, std::uint64_t magnitude, bool is_negative, const NumberFormat& format) {
  if (format.is_bad) return raise_bad_number_format(run);
  char buffer[24];
  switch (ascii_upper(format.letter)) {
    case 'D': {
      const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude).ptr;
      return padded(run, {buffer, static_cast<std::size_t>(end - buffer)}, format.precision, is_negative);
    }
    case 'X':
      return in_base(run, bits, 16, format);
    case 'B':
      return in_base(run, bits, 2, format);
    case 'G':
      if (format.precision < 1) {
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude).ptr;
        return padded(run, {buffer, static_cast<std::size_t>(end - buffer)}, 0, is_negative);
      }
      break;
    default:
      break;
  }
  Digits digits{.buffer = buffer};
  set_integer(digits, magnitude, is_negative);
  return format_digits(run, digits, format);
}

std::uint64_t mask_of(unsigned bits) { return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1; }

}  // namespace

String* integer_text(Run& run, std::int64_t value) { return plain_integer(run, value); }
String* integer_text(Run& run, std::uint64_t value) { return plain_integer(run, value); }

String* format_integer(Run& run, std::int64_t value, unsigned bits, const NumberFormat& format) {
  const auto plain = static_cast<std::uint64_t>(value);
  return format_bits(run, plain & mask_of(bits), value < 0 ? std::uint64_t{0} - plain : plain, value < 0, format);
}
String* format_integer(Run& run, std::uint64_t value, unsigned, const NumberFormat& format) {
  return format_bits(run, value, value, false, format);
}

// ---- reals -------------------------------------------------------------------------------------------------------------

namespace {

template <typename Real>
constexpr std::int32_t kPlainDigits = std::is_same_v<Real, float> ? 7 : 15;

template <typename Real>
String* not_finite(Run& run, Real value) {
  if (std::isnan(value)) return run.view("NaN", 3);
  return value < 0 ? run.view("-Infinity", 9) : run.view("Infinity", 8);
}

template <typename Real>
String* shortest_text(Run& run, Real value, char exponent_letter) {
  if (!std::isfinite(value)) return not_finite(run, value);
  char buffer[48];
  Digits digits{.buffer = buffer};
  set_shortest(digits, value);
  Writer writer(run, digits);
  if (digits.is_negative) writer.text("-");
  writer.general(std::max(digits.count, kPlainDigits<Real>), exponent_letter, false);
  return writer.take();
}

// The exact digits that `format` shows; false for a letter that reals do not have.
template <typename Real>
bool set_for(Digits& digits, Real value, const NumberFormat& format) {
  const auto exact = static_cast<double>(value);
  const std::int32_t precision = format.precision;
  switch (ascii_upper(format.letter)) {
    case 0:
      set_significant(digits, exact, kPlainDigits<Real>);
      digits.is_rounded = false;
      return true;
    case 'E':
      set_significant(digits, exact, precision < 0 ? 7 : std::min(precision, 5000) + 1);
      return true;
    case 'G':
      set_significant(digits, exact, precision);
      return true;
    case 'C':
    case 'F':
    case 'N':
      set_fixed(digits, exact, precision < 0 ? 2 : precision);
      return true;
    case 'P':
      set_fixed(digits, exact, (precision < 0 ? 2 : precision > 5000 ? 5000 : precision) + 2);
      if (digits.count > 0) digits.scale += 2;
      return true;
    default:
      return false;
  }
}

template <typename Real>
String* format_real_of(Run& run, Real value, const NumberFormat& format) {
  if (format.is_bad) return raise_bad_number_format(run);
  const char letter = ascii_upper(format.letter);
  if (letter == 'R' || (letter == 'G' && format.precision < 1)) {
    return shortest_text(run, value, lower_letter(format.letter, 'E', 'e'));
  }
  if (!std::isfinite(value)) return not_finite(run, value);
  char buffer[kRealDigits + 400];
  Digits digits{.buffer = buffer};
  if (!set_for(digits, value, format)) return raise_bad_number_format(run);
  return format_digits(run, digits, format);
}

}  // namespace

String* real_text(Run& run, double value) { return shortest_text(run, value, 'E'); }
String* real_text(Run& run, float value) { return shortest_text(run, value, 'E'); }
String* format_real(Run& run, double value, const NumberFormat& format) { return format_real_of(run, value, format); }
String* format_real(Run& run, float value, const NumberFormat& format) { return format_real_of(run, value, format); }

String* decimal_text(Run& run, const Decimal* value) { return format_decimal(run, value, {}); }

String* format_decimal(Run& run, const Decimal* value, const NumberFormat& format) {
  if (ascii_upper(format.letter) == 'R') return raise_bad_number_format(run);
  char buffer[32];
  Digits digits{.buffer = buffer};
  set_decimal(digits, *value);
  return format_digits(run, digits, format);
}

}  // namespace portcullis
