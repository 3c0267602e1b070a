// Enumerable: GroupBy, ToLookup, Join, GroupJoin; IGrouping<TKey, TElement> and ILookup<TKey, TElement>.
#include "engine/dotnet/linq.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kIGrouping2Definition;
extern const TypeDefinition kILookup2Definition;

namespace {

/// An IGrouping object.
struct Grouping : Object {
  Slot key;
  SlotBuffer items;
};

/// Groups in order of first appearance; the hash table's values are indices of groups.
struct Grouped {
  HashTable table;
  SlotBuffer groups;
  const Type* grouping;

  Grouping* at(std::uint32_t index) const { return static_cast<Grouping*>(groups.span()[index].object); }
};

struct Lookup : Object {
  Grouped groups;
};

// ---- IGrouping ----------------------------------------------------------------------------------------------------

const Grouping& grouping_of(const Object* self) { return *static_cast<const Grouping*>(self); }

Enumerator* enumerate_group(Run& run, Object* self) { return enumerate_slots_of(run, grouping_of(self).items.span()); }
std::int64_t count_group(Run&, Object* self) { return grouping_of(self).items.count(); }
Slot get_key(Object* self) { return grouping_of(self).key; }

constexpr TypeOperations kGroupingOperations{.enumerate = &enumerate_group, .count = &count_group};
constexpr Member kGroupingMembers[] = {property<&get_key>("TKey Key { get; }").with(kNoRaise)};

// ---- ILookup ------------------------------------------------------------------------------------------------------

const Grouped& groups_of(const Object* self) { return static_cast<const Lookup*>(self)->groups; }

Enumerator* enumerate_lookup(Run& run, Object* self) { return enumerate_slots_of(run, groups_of(self).groups.span()); }
std::int64_t count_lookup(Run&, Object* self) { return groups_of(self).groups.count(); }
std::int32_t get_count(Object* self) { return static_cast<std::int32_t>(groups_of(self).groups.count()); }
bool contains(Run& run, Object* self, Slot key) { return groups_of(self).table.find(run, key) != nullptr; }

Object* get_item(Run& run, Object* self, Slot key, const CallSite& site) {
  const HashTable::Entry* entry = groups_of(self).table.find(run, key);
  if (entry != nullptr) return groups_of(self).at(static_cast<std::uint32_t>(entry->value.integer));
  return run.failed() ? nullptr : linq::empty(run, site);
}

constexpr TypeOperations kLookupOperations{.enumerate = &enumerate_lookup, .count = &count_lookup};
constexpr Member kLookupMembers[] = {
    property<&get_count>("int Count { get; }").with(kNoRaise),
    indexer<&get_item>("IEnumerable<TElement> this[TKey key] { get; }"),
    method<&contains>("bool Contains(TKey key)"),
};

}  // namespace

const TypeDefinition kIGrouping2Definition{
    .declaration = "interface System.Linq.IGrouping<out TKey, out TElement> : IEnumerable<TElement>",
    .members = kGroupingMembers,
    .operations = &kGroupingOperations};
const TypeDefinition kILookup2Definition{
    .declaration = "interface System.Linq.ILookup<TKey, TElement> : IEnumerable<IGrouping<TKey, TElement>>",
    .members = kLookupMembers,
    .operations = &kLookupOperations};

}  // namespace portcullis

