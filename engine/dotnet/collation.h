// Linguistic comparison: close to what .NET gets from ICU's root collation. Letters before case, accents in between;
// white space, punctuation, symbols, digits, letters in that order; control and format characters do not count.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/dotnet/ordinal.h"
#include "engine/run/run.h"

namespace portcullis {

/// Negative, 0 or positive. Texts that differ only in what is ignored or in canonical form are equal.
std::int32_t compare_linguistic(std::string_view a, std::string_view b, bool ignore_case);
/// Equal texts have equal hashes.
std::int32_t hash_linguistic(std::string_view text, bool ignore_case);

/// `size` of the match is what the found text takes, which may differ from the needle's size.
TextMatch match_linguistic_prefix(std::string_view text, std::string_view prefix, bool ignore_case);
TextMatch match_linguistic_suffix(Run& run, std::string_view text, std::string_view suffix, bool ignore_case);
TextMatch find_linguistic(Run& run, std::string_view text, std::string_view needle, bool ignore_case);
TextMatch find_last_linguistic(Run& run, std::string_view text, std::string_view needle, bool ignore_case);

}  // namespace portcullis
