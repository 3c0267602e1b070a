// Splitting, checking and writing URIs as System.Uri does: text in, text out, no objects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis {

enum class UriMistake : std::uint8_t { kNone, kEmpty, kFormat, kScheme, kHost, kPort, kTooLong };
enum class UriHost : std::int32_t { kUnknown, kBasic, kDns, kIPv4, kIPv6 };  // UriHostNameType

/// An absolute URI in canonical form: scheme and host in lower case, no default port, no dot segments, escapes in upper
/// case and only where needed.
struct UriParts {
  std::string scheme;
  std::string user_info;
  std::string host;      // IPv6 in brackets
  std::string scope;     // of an IPv6 host
  std::string path;      // escaped
  std::string query;     // with `?`, or empty
  std::string fragment;  // with `#`, or empty
  UriHost host_type = UriHost::kUnknown;
  std::int32_t port = -1;
  bool has_authority = false;  // written with //
  bool is_default_port = true;
};

/// Reads an absolute URI. `kFormat`: it has no scheme, so it may be a relative one.
UriMistake parse_uri(std::string_view text, UriParts& parts);
/// The text of .NET's UriFormatException.
std::string_view uri_mistake_text(UriMistake mistake);

/// -1 when the scheme has none.
std::int32_t default_port(std::string_view scheme);
bool is_scheme_name(std::string_view text);
/// `host` or `host:port`, the port only when it is not the scheme's own.
std::string uri_authority(const UriParts& parts);
/// The canonical form without fragment or, with `end`, up to there.
std::string uri_text(const UriParts& parts, bool with_query, bool with_fragment);
/// RFC 3986: `relative` against `base`, as text that `parse_uri` reads.
std::string resolve_uri(const UriParts& base, std::string_view relative);
/// Takes "." and ".." out of a path.
std::string without_dot_segments(std::string_view path);

/// `Uri.EscapeDataString`: all but letters, digits and `-_.~`.
void append_escaped_data(std::string& out, std::string_view text);
/// `Uri.EscapeUriString`: keeps reserved characters too.
void append_escaped_uri(std::string& out, std::string_view text);
/// `Uri.UnescapeDataString`: what does not decode to valid UTF-8 stays escaped.
std::string unescape_data(std::string_view text);
/// As `Uri.ToString()` shows a component: unescaped, but for what would change its meaning.
std::string unescape_safe(std::string_view text);

}  // namespace portcullis
