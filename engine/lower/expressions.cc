// Expressions that are neither operators, calls nor assignments.
#include <algorithm>

#include "engine/lower/dynamic_operations.h"
#include "engine/lower/lowering.h"

namespace portcullis::lowering {

using bound::ExpressionKind;

namespace {

template <typename Node>
Node& as(bound::Expression& node) {
  return static_cast<Node&>(node);
}

/// Conversions that leave the value as and where it is.
bool is_without_code(const bound::Expression& node) {
  if (node.kind != ExpressionKind::kConversion) return false;
  const auto& conversion = static_cast<const bound::ConversionNode&>(node);
  return conversion.conversion == ConversionKind::kIdentity ||
         (conversion.conversion == ConversionKind::kReference && !conversion.is_explicit);
}

}  // namespace

Register Lowering::lower(bound::Expression& node) {
  if (node.kind == ExpressionKind::kLocal) {
    bound::Local& local = *as<bound::LocalReference>(node).local;
    if (!is_cell(local)) return register_of(local);
  }
  if (node.kind == ExpressionKind::kReceiverPlaceholder) return placeholder(node);
  if (is_without_code(node)) return lower(*as<bound::ConversionNode>(node).operand);
  const Register to = builder_.allocate();
  lower_to(node, to);
  return to;
}

void Lowering::lower_to(bound::Expression& node, Register to) {
  const std::uint32_t mark = builder_.mark();
  switch (node.kind) {
    case ExpressionKind::kConstant:
      lower_constant(as<bound::Constant>(node), to);
      break;
    case ExpressionKind::kLocal:
      load(*as<bound::LocalReference>(node).local, to);
      break;
    case ExpressionKind::kContext:
      builder_.emit(Op::kContext, to);
      break;
    case ExpressionKind::kDefault:
      lower_default(*node.type, to);
      break;
    case ExpressionKind::kUnary:
      lower_unary(as<bound::Unary>(node), to);
      break;
    case ExpressionKind::kBinary:
      lower_binary(as<bound::Binary>(node), to);
      break;
    case ExpressionKind::kLogical:
      lower_logical(as<bound::Logical>(node), to);
      break;
    case ExpressionKind::kConditional:
      lower_conditional(as<bound::Conditional>(node), to);
      break;
    case ExpressionKind::kCoalesce:
      lower_coalesce(as<bound::Coalesce>(node), to);
      break;
    case ExpressionKind::kConditionalAccess:
      lower_access(as<bound::ConditionalAccess>(node), to);
      break;
    case ExpressionKind::kReceiverPlaceholder:
      builder_.emit(Op::kMove, to, placeholder(node));
      break;
    case ExpressionKind::kConversion:
      lower_conversion(as<bound::ConversionNode>(node), to);
      break;
    case ExpressionKind::kIs:
      lower_is(as<bound::Is>(node), to);
      break;
    case ExpressionKind::kAs:
      builder_.emit_pointer(Op::kAs, to, lower(*as<bound::As>(node).operand), node.type);
      break;
    case ExpressionKind::kTypeOf:
      builder_.emit_pointer(Op::kTypeOf, to, 0, as<bound::TypeOf>(node).operand);
      break;
    case ExpressionKind::kCall:
      lower_call(as<bound::Call>(node), to, true);
      break;
    case ExpressionKind::kDelegateCall:
      lower_delegate_call(as<bound::DelegateCall>(node), to);
      break;
    case ExpressionKind::kLocalFunctionCall:
      lower_function_call(as<bound::LocalFunctionCall>(node), to);
      break;
    case ExpressionKind::kNew:
      lower_new(as<bound::New>(node), to);
      break;
    case ExpressionKind::kArrayNew:
      lower_new_array(as<bound::ArrayNew>(node), to);
      break;
    case ExpressionKind::kArrayLiteral: {
      auto& literal = as<bound::ArrayLiteral>(node);
      const Register window = window_of(literal.items);
      builder_.at(node.span);
      builder_.emit_pointer(Op::kArrayLiteral, to, window, node.type, static_cast<Register>(literal.items.size()));
      break;
    }
    case ExpressionKind::kArrayElement:
      lower_element(as<bound::ArrayElement>(node), to);
      break;
    case ExpressionKind::kArrayLength: {
      bound::Expression& array = *as<bound::ArrayLength>(node).array;
      const Register from = lower(array);
      builder_.at(node.span);
      builder_.emit(is_packed_array(*array.type) ? Op::kBytesLength : Op::kArrayLength, to, from);
      break;
    }
    case ExpressionKind::kRecordNew:
      builder_.emit_pointer(Op::kNewRecord, to, window_of(as<bound::RecordNew>(node).fields), node.type);
      break;
    case ExpressionKind::kRecordField: {
      auto& field = as<bound::RecordField>(node);
      const Register record = lower(*field.record);
      builder_.at(node.span);
      builder_.emit_integer(Op::kField, to, record, field.index);
      break;
    }
    case ExpressionKind::kAssign:
      lower_assign(as<bound::Assign>(node), &to);
      break;
    case ExpressionKind::kCompoundAssign:
      lower_compound(as<bound::CompoundAssign>(node), &to);
      break;
    case ExpressionKind::kDeconstruct:
      lower_deconstruct(as<bound::Deconstruct>(node), &to);
      break;
    case ExpressionKind::kLambda:
      lower_lambda(*as<bound::LambdaNode>(node).lambda, *node.type, to);
      break;
    case ExpressionKind::kMethodGroup:
      lower_lambda(*as<bound::MethodGroup>(node).function, *node.type, to);
      break;
    case ExpressionKind::kInterpolation:
      lower_interpolation(as<bound::Interpolation>(node), to);
      break;
    case ExpressionKind::kConcat:
      lower_concat(as<bound::Concat>(node), to);
      break;
    case ExpressionKind::kSequence:
      lower_sequence(as<bound::Sequence>(node), to);
      break;
    case ExpressionKind::kThrow:
      lower_throw(*as<bound::Throw>(node).exception);
      break;
    case ExpressionKind::kDynamic:
      lower_dynamic(as<bound::Dynamic>(node), to);
      break;
    case ExpressionKind::kIncrement:
    case ExpressionKind::kError:
      break;  // never handed over
  }
  builder_.release(mark);
}

void Lowering::effect(bound::Expression& node) {
  const std::uint32_t mark = builder_.mark();
  switch (node.kind) {
    case ExpressionKind::kAssign:
      lower_assign(as<bound::Assign>(node), nullptr);
      break;
    case ExpressionKind::kCompoundAssign:
      lower_compound(as<bound::CompoundAssign>(node), nullptr);
      break;
    case ExpressionKind::kDeconstruct:
      lower_deconstruct(as<bound::Deconstruct>(node), nullptr);
      break;
    case ExpressionKind::kCall:
      lower_call(as<bound::Call>(node), builder_.allocate(), false);
      break;
    default:
      lower_to(node, builder_.allocate());
      break;
  }
  builder_.release(mark);
}

Register Lowering::lower_before(bound::Expression& node, std::span<bound::Expression* const> later) {
  const Register found = lower(node);
  const bound::Expression* value = &node;
  while (is_without_code(*value)) value = static_cast<const bound::ConversionNode*>(value)->operand;
  if (value->kind != ExpressionKind::kLocal) return found;
  const bound::Local& local = *static_cast<const bound::LocalReference*>(value)->local;
  if (is_cell(local)) return found;  // already a copy
  if (std::none_of(later.begin(), later.end(), [&](const bound::Expression* one) { return may_write(*one, local); })) return found;
  const Register copy = builder_.allocate();
  builder_.emit(Op::kMove, copy, found);
  return copy;
}

Register Lowering::window_of(std::span<bound::Expression* const> items) {
  const Register window = builder_.allocate(static_cast<std::uint32_t>(std::max<std::size_t>(items.size(), 1)));
  for (std::size_t i = 0; i < items.size(); ++i) lower_to(*items[i], static_cast<Register>(window + i));
  return window;
}

void Lowering::lower_constant(const bound::Constant& node, Register to) {
  switch (node.type->storage) {
    case Storage::kInteger:
      builder_.emit_integer(Op::kLoad, to, 0, node.value.integer);
      break;
    case Storage::kDouble:
      builder_.emit(Op::kLoadReal, to).real = node.value.real;
      break;
    case Storage::kFloat:
      builder_.emit_integer(Op::kLoad, to, 0, node.value.integer);
      break;
    case Storage::kReference:
      builder_.emit_pointer(Op::kLoadObject, to, 0, constant_object(node));
      break;
  }
}

void Lowering::lower_default(const Type& type, Register to) {
  if (type.is_reference() && type.is_value_type && type.kind != TypeKind::kNullable) {
    builder_.emit_pointer(Op::kLoadObject, to, 0, zero_object(type));
  } else {
    builder_.emit_integer(Op::kLoad, to, 0, 0);
  }
}

void Lowering::lower_conditional(bound::Conditional& node, Register to) {
  const LabelId otherwise = builder_.label();
  const LabelId end = builder_.label();
  branch(*node.condition, otherwise, false);
  lower_to(*node.when_true, to);
  builder_.emit_jump(Op::kJump, end);
  builder_.place(otherwise);
  lower_to(*node.when_false, to);
  builder_.place(end);
}

void Lowering::lower_coalesce(bound::Coalesce& node, Register to) {
  const LabelId otherwise = builder_.label();
  const LabelId end = builder_.label();
  const Register left = lower(*node.left);
  builder_.emit_jump(Op::kJumpIfNull, otherwise, left);
  if (node.unwrapped != nullptr) {
    Register inner = left;
    if (node.placeholder != nullptr && is_nullable(*node.left->type) && !node.placeholder->type->is_reference()) {
      inner = builder_.allocate();
      builder_.emit(Op::kNullableValue, inner, left);
    }
    placeholders_.emplace_back(node.placeholder, inner);
    lower_to(*node.unwrapped, to);
    placeholders_.pop_back();
  } else if (left != to) {
    builder_.emit(Op::kMove, to, left);
  }
  builder_.emit_jump(Op::kJump, end);
  builder_.place(otherwise);
  lower_to(*node.right, to);
  builder_.place(end);
}

void Lowering::lower_access(bound::ConditionalAccess& node, Register to) {
  const LabelId nothing = builder_.label();
  const LabelId end = builder_.label();
  const Register receiver = lower(*node.receiver);
  builder_.emit_jump(Op::kJumpIfNull, nothing, receiver);
  Register inner = receiver;
  if (is_nullable(*node.receiver->type) && !node.placeholder->type->is_reference()) {
    inner = builder_.allocate();
    builder_.emit(Op::kNullableValue, inner, receiver);
  }
  placeholders_.emplace_back(node.placeholder, inner);
  const bool needs_box = is_nullable(*node.type) && !node.access->type->is_reference();
  if (needs_box) {
    builder_.emit_pointer(Op::kBox, to, lower(*node.access), node.access->type);
  } else {
    lower_to(*node.access, to);
  }
  placeholders_.pop_back();
  builder_.emit_jump(Op::kJump, end);
  builder_.place(nothing);
  if (node.type->kind != TypeKind::kVoid) lower_default(*node.type, to);
  builder_.place(end);
}

Register Lowering::placeholder(const bound::Expression& node) const {
  for (auto it = placeholders_.rbegin(); it != placeholders_.rend(); ++it) {
    if (it->first == &node) return it->second;
  }
  return placeholders_.empty() ? Register{0} : placeholders_.back().second;
}

// Temporaries of the effects live until the end of the value.
void Lowering::lower_sequence(bound::Sequence& node, Register to) {
  for (bound::Expression* one : node.effects) {
    if (one->kind == ExpressionKind::kAssign) {
      auto& assign = as<bound::Assign>(*one);
      if (assign.target->kind == ExpressionKind::kLocal) register_of(*as<bound::LocalReference>(*assign.target).local);
    }
    effect(*one);
  }
  if (node.value == nullptr) return;
  lower_to(*node.value, to);
}

void Lowering::lower_lambda(bound::Lambda& lambda, const Type& type, Register to) {
  Function* function = function_of(lambda);
  if (lambda.captured.empty()) {
    // One object for all evaluations, as C# does.
    auto* closure = load_run_.make<Closure>(type);
    closure->function = function;
    builder_.emit_pointer(Op::kLoadObject, to, 0, closure);
    return;
  }
  auto* site = arena().make<ClosureSite>();
  site->function = function;
  site->type = &type;
  const Register window = builder_.allocate(static_cast<std::uint32_t>(lambda.captured.size()));
  capture(lambda, window);
  builder_.emit_pointer(Op::kClosure, to, window, site);
}

void Lowering::lower_text(bound::Expression& node, Register to) {
  if (const bound::Constant* constant = as_constant(&node); constant != nullptr && constant->type->is(Known::kChar)) {
    String* text = load_run_.empty_string();
    text = to_text(load_run_, *constant->type, constant->value);
    if (text != nullptr && !load_run_.failed()) {
      static_cast<void>(text->length_utf16());
      return builder_.emit_pointer(Op::kLoadObject, to, 0, text);
    }
  }
  if (node.type->is(Known::kString) || node.type->kind == TypeKind::kNull) return lower_to(node, to);
  const std::uint32_t mark = builder_.mark();
  const Register from = lower(node);
  builder_.at(node.span);
  builder_.emit_pointer(Op::kToText, to, from, node.type);
  builder_.release(mark);
}

void Lowering::lower_concat(bound::Concat& node, Register to) {
  const Register window = builder_.allocate(static_cast<std::uint32_t>(node.operands.size()));
  for (std::size_t i = 0; i < node.operands.size(); ++i) lower_text(*node.operands[i], static_cast<Register>(window + i));
  builder_.at(node.span);
  builder_.emit(Op::kConcat, to, window, static_cast<Register>(node.operands.size()));
}

void Lowering::lower_interpolation(bound::Interpolation& node, Register to) {
  const Register window = builder_.allocate(static_cast<std::uint32_t>(std::max<std::size_t>(node.parts.size(), 1)));
  Register at = window;
  for (const bound::InterpolationPart& part : node.parts) {
    if (part.value == nullptr) {
      builder_.emit_pointer(Op::kLoadObject, at, 0, literal(part.text));
    } else if (part.format != nullptr) {
      const std::uint32_t mark = builder_.mark();
      const Register value = lower(*part.value);
      const Register format = builder_.allocate();
      builder_.emit_pointer(Op::kLoadObject, format, 0, part.format);
      static_cast<void>(part.format->length_utf16());
      builder_.at(part.value->span);
      builder_.emit_pointer(Op::kFormat, at, value, part.value->type, format);
      builder_.release(mark);
    } else {
      lower_text(*part.value, at);
    }
    if (part.value != nullptr && part.alignment != 0) builder_.emit_integer(Op::kPad, at, at, part.alignment);
    ++at;
  }
  builder_.at(node.span);
  builder_.emit(Op::kConcat, to, window, static_cast<Register>(node.parts.size()));
}

void Lowering::lower_element(bound::ArrayElement& node, Register to) {
  const Register array = lower_before(*node.array, node.indices);
  if (node.array->type->rank > 1) {
    const Register window = window_of(node.indices);
    builder_.at(node.span);
    builder_.emit(Op::kLoadGrid, to, array, window);
    return;
  }
  const Register index = lower(*node.indices[0]);
  builder_.at(node.span);
  const Type& type = *node.array->type;
  const Op op = !is_packed_array(type) ? Op::kLoadItem : type.element->is(Known::kByte) ? Op::kLoadByte : Op::kLoadSByte;
  builder_.emit(op, to, array, index);
}

void Lowering::lower_new_array(bound::ArrayNew& node, Register to) {
  if (node.lengths.size() == 1) {
    const Register length = lower(*node.lengths[0]);
    builder_.at(node.span);
    return builder_.emit_pointer(Op::kNewArray, to, length, node.type);
  }
  const Register window = window_of(node.lengths);
  builder_.at(node.span);
  builder_.emit_pointer(Op::kNewGrid, to, window, node.type, static_cast<Register>(node.lengths.size()));
}

void Lowering::lower_throw(bound::Expression& exception) {
  const std::uint32_t mark = builder_.mark();
  const Register from = lower(exception);
  builder_.at(exception.span);
  builder_.emit(Op::kThrow, from);
  builder_.release(mark);
}

void Lowering::lower_dynamic(bound::Dynamic& node, Register to) {
  auto* site = arena().make<DynamicSite>();
  site->perform = &perform_dynamic;
  site->operation = node.operation;
  site->name = arena().copy(node.name);
  site->unary = node.unary;
  site->binary = node.binary;
  site->target = node.target;
  const Register window = window_of(node.operands);
  builder_.at(node.span);
  builder_.emit_pointer(Op::kDynamic, to, window, site, static_cast<Register>(node.operands.size()));
}

}  // namespace portcullis::lowering
