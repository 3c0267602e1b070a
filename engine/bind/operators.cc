// Unary and binary operators: promotion, lifting, user-defined operators, concatenation. Left-associative chains are walked in a loop.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "engine/bind/binder.h"
#include "engine/bind/operator_names.h"

namespace portcullis::binding {

using ast::BinaryOperator;
using bound::ExpressionKind;
using bound::OperandKind;

namespace {

struct Promotion {
  OperandKind kind;
  Known type;
};

bool is_signed_small(const Type& type) {
  return type.is(Known::kSByte) || type.is(Known::kInt16) || type.is(Known::kInt32) || type.is(Known::kInt64);
}

bool is_non_negative(const Expression* value) {
  return value->kind == ExpressionKind::kConstant && static_cast<const bound::Constant*>(value)->value.integer >= 0;
}

// Binary numeric promotion; a constant int that fits joins uint and ulong. source: C# 7.3.6.2 and constant conversions
std::optional<Promotion> promote(const Type& a, const Type& b, const Expression* left, const Expression* right) {
  if (!is_numeric(a) || !is_numeric(b)) return std::nullopt;
  const auto either = [&](Known which) { return a.is(which) || b.is(which); };
  if (either(Known::kDecimal)) {
    if (either(Known::kDouble) || either(Known::kSingle)) return std::nullopt;
    return Promotion{OperandKind::kDecimal, Known::kDecimal};
  }
  if (either(Known::kDouble)) return Promotion{OperandKind::kDouble, Known::kDouble};
  if (either(Known::kSingle)) return Promotion{OperandKind::kFloat, Known::kSingle};
  if (either(Known::kUInt64)) {
    const Type& other = a.is(Known::kUInt64) ? b : a;
    const Expression* value = a.is(Known::kUInt64) ? right : left;
    if (is_signed_small(other) && !is_non_negative(value)) return std::nullopt;
    return Promotion{OperandKind::kUInt64, Known::kUInt64};
  }
  if (either(Known::kInt64)) return Promotion{OperandKind::kInt64, Known::kInt64};
  if (either(Known::kUInt32)) {
    const Type& other = a.is(Known::kUInt32) ? b : a;
    const Expression* value = a.is(Known::kUInt32) ? right : left;
    if (is_signed_small(other) && !is_non_negative(value)) return Promotion{OperandKind::kInt64, Known::kInt64};
    return Promotion{OperandKind::kUInt32, Known::kUInt32};
  }
  return Promotion{OperandKind::kInt32, Known::kInt32};
}

bool has_tables(const Type& type) {
  if (type.kind != TypeKind::kClass && type.kind != TypeKind::kStruct) return false;
  return !is_numeric(type) && !type.is(Known::kObject) && !type.is(Known::kString) && !type.is(Known::kBoolean);
}

bool is_comparison(BinaryOperator op) {
  return op == BinaryOperator::kLess || op == BinaryOperator::kGreater || op == BinaryOperator::kLessEqual ||
         op == BinaryOperator::kGreaterEqual || op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual;
}

bool is_bitwise(BinaryOperator op) { return op == BinaryOperator::kAnd || op == BinaryOperator::kOr || op == BinaryOperator::kXor; }

constexpr std::size_t kMaxNestedOperators = 1000;  // what walks the typed tree recurses this deep

}  // namespace

bound::BinaryOperator bound_operator(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kMultiply: return bound::BinaryOperator::kMultiply;
    case BinaryOperator::kDivide: return bound::BinaryOperator::kDivide;
    case BinaryOperator::kRemainder: return bound::BinaryOperator::kRemainder;
    case BinaryOperator::kAdd: return bound::BinaryOperator::kAdd;
    case BinaryOperator::kSubtract: return bound::BinaryOperator::kSubtract;
    case BinaryOperator::kShiftLeft: return bound::BinaryOperator::kShiftLeft;
    case BinaryOperator::kShiftRight: return bound::BinaryOperator::kShiftRight;
    case BinaryOperator::kLess: return bound::BinaryOperator::kLess;
    case BinaryOperator::kGreater: return bound::BinaryOperator::kGreater;
    case BinaryOperator::kLessEqual: return bound::BinaryOperator::kLessEqual;
    case BinaryOperator::kGreaterEqual: return bound::BinaryOperator::kGreaterEqual;
    case BinaryOperator::kEqual: return bound::BinaryOperator::kEqual;
    case BinaryOperator::kNotEqual: return bound::BinaryOperator::kNotEqual;
    case BinaryOperator::kAnd: return bound::BinaryOperator::kAnd;
    case BinaryOperator::kXor: return bound::BinaryOperator::kXor;
    case BinaryOperator::kOr: return bound::BinaryOperator::kOr;
    case BinaryOperator::kAndAlso:
    case BinaryOperator::kOrElse:
    case BinaryOperator::kCoalesce: break;
  }
  return bound::BinaryOperator::kAdd;
}

