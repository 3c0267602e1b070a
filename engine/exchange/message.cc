// IRequest, IResponse, IMessageBody, IUrl.
#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/uri.h"
#include "engine/exchange/form.h"
#include "engine/exchange/members.h"
#include "engine/json/json.h"

namespace portcullis {

extern const TypeDefinition kRequestDefinition;
extern const TypeDefinition kResponseDefinition;
extern const TypeDefinition kMessageBodyDefinition;
extern const TypeDefinition kUrlDefinition;

namespace {

Object* headers_of(Run& run, Message& message) {
  if (message.headers_object == nullptr) message.headers_object = make_dictionary(run, Known::kHeaderDictionary, &message.headers);
  return message.headers_object;
}

MessageBody* body_of(Message& message) { return message.body.state == BodyState::kNone ? nullptr : &message.body; }

// ---- IRequest -------------------------------------------------------------------------------------------------------------

MessageBody* request_body(Request* self) { return body_of(*self); }
Object* request_headers(Run& run, Request* self) { return headers_of(run, *self); }
String* ip_address(Run& run, Request* self) { return text_or_null(run, self->ip_address); }
Object* matched_parameters(Run& run, Request* self) {
  if (self->matched_object == nullptr) self->matched_object = make_dictionary(run, Known::kParameterDictionary, &self->matched_parameters);
  return self->matched_object;
}
String* request_method(Run& run, Request* self) { return run.view(self->method); }
Url* original_url(Request* self) { return &self->original_url; }
Url* url(Request* self) { return &self->url; }
Object* no_connection(Request*) { return nullptr; }

constexpr Member kRequestMembers[] = {
    property<&request_body>("IMessageBody Body { get; }").with(kReadsRequestBody | kNoRaise),
    property<&request_certificate>("X509Certificate2 Certificate { get; }"),
    property<&request_headers>("IReadOnlyDictionary<string, string[]> Headers { get; }").with(kNoRaise),
    property<&ip_address>("string IpAddress { get; }").with(kNoRaise),
    property<&matched_parameters>("IReadOnlyDictionary<string, string> MatchedParameters { get; }").with(kNoRaise),
    property<&request_method>("string Method { get; }").with(kNoRaise),
    property<&original_url>("IUrl OriginalUrl { get; }").with(kNoRaise),
    property<&url>("IUrl Url { get; }").with(kNoRaise),
    property<&no_connection>("IPrivateEndpointConnection PrivateEndpointConnection { get; }").with(kNoRaise),
};

// ---- IResponse ------------------------------------------------------------------------------------------------------------

MessageBody* response_body(Response* self) { return body_of(*self); }
Object* response_headers(Run& run, Response* self) { return headers_of(run, *self); }
std::int32_t status_code(Response* self) { return self->status; }
String* status_reason(Run& run, Response* self) { return run.view(self->reason); }

constexpr Member kResponseMembers[] = {
    property<&response_body>("IMessageBody Body { get; }").with(kReadsResponseBody | kNoRaise),
    property<&response_headers>("IReadOnlyDictionary<string, string[]> Headers { get; }").with(kNoRaise),
    property<&status_code>("int StatusCode { get; }").with(kNoRaise),
    property<&status_reason>("string StatusReason { get; }").with(kNoRaise),
};

// ---- IMessageBody ---------------------------------------------------------------------------------------------------------

// The charset parameter of Content-Type, or "".
std::string_view charset_of(const MessageBody& body, Arena& arena) {
  if (body.message == nullptr) return {};
  const HeaderName content_type("Content-Type");
  const std::string_view type = body.message->headers.joined(content_type, arena);
  for (std::size_t at = type.find(';'); at != std::string_view::npos; at = type.find(';', at + 1)) {
    std::string_view parameter = trim_ascii(type.substr(at + 1, type.find(';', at + 1) - at - 1));
    if (parameter.size() < 8 || !equals_ignoring_ascii_case(parameter.substr(0, 8), "charset=")) continue;
    parameter.remove_prefix(8);
    if (parameter.size() >= 2 && parameter.front() == '"' && parameter.back() == '"') parameter = parameter.substr(1, parameter.size() - 2);
    return parameter;
  }
  return {};
}

std::string_view latin1_to_text(std::string_view content, Arena& arena) {
  if (is_ascii(content)) return content;
  char* out = arena.text(content.size() * 2);
  std::size_t size = 0;
  for (const char c : content) size += encode_utf8(out + size, static_cast<unsigned char>(c));
  return {out, size};
}

std::string_view utf16_to_text(std::string_view content, bool big_endian, Arena& arena) {
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(content[i]);
    const auto second = static_cast<unsigned char>(content[i + 1]);
    return static_cast<char32_t>(big_endian ? first * 256 + second : second * 256 + first);
  };
  char* out = arena.text(content.size() / 2 * 3 + 3);
  std::size_t size = 0;
  for (std::size_t i = 0; i + 1 < content.size(); i += 2) {
    char32_t code = unit(i);
    if (i == 0 && code == 0xFEFF) continue;
    if (is_high_surrogate(code) && i + 3 < content.size() && is_low_surrogate(unit(i + 2))) {
      code = combine_surrogates(code, unit(i + 2));
      i += 2;
    } else if (is_surrogate(code)) {
      code = 0xFFFD;
    }
    size += encode_utf8(out + size, code);
  }
  return {out, size};
}

// source: context.md#3.2: the charset of Content-Type, else UTF-8; a byte-order mark is dropped.
std::string_view text_of_body(const MessageBody& body, Arena& arena) {
  const std::string_view charset = charset_of(body, arena);
  if (equals_ignoring_ascii_case(charset, "iso-8859-1") || equals_ignoring_ascii_case(charset, "latin1") ||
      equals_ignoring_ascii_case(charset, "windows-1252")) {
    return latin1_to_text(body.content, arena);
  }
  if (equals_ignoring_ascii_case(charset, "utf-16") || equals_ignoring_ascii_case(charset, "utf-16le")) return utf16_to_text(body.content, false, arena);
  if (equals_ignoring_ascii_case(charset, "utf-16be")) return utf16_to_text(body.content, true, arena);
  std::string_view text = body.content;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (is_ascii(text) || is_valid_utf8(text)) return text;
  return arena.copy(std::string_view(sanitize_utf8(text)));
}

Slot as(Run& run, MessageBody* self, bool preserve_content, const CallSite& site) {
  if (self->consumed) {
    return run.raise(Known::kInvalidOperationException,
                     "The body was already read. Pass preserveContent: true to the earlier As<T>() to read it again.");
  }
  if (!preserve_content) self->consumed = true;
  const Type& wanted = *site.type_arguments[0];
  if (&wanted == &run.types.byte_array()) return Slot::of_object(run.bytes(self->content));
  const std::string_view text = text_of_body(*self, run.arena);
  if (wanted.is(Known::kString)) return Slot::of_object(run.view(text));
  if (wanted.is(Known::kJObject)) return Slot::of_object(parse_json(run, text, {.root = JsonRoot::kObject}));
  if (wanted.is(Known::kJArray)) return Slot::of_object(parse_json(run, text, {.root = JsonRoot::kArray}));
  if (wanted.is(Known::kJToken)) return Slot::of_object(parse_json(run, text));
  if (wanted.is(Known::kXElement) || wanted.is(Known::kXDocument) || wanted.is(Known::kXNode)) return parse_body_xml(run, text, wanted);
  return run.raise(Known::kNotSupportedException, joined("A body cannot be read as ", csharp_name(wanted), "."));
}

Object* as_form(Run& run, MessageBody* self, bool preserve_content, const CallSite& site) {
  if (self->consumed) {
    return run.raise(Known::kInvalidOperationException,
                     "The body was already read. Pass preserveContent: true to the earlier As<T>() to read it again.");
  }
  if (!preserve_content) self->consumed = true;
  return parse_form(run, text_of_body(*self, run.arena), *site.result);
}

constexpr Member kMessageBodyMembers[] = {
    method<&as>("T As<T>(bool preserveContent = false)"),
    method<&as_form>("IDictionary<string, IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)"),
};

// ---- IUrl ---------------------------------------------------------------------------------------------------------------

String* scheme(Run& run, Url* self) { return run.view(self->scheme); }
String* host(Run& run, Url* self) { return run.view(self->host); }
std::int32_t port(Url* self) { return self->port != 0 ? self->port : (self->scheme == "https" ? 443 : 80); }
String* path(Run& run, Url* self) { return run.view(self->path); }
Object* query(Run& run, Url* self) { return make_dictionary(run, Known::kQueryDictionary, self); }
String* query_string(Run& run, Url* self) {
  if (self->query.empty()) return run.empty_string();
  return run.string(joined("?", self->query));
}
String* url_text(Run& run, Url* self) { return run.view(self->text(run.arena)); }
String* url_to_string(Run& run, const Type&, Slot self) { return url_text(run, static_cast<Url*>(self.object)); }

Object* to_uri(Run& run, Url* self) { return make_uri(run, url_text(run, self)); }

constexpr Member kUrlMembers[] = {
    property<&scheme>("string Scheme { get; }").with(kNoRaise),
    property<&host>("string Host { get; }").with(kNoRaise),
    property<&port>("int Port { get; }").with(kNoRaise),
    property<&path>("string Path { get; }").with(kNoRaise),
    property<&query>("IReadOnlyDictionary<string, string[]> Query { get; }").with(kNoRaise),
    property<&query_string>("string QueryString { get; }").with(kNoRaise),
    method<&url_text>("string ToString()").with(kNoRaise),
    method<&to_uri>("Uri ToUri()"),
};
constexpr TypeOperations kUrlOperations{.to_string = &url_to_string};

}  // namespace

const TypeDefinition kRequestDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IRequest", .members = kRequestMembers};
const TypeDefinition kResponseDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IResponse", .members = kResponseMembers};
const TypeDefinition kMessageBodyDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IMessageBody", .members = kMessageBodyMembers};
const TypeDefinition kUrlDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IUrl", .members = kUrlMembers, .operations = &kUrlOperations};

}  // namespace portcullis
