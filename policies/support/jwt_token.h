// Finding and opening the token that a policy checks.
#pragma once

#include <string_view>

#include "engine/exchange/jwt.h"
#include "policies/support/jwt_claims.h"
#include "policies/support/jwt_key.h"
#include "policies/support/jwt_policy.h"

namespace portcullis {

struct TokenPart {
  std::string_view signed_text;  // header and payload as they stand
  std::string_view signature;    // decoded; empty: there is none
  std::string_view algorithm, key_id, x5t;
};

// Each gives false after an expression or a limit ended the policy.
bool find_token(PolicyRun& run, const TokenPolicy& policy, std::string_view& text, Refusal& refusal);
/// Reads the token, after decrypting it where it is encrypted.
bool read_token(PolicyRun& run, const TokenPolicy& policy, std::string_view text, Jwt*& token, TokenPart& part,
                Refusal& refusal);
/// Makes the keys of a list. False when one of its certificates cannot be had.
bool make_keys(PolicyRun& run, const Listed<KeyElement>* list, bool is_private, std::vector<TokenKey>& keys);

}  // namespace portcullis
