// See collation.h. An approximation by rules, not by the collation table: exact for ASCII and for Latin letters with
// accents, code order within other scripts. source: types.md#3.5
#include "engine/dotnet/collation.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/utf.h"
#include "engine/unicode/case.h"
#include "engine/unicode/category.h"
#include "engine/unicode/normalization.h"

namespace portcullis {

namespace {

// One collation element. All zero: ignored. A combining mark has no primary weight.
struct Element {
  std::uint32_t primary = 0;
  std::uint16_t secondary = 0;
  std::uint8_t tertiary = 0;  // 1: upper case, 2: a compatibility variant (full width, ligature, superscript)

  [[nodiscard]] bool ignored() const { return primary == 0 && secondary == 0; }
};

constexpr std::uint16_t kBaseSecondary = 32;
constexpr std::uint8_t kUpperCase = 1;
constexpr std::uint8_t kVariant = 2;
// Groups of primary weights, in order.
constexpr std::uint32_t kPunctuation = 0x1000;
constexpr std::uint32_t kOtherPunctuation = 0x2000;
constexpr std::uint32_t kSymbols = 0x200000;
constexpr std::uint32_t kOtherSymbols = 0x201000;
constexpr std::uint32_t kCurrency = 0x400000;
constexpr std::uint32_t kDigits = 0x600000;
constexpr std::uint32_t kLatin = 0x700000;
constexpr std::uint32_t kOtherLetters = 0x800000;

constexpr std::string_view kPunctuationOrder = "_-,;:!?.'\"()[]{}@*/\\&#%";
constexpr std::string_view kSymbolOrder = "`^+<=>|~";

constexpr std::uint32_t ascii_primary(unsigned char c) {
  if (c >= '\t' && c <= '\r') return c;
  if (c == ' ') return 32;
  if (c >= '0' && c <= '9') return kDigits + 16U * (c - '0');
  if (c >= 'a' && c <= 'z') return kLatin + 16U * (c - 'a');
  if (c >= 'A' && c <= 'Z') return kLatin + 16U * (c - 'A');
  if (c == '$') return kCurrency;
  const std::size_t mark = kPunctuationOrder.find(static_cast<char>(c));
  if (mark != std::string_view::npos) return kPunctuation + static_cast<std::uint32_t>(mark) * 16;
  const std::size_t symbol = kSymbolOrder.find(static_cast<char>(c));
  if (symbol != std::string_view::npos) return kSymbols + static_cast<std::uint32_t>(symbol) * 16;
  return 0;
}

constexpr auto kAsciiPrimary = [] {
  std::array<std::uint32_t, 128> table{};
  for (unsigned i = 0; i < 128; ++i) table[i] = ascii_primary(static_cast<unsigned char>(i));
  return table;
}();

// Latin letters that do not decompose: `base` and a place behind it, or base and an accent of their own.
struct LatinLetter {
  char32_t code;
  char base;
  std::uint8_t behind;   // primary places behind the base letter
  std::uint16_t accent;  // or a secondary weight
  char second = 0;       // ligatures
};
constexpr LatinLetter kLatinLetters[] = {
    {U'ß', 's', 0, 0, 's'}, {U'æ', 'a', 0, 400, 'e'}, {U'ð', 'd', 2, 0},   {U'ø', 'o', 0, 401}, {U'þ', 'z', 8, 0},
    {U'đ', 'd', 0, 402},    {U'ħ', 'h', 0, 402},      {U'ı', 'i', 1, 0},   {U'ĸ', 'q', 1, 0},   {U'ł', 'l', 0, 402},
    {U'ŋ', 'n', 4, 0},      {U'œ', 'o', 0, 400, 'e'}, {U'ŧ', 't', 0, 402}, {U'ƀ', 'b', 0, 402}, {U'ƒ', 'f', 2, 0},
    {U'ǝ', 'e', 1, 0},      {U'ə', 'e', 2, 0},        {U'ʒ', 'z', 2, 0},
};

const LatinLetter* latin_letter(char32_t lower) {
  for (const LatinLetter& letter : kLatinLetters) {
    if (letter.code == lower) return &letter;
  }
  return nullptr;
}

// Dashes and quotes stand right behind their ASCII kin.
std::uint32_t punctuation_primary(char32_t code) {
  const auto behind = [&](char c, char32_t first) {
    return ascii_primary(static_cast<unsigned char>(c)) + 1 + (code - first);
  };
  if (code >= 0x2010 && code <= 0x2015) return behind('-', 0x2010);
  if (code >= 0x2018 && code <= 0x201B) return behind('\'', 0x2018);
  if (code >= 0x201C && code <= 0x201F) return behind('"', 0x201C);
  if (code == 0xA1) return behind('!', 0xA1);
  if (code == 0xBF) return behind('?', 0xBF);
  if (code == 0xB7) return behind('.', 0xB7);
  return kOtherPunctuation + code;
}

std::uint32_t primary_of(char32_t code, UnicodeCategory category) {
  if (is_separator(category)) return 32 - (code == 0x2028 || code == 0x2029 ? 4U : 0U);
  if (is_punctuation(category)) return punctuation_primary(code);
  if (category == UnicodeCategory::kCurrencySymbol) return kCurrency + 1 + code;
  if (is_symbol(category)) return kOtherSymbols + code;
  if (category == UnicodeCategory::kDecimalDigitNumber) {
    return kDigits + 16U * static_cast<std::uint32_t>(numeric_value(code));
  }
  return kOtherLetters + to_lower(code);
}

/// Gives the elements of a text one after the other. A character and the marks behind it are read together, so that
/// canonically equivalent texts give the same elements.
class Elements {
 public:
  explicit Elements(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  /// False at the end; ignored elements are skipped.
  bool next(Element& element) {
    while (true) {
      if (given_ < pending_.size()) {
        element = pending_[given_++];
        return true;
      }
      if (at_ >= text_.size()) return false;
      const auto c = static_cast<unsigned char>(text_[at_]);
      const bool alone = c < 0x80 && (at_ + 1 >= text_.size() || static_cast<unsigned char>(text_[at_ + 1]) < 0x80);
      if (alone) {
        ++at_;
        element = ascii(c);
        if (!element.ignored()) return true;
      } else {
        read_cluster();
      }
    }
  }
  /// Bytes read; only a place in the text when nothing is pending.
  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] bool between_characters() const { return given_ == pending_.size(); }

