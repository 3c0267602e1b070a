// cache-lookup: answers a GET from the response cache. source: cache-lookup-policy
//
// On a hit the rest of inbound and all of backend are skipped, and outbound goes on behind the cache-store that wrote
// the entry: what stands before it is in the entry already. source: caching.md#1 (chosen)
#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/exists_action.h"
#include "policies/support/http_date.h"
#include "policies/support/response_cache.h"
#include "policies/table.h"

namespace portcullis {
namespace {

constexpr Word kDownstreamWords[] = {{"none", 0}, {"private", 1}, {"public", 2}};

struct CacheLookup {
  Setting<bool> vary_by_developer;
  Setting<bool> vary_by_developer_groups;
  CachingType caching_type = CachingType::kPreferExternal;
  Setting<std::string_view> downstream = std::string_view("none");
  bool must_revalidate = true;
  Setting<bool> allow_private;
  std::span<const std::string_view> headers;
  std::span<const std::string_view> parameter_lists;  // as written: one name, or several with `;`
  std::span<std::string_view> parameters;             // lower case
};

constexpr AttributeSpec kAttributes[] = {
    optional<&CacheLookup::vary_by_developer>("vary-by-developer"),
    optional<&CacheLookup::vary_by_developer_groups>("vary-by-developer-groups"),
    optional<&CacheLookup::caching_type>("caching-type"),
    optional<&CacheLookup::downstream>("downstream-caching-type"),
    optional<&CacheLookup::must_revalidate>("must-revalidate"),
    optional<&CacheLookup::allow_private>("allow-private-response-caching"),
};
constexpr ChildSpec kChildren[] = {
    texts<&CacheLookup::headers>("vary-by-header", 0, kMany),
    texts<&CacheLookup::parameter_lists>("vary-by-query-parameter", 0, kMany),
};

std::string_view lower(Arena& arena, std::string_view text) { return arena.copy(std::string_view(ascii_lower(text))); }

std::span<std::string_view> split_names(Arena& arena, std::span<const std::string_view> lists) {
  std::size_t most = 0;
  for (const std::string_view list : lists) most += static_cast<std::size_t>(std::ranges::count(list, ';')) + 1;
  const std::span<std::string_view> names = arena.array<std::string_view>(most);
  std::size_t size = 0;
  for (const std::string_view list : lists) {
    for (std::size_t at = 0; at <= list.size();) {
      const std::size_t end = std::min(list.find(';', at), list.size());
      const std::string_view name = trim_ascii(list.substr(at, end - at));
      if (!name.empty()) names[size++] = lower(arena, name);
      at = end + 1;
    }
  }
  return names.first(size);
}

void check(Reader& reader, const Element& element, void* config) {
  auto& lookup = *static_cast<CacheLookup*>(config);
  for (const std::string_view name : {"vary-by-developer", "vary-by-developer-groups"}) {
    if (element.find(name) != nullptr) continue;
    reader.warn(element.name_span, policy_code::kSuspicious,
                joined("`cache-lookup` without `", name, "`: it is taken for `false`"),
                joined("write ", name, "=\"false\""));
  }
  check_word(reader, element, "downstream-caching-type", kDownstreamWords);
  const std::span<std::string_view> headers = reader.arena().array<std::string_view>(lookup.headers.size());
  for (std::size_t i = 0; i < headers.size(); ++i) headers[i] = lower(reader.arena(), trim_ascii(lookup.headers[i]));
  lookup.headers = headers;
  lookup.parameters = split_names(reader.arena(), lookup.parameter_lists);
}

// ---- hits ---------------------------------------------------------------------------------------------------------

bool names_tag(std::string_view list, std::string_view tag) {
  const auto strong = [](std::string_view text) { return text.starts_with("W/") ? text.substr(2) : text; };
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string_view one = trim_ascii(list.substr(at, end - at));
    if (one == "*" || (!one.empty() && strong(one) == strong(tag))) return true;
    at = end + 1;
  }
  return false;
}

std::string_view original_header(const Exchange& exchange, std::string_view name) {
  for (const HeaderView& line : exchange.view.request.headers) {
    if (equals_ignoring_ascii_case(line.name, name)) return line.value;
  }
  return {};
}

// Whether the caller has this very answer. source: caching.md#1 (chosen)
bool caller_has_it(PolicyRun& run, const Response& response) {
  if (response.status != 200) return false;
  const Exchange& exchange = run.exchange();
  const std::string_view tags = original_header(exchange, "If-None-Match");
  const std::string_view tag = trim_ascii(response.headers.joined(HeaderName("ETag"), run.arena()));
  if (!tags.empty()) return !tag.empty() && names_tag(tags, tag);
  const auto since = parse_http_date(original_header(exchange, "If-Modified-Since"));
  const auto modified = parse_http_date(response.headers.joined(HeaderName("Last-Modified"), run.arena()));
  return since.has_value() && modified.has_value() && *modified <= *since;
}

void make_not_modified(PolicyRun& run, Response& response) {
  response.status = 304;
  response.reason = reason_phrase(304);
  response.body.state = BodyState::kNone;
  response.body.content = {};
  for (const std::string_view name : {"Content-Type", "Content-Encoding", "Content-Language", "Content-Range"})
    response.headers.remove(HeaderName(name), run.arena());
}

Outcome answer(PolicyRun& run, const ResponseCacheLookup& lookup, const CachedResponse& cached) {
  Response& response = *cached.response;
  // Outer documents do not store it a second time.
  for (ResponseCacheLookup* at = run.exchange().cache_lookups; at != nullptr; at = at->earlier)
    at->is_cacheable = false;
  if (caller_has_it(run, response)) make_not_modified(run, response);
  response.headers.set("Age", number_text(run.arena(), cached.age.count()), run.arena());
  write_downstream_headers(run, response, lookup, cached.left);
  if (run.tracing()) run.trace("Cache lookup resulted in a hit. The response comes from the cache.");
  return run.continue_in_outbound(&response, behind_store(run.outbound(), {&kCacheStore}, lookup.scope));
}

// ---- the step -----------------------------------------------------------------------------------------------------

// So that the backend sends a whole answer. source: caching.md#1 (the list is chosen)
void remove_conditions(PolicyRun& run) {
  for (const std::string_view name : {"Cache-Control", "Pragma", "If-None-Match", "If-Modified-Since", "If-Match",
                                      "If-Unmodified-Since", "If-Range", "Range"})
    run.exchange().request.headers.remove(HeaderName(name), run.arena());
}

bool read_settings(PolicyRun& run, const CacheLookup& config, ResponseCacheLookup& lookup, Variation& variation) {
  std::string_view downstream;
  std::int64_t word = 0;
  if (!run.get(config.vary_by_developer, variation.by_developer) ||
      !run.get(config.vary_by_developer_groups, variation.by_developer_groups) ||
      !run.get(config.downstream, downstream) || !run.get(config.allow_private, lookup.keeps_private))
    return false;
  if (!match_word(downstream, kDownstreamWords, word)) {
    run.fail("ExpressionValueEvaluationFailure",
             joined("Expression evaluation failed. `", downstream, "` is no type of downstream caching."));
    return false;
  }
  lookup.downstream = static_cast<DownstreamCaching>(word);
  lookup.must_revalidate = config.must_revalidate;
  lookup.caching_type = config.caching_type;
  lookup.scope = run.step().scope;
  variation.headers = config.headers;
  variation.query_parameters = config.parameters;
  return true;
}

Task run(PolicyRun& run, const CacheLookup& config) {
  Exchange& exchange = run.exchange();
  ResponseCacheLookup* lookup = run.arena().make<ResponseCacheLookup>();
  lookup->earlier = exchange.cache_lookups;
  exchange.cache_lookups = lookup;
  Variation variation;
  if (!read_settings(run, config, *lookup, variation)) co_return Outcome::kFail;
  if (exchange.request.method != "GET") {
    if (run.tracing()) run.trace("Only GET requests are cached.");
    co_return Outcome::kContinue;
  }
  if (!lookup->keeps_private && exchange.request.headers.contains(HeaderName("Authorization"))) {
    if (run.tracing()) run.trace("Requests with an Authorization header are not cached here.");
    co_return Outcome::kContinue;
  }
  lookup->key = response_key(run, variation);
  const EffectRequest effect = CacheOperation{.key = lookup->key, .where = where_of(config.caching_type)};
  const ReplyValue& reply = co_await run.perform(effect);
  const auto* found = std::get_if<CacheReply>(&reply);
  if (found != nullptr && found->value.has_value()) {
    const std::optional<CachedResponse> cached = read_entry(run, *found->value);
    if (cached.has_value()) co_return answer(run, *lookup, *cached);
  }
  lookup->is_cacheable = true;
  if (run.tracing()) run.trace("Cache lookup resulted in a miss.");
  remove_conditions(run);
  co_return Outcome::kContinue;
}

}  // namespace

const PolicySpec kCacheLookup =
    policy<CacheLookup, &run>("cache-lookup", kAttributes, kChildren).in(kInboundOnly).checked_by(&check).once();

}  // namespace portcullis
