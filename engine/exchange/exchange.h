// The state of one request as policies and expressions see it: the objects behind `context`.
//
// Each struct here is the object of one APIM interface; its member table is in the .cc of the same name. They live in the
// Execution's arena and borrow the host's memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "engine/exchange/header_list.h"
#include "engine/run/object.h"
#include "engine/run/run.h"
#include "portcullis/exchange.hpp"

namespace portcullis {

struct Message;

/// IUrl. Parts are views; `query` is raw, without '?'.
struct Url : Object {
  std::string_view scheme, host;
  std::uint16_t port = 0;
  std::string_view path;
  std::size_t base_path_size = 0;  // of `path`: the backend's own part
  std::string_view query;
  struct QueryParameters* parameters = nullptr;  // parsed on first use; null again when `query` changes

  void assign(const UrlView& url);
  [[nodiscard]] bool has_default_port() const { return port == (scheme == "https" || scheme == "wss" ? 443 : 80) || port == 0; }
  [[nodiscard]] std::string_view relative_path() const { return path.substr(base_path_size); }
  /// scheme://host[:port]path[?query]
  [[nodiscard]] std::string_view text(Arena& arena) const;
};

/// One query parameter in order of appearance; name and value decoded.
struct QueryParameter {
  std::string_view name, value;
};
/// The parsed query; edited by set-query-parameter, written back with `to_query`.
struct QueryParameters {
  std::span<QueryParameter> items;
  std::uint32_t capacity = 0;
};
/// Parses `url.query` once; the result is cached in `url.parameters`. Decoding: %XX and '+' as a space.
QueryParameters& query_parameters(Url& url, Arena& arena);
/// Writes `url.query` anew from its parameters (percent-encoded).
void write_query(Url& url, Arena& arena);

/// IMessageBody. `consumed` is set by As<T>() without preserveContent.
struct MessageBody : Object {
  BodyState state = BodyState::kNone;
  std::string_view content;
  bool consumed = false;
  bool replaced = false;        // by a policy: the host must send `content`
  Message* message = nullptr;   // for Content-Type, Content-Encoding
};

/// What requests and responses share.
struct Message : Object {
  HeaderList headers;
  MessageBody body;             // `Body` in expressions is null when state is kNone
  Object* headers_object = nullptr;  // the dictionary view, made on first use
};

struct Request : Message {
  std::string_view method;
  Url url;
  Url original_url;
  std::string_view ip_address;
  std::span<const ParameterView> matched_parameters;
  std::string_view certificate_pem;
  Object* certificate = nullptr;        // X509Certificate2, made on first use
  Object* matched_object = nullptr;
};

struct Response : Message {
  std::int32_t status = 200;
  std::string_view reason;
};

/// Names of variables, numbered at load: `context.Variables["x"]` with a literal name is an index.
/// Belongs to a Program; immutable once it is loaded.
class VariableNames {
 public:
  explicit VariableNames(Arena& arena) : arena_(arena) {}
  std::uint32_t intern(std::string_view name);
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] std::string_view name(std::uint32_t index) const { return names_[index]; }

 private:
  Arena& arena_;
  std::span<std::string_view> names_;
  std::uint32_t capacity_ = 0;
};

/// IReadOnlyDictionary<string, object>. Enumerates in order of first assignment.
struct Variables : Object {
  struct Entry {
    std::string_view name;
    Object* value;        // boxed; null is a value
    bool present;
  };
  std::span<Entry> slots;      // by VariableNames index
  std::span<Entry> others;     // names no policy mentions literally
  std::span<std::uint32_t> order;  // indices in order of first assignment; others are slots.size() + i
  std::uint32_t order_size = 0;
  std::uint32_t others_capacity = 0;
  const VariableNames* names = nullptr;

  void start(const VariableNames* program_names, Arena& arena);
  [[nodiscard]] const Entry* find(std::string_view name) const;
  [[nodiscard]] const Entry* at(std::uint32_t slot) const { return slots[slot].present ? &slots[slot] : nullptr; }
  void set(std::uint32_t slot, Object* value, Arena& arena);
  void set(std::string_view name, Object* value, Arena& arena);
  void remove(std::string_view name);
};

