// Which parts of C# code are interpolated strings: there `{{` may be an escaped brace instead of a named value.
#pragma once

#include <string_view>
#include <vector>

#include "base/source.h"

namespace portcullis {

/// The literals from `$"` or `$@"` to their closing quote, holes included, in order. Those inside others are not
/// listed. Cost: linear.
std::vector<Span> interpolated_strings(std::string_view code);

}  // namespace portcullis
