// String members that look for something: Contains, StartsWith, EndsWith, IndexOf, LastIndexOf and their many forms.
// A search in a range looks at the part as a string of its own (a view) and adds the start.
#include <algorithm>
#include <cstring>

#include "base/utf.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"

namespace portcullis::strings {

namespace {

constexpr std::string_view kBeyondEnd =
    "Index was out of range. Must be non-negative and less than or equal to the size of the collection.";
constexpr std::string_view kNotInside =
    "Index was out of range. Must be non-negative and less than the size of the collection.";
constexpr std::string_view kBadCount =
    "Count must be positive and count must refer to a location within the string/array/collection.";

std::int32_t length_of(const String* text) { return static_cast<std::int32_t>(text->length_utf16()); }

std::int32_t utf16_index(const String& text, std::size_t offset) {
  return static_cast<std::int32_t>(text.is_ascii() ? offset : utf16_length(text.view().substr(0, offset)));
}

// False after raising.
bool check_start(Run& run, const String* self, std::int32_t start) {
  if (start >= 0 && start <= length_of(self)) return true;
  run.raise_argument(Known::kArgumentOutOfRangeException, kBeyondEnd, "startIndex");
  return false;
}
bool check_range(Run& run, const String* self, std::int32_t start, std::int32_t count) {
  if (!check_start(run, self, start)) return false;
  if (count >= 0 && count <= length_of(self) - start) return true;
  run.raise_argument(Known::kArgumentOutOfRangeException, kBadCount, "count");
  return false;
}

String* part_of(Run& run, String* self, std::int32_t start, std::int32_t count) {
  return substring(run, self, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(count));
}

// ---- single characters --------------------------------------------------------------------------------------

// Half of a pair can only be found unit by unit.
std::int32_t find_surrogate(std::string_view text, char16_t wanted, bool last) {
  UnitReader reader(text);
  char16_t unit = 0;
  std::int32_t found = -1;
  for (std::int32_t at = 0; reader.next(unit); ++at) {
    if (unit != wanted) continue;
    found = at;
    if (!last) break;
  }
  return found;
}

std::int32_t find_char(const String& text, char16_t wanted) {
  if (is_surrogate(wanted)) return find_surrogate(text.view(), wanted, false);
  if (wanted < 0x80) {
    const void* found = text.size == 0 ? nullptr : std::memchr(text.data, wanted, text.size);
    if (found == nullptr) return -1;
    return utf16_index(text, static_cast<std::size_t>(static_cast<const char*>(found) - text.data));
  }
  if (text.is_ascii()) return -1;
  char encoded[4];
  const std::size_t offset = text.view().find({encoded, encode_utf8(encoded, wanted)});
  return offset == std::string_view::npos ? -1 : utf16_index(text, offset);
}

std::int32_t find_last_char(const String& text, char16_t wanted) {
  if (is_surrogate(wanted)) return find_surrogate(text.view(), wanted, true);
  char encoded[4];
  const std::size_t offset = text.view().rfind({encoded, encode_utf8(encoded, wanted)});
  return offset == std::string_view::npos ? -1 : utf16_index(text, offset);
}

// ---- strings ------------------------------------------------------------------------------------------------

std::int32_t find_units(Run& run, const String& text, const String& wanted, bool last) {
  const auto in = utf16_units(run, text);
  const auto what = utf16_units(run, wanted);
  if (run.failed() || !run.spend(in.size())) return -1;
  const auto found = last ? std::find_end(in.begin(), in.end(), what.begin(), what.end())
                          : std::search(in.begin(), in.end(), what.begin(), what.end());
  return found == in.end() ? -1 : static_cast<std::int32_t>(found - in.begin());
}

std::int32_t find_text(Run& run, const String& text, const String& wanted, StringComparison comparison) {
  if (comparison == StringComparison::kOrdinal && !is_pair_safe(wanted.view()))
    return find_units(run, text, wanted, false);
  const TextMatch match = find_first(run, text.view(), wanted.view(), comparison);
  return match.found ? utf16_index(text, match.offset) : -1;
}

std::int32_t find_last_text(Run& run, const String& text, const String& wanted, StringComparison comparison) {
  if (comparison == StringComparison::kOrdinal && !is_pair_safe(wanted.view()))
    return find_units(run, text, wanted, true);
  const TextMatch match = find_last(run, text.view(), wanted.view(), comparison);
  return match.found ? utf16_index(text, match.offset) : -1;
}

constexpr StringComparison culture(bool ignore_case) {
  return ignore_case ? StringComparison::kCurrentCultureIgnoreCase : StringComparison::kCurrentCulture;
}

}  // namespace

// ---- Contains, StartsWith, EndsWith -------------------------------------------------------------------------

bool contains(Run& run, String* self, String* value) {
  if (value == nullptr) return run.raise_null("value");
  return find_text(run, *self, *value, StringComparison::kOrdinal) >= 0;
}
bool contains_char(String* self, char16_t value) { return find_char(*self, value) >= 0; }
bool contains_by(Run& run, String* self, String* value, StringComparison comparison) {
  return index_of_by(run, self, value, comparison) >= 0;
}
bool contains_char_by(Run& run, String* self, char16_t value, StringComparison comparison) {
  return index_of_char_by(run, self, value, comparison) >= 0;
}

bool starts_with(Run& run, String* self, String* value) {
  return starts_with_by(run, self, value, StringComparison::kCurrentCulture);
}
bool starts_with_by(Run& run, String* self, String* value, StringComparison comparison) {
  if (value == nullptr) return run.raise_null("value");
  if (!check_comparison(run, comparison)) return false;
  if (comparison == StringComparison::kOrdinal && !is_pair_safe(value->view())) {
    return length_of(self) >= length_of(value) &&
           substring(run, self, 0, value->length_utf16())->view() == value->view();
  }
  return match_prefix(self->view(), value->view(), comparison).found;
}
bool starts_with_char(String* self, char16_t value) { return self->size > 0 && unit_at(*self, 0) == value; }
bool starts_with_in_culture(Run& run, String* self, String* value, bool ignore_case, Object*) {
  return starts_with_by(run, self, value, culture(ignore_case));
}

bool ends_with(Run& run, String* self, String* value) {
  return ends_with_by(run, self, value, StringComparison::kCurrentCulture);
}
bool ends_with_by(Run& run, String* self, String* value, StringComparison comparison) {
  if (value == nullptr) return run.raise_null("value");
  if (!check_comparison(run, comparison)) return false;
  if (comparison == StringComparison::kOrdinal && !is_pair_safe(value->view())) {
    const std::int32_t start = length_of(self) - length_of(value);
    return start >= 0 && part_of(run, self, start, length_of(value))->view() == value->view();
  }
  return match_suffix(run, self->view(), value->view(), comparison).found;
}
bool ends_with_char(String* self, char16_t value) {
  return self->size > 0 && unit_at(*self, self->length_utf16() - 1) == value;
}
bool ends_with_in_culture(Run& run, String* self, String* value, bool ignore_case, Object*) {
  return ends_with_by(run, self, value, culture(ignore_case));
}

// ---- IndexOf ------------------------------------------------------------------------------------------------

std::int32_t index_of_char(String* self, char16_t value) { return find_char(*self, value); }
std::int32_t index_of_char_from(Run& run, String* self, char16_t value, std::int32_t start) {
  if (!check_start(run, self, start)) return -1;
  return index_of_char_in(run, self, value, start, length_of(self) - start);
}
std::int32_t index_of_char_in(Run& run, String* self, char16_t value, std::int32_t start, std::int32_t count) {
  if (!check_range(run, self, start, count)) return -1;
  const std::int32_t found = find_char(*part_of(run, self, start, count), value);
  return found < 0 ? -1 : found + start;
}
std::int32_t index_of_char_by(Run& run, String* self, char16_t value, StringComparison comparison) {
  return index_of_by(run, self, string_of_unit(run, value), comparison);
}

std::int32_t index_of(Run& run, String* self, String* value) {
  return index_of_by(run, self, value, StringComparison::kCurrentCulture);
}
std::int32_t index_of_from(Run& run, String* self, String* value, std::int32_t start) {
  return index_of_from_by(run, self, value, start, StringComparison::kCurrentCulture);
}
std::int32_t index_of_in(Run& run, String* self, String* value, std::int32_t start, std::int32_t count) {
  return index_of_in_by(run, self, value, start, count, StringComparison::kCurrentCulture);
}
std::int32_t index_of_by(Run& run, String* self, String* value, StringComparison comparison) {
  if (value == nullptr) return run.raise_null("value");
  if (!check_comparison(run, comparison)) return -1;
  return find_text(run, *self, *value, comparison);
}
std::int32_t index_of_from_by(Run& run, String* self, String* value, std::int32_t start, StringComparison comparison) {
  if (value == nullptr) return run.raise_null("value");
  if (!check_start(run, self, start)) return -1;
  return index_of_in_by(run, self, value, start, length_of(self) - start, comparison);
}
std::int32_t index_of_in_by(Run& run, String* self, String* value, std::int32_t start, std::int32_t count,
                            StringComparison comparison) {
  if (value == nullptr) return run.raise_null("value");
  if (!check_comparison(run, comparison) || !check_range(run, self, start, count)) return -1;
  const std::int32_t found = find_text(run, *part_of(run, self, start, count), *value, comparison);
  return found < 0 ? -1 : found + start;
}

// ---- LastIndexOf --------------------------------------------------------------------------------------------

std::int32_t last_index_of_char(Run&, String* self, char16_t value) { return find_last_char(*self, value); }
std::int32_t last_index_of_char_from(Run& run, String* self, char16_t value, std::int32_t start) {
  // No overflow for any `start`: the check below refuses those that are not inside.
  return last_index_of_char_in(run, self, value, start, start < length_of(self) ? start + 1 : start);
}
std::int32_t last_index_of_char_in(Run& run, String* self, char16_t value, std::int32_t start, std::int32_t count) {
  if (self->size == 0) return -1;
  if (start < 0 || start >= length_of(self)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, kNotInside, "startIndex");
  }
  if (count < 0 || count > start + 1)
    return run.raise_argument(Known::kArgumentOutOfRangeException, kBadCount, "count");
  const std::int32_t first = start - count + 1;
  const std::int32_t found = find_last_char(*part_of(run, self, first, count), value);
  return found < 0 ? -1 : found + first;
}

