// One server and the one connection to it that all threads share. Commands that threads have ready at the same time go
// out together and are answered together: pipelining without anybody waiting for more.
//
//   thread ─┐                    ┌──────── leader: writes what is queued, reads the answers, wakes the others
//   thread ─┼─▶ queue ─▶ batch ──┤
//   thread ─┘                    └──────── while it does, the queue fills again
//
//   connecting ──▶ ready ──error──▶ connecting ──failed──▶ away ──backoff──▶ connecting …
//
// A thread of its own connects. While it does so for the first time after a break, callers wait for it; when the server
// is away they fail at once, so that no request pays for an outage.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "hosts/redis/address.h"
#include "hosts/redis/reply.h"
#include "hosts/redis/socket.h"

namespace portcullis::hosts {

class RedisNode {
 public:
  /// Where the server is now; nullopt when nobody knows. Called on the node's own thread.
  using Locate = std::function<std::optional<RedisAddress>(RedisClock::time_point deadline)>;

  RedisNode(const RedisOptions& options, Locate locate);
  ~RedisNode();
  RedisNode(const RedisNode&) = delete;
  RedisNode& operator=(const RedisNode&) = delete;

  /// Sends the commands and waits for an answer to each; empty when the server did not answer in time. Then it may
  /// have done them or not.
  std::vector<RedisValue> call(std::span<const std::string> commands);
  /// Drops the connection and looks for the server anew: it is no master any more.
  void reconnect();
  [[nodiscard]] std::string problem();
  [[nodiscard]] bool is_away();

 private:
  enum class State : std::uint8_t { kConnecting, kReady, kAway };
  struct Request {
    enum class State : std::uint8_t { kQueued, kSent, kAnswered, kFailed } state = State::kQueued;
    std::span<const std::string> commands;
    std::vector<RedisValue> replies;
  };

  bool wait_until_ready(std::unique_lock<std::mutex>& lock);
  void lead(std::unique_lock<std::mutex>& lock);
  bool exchange(const std::vector<Request*>& batch);
  void lose(std::unique_lock<std::mutex>& lock);
  void keep_connected();
  bool connect_once();
  bool greet(RedisClock::time_point deadline);
  bool read_reply(RedisValue& value, RedisClock::time_point deadline);
  bool ask(std::span<const std::string_view> words, RedisValue& value, RedisClock::time_point deadline);

  const RedisOptions options_;
  const Locate locate_;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kConnecting;
  bool stopping_ = false;
  bool was_ready_ = false;
  bool has_leader_ = false;
  bool wants_reconnect_ = false;
  std::deque<Request*> queue_;
  std::string problem_;
  // The leader's while ready, the keeper's while connecting.
  RedisSocket socket_;
  std::optional<RedisReplyReader> reader_;
  std::thread keeper_;
};

/// Where a sentinel says the master is.
std::optional<RedisAddress> ask_sentinels(const RedisOptions& options, RedisClock::time_point deadline);

}  // namespace portcullis::hosts
