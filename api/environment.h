// The system's clock and random source as an object of its own, for what lies in an execution.
#pragma once

#include <chrono>
#include <memory>
#include <random>

#include "portcullis/portcullis.hpp"

namespace portcullis {

/// As make_system_environment has it.
constexpr std::chrono::milliseconds kDefaultExpressionTime{5000};

/// Cheap to make: the random generator is seeded when it is first asked.
class SystemEnvironment final : public Environment {
 public:
  explicit SystemEnvironment(std::chrono::milliseconds expression_time = kDefaultExpressionTime)
      : expression_time_(expression_time) {}

  Ticks utc_now_ticks() override;
  std::uint64_t random() override;
  void expression_starts() override { deadline_ = {}; }
  bool out_of_time() override;

 private:
  std::chrono::milliseconds expression_time_;
  std::chrono::steady_clock::time_point deadline_;
  std::unique_ptr<std::mt19937_64> generator_;
};

}  // namespace portcullis
