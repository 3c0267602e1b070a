#include "policies/support/call.h"

#include <string>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/http.h"

namespace portcullis {

namespace {

bool is_hop_by_hop(std::string_view name) {
  for (const std::string_view hop : {"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
                                     "Transfer-Encoding", "Upgrade", "Content-Length"}) {
    if (equals_ignoring_ascii_case(name, hop)) return true;
  }
  return false;
}

// For the gateway alone. source: gateway-environment.md#2
bool is_for_gateway(std::string_view name) {
  for (const std::string_view own : {"Ocp-Apim-Trace", "Apim-Debug-Authorization", "Ocp-Apim-Debug"}) {
    if (equals_ignoring_ascii_case(name, own)) return true;
  }
  return false;
}

// Named by Connection: hop-by-hop too. source: RFC 9110 7.6.1
bool is_named_by(std::string_view connection, std::string_view name) {
  for (std::size_t at = 0; at <= connection.size();) {
    const std::size_t end = std::min(connection.find(',', at), connection.size());
    if (equals_ignoring_ascii_case(trim_ascii(connection.substr(at, end - at)), name)) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::span<const HeaderView> outgoing_headers(PolicyRun& run, const HeaderList& headers, bool keep_host) {
  Arena& arena = run.arena();
  const std::string_view connection = headers.joined(HeaderName("Connection"), arena);
  const std::span<HeaderView> lines = arena.array<HeaderView>(headers.size());
  std::size_t count = 0;
  headers.for_each([&](const HeaderView& line) {
    if (is_hop_by_hop(line.name) || is_for_gateway(line.name)) return;
    if (!keep_host && equals_ignoring_ascii_case(line.name, "Host")) return;
    if (!connection.empty() && is_named_by(connection, line.name)) return;
    const HeaderName name(line.name);
    if (keeps_values_apart(line.name) || headers.find_next(name, headers.find(name)) == nullptr) {
      lines[count++] = line;
    } else if (headers.find(name) == &line) {
      lines[count++] = {line.name, headers.joined(name, arena)};
    }
  });
  return lines.first(count);
}

void check_timeouts(Reader& reader, const Element& element) {
  const Attribute* milliseconds = element.find("timeout-ms");
  if (milliseconds != nullptr && element.find("timeout") != nullptr) {
    reader.report(milliseconds->name_span, policy_code::kConflict, "`timeout` and `timeout-ms` exclude each other", "write one of the two");
  }
}

bool get_timeout(PolicyRun& run, const Setting<std::chrono::seconds>& seconds, const Setting<std::int64_t>& milliseconds,
                 std::chrono::seconds fallback, std::chrono::milliseconds& timeout) {
  timeout = fallback;
  if (milliseconds.is_present) {
    std::int64_t value = 0;
    if (!run.get(milliseconds, value)) return false;
    timeout = std::chrono::milliseconds(value);
  } else if (seconds.is_present) {
    std::chrono::seconds value{};
    if (!run.get(seconds, value)) return false;
    timeout = value;
  }
  return true;
}

PolicyError call_error(PolicyRun& run, const FailureReply& failure) {
  switch (failure.kind) {
    case FailureReply::Kind::kTimeout: return {.reason = "Timeout", .message = failure.message.empty() ? "Request to the backend service timed out" : run.text(failure.message)};
    case FailureReply::Kind::kClientGone: return {.reason = "ClientConnectionFailure", .message = run.text(failure.message)};
    case FailureReply::Kind::kConnection:
    case FailureReply::Kind::kRefused:
    case FailureReply::Kind::kUnavailable: break;
  }
  return {.reason = "BackendConnectionFailure", .message = failure.message.empty() ? "The connection to the backend failed." : run.text(failure.message)};
}

}  // namespace portcullis
