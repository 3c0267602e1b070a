// Vectors of semantic caches in a Redis-compatible server. The server keeps them, this process searches them: each
// gateway mirrors the partitions it is asked about and fetches, with each look-up, what was added since. So the search
// is exact, needs no module on the server, never keeps the server busy, and what one gateway stored the next finds.
//
//     {partition}:h   hash    id → when it expires, vector;  e → epoch,  n → the last number
//     {partition}:v   hash    id → answer
//     {partition}:s   sorted  number → id: what is new since number n
//     {partition}:x   sorted  expiry → id
//
// One epoch is one life of those keys; a mirror of another one begins anew. Both sides are bounded.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "hosts/redis/client.h"
#include "hosts/redis/scripts.h"
#include "portcullis/stores.hpp"

namespace portcullis::hosts {

class RedisVectors final : public VectorStore {
 public:
  RedisVectors(RedisClient& client, std::atomic<std::uint64_t>& failures);

  std::optional<bool> find(const VectorOperation& operation, SystemTime now, void* receiver,
                           void (*copy)(void*, std::string_view)) override;
  bool store(const VectorOperation& operation, SystemTime now) override;

 private:
  /// What this process knows of a partition.
  struct Mirror {
    std::mutex mutex;
    std::string epoch;
    std::string last = "0";  // number
    std::unique_ptr<VectorStore> ids;
    std::size_t bytes = 0;
    std::uint64_t used_at = 0;
  };
  struct Keys;

  std::shared_ptr<Mirror> mirror_of(const std::string& name);
  void forget(const std::string& name);
  void count(const std::shared_ptr<Mirror>& mirror, std::size_t bytes);
  bool sync(const Keys& keys, Mirror& mirror, std::size_t size, SystemTime now);
  std::optional<RedisValue> run(const RedisScript& script, const Keys& keys, std::span<const std::string> arguments);
  std::optional<std::string> nearest_id(Mirror& mirror, const VectorOperation& operation, double distance,
                                        SystemTime now);

  RedisClient& client_;
  std::atomic<std::uint64_t>& failures_;
  const RedisScript sync_, store_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Mirror>> mirrors_;
  std::size_t bytes_ = 0;  // of all mirrors
  std::uint64_t uses_ = 0;
};

}  // namespace portcullis::hosts
