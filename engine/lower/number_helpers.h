// Rare operations as plain functions, chosen once when an expression is lowered: unsigned and checked arithmetic, float, decimal,
// conversions between number types. The common ones are instructions.
#pragma once

#include "engine/program/instruction.h"
#include "engine/program/operators.h"
#include "engine/types/type.h"

namespace portcullis {

/// Null when C# has no such operator.
Helper2 binary_helper(bound::BinaryOperator op, bound::OperandKind kind, bool is_checked);
Helper1 unary_helper(bound::UnaryOperator op, bound::OperandKind kind, bool is_checked);
/// Between numeric types, char and enums (as their underlying types).
Helper1 conversion_helper(const Type& from, const Type& to, bool is_checked);

}  // namespace portcullis
