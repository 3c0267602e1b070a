// A blocking host that really makes the calls, on libcurl and threads. What it sent is recorded, for the report.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "hosts/live/body_stream.h"
#include "hosts/live/senders.h"
#include "hosts/scripted/world.h"
#include "portcullis/portcullis.hpp"

namespace portcullis::hosts {

class LiveHost {
 public:
  virtual ~LiveHost() = default;
  /// Starts the effects and waits for at least one answer of all that are under way.
  virtual std::vector<Reply> perform(std::span<const Effect> effects, std::string_view caller_body, Recorded& record) = 0;
  /// The body of the backend's last answer when it is a stream of events: the answer was given when its headers were
  /// there. Null when it is none. Valid until the next call of a backend.
  virtual std::shared_ptr<BodyStream> body() = 0;
  virtual Environment& environment() = 0;
  /// Sends what is still queued, for a short while. What the user should know about events and messages.
  virtual std::vector<std::string> finish() = 0;
};

std::unique_ptr<LiveHost> make_live_host(SenderOptions senders = {});

}  // namespace portcullis::hosts
