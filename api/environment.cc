// The system's clock and random source, for embedders that bring none.
#include <chrono>
#include <random>

#include "portcullis/portcullis.hpp"

namespace portcullis {

namespace {

class SystemEnvironment final : public Environment {
 public:
  explicit SystemEnvironment(std::chrono::milliseconds expression_time) : expression_time_(expression_time), generator_(seed()) {}

  Ticks utc_now_ticks() override {
    using TickDuration = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
    constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return kUnixEpoch + std::chrono::duration_cast<TickDuration>(now).count();
  }
  std::uint64_t random() override { return generator_(); }
  void expression_starts() override { deadline_ = {}; }
  // The clock is read for the first time when an expression has already run a while.
  bool out_of_time() override {
    const auto now = std::chrono::steady_clock::now();
    if (deadline_ == std::chrono::steady_clock::time_point{}) deadline_ = now + expression_time_;
    return now > deadline_;
  }

 private:
  static std::uint64_t seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) | device();
  }

  std::chrono::milliseconds expression_time_;
  std::chrono::steady_clock::time_point deadline_;
  std::mt19937_64 generator_;
};

}  // namespace

std::unique_ptr<Environment> make_system_environment(std::chrono::milliseconds expression_time) {
  return std::make_unique<SystemEnvironment>(expression_time);
}

}  // namespace portcullis
