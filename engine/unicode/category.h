// General categories, white space and numeric values of characters, as .NET's `char` tells them.
#pragma once

#include <cstdint>

namespace portcullis {

/// The order and the numbers are those of System.Globalization.UnicodeCategory.
enum class UnicodeCategory : std::uint8_t {
  kUppercaseLetter,
  kLowercaseLetter,
  kTitlecaseLetter,
  kModifierLetter,
  kOtherLetter,
  kNonSpacingMark,
  kSpacingCombiningMark,
  kEnclosingMark,
  kDecimalDigitNumber,
  kLetterNumber,
  kOtherNumber,
  kSpaceSeparator,
  kLineSeparator,
  kParagraphSeparator,
  kControl,
  kFormat,
  kSurrogate,
  kPrivateUse,
  kConnectorPunctuation,
  kDashPunctuation,
  kOpenPunctuation,
  kClosePunctuation,
  kInitialQuotePunctuation,
  kFinalQuotePunctuation,
  kOtherPunctuation,
  kMathSymbol,
  kCurrencySymbol,
  kModifierSymbol,
  kOtherSymbol,
  kOtherNotAssigned,
};

UnicodeCategory category_of(char32_t code);
/// `char.IsWhiteSpace`: includes U+0085 and U+00A0, not U+200B.
bool is_white_space(char32_t code);
/// `char.GetNumericValue`; -1 when there is none.
double numeric_value(char32_t code);

bool is_letter(UnicodeCategory category);
bool is_number(UnicodeCategory category);
bool is_punctuation(UnicodeCategory category);
bool is_symbol(UnicodeCategory category);
bool is_separator(UnicodeCategory category);

}  // namespace portcullis
