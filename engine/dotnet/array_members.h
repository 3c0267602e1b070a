// The functions behind System.Array's static members, by subject; array.cc has the table. Not for other files.
//
// T[] is an Object* here: byte[] and sbyte[] are ByteArray, all others Array. `array_item` and its like hide the difference.
#pragma once

#include "engine/dotnet/sequence.h"
#include "engine/types/definition.h"

namespace portcullis::arrays {

bool check_array(Run& run, const Object* array);  // ArgumentNullException: array
inline std::int32_t size(const Object* array) { return static_cast<std::int32_t>(array_length(array)); }

// ---- array_search.cc ----------------------------------------------------------------------------------------------------
bool exists(Run& run, Object* array, Closure* match);
Slot find(Run& run, Object* array, Closure* match, const CallSite& site);
Slot find_last(Run& run, Object* array, Closure* match, const CallSite& site);
Object* find_all(Run& run, Object* array, Closure* match, const CallSite& site);
std::int32_t find_index(Run& run, Object* array, Closure* match);
std::int32_t find_index_from(Run& run, Object* array, std::int32_t start, Closure* match);
std::int32_t find_index_in(Run& run, Object* array, std::int32_t start, std::int32_t count, Closure* match);
std::int32_t find_last_index(Run& run, Object* array, Closure* match);
bool true_for_all(Run& run, Object* array, Closure* match);
void for_each(Run& run, Object* array, Closure* action);
std::int32_t index_of(Run& run, Object* array, Slot value, const CallSite& site);
std::int32_t index_of_from(Run& run, Object* array, Slot value, std::int32_t start, const CallSite& site);
std::int32_t index_of_in(Run& run, Object* array, Slot value, std::int32_t start, std::int32_t count, const CallSite& site);
std::int32_t last_index_of(Run& run, Object* array, Slot value, const CallSite& site);
std::int32_t last_index_of_from(Run& run, Object* array, Slot value, std::int32_t start, const CallSite& site);
std::int32_t index_of_object(Run& run, Object* array, Object* value);
std::int32_t last_index_of_object(Run& run, Object* array, Object* value);
std::int32_t binary_search(Run& run, Object* array, Slot value, const CallSite& site);
std::int32_t binary_search_by(Run& run, Object* array, Slot value, Object* comparer, const CallSite& site);
std::int32_t binary_search_in(Run& run, Object* array, std::int32_t index, std::int32_t length, Slot value, const CallSite& site);

// ---- array_change.cc ----------------------------------------------------------------------------------------------------
void sort(Run& run, Object* array);
void sort_by(Run& run, Object* array, Object* comparer);
void sort_comparing(Run& run, Object* array, Closure* comparison);
void sort_range(Run& run, Object* array, std::int32_t index, std::int32_t length);
void sort_range_by(Run& run, Object* array, std::int32_t index, std::int32_t length, Object* comparer);
void sort_pairs(Run& run, Object* keys, Object* items);
void sort_pairs_by(Run& run, Object* keys, Object* items, Object* comparer);
void reverse(Run& run, Object* array);
void reverse_range(Run& run, Object* array, std::int32_t index, std::int32_t length);
void resize(Run& run, Slot* array, std::int32_t new_size, const CallSite& site);
void copy(Run& run, Object* source, Object* destination, std::int32_t length);
void copy_long(Run& run, Object* source, Object* destination, std::int64_t length);
void copy_part(Run& run, Object* source, std::int32_t from, Object* destination, std::int32_t to, std::int32_t length);
void clear(Run& run, Object* array);
void clear_range(Run& run, Object* array, std::int32_t index, std::int32_t length);
void fill(Run& run, Object* array, Slot value);
void fill_range(Run& run, Object* array, Slot value, std::int32_t start, std::int32_t count);
Object* convert_all(Run& run, Object* array, Closure* converter, const CallSite& site);

}  // namespace portcullis::arrays
