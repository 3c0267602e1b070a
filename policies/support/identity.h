// Tokens of the managed identity: what authentication-managed-identity and backends with such credentials share.
#pragma once

#include <string_view>

#include "engine/policy/policy_run.h"

namespace portcullis {

/// The token that answers `call`, put into the store when it is new. After a refresh that failed it is the old one,
/// while that is good. Empty when there is none: `problem` says why. Lifetime: the request.
std::string_view received_token(PolicyRun& run, const TokenCall& call, const ReplyValue& reply,
                                std::string_view& problem);

}  // namespace portcullis
