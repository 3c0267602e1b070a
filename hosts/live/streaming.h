// An answer that streams, passed on as it comes: each piece through the policies that watch it, what they ask answered
// by the real services meanwhile. source: docs/streaming.md
#pragma once

#include <functional>
#include <string_view>

#include "hosts/live/live_host.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

struct LiveStream {
  bool is_cut = false;      // by a policy
  bool is_complete = true;  // false: the backend broke off
};

/// For an execution that is done with a body of state kStream. `forward` gets what the caller gets, when he gets it.
LiveStream stream_live_body(Execution& execution, LiveHost& host, std::string_view caller_body, Recorded& record,
                            const std::function<void(std::string_view)>& forward);

}  // namespace portcullis::hosts
