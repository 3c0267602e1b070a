// == and !=, and ??.
#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;

Operand Binder::equality(bool negated, Operand left, Operand right, Span span, Span operator_span) {
  const std::string_view text = negated ? "!=" : "==";
  const bound::BinaryOperator op = negated ? bound::BinaryOperator::kNotEqual : bound::BinaryOperator::kEqual;
  // `x == default` and tuples with untyped elements take the other side's type.
  const auto settle = [&](Operand& side, const Operand& other) {
    if (side.kind == Form::kValue || side.kind == Form::kError) return;
    if ((side.kind == Form::kDefault || side.kind == Form::kTuple) && other.kind == Form::kValue) {
      side = value_operand(convert(side, *other.value->type, side.span));
    } else if (side.kind == Form::kDefault || side.kind == Form::kLambda || side.kind == Form::kMethods) {
      side = bad_operands(text, left, right, span, operator_span);
    } else {
      side = value_operand(value_of(side));
    }
  };
  settle(left, right);
  if (left.is_error()) return error_operand(span);
  settle(right, left);
  if (right.is_error()) return error_operand(span);
  Expression* x = left.value;
  Expression* y = right.value;
  const Type& a = *x->type;
  const Type& b = *y->type;
  const Type& boolean = known(Known::kBoolean);
  if (a.kind == TypeKind::kVoid || b.kind == TypeKind::kVoid) {
    error(BindingError::kNoValue, a.kind == TypeKind::kVoid ? left.span : right.span, "this call has no value");
    return error_operand(span);
  }
  const auto reference = [&]() -> Operand {
    auto* made = node<bound::Binary>(ExpressionKind::kBinary, boolean, span);
    made->op = op;
    made->operand_kind = bound::OperandKind::kReference;
    made->left = x;
    made->right = y;
    return value_operand(made);
  };
  if (a.kind == TypeKind::kNull && b.kind == TypeKind::kNull) return value_operand(bool_constant(!negated, span));
  if (b.kind == TypeKind::kNull) return compare_with_null(negated, x, y, span);
  if (a.kind == TypeKind::kNull) return compare_with_null(negated, y, x, span);
  if (a.kind == TypeKind::kDynamic || b.kind == TypeKind::kDynamic) {
    auto* made = static_cast<bound::Dynamic*>(dynamic(bound::DynamicOperation::kBinary, {}, {x, y}, span));
    made->binary = op;
    return value_operand(made);
  }
  const Type& string = known(Known::kString);
  if (&a == &string && &b == &string) {
    return value_operand(make_binary(op, bound::OperandKind::kString, string, boolean, false, x, y, span));
  }
  if (a.kind == TypeKind::kTuple && b.kind == TypeKind::kTuple && a.arguments.size() == b.arguments.size()) {
    return tuple_equality(negated, x, y, span, operator_span);
  }
  const Type& ua = underlying(a);
  const Type& ub = underlying(b);
  const bool lifted = is_nullable(a) || is_nullable(b);
  if (ua.is(Known::kBoolean) && ub.is(Known::kBoolean)) {
    return value_operand(make_binary(op, bound::OperandKind::kBool, boolean, boolean, lifted, x, y, span));
  }
  if (is_numeric(ua) && is_numeric(ub)) {
    return arithmetic(negated ? ast::BinaryOperator::kNotEqual : ast::BinaryOperator::kEqual, x, y, span, operator_span);
  }
  if (ua.kind == TypeKind::kEnum || ub.kind == TypeKind::kEnum) {
    const Type& type = ua.kind == TypeKind::kEnum ? ua : ub;
    const Type& whole = lifted ? types_.nullable_of(type) : type;
    if (find_conversion(x, whole, false) && find_conversion(y, whole, false)) {
      return value_operand(make_binary(op, bound::OperandKind::kEnum, type, boolean, lifted, x, y, span));
    }
    if (!a.is(Known::kObject) && !b.is(Known::kObject)) return bad_operands(text, left, right, span, operator_span);
  }
  bool ambiguous = false;
  Expression* operands[] = {x, y};
  if (Expression* call = user_operator(negated ? "op_Inequality" : "op_Equality", operands, true, op, span, &ambiguous); call != nullptr) {
    return value_operand(call);
  }
  if (ambiguous) return error_operand(span);
  if (a.is_value_type || b.is_value_type) return bad_operands(text, left, right, span, operator_span);
  // Identity, when one side could be the other.
  const auto is_reference = [&](const Expression* value, const Type& to) {
    const Conversion conversion = find_conversion(value, to, true);
    return conversion.kind == ConversionKind::kReference || conversion.kind == ConversionKind::kIdentity;
  };
  if (!is_reference(x, b) && !is_reference(y, a)) return bad_operands(text, left, right, span, operator_span);
  if ((&a == &string && b.is(Known::kObject)) || (&b == &string && a.is(Known::kObject))) {
    Diagnostic& report = warning(BindingError::kReferenceEquality, operator_span,
                                 joined("`", text, "` compares an `object` with a `string` by identity, not by content"));
    report.help = &b == &string ? "cast the left side: `(string)…`" : "cast the right side: `(string)…`";
  }
  return reference();
}

