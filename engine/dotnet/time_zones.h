// The zones of the tz database since 1970, by IANA and Windows id. The data is in the library: no file is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace portcullis {

/// Clock time minus UTC.
struct ZoneKind {
  std::int16_t minutes;
  bool is_daylight;
};

/// A yearly change: the `week`th `weekday` (0 Sunday; week 5: the last) of a month, minutes of the clock before it.
struct ZoneChange {
  std::uint8_t month;
  std::uint8_t week;
  std::uint8_t weekday;
  std::int16_t minutes;
};
struct ZoneRule {
  std::uint8_t standard;  // index of a ZoneKind
  std::uint8_t daylight;
  ZoneChange start;
  ZoneChange end;
};

/// Changes one by one, and the rule behind the last of them.
struct Zone {
  static constexpr std::uint16_t kNoRule = 0xFFFF;

  std::uint16_t first_change;
  std::uint16_t change_count;
  std::uint8_t first_kind;
  std::uint8_t standard_kind;  // today's
  std::uint16_t rule;
};

struct ZoneId {
  std::string_view name;
  std::uint16_t index;
};
struct WindowsId {
  std::string_view name;
  std::string_view iana;
  std::uint16_t zone;
};

namespace zones {

/// Null when there is none. Ignores case, as .NET does on Windows. `id` becomes the name as it is written in the data.
const Zone* find(std::string_view id, std::string_view& name);
std::optional<std::string_view> to_windows_id(std::string_view iana);
std::optional<std::string_view> to_iana_id(std::string_view windows);

/// What holds at a moment, in .NET ticks of UTC.
ZoneKind kind_at(const Zone& zone, std::int64_t utc_ticks);
ZoneKind standard_of(const Zone& zone);
/// The zone has daylight saving time, today or in its past.
bool has_daylight(const Zone& zone);

}  // namespace zones

}  // namespace portcullis
