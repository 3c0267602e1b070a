// System.Convert. source: types.md#9.2
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "engine/dotnet/base64.h"
#include "engine/dotnet/convert_number.h"
#include "engine/dotnet/date_arithmetic.h"
#include "engine/dotnet/date_format.h"
#include "engine/dotnet/number_rows.h"
#include "engine/dotnet/text.h"

namespace portcullis {

extern const TypeDefinition kDBNullDefinition;
Object* make_database_null(Run& run);  // db_null.cc
extern const TypeDefinition kConvertDefinition;
extern const TypeDefinition kBase64FormattingOptionsDefinition;

namespace {

constexpr std::uint8_t kSafe = kPure | kNoRaise;

// ---- to simple values ------------------------------------------------------------------------------------------------------

template <typename To, typename From>
To simple(Run& run, From value) {
  return convert::to<To, From>(run, value);
}
template <typename To>
To of_object(Run& run, Object* value) {
  Slot out{};
  if (!convert::object_to(run, value, convert::kFacts<To>.known, out)) return To{};
  return from_slot<To>(out);
}
template <typename To>
To of_object_in_culture(Run& run, Object* value, Object*) {
  return of_object<To>(run, value);
}
template <typename To>
To of_text_in_culture(Run& run, String* value, Object*) {
  return simple<To, String*>(run, value);
}

bool check_base(Run& run, std::int32_t base, std::string_view parameter) {
  if (base == 2 || base == 8 || base == 10 || base == 16) return true;
  if (parameter.empty()) return run.raise(Known::kArgumentException, "Invalid Base.");
  return run.raise_argument(Known::kArgumentException, "Invalid Base.", parameter);
}
Raised raise_no_digits(Run& run) { return run.raise(Known::kFormatException, "Could not find any recognizable digits."); }
Raised raise_bad_end(Run& run) {
  return run.raise(Known::kFormatException, "Additional non-parsable characters are at the end of the string.");
}

// Digits in `base`; other bases than ten are the bits of the type, without a sign.
template <typename To>
To of_base(Run& run, String* value, std::int32_t base) {
  if (!check_base(run, base, {})) return 0;
  if (value == nullptr) return 0;
  std::string_view text = value->view();
  if (text.empty()) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Index was out of range. Must be non-negative and less than the length of the string.", "startIndex");
  }
  const bool negative = text[0] == '-';
  if (negative && base != 10) return run.raise(Known::kArgumentException, "String cannot contain a minus sign if the base is not 10.");
  if (negative && !std::is_signed_v<To>) return run.raise(Known::kOverflowException, "The string was being parsed as an unsigned number and could not have a negative sign.");
  if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
  if (base == 16 && text.size() > 1 && text[0] == '0' && ascii_lower(text[1]) == 'x') text.remove_prefix(2);
  std::uint64_t bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits, base);
  if (error == std::errc::invalid_argument) return raise_no_digits(run);
  if (end != text.data() + text.size()) return raise_bad_end(run);
  const bool is_ten = base == 10;
  const std::uint64_t all = static_cast<std::uint64_t>(std::numeric_limits<std::make_unsigned_t<To>>::max());
  const std::uint64_t most = is_ten ? static_cast<std::uint64_t>(std::numeric_limits<To>::max()) + (negative ? 1 : 0) : all;
  if (error == std::errc::result_out_of_range || bits > most) return convert::raise_overflow_of(run, convert::kFacts<To>.articled);
  return static_cast<To>(negative ? std::uint64_t{0} - bits : bits);
}

