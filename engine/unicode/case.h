// Simple case mapping: one character to one, no languages, as .NET's invariant culture has it.
#pragma once

namespace portcullis {

/// `ToUpperInvariant`: U+0131 (dotless i) stays.
char32_t to_upper(char32_t code);
/// `ToLowerInvariant`: U+0130 (I with dot) stays.
char32_t to_lower(char32_t code);
/// What ordinal comparison without case compares. As `to_upper`, but U+017F (long s) stays too.
char32_t fold_ordinal(char32_t code);

}  // namespace portcullis
