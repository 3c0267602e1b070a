// What tests of vector stores share: an entry to store, and what a search finds.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/stores.hpp"

namespace portcullis::test {

constexpr SystemTime kVectorsNow{std::chrono::milliseconds(1'700'000'000'000)};

/// Borrows all it is given.
inline VectorOperation stored(const std::vector<float>& vector, std::string_view value,
                              std::string_view partition = "p",
                              std::chrono::seconds lifetime = std::chrono::seconds(60)) {
  return {.kind = VectorOperation::Kind::kStore,
          .partition = partition,
          .vector = vector,
          .value = value,
          .lifetime = lifetime};
}

inline std::string found(VectorStore& store, const std::vector<float>& vector, double distance,
                         std::string_view partition = "p", SystemTime now = kVectorsNow) {
  std::string value = "(miss)";
  const auto hit = store.find({.partition = partition, .vector = vector, .max_distance = distance}, now, &value,
                              [](void* into, std::string_view text) { static_cast<std::string*>(into)->assign(text); });
  REQUIRE(hit.has_value());
  CHECK(*hit == (value != "(miss)"));
  return value;
}

}  // namespace portcullis::test
