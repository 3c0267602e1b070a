// Base64 of tokens and credentials as bytes. Convert.FromBase64String with .NET's rules is in engine/dotnet.
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"

namespace portcullis {

enum class Base64 : unsigned char {
  kStandard,  // + and /, padded
  kUrl,       // - and _, padding may be missing
};

/// Nullopt when `text` is none. Lifetime: the arena.
std::optional<std::string_view> decode_base64(std::string_view text, Base64 form, Arena& arena);

}  // namespace portcullis
