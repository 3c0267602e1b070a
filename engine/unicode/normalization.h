// Normalisation forms of Unicode, and the decomposition that collation looks at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis {

enum class NormalizationForm : std::int32_t { kC = 1, kD = 2, kKC = 5, kKD = 6 };

/// `text` in the given form. Lone surrogates pass through.
std::string normalize(std::string_view text, NormalizationForm form);
/// Canonical combining class, 0 for starters.
std::uint8_t combining_class(char32_t code);
/// Appends the full canonical (or compatibility) decomposition of one character.
void append_decomposition(std::u32string& out, char32_t code, bool compatibility);

}  // namespace portcullis