std::string_view operator_text(BinaryOperator op) {
  constexpr std::string_view kTexts[] = {"*", "/", "%", "+", "-", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "^", "|", "&&", "||", "??"};
  return kTexts[static_cast<std::size_t>(op)];
}

std::string_view operator_method(BinaryOperator op) {
  constexpr std::string_view kNames[] = {
      "op_Multiply", "op_Division", "op_Modulus", "op_Addition", "op_Subtraction", "op_LeftShift", "op_RightShift", "op_LessThan",
      "op_GreaterThan", "op_LessThanOrEqual", "op_GreaterThanOrEqual", "op_Equality", "op_Inequality", "op_BitwiseAnd",
      "op_ExclusiveOr", "op_BitwiseOr", "", "", ""};
  return kNames[static_cast<std::size_t>(op)];
}

Operand Binder::bad_operands(std::string_view op, const Operand& left, const Operand& right, Span span, Span operator_span) {
  Diagnostic& report = error(BindingError::kBadOperands, operator_span.size() > 0 ? operator_span : span,
                             joined("`", op, "` does not work on ", describe(left), " and ", describe(right)));
  if (left.kind == Form::kValue && right.kind == Form::kValue) {
    const Type& a = *left.value->type;
    const Type& b = *right.value->type;
    const bool is_object = a.is(Known::kObject) || b.is(Known::kObject);
    if (a.is(Known::kString) || b.is(Known::kString)) {
      const Type& other = a.is(Known::kString) ? b : a;
      if (op == "==" || op == "!=") report.help = joined("convert first: `(string)…` or `.ToString()` on the ", quoted(other));
      if (op == "<" || op == ">" || op == "<=" || op == ">=") report.help = "strings are compared with `string.Compare(a, b)`";
    } else if (is_object) {
      report.help = "an `object` must be cast first, for example `(int)…`";
    } else if ((op == "&&" || op == "||") && (is_nullable(a) || is_nullable(b))) {
      report.help = "compare a `bool?` with `== true`";
    }
  }
  return error_operand(span);
}

// ------------------------------------------------------------------------------------------------------------------- chains

