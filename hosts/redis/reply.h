// Commands and replies of the Redis protocol, on hiredis' formatter and reader. Whatever a server sends, a reply stays
// bounded in size and elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace portcullis::hosts {

struct RedisValue {
  enum class Kind : std::uint8_t { kNil, kStatus, kError, kInteger, kString, kArray } kind = Kind::kNil;
  std::string text;  // status, error, string
  std::int64_t integer = 0;
  std::vector<RedisValue> items;

  [[nodiscard]] bool is_error() const { return kind == Kind::kError; }
  /// An error of that kind: its first word.
  [[nodiscard]] bool is_error(std::string_view code) const {
    return kind == Kind::kError && text.starts_with(code) && (text.size() == code.size() || text[code.size()] == ' ');
  }
};

/// The bytes of one command.
std::string format_command(std::span<const std::string_view> words);

class RedisReplyReader {
 public:
  RedisReplyReader();
  ~RedisReplyReader();
  RedisReplyReader(const RedisReplyReader&) = delete;
  RedisReplyReader& operator=(const RedisReplyReader&) = delete;

  /// False when a reply grows beyond what is read at most.
  bool feed(std::string_view bytes);
  /// A whole reply, or nullopt when there is none yet; `is_broken` when what came is not the protocol.
  std::optional<RedisValue> next(bool& is_broken);
  /// Nothing of a further reply has come.
  [[nodiscard]] bool is_empty() const { return waiting_ == 0; }

 private:
  redisReader* reader_;
  std::size_t waiting_ = 0;  // bytes since the last whole reply
};

}  // namespace portcullis::hosts
