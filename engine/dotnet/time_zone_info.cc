// System.TimeZoneInfo and the older TimeZone. The local zone is UTC. Names in words are made from ids: .NET takes them from the
// operating system. source: types.md#7.6
#include "base/text.h"
#include "engine/dotnet/date_time.h"
#include "engine/dotnet/time_zones.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kTimeZoneInfoDefinition;
extern const TypeDefinition kTimeZoneDefinition;

namespace {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks

enum class Place : std::uint8_t { kOther, kUtc, kLocal };

/// `zone` null: no daylight saving time, always `base_minutes`.
struct TimeZoneInfo : Object {
  const Zone* zone = nullptr;
  std::int32_t base_minutes = 0;
  Place place = Place::kOther;
  String* id = nullptr;
  String* display_name = nullptr;
  String* standard_name = nullptr;
  String* daylight_name = nullptr;
};

// ---- making --------------------------------------------------------------------------------------------------------------

// (UTC+01:00) Name
String* display_name_of(Run& run, std::int32_t minutes, std::string_view name) {
  std::string text = "(UTC";
  if (minutes != 0) {
    const std::int32_t size = minutes < 0 ? -minutes : minutes;
    append(text, minutes < 0 ? '-' : '+', size / 60 < 10 ? "0" : "", size / 60, size % 60 < 10 ? ":0" : ":", size % 60);
  }
  append(text, ") ", name);
  return run.string(text);
}

TimeZoneInfo* make_universal(Run& run, Place place) {
  auto* made = run.make<TimeZoneInfo>(Known::kTimeZoneInfo);
  made->place = place;
  made->id = run.view("UTC", 3);
  made->standard_name = run.view("Coordinated Universal Time");
  made->daylight_name = made->standard_name;
  made->display_name = run.view("(UTC) Coordinated Universal Time");
  return made;
}
TimeZoneInfo* utc(Run& run) { return make_universal(run, Place::kUtc); }
TimeZoneInfo* local(Run& run) { return make_universal(run, Place::kLocal); }

// `X Standard Time` is `X Daylight Time` in summer.
String* daylight_name_of(Run& run, std::string_view name) {
  const std::size_t at = name.find("Standard");
  if (at == std::string_view::npos) return run.view(name);
  return run.string(joined(name.substr(0, at), "Daylight", name.substr(at + 8)));
}

TimeZoneInfo* find(Run& run, const String* id) {
  if (equals_ignoring_ascii_case(id->view(), "UTC")) return utc(run);
  std::string_view name;
  const Zone* zone = zones::find(id->view(), name);
  if (zone == nullptr) return nullptr;
  auto* made = run.make<TimeZoneInfo>(Known::kTimeZoneInfo);
  made->zone = zone;
  made->base_minutes = zones::standard_of(*zone).minutes;
  made->id = run.view(name);
  made->standard_name = made->id;
  made->daylight_name = zones::has_daylight(*zone) ? daylight_name_of(run, name) : made->id;
  made->display_name = display_name_of(run, made->base_minutes, name);
  return made;
}
TimeZoneInfo* find_by_id(Run& run, String* id) {
  if (id == nullptr) return run.raise_null("id");
  TimeZoneInfo* found = find(run, id);
  if (found != nullptr) return found;
  return run.raise(Known::kTimeZoneNotFoundException,
                   joined("The time zone ID '", id->view(), "' was not found on the local computer."));
}
bool try_find(Run& run, String* id, Slot* result) {
  TimeZoneInfo* found = id == nullptr ? nullptr : find(run, id);
  *result = Slot::of_object(found);
  return found != nullptr;
}
// An id that does not exist is worth a word at load.
const void* look_up(Preparation& preparation, const ConstantArgument& argument, std::size_t index) {
  if (argument.type == nullptr || argument.value.object == nullptr) return nullptr;
  const std::string_view id = static_cast<const String*>(argument.value.object)->view();
  std::string_view name;
  if (zones::find(id, name) == nullptr) preparation.warn(index, joined("there is no time zone `", id, "`"));
  return nullptr;
}
const void* look_up_first(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  return arguments.empty() ? nullptr : look_up(preparation, arguments[0], 0);
}
const void* look_up_last(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  return arguments.empty() ? nullptr : look_up(preparation, arguments.back(), arguments.size() - 1);
}

TimeZoneInfo* create(Run& run, String* id, TimeSpan base, String* display_name, String* standard_name) {
  if (id == nullptr) return run.raise_null("id");
  if (id->size == 0) return run.raise_argument(Known::kArgumentException, "The specified ID parameter '' is not supported.", "id");
  if (base.ticks % kTicksPerMinute != 0) {
    return run.raise_argument(Known::kArgumentException, "The TimeSpan parameter cannot be specified more precisely than whole minutes.",
                              "baseUtcOffset");
  }
  if (base.ticks > 14 * kTicksPerHour || base.ticks < -14 * kTicksPerHour) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "The TimeSpan parameter must be within plus or minus 14.0 hours.",
                              "baseUtcOffset");
  }
  auto* made = run.make<TimeZoneInfo>(Known::kTimeZoneInfo);
  made->base_minutes = static_cast<std::int32_t>(base.ticks / kTicksPerMinute);
  made->id = id;
  made->display_name = display_name != nullptr ? display_name : run.empty_string();
  made->standard_name = standard_name != nullptr ? standard_name : run.empty_string();
  made->daylight_name = made->standard_name;
  return made;
}

