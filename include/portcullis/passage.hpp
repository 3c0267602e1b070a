// A response body that policies watch while it streams to the caller.
#pragma once

#include <span>
#include <string_view>

#include "portcullis/exchange.hpp"

namespace portcullis {

/// What becomes of a piece of a streaming body.
struct Passage {
  /// To be sent on now. Borrowed until the next call; when nobody holds anything back, it is the very piece given.
  std::string_view forward;
  /// A policy ends the stream here: send `forward`, nothing more, and close both connections. `finish` is not needed then.
  bool cut = false;
  /// Answer `effects` with `resume_passage` before the next piece is given.
  bool waiting = false;
  /// Borrowed until the next call. Those without `needs_reply` may be performed at leisure.
  std::span<const Effect> effects;
  /// The call did not fit: nothing is watched, or an earlier Passage still waits.
  bool wrong_state = false;
};

}  // namespace portcullis
