// String members that give a changed copy: Substring, Remove, Insert, Replace, padding, trimming, case, normalisation.
#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/unicode/case.h"
#include "engine/unicode/category.h"
#include "engine/unicode/normalization.h"

namespace portcullis::strings {

namespace {

std::int32_t length_of(const String* text) { return static_cast<std::int32_t>(text->length_utf16()); }

String* part_of(Run& run, String* self, std::int32_t start, std::int32_t count) {
  return substring(run, self, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(count));
}

Raised raise_range(Run& run, std::string_view message, std::string_view parameter) {
  return run.raise_argument(Known::kArgumentOutOfRangeException, message, parameter);
}

constexpr std::string_view kNegativeStart = "StartIndex cannot be less than zero.";
constexpr std::string_view kStartBeyondLength = "startIndex cannot be larger than length of string.";

}  // namespace

// ---- Substring, Remove, Insert ------------------------------------------------------------------------------

String* substring_from(Run& run, String* self, std::int32_t start) {
  if (start < 0) return raise_range(run, kNegativeStart, "startIndex");
  if (start > length_of(self)) return raise_range(run, kStartBeyondLength, "startIndex");
  return part_of(run, self, start, length_of(self) - start);
}

String* substring_of(Run& run, String* self, std::int32_t start, std::int32_t length) {
  if (start < 0) return raise_range(run, kNegativeStart, "startIndex");
  if (start > length_of(self)) return raise_range(run, kStartBeyondLength, "startIndex");
  if (length < 0) return raise_range(run, "Length cannot be less than zero.", "length");
  if (length > length_of(self) - start) {
    return raise_range(run, "Index and length must refer to a location within the string.", "length");
  }
  return part_of(run, self, start, length);
}

String* remove_from(Run& run, String* self, std::int32_t start) {
  if (start < 0) return raise_range(run, kNegativeStart, "startIndex");
  if (start > length_of(self)) return raise_range(run, kStartBeyondLength, "startIndex");
  return part_of(run, self, 0, start);
}

String* remove_range(Run& run, String* self, std::int32_t start, std::int32_t count) {
  if (raise_if_negative(run, start, "startIndex") || raise_if_negative(run, count, "count")) return nullptr;
  if (count > length_of(self) - start) {
    return raise_range(run, "Index and count must refer to a location within the string.", "count");
  }
  if (count == 0) return self;
  String* rest = part_of(run, self, start + count, length_of(self) - start - count);
  if (start == 0) return rest;
  TextBuffer out;
  out.reserve(run, self->size);
  out.append(run, part_of(run, self, 0, start));
  out.append(run, rest);
  return out.take(run);
}

String* insert(Run& run, String* self, std::int32_t start, String* value) {
  if (value == nullptr) return run.raise_null("value");
  if (start < 0 || start > length_of(self)) {
    return raise_out_of_range(run,
                              joined("startIndex ('", static_cast<std::uint32_t>(start),
                                     "') must be less than or equal to '", length_of(self), "'."),
                              "startIndex", static_cast<std::uint32_t>(start));
  }
  if (value->size == 0) return self;
  if (self->size == 0) return value;
  TextBuffer out;
  out.reserve(run, std::uint64_t{self->size} + value->size);
  out.append(run, part_of(run, self, 0, start));
  out.append(run, value);
  out.append(run, part_of(run, self, start, length_of(self) - start));
  return out.take(run);
}

// ---- Replace ------------------------------------------------------------------------------------------------

namespace {

String* replace_bytes(Run& run, String* self, std::string_view old_value, std::string_view new_value) {
  std::string_view rest = self->view();
  TextMatch match = find_ordinal(run, rest, old_value);
  if (!match.found) return self;
  TextBuffer out;
  out.reserve(run, self->size);
  while (match.found) {
    out.append(run, rest.substr(0, match.offset));
    if (!out.append(run, new_value)) return nullptr;
    rest.remove_prefix(match.offset + match.size);
    match = find_ordinal(run, rest, old_value);
  }
  out.append(run, rest);
  return out.take(run);
}

// Where half a pair is to be replaced.
String* replace_units(Run& run, String* self, String* old_value, String* new_value) {
  const auto text = utf16_units(run, *self);
  const auto wanted = utf16_units(run, *old_value);
  if (run.failed()) return nullptr;
  TextBuffer out;
  for (auto at = text.begin(); at != text.end();) {
    const auto found = std::search(at, text.end(), wanted.begin(), wanted.end());
    for (; at != found; ++at) out.append_code(run, *at);
    if (found == text.end()) break;
    out.append(run, new_value);
    at += static_cast<std::ptrdiff_t>(wanted.size());
    if (!run.spend(1)) return nullptr;
  }
  return out.take(run);
}

String* replace_matches(Run& run, String* self, std::string_view old_value, std::string_view new_value,
                        StringComparison comparison) {
  std::string_view rest = self->view();
  TextMatch match = find_first(run, rest, old_value, comparison);
  if (!match.found || match.size == 0) return run.failed() ? nullptr : self;
  TextBuffer out;
  while (match.found && match.size > 0) {
    out.append(run, rest.substr(0, match.offset));
    if (!out.append(run, new_value)) return nullptr;
    rest.remove_prefix(match.offset + match.size);
    match = find_first(run, rest, old_value, comparison);
  }
  out.append(run, rest);
  return out.take(run);
}

// False after raising.
bool check_old_value(Run& run, const String* old_value) {
  if (old_value == nullptr) {
    run.raise_null("oldValue");
    return false;
  }
  if (old_value->size == 0) {
    run.raise_argument(Known::kArgumentException, "String cannot be of zero length.", "oldValue");
    return false;
  }
  return true;
}

}  // namespace

String* replace_char(Run& run, String* self, char16_t old_char, char16_t new_char) {
  if (old_char == new_char) return self;
  return replace(run, self, string_of_unit(run, old_char), string_of_unit(run, new_char));
}

String* replace(Run& run, String* self, String* old_value, String* new_value) {
  if (!check_old_value(run, old_value)) return nullptr;
  if (!is_pair_safe(old_value->view())) return replace_units(run, self, old_value, new_value);
  return replace_bytes(run, self, old_value->view(), new_value == nullptr ? std::string_view{} : new_value->view());
}

String* replace_by(Run& run, String* self, String* old_value, String* new_value, StringComparison comparison) {
  if (!check_old_value(run, old_value) || !check_comparison(run, comparison)) return nullptr;
  if (comparison == StringComparison::kOrdinal) return replace(run, self, old_value, new_value);
  return replace_matches(run, self, old_value->view(), new_value == nullptr ? std::string_view{} : new_value->view(),
                         comparison);
}

String* replace_in_culture(Run& run, String* self, String* old_value, String* new_value, bool ignore_case, Object*) {
  return replace_by(run, self, old_value, new_value,
                    ignore_case ? StringComparison::kInvariantCultureIgnoreCase : StringComparison::kInvariantCulture);
}

String* replace_line_endings(Run& run, String* self) { return replace_line_endings_with(run, self, run.string("\n")); }

String* replace_line_endings_with(Run& run, String* self, String* replacement) {
  if (replacement == nullptr) return run.raise_null("replacementText");
  if (!run.spend(1 + self->size / 8)) return nullptr;
  const std::string_view text = self->view();
  TextBuffer out;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = text[at] == '\n' || text[at] == '\f' ? 1 : 0;
    if (text[at] == '\r') size = text.substr(at).starts_with("\r\n") ? 2 : 1;
    if (text.substr(at).starts_with("\xC2\x85")) size = 2;  // U+0085
    if (text.substr(at).starts_with("\xE2\x80\xA8") || text.substr(at).starts_with("\xE2\x80\xA9"))
      size = 3;  // U+2028, U+2029
    if (size == 0) {
      ++at;
      continue;
    }
    out.append(run, text.substr(copied, at - copied));
    if (!out.append(run, replacement)) return nullptr;
    at += size;
    copied = at;
  }
  if (copied == 0) return self;
  out.append(run, text.substr(copied));
  return out.take(run);
}

