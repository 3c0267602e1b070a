// Managed-identity tokens in this process. A token is handed out until shortly before it expires; then one caller is
// told to fetch a new one, and the others go on with the old one meanwhile.
//
// Every request of a policy reads the same few tokens, so that one lock would be what all threads wait for. Readers look into one of
// several copies first, by their thread; what is due or unknown there is decided at the original.
#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "portcullis/stores.hpp"
#include "service/lru_map.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxTokensInShard = 256;
constexpr std::size_t kMaxTokensInCopy = 64;
constexpr std::size_t kCopies = 32;
constexpr std::chrono::milliseconds kMargin = 5min;
constexpr std::chrono::milliseconds kRefreshTime = 30s;  // until the next caller tries, when nothing came of a refresh

struct KeptToken {
  std::string text;  // empty: none
  std::chrono::sys_seconds expires_at{};
  SystemTime asked_at{};  // when the last caller was sent to fetch
  std::chrono::milliseconds margin = kMargin;

  [[nodiscard]] SystemTime fresh_until() const { return SystemTime(expires_at) - margin; }
};

/// Resource and client as one text, on the stack when they are as short as they are in practice.
class Key {
 public:
  Key(std::string_view resource, std::string_view client_id) {
    const std::size_t size = resource.size() + 1 + client_id.size();
    char* out = short_;
    if (size > sizeof short_) {
      long_.resize(size);
      out = long_.data();
    }
    char* end = std::copy(resource.begin(), resource.end(), out);
    *end++ = '\0';
    std::copy(client_id.begin(), client_id.end(), end);
    text_ = {out, size};
  }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  char short_[256];
  std::string long_;
  std::string_view text_;
};

class MemoryTokens final : public TokenStore {
 public:
  std::optional<std::chrono::sys_seconds> find(std::string_view resource, std::string_view client_id, SystemTime now,
                                               void* receiver, void (*copy)(void* receiver, std::string_view token)) override {
    const Key key(resource, client_id);
    Copy& own = copies_[std::hash<std::thread::id>{}(std::this_thread::get_id()) % kCopies];
    const std::lock_guard lock(own.mutex);
    const std::uint64_t version = version_.load(std::memory_order_acquire);
    if (own.version == version) {
      const KeptToken* kept = own.tokens.find(key.text());
      if (kept != nullptr && now < kept->fresh_until()) {
        copy(receiver, kept->text);
        return kept->expires_at;
      }
    } else {
      own.tokens = {};
      own.version = version;
    }
    return find_original(key.text(), now, own, receiver, copy);
  }

  void store(std::string_view resource, std::string_view client_id, std::string_view token,
             std::chrono::sys_seconds expires_at) override {
    const Key key(resource, client_id);
    auto& shard = shards_.of(key.text());
    const std::lock_guard lock(shard.mutex);
    KeptToken& kept = shard.content.at(key.text());
    kept.text = token;
    kept.expires_at = expires_at;
    // Five minutes, or a tenth of a short life. The fetch began when `find` said no.
    const std::chrono::milliseconds life = SystemTime(expires_at) - kept.asked_at;
    kept.margin = std::clamp<std::chrono::milliseconds>(life / 10, 0ms, kMargin);
    kept.asked_at = {};
    version_.fetch_add(1, std::memory_order_release);
  }

 private:
  struct alignas(64) Copy {
    std::mutex mutex;
    std::uint64_t version = 0;  // of the originals that the tokens were taken from
    LruMap<KeptToken> tokens;
  };

  std::optional<std::chrono::sys_seconds> find_original(std::string_view key, SystemTime now, Copy& own, void* receiver,
                                                        void (*copy)(void* receiver, std::string_view token)) {
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    KeptToken& kept = shard.content.at(key);
    if (shard.content.size() > kMaxTokensInShard) shard.content.erase(*shard.content.oldest_key());
    if (!kept.text.empty() && now < kept.expires_at) {
      const bool is_fresh = now < kept.fresh_until();
      const bool is_being_fetched = now >= kept.asked_at && now - kept.asked_at < kRefreshTime;
      if (is_fresh) {
        own.tokens.at(key) = kept;
        if (own.tokens.size() > kMaxTokensInCopy) own.tokens.erase(*own.tokens.oldest_key());
      }
      if (is_fresh || is_being_fetched) {
        copy(receiver, kept.text);
        return kept.expires_at;
      }
    }
    kept.asked_at = now;
    return std::nullopt;
  }

  Shards<LruMap<KeptToken>> shards_;
  std::array<Copy, kCopies> copies_;
  std::atomic<std::uint64_t> version_ = 0;
};

}  // namespace

std::unique_ptr<TokenStore> make_memory_tokens() { return std::make_unique<MemoryTokens>(); }

}  // namespace portcullis
