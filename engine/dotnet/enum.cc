// System.Enum: parsing, names and values, over the EnumValue lists of the definitions. How a value prints is in
// run/kinds.cc.
#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kEnumDefinition;

namespace {

// ---- parsing ------------------------------------------------------------------------------------------------

enum class Mistake { kNone, kEmpty, kUnknown, kOverflow };

struct Range {
  std::int64_t min;
  std::uint64_t max;
  std::string_view name;
};
Range range_of(const Type& type) {
  const Type& number = *type.element;
  if (number.is(Known::kByte)) return {0, 0xFF, "an unsigned byte"};
  if (number.is(Known::kSByte)) return {-0x80, 0x7F, "a signed byte"};
  if (number.is(Known::kInt16)) return {-0x8000, 0x7FFF, "an Int16"};
  if (number.is(Known::kUInt16)) return {0, 0xFFFF, "a UInt16"};
  if (number.is(Known::kUInt32)) return {0, 0xFFFFFFFF, "a UInt32"};
  if (number.is(Known::kInt64)) return {INT64_MIN, INT64_MAX, "an Int64"};
  if (number.is(Known::kUInt64)) return {0, UINT64_MAX, "a UInt64"};
  return {INT32_MIN, INT32_MAX, "an Int32"};
}

Mistake parse_number(const Type& type, std::string_view text, std::int64_t& value) {
  const Range range = range_of(type);
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  std::uint64_t digits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digits);
  if (text.empty() || end != text.data() + text.size()) return Mistake::kUnknown;
  if (error == std::errc::result_out_of_range) return Mistake::kOverflow;
  const std::uint64_t lowest = range.min < 0 ? 0 - static_cast<std::uint64_t>(range.min) : 0;
  if (digits > (negative ? lowest : range.max)) return Mistake::kOverflow;
  value = static_cast<std::int64_t>(negative ? 0 - digits : digits);
  return Mistake::kNone;
}

std::optional<std::int64_t> value_named(std::span<const EnumValue> values, std::string_view name, bool ignore_case) {
  for (const EnumValue& known : values) {
    if (known.name == name || (ignore_case && equals_ignoring_ascii_case(known.name, name))) return known.value;
  }
  return std::nullopt;
}

Mistake parse_text(const Run& run, const Type& type, std::string_view text, bool ignore_case, std::int64_t& value) {
  text = trim_ascii(text);
  if (text.empty()) return Mistake::kEmpty;
  if (is_ascii_digit(text.front()) || text.front() == '-' || text.front() == '+') {
    const Mistake mistake = parse_number(type, text, value);
    if (mistake != Mistake::kUnknown) return mistake;
  }
  value = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const auto one = value_named(run.types.enum_values(type), trim_ascii(text.substr(0, comma)), ignore_case);
    if (!one) return Mistake::kUnknown;
    value |= *one;
    if (comma == std::string_view::npos) return Mistake::kNone;
    text.remove_prefix(comma + 1);
  }
}

Slot parse_as(Run& run, const Type& type, const String* text, bool ignore_case) {
  if (text == nullptr) return run.raise_null("value");
  std::int64_t value = 0;
  switch (parse_text(run, type, text->view(), ignore_case, value)) {
    case Mistake::kNone:
      break;
    case Mistake::kEmpty:
      return run.raise_argument(Known::kArgumentException, "Must specify valid information for parsing in the string.",
                                "value");
    case Mistake::kUnknown:
      return run.raise(Known::kArgumentException, joined("Requested value '", text->view(), "' was not found."));
    case Mistake::kOverflow:
      return run.raise(Known::kOverflowException,
                       joined("Value was either too large or too small for ", range_of(type).name, "."));
  }
  return Slot::of(value);
}

bool try_parse_as(const Run& run, const Type& type, const String* text, bool ignore_case, std::int64_t& value) {
  value = 0;
  if (text != nullptr && parse_text(run, type, text->view(), ignore_case, value) == Mistake::kNone) return true;
  value = 0;
  return false;
}

// Null after raising.
const Type* enum_type(Run& run, const TypeObject* type) {
  if (type == nullptr) return run.raise_null("enumType");
  if (type->value->kind == TypeKind::kEnum) return type->value;
  return run.raise_argument(Known::kArgumentException, "Type provided must be an Enum.", "enumType");
}

const Type* enum_argument(Run& run, const CallSite& site) {
  const Type* type = site.type_arguments[0];
  if (type->kind == TypeKind::kEnum) return type;
  return run.raise_argument(Known::kArgumentException, "Type provided must be an Enum.", "TEnum");
}

Object* parse_case(Run& run, TypeObject* type, String* text, bool ignore_case) {
  const Type* as = enum_type(run, type);
  if (as == nullptr) return nullptr;
  const Slot value = parse_as(run, *as, text, ignore_case);
  return run.failed() ? nullptr : run.box(*as, value);
}
Object* parse(Run& run, TypeObject* type, String* text) { return parse_case(run, type, text, false); }

