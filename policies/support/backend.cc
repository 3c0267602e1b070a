#include "policies/support/backend.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "engine/pipeline/error_response.h"
#include "policies/support/call.h"
#include "policies/support/http_date.h"
#include "policies/support/text.h"

namespace portcullis {

const BackendView* find_backend(const Exchange& exchange, std::string_view id) {
  for (const BackendView& backend : exchange.view.backends) {
    if (equals_ignoring_ascii_case(backend.id, id)) return &backend;
  }
  return nullptr;
}

namespace {

using std::chrono::milliseconds;

BackendStore::Circuit circuit_of(PolicyRun& run, const BackendView& backend) {
  BackendStore* store = run.stores().backends;
  return store == nullptr ? BackendStore::Circuit{} : store->circuit(backend, run.now());
}

// A response, not an error: a retry around forward-request looks at it. source: error-handling.md#5
Response* unavailable(PolicyRun& run, std::int32_t status, std::string_view message, std::int64_t retry_after_seconds) {
  PolicyError error;
  error.status = status;
  error.status_reason = message;
  error.body_message = message;
  error.retry_after_seconds = retry_after_seconds;
  return error_response(run.exchange(), error);
}

/// A member of the pool with the entity behind it.
struct Candidate {
  PoolMemberView member;
  const BackendView* backend = nullptr;
};

// Opaque to callers, and the same in every gateway.
std::string_view affinity_value(Arena& arena, std::string_view pool, std::string_view member) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  const auto take = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(ascii_lower(c))) * 0x100000001B3ULL;
    hash = (hash ^ 0xFF) * 0x100000001B3ULL;
  };
  take(pool);
  take(member);
  char* out = arena.text(16);
  for (int i = 0; i < 16; ++i) out[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15U];
  return {out, 16};
}

std::string_view cookie_value(const HeaderList& headers, std::string_view name) {
  const HeaderName cookie("Cookie");
  for (const HeaderView* line = headers.find(cookie); line != nullptr; line = headers.find_next(cookie, line)) {
    for (std::size_t at = 0; at < line->value.size();) {
      const std::size_t end = std::min(line->value.find(';', at), line->value.size());
      const std::string_view pair = trim_ascii(line->value.substr(at, end - at));
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
      at = end + 1;
    }
  }
  return {};
}

// Those whose circuits are closed; `soonest` is when the first of the others closes.
std::span<Candidate> usable_members(PolicyRun& run, const BackendView& pool, milliseconds& soonest) {
  const std::span<Candidate> usable = run.arena().array<Candidate>(pool.pool.size());
  std::size_t count = 0;
  soonest = milliseconds(0);
  for (const PoolMemberView& member : pool.pool) {
    const BackendView* backend = find_backend(run.exchange(), member.id);
    if (backend == nullptr || backend->type == BackendView::Type::kPool) continue;
    const BackendStore::Circuit circuit = circuit_of(run, *backend);
    if (circuit.open_for > milliseconds(0)) {
      soonest = soonest == milliseconds(0) ? circuit.open_for : std::min(soonest, circuit.open_for);
    } else {
      usable[count++] = {member, backend};
    }
  }
  return usable.first(count);
}

// Only members of the most preferred group that has any. Order stays.
std::span<Candidate> preferred(std::span<Candidate> members) {
  std::int32_t best = members.front().member.priority;
  for (const Candidate& candidate : members) best = std::min(best, candidate.member.priority);
  const auto rest =
      std::ranges::remove_if(members, [&](const Candidate& candidate) { return candidate.member.priority != best; });
  return members.first(members.size() - rest.size());
}

// Without a store nobody remembers turns: by weight, at random.
std::size_t draw(PolicyRun& run, std::span<const PoolMemberView> members) {
  std::uint64_t total = 0;
  for (const PoolMemberView& member : members) total += static_cast<std::uint64_t>(std::max(1, member.weight));
  std::uint64_t left = run.random() % total;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto weight = static_cast<std::uint64_t>(std::max(1, members[i].weight));
    if (left < weight) return i;
    left -= weight;
  }
  return 0;
}

const Candidate& next_member(PolicyRun& run, const BackendView& pool, std::span<const Candidate> members) {
  const std::span<PoolMemberView> views = run.arena().array<PoolMemberView>(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) views[i] = members[i].member;
  BackendStore* store = run.stores().backends;
  return members[store == nullptr ? draw(run, views) : store->next(pool.id, views)];
}

