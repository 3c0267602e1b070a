// What passes between a host and an evaluation: messages, effects, replies. Plain values over std types.
//
// Views borrow. What the host gives (a RequestView, a Reply) must live until the Execution is destroyed, unless said otherwise;
// what the Execution gives (an Effect) lives as long as the Execution.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

namespace portcullis {

/// The sections of a policy document, and the scopes it may have, broad to narrow.
enum class Section : std::uint8_t { kInbound, kBackend, kOutbound, kOnError };
enum class Scope : std::uint8_t { kGlobal, kWorkspace, kProduct, kApi, kOperation };
std::string_view name_of(Section section);  // "on-error"
std::string_view name_of(Scope scope);      // "operation"

/// One header line, as on the wire. Names compare without case.
struct HeaderView {
  std::string_view name;
  std::string_view value;
};

struct ParameterView {
  std::string_view name;
  std::string_view value;
};

/// An absolute URL in parts. `port` is filled in (443, 80) when the URL named none. `query` has no leading '?'.
struct UrlView {
  std::string_view scheme;
  std::string_view host;
  std::uint16_t port = 0;
  std::string_view path;  // raw, begins with '/'
  std::string_view query;
  /// How many bytes at the start of `path` are the base path of the backend (or of the API's service URL); rewrite-uri and
  /// set-backend-service replace what is behind or before it.
  std::size_t base_path_size = 0;
};

enum class BodyState : std::uint8_t {
  kNone,     // the message has no body: `Body` is null in expressions
  kStream,   // the host has it and passes it on; a policy that reads it causes a ReadBody effect
  kBuffered  // `content` is all of it
};
struct BodyView {
  BodyState state = BodyState::kNone;
  std::string_view content;
};

/// The caller's request as the host received it.
struct RequestView {
  std::string_view method = "GET";
  UrlView url;           // what `context.Request.Url` starts as
  UrlView original_url;  // empty scheme: the same as `url`
  std::span<const HeaderView> headers;
  std::string_view ip_address;
  std::span<const ParameterView> matched_parameters;
  BodyView body;
  std::string_view certificate_pem;  // client certificate of the connection; empty: none
};

struct ResponseView {
  std::uint16_t status = 200;
  std::string_view reason;
  std::span<const HeaderView> headers;
  BodyView body;
};

// ---- effects: what an Execution asks of its host --------------------------------------------------------------------------

using EffectId = std::uint32_t;

enum class Purpose : std::uint8_t {
  kBackend,       // forward-request
  kCallout,       // send-request and every other outbound call of a policy
  kOneWay,        // send-one-way-request: fire and forget, no reply is expected
};

/// Make an HTTP call. Reply: ResponseReply or FailureReply.
struct HttpCall {
  Purpose purpose = Purpose::kBackend;
  std::string_view policy;  // element name
  std::string_view method;
  std::string_view url;     // absolute; with `only_changes` empty when no policy touched it
  std::string_view backend_id;  // set-backend-service backend-id, when the host did not list that backend: the host knows its URL
  std::span<const HeaderView> headers;
  /// With ExecutionOptions::changes_only, for kBackend: the caller's lines of `removed_headers` (each name that a policy removed or
  /// replaced) go, then `headers` are added; the host leaves out what belongs to one connection (Connection, Host, framing) and
  /// adds the caller to X-Forwarded-For, as it does for every request it passes on.
  bool only_changes = false;
  std::span<const std::string_view> removed_headers;
  /// kStream: send the caller's request body as it arrives.
  BodyView body;
  std::chrono::milliseconds timeout{300'000};           // to the response's headers
  std::optional<std::chrono::milliseconds> continue_timeout;
  bool follow_redirects = false;
  bool buffer_response = true;   // false: pass chunks on as they come
  bool needs_body = true;        // false: nobody will read the response's body here, stream it to the caller
  enum class HttpVersion : std::uint8_t { k1, k2Or1, k2 } http_version = HttpVersion::k1;
  std::string_view proxy_url, proxy_username, proxy_password;
  std::string_view client_certificate_pem;  // with its key; empty: none
  bool verify_peer = true;
  bool verify_host = true;  // the certificate is for this host; only looked at with verify_peer
};

/// Acquire an access token of the managed identity. Reply: TokenReply or FailureReply.
struct TokenCall {
  std::string_view resource;
  std::string_view client_id;  // empty: the system-assigned identity
};

/// Acquire the access token of a stored connection to somebody else's service (get-authorization-context). Reply:
/// AuthorizationReply or FailureReply.
struct AuthorizationCall {
  std::string_view provider;       // resource name of the credential provider
  std::string_view authorization;  // resource name of the connection
  /// A token whose owner must have access to the connection; empty: the gateway's managed identity must.
  std::string_view identity;
};

/// Buffer a body that so far streams. Reply: BodyReply or FailureReply.
struct ReadBody {
  bool of_response = false;
};

/// Let time pass. Reply: DoneReply.
struct Delay {
  std::chrono::milliseconds duration{0};
};

/// Cache operations that the given Store did not answer at once. Reply: CacheReply for get, DoneReply else.
struct CacheOperation {
  enum class Kind : std::uint8_t { kGet, kSet, kRemove } kind = Kind::kGet;
  std::string_view key;
  std::string_view value;  // serialised; see docs/embedding.md
  std::chrono::seconds lifetime{0};
  enum class Kept : std::uint8_t { kInternal, kExternal, kPreferExternal } where = Kept::kPreferExternal;
};

/// Counter operation that the given Store did not answer at once. Reply: CounterReply.
struct CounterOperation {
  /// kAdd: adds `amount` unless `limit` was reached; kAddAlways: adds (negative: gives back); kRead: is there room for `amount`?
  enum class Kind : std::uint8_t { kAdd, kAddAlways, kRead } kind = Kind::kAdd;
  std::string_view key;
  std::int64_t amount = 1;
  std::int64_t limit = 0;
  std::chrono::seconds period{0};  // zero: for ever
  bool sliding = false;            // the last `period` counts, instead of fixed periods one after the other
  std::chrono::sys_seconds first_period_start{};  // quotas: where periods are counted from; epoch: from the first use
};

/// A slot of limit-concurrency. Reply to kAcquire: CounterReply (`allowed`). kRelease needs no reply.
struct SlotOperation {
  enum class Kind : std::uint8_t { kAcquire, kRelease } kind = Kind::kAcquire;
  std::string_view key;
  std::int64_t limit = 0;
};

/// A message for a logger of type Event Hubs (log-to-eventhub). Nobody waits: no reply.
struct EventHubMessage {
  std::string_view logger_id;
  std::string_view partition_id;   // at most one of these two
  std::string_view partition_key;
  std::string_view content;        // UTF-8, at most 200 KB
};

/// A message for a Service Bus queue or topic (send-service-bus-message). Reply: DoneReply when the broker has it, or FailureReply.
struct ServiceBusMessage {
  std::string_view host;        // "shop.servicebus.windows.net"; empty: the host's own choice
  std::string_view queue_name;  // exactly one of these two
  std::string_view topic_name;
  std::string_view client_id;   // of a user-assigned identity; empty: the system-assigned one
  std::span<const ParameterView> properties;
  std::string_view content;
};

/// One sample of a custom metric (emit-metric, llm-emit-token-metric). Nobody waits: no reply.
struct MetricSample {
  std::string_view metric_namespace;
  std::string_view name;
  double value = 1;
  std::span<const ParameterView> dimensions;
};

/// Statements for a SQL server (sql-data-source). Reply: BodyReply, the last statement's rows as a JSON array of objects; or FailureReply.
struct SqlCall {
  std::string_view connection_string;
  bool use_managed_identity = false;
  std::string_view client_id;  // of a user-assigned identity
  std::string_view scope;      // of the token
  std::string_view statement;
  struct Parameter {
    std::string_view name;      // with its '@'
    std::string_view sql_type;  // T-SQL name; empty: by the value
    std::string_view json;      // the value: null, true, 12, 1.5, "text"
  };
  std::span<const Parameter> parameters;  // bound, never written into the statement
};

/// An event for the clients that subscribed to a field of a GraphQL API (publish-event). Nobody waits: no reply.
struct SubscriptionEvent {
  std::string_view field;  // of the schema's Subscription type
  std::string_view json;   // the resolver's result
};

/// Vectors of a semantic cache that the given VectorStore did not answer at once. Reply: CacheReply for kFind, DoneReply else.
struct VectorOperation {
  enum class Kind : std::uint8_t { kFind, kStore } kind = Kind::kFind;
  std::string_view partition;     // entries of different partitions never meet
  std::span<const float> vector;
  double max_distance = 0;        // kFind: the nearest entry with a cosine distance of at most this
  std::string_view value;         // kStore
  std::chrono::seconds lifetime{0};
};

using EffectRequest = std::variant<HttpCall, TokenCall, ReadBody, Delay, CacheOperation, CounterOperation, SlotOperation,
                                   AuthorizationCall, EventHubMessage, ServiceBusMessage, MetricSample, SqlCall,
                                   SubscriptionEvent, VectorOperation>;

struct Effect {
  EffectId id = 0;
  bool needs_reply = true;
  EffectRequest request;
};

// ---- replies --------------------------------------------------------------------------------------------------------------

struct ResponseReply {
  ResponseView response;
};
struct TokenReply {
  std::string_view token;
  std::chrono::sys_seconds expires_at{};
  bool is_fresh = true;  // false: it came from a token store
};
struct AuthorizationReply {
  std::string_view access_token;
  std::string_view claims_json;  // the other members of the provider's answer, as a JSON object; empty: none
};
struct BodyReply {
  std::string_view content;
};
struct DoneReply {};
struct CacheReply {
  std::optional<std::string_view> value;  // nullopt: a miss
};
struct CounterReply {
  bool allowed = true;
  std::int64_t value = 0;                       // after the operation
  std::chrono::milliseconds until_reset{0};     // to the end of the period
};
struct FailureReply {
  enum class Kind : std::uint8_t {
    kTimeout,     // no status line and headers in time
    kConnection,  // refused, reset, TLS, DNS: see `message`
    kClientGone,  // the caller disconnected
    kRefused,     // an identity endpoint said no
    kUnavailable, // nobody answers this kind of effect here
  } kind = Kind::kConnection;
  std::string_view message;
};
using ReplyValue = std::variant<ResponseReply, TokenReply, BodyReply, DoneReply, CacheReply, CounterReply, FailureReply,
                                AuthorizationReply>;

struct Reply {
  EffectId id = 0;
  ReplyValue value;
};

// ---- who the request belongs to -------------------------------------------------------------------------------------------

struct GroupView {
  std::string_view id, name;
};
struct IdentityView {
  std::string_view id, provider;
};
/// Dates are .NET ticks (100 ns since 0001-01-01T00:00Z).
using Ticks = std::int64_t;

struct SubscriptionView {
  std::string_view id, name, key, primary_key, secondary_key;
  Ticks created_date = 0;
  std::optional<Ticks> start_date, end_date;
};
struct UserView {
  std::string_view id, email, first_name, last_name, note;
  Ticks registration_date = 0;
  std::span<const GroupView> groups;
  std::span<const IdentityView> identities;
};
struct WorkspaceView {
  std::string_view id, name;
};
struct ApiView {
  std::string_view id, name, path, revision, version;
  bool is_current_revision = true;
  std::optional<UrlView> service_url;
  std::span<const std::string_view> protocols;
  std::string_view key_header = "Ocp-Apim-Subscription-Key";
  std::string_view key_query = "subscription-key";
  std::optional<WorkspaceView> workspace;
};
struct OperationView {
  std::string_view id, name, method, url_template;
};
struct ProductView {
  std::string_view id, name;
  bool published = true;
  bool approval_required = false;
  bool subscription_required = true;
  std::optional<std::int32_t> subscription_limit;
  std::span<const GroupView> groups;
  std::span<const ApiView> apis;
};
/// A certificate of the service, with its private key when it has one.
struct CertificateView {
  std::string_view id;
  std::string_view pem;            // PEM, or a PKCS#12 file as its bytes or in base64
  std::string_view password = {};  // of a PKCS#12 file or an encrypted key
};
struct DeploymentView {
  std::string_view region = "local", service_id = "portcullis", service_name = "portcullis", gateway_id = "managed", gateway_instance_id = "managed";
  bool is_managed = false;
  std::span<const CertificateView> certificates;
  /// Certification authorities: the self-signed ones are trusted, the others help to build chains. Revocation lists may
  /// stand in the same PEM. Nobody else is trusted: no file of the machine is read.
  std::span<const CertificateView> authorities = {};
  std::uint16_t dapr_port = 3500;  // of the sidecar on localhost
};
inline constexpr DeploymentView kDefaultDeployment{};

/// Status codes from `min` to `max`, both included.
struct StatusRangeView {
  std::uint16_t min = 500, max = 599;
};
/// When calls of a backend stop for a while. source: service-model.md#5
struct CircuitBreakerView {
  std::string_view name;
  std::int64_t failure_count = 0;       // so many failures within `interval` open the circuit; 0: the percentage counts
  std::int32_t failure_percentage = 0;  // of the calls within `interval`
  std::chrono::milliseconds interval{0};
  std::chrono::milliseconds trip_duration{0};
  std::span<const StatusRangeView> status_ranges;   // with no reasons either: connection errors and 5xx
  std::span<const std::string_view> error_reasons;  // LastError reasons: "Timeout", "BackendConnectionFailure"
  bool accept_retry_after = false;                  // of the answer that trips, instead of `trip_duration`
  std::uint16_t failure_status = 503;               // what callers get while it is open
};
/// One backend of a pool. A lower priority goes first; weights share the calls among equals.
struct PoolMemberView {
  std::string_view id;
  std::int32_t priority = 0;
  std::int32_t weight = 1;
};

/// A backend entity that set-backend-service may name. Ids compare without case.
struct BackendView {
  std::string_view id;
  std::string_view url;                               // a pool's own is not used
  std::span<const HeaderView> credential_headers;     // added when sending
  std::span<const ParameterView> credential_query;
  std::string_view authorization;                     // value of the Authorization header; empty: none
  std::string_view client_certificate_pem;
  bool verify_peer = true;
  bool verify_host = true;
  enum class Type : std::uint8_t { kSingle, kPool } type = Type::kSingle;
  std::span<const PoolMemberView> pool;
  std::string_view affinity_cookie;                   // requests that bear it go to one member; empty: no affinity
  std::span<const CircuitBreakerView> circuit_breakers;
  std::string_view identity_resource;                 // a token of the managed identity for it is sent; empty: none
  std::string_view identity_client_id;
  std::string_view proxy_url, proxy_username, proxy_password;  // unless the `proxy` policy says another
  std::string_view azure_region;
};
struct LastErrorView {
  std::string_view source, reason, message, scope, section, path, policy_id;
};

/// Bounds of one execution, set by the embedder. Crossing one is an ordinary policy error with its own message.
struct RunLimits {
  std::uint64_t steps = 50'000'000;             // of one expression: instructions, and elements walked inside the library
  std::uint32_t call_depth = 200;               // lambdas and local functions inside each other
  std::uint32_t regex_match_limit = 1'000'000;  // PCRE2's match limit
  std::uint32_t json_depth = 64;                // Newtonsoft 13's MaxDepth
  std::size_t memory_bytes = std::size_t{64} << 20;        // of one execution
};

/// Where time and randomness come from; nothing is read from the machine behind the host's back. Called on the thread that runs
/// the execution.
class Environment {
 public:
  virtual ~Environment() = default;
  /// .NET ticks (100 ns since 0001-01-01T00:00Z) of UTC now.
  virtual Ticks utc_now_ticks() = 0;
  virtual std::uint64_t random() = 0;
  /// True when the wall-clock budget of the running expression is used up (five seconds on the managed gateway). Asked every few
  /// thousand steps; `expression_starts` comes before the first question about an expression.
  virtual bool out_of_time() = 0;
  virtual void expression_starts() {}
};

/// What the steps before the policies decided: finding the operation, checking the subscription key. Service::route says it; an
/// embedder that routes by itself sets it.
enum class Admission : std::uint8_t {
  kAdmitted,
  kPreflight,           // a CORS preflight: only a `cors` that stands directly in inbound answers it, nothing else runs
  kOperationNotFound,   // 404, through on-error
  kSubscriptionKeyMissing,  // 401
  kSubscriptionKeyInvalid,  // 401
};

/// Everything that `context` shows at the start. Null pointers: null in expressions.
struct ContextView {
  RequestView request;
  const ResponseView* response = nullptr;  // usually none before the backend has answered
  const SubscriptionView* subscription = nullptr;
  const UserView* user = nullptr;
  const ProductView* product = nullptr;
  const ApiView* api = nullptr;
  const OperationView* operation = nullptr;
  const DeploymentView* deployment = &kDefaultDeployment;
  const LastErrorView* last_error = nullptr;
  /// All backend entities; no data at all (`backends.data() == nullptr`): the host resolves names itself, see HttpCall::backend_id.
  std::span<const BackendView> backends;
  std::uint8_t request_id[16] = {};            // a Guid in .NET's byte order
  Ticks timestamp = 0;                         // when the request was received, UTC
  bool tracing = false;
  Admission admission = Admission::kAdmitted;
};

}  // namespace portcullis
