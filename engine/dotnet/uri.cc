// System.Uri. Parsing and escaping are in uri_parts.cc; here are the object and its members. source: types.md#10.1
#include "engine/dotnet/uri.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/ip_address.h"
#include "engine/dotnet/punycode.h"
#include "engine/dotnet/text.h"
#include "engine/dotnet/uri_parts.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kUriDefinition;
extern const TypeDefinition kUriKindDefinition;
extern const TypeDefinition kUriPartialDefinition;
extern const TypeDefinition kUriComponentsDefinition;
extern const TypeDefinition kUriFormatDefinition;
extern const TypeDefinition kUriHostNameTypeDefinition;

namespace {

// ---- construction -------------------------------------------------------------------------------------------

Uri* of_parts(Run& run, String* original, const UriParts& parts) {
  auto* made = run.make<Uri>(Known::kUri);
  made->original = original;
  made->absolute = run.string(uri_text(parts, true, true));
  made->scheme = run.string(parts.scheme);
  made->user_info = run.string(parts.user_info);
  made->host = run.string(parts.host);
  made->scope = run.string(parts.scope);
  made->path = run.string(parts.path);
  made->query = run.string(parts.query);
  made->fragment = run.string(parts.fragment);
  made->host_type = static_cast<std::int32_t>(parts.host_type);
  made->port = parts.port;
  made->is_default_port = parts.is_default_port;
  made->has_authority = parts.has_authority;
  return made;
}

Uri* relative_uri(Run& run, String* original) {
  auto* made = run.make<Uri>(Known::kUri);
  made->original = original;
  return made;
}

// Mistakes that leave the text a relative reference.
bool may_be_relative(UriMistake mistake) {
  return mistake == UriMistake::kEmpty || mistake == UriMistake::kFormat || mistake == UriMistake::kScheme;
}

Uri* make(Run& run, String* text) { return make_uri(run, text, UriForm::kAbsolute); }
Uri* make_form(Run& run, String* text, UriForm form) {
  if (form < UriForm::kEither || form > UriForm::kRelative) {
    return run.raise(Known::kArgumentException, joined("The value '", static_cast<std::int32_t>(form),
                                                       "' passed for the UriKind parameter is invalid."));
  }
  return make_uri(run, text, form);
}

std::string resolved(const Uri& base, std::string_view relative) {
  UriParts parts;
  parse_uri(base.absolute->view(), parts);
  return resolve_uri(parts, relative);
}

Raised raise_relative(Run& run) {
  return run.raise(Known::kInvalidOperationException, "This operation is not supported for a relative URI.");
}

// Null after raising.
Uri* combine(Run& run, Uri* base, String* relative) {
  if (base == nullptr) return run.raise_null("baseUri");
  if (!base->is_absolute()) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", "baseUri");
  }
  if (relative != nullptr) {
    UriParts parts;
    if (parse_uri(relative->view(), parts) == UriMistake::kNone) return of_parts(run, relative, parts);
  }
  return make_uri(run, run.string(resolved(*base, relative == nullptr ? std::string_view{} : relative->view())),
                  UriForm::kAbsolute);
}
Uri* combine_uris(Run& run, Uri* base, Uri* relative) {
  if (relative == nullptr) return run.raise_null("relativeUri");
  return combine(run, base, relative->original);
}

bool try_create(Run& run, String* text, UriForm form, Slot* result) {
  Uri* made = text == nullptr ? nullptr : try_make_uri(run, text, form);
  *result = Slot::of_object(made);
  return made != nullptr;
}
bool try_combine(Run& run, Uri* base, String* relative, Slot* result) {
  *result = Slot{};
  if (base == nullptr || relative == nullptr || !base->is_absolute()) return false;
  UriParts parts;
  Uri* made = parse_uri(relative->view(), parts) == UriMistake::kNone
                  ? of_parts(run, relative, parts)
                  : try_make_uri(run, run.string(resolved(*base, relative->view())), UriForm::kAbsolute);
  *result = Slot::of_object(made);
  return made != nullptr;
}
bool try_combine_uris(Run& run, Uri* base, Uri* relative, Slot* result) {
  return try_combine(run, base, relative == nullptr ? nullptr : relative->original, result);
}

