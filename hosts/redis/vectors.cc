#include "hosts/redis/vectors.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <random>

#include <openssl/evp.h>

namespace portcullis::hosts {

namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{32} << 20;
constexpr std::size_t kMaxPartitionBytes = std::size_t{8} << 20;  // of vectors, on the server
constexpr std::size_t kMostVectors = 1'000;                       // of a partition
constexpr std::size_t kFewestVectors = 16;
constexpr std::size_t kMaxMirrorBytes = std::size_t{128} << 20;
constexpr std::size_t kMostMirrors = 1'024;
constexpr std::size_t kMirrorOverhead = 8'192;
constexpr std::size_t kVectorOverhead = 256;
constexpr std::size_t kPageBytes = std::size_t{1} << 20;
constexpr std::size_t kExpirySize = 16;  // hexadecimal digits
constexpr double kSame = 1e-6;           // as near as two roundings of one vector
constexpr auto kLongest = std::chrono::hours(24 * 365);

std::string hexadecimal(std::uint64_t number) {
  std::string text(16, '0');
  for (std::size_t i = text.size(); number != 0; number >>= 4) text[--i] = "0123456789abcdef"[number & 15U];
  return text;
}

std::string random_id() {
  std::random_device device;
  return hexadecimal(std::uint64_t{device()} << 32 | device());
}

// Partitions are long and hold what callers sent: their keys are digests.
std::string name_of(const VectorOperation& operation) {
  const std::string text = std::to_string(operation.vector.size()) + "|" + std::string(operation.partition);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  std::string name;
  for (unsigned int i = 0; i < size; ++i) {
    name += "0123456789abcdef"[digest[i] >> 4];
    name += "0123456789abcdef"[digest[i] & 15U];
  }
  return name;
}

// A vector without a direction or with something in it that is no number is near to nothing.
bool has_direction(std::span<const float> vector) {
  double length = 0;
  for (const float number : vector) length += static_cast<double>(number) * static_cast<double>(number);
  return length > 0 && std::isfinite(length);
}

// Little-endian on every machine.
void append_vector(std::string& out, std::span<const float> vector) {
  for (const float number : vector) {
    const auto bits = std::bit_cast<std::uint32_t>(number);
    for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(bits >> shift & 0xFFU);
  }
}

std::vector<float> read_vector(std::string_view bytes) {
  std::vector<float> vector;
  vector.reserve(bytes.size() / 4);
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < 4; ++i) bits |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    vector.push_back(std::bit_cast<float>(bits));
  }
  return vector;
}

std::optional<std::int64_t> read_expiry(std::string_view text) {
  std::int64_t time = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return time;
}

std::size_t vector_bytes(std::size_t size) { return std::max<std::size_t>(1, size) * sizeof(float); }

std::size_t most_vectors(std::size_t size) {
  return std::clamp(kMaxPartitionBytes / vector_bytes(size), kFewestVectors, kMostVectors);
}

}  // namespace

// One slot of a cluster: the braces.
struct RedisVectors::Keys {
  Keys(const std::string& prefix, const std::string& partition)
      : name(partition),
        head(prefix + "x:{" + partition + "}:h"),
        answers(prefix + "x:{" + partition + "}:v"),
        numbers(prefix + "x:{" + partition + "}:s"),
        expiries(prefix + "x:{" + partition + "}:x") {}
  std::string name, head, answers, numbers, expiries;
};

RedisVectors::RedisVectors(RedisClient& client, std::atomic<std::uint64_t>& failures)
    : client_(client), failures_(failures), sync_(kVectorSyncScript), store_(kVectorStoreScript) {}

// ---- mirrors ------------------------------------------------------------------------------------------------------

std::shared_ptr<RedisVectors::Mirror> RedisVectors::mirror_of(const std::string& name) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Mirror>& mirror = mirrors_[name];
  if (mirror == nullptr) {
    mirror = std::make_shared<Mirror>();
    mirror->bytes = kMirrorOverhead;
    bytes_ += kMirrorOverhead;
  }
  mirror->used_at = ++uses_;
  return mirror;
}

