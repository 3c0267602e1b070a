// System.String: construction, the small members, and the table of all of them. The rest by subject: string_search.cc,
// string_change.cc, string_split.cc, string_join.cc, string_compare.cc, string_format.cc.
#include "engine/dotnet/string.h"

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/text.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/unicode/category.h"

namespace portcullis {

extern const TypeDefinition kStringDefinition;

namespace {

using namespace strings;  // NOLINT(google-build-using-namespace): the table's own functions

// ---- construction -------------------------------------------------------------------------------------------

String* repeat(Run& run, char16_t c, std::int32_t count) {
  if (count < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Count cannot be less than zero.", "count");
  }
  TextBuffer out;
  out.append_repeated(run, c, static_cast<std::uint64_t>(count));
  return out.take(run);
}

String* of_chars(Run& run, Array* chars) {
  return chars == nullptr ? run.empty_string() : string_of_chars(run, *chars, 0, chars->length);
}

String* of_char_range(Run& run, Array* chars, std::int32_t start, std::int32_t length) {
  if (chars == nullptr) return run.raise_null("value");
  if (start < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "StartIndex cannot be less than zero.",
                              "startIndex");
  }
  if (length < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Length cannot be less than zero.", "length");
  }
  if (static_cast<std::int64_t>(start) + length > chars->length) {
    return run.raise_argument(
        Known::kArgumentOutOfRangeException,
        "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
        "startIndex");
  }
  return string_of_chars(run, *chars, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(length));
}

// ---- small members ------------------------------------------------------------------------------------------

String* empty(Run& run) { return run.empty_string(); }
std::int32_t length(String* self) { return static_cast<std::int32_t>(self->length_utf16()); }

char16_t char_at(Run& run, String* self, std::int32_t index) {
  if (index < 0 || static_cast<std::uint32_t>(index) >= self->length_utf16()) [[unlikely]] {
    return run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array.");
  }
  return unit_at(*self, static_cast<std::uint32_t>(index));
}

bool is_null_or_empty(String* text) { return text == nullptr || text->size == 0; }

bool is_null_or_white_space(String* text) {
  if (text == nullptr) return true;
  for (std::size_t at = 0; at < text->size;) {
    const Decoded decoded = decode_utf8(text->view(), at);
    if (!is_white_space(decoded.code)) return false;
    at += decoded.length;
  }
  return true;
}

String* copy(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("str");
  return run.view(text->view(), text->counted_length_utf16);
}

// Literals and interned strings are one object for each text: see `String::is_interned`.
String* intern(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("str");
  if (text->is_interned) return text;
  String* interned = run.view(text->view(), text->length_utf16());
  interned->is_interned = true;
  return interned;
}
String* is_interned(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("str");
  return text->is_interned ? text : nullptr;
}

Array* to_char_array(Run& run, String* self) { return char_array(run, *self, 0, self->length_utf16()); }

Array* to_char_array_of(Run& run, String* self, std::int32_t start, std::int32_t count) {
  const auto all = static_cast<std::int32_t>(self->length_utf16());
  if (start < 0 || start > all || start > all - count) {
    return run.raise_argument(
        Known::kArgumentOutOfRangeException,
        "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
        "startIndex");
  }
  if (count < 0) {
    return run.raise_argument(
        Known::kArgumentOutOfRangeException,
        "Index was out of range. Must be non-negative and less than or equal to the size of the collection.", "length");
  }
  return char_array(run, *self, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(count));
}

void copy_to(Run& run, String* self, std::int32_t source_index, Array* destination, std::int32_t destination_index,
             std::int32_t count) {
  if (destination == nullptr) return run.raise_null("destination"), void();
  if (raise_if_negative(run, count, "count") || raise_if_negative(run, source_index, "sourceIndex")) return;
  const auto all = static_cast<std::int64_t>(self->length_utf16());
  if (count > all - source_index) {
    run.raise_argument(Known::kArgumentOutOfRangeException,
                       "Index and count must refer to a location within the string.", "sourceIndex");
    return;
  }
  if (destination_index < 0 || destination_index > static_cast<std::int64_t>(destination->length) - count) {
    run.raise_argument(Known::kArgumentOutOfRangeException,
                       "Index and count must refer to a location within the string.", "destinationIndex");
    return;
  }
  const Array* units =
      char_array(run, *self, static_cast<std::uint32_t>(source_index), static_cast<std::uint32_t>(count));
  if (units == nullptr) return;
  std::copy(units->items, units->items + count, destination->items + destination_index);
}

String* itself(String* self) { return self; }
String* itself_in_culture(String* self, Object*) { return self; }
Object* clone(String* self) { return self; }
std::int32_t type_code() { return 18; }
std::int32_t get_type_code(String*) { return type_code(); }

// ---- as a sequence ------------------------------------------------------------------------------------------

struct StringEnumerator : Enumerator {
  UnitReader reader{{}};
};

bool next_unit(Run&, Enumerator* self) {
  char16_t unit = 0;
  if (!static_cast<StringEnumerator*>(self)->reader.next(unit)) return false;
  self->current = Slot::of(unit);
  return true;
}

Enumerator* enumerate_units(Run& run, Object* self) {
  auto* walk = run.make<StringEnumerator>(Known::kIEnumerator);
  walk->reader = UnitReader(static_cast<const String*>(self)->view());
  walk->next = &next_unit;
  return walk;
}

Enumerator* get_enumerator(Run& run, String* self) { return enumerate_units(run, self); }

std::int64_t count_units(Run&, Object* self) { return static_cast<const String*>(self)->length_utf16(); }

std::int32_t compare_values(Run&, const Type&, Slot self, Slot other) {
  return strings::compare(static_cast<String*>(self.object), static_cast<String*>(other.object));
}

constexpr TypeOperations kOperations{.compare = &compare_values, .enumerate = &enumerate_units, .count = &count_units};

constexpr std::uint8_t kSafe = kPure | kNoRaise;

constexpr Member kMembers[] = {
    constructor<&repeat>("new String(char c, int count)").with(kPure),
    constructor<&of_chars>("new String(char[] value)"),
    constructor<&of_char_range>("new String(char[] value, int startIndex, int length)"),
    property<&empty>("static string Empty { get; }").with(kSafe),
    property<&length>("int Length { get; }").with(kSafe),
    indexer<&char_at>("char this[int index] { get; }").with(kPure),
    method<&is_null_or_empty>("static bool IsNullOrEmpty(string value)").with(kSafe),
    method<&is_null_or_white_space>("static bool IsNullOrWhiteSpace(string value)").with(kSafe),
    method<&copy>("static string Copy(string str)"),
    method<&intern>("static string Intern(string str)"),
    method<&is_interned>("static string IsInterned(string str)"),

    method<&concat_object>("static string Concat(object arg0)"),
    method<&concat_objects2>("static string Concat(object arg0, object arg1)"),
    method<&concat_objects3>("static string Concat(object arg0, object arg1, object arg2)"),
    method<&concat_objects>("static string Concat(params object[] args)"),
    method<&concat2>("static string Concat(string str0, string str1)").with(kPure),
    method<&concat3>("static string Concat(string str0, string str1, string str2)").with(kPure),
    method<&concat4>("static string Concat(string str0, string str1, string str2, string str3)").with(kPure),
    method<&concat_strings>("static string Concat(params string[] values)"),
    method<&concat_string_sequence>("static string Concat(IEnumerable<string> values)"),
    method<&concat_sequence>("static string Concat<T>(IEnumerable<T> values)"),
    method<&join_strings>("static string Join(string separator, params string[] value)"),
    method<&join_objects>("static string Join(string separator, params object[] values)"),
    method<&join_string_sequence>("static string Join(string separator, IEnumerable<string> values)"),
    method<&join_sequence>("static string Join<T>(string separator, IEnumerable<T> values)"),
    method<&join_range>("static string Join(string separator, string[] value, int startIndex, int count)"),
    method<&join_strings_by_char>("static string Join(char separator, params string[] value)"),
    method<&join_objects_by_char>("static string Join(char separator, params object[] values)"),
    method<&join_sequence_by_char>("static string Join<T>(char separator, IEnumerable<T> values)"),
    method<&join_range_by_char>("static string Join(char separator, string[] value, int startIndex, int count)"),

    method<&format1>("static string Format(string format, object arg0)").prepared_by(&prepare_format),
    method<&format2>("static string Format(string format, object arg0, object arg1)").prepared_by(&prepare_format),
    method<&format3>("static string Format(string format, object arg0, object arg1, object arg2)")
        .prepared_by(&prepare_format),
    method<&format_all>("static string Format(string format, params object[] args)").prepared_by(&prepare_format),
    method<&format1_in_culture>("static string Format(IFormatProvider provider, string format, object arg0)")
        .prepared_by(&prepare_format_in_culture),
    method<&format2_in_culture>(
        "static string Format(IFormatProvider provider, string format, object arg0, object arg1)")
        .prepared_by(&prepare_format_in_culture),
    method<&format3_in_culture>(
        "static string Format(IFormatProvider provider, string format, object arg0, object arg1, object arg2)")
        .prepared_by(&prepare_format_in_culture),
    method<&format_all_in_culture>(
        "static string Format(IFormatProvider provider, string format, params object[] args)")
        .prepared_by(&prepare_format_in_culture),

    method<&strings::compare>("static int Compare(string strA, string strB)").with(kSafe),
    method<&compare_case>("static int Compare(string strA, string strB, bool ignoreCase)").with(kSafe),
    method<&compare_by>("static int Compare(string strA, string strB, StringComparison comparisonType)").with(kPure),
    method<&compare_case_culture>("static int Compare(string strA, string strB, bool ignoreCase, CultureInfo culture)")
        .with(kNoRaise),
    method<&compare_culture_options>(
        "static int Compare(string strA, string strB, CultureInfo culture, CompareOptions options)")
        .with(kNoRaise),
    method<&compare_parts>("static int Compare(string strA, int indexA, string strB, int indexB, int length)")
        .with(kPure),
    method<&compare_parts_case>(
        "static int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase)")
        .with(kPure),
    method<&compare_parts_by>("static int Compare(string strA, int indexA, string strB, int indexB, int length, "
                              "StringComparison comparisonType)")
        .with(kPure),
    method<&compare_parts_case_culture>("static int Compare(string strA, int indexA, string strB, int indexB, int "
                                        "length, bool ignoreCase, CultureInfo culture)"),
    method<&compare_ordinal_strings>("static int CompareOrdinal(string strA, string strB)").with(kSafe),
    method<&compare_ordinal_parts>(
        "static int CompareOrdinal(string strA, int indexA, string strB, int indexB, int length)")
        .with(kPure),
    method<&compare_to>("int CompareTo(string strB)").with(kSafe),
    method<&compare_to_object>("int CompareTo(object value)").with(kPure),
    method<&equals_text>("bool Equals(string value)").with(kSafe),
    method<&equals_object>("bool Equals(object obj)").with(kNoRaise),
    method<&equals_by>("bool Equals(string value, StringComparison comparisonType)").with(kPure),
    method<&strings::static_equals>("static bool Equals(string a, string b)").with(kSafe),
    method<&static_equals_by>("static bool Equals(string a, string b, StringComparison comparisonType)").with(kPure),
    method<&strings::static_equals>("static bool operator ==(string a, string b)").with(kSafe),
    method<&differs>("static bool operator !=(string a, string b)").with(kSafe),
    method<&hash_by>("int GetHashCode(StringComparison comparisonType)"),

    method<&contains>("bool Contains(string value)").with(kPure),
    method<&contains_char>("bool Contains(char value)").with(kSafe),
    method<&contains_by>("bool Contains(string value, StringComparison comparisonType)").with(kPure),
    method<&contains_char_by>("bool Contains(char value, StringComparison comparisonType)").with(kPure),
    method<&starts_with>("bool StartsWith(string value)").with(kPure),
    method<&starts_with_by>("bool StartsWith(string value, StringComparison comparisonType)").with(kPure),
    method<&starts_with_in_culture>("bool StartsWith(string value, bool ignoreCase, CultureInfo culture)"),
    method<&starts_with_char>("bool StartsWith(char value)").with(kSafe),
    method<&ends_with>("bool EndsWith(string value)").with(kPure),
    method<&ends_with_by>("bool EndsWith(string value, StringComparison comparisonType)").with(kPure),
    method<&ends_with_in_culture>("bool EndsWith(string value, bool ignoreCase, CultureInfo culture)"),
    method<&ends_with_char>("bool EndsWith(char value)").with(kSafe),
    method<&index_of_char>("int IndexOf(char value)").with(kSafe),
    method<&index_of_char_from>("int IndexOf(char value, int startIndex)").with(kPure),
    method<&index_of_char_in>("int IndexOf(char value, int startIndex, int count)").with(kPure),
    method<&index_of_char_by>("int IndexOf(char value, StringComparison comparisonType)").with(kPure),
    method<&index_of>("int IndexOf(string value)").with(kPure),
    method<&index_of_from>("int IndexOf(string value, int startIndex)").with(kPure),
    method<&index_of_in>("int IndexOf(string value, int startIndex, int count)").with(kPure),
    method<&index_of_by>("int IndexOf(string value, StringComparison comparisonType)").with(kPure),
    method<&index_of_from_by>("int IndexOf(string value, int startIndex, StringComparison comparisonType)").with(kPure),
    method<&index_of_in_by>("int IndexOf(string value, int startIndex, int count, StringComparison comparisonType)")
        .with(kPure),
    method<&last_index_of_char>("int LastIndexOf(char value)").with(kPure),
    method<&last_index_of_char_from>("int LastIndexOf(char value, int startIndex)").with(kPure),
    method<&last_index_of_char_in>("int LastIndexOf(char value, int startIndex, int count)").with(kPure),
    method<&last_index_of>("int LastIndexOf(string value)").with(kPure),
    method<&last_index_of_from>("int LastIndexOf(string value, int startIndex)").with(kPure),
    method<&last_index_of_in>("int LastIndexOf(string value, int startIndex, int count)").with(kPure),
    method<&last_index_of_by>("int LastIndexOf(string value, StringComparison comparisonType)").with(kPure),
    method<&last_index_of_from_by>("int LastIndexOf(string value, int startIndex, StringComparison comparisonType)")
        .with(kPure),
    method<&last_index_of_in_by>(
        "int LastIndexOf(string value, int startIndex, int count, StringComparison comparisonType)")
        .with(kPure),
    method<&index_of_any>("int IndexOfAny(char[] anyOf)"),
    method<&index_of_any_from>("int IndexOfAny(char[] anyOf, int startIndex)"),
    method<&index_of_any_in>("int IndexOfAny(char[] anyOf, int startIndex, int count)"),
    method<&last_index_of_any>("int LastIndexOfAny(char[] anyOf)"),
    method<&last_index_of_any_from>("int LastIndexOfAny(char[] anyOf, int startIndex)"),
    method<&last_index_of_any_in>("int LastIndexOfAny(char[] anyOf, int startIndex, int count)"),

    method<&substring_from>("string Substring(int startIndex)").with(kPure),
    method<&substring_of>("string Substring(int startIndex, int length)").with(kPure),
    method<&remove_from>("string Remove(int startIndex)").with(kPure),
    method<&remove_range>("string Remove(int startIndex, int count)").with(kPure),
    method<&insert>("string Insert(int startIndex, string value)").with(kPure),
    method<&replace_char>("string Replace(char oldChar, char newChar)").with(kPure),
    method<&replace>("string Replace(string oldValue, string newValue)").with(kPure),
    method<&replace_by>("string Replace(string oldValue, string newValue, StringComparison comparisonType)")
        .with(kPure),
    method<&replace_in_culture>(
        "string Replace(string oldValue, string newValue, bool ignoreCase, CultureInfo culture)"),
    method<&replace_line_endings>("string ReplaceLineEndings()").with(kPure),
    method<&replace_line_endings_with>("string ReplaceLineEndings(string replacementText)").with(kPure),
    method<&pad_left>("string PadLeft(int totalWidth)").with(kPure),
    method<&pad_left_with>("string PadLeft(int totalWidth, char paddingChar)").with(kPure),
    method<&pad_right>("string PadRight(int totalWidth)").with(kPure),
    method<&pad_right_with>("string PadRight(int totalWidth, char paddingChar)").with(kPure),
    method<&trim>("string Trim()").with(kSafe),
    method<&trim_char>("string Trim(char trimChar)").with(kSafe),
    method<&trim_chars>("string Trim(params char[] trimChars)"),
    method<&trim_start>("string TrimStart()").with(kSafe),
    method<&trim_start_char>("string TrimStart(char trimChar)").with(kSafe),
    method<&trim_start_chars>("string TrimStart(params char[] trimChars)"),
    method<&trim_end>("string TrimEnd()").with(kSafe),
    method<&trim_end_char>("string TrimEnd(char trimChar)").with(kSafe),
    method<&trim_end_chars>("string TrimEnd(params char[] trimChars)"),
    method<&to_upper_text>("string ToUpper()").with(kPure),
    method<&to_upper_in_culture>("string ToUpper(CultureInfo culture)"),
    method<&to_upper_text>("string ToUpperInvariant()").with(kPure),
    method<&to_lower_text>("string ToLower()").with(kPure),
    method<&to_lower_in_culture>("string ToLower(CultureInfo culture)"),
    method<&to_lower_text>("string ToLowerInvariant()").with(kPure),
    method<&normalize_text>("string Normalize()").with(kPure),
    method<&normalize_to>("string Normalize(NormalizationForm normalizationForm)"),
    method<&is_normalized>("bool IsNormalized()").with(kPure),
    method<&is_normalized_to>("bool IsNormalized(NormalizationForm normalizationForm)"),

    method<&split_chars>("string[] Split(params char[] separator)"),
    method<&split_chars_count>("string[] Split(char[] separator, int count)"),
    method<&split_chars_options>("string[] Split(char[] separator, StringSplitOptions options)"),
    method<&split_chars_count_options>("string[] Split(char[] separator, int count, StringSplitOptions options)"),
    method<&split_char_options>("string[] Split(char separator, StringSplitOptions options = StringSplitOptions.None)"),
    method<&split_char_count_options>(
        "string[] Split(char separator, int count, StringSplitOptions options = StringSplitOptions.None)"),
    method<&split_text_options>(
        "string[] Split(string separator, StringSplitOptions options = StringSplitOptions.None)"),
    method<&split_text_count_options>(
        "string[] Split(string separator, int count, StringSplitOptions options = StringSplitOptions.None)"),
    method<&split_texts_options>("string[] Split(string[] separator, StringSplitOptions options)"),
    method<&split_texts_count_options>("string[] Split(string[] separator, int count, StringSplitOptions options)"),

    method<&to_char_array>("char[] ToCharArray()"),
    method<&to_char_array_of>("char[] ToCharArray(int startIndex, int length)"),
    method<&copy_to>("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)"),
    method<&get_enumerator>("IEnumerator<char> GetEnumerator()").with(kNoRaise),
    method<&itself>("string ToString()").with(kSafe),
    method<&itself_in_culture>("string ToString(IFormatProvider provider)").with(kNoRaise),
    method<&clone>("object Clone()").with(kNoRaise),
    method<&get_type_code>("TypeCode GetTypeCode()").with(kSafe),
};

}  // namespace

const TypeDefinition kStringDefinition{
    .declaration =
        "sealed class System.String : IComparable, IComparable<string>, IConvertible, "
        "IEnumerable<char>, IEquatable<string>, ICloneable",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
