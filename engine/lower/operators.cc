// Operators and the conditions made of them.
#include "engine/lower/lowering.h"
#include "engine/lower/number_helpers.h"

namespace portcullis::lowering {

using bound::BinaryOperator;
using bound::ExpressionKind;
using bound::OperandKind;
using bound::UnaryOperator;

namespace {

bool is_comparison(BinaryOperator op) { return op >= BinaryOperator::kEqual; }
bool is_null_literal(const bound::Expression& node) {
  return node.type->kind == TypeKind::kNull || (node.kind == ExpressionKind::kDefault && node.type->is_reference() &&
                                                (!node.type->is_value_type || node.type->kind == TypeKind::kNullable));
}
/// Kinds that the 64-bit comparison instructions order rightly: all but ulong, whose top bit is no sign.
bool compares_signed(OperandKind kind, BinaryOperator op) {
  switch (kind) {
    case OperandKind::kInt32:
    case OperandKind::kUInt32:
    case OperandKind::kInt64:
    case OperandKind::kBool:
    case OperandKind::kEnum:
      return true;
    case OperandKind::kUInt64:
      return op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual;
    default:
      return false;
  }
}

Op int_instruction(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return Op::kAddInt;
    case BinaryOperator::kSubtract:
      return Op::kSubtractInt;
    case BinaryOperator::kMultiply:
      return Op::kMultiplyInt;
    case BinaryOperator::kDivide:
      return Op::kDivideInt;
    case BinaryOperator::kRemainder:
      return Op::kRemainderInt;
    case BinaryOperator::kShiftLeft:
      return Op::kShiftLeftInt;
    case BinaryOperator::kShiftRight:
      return Op::kShiftRightInt;
    default:
      return Op::kCount;
  }
}

Op long_instruction(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return Op::kAddLong;
    case BinaryOperator::kSubtract:
      return Op::kSubtractLong;
    case BinaryOperator::kMultiply:
      return Op::kMultiplyLong;
    case BinaryOperator::kDivide:
      return Op::kDivideLong;
    case BinaryOperator::kRemainder:
      return Op::kRemainderLong;
    case BinaryOperator::kShiftLeft:
      return Op::kShiftLeftLong;
    case BinaryOperator::kShiftRight:
      return Op::kShiftRightLong;
    default:
      return Op::kCount;
  }
}

Op double_instruction(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return Op::kAddDouble;
    case BinaryOperator::kSubtract:
      return Op::kSubtractDouble;
    case BinaryOperator::kMultiply:
      return Op::kMultiplyDouble;
    case BinaryOperator::kDivide:
      return Op::kDivideDouble;
    case BinaryOperator::kEqual:
      return Op::kEqualDouble;
    case BinaryOperator::kNotEqual:
      return Op::kNotEqualDouble;
    case BinaryOperator::kLess:
    case BinaryOperator::kGreater:
      return Op::kLessDouble;
    case BinaryOperator::kLessEqual:
    case BinaryOperator::kGreaterEqual:
      return Op::kLessOrEqualDouble;
    default:
      return Op::kCount;
  }
}

Op comparison_instruction(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kEqual:
      return Op::kEqual;
    case BinaryOperator::kNotEqual:
      return Op::kNotEqual;
    case BinaryOperator::kLess:
    case BinaryOperator::kGreater:
      return Op::kLess;
    default:
      return Op::kLessOrEqual;
  }
}

bool is_bitwise(BinaryOperator op) {
  return op == BinaryOperator::kAnd || op == BinaryOperator::kOr || op == BinaryOperator::kXor;
}
bool swaps(BinaryOperator op) { return op == BinaryOperator::kGreater || op == BinaryOperator::kGreaterEqual; }

