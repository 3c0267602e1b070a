// The built-in policies, for the loader and for an embedder's own list.
#pragma once

#include <span>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"
#include "engine/types/type_table.h"

namespace portcullis {

#define PC_POLICY(spec, element) extern const PolicySpec spec;
#define PC_REFUSED(element, why)
#include "policies/table.def"
#undef PC_POLICY
#undef PC_REFUSED

/// Every policy of table.def, those that are only known by name (`is_missing`) included. Static.
std::span<const PolicySpec* const> builtin_policies();

}  // namespace portcullis
