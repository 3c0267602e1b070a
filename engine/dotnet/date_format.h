// Dates and times as text. Invariant culture; the local time zone is UTC. source: types.md#7.2, types.md#7.3
#pragma once

#include <string_view>

#include "engine/dotnet/date_time.h"

namespace portcullis {

/// A clock time and what is known of its zone.
struct Moment {
  std::int64_t ticks = 0;
  DateTimeKind kind = DateTimeKind::kUnspecified;
  bool has_offset = false;  // of a DateTimeOffset
  std::int32_t offset_minutes = 0;

  static Moment of(DateTime value) { return {value.ticks(), value.kind()}; }
  static Moment of(const DateTimeOffset& value) {
    return {value.clock_ticks(), DateTimeKind::kUnspecified, true, value.offset_minutes};
  }
};

/// `format` null or empty: the default one. Raises FormatException.
String* format_date(Run& run, const Moment& moment, const String* format);
String* format_time_span(Run& run, TimeSpan value, const String* format);

/// The pattern of a standard format letter, empty when there is none.
std::string_view standard_date_pattern(char letter);

/// DateTime.GetDateTimeFormats (date_time_formats.cc).
Array* all_date_texts(Run& run, DateTime value);
Array* date_texts(Run& run, DateTime value, char16_t letter);
Array* all_date_texts_in_culture(Run& run, DateTime value, Object* culture);
Array* date_texts_in_culture(Run& run, DateTime value, char16_t letter, Object* culture);

extern const std::string_view kMonthNames[12];
extern const std::string_view kDayNames[7];

}  // namespace portcullis
