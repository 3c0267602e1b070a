#include "hosts/redis/reply.h"

#include <hiredis/hiredis.h>
#include <new>

namespace portcullis::hosts {

namespace {

constexpr int kMaxElements = 1 << 16;
constexpr std::size_t kMaxReplyBytes = std::size_t{64} << 20;

// Nothing may throw through the C reader.
RedisValue* place(const redisReadTask* task) noexcept {
  if (task->parent == nullptr) return new (std::nothrow) RedisValue;
  auto& items = static_cast<RedisValue*>(task->parent->obj)->items;
  return task->idx >= 0 && static_cast<std::size_t>(task->idx) < items.size()
             ? &items[static_cast<std::size_t>(task->idx)]
             : nullptr;
}

void* make_text(const redisReadTask* task, char* bytes, size_t size) noexcept {
  RedisValue* value = place(task);
  if (value == nullptr) return nullptr;
  value->kind = task->type == REDIS_REPLY_ERROR    ? RedisValue::Kind::kError
                : task->type == REDIS_REPLY_STATUS ? RedisValue::Kind::kStatus
                                                   : RedisValue::Kind::kString;
  try {
    value->text.assign(bytes, size);
  } catch (const std::bad_alloc&) {
    if (task->parent == nullptr) delete value;
    return nullptr;
  }
  return value;
}

void* make_array(const redisReadTask* task, int elements) noexcept {
  if (elements < 0 || elements > kMaxElements) return nullptr;
  RedisValue* value = place(task);
  if (value == nullptr) return nullptr;
  value->kind = RedisValue::Kind::kArray;
  try {
    value->items.resize(static_cast<std::size_t>(elements));
  } catch (const std::bad_alloc&) {
    if (task->parent == nullptr) delete value;
    return nullptr;
  }
  return value;
}

void* make_integer(const redisReadTask* task, long long number) noexcept {
  RedisValue* value = place(task);
  if (value == nullptr) return nullptr;
  value->kind = RedisValue::Kind::kInteger;
  value->integer = number;
  return value;
}

void* make_nil(const redisReadTask* task) noexcept { return place(task); }

// Only ever called with a root; its items go with it.
void free_value(void* value) noexcept { delete static_cast<RedisValue*>(value); }

redisReplyObjectFunctions kFunctions{&make_text, &make_array, &make_integer, &make_nil, &free_value};

}  // namespace

std::string format_command(std::span<const std::string_view> words) {
  std::vector<const char*> starts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) {
    starts.push_back(word.data() == nullptr ? "" : word.data());
    sizes.push_back(word.size());
  }
  char* bytes = nullptr;
  const int size = redisFormatCommandArgv(&bytes, static_cast<int>(words.size()), starts.data(), sizes.data());
  if (size < 0) throw std::bad_alloc();
  std::string out(bytes, static_cast<std::size_t>(size));
  redisFreeCommand(bytes);
  return out;
}

RedisReplyReader::RedisReplyReader() : reader_(redisReaderCreateWithFunctions(&kFunctions)) {
  if (reader_ == nullptr) throw std::bad_alloc();
}

RedisReplyReader::~RedisReplyReader() { redisReaderFree(reader_); }

bool RedisReplyReader::feed(std::string_view bytes) {
  waiting_ += bytes.size();
  return waiting_ <= kMaxReplyBytes && redisReaderFeed(reader_, bytes.data(), bytes.size()) == REDIS_OK;
}

std::optional<RedisValue> RedisReplyReader::next(bool& is_broken) {
  void* reply = nullptr;
  is_broken = redisReaderGetReply(reader_, &reply) != REDIS_OK;
  if (is_broken || reply == nullptr) return std::nullopt;
  const std::unique_ptr<RedisValue> value(static_cast<RedisValue*>(reply));
  waiting_ = reader_->len - reader_->pos;
  return std::move(*value);
}

}  // namespace portcullis::hosts
