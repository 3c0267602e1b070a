// System.Decimal's members. The arithmetic is in decimal_arithmetic.cc. source: types.md#5
#include "engine/dotnet/decimal.h"

#include "base/text.h"
#include "engine/dotnet/number_format.h"
#include "engine/dotnet/number_parse.h"
#include "engine/dotnet/number_rows.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kDecimalDefinition;

namespace {

using decimal::Rounding;

Decimal* zero(Run& run) { return decimal::make(run, 0, 0, false); }

// ---- making --------------------------------------------------------------------------------------------------------------

Decimal* from_int(Run& run, std::int32_t value) { return decimal::from_int64(run, value); }
Decimal* from_uint(Run& run, std::uint32_t value) { return decimal::from_uint64(run, value); }
Decimal* from_parts(Run& run, std::int32_t low, std::int32_t middle, std::int32_t high, bool is_negative, std::uint8_t scale) {
  if (scale > 28) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Decimal's scale value must be between 0 and 28, inclusive.",
                              "scale");
  }
  const Magnitude magnitude = (Magnitude{static_cast<std::uint32_t>(high)} << 64) |
                              (Magnitude{static_cast<std::uint32_t>(middle)} << 32) | static_cast<std::uint32_t>(low);
  return decimal::make(run, magnitude, scale, is_negative);
}
Decimal* from_bits(Run& run, Array* bits) {
  if (bits == nullptr) return run.raise_null("bits");
  if (bits->length == 4) {
    const auto flags = static_cast<std::uint32_t>(bits->items[3].integer);
    const std::uint32_t scale = (flags >> 16) & 0xFF;
    if ((flags & 0x7F00FFFF) == 0 && scale <= 28) {
      return from_parts(run, static_cast<std::int32_t>(bits->items[0].integer), static_cast<std::int32_t>(bits->items[1].integer),
                        static_cast<std::int32_t>(bits->items[2].integer), (flags >> 31) != 0, static_cast<std::uint8_t>(scale));
    }
  }
  return run.raise(Known::kArgumentException,
                   "Decimal constructor requires an array or span of four valid decimal bytes.");
}
Array* get_bits(Run& run, Decimal* d, const CallSite& site) {
  Array* bits = run.array(*site.result, 4);
  if (bits == nullptr) return nullptr;
  const std::uint32_t flags = (std::uint32_t{d->scale} << 16) | (d->is_negative ? 0x80000000U : 0U);
  bits->items[0] = Slot::of(static_cast<std::int32_t>(d->low));
  bits->items[1] = Slot::of(static_cast<std::int32_t>(d->middle));
  bits->items[2] = Slot::of(static_cast<std::int32_t>(d->high));
  bits->items[3] = Slot::of(static_cast<std::int32_t>(flags));
  return bits;
}

// ---- text ----------------------------------------------------------------------------------------------------------------

String* text(Run& run, Decimal* self) { return decimal_text(run, self); }
String* text_in_culture(Run& run, Decimal* self, Object*) { return decimal_text(run, self); }
String* formatted(Run& run, Decimal* self, String* format, const CallSite& site) {
  return format_decimal(run, self, format_at(site, format));
}
String* formatted_in_culture(Run& run, Decimal* self, String* format, Object*, const CallSite& site) {
  return formatted(run, self, format, site);
}

Decimal* parse_styled(Run& run, String* text, std::int32_t style) {
  if (text == nullptr) return run.raise_null("s");
  if (!check_real_style(run, style) || !run.spend(1 + text->size / 16)) return nullptr;
  auto* value = zero(run);
  switch (parse_decimal(text->view(), style, *value)) {
    case Parsed::kGood:
      return value;
    case Parsed::kBadFormat:
      return raise_bad_number(run, text->view());
    case Parsed::kOverflow:
      break;
  }
  return run.raise(Known::kOverflowException, "Value was either too large or too small for a Decimal.");
}
Decimal* parse(Run& run, String* s) { return parse_styled(run, s, number_styles::kNumber); }
Decimal* parse_in_culture(Run& run, String* s, Object*) { return parse(run, s); }
Decimal* parse_styled_in_culture(Run& run, String* s, std::int32_t style, Object*) { return parse_styled(run, s, style); }
bool try_parse_styled(Run& run, String* text, std::int32_t style, Object*, Slot* result) {
  *result = Slot::of_object(zero(run));
  if (!check_real_style(run, style) || text == nullptr) return false;
  auto* value = zero(run);
  if (parse_decimal(text->view(), style, *value) != Parsed::kGood) return false;
  *result = Slot::of_object(value);
  return true;
}
bool try_parse(Run& run, String* s, Slot* result) { return try_parse_styled(run, s, number_styles::kNumber, nullptr, result); }
bool try_parse_in_culture(Run& run, String* s, Object*, Slot* result) { return try_parse(run, s, result); }

