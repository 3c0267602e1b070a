// The start of the command, beside that of a program that does nothing.
#include <fcntl.h>
#include <initializer_list>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <benchmark/benchmark.h>

namespace portcullis::bench {

namespace {

#ifdef PORTCULLIS_COMMAND

/// True when the program ran and ended well.
bool run(std::initializer_list<const char*> words) {
  std::vector<char*> arguments;
  for (const char* word : words) arguments.push_back(const_cast<char*>(word));  // posix_spawn's own type
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return error == 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void process_nothing(benchmark::State& state) {
  for (auto _ : state) {
    if (!run({PORTCULLIS_NOTHING})) return state.SkipWithError("it does not run");
  }
}
BENCHMARK(process_nothing)->UseRealTime()->Unit(benchmark::kMillisecond);

void process_eval(benchmark::State& state) {
  for (auto _ : state) {
    if (!run({PORTCULLIS_COMMAND, "eval", "@(1)"})) return state.SkipWithError("it does not run");
  }
}
BENCHMARK(process_eval)->UseRealTime()->Unit(benchmark::kMillisecond);

#endif

}  // namespace
}  // namespace portcullis::bench
