// The response that the gateway prepares for an error before on-error runs.
#pragma once

#include "engine/exchange/exchange.h"
#include "engine/policy/policy_error.h"

namespace portcullis {

/// Status, reason, Retry-After, and the one-line JSON body. source: error-handling.md#4
Response* error_response(Exchange& exchange, const PolicyError& error);

/// A Guid in .NET's byte order as `D` text, 36 characters.
void format_guid(const std::uint8_t (&bytes)[16], char* out);

}  // namespace portcullis
