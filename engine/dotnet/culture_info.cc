// CultureInfo and what hangs on it. There is one culture, the invariant one: `CurrentCulture` has an empty name too
// (source: language.md#13), and none can be made.
#include "base/utf.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/unicode/case.h"
#include "engine/unicode/category.h"

namespace portcullis {

extern const TypeDefinition kCultureInfoDefinition;
extern const TypeDefinition kTextInfoDefinition;
extern const TypeDefinition kCompareOptionsDefinition;
extern const TypeDefinition kNormalizationFormDefinition;
extern const TypeDefinition kTypeCodeDefinition;
extern const TypeDefinition kNumberStylesDefinition;

namespace {

Object* invariant(Run& run) { return run.make<Object>(Known::kCultureInfo); }
String* name(Run& run, Object*) { return run.empty_string(); }
String* display_name(Run& run, Object*) { return run.view("Invariant Language (Invariant Country)"); }
String* two_letter_name(Run& run, Object*) { return run.view("iv", 2); }
std::int32_t identifier(Object*) { return 127; }
bool is_neutral(Object*) { return false; }

const Type& text_info_type(const CallSite& site) { return *site.result; }
Object* text_info(Run& run, Object*, const CallSite& site) { return run.make<Object>(text_info_type(site)); }

String* culture_to_string(Run& run, const Type&, Slot) { return run.empty_string(); }
bool same_culture(Run&, const Type&, Slot, Slot) { return true; }
constexpr TypeOperations kCultureOperations{.to_string = &culture_to_string, .equals = &same_culture};

// Upper case at the start of each word, lower case behind it; a word all in capitals is taken for an acronym and stays.
String* to_title_case(Run& run, Object*, String* text) {
  if (text == nullptr) return run.raise_null("str");
  const std::string_view all = text->view();
  if (!run.spend(1 + all.size() / 4)) return nullptr;
  const auto is_word = [](char32_t code) {
    const UnicodeCategory category = category_of(code);
    return is_letter(category) || category == UnicodeCategory::kNonSpacingMark || code == '\'' || code == 0x2019;
  };
  TextBuffer out;
  for (std::size_t at = 0; at < all.size();) {
    Decoded decoded = decode_utf8(all, at);
    if (!is_letter(category_of(decoded.code))) {
      out.append_code(run, decoded.code);
      at += decoded.length;
      continue;
    }
    std::size_t end = at;
    bool has_lower = false;
    while (end < all.size() && is_word((decoded = decode_utf8(all, end)).code)) {
      has_lower = has_lower || category_of(decoded.code) == UnicodeCategory::kLowercaseLetter;
      end += decoded.length;
    }
    const std::string_view word = all.substr(at, end - at);
    const Decoded first = decode_utf8(word, 0);
    out.append_code(run, to_upper(first.code));
    String* rest = run.view(word.substr(first.length));
    if (!out.append(run, has_lower ? strings::to_lower_text(run, rest) : rest)) return nullptr;
    at = end;
  }
  return out.take(run);
}
String* to_upper_of(Run& run, Object*, String* text) {
  return text == nullptr ? run.raise_null("str") : strings::to_upper_text(run, text);
}
String* to_lower_of(Run& run, Object*, String* text) {
  return text == nullptr ? run.raise_null("str") : strings::to_lower_text(run, text);
}
char16_t to_upper_char(Object*, char16_t c) { return static_cast<char16_t>(to_upper(c)); }
char16_t to_lower_char(Object*, char16_t c) { return static_cast<char16_t>(to_lower(c)); }

constexpr Member kCultureMembers[] = {
    property<&invariant>("static CultureInfo InvariantCulture { get; }").with(kNoRaise),
    property<&invariant>("static CultureInfo CurrentCulture { get; }").with(kNoRaise),
    property<&invariant>("static CultureInfo CurrentUICulture { get; }").with(kNoRaise),
    property<&name>("string Name { get; }").with(kNoRaise),
    property<&display_name>("string DisplayName { get; }").with(kNoRaise),
    property<&display_name>("string EnglishName { get; }").with(kNoRaise),
    property<&display_name>("string NativeName { get; }").with(kNoRaise),
    property<&two_letter_name>("string TwoLetterISOLanguageName { get; }").with(kNoRaise),
    property<&identifier>("int LCID { get; }").with(kNoRaise),
    property<&is_neutral>("bool IsNeutralCulture { get; }").with(kNoRaise),
    property<&text_info>("TextInfo TextInfo { get; }").with(kNoRaise),
};
constexpr Member kTextInfoMembers[] = {
    method<&to_title_case>("string ToTitleCase(string str)"),      method<&to_upper_of>("string ToUpper(string str)"),
    method<&to_upper_char>("char ToUpper(char c)").with(kNoRaise), method<&to_lower_of>("string ToLower(string str)"),
    method<&to_lower_char>("char ToLower(char c)").with(kNoRaise),
};

constexpr EnumValue kCompareOptions[] = {
    {"None", 0},
    {"IgnoreCase", 1},
    {"IgnoreNonSpace", 2},
    {"IgnoreSymbols", 4},
    {"IgnoreKanaType", 8},
    {"IgnoreWidth", 16},
    {"OrdinalIgnoreCase", 0x10000000},
    {"StringSort", 0x20000000},
    {"Ordinal", 0x40000000},
};
constexpr EnumValue kNormalizationForms[] = {{"FormC", 1}, {"FormD", 2}, {"FormKC", 5}, {"FormKD", 6}};
constexpr EnumValue kNumberStyles[] = {
    {"None", 0},
    {"AllowLeadingWhite", 1},
    {"AllowTrailingWhite", 2},
    {"AllowLeadingSign", 4},
    {"Integer", 7},
    {"AllowTrailingSign", 8},
    {"AllowParentheses", 16},
    {"AllowDecimalPoint", 32},
    {"AllowThousands", 64},
    {"Number", 111},
    {"AllowExponent", 128},
    {"Float", 167},
    {"AllowCurrencySymbol", 256},
    {"Currency", 383},
    {"Any", 511},
    {"AllowHexSpecifier", 512},
    {"HexNumber", 515},
    {"AllowBinarySpecifier", 1024},
    {"BinaryNumber", 1027},
};
constexpr EnumValue kTypeCodes[] = {
    {"Empty", 0},   {"Object", 1},  {"DBNull", 2},  {"Boolean", 3},  {"Char", 4},      {"SByte", 5},
    {"Byte", 6},    {"Int16", 7},   {"UInt16", 8},  {"Int32", 9},    {"UInt32", 10},   {"Int64", 11},
    {"UInt64", 12}, {"Single", 13}, {"Double", 14}, {"Decimal", 15}, {"DateTime", 16}, {"String", 18},
};

}  // namespace

const TypeDefinition kCultureInfoDefinition{.declaration = "class System.Globalization.CultureInfo : IFormatProvider",
                                            .members = kCultureMembers,
                                            .operations = &kCultureOperations};
const TypeDefinition kTextInfoDefinition{.declaration = "class System.Globalization.TextInfo",
                                         .members = kTextInfoMembers};
const TypeDefinition kCompareOptionsDefinition{.declaration = "[flags] enum System.Globalization.CompareOptions : int",
                                               .values = kCompareOptions};
const TypeDefinition kNormalizationFormDefinition{.declaration = "enum System.Text.NormalizationForm : int",
                                                  .values = kNormalizationForms};
const TypeDefinition kNumberStylesDefinition{.declaration = "[flags] enum System.Globalization.NumberStyles : int",
                                             .values = kNumberStyles};
const TypeDefinition kTypeCodeDefinition{.declaration = "enum System.TypeCode : int", .values = kTypeCodes};

}  // namespace portcullis
