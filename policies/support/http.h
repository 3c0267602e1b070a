// HTTP facts that several policies need.
#pragma once

#include <string_view>

namespace portcullis {

/// RFC 9110 token: header names, methods.
bool is_token(std::string_view text);
/// No CR, LF or NUL: what may be written as a header's value.
bool is_header_value(std::string_view text);

}  // namespace portcullis
