// See uri_parts.h. source: types.md#10.1
#include "engine/dotnet/uri_parts.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/ip_address.h"
#include "engine/unicode/case.h"
#include "engine/unicode/category.h"

namespace portcullis {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";
constexpr std::size_t kMaxLength = 65519;  // longer ones .NET refuses

struct SchemePort {
  std::string_view scheme;
  std::int32_t port;
};
constexpr SchemePort kPorts[] = {{"http", 80},  {"https", 443}, {"ws", 80},      {"wss", 443},
                                 {"ftp", 21},   {"gopher", 70}, {"nntp", 119},   {"telnet", 23},
                                 {"ldap", 389}, {"mailto", 25}, {"net.tcp", 808}};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '%' && hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0;
}
char escaped_byte(std::string_view text, std::size_t at) {
  return static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
}
void append_escape(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kHexDigits[byte >> 4]);
  out.push_back(kHexDigits[byte & 15]);
}

bool is_unreserved(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
}
bool is_reserved(char c) { return std::string_view(";/?:@&=+$,#[]!'()*").find(c) != std::string_view::npos; }

// A component in canonical form: unreserved characters unescaped, reserved ones as they are, other escapes in upper case, the rest escaped where
// needed.
std::string canonical(std::string_view text, std::string_view escape_too) {
  std::string out;
  const std::string wire = without_lone_surrogates(text);
  for (std::size_t at = 0; at < wire.size(); ++at) {
    const char c = wire[at];
    if (is_escape(wire, at)) {
      const char byte = escaped_byte(wire, at);
      if (is_unreserved(byte))
        out.push_back(byte);
      else if (is_reserved(byte))
        out.append(wire, at, 3);
      else
        append_escape(out, byte);
      at += 2;
    } else if (is_unreserved(c) || (is_reserved(c) && escape_too.find(c) == std::string_view::npos)) {
      out.push_back(c);
    } else {
      append_escape(out, c);
    }
  }
  return out;
}

std::string_view trim_white_space(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  return text;
}

// Schemes whose URIs are `scheme://host/path`.
bool needs_host(std::string_view scheme) {
  for (const std::string_view known :
       {"http", "https", "ws", "wss", "ftp", "gopher", "nntp", "telnet", "ldap", "net.tcp", "net.pipe"}) {
    if (scheme == known) return true;
  }
  return false;
}

bool is_dns_character(char32_t code) {
  if (code < 0x80)
    return is_ascii_letter(static_cast<char>(code)) || is_ascii_digit(static_cast<char>(code)) || code == '-' ||
           code == '_';
  const UnicodeCategory category = category_of(code);
  return is_letter(category) || is_number(category) || category == UnicodeCategory::kNonSpacingMark;
}

bool is_dns_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > 255) return false;
  std::size_t label = 0;
  for (std::size_t at = 0; at < host.size();) {
    const Decoded decoded = decode_utf8(host, at);
    if (decoded.code == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!is_dns_character(decoded.code) || (label == 0 && decoded.code == '-') || ++label > 63) {
      return false;
    }
    at += decoded.length;
  }
  return label > 0;
}

std::string lower_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    append_utf8(out, to_lower(decoded.code));
    at += decoded.length;
  }
  return out;
}

UriMistake read_port(std::string_view text, UriParts& parts) {
  if (text.empty()) return UriMistake::kNone;
  std::int32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < 0 || port > 65535 ||
      !is_ascii_digit(text[0])) {
    return UriMistake::kPort;
  }
  parts.is_default_port = port == default_port(parts.scheme);
  parts.port = port;
  return UriMistake::kNone;
}

UriMistake read_v6_host(std::string_view host, UriParts& parts) {
  std::string_view inside = host.substr(1, host.size() - 2);
  const std::size_t scope = inside.find('%');
  const auto address = parse_ip_address(inside.substr(0, scope));
  if (!address || !address->is_v6) return UriMistake::kHost;
  if (scope != std::string_view::npos) parts.scope = inside.substr(scope);
  parts.host = joined("[", ip_address_text(*address), "]");
  parts.host_type = UriHost::kIPv6;
  return UriMistake::kNone;
}

UriMistake read_host(std::string_view host, UriParts& parts) {
  if (host.starts_with('[')) return read_v6_host(host, parts);
  if (host.empty()) {
    if (needs_host(parts.scheme)) return UriMistake::kHost;
    parts.host_type = UriHost::kBasic;
    return UriMistake::kNone;
  }
  const auto address = parse_ip_address(host);
  if (address && !address->is_v6) {
    parts.host = ip_address_text(*address);
    parts.host_type = UriHost::kIPv4;
    return UriMistake::kNone;
  }
  if (!is_dns_name(host)) {
    if (needs_host(parts.scheme) || parts.scheme == "file") return UriMistake::kHost;
    parts.host_type = UriHost::kBasic;
    parts.host = host;
    return UriMistake::kNone;
  }
  parts.host = lower_text(host);
  parts.host_type = UriHost::kDns;
  return UriMistake::kNone;
}

