/* Portcullis as a C library: the same states as portcullis.hpp, with opaque handles and explicit lengths.
 *
 *   pc_library* library = pc_library_new();                                  once
 *   pc_program* program = pc_program_load(library, &document, 1, &reports);  once for each API; shared by threads
 *   pc_execution* run = pc_execution_new(program, &request, NULL);           for each request; one thread at a time
 *   while (pc_execution_resume(run) == PC_WAITING)                           perform what pc_execution_next_effect gives,
 *     …                                                                      answer with pc_execution_reply_*
 *   pc_execution_response(run, &response);
 *
 * Ownership: what a *_new or *_load function returns is yours until the matching *_free. Texts that functions return live as long
 * as the handle they came from. Texts you give are borrowed: of a request and of replies until pc_execution_free, else for the call.
 * Errors: a null handle or a negative status; nothing aborts and nothing is thrown across this border.
 * Structs begin with their size, so that they can grow: set `size` to sizeof the struct, and all you do not use to zero. Those without a
 * size stand in arrays, and never grow.
 */
#ifndef PORTCULLIS_PORTCULLIS_H
#define PORTCULLIS_PORTCULLIS_H

#include <stddef.h>
#include <stdint.h>

#if defined(PORTCULLIS_STATIC)
#define PORTCULLIS_C_API
#elif defined(_WIN32)
#if defined(PORTCULLIS_BUILDING)
#define PORTCULLIS_C_API __declspec(dllexport)
#else
#define PORTCULLIS_C_API __declspec(dllimport)
#endif
#else
#define PORTCULLIS_C_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PC_ABI_VERSION 1

typedef struct pc_library pc_library;
typedef struct pc_program pc_program;
typedef struct pc_reports pc_reports;
typedef struct pc_execution pc_execution;
typedef struct pc_stores pc_stores;

/* Bytes and how many; not terminated by a zero. A null `data` means "none". */
typedef struct pc_text {
  const char* data;
  size_t size;
} pc_text;

typedef struct pc_header {
  pc_text name;
  pc_text value;
} pc_header;

typedef enum pc_scope { PC_GLOBAL = 0, PC_WORKSPACE = 1, PC_PRODUCT = 2, PC_API = 3, PC_OPERATION = 4 } pc_scope;

typedef enum pc_status {
  PC_DONE = 0,
  PC_WAITING = 1,
  PC_WRONG_STATE = -1,    /* the call does not fit the state of the handle */
  PC_UNKNOWN_EFFECT = -2, /* nobody waits for that id */
  PC_BAD_ARGUMENT = -3,   /* a null handle, a struct without its size, a URL that is none */
  PC_OUT_OF_MEMORY = -4,
  PC_INTERNAL_ERROR = -5
} pc_status;

PORTCULLIS_C_API int pc_abi_version(void);
PORTCULLIS_C_API const char* pc_version(void);

/* ---- loading ---------------------------------------------------------------------------------------------------------- */

PORTCULLIS_C_API pc_library* pc_library_new(void);
PORTCULLIS_C_API void pc_library_free(pc_library* library);

typedef struct pc_document {
  size_t size;
  pc_scope scope;
  pc_text name; /* for messages */
  pc_text text;
} pc_document;

/* Null when there are errors. `reports` (may be null) receives what was found, warnings included; free it. */
PORTCULLIS_C_API pc_program* pc_program_load(const pc_library* library, const pc_document* documents, size_t count, pc_reports** reports);
PORTCULLIS_C_API void pc_program_free(pc_program* program); /* running executions keep what they need */

/* A text beside the documents. `name` is for messages. */
typedef struct pc_source {
  pc_text id; /* of a fragment; of a schema, as validate-content's `schema-id` has it; of a resolver its field, "Query/users"; else unused */
  pc_text name;
  pc_text text;
} pc_source;

/* What stands around the documents. Borrowed for the call. */
typedef struct pc_load_options {
  size_t size;
  const pc_source* fragments;
  size_t fragment_count;
  const pc_header* named_values;
  size_t named_value_count;
  const pc_source* descriptions; /* of the API: OpenAPI, GraphQL, WSDL, XSD, EDMX; told apart by their content */
  size_t description_count;
  const pc_source* schemas;
  size_t schema_count;
  const pc_source* resolvers; /* with any, the API is a synthetic GraphQL API */
  size_t resolver_count;
  const pc_text* loggers; /* ids that log-to-eventhub may name; null: any */
  size_t logger_count;
  pc_text operation_id; /* whose requests these are, when no pc_context.operation will say; null data: not known */
  int allow_nested_fragments;
  int strict_members;            /* refuse .NET members beyond the documented ones */
  int keep_unknown_named_values; /* pc_check only: leave {{names}} that are not given as they are */
} pc_load_options;

