// Comparing and finding text unit by unit, with and without case. Not linguistic: see collation.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/run/run.h"

namespace portcullis {

/// Difference of the first UTF-16 units that differ, else of the lengths, as `string.CompareOrdinal`.
std::int32_t compare_ordinal(std::string_view a, std::string_view b);
std::int32_t compare_ordinal_ignoring_case(std::string_view a, std::string_view b);
bool equal_ordinal_ignoring_case(std::string_view a, std::string_view b);
std::int32_t hash_ordinal_ignoring_case(std::string_view text);

/// A place in text, in bytes; `found` false when there is none.
struct TextMatch {
  bool found = false;
  std::size_t offset = 0;
  std::size_t size = 0;
};
constexpr TextMatch kNoMatch{};

/// Matches `prefix` at the beginning of `text`.
TextMatch match_ignoring_case(std::string_view text, std::string_view prefix);
/// Searches count their work with `run.spend`; after raising they find nothing.
TextMatch find_ordinal(Run& run, std::string_view text, std::string_view needle);
TextMatch find_last_ordinal(Run& run, std::string_view text, std::string_view needle);
TextMatch find_ignoring_case(Run& run, std::string_view text, std::string_view needle);
TextMatch find_last_ignoring_case(Run& run, std::string_view text, std::string_view needle);

}  // namespace portcullis
