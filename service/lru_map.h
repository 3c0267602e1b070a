// A map from text to values in order of use, the base of the in-process stores: lookups without making a std::string,
// the entry that was used longest ago at hand for eviction. Not locked; each shard of a store has one.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace portcullis {

template <typename Value>
class LruMap {
 public:
  /// Null when absent. The entry becomes the newest.
  Value* find(std::string_view key) {
    if (newest_ != nullptr && *newest_->key == key) return &newest_->value;  // the same again: not even hashed
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) return nullptr;
    touch(found->second);
    return &found->second.value;
  }
  /// The entry of that key, made when absent. It becomes the newest.
  Value& at(std::string_view key) {
    if (Value* value = find(key)) return *value;
    const auto [place, made] = nodes_.try_emplace(std::string(key));
    Node& node = place->second;
    node.key = &place->first;
    link_newest(node);
    return node.value;
  }
  bool erase(std::string_view key) {
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) return false;
    unlink(found->second);
    nodes_.erase(found);
    return true;
  }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// The entry that was used longest ago; null when the map is empty.
  [[nodiscard]] const std::string* oldest_key() const { return oldest_ == nullptr ? nullptr : oldest_->key; }
  [[nodiscard]] Value* oldest() { return oldest_ == nullptr ? nullptr : &oldest_->value; }

 private:
  struct Node {
    Value value{};
    const std::string* key = nullptr;  // map nodes never move
    Node* newer = nullptr;
    Node* older = nullptr;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };

  void touch(Node& node) {
    if (newest_ == &node) return;
    unlink(node);
    link_newest(node);
  }
  void link_newest(Node& node) {
    node.older = newest_;
    node.newer = nullptr;
    (newest_ == nullptr ? oldest_ : newest_->newer) = &node;
    newest_ = &node;
  }
  void unlink(Node& node) {
    (node.newer == nullptr ? newest_ : node.newer->older) = node.older;
    (node.older == nullptr ? oldest_ : node.older->newer) = node.newer;
  }

  std::unordered_map<std::string, Node, Hash, std::equal_to<>> nodes_;
  Node* newest_ = nullptr;
  Node* oldest_ = nullptr;
};

constexpr std::size_t kShardCount = 32;

/// A mutex and what it guards, once for each shard; on cache lines of its own.
template <typename Content>
struct alignas(64) Shard {
  std::mutex mutex;
  Content content{};
};

template <typename Content>
class Shards {
 public:
  Shard<Content>& of(std::string_view key) {
    const std::size_t hash = std::hash<std::string_view>{}(key);
    return shards_[(hash >> 32 ^ hash) * 0x9E3779B97F4A7C15U >> 59];  // not the bits that the map's buckets use
  }
  auto begin() { return shards_.begin(); }
  auto end() { return shards_.end(); }

 private:
  std::array<Shard<Content>, kShardCount> shards_;
};

}  // namespace portcullis