/* As pc_program_load; `options` may be null. */
PORTCULLIS_C_API pc_program* pc_program_load_with(const pc_library* library, const pc_document* documents, size_t count,
                                                  const pc_load_options* options, pc_reports** reports);
/* Every mistake in one file by itself: a document (of any scope), a fragment or a resolver. `options` may be null; its resolvers and
 * operation_id are not looked at. */
PORTCULLIS_C_API pc_status pc_check(const pc_library* library, const pc_source* file, const pc_load_options* options, pc_reports** reports);

/* What a program will ask its host for, known at load. */
typedef struct pc_requirements {
  size_t size;
  int reads_request_body; /* 0: stream it past */
  int reads_response_body;
} pc_requirements;
PORTCULLIS_C_API pc_status pc_program_requirements(const pc_program* program, pc_requirements* requirements);

PORTCULLIS_C_API size_t pc_reports_count(const pc_reports* reports);
/* As people read it, zero-terminated. */
PORTCULLIS_C_API const char* pc_reports_text(const pc_reports* reports, size_t index);
PORTCULLIS_C_API int pc_reports_is_error(const pc_reports* reports, size_t index);
typedef struct pc_report {
  size_t size;
  pc_text code; /* "PC4012" */
  int is_error;
  pc_text file;
  uint32_t line, column; /* 1-based, a column is one code point; 0: about no place */
  uint32_t end_line, end_column;
  pc_text message;
  pc_text help; /* may be empty */
} pc_report;
PORTCULLIS_C_API pc_status pc_reports_get(const pc_reports* reports, size_t index, pc_report* report);
PORTCULLIS_C_API void pc_reports_free(pc_reports* reports);

/* ---- running ---------------------------------------------------------------------------------------------------------- */

typedef struct pc_request {
  size_t size;
  pc_text method;
  pc_text url; /* absolute */
  const pc_header* headers;
  size_t header_count;
  pc_text body; /* null data: no body */
  pc_text ip_address;
  pc_text subscription_id; /* null data: no subscription */
  uint8_t request_id[16];  /* a Guid in .NET's byte order */
  pc_text certificate_pem; /* of the caller, its chain behind it; null data: none */
  const pc_header* matched_parameters; /* of the operation's URL template */
  size_t matched_parameter_count;
  int body_streams;     /* 1: there is a body, which the host has (`body` is not looked at); see PC_EFFECT_READ_BODY and pc_effect.body_streams */
  pc_text original_url; /* as the caller sent it; null data: the same as `url` */
  size_t base_path_size; /* how many bytes at the start of the path of `url` belong to the API's service URL */
} pc_request;

/* ---- what `context` shows beside the request; all borrowed until pc_execution_free ------------------------------------------- */

/* Times are milliseconds since 1970-01-01T00:00Z. */
typedef struct pc_subscription {
  size_t size;
  pc_text id, name, key, primary_key, secondary_key;
  int64_t created;
  int has_start, has_end;
  int64_t start, end;
} pc_subscription;

typedef struct pc_group {
  pc_text id, name;
} pc_group;
typedef struct pc_identity {
  pc_text id, provider;
} pc_identity;
typedef struct pc_user {
  size_t size;
  pc_text id, email, first_name, last_name, note;
  int64_t registered;
  const pc_group* groups;
  size_t group_count;
  const pc_identity* identities;
  size_t identity_count;
} pc_user;

typedef struct pc_api {
  size_t size;
  pc_text id, name, path, revision, version;
  int is_current_revision;
  pc_text service_url; /* null data: none */
  const pc_text* protocols;
  size_t protocol_count;
  pc_text key_header, key_query; /* names that a subscription key comes under; null data: the default ones */
  pc_text workspace_id, workspace_name; /* null data: in no workspace */
} pc_api;

typedef struct pc_operation {
  size_t size;
  pc_text id, name, method, url_template;
} pc_operation;

typedef struct pc_product {
  size_t size;
  pc_text id, name;
  int published, approval_required, subscription_required;
  int has_subscription_limit;
  int32_t subscription_limit;
  const pc_group* groups;
  size_t group_count;
  const pc_api* apis;
  size_t api_count;
} pc_product;

