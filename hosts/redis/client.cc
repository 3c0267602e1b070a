#include "hosts/redis/client.h"

#include <algorithm>
#include <charconv>

namespace portcullis::hosts {

namespace {

constexpr int kMaxRedirections = 5;
constexpr std::chrono::milliseconds kLearnInterval{500};

// CRC16/XMODEM, as the cluster specification has it.
std::uint16_t crc16(std::string_view text) {
  unsigned crc = 0;
  for (const char c : text) {
    crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? (crc << 1) ^ 0x1021U : crc << 1;
    crc &= 0xFFFFU;
  }
  return static_cast<std::uint16_t>(crc);
}

// host:port, where an IPv6 host has colons of its own.
std::optional<RedisAddress> parse_place(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  RedisAddress address{.host = std::string(text.substr(0, colon)), .port = 0};
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  return address;
}

}  // namespace

std::uint16_t redis_slot(std::string_view key) {
  const std::size_t open = key.find('{');
  const std::size_t close = open == std::string_view::npos ? open : key.find('}', open + 1);
  if (close != std::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
  return crc16(key) & 16383U;
}

RedisClient::RedisClient(const RedisOptions& options) : options_(options) {
  if (options_.topology == RedisOptions::Topology::kCluster) {
    learn_slots(first_node());
  } else {
    first_node();
  }
}

RedisNode& RedisClient::first_node() {
  const std::lock_guard lock(mutex_);
  if (first_ != nullptr) return *first_;
  RedisNode::Locate locate;
  if (options_.topology == RedisOptions::Topology::kSentinel) {
    locate = [options = options_](RedisClock::time_point deadline) { return ask_sentinels(options, deadline); };
  } else {
    // Each attempt takes the next of the addresses.
    locate = [addresses = options_.addresses, next = std::size_t{0}](RedisClock::time_point) mutable {
      return std::optional<RedisAddress>(addresses[next++ % addresses.size()]);
    };
  }
  std::unique_ptr<RedisNode>& place = nodes_[""];
  place = std::make_unique<RedisNode>(options_, std::move(locate));
  first_ = place.get();
  return *first_;
}

RedisNode& RedisClient::node_at(const RedisAddress& address) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<RedisNode>& place = nodes_[address.host + ":" + std::to_string(address.port)];
  if (place == nullptr) {
    RedisOptions options = options_;
    options.database = 0;
    place = std::make_unique<RedisNode>(
        options, [address](RedisClock::time_point) { return std::optional<RedisAddress>(address); });
  }
  return *place;
}

RedisNode& RedisClient::node_of(std::string_view key) {
  {
    const std::lock_guard lock(mutex_);
    if (!owners_.empty() && owners_[redis_slot(key)] != nullptr) return *owners_[redis_slot(key)];
  }
  return first_node();
}

void RedisClient::learn_slots(RedisNode& from) {
  {
    const std::lock_guard lock(mutex_);
    if (RedisClock::now() - learned_at_ < kLearnInterval && learned_at_ != RedisClock::time_point{}) return;
    learned_at_ = RedisClock::now();
  }
  const std::string_view words[] = {"CLUSTER", "SLOTS"};
  const std::string command = format_command(words);
  const std::vector<RedisValue> replies = from.call({&command, 1});
  if (!replies.empty()) take_slots(replies.front());
}

// [[first, last, [host, port, …], replicas…]…]
void RedisClient::take_slots(const RedisValue& reply) {
  std::vector<RedisNode*> owners(kSlots, nullptr);
  bool any = false;
  for (const RedisValue& range : reply.items) {
    if (range.items.size() < 3 || range.items[2].items.size() < 2) continue;
    const std::int64_t first = range.items[0].integer;
    const std::int64_t last = range.items[1].integer;
    const RedisValue& master = range.items[2];
    const std::int64_t port = master.items[1].integer;
    if (first < 0 || last >= static_cast<std::int64_t>(kSlots) || first > last || port < 1 || port > 65535) continue;
    RedisAddress address{.host = master.items[0].text, .port = static_cast<std::uint16_t>(port)};
    if (address.host.empty()) address.host = options_.addresses.front().host;  // the node does not know its own name
    std::fill(owners.begin() + first, owners.begin() + last + 1, &node_at(address));
    any = true;
  }
  const std::lock_guard lock(mutex_);
  if (any) owners_ = std::move(owners);
}

// Another node may know who took over.
void RedisClient::learn_after_failure(const RedisNode& failed) {
  RedisNode* other = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (owners_.empty()) return;
    for (const auto& [place, node] : nodes_) {
      if (node.get() != &failed && !node->is_away()) other = node.get();
    }
  }
  if (other != nullptr) learn_slots(*other);
}

std::optional<RedisValue> RedisClient::call(std::string_view key, std::span<const std::string_view> words) {
  const std::string command = format_command(words);
  const std::string_view asking_words[] = {"ASKING"};
  RedisNode* node = &node_of(key);
  bool asks = false;
  for (int i = 0; i < kMaxRedirections; ++i) {
    std::vector<std::string> commands;
    if (asks) commands.push_back(format_command(asking_words));
    commands.push_back(command);
    std::vector<RedisValue> replies = node->call(commands);
    if (replies.empty()) {
      learn_after_failure(*node);
      return std::nullopt;
    }
    RedisValue& value = replies.back();
    if (value.is_error("READONLY") || value.is_error("MASTERDOWN")) {
      node->reconnect();
      return value;
    }
    asks = value.is_error("ASK");
    const bool moved = value.is_error("MOVED");
    if (!moved && !asks) return std::move(value);
    std::optional<RedisAddress> place =
        parse_place(std::string_view(value.text).substr(value.text.rfind(' ') + 1));
    if (!place.has_value()) return std::move(value);
    if (place->host.empty()) place->host = options_.addresses.front().host;  // the node does not know its own name
    RedisNode* next = &node_at(*place);
    if (moved) learn_slots(*next);
    node = next;
  }
  return std::nullopt;
}

std::string RedisClient::problem() { return first_node().problem(); }

}  // namespace portcullis::hosts
