// URLs and query parameters of the exchange; the members of IUrl are in url_members.cc.
#include <algorithm>
#include <charconv>
#include <string>

#include "base/text.h"
#include "engine/exchange/exchange.h"

namespace portcullis {

void Url::assign(const UrlView& url) {
  scheme = url.scheme;
  host = url.host;
  port = url.port;
  path = url.path.empty() ? std::string_view("/") : url.path;
  base_path_size = url.base_path_size;
  query = url.query;
  parameters = nullptr;
}

bool parse_url(std::string_view text, UrlView& url) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return false;
  url = {};
  url.scheme = text.substr(0, colon);
  if (equals_ignoring_ascii_case(url.scheme, "http")) {
    url.scheme = "http";
  } else if (equals_ignoring_ascii_case(url.scheme, "https")) {
    url.scheme = "https";
  } else {
    return false;
  }
  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, path);
  rest.remove_prefix(path);
  if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  const std::size_t port = authority.rfind(':');
  url.port = url.scheme == "https" ? 443 : 80;
  if (port != std::string_view::npos && authority.find(']', port) == std::string_view::npos) {
    const std::string_view digits = authority.substr(port + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (!digits.empty() && (error != std::errc{} || end != digits.data() + digits.size())) return false;
    authority = authority.substr(0, port);
  }
  if (authority.empty() || authority.find(' ') != std::string_view::npos) return false;
  url.host = authority;
  const std::size_t question = rest.find('?');
  url.path = rest.substr(0, question);
  if (question != std::string_view::npos) url.query = rest.substr(question + 1);
  if (url.path.empty()) url.path = "/";
  return true;
}

// One slash between base path and rest. source: routing.md#2
void rebase_url(Url& url, const UrlView& base, Arena& arena) {
  const std::string_view relative = url.relative_path();
  std::string_view base_path = base.path;
  while (base_path.ends_with('/')) base_path.remove_suffix(1);
  url.path = arena.copy(std::string_view(joined(base_path, relative.starts_with('/') || relative.empty() ? "" : "/", relative)));
  if (url.path.empty()) url.path = "/";
  url.base_path_size = base_path.size();
  url.scheme = base.scheme;
  url.host = base.host;
  url.port = base.port;
  if (base.query.empty()) return;
  url.query = url.query.empty() ? base.query : arena.copy(std::string_view(joined(base.query, "&", url.query)));
  url.parameters = nullptr;
}

std::string_view Url::text(Arena& arena) const {
  char* const start = arena.text(scheme.size() + host.size() + path.size() + query.size() + sizeof "://:65535?");
  char* end = start;
  const auto put = [&end](std::string_view part) { end = std::copy(part.begin(), part.end(), end); };
  put(scheme);
  put("://");
  put(host);
  if (!has_default_port()) {
    put(":");
    end = std::to_chars(end, end + 5, port).ptr;
  }
  put(path);
  if (!query.empty()) {
    put("?");
    put(query);
  }
  return {start, static_cast<std::size_t>(end - start)};
}

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Borrows the text when there is nothing to decode.
std::string_view decode(std::string_view text, Arena& arena) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return c == '%' || c == '+'; })) return text;
  char* out = arena.text(text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out[size++] = static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out[size++] = text[i] == '+' ? ' ' : text[i];
    }
  }
  return {out, size};
}

}  // namespace

QueryParameters& query_parameters(Url& url, Arena& arena) {
  if (url.parameters != nullptr) return *url.parameters;
  auto* parsed = arena.make<QueryParameters>();
  std::uint32_t count = 0;
  for (const char c : url.query) count += c == '&' ? 1 : 0;
  parsed->capacity = count + 1;
  QueryParameter* items = arena.array<QueryParameter>(parsed->capacity).data();
  std::size_t size = 0;
  for (std::size_t at = 0; at < url.query.size();) {
    std::size_t end = url.query.find('&', at);
    if (end == std::string_view::npos) end = url.query.size();
    const std::string_view part = url.query.substr(at, end - at);
    at = end + 1;
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view("") : part.substr(equals + 1);
    items[size++] = {decode(name, arena), decode(value, arena)};
  }
  parsed->items = {items, size};
  url.parameters = parsed;
  return *parsed;
}

namespace {

/// RFC 3986's unreserved characters.
struct Unreserved {
  bool is[256] = {};
  constexpr Unreserved() {
    for (int c = 0; c < 256; ++c) {
      const char as_char = static_cast<char>(c);
      is[c] = is_ascii_letter(as_char) || is_ascii_digit(as_char) || c == '-' || c == '.' || c == '_' || c == '~';
    }
  }
};
constexpr Unreserved kUnreserved;

char* put_percent_encoded(char* out, std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kUnreserved.is[byte]) {
      *out++ = c;
    } else {
      *out++ = '%';
      *out++ = kDigits[byte >> 4];
      *out++ = kDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace

void write_query(Url& url, Arena& arena) {
  std::size_t most = 0;
  for (const QueryParameter& item : url.parameters->items) most += (item.name.size() + item.value.size()) * 3 + 2;
  char* const start = arena.text(most);
  char* end = start;
  for (const QueryParameter& item : url.parameters->items) {
    if (end != start) *end++ = '&';
    end = put_percent_encoded(end, item.name);
    *end++ = '=';
    end = put_percent_encoded(end, item.value);
  }
  url.query = {start, static_cast<std::size_t>(end - start)};
  arena.shrink_text(most - url.query.size());
}

}  // namespace portcullis
