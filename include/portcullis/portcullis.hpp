// Portcullis: policy documents of Azure API Management, loaded and run inside your proxy.
//
//     auto library = portcullis::make_library();                                   // once
//     auto loaded = portcullis::load(*library, {.documents = documents});          // once for each API: thread-safe, immutable
//     portcullis::Execution execution(loaded.program, context, options);           // for each request
//     for (auto step = execution.resume(); !step.done(); step = execution.resume(replies)) replies = perform(step.effects);
//     send(execution.response());
//
// Nothing here blocks, opens sockets, or reads a clock that you did not give it. Nothing throws but std::bad_alloc.
//
//   states of an Execution      resume()          resume(replies)
//        created ─────────────────▶ waiting ◀─────────────┐
//           │                          │ ───── effects ────┘
//           └───────────▶ done ◀───────┘            any other call: Status::kWrongState
//
// Done with a body that streams, which policies want to see (`watches_response_body`): give each piece to `pass` and send on what it
// says; `finish` after the last. See docs/streaming.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "portcullis/exchange.hpp"
#include "portcullis/passage.hpp"
#include "portcullis/stores.hpp"
#include "portcullis/tokens.hpp"

namespace portcullis {

struct Program;  // a loaded policy; opaque, immutable, shared by threads
class Library;   // the .NET types and the policies; opaque

/// The .NET types and all built-in policies. Takes well under a millisecond; one for each process is enough.
/// Threads: any number may load with it. It must outlive the programs loaded with it, which keep a reference.
std::shared_ptr<const Library> make_library();

// ---- loading --------------------------------------------------------------------------------------------------------------

struct PolicyText {
  Scope scope = Scope::kApi;
  std::string_view name;  // for messages: usually the file's path
  std::string_view text;  // either way of writing: escaped or raw
};
struct FragmentText {
  std::string_view id;
  std::string_view name;
  std::string_view text;
};
struct NamedValueText {
  std::string_view name;
  std::string_view value;
};

/// What describes the API: an OpenAPI 2 or 3 document (JSON or YAML), a GraphQL schema (SDL), a WSDL, an XML schema or an OData model
/// (EDMX). Told apart by their content. The validate-* policies and mock-response work by it.
struct DescriptionText {
  std::string_view name;  // for messages
  std::string_view text;
};
/// A schema that `validate-content schema-id` names: a JSON schema (JSON or YAML) or an XML schema.
struct SchemaText {
  std::string_view id;
  std::string_view name;
  std::string_view text;
};

/// What resolves one field of a synthetic GraphQL API: a document whose root is a data source.
struct ResolverText {
  std::string_view field;  // "Query/users": type and field of the schema
  std::string_view name;   // for messages
  std::string_view text;
};

/// What to load. Borrowed for the call.
struct LoadRequest {
  std::span<const PolicyText> documents;  // at most one a scope
  std::span<const FragmentText> fragments = {};
  std::span<const NamedValueText> named_values = {};
  std::span<const DescriptionText> descriptions = {};
  std::span<const SchemaText> schemas = {};
  /// With any, the API is synthetic: forward-request executes the query by the schema among `descriptions`.
  std::span<const ResolverText> resolvers = {};
  /// Whose requests these are, by the description's id, when the context will not say (`ContextView::operation` goes first).
  std::string_view operation_id = {};
  /// Ids of the service's loggers, which log-to-eventhub names; nullopt: not known, any name will do.
  std::optional<std::span<const std::string_view>> loggers = {};
  bool allow_nested_fragments = false;
  bool strict_members = false;  // refuse .NET members beyond the documented allow-list
};

/// One mistake (or warning) in what was loaded. Lines and columns are 1-based; a column is one code point.
struct Report {
  std::string code;  // "PC4012"
  bool is_error = true;
  std::string file;
  std::uint32_t line = 0, column = 0;  // 0: about no place
  std::uint32_t end_line = 0, end_column = 0;
  std::string message;
  std::string help;
  std::vector<std::string> notes;
  std::string text;      // as people read it, with the line and the culprit underlined
  std::string coloured;  // the same for a terminal
};

struct Loaded {
  std::shared_ptr<const Program> program;  // null when there are errors
  std::vector<Report> reports;
};
Loaded load(const Library& library, const LoadRequest& request);

/// A file to check by itself: a document (as of API scope, with no scopes around it), a fragment or a resolver.
struct CheckedText {
  std::string_view name;
  std::string_view text;
};
struct CheckOptions {
  bool strict_members = false;
  bool keep_unknown_named_values = false;  // leave {{names}} that are not given as they are
  std::span<const DescriptionText> descriptions = {};
  std::span<const SchemaText> schemas = {};  // with none, and no description, ids of schemas are not checked
  std::optional<std::span<const std::string_view>> loggers = {};  // as in LoadRequest
};
/// Every mistake in one file.
std::vector<Report> check(const Library& library, const CheckedText& file, std::span<const FragmentText> fragments,
                          std::span<const NamedValueText> named_values, const CheckOptions& options = {});

/// What a program will ask its host for, known at load.
struct Requirements {
  bool reads_request_body = false;   // false: stream it past
  bool reads_response_body = false;
};
Requirements requirements(const Program& program);

// ---- running ----------------------------------------------------------------------------------------------------------------

/// A variable of `context.Variables` before the start; `type` and `json` as in the context format.
struct VariableText {
  std::string_view name;
  std::string_view type;  // empty: by the JSON value's own kind
  std::string_view json;
};

struct ExecutionOptions {
  RunLimits limits;
  Stores stores;                              // borrowed; any may be null
  Environment* environment = nullptr;         // borrowed; null: the system's clock and random source
  const TokenCounter* token_counter = nullptr;  // borrowed; null: tokens are estimated from the bytes
  std::span<std::byte> memory = {};           // borrowed; used before the heap
  bool collect_trace = false;
  /// The call of the backend says what policies changed (HttpCall::only_changes) instead of all of it: for proxies that pass requests
  /// on by themselves. It saves the list of all header lines and the URL's text.
  bool changes_only = false;
  std::span<const VariableText> variables = {};  // borrowed for the call
};

enum class Status : std::uint8_t { kOk, kWrongState, kUnknownEffect, kWrongReply, kInternalError };

struct Step {
  enum class State : std::uint8_t { kWaiting, kDone } state = State::kWaiting;
  /// New since the last resume. Several at once for `wait`. Those without `needs_reply` may be performed at leisure.
  std::span<const Effect> effects;
  Status status = Status::kOk;
  [[nodiscard]] bool done() const { return state == State::kDone; }
};

struct VariableView {
  std::string_view name;
  std::string type;       // "string", "JObject", "null"
  std::string value_json; // as docs/interfaces.md, "Batches", says
};

struct TraceView {
  std::string_view section, scope;
  std::string_view policy;       // element name; empty for the pipeline itself
  std::string_view path;         // "choose[1]/when[2]/set-header[1]"
  std::string_view file;
  std::uint32_t line = 0, column = 0;
  std::string_view source, message, severity;
  std::span<const ParameterView> metadata;
  std::chrono::nanoseconds elapsed{0};  // since the request arrived
  std::chrono::nanoseconds duration{0};
  bool is_step_end = false;             // the step's closing entry: `duration` is set
  bool is_custom = false;               // from the trace policy or context.Trace
};

struct Cost {
  std::uint64_t steps = 0;
  std::size_t arena_bytes = 0;
};

/// One request on its way. Belongs to one thread at a time. Everything it returns is borrowed from it.
class Execution {
 public:
  /// `context` and all it points to must live until the Execution is destroyed.
  Execution(std::shared_ptr<const Program> program, const ContextView& context, const ExecutionOptions& options = {});
  /// Borrows the program, so that threads share no reference count: for embedders that keep it alive anyway.
  Execution(const Program& program, const ContextView& context, const ExecutionOptions& options = {});
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// Why a variable of the options could not be made (it is null then); empty: all is well.
  [[nodiscard]] std::string_view problem() const;

