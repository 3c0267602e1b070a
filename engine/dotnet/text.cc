// See text.h. Everything here tries the all-ASCII case first.
#include "engine/dotnet/text.h"

#include <algorithm>

#include "base/utf.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/types/type_table.h"

namespace portcullis {

namespace {

char16_t high_half(char32_t code) { return static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10)); }
char16_t low_half(char32_t code) { return static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF)); }

// Decodes the character at `at`, which storage text guarantees to be well formed up to lone surrogates.
char32_t code_at(std::string_view text, std::size_t at) { return decode_utf8(text, at).code; }

}  // namespace

bool UnitReader::next(char16_t& unit) {
  if (low_ != 0) {
    unit = low_;
    low_ = 0;
    return true;
  }
  if (at_ >= text_.size()) return false;
  const Decoded decoded = decode_utf8(text_, at_);
  at_ += decoded.length;
  if (decoded.code < 0x10000) {
    unit = static_cast<char16_t>(decoded.code);
  } else {
    unit = high_half(decoded.code);
    low_ = low_half(decoded.code);
  }
  return true;
}

char16_t unit_at(const String& text, std::uint32_t index_utf16) {
  if (text.is_ascii()) return static_cast<unsigned char>(text.data[index_utf16]);
  bool in_pair = false;
  const char32_t code = code_at(text.view(), utf16_offset(text.view(), index_utf16, &in_pair));
  if (code < 0x10000) return static_cast<char16_t>(code);
  return in_pair ? low_half(code) : high_half(code);
}

String* substring(Run& run, String* text, std::uint32_t start_utf16, std::uint32_t length_utf16) {
  if (length_utf16 == text->length_utf16()) return text;
  if (length_utf16 == 0) return run.empty_string();
  if (text->is_ascii()) return run.view(text->view().substr(start_utf16, length_utf16), length_utf16);
  bool cut_first = false;
  bool cut_last = false;
  const std::string_view all = text->view();
  const std::size_t begin = utf16_offset(all, start_utf16, &cut_first);
  const std::size_t end = begin + utf16_offset(all.substr(begin), length_utf16 + (cut_first ? 1 : 0), &cut_last);
  if (!cut_first && !cut_last) return run.view(all.substr(begin, end - begin), length_utf16);
  TextBuffer out;
  std::size_t middle = begin;
  if (cut_first) {
    out.append_code(run, low_half(code_at(all, begin)));
    middle += 4;
  }
  if (middle < end) out.append(run, all.substr(middle, end - middle));
  if (cut_last) out.append_code(run, high_half(code_at(all, end)));
  return out.take(run);
}

std::span<char16_t> utf16_units(Run& run, const String& text) {
  const std::uint32_t length = text.length_utf16();
  void* memory = run.arena.try_allocate(std::size_t{length} * sizeof(char16_t), alignof(char16_t));
  if (memory == nullptr) {
    run.raise_limit(Limit::kMemory);
    return {};
  }
  auto* units = static_cast<char16_t*>(memory);
  UnitReader reader(text.view());
  for (std::uint32_t i = 0; i < length && reader.next(units[i]); ++i) {
  }
  return {units, length};
}

String* string_of_units(Run& run, std::span<const char16_t> units) {
  TextBuffer out;
  if (!out.reserve(run, units.size())) return nullptr;
  for (const char16_t unit : units) out.append_code(run, unit);
  return out.take(run);
}

String* string_of_unit(Run& run, char16_t unit) {
  char* start = run.arena.text(4);
  const std::uint32_t size = encode_utf8(start, unit);
  run.arena.shrink_text(4 - size);
  return run.view({start, size}, 1);
}

Array* char_array(Run& run, const String& text, std::uint32_t start_utf16, std::uint32_t length_utf16) {
  Array* array = run.array(run.types.char_array(), length_utf16);
  if (array == nullptr) return nullptr;
  bool in_pair = false;
  const std::size_t offset = text.is_ascii() ? start_utf16 : utf16_offset(text.view(), start_utf16, &in_pair);
  UnitReader reader(text.view().substr(offset));
  char16_t unit = 0;
  if (in_pair) reader.next(unit);
  for (std::uint32_t i = 0; i < length_utf16 && reader.next(unit); ++i) array->items[i] = Slot::of(unit);
  return array;
}

String* string_of_chars(Run& run, const Array& chars, std::uint32_t start, std::uint32_t length) {
  TextBuffer out;
  if (!out.reserve(run, length)) return nullptr;
  for (std::uint32_t i = 0; i < length; ++i)
    out.append_code(run, static_cast<char16_t>(chars.items[start + i].integer));
  return out.take(run);
}

bool is_pair_safe(std::string_view needle) {
  if (needle.size() < 3) return true;
  const auto second = [&](std::size_t at) { return static_cast<unsigned char>(needle[at + 1]); };
  const bool low_first = needle[0] == '\xED' && second(0) >= 0xB0;
  const std::size_t last = needle.size() - 3;
  const bool high_last = needle[last] == '\xED' && second(last) >= 0xA0 && second(last) < 0xB0;
  return !low_first && !high_last;
}

}  // namespace portcullis
