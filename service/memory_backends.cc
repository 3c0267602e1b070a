// Circuits and turns of backends in this process.
//
// A failure is a status in a range or an error whose reason is listed; with neither given, connection errors and 5xx.
// Enough of them within the sliding interval open the circuit for the trip duration; then it starts anew at once, there
// is no half-open phase. source: service-model.md#5
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "portcullis/stores.hpp"
#include "service/event_log.h"
#include "service/lru_map.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxBackendsInShard = 1024;

/// What one rule has seen.
struct RuleState {
  EventLog failures;
  EventLog calls;
};
struct CircuitState {
  std::vector<RuleState> rules;
  SystemTime open_until{};
  std::uint16_t failure_status = 503;
};

struct Turn {
  std::string member;
  std::int64_t current = 0;
};
struct PoolState {
  std::vector<Turn> turns;
};

/// Ids compare without case.
std::string folded(std::string_view id) {
  std::string out(id);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool is_failure(const CircuitBreakerView& rule, const BackendStore::Call& call) {
  const bool answered = call.error_reason.empty();
  if (rule.status_ranges.empty() && rule.error_reasons.empty())
    return answered ? call.status >= 500 && call.status <= 599 : call.error_reason != "ClientConnectionFailure";
  if (!answered) return std::ranges::find(rule.error_reasons, call.error_reason) != rule.error_reasons.end();
  return std::ranges::any_of(rule.status_ranges, [&](const StatusRangeView& range) {
    return call.status >= range.min && call.status <= range.max;
  });
}

bool trips(const CircuitBreakerView& rule, const RuleState& state, std::int64_t now) {
  const std::int64_t failures = state.failures.count(now, rule.interval.count());
  if (rule.failure_count > 0) return failures >= rule.failure_count;
  if (rule.failure_percentage <= 0) return false;
  return failures * 100 >= state.calls.count(now, rule.interval.count()) * rule.failure_percentage;
}

class MemoryBackends final : public BackendStore {
 public:
  Circuit circuit(const BackendView& backend, SystemTime now) override {
    if (backend.circuit_breakers.empty()) return {};
    const std::string key = folded(backend.id);
    auto& shard = circuits_.of(key);
    const std::lock_guard lock(shard.mutex);
    const CircuitState* state = shard.content.find(key);
    if (state == nullptr || state->open_until <= now) return {};
    return {.open_for = state->open_until - now, .failure_status = state->failure_status};
  }

  bool record(const BackendView& backend, const Call& call, SystemTime now) override {
    if (backend.circuit_breakers.empty()) return false;
    const std::string key = folded(backend.id);
    auto& shard = circuits_.of(key);
    const std::lock_guard lock(shard.mutex);
    CircuitState& state = shard.content.at(key);
    if (shard.content.size() > kMaxBackendsInShard) shard.content.erase(std::string(*shard.content.oldest_key()));
    // An answer to a call that went out before the circuit opened: it is open already.
    if (state.open_until > now) return false;
    state.rules.resize(backend.circuit_breakers.size());
    const std::int64_t time = now.time_since_epoch().count();
    for (std::size_t i = 0; i < state.rules.size(); ++i) {
      const CircuitBreakerView& rule = backend.circuit_breakers[i];
      const bool failed = is_failure(rule, call);
      if (rule.failure_count <= 0) state.rules[i].calls.add(time, rule.interval.count(), 1);
      if (!failed) continue;
      state.rules[i].failures.add(time, rule.interval.count(), 1);
      if (trips(rule, state.rules[i], time)) return open(state, rule, call, now);
    }
    return false;
  }

  std::size_t next(std::string_view pool, std::span<const PoolMemberView> members) override {
    const std::string key = folded(pool);
    auto& shard = pools_.of(key);
    const std::lock_guard lock(shard.mutex);
    PoolState& state = shard.content.at(key);
    if (shard.content.size() > kMaxBackendsInShard) shard.content.erase(std::string(*shard.content.oldest_key()));
    std::int64_t total = 0;
    std::size_t best = 0;
    std::int64_t best_current = INT64_MIN;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::int64_t weight = std::max(1, members[i].weight);
      Turn& turn = turn_of(state, members[i].id);
      turn.current += weight;
      total += weight;
      if (turn.current <= best_current) continue;
      best_current = turn.current;
      best = i;
    }
    turn_of(state, members[best].id).current -= total;
    return best;
  }

 private:
  static bool open(CircuitState& state, const CircuitBreakerView& rule, const Call& call, SystemTime now) {
    const bool says_when = rule.accept_retry_after && call.retry_after.has_value();
    state.open_until = now + (says_when ? *call.retry_after : rule.trip_duration);
    state.failure_status = rule.failure_status;
    state.rules.clear();
    return true;
  }

  static Turn& turn_of(PoolState& state, std::string_view member) {
    for (Turn& turn : state.turns) {
      if (turn.member == member) return turn;
    }
    return state.turns.emplace_back(Turn{std::string(member), 0});
  }

  Shards<LruMap<CircuitState>> circuits_;
  Shards<LruMap<PoolState>> pools_;
};

}  // namespace

std::unique_ptr<BackendStore> make_memory_backends() { return std::make_unique<MemoryBackends>(); }

}  // namespace portcullis
