#include "base/text.h"

#include <algorithm>
#include <cstring>

namespace portcullis {

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

namespace {

// 0x20 where a byte is an upper-case letter. The sums stay below 256, so that no byte carries into its neighbour.
std::uint64_t upper_case_bits(std::uint64_t word) {
  constexpr std::uint64_t kEach = 0x0101010101010101ULL;
  const std::uint64_t low = word & (0x7F * kEach);
  const std::uint64_t from_a = low + (0x80 - 'A') * kEach;
  const std::uint64_t behind_z = low + (0x80 - 'Z' - 1) * kEach;
  return ((from_a & ~behind_z & ~word) & (0x80 * kEach)) >> 2;
}

}  // namespace

// Eight bytes at a time; the last ones overlap with those before.
bool equals_ignoring_ascii_case(const char* a, const char* b, std::size_t size) {
  const auto differs = [&](std::size_t at) {
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    std::memcpy(&x, a + at, 8);
    std::memcpy(&y, b + at, 8);
    return x != y && (x | upper_case_bits(x)) != (y | upper_case_bits(y));
  };
  if (size < 8) return std::equal(a, a + size, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
  for (std::size_t at = 0; at + 8 <= size; at += 8) {
    if (differs(at)) return false;
  }
  return !differs(size - 8);
}

std::string_view trim_ascii(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

void append_percent_octet(std::string& out, char octet) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(octet);
  append(out, '%', kDigits[byte >> 4], kDigits[byte & 15]);
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      append_percent_octet(out, c);
    }
  }
}

bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  const char* p = text.data();
  std::size_t left = text.size();
  for (; left >= 8; p += 8, left -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    if ((word & kHighBits) != 0) return false;
  }
  for (; left > 0; ++p, --left) {
    if ((static_cast<unsigned char>(*p) & 0x80U) != 0) return false;
  }
  return true;
}

}  // namespace portcullis
