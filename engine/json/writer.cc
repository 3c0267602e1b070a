// Tree to text. What was read and not changed is copied from the source where it would come out the same.
#include "engine/json/writer.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "engine/json/boxed.h"
#include "engine/json/scan.h"

namespace portcullis {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// At most 6 characters.
std::size_t write_escape(char* out, const char* at, std::uint32_t length) {
  if (length == 0) {  // quote or backslash
    out[0] = '\\';
    out[1] = *at;
    return 2;
  }
  const auto c = static_cast<unsigned char>(*at);
  if (length == 1) {
    const std::size_t named = std::string_view("\b\t\n\f\r").find(*at);
    if (named != std::string_view::npos && c != 0) {
      out[0] = '\\';
      out[1] = "btnfr"[named];
      return 2;
    }
  }
  const unsigned code = length == 1 ? c : length == 2 ? 0x85U : (static_cast<unsigned char>(at[2]) == 0xA8 ? 0x2028U : 0x2029U);
  std::memcpy(out, "\\u", 2);
  for (unsigned i = 0; i < 4; ++i) out[2 + i] = kHex[(code >> (12 - 4 * i)) & 15];
  return 6;
}

/// Calls `put(text)` for stretches and escapes in turn.
template <typename Put>
bool escape(std::string_view text, char quote, Put put) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    const char* stop = json_scan::to_escape(at, end, quote);
    while (stop != end && (static_cast<unsigned char>(*stop) & 0xC0) == 0xC0 && json_scan::escaped_length(stop, end) == 0) {
      stop = json_scan::to_escape(stop + 1, end, quote);
    }
    if (!put(std::string_view(at, static_cast<std::size_t>(stop - at)))) return false;
    if (stop == end) return true;
    char buffer[8];
    const std::uint32_t length = json_scan::escaped_length(stop, end);
    const std::size_t size = write_escape(buffer, stop, length);
    if (!put(std::string_view(buffer, size))) return false;
    at = stop + (length == 0 ? 1 : length);
  }
  return true;
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text, char quote) {
  escape(text, quote, [&out](std::string_view part) {
    out.append(part);
    return true;
  });
}

// ---- pieces --------------------------------------------------------------------------------------------------------------

bool JsonWriter::line() {
  if (!indents_) return true;
  return out_.add('\n') && out_.add(std::size_t{2} * depth_, ' ');
}

bool JsonWriter::start(char c) {
  first_ = true;
  ++depth_;
  return out_.add(c);
}

bool JsonWriter::end(char c) {
  --depth_;
  const bool empty = first_;
  first_ = false;
  return (empty || line()) && out_.add(c);
}

bool JsonWriter::next_item() {
  if (depth_ == 0) return true;
  const bool comma = !first_;
  first_ = false;
  return (!comma || out_.add(',')) && line();
}

bool JsonWriter::string(std::string_view text) {
  if (!out_.reserve(text.size() + 2)) return false;
  out_.put('"');
  return escape(text, '"', [this](std::string_view part) { return out_.add(part); }) && out_.add('"');
}

bool JsonWriter::name(std::string_view name) {
  return string(name) && (indents_ ? out_.add(": ") : out_.add(':'));
}

bool JsonWriter::integer(std::int64_t value) {
  if (!out_.reserve(24)) return false;
  out_.advance(static_cast<std::size_t>(std::to_chars(out_.tip(), out_.tip() + 24, value).ptr - out_.tip()));
  return true;
}

bool JsonWriter::unsigned_integer(std::uint64_t value) {
  if (!out_.reserve(24)) return false;
  out_.advance(static_cast<std::size_t>(std::to_chars(out_.tip(), out_.tip() + 24, value).ptr - out_.tip()));
  return true;
}

// What is no number is written as a string.
bool JsonWriter::real(double value) {
  if (!out_.reserve(36)) return false;
  const bool quotes = !std::isfinite(value);
  if (quotes) out_.put('"');
  out_.advance(write_json_double(out_.tip(), value));
  if (quotes) out_.put('"');
  return true;
}

bool JsonWriter::single(float value) {
  if (!out_.reserve(36)) return false;
  const bool quotes = !std::isfinite(value);
  if (quotes) out_.put('"');
  out_.advance(write_json_single(out_.tip(), value));
  if (quotes) out_.put('"');
  return true;
}

bool JsonWriter::date(std::int64_t date_time) {
  if (!out_.reserve(44)) return false;
  out_.put('"');
  out_.advance(write_json_date(out_.tip(), date_time));
  out_.put('"');
  return true;
}

bool JsonWriter::bytes(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (!out_.reserve(bytes.size() / 3 * 4 + 6)) return false;
  out_.put('"');
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const auto byte = [&](std::size_t at) { return at < left ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i + at])) : 0U; };
    const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    out_.put(kDigits[bits >> 18]);
    out_.put(kDigits[bits >> 12 & 63]);
    out_.put(left > 1 ? kDigits[bits >> 6 & 63] : '=');
    out_.put(left > 2 ? kDigits[bits & 63] : '=');
  }
  out_.put('"');
  return true;
}

