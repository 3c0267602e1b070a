#include "hosts/redis/node.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace portcullis::hosts {

namespace {

constexpr std::size_t kMaxBatch = 256;

}  // namespace

RedisNode::RedisNode(const RedisOptions& options, Locate locate) : options_(options), locate_(std::move(locate)) {
  keeper_ = std::thread([this] { keep_connected(); });
}

RedisNode::~RedisNode() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  keeper_.join();
}

std::string RedisNode::problem() {
  const std::lock_guard lock(mutex_);
  return problem_;
}

bool RedisNode::is_away() {
  const std::lock_guard lock(mutex_);
  return state_ == State::kAway;
}

// ---- callers ------------------------------------------------------------------------------------------------------

bool RedisNode::wait_until_ready(std::unique_lock<std::mutex>& lock) {
  // The very first connection may take its time; one that broke under traffic may not.
  const auto deadline = RedisClock::now() + (was_ready_ ? options_.timeout : options_.connect_timeout);
  changed_.wait_until(lock, deadline, [&] { return state_ != State::kConnecting || stopping_; });
  return state_ == State::kReady && !stopping_;
}

std::vector<RedisValue> RedisNode::call(std::span<const std::string> commands) {
  std::unique_lock lock(mutex_);
  if (!wait_until_ready(lock)) return {};
  Request request;
  request.commands = commands;
  queue_.push_back(&request);
  const auto deadline = RedisClock::now() + options_.timeout;
  while (request.state == Request::State::kQueued || request.state == Request::State::kSent) {
    if (!has_leader_ && request.state == Request::State::kQueued) {
      lead(lock);
    } else if (request.state == Request::State::kSent) {
      changed_.wait(lock);  // the leader has a deadline
    } else if (changed_.wait_until(lock, deadline) == std::cv_status::timeout &&
               request.state == Request::State::kQueued) {
      std::erase(queue_, &request);
      request.state = Request::State::kFailed;
    }
  }
  if (request.state == Request::State::kFailed) return {};
  return std::move(request.replies);
}

void RedisNode::lead(std::unique_lock<std::mutex>& lock) {
  has_leader_ = true;
  std::vector<Request*> batch;
  while (!queue_.empty() && batch.size() < kMaxBatch) {
    batch.push_back(queue_.front());
    batch.back()->state = Request::State::kSent;
    queue_.pop_front();
  }
  bool good = state_ == State::kReady;
  if (good) {
    lock.unlock();
    good = exchange(batch);
    lock.lock();
  }
  for (Request* request : batch) {
    const bool is_whole = request->replies.size() == request->commands.size();
    request->state = is_whole ? Request::State::kAnswered : Request::State::kFailed;
  }
  if (!good || wants_reconnect_) lose(lock);
  has_leader_ = false;
  changed_.notify_all();
}

// Everything that waits fails: nobody knows for how long.
void RedisNode::lose(std::unique_lock<std::mutex>&) {
  if (state_ == State::kReady) {
    problem_ = socket_.problem();
    socket_.close();
    state_ = State::kConnecting;
  }
  wants_reconnect_ = false;
  for (Request* request : queue_) request->state = Request::State::kFailed;
  queue_.clear();
  changed_.notify_all();
}

bool RedisNode::exchange(const std::vector<Request*>& batch) {
  const auto deadline = RedisClock::now() + options_.timeout;
  std::string bytes;
  for (const Request* request : batch) {
    for (const std::string& command : request->commands) bytes += command;
  }
  // What a closed connection is sent is lost without a word: better not to send it.
  if (!socket_.is_quiet() && !connect_once()) return false;
  if (!socket_.write(bytes, deadline)) return false;
  for (Request* request : batch) {
    for (std::size_t i = 0; i < request->commands.size(); ++i) {
      RedisValue value;
      if (!read_reply(value, deadline)) return false;
      request->replies.push_back(std::move(value));
    }
  }
  return reader_->is_empty();  // more than was asked for: nothing that follows can be told apart
}

bool RedisNode::read_reply(RedisValue& value, RedisClock::time_point deadline) {
  for (;;) {
    bool is_broken = false;
    if (std::optional<RedisValue> whole = reader_->next(is_broken)) {
      value = std::move(*whole);
      return true;
    }
    std::string_view bytes;
    if (is_broken || !socket_.read(bytes, deadline) || !reader_->feed(bytes)) return false;
  }
}

