#include "engine/exchange/base64.h"

#include <cstdint>

namespace portcullis {

namespace {

int digit(char c, Base64 form) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == (form == Base64::kUrl ? '-' : '+')) return 62;
  if (c == (form == Base64::kUrl ? '_' : '/')) return 63;
  return -1;
}

}  // namespace

std::optional<std::string_view> decode_base64(std::string_view text, Base64 form, Arena& arena) {
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  if (text.size() % 4 == 1) return std::nullopt;
  const bool is_padded = (text.size() + padding) % 4 == 0;
  if (!is_padded && (form == Base64::kStandard || padding > 0)) return std::nullopt;
  char* out = arena.text(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int value = digit(c, form);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out[size++] = static_cast<char>(bits >> held & 0xFF);
  }
  return std::string_view(out, size);
}

}  // namespace portcullis