/// The instruction for built-in operators that have one; kCount: a helper does it.
Op instruction_for(const bound::Binary& node) {
  const OperandKind kind = node.operand_kind;
  if (is_bitwise(node.op)) return node.op == BinaryOperator::kAnd ? Op::kAnd : node.op == BinaryOperator::kOr ? Op::kOr : Op::kXor;
  if (is_comparison(node.op) && compares_signed(kind, node.op)) return comparison_instruction(node.op);
  const bool can_overflow = node.op == BinaryOperator::kAdd || node.op == BinaryOperator::kSubtract || node.op == BinaryOperator::kMultiply;
  if (node.is_checked && can_overflow && kind != OperandKind::kDouble) return Op::kCount;
  if (kind == OperandKind::kInt32) return int_instruction(node.op);
  if (kind == OperandKind::kInt64 || kind == OperandKind::kEnum) return long_instruction(node.op);
  if (kind == OperandKind::kDouble) return double_instruction(node.op);
  if (kind == OperandKind::kString) return node.op == BinaryOperator::kEqual ? Op::kEqualText : Op::kNotEqualText;
  if (kind == OperandKind::kReference) return node.op == BinaryOperator::kEqual ? Op::kSame : Op::kNotSame;
  return Op::kCount;
}

Op int_with_constant(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
    case BinaryOperator::kSubtract:
      return Op::kAddIntConstant;
    case BinaryOperator::kMultiply:
      return Op::kMultiplyIntConstant;
    case BinaryOperator::kDivide:
      return Op::kDivideIntConstant;
    case BinaryOperator::kRemainder:
      return Op::kRemainderIntConstant;
    case BinaryOperator::kShiftLeft:
      return Op::kShiftLeftIntConstant;
    case BinaryOperator::kShiftRight:
      return Op::kShiftRightIntConstant;
    default:
      return Op::kCount;
  }
}

Slot three_valued(Run& run, Slot a, Slot b, bool absorbing) {
  const auto is = [](Slot slot, bool value) {
    return slot.object != nullptr && (static_cast<const Box*>(slot.object)->value.integer != 0) == value;
  };
  const Type& boolean = run.type(Known::kBoolean);
  if (is(a, absorbing) || is(b, absorbing)) return Slot::of_object(run.box_raw(boolean, Slot::of(absorbing)));
  if (a.object == nullptr || b.object == nullptr) return {};
  return Slot::of_object(run.box_raw(boolean, Slot::of(!absorbing)));
}
Slot three_valued_and(Run& run, Slot a, Slot b) { return three_valued(run, a, b, false); }
Slot three_valued_or(Run& run, Slot a, Slot b) { return three_valued(run, a, b, true); }

Op extension_to(const Type& type) {
  switch (type.known) {
    case Known::kSByte:
      return Op::kSignExtend8;
    case Known::kInt16:
      return Op::kSignExtend16;
    case Known::kInt32:
      return Op::kSignExtend32;
    case Known::kByte:
      return Op::kZeroExtend8;
    case Known::kUInt16:
    case Known::kChar:
      return Op::kZeroExtend16;
    case Known::kUInt32:
      return Op::kZeroExtend32;
    default:
      return Op::kMove;
  }
}

const Type& number_type(const Type& type) { return type.kind == TypeKind::kEnum && type.element != nullptr ? *type.element : type; }

struct Width {
  std::uint8_t bits;
  bool is_signed;
};
Width width_of(const Type& type) {
  switch (type.known) {
    case Known::kSByte:
      return {8, true};
    case Known::kByte:
      return {8, false};
    case Known::kInt16:
      return {16, true};
    case Known::kUInt16:
    case Known::kChar:
      return {16, false};
    case Known::kInt32:
      return {32, true};
    case Known::kUInt32:
      return {32, false};
    case Known::kUInt64:
      return {64, false};
    default:
      return {64, true};
  }
}

/// Every value of `from` is one of `to`: the 64-bit representation stays.
bool widens(const Type& from, const Type& to) {
  const Width a = width_of(from);
  const Width b = width_of(to);
  if (a.is_signed == b.is_signed) return a.bits <= b.bits;
  return !a.is_signed && a.bits < b.bits;
}

}  // namespace

// ---- unary ------------------------------------------------------------------------------------------------------------

