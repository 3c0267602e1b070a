// String.Compare, CompareOrdinal, CompareTo, Equals and hash codes. Without a comparison named, order is linguistic and
// equality ordinal.
#include "engine/dotnet/collation.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"

namespace portcullis::strings {

namespace {

constexpr std::int32_t kIgnoreCase = 1;  // CompareOptions
constexpr std::int32_t kOrdinalIgnoreCase = 0x10000000;
constexpr std::int32_t kOrdinal = 0x40000000;

constexpr StringComparison culture(bool ignore_case) {
  return ignore_case ? StringComparison::kCurrentCultureIgnoreCase : StringComparison::kCurrentCulture;
}

// False after raising.
bool check_part(Run& run, const String* text, std::int32_t at, std::string_view parameter) {
  const auto length = text == nullptr ? 0 : static_cast<std::int32_t>(text->length_utf16());
  if (at >= 0 && at <= length) return true;
  run.raise_argument(
      Known::kArgumentOutOfRangeException,
      at < 0 ? "Index was out of range. Must be non-negative and less than the size of the collection."
             : "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
      parameter);
  return false;
}

String* part(Run& run, String* text, std::int32_t at, std::int32_t length) {
  if (text == nullptr) return nullptr;
  const std::uint32_t start = static_cast<std::uint32_t>(at);
  const std::uint32_t rest = text->length_utf16() - start;
  return substring(run, text, start, std::min(rest, static_cast<std::uint32_t>(length)));
}

std::int32_t compare_checked(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b, std::int32_t length,
                             StringComparison comparison) {
  if (length < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Length cannot be less than zero.", "length");
  }
  if (!check_part(run, a, at_a, "indexA") || !check_part(run, b, at_b, "indexB")) return 0;
  if (length == 0) return 0;
  return compare_strings(part(run, a, at_a, length), part(run, b, at_b, length), comparison);
}

}  // namespace

std::int32_t compare(String* a, String* b) { return compare_strings(a, b, StringComparison::kCurrentCulture); }
std::int32_t compare_case(String* a, String* b, bool ignore_case) {
  return compare_strings(a, b, culture(ignore_case));
}
std::int32_t compare_by(Run& run, String* a, String* b, StringComparison comparison) {
  return check_comparison(run, comparison) ? compare_strings(a, b, comparison) : 0;
}
std::int32_t compare_case_culture(String* a, String* b, bool ignore_case, Object*) {
  return compare_case(a, b, ignore_case);
}
std::int32_t compare_culture_options(String* a, String* b, Object*, std::int32_t options) {
  if (options == kOrdinal) return compare_strings(a, b, StringComparison::kOrdinal);
  if (options == kOrdinalIgnoreCase) return compare_strings(a, b, StringComparison::kOrdinalIgnoreCase);
  return compare_case(a, b, (options & kIgnoreCase) != 0);
}

std::int32_t compare_parts(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b, std::int32_t length) {
  return compare_checked(run, a, at_a, b, at_b, length, StringComparison::kCurrentCulture);
}
std::int32_t compare_parts_case(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b,
                                std::int32_t length, bool ignore_case) {
  return compare_checked(run, a, at_a, b, at_b, length, culture(ignore_case));
}
std::int32_t compare_parts_by(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b, std::int32_t length,
                              StringComparison comparison) {
  if (!check_comparison(run, comparison)) return 0;
  return compare_checked(run, a, at_a, b, at_b, length, comparison);
}
std::int32_t compare_parts_case_culture(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b,
                                        std::int32_t length, bool ignore_case, Object*) {
  return compare_parts_case(run, a, at_a, b, at_b, length, ignore_case);
}

std::int32_t compare_ordinal_strings(String* a, String* b) { return compare_strings(a, b, StringComparison::kOrdinal); }
std::int32_t compare_ordinal_parts(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b,
                                   std::int32_t length) {
  return compare_checked(run, a, at_a, b, at_b, length, StringComparison::kOrdinal);
}

std::int32_t compare_to(String* self, String* other) { return compare(self, other); }
std::int32_t compare_to_object(Run& run, String* self, Object* other) {
  if (other != nullptr && !other->type->is(Known::kString)) {
    return run.raise(Known::kArgumentException, "Object must be of type String.");
  }
  return compare(self, static_cast<String*>(other));
}

bool equals_text(String* self, String* other) { return equal_strings(self, other, StringComparison::kOrdinal); }
bool equals_object(String* self, Object* other) {
  return other != nullptr && other->type->is(Known::kString) && equals_text(self, static_cast<String*>(other));
}
bool equals_by(Run& run, String* self, String* other, StringComparison comparison) {
  return check_comparison(run, comparison) && equal_strings(self, other, comparison);
}
bool static_equals(String* a, String* b) { return equals_text(a, b); }
bool static_equals_by(Run& run, String* a, String* b, StringComparison comparison) {
  return equals_by(run, a, b, comparison);
}
bool differs(String* a, String* b) { return !equals_text(a, b); }
std::int32_t hash_by(Run& run, String* self, StringComparison comparison) {
  return check_comparison(run, comparison) ? hash_string(*self, comparison) : 0;
}

}  // namespace portcullis::strings
