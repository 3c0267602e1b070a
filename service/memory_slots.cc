// Slots of limit-concurrency in this process: how many requests are inside, by key.
#include <memory>

#include "portcullis/stores.hpp"
#include "service/lru_map.h"

namespace portcullis {
namespace {

// Free keys stay so that they need not be made again; beyond so many the oldest go.
constexpr std::size_t kMaxKeysInShard = 4096;

class MemorySlots final : public SlotStore {
 public:
  std::optional<bool> acquire(std::string_view key, std::int64_t limit) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    std::int64_t& inside = shard.content.at(key);
    if (inside >= limit) return false;
    ++inside;
    if (shard.content.size() > kMaxKeysInShard && *shard.content.oldest() == 0)
      shard.content.erase(*shard.content.oldest_key());
    return true;
  }

  void release(std::string_view key) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    std::int64_t* inside = shard.content.find(key);
    if (inside != nullptr && *inside > 0) --*inside;
  }

 private:
  Shards<LruMap<std::int64_t>> shards_;
};

}  // namespace

std::unique_ptr<SlotStore> make_memory_slots() { return std::make_unique<MemorySlots>(); }

}  // namespace portcullis
