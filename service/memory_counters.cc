// Counters of rate limits and quotas in this process. Sliding windows look at a log of calls, fixed ones at a number
// and the start of its window. A counter that nobody asked for longest gives way when the store is full.
#include <algorithm>
#include <memory>

#include "portcullis/stores.hpp"
#include "service/event_log.h"
#include "service/lru_map.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;

struct Counter {
  EventLog log;                   // sliding
  std::int64_t value = 0;         // fixed
  std::int64_t window_start = 0;  // fixed, in milliseconds
  bool is_used = false;
};

class MemoryCounters final : public CounterStore {
 public:
  explicit MemoryCounters(std::size_t max_entries)
      : max_in_shard_(std::max<std::size_t>(1, max_entries / kShardCount)) {}

  std::optional<CounterReply> apply(const CounterOperation& operation, SystemTime now) override {
    auto& shard = shards_.of(operation.key);
    const std::lock_guard lock(shard.mutex);
    Counter& counter = shard.content.at(operation.key);
    const std::int64_t time = now.time_since_epoch().count();
    const CounterReply reply =
        operation.sliding ? slide(counter, operation, time) : apply_fixed(counter, operation, time);
    // The one just used is the newest, so it stays.
    if (shard.content.size() > max_in_shard_) shard.content.erase(*shard.content.oldest_key());
    return reply;
  }

 private:
  // The limit is compared with what was counted before: a call of weight 5 passes at 8 of 10. source:
  // rate-limits-and-quotas.md#0.2
  static CounterReply slide(Counter& counter, const CounterOperation& operation, std::int64_t now) {
    const std::int64_t window = milliseconds(operation.period).count();
    const std::int64_t before = counter.log.count(now, window);
    const std::int64_t limit = passes_below(operation);
    const bool allowed = operation.kind == CounterOperation::Kind::kAddAlways || before < limit;
    const bool adds = operation.kind != CounterOperation::Kind::kRead && allowed && operation.amount > 0;
    if (adds) counter.log.add(now, window, operation.amount);
    const bool gives_back = operation.kind == CounterOperation::Kind::kAddAlways && operation.amount < 0;
    if (gives_back) counter.log.take_back(now, window, -operation.amount);
    return {.allowed = allowed,
            .value = gives_back ? counter.log.count(now, window) : before + (adds ? operation.amount : 0),
            .until_reset = milliseconds(counter.log.wait(now, window, limit))};
  }

  // A read asks for room for `amount`.
  static std::int64_t passes_below(const CounterOperation& operation) {
    if (operation.kind != CounterOperation::Kind::kRead) return operation.limit;
    return operation.limit - std::max<std::int64_t>(1, operation.amount) + 1;
  }

  static CounterReply apply_fixed(Counter& counter, const CounterOperation& operation, std::int64_t now) {
    const std::int64_t end = enter_window(counter, operation, now);
    const bool allowed = operation.kind == CounterOperation::Kind::kAddAlways || counter.value < passes_below(operation);
    if (operation.kind != CounterOperation::Kind::kRead && allowed && operation.amount > 0)
      counter.value += operation.amount;
    // What was reserved and not used.
    if (operation.kind == CounterOperation::Kind::kAddAlways && operation.amount < 0)
      counter.value = std::max<std::int64_t>(0, counter.value + operation.amount);
    return {.allowed = allowed, .value = counter.value, .until_reset = milliseconds(end == 0 ? 0 : end - now)};
  }

  // The end of the window that `now` lies in; 0 for endless ones. A new window starts at nothing.
  static std::int64_t enter_window(Counter& counter, const CounterOperation& operation, std::int64_t now) {
    const std::int64_t period = milliseconds(operation.period).count();
    if (period <= 0) return 0;
    std::int64_t start = counter.window_start;
    if (operation.first_period_start == std::chrono::sys_seconds{}) {
      if (!counter.is_used || now >= counter.window_start + period) start = now;
    } else {
      const std::int64_t origin = milliseconds(operation.first_period_start.time_since_epoch()).count();
      std::int64_t behind = (now - origin) % period;
      if (behind < 0) behind += period;
      start = now - behind;
    }
    if (!counter.is_used || start != counter.window_start) counter.value = 0;
    counter.is_used = true;
    counter.window_start = start;
    return start + period;
  }

  std::size_t max_in_shard_;
  Shards<LruMap<Counter>> shards_;
};

}  // namespace

std::unique_ptr<CounterStore> make_memory_counters(std::size_t max_entries) {
  return std::make_unique<MemoryCounters>(max_entries);
}

}  // namespace portcullis
