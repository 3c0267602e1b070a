// The codes of diagnostics.def as an enumeration.
#pragma once

#include <cstdint>

namespace portcullis {

enum class DocumentCode : std::uint16_t {
#define PC_DIAGNOSTIC(code, name, meaning) name = code,
#include "grammar/document/diagnostics.def"
#undef PC_DIAGNOSTIC
};

}  // namespace portcullis
