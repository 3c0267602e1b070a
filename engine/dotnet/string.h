// The functions behind System.String's members, by subject; string.cc has the table. Not for other files: what they may
// use is in text.h, string_comparison.h and composite_format.h.
#pragma once

#include <cstdint>

#include "engine/dotnet/string_comparison.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis::strings {

// ---- string_search.cc ---------------------------------------------------------------------------------------
bool contains(Run& run, String* self, String* value);
bool contains_char(String* self, char16_t value);
bool contains_by(Run& run, String* self, String* value, StringComparison comparison);
bool contains_char_by(Run& run, String* self, char16_t value, StringComparison comparison);
bool starts_with(Run& run, String* self, String* value);
bool starts_with_by(Run& run, String* self, String* value, StringComparison comparison);
bool starts_with_char(String* self, char16_t value);
bool starts_with_in_culture(Run& run, String* self, String* value, bool ignore_case, Object* culture);
bool ends_with(Run& run, String* self, String* value);
bool ends_with_by(Run& run, String* self, String* value, StringComparison comparison);
bool ends_with_char(String* self, char16_t value);
bool ends_with_in_culture(Run& run, String* self, String* value, bool ignore_case, Object* culture);
std::int32_t index_of_char(String* self, char16_t value);
std::int32_t index_of_char_from(Run& run, String* self, char16_t value, std::int32_t start);
std::int32_t index_of_char_in(Run& run, String* self, char16_t value, std::int32_t start, std::int32_t count);
std::int32_t index_of_char_by(Run& run, String* self, char16_t value, StringComparison comparison);
std::int32_t index_of(Run& run, String* self, String* value);
std::int32_t index_of_from(Run& run, String* self, String* value, std::int32_t start);
std::int32_t index_of_in(Run& run, String* self, String* value, std::int32_t start, std::int32_t count);
std::int32_t index_of_by(Run& run, String* self, String* value, StringComparison comparison);
std::int32_t index_of_from_by(Run& run, String* self, String* value, std::int32_t start, StringComparison comparison);
std::int32_t index_of_in_by(Run& run, String* self, String* value, std::int32_t start, std::int32_t count,
                            StringComparison comparison);
std::int32_t last_index_of_char(Run& run, String* self, char16_t value);
std::int32_t last_index_of_char_from(Run& run, String* self, char16_t value, std::int32_t start);
std::int32_t last_index_of_char_in(Run& run, String* self, char16_t value, std::int32_t start, std::int32_t count);
std::int32_t last_index_of(Run& run, String* self, String* value);
std::int32_t last_index_of_from(Run& run, String* self, String* value, std::int32_t start);
std::int32_t last_index_of_in(Run& run, String* self, String* value, std::int32_t start, std::int32_t count);
std::int32_t last_index_of_by(Run& run, String* self, String* value, StringComparison comparison);
std::int32_t last_index_of_from_by(Run& run, String* self, String* value, std::int32_t start,
                                   StringComparison comparison);
std::int32_t last_index_of_in_by(Run& run, String* self, String* value, std::int32_t start, std::int32_t count,
                                 StringComparison comparison);
std::int32_t index_of_any(Run& run, String* self, Array* any);
std::int32_t index_of_any_from(Run& run, String* self, Array* any, std::int32_t start);
std::int32_t index_of_any_in(Run& run, String* self, Array* any, std::int32_t start, std::int32_t count);
std::int32_t last_index_of_any(Run& run, String* self, Array* any);
std::int32_t last_index_of_any_from(Run& run, String* self, Array* any, std::int32_t start);
std::int32_t last_index_of_any_in(Run& run, String* self, Array* any, std::int32_t start, std::int32_t count);

// ---- string_change.cc ---------------------------------------------------------------------------------------
String* substring_from(Run& run, String* self, std::int32_t start);
String* substring_of(Run& run, String* self, std::int32_t start, std::int32_t length);
String* remove_from(Run& run, String* self, std::int32_t start);
String* remove_range(Run& run, String* self, std::int32_t start, std::int32_t count);
String* insert(Run& run, String* self, std::int32_t start, String* value);
String* replace_char(Run& run, String* self, char16_t old_char, char16_t new_char);
String* replace(Run& run, String* self, String* old_value, String* new_value);
String* replace_by(Run& run, String* self, String* old_value, String* new_value, StringComparison comparison);
String* replace_in_culture(Run& run, String* self, String* old_value, String* new_value, bool ignore_case,
                           Object* culture);
String* replace_line_endings(Run& run, String* self);
String* replace_line_endings_with(Run& run, String* self, String* replacement);
String* pad_left(Run& run, String* self, std::int32_t width);
String* pad_left_with(Run& run, String* self, std::int32_t width, char16_t filler);
String* pad_right(Run& run, String* self, std::int32_t width);
String* pad_right_with(Run& run, String* self, std::int32_t width, char16_t filler);
String* trim(Run& run, String* self);
String* trim_char(Run& run, String* self, char16_t c);
String* trim_chars(Run& run, String* self, Array* chars);
String* trim_start(Run& run, String* self);
String* trim_start_char(Run& run, String* self, char16_t c);
String* trim_start_chars(Run& run, String* self, Array* chars);
String* trim_end(Run& run, String* self);
String* trim_end_char(Run& run, String* self, char16_t c);
String* trim_end_chars(Run& run, String* self, Array* chars);
String* to_upper_text(Run& run, String* self);
String* to_upper_in_culture(Run& run, String* self, Object* culture);
String* to_lower_text(Run& run, String* self);
String* to_lower_in_culture(Run& run, String* self, Object* culture);
String* normalize_text(Run& run, String* self);
String* normalize_to(Run& run, String* self, std::int32_t form);
bool is_normalized(Run& run, String* self);
bool is_normalized_to(Run& run, String* self, std::int32_t form);

