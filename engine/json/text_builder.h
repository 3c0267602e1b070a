// Growing text in the arena: written at the tip of its text region, extended in place while nothing else is written there.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

#include "engine/run/run.h"

namespace portcullis {

class TextBuilder {
 public:
  TextBuilder(Run& run, std::size_t first_room) : run_(run), start_(run.text(first_room)), at_(start_), end_(start_ == nullptr ? nullptr : start_ + first_room) {}
  TextBuilder(const TextBuilder&) = delete;
  TextBuilder& operator=(const TextBuilder&) = delete;

  /// Room for `size` more characters. False when the memory limit is hit; it has been raised then.
  bool reserve(std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) >= size) [[likely]] return true;
    return grow(size);
  }
  // The rest demands that `reserve` was asked before.
  void put(char c) { *at_++ = c; }
  void put(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  char* tip() { return at_; }
  void advance(std::size_t size) { at_ += size; }

  bool add(std::string_view text) {
    if (!reserve(text.size())) return false;
    if (!text.empty()) put(text);
    return true;
  }
  bool add(char c) {
    if (!reserve(1)) return false;
    put(c);
    return true;
  }
  bool add(std::size_t count, char c) {
    if (!reserve(count)) return false;
    std::memset(at_, c, count);
    at_ += count;
    return true;
  }

  [[nodiscard]] std::string_view text() const { return {start_, static_cast<std::size_t>(at_ - start_)}; }
  /// Gives the unused room back and makes the String.
  String* finish() {
    if (start_ == nullptr) return nullptr;
    if (run_.arena.extend_text(end_, 0)) run_.arena.shrink_text(static_cast<std::size_t>(end_ - at_));
    return run_.view(text());
  }

 private:
  bool grow(std::size_t size) {
    if (start_ == nullptr) return false;
    const auto used = static_cast<std::size_t>(at_ - start_);
    const std::size_t more = std::max(size, used + 256);
    if (run_.arena.extend_text(end_, more)) {
      end_ += more;
      return true;
    }
    char* moved = run_.text(used + more);
    if (moved == nullptr) return false;
    std::memcpy(moved, start_, used);
    start_ = moved;
    at_ = moved + used;
    end_ = at_ + more;
    return true;
  }

  Run& run_;
  char* start_;
  char* at_;
  char* end_;
};

}  // namespace portcullis
