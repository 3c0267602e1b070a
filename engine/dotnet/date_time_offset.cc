// System.DateTimeOffset. source: types.md#7.5
#include "base/text.h"
#include "engine/dotnet/date_arithmetic.h"
#include "engine/dotnet/date_format.h"
#include "engine/dotnet/date_time.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kDateTimeOffsetDefinition;

namespace {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks
using dates::Reading;

constexpr std::int64_t kUnixEpochSeconds = kUnixEpochTicks / kTicksPerSecond;
constexpr std::int64_t kFileTimeStart = 504'911'232'000'000'000;

// ---- making --------------------------------------------------------------------------------------------------------------

bool check_offset(Run& run, TimeSpan offset) {
  if (offset.ticks % kTicksPerMinute != 0) {
    return run.raise_argument(Known::kArgumentException, "Offset must be specified in whole minutes.", "offset");
  }
  if (offset.ticks < -14 * kTicksPerHour || offset.ticks > 14 * kTicksPerHour) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Offset must be within plus or minus 14 hours.", "offset");
  }
  return true;
}

DateTimeOffset* of_clock(Run& run, std::int64_t ticks, TimeSpan offset) {
  if (!check_offset(run, offset)) return nullptr;
  if (!is_time(ticks - offset.ticks)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "The UTC time represented when the offset is applied must be between year 0 and 10,000.",
                              "offset");
  }
  return make_date_time_offset(run, ticks - offset.ticks, static_cast<std::int32_t>(offset.ticks / kTicksPerMinute));
}
DateTimeOffset* of_date(Run& run, DateTime date_time) { return make_date_time_offset(run, date_time.ticks(), 0); }
DateTimeOffset* of_date_offset(Run& run, DateTime date_time, TimeSpan offset) {
  if (date_time.kind() == DateTimeKind::kUtc && offset.ticks != 0) {
    return run.raise_argument(Known::kArgumentException, "The UTC Offset for Utc DateTime instances must be 0.", "offset");
  }
  if (date_time.kind() == DateTimeKind::kLocal && offset.ticks != 0) {
    return run.raise_argument(Known::kArgumentException, "The UTC Offset of the local dateTime parameter does not match the offset argument.",
                              "offset");
  }
  return of_clock(run, date_time.ticks(), offset);
}
DateTimeOffset* of_ticks(Run& run, std::int64_t ticks, TimeSpan offset) {
  if (!is_time(ticks)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.", "ticks");
  }
  return of_clock(run, ticks, offset);
}
DateTimeOffset* of_millisecond(Run& run, std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour, std::int32_t minute,
                               std::int32_t second, std::int32_t millisecond, TimeSpan offset) {
  const std::int64_t days = dates::ticks_of(run, year, month, day);
  if (run.failed()) return nullptr;
  const std::int64_t time = dates::ticks_of(run, hour, minute, second, millisecond);
  if (run.failed()) return nullptr;
  return of_clock(run, days + time, offset);
}
DateTimeOffset* of_second(Run& run, std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour, std::int32_t minute,
                          std::int32_t second, TimeSpan offset) {
  return of_millisecond(run, year, month, day, hour, minute, second, 0, offset);
}
DateTimeOffset* now(Run& run) { return make_date_time_offset(run, now_ticks(run), 0); }
DateTimeOffset* min_value(Run& run) { return make_date_time_offset(run, 0, 0); }
DateTimeOffset* max_value(Run& run) { return make_date_time_offset(run, kMaxTicks, 0); }
DateTimeOffset* unix_epoch(Run& run) { return make_date_time_offset(run, kUnixEpochTicks, 0); }

DateTimeOffset* from_unix(Run& run, std::int64_t value, std::int64_t unit, std::string_view parameter) {
  const std::int64_t min = -(kUnixEpochTicks / unit);
  const std::int64_t max = (kMaxTicks - kUnixEpochTicks) / unit;
  if (value < min || value > max) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, joined("Valid values are between ", min, " and ", max, ", inclusive."),
                              parameter);
  }
  return make_date_time_offset(run, kUnixEpochTicks + value * unit, 0);
}
DateTimeOffset* from_unix_seconds(Run& run, std::int64_t seconds) { return from_unix(run, seconds, kTicksPerSecond, "seconds"); }
DateTimeOffset* from_unix_milliseconds(Run& run, std::int64_t milliseconds) {
  return from_unix(run, milliseconds, kTicksPerMillisecond, "milliseconds");
}
DateTimeOffset* from_file_time(Run& run, std::int64_t file_time) {
  if (file_time < 0 || file_time > kMaxTicks - kFileTimeStart) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Not a valid Win32 FileTime.", "fileTime");
  }
  return make_date_time_offset(run, file_time + kFileTimeStart, 0);
}