template <typename To, RowText name>
inline constexpr Member kRowsTo[] = {
    method<&of_object<To>>(kDeclared<To, "static $ #(object value)", To, name>),
    method<&of_object_in_culture<To>>(kDeclared<To, "static $ #(object value, IFormatProvider provider)", To, name>),
    method<&simple<To, bool>>(kDeclared<To, "static $ #(@ value)", bool, name>).with(kPure),
    method<&simple<To, char16_t>>(kDeclared<To, "static $ #(@ value)", char16_t, name>).with(kPure),
    method<&simple<To, std::int8_t>>(kDeclared<To, "static $ #(@ value)", std::int8_t, name>).with(kPure),
    method<&simple<To, std::uint8_t>>(kDeclared<To, "static $ #(@ value)", std::uint8_t, name>).with(kPure),
    method<&simple<To, std::int16_t>>(kDeclared<To, "static $ #(@ value)", std::int16_t, name>).with(kPure),
    method<&simple<To, std::uint16_t>>(kDeclared<To, "static $ #(@ value)", std::uint16_t, name>).with(kPure),
    method<&simple<To, std::int32_t>>(kDeclared<To, "static $ #(@ value)", std::int32_t, name>).with(kPure),
    method<&simple<To, std::uint32_t>>(kDeclared<To, "static $ #(@ value)", std::uint32_t, name>).with(kPure),
    method<&simple<To, std::int64_t>>(kDeclared<To, "static $ #(@ value)", std::int64_t, name>).with(kPure),
    method<&simple<To, std::uint64_t>>(kDeclared<To, "static $ #(@ value)", std::uint64_t, name>).with(kPure),
    method<&simple<To, float>>(kDeclared<To, "static $ #(@ value)", float, name>).with(kPure),
    method<&simple<To, double>>(kDeclared<To, "static $ #(@ value)", double, name>).with(kPure),
    method<&simple<To, Decimal*>>(kDeclared<To, "static $ #(@ value)", Decimal*, name>).with(kPure),
    method<&simple<To, String*>>(kDeclared<To, "static $ #(@ value)", String*, name>).with(kPure),
    method<&of_text_in_culture<To>>(kDeclared<To, "static $ #(string value, IFormatProvider provider)", To, name>),
    method<&simple<To, DateTime>>(kDeclared<To, "static $ #(DateTime value)", To, name>).with(kPure),
};
template <typename To, RowText name>
inline constexpr Member kBaseRows[] = {
    method<&of_base<To>>(kDeclared<To, "static $ #(string value, int fromBase)", To, name>).with(kPure),
};

// ---- to DateTime -----------------------------------------------------------------------------------------------------------

DateTime date_of_object(Run& run, Object* value) {
  Slot out{};
  return convert::object_to(run, value, Known::kDateTime, out) ? DateTime::from_slot(out) : DateTime{};
}
DateTime date_of_object_in_culture(Run& run, Object* value, Object*) { return date_of_object(run, value); }
DateTime date_of_text(Run& run, String* value) { return date_of_object(run, value); }
DateTime date_of_text_in_culture(Run& run, String* value, Object*) { return date_of_object(run, value); }
DateTime date_of_date(DateTime value) { return value; }

// ---- to text ---------------------------------------------------------------------------------------------------------------

String* text_of_object(Run& run, Object* value) {
  Slot out{};
  return convert::object_to(run, value, Known::kString, out) ? static_cast<String*>(out.object) : nullptr;
}
template <typename From>
String* text_of(Run& run, From value) {
  if constexpr (std::is_same_v<From, bool>) {
    return value ? run.view("True", 4) : run.view("False", 5);
  } else if constexpr (std::is_same_v<From, char16_t>) {
    return string_of_unit(run, value);
  } else if constexpr (std::is_same_v<From, Decimal*>) {
    return decimal_text(run, value);
  } else if constexpr (std::is_same_v<From, String*>) {
    return value;
  } else if constexpr (std::is_same_v<From, Object*>) {
    return text_of_object(run, value);
  } else if constexpr (std::is_floating_point_v<From>) {
    return real_text(run, value);
  } else if constexpr (std::is_signed_v<From>) {
    return integer_text(run, std::int64_t{value});
  } else {
    return integer_text(run, std::uint64_t{value});
  }
}
template <typename From>
String* text_of_in_culture(Run& run, From value, Object*) {
  return text_of<From>(run, value);
}
String* text_of_date(Run& run, DateTime value) { return format_date(run, Moment::of(value), nullptr); }
String* text_of_date_in_culture(Run& run, DateTime value, Object*) { return text_of_date(run, value); }

