// Enumerable: operators that leave elements out or turn them into others; and how lazy operators are made.
#include "engine/dotnet/linq.h"

namespace portcullis::linq {

namespace {

void dispose_cursor(Run& run, Enumerator* walk) {
  finish(run, cursor_of(walk).second);
  finish(run, cursor_of(walk).source);
}

Enumerator* start_operation(Run& run, Sequence* sequence) {
  auto* operation = static_cast<Operation*>(sequence);
  auto* made = run.make<Cursor>(Known::kIEnumerator);
  made->next = operation->next;
  made->dispose = &dispose_cursor;
  made->operation = operation;
  made->number = operation->number;
  if (operation->source == nullptr) return made;
  made->source = begin(run, operation->source, "source");
  return made->source == nullptr ? nullptr : made;
}

}  // namespace

Enumerator* begin(Run& run, Object* sequence, std::string_view parameter) {
  if (run.depth >= run.limits.call_depth) return run.raise_limit(Limit::kDepth);
  ++run.depth;
  Enumerator* made = enumerate(run, sequence, parameter);
  --run.depth;
  return made;
}

Operation* generator(Run& run, Next next, const CallSite& site) {
  auto* made = run.make<Operation>(*site.result);
  made->start = &start_operation;
  made->next = next;
  return made;
}

Operation* lazy(Run& run, Object* source, Next next, const CallSite& site) {
  if (!given(run, source, "source")) return nullptr;
  Operation* made = generator(run, next, site);
  made->source = source;
  return made;
}

Operation* lazy(Run& run, Object* source, Closure* function, std::string_view name, Next next, const CallSite& site) {
  Operation* made = lazy(run, source, next, site);
  if (made == nullptr || !given(run, function, name)) return nullptr;
  made->function = function;
  return made;
}

bool buffer_source(Run& run, Cursor& cursor) {
  SlotBuffer buffer;
  while (advance(run, cursor.source)) {
    if (!buffer.add(run, cursor.source->current)) return false;
  }
  finish(run, cursor.source);
  cursor.slots = buffer.span().data();
  cursor.count = buffer.count();
  return !run.failed();
}

HashTable* new_table(Run& run, const Type& type, const Object* comparer) {
  auto* made = run.arena.make<HashTable>();
  made->equality = Equality(type, comparer);
  return made;
}

Raised raise_empty(Run& run) { return run.raise(Known::kInvalidOperationException, "Sequence contains no elements"); }

namespace {

// ---- Where and Select --------------------------------------------------------------------------------------------------

template <bool kIndexed>
Slot call(Run& run, Closure* function, Slot item, Cursor& cursor) {
  if constexpr (kIndexed) {
    return run.invoke(function, {item, Slot::of(cursor.number++)});
  } else {
    return run.invoke(function, {item});
  }
}

template <bool kIndexed>
bool next_where(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  while (advance(run, cursor.source)) {
    const Slot item = cursor.source->current;
    const bool passes = is_true(call<kIndexed>(run, cursor.operation->function, item, cursor));
    if (run.failed()) return false;
    if (!passes) continue;
    cursor.current = item;
    return true;
  }
  return false;
}

template <bool kIndexed>
bool next_selected(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!advance(run, cursor.source)) return false;
  cursor.current = call<kIndexed>(run, cursor.operation->function, cursor.source->current, cursor);
  return !run.failed();
}

// The inner walk gives elements until it ends; then comes the next outer element.
template <bool kIndexed>
bool next_of_many(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  const Operation& operation = *cursor.operation;
  while (true) {
    if (cursor.second != nullptr && advance(run, cursor.second)) {
      const Slot item = cursor.second->current;
      cursor.current = operation.second_function == nullptr ? item : run.invoke(operation.second_function, {cursor.value, item});
      return !run.failed();
    }
    if (run.failed()) return false;
    finish(run, cursor.second);
    cursor.second = nullptr;
    if (!advance(run, cursor.source)) return false;
    cursor.value = cursor.source->current;
    const Slot inner = call<kIndexed>(run, operation.function, cursor.value, cursor);
    if (run.failed()) return false;
    cursor.second = begin(run, inner.object, "");
    if (cursor.second == nullptr) return false;
  }
}

template <bool kIndexed>
Object* many_pairs(Run& run, Object* source, Closure* collection, Closure* result, const CallSite& site) {
  Operation* made = lazy(run, source, collection, "collectionSelector", &next_of_many<kIndexed>, site);
  if (made == nullptr || !given(run, result, "resultSelector")) return nullptr;
  made->second_function = result;
  return made;
}

// ---- Cast and OfType ---------------------------------------------------------------------------------------------------

// The elements of what is enumerated without its type may be raw.
const Type& element_type(Run& run, const Object* source) {
  const Type* element = sequence_element(*source->type);
  return element != nullptr ? *element : run.type(Known::kObject);
}

bool next_cast(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!advance(run, cursor.source)) return false;
  Object* item = run.box(element_type(run, cursor.operation->source), cursor.source->current);
  cursor.current = unbox(run, item, *cursor.operation->element);
  return !run.failed();
}