typedef struct pc_certificate {
  pc_text id;
  pc_text pem;      /* PEM, or a PKCS#12 file as its bytes or in base64 */
  pc_text password; /* of a PKCS#12 file or an encrypted key; may be empty */
} pc_certificate;
typedef struct pc_deployment {
  size_t size;
  pc_text region, service_id, service_name, gateway_id, gateway_instance_id; /* null data: the default */
  int is_managed;
  const pc_certificate* certificates;
  size_t certificate_count;
  const pc_certificate* authorities; /* whom validate-client-certificate trusts; nobody else */
  size_t authority_count;
  uint16_t dapr_port; /* 0: 3500 */
} pc_deployment;

typedef struct pc_last_error {
  size_t size;
  pc_text source, reason, message, scope, section, path, policy_id;
} pc_last_error;

typedef struct pc_pool_member {
  pc_text id;
  int32_t priority, weight;
} pc_pool_member;
typedef struct pc_status_range {
  uint16_t min, max; /* both included */
} pc_status_range;
typedef struct pc_circuit_breaker {
  pc_text name;
  int64_t failure_count;      /* 0: the percentage counts */
  int32_t failure_percentage;
  int64_t interval_milliseconds, trip_milliseconds;
  const pc_status_range* status_ranges;
  size_t status_range_count;
  const pc_text* error_reasons;
  size_t error_reason_count;
  int accept_retry_after;
  uint16_t failure_status; /* what callers get while it is open; 0: 503 */
} pc_circuit_breaker;
typedef struct pc_backend {
  pc_text id, url;
  const pc_header* credential_headers;
  size_t credential_header_count;
  const pc_header* credential_query;
  size_t credential_query_count;
  pc_text authorization;
  pc_text client_certificate_pem;
  int skip_peer_check, skip_host_check; /* of its TLS certificate */
  const pc_pool_member* pool; /* with any, a pool */
  size_t pool_count;
  pc_text affinity_cookie; /* empty: no affinity */
  const pc_circuit_breaker* circuit_breakers;
  size_t circuit_breaker_count;
  pc_text identity_resource, identity_client_id; /* a token of the managed identity is sent; empty: none */
  pc_text proxy_url, proxy_username, proxy_password;
  pc_text azure_region;
} pc_backend;

typedef struct pc_given_variable {
  pc_text name;
  pc_text type; /* empty: by the JSON value's own kind */
  pc_text json;
} pc_given_variable;

typedef enum pc_admission {
  PC_ADMITTED = 0,
  PC_PREFLIGHT = 1, /* a CORS preflight: only `cors` answers it */
  PC_OPERATION_NOT_FOUND = 2,
  PC_SUBSCRIPTION_KEY_MISSING = 3,
  PC_SUBSCRIPTION_KEY_INVALID = 4
} pc_admission;

/* Null pointers: null in expressions (of `deployment`: the default one). */
typedef struct pc_context {
  size_t size;
  const pc_subscription* subscription; /* goes before pc_request.subscription_id */
  const pc_user* user;
  const pc_product* product;
  const pc_api* api;
  const pc_operation* operation;
  const pc_deployment* deployment;
  const pc_last_error* last_error;
  const pc_backend* backends; /* null: the host resolves their ids itself, see pc_effect.backend_id */
  size_t backend_count;
  const pc_given_variable* variables;
  size_t variable_count;
  pc_admission admission;
  int tracing; /* what context.Tracing shows */
} pc_context;

/* In-process counters, caches, vectors, concurrency slots, tokens and fetched documents, shared by any number of threads. */
PORTCULLIS_C_API pc_stores* pc_stores_new(void);
PORTCULLIS_C_API void pc_stores_free(pc_stores* stores); /* after the executions that use them */
/* A token of the managed identity that the host has already; `client_id` may be empty. */
PORTCULLIS_C_API pc_status pc_stores_put_token(pc_stores* stores, pc_text resource, pc_text client_id, pc_text token,
                                               int64_t expires_at_unix_seconds);

typedef struct pc_options {
  size_t size;
  uint64_t max_steps;   /* of one expression; 0: the default */
  size_t memory_bytes;  /* of one execution; 0: the default */
  void* memory;         /* used before the heap; borrowed until pc_execution_free; may be null */
  size_t memory_size;
  pc_stores* stores;             /* borrowed; null: operations on counters, caches and tokens become effects */
  int64_t now_unix_milliseconds; /* what the clock shows during this execution; 0: the system's clock */
  int changes_only;              /* 1: the call of the backend says what policies changed; see pc_effect.only_changes */
  const pc_context* context;     /* may be null */
  int collect_trace;             /* 1: for pc_execution_trace */
  uint32_t max_call_depth;       /* 0, here and below: the default */
  uint32_t max_regex_matches;    /* PCRE2's match limit */
  uint32_t max_json_depth;
} pc_options;

