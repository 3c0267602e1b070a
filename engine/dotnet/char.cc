// System.Char: one UTF-16 unit. Categories are those of the unit, and of the whole pair in the (string, int) forms.
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/text.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"
#include "engine/unicode/case.h"
#include "engine/unicode/category.h"

namespace portcullis {

extern const TypeDefinition kCharDefinition;
extern const TypeDefinition kUnicodeCategoryDefinition;

namespace {

// ---- what a character is ------------------------------------------------------------------------------------

bool is_control(char32_t c) { return category_of(c) == UnicodeCategory::kControl; }
bool is_digit(char32_t c) { return category_of(c) == UnicodeCategory::kDecimalDigitNumber; }
bool is_letter_code(char32_t c) { return is_letter(category_of(c)); }
bool is_letter_or_digit(char32_t c) { return is_letter_code(c) || is_digit(c); }
bool is_lower(char32_t c) { return category_of(c) == UnicodeCategory::kLowercaseLetter; }
bool is_upper(char32_t c) { return category_of(c) == UnicodeCategory::kUppercaseLetter; }
bool is_number_code(char32_t c) { return is_number(category_of(c)); }
bool is_punctuation_code(char32_t c) { return is_punctuation(category_of(c)); }
bool is_separator_code(char32_t c) { return is_separator(category_of(c)); }
bool is_symbol_code(char32_t c) { return is_symbol(category_of(c)); }
bool is_space(char32_t c) { return is_white_space(c); }
bool is_surrogate_code(char32_t c) { return is_surrogate(c); }
bool is_high(char32_t c) { return is_high_surrogate(c); }
bool is_low(char32_t c) { return is_low_surrogate(c); }

template <bool (*kIs)(char32_t)>
bool of_char(char16_t c) {
  return kIs(c);
}

Raised raise_bad_index(Run& run) {
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than the size of the collection.",
                            "index");
}

// False after raising.
bool check_place(Run& run, const String* text, std::int32_t index, std::string_view parameter) {
  if (text == nullptr) {
    run.raise_null(parameter);
    return false;
  }
  if (index < 0 || static_cast<std::uint32_t>(index) >= text->length_utf16()) {
    raise_bad_index(run);
    return false;
  }
  return true;
}

// The character that starts at the place: both halves of a pair.
char32_t code_from(const String& text, std::uint32_t index) {
  const char16_t first = unit_at(text, index);
  if (!is_high_surrogate(first) || index + 1 >= text.length_utf16()) return first;
  const char16_t second = unit_at(text, index + 1);
  return is_low_surrogate(second) ? combine_surrogates(first, second) : first;
}

template <bool (*kIs)(char32_t)>
bool in_string(Run& run, String* text, std::int32_t index) {
  if (!check_place(run, text, index, "s")) return false;
  return kIs(code_from(*text, static_cast<std::uint32_t>(index)));
}

template <bool (*kIs)(char32_t)>
bool unit_in_string(Run& run, String* text, std::int32_t index) {
  if (!check_place(run, text, index, "s")) return false;
  return kIs(unit_at(*text, static_cast<std::uint32_t>(index)));
}

bool is_pair(char16_t high, char16_t low) { return is_high_surrogate(high) && is_low_surrogate(low); }
bool is_pair_in(Run& run, String* text, std::int32_t index) {
  if (!check_place(run, text, index, "s")) return false;
  return code_from(*text, static_cast<std::uint32_t>(index)) >= 0x10000;
}

bool is_ascii_char(char16_t c) { return c < 0x80; }
bool is_ascii_digit_char(char16_t c) { return c >= u'0' && c <= u'9'; }
bool is_ascii_upper(char16_t c) { return c >= u'A' && c <= u'Z'; }
bool is_ascii_lower(char16_t c) { return c >= u'a' && c <= u'z'; }
bool is_ascii_letter_char(char16_t c) { return is_ascii_upper(c) || is_ascii_lower(c); }
bool is_ascii_letter_or_digit(char16_t c) { return is_ascii_letter_char(c) || is_ascii_digit_char(c); }
bool is_ascii_hex_upper(char16_t c) { return is_ascii_digit_char(c) || (c >= u'A' && c <= u'F'); }
bool is_ascii_hex_lower(char16_t c) { return is_ascii_digit_char(c) || (c >= u'a' && c <= u'f'); }
bool is_ascii_hex(char16_t c) { return is_ascii_hex_upper(c) || is_ascii_hex_lower(c); }
bool is_between(char16_t c, char16_t first, char16_t last) {
  return static_cast<std::uint32_t>(c) - first <= static_cast<std::uint32_t>(last) - first;
}

double numeric_of(char16_t c) { return numeric_value(c); }
double numeric_in(Run& run, String* text, std::int32_t index) {
  if (!check_place(run, text, index, "s")) return 0;
  return numeric_value(code_from(*text, static_cast<std::uint32_t>(index)));
}
UnicodeCategory unicode_category(char16_t c) { return category_of(c); }
UnicodeCategory unicode_category_in(Run& run, String* text, std::int32_t index) {
  if (!check_place(run, text, index, "s")) return {};
  return category_of(code_from(*text, static_cast<std::uint32_t>(index)));
}

// ---- conversions --------------------------------------------------------------------------------------------

char16_t upper(char16_t c) { return static_cast<char16_t>(to_upper(c)); }
char16_t lower(char16_t c) { return static_cast<char16_t>(to_lower(c)); }
char16_t upper_in_culture(char16_t c, Object*) { return upper(c); }
char16_t lower_in_culture(char16_t c, Object*) { return lower(c); }

String* from_utf32(Run& run, std::int32_t code) {
  const auto value = static_cast<char32_t>(code);
  if (value > 0x10FFFF || is_surrogate(value)) {
    return run.raise_argument(
        Known::kArgumentOutOfRangeException,
        "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate "
        "codepoint values (0x00d800 ~ 0x00dfff).",
        "utf32");
  }
  char bytes[4];
  return run.string({bytes, encode_utf8(bytes, value)});
}

std::int32_t pair_to_utf32(Run& run, char16_t high, char16_t low) {
  if (!is_high_surrogate(high)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.",
                              "highSurrogate");
  }
  if (!is_low_surrogate(low)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "A valid low surrogate character is between 0xdc00 and 0xdfff, inclusive.",
                              "lowSurrogate");
  }
  return static_cast<std::int32_t>(combine_surrogates(high, low));
}

