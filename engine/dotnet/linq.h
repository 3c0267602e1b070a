// The functions behind System.Linq.Enumerable, by subject; linq.cc has the table. Not for other files.
//
// A lazy operator makes an Operation, which remembers the arguments; each walk over it is a Cursor, whose `next` does the
// operator's work. Both live in the arena. Nothing is walked before somebody asks for the first element.
#pragma once

#include "engine/dotnet/comparer.h"
#include "engine/dotnet/hash_table.h"
#include "engine/dotnet/sequence.h"
#include "engine/types/definition.h"

namespace portcullis::linq {

using Next = bool (*)(Run&, Enumerator*);

struct Operation : Sequence {
  Next next;
  Object* source;
  Object* second;
  Closure* function;
  Closure* second_function;
  Closure* third_function;
  const Object* comparer;
  const Type* element;  // what values are compared as, cast to, grouped into
  Slot value;
  std::int64_t number;
};

struct Cursor : Enumerator {
  const Operation* operation;
  Enumerator* source;
  Enumerator* second;
  HashTable* table;
  const Slot* slots;    // what was buffered
  std::uint32_t count;  // of slots
  std::uint32_t at;
  std::int64_t number;
  Slot value;
  bool flag;
};

inline Cursor& cursor_of(Enumerator* walk) { return *static_cast<Cursor*>(walk); }
inline bool is_true(Slot value) { return value.integer != 0; }

/// False after raising ArgumentNullException.
inline bool given(Run& run, const Object* argument, std::string_view name) {
  if (argument == nullptr) run.raise_null(name);
  return argument != nullptr;
}

/// An operator over `source` whose sequence has the call's result type; null after raising for a null source.
Operation* lazy(Run& run, Object* source, Next next, const CallSite& site);
/// The same with a function; `name` is the parameter's.
Operation* lazy(Run& run, Object* source, Closure* function, std::string_view name, Next next, const CallSite& site);
/// A sequence that has no source: `number` and `value` say what it gives.
Operation* generator(Run& run, Next next, const CallSite& site);
/// Begins a walk inside a walk; null after raising. `parameter` empty: null raises NullReferenceException.
Enumerator* begin(Run& run, Object* sequence, std::string_view parameter);
/// Reads all of the source; false after raising.
bool buffer_source(Run& run, Cursor& cursor);
HashTable* new_table(Run& run, const Type& type, const Object* comparer);

Raised raise_empty(Run& run);  // Sequence contains no elements

// ---- linq_filter.cc -----------------------------------------------------------------------------------------------------
Object* where(Run& run, Object* source, Closure* predicate, const CallSite& site);
Object* where_indexed(Run& run, Object* source, Closure* predicate, const CallSite& site);
Object* select(Run& run, Object* source, Closure* selector, const CallSite& site);
Object* select_indexed(Run& run, Object* source, Closure* selector, const CallSite& site);
Object* select_many(Run& run, Object* source, Closure* selector, const CallSite& site);
Object* select_many_indexed(Run& run, Object* source, Closure* selector, const CallSite& site);
Object* select_many_pairs(Run& run, Object* source, Closure* collection, Closure* result, const CallSite& site);
Object* select_many_pairs_indexed(Run& run, Object* source, Closure* collection, Closure* result, const CallSite& site);
Object* of_type(Run& run, Object* source, const CallSite& site);
Object* cast(Run& run, Object* source, const CallSite& site);
Object* skip(Run& run, Object* source, std::int32_t count, const CallSite& site);
Object* take(Run& run, Object* source, std::int32_t count, const CallSite& site);
Object* skip_last(Run& run, Object* source, std::int32_t count, const CallSite& site);
Object* take_last(Run& run, Object* source, std::int32_t count, const CallSite& site);
Object* skip_while(Run& run, Object* source, Closure* predicate, const CallSite& site);
Object* skip_while_indexed(Run& run, Object* source, Closure* predicate, const CallSite& site);
Object* take_while(Run& run, Object* source, Closure* predicate, const CallSite& site);
Object* take_while_indexed(Run& run, Object* source, Closure* predicate, const CallSite& site);

// ---- linq_combine.cc ----------------------------------------------------------------------------------------------------
Object* concat(Run& run, Object* first, Object* second, const CallSite& site);
Object* append(Run& run, Object* source, Slot element, const CallSite& site);
Object* prepend(Run& run, Object* source, Slot element, const CallSite& site);
Object* reverse(Run& run, Object* source, const CallSite& site);
Object* zip(Run& run, Object* first, Object* second, Closure* selector, const CallSite& site);
Object* zip_tuples(Run& run, Object* first, Object* second, const CallSite& site);
Object* default_if_empty(Run& run, Object* source, const CallSite& site);
Object* default_if_empty_value(Run& run, Object* source, Slot value, const CallSite& site);
Object* chunk(Run& run, Object* source, std::int32_t size, const CallSite& site);
Object* range(Run& run, std::int32_t start, std::int32_t count, const CallSite& site);
Object* repeat(Run& run, Slot element, std::int32_t count, const CallSite& site);
Object* empty(Run& run, const CallSite& site);

// ---- linq_sets.cc -------------------------------------------------------------------------------------------------------
Object* distinct(Run& run, Object* source, const CallSite& site);
Object* distinct_with(Run& run, Object* source, Object* comparer, const CallSite& site);
Object* distinct_by(Run& run, Object* source, Closure* key, const CallSite& site);
Object* distinct_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Object* union_of(Run& run, Object* first, Object* second, const CallSite& site);
Object* union_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site);
Object* union_by(Run& run, Object* first, Object* second, Closure* key, const CallSite& site);
Object* union_by_with(Run& run, Object* first, Object* second, Closure* key, Object* comparer, const CallSite& site);
Object* intersect(Run& run, Object* first, Object* second, const CallSite& site);
Object* intersect_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site);
Object* intersect_by(Run& run, Object* first, Object* second, Closure* key, const CallSite& site);
Object* intersect_by_with(Run& run, Object* first, Object* second, Closure* key, Object* comparer, const CallSite& site);
Object* except(Run& run, Object* first, Object* second, const CallSite& site);
Object* except_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site);
Object* except_by(Run& run, Object* first, Object* second, Closure* key, const CallSite& site);
Object* except_by_with(Run& run, Object* first, Object* second, Closure* key, Object* comparer, const CallSite& site);