// ---- parts --------------------------------------------------------------------------------------------------

// Most properties raise on a relative URI.
template <auto kGet>
auto absolute_only(Run& run, Uri* self) -> decltype(kGet(run, *self)) {
  if (!self->is_absolute()) return raise_relative(run);
  return kGet(run, *self);
}

UriParts parts_of(const Uri& uri) {
  UriParts parts;
  parse_uri(uri.absolute->view(), parts);
  return parts;
}

String* absolute_uri(Run&, const Uri& uri) { return uri.absolute; }
String* absolute_path(Run&, const Uri& uri) { return uri.path; }
String* scheme(Run&, const Uri& uri) { return uri.scheme; }
String* host(Run&, const Uri& uri) { return uri.host; }
String* user_info(Run&, const Uri& uri) { return uri.user_info; }
String* query(Run&, const Uri& uri) { return uri.query; }
String* fragment(Run&, const Uri& uri) { return uri.fragment; }
std::int32_t port(Run&, const Uri& uri) { return uri.port; }
bool is_default_port(Run&, const Uri& uri) { return uri.is_default_port; }
std::int32_t host_name_type(Run&, const Uri& uri) { return uri.host_type; }
bool is_file(Run&, const Uri& uri) { return uri.scheme->view() == "file"; }
bool is_unc(Run&, const Uri& uri) { return uri.scheme->view() == "file" && uri.host->size > 0; }
String* path_and_query(Run& run, const Uri& uri) { return run.concat(uri.path, uri.query); }

String* authority(Run& run, const Uri& uri) {
  if (uri.is_default_port || uri.port < 0) return uri.host;
  return run.string(joined(uri.host->view(), ":", uri.port));
}

bool is_loopback(Run&, const Uri& uri) {
  const std::string_view name = uri.host->view();
  if (name.empty()) return uri.scheme->view() == "file";
  if (name == "localhost" || name == "loopback" || name == "[::1]") return true;
  return uri.host_type == static_cast<std::int32_t>(UriHost::kIPv4) && name.starts_with("127.");
}

// IPv6 without brackets, with its scope.
String* dns_safe_host(Run& run, const Uri& uri) {
  if (uri.host_type != static_cast<std::int32_t>(UriHost::kIPv6)) return uri.host;
  return run.string(joined(uri.host->view().substr(1, uri.host->size - 2), uri.scope->view()));
}
String* idn_host(Run& run, const Uri& uri) {
  if (uri.host_type != static_cast<std::int32_t>(UriHost::kDns) || uri.host->is_ascii()) return dns_safe_host(run, uri);
  return run.string(to_ascii_host(uri.host->view()));
}

String* local_path(Run& run, const Uri& uri) {
  std::string path = unescape_data(uri.path->view());
  if (uri.scheme->view() == "file") {
    // A drive's path has no slash in front, and backslashes.
    if (path.size() >= 3 && path[0] == '/' && path[2] == ':') {
      path.erase(0, 1);
      std::ranges::replace(path, '/', '\\');
    } else if (uri.host->size > 0) {
      path = joined("\\\\", uri.host->view(), path);
      std::ranges::replace(path, '/', '\\');
    }
  }
  return path == uri.path->view() ? uri.path : run.string(path);
}

Array* segments(Run& run, const Uri& uri) {
  const std::string_view path = uri.path->view();
  std::size_t count =
      static_cast<std::size_t>(std::ranges::count(path, '/')) + (path.empty() || path.back() == '/' ? 0 : 1);
  Array* result = run.array(run.types.string_array(), count);
  if (result == nullptr) return nullptr;
  std::size_t from = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = std::min(path.find('/', from), path.size() - 1) + 1;
    result->items[i] = Slot::of_object(run.view(path.substr(from, end - from)));
    from = end;
  }
  return result;
}

