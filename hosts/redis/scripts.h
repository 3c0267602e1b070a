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

}  // namespace portcullis::hosts