std::int32_t text_to_utf32(Run& run, String* text, std::int32_t index) {
  if (!check_place(run, text, index, "s")) return 0;
  const char32_t code = code_from(*text, static_cast<std::uint32_t>(index));
  if (is_surrogate(code)) {
    return run.raise_argument(
        Known::kArgumentException,
        joined("Found a ", is_high_surrogate(code) ? "high" : "low", " surrogate char without a ",
               is_high_surrogate(code) ? "following low" : "preceding high", " surrogate at index: ", index,
               ". The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters."),
        "s");
  }
  return static_cast<std::int32_t>(code);
}

char16_t parse(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("s");
  if (text->length_utf16() != 1)
    return run.raise(Known::kFormatException, "String must be exactly one character long.");
  return unit_at(*text, 0);
}

bool try_parse(String* text, Slot* result) {
  const bool good = text != nullptr && text->length_utf16() == 1;
  *result = Slot::of(good ? unit_at(*text, 0) : 0);
  return good;
}

// ---- instance -----------------------------------------------------------------------------------------------

String* to_string_of(Run& run, char16_t self) { return string_of_unit(run, self); }
String* to_string_in_culture(Run& run, char16_t self, Object*) { return string_of_unit(run, self); }
bool equals_char(char16_t self, char16_t other) { return self == other; }
std::int32_t compare_to_char(char16_t self, char16_t other) { return self - other; }
std::int32_t compare_to_object(Run& run, char16_t self, Object* other) {
  if (other == nullptr) return 1;
  if (!other->type->is(Known::kChar)) return run.raise(Known::kArgumentException, "Object must be of type Char.");
  return self - static_cast<std::int32_t>(static_cast<const Box*>(other)->value.integer);
}
std::int32_t hash_of(char16_t self) { return self | (self << 16); }