String* original(Uri* self) { return self->original; }
bool is_absolute(Uri* self) { return self->is_absolute(); }
bool user_escaped(Uri*) { return false; }

std::string shown(const Uri& uri) {
  UriParts parts = parts_of(uri);
  parts.path = unescape_safe(parts.path);
  parts.query = unescape_safe(parts.query);
  parts.fragment = unescape_safe(parts.fragment);
  parts.user_info = unescape_safe(parts.user_info);
  return uri_text(parts, true, true);
}
String* text_of(Run& run, Uri* self) {
  if (!self->is_absolute()) return self->original;
  return self->absolute->view().find('%') == std::string_view::npos ? self->absolute : run.string(shown(*self));
}

// ---- parts by request ---------------------------------------------------------------------------------------

String* left_part(Run& run, Uri* self, std::int32_t part) {
  if (!self->is_absolute()) return raise_relative(run);
  if (part < 0 || part > 3) {
    return run.raise_argument(Known::kArgumentException,
                              joined("The value '", part, "' passed for the UriPartial parameter is invalid."), "part");
  }
  const UriParts parts = parts_of(*self);
  const std::string front = joined(parts.scheme, parts.has_authority ? "://" : ":");
  if (part == 0) return run.string(front);
  if (part == 1 && !parts.has_authority) return run.empty_string();
  const std::string server = joined(front, parts.user_info, parts.user_info.empty() ? "" : "@", uri_authority(parts));
  if (part == 1) return run.string(server);
  return run.string(joined(server, parts.path, part == 3 ? std::string_view(parts.query) : std::string_view{}));
}

enum Component : std::int32_t {
  kScheme = 1,
  kUserInfo = 2,
  kHost = 4,
  kPort = 8,
  kPath = 16,
  kQuery = 32,
  kFragment = 64,
  kStrongPort = 128,
  kNormalizedHost = 256,
  kKeepDelimiter = 0x40000000,
};

// Unescaped 2, SafeUnescaped 3, else escaped as it is.
std::string in_format(std::string_view text, std::int32_t format) {
  if (format == 2) return unescape_data(text);
  return format == 3 ? unescape_safe(text) : std::string(text);
}

std::string components_text(const UriParts& parts, std::int32_t wanted, std::int32_t format) {
  const bool keeps = (wanted & kKeepDelimiter) != 0;
  const bool has_more = (wanted & ~(kKeepDelimiter | kScheme)) != 0;
  std::string out;
  if ((wanted & kScheme) != 0) {
    out += parts.scheme;
    if (has_more || keeps) out += parts.has_authority ? "://" : ":";
  }
  if ((wanted & kUserInfo) != 0 && !parts.user_info.empty()) {
    out += in_format(parts.user_info, format);
    if ((wanted & (kHost | kNormalizedHost)) != 0 || keeps) out += '@';
  }
  if ((wanted & (kHost | kNormalizedHost)) != 0) out += parts.host;
  const bool has_port =
      parts.port >= 0 && ((wanted & kStrongPort) != 0 || ((wanted & kPort) != 0 && !parts.is_default_port));
  if (has_port) {
    if ((wanted & (kHost | kNormalizedHost)) != 0 || keeps) out += ':';
    append(out, parts.port);
  }
  const bool alone = (wanted & ~(kKeepDelimiter | kPath)) == 0;
  if ((wanted & kPath) != 0) {
    std::string_view path = parts.path;
    if (alone && !keeps && path.starts_with('/')) path.remove_prefix(1);
    out += in_format(path, format);
  }
  if ((wanted & kQuery) != 0 && !parts.query.empty()) {
    const bool only = (wanted & ~(kKeepDelimiter | kQuery)) == 0;
    out += in_format(std::string_view(parts.query).substr(only && !keeps ? 1 : 0), format);
  }
  if ((wanted & kFragment) != 0 && !parts.fragment.empty()) {
    const bool only = (wanted & ~(kKeepDelimiter | kFragment)) == 0;
    out += in_format(std::string_view(parts.fragment).substr(only && !keeps ? 1 : 0), format);
  }
  return out;
}