// ---- order ---------------------------------------------------------------------------------------------------------------

bool equals_same(Decimal* self, Decimal* other) { return decimal::compare(self, other) == 0; }
bool equals_object(Decimal* self, Object* other) {
  return other != nullptr && other->type->is(Known::kDecimal) && equals_same(self, static_cast<Decimal*>(other));
}
std::int32_t compare_same(Decimal* self, Decimal* other) { return decimal::compare(self, other); }
std::int32_t compare_object(Run& run, Decimal* self, Object* other) {
  if (other == nullptr) return 1;
  if (!other->type->is(Known::kDecimal)) return run.raise(Known::kArgumentException, "Object must be of type Decimal.");
  return decimal::compare(self, static_cast<Decimal*>(other));
}
// Equal values have equal hashes, whatever their scale.
std::int32_t hash_of(Decimal* self) {
  Magnitude digits = decimal::magnitude(self);
  std::int32_t scale = self->scale;
  while (scale > 0 && digits % 10 == 0) {
    digits /= 10;
    --scale;
  }
  if (digits == 0) return 0;
  const auto folded = static_cast<std::uint32_t>(digits) ^ static_cast<std::uint32_t>(digits >> 32) ^ static_cast<std::uint32_t>(digits >> 64);
  return static_cast<std::int32_t>(folded ^ (static_cast<std::uint32_t>(scale) << 16) ^ (self->is_negative ? 0x80000000U : 0U));
}
std::int32_t type_code(Decimal*) { return 15; }

// ---- arithmetic by name --------------------------------------------------------------------------------------------------

Decimal* add(Run& run, Decimal* a, Decimal* b) { return decimal::add(run, a, b); }
Decimal* subtract(Run& run, Decimal* a, Decimal* b) { return decimal::subtract(run, a, b); }
Decimal* multiply(Run& run, Decimal* a, Decimal* b) { return decimal::multiply(run, a, b); }
Decimal* divide(Run& run, Decimal* a, Decimal* b) { return decimal::divide(run, a, b); }
Decimal* remainder(Run& run, Decimal* a, Decimal* b) { return decimal::remainder(run, a, b); }
Decimal* negate(Run& run, Decimal* a) { return decimal::negate(run, a); }
std::int32_t compare(Decimal* a, Decimal* b) { return decimal::compare(a, b); }
Decimal* absolute(Run& run, Decimal* a) { return decimal::make(run, decimal::magnitude(a), a->scale, false); }
Decimal* max(Decimal* x, Decimal* y) { return decimal::compare(x, y) >= 0 ? x : y; }
Decimal* min(Decimal* x, Decimal* y) { return decimal::compare(x, y) < 0 ? x : y; }
Decimal* floor(Run& run, Decimal* d) { return decimal::round(run, d, 0, Rounding::kToNegativeInfinity); }
Decimal* ceiling(Run& run, Decimal* d) { return decimal::round(run, d, 0, Rounding::kToPositiveInfinity); }
Decimal* truncate(Run& run, Decimal* d) { return decimal::round(run, d, 0, Rounding::kToZero); }
Decimal* round_places_as(Run& run, Decimal* d, std::int32_t places, std::int32_t mode) { return decimal::round_checked(run, d, places, mode); }
Decimal* round_places(Run& run, Decimal* d, std::int32_t places) { return round_places_as(run, d, places, 0); }
Decimal* round_as(Run& run, Decimal* d, std::int32_t mode) { return round_places_as(run, d, 0, mode); }
Decimal* round_whole(Run& run, Decimal* d) { return round_places_as(run, d, 0, 0); }
std::uint8_t scale_of(Decimal* d) { return d->scale; }

