// Basic credentials as a header value.
#pragma once

#include <string_view>

#include "engine/policy/policy_run.h"

namespace portcullis {

/// `Basic ` and the base64 of "username:password"; empty when that is larger than the memory limit. Lifetime: the request.
std::string_view basic_credentials(PolicyRun& run, std::string_view username, std::string_view password);

}  // namespace portcullis
