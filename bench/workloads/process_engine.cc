// The conversation, one line each way:
//   version              -> a line
//   effects W I          -> how many bytes follow, a line feed, the bytes (format of bench/data/expected)
//   run W COUNT          -> the nanoseconds it took
#include "bench/workloads/process_engine.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace portcullis::bench {

namespace {

/// The process's number, or -1. `in` and `out` become its standard input and output; -1: as ours, and nothing.
pid_t spawn(const std::vector<std::string>& command, int in, int out) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (in >= 0) posix_spawn_file_actions_adddup2(&actions, in, 0);
  if (out >= 0)
    posix_spawn_file_actions_adddup2(&actions, out, 1);
  else
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t process = -1;
  const int error = posix_spawnp(&process, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? process : -1;
}

bool run_to_end(const std::vector<std::string>& command) {
  const pid_t process = spawn(command, -1, -1);
  int status = 0;
  return process >= 0 && waitpid(process, &status, 0) == process && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class ProcessEngine final : public Engine {
 public:
  explicit ProcessEngine(ProcessRecipe recipe) : recipe_(std::move(recipe)) {}
  ~ProcessEngine() override {
    if (to_ != nullptr) std::fclose(to_);
    if (from_ != nullptr) std::fclose(from_);
    if (process_ >= 0) waitpid(process_, nullptr, 0);  // it ends when its input does
  }

  [[nodiscard]] std::string name() const override { return recipe_.name; }
  [[nodiscard]] std::string version() const override { return version_; }

  bool start(const Data&, std::string& why) override {
    std::signal(SIGPIPE, SIG_IGN);
    why = "not installed (" + recipe_.needs + ")";
    if (!recipe_.prepare.empty() && !run_to_end(recipe_.prepare)) return false;
    if (!open()) return false;
    version_ = ask("version");
    if (!recipe_.temporary.empty()) std::remove(recipe_.temporary.c_str());
    return !version_.empty();
  }

  std::string effects(std::size_t w, std::size_t i) override {
    const std::string size = ask("effects " + std::to_string(w) + " " + std::to_string(i));
    std::string text(std::strtoul(size.c_str(), nullptr, 10), '\0');
    const std::size_t got = std::fread(text.data(), 1, text.size(), from_);
    text.resize(got);
    return text;
  }

  double run(std::size_t w, std::size_t count) override {
    return std::strtod(ask("run " + std::to_string(w) + " " + std::to_string(count)).c_str(), nullptr);
  }

 private:
  bool open() {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return false;
    process_ = spawn(recipe_.command, in[0], out[1]);
    ::close(in[0]);
    ::close(out[1]);
    to_ = fdopen(in[1], "w");
    from_ = fdopen(out[0], "r");
    return process_ >= 0;
  }

  std::string ask(const std::string& line) {
    std::fputs((line + "\n").c_str(), to_);
    std::fflush(to_);
    std::string answer;
    for (int c = 0; (c = std::fgetc(from_)) != EOF && c != '\n';) answer += static_cast<char>(c);
    return answer;
  }

  ProcessRecipe recipe_;
  std::string version_;
  pid_t process_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace

std::unique_ptr<Engine> make_process_engine(ProcessRecipe recipe) {
  return std::make_unique<ProcessEngine>(std::move(recipe));
}

}  // namespace portcullis::bench
