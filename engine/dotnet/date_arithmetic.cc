#include "engine/dotnet/date_arithmetic.h"

#include <cmath>

namespace portcullis::dates {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks

namespace {

constexpr std::string_view kUnrepresentable = "The added or subtracted value results in an un-representable DateTime.";

}  // namespace

std::int64_t add_ticks(Run& run, std::int64_t ticks, std::int64_t more, std::string_view parameter) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(ticks, more, &sum) || !is_time(sum)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, kUnrepresentable, parameter);
  }
  return sum;
}

std::int64_t add_units(Run& run, std::int64_t ticks, double value, std::int64_t unit) {
  const auto most = static_cast<double>(kMaxTicks / unit);
  if (!(std::fabs(value) <= most)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Value to add was out of range.", "value");
  }
  const double whole = std::trunc(value);
  const std::int64_t more =
      static_cast<std::int64_t>(whole) * unit + static_cast<std::int64_t>((value - whole) * static_cast<double>(unit));
  return add_ticks(run, ticks, more);
}

std::int64_t add_months(Run& run, std::int64_t ticks, std::int32_t months) {
  if (months < -120000 || months > 120000) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Months value must be between +/-120000.", "months");
  }
  Day day = day_of(ticks);
  const std::int32_t index = day.year * 12 + day.month - 1 + months;
  day.year = index >= 0 ? index / 12 : -1;
  day.month = index % 12 + 1;
  if (day.year < 1 || day.year > 9999) return run.raise_argument(Known::kArgumentOutOfRangeException, kUnrepresentable, "months");
  const std::int32_t last = days_in_month(day.year, day.month);
  if (day.day > last) day.day = last;
  return day_number(day.year, day.month, day.day) * kTicksPerDay + ticks % kTicksPerDay;
}

std::int64_t add_years(Run& run, std::int64_t ticks, std::int32_t years) {
  if (years < -10000 || years > 10000) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Years value must be between +/-10000.", "years");
  }
  Day day = day_of(ticks);
  day.year += years;
  if (day.year < 1 || day.year > 9999) return run.raise_argument(Known::kArgumentOutOfRangeException, kUnrepresentable, "value");
  const std::int32_t last = days_in_month(day.year, day.month);
  if (day.day > last) day.day = last;
  return day_number(day.year, day.month, day.day) * kTicksPerDay + ticks % kTicksPerDay;
}

std::int64_t ticks_of(Run& run, std::int32_t year, std::int32_t month, std::int32_t day) {
  if (!is_day(year, month, day)) {
    return run.raise(Known::kArgumentOutOfRangeException, "Year, Month, and Day parameters describe an un-representable DateTime.");
  }
  return day_number(year, month, day) * kTicksPerDay;
}

std::int64_t ticks_of(Run& run, std::int32_t hour, std::int32_t minute, std::int32_t second, double milliseconds) {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return run.raise(Known::kArgumentOutOfRangeException, "Hour, Minute, and Second parameters describe an un-representable DateTime.");
  }
  if (milliseconds < 0 || milliseconds >= 1000) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Valid values are between 0 and 999, inclusive.", "millisecond");
  }
  return hour * kTicksPerHour + minute * kTicksPerMinute + second * kTicksPerSecond +
         static_cast<std::int64_t>(milliseconds * static_cast<double>(kTicksPerMillisecond));
}

// ---- texts -------------------------------------------------------------------------------------------------------------

namespace {

DateMistake read_as(Run& run, const String& text, const String* format, std::int32_t styles, Reading how, ReadDate& result) {
  const std::int64_t now = now_ticks(run);
  if (how == Reading::kFree) return read_date(text.view(), styles, now, result);
  return read_date_exactly(text.view(), format->view(), styles, now, result);
}

}  // namespace

bool read(Run& run, const String* text, const String* format, std::int32_t styles, Reading how, ReadDate& result) {
  if (text == nullptr) return run.raise_null(how == Reading::kFree ? "s" : "s");
  if (how == Reading::kExact && format == nullptr) return run.raise_null("format");
  if (!run.spend(1 + text->size / 8)) return false;
  const DateMistake mistake = read_as(run, *text, format, styles, how, result);
  if (mistake.kind == DateMistake::Kind::kNone) return true;
  return raise_bad_date(run, text->view(), mistake);
}

bool try_read(Run& run, const String* text, const String* format, std::int32_t styles, Reading how, ReadDate& result) {
  if (text == nullptr || (how == Reading::kExact && format == nullptr)) return false;
  if (!run.spend(1 + text->size / 8)) return false;
  return read_as(run, *text, format, styles, how, result).kind == DateMistake::Kind::kNone;
}

bool read_any(Run& run, const String* text, const Array* formats, std::int32_t styles, ReadDate& result) {
  if (text == nullptr) return run.raise_null("s");
  if (formats == nullptr) return run.raise_null("formats");
  if (formats->length == 0) return run.raise(Known::kFormatException, "No format specifiers were provided.");
  if (try_read_any(run, text, formats, styles, result)) return true;
  if (run.failed()) return false;
  return raise_bad_date(run, text->view(), {DateMistake::Kind::kNotADate});
}

bool try_read_any(Run& run, const String* text, const Array* formats, std::int32_t styles, ReadDate& result) {
  if (text == nullptr || formats == nullptr) return false;
  for (const Slot item : formats->span()) {
    if (try_read(run, text, static_cast<const String*>(item.object), styles, Reading::kExact, result)) return true;
    if (run.failed()) return false;
  }
  return false;
}

}  // namespace portcullis::dates
