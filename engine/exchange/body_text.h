// Bodies as text: Content-Encoding undone, the charset of Content-Type read.
//
// The gateway decompresses when something reads the body, and then sends it on in the clear. source:
// gateway-environment.md#2
#pragma once

#include <string_view>

#include "engine/exchange/exchange.h"

namespace portcullis {

enum class ContentDecoding : std::uint8_t {
  kGood,      // also when there was nothing to do, or a coding nobody here knows
  kCorrupt,   // the content is not in that coding
  kTooLarge,  // the arena's budget does not hold what comes out
};

/// Undoes gzip, deflate and br of a buffered body, in the order of Content-Encoding, which is dropped then. The body
/// counts as replaced: the host sends what is there now.
ContentDecoding decode_content(MessageBody& body, Arena& arena);

/// In the charset of Content-Type, else UTF-8; a byte-order mark is dropped. source: context.md#3.2
std::string_view text_of_body(const MessageBody& body, Arena& arena);

}  // namespace portcullis
