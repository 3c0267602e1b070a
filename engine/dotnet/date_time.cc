// System.DateTime. source: types.md#7.1
#include "engine/dotnet/date_time.h"

#include "base/text.h"
#include "engine/dotnet/date_arithmetic.h"
#include "engine/dotnet/date_format.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kDateTimeDefinition;

namespace {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks
using dates::Reading;

constexpr std::int64_t kFileTimeStart = 504'911'232'000'000'000;
constexpr double kOleStartDays = 693'593;

DateTime with_ticks(DateTime like, std::int64_t ticks) { return DateTime::of(ticks, like.kind()); }
DateTime unspecified(std::int64_t ticks) { return DateTime::of(ticks, DateTimeKind::kUnspecified); }

// ---- making --------------------------------------------------------------------------------------------------------------

DateTime make(Run& run, std::int64_t ticks, std::int32_t kind) {
  if (kind < 0 || kind > 2) return run.raise_argument(Known::kArgumentException, "Invalid DateTimeKind value.", "kind");
  return DateTime::of(ticks, static_cast<DateTimeKind>(kind));
}
DateTime of_ticks_kind(Run& run, std::int64_t ticks, std::int32_t kind) {
  if (!is_time(ticks)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.", "ticks");
  }
  return make(run, ticks, kind);
}
DateTime of_ticks(Run& run, std::int64_t ticks) { return of_ticks_kind(run, ticks, 0); }
DateTime of_day(Run& run, std::int32_t year, std::int32_t month, std::int32_t day) {
  return unspecified(dates::ticks_of(run, year, month, day));
}

struct Clock {
  std::int32_t hour;
  std::int32_t minute;
  std::int32_t second;
  std::int32_t millisecond;
};
DateTime of_parts(Run& run, Day day, Clock clock, std::int32_t kind) {
  const std::int64_t days = dates::ticks_of(run, day.year, day.month, day.day);
  if (run.failed()) return {};
  const std::int64_t time = dates::ticks_of(run, clock.hour, clock.minute, clock.second, clock.millisecond);
  if (run.failed()) return {};
  return make(run, days + time, kind);
}
DateTime of_second(Run& run, std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour, std::int32_t minute,
                   std::int32_t second) {
  return of_parts(run, {year, month, day}, {hour, minute, second, 0}, 0);
}
DateTime of_second_kind(Run& run, std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour, std::int32_t minute,
                        std::int32_t second, std::int32_t kind) {
  return of_parts(run, {year, month, day}, {hour, minute, second, 0}, kind);
}
DateTime of_millisecond(Run& run, std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour, std::int32_t minute,
                        std::int32_t second, std::int32_t millisecond) {
  return of_parts(run, {year, month, day}, {hour, minute, second, millisecond}, 0);
}
DateTime of_millisecond_kind(Run& run, std::int32_t year, std::int32_t month, std::int32_t day, std::int32_t hour, std::int32_t minute,
                             std::int32_t second, std::int32_t millisecond, std::int32_t kind) {
  return of_parts(run, {year, month, day}, {hour, minute, second, millisecond}, kind);
}

DateTime now(Run& run) { return DateTime::of(now_ticks(run), DateTimeKind::kLocal); }
DateTime utc_now(Run& run) { return DateTime::of(now_ticks(run), DateTimeKind::kUtc); }
DateTime today(Run& run) {
  const std::int64_t ticks = now_ticks(run);
  return DateTime::of(ticks - ticks % kTicksPerDay, DateTimeKind::kLocal);
}
DateTime min_value() { return {}; }
DateTime max_value() { return unspecified(kMaxTicks); }
DateTime unix_epoch() { return DateTime::of(kUnixEpochTicks, DateTimeKind::kUtc); }

// ---- parts ---------------------------------------------------------------------------------------------------------------

std::int32_t year(DateTime self) { return day_of(self.ticks()).year; }
std::int32_t month(DateTime self) { return day_of(self.ticks()).month; }
std::int32_t day(DateTime self) { return day_of(self.ticks()).day; }
std::int32_t hour(DateTime self) { return static_cast<std::int32_t>(self.ticks() % kTicksPerDay / kTicksPerHour); }
std::int32_t minute(DateTime self) { return static_cast<std::int32_t>(self.ticks() / kTicksPerMinute % 60); }
std::int32_t second(DateTime self) { return static_cast<std::int32_t>(self.ticks() / kTicksPerSecond % 60); }
std::int32_t millisecond(DateTime self) { return static_cast<std::int32_t>(self.ticks() / kTicksPerMillisecond % 1000); }
std::int32_t microsecond(DateTime self) { return static_cast<std::int32_t>(self.ticks() / kTicksPerMicrosecond % 1000); }
std::int32_t nanosecond(DateTime self) { return static_cast<std::int32_t>(self.ticks() % 10 * 100); }
std::int32_t year_day(DateTime self) { return day_of_year(self.ticks()); }
std::int32_t week_day(DateTime self) { return day_of_week(self.ticks()); }
std::int64_t ticks(DateTime self) { return self.ticks(); }
std::int32_t kind(DateTime self) { return static_cast<std::int32_t>(self.kind()); }
DateTime date(DateTime self) { return with_ticks(self, self.ticks() - self.ticks() % kTicksPerDay); }
TimeSpan time_of_day(DateTime self) { return {self.ticks() % kTicksPerDay}; }

// ---- arithmetic ----------------------------------------------------------------------------------------------------------

DateTime add(Run& run, DateTime self, TimeSpan value) {
  return with_ticks(self, dates::add_ticks(run, self.ticks(), value.ticks));
}
DateTime subtract_span(Run& run, DateTime self, TimeSpan value) {
  const std::int64_t ticks = self.ticks();
  if (value.ticks > ticks || value.ticks < ticks - kMaxTicks) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "The added or subtracted value results in an un-representable DateTime.", "value");
  }
  return with_ticks(self, ticks - value.ticks);
}
TimeSpan subtract_date(DateTime self, DateTime value) { return {self.ticks() - value.ticks()}; }
DateTime add_ticks(Run& run, DateTime self, std::int64_t value) {
  return with_ticks(self, dates::add_ticks(run, self.ticks(), value));
}
template <std::int64_t kUnit>
DateTime add_units(Run& run, DateTime self, double value) {
  return with_ticks(self, dates::add_units(run, self.ticks(), value, kUnit));
}
DateTime add_months(Run& run, DateTime self, std::int32_t months) {
  return with_ticks(self, dates::add_months(run, self.ticks(), months));
}
DateTime add_years(Run& run, DateTime self, std::int32_t value) {
  return with_ticks(self, dates::add_years(run, self.ticks(), value));
}