std::int32_t last_index_of(Run& run, String* self, String* value) {
  return last_index_of_by(run, self, value, StringComparison::kCurrentCulture);
}
std::int32_t last_index_of_from(Run& run, String* self, String* value, std::int32_t start) {
  return last_index_of_from_by(run, self, value, start, StringComparison::kCurrentCulture);
}
std::int32_t last_index_of_in(Run& run, String* self, String* value, std::int32_t start, std::int32_t count) {
  return last_index_of_in_by(run, self, value, start, count, StringComparison::kCurrentCulture);
}
std::int32_t last_index_of_by(Run& run, String* self, String* value, StringComparison comparison) {
  if (value == nullptr) return run.raise_null("value");
  if (!check_comparison(run, comparison)) return -1;
  return find_last_text(run, *self, *value, comparison);
}
std::int32_t last_index_of_from_by(Run& run, String* self, String* value, std::int32_t start,
                                   StringComparison comparison) {
  return last_index_of_in_by(run, self, value, start, start < length_of(self) ? start + 1 : start, comparison);
}
std::int32_t last_index_of_in_by(Run& run, String* self, String* value, std::int32_t start, std::int32_t count,
                                 StringComparison comparison) {
  if (value == nullptr) return run.raise_null("value");
  if (!check_comparison(run, comparison)) return -1;
  if (self->size == 0 && (start == -1 || start == 0)) return value->size == 0 ? 0 : -1;
  if (start < 0 || start > length_of(self)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, kBeyondEnd, "startIndex");
  }
  // The end itself is taken as the last unit.
  if (start == length_of(self)) {
    --start;
    if (count > 0) --count;
  }
  if (count < 0 || count > start + 1)
    return run.raise_argument(Known::kArgumentOutOfRangeException, kBadCount, "count");
  const std::int32_t first = start - count + 1;
  const std::int32_t found = find_last_text(run, *part_of(run, self, first, count), *value, comparison);
  return found < 0 ? -1 : found + first;
}

