// Why a policy failed: what becomes `context.LastError` and the prepared response.
#pragma once

#include <cstdint>
#include <string_view>

namespace portcullis {

/// Texts live in the Execution's arena or are static.
struct PolicyError {
  std::string_view source;   // empty: the failing element's name
  std::string_view reason;
  std::string_view message;
  std::int32_t status = 500;             // of the prepared response
  std::string_view status_reason;        // empty: the standard phrase
  std::string_view body_message;         // what the caller reads; empty: "Internal server error" and the activity id
  std::int64_t retry_after_seconds = -1; // Retry-After header; negative: none
  std::string_view retry_after_header;   // its name when it is another; empty: Retry-After
  bool keep_response = false;            // on-error keeps the current response (fail-on-error-status-code)
};

}  // namespace portcullis