std::int32_t days_in(Run& run, std::int32_t year, std::int32_t month) {
  if (month < 1 || month > 12) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Month must be between one and twelve.", "month");
  }
  if (year < 1 || year > 9999) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Year must be between 1 and 9999.", "year");
  }
  return days_in_month(year, month);
}
bool is_leap(Run& run, std::int32_t year) {
  if (year < 1 || year > 9999) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Year must be between 1 and 9999.", "year");
  }
  return is_leap_year(year);
}
bool is_daylight_saving(DateTime) { return false; }  // the local zone is UTC

// ---- kinds ---------------------------------------------------------------------------------------------------------------

DateTime specify_kind(Run& run, DateTime value, std::int32_t kind) { return make(run, value.ticks(), kind); }
DateTime to_universal(DateTime self) { return DateTime::of(self.ticks(), DateTimeKind::kUtc); }
DateTime to_local(DateTime self) { return DateTime::of(self.ticks(), DateTimeKind::kLocal); }

std::int64_t to_binary(DateTime self) { return static_cast<std::int64_t>(self.data); }
DateTime from_binary(Run& run, std::int64_t data) {
  const DateTime value{static_cast<std::uint64_t>(data)};
  if (value.ticks() > kMaxTicks) {
    return run.raise_argument(Known::kArgumentException, "The binary data must result in a DateTime with ticks between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.", "dateData");
  }
  return DateTime::of(value.ticks(), value.kind());
}
std::int64_t to_file_time(Run& run, DateTime self) {
  if (self.ticks() < kFileTimeStart) {
    return run.raise(Known::kArgumentOutOfRangeException, "Not a valid Win32 FileTime.");
  }
  return self.ticks() - kFileTimeStart;
}
DateTime from_file(Run& run, std::int64_t file_time, DateTimeKind kind) {
  if (file_time < 0 || file_time > kMaxTicks - kFileTimeStart) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Not a valid Win32 FileTime.", "fileTime");
  }
  return DateTime::of(file_time + kFileTimeStart, kind);
}
DateTime from_file_time(Run& run, std::int64_t file_time) { return from_file(run, file_time, DateTimeKind::kLocal); }
DateTime from_file_time_utc(Run& run, std::int64_t file_time) { return from_file(run, file_time, DateTimeKind::kUtc); }
// Days since 1899-12-30; before it, the fraction still counts forward within the day.
double to_ole(DateTime self) {
  std::int64_t milliseconds = self.ticks() / kTicksPerMillisecond - static_cast<std::int64_t>(kOleStartDays) * 86'400'000;
  if (self.ticks() < kTicksPerDay && self.ticks() != 0) milliseconds = self.ticks() / kTicksPerMillisecond;
  if (self.ticks() == 0) return 0;
  if (milliseconds < 0) {
    const std::int64_t fraction = milliseconds % 86'400'000;
    if (fraction != 0) milliseconds -= (86'400'000 + fraction) * 2;
  }
  return static_cast<double>(milliseconds) / 86'400'000.0;
}
DateTime from_ole(Run& run, double days) {
  if (!(days < 2958466.0) || !(days > -657435.0)) return run.raise(Known::kArgumentException, "Not a legal OleAut date.");
  auto milliseconds = static_cast<std::int64_t>(days * 86'400'000.0 + (days >= 0 ? 0.5 : -0.5));
  if (milliseconds < 0) milliseconds -= milliseconds % 86'400'000 * 2;
  return unspecified((milliseconds + static_cast<std::int64_t>(kOleStartDays) * 86'400'000) * kTicksPerMillisecond);
}

