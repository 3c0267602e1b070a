// Time that stands still until a test moves it; randomness that is always the same.
#pragma once

#include <chrono>

#include "portcullis/exchange.hpp"

namespace portcullis::test {

class StoppedClock final : public Environment {
 public:
  Ticks utc_now_ticks() override { return now; }
  std::uint64_t random() override { return 4; }
  bool out_of_time() override { return false; }
  void advance(std::chrono::milliseconds time) { now += time.count() * 10'000; }

  Ticks now = 638'819'568'000'000'000;  // 2025-05-04T12:00:00Z
};

}  // namespace portcullis::test
