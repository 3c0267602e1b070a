#include "policies/support/http.h"

#include "base/text.h"

namespace portcullis {

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : text) {
    if (!is_ascii_letter(c) && !is_ascii_digit(c) && kMarks.find(c) == std::string_view::npos) return false;
  }
  return !text.empty();
}

// One fast scan for each.
bool is_header_value(std::string_view text) {
  return text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos && text.find('\0') == std::string_view::npos;
}

}  // namespace portcullis
