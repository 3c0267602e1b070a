// Tokens of the managed identity: what authentication-managed-identity and backends with such credentials share.
#pragma once

#include <string_view>

#include "engine/policy/policy_run.h"

namespace portcullis {

/// The token that answers `call`, put into the store when it is new. After a refresh that failed it is the old one,
/// while that is good. Empty when there is none: `problem` says why. Lifetime: the request.
std::string_view received_token(PolicyRun& run, const TokenCall& call, const ReplyValue& reply,
                                std::string_view& problem);

/// What becomes of the token: a variable, or the Authorization header of the request (the one being built, inside
/// send-request).
struct TokenUse {
  std::string_view variable_name;
  std::uint32_t slot = 0;
  bool ignore_error = false;
};
void use_token(PolicyRun& run, const TokenUse& use, std::string_view token);
/// Fails, or goes on when errors are ignored: the variable is an empty string and the header stays as it is.
/// source: access-and-auth.md#3
Outcome no_token(PolicyRun& run, const TokenUse& use, std::string_view message);

}  // namespace portcullis