/* `options` may be null. */
PORTCULLIS_C_API pc_execution* pc_execution_new(const pc_program* program, const pc_request* request, const pc_options* options);
PORTCULLIS_C_API void pc_execution_free(pc_execution* execution);
/* Runs until it is done (PC_DONE) or needs replies (PC_WAITING). */
PORTCULLIS_C_API pc_status pc_execution_resume(pc_execution* execution);

typedef enum pc_effect_kind {
  PC_EFFECT_HTTP_CALL = 0, /* to a backend, or a callout: reply with a response or a failure */
  PC_EFFECT_TOKEN = 1,     /* an access token of the managed identity: url is the resource */
  PC_EFFECT_READ_BODY = 2, /* a streaming body has to be buffered: reply with its bytes */
  PC_EFFECT_DELAY = 3,     /* wait `timeout_milliseconds`: reply done */
  PC_EFFECT_STORE = 4,     /* a counter, cache or concurrency operation without a store: reply done, which means "let it pass" */
  PC_EFFECT_AUTHORIZATION = 5, /* the token of a stored connection: method is the provider, url the connection, body a token of who asks */
  PC_EFFECT_EVENT = 6,   /* log-to-eventhub, no reply: name is the logger, body the event; headers: partition-id or partition-key, or none */
  PC_EFFECT_MESSAGE = 7, /* send-service-bus-message, reply done or a failure: url is the namespace's host, method `queue` or `topic`, name
                            which one, client_id the identity, headers the application properties, body the message */
  PC_EFFECT_METRIC = 8,  /* emit-metric and the like, no reply: url is the namespace, name the metric, value the sample, headers the
                            dimensions */
  PC_EFFECT_SQL = 11, /* url is the connection string, body the statements, headers the parameters (name with @, value as JSON): reply with a
                         body, the last statement's rows as a JSON array of objects */
  PC_EFFECT_SUBSCRIPTION_EVENT = 12 /* url is the field of the Subscription type, body the JSON for its subscribers; no reply */
} pc_effect_kind;

typedef struct pc_effect {
  size_t size;
  uint32_t id;
  pc_effect_kind kind;
  int needs_reply;
  int is_backend; /* forward-request; otherwise a side call */
  pc_text method;
  pc_text url;
  const pc_header* headers;
  size_t header_count;
  pc_text body;
  int64_t timeout_milliseconds;
  pc_text client_certificate_pem; /* with its private key: to be presented in the TLS handshake; null data: none */
  pc_text backend_id; /* set-backend-service backend-id: the host knows its URL; null data: none */
  pc_text name;       /* of a logger, queue, topic or metric */
  pc_text client_id;  /* of a user-assigned identity, also of a token; empty: the system-assigned one */
  double value;       /* of a sample */
  /* 1 for the backend's call with pc_options.changes_only: the host passes the caller's request on without the lines of
     `removed_headers`, and adds `headers`; `url` has null data when no policy touched it. */
  int only_changes;
  const pc_text* removed_headers;
  size_t removed_header_count;
  /* Of a call. */
  pc_text policy;        /* the element that makes it */
  int body_streams;      /* 1: send the caller's body as it arrives; of PC_EFFECT_READ_BODY: it is the response's that is wanted */
  int follow_redirects;
  int stream_response;   /* 1: pass chunks on as they come */
  int ignores_response_body; /* 1: nobody reads the response's body here: stream it to the caller */
  int http_version;      /* 1: 1.1; 2: 2, or 1.1 where that is not there; 3: only 2 */
  int64_t continue_timeout_milliseconds; /* -1: none */
  pc_text proxy_url, proxy_username, proxy_password; /* empty: none */
  int skip_peer_check, skip_host_check;
} pc_effect;

/* The next effect asked for, 1; or 0 when there is none. */
PORTCULLIS_C_API int pc_execution_next_effect(pc_execution* execution, pc_effect* effect);

typedef struct pc_response {
  size_t size;
  int status;
  pc_text reason;
  const pc_header* headers;
  size_t header_count;
  pc_text body; /* null data: none */
  int streams;  /* 1: there is a body, which the host has and passes on (see pc_execution_pass); `body` is not looked at */
} pc_response;

typedef enum pc_failure { PC_FAILURE_TIMEOUT = 0, PC_FAILURE_CONNECTION = 1, PC_FAILURE_CLIENT_GONE = 2, PC_FAILURE_REFUSED = 3 } pc_failure;

