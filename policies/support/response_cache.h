// The response cache: what cache-lookup leaves for cache-store, keys, entries, and the headers that tell caches behind
// us what they may do. source: caching.md#1, #2
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"
#include "policies/support/value_cache.h"

namespace portcullis {

enum class DownstreamCaching : std::uint8_t { kNone, kPrivate, kPublic };

/// One cache-lookup that ran in this request.
struct ResponseCacheLookup {
  Scope scope = Scope::kApi;
  bool is_cacheable = false;  // false: cache-store does nothing
  bool keeps_private = false;
  bool must_revalidate = true;
  DownstreamCaching downstream = DownstreamCaching::kNone;
  CachingType caching_type = CachingType::kPreferExternal;
  std::string_view key;
  std::chrono::seconds duration{0};  // what cache-store decided
  ResponseCacheLookup* earlier = nullptr;
};

/// What makes entries differ. source: caching.md#1
struct Variation {
  bool by_developer = false;
  bool by_developer_groups = false;
  std::span<const std::string_view> headers;           // lower case
  std::span<const std::string_view> query_parameters;  // lower case; none: the whole query
};
/// The key of the current request, in the name space of responses. Lifetime: the request.
std::string_view response_key(PolicyRun& run, const Variation& variation);

/// A response as it was stored.
struct CachedResponse {
  Response* response = nullptr;
  std::chrono::seconds age{0};
  std::chrono::seconds left{0};
};
/// Nothing when `bytes` are no entry of ours, or one that is over.
std::optional<CachedResponse> read_entry(PolicyRun& run, std::string_view bytes);
/// The entry of a response with a buffered body; empty when it cannot be kept. Lifetime: the request.
std::string_view write_entry(PolicyRun& run, const Response& response, const ResponseCacheLookup& lookup);

/// Over 2 MiB, as far as that is known. source: rate-and-cache-distribution.md#4 (chosen)
bool is_too_large(PolicyRun& run, const Response& response);

/// Where outbound goes on after a hit: behind the last of these policies in the lookup's own document, else in any; the
/// end when there is none.
std::size_t behind_store(std::span<const FlowOp> outbound, std::initializer_list<const PolicySpec*> stores, Scope scope);

/// Cache-Control for who sits between us and the caller. source: caching.md#1 (chosen)
void write_downstream_headers(PolicyRun& run, Response& response, const ResponseCacheLookup& lookup,
                              std::chrono::seconds left);

}  // namespace portcullis
