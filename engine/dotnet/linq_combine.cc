// Enumerable: operators that put sequences together, turn them round, cut them up; and the generators.
#include "engine/dotnet/linq.h"

namespace portcullis::linq {

namespace {

bool give_source(Run& run, Cursor& cursor) {
  if (!advance(run, cursor.source)) return false;
  cursor.current = cursor.source->current;
  return true;
}

bool next_joined(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!cursor.flag) {
    if (give_source(run, cursor)) return true;
    if (run.failed()) return false;
    cursor.flag = true;
    cursor.second = begin(run, cursor.operation->second, "second");
  }
  if (cursor.second == nullptr || !advance(run, cursor.second)) return false;
  cursor.current = cursor.second->current;
  return true;
}

bool next_appended(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (cursor.flag) return false;
  if (give_source(run, cursor)) return true;
  cursor.flag = true;
  cursor.current = cursor.operation->value;
  return !run.failed();
}

bool next_prepended(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (cursor.flag) return give_source(run, cursor);
  cursor.flag = true;
  cursor.current = cursor.operation->value;
  return true;
}

bool next_reversed(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!cursor.flag) {
    cursor.flag = true;
    if (!buffer_source(run, cursor)) return false;
  }
  if (cursor.count == 0) return false;
  cursor.current = cursor.slots[--cursor.count];
  return true;
}

bool next_zipped(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!cursor.flag) {
    cursor.flag = true;
    cursor.second = begin(run, cursor.operation->second, "second");
  }
  if (cursor.second == nullptr || !advance(run, cursor.source) || !advance(run, cursor.second)) return false;
  const Slot first = cursor.source->current;
  const Slot second = cursor.second->current;
  cursor.current = cursor.operation->function != nullptr ? run.invoke(cursor.operation->function, {first, second})
                                                         : Slot::of_object(run.record(*cursor.operation->element, {first, second}));
  return !run.failed();
}

bool next_or_default(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (give_source(run, cursor)) {
    cursor.flag = true;
    return true;
  }
  if (cursor.flag || run.failed()) return false;
  cursor.flag = true;
  cursor.current = cursor.operation->value;
  return true;
}

bool next_chunk(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  SlotBuffer buffer;
  while (buffer.count() < cursor.operation->number && advance(run, cursor.source)) {
    if (!buffer.add(run, cursor.source->current)) return false;
  }
  if (buffer.count() == 0 || run.failed()) return false;
  cursor.current = Slot::of_object(array_of(run, *cursor.operation->element, buffer.span()));
  return !run.failed();
}

bool next_number(Run&, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (cursor.number <= 0) return false;
  --cursor.number;
  cursor.current = Slot::of(cursor.operation->value.integer + cursor.at++);
  return true;
}

bool next_repeated(Run&, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (cursor.number <= 0) return false;
  --cursor.number;
  cursor.current = cursor.operation->value;
  return true;
}

bool next_nothing(Run&, Enumerator*) { return false; }

Operation* pair(Run& run, Object* first, Object* second, Next next, const CallSite& site) {
  if (!given(run, first, "first") || !given(run, second, "second")) return nullptr;
  Operation* made = lazy(run, first, next, site);
  made->second = second;
  return made;
}

Object* with_value(Run& run, Object* source, Slot value, Next next, const CallSite& site) {
  Operation* made = lazy(run, source, next, site);
  if (made != nullptr) made->value = value;
  return made;
}

Raised raise_count(Run& run, std::string_view parameter) {
  return run.raise_argument(Known::kArgumentOutOfRangeException, "Specified argument was out of the range of valid values.",
                            parameter);
}

}  // namespace

Object* concat(Run& run, Object* first, Object* second, const CallSite& site) {
  return pair(run, first, second, &next_joined, site);
}
Object* append(Run& run, Object* source, Slot element, const CallSite& site) {
  return with_value(run, source, element, &next_appended, site);
}
Object* prepend(Run& run, Object* source, Slot element, const CallSite& site) {
  return with_value(run, source, element, &next_prepended, site);
}
Object* reverse(Run& run, Object* source, const CallSite& site) { return lazy(run, source, &next_reversed, site); }

Object* zip(Run& run, Object* first, Object* second, Closure* selector, const CallSite& site) {
  Operation* made = pair(run, first, second, &next_zipped, site);
  if (made == nullptr || !given(run, selector, "resultSelector")) return nullptr;
  made->function = selector;
  return made;
}
Object* zip_tuples(Run& run, Object* first, Object* second, const CallSite& site) {
  Operation* made = pair(run, first, second, &next_zipped, site);
  if (made != nullptr) made->element = site.result->arguments[0];
  return made;
}

Object* default_if_empty(Run& run, Object* source, const CallSite& site) {
  return with_value(run, source, run.zero(*site.type_arguments[0]), &next_or_default, site);
}
Object* default_if_empty_value(Run& run, Object* source, Slot value, const CallSite& site) {
  return with_value(run, source, value, &next_or_default, site);
}

Object* chunk(Run& run, Object* source, std::int32_t size, const CallSite& site) {
  Operation* made = lazy(run, source, &next_chunk, site);
  if (made == nullptr) return nullptr;
  if (size < 1) return raise_count(run, "size");
  made->number = size;
  made->element = site.result->arguments[0];
  return made;
}

Object* range(Run& run, std::int32_t start, std::int32_t count, const CallSite& site) {
  if (count < 0 || std::int64_t{start} + count - 1 > INT32_MAX) return raise_count(run, "count");
  Operation* made = generator(run, &next_number, site);
  made->value = Slot::of(start);
  made->number = count;
  return made;
}

Object* repeat(Run& run, Slot element, std::int32_t count, const CallSite& site) {
  if (count < 0) return raise_count(run, "count");
  Operation* made = generator(run, &next_repeated, site);
  made->value = element;
  made->number = count;
  return made;
}

Object* empty(Run& run, const CallSite& site) { return generator(run, &next_nothing, site); }

}  // namespace portcullis::linq
