// Keys in order, with values beside them: what SortedDictionary<TKey, TValue> and SortedSet<T> are made of.
#pragma once

#include <cstdint>
#include <span>

#include "engine/dotnet/comparer.h"
#include "engine/run/run.h"

namespace portcullis {

struct SortedItems {
  Order order;
  const Object* comparer = nullptr;  // as the author passed it
  Slot* keys = nullptr;
  Slot* values = nullptr;  // as many as keys; unused by sets
  std::uint32_t count = 0;
  std::uint32_t capacity = 0;
  std::uint32_t version = 0;

  /// Where `key` is or would go; `found` tells. False after raising.
  bool locate(Run& run, Slot key, std::uint32_t& at, bool& found) const;
  /// False after raising the memory limit.
  bool insert(Run& run, std::uint32_t at, Slot key, Slot value);
  void erase(std::uint32_t at);
  void clear();
  [[nodiscard]] std::span<const Slot> all_keys() const { return {keys, count}; }
};

/// What enumerators say here; other collections have another text.
Raised raise_sorted_modified(Run& run);

}  // namespace portcullis
