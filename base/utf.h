// UTF-8 as storage, UTF-16 as the unit C# counts in.
//
// Storage is UTF-8 that may also hold lone surrogates as three-byte sequences (often called WTF-8): a C# string may be
// cut in the middle of a pair. Joining the two halves again must give the four-byte form; `String` concatenation sees
// to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis {

/// One decoded scalar or lone surrogate and the bytes it took. Malformed input gives U+FFFD and a length of at least 1.
struct Decoded {
  char32_t code;
  std::uint32_t length;
};
Decoded decode_utf8(std::string_view text, std::size_t at);
/// Appends `code` (lone surrogates allowed).
void append_utf8(std::string& out, char32_t code);
/// Writes at most 4 bytes to `out`, returns how many.
std::uint32_t encode_utf8(char* out, char32_t code);
/// How many bytes at the start are ASCII. Reads eight at a time.
std::size_t ascii_prefix_size(std::string_view text);
/// Number of UTF-16 units of well-formed storage text.
std::uint32_t utf16_length(std::string_view text);
/// Byte offset of the UTF-16 unit `index_utf16`. For the second unit of a pair, `*in_pair` is set and the offset is
/// that of the pair's first byte.
std::size_t utf16_offset(std::string_view text, std::uint32_t index_utf16, bool* in_pair);
/// True when every sequence is well formed; lone surrogates are not.
bool is_valid_utf8(std::string_view text);
/// Lone surrogates, which only storage may hold, as U+FFFD: what goes out on the wire.
std::string without_lone_surrogates(std::string_view text);
/// Replaces malformed sequences with U+FFFD the way .NET's decoder does (one for each maximal invalid prefix).
std::string sanitize_utf8(std::string_view text);

constexpr bool is_high_surrogate(char32_t code) { return code >= 0xD800 && code <= 0xDBFF; }
constexpr bool is_low_surrogate(char32_t code) { return code >= 0xDC00 && code <= 0xDFFF; }
constexpr bool is_surrogate(char32_t code) { return code >= 0xD800 && code <= 0xDFFF; }
constexpr char32_t combine_surrogates(char32_t high, char32_t low) {
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

}  // namespace portcullis