template <typename From>
String* text_in_base(Run& run, From value, std::int32_t base) {
  if (!check_base(run, base, "toBase")) return nullptr;
  if (base == 10) return integer_text(run, std::int64_t{value});
  char text[72];
  const auto end = std::to_chars(text, text + sizeof text, static_cast<std::make_unsigned_t<From>>(value), base).ptr;
  return ascii_string(run, {text, static_cast<std::size_t>(end - text)});
}

template <typename From>
inline constexpr Member kTextRows[] = {
    method<&text_of<From>>(kDeclared<From, "static string ToString($ value)">).with(kPure),
    method<&text_of_in_culture<From>>(kDeclared<From, "static string ToString($ value, IFormatProvider provider)">),
};

// ---- Base64, hexadecimal ---------------------------------------------------------------------------------------------------

bool check_part(Run& run, const ByteArray& bytes, std::int32_t offset, std::int32_t length) {
  if (length < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Index was out of range. Must be non-negative and less than the size of the collection.", "length");
  if (offset < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Value must be positive.", "offset");
  if (static_cast<std::uint32_t>(length) > bytes.length || static_cast<std::uint32_t>(offset) > bytes.length - static_cast<std::uint32_t>(length)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Offset and length must refer to a position in the string.", "offset");
  }
  return true;
}
String* base64_part_options(Run& run, ByteArray* bytes, std::int32_t offset, std::int32_t length, std::int32_t options) {
  if (bytes == nullptr) return run.raise_null("inArray");
  if (options < 0 || options > 1) {
    return run.raise_argument(Known::kArgumentException, joined("Illegal enum value: ", options, "."), "options");
  }
  if (!check_part(run, *bytes, offset, length)) return nullptr;
  return to_base64(run, bytes->view().substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length)), options == 1);
}
String* base64(Run& run, ByteArray* bytes) { return bytes == nullptr ? run.raise_null("inArray") : to_base64(run, bytes->view()); }
String* base64_options(Run& run, ByteArray* bytes, std::int32_t options) {
  if (bytes == nullptr) return run.raise_null("inArray");
  return base64_part_options(run, bytes, 0, static_cast<std::int32_t>(bytes->length), options);
}
String* base64_part(Run& run, ByteArray* bytes, std::int32_t offset, std::int32_t length) {
  return base64_part_options(run, bytes, offset, length, 0);
}
ByteArray* of_base64(Run& run, String* text) { return text == nullptr ? run.raise_null("s") : from_base64(run, text->view()); }
ByteArray* of_base64_chars(Run& run, Array* chars, std::int32_t offset, std::int32_t length) {
  if (chars == nullptr) return run.raise_null("inArray");
  if (length < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Index was out of range. Must be non-negative and less than the size of the collection.", "length");
  if (offset < 0) return run.raise_argument(Known::kArgumentOutOfRangeException, "Value must be positive.", "offset");
  if (static_cast<std::uint32_t>(length) > chars->length || static_cast<std::uint32_t>(offset) > chars->length - static_cast<std::uint32_t>(length)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Offset and length must refer to a position in the string.", "offset");
  }
  String* text = string_of_chars(run, *chars, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length));
  return text == nullptr ? nullptr : from_base64(run, text->view());
}

