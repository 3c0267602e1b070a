// IRequest, IResponse, IMessageBody, IUrl.
#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/uri.h"
#include "engine/exchange/body_text.h"
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

// The content in the clear, once; false after raising.
bool decode(Run& run, MessageBody* self) {
  const ContentDecoding result = decode_content(*self, run.arena);
  if (result == ContentDecoding::kTooLarge) return run.raise_limit(Limit::kMemory);
  if (result == ContentDecoding::kCorrupt) return run.raise(Known::kInvalidOperationException, "The body is not what its Content-Encoding says.");
  return true;
}

Slot as(Run& run, MessageBody* self, bool preserve_content, const CallSite& site) {
  if (self->consumed) {
    return run.raise(Known::kInvalidOperationException,
                     "The body was already read. Pass preserveContent: true to the earlier As<T>() to read it again.");
  }
  if (!decode(run, self)) return {};
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
  if (!decode(run, self)) return {};
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
