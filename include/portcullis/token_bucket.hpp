// The other algorithm of rate and token limits: gateways of the v2 tiers fill a bucket where classic ones look at a sliding window.
//
// Which one counts is the gateway's, not the policy's: an embedder chooses it with the store that its executions count in.
#pragma once

#include <cstddef>
#include <memory>

#include "portcullis/stores.hpp"

namespace portcullis {

/// Counters in this process: operations that slide count in buckets of `limit` that fill at limit/period and may go below zero
/// (the wait is then longer than the period); the others are those of make_memory_counters. Limits that share a key have to be
/// the same: the level follows the one that asked last.
std::unique_ptr<CounterStore> make_memory_buckets(std::size_t max_entries = 1'000'000);

}  // namespace portcullis
