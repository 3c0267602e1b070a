// See sorted_items.h.
#include "engine/dotnet/sorted_items.h"

#include <algorithm>

namespace portcullis {

bool SortedItems::locate(Run& run, Slot key, std::uint32_t& at, bool& found) const {
  std::uint32_t low = 0;
  std::uint32_t high = count;
  found = false;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const std::int32_t compared = order.compare(run, keys[middle], key);
    if (run.failed() || !run.spend(1)) return false;
    if (compared == 0) {
      at = middle;
      found = true;
      return true;
    }
    (compared < 0 ? low : high) = compared < 0 ? middle + 1 : middle;
  }
  at = low;
  return true;
}

bool SortedItems::insert(Run& run, std::uint32_t at, Slot key, Slot value) {
  // What moves up is work that the author's data decide.
  if (!run.spend(1 + (count - at) / 16)) return false;
  if (count == capacity) {
    const std::uint64_t room = capacity == 0 ? 8 : std::uint64_t{capacity} * 2;
    void* memory = room > (1U << 29) ? nullptr : run.arena.try_allocate(2 * sizeof(Slot) * room, alignof(Slot));
    if (memory == nullptr) {
      run.raise_limit(Limit::kMemory);
      return false;
    }
    auto* fresh = static_cast<Slot*>(memory);
    std::copy_n(keys, count, fresh);
    std::copy_n(values, count, fresh + room);
    keys = fresh;
    values = fresh + room;
    capacity = static_cast<std::uint32_t>(room);
  }
  std::copy_backward(keys + at, keys + count, keys + count + 1);
  std::copy_backward(values + at, values + count, values + count + 1);
  keys[at] = key;
  values[at] = value;
  ++count;
  ++version;
  return true;
}

void SortedItems::erase(std::uint32_t at) {
  std::copy(keys + at + 1, keys + count, keys + at);
  std::copy(values + at + 1, values + count, values + at);
  --count;
  ++version;
}

void SortedItems::clear() {
  count = 0;
  ++version;
}

Raised raise_sorted_modified(Run& run) {
  return run.raise(Known::kInvalidOperationException, "Collection was modified after the enumerator was instantiated.");
}

}  // namespace portcullis