// ---- text ----------------------------------------------------------------------------------------------------------------

String* formatted(Run& run, DateTime self, String* format) { return format_date(run, Moment::of(self), format); }
String* text(Run& run, DateTime self) { return formatted(run, self, nullptr); }
String* text_in_culture(Run& run, DateTime self, Object*) { return text(run, self); }
String* formatted_in_culture(Run& run, DateTime self, String* format, Object*) { return formatted(run, self, format); }
template <char kLetter>
inline constexpr char kStandard = kLetter;
template <char kLetter>
String* standard_text(Run& run, DateTime self) {
  return formatted(run, self, run.view(std::string_view(&kStandard<kLetter>, 1)));
}

DateTime finish(Run& run, const String* text, const ReadDate& read, std::int32_t styles) {
  DateTime value;
  if (!to_date_time(read, styles, value)) return raise_bad_date(run, text->view(), {DateMistake::Kind::kOutOfRange});
  return value;
}
DateTime parse_styled(Run& run, String* s, Object*, std::int32_t styles) {
  ReadDate read;
  if (s == nullptr) return run.raise_null("s");
  if (!check_date_styles(run, styles, false) || !dates::read(run, s, nullptr, styles, Reading::kFree, read)) return {};
  return finish(run, s, read, styles);
}
DateTime parse(Run& run, String* s) { return parse_styled(run, s, nullptr, 0); }
DateTime parse_in_culture(Run& run, String* s, Object*) { return parse(run, s); }
DateTime parse_exact_styled(Run& run, String* s, String* format, Object*, std::int32_t styles) {
  ReadDate read;
  if (!check_date_styles(run, styles, false) || !dates::read(run, s, format, styles, Reading::kExact, read)) return {};
  return finish(run, s, read, styles);
}
DateTime parse_exact(Run& run, String* s, String* format, Object* provider) { return parse_exact_styled(run, s, format, provider, 0); }
DateTime parse_exact_any(Run& run, String* s, Array* formats, Object*, std::int32_t styles) {
  ReadDate read;
  if (!check_date_styles(run, styles, false) || !dates::read_any(run, s, formats, styles, read)) return {};
  return finish(run, s, read, styles);
}