// ---- padding and trimming -----------------------------------------------------------------------------------

String* pad_left(Run& run, String* self, std::int32_t width) { return pad_left_with(run, self, width, u' '); }
String* pad_left_with(Run& run, String* self, std::int32_t width, char16_t filler) {
  if (raise_if_negative(run, width, "totalWidth")) return nullptr;
  if (width <= length_of(self)) return self;
  TextBuffer out;
  out.append_repeated(run, filler, static_cast<std::uint64_t>(width - length_of(self)));
  out.append(run, self);
  return out.take(run);
}
String* pad_right(Run& run, String* self, std::int32_t width) { return pad_right_with(run, self, width, u' '); }
String* pad_right_with(Run& run, String* self, std::int32_t width, char16_t filler) {
  if (raise_if_negative(run, width, "totalWidth")) return nullptr;
  if (width <= length_of(self)) return self;
  TextBuffer out;
  out.append(run, self);
  out.append_repeated(run, filler, static_cast<std::uint64_t>(width - length_of(self)));
  return out.take(run);
}

namespace {

struct TrimSet {
  const Array* chars = nullptr;  // null or empty: white space
  char16_t single = 0;
  bool is_single = false;

  [[nodiscard]] bool is_white_space() const { return !is_single && (chars == nullptr || chars->length == 0); }
  [[nodiscard]] bool has(char32_t code) const {
    if (is_single) return code == single;
    if (is_white_space()) return code < 0x80 ? is_ascii_space(static_cast<char>(code)) : portcullis::is_white_space(code);
    return std::any_of(chars->items, chars->items + chars->length,
                       [&](Slot item) { return static_cast<char32_t>(item.integer) == code; });
  }
};

enum Sides { kStart = 1, kEnd = 2, kBoth = 3 };

Decoded decode_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte < 0x80 ? Decoded{byte, 1} : decode_utf8(text, at);
}

