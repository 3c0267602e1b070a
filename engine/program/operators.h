// Names of C#'s built-in operators, for the typed tree, the internal form and what runs it.
#pragma once

#include <cstdint>

namespace portcullis::bound {

/// What an arithmetic operator works on after promotion. kInt32 … kUInt64 wrap unless it is checked.
enum class OperandKind : std::uint8_t { kInt32, kUInt32, kInt64, kUInt64, kFloat, kDouble, kDecimal, kBool, kString, kReference, kEnum };

enum class UnaryOperator : std::uint8_t { kNegate, kNot, kComplement };

enum class BinaryOperator : std::uint8_t {
  kAdd, kSubtract, kMultiply, kDivide, kRemainder, kShiftLeft, kShiftRight,
  kAnd, kOr, kXor, kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual,
};

enum class DynamicOperation : std::uint8_t { kGetMember, kSetMember, kInvokeMember, kGetIndex, kSetIndex, kInvoke, kUnary, kBinary, kConvert };

}  // namespace portcullis::bound
