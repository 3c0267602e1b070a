// Character classes and references of XML as policy documents use them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/source.h"
#include "base/text.h"

namespace portcullis::xml {

inline Span span_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// Bytes of the white space at `at`: 1, 2 for a no-break space (editors leave them between attributes), 0 for none.
inline std::size_t blank_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const char c = text[at];
  if (c == ' ' || c == '\n' || c == '\r' || c == '\t') return 1;
  return c == '\xC2' && at + 1 < text.size() && text[at + 1] == '\xA0' ? 2 : 0;
}

inline std::size_t skip_blank(std::string_view text, std::size_t at) {
  while (const std::size_t length = blank_at(text, at)) at += length;
  return at;
}

inline bool is_blank(std::string_view text) { return skip_blank(text, 0) == text.size(); }

/// Where `text` begins and ends without white space.
inline Span trimmed_span(std::string_view text) {
  const std::size_t begin = skip_blank(text, 0);
  std::size_t end = text.size();
  while (end > begin) {
    if (blank_at(text, end - 1) == 1) {
      --end;
    } else if (end - begin >= 2 && blank_at(text, end - 2) == 2) {
      end -= 2;
    } else {
      break;
    }
  }
  return span_of(begin, end);
}

inline bool is_name_start(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const char c = text[at];
  return is_ascii_letter(c) || c == '_' || c == ':' ||
         (static_cast<unsigned char>(c) >= 0x80 && blank_at(text, at) == 0);
}

inline bool is_name_character(std::string_view text, std::size_t at) {
  return is_name_start(text, at) ||
         (at < text.size() && (is_ascii_digit(text[at]) || text[at] == '-' || text[at] == '.'));
}

/// One past the name at `at`; `at` itself when none starts there.
inline std::size_t skip_name(std::string_view text, std::size_t at) {
  if (!is_name_start(text, at)) return at;
  while (is_name_character(text, at)) ++at;
  return at;
}

/// True at `@(` and `@{`.
inline bool starts_code(std::string_view text, std::size_t at) {
  return at + 1 < text.size() && text[at] == '@' && (text[at + 1] == '(' || text[at + 1] == '{');
}

/// Offset of the next `@(` or `@{` in `text`, or npos.
inline std::size_t find_code(std::string_view text, std::size_t at = 0) {
  for (at = text.find('@', at); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (starts_code(text, at)) return at;
  }
  return std::string_view::npos;
}

/// What a `&` starts.
struct Reference {
  enum class Kind : std::uint8_t { kNone, kCharacter, kUnknownEntity, kBadNumber };
  Kind kind = Kind::kNone;
  char32_t code = 0;
  std::size_t length = 1;
};
Reference read_reference(std::string_view text, std::size_t at);

/// True when a `&` of `text` starts a reference that stands for a character.
bool has_reference(std::string_view text);

}  // namespace portcullis::xml
