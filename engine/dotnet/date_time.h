// System.DateTime, TimeSpan and DateTimeOffset as values, and the calendar below them. The local time zone is UTC.
#pragma once

#include <cstdint>

#include "engine/run/run.h"
#include "engine/run/slot.h"

namespace portcullis {

enum class DateTimeKind : std::int32_t { kUnspecified = 0, kUtc = 1, kLocal = 2 };

struct TimeSpan {
  std::int64_t ticks = 0;

  static constexpr TimeSpan from_slot(Slot slot) { return {slot.integer}; }
  [[nodiscard]] constexpr Slot to_slot() const { return Slot::of(ticks); }
};

/// As .NET stores it: ticks, and the kind in the two highest bits.
struct DateTime {
  std::uint64_t data = 0;

  static constexpr DateTime of(std::int64_t ticks, DateTimeKind kind) {
    return {static_cast<std::uint64_t>(ticks) | (static_cast<std::uint64_t>(kind) << 62)};
  }
  static constexpr DateTime from_slot(Slot slot) { return {static_cast<std::uint64_t>(slot.integer)}; }
  [[nodiscard]] constexpr Slot to_slot() const { return Slot::of(static_cast<std::int64_t>(data)); }
  [[nodiscard]] constexpr std::int64_t ticks() const { return static_cast<std::int64_t>(data & ((std::uint64_t{1} << 62) - 1)); }
  [[nodiscard]] constexpr DateTimeKind kind() const {
    return data >> 62 == 3 ? DateTimeKind::kLocal : static_cast<DateTimeKind>(data >> 62);
  }
};

/// An immutable object; never null.
struct DateTimeOffset : Object {
  std::int64_t utc_ticks = 0;
  std::int32_t offset_minutes = 0;

  [[nodiscard]] std::int64_t clock_ticks() const { return utc_ticks + offset_minutes * std::int64_t{600'000'000}; }
};

namespace calendar {

constexpr std::int64_t kTicksPerMicrosecond = 10;
constexpr std::int64_t kTicksPerMillisecond = 10'000;
constexpr std::int64_t kTicksPerSecond = 10'000'000;
constexpr std::int64_t kTicksPerMinute = 60 * kTicksPerSecond;
constexpr std::int64_t kTicksPerHour = 60 * kTicksPerMinute;
constexpr std::int64_t kTicksPerDay = 24 * kTicksPerHour;
constexpr std::int64_t kMaxTicks = 3'155'378'975'999'999'999;
constexpr std::int64_t kUnixEpochTicks = 621'355'968'000'000'000;

struct Day {
  std::int32_t year;
  std::int32_t month;
  std::int32_t day;
};

constexpr bool is_leap_year(std::int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
constexpr std::int32_t days_in_month(std::int32_t year, std::int32_t month) {
  constexpr std::int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : kDays[month - 1];
}
constexpr bool is_day(std::int32_t year, std::int32_t month, std::int32_t day) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}
/// Days since 0001-01-01. The parts must be a day.
std::int64_t day_number(std::int32_t year, std::int32_t month, std::int32_t day);
Day day_of(std::int64_t ticks);
std::int32_t day_of_year(std::int64_t ticks);
constexpr std::int32_t day_of_week(std::int64_t ticks) { return static_cast<std::int32_t>((ticks / kTicksPerDay + 1) % 7); }
constexpr bool is_time(std::int64_t ticks) { return ticks >= 0 && ticks <= kMaxTicks; }

}  // namespace calendar

DateTimeOffset* make_date_time_offset(Run& run, std::int64_t utc_ticks, std::int32_t offset_minutes);
/// The clock time of the local zone, which is UTC, now.
std::int64_t now_ticks(Run& run);

}  // namespace portcullis