// ---- IndexOfAny ---------------------------------------------------------------------------------------------

namespace {

bool is_any(const Array& any, char16_t unit) {
  return std::any_of(any.items, any.items + any.length, [&](Slot item) { return item.integer == unit; });
}

std::int32_t find_any(Run& run, const String& part, const Array& any, bool last) {
  if (!run.spend(1 + part.size / 4)) return -1;
  UnitReader reader(part.view());
  char16_t unit = 0;
  std::int32_t found = -1;
  for (std::int32_t at = 0; reader.next(unit); ++at) {
    if (!is_any(any, unit)) continue;
    found = at;
    if (!last) break;
  }
  return found;
}

}  // namespace

std::int32_t index_of_any(Run& run, String* self, Array* any) {
  if (any == nullptr) return run.raise_null("anyOf");
  return find_any(run, *self, *any, false);
}
std::int32_t index_of_any_from(Run& run, String* self, Array* any, std::int32_t start) {
  if (any == nullptr) return run.raise_null("anyOf");
  if (!check_start(run, self, start)) return -1;
  return index_of_any_in(run, self, any, start, length_of(self) - start);
}
std::int32_t index_of_any_in(Run& run, String* self, Array* any, std::int32_t start, std::int32_t count) {
  if (any == nullptr) return run.raise_null("anyOf");
  if (!check_range(run, self, start, count)) return -1;
  const std::int32_t found = find_any(run, *part_of(run, self, start, count), *any, false);
  return found < 0 ? -1 : found + start;
}
std::int32_t last_index_of_any(Run& run, String* self, Array* any) {
  if (any == nullptr) return run.raise_null("anyOf");
  return find_any(run, *self, *any, true);
}
std::int32_t last_index_of_any_from(Run& run, String* self, Array* any, std::int32_t start) {
  return last_index_of_any_in(run, self, any, start, start < length_of(self) ? start + 1 : start);
}
std::int32_t last_index_of_any_in(Run& run, String* self, Array* any, std::int32_t start, std::int32_t count) {
  if (any == nullptr) return run.raise_null("anyOf");
  if (self->size == 0) return -1;
  if (start < 0 || start >= length_of(self)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, kNotInside, "startIndex");
  }
  if (count < 0 || count > start + 1)
    return run.raise_argument(Known::kArgumentOutOfRangeException, kBadCount, "count");
  const std::int32_t first = start - count + 1;
  const std::int32_t found = find_any(run, *part_of(run, self, first, count), *any, true);
  return found < 0 ? -1 : found + first;
}

}  // namespace portcullis::strings
