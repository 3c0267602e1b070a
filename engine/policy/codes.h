// Codes of mistakes in policies, by name.
#pragma once

#include <cstdint>

namespace portcullis::policy_code {

#define PC_DIAGNOSTIC(code, name, meaning) constexpr std::uint16_t name = code;
#include "engine/policy/diagnostics.def"
#undef PC_DIAGNOSTIC

}  // namespace portcullis::policy_code