// ---- offsets -------------------------------------------------------------------------------------------------------------

ZoneKind kind_at(const TimeZoneInfo& info, std::int64_t utc_ticks) {
  if (info.zone == nullptr) return {static_cast<std::int16_t>(info.base_minutes), false};
  return zones::kind_at(*info.zone, utc_ticks);
}
std::int64_t minutes_to_ticks(std::int32_t minutes) { return minutes * kTicksPerMinute; }

/// What a clock time means: one moment, two (clocks went back), or none (clocks went forward over it).
struct ClockTime {
  ZoneKind kind{};
  bool is_ambiguous = false;
  bool is_invalid = false;
};
ClockTime read_clock(const TimeZoneInfo& info, std::int64_t clock_ticks) {
  // A day before and after, no zone changes twice.
  const ZoneKind before = kind_at(info, clock_ticks - kTicksPerDay - minutes_to_ticks(info.base_minutes));
  const ZoneKind after = kind_at(info, clock_ticks + kTicksPerDay - minutes_to_ticks(info.base_minutes));
  if (before.minutes == after.minutes) return {.kind = before.is_daylight ? after : before};
  const bool fits_before = kind_at(info, clock_ticks - minutes_to_ticks(before.minutes)).minutes == before.minutes;
  const bool fits_after = kind_at(info, clock_ticks - minutes_to_ticks(after.minutes)).minutes == after.minutes;
  if (fits_before && fits_after) return {.kind = before.is_daylight ? after : before, .is_ambiguous = true};
  if (!fits_before && !fits_after) return {.kind = before.is_daylight ? after : before, .is_invalid = true};
  return {.kind = fits_before ? before : after};
}

Place place_of(DateTimeKind kind) {
  return kind == DateTimeKind::kUtc ? Place::kUtc : kind == DateTimeKind::kLocal ? Place::kLocal : Place::kOther;
}
bool is_universal(const TimeZoneInfo& info) { return info.place != Place::kOther; }

// A DateTime of a kind is a moment; of no kind, a clock time of this zone.
ZoneKind kind_of(const TimeZoneInfo& info, DateTime value) {
  if (value.kind() == DateTimeKind::kUnspecified) return read_clock(info, value.ticks()).kind;
  return kind_at(info, value.ticks());
}
TimeSpan offset_of_date(TimeZoneInfo* self, DateTime value) { return {minutes_to_ticks(kind_of(*self, value).minutes)}; }
TimeSpan offset_of_moment(TimeZoneInfo* self, DateTimeOffset* value) {
  return {minutes_to_ticks(kind_at(*self, value->utc_ticks).minutes)};
}
bool is_daylight_date(TimeZoneInfo* self, DateTime value) { return kind_of(*self, value).is_daylight; }
bool is_daylight_moment(TimeZoneInfo* self, DateTimeOffset* value) { return kind_at(*self, value->utc_ticks).is_daylight; }
std::int64_t clock_of(const TimeZoneInfo& info, DateTime value) {
  if (value.kind() == DateTimeKind::kUnspecified) return value.ticks();
  return value.ticks() + minutes_to_ticks(kind_at(info, value.ticks()).minutes);
}
bool is_ambiguous_date(TimeZoneInfo* self, DateTime value) { return read_clock(*self, clock_of(*self, value)).is_ambiguous; }
bool is_ambiguous_moment(TimeZoneInfo* self, DateTimeOffset* value) {
  return read_clock(*self, value->utc_ticks + minutes_to_ticks(kind_at(*self, value->utc_ticks).minutes)).is_ambiguous;
}
bool is_invalid_date(TimeZoneInfo* self, DateTime value) {
  return value.kind() == DateTimeKind::kUnspecified && read_clock(*self, value.ticks()).is_invalid;
}

