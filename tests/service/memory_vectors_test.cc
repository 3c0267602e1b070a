// The vectors of semantic caches in this process.
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/stores.hpp"
#include "tests/support/vectors.h"

namespace portcullis {
namespace {

constexpr SystemTime kNow = test::kVectorsNow;

using test::found;
using test::stored;

TEST_CASE("the nearest vector within the distance is found", "[unit]") {
  const auto store = make_memory_vectors();
  CHECK(found(*store, {1, 0}, 2) == "(miss)");
  store->store(stored({1, 0}, "east"), kNow);
  store->store(stored({0, 5}, "north"), kNow);
  CHECK(found(*store, {2, 0}, 0) == "east");
  CHECK(found(*store, {1, 2}, 0.2) == "north");
  CHECK(found(*store, {1, 1}, 0.29) == "(miss)");
  CHECK(found(*store, {1, 1}, 0.3) != "(miss)");
  CHECK(found(*store, {-1, 0}, 1.5) == "north");
  CHECK(found(*store, {1, 0}, 2, "q") == "(miss)");
  CHECK(found(*store, {1, 0, 0}, 2) == "(miss)");
}

TEST_CASE("all lengths of vectors agree with the formula", "[unit]") {
  for (std::size_t size = 1; size < 70; ++size) {
    std::vector<float> a(size);
    std::vector<float> b(size);
    for (std::size_t i = 0; i < size; ++i) {
      a[i] = static_cast<float>(i * 7 % 13) - 5.5F;
      b[i] = static_cast<float>(i * 5 % 11) - 3.5F;
    }
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t i = 0; i < size; ++i) {
      dot += static_cast<double>(a[i]) * static_cast<double>(b[i]);
      aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
      bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    const double distance = 1 - dot / std::sqrt(aa * bb);
    const auto store = make_memory_vectors();
    store->store(stored(a, "a"), kNow);
    CHECK(found(*store, b, distance + 1e-5) == "a");
    CHECK(found(*store, b, distance - 1e-5) == "(miss)");
  }
}

TEST_CASE("vectors without a direction are neither stored nor found", "[unit]") {
  const auto store = make_memory_vectors();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  for (const std::vector<float>& bad : {std::vector<float>{0, 0}, {nan, 1}, {infinite, 1}, {}}) {
    CHECK(store->store(stored(bad, "bad"), kNow));
    CHECK(found(*store, bad, 2) == "(miss)");
  }
  CHECK(found(*store, {1, 0}, 2) == "(miss)");
}

TEST_CASE("entries expire, and the same vector replaces its entry", "[unit]") {
  const auto store = make_memory_vectors();
  store->store(stored({1, 0}, "old"), kNow);
  store->store(stored({3, 0}, "new"), kNow + std::chrono::seconds(30));
  CHECK(found(*store, {1, 0}, 0.5, "p", kNow + std::chrono::seconds(89)) == "new");
  CHECK(found(*store, {1, 0}, 0.5, "p", kNow + std::chrono::seconds(90)) == "(miss)");
}

TEST_CASE("memory is bounded: the oldest give way", "[unit]") {
  const auto store = make_memory_vectors(std::size_t{1} << 20);
  const std::string value(1'000, 'x');
  for (int i = 0; i < 5'000; ++i) {
    const float angle = static_cast<float>(i) * 0.001F;
    store->store(stored({std::cos(angle), std::sin(angle)}, value + std::to_string(i)), kNow);
  }
  CHECK(found(*store, {std::cos(4.999F), std::sin(4.999F)}, 1e-6) == value + "4999");
  CHECK(found(*store, {1, 0}, 1e-7) == "(miss)");
  for (int i = 0; i < 5'000; ++i) store->store(stored({1, 0}, value, "q" + std::to_string(i)), kNow);
  CHECK(found(*store, {1, 0}, 0.1, "q4999") == value);
  CHECK(found(*store, {1, 0}, 0.1, "q0") == "(miss)");
}

}  // namespace
}  // namespace portcullis