void Lowering::lower_unary(bound::Unary& node, Register to) {
  if (node.is_lifted) return lower_lifted_unary(node, to);
  const Register from = lower(*node.operand);
  const OperandKind kind = node.operand_kind;
  if (node.op == UnaryOperator::kNot) {
    builder_.emit(Op::kNot, to, from);
  } else if (node.op == UnaryOperator::kComplement && kind != OperandKind::kUInt32) {
    builder_.emit(Op::kComplement, to, from);
    if (kind == OperandKind::kEnum) {
      const Op extension = extension_to(number_type(*node.type));
      if (extension != Op::kMove) builder_.emit(extension, to, to);
    }
  } else if (!node.is_checked && kind == OperandKind::kInt32) {
    builder_.emit(Op::kNegateInt, to, from);
  } else if (!node.is_checked && kind == OperandKind::kInt64) {
    builder_.emit(Op::kNegateLong, to, from);
  } else if (kind == OperandKind::kDouble) {
    builder_.emit(Op::kNegateDouble, to, from);
  } else {
    builder_.at(node.span);
    builder_.emit(Op::kHelper1, to, from).helper1 = unary_helper(node.op, kind, node.is_checked);
  }
}

void Lowering::unwrap(bool is_raw, Register from, Register to) {
  builder_.emit(is_raw ? Op::kNullableValue : Op::kMove, to, from);
}

void Lowering::lower_lifted_unary(bound::Unary& node, Register to) {
  const LabelId nothing = builder_.label();
  const LabelId end = builder_.label();
  const Register from = lower(*node.operand);
  const bool is_raw = node.operand_kind != OperandKind::kDecimal;
  builder_.emit_jump(Op::kJumpIfNull, nothing, from);
  const Register value = builder_.allocate();
  unwrap(is_raw, from, value);
  builder_.at(node.span);
  builder_.emit(Op::kHelper1, value, value).helper1 = unary_helper(node.op, node.operand_kind, node.is_checked);
  if (is_raw) {
    builder_.emit_pointer(Op::kBox, to, value, &underlying(*node.type));
  } else {
    builder_.emit(Op::kMove, to, value);
  }
  builder_.emit_jump(Op::kJump, end);
  builder_.place(nothing);
  builder_.emit_integer(Op::kLoad, to, 0, 0);
  builder_.place(end);
}

// ---- binary -----------------------------------------------------------------------------------------------------------

// Long chains lean to the left: walked, not recursed into.
void Lowering::lower_binary(bound::Binary& node, Register to) {
  if (node.is_lifted) return lower_lifted_binary(node, to);
  std::vector<bound::Binary*> spine{&node};
  for (;;) {
    bound::Expression* left = spine.back()->left;
    if (left->kind != ExpressionKind::kBinary || static_cast<bound::Binary*>(left)->is_lifted) break;
    spine.push_back(static_cast<bound::Binary*>(left));
  }
  bound::Expression* const after_first[] = {spine.back()->right};
  Register left = lower_before(*spine.back()->left, after_first);
  const Register accumulator = spine.size() > 1 ? builder_.allocate() : to;
  for (std::size_t i = spine.size(); i-- > 0;) {
    const bool is_last = i == 0;
    const std::uint32_t mark = builder_.mark();
    const Register target = is_last ? to : accumulator;
    combine(*spine[i], left, target);
    builder_.release(mark);
    left = target;
  }
}

void Lowering::combine(const bound::Binary& node, Register left, Register to) {
  if (node.operand_kind == OperandKind::kReference && is_null_literal(*node.right)) {
    builder_.emit(node.op == BinaryOperator::kEqual ? Op::kIsNull : Op::kIsNotNull, to, left);
    return;
  }
  if (emit_with_constant(node, left, to)) return;
  const Register right = lower(*node.right);
  emit_binary(node, left, right, to);
}

