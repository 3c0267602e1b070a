// Vectors of semantic caches in this process: exact search, bounded by bytes. A partition lies in one piece of memory,
// its vectors scaled to length 1, so that a search is one pass of multiplications.
//
//     partition   [v0 …][v1 …][v2 …]      floats, a multiple of kLanes each, the rest zero
//     entries     {answer, expiry} × 3
//
// Vectors of another length belong to another model: they never meet. The partition that was used longest ago gives way
// first; in the last one, the oldest entries.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "portcullis/stores.hpp"
#include "service/lru_map.h"

namespace portcullis {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kEntryOverhead = 96;
constexpr double kSame = 1e-6;  // as near as two roundings of one vector

#if defined(__GNUC__)
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(alignof(float))));
#endif

// `size` is a multiple of kLanes. The compiler may not reorder sums of floats by itself: lanes say that it may.
float dot(const float* a, const float* b, std::size_t size) {
#if defined(__GNUC__)
  Lanes sums[2] = {};
  std::size_t i = 0;
  for (; i + 2 * kLanes <= size; i += 2 * kLanes) {
    sums[0] += *reinterpret_cast<const Lanes*>(a + i) * *reinterpret_cast<const Lanes*>(b + i);
    sums[1] += *reinterpret_cast<const Lanes*>(a + i + kLanes) * *reinterpret_cast<const Lanes*>(b + i + kLanes);
  }
  if (i < size) sums[0] += *reinterpret_cast<const Lanes*>(a + i) * *reinterpret_cast<const Lanes*>(b + i);
  const Lanes sum = sums[0] + sums[1];
  return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
#else
  float sums[kLanes] = {};
  for (std::size_t i = 0; i < size; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
#endif
}

struct Entry {
  std::string value;
  SystemTime expires_at{};
};

struct Partition {
  std::size_t stride = 0;  // floats of a vector
  std::vector<float> vectors;
  std::vector<Entry> entries;

  [[nodiscard]] const float* vector(std::size_t i) const { return vectors.data() + i * stride; }
};

struct VectorShard {
  LruMap<Partition> partitions;
  std::size_t bytes = 0;
};

/// Scaled to length 1 and padded; empty when it has no direction.
std::vector<float> unit_vector(std::span<const float> vector) {
  double length = 0;
  for (const float number : vector) length += static_cast<double>(number) * static_cast<double>(number);
  if (!(length > 0) || !std::isfinite(length)) return {};
  const double scale = 1 / std::sqrt(length);
  std::vector<float> unit((vector.size() + kLanes - 1) / kLanes * kLanes);
  for (std::size_t i = 0; i < vector.size(); ++i) unit[i] = static_cast<float>(vector[i] * scale);
  return unit;
}

std::string key_of(const VectorOperation& operation) {
  return std::to_string(operation.vector.size()) + "|" + std::string(operation.partition);
}

std::size_t cost(const Partition& partition, const Entry& entry) {
  return partition.stride * sizeof(float) + entry.value.size() + kEntryOverhead;
}

class MemoryVectors final : public VectorStore {
 public:
  explicit MemoryVectors(std::size_t max_bytes) : max_in_shard_(max_bytes / kShardCount) {}

  std::optional<bool> find(const VectorOperation& operation, SystemTime now, void* receiver,
                           void (*copy)(void*, std::string_view)) override {
    const std::vector<float> wanted = unit_vector(operation.vector);
    if (wanted.empty()) return false;
    const std::string key = key_of(operation);
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    Partition* partition = shard.content.partitions.find(key);
    if (partition == nullptr) return false;
    drop_expired(shard.content, *partition, now);
    const Nearest nearest = search(*partition, wanted);
    if (nearest.at == partition->entries.size() || nearest.distance > operation.max_distance) return false;
    copy(receiver, partition->entries[nearest.at].value);
    return true;
  }

  bool store(const VectorOperation& operation, SystemTime now) override {
    const std::vector<float> unit = unit_vector(operation.vector);
    if (unit.empty() || operation.lifetime.count() <= 0) return true;
    const std::string key = key_of(operation);
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    VectorShard& content = shard.content;
    const bool is_new = content.partitions.find(key) == nullptr;
    Partition& partition = content.partitions.at(key);
    partition.stride = unit.size();
    if (is_new) content.bytes += key.size() + kEntryOverhead;
    drop_expired(content, partition, now);
    const Nearest nearest = search(partition, unit);
    Entry entry{std::string(operation.value), now + operation.lifetime};
    content.bytes += cost(partition, entry);
    if (nearest.at < partition.entries.size() && nearest.distance <= kSame) {
      content.bytes -= cost(partition, partition.entries[nearest.at]);
      partition.entries[nearest.at] = std::move(entry);
    } else {
      partition.vectors.insert(partition.vectors.end(), unit.begin(), unit.end());
      partition.entries.push_back(std::move(entry));
    }
    make_room(content);
    return true;
  }

 private:
  struct Nearest {
    std::size_t at;  // as many as there are: none
    double distance = 2;
  };
  static Nearest search(const Partition& partition, const std::vector<float>& wanted) {
    Nearest nearest{partition.entries.size()};
    for (std::size_t i = 0; i < partition.entries.size(); ++i) {
      const double distance = 1 - static_cast<double>(dot(partition.vector(i), wanted.data(), wanted.size()));
      if (distance < nearest.distance) nearest = {i, distance};
    }
    return nearest;
  }

  static void drop_entry(VectorShard& shard, Partition& partition, std::size_t at) {
    shard.bytes -= cost(partition, partition.entries[at]);
    const auto begin = partition.vectors.begin() + static_cast<std::ptrdiff_t>(at * partition.stride);
    partition.vectors.erase(begin, begin + static_cast<std::ptrdiff_t>(partition.stride));
    partition.entries.erase(partition.entries.begin() + static_cast<std::ptrdiff_t>(at));
  }

  static void drop_expired(VectorShard& shard, Partition& partition, SystemTime now) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < partition.entries.size(); ++i) {
      if (partition.entries[i].expires_at <= now) {
        shard.bytes -= cost(partition, partition.entries[i]);
        continue;
      }
      if (kept != i) {
        std::copy_n(partition.vectors.data() + i * partition.stride, partition.stride,
                    partition.vectors.data() + kept * partition.stride);
        partition.entries[kept] = std::move(partition.entries[i]);
      }
      ++kept;
    }
    partition.entries.resize(kept);
    partition.vectors.resize(kept * partition.stride);
  }

  void make_room(VectorShard& shard) const {
    while (shard.bytes > max_in_shard_ && shard.partitions.size() > 1) {
      const Partition& oldest = *shard.partitions.oldest();
      for (const Entry& entry : oldest.entries) shard.bytes -= cost(oldest, entry);
      const std::string key = *shard.partitions.oldest_key();
      shard.bytes -= key.size() + kEntryOverhead;
      shard.partitions.erase(key);
    }
    if (shard.partitions.size() == 0) return;
    Partition& last = *shard.partitions.oldest();
    while (shard.bytes > max_in_shard_ && !last.entries.empty()) drop_entry(shard, last, 0);
  }

  std::size_t max_in_shard_;
  Shards<VectorShard> shards_;
};

}  // namespace

std::unique_ptr<VectorStore> make_memory_vectors(std::size_t max_bytes) {
  return std::make_unique<MemoryVectors>(max_bytes);
}

}  // namespace portcullis