Operand Binder::bind_chain(const ast::Binary* binary_syntax) {
  std::vector<const ast::Binary*> spine;
  const ast::Expression* bottom = binary_syntax;
  while (const auto* chain = ast::as<ast::Binary>(bottom)) {
    spine.push_back(chain);
    bottom = chain->left;
  }
  Operand left = bind_operand(bottom);
  std::string text;             // adjacent string constants, not made into one yet
  bool has_text = false;
  bound::Concat* prefix = nullptr;
  std::size_t nested = 0;
  const auto flush = [&](Span span) {
    if (!has_text) return;
    bound::Constant* folded = string_constant(text, span);
    left = value_operand(prefix != nullptr ? concat(prefix, folded, span) : folded);
    has_text = false;
    prefix = nullptr;
  };
  const auto string_text = [](const Operand& operand) -> std::optional<std::string_view> {
    if (operand.kind != Form::kValue || operand.value->kind != ExpressionKind::kConstant ||
        !operand.value->type->is(Known::kString)) {
      return std::nullopt;
    }
    const auto* object = static_cast<const String*>(static_cast<const bound::Constant*>(operand.value)->value.object);
    return object == nullptr ? std::string_view{} : object->view();
  };
  Span last = bottom->span;
  for (std::size_t i = spine.size(); i-- > 0;) {
    const ast::Binary* at = spine[i];
    if (++work_ > context_.options.max_work && !enter(at->span)) return error_operand(at->span);
    Operand right = bind_operand(at->right);
    const auto right_text = at->op == BinaryOperator::kAdd ? string_text(right) : std::nullopt;
    if (right_text.has_value()) {
      if (!has_text) {
        if (const auto left_text = string_text(left); left_text.has_value()) {
          text.assign(*left_text);
          has_text = true;
        } else if (left.kind == Form::kValue && left.value->kind == ExpressionKind::kConcat) {
          prefix = static_cast<bound::Concat*>(left.value);
          text.clear();
          has_text = true;
          if (const auto tail = string_text(value_operand(prefix->operands.back())); tail.has_value()) {
            text.assign(*tail);
            prefix->operands = prefix->operands.first(prefix->operands.size() - 1);
          }
        }
      }
      if (has_text) {
        text.append(*right_text);
        last = at->span;
        continue;
      }
    }
    flush(last);
    left = binary(at, left, right);
    last = at->span;
    // Concatenation is flat and constants fold; anything else nests as deep in the typed tree as the chain is long.
    const bool nests = left.kind == Form::kValue && left.value->kind != ExpressionKind::kConcat && left.value->kind != ExpressionKind::kConstant;
    if (nests && ++nested > kMaxNestedOperators) {
      error(BindingError::kTooDeep, binary_syntax->span, joined("more than ", kMaxNestedOperators, " operators in one chain"));
      return error_operand(binary_syntax->span);
    }
  }
  flush(last);
  return left;
}

Operand Binder::binary(const ast::Binary* syntax, Operand left, Operand right) {
  const BinaryOperator op = syntax->op;
  if (left.is_error() || right.is_error()) return error_operand(syntax->span);
  if (op == BinaryOperator::kCoalesce) return coalesce(left, right, syntax->span, syntax->operator_span);
  if (op == BinaryOperator::kEqual || op == BinaryOperator::kNotEqual) {
    return equality(op == BinaryOperator::kNotEqual, left, right, syntax->span, syntax->operator_span);
  }
  // `x + default`, lambdas and methods have no type to work on.
  for (const Operand* side : {&left, &right}) {
    if (side->kind != Form::kValue) {
      if (side->kind == Form::kDefault || side->kind == Form::kLambda) {
        return bad_operands(operator_text(op), left, right, syntax->span, syntax->operator_span);
      }
      value_of(*side);
      return error_operand(syntax->span);
    }
    if (side->value->type->kind == TypeKind::kVoid) {
      error(BindingError::kNoValue, side->span, "this call has no value");
      return error_operand(syntax->span);
    }
  }
  if (op == BinaryOperator::kAndAlso || op == BinaryOperator::kOrElse) {
    return logical(op == BinaryOperator::kAndAlso, left, right, syntax->span, syntax->operator_span);
  }
  return arithmetic(op, left.value, right.value, syntax->span, syntax->operator_span);
}

