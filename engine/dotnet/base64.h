// Base64 as Convert has it: the standard alphabet with padding; white space is ignored when reading.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/run/run.h"

namespace portcullis {

String* to_base64(Run& run, std::string_view bytes, bool with_line_breaks = false);
/// Null after raising FormatException.
ByteArray* from_base64(Run& run, std::string_view text);

}  // namespace portcullis