  /// Runs until it is done or needs replies. Replies to effects that nobody waits for any more are ignored.
  Step resume(std::span<const Reply> replies = {});

  // ---- results; valid when done ---------------------------------------------------------------------------------------
  /// What the caller gets. A body of kStream is the backend's, to be passed on.
  [[nodiscard]] ResponseView response();
  /// True when policies want to see the body of kStream that `response` names: tokens are counted in it, texts are checked.
  [[nodiscard]] bool watches_response_body() const;
  /// The next piece of that body, borrowed for the call. Memory is bounded however long the body is. While an earlier Passage is
  /// waiting, or nothing is watched: `wrong_state`, and nothing is forwarded.
  Passage pass(std::string_view chunk);
  /// Answers a Passage that is waiting.
  Passage resume_passage(std::span<const Reply> replies);
  /// The body is over; `complete` when it came to its own end, false when it broke off or the caller went away. Settles what
  /// was counted.
  Passage finish(bool complete);
  /// The request as policies left it.
  [[nodiscard]] RequestView request();
  [[nodiscard]] std::optional<LastErrorView> last_error() const;
  [[nodiscard]] std::vector<VariableView> variables();
  [[nodiscard]] std::vector<TraceView> trace() const;
  [[nodiscard]] Cost cost() const;

 private:
  struct State;
  State* state_;  // in the execution's own memory
};

/// The system's clock and random source.
std::unique_ptr<Environment> make_system_environment(std::chrono::milliseconds expression_time = std::chrono::milliseconds(5000));

// ---- expressions alone --------------------------------------------------------------------------------------------------

/// What one expression gave. Exactly one of the three shapes of docs/interfaces: a value, an exception, or errors at compile.
struct Evaluation {
  enum class Kind : std::uint8_t { kValue, kException, kErrors } kind = Kind::kValue;
  std::string type;       // of the value: "int", "List<string>", "null"; of the exception: "FormatException"
  std::string value_json; // the value as JSON text
  std::string message;    // of the exception
  std::vector<Report> reports;
};
/// `expression` is `@(…)`, `@{…}` or bare C#.
Evaluation evaluate(const Library& library, std::string_view expression, const ContextView& context,
                    const ExecutionOptions& options = {});

/// The bytes that cache-store-value keeps for a value, so that a cache can be filled beforehand. nullopt: `problem` says why.
std::optional<std::string> cache_bytes(const Library& library, const VariableText& value, std::string& problem);

/// ISO 8601 (`2024-05-17`, `2024-05-17T10:20:30.1234567Z`, with an offset) to .NET ticks of UTC; nullopt when it is none.
std::optional<Ticks> parse_ticks(std::string_view text);

std::string_view version();

}  // namespace portcullis