// ---- conversions -----------------------------------------------------------------------------------------------------------

std::int64_t within(std::int64_t ticks) { return ticks < 0 ? 0 : ticks > kMaxTicks ? kMaxTicks : ticks; }

Raised raise_mismatch(Run& run) {
  return run.raise_argument(Known::kArgumentException,
                            "The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly. "
                            " For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.",
                            "sourceTimeZone");
}

// The moment of a DateTime in a zone, in UTC ticks.
std::int64_t moment_of(Run& run, DateTime value, const TimeZoneInfo& source) {
  if (value.kind() != DateTimeKind::kUnspecified) {
    if (place_of(value.kind()) != source.place) return raise_mismatch(run);
    return value.ticks();
  }
  const ClockTime clock = read_clock(source, value.ticks());
  if (clock.is_invalid) {
    return run.raise_argument(Known::kArgumentException,
                              "The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in "
                              "the period that is skipped is invalid.",
                              "dateTime");
  }
  return within(value.ticks() - minutes_to_ticks(clock.kind.minutes));
}
DateTime in_zone(std::int64_t utc_ticks, const TimeZoneInfo& target) {
  const DateTimeKind kind = target.place == Place::kUtc     ? DateTimeKind::kUtc
                            : target.place == Place::kLocal ? DateTimeKind::kLocal
                                                            : DateTimeKind::kUnspecified;
  return DateTime::of(within(utc_ticks + minutes_to_ticks(kind_at(target, utc_ticks).minutes)), kind);
}

DateTime convert_between(Run& run, DateTime value, TimeZoneInfo* source, TimeZoneInfo* target) {
  if (source == nullptr) return run.raise_null("sourceTimeZone");
  if (target == nullptr) return run.raise_null("destinationTimeZone");
  const std::int64_t moment = moment_of(run, value, *source);
  return run.failed() ? DateTime{} : in_zone(moment, *target);
}
// Of no kind means local, which is UTC.
DateTime convert(Run& run, DateTime value, TimeZoneInfo* target) {
  if (target == nullptr) return run.raise_null("destinationTimeZone");
  return in_zone(value.ticks(), *target);
}
DateTimeOffset* convert_moment(Run& run, DateTimeOffset* value, TimeZoneInfo* target) {
  if (target == nullptr) return run.raise_null("destinationTimeZone");
  const std::int32_t minutes = kind_at(*target, value->utc_ticks).minutes;
  const bool fits = is_time(value->utc_ticks + minutes_to_ticks(minutes));
  return make_date_time_offset(run, value->utc_ticks, fits ? minutes : 0);
}
DateTime from_utc(Run& run, DateTime value, TimeZoneInfo* target) {
  if (target == nullptr) return run.raise_null("destinationTimeZone");
  if (value.kind() == DateTimeKind::kLocal) return raise_mismatch(run);
  return in_zone(value.ticks(), *target);
}
DateTime to_utc_from(Run& run, DateTime value, TimeZoneInfo* source) {
  if (source == nullptr) return run.raise_null("sourceTimeZone");
  const std::int64_t moment = moment_of(run, value, *source);
  return run.failed() ? DateTime{} : DateTime::of(moment, DateTimeKind::kUtc);
}
DateTime to_utc(DateTime value) { return DateTime::of(value.ticks(), DateTimeKind::kUtc); }

