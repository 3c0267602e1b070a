// The request as a call of a language model, and what it cost: shared by the AI policies of one request, so that a body
// is read once and every policy counts the same. source: ai-gateway.md#1
//
//     inbound   policy: model_call, watch_counts
//     before outbound   the answer is read (a JSON body that streams is buffered); counts are known
//     at the end        an event stream that still streams gets a watcher; counts are known when it is over
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "policies/support/model_exchange.h"

namespace portcullis {

/// What a call cost.
struct TokenCounts {
  std::int64_t prompt = 0;
  std::int64_t completion = 0;
  std::int64_t total = 0;
  std::optional<std::int64_t> cached, reasoning;  // only when reported
  bool is_known = false;  // false: no answer, a refusal of the backend, or no call of a model; the counts are 0
};

/// A policy that waits for the counts.
struct CountListener {
  /// The stream whose counts were awaited is over. May `notify`.
  void (*at_stream_end)(PolicyRun& run, void* state, const TokenCounts& counts) = nullptr;
  void* state = nullptr;
  FlowOp op;  // whose step it is
  CountListener* next = nullptr;
};

/// Lies in the arena.
struct ModelCall {
  ModelRequest request;
  std::string_view body;  // of the request, decoded
  const char* read_from = nullptr;
  std::int64_t prompt_tokens = -1;  // the estimate; -1: not made yet
  bool is_prompt_encoded = false;
  bool has_answer = false;  // outbound was reached
  bool from_cache = false;  // of semantic answers: costs nothing
  bool is_counted = false;
  TokenCounts counts;
  CountListener* listeners = nullptr;
  struct SemanticLookup* lookups = nullptr;
  struct SafetyCheck* safety_checks = nullptr;
};

/// The request as it stands now. An undocumented `prompt-type` wins over what path and body say.
ModelCall& model_call(PolicyRun& run, ModelApi prompt_type = ModelApi::kNone);
/// By the rules of TokenTally; made once.
std::int64_t estimated_prompt(PolicyRun& run, ModelCall& call);

/// In inbound. `on_counts` runs before outbound and again at the end, with the state as its operation's `config`; it
/// looks at `ModelCall::is_counted`. After a stream, `at_stream_end` runs instead.
void watch_counts(PolicyRun& run, ModelCall& call, Outcome (*on_counts)(PolicyRun&, const FlowOp&),
                  void (*at_stream_end)(PolicyRun&, void*, const TokenCounts&), void* state);

/// The entity's certificate, TLS checks and proxy.
void connect_as(const BackendView& backend, HttpCall& call);

/// text/event-stream.
bool is_event_stream(PolicyRun& run, const Response& response);
/// `Content-Encoding` that hides the text of a stream.
bool is_encoded(PolicyRun& run, const Message& message);
/// The decoded body, with the message left as it is; nullopt when it cannot be decoded.
std::optional<std::string_view> decoded_body(PolicyRun& run, const Message& message);

}  // namespace portcullis