String* char_to_string(Run& run, const Type&, Slot self) { return string_of_unit(run, from_slot<char16_t>(self)); }
std::int32_t char_hash(Run&, const Type&, Slot self) { return hash_of(from_slot<char16_t>(self)); }
// The difference, as CompareTo gives it.
std::int32_t char_compare(Run&, const Type&, Slot self, Slot other) {
  return static_cast<std::int32_t>(self.integer - other.integer);
}

constexpr TypeOperations kOperations{.to_string = &char_to_string, .hash = &char_hash, .compare = &char_compare};

constexpr std::uint8_t kSafe = kPure | kNoRaise;

std::int32_t type_code(char16_t) { return 4; }

constexpr Member kMembers[] = {
    method<&type_code>("TypeCode GetTypeCode()").with(kSafe),
    constant("const char MinValue", 0),
    constant("const char MaxValue", 0xFFFF),
    method<&of_char<&is_control>>("static bool IsControl(char c)").with(kSafe),
    method<&in_string<&is_control>>("static bool IsControl(string s, int index)").with(kPure),
    method<&of_char<&is_digit>>("static bool IsDigit(char c)").with(kSafe),
    method<&in_string<&is_digit>>("static bool IsDigit(string s, int index)").with(kPure),
    method<&of_char<&is_letter_code>>("static bool IsLetter(char c)").with(kSafe),
    method<&in_string<&is_letter_code>>("static bool IsLetter(string s, int index)").with(kPure),
    method<&of_char<&is_letter_or_digit>>("static bool IsLetterOrDigit(char c)").with(kSafe),
    method<&in_string<&is_letter_or_digit>>("static bool IsLetterOrDigit(string s, int index)").with(kPure),
    method<&of_char<&is_lower>>("static bool IsLower(char c)").with(kSafe),
    method<&in_string<&is_lower>>("static bool IsLower(string s, int index)").with(kPure),
    method<&of_char<&is_upper>>("static bool IsUpper(char c)").with(kSafe),
    method<&in_string<&is_upper>>("static bool IsUpper(string s, int index)").with(kPure),
    method<&of_char<&is_number_code>>("static bool IsNumber(char c)").with(kSafe),
    method<&in_string<&is_number_code>>("static bool IsNumber(string s, int index)").with(kPure),
    method<&of_char<&is_punctuation_code>>("static bool IsPunctuation(char c)").with(kSafe),
    method<&in_string<&is_punctuation_code>>("static bool IsPunctuation(string s, int index)").with(kPure),
    method<&of_char<&is_separator_code>>("static bool IsSeparator(char c)").with(kSafe),
    method<&in_string<&is_separator_code>>("static bool IsSeparator(string s, int index)").with(kPure),
    method<&of_char<&is_symbol_code>>("static bool IsSymbol(char c)").with(kSafe),
    method<&in_string<&is_symbol_code>>("static bool IsSymbol(string s, int index)").with(kPure),
    method<&of_char<&is_space>>("static bool IsWhiteSpace(char c)").with(kSafe),
    method<&unit_in_string<&is_space>>("static bool IsWhiteSpace(string s, int index)").with(kPure),
    method<&of_char<&is_surrogate_code>>("static bool IsSurrogate(char c)").with(kSafe),
    method<&unit_in_string<&is_surrogate_code>>("static bool IsSurrogate(string s, int index)").with(kPure),
    method<&of_char<&is_high>>("static bool IsHighSurrogate(char c)").with(kSafe),
    method<&unit_in_string<&is_high>>("static bool IsHighSurrogate(string s, int index)").with(kPure),
    method<&of_char<&is_low>>("static bool IsLowSurrogate(char c)").with(kSafe),
    method<&unit_in_string<&is_low>>("static bool IsLowSurrogate(string s, int index)").with(kPure),
    method<&is_pair>("static bool IsSurrogatePair(char highSurrogate, char lowSurrogate)").with(kSafe),
    method<&is_pair_in>("static bool IsSurrogatePair(string s, int index)").with(kPure),
    method<&is_ascii_char>("static bool IsAscii(char c)").with(kSafe),
    method<&is_ascii_digit_char>("static bool IsAsciiDigit(char c)").with(kSafe),
    method<&is_ascii_letter_char>("static bool IsAsciiLetter(char c)").with(kSafe),
    method<&is_ascii_upper>("static bool IsAsciiLetterUpper(char c)").with(kSafe),
    method<&is_ascii_lower>("static bool IsAsciiLetterLower(char c)").with(kSafe),
    method<&is_ascii_letter_or_digit>("static bool IsAsciiLetterOrDigit(char c)").with(kSafe),
    method<&is_ascii_hex>("static bool IsAsciiHexDigit(char c)").with(kSafe),
    method<&is_ascii_hex_upper>("static bool IsAsciiHexDigitUpper(char c)").with(kSafe),
    method<&is_ascii_hex_lower>("static bool IsAsciiHexDigitLower(char c)").with(kSafe),
    method<&is_between>("static bool IsBetween(char c, char minInclusive, char maxInclusive)").with(kSafe),
    method<&numeric_of>("static double GetNumericValue(char c)").with(kSafe),
    method<&numeric_in>("static double GetNumericValue(string s, int index)").with(kPure),
    method<&unicode_category>("static UnicodeCategory GetUnicodeCategory(char c)").with(kSafe),
    method<&unicode_category_in>("static UnicodeCategory GetUnicodeCategory(string s, int index)").with(kPure),
    method<&upper>("static char ToUpper(char c)").with(kSafe),
    method<&upper_in_culture>("static char ToUpper(char c, CultureInfo culture)").with(kNoRaise),
    method<&upper>("static char ToUpperInvariant(char c)").with(kSafe),
    method<&lower>("static char ToLower(char c)").with(kSafe),
    method<&lower_in_culture>("static char ToLower(char c, CultureInfo culture)").with(kNoRaise),
    method<&lower>("static char ToLowerInvariant(char c)").with(kSafe),
    method<&from_utf32>("static string ConvertFromUtf32(int utf32)").with(kPure),
    method<&pair_to_utf32>("static int ConvertToUtf32(char highSurrogate, char lowSurrogate)").with(kPure),
    method<&text_to_utf32>("static int ConvertToUtf32(string s, int index)").with(kPure),
    method<&parse>("static char Parse(string s)").with(kPure),
    method<&try_parse>("static bool TryParse(string s, out char result)").with(kNoRaise),
    method<&to_string_of>("static string ToString(char c)").with(kSafe),
    method<&to_string_of>("string ToString()").with(kSafe),
    method<&to_string_in_culture>("string ToString(IFormatProvider provider)").with(kNoRaise),
    method<&equals_char>("bool Equals(char obj)").with(kSafe),
    method<&compare_to_char>("int CompareTo(char value)").with(kSafe),
    method<&compare_to_object>("int CompareTo(object value)").with(kPure),
    method<&hash_of>("int GetHashCode()").with(kSafe),
};

