// An input as Portcullis' C++ API takes it.
#pragma once

#include <vector>

#include "bench/workloads/data.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::bench {

class StoppedClock final : public Environment {
 public:
  static constexpr Ticks kUnixEpoch = 621'355'968'000'000'000;
  Ticks utc_now_ticks() override { return kUnixEpoch + kNowMilliseconds * 10'000; }
  std::uint64_t random() override { return 4; }
  bool out_of_time() override { return false; }
};

/// A context with the memory behind its spans; stays where it is.
struct Prepared {
  std::vector<HeaderView> headers;
  std::vector<ParameterView> parameters;
  SubscriptionView subscription;
  ContextView context;
};

void prepare(const Input& input, Prepared& prepared);

}  // namespace portcullis::bench
