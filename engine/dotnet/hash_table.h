// The hash table inside Dictionary, HashSet and the LINQ operators that look for equal elements.
//
// Entries stand in order of insertion; removed ones are reused last removed first, as .NET does, so that enumeration gives
// the same order.
#pragma once

#include <cstdint>

#include "engine/dotnet/comparer.h"
#include "engine/run/run.h"

namespace portcullis {

struct HashTable {
  struct Entry {
    Slot key;
    Slot value;
    std::int32_t hash;
    std::int32_t next;  // kEnd, an index, or kFree - the next free index
  };
  static constexpr std::int32_t kEnd = -1;
  static constexpr std::int32_t kFree = -3;

  Equality equality;
  Entry* entries = nullptr;
  std::int32_t* buckets = nullptr;  // index + 1 of the first entry; 0: none
  std::uint32_t capacity = 0;       // of entries and buckets, a power of two
  std::uint32_t used = 0;           // entries ever used, free ones included
  std::uint32_t free_count = 0;
  std::int32_t free_list = kEnd;
  std::uint32_t version = 0;        // of additions only: removing does not end a walk in .NET

  [[nodiscard]] std::uint32_t count() const { return used - free_count; }
  [[nodiscard]] static bool is_live(const Entry& entry) { return entry.next >= kEnd; }

  /// Null when missing or after raising.
  [[nodiscard]] Entry* find(Run& run, Slot key) const;
  /// The entry of `key`, made if missing (`added` tells); null after raising.
  Entry* find_or_add(Run& run, Slot key, bool& added);
  bool remove(Run& run, Slot key, Slot* value = nullptr);
  void clear();
  /// Room for so many entries; false after raising the memory limit.
  bool reserve(Run& run, std::uint64_t entries_wanted);

 private:
  [[nodiscard]] Entry* find_hashed(Run& run, Slot key, std::int32_t hash) const;
};

}  // namespace portcullis
