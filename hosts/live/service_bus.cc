#include "hosts/live/service_bus.h"

#include <algorithm>
#include <array>

#include "hosts/files/ascii.h"

namespace portcullis::hosts {

namespace {

constexpr const char* kResource = "https://servicebus.azure.net";
constexpr std::chrono::milliseconds kTimeout{60'000};

bool is_header_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_ascii_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

// Application properties travel as headers, so that they cannot have the names of real ones.
bool is_taken(std::string_view name) {
  constexpr std::array kTaken = {"Authorization",
                                 "BrokerProperties",
                                 "Connection",
                                 "Content-Length",
                                 "Content-Type",
                                 "Expect",
                                 "Host",
                                 "Transfer-Encoding",
                                 "TE",
                                 "Trailer",
                                 "Upgrade",
                                 "Keep-Alive",
                                 "Proxy-Authorization"};
  return std::any_of(kTaken.begin(), kTaken.end(),
                     [&](std::string_view taken) { return same_ignoring_case(taken, name); });
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_ascii_alphanumeric(c) || c == '.' || c == '-' || c == ':';
  });
}

}  // namespace

OutgoingRequest message_request(const SentMessage& message, const std::string& endpoint, std::string& problem) {
  OutgoingRequest request;
  if (endpoint.empty() && !is_host(message.host)) {
    problem = "`" + message.host + "` is no host name of a Service Bus namespace";
    return request;
  }
  const std::string& entity = message.queue_name.empty() ? message.topic_name : message.queue_name;
  request.method = "POST";
  request.url = endpoint.empty() ? "https://" + message.host : endpoint;
  while (request.url.ends_with('/')) request.url.pop_back();
  // Names of entities may have levels: `shop/orders`.
  for (std::size_t at = 0; at <= entity.size();) {
    const std::size_t end = std::min(entity.find('/', at), entity.size());
    const std::string_view level = std::string_view(entity).substr(at, end - at);
    if (level == "." || level == "..") problem = "`" + entity + "` is no name of a queue or topic";
    request.url += '/';
    request.url += percent_encoded(level);
    at = end + 1;
  }
  request.url += "/messages";
  request.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  for (const auto& [name, value] : message.properties) {
    if (!is_header_name(name) || is_taken(name)) {
      problem = "the message property `" + name + "` cannot be sent: over HTTPS its name is a header's";
      return request;
    }
    request.headers.emplace_back(name, Json(value).dump(-1, ' ', true, Json::error_handler_t::replace));
  }
  request.body = message.content;
  request.timeout = kTimeout;
  request.total_timeout = kTimeout;
  request.max_response_bytes = std::size_t{1} << 16;
  return request;
}

ServiceBusResult send_message(const SentMessage& message, const std::string& endpoint,
                              const SenderEnvironment& environment) {
  using Outcome = ServiceBusResult::Outcome;
  std::string problem;
  OutgoingRequest request = message_request(message, endpoint, problem);
  if (!problem.empty()) return {Outcome::kFailed, problem};
  const TokenResult token = environment.token(kResource, message.client_id);
  if (!token.token.has_value()) return {Outcome::kFailed, "no access token: " + token.error};
  request.headers.emplace_back("Authorization", "Bearer " + token.token->text);
  const IncomingResponse answer = environment.send(request);
  if (answer.outcome == IncomingResponse::Outcome::kTimeout) return {Outcome::kTimeout, {}};
  if (answer.outcome != IncomingResponse::Outcome::kOk) return {Outcome::kFailed, answer.error};
  if (answer.status >= 200 && answer.status < 300) return {};
  if (answer.status == 401) environment.token_refused(kResource, message.client_id);
  constexpr std::size_t kMost = 200;
  return {Outcome::kFailed,
          "Service Bus answered " + std::to_string(answer.status) + " " + answer.body.substr(0, kMost)};
}

}  // namespace portcullis::hosts
