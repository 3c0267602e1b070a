// Instructions that this thread executes in user mode, counted by the processor where the system lets us (Linux
// perf_event_open).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace portcullis::cli {

class InstructionCounter {
 public:
  InstructionCounter();
  ~InstructionCounter();
  InstructionCounter(const InstructionCounter&) = delete;
  InstructionCounter& operator=(const InstructionCounter&) = delete;

  /// Why nothing is counted here; empty: it is.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  void start();
  /// Since `start`; nullopt when nothing is counted, or the counter had to be shared.
  std::optional<std::uint64_t> stop();

 private:
  int descriptor_ = -1;
  std::string problem_;
};

}  // namespace portcullis::cli