Operand Binder::logical(bool is_and, const Operand& left, const Operand& right, Span span, Span operator_span) {
  const Type& boolean = known(Known::kBoolean);
  const auto side = [&](const Operand& operand) -> Expression* {
    if (operand.value->type == &boolean) return operand.value;
    if (operand.value->type->kind == TypeKind::kDynamic || has_tables(*operand.value->type)) {
      const Conversion conversion = find_conversion(operand.value, boolean, false);
      if (conversion) return apply(operand.value, boolean, conversion, false, operand.span);
    }
    return nullptr;
  };
  Expression* a = side(left);
  Expression* b = side(right);
  if (a == nullptr || b == nullptr) return bad_operands(is_and ? "&&" : "||", left, right, span, operator_span);
  const bound::Constant* x = as_constant(a);
  const bound::Constant* y = as_constant(b);
  if (x != nullptr && y != nullptr) {
    const bool value = is_and ? x->value.integer != 0 && y->value.integer != 0 : x->value.integer != 0 || y->value.integer != 0;
    return value_operand(bool_constant(value, span));
  }
  auto* made = node<bound::Logical>(ExpressionKind::kLogical, boolean, span);
  made->is_and = is_and;
  made->left = a;
  made->right = b;
  return value_operand(made);
}

// ---------------------------------------------------------------------------------------------------------------- arithmetic

Expression* Binder::make_binary(bound::BinaryOperator op, OperandKind kind, const Type& operand_type, const Type& result, bool lifted,
                                Expression* left, Expression* right, Span span) {
  const bool is_shift = op == bound::BinaryOperator::kShiftLeft || op == bound::BinaryOperator::kShiftRight;
  const Type& left_type = lifted ? types_.nullable_of(operand_type) : operand_type;
  const Type& int_type = known(Known::kInt32);
  const Type& right_type = is_shift ? (lifted ? types_.nullable_of(int_type) : int_type) : left_type;
  const Span right_span = right->span;
  left = convert(left, left_type, left->span);
  right = convert(right, right_type, right_span);
  if (left->type->kind == TypeKind::kError || right->type->kind == TypeKind::kError) return error_node(span);
  const bound::Constant* a = as_constant(left);
  const bound::Constant* b = as_constant(right);
  if (a != nullptr && b != nullptr && !lifted) {
    if (Expression* folded = fold_binary(op, kind, result, *a, *b, span, right_span); folded != nullptr) return folded;
  }
  auto* made = node<bound::Binary>(ExpressionKind::kBinary, result, span);
  made->op = op;
  made->operand_kind = kind;
  made->is_checked = is_checked_;
  made->is_lifted = lifted;
  made->left = left;
  made->right = right;
  return made;
}

