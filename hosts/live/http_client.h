// One blocking HTTP call on libcurl: TLS verified, redirects off unless asked for, sizes bounded, no proxy from the environment.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis::hosts {

struct IncomingResponse;
/// Gets the pieces of a body as they come; false ends the transfer.
using BodySink = std::function<bool(std::string_view)>;

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
  std::string pinned_thumbprint;  // SHA-1 in hex of the peer's certificate, which proves it instead of chain and name; empty: none
  std::size_t max_response_bytes = std::size_t{256} << 20;
  std::optional<std::chrono::milliseconds> total_timeout;  // to the end of the body
  const std::atomic<bool>* cancelled = nullptr;            // looked at while waiting; counts as a timeout
  /// Asked when the headers are there: where the body goes. Null, or nothing in it: into the response.
  std::function<BodySink(const IncomingResponse& head)> streams;
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

/// The same with connections that are kept open for the next call to the same place. Threads: any number at a time.
class HttpConnections {
 public:
  HttpConnections() = default;
  HttpConnections(const HttpConnections&) = delete;
  HttpConnections& operator=(const HttpConnections&) = delete;
  ~HttpConnections();
  IncomingResponse send(const OutgoingRequest& request);

 private:
  std::mutex mutex_;
  std::vector<void*> idle_;  // libcurl's handles
};

}  // namespace portcullis::hosts
