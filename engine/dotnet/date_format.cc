#include "engine/dotnet/date_format.h"

#include <cstdlib>

#include "base/text.h"
#include "engine/dotnet/text_buffer.h"

namespace portcullis {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks

const std::string_view kMonthNames[12] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
const std::string_view kDayNames[7] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

std::string_view standard_date_pattern(char letter) {
  switch (letter) {
    case 'd':
      return "MM/dd/yyyy";
    case 'D':
      return "dddd, dd MMMM yyyy";
    case 'f':
      return "dddd, dd MMMM yyyy HH:mm";
    case 'F':
    case 'U':
      return "dddd, dd MMMM yyyy HH:mm:ss";
    case 'g':
      return "MM/dd/yyyy HH:mm";
    case 'G':
      return "MM/dd/yyyy HH:mm:ss";
    case 'm':
    case 'M':
      return "MMMM dd";
    case 'o':
    case 'O':
      return "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK";
    case 'r':
    case 'R':
      return "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'";
    case 's':
      return "yyyy'-'MM'-'dd'T'HH':'mm':'ss";
    case 't':
      return "HH:mm";
    case 'T':
      return "HH:mm:ss";
    case 'u':
      return "yyyy'-'MM'-'dd HH':'mm':'ss'Z'";
    case 'y':
    case 'Y':
      return "yyyy MMMM";
    default:
      return {};
  }
}

namespace {

Raised raise_bad_format(Run& run) { return run.raise(Known::kFormatException, "Input string was not in a correct format."); }

std::size_t repeated(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] == text[at]) ++end;
  return end - at;
}

/// What date and time span patterns have in common: quoted text, escapes, padded numbers.
class PatternWriter {
 public:
  explicit PatternWriter(Run& run) : run_(run) {}

  void put(std::string_view text) { out_.append(run_, text); }
  void put(char c) { put({&c, 1}); }
  void number(std::int64_t value, std::size_t at_least) {
    char digits[24];
    std::size_t at = sizeof digits;
    do {
      digits[--at] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value > 0);
    for (std::size_t have = sizeof digits - at; have < at_least && have < 20; ++have) digits[--at] = '0';
    put({digits + at, sizeof digits - at});
  }
  // `places` digits of the ticks of a second; `trims`: without zeros at the end, and without the point before nothing.
  void fraction(std::int64_t ticks, std::size_t places, bool trims) {
    for (std::size_t i = places; i < 7; ++i) ticks /= 10;
    if (trims) {
      while (places > 0 && ticks % 10 == 0) {
        ticks /= 10;
        --places;
      }
      if (places == 0) {
        if (out_.view().ends_with('.')) out_.truncate(out_.size() - 1);
        return;
      }
    }
    number(ticks, places);
  }
  // 'text' or "text" at `at`; the number of bytes it takes, 0 after raising.
  std::size_t quoted(std::string_view pattern, std::size_t at) {
    std::size_t end = at + 1;
    for (; end < pattern.size() && pattern[end] != pattern[at]; ++end) {
      if (pattern[end] == '\\') {
        ++end;
        if (end == pattern.size()) return raise_bad_format(run_);
      }
      put(pattern[end]);
    }
    if (end < pattern.size()) return end + 1 - at;
    return run_.raise(Known::kFormatException, joined("Cannot find a matching quote character for the character '",
                                                      pattern.substr(at, 1), "'."));
  }
  String* take() { return out_.take(run_); }

 protected:
  Run& run_;
  TextBuffer out_;
};

class DateWriter : public PatternWriter {
 public:
  DateWriter(Run& run, const Moment& moment) : PatternWriter(run), moment_(moment), day_(day_of(moment.ticks)) {}