Operand Binder::arithmetic(BinaryOperator op, Expression* left, Expression* right, Span span, Span operator_span) {
  const Type& a = *left->type;
  const Type& b = *right->type;
  if (a.kind == TypeKind::kError || b.kind == TypeKind::kError) return error_operand(span);
  if (a.kind == TypeKind::kDynamic || b.kind == TypeKind::kDynamic) {
    auto* made = static_cast<bound::Dynamic*>(dynamic(bound::DynamicOperation::kBinary, {}, {left, right}, span));
    made->binary = bound_operator(op);
    if (is_comparison(op)) return value_operand(made);
    return value_operand(made);
  }
  const Type& ua = underlying(a);
  const Type& ub = underlying(b);
  const bool null_left = a.kind == TypeKind::kNull;
  const bool null_right = b.kind == TypeKind::kNull;
  const bool lifted = is_nullable(a) || is_nullable(b) || ((null_left || null_right) && !a.is(Known::kString) && !b.is(Known::kString));
  const bound::BinaryOperator bound_op = bound_operator(op);
  const bool comparison = is_comparison(op);
  const Type& boolean = known(Known::kBoolean);
  const auto result_of = [&](const Type& type) -> const Type& {
    return comparison ? boolean : lifted ? types_.nullable_of(type) : type;
  };

  if (has_tables(ua) || has_tables(ub)) {
    bool ambiguous = false;
    Expression* operands[] = {left, right};
    if (Expression* call = user_operator(operator_method(op), operands, comparison, bound_op, span, &ambiguous); call != nullptr) {
      return value_operand(call);
    }
    if (ambiguous) return error_operand(span);
  }
  if (op == BinaryOperator::kAdd && (a.is(Known::kString) || b.is(Known::kString))) return value_operand(concat(left, right, span));

  const Type& numeric_a = null_left ? ub : ua;
  const Type& numeric_b = null_right ? ua : ub;
  if (op == BinaryOperator::kShiftLeft || op == BinaryOperator::kShiftRight) {
    if (is_integral(numeric_a) && (null_right || find_conversion(right, is_nullable(b) ? types_.nullable_of(known(Known::kInt32)) : known(Known::kInt32), false))) {
      const auto promotion = promote(numeric_a, known(Known::kInt32), left, right);
      Promotion at = promotion.value_or(Promotion{OperandKind::kInt32, Known::kInt32});
      // The count does not widen the left side.
      if (numeric_a.is(Known::kUInt32)) at = {OperandKind::kUInt32, Known::kUInt32};
      if (numeric_a.is(Known::kUInt64)) at = {OperandKind::kUInt64, Known::kUInt64};
      const Type& type = known(at.type);
      return value_operand(make_binary(bound_op, at.kind, type, result_of(type), lifted, left, right, span));
    }
    return bad_operands(operator_text(op), value_operand(left), value_operand(right), span, operator_span);
  }
  if (null_left && null_right) return bad_operands(operator_text(op), value_operand(left), value_operand(right), span, operator_span);

  if (numeric_a.is(Known::kBoolean) && numeric_b.is(Known::kBoolean) && is_bitwise(op)) {
    return value_operand(make_binary(bound_op, OperandKind::kBool, boolean, lifted ? types_.nullable_of(boolean) : boolean, lifted, left, right, span));
  }
  const bool enum_a = numeric_a.kind == TypeKind::kEnum;
  const bool enum_b = numeric_b.kind == TypeKind::kEnum;
  if (enum_a || enum_b) {
    const Type& type = enum_a ? numeric_a : numeric_b;
    const Type& whole = lifted ? types_.nullable_of(type) : type;
    if ((comparison || is_bitwise(op)) && find_conversion(left, whole, false) && find_conversion(right, whole, false)) {
      return value_operand(make_binary(bound_op, OperandKind::kEnum, type, result_of(type), lifted, left, right, span));
    }
    // E + n, n + E, E - n give E; E - E gives the number. On the numbers, then back.
    const bool both = enum_a && enum_b && &numeric_a == &numeric_b;
    if ((op == BinaryOperator::kSubtract && enum_a && (both || is_integral(numeric_b))) ||
        (op == BinaryOperator::kAdd && !both && is_integral(enum_a ? numeric_b : numeric_a))) {
      const Type& number = *type.element;
      const Type& wide = lifted ? types_.nullable_of(number) : number;
      Expression* x = cast(value_operand(left), wide, left->span);
      Expression* y = cast(value_operand(right), wide, right->span);
      Operand sum = arithmetic(op, x, y, span, operator_span);
      if (both || sum.is_error()) return sum;
      return value_operand(cast(sum, whole, span));
    }
    return bad_operands(operator_text(op), value_operand(left), value_operand(right), span, operator_span);
  }
  if (op == BinaryOperator::kAdd && (a.kind == TypeKind::kDelegate || b.kind == TypeKind::kDelegate)) {
    const Type& type = a.kind == TypeKind::kDelegate ? a : b;
    if (find_conversion(left, type, false) && find_conversion(right, type, false)) {
      return value_operand(combine_delegates(convert(left, type, left->span), convert(right, type, right->span), span));
    }
  }
  const auto promotion = promote(numeric_a, numeric_b, left, right);
  const bool integers_only = is_bitwise(op);
  if (promotion.has_value() && !(integers_only && (promotion->kind == OperandKind::kDouble || promotion->kind == OperandKind::kFloat ||
                                                   promotion->kind == OperandKind::kDecimal))) {
    const Type& type = known(promotion->type);
    return value_operand(make_binary(bound_op, promotion->kind, type, result_of(type), lifted, left, right, span));
  }
  return bad_operands(operator_text(op), value_operand(left), value_operand(right), span, operator_span);
}

