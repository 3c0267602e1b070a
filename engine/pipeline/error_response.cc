#include "engine/pipeline/error_response.h"

#include <string>

#include "base/text.h"
#include "engine/json/json.h"

namespace portcullis {

void format_guid(const std::uint8_t (&bytes)[16], char* out) {
  // The first three fields are little-endian in .NET's byte order.
  constexpr int kOrder[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  constexpr char kDigits[] = "0123456789abcdef";
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    const std::uint8_t byte = bytes[kOrder[i]];
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 15];
  }
}

Response* error_response(Exchange& exchange, const PolicyError& error) {
  Arena& arena = exchange.arena;
  const std::string_view reason = error.status_reason.empty() ? reason_phrase(error.status) : error.status_reason;
  Response* response = exchange.make_response(error.status, reason);
  std::string body = joined("{ \"statusCode\": ", error.status, ", \"message\": \"");
  if (error.body_message.empty()) {
    char id[36];
    format_guid(exchange.view.request_id, id);
    append(body, "Internal server error\", \"activityId\": \"", std::string_view(id, 36), "\" }");
  } else {
    append_json_escaped(body, error.body_message);
    body += "\" }";
  }
  if (error.retry_after_seconds >= 0) {
    const std::string_view name = error.retry_after_header.empty() ? std::string_view("Retry-After") : error.retry_after_header;
    response->headers.set(name, arena.copy(std::string_view(std::to_string(error.retry_after_seconds))), arena);
  }
  response->headers.set("Content-Type", "application/json", arena);
  exchange.set_body(*response, arena.copy(std::string_view(body)));
  return response;
}

}  // namespace portcullis
