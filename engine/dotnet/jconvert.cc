// Tokens to .NET values one at a time: casts and Value<T>(). Whole trees are in jdeserialize.cc.
#include "engine/dotnet/jconvert.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "engine/dotnet/jlibrary.h"
#include "engine/json/boxed.h"

namespace portcullis {
namespace {

struct Target {
  Known type;
  std::string_view name;       // in "Can not convert X to Name."
  std::string_view described;  // in overflow messages
  std::int64_t least;
  std::int64_t greatest;
};

constexpr Target kIntegers[] = {
    {Known::kSByte, "SByte", "a signed byte", -128, 127},
    {Known::kByte, "Byte", "an unsigned byte", 0, 255},
    {Known::kInt16, "Int16", "an Int16", -32768, 32767},
    {Known::kUInt16, "UInt16", "a UInt16", 0, 65535},
    {Known::kInt32, "Int32", "an Int32", -2147483648LL, 2147483647},
    {Known::kUInt32, "UInt32", "a UInt32", 0, 4294967295LL},
    {Known::kInt64, "Int64", "an Int64", INT64_MIN, INT64_MAX},
    {Known::kUInt64, "UInt64", "a UInt64", 0, INT64_MAX},
    {Known::kChar, "Char", "a character", 0, 65535},
};

const Target* integer_target(Known type) {
  for (const Target& target : kIntegers) {
    if (target.type == type) return &target;
  }
  return nullptr;
}

bool raise_overflow(Run& run, const Target& target) {
  run.raise(Known::kOverflowException, joined("Value was either too large or too small for ", target.described, "."));
  return false;
}

bool raise_format(Run& run, std::string_view text) {
  run.raise(Known::kFormatException, joined("The input string '", text, "' was not in a correct format."));
  return false;
}

bool fit(Run& run, const Target& target, std::int64_t value, Slot& out) {
  if (value < target.least || value > target.greatest) return raise_overflow(run, target);
  out = Slot::of(value);
  return true;
}

// Convert.ToInt32(double) and its like: half to even.
bool fit(Run& run, const Target& target, double value, Slot& out) {
  const double rounded = std::nearbyint(value);
  const bool is_long = target.type == Known::kInt64 || target.type == Known::kUInt64;
  const double limit = target.type == Known::kUInt64 ? 18446744073709551616.0 : is_long ? 9223372036854775808.0 : 0;
  if (is_long) {
    const double least = target.type == Known::kUInt64 ? 0 : -limit;
    if (!(rounded >= least && rounded < limit)) return raise_overflow(run, target);
    out = target.type == Known::kUInt64 ? Slot::of(static_cast<std::int64_t>(static_cast<std::uint64_t>(rounded))) : Slot::of(static_cast<std::int64_t>(rounded));
    return true;
  }
  if (!(rounded >= static_cast<double>(target.least) && rounded <= static_cast<double>(target.greatest))) return raise_overflow(run, target);
  out = Slot::of(static_cast<std::int64_t>(rounded));
  return true;
}

// NumberStyles.Integer: white space around, a sign.
bool parse_integer(Run& run, const Target& target, std::string_view whole, Slot& out) {
  std::string_view text = trim_ascii(whole);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return raise_format(run, whole);
  std::uint64_t bits = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (result.ec == std::errc::result_out_of_range) return raise_overflow(run, target);
  if (target.type == Known::kUInt64) {
    if (negative && bits != 0) return raise_overflow(run, target);
    out = Slot::of(static_cast<std::int64_t>(bits));
    return true;
  }
  const std::uint64_t limit = negative ? std::uint64_t{1} << 63 : static_cast<std::uint64_t>(INT64_MAX);
  if (bits > limit) return raise_overflow(run, target);
  return fit(run, target, static_cast<std::int64_t>(negative ? 0 - bits : bits), out);
}

bool is_text(const JValue& value) {
  return value.kind == JTokenType::kString || value.kind == JTokenType::kComment || value.kind == JTokenType::kRaw;
}

bool to_integer(Run& run, JValue* value, const Target& target, Slot& out) {
  if (is_text(*value)) {
    String* text = string_of(run, value);
    if (text == nullptr) return true;  // a null string converts to 0
    if (target.type == Known::kChar) {
      if (text->length_utf16() != 1) {
        run.raise(Known::kFormatException, "String must be exactly one character long.");
        return false;
      }
      Slot found{};
      if (!call_convert(run, "ToChar", Known::kString, Slot::of_object(text), found)) return false;
      out = found;
      return true;
    }
    return parse_integer(run, target, text->view(), out);
  }
  std::int64_t integer = 0;
  if (integer_of(run, value, integer)) return fit(run, target, integer, out);
  if (value->content == JContent::kBigInteger) return parse_integer(run, target, value->view(), out);
  if (value->content == JContent::kObject && value->value.object->type->is(Known::kUInt64) && target.type == Known::kUInt64) {
    out = static_cast<Box*>(value->value.object)->value;
    return true;
  }
  return fit(run, target, number_of(run, value), out);
}

bool parse_double(Run& run, String* whole, double& out) {
  std::string_view text = trim_ascii(whole->view());
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool plain = !text.empty() && text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
  if (plain) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
    if (result.ptr == text.data() + text.size() && result.ec == std::errc{}) return true;
  }
  // Groups, infinities, mistakes: as double.Parse has it.
  Slot parsed{};
  if (!parse_text(run, Known::kDouble, whole, parsed)) return false;
  out = parsed.real;
  return true;
}

bool to_double(Run& run, JValue* value, double& out) {
  if (is_text(*value)) {
    String* text = string_of(run, value);
    out = 0;
    return text == nullptr || parse_double(run, text, out);
  }
  if (value->kind == JTokenType::kBoolean) {
    out = static_cast<double>(value->value.integer);
    return true;
  }
  out = number_of(run, value);
  return !run.failed();
}

bool parse_boolean(Run& run, String* whole, Slot& out) {
  const std::string_view text = trim_ascii(whole->view());
  const bool is_true = equals_ignoring_ascii_case(text, "true");
  if (!is_true && !equals_ignoring_ascii_case(text, "false")) {
    run.raise(Known::kFormatException, joined("String '", whole->view(), "' was not recognized as a valid Boolean."));
    return false;
  }
  out = Slot::of(is_true ? 1 : 0);
  return true;
}

bool to_boolean(Run& run, JValue* value, Slot& out) {
  if (is_text(*value)) {
    String* text = string_of(run, value);
    return text == nullptr || parse_boolean(run, text, out);
  }
  double number = 0;
  if (!to_double(run, value, number)) return false;
  out = Slot::of(number != 0 ? 1 : 0);
  return true;
}

bool to_decimal(Run& run, JValue* value, Slot& out) {
  if (value->content == JContent::kObject && value->value.object->type->is(Known::kDecimal)) {
    out = value->value;
    return true;
  }
  if (is_text(*value)) {
    String* text = string_of(run, value);
    if (text == nullptr) return call_convert(run, "ToDecimal", Known::kInt64, Slot::of(0), out);
    return parse_text(run, Known::kDecimal, text, out);
  }
  std::int64_t integer = 0;
  if (integer_of(run, value, integer)) return call_convert(run, "ToDecimal", Known::kInt64, Slot::of(integer), out);
  if (value->content == JContent::kBigInteger) return parse_text(run, Known::kDecimal, run.view(value->view()), out);
  return call_convert(run, "ToDecimal", Known::kDouble, Slot::of_real(number_of(run, value)), out);
}

bool to_date(Run& run, JValue* value, Slot& out) {
  if (value->content == JContent::kDate) {
    out = value->value;
    return true;
  }
  if (value->content == JContent::kObject) {
    return call_member(run, run.type(Known::kDateTimeOffset), "DateTime", {}, {value->value}, out);
  }
  String* text = string_of(run, value);
  return text == nullptr || parse_text(run, Known::kDateTime, text, out);
}

bool to_date_offset(Run& run, JValue* value, Slot& out) {
  if (value->content == JContent::kObject) {
    out = value->value;
    return true;
  }
  const Type& type = run.type(Known::kDateTimeOffset);
  if (value->content == JContent::kDate) return call_member(run, type, ".ctor", {&run.type(Known::kDateTime)}, {value->value}, out);
  String* text = string_of(run, value);
  return text != nullptr && parse_text(run, Known::kDateTimeOffset, text, out);
}

bool is_boxed(const JValue& value, Known type) { return value.content == JContent::kObject && value.value.object->type->is(type); }

// Guid, TimeSpan, Uri: the object itself or its text.
bool to_parsed(Run& run, JValue* value, Known type, Slot& out) {
  if (is_boxed(*value, type)) {
    out = unboxed(value->value.object);
    return true;
  }
  String* text = string_of(run, value);
  if (text == nullptr) {
    out = run.zero(run.type(type));
    return !run.failed();
  }
  if (type == Known::kUri) return call_member(run, run.type(type), ".ctor", {&run.type(Known::kString)}, {Slot::of_object(text)}, out);
  return parse_text(run, type, text, out);
}

bool to_bytes(Run& run, JValue* value, Slot& out) {
  if (value->kind == JTokenType::kBytes) {
    out = value->value;
    return true;
  }
  String* text = string_of(run, value);
  return text == nullptr || call_convert(run, "FromBase64String", Known::kString, Slot::of_object(text), out);
}

String* to_cast_string(Run& run, JValue* value) {
  if (value->content == JContent::kNull) return nullptr;
  if (value->kind != JTokenType::kBytes) return token_to_string(run, value);
  JsonWriter writer(run, Formatting::kNone, 64);
  if (!writer.bytes(static_cast<ByteArray*>(value->value.object)->view())) return nullptr;
  const String* quoted = writer.finish();
  return run.view(quoted->view().substr(1, quoted->size - 2));
}

constexpr std::uint32_t bit(JTokenType kind) { return 1U << static_cast<unsigned>(kind); }
constexpr std::uint32_t kTexts = bit(JTokenType::kString) | bit(JTokenType::kComment) | bit(JTokenType::kRaw);
constexpr std::uint32_t kNumbers = kTexts | bit(JTokenType::kInteger) | bit(JTokenType::kFloat);
constexpr std::uint32_t kNothing = bit(JTokenType::kNull) | bit(JTokenType::kUndefined);

struct CastFacts {
  std::string_view name;
  std::uint32_t kinds;
};

CastFacts cast_facts(Known to) {
  switch (to) {
    case Known::kString:
      return {"String", kNumbers | bit(JTokenType::kDate) | bit(JTokenType::kBoolean) | bit(JTokenType::kBytes) | bit(JTokenType::kGuid) |
                            bit(JTokenType::kTimeSpan) | bit(JTokenType::kUri)};
    case Known::kBoolean: return {"Boolean", kNumbers | bit(JTokenType::kBoolean)};
    case Known::kDouble: return {"Double", kNumbers | bit(JTokenType::kBoolean)};
    case Known::kSingle: return {"Single", kNumbers | bit(JTokenType::kBoolean)};
    case Known::kDecimal: return {"Decimal", kNumbers | bit(JTokenType::kBoolean)};
    case Known::kDateTime: return {"DateTime", kTexts | bit(JTokenType::kDate)};
    case Known::kDateTimeOffset: return {"DateTimeOffset", kTexts | bit(JTokenType::kDate)};
    case Known::kGuid: return {"Guid", kTexts | bit(JTokenType::kGuid) | bit(JTokenType::kBytes)};
    case Known::kTimeSpan: return {"TimeSpan", kTexts | bit(JTokenType::kTimeSpan)};
    case Known::kUri: return {"Uri", kTexts | bit(JTokenType::kUri)};
    case Known::kArray: return {"byte array", kTexts | bit(JTokenType::kBytes)};
    case Known::kChar: return {"Char", kNumbers};
    default: {
      const Target* target = integer_target(to);
      return {target == nullptr ? std::string_view{} : target->name, kNumbers | bit(JTokenType::kBoolean)};
    }
  }
}

bool cast_plain(Run& run, JValue* value, Known to, Slot& out) {
  if (const Target* target = integer_target(to); target != nullptr) return to_integer(run, value, *target, out);
  switch (to) {
    case Known::kString:
      out = Slot::of_object(to_cast_string(run, value));
      return !run.failed();
    case Known::kBoolean:
      return to_boolean(run, value, out);
    case Known::kDouble:
    case Known::kSingle: {
      double number = 0;
      if (!to_double(run, value, number)) return false;
      out = to == Known::kDouble ? Slot::of_real(number) : Slot::of_single(static_cast<float>(number));
      return true;
    }
    case Known::kDecimal:
      return to_decimal(run, value, out);
    case Known::kDateTime:
      return to_date(run, value, out);
    case Known::kDateTimeOffset:
      return to_date_offset(run, value, out);
    case Known::kArray:
      return to_bytes(run, value, out);
    default:
      return to_parsed(run, value, to, out);
  }
}

}  // namespace

