// Making and printing exceptions; the types themselves are in exceptions.cc (what all share, and the arguments' family)
// and exception_types.cc (the rest).
#pragma once

#include <string_view>

#include "engine/run/run.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeOperations kExceptionOperations;

/// The text of `new X()`, as the type's parameterless constructor writes it.
String* default_message(Run& run, const Type& type);

// The three constructors that nearly every exception type has; the type is the CallSite's result.
Exception* new_exception(Run& run, const CallSite& site);
Exception* new_exception_with_message(Run& run, String* message, const CallSite& site);
Exception* new_exception_with_inner(Run& run, String* message, Exception* inner, const CallSite& site);

/// ArgumentOutOfRangeException as .NET's own guards raise it: the actual value follows on a second line.
Raised raise_out_of_range(Run& run, std::string_view message, std::string_view parameter, std::int64_t actual);
/// `count ('-1') must be a non-negative value.`; true when it raised.
bool raise_if_negative(Run& run, std::int64_t value, std::string_view parameter);

}  // namespace portcullis
