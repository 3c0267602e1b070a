// System.StringComparison and what comparing strings by it means. Null is a string's least value.
#pragma once

#include <cstdint>

#include "engine/dotnet/ordinal.h"
#include "engine/run/run.h"

namespace portcullis {

enum class StringComparison : std::int32_t {
  kCurrentCulture,
  kCurrentCultureIgnoreCase,
  kInvariantCulture,
  kInvariantCultureIgnoreCase,
  kOrdinal,
  kOrdinalIgnoreCase,
};

/// False after raising ArgumentException for a number that names no comparison.
bool check_comparison(Run& run, StringComparison comparison);
/// Linguistic, the ones named after a culture; there is only the invariant one.
constexpr bool is_linguistic(StringComparison comparison) { return comparison < StringComparison::kOrdinal; }
constexpr bool ignores_case(StringComparison comparison) { return (static_cast<std::int32_t>(comparison) & 1) != 0; }

std::int32_t compare_strings(const String* a, const String* b, StringComparison comparison);
bool equal_strings(const String* a, const String* b, StringComparison comparison);
std::int32_t hash_string(const String& text, StringComparison comparison);
/// At the beginning or the end of `text`; empty texts match there.
TextMatch match_prefix(std::string_view text, std::string_view prefix, StringComparison comparison);
TextMatch match_suffix(Run& run, std::string_view text, std::string_view suffix, StringComparison comparison);
TextMatch find_first(Run& run, std::string_view text, std::string_view needle, StringComparison comparison);
TextMatch find_last(Run& run, std::string_view text, std::string_view needle, StringComparison comparison);

}  // namespace portcullis