bool JsonWriter::boxed(Object* value, bool& known) {
  known = true;
  if (value == nullptr) return null();
  const Type& type = *value->type;
  const Slot slot = unboxed(value);
  switch (type.known) {
    case Known::kString:
      return string(static_cast<String*>(value)->view());
    case Known::kBoolean:
      return boolean(slot.integer != 0);
    case Known::kDouble:
      return real(slot.real);
    case Known::kSingle:
      return single(slot.single);
    case Known::kDateTime:
      return date(slot.integer);
    case Known::kUInt64:
      return unsigned_integer(static_cast<std::uint64_t>(slot.integer));
    case Known::kSByte:
    case Known::kByte:
    case Known::kInt16:
    case Known::kUInt16:
    case Known::kInt32:
    case Known::kUInt32:
    case Known::kInt64:
      return integer(slot.integer);
    case Known::kDecimal: {
      String* text = to_string(run_, type, slot);
      if (text == nullptr || !out_.add(text->view())) return false;
      return text->view().find('.') != std::string_view::npos || out_.add(".0");
    }
    case Known::kBigInteger: {
      String* text = to_string(run_, type, slot);
      return text != nullptr && out_.add(text->view());
    }
    case Known::kDateTimeOffset: {
      String* text = format(run_, type, slot, run_.view("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz"));
      return text != nullptr && string(text->view());
    }
    case Known::kChar:
    case Known::kGuid:
    case Known::kTimeSpan:
    case Known::kUri: {
      String* text = to_string(run_, type, slot);
      return text != nullptr && string(text->view());
    }
    default:
      break;
  }
  if (type.kind == TypeKind::kEnum) return integer(slot.integer);
  if (type.kind == TypeKind::kArray && type.element->known == Known::kByte) return bytes(static_cast<ByteArray*>(value)->view());
  known = false;
  return false;
}

// ---- trees ---------------------------------------------------------------------------------------------------------------

bool JsonWriter::write(const JToken* token, std::uint32_t depth) {
  if (depth == 0) return run_.raise_limit(Limit::kDepth);
  switch (token->kind) {
    case JTokenType::kObject:
      return write_object(*static_cast<const JObject*>(token), depth);
    case JTokenType::kArray:
      return start_array() && write_items(*static_cast<const JArray*>(token), depth) && end_array();
    case JTokenType::kConstructor:
      return out_.add("new ") && out_.add(static_cast<const JConstructor*>(token)->name) && start('(') &&
             write_items(*static_cast<const JConstructor*>(token), depth) && end(')');
    case JTokenType::kProperty:
      return write_member_name(*static_cast<const JProperty*>(token)) && write(static_cast<const JProperty*>(token)->value, depth - 1);
    default:
      return write_value(*static_cast<const JValue*>(token));
  }
}

bool JsonWriter::write_items(const JContainer& container, std::uint32_t depth) {
  for (const JToken* item : container.children()) {
    if (!next_item() || !write(item, depth - 1)) return false;
  }
  return true;
}

bool JsonWriter::write_object(const JObject& object, std::uint32_t depth) {
  if (!start_object()) return false;
  for (std::size_t i = 0; i < object.count; ++i) {
    const JProperty& property = *object.property_at(i);
    if (!next_item() || !write_member_name(property) || !write(property.value, depth - 1)) return false;
  }
  return end_object();
}

bool JsonWriter::write_member_name(const JProperty& property) {
  if ((property.flags & kJQuoted) == 0) return name(property.name());
  // With the quotes around it in the source, in one go.
  if (!out_.reserve(property.name_size + 4)) return false;
  out_.put({property.name_data - 1, property.name_size + 2});
  out_.put(':');
  if (indents_) out_.put(' ');
  return true;
}

bool JsonWriter::write_value(const JValue& value) {
  switch (value.content) {
    case JContent::kNull:
      return value.kind == JTokenType::kUndefined ? out_.add("undefined") : null();
    case JContent::kText:
      if (value.kind == JTokenType::kRaw) return out_.add(value.view());
      if (value.kind == JTokenType::kComment) return out_.add("/*") && out_.add(value.view()) && out_.add("*/");
      [[fallthrough]];
    case JContent::kEscaped:
      if ((value.flags & kJQuoted) != 0) return out_.add({value.text - 1, value.size + std::size_t{2}});
      return string(text_of(value, run_.arena));
    case JContent::kNumberText: {
      if ((value.flags & kJCanonical) != 0) return out_.add(value.view());
      JValue resolved = value;
      resolve_number(run_.arena, resolved);
      return write_value(resolved);
    }
    case JContent::kBigInteger:
      return out_.add(value.view());
    case JContent::kInteger:
      return integer(value.value.integer);
    case JContent::kReal:
      return real(value.value.real);
    case JContent::kBoolean:
      return boolean(value.value.integer != 0);
    case JContent::kDate:
      return date(value.value.integer);
    case JContent::kObject: {
      bool known = false;
      return boxed(value.value.object, known);
    }
  }
  return true;
}

String* write_json(Run& run, const JToken* token, Formatting formatting) {
  JsonWriter writer(run, formatting, 2048);
  if (!writer.token(token)) return nullptr;
  return writer.finish();
}

}  // namespace portcullis
