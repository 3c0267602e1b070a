// .NET values as bytes, for caches: what a variable may hold, with its type, so that a look-up gives what was stored.
//
// The form is this version's own (`PC` and a version digit at the front); other bytes read as nothing. Not for
// interchange.
#pragma once

#include <string>
#include <string_view>

#include "engine/run/object.h"

namespace portcullis {

class Run;

/// Appends the value. False when it, or something in it, has a type that cannot be kept: `problem` says which.
/// Taken: null, all scalars and enums, string, byte[], arrays, lists, sets, dictionaries, tuples, the JToken family,
/// XML, Uri, Jwt, and responses with their buffered body.
bool serialise(Run& run, Object* value, std::string& bytes, std::string& problem);

/// False when `bytes` hold no value of this form: a caller takes it for a miss. The value keeps views into `bytes`,
/// which must live as long as the arena. Every call makes fresh objects.
bool deserialise(Run& run, std::string_view bytes, Object*& value);

}  // namespace portcullis
