// Bodies that policies read and replace.
#pragma once

#include <string_view>

#include "engine/policy/policy_run.h"

namespace portcullis {

/// The new body, UTF-8: an existing charset parameter of Content-Type becomes utf-8; Content-Encoding is dropped, framing is the
/// host's. `content` must live as long as the request. source: transformation.md#6.1
void replace_body(PolicyRun& run, Message& message, std::string_view content);

}  // namespace portcullis
