// Token buckets of rate and token limits in this process. What a bucket holds is its debt: what was counted and has not
// flowed back yet. The level is limit - debt, below zero when a call took more than there was.
//
//     debt falls by limit/period a millisecond, never below zero
//     refused while the level is not positive; the wait is the time until it is
//
// source: rate-and-cache-distribution.md#1, ai-gateway.md#2 "Token bucket"
#include <algorithm>
#include <cmath>
#include <memory>

#include "portcullis/token_bucket.hpp"
#include "service/lru_map.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;

// Beyond, doubles would lose single calls, and the script of a Redis-compatible server counts in doubles.
constexpr std::int64_t kMostCounted = 1'000'000'000'000;

struct Bucket {
  double debt = 0;
  std::int64_t time = 0;  // when the debt was that
};

double bounded(std::int64_t number) { return static_cast<double>(std::clamp(number, -kMostCounted, kMostCounted)); }

void flow(Bucket& bucket, double limit, double period, std::int64_t now) {
  if (now <= bucket.time) return;  // a clock that was set back gives nothing
  bucket.debt = std::max(0.0, bucket.debt - static_cast<double>(now - bucket.time) * limit / period);
  bucket.time = now;
}

class MemoryBuckets final : public CounterStore {
 public:
  explicit MemoryBuckets(std::size_t max_entries)
      : max_in_shard_(std::max<std::size_t>(1, max_entries / kShardCount)),
        others_(make_memory_counters(max_entries)) {}

  std::optional<CounterReply> apply(const CounterOperation& operation, SystemTime now) override {
    if (!operation.sliding) return others_->apply(operation, now);
    auto& shard = shards_.of(operation.key);
    const std::lock_guard lock(shard.mutex);
    const CounterReply reply = apply_to(shard.content.at(operation.key), operation, now.time_since_epoch().count());
    // The one just used is the newest, so it stays.
    if (shard.content.size() > max_in_shard_) shard.content.erase(*shard.content.oldest_key());
    return reply;
  }

 private:
  // Nothing is kept of calls that add nothing, so a look with another limit changes no level.
  static CounterReply apply_to(Bucket& kept, const CounterOperation& operation, std::int64_t now) {
    using Kind = CounterOperation::Kind;
    const double period = static_cast<double>(std::max<std::int64_t>(1, milliseconds(operation.period).count()));
    const double limit = std::max(1.0, bounded(operation.limit));
    const double amount = bounded(operation.amount);
    Bucket bucket = kept;
    flow(bucket, limit, period, now);
    // A read asks for room for `amount`.
    const double passes_below = operation.kind == Kind::kRead ? limit - std::max(1.0, amount) + 1 : limit;
    const bool allowed = operation.kind == Kind::kAddAlways || bucket.debt < passes_below;
    if (operation.kind != Kind::kRead && allowed && (amount > 0 || operation.kind == Kind::kAddAlways)) {
      bucket.debt = std::clamp(bucket.debt + amount, 0.0, static_cast<double>(kMostCounted));
      kept = bucket;
    }
    const double over = bucket.debt - passes_below;
    return {.allowed = allowed,
            .value = static_cast<std::int64_t>(std::floor(bucket.debt)),
            .until_reset = milliseconds(over < 0 ? 0 : static_cast<std::int64_t>(std::ceil(over * period / limit)))};
  }

  std::size_t max_in_shard_;
  Shards<LruMap<Bucket>> shards_;
  std::unique_ptr<CounterStore> others_;
};

}  // namespace

std::unique_ptr<CounterStore> make_memory_buckets(std::size_t max_entries) {
  return std::make_unique<MemoryBuckets>(max_entries);
}

}  // namespace portcullis