// ---- linq_order.cc ------------------------------------------------------------------------------------------------------
Object* order(Run& run, Object* source, const CallSite& site);
Object* order_with(Run& run, Object* source, Object* comparer, const CallSite& site);
Object* order_descending(Run& run, Object* source, const CallSite& site);
Object* order_descending_with(Run& run, Object* source, Object* comparer, const CallSite& site);
Object* order_by(Run& run, Object* source, Closure* key, const CallSite& site);
Object* order_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Object* order_by_descending(Run& run, Object* source, Closure* key, const CallSite& site);
Object* order_by_descending_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Object* then_by(Run& run, Object* source, Closure* key, const CallSite& site);
Object* then_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Object* then_by_descending(Run& run, Object* source, Closure* key, const CallSite& site);
Object* then_by_descending_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);

// ---- linq_group.cc ------------------------------------------------------------------------------------------------------
Object* group_by(Run& run, Object* source, Closure* key, const CallSite& site);
Object* group_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Object* group_elements(Run& run, Object* source, Closure* key, Closure* element, const CallSite& site);
Object* group_elements_with(Run& run, Object* source, Closure* key, Closure* element, Object* comparer, const CallSite& site);
Object* group_results(Run& run, Object* source, Closure* key, Closure* result, const CallSite& site);
Object* group_results_with(Run& run, Object* source, Closure* key, Closure* result, Object* comparer, const CallSite& site);
Object* group_element_results(Run& run, Object* source, Closure* key, Closure* element, Closure* result, const CallSite& site);
Object* group_element_results_with(Run& run, Object* source, Closure* key, Closure* element, Closure* result, Object* comparer,
                                   const CallSite& site);
Object* to_lookup(Run& run, Object* source, Closure* key, const CallSite& site);
Object* to_lookup_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Object* to_lookup_elements(Run& run, Object* source, Closure* key, Closure* element, const CallSite& site);
Object* to_lookup_elements_with(Run& run, Object* source, Closure* key, Closure* element, Object* comparer,
                                const CallSite& site);
Object* join(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
             const CallSite& site);
Object* join_with(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
                  Object* comparer, const CallSite& site);
Object* group_join(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
                   const CallSite& site);
