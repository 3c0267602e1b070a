#include "tests/support/postgresql_server.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <pwd.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/redis_server.h"

namespace portcullis::test {

namespace fs = std::filesystem;

namespace {

/// The newest version's programs.
fs::path programs() {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (fs::exists(entry.path() / "bin/postgres")) found.push_back(entry.path() / "bin");
  }
  INFO("the package postgresql must be installed");
  REQUIRE_FALSE(found.empty());
  return *std::max_element(found.begin(), found.end());
}

/// PostgreSQL does not run as root; the package's user does.
const passwd* other_user() { return geteuid() == 0 ? getpwnam("postgres") : nullptr; }

int start(const std::vector<std::string>& command) {
  const passwd* user = other_user();
  const pid_t child = fork();
  if (child != 0) return child;
  const int nowhere = open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor < 3; ++descriptor) dup2(nowhere, descriptor);
  if (user != nullptr && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
  if (chdir("/") != 0) _exit(126);
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

int run(const std::vector<std::string>& command) {
  int status = -1;
  waitpid(start(command), &status, 0);
  return status;
}

}  // namespace

PostgresqlServer::PostgresqlServer() : port_(free_port()) {
  char folder[] = "/tmp/portcullis-postgresql-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  folder_ = folder;
  const passwd* user = other_user();
  if (user != nullptr) REQUIRE(chown(folder, user->pw_uid, user->pw_gid) == 0);
  const fs::path bin = programs();
  REQUIRE(run({(bin / "initdb").string(), "-D", folder_ + "/data", "-U", "tester", "--auth=trust", "--encoding=UTF8",
               "--locale=C", "--no-sync"}) == 0);
  process_ = start({(bin / "postgres").string(), "-D", folder_ + "/data", "-h", "127.0.0.1", "-k", folder_, "-p",
                    std::to_string(port_), "-F"});
  const std::vector<std::string> ready = {(bin / "pg_isready").string(), "-q", "-h", "127.0.0.1", "-p",
                                          std::to_string(port_)};
  for (int i = 0; i < 300; ++i) {
    if (run(ready) == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  FAIL("PostgreSQL does not start");
}

PostgresqlServer::~PostgresqlServer() {
  if (process_ > 0) {
    kill(process_, SIGQUIT);
    waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PostgresqlServer::url() const {
  return "postgresql://tester@127.0.0.1:" + std::to_string(port_) + "/postgres";
}

}  // namespace portcullis::test