String* hex_part(Run& run, ByteArray* bytes, std::int32_t offset, std::int32_t length) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  if (bytes == nullptr) return run.raise_null("inArray");
  if (!check_part(run, *bytes, offset, length)) return nullptr;
  if (length == 0) return run.empty_string();
  const std::uint64_t size = static_cast<std::uint64_t>(length) * 2;
  if (!run.spend(1 + size / 32)) return nullptr;
  char* out = run.text(size);
  if (out == nullptr) return nullptr;
  for (std::uint64_t i = 0; i < size / 2; ++i) {
    const std::uint8_t byte = bytes->data[static_cast<std::uint64_t>(offset) + i];
    out[2 * i] = kDigits[byte >> 4];
    out[2 * i + 1] = kDigits[byte & 15];
  }
  return run.view({out, size}, static_cast<std::uint32_t>(size));
}
String* hex(Run& run, ByteArray* bytes) {
  return bytes == nullptr ? run.raise_null("inArray") : hex_part(run, bytes, 0, static_cast<std::int32_t>(bytes->length));
}
int hex_digit(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
ByteArray* of_hex(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("s");
  if (text->length_utf16() % 2 != 0) {
    return run.raise(Known::kFormatException, "The input is not a valid hex string as its length is not a multiple of 2.");
  }
  if (!run.spend(1 + text->size / 32)) return nullptr;
  ByteArray* bytes = run.bytes(std::uint64_t{text->size} / 2);
  if (bytes == nullptr) return nullptr;
  for (std::uint32_t i = 0; i + 1 < text->size; i += 2) {
    const int high = hex_digit(text->data[i]);
    const int low = hex_digit(text->data[i + 1]);
    if (high < 0 || low < 0) {
      return run.raise(Known::kFormatException, "The input is not a valid hex string as it contains a non-hex character.");
    }
    bytes->data[i / 2] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return bytes;
}

// ---- ChangeType ------------------------------------------------------------------------------------------------------------

bool is_simple(const Type& type) {
  return type.is(Known::kString) || type.is(Known::kBoolean) || type.is(Known::kDateTime) || is_numeric(type) || type.is(Known::kChar);
}
bool is_convertible(const Type& type) { return is_simple(type) || type.kind == TypeKind::kEnum || type.is(Known::kJValue); }

Object* change_to(Run& run, Object* value, const Type& type) {
  if (value == nullptr) {
    if (type.is_value_type) return run.raise(Known::kInvalidCastException, "Null object cannot be converted to a value type.");
    return nullptr;
  }
  if (!is_convertible(*value->type)) {
    if (value->type == &type) return value;
    return run.raise(Known::kInvalidCastException, "Object must implement IConvertible.");
  }
  if (value->type == &type || type.is(Known::kObject)) return value;
  if (!is_simple(type)) {
    return run.raise(Known::kInvalidCastException, joined("Invalid cast from '", full_name(*value->type), "' to '", full_name(type), "'."));
  }
  Slot out{};
  return convert::object_to(run, value, type.known, out) ? run.box(type, out) : nullptr;
}
Object* change_type(Run& run, Object* value, TypeObject* type) {
  return type == nullptr ? run.raise_null("conversionType") : change_to(run, value, *type->value);
}
Object* change_type_in_culture(Run& run, Object* value, TypeObject* type, Object*) { return change_type(run, value, type); }

struct Code {
  Known known;
  std::int32_t code;
};
constexpr Code kCodes[] = {
    {Known::kBoolean, 3}, {Known::kChar, 4},    {Known::kSByte, 5},   {Known::kByte, 6},     {Known::kInt16, 7},
    {Known::kUInt16, 8},  {Known::kInt32, 9},   {Known::kUInt32, 10}, {Known::kInt64, 11},   {Known::kUInt64, 12},
    {Known::kSingle, 13}, {Known::kDouble, 14}, {Known::kDecimal, 15}, {Known::kDateTime, 16}, {Known::kString, 18},
};
bool is_database_null(Object* value) { return value != nullptr && value->type->definition == &kDBNullDefinition; }
std::int32_t type_code(Object* value) {
  if (value == nullptr) return 0;
  if (is_database_null(value)) return 2;
  const Type& type = value->type->kind == TypeKind::kEnum ? *value->type->element : *value->type;
  for (const Code& code : kCodes) {
    if (type.is(code.known)) return code.code;
  }
  return 1;
}
Object* change_to_code(Run& run, Object* value, std::int32_t type_code) {
  if (value == nullptr && (type_code == 0 || type_code == 1 || type_code == 18)) return nullptr;
  if (type_code == 1) return value;
  for (const Code& code : kCodes) {
    if (code.code == type_code) return change_to(run, value, run.type(code.known));
  }
  return run.raise(Known::kArgumentException, "Unknown TypeCode value.");
}

constexpr Member kOtherRows[] = {
    method<&date_of_object>("static DateTime ToDateTime(object value)"),
    method<&date_of_object_in_culture>("static DateTime ToDateTime(object value, IFormatProvider provider)"),
    method<&date_of_text>("static DateTime ToDateTime(string value)"),
    method<&date_of_text_in_culture>("static DateTime ToDateTime(string value, IFormatProvider provider)"),
    method<&date_of_date>("static DateTime ToDateTime(DateTime value)").with(kSafe),
    method<&text_of_date>("static string ToString(DateTime value)").with(kSafe),
    method<&text_of_date_in_culture>("static string ToString(DateTime value, IFormatProvider provider)").with(kNoRaise),
    method<&text_in_base<std::uint8_t>>("static string ToString(byte value, int toBase)").with(kPure),
    method<&text_in_base<std::int16_t>>("static string ToString(short value, int toBase)").with(kPure),
    method<&text_in_base<std::int32_t>>("static string ToString(int value, int toBase)").with(kPure),
    method<&text_in_base<std::int64_t>>("static string ToString(long value, int toBase)").with(kPure),
    method<&base64>("static string ToBase64String(byte[] inArray)"),
    method<&base64_options>("static string ToBase64String(byte[] inArray, Base64FormattingOptions options)"),
    method<&base64_part>("static string ToBase64String(byte[] inArray, int offset, int length)"),
    method<&base64_part_options>("static string ToBase64String(byte[] inArray, int offset, int length, Base64FormattingOptions options)"),
    method<&of_base64>("static byte[] FromBase64String(string s)"),
    method<&of_base64_chars>("static byte[] FromBase64CharArray(char[] inArray, int offset, int length)"),
    method<&hex>("static string ToHexString(byte[] inArray)"),
    method<&hex_part>("static string ToHexString(byte[] inArray, int offset, int length)"),
    method<&of_hex>("static byte[] FromHexString(string s)"),
    method<&change_type>("static object ChangeType(object value, Type conversionType)"),
    method<&change_type_in_culture>("static object ChangeType(object value, Type conversionType, IFormatProvider provider)"),
    method<&change_to_code>("static object ChangeType(object value, TypeCode typeCode)"),
    method<&type_code>("static TypeCode GetTypeCode(object value)").with(kNoRaise),
    property<&make_database_null>("static object DBNull { get; }").with(kNoRaise | kHidden),
    method<&is_database_null>("static bool IsDBNull(object value)").with(kNoRaise),
};
constexpr EnumValue kBase64Options[] = {{"None", 0}, {"InsertLineBreaks", 1}};

constexpr auto kMembers =
    together(kOtherRows, kRowsTo<bool, "ToBoolean">, kRowsTo<char16_t, "ToChar">, kRowsTo<std::int8_t, "ToSByte">,
             kRowsTo<std::uint8_t, "ToByte">, kRowsTo<std::int16_t, "ToInt16">, kRowsTo<std::uint16_t, "ToUInt16">,
             kRowsTo<std::int32_t, "ToInt32">, kRowsTo<std::uint32_t, "ToUInt32">, kRowsTo<std::int64_t, "ToInt64">,
             kRowsTo<std::uint64_t, "ToUInt64">, kRowsTo<float, "ToSingle">, kRowsTo<double, "ToDouble">,
             kRowsTo<Decimal*, "ToDecimal">, kBaseRows<std::int8_t, "ToSByte">, kBaseRows<std::uint8_t, "ToByte">,
             kBaseRows<std::int16_t, "ToInt16">, kBaseRows<std::uint16_t, "ToUInt16">, kBaseRows<std::int32_t, "ToInt32">,
             kBaseRows<std::uint32_t, "ToUInt32">, kBaseRows<std::int64_t, "ToInt64">, kBaseRows<std::uint64_t, "ToUInt64">,
             kTextRows<Object*>, kTextRows<bool>, kTextRows<char16_t>, kTextRows<std::int8_t>, kTextRows<std::uint8_t>,
             kTextRows<std::int16_t>, kTextRows<std::uint16_t>, kTextRows<std::int32_t>, kTextRows<std::uint32_t>,
             kTextRows<std::int64_t>, kTextRows<std::uint64_t>, kTextRows<float>, kTextRows<double>, kTextRows<Decimal*>,
             kTextRows<String*>);

}  // namespace

const TypeDefinition kConvertDefinition{.declaration = "static class System.Convert", .members = kMembers};
const TypeDefinition kBase64FormattingOptionsDefinition{.declaration = "[flags] enum System.Base64FormattingOptions : int",
                                                        .values = kBase64Options};

}  // namespace portcullis
