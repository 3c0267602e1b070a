// Dates in HTTP headers.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace portcullis {

/// `Sun, 06 Nov 1994 08:49:37 GMT`; nullopt for anything else, the two obsolete forms included. source: RFC 9110 5.6.7
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// Retry-After: seconds, or a date, which is never before now.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                           std::chrono::sys_time<std::chrono::milliseconds> now);

}  // namespace portcullis