// ------------------------------------------------------------------------------------------------------- user-defined operators

Expression* Binder::user_operator(std::string_view name, std::span<Expression* const> operands, bool is_comparison_operator,
                                  bound::BinaryOperator op, Span span, bool* ambiguous) {
  List<const MemberInfo*> candidates;
  const Type* first = nullptr;
  for (const Expression* operand : operands) {
    const Type& type = underlying(*operand->type);
    if (!has_tables(type) || &type == first) continue;
    if (first == nullptr) first = &type;
    for (const MemberInfo* member : find_members(types_, arena_, type, name)) {
      if (member->parameters.size() != operands.size()) continue;
      const auto seen = candidates.span();
      if (std::find(seen.begin(), seen.end(), member) == seen.end()) candidates.push(arena_, member);
    }
  }
  if (candidates.empty()) return nullptr;
  CallContext context = call_context();
  std::vector<CallArgument> arguments;
  bool any_nullable = false;
  for (Expression* operand : operands) {
    arguments.push_back(value_argument(operand));
    any_nullable = any_nullable || is_nullable(*operand->type) || operand->type->kind == TypeKind::kNull;
  }
  Resolution resolution = resolve_call(context, candidates.span(), arguments);
  bool lifted = false;
  if (!resolution && any_nullable && resolution.outcome != Outcome::kAmbiguous) {
    lifted = true;
    for (CallArgument& argument : arguments) {
      if (argument.type != nullptr) argument.type = &underlying(*argument.type);
      if (argument.untyped == Untyped::kNull) {
        argument.untyped = Untyped::kNone;
        argument.type = first;
      }
    }
    resolution = resolve_call(context, candidates.span(), arguments);
  }
  if (resolution.outcome == Outcome::kAmbiguous) {
    *ambiguous = true;
    report_resolution(resolution, name, span, span, candidates.span(), arguments);
    return nullptr;
  }
  if (!resolution) return nullptr;
  const MemberInfo& member = *resolution.member;
  auto* call = node<bound::Call>(ExpressionKind::kCall, *member.type, span);
  call->member = &member;
  call->native = member.row->native;
  const auto values = arena_.array<bound::Argument>(operands.size());
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Type& wanted = *member.parameters[i].type;
    const Type& type = lifted && wanted.is_value_type && !is_nullable(wanted) ? types_.nullable_of(wanted) : wanted;
    values[i].value = convert(operands[i], type, operands[i]->span);
    values[i].mode = ParameterMode::kValue;
    if (values[i].value->type->kind == TypeKind::kError) return error_node(span);
  }
  call->arguments = values;
  if (lifted) {
    auto* payload = arena_.make<bound::LiftedCall>();
    payload->result_is_bool = is_comparison_operator;
    payload->comparison = op;
    call->lifted = payload;
    if (!is_comparison_operator && member.type->is_value_type && !is_nullable(*member.type)) call->type = &types_.nullable_of(*member.type);
  }
  return call;
}

