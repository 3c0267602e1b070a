#include "policies/support/token_tally.h"

namespace portcullis {

void TokenTally::message(std::string_view, bool, bool has_name) { extra_ += kMessageTokens + (has_name ? 1 : 0); }

void TokenTally::text(const JsonText& text) {
  const std::size_t size = text.size();
  bytes_ += size;
  if (counter_ == nullptr || encoded_bytes_ + pending_.size() + size > kMaxEncodedBytes) return;
  text.append_to(pending_);
  encode_pieces();
}

void TokenTally::encode_pieces() {
  while (counter_ != nullptr && pending_.size() >= kPieceBytes) {
    std::size_t end = pending_.rfind(' ', kPieceBytes - 1);
    if (end == std::string::npos || end == 0) end = kPieceBytes;
    encode(std::string_view(pending_).substr(0, end));
    pending_.erase(0, end);
  }
}

void TokenTally::encode(std::string_view text) {
  const std::optional<std::size_t> count = counter_->count(model_, text);
  if (!count.has_value()) {
    counter_ = nullptr;
    encoded_bytes_ = 0;
    encoded_tokens_ = 0;
    return;
  }
  encoded_bytes_ += text.size();
  encoded_tokens_ += static_cast<std::int64_t>(*count);
}

std::int64_t TokenTally::tokens() {
  if (counter_ != nullptr && !pending_.empty()) encode(pending_);
  pending_.clear();
  return extra_ + encoded_tokens_ + static_cast<std::int64_t>((bytes_ - encoded_bytes_ + 3) / 4);
}

}  // namespace portcullis
