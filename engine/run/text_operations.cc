#include "engine/run/text_operations.h"

#include <cstring>

#include "base/utf.h"

namespace portcullis {

namespace {

const String* part_at(const Slot* parts, std::uint32_t index) { return static_cast<const String*>(parts[index].object); }

// A seam where halves of a surrogate pair may meet. Rare enough to leave the whole work to Run::concat.
bool may_join_pair(const String* a, const String* b) {
  return static_cast<unsigned char>(a->data[a->size - 1]) >= 0x80 && b->data[0] == '\xED';
}

String* concat_one_by_one(Run& run, const Slot* parts, std::uint32_t count) {
  String* text = run.empty_string();
  for (std::uint32_t i = 0; i < count && text != nullptr; ++i) text = run.concat(text, static_cast<String*>(parts[i].object));
  return text;
}

}  // namespace

String* concat_all(Run& run, const Slot* parts, std::uint32_t count) {
  std::uint64_t size = 0;
  std::uint64_t counted = 0;
  const String* first = nullptr;
  const String* last = nullptr;
  std::uint32_t filled = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const String* part = part_at(parts, i);
    if (part == nullptr || part->size == 0) continue;
    if (last != nullptr && may_join_pair(last, part)) [[unlikely]] return concat_one_by_one(run, parts, count);
    if (first == nullptr) first = part;
    last = part;
    size += part->size;
    // A text that nobody counted makes the sum run over.
    counted += part->counted_length_utf16 == String::kNotCounted ? std::uint64_t{1} << 32 : part->counted_length_utf16;
    ++filled;
  }
  if (filled == 0) return run.empty_string();
  if (filled == 1) return const_cast<String*>(first);
  const std::uint32_t length = counted < String::kNotCounted ? static_cast<std::uint32_t>(counted) : String::kNotCounted;
  const std::uint64_t more = size - first->size;
  char* start;
  char* out;
  if (size < 0x7FFFFFC7 && more < run.arena.remaining() && run.arena.extend_text(first->data + first->size, more)) {
    start = const_cast<char*>(first->data);
    out = start + first->size;
  } else {
    start = run.text(size);
    if (start == nullptr) return {};
    std::memcpy(start, first->data, first->size);
    out = start + first->size;
  }
  bool skipped_first = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const String* part = part_at(parts, i);
    if (part == nullptr || part->size == 0) continue;
    if (!skipped_first) {
      skipped_first = true;
      continue;
    }
    std::memcpy(out, part->data, part->size);
    out += part->size;
  }
  return run.view({start, static_cast<std::size_t>(size)}, length);
}

String* pad(Run& run, String* text, std::int64_t alignment) {
  if (text == nullptr) text = run.empty_string();
  const std::uint64_t width = static_cast<std::uint64_t>(alignment < 0 ? -alignment : alignment);
  const std::uint32_t length = text->length_utf16();
  if (length >= width) return text;
  const std::uint64_t fill = width - length;
  char* start = run.text(text->size + fill);
  if (start == nullptr) return {};
  std::memset(alignment < 0 ? start + text->size : start, ' ', fill);
  std::memcpy(alignment < 0 ? start : start + fill, text->data, text->size);
  return run.view({start, static_cast<std::size_t>(text->size + fill)}, static_cast<std::uint32_t>(width));
}

std::int64_t char_at(Run& run, const String& text, std::int64_t index_utf16) {
  if (index_utf16 < 0 || index_utf16 >= text.length_utf16()) {
    return run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array.");
  }
  if (index_utf16 < text.ascii_prefix || text.is_ascii()) return static_cast<unsigned char>(text.data[index_utf16]);
  const auto index = static_cast<std::uint32_t>(index_utf16);
  Run::TextCursor& cursor = run.text_cursor;
  if (cursor.text != &text || cursor.unit > index) cursor = {&text, text.ascii_prefix, text.ascii_prefix};
  bool in_pair = false;
  const std::size_t at = cursor.offset + utf16_offset(text.view().substr(cursor.offset), index - cursor.unit, &in_pair);
  cursor = {&text, in_pair ? index - 1 : index, static_cast<std::uint32_t>(at)};
  const char32_t code = decode_utf8(text.view(), at).code;
  if (code < 0x10000) return static_cast<std::int64_t>(code);
  return in_pair ? 0xDC00 + static_cast<std::int64_t>((code - 0x10000) & 0x3FF)
                 : 0xD800 + static_cast<std::int64_t>((code - 0x10000) >> 10);
}

bool next_char(const String& text, Slot& state, Slot& current) {
  if (state.integer < 0) {
    const auto at = static_cast<std::size_t>(~state.integer);
    const Decoded decoded = decode_utf8(text.view(), at);
    current = Slot::of(0xDC00 + static_cast<std::int64_t>((decoded.code - 0x10000) & 0x3FF));
    state.integer = static_cast<std::int64_t>(at + decoded.length);
    return true;
  }
  const auto at = static_cast<std::size_t>(state.integer);
  if (at >= text.size) return false;
  const auto byte = static_cast<unsigned char>(text.data[at]);
  if (byte < 0x80) {
    current = Slot::of(byte);
    ++state.integer;
    return true;
  }
  const Decoded decoded = decode_utf8(text.view(), at);
  if (decoded.code >= 0x10000) {
    current = Slot::of(0xD800 + static_cast<std::int64_t>((decoded.code - 0x10000) >> 10));
    state.integer = ~state.integer;
  } else {
    current = Slot::of(static_cast<std::int64_t>(decoded.code));
    state.integer += decoded.length;
  }
  return true;
}

bool equal_text(const String* a, const String* b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->size != b->size) return false;
  return std::memcmp(a->data, b->data, a->size) == 0;
}

}  // namespace portcullis
