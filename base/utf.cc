#include "base/utf.h"

#include <cstring>

#include "base/text.h"

namespace portcullis {

namespace {

constexpr bool is_continuation(unsigned char c) { return (c & 0xC0U) == 0x80U; }

// The lead byte decides how long the sequence is and what its second byte may be (Unicode table 3-7). Surrogates are
// let through here: storage may hold lone ones.
struct Lead {
  std::uint32_t length;
  unsigned char second_min;
  unsigned char second_max;
};

Lead lead_of(unsigned char c) {
  if (c >= 0xC2 && c <= 0xDF) return {2, 0x80, 0xBF};
  if (c == 0xE0) return {3, 0xA0, 0xBF};
  if (c >= 0xE1 && c <= 0xEF) return {3, 0x80, 0xBF};
  if (c == 0xF0) return {4, 0x90, 0xBF};
  if (c >= 0xF1 && c <= 0xF3) return {4, 0x80, 0xBF};
  if (c == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Decoded decode_utf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const Lead lead = lead_of(first);
  if (lead.length == 0) return {0xFFFD, 1};
  const std::size_t available = text.size() - at;
  if (available < 2 || byte(1) < lead.second_min || byte(1) > lead.second_max) return {0xFFFD, 1};
  char32_t code = first & (0x7FU >> lead.length);
  code = (code << 6) | (byte(1) & 0x3FU);
  for (std::uint32_t i = 2; i < lead.length; ++i) {
    if (i >= available || !is_continuation(byte(i))) return {0xFFFD, i};
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  return {code, lead.length};
}

std::uint32_t encode_utf8(char* out, char32_t code) {
  const auto put = [&](int i, char32_t bits) { out[i] = static_cast<char>(bits); };
  if (code < 0x80) {
    put(0, code);
    return 1;
  }
  if (code < 0x800) {
    put(0, 0xC0 | (code >> 6));
    put(1, 0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    put(0, 0xE0 | (code >> 12));
    put(1, 0x80 | ((code >> 6) & 0x3F));
    put(2, 0x80 | (code & 0x3F));
    return 3;
  }
  put(0, 0xF0 | (code >> 18));
  put(1, 0x80 | ((code >> 12) & 0x3F));
  put(2, 0x80 | ((code >> 6) & 0x3F));
  put(3, 0x80 | (code & 0x3F));
  return 4;
}

void append_utf8(std::string& out, char32_t code) {
  char bytes[4];
  out.append(bytes, encode_utf8(bytes, code));
}

std::size_t ascii_prefix_size(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

std::uint32_t utf16_length(std::string_view text) {
  std::uint32_t length = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      const std::size_t ascii = ascii_prefix_size(text.substr(at));
      length += static_cast<std::uint32_t>(ascii);
      at += ascii;
      continue;
    }
    if (!is_continuation(byte)) length += byte >= 0xF0 ? 2 : 1;
    ++at;
  }
  return length;
}

std::size_t utf16_offset(std::string_view text, std::uint32_t index_utf16, bool* in_pair) {
  *in_pair = false;
  std::uint32_t units = 0;
  std::size_t at = 0;
  while (at < text.size() && units < index_utf16) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::uint32_t width = byte >= 0xF0 ? 2 : 1;
    if (units + width > index_utf16) {
      *in_pair = true;
      return at;
    }
    units += width;
    at += byte < 0x80 ? 1 : (byte < 0xE0 ? 2 : (byte < 0xF0 ? 3 : 4));
  }
  return at;
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = ascii_prefix_size(text); at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      at += ascii_prefix_size(text.substr(at));
      continue;
    }
    const Decoded decoded = decode_utf8(text, at);
    if (decoded.length == 1 || is_surrogate(decoded.code)) return false;
    if (decoded.code == 0xFFFD && text.substr(at, 3) != "\xEF\xBF\xBD") return false;
    at += decoded.length;
  }
  return true;
}

std::string without_lone_surrogates(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    append_utf8(out, is_surrogate(decoded.code) ? U'\xFFFD' : decoded.code);
    at += decoded.length;
  }
  return out;
}

std::string sanitize_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    const bool cut_surrogate = decoded.length == 2 && text.substr(at, 1) == "\xED" && text[at + 1] >= '\xA0';
    if (is_surrogate(decoded.code) || cut_surrogate) {
      // .NET sees ED followed by a byte it does not allow: one replacement for each of the bytes.
      for (std::uint32_t i = 0; i < decoded.length; ++i) append_utf8(out, 0xFFFD);
    } else {
      append_utf8(out, decoded.code);
    }
    at += decoded.length;
  }
  return out;
}

}  // namespace portcullis
