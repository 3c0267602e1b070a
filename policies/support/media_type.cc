#include "policies/support/media_type.h"

#include "base/text.h"

namespace portcullis {

namespace {

bool is_either(std::string_view type, std::string_view first, std::string_view second, std::string_view suffix) {
  const bool ends =
      type.size() > suffix.size() && equals_ignoring_ascii_case(type.substr(type.size() - suffix.size()), suffix);
  return ends || equals_ignoring_ascii_case(type, first) || equals_ignoring_ascii_case(type, second);
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignoring_ascii_case(text.substr(0, prefix.size()), prefix);
}

bool contains(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (starts_with(text.substr(at), word)) return true;
  }
  return false;
}

std::string_view without_parameters(std::string_view range) { return trim_ascii(range.substr(0, range.find(';'))); }

// `;q=0`, `; q=0.000`: explicitly not wanted.
bool is_refused(std::string_view range) {
  for (std::size_t at = range.find(';'); at != std::string_view::npos; at = range.find(';', at + 1)) {
    std::string_view parameter = trim_ascii(range.substr(at + 1, range.find(';', at + 1) - at - 1));
    if (!starts_with(parameter, "q=")) continue;
    parameter.remove_prefix(2);
    return !parameter.empty() && parameter.find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

}  // namespace

std::string_view media_type_of(const HeaderList& headers, Arena& arena) {
  return without_parameters(headers.joined(HeaderName("Content-Type"), arena));
}

bool is_json_type(std::string_view type) { return is_either(type, "application/json", "text/json", "+json"); }
bool is_xml_type(std::string_view type) { return is_either(type, "application/xml", "text/xml", "+xml"); }

bool is_text_type(std::string_view type) {
  return starts_with(type, "text/") || is_json_type(type) || is_xml_type(type) || contains(type, "javascript") ||
         contains(type, "ecmascript") || equals_ignoring_ascii_case(type, "application/x-www-form-urlencoded") ||
         starts_with(type, "multipart/form-data");
}

bool accepts(const HeaderList& headers, Arena& arena, bool (*is_wanted)(std::string_view type)) {
  std::string_view ranges = headers.joined(HeaderName("Accept"), arena);
  while (!ranges.empty()) {
    const std::size_t comma = ranges.find(',');
    const std::string_view range = ranges.substr(0, comma);
    if (is_wanted(without_parameters(range)) && !is_refused(range)) return true;
    ranges = comma == std::string_view::npos ? std::string_view() : ranges.substr(comma + 1);
  }
  return false;
}

}  // namespace portcullis
