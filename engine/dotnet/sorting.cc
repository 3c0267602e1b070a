// See sorting.h.
#include "engine/dotnet/sorting.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace portcullis {

namespace {

// Introspective sort with .NET's choice of pivots and its insertion sort for small parts: equal elements that differ
// otherwise must come out where .NET puts them.
class Introsort {
 public:
  Introsort(Run& run, std::span<Slot> keys, std::span<Slot> values, const Order& order)
      : run_(run), keys_(keys), values_(values), order_(order) {}

  void sort() {
    if (keys_.size() < 2) return;
    part(0, static_cast<std::ptrdiff_t>(keys_.size()), static_cast<std::int32_t>(2 * std::bit_width(keys_.size())));
  }

 private:
  static constexpr std::ptrdiff_t kSmall = 16;

  std::int32_t compare(Slot a, Slot b) {
    if (!run_.spend(1)) return 0;
    return order_.compare(run_, a, b);
  }
  Slot& key(std::ptrdiff_t i) { return keys_[static_cast<std::size_t>(i)]; }

  void swap(std::ptrdiff_t i, std::ptrdiff_t j) {
    if (i == j) return;
    std::swap(key(i), key(j));
    if (!values_.empty()) std::swap(values_[static_cast<std::size_t>(i)], values_[static_cast<std::size_t>(j)]);
  }
  void swap_if_greater(std::ptrdiff_t i, std::ptrdiff_t j) {
    if (!run_.failed() && compare(key(i), key(j)) > 0 && !run_.failed()) swap(i, j);
  }

  void part(std::ptrdiff_t low, std::ptrdiff_t size, std::int32_t depth) {
    while (size > 1 && !run_.failed()) {
      if (size <= kSmall) return small(low, size);
      if (depth == 0) return heap(low, size);
      --depth;
      const std::ptrdiff_t pivot = split(low, size);
      part(low + pivot + 1, size - (pivot + 1), depth);
      size = pivot;
    }
  }

  void small(std::ptrdiff_t low, std::ptrdiff_t size) {
    if (size == 2) return swap_if_greater(low, low + 1);
    if (size == 3) {
      swap_if_greater(low, low + 1);
      swap_if_greater(low, low + 2);
      return swap_if_greater(low + 1, low + 2);
    }
    for (std::ptrdiff_t i = low; i < low + size - 1; ++i) {
      const Slot moving = key(i + 1);
      const Slot value = values_.empty() ? Slot{} : values_[static_cast<std::size_t>(i + 1)];
      std::ptrdiff_t j = i;
      while (j >= low && !run_.failed() && compare(moving, key(j)) < 0) {
        key(j + 1) = key(j);
        if (!values_.empty()) values_[static_cast<std::size_t>(j + 1)] = values_[static_cast<std::size_t>(j)];
        --j;
      }
      key(j + 1) = moving;
      if (!values_.empty()) values_[static_cast<std::size_t>(j + 1)] = value;
    }
  }

  // The pivot's place, relative to `low`.
  std::ptrdiff_t split(std::ptrdiff_t low, std::ptrdiff_t size) {
    const std::ptrdiff_t high = low + size - 1;
    const std::ptrdiff_t middle = low + ((size - 1) >> 1);
    swap_if_greater(low, middle);
    swap_if_greater(low, high);
    swap_if_greater(middle, high);
    const Slot pivot = key(middle);
    swap(middle, high - 1);
    std::ptrdiff_t left = low;
    std::ptrdiff_t right = high - 1;
    // An order that contradicts itself must not lead outside.
    while (left < right && !run_.failed()) {
      while (left < high - 1 && compare(key(++left), pivot) < 0 && !run_.failed()) {
      }
      while (right > low && compare(pivot, key(--right)) < 0 && !run_.failed()) {
      }
      if (left >= right) break;
      swap(left, right);
    }
    if (left != high - 1) swap(left, high - 1);
    return left - low;
  }