template <typename T, Known kType>
T to_integer(Run& run, Decimal* d) {
  return static_cast<T>(decimal::to_integer(run, d, kType));
}
double to_double(Decimal* d) { return decimal::to_double(d); }
float to_single(Decimal* d) { return decimal::to_float(d); }

// ---- operations ----------------------------------------------------------------------------------------------------------

Decimal* self_of(Slot slot) { return static_cast<Decimal*>(slot.object); }
String* decimal_to_string(Run& run, const Type&, Slot self) { return decimal_text(run, self_of(self)); }
String* decimal_format(Run& run, const Type&, Slot self, String* format) {
  return format_decimal(run, self_of(self), number_format_of(format));
}
bool decimal_equals(Run&, const Type&, Slot a, Slot b) { return decimal::compare(self_of(a), self_of(b)) == 0; }
std::int32_t decimal_hash(Run&, const Type&, Slot self) { return hash_of(self_of(self)); }
std::int32_t decimal_compare(Run&, const Type&, Slot a, Slot b) { return decimal::compare(self_of(a), self_of(b)); }
Object* decimal_zero(Run& run, const Type&) { return zero(run); }

constexpr TypeOperations kOperations{.to_string = &decimal_to_string,
                                     .format = &decimal_format,
                                     .equals = &decimal_equals,
                                     .hash = &decimal_hash,
                                     .compare = &decimal_compare,
                                     .zero = &decimal_zero};
constexpr std::uint8_t kSafe = kPure | kNoRaise;

// Whole ten-thousandths.
Decimal* from_currency(Run& run, std::int64_t value) {
  const bool is_negative = value < 0;
  Magnitude digits = is_negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::int32_t scale = 4;
  for (; digits != 0 && scale > 0 && digits % 10 == 0; --scale) digits /= 10;
  return decimal::make(run, digits, scale, is_negative);
}
std::int64_t to_currency(Run& run, Decimal* value) {
  const Decimal* rounded = decimal::round(run, value, 4, decimal::Rounding::kToEven);
  const Magnitude most = static_cast<Magnitude>(INT64_MAX) / 10000;
  Magnitude whole = decimal::magnitude(rounded);
  for (std::int32_t i = rounded->scale; i > 4; --i) whole /= 10;  // only zeros, after rounding
  const bool is_near = whole / 10000 <= most * 10000;
  for (std::int32_t i = rounded->scale; is_near && i < 4; ++i) whole *= 10;
  const Magnitude limit = static_cast<Magnitude>(INT64_MAX) + (rounded->is_negative ? 1 : 0);
  if (!is_near || whole > limit) {
    return run.raise(Known::kOverflowException, "Value was either too large or too small for a Currency.");
  }
  const auto bits = static_cast<std::uint64_t>(whole);
  return static_cast<std::int64_t>(rounded->is_negative ? 0 - bits : bits);
}