String* get_components(Run& run, Uri* self, std::int32_t components, std::int32_t format) {
  if (format < 1 || format > 3) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", "format");
  }
  if (!self->is_absolute()) return raise_relative(run);
  return run.string(components_text(parts_of(*self), components, format));
}

// ---- comparing, relations -----------------------------------------------------------------------------------

bool same_server(const Uri& a, const Uri& b) {
  return a.scheme->view() == b.scheme->view() && a.host->view() == b.host->view() && a.port == b.port;
}

bool same_uri(const Uri* a, const Uri* b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->is_absolute() != b->is_absolute()) return false;
  if (!a->is_absolute()) return a->original->view() == b->original->view();
  return same_server(*a, *b) && a->path->view() == b->path->view() && a->query->view() == b->query->view();
}
bool operator_equals(Uri* a, Uri* b) { return same_uri(a, b); }
bool operator_differs(Uri* a, Uri* b) { return !same_uri(a, b); }

// The way from one path to the other.
std::string path_difference(std::string_view from, std::string_view to) {
  std::size_t same = 0;
  std::size_t slash = std::string_view::npos;
  for (; same < from.size() && same < to.size() && from[same] == to[same]; ++same) {
    if (from[same] == '/') slash = same;
  }
  if (same == 0) return std::string(to);
  if (same == from.size() && same == to.size()) return {};
  std::string out;
  for (std::size_t i = same; i < from.size(); ++i) {
    if (from[i] == '/') out += "../";
  }
  const std::size_t rest = slash == std::string_view::npos ? 0 : slash + 1;
  if (out.empty() && rest == to.size()) return "./";
  return out.append(to.substr(rest));
}

Uri* make_relative(Run& run, Uri* self, Uri* other) {
  if (other == nullptr) return run.raise_null("uri");
  if (!self->is_absolute() || !other->is_absolute()) return raise_relative(run);
  if (!same_server(*self, *other)) return other;
  std::string path = path_difference(self->path->view(), other->path->view());
  const std::size_t colon = path.find(':');
  if (colon != std::string::npos && colon < path.find('/')) path.insert(0, "./");
  return relative_uri(run, run.string(joined(path, other->query->view(), other->fragment->view())));
}

bool is_base_of(Run& run, Uri* self, Uri* other) {
  if (other == nullptr) return run.raise_null("uri");
  if (!self->is_absolute()) return false;
  if (!other->is_absolute()) return true;
  const std::string_view folder = self->path->view().substr(0, self->path->view().rfind('/') + 1);
  return same_server(*self, *other) && other->path->view().starts_with(folder);
}

// ---- static members -----------------------------------------------------------------------------------------

bool is_hex_digit(char16_t c) {
  return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}

