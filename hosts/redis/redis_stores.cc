#include "hosts/redis/redis_stores.h"

#include <atomic>

#include "hosts/redis/client.h"
#include "hosts/redis/scripts.h"
#include "hosts/redis/vectors.h"
#include "portcullis/token_bucket.hpp"

namespace portcullis::hosts {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxValueBytes = std::size_t{32} << 20;

std::string number(std::int64_t value) { return std::to_string(value); }

class RedisCounters final : public CounterStore {
 public:
  RedisCounters(RedisClient& client, std::atomic<std::uint64_t>& failures)
      : client_(client),
        failures_(failures),
        has_buckets_(client.options().token_bucket),
        local_(has_buckets_ ? make_memory_buckets() : make_memory_counters()),
        sliding_(has_buckets_ ? kBucketScript : kSlidingScript),
        fixed_(kFixedScript) {}

  std::optional<CounterReply> apply(const CounterOperation& operation, SystemTime now) override {
    CounterOperation local = operation;
    local.kind = CounterOperation::Kind::kRead;
    local.amount = 0;
    const std::int64_t known = local_->apply(local, now)->value;
    const std::optional<CounterReply> reply = ask(operation, known, now);
    if (!reply.has_value()) {
      ++failures_;
      return local_->apply(operation, now);
    }
    // What all gateways counted together, for when the server is away.
    if (reply->value > known) {
      local.kind = CounterOperation::Kind::kAddAlways;
      local.amount = reply->value - known;
      local_->apply(local, now);
    } else if (operation.kind == CounterOperation::Kind::kAddAlways && operation.amount < 0) {
      local_->apply(operation, now);
    }
    return reply;
  }

 private:
  std::optional<CounterReply> ask(const CounterOperation& operation, std::int64_t known, SystemTime now) {
    const std::string key = client_.options().prefix +
                            (!operation.sliding ? "f:"
                             : has_buckets_     ? "b:"
                                                : "s:") +
                            std::string(operation.key);
    const bool has_origin = operation.first_period_start != std::chrono::sys_seconds{};
    const std::string arguments[] = {number(now.time_since_epoch().count()),
                                     number(milliseconds(operation.period).count()),
                                     operation.kind == CounterOperation::Kind::kAdd         ? "0"
                                     : operation.kind == CounterOperation::Kind::kAddAlways ? "1"
                                                                                            : "2",
                                     number(operation.amount),
                                     number(operation.limit),
                                     number(known),
                                     has_origin ? "1" : "0",
                                     number(milliseconds(operation.first_period_start.time_since_epoch()).count())};
    const RedisScript& script = operation.sliding ? sliding_ : fixed_;
    std::vector<std::string_view> words{"EVALSHA", script.sha1, "1", key};
    words.insert(words.end(), std::begin(arguments), std::end(arguments));
    std::optional<RedisValue> answer = client_.call(key, words);
    if (answer.has_value() && answer->is_error("NOSCRIPT")) {
      words[0] = "EVAL";
      words[1] = script.text;
      answer = client_.call(key, words);
    }
    return answer.has_value() ? reply_of(*answer) : std::nullopt;
  }

  static std::optional<CounterReply> reply_of(const RedisValue& value) {
    if (value.kind != RedisValue::Kind::kArray || value.items.size() != 3) return std::nullopt;
    for (const RedisValue& item : value.items) {
      if (item.kind != RedisValue::Kind::kInteger || item.integer < 0) return std::nullopt;
    }
    return CounterReply{.allowed = value.items[0].integer == 1,
                        .value = value.items[1].integer,
                        .until_reset = milliseconds(value.items[2].integer)};
  }

  RedisClient& client_;
  std::atomic<std::uint64_t>& failures_;
  const bool has_buckets_;
  std::unique_ptr<CounterStore> local_;
  const RedisScript sliding_, fixed_;
};

class RedisCache final : public CacheStore {
 public:
  RedisCache(RedisClient& client, std::atomic<std::uint64_t>& failures) : client_(client), failures_(failures) {}

  std::optional<bool> get(std::string_view key, SystemTime, void* receiver,
                          void (*copy)(void*, std::string_view)) override {
    const std::string full = full_key(key);
    const std::string_view words[] = {"GET", full};
    const std::optional<RedisValue> answer = client_.call(full, words);
    if (!answer.has_value() || (answer->kind != RedisValue::Kind::kString && answer->kind != RedisValue::Kind::kNil)) {
      ++failures_;
      return false;
    }
    if (answer->kind == RedisValue::Kind::kNil) return false;
    copy(receiver, answer->text);
    return true;
  }

  bool set(std::string_view key, std::string_view value, std::chrono::seconds lifetime, SystemTime) override {
    if (lifetime.count() <= 0 || value.size() > kMaxValueBytes) {
      static_cast<void>(drop(key));
      return true;
    }
    const std::string full = full_key(key);
    const std::string seconds = number(lifetime.count());
    const std::string_view words[] = {"SET", full, value, "EX", seconds};
    const std::optional<RedisValue> answer = client_.call(full, words);
    if (!answer.has_value() || answer->kind != RedisValue::Kind::kStatus) ++failures_;
    return true;
  }

  bool remove(std::string_view key) override { return drop(key); }

 private:
  std::string full_key(std::string_view key) const { return client_.options().prefix + "v:" + std::string(key); }
  bool drop(std::string_view key) {
    const std::string full = full_key(key);
    const std::string_view words[] = {"DEL", full};
    const std::optional<RedisValue> answer = client_.call(full, words);
    const bool done = answer.has_value() && answer->kind == RedisValue::Kind::kInteger;
    if (!done) ++failures_;
    return done;
  }

  RedisClient& client_;
  std::atomic<std::uint64_t>& failures_;
};

}  // namespace

struct RedisStores::State {
  explicit State(const RedisOptions& options)
      : client(options), counters(client, failures), cache(client, failures), vectors(client, failures) {}
  RedisClient client;
  std::atomic<std::uint64_t> failures{0};
  RedisCounters counters;
  RedisCache cache;
  RedisVectors vectors;
};

RedisStores::RedisStores(const RedisOptions& options) : state_(std::make_unique<State>(options)) {}
RedisStores::~RedisStores() = default;
CounterStore& RedisStores::counters() { return state_->counters; }
CacheStore& RedisStores::cache() { return state_->cache; }
VectorStore& RedisStores::vectors() { return state_->vectors; }
std::uint64_t RedisStores::failures() const { return state_->failures; }
std::string RedisStores::problem() const { return state_->client.problem(); }

}  // namespace portcullis::hosts
