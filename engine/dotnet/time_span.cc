// System.TimeSpan. source: types.md#7.2
#include <cmath>
#include <limits>

#include "base/text.h"
#include "engine/dotnet/date_format.h"
#include "engine/dotnet/date_parse.h"
#include "engine/dotnet/date_time.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kTimeSpanDefinition;
extern const TypeDefinition kTimeSpanStylesDefinition;

namespace {

using namespace calendar;  // NOLINT(google-build-using-namespace): arithmetic on ticks

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kTooLong = "TimeSpan overflowed because the duration is too long.";

Raised raise_too_long(Run& run) { return run.raise(Known::kOverflowException, kTooLong); }

// ---- making --------------------------------------------------------------------------------------------------------------

TimeSpan of_ticks(std::int64_t ticks) { return {ticks}; }
struct Parts {
  std::int32_t days;
  std::int32_t hours;
  std::int32_t minutes;
  std::int32_t seconds;
  std::int32_t milliseconds;
  std::int32_t microseconds;
};
TimeSpan of_all(Run& run, const Parts& parts) {
  __extension__ using Long = __int128;
  const Long ticks = Long{parts.days} * kTicksPerDay + Long{parts.hours} * kTicksPerHour + Long{parts.minutes} * kTicksPerMinute +
                     Long{parts.seconds} * kTicksPerSecond + Long{parts.milliseconds} * kTicksPerMillisecond +
                     Long{parts.microseconds} * kTicksPerMicrosecond;
  if (ticks > kMax || ticks < kMin) return run.raise(Known::kArgumentOutOfRangeException, kTooLong);
  return {static_cast<std::int64_t>(ticks)};
}
TimeSpan of_clock(Run& run, std::int32_t hours, std::int32_t minutes, std::int32_t seconds) {
  return of_all(run, {0, hours, minutes, seconds, 0, 0});
}
TimeSpan of_days(Run& run, std::int32_t days, std::int32_t hours, std::int32_t minutes, std::int32_t seconds) {
  return of_all(run, {days, hours, minutes, seconds, 0, 0});
}
TimeSpan of_milliseconds(Run& run, std::int32_t days, std::int32_t hours, std::int32_t minutes, std::int32_t seconds,
                         std::int32_t milliseconds) {
  return of_all(run, {days, hours, minutes, seconds, milliseconds, 0});
}
TimeSpan of_microseconds(Run& run, std::int32_t days, std::int32_t hours, std::int32_t minutes, std::int32_t seconds,
                         std::int32_t milliseconds, std::int32_t microseconds) {
  return of_all(run, {days, hours, minutes, seconds, milliseconds, microseconds});
}

TimeSpan of_real_ticks(Run& run, double ticks) {
  if (!(ticks <= 9223372036854775808.0 && ticks >= -9223372036854775808.0)) return raise_too_long(run);
  if (ticks == 9223372036854775808.0) return {kMax};
  return {static_cast<std::int64_t>(ticks)};
}
template <std::int64_t kUnit>
TimeSpan from_units(Run& run, double value) {
  if (std::isnan(value)) return run.raise(Known::kArgumentException, "TimeSpan does not accept floating point Not-a-Number values.");
  return of_real_ticks(run, value * static_cast<double>(kUnit));
}
TimeSpan zero() { return {}; }
TimeSpan min_value() { return {kMin}; }
TimeSpan max_value() { return {kMax}; }

// ---- parts ---------------------------------------------------------------------------------------------------------------

template <std::int64_t kUnit, std::int64_t kModulus>
std::int32_t part(TimeSpan self) {
  return static_cast<std::int32_t>(self.ticks / kUnit % kModulus);
}
std::int32_t days(TimeSpan self) { return static_cast<std::int32_t>(self.ticks / kTicksPerDay); }
std::int32_t nanoseconds(TimeSpan self) { return static_cast<std::int32_t>(self.ticks % 10 * 100); }
std::int64_t ticks(TimeSpan self) { return self.ticks; }
template <std::int64_t kUnit>
double total(TimeSpan self) {
  return static_cast<double>(self.ticks) / static_cast<double>(kUnit);
}
double total_nanoseconds(TimeSpan self) { return static_cast<double>(self.ticks) * 100; }
// .NET cuts what would not come back.
double total_milliseconds(TimeSpan self) {
  const double value = static_cast<double>(self.ticks) / static_cast<double>(kTicksPerMillisecond);
  if (value > static_cast<double>(kMax / kTicksPerMillisecond)) return static_cast<double>(kMax / kTicksPerMillisecond);
  if (value < static_cast<double>(kMin / kTicksPerMillisecond)) return static_cast<double>(kMin / kTicksPerMillisecond);
  return value;
}

// ---- arithmetic ----------------------------------------------------------------------------------------------------------

TimeSpan add(Run& run, TimeSpan a, TimeSpan b) {
  TimeSpan sum;
  return __builtin_add_overflow(a.ticks, b.ticks, &sum.ticks) ? raise_too_long(run) : sum;
}
TimeSpan subtract(Run& run, TimeSpan a, TimeSpan b) {
  TimeSpan difference;
  return __builtin_sub_overflow(a.ticks, b.ticks, &difference.ticks) ? raise_too_long(run) : difference;
}
TimeSpan negate(Run& run, TimeSpan self) {
  if (self.ticks == kMin) {
    return run.raise(Known::kOverflowException, "Negating the minimum value of a twos complement number is invalid.");
  }
  return {-self.ticks};
}
TimeSpan plus(TimeSpan self) { return self; }
TimeSpan duration(Run& run, TimeSpan self) {
  if (self.ticks == kMin) {
    return run.raise(Known::kOverflowException,
                     "The duration cannot be returned for TimeSpan.MinValue because the absolute value of TimeSpan.MinValue exceeds the "
                     "value of TimeSpan.MaxValue.");
  }
  return {self.ticks < 0 ? -self.ticks : self.ticks};
}
Raised raise_nan(Run& run, std::string_view parameter) {
  return run.raise_argument(Known::kArgumentException, "TimeSpan does not accept floating point Not-a-Number values.", parameter);
}
TimeSpan multiply(Run& run, TimeSpan self, double factor) {
  if (std::isnan(factor)) return raise_nan(run, "factor");
  return of_real_ticks(run, std::nearbyint(static_cast<double>(self.ticks) * factor));
}
TimeSpan multiplied(Run& run, double factor, TimeSpan self) { return multiply(run, self, factor); }
TimeSpan divide(Run& run, TimeSpan self, double divisor) {
  if (std::isnan(divisor)) return raise_nan(run, "divisor");
  return of_real_ticks(run, std::nearbyint(static_cast<double>(self.ticks) / divisor));
}
double ratio(TimeSpan a, TimeSpan b) { return static_cast<double>(a.ticks) / static_cast<double>(b.ticks); }

// ---- text ----------------------------------------------------------------------------------------------------------------

String* text(Run& run, TimeSpan self) { return format_time_span(run, self, nullptr); }
String* formatted(Run& run, TimeSpan self, String* format) { return format_time_span(run, self, format); }
String* formatted_in_culture(Run& run, TimeSpan self, String* format, Object*) { return formatted(run, self, format); }

Raised raise_unread(Run& run, const String& text, ParsedSpan parsed) {
  if (parsed == ParsedSpan::kOverflow) {
    return run.raise(Known::kOverflowException,
                     joined("The TimeSpan string '", text.view(),
                            "' could not be parsed because at least one of the numeric components is out of range or contains too many digits."));
  }
  return run.raise(Known::kFormatException, joined("String '", text.view(), "' was not recognized as a valid TimeSpan."));
}
TimeSpan parse(Run& run, String* s) {
  if (s == nullptr) return run.raise_null("input");
  if (!run.spend(1 + s->size / 8)) return {};
  TimeSpan value;
  const ParsedSpan parsed = parse_time_span(s->view(), value);
  return parsed == ParsedSpan::kGood ? value : raise_unread(run, *s, parsed);
}
TimeSpan parse_in_culture(Run& run, String* input, Object*) {
  return input == nullptr ? run.raise_null("input") : parse(run, input);
}
bool try_parse(String* s, Slot* result) {
  TimeSpan value;
  const bool good = s != nullptr && parse_time_span(s->view(), value) == ParsedSpan::kGood;
  *result = good ? value.to_slot() : Slot{};
  return good;
}
bool try_parse_in_culture(String* s, Object*, Slot* result) { return try_parse(s, result); }
TimeSpan parse_exact_styled(Run& run, String* input, String* format, Object*, std::int32_t styles) {
  if (input == nullptr) return run.raise_null("input");
  if (format == nullptr) return run.raise_null("format");
  if (!run.spend(1 + input->size / 8)) return {};
  TimeSpan value;
  const ParsedSpan parsed = parse_time_span_exactly(input->view(), format->view(), styles == 1, value);
  if (parsed == ParsedSpan::kGood) return value;
  const bool is_custom = format->size > 1;
  if (parsed != ParsedSpan::kOverflow && (is_custom || std::string_view("ctTgG").find(format->view()) == std::string_view::npos)) return run.raise(Known::kFormatException, "Input string was not in a correct format.");
  return raise_unread(run, *input, parsed);
}
TimeSpan parse_exact(Run& run, String* input, String* format, Object* provider) {
  return parse_exact_styled(run, input, format, provider, 0);
}
bool try_parse_exact_styled(String* input, String* format, Object*, std::int32_t styles, Slot* result) {
  TimeSpan value;
  const bool good = input != nullptr && format != nullptr &&
                    parse_time_span_exactly(input->view(), format->view(), styles == 1, value) == ParsedSpan::kGood;
  *result = good ? value.to_slot() : Slot{};
  return good;
}
bool try_parse_exact(String* input, String* format, Object* provider, Slot* result) {
  return try_parse_exact_styled(input, format, provider, 0, result);
}

// ---- order ---------------------------------------------------------------------------------------------------------------

std::int32_t compare(TimeSpan a, TimeSpan b) { return a.ticks < b.ticks ? -1 : a.ticks > b.ticks ? 1 : 0; }
std::int32_t compare_object(Run& run, TimeSpan self, Object* other) {
  if (other == nullptr) return 1;
  if (!other->type->is(Known::kTimeSpan)) return run.raise(Known::kArgumentException, "Object must be of type TimeSpan.");
  return compare(self, TimeSpan::from_slot(static_cast<const Box*>(other)->value));
}
bool equals_same(TimeSpan a, TimeSpan b) { return a.ticks == b.ticks; }
bool equals_object(TimeSpan self, Object* other) {
  return other != nullptr && other->type->is(Known::kTimeSpan) && static_cast<const Box*>(other)->value.integer == self.ticks;
}
bool differs(TimeSpan a, TimeSpan b) { return a.ticks != b.ticks; }
bool is_less(TimeSpan a, TimeSpan b) { return a.ticks < b.ticks; }
bool is_greater(TimeSpan a, TimeSpan b) { return a.ticks > b.ticks; }
bool is_less_or_equal(TimeSpan a, TimeSpan b) { return a.ticks <= b.ticks; }
bool is_greater_or_equal(TimeSpan a, TimeSpan b) { return a.ticks >= b.ticks; }
std::int32_t hash_of(TimeSpan self) { return static_cast<std::int32_t>(self.ticks) ^ static_cast<std::int32_t>(self.ticks >> 32); }

String* span_to_string(Run& run, const Type&, Slot self) { return text(run, TimeSpan::from_slot(self)); }
String* span_format(Run& run, const Type&, Slot self, String* format) { return formatted(run, TimeSpan::from_slot(self), format); }

constexpr TypeOperations kOperations{.to_string = &span_to_string, .format = &span_format};
constexpr std::uint8_t kSafe = kPure | kNoRaise;

constexpr Member kMembers[] = {
    constant("const long NanosecondsPerTick", std::int64_t{100}),
    constant("const long TicksPerMicrosecond", kTicksPerMicrosecond),
    constant("const long TicksPerMillisecond", kTicksPerMillisecond),
    constant("const long TicksPerSecond", kTicksPerSecond),
    constant("const long TicksPerMinute", kTicksPerMinute),
    constant("const long TicksPerHour", kTicksPerHour),
    constant("const long TicksPerDay", kTicksPerDay),
    constructor<&of_ticks>("new TimeSpan(long ticks)").with(kSafe),
    constructor<&of_clock>("new TimeSpan(int hours, int minutes, int seconds)").with(kPure),
    constructor<&of_days>("new TimeSpan(int days, int hours, int minutes, int seconds)").with(kPure),
    constructor<&of_milliseconds>("new TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds)").with(kPure),
    constructor<&of_microseconds>("new TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds, int microseconds)")
        .with(kPure),
    property<&zero>("static TimeSpan Zero { get; }").with(kSafe),
    property<&min_value>("static TimeSpan MinValue { get; }").with(kSafe),
    property<&max_value>("static TimeSpan MaxValue { get; }").with(kSafe),
    property<&days>("int Days { get; }").with(kSafe),
    property<&part<kTicksPerHour, 24>>("int Hours { get; }").with(kSafe),
    property<&part<kTicksPerMinute, 60>>("int Minutes { get; }").with(kSafe),
    property<&part<kTicksPerSecond, 60>>("int Seconds { get; }").with(kSafe),
    property<&part<kTicksPerMillisecond, 1000>>("int Milliseconds { get; }").with(kSafe),
    property<&part<kTicksPerMicrosecond, 1000>>("int Microseconds { get; }").with(kSafe),
    property<&nanoseconds>("int Nanoseconds { get; }").with(kSafe),
    property<&ticks>("long Ticks { get; }").with(kSafe),
    property<&total<kTicksPerDay>>("double TotalDays { get; }").with(kSafe),
    property<&total<kTicksPerHour>>("double TotalHours { get; }").with(kSafe),
    property<&total<kTicksPerMinute>>("double TotalMinutes { get; }").with(kSafe),
    property<&total<kTicksPerSecond>>("double TotalSeconds { get; }").with(kSafe),
    property<&total_milliseconds>("double TotalMilliseconds { get; }").with(kSafe),
    property<&total<kTicksPerMicrosecond>>("double TotalMicroseconds { get; }").with(kSafe),
    property<&total_nanoseconds>("double TotalNanoseconds { get; }").with(kSafe),
    method<&from_units<kTicksPerDay>>("static TimeSpan FromDays(double value)").with(kPure),
    method<&from_units<kTicksPerHour>>("static TimeSpan FromHours(double value)").with(kPure),
    method<&from_units<kTicksPerMinute>>("static TimeSpan FromMinutes(double value)").with(kPure),
    method<&from_units<kTicksPerSecond>>("static TimeSpan FromSeconds(double value)").with(kPure),
    method<&from_units<kTicksPerMillisecond>>("static TimeSpan FromMilliseconds(double value)").with(kPure),
    method<&from_units<kTicksPerMicrosecond>>("static TimeSpan FromMicroseconds(double value)").with(kPure),
    method<&of_ticks>("static TimeSpan FromTicks(long value)").with(kSafe),
    method<&add>("TimeSpan Add(TimeSpan ts)").with(kPure),
    method<&subtract>("TimeSpan Subtract(TimeSpan ts)").with(kPure),
    method<&negate>("TimeSpan Negate()").with(kPure),
    method<&duration>("TimeSpan Duration()").with(kPure),
    method<&multiply>("TimeSpan Multiply(double factor)").with(kPure),
    method<&divide>("TimeSpan Divide(double divisor)").with(kPure),
    method<&ratio>("double Divide(TimeSpan ts)").with(kSafe),
    method<&parse>("static TimeSpan Parse(string s)").with(kPure),
    method<&parse_in_culture>("static TimeSpan Parse(string input, IFormatProvider formatProvider)"),
    method<&try_parse>("static bool TryParse(string s, out TimeSpan result)").with(kNoRaise),
    method<&try_parse_in_culture>("static bool TryParse(string input, IFormatProvider formatProvider, out TimeSpan result)").with(kNoRaise),
    method<&parse_exact>("static TimeSpan ParseExact(string input, string format, IFormatProvider formatProvider)"),
    method<&parse_exact_styled>(
        "static TimeSpan ParseExact(string input, string format, IFormatProvider formatProvider, TimeSpanStyles styles)"),
    method<&try_parse_exact>("static bool TryParseExact(string input, string format, IFormatProvider formatProvider, out TimeSpan result)")
        .with(kNoRaise),
    method<&try_parse_exact_styled>(
        "static bool TryParseExact(string input, string format, IFormatProvider formatProvider, TimeSpanStyles styles, out TimeSpan result)")
        .with(kNoRaise),
    method<&text>("string ToString()").with(kSafe),
    method<&formatted>("string ToString(string format)").with(kPure),
    method<&formatted_in_culture>("string ToString(string format, IFormatProvider formatProvider)"),
    method<&compare>("int CompareTo(TimeSpan value)").with(kSafe),
    method<&compare_object>("int CompareTo(object value)"),
    method<&compare>("static int Compare(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&equals_same>("bool Equals(TimeSpan obj)").with(kSafe),
    method<&equals_object>("bool Equals(object value)").with(kNoRaise),
    method<&equals_same>("static bool Equals(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&hash_of>("int GetHashCode()").with(kSafe),
    method<&add>("static TimeSpan operator +(TimeSpan t1, TimeSpan t2)").with(kPure),
    method<&plus>("static TimeSpan operator +(TimeSpan t)").with(kSafe),
    method<&subtract>("static TimeSpan operator -(TimeSpan t1, TimeSpan t2)").with(kPure),
    method<&negate>("static TimeSpan operator -(TimeSpan t)").with(kPure),
    method<&multiply>("static TimeSpan operator *(TimeSpan timeSpan, double factor)").with(kPure),
    method<&multiplied>("static TimeSpan operator *(double factor, TimeSpan timeSpan)").with(kPure),
    method<&divide>("static TimeSpan operator /(TimeSpan timeSpan, double divisor)").with(kPure),
    method<&ratio>("static double operator /(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&equals_same>("static bool operator ==(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&differs>("static bool operator !=(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&is_less>("static bool operator <(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&is_less_or_equal>("static bool operator <=(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&is_greater>("static bool operator >(TimeSpan t1, TimeSpan t2)").with(kSafe),
    method<&is_greater_or_equal>("static bool operator >=(TimeSpan t1, TimeSpan t2)").with(kSafe),
};
constexpr EnumValue kStyles[] = {{"None", 0}, {"AssumeNegative", 1}};

}  // namespace

const TypeDefinition kTimeSpanDefinition{
    .declaration = "struct System.TimeSpan : IComparable, IComparable<TimeSpan>, IEquatable<TimeSpan>, IFormattable",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kInteger};
const TypeDefinition kTimeSpanStylesDefinition{.declaration = "[flags] enum System.Globalization.TimeSpanStyles : int", .values = kStyles};

}  // namespace portcullis