namespace portcullis::linq {

namespace {

struct Grouper {
  Closure* key;
  Closure* element;  // null: the element itself
  bool skips_null_keys = false;
};

// Puts every element of `source` into its group; false after raising.
bool group(Run& run, Object* source, std::string_view parameter, const Grouper& by, Grouped& groups) {
  const bool keys_can_be_null = groups.table.equality.type().is_reference();
  return walk(run, source, parameter, [&](Slot item) {
    const Slot key = run.invoke(by.key, {item});
    if (run.failed()) return false;
    const Slot element = by.element == nullptr ? item : run.invoke(by.element, {item});
    if (run.failed()) return false;
    if (by.skips_null_keys && keys_can_be_null && key.object == nullptr) return true;
    bool added = false;
    HashTable::Entry* entry = groups.table.find_or_add(run, key, added);
    if (entry == nullptr) return false;
    if (added) {
      entry->value = Slot::of(groups.groups.count());
      auto* made = run.make<Grouping>(*groups.grouping);
      made->key = key;
      if (!groups.groups.add(run, Slot::of_object(made))) return false;
    }
    return groups.at(static_cast<std::uint32_t>(entry->value.integer))->items.add(run, element);
  });
}

// ---- GroupBy ------------------------------------------------------------------------------------------------------

// `element` of the operation is the IGrouping type, `value` the key type.
bool next_group(Run& run, Enumerator* walk) {
  Cursor& cursor = cursor_of(walk);
  const Operation& operation = *cursor.operation;
  if (!cursor.flag) {
    cursor.flag = true;
    Grouped groups{.table = {}, .groups = {}, .grouping = operation.element};
    groups.table.equality = Equality(*operation.element->arguments[0], operation.comparer);
    if (!group(run, operation.second, "source", {operation.function, operation.second_function}, groups)) return false;
    cursor.slots = groups.groups.span().data();
    cursor.count = groups.groups.count();
  }
  if (cursor.at >= cursor.count) return false;
  const Slot item = cursor.slots[cursor.at++];
  cursor.current = operation.third_function == nullptr
                       ? item
                       : run.invoke(operation.third_function, {grouping_of(item.object).key, item});
  return !run.failed();
}

struct GroupArguments {
  Object* source;
  Closure* key;
  Closure* element;
  Closure* result;
  Object* comparer;
  bool has_element;
  bool has_result;
};

Object* make_groups(Run& run, const GroupArguments& arguments, const CallSite& site) {
  if (!given(run, arguments.source, "source") || !given(run, arguments.key, "keySelector")) return nullptr;
  if (arguments.has_element && !given(run, arguments.element, "elementSelector")) return nullptr;
  if (arguments.has_result && !given(run, arguments.result, "resultSelector")) return nullptr;
  // The source is walked as a whole, so it is no cursor of its own.
  Operation* made = generator(run, &next_group, site);
  made->second = arguments.source;
  made->function = arguments.key;
  made->second_function = arguments.element;
  made->third_function = arguments.result;
  made->comparer = arguments.comparer;
  const std::span<const Type* const> types = site.type_arguments;
  made->element = !arguments.has_result
                      ? site.result->arguments[0]
                      : &run.types.construct(Known::kIGrouping2, {types[1], types[arguments.has_element ? 2 : 0]});
  return made;
}

Object* make_lookup(Run& run, Object* source, Closure* key, Closure* element, Object* comparer, const CallSite& site) {
  auto* made = run.make<Lookup>(*site.result);
  made->groups.table.equality = Equality(*site.result->arguments[0], comparer);
  made->groups.grouping = sequence_element(*site.result);
  return group(run, source, "source", {key, element}, made->groups) ? made : nullptr;
}

}  // namespace

Object* group_by(Run& run, Object* source, Closure* key, const CallSite& site) {
  return make_groups(run, {source, key, nullptr, nullptr, nullptr, false, false}, site);
}
Object* group_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return make_groups(run, {source, key, nullptr, nullptr, comparer, false, false}, site);
}
Object* group_elements(Run& run, Object* source, Closure* key, Closure* element, const CallSite& site) {
  return make_groups(run, {source, key, element, nullptr, nullptr, true, false}, site);
}
Object* group_elements_with(Run& run, Object* source, Closure* key, Closure* element, Object* comparer,
                            const CallSite& site) {
  return make_groups(run, {source, key, element, nullptr, comparer, true, false}, site);
}
Object* group_results(Run& run, Object* source, Closure* key, Closure* result, const CallSite& site) {
  return make_groups(run, {source, key, nullptr, result, nullptr, false, true}, site);
}
Object* group_results_with(Run& run, Object* source, Closure* key, Closure* result, Object* comparer,
                           const CallSite& site) {
  return make_groups(run, {source, key, nullptr, result, comparer, false, true}, site);
}
Object* group_element_results(Run& run, Object* source, Closure* key, Closure* element, Closure* result,
                              const CallSite& site) {
  return make_groups(run, {source, key, element, result, nullptr, true, true}, site);
}
Object* group_element_results_with(Run& run, Object* source, Closure* key, Closure* element, Closure* result,
                                   Object* comparer, const CallSite& site) {
  return make_groups(run, {source, key, element, result, comparer, true, true}, site);
}

Object* to_lookup(Run& run, Object* source, Closure* key, const CallSite& site) {
  return to_lookup_with(run, source, key, nullptr, site);
}
Object* to_lookup_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  if (!given(run, source, "source") || !given(run, key, "keySelector")) return nullptr;
  return make_lookup(run, source, key, nullptr, comparer, site);
}
Object* to_lookup_elements(Run& run, Object* source, Closure* key, Closure* element, const CallSite& site) {
  return to_lookup_elements_with(run, source, key, element, nullptr, site);
}
Object* to_lookup_elements_with(Run& run, Object* source, Closure* key, Closure* element, Object* comparer,
                                const CallSite& site) {
  if (!given(run, source, "source") || !given(run, key, "keySelector") || !given(run, element, "elementSelector"))
    return nullptr;
  return make_lookup(run, source, key, element, comparer, site);
}

// ---- joins --------------------------------------------------------------------------------------------------------

