#include "engine/unicode/case.h"

#include <cstdint>

namespace portcullis {

namespace {

#include "engine/unicode/case.inc"

}  // namespace

char32_t to_upper(char32_t code) {
  if (code < 0x80) return code >= 'a' && code <= 'z' ? code - 32 : code;
  if (code == 0x131 || code > 0x10FFFF) return code;
  const std::int32_t difference = kUpperBlocks[kUpperIndex[code >> 7]][code & 127];
  return static_cast<char32_t>(static_cast<std::int32_t>(code) + difference);
}

char32_t to_lower(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  if (code == 0x130 || code > 0x10FFFF) return code;
  const std::int32_t difference = kLowerBlocks[kLowerIndex[code >> 7]][code & 127];
  return static_cast<char32_t>(static_cast<std::int32_t>(code) + difference);
}

char32_t fold_ordinal(char32_t code) { return code == 0x17F ? code : to_upper(code); }

}  // namespace portcullis
