// Rare operations as plain functions, chosen once when an expression is lowered: unsigned and checked arithmetic, float, decimal,
// conversions between number types. The common ones are instructions.
#pragma once

#include "engine/bind/bound.h"
#include "engine/program/instruction.h"
#include "engine/run/run.h"

namespace portcullis {

/// Null when the combination has no helper (it is an instruction, or C# has no such operator).
Helper2 binary_helper(bound::BinaryOperator op, bound::OperandKind kind, bool is_checked);
Helper1 unary_helper(bound::UnaryOperator op, bound::OperandKind kind, bool is_checked);
/// Between numeric types, char and enums (as their underlying types). Null when the representation does not change.
Helper1 conversion_helper(const Type& from, const Type& to, bool is_checked);

/// Nullable<T>.Value of null.
Raised raise_no_value(Run& run);
Raised raise_overflow(Run& run);
Raised raise_divide_by_zero(Run& run);

/// .NET on x64: what does not fit gives the smallest value.
std::int32_t to_int32(double value);
std::int64_t to_int64(double value);

}  // namespace portcullis