bool has_only_uri_characters(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '%') {
      if (at + 2 >= text.size() || !is_hex_digit(static_cast<unsigned char>(text[at + 1])) ||
          !is_hex_digit(static_cast<unsigned char>(text[at + 2])))
        return false;
    } else if (static_cast<unsigned char>(c) < 0x80 && !is_ascii_letter(c) && !is_ascii_digit(c) &&
               std::string_view("-_.~;/?:@&=+$,#[]!'()*").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool is_well_formed(Run& run, String* text, UriForm form) {
  const Uri* made = text == nullptr ? nullptr : try_make_uri(run, text, form);
  return made != nullptr && has_only_uri_characters(text->view());
}
bool is_well_formed_original(Uri* self) { return has_only_uri_characters(self->original->view()); }

String* escape_data(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("stringToEscape");
  if (!run.spend(1 + text->size / 4)) return nullptr;
  std::string out;
  append_escaped_data(out, text->view());
  return out == text->view() ? text : run.string(out);
}
String* unescape_data_text(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("stringToUnescape");
  if (!run.spend(1 + text->size / 4)) return nullptr;
  if (text->view().find('%') == std::string_view::npos) return text;
  const std::string out = unescape_data(text->view());
  return out == text->view() ? text : run.string(out);
}
String* escape_uri(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("stringToEscape");
  if (!run.spend(1 + text->size / 4)) return nullptr;
  std::string out;
  append_escaped_uri(out, text->view());
  return out == text->view() ? text : run.string(out);
}

String* hex_escape(Run& run, char16_t c) {
  if (c > 0xFF) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", "character");
  }
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return run.string(joined("%", kDigits[c >> 4], kDigits[c & 15]));
}
std::int32_t from_hex(Run& run, char16_t c) {
  if (!is_hex_digit(c))
    return run.raise_argument(Known::kArgumentException, "Value does not fall within the expected range.", "digit");
  return c <= u'9' ? c - u'0' : (c | 0x20) - u'a' + 10;
}
bool is_hex_encoding(Run& run, String* pattern, std::int32_t index) {
  if (pattern == nullptr) return run.raise_null_reference();
  const auto length = static_cast<std::int32_t>(pattern->length_utf16());
  if (index < 0 || length - index < 3) return false;
  const auto at = static_cast<std::uint32_t>(index);
  return unit_at(*pattern, at) == u'%' && is_hex_digit(unit_at(*pattern, at + 1)) &&
         is_hex_digit(unit_at(*pattern, at + 2));
}
char16_t hex_unescape(Run& run, String* pattern, Slot* index) {
  const auto at = static_cast<std::int32_t>(index->integer);
  if (pattern == nullptr) return run.raise_null_reference();
  if (at < 0 || at >= static_cast<std::int32_t>(pattern->length_utf16())) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Specified argument was out of the range of valid values.", "index");
  }
  if (!is_hex_encoding(run, pattern, at)) {
    index->integer = at + 1;
    return unit_at(*pattern, static_cast<std::uint32_t>(at));
  }
  index->integer = at + 3;
  const std::int32_t high = from_hex(run, unit_at(*pattern, static_cast<std::uint32_t>(at) + 1));
  return static_cast<char16_t>(high * 16 + from_hex(run, unit_at(*pattern, static_cast<std::uint32_t>(at) + 2)));
}

bool check_scheme(String* name) { return name != nullptr && is_scheme_name(name->view()); }
std::int32_t check_host(Run&, String* name) {
  if (name == nullptr || name->size == 0) return 0;
  const auto address = parse_ip_address(name->view());
  if (address) return address->is_v6 ? 4 : name->view().find('.') != std::string_view::npos ? 3 : 2;
  UriParts parts;
  if (name->view().find_first_of("/?#@:[]") != std::string_view::npos) return 0;
  return parse_uri(joined("http://", name->view(), "/"), parts) == UriMistake::kNone
             ? static_cast<std::int32_t>(parts.host_type)
             : 0;
}

String* uri_to_string(Run& run, const Type&, Slot self) { return text_of(run, static_cast<Uri*>(self.object)); }
// A text is read as a URI first.
bool equals_object(Run& run, Uri* self, Object* other) {
  if (other == nullptr) return false;
  if (other->type->is(Known::kString)) return same_uri(self, try_make_uri(run, static_cast<String*>(other), UriForm::kEither));
  return other->type->is(Known::kUri) && same_uri(self, static_cast<const Uri*>(other));
}

bool uri_equals(Run&, const Type&, Slot a, Slot b) {
  return same_uri(static_cast<const Uri*>(a.object), static_cast<const Uri*>(b.object));
}
std::int32_t uri_hash(Run& run, const Type&, Slot self) {
  const auto* uri = static_cast<const Uri*>(self.object);
  const auto of = [&](String* text) {
    return static_cast<std::uint32_t>(hash(run, run.type(Known::kString), Slot::of_object(text)));
  };
  if (!uri->is_absolute()) return static_cast<std::int32_t>(of(uri->original));
  return static_cast<std::int32_t>(of(uri->scheme) * 31 + of(uri->host) * 7 + of(uri->path) * 3 + of(uri->query));
}

constexpr TypeOperations kOperations{.to_string = &uri_to_string, .equals = &uri_equals, .hash = &uri_hash};

