// A real PostgreSQL on a free port, in a folder of its own. Dies with its object.
#pragma once

#include <cstdint>
#include <string>

namespace portcullis::test {

class PostgresqlServer {
 public:
  PostgresqlServer();
  ~PostgresqlServer();
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  [[nodiscard]] std::string url() const;

 private:
  std::string folder_;
  std::uint16_t port_ = 0;
  int process_ = -1;
};

}  // namespace portcullis::test
