// Counting the tokens of a text as a language model does: a hook of the embedder, and a byte-pair encoder for it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis {

/// Asked by llm-token-limit and llm-emit-token-metric where the backend reports no usage. Shared by threads.
class TokenCounter {
 public:
  virtual ~TokenCounter() = default;
  /// How many tokens `text` (UTF-8) is to `model` (as the request names it; may be empty). nullopt: not known for that
  /// model, so that a quarter of the bytes is taken.
  virtual std::optional<std::size_t> count(std::string_view model, std::string_view text) const = 0;
};

/// How text is cut into words before pairs are merged.
enum class TokenSplit { kCl100k, kO200k };

/// A byte-pair encoder from a ranks file: lines of `base64-of-the-bytes rank`. The file is yours: none is part of this library.
/// Null: `problem` says which line is no good.
std::unique_ptr<TokenCounter> make_byte_pair_counter(std::string_view ranks, TokenSplit split, std::string& problem);

}  // namespace portcullis
