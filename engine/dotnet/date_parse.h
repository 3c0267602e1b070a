// Text as dates and times. Invariant culture; the local time zone is UTC. source: types.md#7.4
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dotnet/date_time.h"

namespace portcullis {

/// DateTimeStyles
namespace date_styles {
constexpr std::int32_t kLeadingWhite = 1;
constexpr std::int32_t kTrailingWhite = 2;
constexpr std::int32_t kInnerWhite = 4;
constexpr std::int32_t kNoCurrentDateDefault = 8;
constexpr std::int32_t kAdjustToUniversal = 0x10;
constexpr std::int32_t kAssumeLocal = 0x20;
constexpr std::int32_t kAssumeUniversal = 0x40;
constexpr std::int32_t kRoundtripKind = 0x80;
constexpr std::int32_t kAll = 0xFF;
}  // namespace date_styles

/// What a text says: a clock time, and a zone if it names one.
struct ReadDate {
  std::int64_t ticks = 0;
  bool has_zone = false;
  bool is_z = false;  // `Z` or `GMT`
  std::int32_t offset_minutes = 0;
};

struct DateMistake {
  enum class Kind : std::uint8_t { kNone, kNotADate, kUnknownWord, kWrongDayOfWeek, kOutOfRange, kBadFormat } kind = Kind::kNone;
  std::uint32_t index = 0;  // of the unknown word, in UTF-16 units
};

/// `today`: what stands for parts that the text leaves out.
DateMistake read_date(std::string_view text, std::int32_t styles, std::int64_t today, ReadDate& read);
DateMistake read_date_exactly(std::string_view text, std::string_view format, std::int32_t styles, std::int64_t today, ReadDate& read);

Raised raise_bad_date(Run& run, std::string_view text, const DateMistake& mistake);
/// False after raising ArgumentException: styles that do not go together.
bool check_date_styles(Run& run, std::int32_t styles, bool for_offset);

/// False when the time lies outside of the calendar.
bool to_date_time(const ReadDate& read, std::int32_t styles, DateTime& value);
bool to_offset(const ReadDate& read, std::int32_t styles, std::int64_t& utc_ticks, std::int32_t& offset_minutes);

enum class ParsedSpan : std::uint8_t { kGood, kBadFormat, kOverflow };
ParsedSpan parse_time_span(std::string_view text, TimeSpan& value);
ParsedSpan parse_time_span_exactly(std::string_view text, std::string_view format, bool is_negative, TimeSpan& value);

}  // namespace portcullis
