// Counters, the external cache and the vectors of semantic caches in a Redis-compatible server that several gateways
// share. Circuits, slots and tokens are each gateway's own, as on the platform. source:
// rate-and-cache-distribution.md#1
//
// They block the calling thread for one round trip, at most for the options' timeout: give them to executions that run
// on worker threads. A host with an event loop leaves the stores of its executions empty, gets the operations as
// effects, and calls `apply`, `get` and so on from a thread of its own.
//
// When the server is away: look-ups miss, writes are lost, a removal says that it failed. A counter goes on in this
// process from what the server said last, so that no gateway admits more than the limit by itself.
#pragma once

#include <memory>
#include <string>

#include "hosts/redis/address.h"
#include "portcullis/stores.hpp"

namespace portcullis::hosts {

class RedisStores {
 public:
  /// Connects in the background; the first operation waits for it, at most the connect timeout.
  explicit RedisStores(const RedisOptions& options);
  ~RedisStores();
  RedisStores(const RedisStores&) = delete;
  RedisStores& operator=(const RedisStores&) = delete;

  [[nodiscard]] CounterStore& counters();
  [[nodiscard]] CacheStore& cache();
  [[nodiscard]] VectorStore& vectors();
  /// Counters, external cache and vectors of semantic caches come from here; the others stay.
  void put_into(Stores& stores) {
    stores.counters = &counters();
    stores.external_cache = &cache();
    stores.vectors = &vectors();
  }

  /// Operations that the server did not do; and why the last connection failed, empty when none has.
  [[nodiscard]] std::uint64_t failures() const;
  [[nodiscard]] std::string problem() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace portcullis::hosts
