// llm-semantic-cache-store and azure-openai-semantic-cache-store: keeps the answer as it is now beside the vector that
// the lookup made of its prompt. source: llm-semantic-cache-store-policy, azure-openai-semantic-cache-store-policy
//
//     0  decide     whether it is stored at all; a body that streams past is only read when it is
//     1  store
//
// Without a lookup there is no vector, and nothing is stored. source: ai-gateway.md#4
#include "base/text.h"
#include "engine/pipeline/core.h"
#include "engine/policy/codes.h"
#include "policies/support/model_call.h"
#include "policies/support/response_cache.h"
#include "policies/support/semantic_cache.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct StoreAnswer {
  Setting<std::int64_t> duration;
  Setting<bool> cache_response;
};

constexpr AttributeSpec kAttributes[] = {
    required<&StoreAnswer::duration>("duration"),
    optional<&StoreAnswer::cache_response>("cache-response"),
};

void check(Reader& reader, const Element& element, void* config) {
  const auto& duration = static_cast<const StoreAnswer*>(config)->duration;
  const Attribute* attribute = element.find("duration");
  if (attribute != nullptr && attribute->value.is_literal() && duration.literal <= 0)
    reader.warn(attribute->value.span, policy_code::kSuspicious, "with this duration nothing is ever stored");
}

// The lookup of the same document, else the last one that ran.
const SemanticLookup* matching_lookup(PolicyRun& run) {
  const ModelCall* call = run.core().model_call;
  if (call == nullptr) return nullptr;
  for (const SemanticLookup* lookup = call->lookups; lookup != nullptr; lookup = lookup->earlier) {
    if (lookup->scope == run.step().scope) return lookup;
  }
  return call->lookups;
}

Outcome pass(PolicyRun& run, const FlowOp& op, std::string_view why) {
  if (run.tracing()) run.trace(joined("The answer is not stored: ", why, "."));
  run.jump(op.target);
  return Outcome::kContinue;
}

/// How long the answer is kept, decided before its body is read. Lies in the arena.
Outcome decide(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const StoreAnswer*>(op.config);
  const SemanticLookup* lookup = matching_lookup(run);
  const Response* response = run.exchange().response;
  if (lookup == nullptr) return pass(run, op, "no semantic-cache lookup made a vector of the prompt");
  if (lookup->is_answered) return pass(run, op, "it comes from the cache");
  if (response == nullptr || is_event_stream(run, *response)) return pass(run, op, "it is a stream");
  bool stores_all = false;
  if (!run.get(config.cache_response, stores_all)) return Outcome::kFail;
  if (config.cache_response.is_present ? !stores_all : response->status != 200)
    return pass(run, op, "its status is not to be cached");
  if (is_too_large(run, *response)) return pass(run, op, "it is larger than 2 MiB");
  return Outcome::kContinue;
}

Outcome store(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const StoreAnswer*>(op.config);
  std::int64_t seconds = 0;
  if (!run.get(config.duration, seconds)) return Outcome::kFail;
  if (seconds <= 0) {
    if (run.tracing()) run.trace("The answer is not stored: the duration is over at once.");
    return Outcome::kContinue;
  }
  const SemanticLookup& lookup = *matching_lookup(run);
  Response& response = *run.exchange().response;
  const ResponseCacheLookup form{.duration = std::chrono::seconds(seconds)};
  const std::string_view entry = is_too_large(run, response) ? std::string_view() : write_entry(run, response, form);
  if (entry.empty()) {
    if (run.tracing()) run.trace("The answer is not stored: it is larger than 2 MiB.");
    return Outcome::kContinue;
  }
  run.notify(VectorOperation{.kind = VectorOperation::Kind::kStore,
                             .partition = lookup.partition,
                             .vector = lookup.vector,
                             .value = entry,
                             .lifetime = std::chrono::seconds(seconds)});
  if (run.tracing()) run.trace(joined("The answer was stored for ", seconds, " seconds."));
  return Outcome::kContinue;
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  const std::uint32_t at = flow.emit({.run = &decide, .config = config});
  flow.emit({.run = &store, .config = config, .needs = kNeedsResponseBody});
  flow.at(at).target = flow.here();
}

constexpr SectionSet kOutboundOnly = bit(Section::kOutbound);

constexpr PolicySpec spec_named(std::string_view name) {
  return flow_policy<StoreAnswer>(name, element_of<StoreAnswer>(kAttributes), &emit)
      .in(kOutboundOnly)
      .at(kSemanticCacheScopes)
      .checked_by(&check)
      .once();
}

}  // namespace

const PolicySpec kLlmSemanticCacheStore = spec_named("llm-semantic-cache-store");
const PolicySpec kAzureOpenaiSemanticCacheStore = spec_named("azure-openai-semantic-cache-store");

}  // namespace portcullis
