// The internal cache in this process: bounded by bytes, the entry that was used longest ago gives way.
#include <algorithm>
#include <memory>

#include "portcullis/stores.hpp"
#include "service/lru_map.h"

namespace portcullis {
namespace {

constexpr std::size_t kEntryOverhead = 160;  // map node, links, expiry

struct CacheEntry {
  std::string value;
  SystemTime expires_at{};
};
struct CacheShard {
  LruMap<CacheEntry> entries;
  std::size_t bytes = 0;
};

std::size_t cost(std::string_view key, std::string_view value) { return key.size() + value.size() + kEntryOverhead; }

class MemoryCache final : public CacheStore {
 public:
  explicit MemoryCache(std::size_t max_bytes) : max_in_shard_(max_bytes / kShardCount) {}

  std::optional<bool> get(std::string_view key, SystemTime now, void* receiver,
                          void (*copy)(void*, std::string_view)) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    const CacheEntry* entry = shard.content.entries.find(key);
    if (entry == nullptr) return false;
    if (entry->expires_at <= now) {
      drop(shard.content, key);
      return false;
    }
    copy(receiver, entry->value);
    return true;
  }

  bool set(std::string_view key, std::string_view value, std::chrono::seconds lifetime, SystemTime now) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    if (lifetime.count() <= 0 || cost(key, value) > max_in_shard_) {
      drop(shard.content, key);
      return true;
    }
    CacheEntry* entry = shard.content.entries.find(key);
    if (entry != nullptr) {
      shard.content.bytes -= entry->value.size();
      shard.content.bytes += value.size();
    } else {
      entry = &shard.content.entries.at(key);
      shard.content.bytes += cost(key, value);
    }
    entry->value.assign(value);
    entry->expires_at = now + lifetime;
    while (shard.content.bytes > max_in_shard_) drop(shard.content, std::string(*shard.content.entries.oldest_key()));
    return true;
  }

  bool remove(std::string_view key) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    drop(shard.content, key);
    return true;
  }

 private:
  static void drop(CacheShard& shard, std::string_view key) {
    const CacheEntry* entry = shard.entries.find(key);
    if (entry == nullptr) return;
    shard.bytes -= cost(key, entry->value);
    shard.entries.erase(key);
  }

  std::size_t max_in_shard_;
  Shards<CacheShard> shards_;
};

}  // namespace

std::unique_ptr<CacheStore> make_memory_cache(std::size_t max_bytes) {
  return std::make_unique<MemoryCache>(max_bytes);
}

}  // namespace portcullis