bool set(Slot* result, bool good, const ReadDate& read, std::int32_t styles) {
  DateTime value;
  good = good && to_date_time(read, styles, value);
  *result = good ? value.to_slot() : Slot{};
  return good;
}
bool try_parse_styled(Run& run, String* s, Object*, std::int32_t styles, Slot* result) {
  ReadDate read;
  if (!check_date_styles(run, styles, false)) return false;
  return set(result, dates::try_read(run, s, nullptr, styles, Reading::kFree, read), read, styles);
}
bool try_parse(Run& run, String* s, Slot* result) { return try_parse_styled(run, s, nullptr, 0, result); }
bool try_parse_in_culture(Run& run, String* s, Object*, Slot* result) { return try_parse(run, s, result); }
bool try_parse_exact(Run& run, String* s, String* format, Object*, std::int32_t styles, Slot* result) {
  ReadDate read;
  if (!check_date_styles(run, styles, false)) return false;
  return set(result, dates::try_read(run, s, format, styles, Reading::kExact, read), read, styles);
}
bool try_parse_exact_any(Run& run, String* s, Array* formats, Object*, std::int32_t styles, Slot* result) {
  ReadDate read;
  if (!check_date_styles(run, styles, false)) return false;
  return set(result, dates::try_read_any(run, s, formats, styles, read), read, styles);
}

// ---- order ---------------------------------------------------------------------------------------------------------------

std::int32_t order(std::int64_t a, std::int64_t b) { return a < b ? -1 : a > b ? 1 : 0; }
std::int32_t compare(DateTime a, DateTime b) { return order(a.ticks(), b.ticks()); }
std::int32_t compare_object(Run& run, DateTime self, Object* other) {
  if (other == nullptr) return 1;
  if (!other->type->is(Known::kDateTime)) return run.raise(Known::kArgumentException, "Object must be of type DateTime.");
  return compare(self, DateTime::from_slot(static_cast<const Box*>(other)->value));
}
bool equals_same(DateTime a, DateTime b) { return a.ticks() == b.ticks(); }
bool equals_object(DateTime self, Object* other) {
  return other != nullptr && other->type->is(Known::kDateTime) &&
         equals_same(self, DateTime::from_slot(static_cast<const Box*>(other)->value));
}
bool differs(DateTime a, DateTime b) { return a.ticks() != b.ticks(); }
bool is_less(DateTime a, DateTime b) { return a.ticks() < b.ticks(); }
bool is_greater(DateTime a, DateTime b) { return a.ticks() > b.ticks(); }
bool is_less_or_equal(DateTime a, DateTime b) { return a.ticks() <= b.ticks(); }
bool is_greater_or_equal(DateTime a, DateTime b) { return a.ticks() >= b.ticks(); }
std::int32_t hash_of(DateTime self) {
  const std::int64_t ticks = self.ticks();
  return static_cast<std::int32_t>(ticks) ^ static_cast<std::int32_t>(ticks >> 32);
}
std::int32_t type_code(DateTime) { return 16; }

String* date_to_string(Run& run, const Type&, Slot self) { return text(run, DateTime::from_slot(self)); }
String* date_format(Run& run, const Type&, Slot self, String* format) { return formatted(run, DateTime::from_slot(self), format); }
bool date_equals(Run&, const Type&, Slot a, Slot b) { return equals_same(DateTime::from_slot(a), DateTime::from_slot(b)); }
std::int32_t date_hash(Run&, const Type&, Slot self) { return hash_of(DateTime::from_slot(self)); }
std::int32_t date_compare(Run&, const Type&, Slot a, Slot b) { return compare(DateTime::from_slot(a), DateTime::from_slot(b)); }

constexpr TypeOperations kOperations{.to_string = &date_to_string,
                                     .format = &date_format,
                                     .equals = &date_equals,
                                     .hash = &date_hash,
                                     .compare = &date_compare};
constexpr std::uint8_t kSafe = kPure | kNoRaise;