Operand Binder::compare_with_null(bool negated, Expression* value, Expression* null, Span span) {
  const Type& type = *value->type;
  const bound::BinaryOperator op = negated ? bound::BinaryOperator::kNotEqual : bound::BinaryOperator::kEqual;
  if (accepts_null(type)) {
    if (const bound::Constant* constant = as_constant(value); constant != nullptr && type.is(Known::kString)) {
      return value_operand(bool_constant((constant->value.object == nullptr) != negated, span));
    }
    auto* made = node<bound::Binary>(ExpressionKind::kBinary, known(Known::kBoolean), span);
    made->op = op;
    made->operand_kind = bound::OperandKind::kReference;
    made->left = value;
    made->right = null;
    return value_operand(made);
  }
  warning(BindingError::kNeverEqual, span, joined(quoted(type), " is never null: this is always `", negated ? "true" : "false", "`"));
  if (as_constant(value) != nullptr) return value_operand(bool_constant(negated, span));
  auto* sequence = node<bound::Sequence>(ExpressionKind::kSequence, known(Known::kBoolean), span);
  const auto effects = arena_.array<Expression*>(1);
  effects[0] = value;
  sequence->effects = effects;
  sequence->value = bool_constant(negated, span);
  return value_operand(sequence);
}

// Both sides once, then element by element, with && (or || for !=).
Operand Binder::tuple_equality(bool negated, Expression* left, Expression* right, Span span, Span operator_span) {
  List<Expression*> effects;
  const auto hold = [&](Expression* tuple) -> Expression* {
    if (tuple->kind == ExpressionKind::kLocal) return tuple;
    LocalInfo* local = temporary(*tuple->type);
    effects.push(arena_, simple_assign(local_reference(local, tuple->span), tuple, tuple->span));
    return local_reference(local, tuple->span);
  };
  Expression* a = hold(left);
  Expression* b = hold(right);
  const auto field = [&](Expression* record, std::size_t i) {
    auto* made = node<bound::RecordField>(ExpressionKind::kRecordField, *record->type->arguments[i], record->span);
    made->record = record;
    made->index = static_cast<std::uint32_t>(i);
    return value_operand(made);
  };
  Operand whole;
  for (std::size_t i = 0; i < a->type->arguments.size(); ++i) {
    const Operand one = equality(negated, field(a, i), field(b, i), span, operator_span);
    if (one.is_error()) return error_operand(span);
    whole = i == 0 ? one : logical(!negated, whole, one, span, operator_span);
  }
  if (effects.empty()) return whole;
  auto* sequence = node<bound::Sequence>(ExpressionKind::kSequence, known(Known::kBoolean), span);
  sequence->effects = effects.span();
  sequence->value = whole.value;
  return value_operand(sequence);
}

// source: C# 7.3 "The null coalescing operator"
Operand Binder::coalesce(const Operand& left, const Operand& right, Span span, Span operator_span) {
  if (left.kind == Form::kValue && left.value->type->kind == TypeKind::kNull && right.kind == Form::kValue) return right;
  if (left.kind != Form::kValue || left.value->type->kind == TypeKind::kNull || left.value->type->kind == TypeKind::kVoid) {
    if (left.kind == Form::kValue && left.value->type->kind == TypeKind::kVoid) {
      error(BindingError::kNoValue, left.span, "this call has no value");
      return error_operand(span);
    }
    return bad_operands("??", left, right, span, operator_span);
  }
  const Type& type = *left.value->type;
  if (!accepts_null(type)) {
    Diagnostic& report = error(BindingError::kNeverNull, operator_span, joined("the left side of `??` is ", quoted(type), ", which is never null"));
    report.help = "leave `??` and its right side out";
    return error_operand(span);
  }
  const Type& inner = underlying(type);
  auto* made = node<bound::Coalesce>(ExpressionKind::kCoalesce, type, span);
  made->left = left.value;
  const auto placeholder = [&] {
    made->placeholder = node<bound::Placeholder>(ExpressionKind::kReceiverPlaceholder, inner, left.span);
    return made->placeholder;
  };
  if (is_nullable(type) && converts_implicitly(right, inner)) {
    made->type = &inner;
    made->right = convert(right, inner, right.span);
    made->unwrapped = placeholder();
    return value_operand(made);
  }
  if (converts_implicitly(right, type)) {
    made->right = convert(right, type, right.span);
    return value_operand(made);
  }
  if (right.kind == Form::kValue && right.value->type->kind != TypeKind::kVoid) {
    const Type& other = *right.value->type;
    Expression* whole = placeholder();
    const Conversion conversion = find_conversion(whole, other, false);
    if (conversion) {
      made->type = &other;
      made->right = right.value;
      made->unwrapped = apply(whole, other, conversion, false, left.span);
      return value_operand(made);
    }
  }
  return bad_operands("??", left, right, span, operator_span);
}

}  // namespace portcullis::binding