bool Lowering::emit_with_constant(const bound::Binary& node, Register left, Register to) {
  if (node.operand_kind == OperandKind::kString && node.op == BinaryOperator::kEqual) {
    const bound::Constant* text = as_constant(node.right);
    if (text == nullptr || text->value.object == nullptr || text->type->kind == TypeKind::kNull) return false;
    builder_.emit_pointer(Op::kEqualLiteral, to, left, constant_object(*text));
    return true;
  }
  std::int32_t value = 0;
  if (!small_constant(*node.right, value)) return false;
  const bool can_overflow = node.op == BinaryOperator::kAdd || node.op == BinaryOperator::kSubtract || node.op == BinaryOperator::kMultiply;
  if (node.is_checked && can_overflow) return false;
  if (node.op == BinaryOperator::kAnd && node.operand_kind != OperandKind::kBool) {
    builder_.emit_integer(Op::kAndConstant, to, left, value);
    return true;
  }
  if (node.operand_kind == OperandKind::kInt64 && node.op == BinaryOperator::kAdd) {
    builder_.emit_integer(Op::kAddLongConstant, to, left, value);
    return true;
  }
  if (node.operand_kind == OperandKind::kInt64 && node.op == BinaryOperator::kSubtract) {
    builder_.emit_integer(Op::kAddLongConstant, to, left, -std::int64_t{value});
    return true;
  }
  if (node.operand_kind != OperandKind::kInt32) return false;
  const bool divides = node.op == BinaryOperator::kDivide || node.op == BinaryOperator::kRemainder;
  if (divides && (value == 0 || value == -1)) return false;
  const Op op = int_with_constant(node.op);
  if (op == Op::kCount) return false;
  builder_.emit_integer(op, to, left, node.op == BinaryOperator::kSubtract ? -std::int64_t{value} : value);
  return true;
}

void Lowering::emit_binary(const bound::Binary& node, Register left, Register right, Register to) {
  const Op op = instruction_for(node);
  builder_.at(node.span);
  if (op == Op::kCount) {
    builder_.emit(Op::kHelper2, to, left, right).helper2 = binary_helper(node.op, node.operand_kind, node.is_checked);
    return;
  }
  if (swaps(node.op)) std::swap(left, right);
  builder_.emit(op, to, left, right);
  if (node.operand_kind == OperandKind::kEnum && !is_comparison(node.op) && !is_bitwise(node.op)) {
    const Op extension = extension_to(number_type(*node.type));
    if (extension != Op::kMove) builder_.emit(extension, to, to);
  }
}

// ---- lifted -----------------------------------------------------------------------------------------------------------

void Lowering::lower_lifted_binary(bound::Binary& node, Register to) {
  bound::Expression* const later[] = {node.right};
  const Register left = lower_before(*node.left, later);
  const bool is_bool_logic = node.operand_kind == OperandKind::kBool && (node.op == BinaryOperator::kAnd || node.op == BinaryOperator::kOr);
  const Register right = lower(*node.right);
  if (is_bool_logic) {
    builder_.emit(Op::kHelper2, to, left, right).helper2 = node.op == BinaryOperator::kAnd ? &three_valued_and : &three_valued_or;
    return;
  }
  if (is_comparison(node.op)) return lower_lifted_comparison(node, left, right, to);
  const LabelId nothing = builder_.label();
  const LabelId end = builder_.label();
  const bool is_raw = node.operand_kind != OperandKind::kDecimal;
  builder_.emit_jump(Op::kJumpIfNull, nothing, left);
  builder_.emit_jump(Op::kJumpIfNull, nothing, right);
  const Register a = builder_.allocate();
  const Register b = builder_.allocate();
  unwrap(is_raw, left, a);
  unwrap(is_raw, right, b);
  emit_binary(node, a, b, a);
  if (is_raw) {
    builder_.emit_pointer(Op::kBox, to, a, &underlying(*node.type));
  } else {
    builder_.emit(Op::kMove, to, a);
  }
  builder_.emit_jump(Op::kJump, end);
  builder_.place(nothing);
  builder_.emit_integer(Op::kLoad, to, 0, 0);
  builder_.place(end);
}

// == and != know null; the other comparisons are false with it.
void Lowering::lower_lifted_comparison(bound::Binary& node, Register left, Register right, Register to) {
  const LabelId with_null = builder_.label();
  const LabelId end = builder_.label();
  const bool is_raw = node.operand_kind != OperandKind::kDecimal;
  builder_.emit_jump(Op::kJumpIfNull, with_null, left);
  builder_.emit_jump(Op::kJumpIfNull, with_null, right);
  const Register a = builder_.allocate();
  const Register b = builder_.allocate();
  unwrap(is_raw, left, a);
  unwrap(is_raw, right, b);
  emit_binary(node, a, b, to);
  builder_.emit_jump(Op::kJump, end);
  builder_.place(with_null);
  if (node.op == BinaryOperator::kEqual) {
    builder_.emit(Op::kEqual, to, left, right);  // at least one is null: equal when both are
  } else if (node.op == BinaryOperator::kNotEqual) {
    builder_.emit(Op::kNotEqual, to, left, right);
  } else {
    builder_.emit_integer(Op::kLoad, to, 0, 0);
  }
  builder_.place(end);
}