  // False after raising.
  bool pattern(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = token(text, at);
      if (length == 0) return false;
      at += length;
    }
    return true;
  }

 private:
  [[nodiscard]] std::int64_t of_day() const { return moment_.ticks % kTicksPerDay; }

  std::size_t token(std::string_view text, std::size_t at) {
    const std::size_t count = repeated(text, at);
    switch (text[at]) {
      case 'd':
        day(count);
        return count;
      case 'M':
        month(count);
        return count;
      case 'y':
        year(count);
        return count;
      case 'g':
        put("A.D.");
        return count;
      case 'H':
      case 'h':
      case 'm':
      case 's':
      case 't':
        time(text[at], count);
        return count;
      case 'f':
      case 'F':
        if (count > 7) return raise_bad_format(run_);
        fraction(moment_.ticks % kTicksPerSecond, count, text[at] == 'F');
        return count;
      case 'z':
        offset(count);
        return count;
      case 'K':
        zone();
        return 1;
      case '\'':
      case '"':
        return quoted(text, at);
      case '%':
        return single(text, at);
      case '\\':
        if (at + 1 == text.size()) return raise_bad_format(run_);
        put(text[at + 1]);
        return 2;
      default:
        put(text[at]);
        return 1;
    }
  }
  // `%d`: one letter where a lone one would be a standard format.
  std::size_t single(std::string_view text, std::size_t at) {
    if (at + 1 == text.size() || text[at + 1] == '%') return raise_bad_format(run_);
    return pattern(text.substr(at + 1, 1)) ? 2 : 0;
  }
  void day(std::size_t count) {
    const std::string_view name = kDayNames[day_of_week(moment_.ticks)];
    if (count <= 2) {
      number(day_.day, count);
    } else {
      put(count == 3 ? name.substr(0, 3) : name);
    }
  }
  void month(std::size_t count) {
    const std::string_view name = kMonthNames[day_.month - 1];
    if (count <= 2) {
      number(day_.month, count);
    } else {
      put(count == 3 ? name.substr(0, 3) : name);
    }
  }
  void year(std::size_t count) { number(count <= 2 ? day_.year % 100 : day_.year, count); }
  void time(char letter, std::size_t count) {
    const auto hour = of_day() / kTicksPerHour;
    const std::size_t width = count < 2 ? 1 : 2;
    if (letter == 'H') return number(hour, width);
    if (letter == 'h') return number(hour % 12 == 0 ? 12 : hour % 12, width);
    if (letter == 'm') return number(of_day() / kTicksPerMinute % 60, width);
    if (letter == 's') return number(of_day() / kTicksPerSecond % 60, width);
    put(hour < 12 ? 'A' : 'P');
    if (count > 1) put('M');
  }
  void offset(std::size_t count) {
    const std::int32_t minutes = std::abs(moment_.offset_minutes);
    put(moment_.offset_minutes < 0 ? '-' : '+');
    number(minutes / 60, count < 2 ? 1 : 2);
    if (count < 3) return;
    put(':');
    number(minutes % 60, 2);
  }
  void zone() {
    if (moment_.has_offset || moment_.kind == DateTimeKind::kLocal) {
      offset(3);
    } else if (moment_.kind == DateTimeKind::kUtc) {
      put('Z');
    }
  }

  Moment moment_;
  Day day_;
};

String* write_date(Run& run, const Moment& moment, std::string_view pattern) {
  DateWriter writer(run, moment);
  return writer.pattern(pattern) ? writer.take() : nullptr;
}

}  // namespace

String* format_date(Run& run, const Moment& moment, const String* format) {
  if (format == nullptr || format->size == 0) {
    return write_date(run, moment, moment.has_offset ? "MM/dd/yyyy HH:mm:ss zzz" : "MM/dd/yyyy HH:mm:ss");
  }
  const std::string_view text = format->view();
  if (!run.spend(1 + text.size() / 4)) return nullptr;
  if (text.size() > 1) return write_date(run, moment, text);
  const std::string_view pattern = standard_date_pattern(text[0]);
  if (pattern.empty() || (moment.has_offset && text[0] == 'U')) return raise_bad_format(run);
  Moment shown = moment;
  if (moment.has_offset && (text[0] == 'r' || text[0] == 'R' || text[0] == 'u')) {
    shown.ticks -= moment.offset_minutes * kTicksPerMinute;
  }
  return write_date(run, shown, pattern);
}