  void heap(std::ptrdiff_t low, std::ptrdiff_t size) {
    for (std::ptrdiff_t i = size >> 1; i >= 1; --i) sift(low, i, size);
    for (std::ptrdiff_t i = size; i > 1 && !run_.failed(); --i) {
      swap(low, low + i - 1);
      sift(low, 1, i - 1);
    }
  }

  void sift(std::ptrdiff_t low, std::ptrdiff_t i, std::ptrdiff_t size) {
    while (i <= size >> 1 && !run_.failed()) {
      std::ptrdiff_t child = 2 * i;
      if (child < size && compare(key(low + child - 1), key(low + child)) < 0) ++child;
      if (!(compare(key(low + i - 1), key(low + child - 1)) < 0)) return;
      swap(low + i - 1, low + child - 1);
      i = child;
    }
  }

  Run& run_;
  std::span<Slot> keys_;
  std::span<Slot> values_;
  const Order& order_;
};

class StableSort {
 public:
  StableSort(Run& run, std::span<const SortKey> keys) : run_(run), keys_(keys) {}

  bool sort(std::span<std::uint32_t> indices) {
    const std::span<std::uint32_t> spare = run_.arena.array<std::uint32_t>(indices.size());
    part(indices, spare);
    return !run_.failed();
  }

 private:
  bool comes_after(std::uint32_t a, std::uint32_t b) {
    if (!run_.spend(1)) return false;
    for (const SortKey& key : keys_) {
      const std::int32_t order = key.order.compare(run_, key.keys[a], key.keys[b]);
      if (order != 0) return key.descending ? order < 0 : order > 0;
    }
    return false;
  }

  void part(std::span<std::uint32_t> items, std::span<std::uint32_t> spare) {
    if (run_.failed()) return;
    if (items.size() <= 8) return insert(items);
    const std::size_t half = items.size() / 2;
    part(items.first(half), spare.first(half));
    part(items.subspan(half), spare.subspan(half));
    if (run_.failed() || !comes_after(items[half - 1], items[half])) return;
    std::copy(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(half), spare.begin());
    std::size_t left = 0;
    std::size_t right = half;
    std::size_t to = 0;
    while (left < half && right < items.size()) {
      items[to++] = comes_after(spare[left], items[right]) ? items[right++] : spare[left++];
    }
    while (left < half) items[to++] = spare[left++];
  }

  void insert(std::span<std::uint32_t> items) {
    for (std::size_t i = 1; i < items.size() && !run_.failed(); ++i) {
      const std::uint32_t moving = items[i];
      std::size_t j = i;
      for (; j > 0 && comes_after(items[j - 1], moving); --j) items[j] = items[j - 1];
      items[j] = moving;
    }
  }

  Run& run_;
  std::span<const SortKey> keys_;
};

}  // namespace

bool sort_like_dotnet(Run& run, std::span<Slot> items, const Order& order, std::span<Slot> values) {
  Introsort(run, items, values, order).sort();
  if (!run.failed()) return true;
  if (run.exceeded != Limit::kNone || run.pending->type->is(Known::kInvalidOperationException)) return false;
  Exception* inner = run.pending;
  run.pending = nullptr;
  run.raise(Known::kInvalidOperationException, "Failed to compare two elements in the array.");
  run.pending->inner = inner;
  return false;
}

std::int32_t binary_search_slots(Run& run, std::span<const Slot> items, std::int32_t offset, Slot item, const Order& order) {
  std::int32_t low = 0;
  std::int32_t high = static_cast<std::int32_t>(items.size()) - 1;
  while (low <= high) {
    const std::int32_t middle = low + ((high - low) >> 1);
    const std::int32_t compared = order.compare(run, items[static_cast<std::size_t>(middle)], item);
    if (run.failed()) return 0;
    if (compared == 0) return middle + offset;
    if (compared < 0) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return ~(low + offset);
}

bool sort_indices(Run& run, std::span<std::uint32_t> indices, std::span<const SortKey> keys) {
  return StableSort(run, keys).sort(indices);
}

}  // namespace portcullis
