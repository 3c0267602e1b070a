// Events on their way to Event Hubs over HTTPS. Requests never wait: a bounded queue takes the events and one thread
// sends them, those that wait for the same partition or key in one call; what does not fit is dropped and counted.
// source: learn.microsoft.com, Event Hubs REST "Send event", "Send partition event", "Send batch events",
// "Generate SAS token"
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "hosts/files/logger_file.h"
#include "hosts/live/http_client.h"
#include "hosts/live/identity.h"
#include "hosts/live/json_lines.h"
#include "hosts/scripted/telemetry.h"

namespace portcullis::hosts {

/// What senders use of the outside; tests bring their own.
struct SenderEnvironment {
  std::function<IncomingResponse(const OutgoingRequest&)> send;
  std::function<TokenResult(const std::string& resource, const std::string& client_id)> token;
  std::function<void(const std::string& resource, const std::string& client_id)> token_refused;  // it is not kept
  std::function<std::chrono::sys_seconds()> now;
};

struct EventHubLimits {
  std::size_t events = 4096;
  std::size_t bytes = std::size_t{32} << 20;
  std::size_t batch = 100;                           // events of one call
  std::size_t batch_bytes = std::size_t{192} << 10;  // of their contents; the smallest hubs take 256 KiB
  std::chrono::milliseconds timeout{10'000};         // of one attempt
  std::chrono::milliseconds first_pause{200};        // before the second attempt; then four times as long
  int attempts = 3;                                  // at 429, 5xx, and no answer
  std::chrono::milliseconds at_shutdown{3'000};      // for what is still queued
};

class EventHubQueue {
 public:
  struct Counts {
    std::uint64_t calls = 0;  // that were accepted
    std::uint64_t sent = 0, written = 0, dropped = 0, failed = 0, unknown = 0;
    std::string problem;  // of the last that failed
  };

  /// `lines` takes events of loggers without an endpoint; it outlives the queue.
  EventHubQueue(std::vector<LoggerDescription> loggers, SenderEnvironment environment, JsonLines& lines,
                EventHubLimits limits = {});
  EventHubQueue(const EventHubQueue&) = delete;
  EventHubQueue& operator=(const EventHubQueue&) = delete;
  ~EventHubQueue();

  /// Returns at once. Threads: any number.
  void post(SentEvent event);
  /// Sends what is queued, for at most `at_shutdown`; the rest is dropped and counted. Nothing is taken afterwards.
  void close();
  [[nodiscard]] Counts counts() const;

 private:
  void work();
  std::vector<SentEvent> take_batch();
  void write_lines(const std::vector<SentEvent>& events, bool is_unknown);
  void deliver(const LoggerDescription& logger, const std::vector<SentEvent>& events);
  bool try_once(const LoggerDescription& logger, std::span<const SentEvent> events, bool& may_try_again);
  bool pause(std::chrono::milliseconds time);
  void fail(std::string problem);
  [[nodiscard]] const LoggerDescription* find(const std::string& id) const;

  const std::vector<LoggerDescription> loggers_;
  const SenderEnvironment environment_;
  JsonLines& lines_;
  const EventHubLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<SentEvent> queue_;
  std::size_t bytes_ = 0;
  bool busy_ = false;               // the thread has an event in its hands
  bool closing_ = false;            // nothing is taken any more
  std::atomic<bool> stop_ = false;  // what is queued or under way is not sent either
  Counts counts_;
  std::thread thread_;  // from the first event on
};

/// `SharedAccessSignature sr=…&sig=…&se=…&skn=…` for the resource, good until `expiry`.
std::string shared_access_signature(const std::string& resource, const std::string& key_name, const std::string& key,
                                    std::chrono::sys_seconds expiry);
/// The request that sends events of one partition and key, without its Authorization.
OutgoingRequest event_request(const LoggerDescription& logger, std::span<const SentEvent> events,
                              std::chrono::milliseconds timeout);

}  // namespace portcullis::hosts
