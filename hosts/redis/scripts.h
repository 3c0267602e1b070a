// The counter scripts: what the in-process store does, done by the server in one step for each call.
#pragma once

#include <string>
#include <string_view>

namespace portcullis::hosts {

struct RedisScript {
  explicit RedisScript(std::string_view lua);
  std::string text;
  std::string sha1;  // what EVALSHA wants
};

/// KEYS[1]; ARGV: now, window (ms), kind (0 add below the limit, 1 add, 2 read), amount, limit,
/// what the caller knows was counted.
/// Answers {allowed, value, milliseconds until less than the limit is left}.
extern const std::string_view kSlidingScript;
/// KEYS[1]; ARGV: now, period (ms, 0: for ever), kind, amount, limit, what the caller knows was counted,
/// whether there is an origin, origin (ms).
/// Answers {allowed, value, milliseconds to the end of the period}.
extern const std::string_view kFixedScript;
/// As kSlidingScript, in a bucket that fills at limit/window.
extern const std::string_view kBucketScript;
/// KEYS: the four of a partition. ARGV: epoch, number that are known, how many at most.
/// Answers {epoch, {id, number, payload, …}}.
extern const std::string_view kVectorSyncScript;
/// KEYS: the four of a partition. ARGV: id, payload, answer, now, expiry, lifetime (ms), how many at most, the id that
/// it replaces or nothing, a fresh epoch. Answers its number.
extern const std::string_view kVectorStoreScript;

}  // namespace portcullis::hosts
