// Server-sent events, read as they pass: however the bytes are cut, the same events come out. source: the WHATWG
// standard's "server-sent events" (lines end in CR, LF or CRLF; `data` lines join with LF; a blank line ends an event)
//
// Only `data` matters to us: the APIs of models put everything into it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace portcullis {

class EventStream {
 public:
  static constexpr std::size_t kMaxEventBytes = std::size_t{1} << 20;

  /// `on_event(data, end)` for each event that ends in `bytes`: `end` is how many of them are behind it then. Data of
  /// more than kMaxEventBytes is not kept: the event comes without it.
  template <typename OnEvent>
  void take(std::string_view bytes, OnEvent&& on_event) {
    for (std::size_t at = 0; at < bytes.size();) {
      if (after_cr_ && bytes[at] == '\n') {
        after_cr_ = false;
        ++at;
        continue;
      }
      after_cr_ = false;
      const std::size_t end = bytes.find_first_of("\r\n", at);
      if (end == std::string_view::npos) {
        append_bounded(line_, bytes.substr(at));
        return;
      }
      after_cr_ = bytes[end] == '\r';
      std::string_view line = bytes.substr(at, end - at);
      if (!line_.empty() || too_large_) {
        append_bounded(line_, line);
        line = line_;
      }
      at = end + 1;
      if (line.empty() && !too_large_line_) {
        on_event(too_large_ ? std::string_view() : std::string_view(data_), at);
        data_.clear();
        has_data_ = too_large_ = false;
      } else {
        take_line(line);
      }
      line_.clear();
      too_large_line_ = false;
    }
  }
  /// The last event of a stream that broke off before its blank line.
  template <typename OnEvent>
  void end(OnEvent&& on_event) {
    if (!line_.empty()) take_line(line_);
    if (has_data_ && !too_large_) on_event(std::string_view(data_), std::size_t{0});
    line_.clear();
    data_.clear();
    has_data_ = too_large_ = too_large_line_ = false;
  }

 private:
  void append_bounded(std::string& to, std::string_view text) {
    if (to.size() + text.size() <= kMaxEventBytes) {
      to += text;
      return;
    }
    too_large_ = too_large_line_ = true;
    to.resize(1);  // not blank
  }
  void take_line(std::string_view line) {
    if (is_first_line_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    is_first_line_ = false;
    if (!line.starts_with("data")) return;
    line.remove_prefix(4);
    if (line.starts_with(':')) {
      line.remove_prefix(line.starts_with(": ") ? 2 : 1);
    } else if (!line.empty()) {
      return;
    }
    if (has_data_) append_bounded(data_, "\n");
    append_bounded(data_, line);
    has_data_ = true;
  }

  std::string line_;  // begun in an earlier piece
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool is_first_line_ = true;
  bool too_large_ = false;
  bool too_large_line_ = false;
};

}  // namespace portcullis