constexpr Member kMembers[] = {
    constructor<&from_int>("new Decimal(int value)").with(kSafe),
    constructor<&from_uint>("new Decimal(uint value)").with(kSafe),
    constructor<&decimal::from_int64>("new Decimal(long value)").with(kSafe),
    constructor<&decimal::from_uint64>("new Decimal(ulong value)").with(kSafe),
    constructor<&decimal::from_float>("new Decimal(float value)").with(kPure),
    constructor<&decimal::from_double>("new Decimal(double value)").with(kPure),
    constructor<&from_parts>("new Decimal(int lo, int mid, int hi, bool isNegative, byte scale)").with(kPure),
    constructor<&from_bits>("new Decimal(int[] bits)"),
    constant("const decimal Zero", "0"),
    constant("const decimal One", "1"),
    constant("const decimal MinusOne", "-1"),
    constant("const decimal MaxValue", "79228162514264337593543950335"),
    constant("const decimal MinValue", "-79228162514264337593543950335"),
    property<&scale_of>("byte Scale { get; }").with(kSafe),
    method<&parse>("static decimal Parse(string s)").with(kPure),
    method<&parse_styled>("static decimal Parse(string s, NumberStyles style)").with(kPure),
    method<&parse_in_culture>("static decimal Parse(string s, IFormatProvider provider)"),
    method<&parse_styled_in_culture>("static decimal Parse(string s, NumberStyles style, IFormatProvider provider)"),
    method<&try_parse>("static bool TryParse(string s, out decimal result)"),
    method<&try_parse_in_culture>("static bool TryParse(string s, IFormatProvider provider, out decimal result)"),
    method<&try_parse_styled>("static bool TryParse(string s, NumberStyles style, IFormatProvider provider, out decimal result)"),
    method<&text>("string ToString()").with(kSafe),
    method<&text_in_culture>("string ToString(IFormatProvider provider)").with(kNoRaise),
    method<&formatted>("string ToString(string format)").with(kPure).prepared_by(&prepare_number_format),
    method<&formatted_in_culture>("string ToString(string format, IFormatProvider provider)").prepared_by(&prepare_number_format),
    method<&equals_same>("bool Equals(decimal value)").with(kSafe),
    method<&equals_object>("bool Equals(object value)").with(kNoRaise),
    method<&equals_same>("static bool Equals(decimal d1, decimal d2)").with(kSafe),
    method<&compare_same>("int CompareTo(decimal value)").with(kSafe),
    method<&compare_object>("int CompareTo(object value)"),
    method<&hash_of>("int GetHashCode()").with(kSafe),
    method<&type_code>("TypeCode GetTypeCode()").with(kSafe),
    method<&from_currency>("static decimal FromOACurrency(long cy)").with(kSafe),
    method<&to_currency>("static long ToOACurrency(decimal value)").with(kPure),
    method<&compare>("static int Compare(decimal d1, decimal d2)").with(kSafe),
    method<&add>("static decimal Add(decimal d1, decimal d2)").with(kPure),
    method<&subtract>("static decimal Subtract(decimal d1, decimal d2)").with(kPure),
    method<&multiply>("static decimal Multiply(decimal d1, decimal d2)").with(kPure),
    method<&divide>("static decimal Divide(decimal d1, decimal d2)").with(kPure),
    method<&remainder>("static decimal Remainder(decimal d1, decimal d2)").with(kPure),
    method<&negate>("static decimal Negate(decimal d)").with(kSafe),
    method<&absolute>("static decimal Abs(decimal value)").with(kSafe),
    method<&max>("static decimal Max(decimal x, decimal y)").with(kSafe),
    method<&min>("static decimal Min(decimal x, decimal y)").with(kSafe),
    method<&floor>("static decimal Floor(decimal d)").with(kSafe),
    method<&ceiling>("static decimal Ceiling(decimal d)").with(kSafe),
    method<&truncate>("static decimal Truncate(decimal d)").with(kSafe),
    method<&round_whole>("static decimal Round(decimal d)").with(kPure),
    method<&round_places>("static decimal Round(decimal d, int decimals)").with(kPure),
    method<&round_as>("static decimal Round(decimal d, MidpointRounding mode)").with(kPure),
    method<&round_places_as>("static decimal Round(decimal d, int decimals, MidpointRounding mode)").with(kPure),
    method<&get_bits>("static int[] GetBits(decimal d)"),
    method<&to_integer<std::uint8_t, Known::kByte>>("static byte ToByte(decimal value)").with(kPure),
    method<&to_integer<std::int8_t, Known::kSByte>>("static sbyte ToSByte(decimal value)").with(kPure),
    method<&to_integer<std::int16_t, Known::kInt16>>("static short ToInt16(decimal value)").with(kPure),
    method<&to_integer<std::uint16_t, Known::kUInt16>>("static ushort ToUInt16(decimal value)").with(kPure),
    method<&to_integer<std::int32_t, Known::kInt32>>("static int ToInt32(decimal d)").with(kPure),
    method<&to_integer<std::uint32_t, Known::kUInt32>>("static uint ToUInt32(decimal d)").with(kPure),
    method<&to_integer<std::int64_t, Known::kInt64>>("static long ToInt64(decimal d)").with(kPure),
    method<&to_integer<std::uint64_t, Known::kUInt64>>("static ulong ToUInt64(decimal d)").with(kPure),
    method<&to_double>("static double ToDouble(decimal d)").with(kSafe),
    method<&to_single>("static float ToSingle(decimal d)").with(kSafe),
};

}  // namespace

const TypeDefinition kDecimalDefinition{
    .declaration = "struct System.Decimal : IComparable, IComparable<decimal>, IConvertible, IEquatable<decimal>, IFormattable",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kReference};

}  // namespace portcullis
