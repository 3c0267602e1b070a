// Walks a text that may be a date or a time.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace portcullis {

/// Characters with a place.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char now() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[nodiscard]] std::size_t at() const { return at_; }
  void step(std::size_t count = 1) { at_ += count; }
  void back_to(std::size_t at) { at_ = at; }
  bool take(char c) {
    if (now() != c) return false;
    ++at_;
    return true;
  }
  bool skip_white() {
    const std::size_t before = at_;
    while (is_ascii_space(now())) ++at_;
    return at_ != before;
  }
  // Up to `most` digits; the number of digits taken.
  int number(std::int32_t& value, int most) {
    int count = 0;
    value = 0;
    for (; count < most && is_ascii_digit(now()); ++count) value = value * 10 + (text_[at_++] - '0');
    return count;
  }
  // Digits behind a point, as ticks; the eighth digit rounds, the rest is skipped.
  int fraction(std::int64_t& ticks) {
    int count = 0;
    ticks = 0;
    bool up = false;
    for (; is_ascii_digit(now()); ++count, ++at_) {
      if (count < 7) ticks = ticks * 10 + (now() - '0');
      if (count == 7) up = now() >= '5';
    }
    for (int i = count; i < 7; ++i) ticks *= 10;
    if (up) ++ticks;
    return count;
  }
  std::string_view word() {
    const std::size_t start = at_;
    while (is_ascii_letter(now())) ++at_;
    return text_.substr(start, at_ - start);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace portcullis