// ---- conditions -------------------------------------------------------------------------------------------------------

void Lowering::lower_logical(bound::Logical& node, Register to) {
  const LabelId otherwise = builder_.label();
  const LabelId end = builder_.label();
  branch(node, otherwise, false);
  builder_.emit_integer(Op::kLoad, to, 0, 1);
  builder_.emit_jump(Op::kJump, end);
  builder_.place(otherwise);
  builder_.emit_integer(Op::kLoad, to, 0, 0);
  builder_.place(end);
}

void Lowering::branch(bound::Expression& node, LabelId target, bool when) {
  const std::uint32_t mark = builder_.mark();
  if (const bound::Constant* constant = as_constant(&node)) {
    if ((constant->value.integer != 0) == when) builder_.emit_jump(Op::kJump, target);
  } else if (node.kind == ExpressionKind::kLogical) {
    branch_logical(static_cast<bound::Logical&>(node), target, when);
  } else if (node.kind == ExpressionKind::kUnary && static_cast<bound::Unary&>(node).op == UnaryOperator::kNot &&
             !static_cast<bound::Unary&>(node).is_lifted) {
    branch(*static_cast<bound::Unary&>(node).operand, target, !when);
  } else if (node.kind != ExpressionKind::kBinary || !branch_binary(static_cast<bound::Binary&>(node), target, when)) {
    builder_.emit_jump(when ? Op::kJumpIfTrue : Op::kJumpIfFalse, target, lower(node));
  }
  builder_.release(mark);
}

void Lowering::branch_logical(bound::Logical& node, LabelId target, bool when) {
  std::vector<bound::Expression*> operands;
  bound::Expression* left = &node;
  while (left->kind == ExpressionKind::kLogical && static_cast<bound::Logical*>(left)->is_and == node.is_and) {
    operands.push_back(static_cast<bound::Logical*>(left)->right);
    left = static_cast<bound::Logical*>(left)->left;
  }
  operands.push_back(left);
  // `a && b` is false, or `a || b` true, as soon as one operand is: jump at once. Otherwise only the last one decides.
  const bool decides = node.is_and != when;
  const LabelId past = builder_.label();
  for (std::size_t i = operands.size(); i-- > 0;) {
    if (decides) {
      branch(*operands[i], target, when);
    } else if (i > 0) {
      branch(*operands[i], past, !when);
    } else {
      branch(*operands[i], target, when);
    }
  }
  builder_.place(past);
}

