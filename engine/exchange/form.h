// application/x-www-form-urlencoded: reading it into a dictionary, and writing one.
#pragma once

#include <string_view>

#include "engine/run/object.h"

namespace portcullis {

class Run;

/// A Dictionary<string, IList<string>> with List<string> values; `result` is IDictionary<string, IList<string>>. Names
/// and values are decoded; a name without `=` has the value "".
Object* parse_form(Run& run, std::string_view text, const Type& result);

}  // namespace portcullis