bool cast_token(Run& run, JToken* token, Known to, bool nullable, Slot& out) {
  out = Slot{};
  const bool may_be_null = nullable || to == Known::kString || to == Known::kUri || to == Known::kArray;
  if (token == nullptr) {
    if (!may_be_null) run.raise_null("value");
    return may_be_null;
  }
  if (JProperty* property = as_property(token); property != nullptr) token = property->value;
  const CastFacts facts = cast_facts(to);
  const std::uint32_t kinds = facts.kinds | (may_be_null && to != Known::kArray ? kNothing : 0);
  JValue* value = as_value(token);
  if (value == nullptr || (kinds & bit(value->kind)) == 0) {
    run.raise(Known::kArgumentException, joined("Can not convert ", name_of(token->kind), " to ", facts.name, "."));
    return false;
  }
  if (value->content == JContent::kNull && may_be_null) return true;
  Slot plain{};
  if (!cast_plain(run, value, to, plain)) return false;
  out = nullable ? Slot::of_object(run.box(run.type(to), plain)) : plain;
  return true;
}

// ---- JValue.Value --------------------------------------------------------------------------------------------------------

Object* value_object(Run& run, JValue* value) {
  resolve_number(run.arena, *value);
  switch (value->content) {
    case JContent::kNull:
      return nullptr;
    case JContent::kText:
    case JContent::kEscaped:
    case JContent::kNumberText:
      return string_of(run, value);
    case JContent::kBigInteger: {
      Slot parsed{};
      if (!parse_text(run, Known::kBigInteger, run.view(value->view()), parsed)) return nullptr;
      return parsed.object;
    }
    case JContent::kInteger:
      return run.box_raw(run.type(Known::kInt64), value->value);
    case JContent::kReal:
      return run.box_raw(run.type(Known::kDouble), value->value);
    case JContent::kBoolean:
      return run.box_raw(run.type(Known::kBoolean), value->value);
    case JContent::kDate:
      return run.box_raw(run.type(Known::kDateTime), value->value);
    case JContent::kObject:
      return value->value.object;
  }
  return nullptr;
}

