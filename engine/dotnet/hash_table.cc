// See hash_table.h.
#include "engine/dotnet/hash_table.h"

#include <bit>
#include <cstring>

namespace portcullis {

namespace {

// The low bits of the hashes of small numbers are the numbers; others are spread already.
std::uint32_t bucket_of(std::int32_t hash, std::uint32_t capacity) { return static_cast<std::uint32_t>(hash) & (capacity - 1); }

}  // namespace

HashTable::Entry* HashTable::find_hashed(Run& run, Slot key, std::int32_t hash) const {
  if (capacity == 0) return nullptr;
  std::uint32_t steps = 0;
  for (std::int32_t at = buckets[bucket_of(hash, capacity)] - 1; at >= 0; at = entries[at].next) {
    Entry& entry = entries[at];
    if (entry.hash == hash && equality.equals(run, entry.key, key)) return &entry;
    // Keys that collide on purpose are paid for.
    if (++steps > 8 && !run.spend(1)) return nullptr;
  }
  return nullptr;
}

HashTable::Entry* HashTable::find(Run& run, Slot key) const {
  if (capacity == 0) return nullptr;
  return find_hashed(run, key, equality.hash(run, key));
}

bool HashTable::reserve(Run& run, std::uint64_t entries_wanted) {
  if (entries_wanted <= capacity) return true;
  const std::uint64_t room = std::bit_ceil(entries_wanted < 4 ? std::uint64_t{4} : entries_wanted);
  if (room > (std::uint64_t{1} << 30)) return run.raise_limit(Limit::kMemory);
  void* memory = run.arena.try_allocate((sizeof(Entry) + sizeof(std::int32_t)) * room, alignof(Entry));
  if (memory == nullptr) return run.raise_limit(Limit::kMemory);
  auto* grown = static_cast<Entry*>(memory);
  if (used > 0) std::memcpy(static_cast<void*>(grown), entries, sizeof(Entry) * used);
  entries = grown;
  buckets = reinterpret_cast<std::int32_t*>(grown + room);
  capacity = static_cast<std::uint32_t>(room);
  std::memset(buckets, 0, sizeof(std::int32_t) * room);
  for (std::uint32_t i = 0; i < used; ++i) {
    if (!is_live(entries[i])) continue;
    std::int32_t& bucket = buckets[bucket_of(entries[i].hash, capacity)];
    entries[i].next = bucket - 1;
    bucket = static_cast<std::int32_t>(i) + 1;
  }
  return true;
}

HashTable::Entry* HashTable::find_or_add(Run& run, Slot key, bool& added) {
  added = false;
  const std::int32_t hash = equality.hash(run, key);
  if (run.failed()) return nullptr;
  Entry* found = find_hashed(run, key, hash);
  if (found != nullptr || run.failed()) return run.failed() ? nullptr : found;
  std::int32_t index;
  if (free_count > 0) {
    index = free_list;
    free_list = kFree - entries[index].next;
    --free_count;
  } else {
    if (used == capacity && !reserve(run, capacity == 0 ? 4 : std::uint64_t{capacity} * 2)) return nullptr;
    index = static_cast<std::int32_t>(used++);
  }
  std::int32_t& bucket = buckets[bucket_of(hash, capacity)];
  entries[index] = {key, Slot{}, hash, bucket - 1};
  bucket = index + 1;
  ++version;
  added = true;
  return &entries[index];
}

bool HashTable::remove(Run& run, Slot key, Slot* value) {
  if (capacity == 0) return false;
  const std::int32_t hash = equality.hash(run, key);
  std::int32_t* link = &buckets[bucket_of(hash, capacity)];
  bool is_bucket = true;
  for (std::int32_t at = *link - 1; at >= 0;) {
    Entry& entry = entries[at];
    if (entry.hash == hash && equality.equals(run, entry.key, key)) {
      *link = is_bucket ? entry.next + 1 : entry.next;
      if (value != nullptr) *value = entry.value;
      entry.next = kFree - free_list;
      entry.key = Slot{};
      entry.value = Slot{};
      free_list = at;
      ++free_count;
      return true;
    }
    if (!run.spend(1)) return false;
    link = &entry.next;
    is_bucket = false;
    at = entry.next;
  }
  return false;
}

void HashTable::clear() {
  if (capacity > 0) std::memset(buckets, 0, sizeof(std::int32_t) * capacity);
  used = 0;
  free_count = 0;
  free_list = kEnd;
}

}  // namespace portcullis
