// `zip: DEF` of encrypted tokens. source: RFC 7516 4.1.3
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/arena.h"

namespace portcullis {

/// Raw DEFLATE undone. Nullopt when it is none, or when more than `most` bytes come out. Lifetime: the arena.
std::optional<std::string_view> inflate_token(std::string_view compressed, std::size_t most, Arena& arena);

}  // namespace portcullis
