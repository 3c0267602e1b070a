// System.Text.StringBuilder. Appending writes behind the buffer; members that change the middle rebuild the text.
#include "engine/dotnet/string_builder.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/composite_format.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kStringBuilderDefinition;

std::uint32_t StringBuilder::length_utf16() {
  const std::string_view all = text.view();
  // A pair whose halves were appended one by one takes other bytes than its first half did.
  const bool joined_pair =
      counted_size < all.size() && (static_cast<unsigned char>(all[counted_size]) & 0xC0U) == 0x80U;
  if (counted_size > all.size() || joined_pair) counted_size = counted_utf16 = 0;
  counted_utf16 += utf16_length(all.substr(counted_size));
  counted_size = all.size();
  return counted_utf16;
}

StringBuilder* make_string_builder(Run& run) { return run.make<StringBuilder>(Known::kStringBuilder); }

namespace {

constexpr std::string_view kBeyondEnd =
    "Index was out of range. Must be non-negative and less than or equal to the size of the collection.";
constexpr std::string_view kNotInside =
    "Index was out of range. Must be non-negative and less than the size of the collection.";

std::int32_t length_of(StringBuilder* self) { return static_cast<std::int32_t>(self->length_utf16()); }

// The text as a String whose length is known.
String* content(Run& run, StringBuilder* self) { return run.view(self->text.view(), self->length_utf16()); }

// The text becomes `text`; nothing happens after a failure.
StringBuilder* set_content(Run& run, StringBuilder* self, const String* text) {
  if (text == nullptr || run.failed()) return self;
  TextBuffer fresh;
  fresh.append(run, text);
  self->text = fresh;
  self->counted_size = self->counted_utf16 = 0;
  return self;
}

String* part_of(Run& run, StringBuilder* self, std::int32_t start, std::int32_t length) {
  return substring(run, content(run, self), static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(length));
}

Raised raise_range(Run& run, std::string_view message, std::string_view parameter) {
  return run.raise_argument(Known::kArgumentOutOfRangeException, message, parameter);
}

// ---- construction -------------------------------------------------------------------------------------------

StringBuilder* make_empty(Run& run) { return make_string_builder(run); }
StringBuilder* make_of(Run& run, String* value, std::int32_t capacity) {
  if (raise_if_negative(run, capacity, "capacity")) return nullptr;
  StringBuilder* made = make_string_builder(run);
  made->text.append(run, value);
  made->capacity = std::max(capacity == 0 ? 16 : capacity, length_of(made));
  return made;
}
StringBuilder* make_with_capacity(Run& run, std::int32_t capacity) { return make_of(run, nullptr, capacity); }
StringBuilder* make_with_text(Run& run, String* value) { return make_of(run, value, 16); }
StringBuilder* make_with_max(Run& run, std::int32_t capacity, std::int32_t) { return make_of(run, nullptr, capacity); }

// ---- Append -------------------------------------------------------------------------------------------------

StringBuilder* append_text(Run& run, StringBuilder* self, String* value) {
  self->text.append(run, value);
  return self;
}
StringBuilder* append_char(Run& run, StringBuilder* self, char16_t value) {
  self->text.append_code(run, value);
  return self;
}
StringBuilder* append_chars_repeated(Run& run, StringBuilder* self, char16_t value, std::int32_t count) {
  if (!raise_if_negative(run, count, "repeatCount"))
    self->text.append_repeated(run, value, static_cast<std::uint64_t>(count));
  return self;
}
StringBuilder* append_object(Run& run, StringBuilder* self, Object* value) {
  return append_text(run, self, to_text(run, run.type(Known::kObject), Slot::of_object(value)));
}
template <typename T>
StringBuilder* append_integer(Run& run, StringBuilder* self, T value) {
  char digits[24];
  const char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  self->text.append(run, std::string_view(digits, static_cast<std::size_t>(end - digits)));
  return self;
}
template <Known kType, typename T>
StringBuilder* append_value(Run& run, StringBuilder* self, T value) {
  return append_text(run, self, to_string(run, run.type(kType), to_slot<T>(value)));
}
StringBuilder* append_chars(Run& run, StringBuilder* self, Array* value) {
  if (value == nullptr) return self;
  return append_text(run, self, string_of_chars(run, *value, 0, value->length));
}

// False after raising; a null source is good for an empty range only.
bool check_source(Run& run, std::int64_t length, bool is_null, std::int32_t start, std::int32_t count) {
  if (raise_if_negative(run, start, "startIndex") || raise_if_negative(run, count, "count")) return false;
  if (is_null) {
    if (start == 0 && count == 0) return true;
    run.raise_null("value");
    return false;
  }
  if (start > length - count) {
    raise_range(run, kBeyondEnd, "startIndex");
    return false;
  }
  return true;
}
StringBuilder* append_part(Run& run, StringBuilder* self, String* value, std::int32_t start, std::int32_t count) {
  if (!check_source(run, value == nullptr ? 0 : value->length_utf16(), value == nullptr, start, count) ||
      value == nullptr)
    return self;
  return append_text(run, self,
                     substring(run, value, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(count)));
}
StringBuilder* append_char_part(Run& run, StringBuilder* self, Array* value, std::int32_t start, std::int32_t count) {
  if (!check_source(run, value == nullptr ? 0 : value->length, value == nullptr, start, count) || value == nullptr)
    return self;
  return append_text(
      run, self, string_of_chars(run, *value, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(count)));
}
StringBuilder* append_builder(Run& run, StringBuilder* self, StringBuilder* value) {
  return value == nullptr ? self : append_text(run, self, content(run, value));
}
StringBuilder* append_builder_part(Run& run, StringBuilder* self, StringBuilder* value, std::int32_t start,
                                   std::int32_t count) {
  return append_part(run, self, value == nullptr ? nullptr : content(run, value), start, count);
}
StringBuilder* append_line(Run& run, StringBuilder* self) {
  self->text.append(run, std::string_view("\n"));
  return self;
}
StringBuilder* append_text_line(Run& run, StringBuilder* self, String* value) {
  self->text.append(run, value);
  return append_line(run, self);
}

// ---- AppendFormat, AppendJoin -------------------------------------------------------------------------------

StringBuilder* append_formatted(Run& run, StringBuilder* self, String* format, std::span<const Slot> arguments,
                                const CallSite& site) {
  if (format == nullptr) return run.raise_null("format");
  append_composite(run, self->text, composite_format_of(run, site, *format), arguments);
  return self;
}
StringBuilder* append_format1(Run& run, StringBuilder* self, String* format, Object* a, const CallSite& site) {
  const Slot arguments[] = {Slot::of_object(a)};
  return append_formatted(run, self, format, arguments, site);
}
StringBuilder* append_format2(Run& run, StringBuilder* self, String* format, Object* a, Object* b,
                              const CallSite& site) {
  const Slot arguments[] = {Slot::of_object(a), Slot::of_object(b)};
  return append_formatted(run, self, format, arguments, site);
}
StringBuilder* append_format3(Run& run, StringBuilder* self, String* format, Object* a, Object* b, Object* c,
                              const CallSite& site) {
  const Slot arguments[] = {Slot::of_object(a), Slot::of_object(b), Slot::of_object(c)};
  return append_formatted(run, self, format, arguments, site);
}
StringBuilder* append_format_all(Run& run, StringBuilder* self, String* format, Array* arguments,
                                 const CallSite& site) {
  if (arguments == nullptr) return run.raise_null(format == nullptr ? "format" : "args");
  return append_formatted(run, self, format, {arguments->items, arguments->length}, site);
}
StringBuilder* append_format1_in_culture(Run& run, StringBuilder* self, Object*, String* format, Object* a,
                                         const CallSite& site) {
  return append_format1(run, self, format, a, site);
}
StringBuilder* append_format2_in_culture(Run& run, StringBuilder* self, Object*, String* format, Object* a, Object* b,
                                         const CallSite& site) {
  return append_format2(run, self, format, a, b, site);
}
StringBuilder* append_format3_in_culture(Run& run, StringBuilder* self, Object*, String* format, Object* a, Object* b,
                                         Object* c, const CallSite& site) {
  return append_format3(run, self, format, a, b, c, site);
}
StringBuilder* append_format_all_in_culture(Run& run, StringBuilder* self, Object*, String* format, Array* arguments,
                                            const CallSite& site) {
  return append_format_all(run, self, format, arguments, site);
}
const void* prepare_format_at_1(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  return prepare_composite_format(preparation, arguments[1]);
}
const void* prepare_format_at_2(Preparation& preparation, std::span<const ConstantArgument> arguments) {
  return prepare_composite_format(preparation, arguments[2]);
}

StringBuilder* append_join_objects(Run& run, StringBuilder* self, String* separator, Array* values) {
  return append_text(run, self, strings::join_objects(run, separator, values));
}
StringBuilder* append_join_strings(Run& run, StringBuilder* self, String* separator, Array* values) {
  if (values == nullptr) return run.raise_null("values");
  return append_text(run, self, strings::join_strings(run, separator, values));
}
StringBuilder* append_join_sequence(Run& run, StringBuilder* self, String* separator, Object* values,
                                    const CallSite& site) {
  return append_text(run, self, strings::join_sequence(run, separator, values, site));
}
StringBuilder* append_join_objects_by_char(Run& run, StringBuilder* self, char16_t separator, Array* values) {
  return append_join_objects(run, self, string_of_unit(run, separator), values);
}
StringBuilder* append_join_strings_by_char(Run& run, StringBuilder* self, char16_t separator, Array* values) {
  return append_join_strings(run, self, string_of_unit(run, separator), values);
}
StringBuilder* append_join_sequence_by_char(Run& run, StringBuilder* self, char16_t separator, Object* values,
                                            const CallSite& site) {
  return append_join_sequence(run, self, string_of_unit(run, separator), values, site);
}

// ---- Insert, Remove, Replace, Clear -------------------------------------------------------------------------

StringBuilder* insert_text(Run& run, StringBuilder* self, std::int32_t index, String* value) {
  if (index < 0 || index > length_of(self)) return raise_range(run, kBeyondEnd, "index");
  if (value == nullptr || value->size == 0) return self;
  if (!run.spend(1 + self->text.size() / 8)) return self;
  return set_content(run, self, strings::insert(run, content(run, self), index, value));
}
StringBuilder* insert_repeated(Run& run, StringBuilder* self, std::int32_t index, String* value, std::int32_t count) {
  if (raise_if_negative(run, count, "count")) return nullptr;
  TextBuffer repeated;
  for (std::int32_t i = 0; i < count && value != nullptr && value->size > 0; ++i) {
    if (!repeated.append(run, value) || !run.spend(1)) return self;
  }
  return insert_text(run, self, index, repeated.take(run));
}
StringBuilder* insert_char(Run& run, StringBuilder* self, std::int32_t index, char16_t value) {
  return insert_text(run, self, index, string_of_unit(run, value));
}
StringBuilder* insert_chars(Run& run, StringBuilder* self, std::int32_t index, Array* value) {
  return insert_text(run, self, index, value == nullptr ? nullptr : string_of_chars(run, *value, 0, value->length));
}
StringBuilder* insert_object(Run& run, StringBuilder* self, std::int32_t index, Object* value) {
  return insert_text(run, self, index, to_text(run, run.type(Known::kObject), Slot::of_object(value)));
}
template <Known kType, typename T>
StringBuilder* insert_value(Run& run, StringBuilder* self, std::int32_t index, T value) {
  return insert_text(run, self, index, to_string(run, run.type(kType), to_slot<T>(value)));
}

StringBuilder* remove(Run& run, StringBuilder* self, std::int32_t start, std::int32_t count) {
  if (raise_if_negative(run, count, "length") || raise_if_negative(run, start, "startIndex")) return nullptr;
  if (count > length_of(self) - start) return raise_range(run, kBeyondEnd, "length");
  if (count == 0) return self;
  if (!run.spend(1 + self->text.size() / 8)) return self;
  return set_content(run, self, strings::remove_range(run, content(run, self), start, count));
}

StringBuilder* replace_text(Run& run, StringBuilder* self, String* old_value, String* new_value) {
  String* before = content(run, self);
  String* after = strings::replace(run, before, old_value, new_value);
  return after == before ? self : set_content(run, self, after);
}
StringBuilder* replace_char(Run& run, StringBuilder* self, char16_t old_char, char16_t new_char) {
  return replace_text(run, self, string_of_unit(run, old_char), string_of_unit(run, new_char));
}
StringBuilder* replace_text_in(Run& run, StringBuilder* self, String* old_value, String* new_value, std::int32_t start,
                               std::int32_t count) {
  const std::int32_t all = length_of(self);
  if (start < 0 || start > all) return raise_range(run, kBeyondEnd, "startIndex");
  if (count < 0 || start > all - count) return raise_range(run, kBeyondEnd, "count");
  String* middle = strings::replace(run, part_of(run, self, start, count), old_value, new_value);
  if (middle == nullptr) return self;
  String* before = part_of(run, self, 0, start);
  String* behind = part_of(run, self, start + count, all - start - count);
  TextBuffer out;
  out.append(run, before);
  out.append(run, middle);
  out.append(run, behind);
  return set_content(run, self, out.take(run));
}
StringBuilder* replace_char_in(Run& run, StringBuilder* self, char16_t old_char, char16_t new_char, std::int32_t start,
                               std::int32_t count) {
  return replace_text_in(run, self, string_of_unit(run, old_char), string_of_unit(run, new_char), start, count);
}

StringBuilder* clear(StringBuilder* self) {
  self->text.truncate(0);
  self->counted_size = self->counted_utf16 = 0;
  return self;
}

// ---- Length, Capacity, indexer, ToString --------------------------------------------------------------------

std::int32_t length(StringBuilder* self) { return length_of(self); }
void set_length(Run& run, StringBuilder* self, std::int32_t value) {
  if (raise_if_negative(run, value, "value")) return;
  const std::int32_t now = length_of(self);
  if (value >= now) {
    self->text.append_repeated(run, u'\0', static_cast<std::uint64_t>(value - now));
    return;
  }
  String* kept = part_of(run, self, 0, value);
  if (kept->data == self->text.view().data() || value == 0) {
    self->text.truncate(kept->size);
  } else {
    set_content(run, self, kept);
  }
}

// .NET grows by blocks: at least what is missing, at least what is there up to 8,000.
std::int32_t capacity(StringBuilder* self) {
  while (length_of(self) > self->capacity) {
    self->capacity += std::max(length_of(self) - self->capacity, std::min(self->capacity, 8000));
  }
  return self->capacity;
}
void set_capacity(Run& run, StringBuilder* self, std::int32_t value) {
  if (raise_if_negative(run, value, "value")) return;
  if (value < length_of(self)) {
    raise_range(run, "capacity was less than the current size.", "value");
    return;
  }
  self->capacity = value;
}
std::int32_t ensure_capacity(Run& run, StringBuilder* self, std::int32_t value) {
  if (raise_if_negative(run, value, "capacity")) return 0;
  self->capacity = std::max(capacity(self), value);
  return self->capacity;
}
std::int32_t max_capacity(StringBuilder*) { return INT32_MAX; }

char16_t char_at(Run& run, StringBuilder* self, std::int32_t index) {
  if (index < 0 || index >= length_of(self)) {
    return run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array.");
  }
  return unit_at(*content(run, self), static_cast<std::uint32_t>(index));
}
void set_char_at(Run& run, StringBuilder* self, std::int32_t index, char16_t value) {
  if (index < 0 || index >= length_of(self)) {
    raise_range(run, kNotInside, "index");
    return;
  }
  const String* all = content(run, self);
  if (all->is_ascii() && value < 0x80) {
    char* bytes = self->text.writable(run);
    if (bytes != nullptr) bytes[index] = static_cast<char>(value);
    return;
  }
  const std::span<char16_t> units = utf16_units(run, *all);
  if (run.failed() || !run.spend(1 + units.size() / 4)) return;
  units[static_cast<std::size_t>(index)] = value;
  set_content(run, self, string_of_units(run, units));
}

String* text_of(Run& run, StringBuilder* self) { return self->text.take(run); }
String* text_part(Run& run, StringBuilder* self, std::int32_t start, std::int32_t count) {
  const std::int32_t all = length_of(self);
  if (start < 0) return raise_range(run, "StartIndex cannot be less than zero.", "startIndex");
  if (start > all) return raise_range(run, "startIndex cannot be larger than length of string.", "startIndex");
  if (count < 0) return raise_range(run, "Length cannot be less than zero.", "length");
  if (start > all - count)
    return raise_range(run, "Index and length must refer to a location within the string.", "length");
  return substring(run, text_of(run, self), static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(count));
}

bool equals_builder(StringBuilder* self, StringBuilder* other) {
  return other != nullptr && self->text.view() == other->text.view();
}

void copy_to(Run& run, StringBuilder* self, std::int32_t source_index, Array* destination,
             std::int32_t destination_index, std::int32_t count) {
  if (destination == nullptr) return run.raise_null("destination"), void();
  if (raise_if_negative(run, destination_index, "destinationIndex")) return;
  if (destination_index > static_cast<std::int64_t>(destination->length) - count) {
    run.raise(Known::kArgumentException,
              "Either offset did not refer to a position in the string, or there is an insufficient length of "
              "destination character array.");
    return;
  }
  if (raise_if_negative(run, count, "count") || raise_if_negative(run, source_index, "sourceIndex")) return;
  if (source_index > length_of(self) - count) {
    run.raise(Known::kArgumentException, "Source string was not long enough. Check sourceIndex and count.");
    return;
  }
  const Array* units =
      char_array(run, *content(run, self), static_cast<std::uint32_t>(source_index), static_cast<std::uint32_t>(count));
  if (units != nullptr) std::copy(units->items, units->items + count, destination->items + destination_index);
}

String* builder_to_string(Run& run, const Type&, Slot self) {
  return text_of(run, static_cast<StringBuilder*>(self.object));
}
constexpr TypeOperations kOperations{.to_string = &builder_to_string};

constexpr Member kMembers[] = {
    constructor<&make_empty>("new StringBuilder()").with(kNoRaise),
    constructor<&make_with_capacity>("new StringBuilder(int capacity)"),
    constructor<&make_with_text>("new StringBuilder(string value)"),
    constructor<&make_of>("new StringBuilder(string value, int capacity)"),
    constructor<&make_with_max>("new StringBuilder(int capacity, int maxCapacity)"),
    method<&append_text>("StringBuilder Append(string value)"),
    method<&append_char>("StringBuilder Append(char value)"),
    method<&append_chars_repeated>("StringBuilder Append(char value, int repeatCount)"),
    method<&append_object>("StringBuilder Append(object value)"),
    method<&append_value<Known::kBoolean, bool>>("StringBuilder Append(bool value)"),
    method<&append_integer<std::int8_t>>("StringBuilder Append(sbyte value)"),
    method<&append_integer<std::uint8_t>>("StringBuilder Append(byte value)"),
    method<&append_integer<std::int16_t>>("StringBuilder Append(short value)"),
    method<&append_integer<std::uint16_t>>("StringBuilder Append(ushort value)"),
    method<&append_integer<std::int32_t>>("StringBuilder Append(int value)"),
    method<&append_integer<std::uint32_t>>("StringBuilder Append(uint value)"),
    method<&append_integer<std::int64_t>>("StringBuilder Append(long value)"),
    method<&append_integer<std::uint64_t>>("StringBuilder Append(ulong value)"),
    method<&append_value<Known::kSingle, float>>("StringBuilder Append(float value)"),
    method<&append_value<Known::kDouble, double>>("StringBuilder Append(double value)"),
    method<&append_object>("StringBuilder Append(decimal value)"),
    method<&append_chars>("StringBuilder Append(char[] value)"),
    method<&append_part>("StringBuilder Append(string value, int startIndex, int count)"),
    method<&append_char_part>("StringBuilder Append(char[] value, int startIndex, int charCount)"),
    method<&append_builder>("StringBuilder Append(StringBuilder value)"),
    method<&append_builder_part>("StringBuilder Append(StringBuilder value, int startIndex, int count)"),
    method<&append_line>("StringBuilder AppendLine()"),
    method<&append_text_line>("StringBuilder AppendLine(string value)"),
    method<&append_format1>("StringBuilder AppendFormat(string format, object arg0)").prepared_by(&prepare_format_at_1),
    method<&append_format2>("StringBuilder AppendFormat(string format, object arg0, object arg1)")
        .prepared_by(&prepare_format_at_1),
    method<&append_format3>("StringBuilder AppendFormat(string format, object arg0, object arg1, object arg2)")
        .prepared_by(&prepare_format_at_1),
    method<&append_format_all>("StringBuilder AppendFormat(string format, params object[] args)")
        .prepared_by(&prepare_format_at_1),
    method<&append_format1_in_culture>(
        "StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0)")
        .prepared_by(&prepare_format_at_2),
    method<&append_format2_in_culture>(
        "StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0, object arg1)")
        .prepared_by(&prepare_format_at_2),
    method<&append_format3_in_culture>(
        "StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0, object arg1, object arg2)")
        .prepared_by(&prepare_format_at_2),
    method<&append_format_all_in_culture>(
        "StringBuilder AppendFormat(IFormatProvider provider, string format, params object[] args)")
        .prepared_by(&prepare_format_at_2),
    method<&append_join_objects>("StringBuilder AppendJoin(string separator, params object[] values)"),
    method<&append_join_strings>("StringBuilder AppendJoin(string separator, params string[] values)"),
    method<&append_join_sequence>("StringBuilder AppendJoin<T>(string separator, IEnumerable<T> values)"),
    method<&append_join_objects_by_char>("StringBuilder AppendJoin(char separator, params object[] values)"),
    method<&append_join_strings_by_char>("StringBuilder AppendJoin(char separator, params string[] values)"),
    method<&append_join_sequence_by_char>("StringBuilder AppendJoin<T>(char separator, IEnumerable<T> values)"),
    method<&insert_text>("StringBuilder Insert(int index, string value)"),
    method<&insert_repeated>("StringBuilder Insert(int index, string value, int count)"),
    method<&insert_char>("StringBuilder Insert(int index, char value)"),
    method<&insert_chars>("StringBuilder Insert(int index, char[] value)"),
    method<&insert_object>("StringBuilder Insert(int index, object value)"),
    method<&insert_value<Known::kBoolean, bool>>("StringBuilder Insert(int index, bool value)"),
    method<&insert_value<Known::kSByte, std::int8_t>>("StringBuilder Insert(int index, sbyte value)"),
    method<&insert_value<Known::kByte, std::uint8_t>>("StringBuilder Insert(int index, byte value)"),
    method<&insert_value<Known::kInt16, std::int16_t>>("StringBuilder Insert(int index, short value)"),
    method<&insert_value<Known::kUInt16, std::uint16_t>>("StringBuilder Insert(int index, ushort value)"),
    method<&insert_value<Known::kInt32, std::int32_t>>("StringBuilder Insert(int index, int value)"),
    method<&insert_value<Known::kUInt32, std::uint32_t>>("StringBuilder Insert(int index, uint value)"),
    method<&insert_value<Known::kInt64, std::int64_t>>("StringBuilder Insert(int index, long value)"),
    method<&insert_value<Known::kUInt64, std::uint64_t>>("StringBuilder Insert(int index, ulong value)"),
    method<&insert_value<Known::kSingle, float>>("StringBuilder Insert(int index, float value)"),
    method<&insert_value<Known::kDouble, double>>("StringBuilder Insert(int index, double value)"),
    method<&insert_object>("StringBuilder Insert(int index, decimal value)"),
    method<&remove>("StringBuilder Remove(int startIndex, int length)"),
    method<&replace_text>("StringBuilder Replace(string oldValue, string newValue)"),
    method<&replace_char>("StringBuilder Replace(char oldChar, char newChar)"),
    method<&replace_text_in>("StringBuilder Replace(string oldValue, string newValue, int startIndex, int count)"),
    method<&replace_char_in>("StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)"),
    method<&clear>("StringBuilder Clear()").with(kNoRaise),
    property<&length, &set_length>("int Length { get; set; }"),
    property<&capacity, &set_capacity>("int Capacity { get; set; }"),
    property<&max_capacity>("int MaxCapacity { get; }").with(kNoRaise),
    method<&ensure_capacity>("int EnsureCapacity(int capacity)"),
    indexer<&char_at, &set_char_at>("char this[int index] { get; set; }"),
    method<&text_of>("string ToString()"),
    method<&text_part>("string ToString(int startIndex, int length)"),
    method<&equals_builder>("bool Equals(StringBuilder sb)").with(kNoRaise),
    method<&copy_to>("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)"),
};

}  // namespace

const TypeDefinition kStringBuilderDefinition{
    .declaration = "sealed class System.Text.StringBuilder", .members = kMembers, .operations = &kOperations};

}  // namespace portcullis
