// What the live host does with events and messages: to their services where an endpoint is known, else as JSON lines.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "hosts/live/event_hub.h"
#include "hosts/live/service_bus.h"

namespace portcullis::hosts {

struct SenderOptions {
  std::vector<LoggerDescription> loggers;
  std::string service_bus_endpoint;  // instead of the namespaces' own; empty: theirs
  std::string lines_path;            // JSON lines of what has no endpoint; empty: standard error
};

/// Tokens for what is not a policy's own request: kept until shortly before they expire.
class SenderTokens {
 public:
  SenderTokens();
  TokenResult get(const std::string& resource, const std::string& client_id);
  void forget(const std::string& resource, const std::string& client_id);

 private:
  IdentityClient identity_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Token> tokens_;
};

/// Threads: any number.
class Senders {
 public:
  explicit Senders(SenderOptions options);

  /// Returns at once.
  void post(SentEvent event);
  /// Blocks until the broker has it.
  ServiceBusResult send(const SentMessage& message);
  /// Sends what is queued, for a short while, and says what the user should know: once each.
  std::vector<std::string> finish();

 private:
  void note(const std::string& text);

  const SenderOptions options_;
  SenderTokens tokens_;
  JsonLines lines_;
  HttpConnections connections_;
  SenderEnvironment environment_;
  EventHubQueue events_;
  std::mutex mutex_;
  std::set<std::string> notes_;
};

}  // namespace portcullis::hosts
