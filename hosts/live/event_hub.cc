#include "hosts/live/event_hub.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "hosts/files/ascii.h"

namespace portcullis::hosts {

namespace {

constexpr std::chrono::minutes kSignatureLifetime{10};
constexpr const char* kResource = "https://eventhubs.azure.net";

std::size_t size_of(const SentEvent& event) {
  return event.content.size() + event.partition_id.size() + event.partition_key.size() + event.logger_id.size() +
         sizeof(SentEvent);
}

std::string url_of(const LoggerDescription& logger) { return logger.endpoint + "/" + percent_encoded(logger.hub); }

bool goes_with(const SentEvent& first, const SentEvent& next) {
  return same_ignoring_case(first.logger_id, next.logger_id) && first.partition_id == next.partition_id &&
         first.partition_key == next.partition_key;
}

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(Json(text).dump());
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

// The service's words, short.
std::string shortened(const std::string& body) {
  constexpr std::size_t kMost = 200;
  std::string line = body.substr(0, kMost);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return line;
}

}  // namespace

std::string shared_access_signature(const std::string& resource, const std::string& key_name, const std::string& key,
                                    std::chrono::sys_seconds expiry) {
  const std::string encoded = percent_encoded(ascii_lower(resource));
  const std::string end = std::to_string(expiry.time_since_epoch().count());
  const std::string to_sign = encoded + "\n" + end;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(to_sign.data()),
       to_sign.size(), digest.data(), &size);
  const std::string signature = encode_base64({reinterpret_cast<const char*>(digest.data()), size});
  return "SharedAccessSignature sr=" + encoded + "&sig=" + percent_encoded(signature) + "&se=" + end +
         "&skn=" + percent_encoded(key_name);
}

OutgoingRequest event_request(const LoggerDescription& logger, std::span<const SentEvent> events,
                              std::chrono::milliseconds timeout) {
  const SentEvent& first = events.front();
  OutgoingRequest request;
  request.method = "POST";
  request.url = url_of(logger);
  if (!first.partition_id.empty()) request.url += "/partitions/" + percent_encoded(first.partition_id);
  request.url += "/messages?api-version=2014-01";
  const Json properties = {{"PartitionKey", first.partition_key}};
  if (events.size() == 1) {
    request.headers.emplace_back("Content-Type", "application/atom+xml;type=entry;charset=utf-8");
    if (!first.partition_key.empty())
      request.headers.emplace_back("BrokerProperties", properties.dump(-1, ' ', true, Json::error_handler_t::replace));
    request.body = first.content;
  } else {
    request.headers.emplace_back("Content-Type", "application/vnd.microsoft.servicebus.json");
    Json all = Json::array();
    for (const SentEvent& event : events) {
      Json item = {{"Body", event.content}};
      if (!event.partition_key.empty()) item["BrokerProperties"] = properties;
      all.push_back(std::move(item));
    }
    request.body = all.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  request.timeout = timeout;
  request.total_timeout = timeout;
  request.max_response_bytes = std::size_t{1} << 16;
  return request;
}

EventHubQueue::EventHubQueue(std::vector<LoggerDescription> loggers, SenderEnvironment environment, JsonLines& lines,
                             EventHubLimits limits)
    : loggers_(std::move(loggers)), environment_(std::move(environment)), lines_(lines), limits_(limits) {}

EventHubQueue::~EventHubQueue() { close(); }

const LoggerDescription* EventHubQueue::find(const std::string& id) const {
  for (const LoggerDescription& logger : loggers_) {
    if (same_ignoring_case(logger.id, id)) return &logger;
  }
  return nullptr;
}

void EventHubQueue::post(SentEvent event) {
  const std::size_t size = size_of(event);
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || queue_.size() >= limits_.events || bytes_ + size > limits_.bytes) {
      ++counts_.dropped;
      return;
    }
    queue_.push_back(std::move(event));
    bytes_ += size;
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  }
  changed_.notify_all();
}

