#include "engine/dotnet/date_parse.h"

#include <array>

#include "base/text.h"
#include "engine/dotnet/date_format.h"

namespace portcullis {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks
using Kind = DateMistake::Kind;

namespace {

constexpr std::int32_t kNone = -1;

// The parts a text has named so far.
struct Parts {
  std::int32_t year = kNone;
  std::int32_t month = kNone;
  std::int32_t day = kNone;
  std::int32_t week_day = kNone;
  std::int32_t hour = kNone;
  std::int32_t minute = 0;
  std::int32_t second = 0;
  std::int64_t fraction = 0;  // ticks
  std::int32_t half = kNone;  // 0 AM, 1 PM
  bool has_zone = false;
  bool is_z = false;
  std::int32_t offset_minutes = 0;
};

// 00 … 49 are 2000 … 2049.
std::int32_t full_year(std::int32_t year, int digits) { return digits > 2 ? year : year < 50 ? 2000 + year : 1900 + year; }

int index_of_word(std::span<const std::string_view> names, std::string_view word, bool short_form) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (equals_ignoring_ascii_case(short_form ? names[i].substr(0, 3) : names[i], word)) return static_cast<int>(i);
  }
  return kNone;
}
int month_named(std::string_view word) {
  const int found = index_of_word(kMonthNames, word, false);
  return found != kNone ? found : index_of_word(kMonthNames, word, true);
}
int day_named(std::string_view word) {
  const int found = index_of_word(kDayNames, word, false);
  return found != kNone ? found : index_of_word(kDayNames, word, true);
}

// Puts the parts together; parts left out come from `today`.
DateMistake combine(const Parts& parts, std::int32_t styles, std::int64_t today, ReadDate& read) {
  Parts p = parts;
  std::int32_t hour = p.hour == kNone ? 0 : p.hour;
  if (p.half != kNone) {
    if (p.hour == kNone || hour > 12 || (hour == 0 && p.half == 1)) return {Kind::kNotADate};
    hour = hour % 12 + 12 * p.half;
  }
  if (hour > 23 || p.minute > 59 || p.second > 59) return {Kind::kNotADate};
  const bool no_date = p.year == kNone && p.month == kNone && p.day == kNone;
  const Day now = (styles & date_styles::kNoCurrentDateDefault) != 0 && no_date ? Day{1, 1, 1} : day_of(today);
  if (no_date) {
    p.year = now.year;
    p.month = now.month;
    p.day = now.day;
  }
  if (p.year == kNone) p.year = now.year;
  if (p.month == kNone) p.month = 1;
  if (p.day == kNone) p.day = 1;
  if (!is_day(p.year, p.month, p.day)) return {Kind::kNotADate};
  read.ticks = day_number(p.year, p.month, p.day) * kTicksPerDay + hour * kTicksPerHour + p.minute * kTicksPerMinute +
               p.second * kTicksPerSecond;
  if (p.week_day != kNone && day_of_week(read.ticks) != p.week_day) return {Kind::kWrongDayOfWeek};
  read.ticks += p.fraction;
  if (read.ticks > kMaxTicks) return {Kind::kNotADate};
  read.has_zone = p.has_zone;
  read.is_z = p.is_z;
  read.offset_minutes = p.offset_minutes;
  return {};
}

