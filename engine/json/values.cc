// What a JValue holds: its text, its String, when two are equal, and `ToString()`.
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "base/utf.h"
#include "engine/json/boxed.h"
#include "engine/json/json.h"
#include "engine/json/tree_index.h"

namespace portcullis {
namespace {

char32_t hex_at(std::string_view text, std::size_t at) {
  char32_t value = 0;
  std::from_chars(text.data() + at, text.data() + at + 4, reinterpret_cast<std::uint32_t&>(value), 16);
  return value;
}

// `at` is behind `\u`. Halves of pairs that stand alone become U+FFFD, as Newtonsoft reads them.
char32_t decode_unicode_escape(std::string_view text, std::size_t& at) {
  const char32_t first = hex_at(text, at);
  at += 4;
  if (!is_surrogate(first)) return first;
  if (is_low_surrogate(first) || at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0xFFFD;
  const char32_t second = hex_at(text, at + 2);
  if (!is_low_surrogate(second)) return 0xFFFD;
  at += 6;
  return combine_surrogates(first, second);
}

char decode_short_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

}  // namespace

std::string_view decode_json_string(Arena& arena, std::string_view escaped) {
  char* out = arena.text(escaped.size());  // an escape is never shorter than what it stands for
  std::size_t size = 0;
  for (std::size_t at = 0; at < escaped.size();) {
    const std::size_t next = std::min(escaped.find('\\', at), escaped.size());
    std::memcpy(out + size, escaped.data() + at, next - at);
    size += next - at;
    if (next == escaped.size()) break;
    at = next + 2;
    if (escaped[next + 1] == 'u') {
      size += encode_utf8(out + size, decode_unicode_escape(escaped, at));
    } else {
      out[size++] = decode_short_escape(escaped[next + 1]);
    }
  }
  if (arena.extend_text(out + escaped.size(), 0)) arena.shrink_text(escaped.size() - size);
  return {out, size};
}

std::string_view text_of(const JValue& value, Arena& arena) {
  if (value.content == JContent::kText) return value.view();
  if (value.content == JContent::kEscaped) return decode_json_string(arena, value.view());
  return {};
}

String* string_of(Run& run, JValue* value) {
  if (value->content == JContent::kEscaped) {
    // The source's form is not kept: the writer would have to escape again only if nobody had asked.
    const std::string_view text = decode_json_string(run.arena, value->view());
    value->content = JContent::kText;
    value->text = text.data();
    value->size = static_cast<std::uint32_t>(text.size());
    value->flags = kJNoFlags;
  }
  if (value->content != JContent::kText) return nullptr;
  if (value->value.object == nullptr) value->value = Slot::of_object(run.view(value->view()));
  return static_cast<String*>(value->value.object);
}

Slot unboxed(Object* object) {
  return object->type->is_reference() ? Slot::of_object(object) : static_cast<Box*>(object)->value;
}

namespace {

bool is_unsigned_long(const Object* object) { return object->type->known == Known::kUInt64; }

// -1, 0, 1 by value where both are plain, else by text and size.
bool equal_integers(Run& run, JValue* a, JValue* b) {
  std::int64_t left = 0;
  std::int64_t right = 0;
  const bool plain_left = integer_of(run, a, left);
  const bool plain_right = integer_of(run, b, right);
  if (plain_left != plain_right) return false;
  if (plain_left) return left == right;
  String* x = token_to_string(run, a);
  String* y = token_to_string(run, b);
  return x != nullptr && y != nullptr && x->view() == y->view();
}

bool equal_objects(Run& run, JValue* a, JValue* b) {
  if (a->content != JContent::kObject || b->content != JContent::kObject) return false;
  Object* x = a->value.object;
  Object* y = b->value.object;
  if (x->type != y->type) return false;
  if (a->kind == JTokenType::kBytes) return static_cast<ByteArray*>(x)->view() == static_cast<ByteArray*>(y)->view();
  return equals(run, *x->type, unboxed(x), unboxed(y));
}

}  // namespace

bool integer_of(Run& run, JValue* value, std::int64_t& out) {
  resolve_number(run.arena, *value);
  if (value->content == JContent::kInteger || value->content == JContent::kBoolean) {
    out = value->value.integer;
    return true;
  }
  if (value->content != JContent::kObject || value->kind != JTokenType::kInteger) return false;
  Object* object = value->value.object;
  if (object->type->storage != Storage::kInteger) return false;
  out = static_cast<Box*>(object)->value.integer;
  return !is_unsigned_long(object) || out >= 0;
}

double number_of(Run& run, JValue* value) {
  if (value->content != JContent::kObject) return real_of(run.arena, *value);
  Object* object = value->value.object;
  switch (object->type->storage) {
    case Storage::kDouble: return static_cast<Box*>(object)->value.real;
    case Storage::kFloat: return static_cast<double>(static_cast<Box*>(object)->value.single);
    case Storage::kInteger:
      return is_unsigned_long(object) ? static_cast<double>(static_cast<std::uint64_t>(static_cast<Box*>(object)->value.integer))
                                      : static_cast<double>(static_cast<Box*>(object)->value.integer);
    case Storage::kReference: break;
  }
  // Decimal and BigInteger: their text is exact enough.
  String* text = to_string(run, *object->type, Slot::of_object(object));
  double real = 0;
  if (text != nullptr) std::from_chars(text->data, text->data + text->size, real);
  return real;
}

bool values_equal(Run& run, JValue* a, JValue* b) {
  if (a == b) return true;
  if (a->kind != b->kind) return false;
  const bool null_left = a->content == JContent::kNull;
  const bool null_right = b->content == JContent::kNull;
  if (null_left || null_right) return null_left && null_right;
  switch (a->kind) {
    case JTokenType::kInteger:
      return equal_integers(run, a, b);
    case JTokenType::kFloat: {
      const double left = number_of(run, a);
      const double right = number_of(run, b);
      return left == right || (left != left && right != right);
    }
    case JTokenType::kBoolean:
      return a->value.integer == b->value.integer;
    case JTokenType::kDate:
      if (a->content == JContent::kDate && b->content == JContent::kDate) return (a->value.integer << 2) == (b->value.integer << 2);
      return equal_objects(run, a, b);
    case JTokenType::kString:
    case JTokenType::kComment:
    case JTokenType::kRaw:
      return text_of(*a, run.arena) == text_of(*b, run.arena);
    default:
      return equal_objects(run, a, b);
  }
}

namespace {

// DateTime.ToString() of the invariant culture, from the ISO form.
String* date_text(Run& run, std::int64_t date_time) {
  char iso[40];
  write_json_date(iso, date_time);
  char* out = run.arena.text(19);
  std::memcpy(out, iso + 5, 2);
  out[2] = '/';
  std::memcpy(out + 3, iso + 8, 2);
  out[5] = '/';
  std::memcpy(out + 6, iso, 4);
  out[10] = ' ';
  std::memcpy(out + 11, iso + 11, 8);
  return run.view({out, 19}, 19);
}

String* double_text(Run& run, double value) {
  char text[40];
  std::size_t size = write_json_double(text, value);
  if (size > 2 && text[size - 1] == '0' && text[size - 2] == '.') size -= 2;
  return run.string({text, size});
}

}  // namespace

String* token_to_string(Run& run, JToken* token) {
  if (token->is_container()) return write_json(run, token, Formatting::kIndented);
  JValue* value = static_cast<JValue*>(token);
  switch (value->content) {
    case JContent::kNull:
      return run.empty_string();
    case JContent::kText:
    case JContent::kEscaped:
      return string_of(run, value);
    case JContent::kNumberText:
      if ((value->flags & kJCanonical) != 0 && value->kind == JTokenType::kInteger) return run.view(value->view(), value->size);
      resolve_number(run.arena, *value);
      return token_to_string(run, value);
    case JContent::kBigInteger:
      return run.view(value->view(), value->size);
    case JContent::kInteger: {
      char text[24];
      const auto end = std::to_chars(text, text + sizeof text, value->value.integer).ptr;
      return run.string({text, static_cast<std::size_t>(end - text)});
    }
    case JContent::kReal:
      return double_text(run, value->value.real);
    case JContent::kBoolean:
      return run.view(value->value.integer != 0 ? "True" : "False");
    case JContent::kDate:
      return date_text(run, value->value.integer);
    case JContent::kObject:
      return to_string(run, *value->value.object->type, unboxed(value->value.object));
  }
  return nullptr;
}

}  // namespace portcullis