UriMistake read_authority(std::string_view text, UriParts& parts) {
  parts.has_authority = true;
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    parts.user_info = canonical(text.substr(0, at), "/?#[]@");
    text.remove_prefix(at + 1);
  }
  std::size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return UriMistake::kHost;
    host_end = close + 1;
    if (host_end < text.size() && text[host_end] != ':') return UriMistake::kHost;
  }
  host_end = std::min(host_end, text.size());
  parts.port = default_port(parts.scheme);
  const UriMistake in_host = read_host(text.substr(0, host_end), parts);
  if (in_host != UriMistake::kNone) return in_host;
  return host_end < text.size() ? read_port(text.substr(host_end + 1), parts) : UriMistake::kNone;
}

bool is_windows_drive(std::string_view text) {
  return text.size() >= 2 && is_ascii_letter(text[0]) && (text[1] == ':' || text[1] == '|');
}

void read_path(std::string_view text, UriParts& parts) {
  const std::size_t fragment = text.find('#');
  if (fragment != std::string_view::npos) {
    parts.fragment = "#" + canonical(text.substr(fragment + 1), "#[]");
    text = text.substr(0, fragment);
  }
  const std::size_t query = text.find('?');
  if (query != std::string_view::npos) {
    parts.query = "?" + canonical(text.substr(query + 1), "#");
    text = text.substr(0, query);
  }
  if (!parts.has_authority) {
    parts.path = canonical(text, "#?");
    return;
  }
  std::string slashed(text);
  if (needs_host(parts.scheme) || parts.scheme == "file") std::ranges::replace(slashed, '\\', '/');
  std::string path = without_dot_segments(canonical(slashed, "#?[]"));
  if (path.empty() && (needs_host(parts.scheme) || parts.scheme == "file")) path = "/";
  parts.path = path;
}

std::string_view trim_slashes(std::string_view rest, const UriParts& parts) {
  // `http:\\host` and `http:///host` reach the host too, as browsers read them; file URIs keep the third slash.
  std::size_t slashes = 0;
  while (slashes < rest.size() && (rest[slashes] == '/' || rest[slashes] == '\\')) ++slashes;
  return rest.substr(needs_host(parts.scheme) && slashes > 2 ? slashes : 2);
}

}  // namespace

std::int32_t default_port(std::string_view scheme) {
  for (const SchemePort& known : kPorts) {
    if (known.scheme == scheme) return known.port;
  }
  return -1;
}

