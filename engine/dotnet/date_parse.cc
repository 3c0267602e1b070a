#include "engine/dotnet/date_parse.h"

#include <array>

#include "base/text.h"
#include "engine/dotnet/date_cursor.h"
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
    if (cursor_.now() == ':') return time(value, digits);
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
  DateMistake time(std::int32_t hour, int digits) {
    if (parts_.hour != kNone || (is_iso_ && digits != 2)) return {Kind::kNotADate};
    // Behind `2024-1-2T` each part has two digits.
    const int least = is_iso_ ? 2 : 1;
    parts_.hour = hour;
    cursor_.step();
    cursor_.skip_white();
    if (cursor_.number(parts_.minute, 2) < least) return {Kind::kNotADate};
    if (!cursor_.take(':')) return {};
    cursor_.skip_white();
    if (cursor_.number(parts_.second, 2) < least) return {Kind::kNotADate};
    if (cursor_.now() != '.' || !is_ascii_digit(cursor_.peek(1))) return {};
    cursor_.step();
    cursor_.fraction(parts_.fraction);
    return {};
  }
  DateMistake word() {
    const std::size_t start = cursor_.at();
    const std::string_view word = cursor_.word();
    separated_ = false;
    if ((word == "T" || word == "t") && count_ > 0 && parts_.hour == kNone && is_ascii_digit(cursor_.now())) {
      is_iso_ = numbers_[0].digits > 2;
      return {};
    }
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
    const std::size_t year = numbers_[0].digits > 2 ? 0 : 1;
    set_year(year);
    parts_.day = numbers_[1 - year].value;
    return numbers_[1 - year].digits <= 2;
  }
  void set_year(std::size_t index) {
    const Number& number = numbers_[index];
    parts_.year = number.digits > 4 ? 0 : full_year(number.value, number.digits);
  }

  std::string_view text_;
  Cursor cursor_;
  std::int32_t styles_;
  std::int64_t today_;
  Parts parts_;
  std::array<Number, 3> numbers_{};
  std::size_t count_ = 0;
  bool is_iso_ = false;  // year first, then `T`
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
      case 'Z':
        // Written as it is, yet read as the zone.
        ++at_;
        return (cursor_.now() == 'Z' || cursor_.now() == 'z') && zone() ? Kind::kNone : Kind::kNotADate;
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

}  // namespace portcullis
