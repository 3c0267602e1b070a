// Managed-identity tokens in this process. A token is handed out until shortly before it expires; then one caller is
// told to fetch a new one, and the others go on with the old one meanwhile.
#include <algorithm>
#include <memory>

#include "portcullis/stores.hpp"
#include "service/lru_map.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxTokensInShard = 256;
constexpr std::chrono::milliseconds kMargin = 5min;
constexpr std::chrono::milliseconds kRefreshTime = 30s;  // until the next caller tries, when nothing came of a refresh

struct KeptToken {
  TokenStore::Token token;
  SystemTime asked_at{};  // when the last caller was sent to fetch
  std::chrono::milliseconds margin = kMargin;
};

class MemoryTokens final : public TokenStore {
 public:
  std::optional<Token> find(std::string_view resource, std::string_view client_id, SystemTime now) override {
    std::string key = key_of(resource, client_id);
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    KeptToken& kept = shard.content.at(key);
    if (shard.content.size() > kMaxTokensInShard) shard.content.erase(*shard.content.oldest_key());
    if (kept.token.text != nullptr && now < kept.token.expires_at) {
      const bool is_fresh = now < SystemTime(kept.token.expires_at) - kept.margin;
      const bool is_being_fetched = now >= kept.asked_at && now - kept.asked_at < kRefreshTime;
      if (is_fresh || is_being_fetched) return kept.token;
    }
    kept.asked_at = now;
    return std::nullopt;
  }

  void store(std::string_view resource, std::string_view client_id, std::string_view token,
             std::chrono::sys_seconds expires_at) override {
    std::string key = key_of(resource, client_id);
    auto text = std::make_shared<const std::string>(token);
    auto& shard = shards_.of(key);
    const std::lock_guard lock(shard.mutex);
    KeptToken& kept = shard.content.at(key);
    kept.token = {std::move(text), expires_at};
    // Five minutes, or a tenth of a short life. The fetch began when `find` said no.
    const std::chrono::milliseconds life = SystemTime(expires_at) - kept.asked_at;
    kept.margin = std::clamp<std::chrono::milliseconds>(life / 10, 0ms, kMargin);
    kept.asked_at = {};
  }

 private:
  static std::string key_of(std::string_view resource, std::string_view client_id) {
    std::string key(resource);
    key.push_back('\0');
    return key.append(client_id);
  }

  Shards<LruMap<KeptToken>> shards_;
};

}  // namespace

std::unique_ptr<TokenStore> make_memory_tokens() { return std::make_unique<MemoryTokens>(); }

}  // namespace portcullis