namespace {

struct Join : Sequence {
  Object* outer;
  Object* inner;
  Closure* outer_key;
  Closure* inner_key;
  Closure* result;
  const Object* comparer;
  const Type* key_type;
  const Type* grouping;
  bool gives_groups;
};

struct JoinCursor : Enumerator {
  const Join* join;
  Enumerator* outer;
  Grouped* groups;
  Slot item;  // of the outer sequence
  std::span<const Slot> matches;
};

// The inner elements whose key is that of the outer one; null keys match nothing.
const Grouping* group_of(Run& run, JoinCursor& cursor) {
  const Slot key = run.invoke(cursor.join->outer_key, {cursor.item});
  if (run.failed() || (cursor.join->key_type->is_reference() && key.object == nullptr)) return nullptr;
  const HashTable::Entry* entry = cursor.groups->table.find(run, key);
  return entry == nullptr ? nullptr : cursor.groups->at(static_cast<std::uint32_t>(entry->value.integer));
}

bool read_inner(Run& run, JoinCursor& cursor) {
  if (cursor.groups != nullptr) return true;
  cursor.groups = run.arena.make<Grouped>();
  cursor.groups->table.equality = Equality(*cursor.join->key_type, cursor.join->comparer);
  cursor.groups->grouping = cursor.join->grouping;
  return group(run, cursor.join->inner, "inner", {cursor.join->inner_key, nullptr, true}, *cursor.groups);
}

bool next_pair(Run& run, Enumerator* walk) {
  auto& cursor = *static_cast<JoinCursor*>(walk);
  if (!read_inner(run, cursor)) return false;
  while (cursor.matches.empty()) {
    if (!advance(run, cursor.outer)) return false;
    cursor.item = cursor.outer->current;
    const Grouping* found = group_of(run, cursor);
    if (run.failed()) return false;
    if (found != nullptr) cursor.matches = found->items.span();
  }
  cursor.current = run.invoke(cursor.join->result, {cursor.item, cursor.matches.front()});
  cursor.matches = cursor.matches.subspan(1);
  return !run.failed();
}

bool next_with_group(Run& run, Enumerator* walk) {
  auto& cursor = *static_cast<JoinCursor*>(walk);
  if (!read_inner(run, cursor) || !advance(run, cursor.outer)) return false;
  cursor.item = cursor.outer->current;
  const Grouping* found = group_of(run, cursor);
  if (run.failed()) return false;
  if (found == nullptr) found = run.make<Grouping>(*cursor.join->grouping);
  cursor.current = run.invoke(cursor.join->result, {cursor.item, Slot::of_object(const_cast<Grouping*>(found))});
  return !run.failed();
}

Enumerator* start_join(Run& run, Sequence* sequence) {
  auto* join = static_cast<Join*>(sequence);
  auto* made = run.make<JoinCursor>(Known::kIEnumerator);
  made->next = join->gives_groups ? &next_with_group : &next_pair;
  made->join = join;
  made->outer = begin(run, join->outer, "outer");
  return made->outer == nullptr ? nullptr : made;
}

// Type arguments: TOuter, TInner, TKey, TResult.
Object* make_join(Run& run, const Join& wanted, const CallSite& site) {
  if (!given(run, wanted.outer, "outer") || !given(run, wanted.inner, "inner")) return nullptr;
  if (!given(run, wanted.outer_key, "outerKeySelector") || !given(run, wanted.inner_key, "innerKeySelector"))
    return nullptr;
  if (!given(run, wanted.result, "resultSelector")) return nullptr;
  auto* made = run.make<Join>(*site.result);
  *made = wanted;
  made->type = site.result;
  made->start = &start_join;
  made->key_type = site.type_arguments[2];
  made->grouping = &run.types.construct(Known::kIGrouping2, {site.type_arguments[2], site.type_arguments[1]});
  return made;
}

Join arguments_of(Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
                  Object* comparer, bool gives_groups) {
  Join made{};
  made.outer = outer;
  made.inner = inner;
  made.outer_key = outer_key;
  made.inner_key = inner_key;
  made.result = result;
  made.comparer = comparer;
  made.gives_groups = gives_groups;
  return made;
}

}  // namespace

Object* join(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
             const CallSite& site) {
  return make_join(run, arguments_of(outer, inner, outer_key, inner_key, result, nullptr, false), site);
}
Object* join_with(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
                  Object* comparer, const CallSite& site) {
  return make_join(run, arguments_of(outer, inner, outer_key, inner_key, result, comparer, false), site);
}
Object* group_join(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
                   const CallSite& site) {
  return make_join(run, arguments_of(outer, inner, outer_key, inner_key, result, nullptr, true), site);
}
Object* group_join_with(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
                        Object* comparer, const CallSite& site) {
  return make_join(run, arguments_of(outer, inner, outer_key, inner_key, result, comparer, true), site);
}

}  // namespace portcullis::linq
