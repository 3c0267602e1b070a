// Enumerable: Distinct, Union, Intersect, Except and their …By forms. Results come in order of first appearance.
#include "engine/dotnet/linq.h"

namespace portcullis::linq {

namespace {

// What is compared: the element, or the key that the function makes of it.
Slot key_of(Run& run, const Cursor& cursor, Slot item) {
  return cursor.operation->function == nullptr ? item : run.invoke(cursor.operation->function, {item});
}

HashTable& table_of(Run& run, Cursor& cursor) {
  if (cursor.table == nullptr) cursor.table = new_table(run, *cursor.operation->element, cursor.operation->comparer);
  return *cursor.table;
}

bool is_new(Run& run, Cursor& cursor, Slot item) {
  const Slot key = key_of(run, cursor, item);
  bool added = false;
  return !run.failed() && table_of(run, cursor).find_or_add(run, key, added) != nullptr && added;
}

bool next_distinct_of(Run& run, Cursor& cursor, Enumerator* from) {
  while (advance(run, from)) {
    if (is_new(run, cursor, from->current)) {
      cursor.current = from->current;
      return true;
    }
    if (run.failed()) return false;
  }
  return false;
}

bool next_distinct(Run& run, Enumerator* walk) { return next_distinct_of(run, cursor_of(walk), cursor_of(walk).source); }

bool next_of_union(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!cursor.flag) {
    if (next_distinct_of(run, cursor, cursor.source)) return true;
    if (run.failed()) return false;
    cursor.flag = true;
    cursor.second = begin(run, cursor.operation->second, "second");
  }
  return cursor.second != nullptr && next_distinct_of(run, cursor, cursor.second);
}

// The second sequence holds what is compared: elements, or keys.
bool read_second(Run& run, Cursor& cursor) {
  if (cursor.flag) return true;
  cursor.flag = true;
  HashTable& table = table_of(run, cursor);
  return walk(run, cursor.operation->second, "second", [&](Slot item) {
    bool added = false;
    return table.find_or_add(run, item, added) != nullptr;
  });
}

bool next_common(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  if (!read_second(run, cursor)) return false;
  while (advance(run, cursor.source)) {
    cursor.current = cursor.source->current;
    const Slot key = key_of(run, cursor, cursor.current);
    if (run.failed()) return false;
    if (cursor.table->remove(run, key)) return true;
  }
  return false;
}

bool next_excepted(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  return read_second(run, cursor) && next_distinct_of(run, cursor, cursor.source);
}

struct Arguments {
  Object* first;
  Object* second;
  Closure* key;
  Object* comparer;
  bool has_key;
};

// The type compared is that of the elements or, of the …By forms, the second type argument.
Object* make(Run& run, const Arguments& arguments, Next next, const CallSite& site) {
  if (!given(run, arguments.first, "first") || !given(run, arguments.second, "second")) return nullptr;
  if (arguments.has_key && !given(run, arguments.key, "keySelector")) return nullptr;
  Operation* made = lazy(run, arguments.first, next, site);
  made->second = arguments.second;
  made->function = arguments.key;
  made->comparer = arguments.comparer;
  made->element = site.type_arguments[arguments.has_key ? 1 : 0];
  return made;
}

}  // namespace

Object* distinct(Run& run, Object* source, const CallSite& site) { return distinct_with(run, source, nullptr, site); }
Object* distinct_with(Run& run, Object* source, Object* comparer, const CallSite& site) {
  Operation* made = lazy(run, source, &next_distinct, site);
  if (made == nullptr) return nullptr;
  made->comparer = comparer;
  made->element = site.type_arguments[0];
  return made;
}
Object* distinct_by(Run& run, Object* source, Closure* key, const CallSite& site) {
  return distinct_by_with(run, source, key, nullptr, site);
}
Object* distinct_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  Operation* made = lazy(run, source, key, "keySelector", &next_distinct, site);
  if (made == nullptr) return nullptr;
  made->comparer = comparer;
  made->element = site.type_arguments[1];
  return made;
}

Object* union_of(Run& run, Object* first, Object* second, const CallSite& site) {
  return make(run, {first, second, nullptr, nullptr, false}, &next_of_union, site);
}
Object* union_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site) {
  return make(run, {first, second, nullptr, comparer, false}, &next_of_union, site);
}
Object* union_by(Run& run, Object* first, Object* second, Closure* key, const CallSite& site) {
  return make(run, {first, second, key, nullptr, true}, &next_of_union, site);
}
Object* union_by_with(Run& run, Object* first, Object* second, Closure* key, Object* comparer, const CallSite& site) {
  return make(run, {first, second, key, comparer, true}, &next_of_union, site);
}
Object* intersect(Run& run, Object* first, Object* second, const CallSite& site) {
  return make(run, {first, second, nullptr, nullptr, false}, &next_common, site);
}
Object* intersect_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site) {
  return make(run, {first, second, nullptr, comparer, false}, &next_common, site);
}
Object* intersect_by(Run& run, Object* first, Object* second, Closure* key, const CallSite& site) {
  return make(run, {first, second, key, nullptr, true}, &next_common, site);
}
Object* intersect_by_with(Run& run, Object* first, Object* second, Closure* key, Object* comparer, const CallSite& site) {
  return make(run, {first, second, key, comparer, true}, &next_common, site);
}
Object* except(Run& run, Object* first, Object* second, const CallSite& site) {
  return make(run, {first, second, nullptr, nullptr, false}, &next_excepted, site);
}
Object* except_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site) {
  return make(run, {first, second, nullptr, comparer, false}, &next_excepted, site);
}
Object* except_by(Run& run, Object* first, Object* second, Closure* key, const CallSite& site) {
  return make(run, {first, second, key, nullptr, true}, &next_excepted, site);
}
Object* except_by_with(Run& run, Object* first, Object* second, Closure* key, Object* comparer, const CallSite& site) {
  return make(run, {first, second, key, comparer, true}, &next_excepted, site);
}

}  // namespace portcullis::linq