// ---- string_split.cc ----------------------------------------------------------------------------------------
Array* split_chars(Run& run, String* self, Array* separators);
Array* split_chars_count(Run& run, String* self, Array* separators, std::int32_t count);
Array* split_chars_options(Run& run, String* self, Array* separators, std::int32_t options);
Array* split_chars_count_options(Run& run, String* self, Array* separators, std::int32_t count, std::int32_t options);
Array* split_char_options(Run& run, String* self, char16_t separator, std::int32_t options);
Array* split_char_count_options(Run& run, String* self, char16_t separator, std::int32_t count, std::int32_t options);
Array* split_text_options(Run& run, String* self, String* separator, std::int32_t options);
Array* split_text_count_options(Run& run, String* self, String* separator, std::int32_t count, std::int32_t options);
Array* split_texts_options(Run& run, String* self, Array* separators, std::int32_t options);
Array* split_texts_count_options(Run& run, String* self, Array* separators, std::int32_t count, std::int32_t options);

// ---- string_join.cc -----------------------------------------------------------------------------------------
String* concat_object(Run& run, Object* a);
String* concat_objects2(Run& run, Object* a, Object* b);
String* concat_objects3(Run& run, Object* a, Object* b, Object* c);
String* concat_objects(Run& run, Array* values);
String* concat2(Run& run, String* a, String* b);
String* concat3(Run& run, String* a, String* b, String* c);
String* concat4(Run& run, String* a, String* b, String* c, String* d);
String* concat_strings(Run& run, Array* values);
String* concat_string_sequence(Run& run, Object* values);
String* concat_sequence(Run& run, Object* values, const CallSite& site);
String* join_strings(Run& run, String* separator, Array* values);
String* join_objects(Run& run, String* separator, Array* values);
String* join_string_sequence(Run& run, String* separator, Object* values);
String* join_sequence(Run& run, String* separator, Object* values, const CallSite& site);
String* join_range(Run& run, String* separator, Array* values, std::int32_t start, std::int32_t count);
String* join_strings_by_char(Run& run, char16_t separator, Array* values);
String* join_objects_by_char(Run& run, char16_t separator, Array* values);
String* join_sequence_by_char(Run& run, char16_t separator, Object* values, const CallSite& site);
String* join_range_by_char(Run& run, char16_t separator, Array* values, std::int32_t start, std::int32_t count);

// ---- string_compare.cc --------------------------------------------------------------------------------------
std::int32_t compare(String* a, String* b);
std::int32_t compare_case(String* a, String* b, bool ignore_case);
std::int32_t compare_by(Run& run, String* a, String* b, StringComparison comparison);
std::int32_t compare_case_culture(String* a, String* b, bool ignore_case, Object* culture);
std::int32_t compare_culture_options(String* a, String* b, Object* culture, std::int32_t options);
std::int32_t compare_parts(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b, std::int32_t length);
std::int32_t compare_parts_case(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b,
                                std::int32_t length, bool ignore_case);
std::int32_t compare_parts_by(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b, std::int32_t length,
                              StringComparison comparison);
std::int32_t compare_parts_case_culture(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b,
                                        std::int32_t length, bool ignore_case, Object* culture);
std::int32_t compare_ordinal_strings(String* a, String* b);
std::int32_t compare_ordinal_parts(Run& run, String* a, std::int32_t at_a, String* b, std::int32_t at_b,
                                   std::int32_t length);
std::int32_t compare_to(String* self, String* other);
std::int32_t compare_to_object(Run& run, String* self, Object* other);
bool equals_text(String* self, String* other);
bool equals_object(String* self, Object* other);
bool equals_by(Run& run, String* self, String* other, StringComparison comparison);
bool static_equals(String* a, String* b);
bool static_equals_by(Run& run, String* a, String* b, StringComparison comparison);
bool differs(String* a, String* b);
std::int32_t hash_by(Run& run, String* self, StringComparison comparison);

// ---- string_format.cc ---------------------------------------------------------------------------------------
String* format1(Run& run, String* format, Object* a, const CallSite& site);
String* format2(Run& run, String* format, Object* a, Object* b, const CallSite& site);
String* format3(Run& run, String* format, Object* a, Object* b, Object* c, const CallSite& site);
String* format_all(Run& run, String* format, Array* arguments, const CallSite& site);
String* format1_in_culture(Run& run, Object* provider, String* format, Object* a, const CallSite& site);
String* format2_in_culture(Run& run, Object* provider, String* format, Object* a, Object* b, const CallSite& site);
String* format3_in_culture(Run& run, Object* provider, String* format, Object* a, Object* b, Object* c,
                           const CallSite& site);
String* format_all_in_culture(Run& run, Object* provider, String* format, Array* arguments, const CallSite& site);
/// Parses a constant format; argument 0 or, with a provider, argument 1.
const void* prepare_format(Preparation& preparation, std::span<const ConstantArgument> arguments);
const void* prepare_format_in_culture(Preparation& preparation, std::span<const ConstantArgument> arguments);

}  // namespace portcullis::strings
