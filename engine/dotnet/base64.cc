#include "engine/dotnet/base64.h"

#include <array>

namespace portcullis {

namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kSpace = 64;
constexpr std::uint8_t kPadding = 65;
constexpr std::uint8_t kBad = 66;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (std::uint8_t& value : values) value = kBad;
  for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kAlphabet[i])] = i;
  for (const char c : {' ', '\t', '\r', '\n'}) values[static_cast<unsigned char>(c)] = kSpace;
  values[static_cast<unsigned char>('=')] = kPadding;
  return values;
}();

Raised raise_bad(Run& run) {
  return run.raise(Known::kFormatException,
                   "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an "
                   "illegal character among the padding characters.");
}

char* put_group(char* out, const unsigned char* at, std::size_t count) {
  const std::uint32_t bits = (std::uint32_t{at[0]} << 16) | (count > 1 ? std::uint32_t{at[1]} << 8 : 0U) | (count > 2 ? at[2] : 0U);
  *out++ = kAlphabet[bits >> 18];
  *out++ = kAlphabet[(bits >> 12) & 63];
  *out++ = count > 1 ? kAlphabet[(bits >> 6) & 63] : '=';
  *out++ = count > 2 ? kAlphabet[bits & 63] : '=';
  return out;
}

}  // namespace

String* to_base64(Run& run, std::string_view bytes, bool with_line_breaks) {
  constexpr std::uint64_t kLine = 76;
  if (bytes.empty()) return run.empty_string();
  std::uint64_t size = (std::uint64_t{bytes.size()} + 2) / 3 * 4;
  if (with_line_breaks) size += (size - 1) / kLine * 2;
  if (!run.spend(1 + size / 32)) return nullptr;
  char* const text = run.text(size);
  if (text == nullptr) return nullptr;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  char* out = text;
  std::uint64_t in_line = 0;
  for (std::size_t left = bytes.size(); left > 0;) {
    if (with_line_breaks && in_line == kLine) {
      *out++ = '\r';
      *out++ = '\n';
      in_line = 0;
    }
    const std::size_t count = left < 3 ? left : 3;
    out = put_group(out, at, count);
    at += count;
    left -= count;
    in_line += 4;
  }
  return run.view({text, size}, static_cast<std::uint32_t>(size));
}

namespace {

// Groups of four letters of the alphabet, as far as there are any; how many characters they take. The usual text is nothing else but its end.
std::size_t decode_groups(std::string_view text, std::uint8_t* out) {
  std::size_t at = 0;
  for (; at + 4 <= text.size(); at += 4) {
    const auto value = [&](std::size_t i) { return std::uint32_t{kValues[static_cast<unsigned char>(text[at + i])]}; };
    const std::uint32_t a = value(0), b = value(1), c = value(2), d = value(3);
    if ((a | b | c | d) >= 64) break;
    const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<std::uint8_t>(bits >> 16);
    *out++ = static_cast<std::uint8_t>(bits >> 8);
    *out++ = static_cast<std::uint8_t>(bits);
  }
  return at;
}

}  // namespace

ByteArray* from_base64(Run& run, std::string_view text) {
  if (!run.spend(1 + text.size() / 32)) return nullptr;
  ByteArray* bytes = run.bytes(text.size() / 4 * 3 + 3);
  if (bytes == nullptr) return nullptr;
  const std::size_t groups = decode_groups(text, bytes->data);
  std::size_t at = groups / 4 * 3;
  std::uint64_t digits = groups;
  std::uint64_t padding = 0;
  std::uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : text.substr(groups)) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
    if (value == kSpace) continue;
    if (value == kBad || (value != kPadding && padding > 0)) return raise_bad(run);
    if (value == kPadding) {
      ++padding;
      continue;
    }
    ++digits;
    bits = (bits << 6) | value;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    bytes->data[at++] = static_cast<std::uint8_t>(bits >> have);
  }
  if (padding > 2 || (digits + padding) % 4 != 0 || (digits == 0 && padding > 0)) return raise_bad(run);
  bytes->length = static_cast<std::uint32_t>(at);
  return bytes;
}

}  // namespace portcullis