String* trim_by(Run& run, String* self, const TrimSet& set, Sides sides) {
  const std::string_view text = self->view();
  std::size_t begin = 0;
  std::size_t end = text.size();
  // What there usually is: ASCII, and white space to take away.
  if (set.is_white_space()) {
    while ((sides & kStart) != 0 && begin < end && is_ascii_space(text[begin])) ++begin;
    while ((sides & kEnd) != 0 && end > begin && is_ascii_space(text[end - 1])) --end;
  }
  while ((sides & kStart) != 0 && begin < end) {
    const Decoded decoded = decode_at(text, begin);
    if (!set.has(decoded.code)) break;
    begin += decoded.length;
  }
  while ((sides & kEnd) != 0 && end > begin) {
    std::size_t last = end - 1;
    while (last > begin && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
    if (!set.has(decode_at(text, last).code)) break;
    end = last;
  }
  if (end - begin == text.size()) return self;
  if (begin == end) return run.empty_string();
  const bool ascii = self->counted_length_utf16 == self->size;
  const std::size_t size = end - begin;
  return run.view(text.substr(begin, size), ascii ? static_cast<std::uint32_t>(size) : String::kNotCounted);
}

TrimSet one(char16_t c) { return {.single = c, .is_single = true}; }

}  // namespace

