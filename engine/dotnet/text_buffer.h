// Text under construction, in the arena: what StringBuilder is made of, and every member that joins pieces.
//
// `take()` gives a String that shares the buffer's bytes; writing behind them is harmless, and writing into them later
// (StringBuilder's Insert, Length = 0, …) first moves the text elsewhere.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/run/object.h"
#include "engine/run/run.h"

namespace portcullis {

class TextBuffer {
 public:
  /// Room for `more` bytes behind the text. False after raising the memory limit; the functions below then do nothing.
  bool reserve(Run& run, std::uint64_t more);
  /// A high surrogate at the end and a low one at the start become one character.
  bool append(Run& run, std::string_view text);
  bool append(Run& run, const String* text) { return text == nullptr || append(run, text->view()); }
  /// One code point or UTF-16 unit.
  bool append_code(Run& run, char32_t code);
  bool append_repeated(Run& run, char16_t unit, std::uint64_t count);
  /// Forgets everything from byte `size` on.
  void truncate(std::uint64_t size) {
    if (size == 0 && shared_ > 0)
      *this = TextBuffer{};  // a String keeps the old memory
    else
      size_ = size;
  }

  [[nodiscard]] std::string_view view() const { return {data_, static_cast<std::size_t>(size_)}; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t capacity() const { return capacity_; }
  /// Writable bytes of the text, moved away from any String taken before; null after raising the limit.
  char* writable(Run& run);
  /// The text so far. Null after a failure (the exception is pending).
  String* take(Run& run);

 private:
  bool grow(Run& run, std::uint64_t more);

  char* data_ = nullptr;
  std::uint64_t size_ = 0;
  std::uint64_t capacity_ = 0;
  std::uint64_t shared_ = 0;  // bytes that a String shows
};

}  // namespace portcullis
