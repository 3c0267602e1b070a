// Outbound HTTP calls of policies: what both forward-request and send-request need.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

/// Header lines as they are sent: without hop-by-hop lines and framing; lines of one name joined, except where they stay apart.
/// Host is kept only when `keep_host`. `caller`, when there is one, is added to X-Forwarded-For. source: gateway-environment.md#2
std::span<const HeaderView> outgoing_headers(PolicyRun& run, const HeaderList& headers, bool keep_host, std::string_view caller = {});

/// Headers of one connection, framing, and what is for the gateway alone.
bool is_never_passed_on(std::string_view name);

/// `timeout` in seconds and `timeout-ms` exclude each other.
void check_timeouts(Reader& reader, const Element& element);
/// False after an expression failed. `fallback` when neither was given.
bool get_timeout(PolicyRun& run, const Setting<std::chrono::seconds>& seconds, const Setting<std::int64_t>& milliseconds,
                 std::chrono::seconds fallback, std::chrono::milliseconds& timeout);

/// What a FailureReply means to a policy. source: error-handling.md#3
PolicyError call_error(PolicyRun& run, const FailureReply& failure);
constexpr bool is_error_status(std::int32_t status) { return status >= 400 && status <= 599; }

}  // namespace portcullis
