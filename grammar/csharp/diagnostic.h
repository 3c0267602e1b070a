// The codes of diagnostics.def by name.
#pragma once

#include <cstdint>

namespace portcullis::csharp {

enum class SyntaxError : std::uint16_t {
#define CSHARP_DIAGNOSTIC(code, name, meaning) name = code,
#include "grammar/csharp/diagnostics.def"
#undef CSHARP_DIAGNOSTIC
};

}  // namespace portcullis::csharp
