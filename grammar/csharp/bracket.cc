// Bracket matching over C# tokens; see bracket.h. Deliberately smaller than the lexer: it must not fail on anything.
#include "grammar/csharp/bracket.h"

#include <vector>

namespace portcullis {
namespace {

enum class Frame : char {
  kBracket,          // ( [ or {
  kHole,             // { of an interpolated string
  kVerbatimHole      // { of an interpolated verbatim string
};

class BracketScanner {
 public:
  explicit BracketScanner(std::string_view text) : text_(text) {}

  std::optional<std::size_t> run(std::size_t open) {
    frames_.push_back(Frame::kBracket);
    at_ = open + 1;
    while (at_ < text_.size()) {
      if (step()) return at_;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  /// Consumes one token or character; true when it was the bracket looked for (then `at_` stays on it).
  bool step() {
    switch (peek()) {
      case '(':
      case '[':
      case '{':
        frames_.push_back(Frame::kBracket);
        ++at_;
        return false;
      case ')':
      case ']':
      case '}':
        return close();
      case '"':
        ++at_;
        regular_string();
        return false;
      case '\'':
        ++at_;
        character();
        return false;
      case '@':
      case '$':
        prefixed_string();
        return false;
      case ':':
        format_or_colon();
        return false;
      case '/':
        comment_or_slash();
        return false;
      default:
        ++at_;
        return false;
    }
  }

  bool close() {
    const Frame frame = frames_.back();
    if (frame != Frame::kBracket && peek() != '}') {  // `$"{a)}"`: not this hole's end
      ++at_;
      return false;
    }
    frames_.pop_back();
    if (frames_.empty()) return true;
    ++at_;
    if (frame != Frame::kBracket) interpolated_text(frame == Frame::kVerbatimHole);
    return false;
  }

  /// After `:` directly inside a hole comes raw format text up to `}`.
  void format_or_colon() {
    ++at_;
    if (frames_.back() == Frame::kBracket) return;
    if (peek() == ':') {  // `global::X`
      ++at_;
      return;
    }
    while (at_ < text_.size() && peek() != '"' && peek() != '\n') {
      if (peek() == '}') {
        if (peek(1) != '}') return;
        ++at_;
      }
      ++at_;
    }
  }

  void prefixed_string() {
    bool verbatim = false;
    bool interpolated = false;
    std::size_t length = 0;
    while (length < 2 && (peek(length) == '@' || peek(length) == '$')) {
      (peek(length) == '@' ? verbatim : interpolated) = true;
      ++length;
    }
    if (peek(length) != '"') {
      ++at_;
      return;
    }
    at_ += length + 1;
    if (interpolated) {
      interpolated_text(verbatim);
    } else {
      verbatim_string();
    }
  }

  void regular_string() {
    if (peek() == '"' && peek(1) == '"') return raw_string();
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n' || c == '\r') return;
      ++at_;
      if (c == '"') return;
      if (c == '\\' && peek() != '\n' && peek() != '\r') ++at_;
    }
  }

  /// `"""..."""` is C# 11; it is skipped as a whole so that the parser can say so.
  void raw_string() {
    std::size_t quotes = 1;
    while (peek() == '"') {
      ++quotes;
      ++at_;
    }
    std::size_t run = 0;
    for (std::size_t i = at_; i < text_.size(); ++i) {
      run = text_[i] == '"' ? run + 1 : 0;
      if (run == quotes) {
        at_ = i + 1;
        return;
      }
    }
  }

  void verbatim_string() {
    while (at_ < text_.size()) {
      if (text_[at_++] != '"') continue;
      if (peek() != '"') return;
      ++at_;
    }
  }

  /// Text of an interpolated string up to its closing quote or the next hole.
  void interpolated_text(bool verbatim) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (!verbatim && (c == '\n' || c == '\r')) return;
      ++at_;
      if (c == '"') {
        if (!verbatim || peek() != '"') return;
        ++at_;
      } else if (c == '\\' && !verbatim) {
        if (peek() != '\n' && peek() != '\r') ++at_;
      } else if (c == '{') {
        if (peek() != '{') {
          frames_.push_back(verbatim ? Frame::kVerbatimHole : Frame::kHole);
          return;
        }
        ++at_;
      }
    }
  }

  void character() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n' || c == '\r') return;
      ++at_;
      if (c == '\'') return;
      if (c == '\\' && peek() != '\n' && peek() != '\r') ++at_;
    }
  }

  void comment_or_slash() {
    ++at_;
    if (peek() == '/') {
      while (at_ < text_.size() && peek() != '\n' && peek() != '\r') ++at_;
    } else if (peek() == '*') {
      const std::size_t end = text_.find("*/", at_ + 1);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Frame> frames_;
};

}  // namespace

std::optional<std::size_t> matching_bracket(std::string_view text, std::size_t open) {
  if (open >= text.size()) return std::nullopt;
  return BracketScanner(text).run(open);
}

}  // namespace portcullis
