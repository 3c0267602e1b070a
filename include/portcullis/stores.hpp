// State that outlives a request: counters, cache entries, tokens, concurrency slots.
//
// An embedder gives stores to its executions. A store that can answer at once does (the in-process ones always do); one that
// has to ask somebody returns nullopt, and the operation becomes an Effect that the host performs. Stores are shared by threads.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <optional>
#include <string_view>

#include "portcullis/exchange.hpp"

namespace portcullis {

using SystemTime = std::chrono::sys_time<std::chrono::milliseconds>;

class CounterStore {
 public:
  virtual ~CounterStore() = default;
  virtual std::optional<CounterReply> apply(const CounterOperation& operation, SystemTime now) = 0;
};

class CacheStore {
 public:
  virtual ~CacheStore() = default;
  /// Calls `copy(receiver, value)` under the store's lock on a hit: the bytes are only valid inside. nullopt: make it an effect.
  virtual std::optional<bool> get(std::string_view key, SystemTime now, void* receiver, void (*copy)(void* receiver, std::string_view value)) = 0;
  /// False: make it an effect.
  virtual bool set(std::string_view key, std::string_view value, std::chrono::seconds lifetime, SystemTime now) = 0;
  virtual bool remove(std::string_view key) = 0;
};

/// Answers of models beside the vectors of what was asked (semantic caches).
class VectorStore {
 public:
  virtual ~VectorStore() = default;
  /// The nearest entry of the partition within `max_distance` (1 - cosine similarity); `copy` as CacheStore::get. nullopt: make
  /// it an effect.
  virtual std::optional<bool> find(const VectorOperation& operation, SystemTime now, void* receiver,
                                   void (*copy)(void* receiver, std::string_view value)) = 0;
  /// False: make it an effect.
  virtual bool store(const VectorOperation& operation, SystemTime now) = 0;
};

class SlotStore {
 public:
  virtual ~SlotStore() = default;
  virtual std::optional<bool> acquire(std::string_view key, std::int64_t limit) = 0;
  virtual void release(std::string_view key) = 0;
};

/// Managed-identity tokens. One fetch at a time for a key: the others wait for its result.
class TokenStore {
 public:
  virtual ~TokenStore() = default;
  /// Calls `copy(receiver, token)` under a lock when there is a token that is good for a while yet (the bytes are only valid
  /// inside) and returns when it expires. nullopt: the caller fetches (or waits for who does) through a TokenCall effect.
  virtual std::optional<std::chrono::sys_seconds> find(std::string_view resource, std::string_view client_id, SystemTime now,
                                                       void* receiver, void (*copy)(void* receiver, std::string_view token)) = 0;
  virtual void store(std::string_view resource, std::string_view client_id, std::string_view token, std::chrono::sys_seconds expires_at) = 0;
};

/// What was fetched from elsewhere and is worth keeping for other requests, in the form its reader gave it: signing keys of
/// OpenID providers, revocation lists. One fetch at a time for a key.
class DocumentStore {
 public:
  virtual ~DocumentStore() = default;
  /// Immutable; the kind is known from the key.
  struct Document {
    virtual ~Document() = default;
  };
  enum class Next : std::uint8_t {
    kUse,    // what there is, if anything: nothing newer can be had now
    kFetch,  // the caller fetches and says how it went: `store` or `failed`
    kWait,   // somebody fetches: ask again soon
  };
  struct Found {
    std::shared_ptr<const Document> document;  // null: there is none
    Next next = Next::kUse;
  };
  /// `wants_newer`: what the store has did not serve (a key that is not in it).
  virtual Found find(std::string_view key, bool wants_newer, SystemTime now) = 0;
  virtual void store(std::string_view key, std::shared_ptr<const Document> document, std::size_t bytes,
                     SystemTime good_until, SystemTime now) = 0;
  /// The document of before stays.
  virtual void failed(std::string_view key, SystemTime now) = 0;
};

/// Circuits and turns of backends. Belongs to one gateway: never shared. source: rate-and-cache-distribution.md#1
class BackendStore {
 public:
  virtual ~BackendStore() = default;
  struct Circuit {
    std::chrono::milliseconds open_for{0};  // zero: closed, calls may pass
    std::uint16_t failure_status = 503;     // of the rule that opened it
  };
  virtual Circuit circuit(const BackendView& backend, SystemTime now) = 0;
  /// How a call ended: a status, or the reason of the error when there was no answer.
  struct Call {
    std::uint16_t status = 0;
    std::string_view error_reason;
    std::optional<std::chrono::milliseconds> retry_after;  // as the answer says
  };
  /// True when it opened the circuit.
  virtual bool record(const BackendView& backend, const Call& call, SystemTime now) = 0;
  /// Whose turn it is among `members` (never empty): an index. Smooth weighted round robin.
  virtual std::size_t next(std::string_view pool, std::span<const PoolMemberView> members) = 0;
};

/// Borrowed by executions; any may be null: then the operation becomes an effect.
struct Stores {
  CounterStore* counters = nullptr;
  CacheStore* cache = nullptr;           // internal
  CacheStore* external_cache = nullptr;
  VectorStore* vectors = nullptr;        // of semantic caches
  SlotStore* slots = nullptr;
  TokenStore* tokens = nullptr;
  DocumentStore* documents = nullptr;    // null: fetched anew for each request
  BackendStore* backends = nullptr;      // null: circuits never open, and members of a pool are drawn at random
};

/// In-process stores: sharded by key, bounded. `max_entries` is for each store; the oldest entries give way.
std::unique_ptr<CounterStore> make_memory_counters(std::size_t max_entries = 1'000'000);
std::unique_ptr<CacheStore> make_memory_cache(std::size_t max_bytes = std::size_t{256} << 20);
std::unique_ptr<SlotStore> make_memory_slots();
std::unique_ptr<TokenStore> make_memory_tokens();
std::unique_ptr<DocumentStore> make_memory_documents(std::size_t max_bytes = std::size_t{256} << 20);
std::unique_ptr<BackendStore> make_memory_backends();
/// Exact search: a partition of n vectors costs n multiplications of vectors.
std::unique_ptr<VectorStore> make_memory_vectors(std::size_t max_bytes = std::size_t{256} << 20);

}  // namespace portcullis
