// Arrays as compiled code makes and reads them.
#pragma once

#include "engine/run/run.h"

namespace portcullis {

/// `new T[length]`; raises OverflowException for a negative length.
Object* new_array(Run& run, const Type& type, std::int64_t length);
/// `new T[a, b]`
Object* new_grid(Run& run, const Type& type, const Slot* lengths, std::uint32_t rank);
Object* array_of(Run& run, const Type& type, const Slot* items, std::uint32_t count);
/// Where an element of a multi-dimensional array lives; null after raising.
Slot* grid_item(Run& run, Array* array, const Slot* indices);
/// Covariance: an object[] that is a string[] takes only strings.
bool may_store(Run& run, const Array& array, const Object* value);
Raised raise_index(Run& run);

}  // namespace portcullis