Slot parse_generic_case(Run& run, String* text, bool ignore_case, const CallSite& site) {
  const Type* as = enum_argument(run, site);
  return as == nullptr ? Slot{} : parse_as(run, *as, text, ignore_case);
}
Slot parse_generic(Run& run, String* text, const CallSite& site) { return parse_generic_case(run, text, false, site); }

bool try_parse_generic_case(Run& run, String* text, bool ignore_case, Slot* result, const CallSite& site) {
  const Type* as = enum_argument(run, site);
  if (as == nullptr) return false;
  std::int64_t value = 0;
  const bool good = try_parse_as(run, *as, text, ignore_case, value);
  *result = Slot::of(value);
  return good;
}
bool try_parse_generic(Run& run, String* text, Slot* result, const CallSite& site) {
  return try_parse_generic_case(run, text, false, result, site);
}

bool try_parse_case(Run& run, TypeObject* type, String* text, bool ignore_case, Slot* result) {
  const Type* as = enum_type(run, type);
  if (as == nullptr) return false;
  std::int64_t value = 0;
  const bool good = try_parse_as(run, *as, text, ignore_case, value);
  *result = Slot::of_object(good ? run.box(*as, Slot::of(value)) : nullptr);
  return good;
}
bool try_parse(Run& run, TypeObject* type, String* text, Slot* result) {
  return try_parse_case(run, type, text, false, result);
}

// ---- names and values ---------------------------------------------------------------------------------------

// .NET lists values as unsigned numbers, smallest first.
std::span<const EnumValue> sorted_values(Run& run, const Type& type) {
  const std::span<EnumValue> values = run.arena.copy(run.types.enum_values(type));
  std::ranges::stable_sort(values, {}, [](const EnumValue& one) { return static_cast<std::uint64_t>(one.value); });
  return values;
}

const EnumValue* value_of(Run& run, const Type& type, std::int64_t value) {
  for (const EnumValue& known : run.types.enum_values(type)) {
    if (known.value == value) return &known;
  }
  return nullptr;
}

Array* names(Run& run, const Type* type) {
  if (type == nullptr) return nullptr;
  const std::span<const EnumValue> values = sorted_values(run, *type);
  Array* result = run.array(run.types.string_array(), values.size());
  for (std::size_t i = 0; result != nullptr && i < values.size(); ++i) {
    result->items[i] = Slot::of_object(run.view(values[i].name));
  }
  return result;
}
Array* get_names(Run& run, TypeObject* type) { return names(run, enum_type(run, type)); }
Array* get_names_generic(Run& run, const CallSite& site) { return names(run, enum_argument(run, site)); }

Array* all_values(Run& run, const Type* type) {
  if (type == nullptr) return nullptr;
  const std::span<const EnumValue> values = sorted_values(run, *type);
  Array* result = run.array(run.types.array_of(*type), values.size());
  for (std::size_t i = 0; result != nullptr && i < values.size(); ++i) result->items[i] = Slot::of(values[i].value);
  return result;
}
Array* get_values(Run& run, TypeObject* type) { return all_values(run, enum_type(run, type)); }
Array* get_values_generic(Run& run, const CallSite& site) { return all_values(run, enum_argument(run, site)); }

// An enum or any integer.
bool read_value(Run& run, const Object* value, std::int64_t& out) {
  if (value == nullptr) {
    run.raise_null("value");
    return false;
  }
  if (value->type->storage != Storage::kInteger) {
    run.raise_argument(Known::kArgumentException,
                       "The value passed in must be an enum base or an underlying type for an enum, such as an Int32.",
                       "value");
    return false;
  }
  out = static_cast<const Box*>(value)->value.integer;
  return true;
}

String* name_of(Run& run, const Type& type, std::int64_t value) {
  const EnumValue* known = value_of(run, type, value);
  return known == nullptr ? nullptr : run.view(known->name);
}
String* get_name(Run& run, TypeObject* type, Object* value) {
  const Type* as = enum_type(run, type);
  std::int64_t number = 0;
  if (as == nullptr || !read_value(run, value, number)) return nullptr;
  return name_of(run, *as, number);
}
String* get_name_generic(Run& run, Slot value, const CallSite& site) {
  const Type* as = enum_argument(run, site);
  return as == nullptr ? nullptr : name_of(run, *as, value.integer);
}

bool is_defined(Run& run, TypeObject* type, Object* value) {
  const Type* as = enum_type(run, type);
  if (as == nullptr) return false;
  if (value != nullptr && value->type->is(Known::kString)) {
    return value_named(run.types.enum_values(*as), static_cast<const String*>(value)->view(), false).has_value();
  }
  std::int64_t number = 0;
  return read_value(run, value, number) && value_of(run, *as, number) != nullptr;
}
bool is_defined_generic(Run& run, Slot value, const CallSite& site) {
  const Type* as = enum_argument(run, site);
  return as != nullptr && value_of(run, *as, value.integer) != nullptr;
}

