// Where a C# expression inside other text ends, found without parsing it. The document reader asks before any XML is read.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace portcullis {

/// Index of the bracket that closes the one at `open` (`(`, `[` or `{`), or nullopt when the text ends before it.
///
/// Brackets of each kind are counted; those inside string literals (regular, verbatim, interpolated; holes are looked
/// into), character literals and comments are not. Mismatched pairs such as `(]` are left to the parser: every closing
/// bracket closes the innermost open one. A quote or apostrophe that is not closed on its line ends with that line, so a
/// mistake does not swallow the rest of the file.
/// Errors: none. Cost: linear; nesting is kept on a heap stack, so depth is not bounded by the call stack.
std::optional<std::size_t> matching_bracket(std::string_view text, std::size_t open);

}  // namespace portcullis
