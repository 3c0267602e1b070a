// Bodies that policies read and replace.
#pragma once

#include <string_view>

#include "engine/policy/flow.h"
#include "engine/policy/policy_run.h"
#include "engine/policy/reader.h"

namespace portcullis {

/// The whole body of the message that stands in this section is wanted: the request's in inbound and backend, else the
/// response's.
std::uint8_t needs_body_of(Section section);

/// The `emit` of a policy that works on that body.
template <typename Config, Outcome (*kRun)(PolicyRun&, const Config&)>
void emit_with_body(FlowBuilder& flow, const Element&, const void* config) {
  constexpr auto kOperation = [](PolicyRun& run, const FlowOp& op) {
    return kRun(run, *static_cast<const Config*>(op.config));
  };
  flow.emit({.run = kOperation, .config = config, .needs = needs_body_of(flow.reader().section())});
}

/// Undoes Content-Encoding, which is dropped then. False after failing.
bool decode_body(PolicyRun& run, Message& message);
/// The decoded body as UTF-8 text; empty when there is none. Views into the message or the arena. False after failing.
bool read_body(PolicyRun& run, Message& message, std::string_view& text);

/// The new body, UTF-8: an existing charset parameter of Content-Type becomes utf-8; Content-Encoding is dropped,
/// framing is the host's. `content` must live as long as the request. source: transformation.md#6.1
void replace_body(PolicyRun& run, Message& message, std::string_view content);
/// The same in another charset, which an existing charset parameter then names.
void replace_body_in(PolicyRun& run, Message& message, std::string_view content, std::string_view charset);
/// With a new Content-Type; UTF-8.
void replace_body(PolicyRun& run, Message& message, std::string_view content, std::string_view content_type);

/// Fails with what a native raised: a limit keeps its own message, anything else is `what` and the exception's.
Outcome fail_with_pending(PolicyRun& run, std::string_view what);

}  // namespace portcullis
