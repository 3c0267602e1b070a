// See text_buffer.h.
#include "engine/dotnet/text_buffer.h"

#include <algorithm>
#include <cstring>

#include "base/utf.h"

namespace portcullis {

namespace {

constexpr std::uint64_t kFirstCapacity = 64;
// .NET's bound on a string's length; storage never has fewer bytes than the string has units.
constexpr std::uint64_t kMaxSize = 0x3FFFFFDF;

unsigned second_byte(const char* at) { return static_cast<unsigned char>(at[1]); }
bool is_encoded_high(const char* at) { return at[0] == '\xED' && second_byte(at) >= 0xA0 && second_byte(at) < 0xB0; }
bool is_encoded_low(const char* at) { return at[0] == '\xED' && second_byte(at) >= 0xB0; }

}  // namespace

bool TextBuffer::reserve(Run& run, std::uint64_t more) {
  return size_ + more <= capacity_ && size_ >= shared_ ? !run.failed() : grow(run, more);
}

bool TextBuffer::grow(Run& run, std::uint64_t more) {
  if (run.failed()) return false;
  const std::uint64_t wanted = size_ + more;
  if (wanted > kMaxSize) {
    run.raise_limit(Limit::kMemory);
    return false;
  }
  // The first reservation is taken at its word; later ones double. What only moves away from a String does not grow.
  const bool moves = size_ < shared_;
  const std::uint64_t capacity =
      capacity_ == 0 ? wanted : std::max({wanted, moves ? 0 : capacity_ * 2, kFirstCapacity});
  if (data_ != nullptr && !moves && run.arena.extend_text(data_ + capacity_, capacity - capacity_)) {
    capacity_ = capacity;
    return true;
  }
  char* moved = run.text(capacity);
  if (moved == nullptr) return false;
  if (size_ > 0) std::memcpy(moved, data_, size_);
  data_ = moved;
  capacity_ = capacity;
  shared_ = 0;
  return true;
}

bool TextBuffer::append(Run& run, std::string_view text) {
  if (text.empty()) return !run.failed();
  if (!reserve(run, text.size())) return false;
  if (text.size() >= 3 && size_ >= 3 && is_encoded_low(text.data()) && is_encoded_high(data_ + size_ - 3)) {
    if (!append_code(run, decode_utf8(text, 0).code)) return false;
    text.remove_prefix(3);
  }
  // `text` may be empty or null after the pair was joined.
  if (!text.empty()) std::memcpy(data_ + size_, text.data(), text.size());
  size_ += text.size();
  return true;
}

bool TextBuffer::append_code(Run& run, char32_t code) {
  if (!reserve(run, 4)) return false;
  if (code < 0x80) {
    data_[size_++] = static_cast<char>(code);
    return true;
  }
  if (is_low_surrogate(code) && size_ >= 3 && is_encoded_high(data_ + size_ - 3)) {
    const char32_t high = decode_utf8({data_ + size_ - 3, 3}, 0).code;
    if (size_ - 3 < shared_) {
      if (writable(run) == nullptr || !reserve(run, 4)) return false;
    }
    size_ -= 3;
    code = combine_surrogates(high, code);
  }
  size_ += encode_utf8(data_ + size_, code);
  return true;
}

bool TextBuffer::append_repeated(Run& run, char16_t unit, std::uint64_t count) {
  if (count == 0) return !run.failed();
  char encoded[4];
  const std::uint32_t width = encode_utf8(encoded, unit);
  if (!reserve(run, width * count)) return false;
  if (width == 1) {
    std::memset(data_ + size_, encoded[0], count);
    size_ += count;
    return true;
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!append_code(run, unit)) return false;
  }
  return true;
}

char* TextBuffer::writable(Run& run) {
  if (shared_ == 0) return data_;
  char* moved = run.text(capacity_);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, data_, size_);
  data_ = moved;
  shared_ = 0;
  return data_;
}

String* TextBuffer::take(Run& run) {
  if (run.failed()) return nullptr;
  if (size_ == 0) return run.empty_string();
  // What is left over goes back while nothing stands behind it.
  if (run.arena.extend_text(data_ + capacity_, 0)) {
    run.arena.shrink_text(capacity_ - size_);
    capacity_ = size_;
  }
  shared_ = std::max(shared_, size_);
  return run.view(view());
}

}  // namespace portcullis
