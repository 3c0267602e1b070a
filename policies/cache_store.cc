// cache-store: puts the response as it is now under the key of cache-lookup. source: cache-store-policy
//
//     0  decide     whether it is stored at all; a body that streams past is only read when it is
//     1  store
//
// `cache-response` true keeps every status, absent only 200, false nothing. The backend's own Cache-Control does not
// matter. Event streams and bodies over 2 MiB are let pass. source: caching.md#2 (chosen)
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/response_cache.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct StoreResponse {
  Setting<std::int64_t> duration;
  Setting<bool> cache_response;
  std::string_view caching_mode;  // in the schema, without a meaning
};

constexpr AttributeSpec kAttributes[] = {
    required<&StoreResponse::duration>("duration"),
    optional<&StoreResponse::cache_response>("cache-response"),
    optional<&StoreResponse::caching_mode>("caching-mode"),
};

// The lookup of the same document, else the last one that ran.
ResponseCacheLookup* matching_lookup(PolicyRun& run) {
  ResponseCacheLookup* last = run.exchange().cache_lookups;
  for (ResponseCacheLookup* lookup = last; lookup != nullptr; lookup = lookup->earlier) {
    if (lookup->scope == run.step().scope) return lookup;
  }
  return last;
}

bool is_event_stream(PolicyRun& run, const Response& response) {
  const std::string_view type = trim_ascii(response.headers.joined(HeaderName("Content-Type"), run.arena()));
  return equals_ignoring_ascii_case(type.substr(0, std::min(type.find(';'), type.size())), "text/event-stream");
}

Outcome pass(PolicyRun& run, const FlowOp& op, std::string_view why) {
  if (run.tracing()) run.trace(why);
  run.jump(op.target);
  return Outcome::kContinue;
}

Outcome decide(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const StoreResponse*>(op.config);
  const Exchange& exchange = run.exchange();
  ResponseCacheLookup* lookup = matching_lookup(run);
  if (lookup == nullptr || !lookup->is_cacheable)
    return pass(run, op, "The response is not stored: no cache-lookup made it cacheable.");
  if (exchange.request.method != "GET" || exchange.response == nullptr)
    return pass(run, op, "The response is not stored: only answers to GET are.");
  bool stores_all = false;
  if (!run.get(config.cache_response, stores_all)) return Outcome::kFail;
  if (config.cache_response.is_present ? !stores_all : exchange.response->status != 200)
    return pass(run, op, "The response is not stored: its status is not to be cached.");
  std::int64_t seconds = 0;
  if (!run.get(config.duration, seconds)) return Outcome::kFail;
  if (seconds <= 0) {
    run.notify(CacheOperation{
        .kind = CacheOperation::Kind::kRemove, .key = lookup->key, .where = where_of(lookup->caching_type)});
    return pass(run, op, "The response is not stored: the duration is over at once.");
  }
  if (is_event_stream(run, *exchange.response) || is_too_large(run, *exchange.response))
    return pass(run, op, "The response is not stored: an event stream, or larger than 2 MiB.");
  lookup->duration = std::chrono::seconds(seconds);
  return Outcome::kContinue;
}

Outcome store(PolicyRun& run, const FlowOp&) {
  Response& response = *run.exchange().response;
  const ResponseCacheLookup& lookup = *matching_lookup(run);
  const bool fits = !is_too_large(run, response);
  const std::string_view entry = fits ? write_entry(run, response, lookup) : std::string_view();
  if (entry.empty()) {
    if (run.tracing()) run.trace("The response is not stored: it is larger than 2 MiB.");
    return Outcome::kContinue;
  }
  run.notify(CacheOperation{.kind = CacheOperation::Kind::kSet,
                            .key = lookup.key,
                            .value = entry,
                            .lifetime = lookup.duration,
                            .where = where_of(lookup.caching_type)});
  write_downstream_headers(run, response, lookup, lookup.duration);
  if (run.tracing()) run.trace(joined("The response was stored for ", lookup.duration.count(), " seconds."));
  return Outcome::kContinue;
}

void check(Reader& reader, const Element& element, void* config) {
  const auto& duration = static_cast<const StoreResponse*>(config)->duration;
  const Attribute* attribute = element.find("duration");
  if (attribute != nullptr && attribute->value.is_literal() && duration.literal <= 0) {
    reader.warn(attribute->value.span, policy_code::kSuspicious, "with this duration nothing is ever stored");
  }
}

void emit(FlowBuilder& flow, const Element&, const void* config) {
  const std::uint32_t at = flow.emit({.run = &decide, .config = config});
  flow.emit({.run = &store, .config = config, .needs = kNeedsResponseBody});
  flow.at(at).target = flow.here();
}

constexpr SectionSet kOutboundOnly = bit(Section::kOutbound);

}  // namespace

const PolicySpec kCacheStore = flow_policy<StoreResponse>("cache-store", element_of<StoreResponse>(kAttributes), &emit)
                                   .in(kOutboundOnly)
                                   .checked_by(&check)
                                   .once();

}  // namespace portcullis
