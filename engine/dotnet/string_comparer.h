// System.StringComparer as an object; collections ask `equals`, `hash` and `compare` of string_comparison.h with its
// comparison.
#pragma once

#include "engine/dotnet/string_comparison.h"
#include "engine/run/object.h"

namespace portcullis {

struct StringComparer : Object {
  StringComparison comparison;
};

}  // namespace portcullis
