// Text as System.TimeSpan. source: types.md#7.2
#include "base/text.h"
#include "engine/dotnet/date_cursor.h"
#include "engine/dotnet/date_parse.h"

namespace portcullis {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks

namespace {

// A part of a time span: digits, saturated where there are too many.
bool read_part(Cursor& cursor, std::int64_t& value, int& digits) {
  digits = 0;
  value = 0;
  for (; is_ascii_digit(cursor.now()); cursor.step(), ++digits) {
    if (value < 1'000'000'000'000) value = value * 10 + (cursor.now() - '0');
  }
  return digits > 0;
}

ParsedSpan span_of(bool is_negative, std::int64_t days, const std::int64_t (&clock)[3], std::int64_t fraction, TimeSpan& value) {
  if (days > 10'675'199 || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return ParsedSpan::kOverflow;
  __extension__ using Long = __int128;
  Long ticks = Long{days} * kTicksPerDay + clock[0] * kTicksPerHour + clock[1] * kTicksPerMinute + clock[2] * kTicksPerSecond + fraction;
  if (is_negative) ticks = -ticks;
  if (ticks > INT64_MAX || ticks < INT64_MIN) return ParsedSpan::kOverflow;
  value = {static_cast<std::int64_t>(ticks)};
  return ParsedSpan::kGood;
}

}  // namespace

// [-]d, [-][d.]hh:mm[:ss[.f]], [-]d:hh:mm:ss[.f]
ParsedSpan parse_time_span(std::string_view text, TimeSpan& value) {
  Cursor cursor(trim_ascii(text));
  const bool is_negative = cursor.take('-');
  std::int64_t parts[5] = {0, 0, 0, 0, 0};
  char separators[5] = {};
  int count = 0;
  int digits = 0;
  int fraction_digits = 0;
  std::int64_t fraction = 0;
  for (;;) {
    if (count == 5 || !read_part(cursor, parts[count], digits)) return ParsedSpan::kBadFormat;
    ++count;
    if (cursor.at_end()) break;
    const char separator = cursor.now();
    if (separator != ':' && separator != '.') return ParsedSpan::kBadFormat;
    cursor.step();
    if (separator == '.' && count > 1) {
      fraction_digits = cursor.fraction(fraction);
      if (fraction_digits == 0 || !cursor.at_end()) return ParsedSpan::kBadFormat;
      break;
    }
    separators[count - 1] = separator;
  }
  if (fraction_digits > 7) return ParsedSpan::kOverflow;
  const bool has_fraction = fraction_digits > 0;
  if (separators[0] == '.') {  // d.hh:mm[:ss[.f]]
    if (count < 3 || count > 4 || (has_fraction && count != 4)) return ParsedSpan::kBadFormat;
    return span_of(is_negative, parts[0], {parts[1], parts[2], parts[3]}, fraction, value);
  }
  switch (count) {
    case 1:
      return has_fraction ? ParsedSpan::kBadFormat : span_of(is_negative, parts[0], {0, 0, 0}, 0, value);
    case 2:
      return has_fraction ? span_of(is_negative, 0, {0, parts[0], parts[1]}, fraction, value)
                          : span_of(is_negative, 0, {parts[0], parts[1], 0}, 0, value);
    case 3:
      if (parts[0] > 23 && !has_fraction) return span_of(is_negative, parts[0], {parts[1], parts[2], 0}, 0, value);
      return span_of(is_negative, 0, {parts[0], parts[1], parts[2]}, fraction, value);
    case 4:
      return span_of(is_negative, parts[0], {parts[1], parts[2], parts[3]}, fraction, value);
    default:
      return ParsedSpan::kBadFormat;
  }
}

ParsedSpan parse_time_span_exactly(std::string_view text, std::string_view format, bool is_negative, TimeSpan& value) {
  if (format == "c" || format == "t" || format == "T" || format == "g" || format == "G") return parse_time_span(text, value);
  if (format.size() < 2) return ParsedSpan::kBadFormat;
  Cursor cursor(text);
  std::int32_t days = 0;
  std::int32_t clock[3] = {0, 0, 0};
  std::int64_t fraction = 0;
  for (std::size_t at = 0; at < format.size();) {
    const char letter = format[at];
    int count = 1;
    while (at + static_cast<std::size_t>(count) < format.size() && format[at + static_cast<std::size_t>(count)] == letter) ++count;
    std::int32_t* part = letter == 'd' ? &days : letter == 'h' ? &clock[0] : letter == 'm' ? &clock[1] : letter == 's' ? &clock[2] : nullptr;
    if (part != nullptr) {
      const int most = letter == 'd' ? 8 : 2;
      const int taken = cursor.number(*part, count == 1 ? most : count);
      if (count > most || taken == 0 || (count > 1 && taken != count)) return ParsedSpan::kBadFormat;
      at += static_cast<std::size_t>(count);
    } else if (letter == 'f' || letter == 'F') {
      std::int32_t digits = 0;
      const int taken = cursor.number(digits, count);
      if (count > 7 || (letter == 'f' && taken != count)) return ParsedSpan::kBadFormat;
      fraction = digits;
      for (int i = taken; i < 7; ++i) fraction *= 10;
      at += static_cast<std::size_t>(count);
    } else if (letter == '%') {
      ++at;
    } else if (letter == '\\') {
      if (at + 1 == format.size() || !cursor.take(format[at + 1])) return ParsedSpan::kBadFormat;
      at += 2;
    } else if (letter == '\'' || letter == '"') {
      const std::size_t end = format.find(letter, at + 1);
      if (end == std::string_view::npos) return ParsedSpan::kBadFormat;
      for (std::size_t i = at + 1; i < end; ++i) {
        if (!cursor.take(format[i])) return ParsedSpan::kBadFormat;
      }
      at = end + 1;
    } else {
      return ParsedSpan::kBadFormat;
    }
  }
  if (!cursor.at_end()) return ParsedSpan::kBadFormat;
  return span_of(is_negative, days, {clock[0], clock[1], clock[2]}, fraction, value);
}

}  // namespace portcullis