constexpr Member kMembers[] = {
    constructor<&of_ticks>("new DateTime(long ticks)").with(kPure),
    constructor<&of_ticks_kind>("new DateTime(long ticks, DateTimeKind kind)").with(kPure),
    constructor<&of_day>("new DateTime(int year, int month, int day)").with(kPure),
    constructor<&of_second>("new DateTime(int year, int month, int day, int hour, int minute, int second)").with(kPure),
    constructor<&of_second_kind>("new DateTime(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)")
        .with(kPure),
    constructor<&of_millisecond>("new DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond)")
        .with(kPure),
    constructor<&of_millisecond_kind>(
        "new DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)")
        .with(kPure),
    property<&now>("static DateTime Now { get; }").with(kNoRaise),
    property<&utc_now>("static DateTime UtcNow { get; }").with(kNoRaise),
    property<&today>("static DateTime Today { get; }").with(kNoRaise),
    property<&min_value>("static DateTime MinValue { get; }").with(kSafe),
    property<&max_value>("static DateTime MaxValue { get; }").with(kSafe),
    property<&unix_epoch>("static DateTime UnixEpoch { get; }").with(kSafe),
    property<&year>("int Year { get; }").with(kSafe),
    property<&month>("int Month { get; }").with(kSafe),
    property<&day>("int Day { get; }").with(kSafe),
    property<&hour>("int Hour { get; }").with(kSafe),
    property<&minute>("int Minute { get; }").with(kSafe),
    property<&second>("int Second { get; }").with(kSafe),
    property<&millisecond>("int Millisecond { get; }").with(kSafe),
    property<&microsecond>("int Microsecond { get; }").with(kSafe),
    property<&nanosecond>("int Nanosecond { get; }").with(kSafe),
    property<&year_day>("int DayOfYear { get; }").with(kSafe),
    property<&week_day>("DayOfWeek DayOfWeek { get; }").with(kSafe),
    property<&ticks>("long Ticks { get; }").with(kSafe),
    property<&kind>("DateTimeKind Kind { get; }").with(kSafe),
    property<&date>("DateTime Date { get; }").with(kSafe),
    property<&time_of_day>("TimeSpan TimeOfDay { get; }").with(kSafe),
    method<&add>("DateTime Add(TimeSpan value)").with(kPure),
    method<&add_units<kTicksPerDay>>("DateTime AddDays(double value)").with(kPure),
    method<&add_units<kTicksPerHour>>("DateTime AddHours(double value)").with(kPure),
    method<&add_units<kTicksPerMinute>>("DateTime AddMinutes(double value)").with(kPure),
    method<&add_units<kTicksPerSecond>>("DateTime AddSeconds(double value)").with(kPure),
    method<&add_units<kTicksPerMillisecond>>("DateTime AddMilliseconds(double value)").with(kPure),
    method<&add_units<kTicksPerMicrosecond>>("DateTime AddMicroseconds(double value)").with(kPure),
    method<&add_ticks>("DateTime AddTicks(long value)").with(kPure),
    method<&add_months>("DateTime AddMonths(int months)").with(kPure),
    method<&add_years>("DateTime AddYears(int value)").with(kPure),
    method<&subtract_date>("TimeSpan Subtract(DateTime value)").with(kSafe),
    method<&subtract_span>("DateTime Subtract(TimeSpan value)").with(kPure),
    method<&days_in>("static int DaysInMonth(int year, int month)").with(kPure),
    method<&is_leap>("static bool IsLeapYear(int year)").with(kPure),
    method<&is_daylight_saving>("bool IsDaylightSavingTime()").with(kNoRaise),
    method<&specify_kind>("static DateTime SpecifyKind(DateTime value, DateTimeKind kind)").with(kPure),
    method<&to_universal>("DateTime ToUniversalTime()").with(kNoRaise),
    method<&to_local>("DateTime ToLocalTime()").with(kNoRaise),
    method<&to_binary>("long ToBinary()").with(kSafe),
    method<&from_binary>("static DateTime FromBinary(long dateData)").with(kPure),
    method<&to_file_time>("long ToFileTime()").with(kPure),
    method<&to_file_time>("long ToFileTimeUtc()").with(kPure),
    method<&from_file_time>("static DateTime FromFileTime(long fileTime)").with(kPure),
    method<&from_file_time_utc>("static DateTime FromFileTimeUtc(long fileTime)").with(kPure),
    method<&to_ole>("double ToOADate()").with(kSafe),
    method<&from_ole>("static DateTime FromOADate(double d)").with(kPure),
    method<&parse>("static DateTime Parse(string s)"),
    method<&parse_in_culture>("static DateTime Parse(string s, IFormatProvider provider)"),
    method<&parse_styled>("static DateTime Parse(string s, IFormatProvider provider, DateTimeStyles styles)"),
    method<&try_parse>("static bool TryParse(string s, out DateTime result)"),
    method<&try_parse_in_culture>("static bool TryParse(string s, IFormatProvider provider, out DateTime result)"),
    method<&try_parse_styled>("static bool TryParse(string s, IFormatProvider provider, DateTimeStyles styles, out DateTime result)"),
    method<&parse_exact>("static DateTime ParseExact(string s, string format, IFormatProvider provider)"),
    method<&parse_exact_styled>("static DateTime ParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style)"),
    method<&parse_exact_any>("static DateTime ParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style)"),
    method<&try_parse_exact>(
        "static bool TryParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style, out DateTime result)"),
    method<&try_parse_exact_any>(
        "static bool TryParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style, out DateTime result)"),
    method<&text>("string ToString()").with(kSafe),
    method<&text_in_culture>("string ToString(IFormatProvider provider)").with(kNoRaise),
    method<&formatted>("string ToString(string format)").with(kPure),
    method<&all_date_texts>("string[] GetDateTimeFormats()"),
    method<&date_texts>("string[] GetDateTimeFormats(char format)"),
    method<&all_date_texts_in_culture>("string[] GetDateTimeFormats(IFormatProvider provider)"),
    method<&date_texts_in_culture>("string[] GetDateTimeFormats(char format, IFormatProvider provider)"),
    method<&formatted_in_culture>("string ToString(string format, IFormatProvider provider)"),
    method<&standard_text<'d'>>("string ToShortDateString()").with(kSafe),
    method<&standard_text<'D'>>("string ToLongDateString()").with(kSafe),
    method<&standard_text<'t'>>("string ToShortTimeString()").with(kSafe),
    method<&standard_text<'T'>>("string ToLongTimeString()").with(kSafe),
    method<&compare>("int CompareTo(DateTime value)").with(kSafe),
    method<&compare_object>("int CompareTo(object value)"),
    method<&compare>("static int Compare(DateTime t1, DateTime t2)").with(kSafe),
    method<&equals_same>("bool Equals(DateTime value)").with(kSafe),
    method<&equals_object>("bool Equals(object value)").with(kNoRaise),
    method<&equals_same>("static bool Equals(DateTime t1, DateTime t2)").with(kSafe),
    method<&hash_of>("int GetHashCode()").with(kSafe),
    method<&type_code>("TypeCode GetTypeCode()").with(kSafe),
    method<&add>("static DateTime operator +(DateTime d, TimeSpan t)").with(kPure),
    method<&subtract_span>("static DateTime operator -(DateTime d, TimeSpan t)").with(kPure),
    method<&subtract_date>("static TimeSpan operator -(DateTime d1, DateTime d2)").with(kSafe),
    method<&equals_same>("static bool operator ==(DateTime d1, DateTime d2)").with(kSafe),
    method<&differs>("static bool operator !=(DateTime d1, DateTime d2)").with(kSafe),
    method<&is_less>("static bool operator <(DateTime t1, DateTime t2)").with(kSafe),
    method<&is_less_or_equal>("static bool operator <=(DateTime t1, DateTime t2)").with(kSafe),
    method<&is_greater>("static bool operator >(DateTime t1, DateTime t2)").with(kSafe),
    method<&is_greater_or_equal>("static bool operator >=(DateTime t1, DateTime t2)").with(kSafe),
};

}  // namespace

const TypeDefinition kDateTimeDefinition{
    .declaration = "struct System.DateTime : IComparable, IComparable<DateTime>, IConvertible, IEquatable<DateTime>, IFormattable",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kInteger};

}  // namespace portcullis
