#include "api/environment.h"

#include "engine/dotnet/date_time.h"

namespace portcullis {

namespace {

std::uint64_t seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

Ticks SystemEnvironment::utc_now_ticks() {
  using TickDuration = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return calendar::kUnixEpochTicks + std::chrono::duration_cast<TickDuration>(now).count();
}

std::uint64_t SystemEnvironment::random() {
  if (generator_ == nullptr) generator_ = std::make_unique<std::mt19937_64>(seed());
  return (*generator_)();
}

// The clock is read for the first time when an expression has already run a while.
bool SystemEnvironment::out_of_time() {
  const auto now = std::chrono::steady_clock::now();
  if (deadline_ == std::chrono::steady_clock::time_point{}) deadline_ = now + expression_time_;
  return now > deadline_;
}

std::unique_ptr<Environment> make_system_environment(std::chrono::milliseconds expression_time) {
  return std::make_unique<SystemEnvironment>(expression_time);
}

}  // namespace portcullis