void RedisVectors::forget(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = mirrors_.find(name);
  if (found == mirrors_.end()) return;
  bytes_ -= found->second->bytes;
  mirrors_.erase(found);
}

// The mirrors that were used longest ago give way; the one at hand stays.
void RedisVectors::count(const std::shared_ptr<Mirror>& mirror, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const bool is_kept =
      std::any_of(mirrors_.begin(), mirrors_.end(), [&](const auto& one) { return one.second == mirror; });
  if (!is_kept) return;
  bytes_ = bytes_ - mirror->bytes + bytes;
  mirror->bytes = bytes;
  while (mirrors_.size() > 1 && (bytes_ > kMaxMirrorBytes || mirrors_.size() > kMostMirrors)) {
    auto oldest = mirrors_.begin();
    for (auto at = mirrors_.begin(); at != mirrors_.end(); ++at) {
      if (at->second->used_at < oldest->second->used_at) oldest = at;
    }
    bytes_ -= oldest->second->bytes;
    mirrors_.erase(oldest);
  }
}

std::optional<std::string> RedisVectors::nearest_id(Mirror& mirror, const VectorOperation& operation, double distance,
                                                    SystemTime now) {
  const std::lock_guard lock(mirror.mutex);
  if (mirror.ids == nullptr) return std::nullopt;
  VectorOperation finding = operation;
  finding.max_distance = distance;
  std::string id;
  const std::optional<bool> found = mirror.ids->find(finding, now, &id, [](void* receiver, std::string_view value) {
    static_cast<std::string*>(receiver)->assign(value);
  });
  return found == true ? std::optional(id) : std::nullopt;
}

// ---- the server ---------------------------------------------------------------------------------------------------

std::optional<RedisValue> RedisVectors::run(const RedisScript& script, const Keys& keys,
                                            std::span<const std::string> arguments) {
  std::vector<std::string_view> words{"EVALSHA",    script.sha1,  "4",          keys.head,
                                      keys.answers, keys.numbers, keys.expiries};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::optional<RedisValue> answer = client_.call(keys.head, words);
  if (answer.has_value() && answer->is_error("NOSCRIPT")) {
    words[0] = "EVAL";
    words[1] = script.text;
    answer = client_.call(keys.head, words);
  }
  return answer;
}

// What was added since the last time, a page at a time. False when the server did not say.
bool RedisVectors::sync(const Keys& keys, Mirror& mirror, std::size_t size, SystemTime now) {
  const std::size_t page = std::max<std::size_t>(1, kPageBytes / vector_bytes(size));
  for (std::size_t round = 0; round <= most_vectors(size) / page + 1; ++round) {
    std::string arguments[3];
    {
      const std::lock_guard lock(mirror.mutex);
      arguments[0] = mirror.epoch;
      arguments[1] = mirror.last;
    }
    arguments[2] = std::to_string(page);
    const std::optional<RedisValue> answer = run(sync_, keys, arguments);
    // {epoch, {id, number, expiry and vector, …}}
    if (!answer.has_value() || answer->kind != RedisValue::Kind::kArray || answer->items.size() != 2 ||
        answer->items[1].kind != RedisValue::Kind::kArray || answer->items[1].items.size() % 3 != 0)
      return false;
    const std::string& epoch = answer->items[0].text;
    const std::vector<RedisValue>& items = answer->items[1].items;
    const std::lock_guard lock(mirror.mutex);
    if (mirror.epoch != epoch) {
      mirror.epoch = epoch;
      mirror.last = "0";
      mirror.ids = nullptr;
    }
    if (epoch.empty()) return true;
    // A store for each mirror: its partitions are cut into shards, of which one is used.
    if (mirror.ids == nullptr) mirror.ids = make_memory_vectors(std::size_t{1} << 40);
    for (std::size_t i = 0; i < items.size(); i += 3) {
      const std::string_view payload = items[i + 2].text;
      mirror.last = items[i + 1].text;
      if (payload.size() != kExpirySize + size * sizeof(float)) continue;  // none of ours, or gone meanwhile
      const std::optional<std::int64_t> expiry = read_expiry(payload.substr(0, kExpirySize));
      if (!expiry.has_value()) continue;
      const auto left = std::chrono::ceil<std::chrono::seconds>(SystemTime(std::chrono::milliseconds(*expiry)) - now);
      const std::vector<float> vector = read_vector(payload.substr(kExpirySize));
      mirror.ids->store({.kind = VectorOperation::Kind::kStore,
                         .partition = {},
                         .vector = vector,
                         .value = items[i].text,
                         .lifetime = std::min<std::chrono::seconds>(left, kLongest)},
                        now);
    }
    if (items.size() < page * 3) return true;
  }
  return true;
}

