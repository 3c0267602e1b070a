// See punycode.h.
#include "engine/dotnet/punycode.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "base/utf.h"

namespace portcullis {

namespace {

constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kMin = 1;
constexpr std::uint32_t kMax = 26;

char digit(std::uint32_t value) { return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26)); }

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / 700 : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (kBase - kMin) * kMax / 2; k += kBase) delta /= kBase - kMin;
  return k + (kBase - kMin + 1) * delta / (delta + 38);
}

void append_number(std::string& out, std::uint32_t number, std::uint32_t bias) {
  for (std::uint32_t k = kBase;; k += kBase) {
    const std::uint32_t threshold = k <= bias ? kMin : k >= bias + kMax ? kMax : k - bias;
    if (number < threshold) break;
    out.push_back(digit(threshold + (number - threshold) % (kBase - threshold)));
    number = (number - threshold) / (kBase - threshold);
  }
  out.push_back(digit(number));
}

std::string encode_label(std::string_view label) {
  std::u32string codes;
  for (std::size_t at = 0; at < label.size();) {
    const Decoded decoded = decode_utf8(label, at);
    codes.push_back(decoded.code);
    at += decoded.length;
  }
  std::string out = "xn--";
  for (const char32_t code : codes) {
    if (code < 0x80) out.push_back(static_cast<char>(code));
  }
  const auto basic = static_cast<std::uint32_t>(out.size() - 4);
  if (basic > 0) out.push_back('-');
  std::uint32_t done = basic;
  std::uint32_t delta = 0;
  std::uint32_t bias = 72;
  for (char32_t next = 0x80; done < codes.size();) {
    char32_t least = 0x10FFFF;
    for (const char32_t code : codes) {
      if (code >= next) least = std::min(least, code);
    }
    delta += static_cast<std::uint32_t>(least - next) * (done + 1);
    next = least;
    for (const char32_t code : codes) {
      if (code < next) ++delta;
      if (code != next) continue;
      append_number(out, delta, bias);
      bias = adapt(delta, done + 1, done == basic);
      delta = 0;
      ++done;
    }
    ++delta;
    ++next;
  }
  return out;
}

}  // namespace

std::string to_ascii_host(std::string_view host) {
  std::string out;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    out += is_ascii(label) ? std::string(label) : encode_label(label);
    if (dot == std::string_view::npos) return out;
    out += '.';
    host.remove_prefix(dot + 1);
  }
}

}  // namespace portcullis
