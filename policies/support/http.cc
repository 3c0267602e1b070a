#include "policies/support/http.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace portcullis {

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : text) {
    if (!is_ascii_letter(c) && !is_ascii_digit(c) && kMarks.find(c) == std::string_view::npos) return false;
  }
  return !text.empty();
}

// Whether a byte is below 0x0E, sixteen at a time: line ends, tabs and NUL are.
static bool has_low_byte(std::string_view text) {
  using Block = unsigned char __attribute__((vector_size(16)));
  constexpr unsigned char kFirstHigh = 0x0E;
  const auto is_low = [](char c) { return static_cast<unsigned char>(c) < kFirstHigh; };
  if (text.size() < sizeof(Block)) return std::any_of(text.begin(), text.end(), is_low);
  const auto block_at = [&](std::size_t at) {
    Block block;
    std::memcpy(&block, text.data() + at, sizeof block);
    return block;
  };
  Block smallest = block_at(text.size() - sizeof(Block));  // the end; may overlap the others
  const std::size_t blocks = text.size() / sizeof(Block);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < blocks; ++i) {
    const Block block = block_at(i * sizeof(Block));
    smallest = block < smallest ? block : smallest;
  }
  std::uint64_t halves[2];
  const auto low = smallest < kFirstHigh;
  std::memcpy(halves, &low, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

bool is_header_value(std::string_view text) {
  return !has_low_byte(text) || text.find_first_of(std::string_view("\n\r\0", 3)) == std::string_view::npos;
}

}  // namespace portcullis