// What stands first, and behind it what goes to the same place: those that follow keep their order. Locked.
std::vector<SentEvent> EventHubQueue::take_batch() {
  std::vector<SentEvent> batch;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < std::max<std::size_t>(1, limits_.batch)) {
    const SentEvent& next = queue_.front();
    const bool is_alone = !is_utf8(next.content);  // a batch is JSON
    const bool fits = batch.empty() || (!is_alone && goes_with(batch.front(), next) &&
                                        bytes + next.content.size() <= limits_.batch_bytes);
    if (!fits) break;
    bytes += next.content.size();
    bytes_ -= size_of(next);
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (is_alone) break;
  }
  return batch;
}

void EventHubQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || closing_ || !queue_.empty(); });
    if (stop_ || queue_.empty()) return;
    const std::vector<SentEvent> events = take_batch();
    busy_ = true;
    lock.unlock();
    const LoggerDescription* logger = find(events.front().logger_id);
    if (logger != nullptr && !logger->endpoint.empty()) {
      deliver(*logger, events);
    } else {
      write_lines(events, logger == nullptr && !loggers_.empty());
    }
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void EventHubQueue::write_lines(const std::vector<SentEvent>& events, bool is_unknown) {
  for (const SentEvent& event : events) {
    Telemetry one;
    one.events.push_back(event);
    const bool is_written = lines_.write(events_json(one).front());
    const std::lock_guard counting(mutex_);
    ++(is_written ? counts_.written : counts_.failed);
    counts_.unknown += is_unknown ? 1 : 0;
  }
}

void EventHubQueue::deliver(const LoggerDescription& logger, const std::vector<SentEvent>& events) {
  std::chrono::milliseconds time = limits_.first_pause;
  for (int attempt = 1;; ++attempt) {
    bool may_try_again = false;
    if (try_once(logger, events, may_try_again)) {
      const std::lock_guard lock(mutex_);
      counts_.sent += events.size();
      ++counts_.calls;
      return;
    }
    if (!may_try_again || attempt >= limits_.attempts || !pause(time)) break;
    time *= 4;
  }
  const std::lock_guard lock(mutex_);
  counts_.failed += events.size();
}

// False: there is no time left.
bool EventHubQueue::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return stop_.load(); });
}

void EventHubQueue::fail(std::string problem) {
  const std::lock_guard lock(mutex_);
  counts_.problem = std::move(problem);
}

bool EventHubQueue::try_once(const LoggerDescription& logger, std::span<const SentEvent> events, bool& may_try_again) {
  OutgoingRequest request = event_request(logger, events, limits_.timeout);
  if (!logger.key.empty()) {
    request.headers.emplace_back("Authorization", shared_access_signature(url_of(logger), logger.key_name, logger.key,
                                                                          environment_.now() + kSignatureLifetime));
  } else {
    const TokenResult token = environment_.token(kResource, logger.client_id);
    if (!token.token.has_value()) return fail("logger " + logger.id + ": no access token: " + token.error), false;
    request.headers.emplace_back("Authorization", "Bearer " + token.token->text);
  }
  request.cancelled = &stop_;
  const IncomingResponse answer = environment_.send(request);
  if (answer.outcome != IncomingResponse::Outcome::kOk) {
    may_try_again = true;
    const bool is_late = answer.outcome == IncomingResponse::Outcome::kTimeout;
    return fail("logger " + logger.id + ": " + (is_late ? "no answer in time" : answer.error)), false;
  }
  if (answer.status >= 200 && answer.status < 300) return true;
  const bool is_token_refused = answer.status == 401 && logger.key.empty();
  if (is_token_refused) environment_.token_refused(kResource, logger.client_id);
  may_try_again = answer.status == 429 || answer.status >= 500 || is_token_refused;
  fail("logger " + logger.id + ": Event Hubs answered " + std::to_string(answer.status) + " " + shortened(answer.body));
  return false;
}

void EventHubQueue::close() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, limits_.at_shutdown, [&] { return queue_.empty() && !busy_; });
  stop_ = true;
  counts_.dropped += queue_.size();
  queue_.clear();
  bytes_ = 0;
  changed_.notify_all();
  lock.unlock();
  if (thread_.joinable()) thread_.join();
}

EventHubQueue::Counts EventHubQueue::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace portcullis::hosts
