#include "hosts/live/senders.h"

#include "hosts/files/ascii.h"

namespace portcullis::hosts {

namespace {

constexpr std::chrono::minutes kBeforeExpiry{5};
constexpr std::size_t kMostTokens = 64;
constexpr std::chrono::milliseconds kTokenBudget{3'000};

std::chrono::sys_seconds now() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

// Nobody may have to wait long for a log: one short acquisition.
IdentityEnvironment short_identity() {
  IdentityEnvironment environment = real_identity_environment();
  environment.budget = kTokenBudget;
  return environment;
}

}  // namespace

SenderTokens::SenderTokens() : identity_(short_identity()) {}

TokenResult SenderTokens::get(const std::string& resource, const std::string& client_id) {
  const std::pair key(resource, client_id);
  {
    const std::lock_guard lock(mutex_);
    const auto kept = tokens_.find(key);
    if (kept != tokens_.end() && kept->second.expires_at > now() + kBeforeExpiry) return {kept->second, {}};
  }
  TokenResult result = identity_.acquire(resource, client_id);
  const std::lock_guard lock(mutex_);
  if (tokens_.size() >= kMostTokens) tokens_.clear();
  if (result.token.has_value()) tokens_.insert_or_assign(key, *result.token);
  return result;
}

void SenderTokens::forget(const std::string& resource, const std::string& client_id) {
  const std::lock_guard lock(mutex_);
  tokens_.erase({resource, client_id});
}

Senders::Senders(SenderOptions options)
    : options_(std::move(options)),
      lines_(options_.lines_path),
      environment_{.send = [this](const OutgoingRequest& request) { return connections_.send(request); },
                   .token = [this](const std::string& resource,
                                   const std::string& client) { return tokens_.get(resource, client); },
                   .token_refused = [this](const std::string& resource,
                                           const std::string& client) { tokens_.forget(resource, client); },
                   .now = &now},
      events_(options_.loggers, environment_, lines_) {
  if (!lines_.is_open()) note("cannot write " + options_.lines_path);
}

void Senders::note(const std::string& text) {
  constexpr std::size_t kMostNotes = 100;
  const std::lock_guard lock(mutex_);
  if (notes_.size() < kMostNotes) notes_.insert(text);
}

void Senders::post(SentEvent event) {
  const LoggerDescription* logger = nullptr;
  for (const LoggerDescription& one : options_.loggers) {
    if (same_ignoring_case(one.id, event.logger_id)) logger = &one;
  }
  if (logger == nullptr || logger->endpoint.empty()) {
    note("log-to-eventhub: the logger `" + event.logger_id +
         "` has no endpoint here: its events are written as JSON lines to " +
         (options_.lines_path.empty() ? "standard error" : options_.lines_path));
  }
  events_.post(std::move(event));
}

ServiceBusResult Senders::send(const SentMessage& message) {
  if (!message.host.empty() || !options_.service_bus_endpoint.empty()) {
    return send_message(message, options_.service_bus_endpoint, environment_);
  }
  note(std::string("send-service-bus-message: no namespace is given: messages are written as JSON lines to ") +
       (options_.lines_path.empty() ? "standard error" : options_.lines_path));
  Telemetry one;
  one.messages.push_back(message);
  if (lines_.write(messages_json(one).front())) return {};
  return {ServiceBusResult::Outcome::kFailed, "the message cannot be written to " + options_.lines_path};
}

std::vector<std::string> Senders::finish() {
  events_.close();
  const EventHubQueue::Counts counts = events_.counts();
  const auto say = [&](std::uint64_t count, const std::string& what) {
    if (count > 0) note("log-to-eventhub: " + std::to_string(count) + " " + what);
  };
  say(counts.dropped, "events were dropped: the queue was full, or there was no time left");
  say(counts.failed, "events were not sent" + (counts.problem.empty() ? std::string() : ": " + counts.problem));
  const std::lock_guard lock(mutex_);
  return {notes_.begin(), notes_.end()};
}

}  // namespace portcullis::hosts
