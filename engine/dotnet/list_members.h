// The functions behind List<T>'s members, by subject; list.cc has the table. Not for other files: those use list.h.
#pragma once

#include "engine/dotnet/list.h"
#include "engine/types/definition.h"

namespace portcullis::lists {

inline const Type& element(const List* self) { return *self->type->arguments[0]; }
Raised raise_index(Run& run);
/// GetRange and its like; false after raising.
bool check_range(Run& run, const List* self, std::int32_t index, std::int32_t count);

// ---- list_search.cc ---------------------------------------------------------------------------------------------------
bool contains(Run& run, List* self, Slot item);
std::int32_t index_of(Run& run, List* self, Slot item);
std::int32_t index_of_from(Run& run, List* self, Slot item, std::int32_t index);
std::int32_t index_of_in(Run& run, List* self, Slot item, std::int32_t index, std::int32_t count);
std::int32_t last_index_of(Run& run, List* self, Slot item);
std::int32_t last_index_of_from(Run& run, List* self, Slot item, std::int32_t index);
std::int32_t last_index_of_in(Run& run, List* self, Slot item, std::int32_t index, std::int32_t count);
Slot find(Run& run, List* self, Closure* match);
Slot find_last(Run& run, List* self, Closure* match);
List* find_all(Run& run, List* self, Closure* match);
std::int32_t find_index(Run& run, List* self, Closure* match);
std::int32_t find_index_from(Run& run, List* self, std::int32_t start, Closure* match);
std::int32_t find_index_in(Run& run, List* self, std::int32_t start, std::int32_t count, Closure* match);
std::int32_t find_last_index(Run& run, List* self, Closure* match);
std::int32_t find_last_index_from(Run& run, List* self, std::int32_t start, Closure* match);
std::int32_t find_last_index_in(Run& run, List* self, std::int32_t start, std::int32_t count, Closure* match);
bool exists(Run& run, List* self, Closure* match);
bool true_for_all(Run& run, List* self, Closure* match);
std::int32_t binary_search(Run& run, List* self, Slot item);
std::int32_t binary_search_by(Run& run, List* self, Slot item, Object* comparer);
std::int32_t binary_search_in(Run& run, List* self, std::int32_t index, std::int32_t count, Slot item, Object* comparer);

}  // namespace portcullis::lists
