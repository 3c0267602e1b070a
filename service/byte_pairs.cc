// A byte-pair encoder: text is cut into words by rule, each word's bytes are merged pair by pair, the pair of the
// lowest rank first, until no pair has a rank. The ranks are the user's file: `base64-of-the-bytes rank`, a line each.
// The rules of cutting are facts of the two families of models.
//
// Only counts are made, so a token is no more than its place and length here. A word of n bytes costs n log n: pairs
// wait in a heap.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/text.h"
#include "base/utf.h"
#include "engine/exchange/base64.h"
#include "engine/unicode/category.h"
#include "portcullis/tokens.hpp"

namespace portcullis {
namespace {

// ---- words --------------------------------------------------------------------------------------------------------

enum class CharClass : std::uint8_t { kUpper, kLower, kBoth, kMark, kNumber, kLineEnd, kSpace, kOther };

CharClass class_of(char32_t code) {
  if (code == '\r' || code == '\n') return CharClass::kLineEnd;
  if (is_white_space(code)) return CharClass::kSpace;
  switch (category_of(code)) {
    case UnicodeCategory::kUppercaseLetter:
    case UnicodeCategory::kTitlecaseLetter:
      return CharClass::kUpper;
    case UnicodeCategory::kLowercaseLetter:
      return CharClass::kLower;
    case UnicodeCategory::kModifierLetter:
    case UnicodeCategory::kOtherLetter:
      return CharClass::kBoth;
    case UnicodeCategory::kNonSpacingMark:
    case UnicodeCategory::kSpacingCombiningMark:
    case UnicodeCategory::kEnclosingMark:
      return CharClass::kMark;
    case UnicodeCategory::kDecimalDigitNumber:
    case UnicodeCategory::kLetterNumber:
    case UnicodeCategory::kOtherNumber:
      return CharClass::kNumber;
    default:
      return CharClass::kOther;
  }
}

bool is_letter(CharClass c) { return c <= CharClass::kBoth; }
bool is_space(CharClass c) { return c == CharClass::kSpace || c == CharClass::kLineEnd; }

/// Cuts text into words, from the front.
class Words {
 public:
  Words(std::string_view text, TokenSplit split) : text_(text), split_(split) {}
  bool next(std::string_view& word) {
    if (at_ == text_.size()) return false;
    const std::size_t end = end_of_word();
    word = text_.substr(at_, end - at_);
    at_ = end;
    return true;
  }

 private:
  struct Char {
    CharClass kind;
    std::size_t end;
  };
  [[nodiscard]] std::optional<Char> char_at(std::size_t at) const {
    if (at >= text_.size()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(text_[at]);
    if (byte < 0x80) return Char{class_of(byte), at + 1};
    const Decoded decoded = decode_utf8(text_, at);
    return Char{class_of(decoded.code), at + std::max<std::size_t>(1, decoded.length)};
  }
  template <typename Accepts>
  [[nodiscard]] std::size_t run_of(std::size_t at, Accepts&& accepts, std::size_t most = SIZE_MAX) const {
    for (; most > 0; --most) {
      const std::optional<Char> c = char_at(at);
      if (!c.has_value() || !accepts(c->kind)) break;
      at = c->end;
    }
    return at;
  }

  // 's 't 're 've 'm 'll 'd, in any case; where it ends, or `at`.
  [[nodiscard]] std::size_t contraction(std::size_t at) const {
    if (at >= text_.size() || text_[at] != '\'') return at;
    for (const std::string_view tail : {"s", "t", "m", "d", "re", "ve", "ll"}) {
      if (equals_ignoring_ascii_case(text_.substr(at + 1, tail.size()), tail)) return at + 1 + tail.size();
    }
    return at;
  }

  // Letters from `at`, as the family groups them; `at` when there are none.
  [[nodiscard]] std::size_t letters(std::size_t at) const {
    if (split_ == TokenSplit::kCl100k) return run_of(at, is_letter);
    const auto upper = [](CharClass c) {
      return c == CharClass::kUpper || c == CharClass::kBoth || c == CharClass::kMark;
    };
    const auto lower = [](CharClass c) {
      return c == CharClass::kLower || c == CharClass::kBoth || c == CharClass::kMark;
    };
    const std::size_t uppers = run_of(at, upper);
    std::size_t end = run_of(uppers, lower);
    return end == at ? at : contraction(end);
  }

  [[nodiscard]] std::size_t end_of_word() const {
    const Char first = *char_at(at_);
    if (split_ == TokenSplit::kCl100k) {
      const std::size_t end = contraction(at_);
      if (end != at_) return end;
    }
    const std::size_t plain = letters(at_);
    if (plain != at_) return plain;
    if (first.kind != CharClass::kLineEnd && first.kind != CharClass::kNumber) {
      const std::size_t behind = letters(first.end);
      if (behind != first.end) return behind;
    }
    if (first.kind == CharClass::kNumber)
      return run_of(
          at_, [](CharClass c) { return c == CharClass::kNumber; }, 3);
    const auto is_sign = [](CharClass c) { return c == CharClass::kOther || c == CharClass::kMark; };
    const std::size_t signs_from = text_[at_] == ' ' ? first.end : at_;
    std::size_t end = run_of(signs_from, is_sign);
    if (end != signs_from) {
      while (end < text_.size() &&
             (text_[end] == '\r' || text_[end] == '\n' || (split_ == TokenSplit::kO200k && text_[end] == '/')))
        ++end;
      return end;
    }
    return end_of_space();
  }

  // Up to the last line end of the run, else all of it but the last character, which the next word may take.
  [[nodiscard]] std::size_t end_of_space() const {
    std::size_t last_start = at_;
    std::size_t line_end = at_;
    std::size_t end = at_;
    for (std::optional<Char> c = char_at(at_); c.has_value() && is_space(c->kind); c = char_at(end)) {
      last_start = end;
      end = c->end;
      if (c->kind == CharClass::kLineEnd) line_end = end;
    }
    if (line_end != at_) return line_end;
    return end == text_.size() || last_start == at_ ? end : last_start;
  }

  std::string_view text_;
  TokenSplit split_;
  std::size_t at_ = 0;
};

// ---- merging ------------------------------------------------------------------------------------------------------

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using Ranks = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Merges one word. Its memory serves for the next.
class Merger {
 public:
  explicit Merger(const Ranks& ranks) : ranks_(ranks) {}