// f + g: whichever is null gives the other one, else a delegate that calls both and gives the second's value.
Expression* Binder::combine_delegates(Expression* left, Expression* right, Span span) {
  const Type& type = *left->type;
  const MemberInfo* invoke = types_.invoke_of(type);
  if (left->type->kind == TypeKind::kError || right->type->kind == TypeKind::kError || invoke == nullptr) return error_node(span);
  LocalInfo* first = temporary(type);
  LocalInfo* second = temporary(type);
  bound::Lambda* function = arena_.make<bound::Lambda>();
  function->owner = function_ != nullptr && !function_->is_root ? function_->lambda : nullptr;
  function->result = invoke->type;
  const auto parameters = arena_.array<bound::Local*>(invoke->parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    LocalInfo* parameter = arena_.make<LocalInfo>();
    parameter->type = invoke->parameters[i].type;
    parameter->owner = function;
    parameter->is_parameter = true;
    parameter->has_initialiser = true;
    parameters[i] = parameter;
  }
  function->parameters = parameters;
  const auto call = [&](LocalInfo* delegate) {
    auto* made = node<bound::DelegateCall>(ExpressionKind::kDelegateCall, *invoke->type, span);
    made->target = local_reference(delegate, span);
    const auto arguments = arena_.array<bound::Argument>(parameters.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      arguments[i] = {local_reference(static_cast<LocalInfo*>(parameters[i]), span), ParameterMode::kValue};
    }
    made->arguments = arguments;
    return made;
  };
  bound::Statement* last = nullptr;
  if (invoke->type->kind == TypeKind::kVoid) {
    last = expression_statement(call(second), span);
  } else {
    auto* returned = statement<bound::Return>(bound::StatementKind::kReturn, span);
    returned->value = call(second);
    last = returned;
  }
  function->body = block_of({expression_statement(call(first), span), last}, span);
  auto* both = node<bound::LambdaNode>(ExpressionKind::kLambda, type, span);
  both->lambda = function;
  const auto is_null = [&](LocalInfo* delegate) {
    return compare_with_null(false, local_reference(delegate, span), constant(types_.null_type(), Slot::of_object(nullptr), span), span).value;
  };
  const auto choose = [&](Expression* condition, Expression* yes, Expression* no) {
    auto* made = node<bound::Conditional>(ExpressionKind::kConditional, type, span);
    made->condition = condition;
    made->when_true = yes;
    made->when_false = no;
    return made;
  };
  auto* sequence = node<bound::Sequence>(ExpressionKind::kSequence, type, span);
  const auto effects = arena_.array<Expression*>(2);
  effects[0] = simple_assign(local_reference(first, span), left, span);
  effects[1] = simple_assign(local_reference(second, span), right, span);
  sequence->effects = effects;
  sequence->value = choose(is_null(first), local_reference(second, span), choose(is_null(second), local_reference(first, span), both));
  return sequence;
}

// -------------------------------------------------------------------------------------------------------------------- strings

namespace {
struct GrowingConcat : bound::Concat {
  List<Expression*> items;
};
}  // namespace

Expression* Binder::concat(Expression* left, Expression* right, Span span) {
  GrowingConcat* made = nullptr;
  if (left->kind == ExpressionKind::kConcat) {
    made = static_cast<GrowingConcat*>(left);
    while (made->items.size() > made->operands.size()) made->items.pop();  // a constant tail was taken back
    made->span = span;
  } else {
    made = node<GrowingConcat>(ExpressionKind::kConcat, known(Known::kString), span);
    made->items.push(arena_, left->type->kind == TypeKind::kNull ? null_string(left->span) : left);
  }
  made->items.push(arena_, right->type->kind == TypeKind::kNull ? null_string(right->span) : right);
  made->operands = made->items.span();
  return made;
}

// ---------------------------------------------------------------------------------------------------------------------- unary

Operand Binder::bind_unary(const ast::Unary* syntax) {
  using enum ast::UnaryOperator;
  switch (syntax->op) {
    case kPreIncrement:
    case kPreDecrement:
    case kPostIncrement:
    case kPostDecrement: return bind_increment(syntax);
    case kPlus: return unary(bound::UnaryOperator::kNegate, true, bind_value(syntax->operand), syntax->span);
    case kMinus: return unary(bound::UnaryOperator::kNegate, false, bind_value(syntax->operand), syntax->span);
    case kNot: return unary(bound::UnaryOperator::kNot, false, bind_value(syntax->operand), syntax->span);
    case kComplement: return unary(bound::UnaryOperator::kComplement, false, bind_value(syntax->operand), syntax->span);
  }
  return error_operand(syntax->span);
}

