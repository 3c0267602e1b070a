// What a token says, held against what a policy asks for: lifetime, audience, issuer, required claims.
#pragma once

#include <span>
#include <string_view>

#include "engine/exchange/jwt.h"
#include "policies/support/jwt_policy.h"

namespace portcullis {

/// Why a token is refused; an empty reason: it is not.
struct Refusal {
  std::string_view reason;
  std::string_view message;

  [[nodiscard]] bool is_none() const { return reason.empty(); }
};

/// What the metadata of the policy's providers name as issuers.
using Issuers = std::span<const std::string_view>;

// Each gives false after an expression of the policy failed, and else says in `refusal` what it found.
bool check_lifetime(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal);
bool check_audience(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal);
bool check_issuer(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Issuers known, Refusal& refusal);
bool check_client(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal);
bool check_claims(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, Refusal& refusal);

}  // namespace portcullis