std::string_view affinity_cookie(PolicyRun& run, const BackendView& pool, const Candidate& chosen) {
  const bool is_secure = run.exchange().request.original_url.scheme == "https";
  return concatenated(run.arena(), {pool.affinity_cookie, "=", affinity_value(run.arena(), pool.id, chosen.member.id),
                                    is_secure ? "; Path=/; HttpOnly; Secure" : "; Path=/; HttpOnly"});
}

BackendChoice choose_member(PolicyRun& run, const BackendView& pool) {
  milliseconds soonest{0};
  std::span<Candidate> members = usable_members(run, pool, soonest);
  if (members.empty()) {
    const std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(soonest).count();
    const std::string_view message =
        concatenated(run.arena(), {"Backend pool '", pool.id, "' is temporarily unavailable"});
    return {.unavailable = unavailable(run, 503, message, seconds > 0 ? seconds : -1)};
  }
  if (!pool.affinity_cookie.empty()) {
    const std::string_view wanted = cookie_value(run.exchange().request.headers, pool.affinity_cookie);
    for (const Candidate& candidate : members) {
      if (!wanted.empty() && affinity_value(run.arena(), pool.id, candidate.member.id) == wanted)
        return {.backend = candidate.backend};
    }
  }
  members = preferred(members);
  const Candidate& chosen = next_member(run, pool, members);
  BackendChoice choice{.backend = chosen.backend};
  if (!pool.affinity_cookie.empty()) choice.affinity_cookie = affinity_cookie(run, pool, chosen);
  return choice;
}

}  // namespace

BackendChoice choose_backend(PolicyRun& run, const BackendView& entity) {
  if (entity.type == BackendView::Type::kPool) return choose_member(run, entity);
  const BackendStore::Circuit circuit = circuit_of(run, entity);
  if (circuit.open_for <= milliseconds(0)) return {.backend = &entity};
  const std::string_view message = concatenated(run.arena(), {"Backend '", entity.id, "' is temporarily unavailable"});
  return {.unavailable = unavailable(run, circuit.failure_status, message, -1)};
}

bool record_call(PolicyRun& run, const BackendView& backend, const ReplyValue& reply) {
  BackendStore* store = run.stores().backends;
  if (store == nullptr || backend.circuit_breakers.empty()) return false;
  BackendStore::Call call;
  if (const auto* answer = std::get_if<ResponseReply>(&reply)) {
    call.status = answer->response.status;
    for (const HeaderView& line : answer->response.headers) {
      if (equals_ignoring_ascii_case(line.name, "Retry-After"))
        call.retry_after = parse_retry_after(line.value, run.now());
    }
  } else if (const auto* failure = std::get_if<FailureReply>(&reply)) {
    call.error_reason = call_error(run, *failure).reason;
  } else {
    return false;
  }
  return store->record(backend, call, run.now());
}

namespace {

bool is_credential(const BackendView& backend, std::string_view name) {
  return std::ranges::any_of(backend.credential_query, [&](const ParameterView& parameter) {
    return equals_ignoring_ascii_case(parameter.name, name);
  });
}

// As text, so that what the caller wrote keeps its escapes.
std::string_view query_with_credentials(PolicyRun& run, const BackendView& backend, Url& url) {
  std::string out;
  for (std::size_t at = 0; at < url.query.size();) {
    const std::size_t end = std::min(url.query.find('&', at), url.query.size());
    const std::string_view part = url.query.substr(at, end - at);
    at = end + 1;
    if (is_credential(backend, part.substr(0, part.find('=')))) continue;
    append(out, out.empty() ? "" : "&", part);
  }
  for (const ParameterView& parameter : backend.credential_query) {
    if (!out.empty()) out += '&';
    append_percent_encoded(out, parameter.name);
    out += '=';
    append_percent_encoded(out, parameter.value);
  }
  return run.text(out);
}

}  // namespace

void add_credentials(PolicyRun& run, const BackendView& backend, HeaderList& headers, Url& url) {
  Arena& arena = run.arena();
  for (const HeaderView& line : backend.credential_headers) headers.remove(HeaderName(line.name), arena);
  for (const HeaderView& line : backend.credential_headers) headers.add(line.name, line.value, arena);
  if (!backend.authorization.empty()) headers.set("Authorization", backend.authorization, arena);
  if (backend.credential_query.empty()) return;
  url.query = query_with_credentials(run, backend, url);
  url.parameters = nullptr;
}

}  // namespace portcullis
