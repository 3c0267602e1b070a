// What compiled code does to strings itself.
#pragma once

#include "engine/run/run.h"

namespace portcullis {

/// One string out of `count` (nulls are empty), with one allocation; extends the first in place where it can.
String* concat_all(Run& run, const Slot* parts, std::uint32_t count);
/// Interpolation's alignment: positive to the right, negative to the left.
String* pad(Run& run, String* text, std::int64_t alignment);
/// `text[index]` when it is not plain ASCII. Raises IndexOutOfRangeException.
std::int64_t char_at(Run& run, const String& text, std::int64_t index_utf16);
/// Walks UTF-16 units: `state` is a byte offset, or its complement when the second half of the pair there comes next.
bool next_char(const String& text, Slot& state, Slot& current);
bool equal_text(const String* a, const String* b);

}  // namespace portcullis
