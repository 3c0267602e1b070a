// Walks JSON text in place: no tree, no allocation, one pass over what is asked for. For bodies of models, which may be
// 100 MB, and for events of streams, which pass by the thousand.
//
//     JsonText name;
//     if (cursor.open_object()) {
//       while (cursor.next_member(name)) {
//         if (name.is("model")) cursor.text(model); else cursor.skip();
//       }
//     }
//
// What was stepped over is only looked at as far as needed to find its end. A broken text turns `broken()` on, and
// every question is answered with false from then on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis {

/// A string of the source, between its quotes.
struct JsonText {
  std::string_view raw;
  bool has_escapes = false;

  /// Compares what is meant, not how it is written.
  [[nodiscard]] bool is(std::string_view text) const;
  /// Bytes of the decoded text.
  [[nodiscard]] std::size_t size() const;
  /// Appends the decoded text. Halves of surrogate pairs without the other half become U+FFFD.
  void append_to(std::string& out) const;
};

class JsonCursor {
 public:
  enum class Kind : std::uint8_t { kNone, kObject, kArray, kString, kNumber, kWord };

  /// A byte order mark in front is stepped over, as backends do.
  explicit JsonCursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {
    if (text.starts_with("\xEF\xBB\xBF")) at_ += 3;
  }

  /// Of the value that stands here; kNone at the end or when broken.
  Kind kind();
  /// Steps into the value; false, with the value stepped over, when it is of another kind.
  bool open_object();
  bool open_array();
  /// The next member of the innermost open object, standing at its value; false behind the last, with the object
  /// closed.
  bool next_member(JsonText& name);
  bool next_item();
  /// Reads the value; false, with the value stepped over, when it is of another kind.
  bool text(JsonText& value);
  /// A whole number of at most 18 digits.
  bool integer(std::int64_t& value);
  bool boolean(bool& value);
  /// Steps over the value.
  void skip();
  /// The value as it is written; it is stepped over.
  std::string_view source();

  [[nodiscard]] bool broken() const { return broken_; }

 private:
  void skip_space();
  bool skip_string();
  bool close(char bracket);
  bool fail() {
    broken_ = true;
    at_ = end_;
    return false;
  }

  const char* at_;
  const char* end_;
  bool broken_ = false;
};

}  // namespace portcullis
