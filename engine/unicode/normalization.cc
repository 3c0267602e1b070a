#include "engine/unicode/normalization.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "base/utf.h"

namespace portcullis {

namespace {

struct Decomposition {
  std::uint32_t code;
  std::uint16_t offset;
  std::uint8_t length;
  bool compatibility;
};
struct CombiningRun {
  std::uint32_t first;
  std::uint16_t count;
  std::uint8_t combining;
};
struct Composition {
  std::uint32_t first;
  std::uint32_t second;
  std::uint32_t composed;
};

#include "engine/unicode/normalization.inc"

// Hangul syllables are computed, not listed (Unicode, section 3.12).
constexpr char32_t kHangulBase = 0xAC00;
constexpr char32_t kLeadBase = 0x1100;
constexpr char32_t kVowelBase = 0x1161;
constexpr char32_t kTailBase = 0x11A7;
constexpr char32_t kLeads = 19;
constexpr char32_t kVowels = 21;
constexpr char32_t kTails = 28;
constexpr char32_t kSyllables = kLeads * kVowels * kTails;

void append_hangul(std::u32string& out, char32_t syllable) {
  out.push_back(kLeadBase + syllable / (kVowels * kTails));
  out.push_back(kVowelBase + syllable % (kVowels * kTails) / kTails);
  if (syllable % kTails != 0) out.push_back(kTailBase + syllable % kTails);
}

const Decomposition* find_decomposition(char32_t code) {
  const auto* found = std::lower_bound(std::begin(kDecompositions), std::end(kDecompositions), code,
                                       [](const Decomposition& entry, char32_t wanted) { return entry.code < wanted; });
  return found != std::end(kDecompositions) && found->code == code ? found : nullptr;
}

void order_marks(std::u32string& text) {
  for (std::size_t start = 0; start < text.size();) {
    if (combining_class(text[start]) == 0) {
      ++start;
      continue;
    }
    std::size_t end = start;
    while (end < text.size() && combining_class(text[end]) != 0) ++end;
    const auto first = text.begin() + static_cast<std::ptrdiff_t>(start);
    const auto last = text.begin() + static_cast<std::ptrdiff_t>(end);
    std::stable_sort(first, last, [](char32_t a, char32_t b) { return combining_class(a) < combining_class(b); });
    start = end;
  }
}

// 0 when the two do not compose.
char32_t compose_pair(char32_t first, char32_t second) {
  if (first >= kLeadBase && first < kLeadBase + kLeads && second >= kVowelBase && second < kVowelBase + kVowels) {
    return kHangulBase + ((first - kLeadBase) * kVowels + (second - kVowelBase)) * kTails;
  }
  if (first >= kHangulBase && first < kHangulBase + kSyllables && (first - kHangulBase) % kTails == 0 &&
      second > kTailBase && second < kTailBase + kTails) {
    return first + (second - kTailBase);
  }
  const std::pair<std::uint32_t, std::uint32_t> wanted{first, second};
  const auto* found = std::lower_bound(std::begin(kCompositions), std::end(kCompositions), wanted,
                                       [](const Composition& entry, const auto& pair) {
                                         return std::pair{entry.first, entry.second} < pair;
                                       });
  if (found == std::end(kCompositions) || found->first != first || found->second != second) return 0;
  return found->composed;
}

void compose(std::u32string& text) {
  std::size_t written = 0;
  std::size_t starter = std::u32string::npos;
  std::uint8_t last_class = 0;
  for (const char32_t code : text) {
    const std::uint8_t its_class = combining_class(code);
    // A mark is blocked when another of its class or higher, or a starter, stands between it and the last starter.
    const bool adjacent = starter != std::u32string::npos && written == starter + 1;
    const bool open = starter != std::u32string::npos && (adjacent || (last_class != 0 && last_class < its_class));
    const char32_t composed = open ? compose_pair(text[starter], code) : 0;
    if (composed != 0) {
      text[starter] = composed;
      continue;
    }
    if (its_class == 0) starter = written;
    last_class = its_class;
    text[written++] = code;
  }
  text.resize(written);
}

}  // namespace

std::uint8_t combining_class(char32_t code) {
  if (code < 0x300) return 0;
  const auto* after = std::upper_bound(std::begin(kCombiningRuns), std::end(kCombiningRuns), code,
                                       [](char32_t wanted, const CombiningRun& run) { return wanted < run.first; });
  if (after == std::begin(kCombiningRuns)) return 0;
  const CombiningRun& run = *(after - 1);
  return code - run.first < run.count ? run.combining : std::uint8_t{0};
}

void append_decomposition(std::u32string& out, char32_t code, bool compatibility) {
  if (code < 0xA0) {
    out.push_back(code);
    return;
  }
  if (code >= kHangulBase && code < kHangulBase + kSyllables) {
    append_hangul(out, code - kHangulBase);
    return;
  }
  const Decomposition* entry = find_decomposition(code);
  if (entry == nullptr || (entry->compatibility && !compatibility)) {
    out.push_back(code);
    return;
  }
  for (std::size_t i = 0; i < entry->length; ++i) {
    append_decomposition(out, kDecompositionPool[entry->offset + i], compatibility);
  }
}

std::string normalize(std::string_view text, NormalizationForm form) {
  if (is_ascii(text)) return std::string(text);
  const bool compatibility = form == NormalizationForm::kKC || form == NormalizationForm::kKD;
  std::u32string codes;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    append_decomposition(codes, decoded.code, compatibility);
    at += decoded.length;
  }
  order_marks(codes);
  if (form == NormalizationForm::kC || form == NormalizationForm::kKC) compose(codes);
  std::string out;
  for (const char32_t code : codes) append_utf8(out, code);
  return out;
}

}  // namespace portcullis