// ---- TimeSpan ----------------------------------------------------------------------------------------------------------

namespace {

class SpanWriter : public PatternWriter {
 public:
  SpanWriter(Run& run, TimeSpan value)
      : PatternWriter(run),
        is_negative_(value.ticks < 0),
        ticks_(value.ticks < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value.ticks) : static_cast<std::uint64_t>(value.ticks)) {}

  // [-][d.]hh:mm:ss[.fffffff]
  String* constant() {
    sign();
    if (days() > 0) {
      number(days(), 1);
      put('.');
    }
    clock(2);
    if (fraction_ticks() != 0) {
      put('.');
      fraction(fraction_ticks(), 7, false);
    }
    return take();
  }
  // [-][d:]h:mm:ss[.FFFFFFF], or with all parts
  String* general(bool all) {
    sign();
    if (all || days() > 0) {
      number(days(), 1);
      put(':');
    }
    clock(all ? 2 : 1);
    if (all || fraction_ticks() != 0) {
      put('.');
      fraction(fraction_ticks(), 7, !all);
    }
    return take();
  }
  bool pattern(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = token(text, at);
      if (length == 0) return false;
      at += length;
    }
    return true;
  }

 private:
  void sign() {
    if (is_negative_) put('-');
  }
  [[nodiscard]] std::int64_t days() const { return static_cast<std::int64_t>(ticks_ / static_cast<std::uint64_t>(kTicksPerDay)); }
  [[nodiscard]] std::int64_t of_day() const { return static_cast<std::int64_t>(ticks_ % static_cast<std::uint64_t>(kTicksPerDay)); }
  [[nodiscard]] std::int64_t fraction_ticks() const { return of_day() % kTicksPerSecond; }
  void clock(std::size_t hour_width) {
    number(of_day() / kTicksPerHour, hour_width);
    put(':');
    number(of_day() / kTicksPerMinute % 60, 2);
    put(':');
    number(of_day() / kTicksPerSecond % 60, 2);
  }
  std::size_t token(std::string_view text, std::size_t at) {
    const std::size_t count = repeated(text, at);
    switch (text[at]) {
      case 'h':
        return part(of_day() / kTicksPerHour, count, 2);
      case 'm':
        return part(of_day() / kTicksPerMinute % 60, count, 2);
      case 's':
        return part(of_day() / kTicksPerSecond % 60, count, 2);
      case 'd':
        return part(days(), count, 8);
      case 'f':
      case 'F':
        if (count > 7) return raise_bad_format(run_);
        fraction(fraction_ticks(), count, text[at] == 'F');
        return count;
      case '\'':
      case '"':
        return quoted(text, at);
      case '%':
        if (at + 1 == text.size() || text[at + 1] == '%') return raise_bad_format(run_);
        return pattern(text.substr(at + 1, 1)) ? 2 : 0;
      case '\\':
        if (at + 1 == text.size()) return raise_bad_format(run_);
        put(text[at + 1]);
        return 2;
      default:  // other characters must be quoted
        return raise_bad_format(run_);
    }
  }
  std::size_t part(std::int64_t value, std::size_t count, std::size_t most) {
    if (count > most) return raise_bad_format(run_);
    number(value, count);
    return count;
  }

  bool is_negative_;
  std::uint64_t ticks_;
};

}  // namespace

String* format_time_span(Run& run, TimeSpan value, const String* format) {
  SpanWriter writer(run, value);
  if (format == nullptr || format->size == 0) return writer.constant();
  const std::string_view text = format->view();
  if (!run.spend(1 + text.size() / 4)) return nullptr;
  if (text.size() > 1) return writer.pattern(text) ? writer.take() : nullptr;
  switch (text[0]) {
    case 'c':
    case 't':
    case 'T':
      return writer.constant();
    case 'g':
      return writer.general(false);
    case 'G':
      return writer.general(true);
    default:
      return raise_bad_format(run);
  }
}

}  // namespace portcullis
