// Result and PC_TRY.
#include "base/result.h"

#include <memory>
#include <string>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

using Text = Result<std::string, int>;

Text half(int number) {
  if (number % 2 != 0) return Failure{number};
  return std::to_string(number / 2);
}

Result<std::size_t, int> length_of_half(int number) {
  std::string text;
  PC_TRY(text, half(number));
  return text.size();
}

Parsed<std::unique_ptr<int>> owned(bool good) {
  if (!good) return Failure{Reported{}};
  return std::make_unique<int>(7);
}

Parsed<int> read_owned(bool good) {
  std::unique_ptr<int> number;
  PC_TRY(number, owned(good));
  return *number;
}

TEST_CASE("a value or the reason") {
  CHECK(half(20).value() == "10");
  CHECK_FALSE(half(3).has_value());
  CHECK(half(3).error() == 3);
}

TEST_CASE("PC_TRY hands values on and errors up") {
  CHECK(length_of_half(20).value() == 2);
  CHECK(length_of_half(5).error() == 5);
  CHECK(read_owned(true).value() == 7);
  CHECK_FALSE(read_owned(false).has_value());
}

}  // namespace
}  // namespace portcullis
