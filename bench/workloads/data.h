// The workloads' data: eight policies, eight requests and the effects that each policy has on each request.
// Formats: bench/data/README.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis::bench {

inline constexpr std::size_t kWorkloads = 8;
inline constexpr std::size_t kInputs = 8;
inline constexpr std::int64_t kNowMilliseconds = 1'764'000'000'000;  // the host's clock stands still here
inline constexpr std::int64_t kTokenExpiresMilliseconds = 1'764'003'600'000;
inline constexpr std::string_view kTokenResource = "https://cognitiveservices.azure.com";

using Pair = std::pair<std::string_view, std::string_view>;

/// A request whose head a host has parsed. Views point into `text`.
struct Input {
  std::string text;
  std::string_view method, scheme, host, path, query, ip, subscription, request_id;
  std::vector<Pair> parameters;  // of the matched URL template
  std::vector<Pair> headers;
  std::string_view body;
};

struct Workload {
  std::string name;  // "W1"
  std::string title;
  std::string raw;     // as authors write it
  std::string strict;  // the same as well-formed XML
  std::array<std::string, kInputs> expected;
};

struct Data {
  std::string folder;
  std::array<Workload, kWorkloads> workloads;
  std::deque<Input> inputs;
  std::string token;
};

/// Reads bench/data. False after saying on standard error what is missing.
bool read_data(const std::string& folder, Data& data);
bool read_file(const std::string& path, std::string& text);

}  // namespace portcullis::bench
