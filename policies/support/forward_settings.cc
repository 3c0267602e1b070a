#include "policies/support/forward_settings.h"

#include "policies/support/call.h"

namespace portcullis {

constexpr std::chrono::seconds kDefaultTimeout{300};

bool apply_forward_settings(PolicyRun& run, const ForwardSettings& settings, HttpCall& call) {
  bool follow = false;
  if (!get_timeout(run, settings.timeout, settings.timeout_ms, kDefaultTimeout, call.timeout) ||
      !run.get(settings.follow_redirects, follow))
    return false;
  if (settings.continue_timeout.is_present) {
    std::chrono::seconds value{};
    if (!run.get(settings.continue_timeout, value)) return false;
    call.continue_timeout = value;
  }
  call.follow_redirects = follow;
  call.http_version = settings.http_version;
  call.buffer_response = settings.buffer_response;
  return true;
}

}  // namespace portcullis
