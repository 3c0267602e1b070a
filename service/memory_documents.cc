// Fetched documents in this process: signing keys, revocation lists. One caller at a time is sent to fetch; while a
// good document is there the others go on with it, else they wait. A fetch that failed, or that was made because the
// document did not serve, is repeated after five minutes at the earliest. source: access-and-auth.md#7.3
#include <memory>
#include <mutex>

#include "portcullis/stores.hpp"
#include "service/lru_map.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kRetryAfter = 5min;
// Who fetches may vanish with its request; after this time the next caller tries.
constexpr std::chrono::milliseconds kLongestFetch = 30s;
constexpr std::size_t kEntryOverhead = 256;  // map node, links, times

struct KeptDocument {
  std::shared_ptr<const DocumentStore::Document> document;
  std::size_t bytes = 0;
  SystemTime good_until{};
  SystemTime retry_at{};
  SystemTime fetched_since{};  // a fetch is under way since then; epoch: none is
  bool is_forced = false;      // that fetch was made because the document did not serve
};
struct DocumentShard {
  LruMap<KeptDocument> entries;
  std::size_t bytes = 0;
};

class MemoryDocuments final : public DocumentStore {
 public:
  explicit MemoryDocuments(std::size_t max_bytes) : max_in_shard_(max_bytes / kShardCount) {}

  Found find(std::string_view key, bool wants_newer, SystemTime now) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    KeptDocument& kept = entry(shard.content, key);
    const bool is_good = kept.document != nullptr && now < kept.good_until;
    if (is_good && !wants_newer) return {kept.document, Next::kUse};
    const bool is_under_way =
        kept.fetched_since != SystemTime{} && now >= kept.fetched_since && now - kept.fetched_since < kLongestFetch;
    if (is_under_way) return {kept.document, kept.document != nullptr && !wants_newer ? Next::kUse : Next::kWait};
    // A clock that went back far does not hold fetches up.
    if (now < kept.retry_at && kept.retry_at - now <= kRetryAfter) return {kept.document, Next::kUse};
    kept.fetched_since = now;
    kept.is_forced = is_good;
    return {kept.document, Next::kFetch};
  }

  void store(std::string_view key, std::shared_ptr<const Document> document, std::size_t bytes, SystemTime good_until,
             SystemTime now) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    KeptDocument& kept = entry(shard.content, key);
    shard.content.bytes += bytes - kept.bytes;
    kept.document = std::move(document);
    kept.bytes = bytes;
    kept.good_until = good_until;
    kept.fetched_since = {};
    kept.retry_at = kept.is_forced ? now + kRetryAfter : SystemTime{};
    make_room(shard.content);
  }

  void failed(std::string_view key, SystemTime now) override {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    KeptDocument& kept = entry(shard.content, key);
    kept.fetched_since = {};
    kept.retry_at = now + kRetryAfter;
  }

 private:
  KeptDocument& entry(DocumentShard& shard, std::string_view key) {
    const std::size_t before = shard.entries.size();
    KeptDocument& kept = shard.entries.at(key);
    if (shard.entries.size() == before) return kept;
    shard.bytes += key.size() + kEntryOverhead;
    make_room(shard);
    return kept;
  }

  // The newest entry stays, whatever its size: dropping it would mean a fetch for each request.
  void make_room(DocumentShard& shard) const {
    while (shard.bytes > max_in_shard_ && shard.entries.size() > 1) {
      const std::string oldest = *shard.entries.oldest_key();
      shard.bytes -= shard.entries.oldest()->bytes + oldest.size() + kEntryOverhead;
      shard.entries.erase(oldest);
    }
  }

  std::size_t max_in_shard_;
  Shards<DocumentShard> shards_;
};

}  // namespace

std::unique_ptr<DocumentStore> make_memory_documents(std::size_t max_bytes) {
  return std::make_unique<MemoryDocuments>(max_bytes);
}

}  // namespace portcullis