TimeZoneInfo* named(Run& run, String* id, std::string_view parameter) {
  return id == nullptr ? run.raise_null(parameter) : find_by_id(run, id);
}
DateTime convert_by_id(Run& run, DateTime value, String* id) {
  TimeZoneInfo* target = named(run, id, "destinationTimeZoneId");
  return target == nullptr ? DateTime{} : convert(run, value, target);
}
DateTime convert_by_ids(Run& run, DateTime value, String* source_id, String* target_id) {
  TimeZoneInfo* source = named(run, source_id, "sourceTimeZoneId");
  if (source == nullptr) return {};
  // .NET takes the Local zone for a local time whose source id is the local zone's.
  if (is_universal(*source)) source->place = value.kind() == DateTimeKind::kLocal ? Place::kLocal : source->place;
  TimeZoneInfo* target = named(run, target_id, "destinationTimeZoneId");
  return target == nullptr ? DateTime{} : convert_between(run, value, source, target);
}
DateTimeOffset* convert_moment_by_id(Run& run, DateTimeOffset* value, String* id) {
  TimeZoneInfo* target = named(run, id, "destinationTimeZoneId");
  return target == nullptr ? nullptr : convert_moment(run, value, target);
}

bool to_windows_id(Run& run, String* iana, Slot* result) {
  const auto found = iana == nullptr ? std::nullopt : zones::to_windows_id(iana->view());
  *result = Slot::of_object(found.has_value() ? run.view(*found) : nullptr);
  return found.has_value();
}
bool to_iana_id(Run& run, String* windows, Slot* result) {
  const auto found = windows == nullptr ? std::nullopt : zones::to_iana_id(windows->view());
  *result = Slot::of_object(found.has_value() ? run.view(*found) : nullptr);
  return found.has_value();
}

// ---- members ---------------------------------------------------------------------------------------------------------------

String* id(TimeZoneInfo* self) { return self->id; }
String* display_name(TimeZoneInfo* self) { return self->display_name; }
String* standard_name(TimeZoneInfo* self) { return self->standard_name; }
String* daylight_name(TimeZoneInfo* self) { return self->daylight_name; }
TimeSpan base_offset(TimeZoneInfo* self) { return {minutes_to_ticks(self->base_minutes)}; }
bool has_iana_id(TimeZoneInfo* self) { return is_universal(*self) || zones::to_iana_id(self->id->view()) == std::nullopt; }
bool supports_daylight(TimeZoneInfo* self) { return self->zone != nullptr && zones::has_daylight(*self->zone); }
bool has_same_rules(Run& run, TimeZoneInfo* self, TimeZoneInfo* other) {
  if (other == nullptr) return run.raise_null("other");
  return self->base_minutes == other->base_minutes && (self->zone == other->zone || (!supports_daylight(self) && !supports_daylight(other)));
}
bool same(const TimeZoneInfo& a, const TimeZoneInfo& b) {
  return equals_ignoring_ascii_case(a.id->view(), b.id->view()) && a.base_minutes == b.base_minutes && a.zone == b.zone;
}
bool equals_same(TimeZoneInfo* self, TimeZoneInfo* other) { return other != nullptr && same(*self, *other); }
bool equals_object(TimeZoneInfo* self, Object* other) {
  return other != nullptr && other->type == self->type && same(*self, *static_cast<TimeZoneInfo*>(other));
}
void clear_cache() {}

String* zone_to_string(Run&, const Type&, Slot self) { return static_cast<TimeZoneInfo*>(self.object)->display_name; }
bool zone_equals(Run&, const Type&, Slot a, Slot b) {
  return same(*static_cast<TimeZoneInfo*>(a.object), *static_cast<TimeZoneInfo*>(b.object));
}
std::int32_t zone_hash(Run&, const Type&, Slot self) {
  std::uint32_t hash = 2166136261;
  for (const char c : static_cast<TimeZoneInfo*>(self.object)->id->view()) {
    hash = (hash ^ static_cast<unsigned char>(ascii_lower(c))) * 16777619;
  }
  return static_cast<std::int32_t>(hash);
}

constexpr TypeOperations kOperations{.to_string = &zone_to_string, .equals = &zone_equals, .hash = &zone_hash};

