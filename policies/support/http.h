// HTTP facts that several policies need.
#pragma once

#include <string_view>

namespace portcullis {

/// RFC 9110 token: header names, methods.
bool is_token(std::string_view text);
/// No CR, LF or NUL: what may be written as a header's value.
bool is_header_value(std::string_view text);
/// Headers whose values may hold commas themselves, so that several stay separate lines; the rest is joined into one.
/// source: set-header-policy#usage-notes
bool keeps_values_apart(std::string_view name);
}  // namespace portcullis
