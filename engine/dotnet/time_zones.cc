#include "engine/dotnet/time_zones.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "engine/dotnet/date_time.h"

namespace portcullis {

namespace {

#include "engine/dotnet/time_zones.inc"

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks

bool is_before(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char left, char right) { return ascii_lower(left) < ascii_lower(right); });
}

template <typename Row>
const Row* find_row(std::span<const Row> rows, std::string_view name) {
  const auto found = std::lower_bound(rows.begin(), rows.end(), name, [](const Row& row, std::string_view text) { return is_before(row.name, text); });
  return found != rows.end() && equals_ignoring_ascii_case(found->name, name) ? &*found : nullptr;
}

// Minutes since 1970, UTC.
std::int64_t minute_of(std::int64_t utc_ticks) {
  const std::int64_t ticks = utc_ticks - kUnixEpochTicks;
  return ticks >= 0 ? ticks / kTicksPerMinute : -((-ticks + kTicksPerMinute - 1) / kTicksPerMinute);
}

// When a yearly change happens, by a clock that is `offset` minutes ahead of UTC.
std::int64_t minute_of_change(std::int32_t year, const ZoneChange& change, std::int32_t offset) {
  const std::int64_t first = day_number(year, change.month, 1);
  const auto weekday = static_cast<std::int32_t>((first + 1) % 7);
  std::int32_t day = 1 + (change.weekday - weekday + 7) % 7 + 7 * (change.week - 1);
  while (day > days_in_month(year, change.month)) day -= 7;
  return (first + day - 1) * 1440 + change.minutes - offset - kUnixEpochTicks / kTicksPerMinute;
}

ZoneKind kind_by_rule(const ZoneRule& rule, std::int64_t utc_ticks) {
  const ZoneKind standard = kZoneKinds[rule.standard];
  const ZoneKind daylight = kZoneKinds[rule.daylight];
  const std::int64_t clock = std::clamp<std::int64_t>(utc_ticks + standard.minutes * kTicksPerMinute, 0, kMaxTicks);
  const std::int32_t year = day_of(clock).year;
  const std::int64_t now = minute_of(utc_ticks);
  const std::int64_t start = minute_of_change(year, rule.start, standard.minutes);
  const std::int64_t end = minute_of_change(year, rule.end, daylight.minutes);
  const bool is_summer = start < end ? now >= start && now < end : now >= start || now < end;
  return is_summer ? daylight : standard;
}

}  // namespace

namespace zones {

const Zone* find(std::string_view id, std::string_view& name) {
  if (const ZoneId* iana = find_row<ZoneId>(kIanaIds, id)) {
    name = iana->name;
    return &kZones[iana->index];
  }
  if (const WindowsId* windows = find_row<WindowsId>(kWindowsIds, id)) {
    name = windows->name;
    return &kZones[windows->zone];
  }
  return nullptr;
}

std::optional<std::string_view> to_windows_id(std::string_view iana) {
  const ZoneId* found = find_row<ZoneId>(kIanaToWindows, iana);
  if (found == nullptr) return std::nullopt;
  return kWindowsIds[found->index].name;
}

std::optional<std::string_view> to_iana_id(std::string_view windows) {
  const WindowsId* found = find_row<WindowsId>(kWindowsIds, windows);
  if (found == nullptr) return std::nullopt;
  return found->iana;
}

ZoneKind kind_at(const Zone& zone, std::int64_t utc_ticks) {
  const std::span<const std::int32_t> minutes(kZoneMinutes + zone.first_change, zone.change_count);
  const auto next = std::upper_bound(minutes.begin(), minutes.end(), minute_of(utc_ticks));
  if (next == minutes.end() && zone.rule != Zone::kNoRule) return kind_by_rule(kZoneRules[zone.rule], utc_ticks);
  if (next == minutes.begin()) return kZoneKinds[zone.first_kind];
  return kZoneKinds[kZoneChanges[zone.first_change + (next - minutes.begin()) - 1]];
}

ZoneKind standard_of(const Zone& zone) { return kZoneKinds[zone.standard_kind]; }

bool has_daylight(const Zone& zone) {
  if (zone.rule != Zone::kNoRule) return true;
  const std::span<const std::uint8_t> changes(kZoneChanges + zone.first_change, zone.change_count);
  return std::ranges::any_of(changes, [](std::uint8_t kind) { return kZoneKinds[kind].is_daylight; });
}

}  // namespace zones

}  // namespace portcullis
