#include "engine/exchange/exchange.h"

#include <algorithm>
#include <utility>

#include "engine/types/type_table.h"

namespace portcullis {

Exchange::Exchange(Arena& memory, const TypeTable& table, const ContextView& given, const VariableNames* names)
    : arena(memory), types(table), view(given), context{&table.known(Known::kContext)}, request{}, variables{}, tracing(given.tracing) {
  request.type = &types.known(Known::kRequest);
  request.method = given.request.method;
  request.headers.assign(given.request.headers);
  request.ip_address = given.request.ip_address;
  request.matched_parameters = given.request.matched_parameters;
  request.certificate_pem = given.request.certificate_pem;
  request.body.type = &types.known(Known::kMessageBody);
  request.body.state = given.request.body.state;
  request.body.content = given.request.body.content;
  request.body.message = &request;
  request.url.type = &types.known(Known::kUrl);
  request.url.assign(given.request.url);
  request.original_url.type = request.url.type;
  request.original_url.assign(given.request.original_url.scheme.empty() ? given.request.url : given.request.original_url);
  variables.type = &types.known(Known::kVariableDictionary);
  variables.start(names, arena);
  if (given.response != nullptr) response = make_response(*given.response);
  if (given.last_error != nullptr) {
    last_error = arena.make<LastError>();
    last_error->type = &types.known(Known::kLastError);
    last_error->source = given.last_error->source;
    last_error->reason = given.last_error->reason;
    last_error->message = given.last_error->message;
    last_error->scope = given.last_error->scope;
    last_error->section = given.last_error->section;
    last_error->path = given.last_error->path;
    last_error->policy_id = given.last_error->policy_id;
  }
}

Response* Exchange::make_response(std::int32_t status, std::string_view reason) {
  auto* made = arena.make<Response>();
  made->type = &types.known(Known::kResponse);
  made->status = status;
  made->reason = reason;
  made->body.type = &types.known(Known::kMessageBody);
  made->body.message = made;
  return made;
}

Response* Exchange::make_response(const ResponseView& given) {
  Response* made = make_response(given.status, given.reason);
  made->headers.assign(given.headers);
  made->body.state = given.body.state;
  made->body.content = given.body.content;
  return made;
}

void Exchange::set_body(Message& message, std::string_view content) {
  message.body.state = BodyState::kBuffered;
  message.body.content = content;
  message.body.consumed = false;
  message.body.replaced = true;
}

ExchangeScope* Exchange::make_scope() {
  auto* scope = arena.make<ExchangeScope>();
  scope->request = request;
  scope->request.body.state = BodyState::kNone;
  scope->request.body.content = {};
  scope->request.body.consumed = scope->request.body.replaced = false;
  scope->request.headers_object = nullptr;
  scope->variables = variables;
  scope->variables.slots = arena.copy(std::span<const Variables::Entry>(variables.slots));
  scope->variables.others = arena.copy(std::span<const Variables::Entry>(variables.others));
  scope->variables.others_capacity = static_cast<std::uint32_t>(variables.others.size());
  scope->variables.order = arena.copy(std::span<const std::uint32_t>(variables.order));
  return scope;
}

void Exchange::swap(ExchangeScope& scope) {
  std::swap(request, scope.request);
  std::swap(response, scope.response);
  std::swap(variables, scope.variables);
  std::swap(graphql, scope.graphql);
  std::swap(last_error, scope.last_error);
  std::swap(backend_id, scope.backend_id);
  std::swap(backend, scope.backend);
  std::swap(backend_member, scope.backend_member);
  std::swap(backend_query, scope.backend_query);
  std::swap(backend_certificate_pem, scope.backend_certificate_pem);
  std::swap(proxy_url, scope.proxy_url);
  std::swap(proxy_username, scope.proxy_username);
  std::swap(proxy_password, scope.proxy_password);
}

std::string_view reason_phrase(std::int32_t status) {
  // source: RFC 9110 and the IANA registry, sorted by code
  static constexpr std::pair<std::int32_t, std::string_view> kPhrases[] = {
      {100, "Continue"}, {101, "Switching Protocols"}, {102, "Processing"}, {103, "Early Hints"},
      {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {203, "Non-Authoritative Information"}, {204, "No Content"},
      {205, "Reset Content"}, {206, "Partial Content"}, {207, "Multi-Status"}, {208, "Already Reported"}, {226, "IM Used"},
      {300, "Multiple Choices"}, {301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
      {305, "Use Proxy"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
      {400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"},
      {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {407, "Proxy Authentication Required"}, {408, "Request Timeout"},
      {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {412, "Precondition Failed"}, {413, "Content Too Large"},
      {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"}, {417, "Expectation Failed"},
      {421, "Misdirected Request"}, {422, "Unprocessable Content"}, {423, "Locked"}, {424, "Failed Dependency"}, {425, "Too Early"},
      {426, "Upgrade Required"}, {428, "Precondition Required"}, {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
      {451, "Unavailable For Legal Reasons"},
      {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
      {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"}, {506, "Variant Also Negotiates"}, {507, "Insufficient Storage"},
      {508, "Loop Detected"}, {510, "Not Extended"}, {511, "Network Authentication Required"},
  };
  const auto* found = std::lower_bound(std::begin(kPhrases), std::end(kPhrases), status,
                                       [](const auto& entry, std::int32_t code) { return entry.first < code; });
  return found != std::end(kPhrases) && found->first == status ? found->second : std::string_view();
}

Object* context_of(Exchange& exchange) { return &exchange.context; }

}  // namespace portcullis