// ---- Value<T>() ----------------------------------------------------------------------------------------------------------
namespace {

std::string_view type_name_of_value(JValue* value) {
  switch (value->kind) {
    case JTokenType::kBoolean: return "System.Boolean";
    case JTokenType::kInteger: return "System.Int64";
    case JTokenType::kFloat: return "System.Double";
    case JTokenType::kDate: return "System.DateTime";
    default: return "System.String";
  }
}

Raised raise_invalid_cast(Run& run, JValue* value, const Type& to) {
  const std::string from = value->content == JContent::kObject ? full_name(*value->value.object->type) : std::string(type_name_of_value(value));
  const auto strip = [](std::string_view name) { return name.starts_with("System.") && name.rfind('.') == 6 ? name.substr(7) : name; };
  const std::string target = full_name(to);
  if (value->kind == JTokenType::kGuid || value->kind == JTokenType::kUri || value->kind == JTokenType::kBytes || value->kind == JTokenType::kTimeSpan) {
    return run.raise(Known::kInvalidCastException, "Object must implement IConvertible.");
  }
  if (value->kind == JTokenType::kString) return run.raise(Known::kInvalidCastException, joined("Invalid cast from '", from, "' to '", target, "'."));
  return run.raise(Known::kInvalidCastException, joined("Invalid cast from '", strip(from), "' to '", strip(target), "'."));
}

// Which conversions Convert.ChangeType knows for the value; everything else is an invalid cast.
bool changes_to(const JValue& value, Known to) {
  const bool is_number = integer_target(to) != nullptr || to == Known::kDouble || to == Known::kSingle || to == Known::kDecimal;
  switch (value.kind) {
    case JTokenType::kInteger:
      return is_number || to == Known::kBoolean || to == Known::kString;
    case JTokenType::kFloat:
      return (is_number && to != Known::kChar) || to == Known::kBoolean || to == Known::kString;
    case JTokenType::kBoolean:
      return (is_number && to != Known::kChar) || to == Known::kBoolean || to == Known::kString;
    case JTokenType::kDate:
      return (to == Known::kDateTime || to == Known::kString) && value.content == JContent::kDate;
    case JTokenType::kString:
    case JTokenType::kRaw:
    case JTokenType::kComment:
      return is_number || to == Known::kBoolean || to == Known::kString || to == Known::kDateTime;
    default:
      return false;
  }
}

bool holds_already(Run& run, JValue* value, const Type& to, Slot& out) {
  // Without boxing for what matters most.
  if (to.is(Known::kString) && is_text(*value)) {
    out = Slot::of_object(string_of(run, value));
    return true;
  }
  Object* object = nullptr;
  if (to.is(Known::kObject) || !to.is_value_type || value->content == JContent::kObject) object = value_object(run, value);
  if (object == nullptr || !is_instance(object, to)) return false;
  out = unbox(run, object, to);
  return true;
}

}  // namespace

Slot value_as(Run& run, JToken* token, const Type& to) {
  if (token == nullptr) return run.zero(to);
  const bool asks_for_token = !to.is_value_type && !to.is(Known::kIComparable) && !to.is(Known::kIFormattable) && is_instance(token, to);
  if (asks_for_token) return Slot::of_object(token);
  JValue* value = as_value(token);
  if (value == nullptr) {
    return run.raise(Known::kInvalidCastException, joined("Cannot cast ", full_name(*token->type), " to ", full_name(run.type(Known::kJToken)), "."));
  }
  if (value->content == JContent::kNull) {
    if (accepts_null(to)) return {};
    return run.raise(Known::kInvalidCastException, "Null object cannot be converted to a value type.");
  }
  Slot out{};
  if (holds_already(run, value, to, out) || run.failed()) return out;
  const Type& target = underlying(to);
  if (!changes_to(*value, target.known)) return raise_invalid_cast(run, value, target);
  if (!cast_plain(run, value, target.known, out)) return {};
  return is_nullable(to) ? Slot::of_object(run.box(target, out)) : out;
}

}  // namespace portcullis
