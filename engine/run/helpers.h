// What number operations share: the exceptions they raise, and real to integer as .NET does it on x64.
#pragma once

#include "engine/run/run.h"

namespace portcullis {

/// Nullable<T>.Value of null.
Raised raise_no_value(Run& run);
Raised raise_overflow(Run& run);
Raised raise_divide_by_zero(Run& run);

/// What does not fit gives the smallest value.
std::int32_t to_int32(double value);
std::int64_t to_int64(double value);

}  // namespace portcullis
