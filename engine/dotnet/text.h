// Strings as C# sees them, UTF-16 units, over storage that is UTF-8. An all-ASCII string needs no translation: unit i
// is byte i. For others the functions here find the bytes, and cut or join surrogate pairs where C# code does.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/run/object.h"
#include "engine/run/run.h"

namespace portcullis {

/// The unit at `index_utf16`, which must be below the length.
char16_t unit_at(const String& text, std::uint32_t index_utf16);
/// `length_utf16` units from `start_utf16`; the range must be inside. A view where no pair is cut; the whole string as
/// it is.
String* substring(Run& run, String* text, std::uint32_t start_utf16, std::uint32_t length_utf16);
/// All units, for work that needs random access to text that is not ASCII. In the arena; empty after raising the limit.
std::span<char16_t> utf16_units(Run& run, const String& text);
/// The string of these units; null after raising the memory limit.
String* string_of_units(Run& run, std::span<const char16_t> units);
String* string_of_unit(Run& run, char16_t unit);
/// char[]; null after raising the memory limit.
Array* char_array(Run& run, const String& text, std::uint32_t start_utf16, std::uint32_t length_utf16);
/// The units of `length` items of a char[] from `start`, which must be inside.
String* string_of_chars(Run& run, const Array& chars, std::uint32_t start, std::uint32_t length);

/// True when searching these bytes inside storage text finds exactly what searching UTF-16 units would: no lone
/// surrogate at an end that could be half of a pair in the text searched.
bool is_pair_safe(std::string_view needle);

/// Walks the units of storage text without making a copy.
class UnitReader {
 public:
  explicit UnitReader(std::string_view text) : text_(text) {}
  /// False at the end.
  bool next(char16_t& unit);
  [[nodiscard]] bool at_end() const { return at_ == text_.size() && low_ == 0; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  char16_t low_ = 0;  // the second half of a pair, still to be given
};

}  // namespace portcullis
