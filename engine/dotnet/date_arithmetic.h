// What DateTime and DateTimeOffset share: arithmetic on clock ticks with .NET's exceptions, and reading texts.
#pragma once

#include "engine/dotnet/date_parse.h"
#include "engine/dotnet/date_time.h"
#include "engine/run/run.h"

namespace portcullis::dates {

/// The sum, or 0 after raising ArgumentOutOfRangeException for what no DateTime holds.
std::int64_t add_ticks(Run& run, std::int64_t ticks, std::int64_t more, std::string_view parameter = "value");
/// AddDays … AddMicroseconds: `value` units of `unit` ticks, fractions of a tick cut off.
std::int64_t add_units(Run& run, std::int64_t ticks, double value, std::int64_t unit);
std::int64_t add_months(Run& run, std::int64_t ticks, std::int32_t months);
std::int64_t add_years(Run& run, std::int64_t ticks, std::int32_t years);
/// Clock ticks of these parts; 0 after raising.
std::int64_t ticks_of(Run& run, std::int32_t year, std::int32_t month, std::int32_t day);
std::int64_t ticks_of(Run& run, std::int32_t hour, std::int32_t minute, std::int32_t second, double milliseconds);

enum class Reading : std::uint8_t { kFree, kExact };
/// Reads `text`, raising for what is none. `format` is for kExact.
bool read(Run& run, const String* text, const String* format, std::int32_t styles, Reading how, ReadDate& result);
/// ParseExact with several formats.
bool read_any(Run& run, const String* text, const Array* formats, std::int32_t styles, ReadDate& result);
/// The same without raising, except for bad styles.
bool try_read(Run& run, const String* text, const String* format, std::int32_t styles, Reading how, ReadDate& result);
bool try_read_any(Run& run, const String* text, const Array* formats, std::int32_t styles, ReadDate& result);

}  // namespace portcullis::dates