bool Lowering::branch_binary(bound::Binary& node, LabelId target, bool when) {
  if (node.is_lifted || !is_comparison(node.op)) return false;
  BinaryOperator op = node.op;
  if (!when) {
    constexpr BinaryOperator kOpposite[] = {BinaryOperator::kNotEqual,     BinaryOperator::kEqual,   BinaryOperator::kGreaterEqual,
                                            BinaryOperator::kGreater,      BinaryOperator::kLessEqual, BinaryOperator::kLess};
    op = kOpposite[static_cast<int>(node.op) - static_cast<int>(BinaryOperator::kEqual)];
  }
  if (node.operand_kind == OperandKind::kReference) {
    if (!is_null_literal(*node.right)) return false;
    builder_.emit_jump(op == BinaryOperator::kEqual ? Op::kJumpIfNull : Op::kJumpIfNotNull, target, lower(*node.left));
    return true;
  }
  if (node.operand_kind == OperandKind::kString) {
    const bound::Constant* text = as_constant(node.right);
    if (text == nullptr || text->type->kind == TypeKind::kNull || text->value.object == nullptr) return false;
    const Op literal_op = op == BinaryOperator::kEqual ? Op::kJumpIfEqualLiteral : Op::kJumpIfNotEqualLiteral;
    builder_.emit_literal_jump(literal_op, target, lower(*node.left), constant_object(*text));
    return true;
  }
  if (!compares_signed(node.operand_kind, node.op)) return false;
  bound::Expression* const later[] = {node.right};
  Register left = lower_before(*node.left, later);
  std::int32_t value = 0;
  if (small_constant(*node.right, value)) {
    constexpr Op kWithConstant[] = {Op::kJumpIfEqualConstant,       Op::kJumpIfNotEqualConstant, Op::kJumpIfLessConstant,
                                    Op::kJumpIfLessOrEqualConstant, Op::kJumpIfGreaterConstant,  Op::kJumpIfGreaterOrEqualConstant};
    builder_.emit_jump(kWithConstant[static_cast<int>(op) - static_cast<int>(BinaryOperator::kEqual)], target, left, 0, value);
    return true;
  }
  Register right = lower(*node.right);
  if (swaps(op)) std::swap(left, right);
  const Op jump = op == BinaryOperator::kEqual      ? Op::kJumpIfEqual
                  : op == BinaryOperator::kNotEqual ? Op::kJumpIfNotEqual
                  : op == BinaryOperator::kLess || op == BinaryOperator::kGreater ? Op::kJumpIfLess
                                                                                  : Op::kJumpIfLessOrEqual;
  builder_.emit_jump(jump, target, left, right);
  return true;
}

// ---- conversions --------------------------------------------------------------------------------------------------------

void Lowering::lower_conversion(bound::ConversionNode& node, Register to) {
  bound::Expression& operand = *node.operand;
  const Type& from = *operand.type;
  const auto with_type = [&](Op op, const Type& type) {
    const Register value = lower(operand);
    builder_.at(node.span);
    builder_.emit_pointer(op, to, value, &type);
  };
  switch (node.conversion) {
    case ConversionKind::kNumeric:
    case ConversionKind::kConstant:
      builder_.at(node.span);
      return convert_number(from, *node.type, node.is_checked, lower(operand), to);
    case ConversionKind::kReference:
      if (!node.is_explicit || from.kind == TypeKind::kNull || is_assignable(from, *node.type)) return lower_to(operand, to);
      return with_type(Op::kCast, *node.type);
    case ConversionKind::kBoxing:
      if (from.is_reference()) return lower_to(operand, to);
      return with_type(Op::kBox, from);
    case ConversionKind::kUnboxing:
      return with_type(node.type->is_reference() ? Op::kUnbox : Op::kUnboxRaw, *node.type);
    case ConversionKind::kNullable:
      if (is_nullable(*node.type) && !is_nullable(from)) {
        if (from.is_reference()) return lower_to(operand, to);
        return with_type(Op::kBox, underlying(*node.type));
      }
      if (is_nullable(from) && !is_nullable(*node.type)) {
        const Register value = lower(operand);
        builder_.at(node.span);
        builder_.emit(node.type->is_reference() ? Op::kNullableObject : Op::kNullableValue, to, value);
        return;
      }
      return lower_to(operand, to);
    case ConversionKind::kNone:
    case ConversionKind::kIdentity:
    case ConversionKind::kNull:
    case ConversionKind::kUserDefined:
    case ConversionKind::kDynamic:
    case ConversionKind::kTuple:
    case ConversionKind::kLambda:
    case ConversionKind::kDefaultLiteral:
      return lower_to(operand, to);
  }
}

void Lowering::convert_number(const Type& from_type, const Type& to_type, bool is_checked, Register from_register, Register to) {
  const Type& from = number_type(from_type);
  const Type& wanted = number_type(to_type);
  const bool from_integer = from.storage == Storage::kInteger;
  const bool to_integer = wanted.storage == Storage::kInteger;
  Op op = Op::kCount;
  if (&from == &wanted || (from_integer && to_integer && widens(from, wanted))) {
    op = Op::kMove;
  } else if (from_integer && to_integer && !is_checked) {
    op = extension_to(wanted);
  } else if (from_integer && wanted.is(Known::kDouble) && !from.is(Known::kUInt64)) {
    op = Op::kIntegerToDouble;
  } else if (from.is(Known::kDouble) && !is_checked && wanted.is(Known::kInt32)) {
    op = Op::kDoubleToInt;
  } else if (from.is(Known::kDouble) && !is_checked && wanted.is(Known::kInt64)) {
    op = Op::kDoubleToLong;
  }
  if (op == Op::kMove && from_register == to) return;
  if (op != Op::kCount) {
    builder_.emit(op, to, from_register);
    return;
  }
  builder_.emit(Op::kHelper1, to, from_register).helper1 = conversion_helper(from, wanted, is_checked);
}

