// How the value of an expression looks from outside: its run-time type's name and its value as JSON, for `eval`, batches,
// scenarios and tests.
#pragma once

#include <string>

#include "engine/run/run.h"

namespace portcullis {

/// The C# keyword of built-in types, else the .NET name without namespace: `int`, `List<int>`, `Dictionary<string,object>`;
/// `IEnumerable` for a lazy sequence, `anonymous`, `tuple`.
std::string run_time_type_name(const Type& type);

/// Appends `{"type":…,"value":…}`. `type` is the static type of `value`.
/// Errors: false when rendering raised (a lazy sequence runs now, ToString may throw); `run.pending` says what.
bool append_rendered(Run& run, const Type& type, Slot value, std::string& json);

/// The two parts of it: the type's name and the JSON of the value alone.
bool render(Run& run, const Type& type, Slot value, std::string& type_name, std::string& value_json);

/// Appends `text` (storage text) as a JSON string with quotes; lone surrogates become \uXXXX.
void append_json_string(std::string& json, std::string_view text);

}  // namespace portcullis