Operand Binder::unary(bound::UnaryOperator op, bool plus, Expression* operand, Span span) {
  using bound::UnaryOperator;
  const Type& type = *operand->type;
  if (type.kind == TypeKind::kError) return error_operand(span);
  const std::string_view text = op == UnaryOperator::kNot ? "!" : op == UnaryOperator::kComplement ? "~" : plus ? "+" : "-";
  if (type.kind == TypeKind::kDynamic) {
    auto* made = static_cast<bound::Dynamic*>(dynamic(bound::DynamicOperation::kUnary, {}, {operand}, span));
    made->unary = op;
    return value_operand(made);
  }
  const Type& inner = underlying(type);
  const bool lifted = is_nullable(type);
  std::optional<Promotion> promotion;
  const Type* exact = nullptr;
  if (op == UnaryOperator::kNot) {
    if (inner.is(Known::kBoolean)) promotion = Promotion{OperandKind::kBool, Known::kBoolean};
  } else if (op == UnaryOperator::kComplement && inner.kind == TypeKind::kEnum) {
    promotion = Promotion{OperandKind::kEnum, Known::kEnum};
    exact = &inner;
  } else if (is_numeric(inner)) {
    promotion = promote(inner, inner, operand, operand);
    if (op == UnaryOperator::kComplement && !is_integral(inner)) promotion.reset();
    if (op == UnaryOperator::kNegate && !plus) {
      if (inner.is(Known::kUInt32)) promotion = Promotion{OperandKind::kInt64, Known::kInt64};
      if (inner.is(Known::kUInt64)) promotion.reset();
    }
  } else if (has_tables(inner)) {
    bool ambiguous = false;
    Expression* operands[] = {operand};
    const std::string_view method = op == UnaryOperator::kNot          ? "op_LogicalNot"
                                    : op == UnaryOperator::kComplement ? "op_OnesComplement"
                                    : plus                             ? "op_UnaryPlus"
                                                                       : "op_UnaryNegation";
    if (Expression* call = user_operator(method, operands, false, bound::BinaryOperator::kAdd, span, &ambiguous); call != nullptr) {
      return value_operand(call);
    }
  }
  if (!promotion.has_value()) {
    Diagnostic& report = error(BindingError::kBadOperands, span, joined("`", text, "` does not work on ", describe(value_operand(operand))));
    if (op == UnaryOperator::kNot && type.is(Known::kString)) report.help = "write `string.IsNullOrEmpty(…)`";
    if (op == UnaryOperator::kNot && type.is(Known::kObject)) report.help = "cast first: `!(bool)…`";
    return error_operand(span);
  }
  const Type& plain = exact != nullptr ? *exact : known(promotion->type);
  const Type& result = lifted ? types_.nullable_of(plain) : plain;
  Expression* value = convert(operand, result, span);
  if (plus) return value_operand(value);
  if (const bound::Constant* constant = as_constant(value); constant != nullptr && !lifted) {
    return value_operand(fold_unary(op, promotion->kind, plain, *constant, span));
  }
  auto* made = node<bound::Unary>(ExpressionKind::kUnary, result, span);
  made->op = op;
  made->operand_kind = promotion->kind;
  made->is_checked = is_checked_;
  made->is_lifted = lifted;
  made->operand = value;
  return value_operand(made);
}

Expression* Binder::dynamic(bound::DynamicOperation operation, std::string_view name, std::initializer_list<Expression*> operands, Span span) {
  auto* made = node<bound::Dynamic>(ExpressionKind::kDynamic, types_.dynamic_type(), span);
  made->operation = operation;
  made->name = name;
  const auto values = arena_.array<Expression*>(operands.size());
  std::size_t i = 0;
  for (Expression* operand : operands) values[i++] = operand->type->kind == TypeKind::kDynamic ? operand : box(operand, operand->span);
  made->operands = values;
  return made;
}

}  // namespace portcullis::binding
