// .http files, as editors' REST clients write them: a request line with an absolute URL, headers, a blank line, the body.
#include <map>

#include "hosts/files/owned_context.h"

namespace portcullis::hosts {

namespace {

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

using Names = std::map<std::string, std::string, std::less<>>;

// `{{name}}` of the file's own variables; others stay as they are.
std::string resolve(std::string_view text, const Names& names) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find("{{", at);
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out.append(text.substr(at));
    out.append(text.substr(at, open - at));
    const auto found = names.find(trim(text.substr(open + 2, close - open - 2)));
    out.append(found == names.end() ? text.substr(open, close + 2 - open) : std::string_view(found->second));
    at = close + 2;
  }
  return out;
}

bool is_method(std::string_view word) {
  for (const char c : word) {
    if (c < 'A' || c > 'Z') return false;
  }
  return !word.empty();
}

}  // namespace

std::optional<FileError> OwnedContext::read_http(std::string_view text) {
  Names names;
  std::string_view rest = text;
  std::string_view request_line;
  std::size_t line_number = 0;
  while (!rest.empty() && request_line.empty()) {
    const std::string_view line = trim(next_line(rest));
    ++line_number;
    if (line.empty() || line.starts_with('#') || line.starts_with("//")) continue;
    const std::size_t equals = line.find('=');
    if (line.starts_with('@') && equals != std::string_view::npos) {
      names[std::string(trim(line.substr(1, equals - 1)))] = resolve(trim(line.substr(equals + 1)), names);
      continue;
    }
    request_line = line;
  }
  if (request_line.empty()) return FileError{"the file holds no request line"};
  const std::string_view resolved = keep(resolve(request_line, names));
  std::string_view url = resolved;
  const std::size_t space = resolved.find(' ');
  if (space != std::string_view::npos && is_method(resolved.substr(0, space))) {
    view_.request.method = resolved.substr(0, space);
    url = trim(resolved.substr(space + 1));
  }
  if (const std::size_t version = url.rfind(" HTTP/"); version != std::string_view::npos) url = trim(url.substr(0, version));
  std::vector<HeaderView>& headers = headers_.emplace_back();
  bool in_headers = true;
  std::string body;
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    ++line_number;
    if (line.starts_with("###")) break;
    if (!in_headers) {
      body.append(line).append("\n");
    } else if (trim(line).empty()) {
      in_headers = false;
    } else if (line.starts_with(' ') || line.starts_with('\t')) {
      url = keep(std::string(url) + resolve(trim(line), names));  // a query that goes on
    } else {
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) return FileError{"line " + std::to_string(line_number) + ": a header is written `Name: value`"};
      headers.push_back({keep(std::string(trim(line.substr(0, colon)))), keep(resolve(trim(line.substr(colon + 1)), names))});
    }
  }
  if (url.starts_with('/')) {
    std::string host = "localhost";
    for (const HeaderView& header : headers) {
      if (header.name == "Host" || header.name == "host") host = header.value;
    }
    url = keep("https://" + host + std::string(url));
  }
  const std::optional<UrlView> parts = split_url(url);
  if (!parts.has_value()) return FileError{"`" + std::string(url) + "` is no absolute URL"};
  view_.request.url = *parts;
  view_.request.headers = headers;
  while (!body.empty() && body.back() == '\n') body.pop_back();
  if (!body.empty()) view_.request.body = {BodyState::kBuffered, keep(resolve(body, names))};
  return std::nullopt;
}

}  // namespace portcullis::hosts