// ---- parts ---------------------------------------------------------------------------------------------------------------

DateTime clock(DateTimeOffset* self) { return DateTime::of(self->clock_ticks(), DateTimeKind::kUnspecified); }
DateTime utc(DateTimeOffset* self) { return DateTime::of(self->utc_ticks, DateTimeKind::kUtc); }
DateTime local(DateTimeOffset* self) { return DateTime::of(self->utc_ticks, DateTimeKind::kLocal); }
DateTime date(DateTimeOffset* self) {
  const std::int64_t ticks = self->clock_ticks();
  return DateTime::of(ticks - ticks % kTicksPerDay, DateTimeKind::kUnspecified);
}
TimeSpan time_of_day(DateTimeOffset* self) { return {self->clock_ticks() % kTicksPerDay}; }
TimeSpan offset(DateTimeOffset* self) { return {self->offset_minutes * kTicksPerMinute}; }
std::int32_t offset_minutes(DateTimeOffset* self) { return self->offset_minutes; }
std::int64_t ticks(DateTimeOffset* self) { return self->clock_ticks(); }
std::int64_t utc_ticks(DateTimeOffset* self) { return self->utc_ticks; }
std::int32_t year(DateTimeOffset* self) { return day_of(self->clock_ticks()).year; }
std::int32_t month(DateTimeOffset* self) { return day_of(self->clock_ticks()).month; }
std::int32_t day(DateTimeOffset* self) { return day_of(self->clock_ticks()).day; }
std::int32_t year_day(DateTimeOffset* self) { return day_of_year(self->clock_ticks()); }
std::int32_t week_day(DateTimeOffset* self) { return day_of_week(self->clock_ticks()); }
template <std::int64_t kUnit, std::int64_t kModulus>
std::int32_t part(DateTimeOffset* self) {
  return static_cast<std::int32_t>(self->clock_ticks() / kUnit % kModulus);
}
std::int32_t nanosecond(DateTimeOffset* self) { return static_cast<std::int32_t>(self->utc_ticks % 10 * 100); }
std::int64_t to_unix_seconds(DateTimeOffset* self) { return self->utc_ticks / kTicksPerSecond - kUnixEpochSeconds; }
std::int64_t to_unix_milliseconds(DateTimeOffset* self) {
  return self->utc_ticks / kTicksPerMillisecond - kUnixEpochTicks / kTicksPerMillisecond;
}
std::int64_t to_file_time(Run& run, DateTimeOffset* self) {
  if (self->utc_ticks < kFileTimeStart) return run.raise(Known::kArgumentOutOfRangeException, "Not a valid Win32 FileTime.");
  return self->utc_ticks - kFileTimeStart;
}

// ---- arithmetic ----------------------------------------------------------------------------------------------------------