 private:
  static Element ascii(unsigned char c) {
    const std::uint32_t primary = kAsciiPrimary[c];
    if (primary == 0) return {};
    return {primary, kBaseSecondary, static_cast<std::uint8_t>(c >= 'A' && c <= 'Z' ? kUpperCase : 0)};
  }

  void read_cluster() {
    pending_.clear();
    given_ = 0;
    std::u32string codes;
    std::u32string variants;
    do {
      const Decoded decoded = decode_utf8(text_, at_);
      at_ += decoded.length;
      // Cyrillic short i is a letter of its own, not an accented i.
      if (decoded.code == 0x439 || decoded.code == 0x419) {
        codes.push_back(decoded.code);
        variants.push_back(decoded.code);
      } else {
        append_decomposition(codes, decoded.code, false);
        append_decomposition(variants, decoded.code, true);
      }
    } while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x80 &&
             combining_class(decode_utf8(text_, at_).code) != 0);
    const std::uint8_t variant = codes == variants ? 0 : kVariant;
    if (variants.size() > 1) {
      std::stable_sort(variants.begin() + 1, variants.end(), [](char32_t a, char32_t b) {
        return combining_class(a) != 0 && combining_class(b) != 0 && combining_class(a) < combining_class(b);
      });
    }
    for (const char32_t code : variants) add(code, variant);
  }

  void add(char32_t code, std::uint8_t variant) {
    if (code < 0x80) {
      Element element = ascii(static_cast<unsigned char>(code));
      if (element.ignored()) return;
      element.tertiary |= variant;
      pending_.push_back(element);
      return;
    }
    const UnicodeCategory category = category_of(code);
    if (category == UnicodeCategory::kControl || category == UnicodeCategory::kFormat) return;
    if (combining_class(code) != 0 || category == UnicodeCategory::kNonSpacingMark ||
        category == UnicodeCategory::kEnclosingMark) {
      pending_.push_back({0, static_cast<std::uint16_t>(500 + (code & 0x7FFF)), 0});
      return;
    }
    const char32_t lower = to_lower(code);
    const auto tertiary = static_cast<std::uint8_t>(variant | (lower != code ? kUpperCase : 0));
    if (const LatinLetter* letter = latin_letter(lower)) {
      add_latin(*letter, tertiary);
      return;
    }
    pending_.push_back({primary_of(code, category), kBaseSecondary, tertiary});
  }

