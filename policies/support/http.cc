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

bool is_header_value(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos; }

bool keeps_values_apart(std::string_view name) {
  for (const std::string_view apart : {"User-Agent", "WWW-Authenticate", "Proxy-Authenticate", "Cookie", "Set-Cookie", "Warning", "Date", "Expires",
                                       "If-Modified-Since", "If-Unmodified-Since", "Last-Modified", "Retry-After"}) {
    if (equals_ignoring_ascii_case(name, apart)) return true;
  }
  return false;
}

}  // namespace portcullis