// .NET calculates on the clock, then checks the UTC time.
DateTimeOffset* moved(Run& run, DateTimeOffset* self, std::int64_t clock_ticks) {
  if (run.failed()) return nullptr;
  return of_clock(run, clock_ticks, offset(self));
}
DateTimeOffset* add(Run& run, DateTimeOffset* self, TimeSpan value) {
  return moved(run, self, dates::add_ticks(run, self->clock_ticks(), value.ticks));
}
DateTimeOffset* subtract_span(Run& run, DateTimeOffset* self, TimeSpan value) {
  if (value.ticks == INT64_MIN) return moved(run, self, dates::add_ticks(run, self->clock_ticks(), INT64_MAX));
  return moved(run, self, dates::add_ticks(run, self->clock_ticks(), -value.ticks));
}
TimeSpan subtract(DateTimeOffset* self, DateTimeOffset* other) { return {self->utc_ticks - other->utc_ticks}; }
DateTimeOffset* add_ticks(Run& run, DateTimeOffset* self, std::int64_t value) {
  return moved(run, self, dates::add_ticks(run, self->clock_ticks(), value));
}
template <std::int64_t kUnit>
DateTimeOffset* add_units(Run& run, DateTimeOffset* self, double value) {
  return moved(run, self, dates::add_units(run, self->clock_ticks(), value, kUnit));
}
DateTimeOffset* add_months(Run& run, DateTimeOffset* self, std::int32_t months) {
  return moved(run, self, dates::add_months(run, self->clock_ticks(), months));
}
DateTimeOffset* add_years(Run& run, DateTimeOffset* self, std::int32_t years) {
  return moved(run, self, dates::add_years(run, self->clock_ticks(), years));
}
DateTimeOffset* to_offset_of(Run& run, DateTimeOffset* self, TimeSpan offset) {
  if (!check_offset(run, offset)) return nullptr;
  if (!is_time(self->utc_ticks + offset.ticks)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "The added or subtracted value results in an un-representable DateTime.", "value");
  }
  return make_date_time_offset(run, self->utc_ticks, static_cast<std::int32_t>(offset.ticks / kTicksPerMinute));
}
DateTimeOffset* to_utc(Run& run, DateTimeOffset* self) { return make_date_time_offset(run, self->utc_ticks, 0); }

// ---- text ----------------------------------------------------------------------------------------------------------------

String* formatted(Run& run, DateTimeOffset* self, String* format) { return format_date(run, Moment::of(*self), format); }
String* text(Run& run, DateTimeOffset* self) { return formatted(run, self, nullptr); }
String* text_in_culture(Run& run, DateTimeOffset* self, Object*) { return text(run, self); }
String* formatted_in_culture(Run& run, DateTimeOffset* self, String* format, Object*) { return formatted(run, self, format); }

DateTimeOffset* finish(Run& run, const String* text, const ReadDate& read, std::int32_t styles) {
  std::int64_t utc_ticks = 0;
  std::int32_t offset_minutes = 0;
  if (!to_offset(read, styles, utc_ticks, offset_minutes)) {
    return run.raise(Known::kFormatException, joined("The UTC representation of the date '", text->view(), "' falls outside the year range 1-9999."));
  }
  return make_date_time_offset(run, utc_ticks, offset_minutes);
}
DateTimeOffset* parse_styled(Run& run, String* input, Object*, std::int32_t styles) {
  ReadDate read;
  if (!check_date_styles(run, styles, true)) return nullptr;
  if (input == nullptr) return run.raise_null("input");
  if (!dates::read(run, input, nullptr, styles, Reading::kFree, read)) return nullptr;
  return finish(run, input, read, styles);
}
DateTimeOffset* parse(Run& run, String* input) { return parse_styled(run, input, nullptr, 0); }
DateTimeOffset* parse_in_culture(Run& run, String* input, Object*) { return parse(run, input); }
DateTimeOffset* parse_exact_styled(Run& run, String* input, String* format, Object*, std::int32_t styles) {
  ReadDate read;
  if (!check_date_styles(run, styles, true)) return nullptr;
  if (input == nullptr) return run.raise_null("input");
  if (!dates::read(run, input, format, styles, Reading::kExact, read)) return nullptr;
  return finish(run, input, read, styles);
}
DateTimeOffset* parse_exact(Run& run, String* input, String* format, Object* provider) {
  return parse_exact_styled(run, input, format, provider, 0);
}
DateTimeOffset* parse_exact_any(Run& run, String* input, Array* formats, Object*, std::int32_t styles) {
  ReadDate read;
  if (!check_date_styles(run, styles, true)) return nullptr;
  if (input == nullptr) return run.raise_null("input");
  if (!dates::read_any(run, input, formats, styles, read)) return nullptr;
  return finish(run, input, read, styles);
}
bool set(Run& run, Slot* result, bool good, const ReadDate& read, std::int32_t styles) {
  std::int64_t utc_ticks = 0;
  std::int32_t offset_minutes = 0;
  good = good && to_offset(read, styles, utc_ticks, offset_minutes);
  *result = Slot::of_object(good ? make_date_time_offset(run, utc_ticks, offset_minutes) : min_value(run));
  return good;
}
bool try_parse_styled(Run& run, String* input, Object*, std::int32_t styles, Slot* result) {
  ReadDate read;
  if (!check_date_styles(run, styles, true)) return false;
  return set(run, result, dates::try_read(run, input, nullptr, styles, Reading::kFree, read), read, styles);
}
bool try_parse(Run& run, String* input, Slot* result) { return try_parse_styled(run, input, nullptr, 0, result); }
bool try_parse_in_culture(Run& run, String* input, Object*, Slot* result) { return try_parse(run, input, result); }
bool try_parse_exact(Run& run, String* input, String* format, Object*, std::int32_t styles, Slot* result) {
  ReadDate read;
  if (!check_date_styles(run, styles, true)) return false;
  return set(run, result, dates::try_read(run, input, format, styles, Reading::kExact, read), read, styles);
}
bool try_parse_exact_any(Run& run, String* input, Array* formats, Object*, std::int32_t styles, Slot* result) {
  ReadDate read;
  if (!check_date_styles(run, styles, true)) return false;
  return set(run, result, dates::try_read_any(run, input, formats, styles, read), read, styles);
}

