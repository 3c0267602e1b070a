// Numbers and boxed .NET values inside JValues, for those who compare, convert or write them.
#pragma once

#include <cstdint>

#include "engine/json/token.h"

namespace portcullis {

/// The Slot of a boxed value: the object itself for what is stored by reference.
Slot unboxed(Object* object);
/// The value of an integer or Boolean token; false when it is none or does not fit a long.
bool integer_of(Run& run, JValue* value, std::int64_t& out);
/// The value of an integer or float token.
double number_of(Run& run, JValue* value);

}  // namespace portcullis
