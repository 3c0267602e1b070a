// What every CounterStore does, in this process or elsewhere. `make()` gives a fresh one, as anything that points to a
// CounterStore.
#pragma once

#include <chrono>
#include <string>

#include <catch2/catch.hpp>

#include "portcullis/stores.hpp"

namespace portcullis::test {

constexpr SystemTime kContractStart{std::chrono::milliseconds(1'700'000'000'000)};

inline CounterOperation sliding_counter(std::int64_t limit, std::chrono::seconds period) {
  return {.key = "k", .limit = limit, .period = period, .sliding = true};
}

template <typename Make>
void check_sliding_counters(Make make) {
  using namespace std::chrono_literals;
  constexpr SystemTime kStart = kContractStart;
  SECTION("a sliding window lets pass again when the oldest call falls out") {
    auto store = make();
    CHECK(store->apply(sliding_counter(2, 10s), kStart)->allowed);
    CHECK(store->apply(sliding_counter(2, 10s), kStart + 1s)->value == 2);
    const CounterReply refused = *store->apply(sliding_counter(2, 10s), kStart + 2s);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.value == 2);
    CHECK(refused.until_reset == 8s);
    CHECK(store->apply(sliding_counter(2, 10s), kStart + 10100ms)->allowed);
    CHECK_FALSE(store->apply(sliding_counter(2, 10s), kStart + 10200ms)->allowed);
  }
  SECTION("windows and limits of several elements share one log") {
    auto store = make();
    for (int i = 0; i < 3; ++i) store->apply(sliding_counter(10, 5s), kStart + i * 4s);
    CounterOperation read = sliding_counter(3, 60s);
    read.kind = CounterOperation::Kind::kRead;
    // The short window alone was asked for so far: what it dropped is gone.
    CHECK(store->apply(read, kStart + 8s)->value == 2);
    store->apply(sliding_counter(10, 60s), kStart + 8s);
    store->apply(sliding_counter(10, 5s), kStart + 30s);
    CHECK(store->apply(read, kStart + 30s)->value == 4);
  }
  SECTION("weights count, amounts of nothing do not") {
    auto store = make();
    CounterOperation add = sliding_counter(10, 10s);
    add.amount = 8;
    CHECK(store->apply(add, kStart)->value == 8);
    CHECK(store->apply(add, kStart)->value == 16);
    CHECK_FALSE(store->apply(add, kStart)->allowed);
    add.amount = 0;
    CHECK(store->apply(add, kStart)->value == 16);
  }
  SECTION("what was reserved is given back, and never more than there is in the window") {
    auto store = make();
    CounterOperation add = sliding_counter(100, 10s);
    add.kind = CounterOperation::Kind::kAddAlways;
    add.amount = 30;
    store->apply(add, kStart);
    store->apply(add, kStart + 2s);
    add.amount = -40;
    CHECK(store->apply(add, kStart + 3s)->value == 20);
    CounterOperation read = sliding_counter(100, 10s);
    read.kind = CounterOperation::Kind::kRead;
    CHECK(store->apply(read, kStart + 9s)->value == 20);
    CHECK(store->apply(read, kStart + 10100ms)->value == 0);
    CHECK(store->apply(add, kStart + 11s)->value == 0);
    add.amount = 5;
    CHECK(store->apply(add, kStart + 11s)->value == 5);
    add.amount = -7;
    CHECK(store->apply(add, kStart + 11s)->value == 0);
    CounterOperation fixed{.kind = CounterOperation::Kind::kAddAlways, .key = "f", .amount = 12, .limit = 9, .period = 60s};
    CHECK(store->apply(fixed, kStart)->value == 12);
    fixed.amount = -5;
    CHECK(store->apply(fixed, kStart + 1s)->value == 7);
    fixed.amount = -50;
    CHECK(store->apply(fixed, kStart + 2s)->value == 0);
  }
  SECTION("many calls in one window stay within the error that is said") {
    auto store = make();
    for (int i = 0; i < 2'000; ++i)
      CHECK(store->apply(sliding_counter(100'000, 10s), kStart + i * 5ms)->value == i + 1);
    CounterOperation read = sliding_counter(100'000, 10s);
    read.kind = CounterOperation::Kind::kRead;
    const std::int64_t left = store->apply(read, kStart + 15s)->value;
    CHECK(left >= 999);
    CHECK(left <= 1'040);
  }
}

/// Stores whose rates fill token buckets.
template <typename Make>
void check_bucket_counters(Make make) {
  using namespace std::chrono_literals;
  constexpr SystemTime kStart = kContractStart;
  SECTION("a bucket of ten that fills in ten seconds") {
    auto store = make();
    for (int i = 1; i <= 10; ++i) CHECK(store->apply(sliding_counter(10, 10s), kStart)->value == i);
    const CounterReply refused = *store->apply(sliding_counter(10, 10s), kStart);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.value == 10);
    CHECK_FALSE(store->apply(sliding_counter(10, 10s), kStart)->allowed);
    CHECK(store->apply(sliding_counter(10, 10s), kStart + 1s)->value == 10);
    CHECK(store->apply(sliding_counter(10, 10s), kStart + 60s)->value == 1);  // full, and no fuller
  }
  SECTION("a debt is worked off, longer than a period when it is large") {
    auto store = make();
    CounterOperation add = sliding_counter(10, 60s);
    add.kind = CounterOperation::Kind::kAddAlways;
    add.amount = 40;
    CHECK(store->apply(add, kStart)->until_reset == 180s);
    CounterOperation read = sliding_counter(10, 60s);
    read.kind = CounterOperation::Kind::kRead;
    CHECK(store->apply(read, kStart)->until_reset == 180s);
    CHECK_FALSE(store->apply(read, kStart + 179s)->allowed);
    CHECK(store->apply(read, kStart + 180100ms)->allowed);
    CHECK(store->apply(read, kStart + 180100ms)->value == 9);
    add.amount = -100;
    CHECK(store->apply(add, kStart + 180100ms)->value == 0);
  }
  SECTION("a read asks for room") {
    auto store = make();
    CounterOperation add = sliding_counter(100, 100s);
    add.amount = 60;
    store->apply(add, kStart);
    CounterOperation read = sliding_counter(100, 100s);
    read.kind = CounterOperation::Kind::kRead;
    read.amount = 50;
    const CounterReply refused = *store->apply(read, kStart);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.until_reset == 9s);
    CHECK(store->apply(read, kStart + 10s)->allowed);
  }
  SECTION("a clock that is set back gives nothing, and takes nothing") {
    auto store = make();
    store->apply(sliding_counter(1, 10s), kStart);
    CHECK_FALSE(store->apply(sliding_counter(1, 10s), kStart - 1h)->allowed);
    CHECK(store->apply(sliding_counter(1, 10s), kStart + 10001ms)->allowed);
  }
}

template <typename Make>
void check_fixed_counters(Make make) {
  using namespace std::chrono_literals;
  constexpr SystemTime kStart = kContractStart;
  SECTION("fixed windows are counted from their origin, also before it") {
    auto store = make();
    CounterOperation add{.key = "k", .limit = 1, .period = 3600s};
    add.first_period_start = std::chrono::sys_seconds(1'700'003'000s);
    const CounterReply first = *store->apply(add, kStart);
    CHECK(first.until_reset == 3000s);
    CHECK_FALSE(store->apply(add, kStart + 2999s)->allowed);
    CHECK(store->apply(add, kStart + 3000s)->allowed);
  }
  SECTION("fixed windows without an origin begin with the first use") {
    auto store = make();
    const CounterOperation add{.key = "k", .limit = 1, .period = 60s};
    CHECK(store->apply(add, kStart)->until_reset == 60s);
    CHECK_FALSE(store->apply(add, kStart + 59s)->allowed);
    CHECK(store->apply(add, kStart + 60s)->allowed);
  }
  SECTION("a counter without a period never ends") {
    auto store = make();
    const CounterOperation add{.key = "k", .limit = 1};
    CHECK(store->apply(add, kStart)->allowed);
    CHECK(store->apply(add, kStart + std::chrono::hours(24 * 3650))->until_reset == 0s);
    CHECK_FALSE(store->apply(add, kStart + std::chrono::hours(24 * 3650))->allowed);
  }
}

}  // namespace portcullis::test