constexpr Member kMembers[] = {
    constructor<&make>("new Uri(string uriString)"),
    constructor<&make_form>("new Uri(string uriString, UriKind uriKind)"),
    constructor<&combine>("new Uri(Uri baseUri, string relativeUri)"),
    constructor<&combine_uris>("new Uri(Uri baseUri, Uri relativeUri)"),
    method<&try_create>("static bool TryCreate(string uriString, UriKind uriKind, out Uri result)").with(kNoRaise),
    method<&try_combine>("static bool TryCreate(Uri baseUri, string relativeUri, out Uri result)").with(kNoRaise),
    method<&try_combine_uris>("static bool TryCreate(Uri baseUri, Uri relativeUri, out Uri result)").with(kNoRaise),
    property<&absolute_only<&absolute_uri>>("string AbsoluteUri { get; }"),
    property<&absolute_only<&absolute_path>>("string AbsolutePath { get; }"),
    property<&absolute_only<&local_path>>("string LocalPath { get; }"),
    property<&absolute_only<&scheme>>("string Scheme { get; }"),
    property<&absolute_only<&host>>("string Host { get; }"),
    property<&absolute_only<&dns_safe_host>>("string DnsSafeHost { get; }"),
    property<&absolute_only<&idn_host>>("string IdnHost { get; }"),
    property<&absolute_only<&host_name_type>>("UriHostNameType HostNameType { get; }"),
    property<&absolute_only<&port>>("int Port { get; }"),
    property<&absolute_only<&is_default_port>>("bool IsDefaultPort { get; }"),
    property<&absolute_only<&authority>>("string Authority { get; }"),
    property<&absolute_only<&user_info>>("string UserInfo { get; }"),
    property<&absolute_only<&query>>("string Query { get; }"),
    property<&absolute_only<&fragment>>("string Fragment { get; }"),
    property<&absolute_only<&path_and_query>>("string PathAndQuery { get; }"),
    property<&absolute_only<&segments>>("string[] Segments { get; }"),
    property<&absolute_only<&is_file>>("bool IsFile { get; }"),
    property<&absolute_only<&is_unc>>("bool IsUnc { get; }"),
    property<&absolute_only<&is_loopback>>("bool IsLoopback { get; }"),
    property<&original>("string OriginalString { get; }").with(kNoRaise),
    property<&is_absolute>("bool IsAbsoluteUri { get; }").with(kNoRaise),
    property<&user_escaped>("bool UserEscaped { get; }").with(kNoRaise),
    method<&left_part>("string GetLeftPart(UriPartial part)"),
    method<&get_components>("string GetComponents(UriComponents components, UriFormat format)"),
    method<&make_relative>("Uri MakeRelativeUri(Uri uri)"),
    method<&is_base_of>("bool IsBaseOf(Uri uri)"),
    method<&is_well_formed_original>("bool IsWellFormedOriginalString()").with(kNoRaise),
    method<&is_well_formed>("static bool IsWellFormedUriString(string uriString, UriKind uriKind)"),
    method<&text_of>("string ToString()").with(kNoRaise),
    method<&equals_object>("bool Equals(object comparand)").with(kNoRaise),
    method<&operator_equals>("static bool operator ==(Uri uri1, Uri uri2)").with(kNoRaise),
    method<&operator_differs>("static bool operator !=(Uri uri1, Uri uri2)").with(kNoRaise),
    method<&escape_data>("static string EscapeDataString(string stringToEscape)").with(kPure),
    method<&unescape_data_text>("static string UnescapeDataString(string stringToUnescape)").with(kPure),
    method<&escape_uri>("static string EscapeUriString(string stringToEscape)").with(kPure),
    method<&hex_escape>("static string HexEscape(char character)").with(kPure),
    method<&hex_unescape>("static char HexUnescape(string pattern, ref int index)"),
    method<&from_hex>("static int FromHex(char digit)").with(kPure),
    method<&is_hex_digit>("static bool IsHexDigit(char character)").with(kPure | kNoRaise),
    method<&is_hex_encoding>("static bool IsHexEncoding(string pattern, int index)").with(kPure),
    method<&check_host>("static UriHostNameType CheckHostName(string name)").with(kNoRaise),
    method<&check_scheme>("static bool CheckSchemeName(string schemeName)").with(kPure | kNoRaise),
    constant("const string SchemeDelimiter", "://"),
    constant("const string UriSchemeFile", "file"),
    constant("const string UriSchemeFtp", "ftp"),
    constant("const string UriSchemeGopher", "gopher"),
    constant("const string UriSchemeHttp", "http"),
    constant("const string UriSchemeHttps", "https"),
    constant("const string UriSchemeMailto", "mailto"),
    constant("const string UriSchemeNews", "news"),
    constant("const string UriSchemeNntp", "nntp"),
    constant("const string UriSchemeNetTcp", "net.tcp"),
    constant("const string UriSchemeNetPipe", "net.pipe"),
    constant("const string UriSchemeWs", "ws"),
    constant("const string UriSchemeWss", "wss"),
};

