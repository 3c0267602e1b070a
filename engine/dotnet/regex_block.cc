// Unicode blocks by the names that \p{IsX} takes.
#include <algorithm>
#include <array>

#include "engine/dotnet/regex_pattern.h"

namespace portcullis::regex {

namespace {

struct Block {
  std::string_view name;
  std::string_view ranges;
};

constexpr std::array kBlocks = std::to_array<Block>({
    {"IsAlphabeticPresentationForms", "\\x{FB00}-\\x{FB4F}"},
    {"IsArabic", "\\x{600}-\\x{6FF}"},
    {"IsArabicPresentationForms-A", "\\x{FB50}-\\x{FDFF}"},
    {"IsArabicPresentationForms-B", "\\x{FE70}-\\x{FEFF}"},
    {"IsArmenian", "\\x{530}-\\x{58F}"},
    {"IsArrows", "\\x{2190}-\\x{21FF}"},
    {"IsBasicLatin", "\\x{00}-\\x{7F}"},
    {"IsBengali", "\\x{980}-\\x{9FF}"},
    {"IsBlockElements", "\\x{2580}-\\x{259F}"},
    {"IsBopomofo", "\\x{3100}-\\x{312F}"},
    {"IsBoxDrawing", "\\x{2500}-\\x{257F}"},
    {"IsBraillePatterns", "\\x{2800}-\\x{28FF}"},
    {"IsCJKCompatibility", "\\x{3300}-\\x{33FF}"},
    {"IsCJKCompatibilityForms", "\\x{FE30}-\\x{FE4F}"},
    {"IsCJKCompatibilityIdeographs", "\\x{F900}-\\x{FAFF}"},
    {"IsCJKRadicalsSupplement", "\\x{2E80}-\\x{2EFF}"},
    {"IsCJKSymbolsandPunctuation", "\\x{3000}-\\x{303F}"},
    {"IsCJKUnifiedIdeographs", "\\x{4E00}-\\x{9FFF}"},
    {"IsCJKUnifiedIdeographsExtensionA", "\\x{3400}-\\x{4DBF}"},
    {"IsCherokee", "\\x{13A0}-\\x{13FF}"},
    {"IsCombiningDiacriticalMarks", "\\x{300}-\\x{36F}"},
    {"IsCombiningDiacriticalMarksforSymbols", "\\x{20D0}-\\x{20FF}"},
    {"IsCombiningHalfMarks", "\\x{FE20}-\\x{FE2F}"},
    {"IsCombiningMarksforSymbols", "\\x{20D0}-\\x{20FF}"},
    {"IsControlPictures", "\\x{2400}-\\x{243F}"},
    {"IsCurrencySymbols", "\\x{20A0}-\\x{20CF}"},
    {"IsCyrillic", "\\x{400}-\\x{4FF}"},
    {"IsCyrillicSupplement", "\\x{500}-\\x{52F}"},
    {"IsDevanagari", "\\x{900}-\\x{97F}"},
    {"IsDingbats", "\\x{2700}-\\x{27BF}"},
    {"IsEnclosedAlphanumerics", "\\x{2460}-\\x{24FF}"},
    {"IsEnclosedCJKLettersandMonths", "\\x{3200}-\\x{32FF}"},
    {"IsEthiopic", "\\x{1200}-\\x{137F}"},
    {"IsGeneralPunctuation", "\\x{2000}-\\x{206F}"},
    {"IsGeometricShapes", "\\x{25A0}-\\x{25FF}"},
    {"IsGeorgian", "\\x{10A0}-\\x{10FF}"},
    {"IsGreek", "\\x{370}-\\x{3FF}"},
    {"IsGreekExtended", "\\x{1F00}-\\x{1FFF}"},
    {"IsGreekandCoptic", "\\x{370}-\\x{3FF}"},
    {"IsGujarati", "\\x{A80}-\\x{AFF}"},
    {"IsGurmukhi", "\\x{A00}-\\x{A7F}"},
    {"IsHalfwidthandFullwidthForms", "\\x{FF00}-\\x{FFEF}"},
    {"IsHangulCompatibilityJamo", "\\x{3130}-\\x{318F}"},
    {"IsHangulJamo", "\\x{1100}-\\x{11FF}"},
    {"IsHangulSyllables", "\\x{AC00}-\\x{D7AF}"},
    {"IsHebrew", "\\x{590}-\\x{5FF}"},
    {"IsHighSurrogates", "\\x{D800}-\\x{DB7F}"},
    {"IsHiragana", "\\x{3040}-\\x{309F}"},
    {"IsIPAExtensions", "\\x{250}-\\x{2AF}"},
    {"IsKanbun", "\\x{3190}-\\x{319F}"},
    {"IsKannada", "\\x{C80}-\\x{CFF}"},
    {"IsKatakana", "\\x{30A0}-\\x{30FF}"},
    {"IsKhmer", "\\x{1780}-\\x{17FF}"},
    {"IsLao", "\\x{E80}-\\x{EFF}"},
    {"IsLatin-1Supplement", "\\x{80}-\\x{FF}"},
    {"IsLatinExtended-A", "\\x{100}-\\x{17F}"},
    {"IsLatinExtended-B", "\\x{180}-\\x{24F}"},
    {"IsLatinExtendedAdditional", "\\x{1E00}-\\x{1EFF}"},
    {"IsLetterlikeSymbols", "\\x{2100}-\\x{214F}"},
    {"IsLowSurrogates", "\\x{DC00}-\\x{DFFF}"},
    {"IsMalayalam", "\\x{D00}-\\x{D7F}"},
    {"IsMathematicalOperators", "\\x{2200}-\\x{22FF}"},
    {"IsMiscellaneousSymbols", "\\x{2600}-\\x{26FF}"},
    {"IsMiscellaneousTechnical", "\\x{2300}-\\x{23FF}"},
    {"IsMongolian", "\\x{1800}-\\x{18AF}"},
    {"IsMyanmar", "\\x{1000}-\\x{109F}"},
    {"IsNumberForms", "\\x{2150}-\\x{218F}"},
    {"IsOgham", "\\x{1680}-\\x{169F}"},
    {"IsOpticalCharacterRecognition", "\\x{2440}-\\x{245F}"},
    {"IsOriya", "\\x{B00}-\\x{B7F}"},
    {"IsPrivateUse", "\\x{E000}-\\x{F8FF}"},
    {"IsPrivateUseArea", "\\x{E000}-\\x{F8FF}"},
    {"IsRunic", "\\x{16A0}-\\x{16FF}"},
    {"IsSinhala", "\\x{D80}-\\x{DFF}"},
    {"IsSmallFormVariants", "\\x{FE50}-\\x{FE6F}"},
    {"IsSpacingModifierLetters", "\\x{2B0}-\\x{2FF}"},
    {"IsSpecials", "\\x{FFF0}-\\x{FFFF}"},
    {"IsSuperscriptsandSubscripts", "\\x{2070}-\\x{209F}"},
    {"IsSyriac", "\\x{700}-\\x{74F}"},
    {"IsTamil", "\\x{B80}-\\x{BFF}"},
    {"IsTelugu", "\\x{C00}-\\x{C7F}"},
    {"IsThaana", "\\x{780}-\\x{7BF}"},
    {"IsThai", "\\x{E00}-\\x{E7F}"},
    {"IsTibetan", "\\x{F00}-\\x{FFF}"},
    {"IsVariationSelectors", "\\x{FE00}-\\x{FE0F}"},
    {"IsYiRadicals", "\\x{A490}-\\x{A4CF}"},
    {"IsYiSyllables", "\\x{A000}-\\x{A48F}"},
    {"IsYijingHexagramSymbols", "\\x{4DC0}-\\x{4DFF}"},
});
static_assert(std::ranges::is_sorted(kBlocks, {}, &Block::name));

}  // namespace

std::string_view block_ranges(std::string_view name) {
  const auto found = std::ranges::lower_bound(kBlocks, name, {}, &Block::name);
  return found != kBlocks.end() && found->name == name ? found->ranges : std::string_view();
}

}  // namespace portcullis::regex
