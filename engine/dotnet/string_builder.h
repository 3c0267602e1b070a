// System.Text.StringBuilder's object.
#pragma once

#include <cstdint>

#include "engine/dotnet/text_buffer.h"
#include "engine/run/run.h"

namespace portcullis {

struct StringBuilder : Object {
  TextBuffer text;
  std::int32_t capacity = 16;       // as C# sees it; the buffer has its own
  std::uint32_t counted_utf16 = 0;  // of the first `counted_size` bytes
  std::uint64_t counted_size = 0;

  /// Counts only what was appended since the last call.
  std::uint32_t length_utf16();
};

StringBuilder* make_string_builder(Run& run);

}  // namespace portcullis
