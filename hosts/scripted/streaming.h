// What the caller gets of an answer that streams: its chunks, as far as policies let them pass.
#pragma once

#include <string>
#include <string_view>

#include "hosts/scripted/world.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

struct StreamedBody {
  std::string content;
  bool is_cut = false;  // by a policy
};

/// Gives the recorded chunks to an execution that is done, and answers what its policies ask meanwhile. `piece_size`
/// other than 0 cuts them anew.
StreamedBody stream_body(Execution& execution, World& world, std::string_view caller_body, Recorded& record,
                         std::size_t piece_size = 0, std::size_t index = 0);

}  // namespace portcullis::hosts
