// An estimate of the tokens of a prompt or an answer: the embedder's counter where it knows the model, else a quarter
// of the bytes, and what the format itself costs. source: ai-gateway.md#1.5 (chosen)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policies/support/model_exchange.h"
#include "portcullis/tokens.hpp"

namespace portcullis {

class TokenTally final : public TextVisitor {
 public:
  static constexpr std::int64_t kImageTokens = 1200;  // documented
  static constexpr std::int64_t kMessageTokens = 3;
  static constexpr std::int64_t kReplyTokens = 3;
  /// A counter is shown so much; of what is beyond a quarter of the bytes is taken.
  static constexpr std::size_t kMaxEncodedBytes = std::size_t{1} << 20;

  TokenTally(const TokenCounter* counter, std::string_view model) : counter_(counter), model_(model) {}

  void message(std::string_view role, bool is_system, bool has_name) override;
  void text(const JsonText& text) override;
  void image() override { extra_ += kImageTokens; }
  void token_ids(std::int64_t count) override { extra_ += count; }
  void add(std::int64_t tokens) { extra_ += tokens; }

  [[nodiscard]] std::int64_t tokens();
  [[nodiscard]] bool is_empty() const { return bytes_ == 0 && extra_ == 0; }
  /// The counter counted, not the bytes alone.
  [[nodiscard]] bool is_encoded() const { return counter_ != nullptr && encoded_bytes_ > 0; }

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{8} << 10;
  void encode(std::string_view text);
  void encode_pieces();

  const TokenCounter* counter_;  // null after it did not know the model
  std::string_view model_;
  std::string pending_;  // not counted yet: words are not cut where pieces are
  std::size_t bytes_ = 0;
  std::size_t encoded_bytes_ = 0;
  std::int64_t encoded_tokens_ = 0;
  std::int64_t extra_ = 0;
};

}  // namespace portcullis