constexpr EnumValue kKinds[] = {{"RelativeOrAbsolute", 0}, {"Absolute", 1}, {"Relative", 2}};
constexpr EnumValue kPartials[] = {{"Scheme", 0}, {"Authority", 1}, {"Path", 2}, {"Query", 3}};
constexpr EnumValue kComponentValues[] = {
    {"Scheme", 1},
    {"UserInfo", 2},
    {"Host", 4},
    {"Port", 8},
    {"SchemeAndServer", 13},
    {"Path", 16},
    {"Query", 32},
    {"PathAndQuery", 48},
    {"HttpRequestUrl", 61},
    {"Fragment", 64},
    {"AbsoluteUri", 127},
    {"StrongPort", 128},
    {"HostAndPort", 132},
    {"StrongAuthority", 134},
    {"NormalizedHost", 256},
    {"KeepDelimiter", 0x40000000},
    {"SerializationInfoString", INT32_MIN},
};
constexpr EnumValue kFormats[] = {{"UriEscaped", 1}, {"Unescaped", 2}, {"SafeUnescaped", 3}};
constexpr EnumValue kHostTypes[] = {{"Unknown", 0}, {"Basic", 1}, {"Dns", 2}, {"IPv4", 3}, {"IPv6", 4}};

}  // namespace

Uri* try_make_uri(Run& run, String* text, UriForm form) {
  UriParts parts;
  const UriMistake mistake = parse_uri(text->view(), parts);
  if (mistake == UriMistake::kNone) return form == UriForm::kRelative ? nullptr : of_parts(run, text, parts);
  return form != UriForm::kAbsolute && may_be_relative(mistake) ? relative_uri(run, text) : nullptr;
}

Uri* make_uri(Run& run, String* text, UriForm form) {
  if (text == nullptr) return run.raise_null("uriString");
  Uri* made = try_make_uri(run, text, form);
  if (made != nullptr) return made;
  UriParts parts;
  const UriMistake mistake = parse_uri(text->view(), parts);
  return run.raise(
      Known::kUriFormatException,
      mistake == UriMistake::kNone
          ? "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI."
          : uri_mistake_text(mistake));
}

const TypeDefinition kUriDefinition{.declaration = "class System.Uri", .members = kMembers, .operations = &kOperations};
const TypeDefinition kUriKindDefinition{.declaration = "enum System.UriKind : int", .values = kKinds};
const TypeDefinition kUriPartialDefinition{.declaration = "enum System.UriPartial : int", .values = kPartials};
const TypeDefinition kUriComponentsDefinition{.declaration = "[flags] enum System.UriComponents : int",
                                              .values = kComponentValues};
const TypeDefinition kUriFormatDefinition{.declaration = "enum System.UriFormat : int", .values = kFormats};
const TypeDefinition kUriHostNameTypeDefinition{.declaration = "enum System.UriHostNameType : int",
                                                .values = kHostTypes};

}  // namespace portcullis
