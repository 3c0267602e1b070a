// A TCP connection with deadlines, plain or with TLS. hiredis of Debian 12 (0.14) has no TLS, so the bytes go through
// OpenSSL here and only the protocol is left to it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "hosts/redis/address.h"

namespace portcullis::hosts {

using RedisClock = std::chrono::steady_clock;

class RedisSocket {
 public:
  RedisSocket();
  ~RedisSocket();
  RedisSocket(const RedisSocket&) = delete;
  RedisSocket& operator=(const RedisSocket&) = delete;

  /// All of these: false after a failure, and `problem()` says which; the connection is of no more use then.
  bool open(const RedisAddress& address, const RedisOptions& options, RedisClock::time_point deadline);
  bool write(std::string_view bytes, RedisClock::time_point deadline);
  /// Waits for some bytes. `bytes` points into this until the next call.
  bool read(std::string_view& bytes, RedisClock::time_point deadline);
  /// False when the other side has closed, or has sent what nobody asked for.
  [[nodiscard]] bool is_quiet() const;
  void close();
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Tls;
  bool connect(const RedisAddress& address, RedisClock::time_point deadline);
  bool start_tls(const RedisAddress& address, const RedisOptions& options, RedisClock::time_point deadline);
  bool wait(short events, RedisClock::time_point deadline);
  bool send_raw(std::string_view bytes, RedisClock::time_point deadline);
  bool receive_raw(std::size_t& size, RedisClock::time_point deadline);
  bool flush_tls(RedisClock::time_point deadline);
  bool feed_tls(RedisClock::time_point deadline);
  bool fail(std::string what);

  int descriptor_ = -1;
  std::unique_ptr<Tls> tls_;
  std::string problem_;
  std::unique_ptr<char[]> buffer_;
};

}  // namespace portcullis::hosts
