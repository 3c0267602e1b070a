// Access tokens of the machine's managed identity, whatever platform it runs on, with retries, one fetch at a time for a key.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "hosts/live/http_client.h"

namespace portcullis::hosts {

struct Token {
  std::string text;
  std::chrono::sys_seconds expires_at{};
};

/// A token, or what to tell the policy's author.
struct TokenResult {
  std::optional<Token> token;
  std::string error;
};

/// What identity looks at; tests bring their own.
struct IdentityEnvironment {
  std::function<std::optional<std::string>(const char* name)> variable;
  std::function<IncomingResponse(const OutgoingRequest&)> send;
  std::function<std::chrono::sys_seconds()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
  /// nullopt: not readable, empty, or over `max_bytes`; without `follow_links` also a link that leads out of its folder.
  std::function<std::optional<std::string>(const std::string& path, std::size_t max_bytes, bool follow_links)> read_file;
  std::chrono::milliseconds budget{10'000};  // for one acquisition, retries included
};
IdentityEnvironment real_identity_environment();

class IdentityClient {
 public:
  explicit IdentityClient(IdentityEnvironment environment);
  /// Blocks. Threads: any number; callers of one key share a fetch.
  TokenResult acquire(const std::string& resource, const std::string& client_id);

 private:
  struct Flight {
    std::mutex mutex;
    bool done = false;
    TokenResult result;
  };
  TokenResult fetch(const std::string& resource, const std::string& client_id);

  IdentityEnvironment environment_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

/// The answer of an identity endpoint as a token. source: managed identity protocol of each platform
TokenResult read_token_response(const IncomingResponse& response, std::chrono::sys_seconds sent_at);

}  // namespace portcullis::hosts
