// See ordinal.h. Storage is UTF-8, whose byte order is that of code points; UTF-16 puts U+E000..U+FFFF above the
// surrogates, so the first difference is decoded before it decides.
#include "engine/dotnet/ordinal.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/utf.h"
#include "engine/unicode/case.h"

namespace portcullis {

namespace {

constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The UTF-16 unit in which two different code points first differ is the high surrogate unless both share it.
std::int32_t unit_difference(char32_t a, char32_t b) {
  const auto high = [](char32_t code) { return code < 0x10000 ? code : 0xD800 + ((code - 0x10000) >> 10); };
  if (high(a) != high(b)) return static_cast<std::int32_t>(high(a)) - static_cast<std::int32_t>(high(b));
  return static_cast<std::int32_t>(a & 0x3FF) - static_cast<std::int32_t>(b & 0x3FF);
}

std::int32_t length_difference(std::string_view a, std::string_view b) {
  return static_cast<std::int32_t>(utf16_length(a)) - static_cast<std::int32_t>(utf16_length(b));
}

// Decodes at `at` and moves behind it.
char32_t take(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) {
    ++at;
    return first;
  }
  const Decoded decoded = decode_utf8(text, at);
  at += decoded.length;
  return decoded.code;
}

// Bytes looked at are steps of an eighth: a memory scan is much cheaper than an instruction.
bool spend_scan(Run& run, std::size_t bytes) { return run.spend(1 + bytes / 8); }

}  // namespace

std::int32_t compare_ordinal(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  std::size_t at = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()).first - a.begin());
  if (at == common) {
    // .NET looks at the first unit before it looks at lengths, and an empty text has 0 there.
    if (common == 0 && !a.empty()) return unit_difference(decode_utf8(a, 0).code, 0);
    if (common == 0 && !b.empty()) return unit_difference(0, decode_utf8(b, 0).code);
    return a.size() == b.size() ? 0 : length_difference(a.substr(at), b.substr(at));
  }
  while (at > 0 && (is_continuation(a[at]) || is_continuation(b[at]))) --at;
  return unit_difference(decode_utf8(a, at).code, decode_utf8(b, at).code);
}

std::int32_t compare_ordinal_ignoring_case(std::string_view a, std::string_view b) {
  std::size_t in_a = 0;
  std::size_t in_b = 0;
  while (in_a < a.size() && in_b < b.size()) {
    const char32_t left = fold_ordinal(take(a, in_a));
    const char32_t right = fold_ordinal(take(b, in_b));
    if (left != right) return unit_difference(left, right);
  }
  return length_difference(a.substr(in_a), b.substr(in_b));
}

bool equal_ordinal_ignoring_case(std::string_view a, std::string_view b) {
  const TextMatch match = match_ignoring_case(a, b);
  return match.found && match.size == a.size();
}

std::int32_t hash_ordinal_ignoring_case(std::string_view text) {
  std::uint64_t state = 0xCBF29CE484222325;
  for (std::size_t at = 0; at < text.size();) state = (state ^ fold_ordinal(take(text, at))) * 0x100000001B3;
  return static_cast<std::int32_t>(state >> 16);
}

TextMatch match_ignoring_case(std::string_view text, std::string_view prefix) {
  std::size_t in_text = 0;
  std::size_t in_prefix = 0;
  while (in_prefix < prefix.size()) {
    if (in_text >= text.size()) return kNoMatch;
    if (fold_ordinal(take(text, in_text)) != fold_ordinal(take(prefix, in_prefix))) return kNoMatch;
  }
  return {true, 0, in_text};
}

TextMatch find_ordinal(Run& run, std::string_view text, std::string_view needle) {
  if (needle.size() > text.size()) return kNoMatch;
  if (needle.empty()) return {true, 0, 0};
  const void* found = memmem(text.data(), text.size(), needle.data(), needle.size());
  const std::size_t offset =
      found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
  if (!spend_scan(run, offset) || found == nullptr) return kNoMatch;
  return {true, offset, needle.size()};
}

TextMatch find_last_ordinal(Run& run, std::string_view text, std::string_view needle) {
  if (needle.size() > text.size()) return kNoMatch;
  if (needle.empty()) return {true, text.size(), 0};
  for (std::size_t at = text.size() - needle.size() + 1; at-- > 0;) {
    if (text[at] != needle[0]) continue;
    if (text.substr(at, needle.size()) == needle) return {true, at, needle.size()};
    if (!spend_scan(run, needle.size())) return kNoMatch;
  }
  spend_scan(run, text.size());
  return kNoMatch;
}

TextMatch find_ignoring_case(Run& run, std::string_view text, std::string_view needle) {
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && is_continuation(text[at])) continue;
    const TextMatch match = match_ignoring_case(text.substr(at), needle);
    if (match.found) return {true, at, match.size};
    // A failed match may have looked at much of the needle; its first character alone is the ordinary case.
    if ((at & 15) == 0 && !run.spend(1 + (needle.size() >> 3))) return kNoMatch;
  }
  return kNoMatch;
}

TextMatch find_last_ignoring_case(Run& run, std::string_view text, std::string_view needle) {
  for (std::size_t at = text.size() + 1; at-- > 0;) {
    if (at < text.size() && is_continuation(text[at])) continue;
    const TextMatch match = match_ignoring_case(text.substr(at), needle);
    if (match.found) return {true, at, match.size};
    if ((at & 15) == 0 && !run.spend(1 + (needle.size() >> 3))) return kNoMatch;
  }
  return kNoMatch;
}

}  // namespace portcullis
