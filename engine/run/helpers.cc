#include "engine/run/helpers.h"

#include <limits>

namespace portcullis {

Raised raise_no_value(Run& run) {
  return run.raise(Known::kInvalidOperationException, "Nullable object must have a value.");
}
Raised raise_overflow(Run& run) {
  return run.raise(Known::kOverflowException, "Arithmetic operation resulted in an overflow.");
}
Raised raise_divide_by_zero(Run& run) {
  return run.raise(Known::kDivideByZeroException, "Attempted to divide by zero.");
}

std::int32_t to_int32(double value) {
  if (value > -2147483649.0 && value < 2147483648.0) return static_cast<std::int32_t>(value);
  return std::numeric_limits<std::int32_t>::min();
}

std::int64_t to_int64(double value) {
  if (value >= -9223372036854775808.0 && value < 9223372036854775808.0) return static_cast<std::int64_t>(value);
  return std::numeric_limits<std::int64_t>::min();
}

}  // namespace portcullis
