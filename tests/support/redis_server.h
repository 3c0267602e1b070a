// A real redis-server on a free port, and servers that behave badly. Each is its own process and dies with its object.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace portcullis::test {

/// A port that nobody uses now.
std::uint16_t free_port();

class RedisServer {
 public:
  /// `arguments` go to redis-server behind its port; a config file may come first, for sentinels.
  explicit RedisServer(std::vector<std::string> arguments = {}, std::string config_file = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  void start();
  void kill();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& rest = {}) const;
  /// One command as redis-cli has it; its answer as bytes of the protocol.
  std::string command(const std::string& line) const;
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::vector<std::string> arguments_;
  std::string config_file_;
  std::string folder_;
  std::uint16_t port_ = 0;
  int process_ = -1;
};

/// Listens, and answers whatever is sent with the same bytes; none: never.
class BadServer {
 public:
  explicit BadServer(std::string answer);
  ~BadServer();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::string answer_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace portcullis::test
