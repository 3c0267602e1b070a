// See string_comparison.h.
#include "engine/dotnet/string_comparison.h"

#include "engine/dotnet/collation.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kStringComparisonDefinition;

namespace {

constexpr EnumValue kValues[] = {
    {"CurrentCulture", 0}, {"CurrentCultureIgnoreCase", 1}, {"InvariantCulture", 2}, {"InvariantCultureIgnoreCase", 3},
    {"Ordinal", 4},        {"OrdinalIgnoreCase", 5},
};

std::int32_t hash_units(std::string_view text) {
  std::uint64_t state = 0xCBF29CE484222325;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return static_cast<std::int32_t>(state >> 16);
}

}  // namespace

const TypeDefinition kStringComparisonDefinition{.declaration = "enum System.StringComparison : int",
                                                 .values = kValues};

bool check_comparison(Run& run, StringComparison comparison) {
  if (comparison >= StringComparison::kCurrentCulture && comparison <= StringComparison::kOrdinalIgnoreCase)
    return true;
  run.raise_argument(Known::kArgumentException, "The string comparison type passed in is currently not supported.",
                     "comparisonType");
  return false;
}

std::int32_t compare_strings(const String* a, const String* b, StringComparison comparison) {
  if (a == b) return 0;
  if (a == nullptr) return -1;
  if (b == nullptr) return 1;
  if (comparison == StringComparison::kOrdinal) return compare_ordinal(a->view(), b->view());
  if (comparison == StringComparison::kOrdinalIgnoreCase) return compare_ordinal_ignoring_case(a->view(), b->view());
  return compare_linguistic(a->view(), b->view(), ignores_case(comparison));
}

bool equal_strings(const String* a, const String* b, StringComparison comparison) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr) return false;
  if (comparison == StringComparison::kOrdinal) return a->view() == b->view();
  if (comparison == StringComparison::kOrdinalIgnoreCase) return equal_ordinal_ignoring_case(a->view(), b->view());
  return compare_linguistic(a->view(), b->view(), ignores_case(comparison)) == 0;
}

std::int32_t hash_string(const String& text, StringComparison comparison) {
  if (comparison == StringComparison::kOrdinal) return hash_units(text.view());
  if (comparison == StringComparison::kOrdinalIgnoreCase) return hash_ordinal_ignoring_case(text.view());
  return hash_linguistic(text.view(), ignores_case(comparison));
}

TextMatch match_prefix(std::string_view text, std::string_view prefix, StringComparison comparison) {
  if (comparison == StringComparison::kOrdinal) {
    return text.starts_with(prefix) ? TextMatch{true, 0, prefix.size()} : kNoMatch;
  }
  if (comparison == StringComparison::kOrdinalIgnoreCase) return match_ignoring_case(text, prefix);
  return match_linguistic_prefix(text, prefix, ignores_case(comparison));
}

TextMatch match_suffix(Run& run, std::string_view text, std::string_view suffix, StringComparison comparison) {
  if (comparison == StringComparison::kOrdinal) {
    return text.ends_with(suffix) ? TextMatch{true, text.size() - suffix.size(), suffix.size()} : kNoMatch;
  }
  if (comparison != StringComparison::kOrdinalIgnoreCase) {
    return match_linguistic_suffix(run, text, suffix, ignores_case(comparison));
  }
  // Both ends have as many characters, though not always as many bytes.
  std::size_t characters = 0;
  for (const char c : suffix) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  std::size_t at = text.size();
  for (; characters > 0 && at > 0; --characters) {
    do {
      --at;
    } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
  }
  if (characters > 0 || !equal_ordinal_ignoring_case(text.substr(at), suffix)) return kNoMatch;
  return {true, at, text.size() - at};
}

TextMatch find_first(Run& run, std::string_view text, std::string_view needle, StringComparison comparison) {
  if (comparison == StringComparison::kOrdinal) return find_ordinal(run, text, needle);
  if (comparison == StringComparison::kOrdinalIgnoreCase) return find_ignoring_case(run, text, needle);
  return find_linguistic(run, text, needle, ignores_case(comparison));
}

TextMatch find_last(Run& run, std::string_view text, std::string_view needle, StringComparison comparison) {
  if (comparison == StringComparison::kOrdinal) return find_last_ordinal(run, text, needle);
  if (comparison == StringComparison::kOrdinalIgnoreCase) return find_last_ignoring_case(run, text, needle);
  return find_last_linguistic(run, text, needle, ignores_case(comparison));
}

}  // namespace portcullis
