// One blocking HTTP call on libcurl: TLS verified, redirects off unless asked for, sizes bounded, no proxy from the environment.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace portcullis::hosts {

struct OutgoingRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> body;
  std::chrono::milliseconds timeout{60'000};          // to the response's headers
  std::chrono::milliseconds connect_timeout{10'000};
  bool follow_redirects = false;
  int http_version = 1;                               // 1, 2 (with fallback to 1), 3: HTTP/2 only
  std::string proxy_url, proxy_username, proxy_password;
  std::string client_certificate_pem;
  bool verify_peer = true;
  bool verify_host = true;  // with verify_peer
  std::size_t max_response_bytes = std::size_t{256} << 20;
  std::optional<std::chrono::milliseconds> total_timeout;  // to the end of the body
  const std::atomic<bool>* cancelled = nullptr;            // looked at while waiting; counts as a timeout
};

struct IncomingResponse {
  enum class Outcome { kOk, kTimeout, kConnection, kTooLarge } outcome = Outcome::kOk;
  std::string error;  // what libcurl says
  int status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// Threads: any number at a time.
IncomingResponse send(const OutgoingRequest& request);

}  // namespace portcullis::hosts
