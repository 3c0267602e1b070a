// The Gregorian calendar over .NET ticks.
#include "engine/dotnet/date_time.h"

namespace portcullis {

namespace calendar {

namespace {

constexpr std::int32_t kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

std::int64_t days_before_year(std::int32_t year) {
  const std::int64_t before = year - 1;
  return before * 365 + before / 4 - before / 100 + before / 400;
}

}  // namespace

std::int64_t day_number(std::int32_t year, std::int32_t month, std::int32_t day) {
  return days_before_year(year) + kDaysBefore[month - 1] + (month > 2 && is_leap_year(year) ? 1 : 0) + day - 1;
}

Day day_of(std::int64_t ticks) {
  const std::int64_t days = ticks / kTicksPerDay;
  auto year = static_cast<std::int32_t>(days * 400 / 146097) + 1;
  while (days_before_year(year) > days) --year;
  while (days_before_year(year + 1) <= days) ++year;
  auto rest = static_cast<std::int32_t>(days - days_before_year(year));
  std::int32_t month = 1;
  while (rest >= days_in_month(year, month)) rest -= days_in_month(year, month++);
  return {year, month, rest + 1};
}

std::int32_t day_of_year(std::int64_t ticks) {
  return static_cast<std::int32_t>(ticks / kTicksPerDay - days_before_year(day_of(ticks).year)) + 1;
}

}  // namespace calendar

DateTimeOffset* make_date_time_offset(Run& run, std::int64_t utc_ticks, std::int32_t offset_minutes) {
  auto* value = run.make<DateTimeOffset>(Known::kDateTimeOffset);
  value->utc_ticks = utc_ticks;
  value->offset_minutes = offset_minutes;
  return value;
}

std::int64_t now_ticks(Run& run) { return run.environment.utc_now_ticks(); }

}  // namespace portcullis
