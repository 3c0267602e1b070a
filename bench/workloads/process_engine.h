// An engine in a process of its own that runs slices on command: V8 in node, C# on Mono.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/workloads/engine.h"

namespace portcullis::bench {

/// How to start it: `prepare` is run first (a compiler) and must end well, `command` stays.
struct ProcessRecipe {
  std::string name;
  std::vector<std::string> prepare;
  std::vector<std::string> command;
  std::string needs;           // what to install when it does not start
  std::string temporary = {};  // a file to remove once it has started
};

std::unique_ptr<Engine> make_process_engine(ProcessRecipe recipe);

}  // namespace portcullis::bench