  void add_latin(const LatinLetter& letter, std::uint8_t tertiary) {
    const auto primary = [](char c) { return ascii_primary(static_cast<unsigned char>(c)); };
    const auto mark = static_cast<std::uint8_t>(letter.second != 0 ? tertiary | kVariant : tertiary);
    pending_.push_back({primary(letter.base) + letter.behind, kBaseSecondary, mark});
    if (letter.accent != 0) pending_.push_back({0, letter.accent, 0});
    if (letter.second != 0) pending_.push_back({primary(letter.second), kBaseSecondary, mark});
  }

  std::string_view text_;
  std::size_t at_;
  std::vector<Element> pending_;
  std::size_t given_ = 0;
};

std::uint32_t tertiary_of(const Element& element, bool ignore_case) {
  return ignore_case ? element.tertiary & ~std::uint32_t{kUpperCase} : element.tertiary;
}

// Compares what `weight` says of each element, skipping zeros unless `keep_zeros`.
template <typename Weight>
std::int32_t compare_level(std::string_view a, std::string_view b, Weight weight, bool (*counts)(const Element&)) {
  Elements in_a(a);
  Elements in_b(b);
  const auto advance = [&](Elements& elements, Element& element) {
    while (elements.next(element)) {
      if (counts(element)) return true;
    }
    return false;
  };
  Element left;
  Element right;
  while (true) {
    const bool more_a = advance(in_a, left);
    const bool more_b = advance(in_b, right);
    if (!more_a || !more_b) return static_cast<std::int32_t>(more_a) - static_cast<std::int32_t>(more_b);
    const std::uint32_t of_left = weight(left);
    const std::uint32_t of_right = weight(right);
    if (of_left != of_right) return of_left < of_right ? -1 : 1;
  }
}

std::int32_t compare_levels(std::string_view a, std::string_view b, bool ignore_case) {
  const auto has_primary = [](const Element& element) { return element.primary != 0; };
  const auto any = [](const Element&) { return true; };
  std::int32_t order = compare_level(
      a, b, [](const Element& e) { return e.primary; }, has_primary);
  if (order != 0) return order;
  order = compare_level(
      a, b, [](const Element& e) { return std::uint32_t{e.secondary}; }, any);
  if (order != 0) return order;
  return compare_level(
      a, b, [&](const Element& e) { return tertiary_of(e, ignore_case); }, has_primary);
}

bool same(const Element& a, const Element& b, bool ignore_case) {
  return a.primary == b.primary && a.secondary == b.secondary &&
         tertiary_of(a, ignore_case) == tertiary_of(b, ignore_case);
}

// Plain printable ASCII on both sides: linguistic and ordinal search agree.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= ' ' && c < 0x7F) || (c >= '\t' && c <= '\r'); });
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// True when the text at `at` starts with a combining mark: no match begins or ends in front of one.
bool at_mark(std::string_view text, std::size_t at) {
  if (at >= text.size() || static_cast<unsigned char>(text[at]) < 0x80) return false;
  return combining_class(decode_utf8(text, at).code) != 0;
}

}  // namespace

std::int32_t compare_linguistic(std::string_view a, std::string_view b, bool ignore_case) {
  std::int32_t by_case = 0;
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto left = static_cast<unsigned char>(a[i]);
    const auto right = static_cast<unsigned char>(b[i]);
    if ((left | right) >= 0x80) return compare_levels(a, b, ignore_case);
    const std::uint32_t of_left = kAsciiPrimary[left];
    const std::uint32_t of_right = kAsciiPrimary[right];
    if (of_left == 0 || of_right == 0) return compare_levels(a, b, ignore_case);
    if (of_left != of_right) {
      // What follows may be ignored or combine with the last character only where it is not plain ASCII.
      if (i + 1 < a.size() && static_cast<unsigned char>(a[i + 1]) >= 0x80) return compare_levels(a, b, ignore_case);
      if (i + 1 < b.size() && static_cast<unsigned char>(b[i + 1]) >= 0x80) return compare_levels(a, b, ignore_case);
      return of_left < of_right ? -1 : 1;
    }
    if (left != right && by_case == 0 && !ignore_case) by_case = left > right ? -1 : 1;  // lower case first
  }
  if (a.size() != b.size()) {
    const std::string_view rest = a.size() > common ? a.substr(common) : b.substr(common);
    if (!is_plain(rest)) return compare_levels(a, b, ignore_case);
    return a.size() < b.size() ? -1 : 1;
  }
  return by_case;
}

