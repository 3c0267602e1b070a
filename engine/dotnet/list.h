// System.Collections.Generic.List<T> as an object, for code that makes lists or walks them fast.
#pragma once

#include <cstdint>
#include <span>

#include "engine/run/run.h"

namespace portcullis {

/// Elements are Slots of `type->arguments[0]`. `version` changes with every change of the list: walks notice.
struct List : Object {
  Slot* items = nullptr;
  std::uint32_t count = 0;
  std::uint32_t capacity = 0;
  std::uint32_t version = 0;

  [[nodiscard]] std::span<Slot> span() const { return {items, count}; }
};

/// An empty list of the constructed type `type`; null after raising the memory limit.
List* make_list(Run& run, const Type& type, std::uint64_t capacity = 0);
/// Appends; false after raising.
bool list_add(Run& run, List& list, Slot value);
/// A list of these elements; null after raising.
List* list_of(Run& run, const Type& type, std::span<const Slot> items);

}  // namespace portcullis
