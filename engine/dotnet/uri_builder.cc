// System.UriBuilder: a URI's parts, each of which can be set. source: types.md#18
#include <algorithm>
#include <string>

#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/dotnet/extra.h"
#include "engine/dotnet/uri.h"
#include "engine/dotnet/uri_parts.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kUriBuilderDefinition;

namespace {

struct UriBuilder : Object {
  String* scheme;
  String* user;
  String* password;
  String* host;
  String* path;
  String* query;     // with `?`, or empty
  String* fragment;  // with `#`, or empty
  std::int32_t port;
  Uri* uri;  // what the parts make, until one is set
};

// ---- setting parts ---------------------------------------------------------------------------------------------------

String* or_empty(Run& run, String* text) { return text == nullptr ? run.empty_string() : text; }

void set_scheme(Run& run, UriBuilder* self, String* value) {
  std::string_view text = value == nullptr ? std::string_view{} : value->view();
  if (!text.empty() && !is_scheme_name(text)) {
    text = text.substr(0, text.find(':'));
    if (!is_scheme_name(text)) {
      run.raise_argument(Known::kArgumentException, "Invalid URI: The URI scheme is not valid.", "value");
      return;
    }
  }
  self->scheme = run.string(ascii_lower(text));
  self->uri = nullptr;
}

void set_host(Run& run, UriBuilder* self, String* value) {
  self->host = or_empty(run, value);
  const std::string_view text = self->host->view();
  if (text.find(':') != std::string_view::npos && text[0] != '[') self->host = run.string(joined("[", text, "]"));
  self->uri = nullptr;
}

void set_port(Run& run, UriBuilder* self, std::int32_t value) {
  if (value < -1) {
    raise_out_of_range(run, joined("value ('", value, "') must be greater than or equal to '-1'."), "value", value);
    return;
  }
  if (value > 0xFFFF) {
    raise_out_of_range(run, joined("value ('", value, "') must be less than or equal to '65535'."), "value", value);
    return;
  }
  self->port = value;
  self->uri = nullptr;
}

bool is_hex(char c) { return is_ascii_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// Escapes what may not stand in a path; escapes that are there already stay.
std::string escaped_path(std::string_view text) {
  std::string out;
  std::size_t from = 0;
  const auto flush = [&](std::size_t to) { append_escaped_uri(out, text.substr(from, to - from)); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_escape = c == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
    if (!is_escape && c != '?' && c != '#' && c != '\\') continue;
    flush(i);
    out += is_escape ? "%" : c == '?' ? "%3F" : c == '#' ? "%23" : "/";
    from = i + 1;
  }
  flush(text.size());
  return out;
}

void set_path(Run& run, UriBuilder* self, String* value) {
  const bool is_empty = value == nullptr || value->size == 0;
  if (!is_empty && !run.spend(1 + value->size / 4)) return;
  self->path = is_empty ? run.view("/") : run.string(escaped_path(value->view()));
  self->uri = nullptr;
}

String* with_mark(Run& run, String* value, char mark) {
  if (value == nullptr || value->size == 0) return run.empty_string();
  return value->view()[0] == mark ? value : run.string(joined(mark, value->view()));
}
void set_query(Run& run, UriBuilder* self, String* value) {
  self->query = with_mark(run, value, '?');
  self->uri = nullptr;
}
void set_fragment(Run& run, UriBuilder* self, String* value) {
  self->fragment = with_mark(run, value, '#');
  self->uri = nullptr;
}
template <String* UriBuilder::*kField>
void set_text(Run& run, UriBuilder* self, String* value) {
  self->*kField = or_empty(run, value);
  self->uri = nullptr;
}
template <String* UriBuilder::*kField>
String* text(UriBuilder* self) {
  return self->*kField;
}
std::int32_t port(UriBuilder* self) { return self->port; }

// ---- making ----------------------------------------------------------------------------------------------------------

UriBuilder* make(Run& run) {
  auto* made = run.make<UriBuilder>(*run.types.find_in("System", "UriBuilder", 0));
  made->scheme = run.view("http");
  made->host = run.view("localhost");
  made->path = run.view("/");
  made->user = made->password = made->query = made->fragment = run.empty_string();
  made->port = -1;
  return made;
}

void take_parts(Run& run, UriBuilder& self, Uri& uri) {
  self.uri = &uri;
  self.scheme = uri.scheme;
  self.host = uri.host;
  self.port = uri.port;
  self.path = uri.path;
  self.query = uri.query;
  self.fragment = uri.fragment;
  const std::string_view user = uri.user_info->view();
  if (user.empty()) return;
  const std::size_t colon = user.find(':');
  self.user = run.view(user.substr(0, colon));
  if (colon != std::string_view::npos) self.password = run.view(user.substr(colon + 1));
}

UriBuilder* make_of_uri(Run& run, Uri* uri) {
  if (uri == nullptr) return run.raise_null("uri");
  if (!uri->is_absolute()) {
    return run.raise(Known::kInvalidOperationException, "This operation is not supported for a relative URI.");
  }
  UriBuilder* made = make(run);
  take_parts(run, *made, *uri);
  return made;
}

// `www.host/path` is one of http.
UriBuilder* make_of_text(Run& run, String* value) {
  Uri* uri = make_uri(run, value, UriForm::kEither);
  if (uri != nullptr && !uri->is_absolute()) uri = make_uri(run, run.string(joined("http://", value->view())));
  return uri == nullptr ? nullptr : make_of_uri(run, uri);
}

UriBuilder* make_2(Run& run, String* scheme, String* host) {
  UriBuilder* made = make(run);
  set_scheme(run, made, scheme);
  set_host(run, made, host);
  return made;
}
UriBuilder* make_3(Run& run, String* scheme, String* host, std::int32_t port) {
  UriBuilder* made = make_2(run, scheme, host);
  if (!run.failed()) set_port(run, made, port);
  return made;
}
UriBuilder* make_4(Run& run, String* scheme, String* host, std::int32_t port, String* path) {
  UriBuilder* made = make_3(run, scheme, host, port);
  if (!run.failed()) set_path(run, made, path);
  return made;
}
UriBuilder* make_5(Run& run, String* scheme, String* host, std::int32_t port, String* path, String* extra_value) {
  UriBuilder* made = make_4(run, scheme, host, port, path);
  if (run.failed() || extra_value == nullptr || extra_value->size == 0) return made;
  const std::string_view rest = extra_value->view();
  if (rest[0] != '?' && rest[0] != '#') {
    return run.raise_argument(Known::kArgumentException, "Extra portion of URI not valid.", "extraValue");
  }
  const std::size_t hash = std::min(rest.find('#'), rest.size());
  const auto longer_than_mark = [&](std::string_view part) {
    return part.size() > 1 ? run.view(part) : run.empty_string();
  };
  made->query = longer_than_mark(rest.substr(0, hash));
  made->fragment = longer_than_mark(rest.substr(hash));
  return made;
}

// ---- the whole -------------------------------------------------------------------------------------------------------

// Schemes that stand with `//` whatever follows, and those that do when there is a host.
bool needs_slashes(std::string_view scheme, bool has_host) {
  for (const std::string_view always :
       {"http", "https", "ftp", "ws", "wss", "telnet", "gopher", "nntp", "net.tcp", "net.pipe", "ldap"}) {
    if (scheme == always) return true;
  }
  return has_host && scheme != "mailto" && scheme != "news" && scheme != "uuid";
}

String* text_of(Run& run, UriBuilder* self) {
  if (self->user->size == 0 && self->password->size != 0) {
    return run.raise(Known::kUriFormatException, "Invalid URI: The username:password construct is badly formed.");
  }
  const bool has_host = self->host->size != 0;
  std::string out;
  if (self->scheme->size != 0) {
    append(out, self->scheme->view(), needs_slashes(self->scheme->view(), has_host) ? "://" : ":");
  }
  if (self->user->size != 0) {
    append(out, self->user->view(), self->password->size != 0 ? ":" : "", self->password->view(), "@");
  }
  if (has_host) append(out, self->host->view());
  if (has_host && self->port != -1) append(out, ":", self->port);
  if (has_host && !self->path->view().starts_with('/') && self->path->size != 0) append(out, "/");
  append(out, self->path->view(), self->query->view(), self->fragment->view());
  return run.string(out);
}

Uri* uri(Run& run, UriBuilder* self) {
  if (self->uri != nullptr) return self->uri;
  String* whole = text_of(run, self);
  Uri* made = whole == nullptr ? nullptr : make_uri(run, whole);
  if (made != nullptr) take_parts(run, *self, *made);
  return made;
}

Uri* whole_of(Run& run, Slot self) {
  String* whole = text_of(run, static_cast<UriBuilder*>(self.object));
  return whole == nullptr ? nullptr : try_make_uri(run, whole, UriForm::kEither);
}
String* operation_text(Run& run, const Type&, Slot self) { return text_of(run, static_cast<UriBuilder*>(self.object)); }
bool operation_equals(Run& run, const Type&, Slot a, Slot b) {
  const Type& type = run.type(Known::kUri);
  return equals(run, type, Slot::of_object(whole_of(run, a)), Slot::of_object(whole_of(run, b)));
}
std::int32_t operation_hash(Run& run, const Type&, Slot self) {
  return hash(run, run.type(Known::kUri), Slot::of_object(whole_of(run, self)));
}

constexpr TypeOperations kOperations{
    .to_string = &operation_text, .equals = &operation_equals, .hash = &operation_hash};

constexpr auto kMembers = extra({
    constructor<&make>("new UriBuilder()").with(kNoRaise),
    constructor<&make_of_text>("new UriBuilder(string uri)"),
    constructor<&make_of_uri>("new UriBuilder(Uri uri)"),
    constructor<&make_2>("new UriBuilder(string schemeName, string hostName)"),
    constructor<&make_3>("new UriBuilder(string scheme, string host, int portNumber)"),
    constructor<&make_4>("new UriBuilder(string scheme, string host, int port, string pathValue)"),
    constructor<&make_5>("new UriBuilder(string scheme, string host, int port, string path, string extraValue)"),
    property<&text<&UriBuilder::scheme>, &set_scheme>("string Scheme { get; set; }"),
    property<&text<&UriBuilder::user>, &set_text<&UriBuilder::user>>("string UserName { get; set; }").with(kNoRaise),
    property<&text<&UriBuilder::password>, &set_text<&UriBuilder::password>>("string Password { get; set; }")
        .with(kNoRaise),
    property<&text<&UriBuilder::host>, &set_host>("string Host { get; set; }").with(kNoRaise),
    property<&port, &set_port>("int Port { get; set; }"),
    property<&text<&UriBuilder::path>, &set_path>("string Path { get; set; }"),
    property<&text<&UriBuilder::query>, &set_query>("string Query { get; set; }").with(kNoRaise),
    property<&text<&UriBuilder::fragment>, &set_fragment>("string Fragment { get; set; }").with(kNoRaise),
    property<&uri>("Uri Uri { get; }"),
    method<&text_of>("string ToString()"),
});

}  // namespace

const TypeDefinition kUriBuilderDefinition{
    .declaration = "class System.UriBuilder", .members = kMembers, .operations = &kOperations};

}  // namespace portcullis
