// A message to a Service Bus queue or topic over HTTPS, by the managed identity.
// source: learn.microsoft.com, Service Bus REST "Send message"
#pragma once

#include <string>

#include "hosts/live/event_hub.h"
#include "hosts/scripted/telemetry.h"

namespace portcullis::hosts {

struct ServiceBusResult {
  enum class Outcome { kAccepted, kTimeout, kFailed } outcome = Outcome::kAccepted;
  std::string problem;
};

/// The request without its Authorization; `problem` says why there is none. `endpoint` stands for the namespace's own
/// when it is not empty.
OutgoingRequest message_request(const SentMessage& message, const std::string& endpoint, std::string& problem);

/// Blocks until the broker has it. Nothing is tried again: the broker may have taken what it did not confirm.
ServiceBusResult send_message(const SentMessage& message, const std::string& endpoint,
                              const SenderEnvironment& environment);

}  // namespace portcullis::hosts
