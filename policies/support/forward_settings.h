// The attributes of forward-request, which stands in `backend` of a resolver too.
#pragma once

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

inline constexpr Word kHttpVersionWords[] = {{"1", 0}, {"2or1", 1}, {"2", 2}};
// In the enum's namespace, where it is looked up.
constexpr std::span<const Word> portcullis_words(HttpCall::HttpVersion*) { return kHttpVersionWords; }

struct ForwardSettings {
  Setting<std::chrono::seconds> timeout;
  Setting<std::int64_t> timeout_ms;
  Setting<std::chrono::seconds> continue_timeout;
  HttpCall::HttpVersion http_version = HttpCall::HttpVersion::k1;
  Setting<bool> follow_redirects;
  bool buffer_request_body = false;
  bool buffer_response = true;
  bool fail_on_error_status_code = false;
};

inline constexpr AttributeSpec kForwardAttributes[] = {
    optional<&ForwardSettings::timeout>("timeout"),
    optional<&ForwardSettings::timeout_ms>("timeout-ms"),
    optional<&ForwardSettings::continue_timeout>("continue-timeout"),
    optional<&ForwardSettings::http_version>("http-version"),
    optional<&ForwardSettings::follow_redirects>("follow-redirects"),
    optional<&ForwardSettings::buffer_request_body>("buffer-request-body"),
    optional<&ForwardSettings::buffer_response>("buffer-response"),
    optional<&ForwardSettings::fail_on_error_status_code>("fail-on-error-status-code"),
};

/// Timeouts (300 seconds when nothing is said), redirects, protocol. False after an expression failed.
bool apply_forward_settings(PolicyRun& run, const ForwardSettings& settings, HttpCall& call);

}  // namespace portcullis