Object* to_object(Run& run, TypeObject* type, Object* value) {
  const Type* as = enum_type(run, type);
  std::int64_t number = 0;
  if (as == nullptr || !read_value(run, value, number)) return nullptr;
  return run.box(*as, Slot::of(number));
}

String* format_value(Run& run, TypeObject* type, Object* value, String* how) {
  const Type* as = enum_type(run, type);
  std::int64_t number = 0;
  if (as == nullptr || !read_value(run, value, number)) return nullptr;
  if (how == nullptr) return run.raise_null("format");
  return format(run, *as, Slot::of(number), how);
}

TypeObject* underlying_type(Run& run, TypeObject* type) {
  const Type* as = enum_type(run, type);
  if (as == nullptr) return nullptr;
  auto* made = run.make<TypeObject>(Known::kType);
  made->value = as->element;
  return made;
}

// ---- instance -----------------------------------------------------------------------------------------------

String* text_of(Run& run, Object* self) { return to_string(run, run.type(Known::kObject), Slot::of_object(self)); }
String* formatted(Run& run, Object* self, String* how) {
  return format(run, run.type(Known::kObject), Slot::of_object(self), how);
}
String* formatted_in_culture(Run& run, Object* self, String* how, Object*) { return formatted(run, self, how); }
String* text_in_culture(Run& run, Object* self, Object*) { return text_of(run, self); }

bool has_flag(Run& run, Object* self, Object* flag) {
  if (flag == nullptr) return run.raise_null("flag");
  if (flag->type != self->type) {
    return run.raise(Known::kArgumentException,
                     joined("The argument type, '", full_name(*flag->type), "', is not the same as the enum type '",
                            full_name(*self->type), "'."));
  }
  const std::int64_t bits = static_cast<const Box*>(flag)->value.integer;
  return (static_cast<const Box*>(self)->value.integer & bits) == bits;
}

std::int32_t compare_to(Run& run, Object* self, Object* other) {
  if (other == nullptr) return 1;
  if (other->type != self->type) {
    return run.raise(Known::kArgumentException,
                     joined("Object must be the same type as the enum. The type passed in was '",
                            full_name(*other->type), "'; the enum type was '", full_name(*self->type), "'."));
  }
  return compare(run, run.type(Known::kObject), Slot::of_object(self), Slot::of_object(other));
}

constexpr Member kMembers[] = {
    method<&parse>("static object Parse(Type enumType, string value)"),
    method<&parse_case>("static object Parse(Type enumType, string value, bool ignoreCase)"),
    method<&parse_generic>("static TEnum Parse<TEnum>(string value)"),
    method<&parse_generic_case>("static TEnum Parse<TEnum>(string value, bool ignoreCase)"),
    method<&try_parse_generic>("static bool TryParse<TEnum>(string value, out TEnum result)"),
    method<&try_parse_generic_case>("static bool TryParse<TEnum>(string value, bool ignoreCase, out TEnum result)"),
    method<&try_parse>("static bool TryParse(Type enumType, string value, out object result)"),
    method<&try_parse_case>("static bool TryParse(Type enumType, string value, bool ignoreCase, out object result)"),
    method<&get_name>("static string GetName(Type enumType, object value)"),
    method<&get_name_generic>("static string GetName<TEnum>(TEnum value)"),
    method<&get_names>("static string[] GetNames(Type enumType)"),
    method<&get_names_generic>("static string[] GetNames<TEnum>()"),
    method<&get_values>("static Array GetValues(Type enumType)"),
    method<&get_values_generic>("static TEnum[] GetValues<TEnum>()"),
    method<&is_defined>("static bool IsDefined(Type enumType, object value)"),
    method<&is_defined_generic>("static bool IsDefined<TEnum>(TEnum value)"),
    method<&to_object>("static object ToObject(Type enumType, object value)"),
    method<&format_value>("static string Format(Type enumType, object value, string format)"),
    method<&underlying_type>("static Type GetUnderlyingType(Type enumType)"),
    method<&text_of>("string ToString()").with(kNoRaise),
    method<&formatted>("string ToString(string format)"),
    method<&text_in_culture>("string ToString(IFormatProvider provider)").with(kNoRaise),
    method<&formatted_in_culture>("string ToString(string format, IFormatProvider provider)"),
    method<&has_flag>("bool HasFlag(Enum flag)"),
    method<&compare_to>("int CompareTo(object target)"),
};

}  // namespace

const TypeDefinition kEnumDefinition{
    .declaration = "abstract class System.Enum : ValueType, IComparable, IFormattable, IConvertible",
    .members = kMembers};

}  // namespace portcullis