// ---- order ---------------------------------------------------------------------------------------------------------------

std::int32_t compare(DateTimeOffset* a, DateTimeOffset* b) {
  return a->utc_ticks < b->utc_ticks ? -1 : a->utc_ticks > b->utc_ticks ? 1 : 0;
}
std::int32_t compare_object(Run& run, DateTimeOffset* self, Object* other) {
  if (other == nullptr) return 1;
  if (!other->type->is(Known::kDateTimeOffset)) return run.raise(Known::kArgumentException, "Object must be of type DateTimeOffset.");
  return compare(self, static_cast<DateTimeOffset*>(other));
}
bool equals_same(DateTimeOffset* a, DateTimeOffset* b) { return a->utc_ticks == b->utc_ticks; }
bool equals_object(DateTimeOffset* self, Object* other) {
  return other != nullptr && other->type->is(Known::kDateTimeOffset) && equals_same(self, static_cast<DateTimeOffset*>(other));
}
bool equals_exact(DateTimeOffset* self, DateTimeOffset* other) {
  return self->utc_ticks == other->utc_ticks && self->offset_minutes == other->offset_minutes;
}
bool differs(DateTimeOffset* a, DateTimeOffset* b) { return a->utc_ticks != b->utc_ticks; }
bool is_less(DateTimeOffset* a, DateTimeOffset* b) { return a->utc_ticks < b->utc_ticks; }
bool is_greater(DateTimeOffset* a, DateTimeOffset* b) { return a->utc_ticks > b->utc_ticks; }
bool is_less_or_equal(DateTimeOffset* a, DateTimeOffset* b) { return a->utc_ticks <= b->utc_ticks; }
bool is_greater_or_equal(DateTimeOffset* a, DateTimeOffset* b) { return a->utc_ticks >= b->utc_ticks; }
std::int32_t hash_of(DateTimeOffset* self) {
  return static_cast<std::int32_t>(self->utc_ticks) ^ static_cast<std::int32_t>(self->utc_ticks >> 32);
}

DateTimeOffset* self_of(Slot slot) { return static_cast<DateTimeOffset*>(slot.object); }
String* offset_to_string(Run& run, const Type&, Slot self) { return text(run, self_of(self)); }
String* offset_format(Run& run, const Type&, Slot self, String* format) { return formatted(run, self_of(self), format); }
bool offset_equals(Run&, const Type&, Slot a, Slot b) { return equals_same(self_of(a), self_of(b)); }
std::int32_t offset_hash(Run&, const Type&, Slot self) { return hash_of(self_of(self)); }
std::int32_t offset_compare(Run&, const Type&, Slot a, Slot b) { return compare(self_of(a), self_of(b)); }
Object* offset_zero(Run& run, const Type&) { return min_value(run); }

constexpr TypeOperations kOperations{.to_string = &offset_to_string,
                                     .format = &offset_format,
                                     .equals = &offset_equals,
                                     .hash = &offset_hash,
                                     .compare = &offset_compare,
                                     .zero = &offset_zero};
constexpr std::uint8_t kSafe = kPure | kNoRaise;

