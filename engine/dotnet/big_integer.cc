#include "engine/dotnet/big_integer.h"

#include <charconv>
#include <limits>

#include "base/text.h"
#include "engine/dotnet/decimal.h"
#include "engine/dotnet/number_format.h"
#include "engine/dotnet/number_parse.h"
#include "engine/dotnet/number_rows.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kBigIntegerDefinition;

BigInteger* make_big_integer(Run& run, std::string_view text) {
  auto* value = run.make<BigInteger>(Known::kBigInteger);
  value->is_negative = text.starts_with('-');
  if (value->is_negative) text.remove_prefix(1);
  while (text.size() > 1 && text[0] == '0') text.remove_prefix(1);
  if (text == "0") value->is_negative = false;
  value->digits = run.view(text, static_cast<std::uint32_t>(text.size()));
  return value;
}

namespace {

// ---- making --------------------------------------------------------------------------------------------------------------

BigInteger* of_text(Run& run, String* text) { return text == nullptr ? nullptr : make_big_integer(run, text->view()); }
BigInteger* of_int(Run& run, std::int32_t value) { return of_text(run, integer_text(run, std::int64_t{value})); }
BigInteger* of_long(Run& run, std::int64_t value) { return of_text(run, integer_text(run, value)); }
BigInteger* of_ulong(Run& run, std::uint64_t value) { return of_text(run, integer_text(run, value)); }
BigInteger* zero(Run& run) { return make_big_integer(run, "0"); }
BigInteger* one(Run& run) { return make_big_integer(run, "1"); }
BigInteger* minus_one(Run& run) { return make_big_integer(run, "-1"); }

// White space around, a sign, digits.
BigInteger* read(Run& run, std::string_view text) {
  text = trim_ascii(text);
  const bool negative = text.starts_with('-');
  std::string_view digits = text;
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return nullptr;
  return make_big_integer(run, negative ? text : digits);
}
BigInteger* parse(Run& run, String* value) {
  if (value == nullptr) return run.raise_null("value");
  if (!run.spend(1 + value->size / 16)) return nullptr;
  BigInteger* made = read(run, value->view());
  return made != nullptr ? made : raise_bad_number(run, value->view());
}
BigInteger* parse_in_culture(Run& run, String* value, Object*) { return parse(run, value); }
bool try_parse(Run& run, String* value, Slot* result) {
  BigInteger* made = value == nullptr || !run.spend(1 + value->size / 16) ? nullptr : read(run, value->view());
  *result = Slot::of_object(made != nullptr ? made : zero(run));
  return made != nullptr;
}

// ---- text ----------------------------------------------------------------------------------------------------------------

String* text(Run& run, BigInteger* self) {
  if (!self->is_negative) return self->digits;
  return run.concat(run.view("-", 1), self->digits);
}
String* text_in_culture(Run& run, BigInteger* self, Object*) { return text(run, self); }
String* format_as(Run& run, BigInteger* self, const NumberFormat& format) {
  const char letter = ascii_upper(format.letter);
  if (format.is_bad || letter == 'X' || letter == 'B') return raise_bad_number_format(run);
  if (letter == 'R' || ((letter == 'G' || letter == 'D') && format.precision < 1)) return text(run, self);
  const std::string_view plain = self->digits->view();
  const std::uint64_t zeros = letter == 'D' && static_cast<std::uint64_t>(format.precision) > plain.size()
                                  ? static_cast<std::uint64_t>(format.precision) - plain.size()
                                  : 0;
  char* buffer = run.text(plain.size() + zeros + 1);
  if (buffer == nullptr || !run.spend(1 + (plain.size() + zeros) / 16)) return nullptr;
  if (letter == 'D') {
    std::size_t at = 0;
    if (self->is_negative) buffer[at++] = '-';
    for (std::uint64_t i = 0; i < zeros; ++i) buffer[at++] = '0';
    at += plain.copy(buffer + at, plain.size());
    return run.view({buffer, at}, static_cast<std::uint32_t>(at));
  }
  plain.copy(buffer, plain.size());
  Digits digits{.buffer = {buffer, plain.size()}};
  digits.count = plain == "0" ? 0 : static_cast<std::int32_t>(plain.size());
  digits.scale = digits.count;
  digits.is_negative = self->is_negative;
  return format_digits(run, digits, format);
}
String* formatted(Run& run, BigInteger* self, String* format, const CallSite& site) { return format_as(run, self, format_at(site, format)); }
String* formatted_in_culture(Run& run, BigInteger* self, String* format, Object*, const CallSite& site) {
  return formatted(run, self, format, site);
}

// ---- order ---------------------------------------------------------------------------------------------------------------

std::int32_t compare(BigInteger* a, BigInteger* b) {
  if (a->is_negative != b->is_negative) return a->is_negative ? -1 : 1;
  const std::string_view left = a->digits->view();
  const std::string_view right = b->digits->view();
  std::int32_t order = left.size() != right.size() ? (left.size() < right.size() ? -1 : 1) : 0;
  if (order == 0) {
    const int by_digit = left.compare(right);
    order = by_digit < 0 ? -1 : by_digit > 0 ? 1 : 0;
  }
  return a->is_negative ? -order : order;
}
bool equals_same(BigInteger* a, BigInteger* b) { return compare(a, b) == 0; }
bool equals_object(BigInteger* self, Object* other) {
  return other != nullptr && other->type->is(Known::kBigInteger) && equals_same(self, static_cast<BigInteger*>(other));
}
bool differs(BigInteger* a, BigInteger* b) { return compare(a, b) != 0; }
bool is_less(BigInteger* a, BigInteger* b) { return compare(a, b) < 0; }
bool is_greater(BigInteger* a, BigInteger* b) { return compare(a, b) > 0; }
bool is_less_or_equal(BigInteger* a, BigInteger* b) { return compare(a, b) <= 0; }
bool is_greater_or_equal(BigInteger* a, BigInteger* b) { return compare(a, b) >= 0; }
std::int32_t hash_of(BigInteger* self) {
  std::uint32_t hash = self->is_negative ? 1 : 0;
  for (const char c : self->digits->view()) hash = hash * 31 + static_cast<unsigned char>(c);
  return static_cast<std::int32_t>(hash);
}
bool is_zero(BigInteger* self) { return self->digits->view() == "0"; }
bool is_one(BigInteger* self) { return !self->is_negative && self->digits->view() == "1"; }
std::int32_t sign(BigInteger* self) { return self->is_negative ? -1 : is_zero(self) ? 0 : 1; }
bool is_even(BigInteger* self) { return (self->digits->view().back() - '0') % 2 == 0; }
BigInteger* negate(Run& run, BigInteger* self) {
  auto* value = run.make<BigInteger>(Known::kBigInteger);
  value->digits = self->digits;
  value->is_negative = !self->is_negative && !is_zero(self);
  return value;
}
BigInteger* absolute(Run& run, BigInteger* self) { return self->is_negative ? negate(run, self) : self; }

// ---- conversions -----------------------------------------------------------------------------------------------------------

template <typename T>
T to_integer(Run& run, BigInteger* self) {
  using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  Wide value = 0;
  String* all = text(run, self);
  if (all != nullptr && parse_integer(all->view(), number_styles::kInteger, sizeof(T) * 8, value) == Parsed::kGood) {
    return static_cast<T>(value);
  }
  constexpr std::string_view kName = sizeof(T) == 8 ? (std::is_signed_v<T> ? "an Int64" : "a UInt64") : (std::is_signed_v<T> ? "an Int32" : "a UInt32");
  return run.raise(Known::kOverflowException, joined("Value was either too large or too small for ", kName, "."));
}
double to_double(Run& run, BigInteger* self) {
  double value = 0;
  String* all = text(run, self);
  if (all != nullptr) parse_real(all->view(), number_styles::kInteger, value);
  return value;
}
Decimal* to_decimal(Run& run, BigInteger* self) {
  Decimal* value = decimal::make(run, 0, 0, false);
  String* all = text(run, self);
  if (all != nullptr && parse_decimal(all->view(), number_styles::kInteger, *value) == Parsed::kGood) return value;
  return run.raise(Known::kOverflowException, "Value was either too large or too small for a Decimal.");
}

BigInteger* self_of(Slot slot) { return static_cast<BigInteger*>(slot.object); }
String* big_to_string(Run& run, const Type&, Slot self) { return text(run, self_of(self)); }
String* big_format(Run& run, const Type&, Slot self, String* format) { return format_as(run, self_of(self), number_format_of(format)); }
bool big_equals(Run&, const Type&, Slot a, Slot b) { return equals_same(self_of(a), self_of(b)); }
std::int32_t big_hash(Run&, const Type&, Slot self) { return hash_of(self_of(self)); }
std::int32_t big_compare(Run&, const Type&, Slot a, Slot b) { return compare(self_of(a), self_of(b)); }
Object* big_zero(Run& run, const Type&) { return zero(run); }

constexpr TypeOperations kOperations{
    .to_string = &big_to_string, .format = &big_format, .equals = &big_equals, .hash = &big_hash, .compare = &big_compare, .zero = &big_zero};

constexpr Member kMembers[] = {
    constructor<&of_int>("new BigInteger(int value)"),
    constructor<&of_long>("new BigInteger(long value)"),
    constructor<&of_ulong>("new BigInteger(ulong value)"),
    property<&zero>("static BigInteger Zero { get; }"),
    property<&one>("static BigInteger One { get; }"),
    property<&minus_one>("static BigInteger MinusOne { get; }"),
    property<&is_zero>("bool IsZero { get; }"),
    property<&is_one>("bool IsOne { get; }"),
    property<&is_even>("bool IsEven { get; }"),
    property<&sign>("int Sign { get; }"),
    method<&parse>("static BigInteger Parse(string value)"),
    method<&parse_in_culture>("static BigInteger Parse(string value, IFormatProvider provider)"),
    method<&try_parse>("static bool TryParse(string value, out BigInteger result)"),
    method<&negate>("static BigInteger Negate(BigInteger value)"),
    method<&absolute>("static BigInteger Abs(BigInteger value)"),
    method<&text>("string ToString()"),
    method<&text_in_culture>("string ToString(IFormatProvider provider)"),
    method<&formatted>("string ToString(string format)").prepared_by(&prepare_number_format),
    method<&formatted_in_culture>("string ToString(string format, IFormatProvider provider)").prepared_by(&prepare_number_format),
    method<&compare>("int CompareTo(BigInteger other)"),
    method<&compare>("static int Compare(BigInteger left, BigInteger right)"),
    method<&equals_same>("bool Equals(BigInteger other)"),
    method<&equals_object>("bool Equals(object obj)"),
    method<&hash_of>("int GetHashCode()"),
    method<&negate>("static BigInteger operator -(BigInteger value)"),
    method<&equals_same>("static bool operator ==(BigInteger left, BigInteger right)"),
    method<&differs>("static bool operator !=(BigInteger left, BigInteger right)"),
    method<&is_less>("static bool operator <(BigInteger left, BigInteger right)"),
    method<&is_less_or_equal>("static bool operator <=(BigInteger left, BigInteger right)"),
    method<&is_greater>("static bool operator >(BigInteger left, BigInteger right)"),
    method<&is_greater_or_equal>("static bool operator >=(BigInteger left, BigInteger right)"),
    method<&of_int>("static implicit operator BigInteger(int value)"),
    method<&of_long>("static implicit operator BigInteger(long value)"),
    method<&of_ulong>("static implicit operator BigInteger(ulong value)"),
    method<&to_integer<std::int32_t>>("static explicit operator int(BigInteger value)"),
    method<&to_integer<std::uint32_t>>("static explicit operator uint(BigInteger value)"),
    method<&to_integer<std::int64_t>>("static explicit operator long(BigInteger value)"),
    method<&to_integer<std::uint64_t>>("static explicit operator ulong(BigInteger value)"),
    method<&to_double>("static explicit operator double(BigInteger value)"),
    method<&to_decimal>("static explicit operator decimal(BigInteger value)"),
};

}  // namespace

const TypeDefinition kBigIntegerDefinition{
    .declaration = "struct System.Numerics.BigInteger : IComparable, IComparable<BigInteger>, IEquatable<BigInteger>, IFormattable",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kReference};

}  // namespace portcullis
