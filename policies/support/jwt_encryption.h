// Opening encrypted JSON Web Tokens. source: RFC 7516, RFC 7518, access-and-auth.md#7.3
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/json/token.h"
#include "policies/support/jwt_key.h"

namespace portcullis {

/// Of a token, before and after it is opened.
constexpr std::size_t kLongestToken = 250 * 1024;

enum class Decryption : std::uint8_t {
  kDone,
  kMalformed,     // five parts that are no encrypted token
  kNotSupported,  // an algorithm that is not supported
  kNoKey,         // no key opens it
};

/// `token` has five parts. `text` becomes the inner token; its memory is the arena.
Decryption decrypt_token(Run& run, std::string_view token, std::span<const TokenKey> keys, std::string_view& text);

}  // namespace portcullis