bool is_scheme_name(std::string_view text) {
  return !text.empty() && is_ascii_letter(text[0]) && std::ranges::all_of(text, [](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

UriMistake parse_uri(std::string_view text, UriParts& parts) {
  if (text.size() > kMaxLength) return UriMistake::kTooLong;
  text = trim_white_space(text);
  if (text.empty()) return UriMistake::kEmpty;
  const std::size_t colon = text.find(':');
  const std::size_t stop = text.find_first_of("/?#\\");
  // A path that starts with a slash is no file URI here. source: types.md#18
  if (colon == std::string_view::npos || colon > stop || colon == 0) return UriMistake::kFormat;
  if (!is_scheme_name(text.substr(0, colon))) return UriMistake::kScheme;
  if (colon == 1) return UriMistake::kFormat;  // a drive letter
  parts.scheme = ascii_lower(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 1);
  const bool slashes = rest.size() >= 2 && (rest[0] == '/' || rest[0] == '\\') && (rest[1] == '/' || rest[1] == '\\');
  if (slashes && (needs_host(parts.scheme) || rest.starts_with("//"))) {
    rest = trim_slashes(rest, parts);
    const bool is_special = needs_host(parts.scheme) || parts.scheme == "file";
    const std::size_t end = std::min(rest.find_first_of(is_special ? "/?#\\" : "/?#"), rest.size());
    std::string_view authority = rest.substr(0, end);
    if (parts.scheme == "file" && is_windows_drive(authority)) {
      parts.has_authority = true;
      read_path(joined("/", rest), parts);
      return UriMistake::kNone;
    }
    const UriMistake mistake = read_authority(authority, parts);
    if (mistake != UriMistake::kNone) return mistake;
    read_path(rest.substr(end), parts);
    return UriMistake::kNone;
  }
  if (needs_host(parts.scheme)) return UriMistake::kHost;
  if (parts.scheme == "mailto") {
    // The address is the path; its host counts as the URI's.
    const std::size_t at = rest.find('@');
    if (at != std::string_view::npos) {
      parts.user_info = canonical(rest.substr(0, at), "/?#[]@");
      const std::size_t end = std::min(rest.find_first_of("?#", at), rest.size());
      const UriMistake mistake = read_host(rest.substr(at + 1, end - at - 1), parts);
      if (mistake != UriMistake::kNone) return mistake;
      parts.port = 25;
      read_path(rest.substr(end), parts);
      return UriMistake::kNone;
    }
  }
  read_path(rest, parts);
  return UriMistake::kNone;
}

std::string_view uri_mistake_text(UriMistake mistake) {
  switch (mistake) {
    case UriMistake::kNone:
      break;
    case UriMistake::kEmpty:
      return "Invalid URI: The URI is empty.";
    case UriMistake::kFormat:
      return "Invalid URI: The format of the URI could not be determined.";
    case UriMistake::kScheme:
      return "Invalid URI: The URI scheme is not valid.";
    case UriMistake::kHost:
      return "Invalid URI: The hostname could not be parsed.";
    case UriMistake::kPort:
      return "Invalid URI: Invalid port specified.";
    case UriMistake::kTooLong:
      return "Invalid URI: The Uri string is too long.";
  }
  return {};
}

std::string uri_authority(const UriParts& parts) {
  std::string out = parts.host;
  if (!parts.is_default_port && parts.port >= 0) append(out, ":", parts.port);
  return out;
}

std::string uri_text(const UriParts& parts, bool with_query, bool with_fragment) {
  std::string out = parts.scheme + ":";
  if (parts.has_authority) out += "//";
  if (!parts.user_info.empty()) append(out, parts.user_info, "@");
  append(out, uri_authority(parts), parts.path);
  if (with_query) out += parts.query;
  if (with_fragment) out += parts.fragment;
  return out;
}

std::string without_dot_segments(std::string_view path) {
  if (path.find("/.") == std::string_view::npos) return std::string(path);
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    const bool last = end == path.size();
    if (segment == "/..") {
      out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
      if (last) out += '/';
    } else if (segment == "/.") {
      if (last) out += '/';
    } else {
      out += segment;
    }
    path.remove_prefix(end);
  }
  return out;
}

std::string resolve_uri(const UriParts& base, std::string_view relative) {
  relative = trim_white_space(relative);
  const std::string front = joined(base.scheme, ":", base.has_authority ? "//" : "", base.user_info,
                                   base.user_info.empty() ? "" : "@", uri_authority(base));
  if (relative.empty()) return joined(front, base.path, base.query);
  if (relative.starts_with("//")) return joined(base.scheme, ":", relative);
  if (relative.starts_with('?')) return joined(front, base.path, relative);
  if (relative.starts_with('#')) return joined(front, base.path, base.query, relative);
  if (relative.starts_with('/') || relative.starts_with('\\')) return joined(front, relative);
  const std::size_t slash = base.path.rfind('/');
  const std::string_view folder =
      slash == std::string::npos ? std::string_view{} : std::string_view(base.path).substr(0, slash + 1);
  return joined(front, folder, relative);
}

void append_escaped_data(std::string& out, std::string_view text) {
  for (const char c : without_lone_surrogates(text)) {
    if (is_unreserved(c))
      out.push_back(c);
    else
      append_escape(out, c);
  }
}

void append_escaped_uri(std::string& out, std::string_view text) {
  for (const char c : without_lone_surrogates(text)) {
    if (is_unreserved(c) || is_reserved(c))
      out.push_back(c);
    else
      append_escape(out, c);
  }
}

namespace {

// Decodes runs of escapes; `keep` says which decoded ASCII characters stay escaped.
template <typename Keep>
std::string unescape(std::string_view text, Keep keep) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_escape(text, at)) {
      out.push_back(text[at++]);
      continue;
    }
    const char byte = escaped_byte(text, at);
    if (static_cast<unsigned char>(byte) < 0x80) {
      if (keep(byte))
        out.append(text.substr(at, 3));
      else
        out.push_back(byte);
      at += 3;
      continue;
    }
    // One multi-byte character, if the escapes that follow make one.
    std::string bytes;
    for (std::size_t next = at; bytes.size() < 4 && is_escape(text, next); next += 3)
      bytes.push_back(escaped_byte(text, next));
    const Decoded decoded = decode_utf8(bytes, 0);
    const bool good = decoded.length > 1 && !is_surrogate(decoded.code) &&
                      (decoded.code != 0xFFFD || std::string_view(bytes).starts_with("\xEF\xBF\xBD"));
    if (good)
      out.append(bytes, 0, decoded.length);
    else
      out.append(text.substr(at, 3));
    at += 3 * (good ? decoded.length : 1);
  }
  return out;
}

}  // namespace

std::string unescape_data(std::string_view text) {
  return unescape(text, [](char) { return false; });
}

std::string unescape_safe(std::string_view text) {
  return unescape(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
           std::string_view(";/?:@&=+$,#[]!'()*%\\").find(c) != std::string_view::npos;
  });
}

}  // namespace portcullis