  std::size_t count(std::string_view word) {
    if (word.size() <= 1 || rank(word) != kNone) return word.empty() ? 0 : 1;
    word_ = word;
    const auto size = static_cast<std::uint32_t>(word.size());
    parts_.resize(size);
    heap_.clear();
    for (std::uint32_t i = 0; i < size; ++i) parts_[i] = {i + 1, i == 0 ? kNone : i - 1, true};
    for (std::uint32_t i = 0; i + 1 < size; ++i) offer(i);
    std::make_heap(heap_.begin(), heap_.end(), later);
    std::size_t left = size;
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), later);
      const Pair pair = heap_.back();
      heap_.pop_back();
      if (!is_current(pair)) continue;
      merge(pair.at);
      --left;
    }
    return left;
  }

 private:
  struct Part {
    std::uint32_t end;       // of its bytes; the next part begins there
    std::uint32_t previous;  // part; kNone: the first
    bool is_there;
  };
  struct Pair {
    std::uint32_t rank, at, end;
  };
  // The lowest rank first, the leftmost of equals.
  static bool later(const Pair& a, const Pair& b) { return a.rank != b.rank ? a.rank > b.rank : a.at > b.at; }

  [[nodiscard]] std::uint32_t rank(std::string_view bytes) const {
    const auto found = ranks_.find(bytes);
    return found == ranks_.end() ? kNone : found->second;
  }
  [[nodiscard]] std::uint32_t pair_end(std::uint32_t at) const {
    const std::uint32_t next = parts_[at].end;
    return next < parts_.size() ? parts_[next].end : kNone;
  }
  bool offer(std::uint32_t at) {
    const std::uint32_t end = pair_end(at);
    if (end == kNone) return false;
    const std::uint32_t found = rank(word_.substr(at, end - at));
    if (found == kNone) return false;
    heap_.push_back({found, at, end});
    return true;
  }
  [[nodiscard]] bool is_current(const Pair& pair) const {
    return parts_[pair.at].is_there && pair_end(pair.at) == pair.end;
  }
  void merge(std::uint32_t at) {
    const std::uint32_t second = parts_[at].end;
    parts_[second].is_there = false;
    parts_[at].end = parts_[second].end;
    if (parts_[at].end < parts_.size()) parts_[parts_[at].end].previous = at;
    if (offer(at)) std::push_heap(heap_.begin(), heap_.end(), later);
    const std::uint32_t previous = parts_[at].previous;
    if (previous != kNone && offer(previous)) std::push_heap(heap_.begin(), heap_.end(), later);
  }

  const Ranks& ranks_;
  std::string_view word_;
  std::vector<Part> parts_;
  std::vector<Pair> heap_;
};

class BytePairCounter final : public TokenCounter {
 public:
  BytePairCounter(Ranks ranks, TokenSplit split) : ranks_(std::move(ranks)), split_(split) {}

  std::optional<std::size_t> count(std::string_view, std::string_view text) const override {
    Merger merger(ranks_);
    std::size_t tokens = 0;
    Words words(text, split_);
    for (std::string_view word; words.next(word);) tokens += merger.count(word);
    return tokens;
  }

 private:
  Ranks ranks_;
  TokenSplit split_;
};

// `aGVsbG8= 31373`
bool read_line(std::string_view line, Arena& arena, Ranks& ranks) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return false;
  const std::optional<std::string_view> bytes = decode_base64(line.substr(0, space), Base64::kStandard, arena);
  const std::string_view digits = trim_ascii(line.substr(space + 1));
  std::uint32_t rank = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), rank);
  if (!bytes.has_value() || bytes->empty() || digits.empty() || error != std::errc{} ||
      end != digits.data() + digits.size() || rank == kNone)
    return false;
  return ranks.emplace(*bytes, rank).second;
}

}  // namespace

std::unique_ptr<TokenCounter> make_byte_pair_counter(std::string_view text, TokenSplit split, std::string& problem) {
  Ranks ranks;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim_ascii(text.substr(at, end - at));
    ++number;
    at = end + 1;
    if (line.empty()) continue;
    Arena arena;
    if (read_line(line, arena, ranks)) continue;
    problem = joined("line ", number, " of the ranks is no `base64 rank`, or its bytes stood there before");
    return nullptr;
  }
  if (ranks.empty()) {
    problem = "the ranks are empty";
    return nullptr;
  }
  return std::make_unique<BytePairCounter>(std::move(ranks), split);
}

}  // namespace portcullis
