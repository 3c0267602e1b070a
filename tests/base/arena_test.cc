// Arena: budget, growth in place, what reset() keeps.
#include "base/arena.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

bool is_aligned(const void* memory, std::size_t align) { return reinterpret_cast<std::uintptr_t>(memory) % align == 0; }

bool is_inside(const void* memory, std::span<const std::byte> block) {
  const auto* at = static_cast<const std::byte*>(memory);
  return at >= block.data() && at < block.data() + block.size();
}

TEST_CASE("objects are aligned and keep their values when the arena grows") {
  Arena arena;
  std::vector<std::uint64_t*> numbers;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    arena.allocate(1, 1);
    numbers.push_back(arena.make<std::uint64_t>(i));
    REQUIRE(is_aligned(numbers.back(), alignof(std::uint64_t)));
  }
  for (std::uint64_t i = 0; i < numbers.size(); ++i) REQUIRE(*numbers[i] == i);
  CHECK(is_aligned(arena.allocate(3, 16), 16));
}

TEST_CASE("arrays start with value-initialised elements, copies hold the source") {
  Arena arena;
  for (const int element : arena.array<int>(100)) REQUIRE(element == 0);
  const std::array<int, 3> source{1, 2, 3};
  const std::span<int> copy = arena.copy(std::span<const int>(source));
  CHECK(std::vector<int>(copy.begin(), copy.end()) == std::vector<int>{1, 2, 3});
  CHECK(arena.copy(std::string_view("abc")) == "abc");
  CHECK(arena.copy(std::string_view()).empty());
  CHECK(arena.array<int>(0).empty());
}

TEST_CASE("a text larger than any block is granted within the budget") {
  Arena arena;
  const std::string large(3 << 20, 'x');
  CHECK(arena.copy(std::string_view(large)) == large);
  CHECK_FALSE(arena.exhausted());
  CHECK(arena.used() >= large.size());
}

TEST_CASE("crossing the budget is granted and noticed") {
  const std::size_t budget = GENERATE(std::size_t{2000}, std::size_t{100000}, std::size_t{5} << 20);
  Arena arena(budget);
  std::size_t taken = 0;
  while (!arena.exhausted() && taken < 10 * budget) {
    REQUIRE(arena.allocate(24) != nullptr);
    taken += 24;
  }
  CHECK(taken > budget / 2);
  CHECK(taken <= budget + 4096);
  CHECK(arena.allocate(24) != nullptr);
}

TEST_CASE("crossing the budget inside the given block is noticed") {
  std::vector<std::byte> memory(64 << 10);
  Arena arena(1000, memory);
  for (int i = 0; i < 300; ++i) arena.allocate(16);
  CHECK(arena.exhausted());
}

TEST_CASE("sizes an author controls are refused past the budget") {
  Arena arena(10000);
  CHECK(arena.try_text(20000) == nullptr);
  CHECK(arena.exhausted());
  arena.reset();
  CHECK_FALSE(arena.exhausted());
  CHECK(arena.try_text(9000) != nullptr);
  CHECK_FALSE(arena.exhausted());
  CHECK(arena.try_allocate(9000) == nullptr);
  CHECK(arena.exhausted());
  CHECK(arena.try_text(SIZE_MAX) == nullptr);
}

TEST_CASE("the text taken last grows in place, an older one does not") {
  Arena arena;
  std::string_view first = arena.copy(std::string_view("one"));
  REQUIRE(arena.extend_text(first.data() + first.size(), 3));
  first = {first.data(), first.size() + 3};
  const std::string_view second = arena.copy(std::string_view("two"));
  CHECK(second.data() == first.data() + first.size());
  CHECK_FALSE(arena.extend_text(first.data() + first.size(), 1));
  CHECK(arena.extend_text(second.data() + second.size(), 1));
}

TEST_CASE("an object between two texts does not stop growth") {
  Arena arena;
  const std::string_view text = arena.copy(std::string_view("one"));
  arena.make<int>(1);
  CHECK(arena.extend_text(text.data() + text.size(), 3));
}

TEST_CASE("growth stops at the end of the block") {
  Arena arena;
  const std::string_view text = arena.copy(std::string_view("one"));
  CHECK_FALSE(arena.extend_text(text.data() + text.size(), std::size_t{8} << 20));
  CHECK(arena.extend_text(text.data() + text.size(), 1));
}

TEST_CASE("what is given back is handed out again") {
  Arena arena;
  const char* text = arena.text(100);
  arena.shrink_text(60);
  CHECK(arena.text(1) == text + 40);
}

TEST_CASE("given memory is used before the heap, also after reset") {
  alignas(16) std::array<std::byte, 8192> memory;
  Arena arena(Arena::kDefaultBudget, memory);
  for (int round = 0; round < 3; ++round) {
    CHECK(is_inside(arena.allocate(64), memory));
    CHECK(is_inside(arena.text(64), memory));
    arena.allocate(7000);  // does not fit any more
    arena.reset();
    CHECK(arena.used() == 0);
  }
}

TEST_CASE("memory too small to be of use is left alone") {
  std::array<std::byte, 64> memory;
  Arena arena(Arena::kDefaultBudget, memory);
  CHECK_FALSE(is_inside(arena.allocate(8), memory));
}

TEST_CASE("reset keeps a heap block that is larger than the given memory") {
  std::array<std::byte, 512> memory;
  Arena arena(Arena::kDefaultBudget, memory);
  arena.allocate(100000);
  arena.reset();
  const auto* start = static_cast<std::byte*>(arena.allocate(64));
  CHECK_FALSE(is_inside(start, memory));
  CHECK(arena.used() == 64);
}

TEST_CASE("used counts what was handed out, across blocks") {
  Arena arena;
  for (int i = 0; i < 1000; ++i) arena.allocate(16, 16);
  CHECK(arena.used() >= 16000);
  CHECK(arena.used() < 16000 + 64 * 16);
  CHECK(arena.remaining() == arena.budget() - arena.used());
}

}  // namespace
}  // namespace portcullis