std::int32_t hash_linguistic(std::string_view text, bool ignore_case) {
  std::uint64_t state = 0xCBF29CE484222325;
  Elements elements(text);
  Element element;
  while (elements.next(element)) {
    state = (state ^ (element.primary + element.secondary * 31U + tertiary_of(element, ignore_case))) * 0x100000001B3;
  }
  return static_cast<std::int32_t>(state >> 16);
}

TextMatch match_linguistic_prefix(std::string_view text, std::string_view prefix, bool ignore_case) {
  // With the character behind it, which could be a mark.
  if (is_plain(prefix) && is_plain(text.substr(0, prefix.size() + 1))) {
    const std::string_view start = text.substr(0, prefix.size());
    const bool same_start = ignore_case ? equals_ignoring_ascii_case(start, prefix) : start == prefix;
    return same_start ? TextMatch{true, 0, prefix.size()} : kNoMatch;
  }
  Elements in_text(text);
  Elements in_prefix(prefix);
  Element wanted;
  Element found;
  while (in_prefix.next(wanted)) {
    if (!in_text.next(found) || !same(wanted, found, ignore_case)) return kNoMatch;
  }
  if (!in_text.between_characters() || at_mark(text, in_text.offset())) return kNoMatch;
  return {true, 0, in_text.offset()};
}

TextMatch match_linguistic_suffix(Run& run, std::string_view text, std::string_view suffix, bool ignore_case) {
  if (suffix.empty()) return {true, text.size(), 0};
  if (is_plain(text) && is_plain(suffix)) {
    if (suffix.size() > text.size()) return kNoMatch;
    const std::size_t at = text.size() - suffix.size();
    const std::string_view end = text.substr(at);
    const bool same_end = ignore_case ? equals_ignoring_ascii_case(end, suffix) : end == suffix;
    return same_end ? TextMatch{true, at, suffix.size()} : kNoMatch;
  }
  // From the end backwards: where the rest equals the suffix. Lengths can differ by decomposition at most.
  const std::size_t reach = std::min(text.size(), suffix.size() * 4 + 16);
  for (std::size_t size = 0; size <= reach; ++size) {
    const std::size_t at = text.size() - size;
    if ((at < text.size() && is_continuation(text[at])) || at_mark(text, at)) continue;
    if (!run.spend(1 + size / 4)) return kNoMatch;
    if (compare_linguistic(text.substr(at), suffix, ignore_case) == 0) return {true, at, size};
  }
  return kNoMatch;
}

TextMatch find_linguistic(Run& run, std::string_view text, std::string_view needle, bool ignore_case) {
  if (needle.empty()) return {true, 0, 0};
  if (is_plain(needle) && is_plain(text)) {
    return ignore_case ? find_ignoring_case(run, text, needle) : find_ordinal(run, text, needle);
  }
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if ((at < text.size() && is_continuation(text[at])) || at_mark(text, at)) continue;
    const TextMatch match = match_linguistic_prefix(text.substr(at), needle, ignore_case);
    if (match.found) return {true, at, match.size};
    if (!run.spend(1 + (needle.size() >> 4))) return kNoMatch;
  }
  return kNoMatch;
}

TextMatch find_last_linguistic(Run& run, std::string_view text, std::string_view needle, bool ignore_case) {
  if (needle.empty()) return {true, text.size(), 0};
  if (is_plain(needle) && is_plain(text)) {
    return ignore_case ? find_last_ignoring_case(run, text, needle) : find_last_ordinal(run, text, needle);
  }
  for (std::size_t at = text.size() + 1; at-- > 0;) {
    if ((at < text.size() && is_continuation(text[at])) || at_mark(text, at)) continue;
    const TextMatch match = match_linguistic_prefix(text.substr(at), needle, ignore_case);
    if (match.found) return {true, at, match.size};
    if (!run.spend(1 + (needle.size() >> 4))) return kNoMatch;
  }
  return kNoMatch;
}

}  // namespace portcullis
