// Enumerable: OrderBy, ThenBy, Order; and IOrderedEnumerable<T>. Stable; sorted when the first element is asked for.
#include "engine/dotnet/linq.h"
#include "engine/dotnet/sorting.h"

namespace portcullis {

extern const TypeDefinition kIOrderedEnumerable1Definition;
const TypeDefinition kIOrderedEnumerable1Definition{.declaration = "interface System.Linq.IOrderedEnumerable<out T> : IEnumerable<T>",
                                                    .operations = &kLazySequenceOperations};

}  // namespace portcullis

namespace portcullis::linq {

namespace {

struct Ordered : Sequence {
  Object* source;       // of the first ordering
  Ordered* parent;      // the ordering that counts before this one
  Closure* key;         // null: the elements themselves
  const Object* comparer;
  const Type* key_type;
  bool descending;
};

struct OrderedCursor : Enumerator {
  const Ordered* ordered;
  std::span<const Slot> items;
  std::span<std::uint32_t> indices;
  std::size_t at;
  bool is_sorted;
};

// The first ordering's keys are computed first, for all elements, as .NET does.
bool make_keys(Run& run, const Ordered& ordered, std::span<const Slot> items, SlotBuffer& keys) {
  if (!keys.reserve(run, items.size())) return false;
  for (const Slot item : items) {
    if (!run.spend(1)) return false;
    keys.add(run, run.invoke(ordered.key, {item}));
    if (run.failed()) return false;
  }
  return true;
}

bool sort(Run& run, OrderedCursor& cursor) {
  std::size_t levels = 0;
  const Ordered* root = cursor.ordered;
  for (const Ordered* at = cursor.ordered; at != nullptr; at = at->parent) {
    root = at;
    ++levels;
  }
  SlotBuffer items;
  if (!copy_elements(run, root->source, "source", items)) return false;
  cursor.items = items.span();
  if (cursor.items.empty()) return true;
  const std::span<SortKey> keys = run.arena.array<SortKey>(levels);
  const std::span<const Ordered*> orderings = run.arena.array<const Ordered*>(levels);
  for (const Ordered* at = cursor.ordered; at != nullptr; at = at->parent) orderings[--levels] = at;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Ordered& ordering = *orderings[i];
    SlotBuffer made;
    if (ordering.key != nullptr && !make_keys(run, ordering, cursor.items, made)) return false;
    keys[i] = {ordering.key == nullptr ? cursor.items.data() : made.span().data(), Order(*ordering.key_type, ordering.comparer),
               ordering.descending};
  }
  cursor.indices = run.arena.array<std::uint32_t>(cursor.items.size());
  for (std::uint32_t i = 0; i < cursor.indices.size(); ++i) cursor.indices[i] = i;
  return sort_indices(run, cursor.indices, keys);
}

bool next_in_order(Run& run, Enumerator* walk) {
  auto& cursor = *static_cast<OrderedCursor*>(walk);
  if (!cursor.is_sorted) {
    cursor.is_sorted = true;
    if (!sort(run, cursor)) {
      cursor.at = cursor.items.size();
      return false;
    }
  }
  if (cursor.at >= cursor.items.size()) return false;
  cursor.current = cursor.items[cursor.indices[cursor.at++]];
  return true;
}

Enumerator* start_ordered(Run& run, Sequence* sequence) {
  auto* made = run.make<OrderedCursor>(Known::kIEnumerator);
  made->next = &next_in_order;
  made->ordered = static_cast<Ordered*>(sequence);
  return made;
}

Ordered* make(Run& run, Object* source, Closure* key, Object* comparer, bool descending, const CallSite& site) {
  if (!given(run, source, "source")) return nullptr;
  auto* made = run.make<Ordered>(*site.result);
  made->start = &start_ordered;
  made->source = source;
  made->key = key;
  made->comparer = comparer;
  made->key_type = site.type_arguments[key == nullptr ? 0 : 1];
  made->descending = descending;
  return made;
}

Object* make_keyed(Run& run, Object* source, Closure* key, Object* comparer, bool descending, const CallSite& site) {
  if (!given(run, source, "source") || !given(run, key, "keySelector")) return nullptr;
  return make(run, source, key, comparer, descending, site);
}

Object* make_then(Run& run, Object* source, Closure* key, Object* comparer, bool descending, const CallSite& site) {
  if (!given(run, source, "source") || !given(run, key, "keySelector")) return nullptr;
  Ordered* made = make(run, source, key, comparer, descending, site);
  made->parent = static_cast<Ordered*>(source);
  return made;
}

}  // namespace

Object* order(Run& run, Object* source, const CallSite& site) { return make(run, source, nullptr, nullptr, false, site); }
Object* order_with(Run& run, Object* source, Object* comparer, const CallSite& site) {
  return make(run, source, nullptr, comparer, false, site);
}
Object* order_descending(Run& run, Object* source, const CallSite& site) {
  return make(run, source, nullptr, nullptr, true, site);
}
Object* order_descending_with(Run& run, Object* source, Object* comparer, const CallSite& site) {
  return make(run, source, nullptr, comparer, true, site);
}
Object* order_by(Run& run, Object* source, Closure* key, const CallSite& site) {
  return make_keyed(run, source, key, nullptr, false, site);
}
Object* order_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return make_keyed(run, source, key, comparer, false, site);
}
Object* order_by_descending(Run& run, Object* source, Closure* key, const CallSite& site) {
  return make_keyed(run, source, key, nullptr, true, site);
}
Object* order_by_descending_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return make_keyed(run, source, key, comparer, true, site);
}
Object* then_by(Run& run, Object* source, Closure* key, const CallSite& site) {
  return make_then(run, source, key, nullptr, false, site);
}
Object* then_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return make_then(run, source, key, comparer, false, site);
}
Object* then_by_descending(Run& run, Object* source, Closure* key, const CallSite& site) {
  return make_then(run, source, key, nullptr, true, site);
}
Object* then_by_descending_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return make_then(run, source, key, comparer, true, site);
}

}  // namespace portcullis::linq