constexpr EnumValue kCategories[] = {
    {"UppercaseLetter", 0},
    {"LowercaseLetter", 1},
    {"TitlecaseLetter", 2},
    {"ModifierLetter", 3},
    {"OtherLetter", 4},
    {"NonSpacingMark", 5},
    {"SpacingCombiningMark", 6},
    {"EnclosingMark", 7},
    {"DecimalDigitNumber", 8},
    {"LetterNumber", 9},
    {"OtherNumber", 10},
    {"SpaceSeparator", 11},
    {"LineSeparator", 12},
    {"ParagraphSeparator", 13},
    {"Control", 14},
    {"Format", 15},
    {"Surrogate", 16},
    {"PrivateUse", 17},
    {"ConnectorPunctuation", 18},
    {"DashPunctuation", 19},
    {"OpenPunctuation", 20},
    {"ClosePunctuation", 21},
    {"InitialQuotePunctuation", 22},
    {"FinalQuotePunctuation", 23},
    {"OtherPunctuation", 24},
    {"MathSymbol", 25},
    {"CurrencySymbol", 26},
    {"ModifierSymbol", 27},
    {"OtherSymbol", 28},
    {"OtherNotAssigned", 29},
};

}  // namespace

const TypeDefinition kCharDefinition{
    .declaration = "struct System.Char : IComparable, IComparable<char>, IConvertible, IEquatable<char>, IFormattable",
    .members = kMembers,
    .operations = &kOperations,
    .storage = Storage::kInteger};
const TypeDefinition kUnicodeCategoryDefinition{.declaration = "enum System.Globalization.UnicodeCategory : int",
                                                .values = kCategories};

}  // namespace portcullis
