// Commands to a Redis-compatible service of any shape: one server, a master that sentinels name, or a cluster whose
// redirections are followed.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/redis/node.h"

namespace portcullis::hosts {

/// The cluster's slot of a key; only what stands in the first {braces} counts.
std::uint16_t redis_slot(std::string_view key);

class RedisClient {
 public:
  explicit RedisClient(const RedisOptions& options);

  /// The answer to one command about `key`, or nullopt when the server did not answer. Errors of the server are
  /// answers. Threads: any number at a time.
  std::optional<RedisValue> call(std::string_view key, std::span<const std::string_view> words);
  [[nodiscard]] std::string problem();
  [[nodiscard]] const RedisOptions& options() const { return options_; }

 private:
  static constexpr std::size_t kSlots = 16384;

  RedisNode& first_node();
  RedisNode& node_of(std::string_view key);
  RedisNode& node_at(const RedisAddress& address);
  void learn_slots(RedisNode& from);
  void take_slots(const RedisValue& reply);
  void learn_after_failure(const RedisNode& failed);

  const RedisOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<RedisNode>> nodes_;  // by host:port; never dropped while this lives
  std::vector<RedisNode*> owners_;                           // by slot; empty: no cluster was met
  RedisNode* first_ = nullptr;
  RedisClock::time_point learned_at_{};
};

}  // namespace portcullis::hosts