/// Characters with a place, for both readers.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char now() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[nodiscard]] std::size_t at() const { return at_; }
  void step(std::size_t count = 1) { at_ += count; }
  void back_to(std::size_t at) { at_ = at; }
  bool take(char c) {
    if (now() != c) return false;
    ++at_;
    return true;
  }
  bool skip_white() {
    const std::size_t before = at_;
    while (is_ascii_space(now())) ++at_;
    return at_ != before;
  }
  // Up to `most` digits; the number of digits taken.
  int number(std::int32_t& value, int most) {
    int count = 0;
    value = 0;
    for (; count < most && is_ascii_digit(now()); ++count) value = value * 10 + (text_[at_++] - '0');
    return count;
  }
  // Digits behind a point, as ticks; the eighth digit rounds, the rest is skipped.
  int fraction(std::int64_t& ticks) {
    int count = 0;
    ticks = 0;
    bool up = false;
    for (; is_ascii_digit(now()); ++count, ++at_) {
      if (count < 7) ticks = ticks * 10 + (now() - '0');
      if (count == 7) up = now() >= '5';
    }
    for (int i = count; i < 7; ++i) ticks *= 10;
    if (up) ++ticks;
    return count;
  }
  std::string_view word() {
    const std::size_t start = at_;
    while (is_ascii_letter(now())) ++at_;
    return text_.substr(start, at_ - start);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// `+hh:mm`, `+hhmm`, `+hh`, `+h`; at most 14 hours.
bool read_offset(Cursor& cursor, Parts& parts) {
  const bool negative = cursor.now() == '-';
  cursor.step();
  std::int32_t hours = 0;
  std::int32_t minutes = 0;
  const int digits = cursor.number(hours, 4);
  if (digits == 0) return false;
  if (digits > 2) {
    minutes = hours % 100;
    hours /= 100;
  } else if (cursor.now() == ':' && is_ascii_digit(cursor.peek(1))) {
    cursor.step();
    cursor.number(minutes, 2);
  }
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return false;
  parts.has_zone = true;
  parts.offset_minutes = (negative ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

/// DateTime.Parse: tokens in any sensible order.
class FreeReader {
 public:
  FreeReader(std::string_view text, std::int32_t styles, std::int64_t today)
      : text_(text), cursor_(text), styles_(styles), today_(today) {}

  DateMistake read(ReadDate& read) {
    skip_separators();
    if (cursor_.at_end()) return {Kind::kNotADate};
    while (!cursor_.at_end()) {
      const DateMistake mistake = token();
      if (mistake.kind != Kind::kNone) return mistake;
      skip_separators();
    }
    if (!place_numbers()) return {Kind::kNotADate};
    return combine(parts_, styles_, today_, read);
  }

 private:
  struct Number {
    std::int32_t value;
    int digits;
  };

  void skip_separators() {
    while (is_ascii_space(cursor_.now()) || cursor_.now() == ',' || cursor_.now() == '\0') {
      if (cursor_.at_end()) return;
      cursor_.step();
    }
  }
  // Begun and not complete.
  [[nodiscard]] bool in_date() const { return count_ > 0 && count_ < (parts_.month == kNone ? 3 : 2); }
  DateMistake token() {
    const char c = cursor_.now();
    if (is_ascii_digit(c)) return number();
    if (is_ascii_letter(c)) return word();
    if ((c == '+' || c == '-') && parts_.hour != kNone && !parts_.has_zone && !in_date() && is_ascii_digit(cursor_.peek(1))) {
      return read_offset(cursor_, parts_) ? DateMistake{} : DateMistake{Kind::kNotADate};
    }
    if ((c == '/' || c == '-' || c == '.') && (count_ > 0 || parts_.month != kNone)) {
      if (separated_) return {Kind::kNotADate};
      separated_ = true;
      cursor_.step();
      return {};
    }
    return {Kind::kNotADate};
  }
  DateMistake number() {
    std::int32_t value = 0;
    const int digits = cursor_.number(value, 9);
    if (is_ascii_digit(cursor_.now())) return {Kind::kNotADate};
    separated_ = false;
    if (cursor_.now() == ':') return time(value);
    if (is_hour(digits)) {
      parts_.hour = value;
      return {};
    }
    if (count_ == 3) return {Kind::kNotADate};
    numbers_[count_++] = {value, digits};
    return {};
  }
  // `3 PM`, `3PM`
  bool is_hour(int digits) {
    if (digits > 2 || parts_.hour != kNone) return false;
    Cursor ahead = cursor_;
    ahead.skip_white();
    const std::string_view word = ahead.word();
    return equals_ignoring_ascii_case(word, "AM") || equals_ignoring_ascii_case(word, "PM");
  }
  DateMistake time(std::int32_t hour) {
    if (parts_.hour != kNone) return {Kind::kNotADate};
    parts_.hour = hour;
    cursor_.step();
    cursor_.skip_white();
    if (cursor_.number(parts_.minute, 2) == 0) return {Kind::kNotADate};
    if (!cursor_.take(':')) return {};
    cursor_.skip_white();
    if (cursor_.number(parts_.second, 2) == 0) return {Kind::kNotADate};
    if (cursor_.now() != '.' || !is_ascii_digit(cursor_.peek(1))) return {};
    cursor_.step();
    cursor_.fraction(parts_.fraction);
    return {};
  }
  DateMistake word() {
    const std::size_t start = cursor_.at();
    const std::string_view word = cursor_.word();
    separated_ = false;
    if ((word == "T" || word == "t") && count_ > 0 && parts_.hour == kNone && is_ascii_digit(cursor_.now())) return {};
    if (known_word(word)) return {};
    std::uint32_t index = 0;
    for (std::size_t i = 0; i < start; ++i) {
      const auto byte = static_cast<unsigned char>(text_[i]);
      if ((byte & 0xC0U) != 0x80U) index += byte >= 0xF0 ? 2 : 1;
    }
    return {Kind::kUnknownWord, index};
  }
  bool known_word(std::string_view word) {
    if (equals_ignoring_ascii_case(word, "AM") || equals_ignoring_ascii_case(word, "PM")) {
      if (parts_.hour == kNone || parts_.half != kNone) return false;
      parts_.half = ascii_lower(word[0]) == 'p' ? 1 : 0;
      return true;
    }
    if (equals_ignoring_ascii_case(word, "Z") || equals_ignoring_ascii_case(word, "GMT")) {
      if (parts_.has_zone || parts_.hour == kNone) return false;
      parts_.has_zone = true;
      parts_.is_z = true;
      return true;
    }
    if (const int month = month_named(word); month != kNone && parts_.month == kNone) {
      parts_.month = month + 1;
      if (cursor_.now() == '.') cursor_.step();
      return true;
    }
    if (const int day = day_named(word); day != kNone && parts_.week_day == kNone) {
      parts_.week_day = day;
      if (cursor_.now() == '.') cursor_.step();
      return true;
    }
    return equals_ignoring_ascii_case(word, "A.D") || equals_ignoring_ascii_case(word, "AD");
  }

  // Which number is the year, which the month, which the day.
  bool place_numbers() {
    if (separated_) return false;
    if (parts_.month != kNone) return place_beside_month();
    switch (count_) {
      case 0:
        return parts_.hour != kNone;
      case 2:
        if (numbers_[0].digits > 2) {  // 2024/05
          set_year(0);
          parts_.month = numbers_[1].value;
        } else if (numbers_[1].digits > 2) {  // 05/2024
          parts_.month = numbers_[0].value;
          set_year(1);
        } else {
          parts_.month = numbers_[0].value;
          parts_.day = numbers_[1].value;
        }
        return true;
      case 3:
        if (numbers_[0].digits > 2) {
          set_year(0);
          parts_.month = numbers_[1].value;
          parts_.day = numbers_[2].value;
        } else {
          parts_.month = numbers_[0].value;
          parts_.day = numbers_[1].value;
          set_year(2);
        }
        return true;
      default:
        return false;
    }
  }
  bool place_beside_month() {
    if (count_ == 0 || count_ == 3) return false;
    if (count_ == 1) {
      if (numbers_[0].digits > 2) {
        set_year(0);
      } else {
        parts_.day = numbers_[0].value;
      }
      return true;
    }
    const int year = numbers_[0].digits > 2 ? 0 : 1;
    set_year(year);
    parts_.day = numbers_[1 - year].value;
    return numbers_[1 - year].digits <= 2;
  }
  void set_year(int index) {
    const Number& number = numbers_[static_cast<std::size_t>(index)];
    parts_.year = number.digits > 4 ? 0 : full_year(number.value, number.digits);
  }

  std::string_view text_;
  Cursor cursor_;
  std::int32_t styles_;
  std::int64_t today_;
  Parts parts_;
  std::array<Number, 3> numbers_{};
  std::size_t count_ = 0;
  bool separated_ = false;
};

/// DateTime.ParseExact: the text follows a pattern letter by letter.
class ExactReader {
 public:
  ExactReader(std::string_view text, std::string_view pattern, std::int32_t styles)
      : cursor_(text), pattern_(pattern), styles_(styles) {}

  Kind read() {
    if ((styles_ & date_styles::kLeadingWhite) != 0) cursor_.skip_white();
    while (at_ < pattern_.size()) {
      if ((styles_ & date_styles::kInnerWhite) != 0) cursor_.skip_white();
      const Kind mistake = token();
      if (mistake != Kind::kNone) return mistake;
    }
    if ((styles_ & date_styles::kTrailingWhite) != 0) cursor_.skip_white();
    return cursor_.at_end() ? Kind::kNone : Kind::kNotADate;
  }
  [[nodiscard]] const Parts& parts() const { return parts_; }

 private:
  Kind token() {
    const char letter = pattern_[at_];
    std::size_t count = 1;
    while (at_ + count < pattern_.size() && pattern_[at_ + count] == letter) ++count;
    switch (letter) {
      case 'd':
      case 'M':
      case 'y':
      case 'H':
      case 'h':
      case 'm':
      case 's':
      case 'f':
      case 'F':
      case 't':
      case 'z':
        at_ += count;
        return letter_token(letter, static_cast<int>(count)) ? Kind::kNone : Kind::kNotADate;
      case 'K':
        ++at_;
        return zone() ? Kind::kNone : Kind::kNotADate;
      case 'g':
        at_ += count;
        return literal("A.D.") ? Kind::kNone : Kind::kNotADate;
      case '\'':
      case '"':
        return quoted(letter);
      case '%':
        ++at_;
        return at_ < pattern_.size() && pattern_[at_] != '%' ? Kind::kNone : Kind::kBadFormat;
      case '\\':
        if (at_ + 1 == pattern_.size()) return Kind::kBadFormat;
        at_ += 2;
        return cursor_.take(pattern_[at_ - 1]) ? Kind::kNone : Kind::kNotADate;
      default:
        ++at_;
        return cursor_.take(letter) ? Kind::kNone : Kind::kNotADate;
    }
  }
  bool literal(std::string_view text) {
    for (const char c : text) {
      if (!cursor_.take(c)) return false;
    }
    return true;
  }
  Kind quoted(char quote) {
    const std::size_t end = pattern_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return Kind::kBadFormat;
    const bool good = literal(pattern_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return good ? Kind::kNone : Kind::kNotADate;
  }
  bool digits(std::int32_t& value, int count) {
    const int taken = cursor_.number(value, count < 2 ? 2 : count);
    return count < 2 ? taken > 0 : taken == count;
  }
  bool name(std::span<const std::string_view> names, int count, std::int32_t& value) {
    const std::string_view word = cursor_.word();
    value = index_of_word(names, word, count == 3);
    return value != kNone;
  }
  bool letter_token(char letter, int count) {
    switch (letter) {
      case 'd':
        return count <= 2 ? digits(parts_.day, count) : name(kDayNames, count, parts_.week_day);
      case 'M':
        if (count <= 2) return digits(parts_.month, count);
        if (!name(kMonthNames, count, parts_.month)) return false;
        ++parts_.month;
        return true;
      case 'y':
        if (count <= 2) {
          const int taken = cursor_.number(parts_.year, 2);
          parts_.year = full_year(parts_.year, 2);
          return count == 1 ? taken > 0 : taken == 2;
        }
        return cursor_.number(parts_.year, count < 4 ? 4 : count) >= (count == 3 ? 3 : count);
      case 'h':
        if (parts_.half == kNone) half_day_ = true;
        return digits(parts_.hour, count > 2 ? 2 : count) && parts_.hour >= 1 && parts_.hour <= 12;
      case 'H':
        return digits(parts_.hour, count > 2 ? 2 : count);
      case 'm':
        return digits(parts_.minute, count > 2 ? 2 : count);
      case 's':
        return digits(parts_.second, count > 2 ? 2 : count);
      case 'f':
      case 'F':
        return fraction(count, letter == 'F');
      case 't':
        return half(count);
      default:
        return offset(count);
    }
  }
  bool fraction(int count, bool optional) {
    std::int32_t value = 0;
    if (count > 7) return false;
    const int taken = cursor_.number(value, count);
    if (!optional && taken != count) return false;
    std::int64_t ticks = value;
    for (int i = taken; i < 7; ++i) ticks *= 10;
    parts_.fraction = ticks;
    return true;
  }
  bool half(int count) {
    const char c = ascii_lower(cursor_.now());
    if (c != 'a' && c != 'p') return false;
    cursor_.step();
    parts_.half = c == 'p' ? 1 : 0;
    if (count == 1) return true;
    if (ascii_lower(cursor_.now()) != 'm') return false;
    cursor_.step();
    return true;
  }
  bool offset(int count) {
    if (count == 3 && (cursor_.now() == 'Z' || cursor_.now() == 'z')) return zone();
    if (cursor_.now() != '+' && cursor_.now() != '-') return false;
    const bool negative = cursor_.now() == '-';
    cursor_.step();
    std::int32_t hours = 0;
    std::int32_t minutes = 0;
    const int taken = cursor_.number(hours, 2);
    if (taken == 0 || (count > 1 && taken != 2)) return false;
    if (count > 2) {
      cursor_.take(':');
      if (cursor_.number(minutes, 2) != 2) return false;
    }
    if (minutes > 59 || hours * 60 + minutes > 14 * 60) return false;
    parts_.has_zone = true;
    parts_.offset_minutes = (negative ? -1 : 1) * (hours * 60 + minutes);
    return true;
  }
  bool zone() {
    if (cursor_.now() == 'Z' || cursor_.now() == 'z') {
      cursor_.step();
      parts_.has_zone = true;
      parts_.is_z = true;
      return true;
    }
    return (cursor_.now() != '+' && cursor_.now() != '-') || offset(3);
  }

  Cursor cursor_;
  std::string_view pattern_;
  std::int32_t styles_;
  std::size_t at_ = 0;
  Parts parts_;
  bool half_day_ = false;
};

}  // namespace

DateMistake read_date(std::string_view text, std::int32_t styles, std::int64_t today, ReadDate& read) {
  return FreeReader(text, styles, today).read(read);
}

DateMistake read_date_exactly(std::string_view text, std::string_view format, std::int32_t styles, std::int64_t today, ReadDate& read) {
  std::string_view pattern = format;
  if (format.empty()) return {Kind::kBadFormat};
  if (format.size() == 1) {
    pattern = standard_date_pattern(format[0]);
    if (pattern.empty()) return {Kind::kBadFormat};
  }
  ExactReader reader(text, pattern, styles);
  if (const Kind mistake = reader.read(); mistake != Kind::kNone) return {mistake};
  const DateMistake mistake = combine(reader.parts(), styles, today, read);
  const bool is_utc = format.size() == 1 && (format[0] == 'r' || format[0] == 'R' || format[0] == 'u');
  if (is_utc && !read.has_zone && (styles & date_styles::kAssumeLocal) == 0) read.is_z = false;
  return mistake;
}

Raised raise_bad_date(Run& run, std::string_view text, const DateMistake& mistake) {
  switch (mistake.kind) {
    case Kind::kUnknownWord:
      return run.raise(Known::kFormatException, joined("The string '", text,
                                                       "' was not recognized as a valid DateTime. There is an unknown word starting at index '",
                                                       mistake.index, "'."));
    case Kind::kWrongDayOfWeek:
      return run.raise(Known::kFormatException,
                       joined("String '", text, "' was not recognized as a valid DateTime because the day of week was incorrect."));
    case Kind::kOutOfRange:
      return run.raise(Known::kFormatException, joined("The DateTime represented by the string '", text,
                                                       "' is not supported in calendar 'System.Globalization.GregorianCalendar'."));
    case Kind::kBadFormat:
      return run.raise(Known::kFormatException, "Input string was not in a correct format.");
    case Kind::kNone:
    case Kind::kNotADate:
      break;
  }
  return run.raise(Known::kFormatException, joined("String '", text, "' was not recognized as a valid DateTime."));
}

bool check_date_styles(Run& run, std::int32_t styles, bool for_offset) {
  using namespace date_styles;  // NOLINT(google-build-using-namespace)
  if ((styles & ~kAll) != 0) {
    return run.raise_argument(Known::kArgumentException, "An undefined DateTimeStyles value is being used.", for_offset ? "styles" : "style");
  }
  if ((styles & kAssumeLocal) != 0 && (styles & kAssumeUniversal) != 0) {
    return run.raise_argument(Known::kArgumentException, "The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.",
                              for_offset ? "styles" : "style");
  }
  if (for_offset && (styles & kNoCurrentDateDefault) != 0) {
    return run.raise_argument(Known::kArgumentException, "The DateTimeStyles value 'NoCurrentDateDefault' is not allowed when parsing DateTimeOffset.",
                              "styles");
  }
  if (!for_offset && (styles & kRoundtripKind) != 0 && (styles & (kAssumeLocal | kAssumeUniversal | kAdjustToUniversal)) != 0) {
    return run.raise_argument(Known::kArgumentException,
                              "The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or "
                              "AdjustToUniversal.",
                              "style");
  }
  return true;
}

bool to_date_time(const ReadDate& read, std::int32_t styles, DateTime& value) {
  using namespace date_styles;  // NOLINT(google-build-using-namespace)
  if (!read.has_zone) {
    DateTimeKind kind = DateTimeKind::kUnspecified;
    if ((styles & kAssumeLocal) != 0) kind = (styles & kAdjustToUniversal) != 0 ? DateTimeKind::kUtc : DateTimeKind::kLocal;
    if ((styles & kAssumeUniversal) != 0) kind = (styles & kAdjustToUniversal) != 0 ? DateTimeKind::kUtc : DateTimeKind::kLocal;
    value = DateTime::of(read.ticks, kind);
    return true;
  }
  const std::int64_t utc = read.ticks - read.offset_minutes * kTicksPerMinute;
  if (!is_time(utc)) return false;
  const bool stays_utc = (styles & kAdjustToUniversal) != 0 || ((styles & kRoundtripKind) != 0 && read.is_z);
  value = DateTime::of(utc, stays_utc ? DateTimeKind::kUtc : DateTimeKind::kLocal);
  return true;
}

bool to_offset(const ReadDate& read, std::int32_t styles, std::int64_t& utc_ticks, std::int32_t& offset_minutes) {
  utc_ticks = read.ticks - read.offset_minutes * kTicksPerMinute;
  offset_minutes = (styles & date_styles::kAdjustToUniversal) != 0 ? 0 : read.offset_minutes;
  return is_time(utc_ticks);
}

// ---- TimeSpan ----------------------------------------------------------------------------------------------------------

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