constexpr Member kMembers[] = {
    property<&utc>("static TimeZoneInfo Utc { get; }").with(kNoRaise),
    property<&local>("static TimeZoneInfo Local { get; }").with(kNoRaise),
    property<&id>("string Id { get; }").with(kNoRaise),
    property<&display_name>("string DisplayName { get; }").with(kNoRaise),
    property<&standard_name>("string StandardName { get; }").with(kNoRaise),
    property<&daylight_name>("string DaylightName { get; }").with(kNoRaise),
    property<&base_offset>("TimeSpan BaseUtcOffset { get; }").with(kNoRaise),
    property<&supports_daylight>("bool SupportsDaylightSavingTime { get; }").with(kNoRaise),
    property<&has_iana_id>("bool HasIanaId { get; }").with(kNoRaise),
    method<&find_by_id>("static TimeZoneInfo FindSystemTimeZoneById(string id)").prepared_by(&look_up_first),
    method<&try_find>("static bool TryFindSystemTimeZoneById(string id, out TimeZoneInfo timeZoneInfo)").with(kNoRaise),
    method<&create>(
        "static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName)"),
    method<&offset_of_date>("TimeSpan GetUtcOffset(DateTime dateTime)").with(kNoRaise),
    method<&offset_of_moment>("TimeSpan GetUtcOffset(DateTimeOffset dateTimeOffset)").with(kNoRaise),
    method<&is_daylight_date>("bool IsDaylightSavingTime(DateTime dateTime)").with(kNoRaise),
    method<&is_daylight_moment>("bool IsDaylightSavingTime(DateTimeOffset dateTimeOffset)").with(kNoRaise),
    method<&is_ambiguous_date>("bool IsAmbiguousTime(DateTime dateTime)").with(kNoRaise),
    method<&is_ambiguous_moment>("bool IsAmbiguousTime(DateTimeOffset dateTimeOffset)").with(kNoRaise),
    method<&is_invalid_date>("bool IsInvalidTime(DateTime dateTime)").with(kNoRaise),
    method<&convert>("static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)"),
    method<&convert_between>(
        "static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)"),
    method<&convert_moment>("static DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)"),
    method<&convert_by_id>("static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)")
        .prepared_by(&look_up_last),
    method<&convert_by_ids>("static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string sourceTimeZoneId, string "
                            "destinationTimeZoneId)")
        .prepared_by(&look_up_last),
    method<&convert_moment_by_id>(
        "static DateTimeOffset ConvertTimeBySystemTimeZoneId(DateTimeOffset dateTimeOffset, string destinationTimeZoneId)")
        .prepared_by(&look_up_last),
    method<&from_utc>("static DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)"),
    method<&to_utc>("static DateTime ConvertTimeToUtc(DateTime dateTime)").with(kNoRaise),
    method<&to_utc_from>("static DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)"),
    method<&to_windows_id>("static bool TryConvertIanaIdToWindowsId(string ianaId, out string windowsId)").with(kNoRaise),
    method<&to_iana_id>("static bool TryConvertWindowsIdToIanaId(string windowsId, out string ianaId)").with(kNoRaise),
    method<&has_same_rules>("bool HasSameRules(TimeZoneInfo other)"),
    method<&equals_same>("bool Equals(TimeZoneInfo other)").with(kNoRaise),
    method<&equals_object>("bool Equals(object obj)").with(kNoRaise),
    method<&clear_cache>("static void ClearCachedData()").with(kNoRaise),
};

// ---- TimeZone --------------------------------------------------------------------------------------------------------------

Object* current(Run& run, const CallSite& site) { return run.make<Object>(*site.result); }
String* old_name(Run& run, Object*) { return run.view("UTC", 3); }
TimeSpan old_offset(Object*, DateTime) { return {}; }
bool old_is_daylight(Object*, DateTime) { return false; }
DateTime old_to_local(Object*, DateTime value) { return DateTime::of(value.ticks(), DateTimeKind::kLocal); }
DateTime old_to_utc(Object*, DateTime value) { return to_utc(value); }

constexpr Member kOldMembers[] = {
    property<&current>("static TimeZone CurrentTimeZone { get; }").with(kNoRaise),
    property<&old_name>("string StandardName { get; }").with(kNoRaise),
    property<&old_name>("string DaylightName { get; }").with(kNoRaise),
    method<&old_offset>("TimeSpan GetUtcOffset(DateTime time)").with(kNoRaise),
    method<&old_is_daylight>("bool IsDaylightSavingTime(DateTime time)").with(kNoRaise),
    method<&old_to_local>("DateTime ToLocalTime(DateTime time)").with(kNoRaise),
    method<&old_to_utc>("DateTime ToUniversalTime(DateTime time)").with(kNoRaise),
};

}  // namespace

const TypeDefinition kTimeZoneInfoDefinition{.declaration = "sealed class System.TimeZoneInfo : IEquatable<TimeZoneInfo>",
                                             .members = kMembers,
                                             .operations = &kOperations};
const TypeDefinition kTimeZoneDefinition{.declaration = "abstract class System.TimeZone", .members = kOldMembers};

}  // namespace portcullis
