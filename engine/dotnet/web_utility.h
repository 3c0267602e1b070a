// System.Net.WebUtility for C++ callers. Null gives null, and so does raising a limit.
#pragma once

#include "engine/run/run.h"

namespace portcullis::web_utility {

/// A space becomes `+`.
String* url_encode(Run& run, String* value);
String* url_decode(Run& run, String* value);
String* html_encode(Run& run, String* value);

}  // namespace portcullis::web_utility