String* trim(Run& run, String* self) { return trim_by(run, self, {}, kBoth); }
String* trim_char(Run& run, String* self, char16_t c) { return trim_by(run, self, one(c), kBoth); }
String* trim_chars(Run& run, String* self, Array* chars) { return trim_by(run, self, {.chars = chars}, kBoth); }
String* trim_start(Run& run, String* self) { return trim_by(run, self, {}, kStart); }
String* trim_start_char(Run& run, String* self, char16_t c) { return trim_by(run, self, one(c), kStart); }
String* trim_start_chars(Run& run, String* self, Array* chars) { return trim_by(run, self, {.chars = chars}, kStart); }
String* trim_end(Run& run, String* self) { return trim_by(run, self, {}, kEnd); }
String* trim_end_char(Run& run, String* self, char16_t c) { return trim_by(run, self, one(c), kEnd); }
String* trim_end_chars(Run& run, String* self, Array* chars) { return trim_by(run, self, {.chars = chars}, kEnd); }

// ---- case ---------------------------------------------------------------------------------------------------

namespace {

String* map_case(Run& run, String* self, char32_t (*map)(char32_t)) {
  const std::string_view text = self->view();
  std::size_t at = 0;
  while (at < text.size()) {
    const Decoded decoded = decode_utf8(text, at);
    if (map(decoded.code) != decoded.code) break;
    at += decoded.length;
  }
  if (at == text.size()) return self;
  TextBuffer out;
  if (!out.reserve(run, text.size()) || !run.spend(1 + text.size() / 8)) return nullptr;
  out.append(run, text.substr(0, at));
  while (at < text.size()) {
    const Decoded decoded = decode_utf8(text, at);
    out.append_code(run, map(decoded.code));
    at += decoded.length;
  }
  return out.take(run);
}

template <char (*kMap)(char)>
String* map_ascii_case(Run& run, String* self) {
  const char* changed = std::find_if(self->data, self->data + self->size, [](char c) { return kMap(c) != c; });
  if (changed == self->data + self->size) return self;
  char* out = run.text(self->size);
  if (out == nullptr || !run.spend(1 + self->size / 8)) return nullptr;
  std::transform(self->data, self->data + self->size, out, kMap);
  return run.view({out, self->size}, self->size);
}

}  // namespace

String* to_upper_text(Run& run, String* self) {
  return self->is_ascii() ? map_ascii_case<&ascii_upper>(run, self) : map_case(run, self, &to_upper);
}
String* to_upper_in_culture(Run& run, String* self, Object*) { return to_upper_text(run, self); }
String* to_lower_text(Run& run, String* self) {
  return self->is_ascii() ? map_ascii_case<&ascii_lower>(run, self) : map_case(run, self, &to_lower);
}
String* to_lower_in_culture(Run& run, String* self, Object*) { return to_lower_text(run, self); }

// ---- normalisation ------------------------------------------------------------------------------------------

namespace {

// False after raising.
bool check_form(Run& run, const String* self, std::int32_t form) {
  if (form != 1 && form != 2 && form != 5 && form != 6) {
    run.raise_argument(Known::kArgumentException, "Invalid or unsupported normalization form.", "normalizationForm");
    return false;
  }
  if (!self->is_ascii() && !is_valid_utf8(self->view())) {
    run.raise_argument(Known::kArgumentException, "Invalid Unicode code point found at index 0.", "strInput");
    return false;
  }
  return run.spend(1 + self->size);
}

}  // namespace

String* normalize_text(Run& run, String* self) { return normalize_to(run, self, 1); }
String* normalize_to(Run& run, String* self, std::int32_t form) {
  if (!check_form(run, self, form) || self->is_ascii()) return self;
  const std::string normal = normalize(self->view(), static_cast<NormalizationForm>(form));
  return normal == self->view() ? self : run.string(normal);
}
bool is_normalized(Run& run, String* self) { return is_normalized_to(run, self, 1); }
bool is_normalized_to(Run& run, String* self, std::int32_t form) {
  if (!check_form(run, self, form)) return false;
  return self->is_ascii() || normalize(self->view(), static_cast<NormalizationForm>(form)) == self->view();
}

}  // namespace portcullis::strings
