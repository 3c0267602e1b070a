// URLs and query parameters of the exchange; the members of IUrl are in url_members.cc.
#include <cstring>

#include "base/text.h"
#include "engine/exchange/exchange.h"

namespace portcullis {

void Url::assign(const UrlView& url) {
  scheme = url.scheme;
  host = url.host;
  port = url.port;
  path = url.path.empty() ? std::string_view("/") : url.path;
  query = url.query;
  parameters = nullptr;
}

std::string_view Url::text(Arena& arena) const {
  std::string out = joined(scheme, "://", host);
  if (!has_default_port()) append(out, ':', port);
  out += path;
  if (!query.empty()) append(out, '?', query);
  return arena.copy(std::string_view(out));
}

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Borrows the text when there is nothing to decode.
std::string_view decode(std::string_view text, Arena& arena) {
  if (text.find_first_of("%+") == std::string_view::npos) return text;
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

bool is_unreserved(char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

void append_encoded(std::string& out, std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c)) {
      out += c;
    } else {
      append(out, '%', kDigits[byte >> 4], kDigits[byte & 15]);
    }
  }
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

void write_query(Url& url, Arena& arena) {
  std::string out;
  for (const QueryParameter& item : url.parameters->items) {
    if (!out.empty()) out += '&';
    append_encoded(out, item.name);
    out += '=';
    append_encoded(out, item.value);
  }
  url.query = arena.copy(std::string_view(out));
}

}  // namespace portcullis
