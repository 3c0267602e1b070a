// ASCII helpers.
#include "base/text.h"

#include <cstdint>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

TEST_CASE("case folding touches ASCII letters only") {
  CHECK(ascii_lower("ABC-xyz-09[@`{") == "abc-xyz-09[@`{");
  CHECK(ascii_lower("\xC3\x84") == "\xC3\x84");
  CHECK(ascii_upper('z') == 'Z');
  CHECK(ascii_upper('{') == '{');
  CHECK(equals_ignoring_ascii_case("Content-Type", "cONTENT-tYPE"));
  CHECK_FALSE(equals_ignoring_ascii_case("a", "ab"));
  CHECK_FALSE(equals_ignoring_ascii_case("[", "{"));
}

TEST_CASE("joined parts") {
  CHECK(joined("a", 'b', std::string("c"), std::string_view("d"), 1, -2L, 3U) == "abcd1-23");
  CHECK(joined(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max()) ==
        "-922337203685477580818446744073709551615");
}

TEST_CASE("trimming") {
  CHECK(trim_ascii(" \t\r\n a b \f\v") == "a b");
  CHECK(trim_ascii("   ").empty());
  CHECK(trim_ascii("").empty());
  CHECK(trim_ascii("\xC2\xA0") == "\xC2\xA0");
}

TEST_CASE("a high byte is found at every place") {
  CHECK(is_ascii(""));
  CHECK(is_ascii(std::string(100, '\x7F')));
  for (std::size_t i = 0; i < 33; ++i) {
    std::string text(33, 'a');
    text[i] = '\x80';
    CHECK_FALSE(is_ascii(text));
    CHECK(is_ascii(std::string_view(text).substr(0, i)));
  }
}

}  // namespace
}  // namespace portcullis