Object* group_join_with(Run& run, Object* outer, Object* inner, Closure* outer_key, Closure* inner_key, Closure* result,
                        Object* comparer, const CallSite& site);

// ---- linq_element.cc ----------------------------------------------------------------------------------------------------
Slot first(Run& run, Object* source);
Slot first_where(Run& run, Object* source, Closure* predicate);
Slot first_or_default(Run& run, Object* source, const CallSite& site);
Slot first_or_value(Run& run, Object* source, Slot value);
Slot first_where_or_default(Run& run, Object* source, Closure* predicate, const CallSite& site);
Slot first_where_or_value(Run& run, Object* source, Closure* predicate, Slot value);
Slot last(Run& run, Object* source);
Slot last_where(Run& run, Object* source, Closure* predicate);
Slot last_or_default(Run& run, Object* source, const CallSite& site);
Slot last_or_value(Run& run, Object* source, Slot value);
Slot last_where_or_default(Run& run, Object* source, Closure* predicate, const CallSite& site);
Slot last_where_or_value(Run& run, Object* source, Closure* predicate, Slot value);
Slot single(Run& run, Object* source);
Slot single_where(Run& run, Object* source, Closure* predicate);
Slot single_or_default(Run& run, Object* source, const CallSite& site);
Slot single_or_value(Run& run, Object* source, Slot value);
Slot single_where_or_default(Run& run, Object* source, Closure* predicate, const CallSite& site);
Slot single_where_or_value(Run& run, Object* source, Closure* predicate, Slot value);
Slot element_at(Run& run, Object* source, std::int32_t index);
Slot element_at_or_default(Run& run, Object* source, std::int32_t index, const CallSite& site);
bool any(Run& run, Object* source);
bool any_where(Run& run, Object* source, Closure* predicate);
bool all(Run& run, Object* source, Closure* predicate);
bool contains(Run& run, Object* source, Slot value, const CallSite& site);
bool contains_with(Run& run, Object* source, Slot value, Object* comparer, const CallSite& site);
bool sequence_equal(Run& run, Object* first, Object* second, const CallSite& site);
bool sequence_equal_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site);

// ---- linq_aggregate.cc --------------------------------------------------------------------------------------------------
std::int32_t count(Run& run, Object* source);
std::int32_t count_where(Run& run, Object* source, Closure* predicate);
std::int64_t long_count(Run& run, Object* source);
std::int64_t long_count_where(Run& run, Object* source, Closure* predicate);
Slot aggregate(Run& run, Object* source, Closure* function);
Slot aggregate_seed(Run& run, Object* source, Slot seed, Closure* function);
Slot aggregate_result(Run& run, Object* source, Slot seed, Closure* function, Closure* result);
/// The least (`sign` 1) or greatest (-1) of what the elements are, or of what `selector` makes of them, as the call's result
/// type. Nulls do not count.
Slot extreme(Run& run, Object* source, Closure* selector, bool has_selector, std::int32_t sign, const CallSite& site);
Slot min_with(Run& run, Object* source, Object* comparer, const CallSite& site);
Slot max_with(Run& run, Object* source, Object* comparer, const CallSite& site);
Slot min_by(Run& run, Object* source, Closure* key, const CallSite& site);
Slot min_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Slot max_by(Run& run, Object* source, Closure* key, const CallSite& site);
Slot max_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);

// ---- linq_conversion.cc -------------------------------------------------------------------------------------------------
Object* as_enumerable(Object* source);
Object* to_array(Run& run, Object* source, const CallSite& site);
Object* to_list(Run& run, Object* source, const CallSite& site);
Object* to_dictionary(Run& run, Object* source, Closure* key, const CallSite& site);
Object* to_dictionary_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site);
Object* to_dictionary_elements(Run& run, Object* source, Closure* key, Closure* element, const CallSite& site);
Object* to_dictionary_elements_with(Run& run, Object* source, Closure* key, Closure* element, Object* comparer,
                                    const CallSite& site);
Object* pairs_to_dictionary(Run& run, Object* source, const CallSite& site);
Object* pairs_to_dictionary_with(Run& run, Object* source, Object* comparer, const CallSite& site);
Object* to_hash_set(Run& run, Object* source, const CallSite& site);
Object* to_hash_set_with(Run& run, Object* source, Object* comparer, const CallSite& site);
bool try_get_count(Run& run, Object* source, Slot* count);

}  // namespace portcullis::linq