/// What `context.LastError` shows. Source and Message are never null.
struct LastError : Object {
  std::string_view source, reason, message, scope, section, path, policy_id;
};

struct JObject;

/// IGraphQL: what a resolver is called with.
struct GraphqlValues : Object {
  JObject* arguments = nullptr;
  JObject* parent = nullptr;  // null for fields of a root
};

/// What a resolver has of its own while the rest of the exchange is the gateway request's. See Exchange::swap.
struct ExchangeScope {
  Request request{};
  Response* response = nullptr;
  Variables variables{};
  GraphqlValues* graphql = nullptr;
  LastError* last_error = nullptr;
  std::string_view backend_id;
  const BackendView* backend = nullptr;
  const BackendView* backend_member = nullptr;
  std::string_view backend_query;
  std::string_view backend_certificate_pem;
  std::string_view proxy_url, proxy_username, proxy_password;
};

class Exchange {
 public:
  /// `view` and all it points to outlive the Exchange. `names` may be null (an expression evaluated alone).
  Exchange(Arena& arena, const TypeTable& types, const ContextView& view, const VariableNames* names);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Arena& arena;
  const TypeTable& types;
  const ContextView& view;       // user, subscription, product, api, operation, deployment as given

  // What set-backend-service and the authentication policies left for forward-request.
  std::string_view backend_id;
  const BackendView* backend = nullptr;         // the entity, single or pool
  const BackendView* backend_member = nullptr;  // of the pool, after the call
  std::string_view backend_query;               // of the base URL, at the front of the request's own
  std::string_view backend_certificate_pem;
  std::string_view proxy_url, proxy_username, proxy_password;
  bool request_body_sent = false;  // a streaming body can be sent once
  // Keys that quota-by-key has counted this request under: once each, however many elements share one.
  struct ChargedKey {
    std::string_view key;
    std::int64_t amount;
    ChargedKey* next;
  };
  ChargedKey* charged_keys = nullptr;
  struct DeclaredResolver* declared_resolvers = nullptr;  // by set-graphql-resolver, so far
  struct ResponseCacheLookup* cache_lookups = nullptr;  // what cache-lookup left for cache-store

  Object context;                // IContext: `context` in expressions
  Request request;
  Response* response = nullptr;  // null: context.Response is null
  Variables variables;
  LastError* last_error = nullptr;
  GraphqlValues* graphql = nullptr;  // null: not in a resolver
  bool tracing = false;

  // Objects for the identity parts, made on first use. Indexed by Identity.
  enum class Part : std::uint8_t { kApi, kOperation, kProduct, kSubscription, kUser, kDeployment, kWorkspace, kCount };
  Object* parts[static_cast<std::size_t>(Part::kCount)] = {};

  /// Where context.Trace("…") goes; may be null.
  void (*on_trace)(void* receiver, std::string_view message) = nullptr;
  void* trace_receiver = nullptr;

  /// A fresh response object with that status, in the arena. Does not make it current.
  Response* make_response(std::int32_t status, std::string_view reason);
  /// From what a host replied; headers and body are borrowed.
  Response* make_response(const ResponseView& view);
  /// Replaces a message's body; `content` is borrowed. Content-Length is left to the host.
  void set_body(Message& message, std::string_view content);
  /// A scope for a resolver: the request as it stands but without a body, copies of the variables.
  ExchangeScope* make_scope();
  /// Changes places with `scope`; objects keep their addresses. Twice is as before.
  void swap(ExchangeScope& scope);
};

/// Splits an absolute http or https URL; false when it is none.
bool parse_url(std::string_view text, UrlView& url);
/// Puts another base under the URL: scheme, host, port and base path of `base`, its query before the URL's own.
void rebase_url(Url& url, const UrlView& base, Arena& arena);

/// The standard reason phrase of a status code, or "".
std::string_view reason_phrase(std::int32_t status);

}  // namespace portcullis