std::optional<bool> RedisVectors::find(const VectorOperation& operation, SystemTime now, void* receiver,
                                       void (*copy)(void*, std::string_view)) {
  if (!has_direction(operation.vector)) return false;
  const Keys keys(client_.options().prefix, name_of(operation));
  const std::shared_ptr<Mirror> mirror = mirror_of(keys.name);
  if (!sync(keys, *mirror, operation.vector.size(), now)) {
    ++failures_;
    return false;
  }
  VectorOperation wanted = operation;
  wanted.partition = {};  // a mirror has one
  count(mirror, kMirrorOverhead +
                    most_vectors(operation.vector.size()) * (vector_bytes(operation.vector.size()) + kVectorOverhead));
  const std::optional<std::string> id = nearest_id(*mirror, wanted, operation.max_distance, now);
  if (!id.has_value()) return false;
  const std::string_view words[] = {"HGET", keys.answers, *id};
  const std::optional<RedisValue> answer = client_.call(keys.head, words);
  if (!answer.has_value() || (answer->kind != RedisValue::Kind::kString && answer->kind != RedisValue::Kind::kNil)) {
    ++failures_;
    return false;
  }
  if (answer->kind == RedisValue::Kind::kNil) {
    forget(keys.name);  // it gave way to others: the mirror is read anew
    return false;
  }
  copy(receiver, answer->text);
  return true;
}

bool RedisVectors::store(const VectorOperation& operation, SystemTime now) {
  if (!has_direction(operation.vector) || operation.lifetime.count() <= 0 || operation.value.size() > kMaxAnswerBytes)
    return true;
  const Keys keys(client_.options().prefix, name_of(operation));
  const std::shared_ptr<Mirror> mirror = mirror_of(keys.name);
  VectorOperation wanted = operation;
  wanted.partition = {};
  const std::optional<std::string> replaced = nearest_id(*mirror, wanted, kSame, now);
  const std::int64_t lifetime =
      std::chrono::milliseconds(std::min<std::chrono::seconds>(operation.lifetime, kLongest)).count();
  const std::int64_t expiry = now.time_since_epoch().count() + lifetime;
  std::string payload = hexadecimal(static_cast<std::uint64_t>(expiry));
  append_vector(payload, operation.vector);
  const std::string arguments[] = {random_id(),
                                   std::move(payload),
                                   std::string(operation.value),
                                   std::to_string(now.time_since_epoch().count()),
                                   std::to_string(expiry),
                                   std::to_string(lifetime),
                                   std::to_string(most_vectors(operation.vector.size())),
                                   replaced.value_or(""),
                                   random_id()};
  const std::optional<RedisValue> answer = run(store_, keys, arguments);
  if (!answer.has_value() || answer->kind != RedisValue::Kind::kInteger) ++failures_;
  return true;
}

}  // namespace portcullis::hosts
