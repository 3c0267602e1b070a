#include "engine/unicode/category.h"

#include <algorithm>
#include <iterator>

namespace portcullis {

namespace {

struct NumericRun {
  std::uint32_t first;
  std::uint32_t count;
  double value;
};

#include "engine/unicode/category.inc"
#include "engine/unicode/numeric.inc"

constexpr bool between(UnicodeCategory category, UnicodeCategory first, UnicodeCategory last) {
  return category >= first && category <= last;
}

}  // namespace

UnicodeCategory category_of(char32_t code) {
  if (code > 0x10FFFF) return UnicodeCategory::kOtherNotAssigned;
  return static_cast<UnicodeCategory>(kCategoryBlocks[kCategoryIndex[code >> 7]][code & 127]);
}

bool is_white_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  if (code == 0x85) return true;
  return is_separator(category_of(code));
}

double numeric_value(char32_t code) {
  const auto* after = std::upper_bound(std::begin(kNumericRuns), std::end(kNumericRuns), code,
                                       [](char32_t wanted, const NumericRun& run) { return wanted < run.first; });
  if (after == std::begin(kNumericRuns)) return -1;
  const NumericRun& run = *(after - 1);
  return code - run.first < run.count ? run.value + static_cast<double>(code - run.first) : -1;
}

bool is_letter(UnicodeCategory category) {
  return between(category, UnicodeCategory::kUppercaseLetter, UnicodeCategory::kOtherLetter);
}
bool is_number(UnicodeCategory category) {
  return between(category, UnicodeCategory::kDecimalDigitNumber, UnicodeCategory::kOtherNumber);
}
bool is_punctuation(UnicodeCategory category) {
  return between(category, UnicodeCategory::kConnectorPunctuation, UnicodeCategory::kOtherPunctuation);
}
bool is_symbol(UnicodeCategory category) {
  return between(category, UnicodeCategory::kMathSymbol, UnicodeCategory::kOtherSymbol);
}
bool is_separator(UnicodeCategory category) {
  return between(category, UnicodeCategory::kSpaceSeparator, UnicodeCategory::kParagraphSeparator);
}

}  // namespace portcullis