// ---- patterns -----------------------------------------------------------------------------------------------------------

void Lowering::lower_is(bound::Is& node, Register to) {
  if (node.pattern.kind == bound::Pattern::Kind::kType && node.pattern.declared == nullptr && node.operand->type->is_reference()) {
    builder_.emit_pointer(Op::kIs, to, lower(*node.operand), node.pattern.type);
    return;
  }
  if (node.pattern.kind == bound::Pattern::Kind::kNull && node.operand->type->is_reference()) {
    builder_.emit(Op::kIsNull, to, lower(*node.operand));
    return;
  }
  const LabelId fail = builder_.label();
  const LabelId end = builder_.label();
  match(lower(*node.operand), *node.operand->type, node.pattern, fail);
  builder_.emit_integer(Op::kLoad, to, 0, 1);
  builder_.emit_jump(Op::kJump, end);
  builder_.place(fail);
  builder_.emit_integer(Op::kLoad, to, 0, 0);
  builder_.place(end);
}

void Lowering::match(Register value, const Type& type, const bound::Pattern& pattern, LabelId fail) {
  using Kind = bound::Pattern::Kind;
  const std::uint32_t mark = builder_.mark();
  switch (pattern.kind) {
    case Kind::kVar:
    case Kind::kDiscard:
      if (pattern.declared != nullptr) store(*pattern.declared, value);
      break;
    case Kind::kNull:
      if (type.is_reference() && accepts_null(type)) {
        builder_.emit_jump(Op::kJumpIfNotNull, fail, value);
      } else {
        builder_.emit_jump(Op::kJump, fail);
      }
      break;
    case Kind::kConstant: {
      const bound::Constant& constant = *pattern.constant;
      std::int32_t small = 0;
      if (!type.is_reference() && small_constant(constant, small)) {
        builder_.emit_jump(Op::kJumpIfNotEqualConstant, fail, value, 0, small);
      } else if (type.is(Known::kString) && constant.value.object != nullptr) {
        builder_.emit_literal_jump(Op::kJumpIfNotEqualLiteral, fail, value, constant_object(constant));
      } else {
        const Register wanted = builder_.allocate();
        const Register equal = builder_.allocate();
        if (type.is_reference()) {
          builder_.emit_pointer(Op::kLoadObject, wanted, 0, constant_object(constant));
        } else {
          lower_constant(constant, wanted);
        }
        builder_.emit_pointer(Op::kEqualValues, equal, value, &type, wanted);
        builder_.emit_jump(Op::kJumpIfFalse, fail, equal);
      }
      break;
    }
    case Kind::kType: {
      const Type& wanted = underlying(*pattern.type);
      Register object = value;
      if (!type.is_reference()) {
        if (!is_assignable(type, wanted)) builder_.emit_jump(Op::kJump, fail);
        if (pattern.declared != nullptr && pattern.declared->type->is_reference()) {
          object = builder_.allocate();
          builder_.emit_pointer(Op::kBox, object, value, &type);
        }
      } else {
        const Register is = builder_.allocate();
        builder_.emit_pointer(Op::kIs, is, value, &wanted);
        builder_.emit_jump(Op::kJumpIfFalse, fail, is);
        if (pattern.declared != nullptr && !pattern.declared->type->is_reference()) {
          object = builder_.allocate();
          builder_.emit_pointer(Op::kUnboxRaw, object, value, &wanted);
        }
      }
      if (pattern.declared != nullptr) store(*pattern.declared, object);
      break;
    }
  }
  builder_.release(mark);
}

}  // namespace portcullis::lowering
