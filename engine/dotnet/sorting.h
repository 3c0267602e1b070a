// Sorting slots by an order that may raise. Two kinds, as .NET has them.
#pragma once

#include <cstdint>
#include <span>

#include "engine/dotnet/comparer.h"

namespace portcullis {

/// As Array.Sort and List.Sort: not stable, but equal elements end where .NET's introsort leaves them. `values`, if not
/// empty, move along. False after raising (an exception of the order becomes the inner one of InvalidOperationException).
bool sort_like_dotnet(Run& run, std::span<Slot> items, const Order& order, std::span<Slot> values = {});

/// Array.BinarySearch: the index plus `offset` of an equal element, or the complement of where it would go.
std::int32_t binary_search_slots(Run& run, std::span<const Slot> items, std::int32_t offset, Slot item, const Order& order);

/// Keys of one ordering of OrderBy/ThenBy, by element index.
struct SortKey {
  const Slot* keys;
  Order order;
  bool descending;
};
/// Stable; `indices` come out in order. False after raising.
bool sort_indices(Run& run, std::span<std::uint32_t> indices, std::span<const SortKey> keys);

}  // namespace portcullis
