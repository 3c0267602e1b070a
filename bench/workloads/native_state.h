// What the hand-written gateway keeps between requests: tokens, counters, compiled patterns. Tokens and counters are
// behind locks, since a gateway has threads; patterns and parsers belong to one thread.
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <cstdint>
#include <functional>
#include <mutex>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <unordered_map>

#include <pcre2.h>

#include "bench/workloads/native.h"

namespace portcullis::bench::native {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

class Pattern {
 public:
  Pattern(std::string_view text, std::uint32_t options) {
    int error = 0;
    std::size_t offset = 0;
    code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), options, &error, &offset, nullptr);
    pcre2_jit_compile(code_, PCRE2_JIT_COMPLETE);
    match_ = pcre2_match_data_create_from_pattern(code_, nullptr);
  }
  ~Pattern() {
    pcre2_match_data_free(match_);
    pcre2_code_free(code_);
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  bool matches(std::string_view text) const {
    return pcre2_jit_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, match_, nullptr) >= 0;
  }

 private:
  pcre2_code* code_;
  pcre2_match_data* match_;
};

class State {
 public:
  struct Token {
    std::string text;
    std::int64_t expires_milliseconds = 0;
  };
  struct Counter {
    std::int64_t begins_milliseconds = 0;
    std::int64_t calls = 0;
  };

  std::mutex token_lock;
  TextMap<Token> tokens;
  std::mutex counter_lock;
  TextMap<Counter> counters;
  Pattern embeddings{"^/openai/deployments/(text-embedding|dall-e)-[a-z0-9.-]+/", PCRE2_CASELESS};
  Pattern version{R"(^v?(\d+)\.(\d+)\.(\d+)(-[a-z0-9]+)?$)", 0};
  simdjson::ondemand::parser parser;
};

}  // namespace portcullis::bench::native
