// Composite format strings: `{index[,alignment][:format]}` between literal text. string.Format,
// StringBuilder.AppendFormat and TextWriter.Write share them. source: types.md#3.4
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/dotnet/text_buffer.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

/// One piece. A text (braces already single), an item, or, at the end, the mistake where parsing stopped: .NET formats
/// what stands before it first, and that may raise something else.
struct FormatPiece {
  enum class Kind : std::uint8_t { kText, kItem, kError } kind = Kind::kText;
  std::string_view text;           // kText; kError: why
  std::uint32_t offset_utf16 = 0;  // kError
  std::int32_t index = 0;
  std::int32_t width = 0;    // negative: left-aligned
  String* format = nullptr;  // null: none given
};
using CompositeFormat = std::span<const FormatPiece>;

/// Parses into `arena`, which must live as long as `format` and the result. `string_type` is that of the item formats.
CompositeFormat parse_composite_format(Arena& arena, const Type& string_type, std::string_view format);

/// Appends the formatted text. `arguments` are boxed objects (`Slot::object`, null allowed). False after raising.
bool append_composite(Run& run, TextBuffer& out, CompositeFormat format, std::span<const Slot> arguments);

/// `string.Format(format, arguments)`; raises ArgumentNullException for a null format.
String* format_composite(Run& run, String* format, std::span<const Slot> arguments);

/// For rows' `prepared_by`: a `const CompositeFormat*` of a constant string argument, null when it is not constant.
const void* prepare_composite_format(Preparation& preparation, const ConstantArgument& format);
/// The prepared format if there is one, else what `format` says now.
CompositeFormat composite_format_of(Run& run, const CallSite& site, const String& format);

/// `text` padded to `width` units, on the right side when negative: an interpolation hole's alignment.
bool append_aligned(Run& run, TextBuffer& out, const String* text, std::int32_t width);

}  // namespace portcullis