/* Replies are taken in by the next pc_execution_resume. */
PORTCULLIS_C_API pc_status pc_execution_reply_response(pc_execution* execution, uint32_t effect_id, const pc_response* response);
PORTCULLIS_C_API pc_status pc_execution_reply_token(pc_execution* execution, uint32_t effect_id, pc_text token, int64_t expires_at_unix_seconds);
/* `claims_json`: the other members of the provider's answer, a JSON object; may be empty. */
PORTCULLIS_C_API pc_status pc_execution_reply_authorization(pc_execution* execution, uint32_t effect_id, pc_text access_token, pc_text claims_json);
PORTCULLIS_C_API pc_status pc_execution_reply_body(pc_execution* execution, uint32_t effect_id, pc_text body);
PORTCULLIS_C_API pc_status pc_execution_reply_done(pc_execution* execution, uint32_t effect_id);
PORTCULLIS_C_API pc_status pc_execution_reply_failure(pc_execution* execution, uint32_t effect_id, pc_failure failure, pc_text message);

/* What the caller gets; only when done. */
PORTCULLIS_C_API pc_status pc_execution_response(pc_execution* execution, pc_response* response);

/* What becomes of a piece of a response body that streams. */
typedef struct pc_passage {
  size_t size;
  pc_text forward; /* to be sent on now; lives until the next call about this body */
  int cut;         /* 1: a policy ends the stream: send `forward`, then close; the body is settled */
  int waiting;     /* 1: answer what pc_execution_next_effect gives, then call pc_execution_resume_passage */
} pc_passage;

/* 1 when done with a body that streams and that policies want to see. */
PORTCULLIS_C_API int pc_execution_watches_body(pc_execution* execution);
/* The next piece, borrowed for the call. PC_WRONG_STATE when nothing is watched, or an earlier passage is waiting. */
PORTCULLIS_C_API pc_status pc_execution_pass(pc_execution* execution, pc_text piece, pc_passage* passage);
/* Takes in the reply; texts of a reply need to live for this call only. */
PORTCULLIS_C_API pc_status pc_execution_resume_passage(pc_execution* execution, pc_passage* passage);
/* The body is over; `complete` 0: it broke off, or the caller went away. Effects that come now want no reply. */
PORTCULLIS_C_API pc_status pc_execution_finish(pc_execution* execution, int complete, pc_passage* passage);

typedef struct pc_variable {
  size_t size;
  pc_text name;
  pc_text type;       /* "string", "int", "JObject", "null" */
  pc_text value_json; /* docs/interfaces.md, Batches */
} pc_variable;

/* The context variable at `index`, as it is when index 0 is asked for: 1; or 0 when there is none. Texts live until index 0 is asked for
 * again. Between resumes and when done. */
PORTCULLIS_C_API int pc_execution_variable(pc_execution* execution, size_t index, pc_variable* variable);

typedef struct pc_trace_entry {
  size_t size;
  pc_text section, scope;
  pc_text policy; /* empty: the pipeline itself */
  pc_text path;   /* "choose[1]/when[2]/set-header[1]" */
  pc_text file;
  uint32_t line, column;
  pc_text source, message, severity;
  const pc_header* metadata;
  size_t metadata_count;
  int64_t elapsed_nanoseconds;  /* since the request arrived */
  int64_t duration_nanoseconds; /* of the step, when this is its end */
  int is_step_end;
  int is_custom; /* of the trace policy or context.Trace */
} pc_trace_entry;

/* The entry at `index`, as pc_execution_variable does. None without pc_options.collect_trace. */
PORTCULLIS_C_API int pc_execution_trace(pc_execution* execution, size_t index, pc_trace_entry* entry);
/* What context.LastError shows: 1; or 0 when there is none. */
PORTCULLIS_C_API int pc_execution_last_error(pc_execution* execution, pc_last_error* error);
/* The request as policies left it, its method, url, headers and body. */
PORTCULLIS_C_API pc_status pc_execution_request(pc_execution* execution, pc_request* request);
/* Why a variable of pc_context could not be made; empty: all is well. */
PORTCULLIS_C_API pc_text pc_execution_problem(const pc_execution* execution);

typedef struct pc_cost {
  size_t size;
  uint64_t steps;
  size_t arena_bytes;
} pc_cost;
PORTCULLIS_C_API pc_status pc_execution_cost(const pc_execution* execution, pc_cost* cost);

#ifdef __cplusplus
}
#endif

#endif /* PORTCULLIS_PORTCULLIS_H */
