// Byte scans of the JSON reader and writer, sixteen at a time where the machine has SSE2.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace portcullis::json_scan {

/// What lies in a stretch of string text.
struct Stretch {
  const char* end;  // at the first quote or backslash, or at the end of the text
  bool odd;         // control characters or bytes above 0x7F before it
};

inline Stretch to_quote_or_backslash(const char* at, const char* end) {
  bool odd = false;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(0x20);
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto stop = static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash))));
    const auto low = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, space)));  // signed: > 0x7F too
    if (stop != 0) {
      const int length = std::countr_zero(stop);
      return {at + length, odd || (low & ((1U << length) - 1)) != 0};
    }
    odd = odd || low != 0;
    at += 16;
  }
#endif
  for (; at != end && *at != '"' && *at != '\\'; ++at) odd = odd || static_cast<signed char>(*at) < 0x20;
  return {at, odd};
}

/// The first byte that the writer may have to escape: quote, backslash, control character, 0xC2 or 0xE2 (U+0085, U+2028/9).
inline const char* to_escape(const char* at, const char* end, char quote_character) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8(quote_character);
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1F);
  const __m128i next_line = _mm_set1_epi8(static_cast<char>(0xC2));
  const __m128i separator = _mm_set1_epi8(static_cast<char>(0xE2));
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    hit = _mm_or_si128(hit, _mm_or_si128(_mm_cmpeq_epi8(bytes, next_line), _mm_cmpeq_epi8(bytes, separator)));
    const auto stop = static_cast<std::uint32_t>(_mm_movemask_epi8(hit));
    if (stop != 0) return at + std::countr_zero(stop);
    at += 16;
  }
#endif
  for (; at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c < 0x20 || c == '\\' || *at == quote_character || c == 0xC2 || c == 0xE2) break;
  }
  return at;
}

/// True when a character that JSON output escapes starts here: control, U+0085, U+2028, U+2029.
inline std::uint32_t escaped_length(const char* at, const char* end) {
  const auto c = static_cast<unsigned char>(*at);
  if (c < 0x20) return 1;
  if (c == 0xC2 && end - at >= 2 && static_cast<unsigned char>(at[1]) == 0x85) return 2;
  if (c == 0xE2 && end - at >= 3 && static_cast<unsigned char>(at[1]) == 0x80 && (static_cast<unsigned char>(at[2]) & 0xFE) == 0xA8) return 3;
  return 0;
}

}  // namespace portcullis::json_scan
