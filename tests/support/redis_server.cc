#include "tests/support/redis_server.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace portcullis::test {

namespace {

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_on(std::uint16_t& port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = local(0);
  socklen_t size = sizeof address;
  auto* general = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(bind(descriptor, general, sizeof address) == 0);
  REQUIRE(getsockname(descriptor, general, &size) == 0);
  REQUIRE(listen(descriptor, 64) == 0);
  port = ntohs(address.sin_port);
  return descriptor;
}

int connect_to(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = local(port);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return descriptor;
  close(descriptor);
  return -1;
}

}  // namespace

namespace {

bool is_free(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = local(port);
  const bool free = bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return free;
}

}  // namespace

// Below the ports that the system hands out, so that no connection takes it first. A node of a cluster listens at
// port + 10000 too, and ends when that is taken.
std::uint16_t free_port() {
  constexpr unsigned kFirst = 15'000;
  constexpr unsigned kCount = 7'000;
  static unsigned next = static_cast<unsigned>(getpid()) * 37U;
  for (unsigned i = 0; i < kCount; ++i) {
    const auto port = static_cast<std::uint16_t>(kFirst + next++ % kCount);
    if (is_free(port) && is_free(static_cast<std::uint16_t>(port + 10'000))) return port;
  }
  FAIL("no free port");
  return 0;
}

RedisServer::RedisServer(std::vector<std::string> arguments, std::string config_file)
    : arguments_(std::move(arguments)), config_file_(std::move(config_file)), port_(free_port()) {
  char folder[] = "/tmp/portcullis-redis-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  folder_ = folder;
  start();
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisServer::start() {
  std::vector<std::string> words{"redis-server"};
  if (!config_file_.empty()) words.push_back(config_file_);
  for (const std::string& word :
       {std::string("--port"), std::to_string(port_), std::string("--bind"), std::string("127.0.0.1"),
        std::string("--save"), std::string(""), std::string("--appendonly"), std::string("no"), std::string("--dir"),
        folder_, std::string("--daemonize"), std::string("no"), std::string("--logfile"), folder_ + "/log"})
    words.push_back(word);
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  process_ = fork();
  REQUIRE(process_ >= 0);
  if (process_ == 0) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    execvp(pointers[0], pointers.data());
    _exit(127);  // not installed
  }
  for (int i = 0; i < 500; ++i) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      INFO("redis-server ended at once; is the package redis-server installed? log: " << folder_ << "/log");
      REQUIRE(WIFSIGNALED(status));
    }
    const int descriptor = connect_to(port_);
    if (descriptor >= 0) {
      close(descriptor);
      return;
    }
    usleep(10'000);
  }
  FAIL("redis-server does not listen");
}

void RedisServer::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::string RedisServer::url(const std::string& rest) const {
  return "redis://127.0.0.1:" + std::to_string(port_) + rest;
}

std::string RedisServer::command(const std::string& line) const {
  const int descriptor = connect_to(port_);
  REQUIRE(descriptor >= 0);
  const std::string text = line + "\r\n";
  static_cast<void>(!write(descriptor, text.data(), text.size()));
  std::string answer;
  char buffer[4096];
  pollfd entry{descriptor, POLLIN, 0};
  while (poll(&entry, 1, answer.empty() ? 2000 : 20) > 0) {
    const ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got <= 0) break;
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  close(descriptor);
  return answer;
}

BadServer::BadServer(std::string answer) : answer_(std::move(answer)) {
  listener_ = listen_on(port_);
  REQUIRE(pipe2(stop_, O_CLOEXEC) == 0);
  thread_ = std::thread([this] {
    std::vector<pollfd> entries{{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    char buffer[4096];
    while (poll(entries.data(), entries.size(), -1) > 0 && entries[1].revents == 0) {
      if ((entries[0].revents & POLLIN) != 0)
        entries.push_back({accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), POLLIN, 0});
      for (std::size_t i = 2; i < entries.size(); ++i) {
        if (entries[i].revents == 0) continue;
        if (read(entries[i].fd, buffer, sizeof buffer) <= 0) {
          close(entries[i].fd);
          entries[i].fd = -1;
        } else if (!answer_.empty()) {
          static_cast<void>(send(entries[i].fd, answer_.data(), answer_.size(), MSG_NOSIGNAL));
        }
        entries[i].revents = 0;
      }
    }
    for (std::size_t i = 2; i < entries.size(); ++i) {
      if (entries[i].fd >= 0) close(entries[i].fd);
    }
  });
}

BadServer::~BadServer() {
  static_cast<void>(!write(stop_[1], "x", 1));
  thread_.join();
  for (const int descriptor : {listener_, stop_[0], stop_[1]}) close(descriptor);
}

}  // namespace portcullis::test