void RedisNode::reconnect() {
  std::unique_lock lock(mutex_);
  wants_reconnect_ = true;
  if (!has_leader_) lose(lock);
}

// ---- the keeper ---------------------------------------------------------------------------------------------------

void RedisNode::keep_connected() {
  std::chrono::milliseconds backoff = options_.min_backoff;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    // A leader may still hold the socket.
    changed_.wait(lock, [&] { return stopping_ || (state_ != State::kReady && !has_leader_); });
    if (stopping_) return;
    lock.unlock();
    const bool connected = connect_once();
    lock.lock();
    state_ = connected ? State::kReady : State::kAway;
    changed_.notify_all();
    if (connected) {
      was_ready_ = true;
      backoff = options_.min_backoff;
      continue;
    }
    problem_ = socket_.problem();
    changed_.wait_for(lock, backoff, [&] { return stopping_; });
    backoff = std::min(backoff * 2, options_.max_backoff);
  }
}

bool RedisNode::connect_once() {
  const auto deadline = RedisClock::now() + options_.connect_timeout;
  socket_.close();
  reader_.emplace();
  const std::optional<RedisAddress> address = locate_(deadline);
  return address.has_value() && socket_.open(*address, options_, deadline) && greet(deadline) && reader_->is_empty();
}

bool RedisNode::ask(std::span<const std::string_view> words, RedisValue& value, RedisClock::time_point deadline) {
  return socket_.write(format_command(words), deadline) && read_reply(value, deadline);
}

// A server that accepts connections and does not answer is away.
bool RedisNode::greet(RedisClock::time_point deadline) {
  RedisValue value;
  if (!options_.password.empty()) {
    const std::string_view with_user[] = {"AUTH", options_.username, options_.password};
    const std::string_view without[] = {"AUTH", options_.password};
    const auto words = options_.username.empty() ? std::span<const std::string_view>(without)
                                                 : std::span<const std::string_view>(with_user);
    if (!ask(words, value, deadline) || value.is_error()) return false;
  }
  if (options_.database != 0) {
    const std::string database = std::to_string(options_.database);
    const std::string_view words[] = {"SELECT", database};
    if (!ask(words, value, deadline) || value.is_error()) return false;
  }
  const std::string_view ping[] = {"PING"};
  if (!ask(ping, value, deadline) || value.kind != RedisValue::Kind::kStatus) return false;
  if (options_.topology != RedisOptions::Topology::kSentinel) return true;
  // A sentinel may not know yet that its master is none any more.
  const std::string_view role[] = {"ROLE"};
  return ask(role, value, deadline) && value.kind == RedisValue::Kind::kArray && !value.items.empty() &&
         value.items[0].text == "master";
}

// ---- sentinels ----------------------------------------------------------------------------------------------------

namespace {

bool ask_one(RedisSocket& socket, std::span<const std::string_view> words, RedisValue& value, RedisReplyReader& reader,
             RedisClock::time_point deadline) {
  if (!socket.write(format_command(words), deadline)) return false;
  for (;;) {
    bool is_broken = false;
    if (std::optional<RedisValue> whole = reader.next(is_broken)) {
      value = std::move(*whole);
      return !value.is_error();
    }
    std::string_view bytes;
    if (is_broken || !socket.read(bytes, deadline) || !reader.feed(bytes)) return false;
  }
}

}  // namespace

std::optional<RedisAddress> ask_sentinels(const RedisOptions& options, RedisClock::time_point deadline) {
  for (const RedisAddress& sentinel : options.addresses) {
    // One that hangs must leave time for the others.
    const auto until = std::min(
        deadline, RedisClock::now() +
                      options.connect_timeout / static_cast<int>(std::max<std::size_t>(1, options.addresses.size())));
    RedisSocket socket;
    RedisReplyReader reader;
    RedisValue value;
    if (!socket.open(sentinel, options, until)) continue;
    const std::string_view auth[] = {"AUTH", options.sentinel_password};
    if (!options.sentinel_password.empty() && !ask_one(socket, auth, value, reader, until)) continue;
    const std::string_view question[] = {"SENTINEL", "get-master-addr-by-name", options.master_name};
    if (!ask_one(socket, question, value, reader, until) || value.items.size() != 2) continue;
    RedisAddress master{.host = value.items[0].text, .port = 0};
    const std::string& port = value.items[1].text;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), master.port);
    if (error == std::errc{} && end == port.data() + port.size()) return master;
  }
  return std::nullopt;
}

}  // namespace portcullis::hosts
