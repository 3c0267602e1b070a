// Convert from `object`: by the run-time type.
#include "engine/dotnet/convert_number.h"

#include "base/utf.h"
#include "engine/dotnet/date_arithmetic.h"
#include "engine/dotnet/date_parse.h"
#include "engine/dotnet/jconvert.h"
#include "engine/json/token.h"
#include "engine/unicode/category.h"

namespace portcullis::convert {

bool bool_of_text(Run& run, const String* text) {
  // White space and null characters around are ignored.
  std::string_view word = text->view();
  while (!word.empty()) {
    const Decoded first = decode_utf8(word, 0);
    if (first.code != 0 && !is_white_space(first.code)) break;
    word.remove_prefix(first.length);
  }
  while (!word.empty()) {
    std::size_t last = word.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(word[last]) & 0xC0U) == 0x80U) --last;
    const char32_t code = decode_utf8(word, last).code;
    if (code != 0 && !is_white_space(code)) break;
    word = word.substr(0, last);
  }
  if (equals_ignoring_ascii_case(word, "True")) return true;
  if (equals_ignoring_ascii_case(word, "False")) return false;
  return run.raise(Known::kFormatException, joined("String '", text->view(), "' was not recognized as a valid Boolean."));
}

namespace {

template <typename From>
bool give(Run& run, From value, Known target, Slot& out) {
  switch (target) {
    case Known::kBoolean:
      out = to_slot<bool>(to<bool>(run, value));
      break;
    case Known::kChar:
      out = to_slot<char16_t>(to<char16_t>(run, value));
      break;
    case Known::kSByte:
      out = to_slot<std::int8_t>(to<std::int8_t>(run, value));
      break;
    case Known::kByte:
      out = to_slot<std::uint8_t>(to<std::uint8_t>(run, value));
      break;
    case Known::kInt16:
      out = to_slot<std::int16_t>(to<std::int16_t>(run, value));
      break;
    case Known::kUInt16:
      out = to_slot<std::uint16_t>(to<std::uint16_t>(run, value));
      break;
    case Known::kInt32:
      out = to_slot<std::int32_t>(to<std::int32_t>(run, value));
      break;
    case Known::kUInt32:
      out = to_slot<std::uint32_t>(to<std::uint32_t>(run, value));
      break;
    case Known::kInt64:
      out = to_slot<std::int64_t>(to<std::int64_t>(run, value));
      break;
    case Known::kUInt64:
      out = to_slot<std::uint64_t>(to<std::uint64_t>(run, value));
      break;
    case Known::kSingle:
      out = to_slot<float>(to<float>(run, value));
      break;
    case Known::kDouble:
      out = to_slot<double>(to<double>(run, value));
      break;
    case Known::kDecimal:
      out = to_slot<Decimal*>(to<Decimal*>(run, value));
      break;
    default:
      raise_bad_cast(run, kFacts<From>.name, "DateTime");
      break;
  }
  return !run.failed();
}

bool give_date(Run& run, DateTime value, Known target, Slot& out) {
  if (target != Known::kDateTime) return give(run, value, target, out);
  out = value.to_slot();
  return true;
}

bool give_text(Run& run, String* text, Known target, Slot& out) {
  if (target != Known::kDateTime) return give(run, text, target, out);
  ReadDate read;
  if (!dates::read(run, text, nullptr, 0, dates::Reading::kFree, read)) return false;
  DateTime value;
  if (!to_date_time(read, 0, value)) return raise_bad_date(run, text->view(), {DateMistake::Kind::kOutOfRange});
  out = value.to_slot();
  return true;
}

Raised raise_not_convertible(Run& run, const Object* value) {
  return run.raise(Known::kInvalidCastException,
                   joined("Unable to cast object of type '", full_name(*value->type), "' to type 'System.IConvertible'."));
}

// What null gives: zero; for char it is U+0000, for DateTime the smallest.
bool give_null(Run& run, Known target, Slot& out) {
  out = target == Known::kString ? Slot::of_object(run.empty_string()) : run.zero(run.type(target));
  return true;
}

}  // namespace

bool object_to(Run& run, Object* value, Known target, Slot& out) {
  if (value == nullptr) return give_null(run, target, out);
  const Type& type = *value->type;
  if (target == Known::kString) {
    String* text = to_text(run, type, type.is_reference() ? Slot::of_object(value) : static_cast<Box*>(value)->value);
    out = Slot::of_object(text);
    return text != nullptr;
  }
  if (type.is(Known::kString)) return give_text(run, static_cast<String*>(value), target, out);
  if (type.is(Known::kDecimal)) return give(run, static_cast<Decimal*>(value), target, out);
  if (type.is(Known::kJValue)) return cast_token(run, static_cast<JToken*>(value), target, false, out);
  if (type.is_reference()) return raise_not_convertible(run, value);
  const Slot slot = static_cast<Box*>(value)->value;
  switch (type.kind == TypeKind::kEnum ? type.element->known : type.known) {
    case Known::kBoolean:
      return give(run, slot.integer != 0, target, out);
    case Known::kChar:
      return give(run, from_slot<char16_t>(slot), target, out);
    case Known::kSByte:
      return give(run, from_slot<std::int8_t>(slot), target, out);
    case Known::kByte:
      return give(run, from_slot<std::uint8_t>(slot), target, out);
    case Known::kInt16:
      return give(run, from_slot<std::int16_t>(slot), target, out);
    case Known::kUInt16:
      return give(run, from_slot<std::uint16_t>(slot), target, out);
    case Known::kInt32:
      return give(run, from_slot<std::int32_t>(slot), target, out);
    case Known::kUInt32:
      return give(run, from_slot<std::uint32_t>(slot), target, out);
    case Known::kInt64:
      return give(run, slot.integer, target, out);
    case Known::kUInt64:
      return give(run, static_cast<std::uint64_t>(slot.integer), target, out);
    case Known::kSingle:
      return give(run, slot.single, target, out);
    case Known::kDouble:
      return give(run, slot.real, target, out);
    case Known::kDateTime:
      return give_date(run, DateTime::from_slot(slot), target, out);
    default:
      return raise_not_convertible(run, value);
  }
}

}  // namespace portcullis::convert
