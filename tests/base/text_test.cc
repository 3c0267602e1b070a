// ASCII helpers.
#include "base/text.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

TEST_CASE("case folding touches ASCII letters only") {
  CHECK(ascii_lower("ABC-xyz-09") == "abc-xyz-09");
  CHECK(ascii_lower("\xC3\x84") == "\xC3\x84");
}

}  // namespace
}  // namespace portcullis