bool next_of_type(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  while (advance(run, cursor.source)) {
    Object* item = run.box(element_type(run, cursor.operation->source), cursor.source->current);
    if (!is_instance(item, *cursor.operation->element)) continue;
    cursor.current = unbox(run, item, *cursor.operation->element);
    return !run.failed();
  }
  return false;
}

// ---- parts -------------------------------------------------------------------------------------------------------------

bool next_skipped(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  for (; cursor.number > 0; --cursor.number) {
    if (!advance(run, cursor.source)) return false;
  }
  if (!advance(run, cursor.source)) return false;
  cursor.current = cursor.source->current;
  return true;
}

bool next_taken(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (cursor.number <= 0) return false;
  --cursor.number;
  if (!advance(run, cursor.source)) return false;
  cursor.current = cursor.source->current;
  return true;
}

template <bool kTakes>
bool next_at_end(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!cursor.flag) {
    cursor.flag = true;
    if (!buffer_source(run, cursor)) return false;
    const auto number = static_cast<std::uint32_t>(std::max<std::int64_t>(cursor.number, 0));
    const std::uint32_t cut = number < cursor.count ? cursor.count - number : 0;
    if constexpr (kTakes) {
      cursor.at = cut;
    } else {
      cursor.count = cut;
    }
  }
  if (cursor.at >= cursor.count) return false;
  cursor.current = cursor.slots[cursor.at++];
  return true;
}

template <bool kIndexed>
bool next_after(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  while (advance(run, cursor.source)) {
    cursor.current = cursor.source->current;
    if (cursor.flag) return true;
    const bool skips = is_true(call<kIndexed>(run, cursor.operation->function, cursor.current, cursor));
    if (run.failed()) return false;
    cursor.flag = !skips;
    if (!skips) return true;
  }
  return false;
}

template <bool kIndexed>
bool next_until(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (cursor.flag || !advance(run, cursor.source)) return false;
  cursor.current = cursor.source->current;
  cursor.flag = !is_true(call<kIndexed>(run, cursor.operation->function, cursor.current, cursor));
  return !cursor.flag && !run.failed();
}

Object* counted(Run& run, Object* source, std::int32_t count, Next next, const CallSite& site) {
  Operation* made = lazy(run, source, next, site);
  if (made != nullptr) made->number = count;
  return made;
}

}  // namespace

Object* where(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return lazy(run, source, predicate, "predicate", &next_where<false>, site);
}
Object* where_indexed(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return lazy(run, source, predicate, "predicate", &next_where<true>, site);
}
Object* select(Run& run, Object* source, Closure* selector, const CallSite& site) {
  return lazy(run, source, selector, "selector", &next_selected<false>, site);
}
Object* select_indexed(Run& run, Object* source, Closure* selector, const CallSite& site) {
  return lazy(run, source, selector, "selector", &next_selected<true>, site);
}
Object* select_many(Run& run, Object* source, Closure* selector, const CallSite& site) {
  return lazy(run, source, selector, "selector", &next_of_many<false>, site);
}
Object* select_many_indexed(Run& run, Object* source, Closure* selector, const CallSite& site) {
  return lazy(run, source, selector, "selector", &next_of_many<true>, site);
}
Object* select_many_pairs(Run& run, Object* source, Closure* collection, Closure* result, const CallSite& site) {
  return many_pairs<false>(run, source, collection, result, site);
}
Object* select_many_pairs_indexed(Run& run, Object* source, Closure* collection, Closure* result, const CallSite& site) {
  return many_pairs<true>(run, source, collection, result, site);
}

Object* of_type(Run& run, Object* source, const CallSite& site) {
  Operation* made = lazy(run, source, &next_of_type, site);
  if (made != nullptr) made->element = site.type_arguments[0];
  return made;
}
Object* cast(Run& run, Object* source, const CallSite& site) {
  if (source != nullptr && is_instance(source, *site.result)) return source;
  Operation* made = lazy(run, source, &next_cast, site);
  if (made != nullptr) made->element = site.type_arguments[0];
  return made;
}

Object* skip(Run& run, Object* source, std::int32_t count, const CallSite& site) {
  return counted(run, source, count, &next_skipped, site);
}
Object* take(Run& run, Object* source, std::int32_t count, const CallSite& site) {
  return counted(run, source, count, &next_taken, site);
}
Object* skip_last(Run& run, Object* source, std::int32_t count, const CallSite& site) {
  return counted(run, source, count, &next_at_end<false>, site);
}
Object* take_last(Run& run, Object* source, std::int32_t count, const CallSite& site) {
  if (source != nullptr && count <= 0) return empty(run, site);  // the source is never walked
  return counted(run, source, count, &next_at_end<true>, site);
}
Object* skip_while(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return lazy(run, source, predicate, "predicate", &next_after<false>, site);
}
Object* skip_while_indexed(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return lazy(run, source, predicate, "predicate", &next_after<true>, site);
}
Object* take_while(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return lazy(run, source, predicate, "predicate", &next_until<false>, site);
}
Object* take_while_indexed(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return lazy(run, source, predicate, "predicate", &next_until<true>, site);
}

}  // namespace portcullis::linq