constexpr Member kMembers[] = {
    constructor<&of_date>("new DateTimeOffset(DateTime dateTime)").with(kPure),
    constructor<&of_date_offset>("new DateTimeOffset(DateTime dateTime, TimeSpan offset)").with(kPure),
    constructor<&of_ticks>("new DateTimeOffset(long ticks, TimeSpan offset)").with(kPure),
    constructor<&of_second>("new DateTimeOffset(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)")
        .with(kPure),
    constructor<&of_millisecond>(
        "new DateTimeOffset(int year, int month, int day, int hour, int minute, int second, int millisecond, TimeSpan offset)")
        .with(kPure),
    property<&now>("static DateTimeOffset Now { get; }").with(kNoRaise),
    property<&now>("static DateTimeOffset UtcNow { get; }").with(kNoRaise),
    property<&min_value>("static DateTimeOffset MinValue { get; }").with(kSafe),
    property<&max_value>("static DateTimeOffset MaxValue { get; }").with(kSafe),
    property<&unix_epoch>("static DateTimeOffset UnixEpoch { get; }").with(kSafe),
    property<&clock>("DateTime DateTime { get; }").with(kSafe),
    property<&utc>("DateTime UtcDateTime { get; }").with(kSafe),
    property<&local>("DateTime LocalDateTime { get; }").with(kNoRaise),
    property<&date>("DateTime Date { get; }").with(kSafe),
    property<&time_of_day>("TimeSpan TimeOfDay { get; }").with(kSafe),
    property<&offset>("TimeSpan Offset { get; }").with(kSafe),
    property<&offset_minutes>("int TotalOffsetMinutes { get; }").with(kSafe),
    property<&ticks>("long Ticks { get; }").with(kSafe),
    property<&utc_ticks>("long UtcTicks { get; }").with(kSafe),
    property<&year>("int Year { get; }").with(kSafe),
    property<&month>("int Month { get; }").with(kSafe),
    property<&day>("int Day { get; }").with(kSafe),
    property<&part<kTicksPerHour, 24>>("int Hour { get; }").with(kSafe),
    property<&part<kTicksPerMinute, 60>>("int Minute { get; }").with(kSafe),
    property<&part<kTicksPerSecond, 60>>("int Second { get; }").with(kSafe),
    property<&part<kTicksPerMillisecond, 1000>>("int Millisecond { get; }").with(kSafe),
    property<&part<kTicksPerMicrosecond, 1000>>("int Microsecond { get; }").with(kSafe),
    property<&nanosecond>("int Nanosecond { get; }").with(kSafe),
    property<&year_day>("int DayOfYear { get; }").with(kSafe),
    property<&week_day>("DayOfWeek DayOfWeek { get; }").with(kSafe),
    method<&add>("DateTimeOffset Add(TimeSpan timeSpan)").with(kPure),
    method<&add_units<kTicksPerDay>>("DateTimeOffset AddDays(double days)").with(kPure),
    method<&add_units<kTicksPerHour>>("DateTimeOffset AddHours(double hours)").with(kPure),
    method<&add_units<kTicksPerMinute>>("DateTimeOffset AddMinutes(double minutes)").with(kPure),
    method<&add_units<kTicksPerSecond>>("DateTimeOffset AddSeconds(double seconds)").with(kPure),
    method<&add_units<kTicksPerMillisecond>>("DateTimeOffset AddMilliseconds(double milliseconds)").with(kPure),
    method<&add_units<kTicksPerMicrosecond>>("DateTimeOffset AddMicroseconds(double microseconds)").with(kPure),
    method<&add_ticks>("DateTimeOffset AddTicks(long ticks)").with(kPure),
    method<&add_months>("DateTimeOffset AddMonths(int months)").with(kPure),
    method<&add_years>("DateTimeOffset AddYears(int years)").with(kPure),
    method<&subtract>("TimeSpan Subtract(DateTimeOffset value)").with(kSafe),
    method<&subtract_span>("DateTimeOffset Subtract(TimeSpan value)").with(kPure),
    method<&to_offset_of>("DateTimeOffset ToOffset(TimeSpan offset)").with(kPure),
    method<&to_utc>("DateTimeOffset ToUniversalTime()").with(kSafe),
    method<&to_utc>("DateTimeOffset ToLocalTime()").with(kNoRaise),
    method<&to_unix_seconds>("long ToUnixTimeSeconds()").with(kSafe),
    method<&to_unix_milliseconds>("long ToUnixTimeMilliseconds()").with(kSafe),
    method<&from_unix_seconds>("static DateTimeOffset FromUnixTimeSeconds(long seconds)").with(kPure),
    method<&from_unix_milliseconds>("static DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)").with(kPure),
    method<&to_file_time>("long ToFileTime()").with(kPure),
    method<&from_file_time>("static DateTimeOffset FromFileTime(long fileTime)").with(kPure),
    method<&parse>("static DateTimeOffset Parse(string input)"),
    method<&parse_in_culture>("static DateTimeOffset Parse(string input, IFormatProvider formatProvider)"),
    method<&parse_styled>("static DateTimeOffset Parse(string input, IFormatProvider formatProvider, DateTimeStyles styles)"),
    method<&try_parse>("static bool TryParse(string input, out DateTimeOffset result)"),
    method<&try_parse_in_culture>("static bool TryParse(string input, IFormatProvider formatProvider, out DateTimeOffset result)"),
    method<&try_parse_styled>(
        "static bool TryParse(string input, IFormatProvider formatProvider, DateTimeStyles styles, out DateTimeOffset result)"),
    method<&parse_exact>("static DateTimeOffset ParseExact(string input, string format, IFormatProvider formatProvider)"),
    method<&parse_exact_styled>(
        "static DateTimeOffset ParseExact(string input, string format, IFormatProvider formatProvider, DateTimeStyles styles)"),
    method<&parse_exact_any>(
        "static DateTimeOffset ParseExact(string input, string[] formats, IFormatProvider formatProvider, DateTimeStyles styles)"),
    method<&try_parse_exact>("static bool TryParseExact(string input, string format, IFormatProvider formatProvider, DateTimeStyles styles, "
                             "out DateTimeOffset result)"),
    method<&try_parse_exact_any>("static bool TryParseExact(string input, string[] formats, IFormatProvider formatProvider, DateTimeStyles "
                                 "styles, out DateTimeOffset result)"),
    method<&text>("string ToString()").with(kSafe),
    method<&text_in_culture>("string ToString(IFormatProvider formatProvider)").with(kNoRaise),
    method<&formatted>("string ToString(string format)").with(kPure),
    method<&formatted_in_culture>("string ToString(string format, IFormatProvider formatProvider)"),
    method<&compare>("int CompareTo(DateTimeOffset other)").with(kSafe),
    method<&compare_object>("int CompareTo(object obj)"),
    method<&compare>("static int Compare(DateTimeOffset first, DateTimeOffset second)").with(kSafe),
    method<&equals_same>("bool Equals(DateTimeOffset other)").with(kSafe),
    method<&equals_object>("bool Equals(object obj)").with(kNoRaise),
    method<&equals_same>("static bool Equals(DateTimeOffset first, DateTimeOffset second)").with(kSafe),
    method<&equals_exact>("bool EqualsExact(DateTimeOffset other)").with(kSafe),
    method<&hash_of>("int GetHashCode()").with(kSafe),
    method<&of_date>("static implicit operator DateTimeOffset(DateTime dateTime)").with(kPure),
    method<&add>("static DateTimeOffset operator +(DateTimeOffset dateTimeOffset, TimeSpan timeSpan)").with(kPure),
    method<&subtract_span>("static DateTimeOffset operator -(DateTimeOffset dateTimeOffset, TimeSpan timeSpan)").with(kPure),
    method<&subtract>("static TimeSpan operator -(DateTimeOffset left, DateTimeOffset right)").with(kSafe),
    method<&equals_same>("static bool operator ==(DateTimeOffset left, DateTimeOffset right)").with(kSafe),
    method<&differs>("static bool operator !=(DateTimeOffset left, DateTimeOffset right)").with(kSafe),
    method<&is_less>("static bool operator <(DateTimeOffset left, DateTimeOffset right)").with(kSafe),
    method<&is_less_or_equal>("static bool operator <=(DateTimeOffset left, DateTimeOffset right)").with(kSafe),
    method<&is_greater>("static bool operator >(DateTimeOffset left, DateTimeOffset right)").with(kSafe),
    method<&is_greater_or_equal>("static bool operator >=(DateTimeOffset left, DateTimeOffset right)").with(kSafe),
};

}  // namespace

const TypeDefinition kDateTimeOffsetDefinition{
    .declaration = "struct System.DateTimeOffset : IComparable, IComparable<DateTimeOffset>, IEquatable<DateTimeOffset>, IFormattable",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kReference};

}  // namespace portcullis
