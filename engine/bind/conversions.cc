// Conversions as nodes of the tree. What is left for lowering is simple: numeric, boxing and unboxing, reference casts, wrapping a
// value into a Nullable and taking it out. Lifted and user-defined ones are taken apart here.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::Constant;
using bound::ExpressionKind;

const Constant* Binder::as_constant(const Expression* expression) {
  return expression->kind == ExpressionKind::kConstant ? static_cast<const Constant*>(expression) : nullptr;
}

ConstantValue Binder::constant_value(const Expression* expression) {
  const Constant* value = as_constant(expression);
  if (value == nullptr) return {};
  return {.type = value->type, .value = value->value};
}

Conversion Binder::find_conversion(const Expression* value, const Type& to, bool is_explicit) {
  const Type& from = *value->type;
  if (from.kind == TypeKind::kError || to.kind == TypeKind::kError) return {.kind = ConversionKind::kIdentity, .is_implicit = true};
  if (from.kind == TypeKind::kVoid || to.kind == TypeKind::kVoid) return {};
  if (&from == &to) return {.kind = ConversionKind::kIdentity, .is_implicit = true};
  if (from.kind == TypeKind::kNull) {
    if (accepts_null(to)) return {.kind = ConversionKind::kNull, .is_implicit = true};
    return {};
  }
  const ConstantValue known_value = constant_value(value);
  const ConstantValue* constant = known_value.type != nullptr ? &known_value : nullptr;
  return is_explicit ? classify_conversion(types_, from, to, constant) : implicit_conversion(types_, from, to, constant);
}

bool Binder::converts_implicitly(const Operand& operand, const Type& to) {
  switch (operand.kind) {
    case Form::kError: return true;
    case Form::kValue: {
      if (operand.value->kind == ExpressionKind::kRecordNew && to.kind == TypeKind::kTuple && operand.value->type->kind == TypeKind::kTuple) {
        const auto fields = static_cast<const bound::RecordNew*>(operand.value)->fields;
        if (fields.size() != to.arguments.size()) return false;
        for (std::size_t i = 0; i < fields.size(); ++i) {
          if (!find_conversion(fields[i], *to.arguments[i], false)) return false;
        }
        return true;
      }
      return static_cast<bool>(find_conversion(operand.value, to, false));
    }
    case Form::kThrow: return true;
    case Form::kDefault: return to.kind != TypeKind::kVoid && to.kind != TypeKind::kNull;
    case Form::kMethods:
    case Form::kLambda: return converts(argument_of(operand), to);
    case Form::kTuple:
      if (to.kind != TypeKind::kTuple || to.arguments.size() != operand.items.size()) return false;
      for (std::size_t i = 0; i < operand.items.size(); ++i) {
        if (!converts_implicitly(operand.items[i], *to.arguments[i])) return false;
      }
      return true;
    case Form::kArray: return to.kind == TypeKind::kArray;
    case Form::kType:
    case Form::kNamespace: return false;
  }
  return false;
}

Expression* Binder::convert(Expression* value, const Type& to, Span span) {
  if (value->type == &to || value->type->kind == TypeKind::kError) return value;
  if (to.kind == TypeKind::kError) return error_node(span);
  if (value->kind == ExpressionKind::kRecordNew && to.kind == TypeKind::kTuple && value->type->kind == TypeKind::kTuple) {
    return apply_tuple(value, to, false, span);
  }
  const Conversion conversion = find_conversion(value, to, false);
  if (!conversion) {
    report_no_conversion(value, to, span, false);
    return error_node(span);
  }
  return apply(value, to, conversion, false, span);
}

Expression* Binder::convert(const Operand& operand, const Type& to, Span span) {
  switch (operand.kind) {
    case Form::kError: return error_node(span);
    case Form::kValue: return convert(operand.value, to, span);
    case Form::kThrow: return throw_as(operand, to);
    case Form::kDefault: return default_value(to, operand.span);
    case Form::kLambda: return convert_lambda(static_cast<const ast::Lambda*>(operand.syntax), to, operand.span);
    case Form::kMethods: return convert_methods(*operand.methods, to, operand.span);
    case Form::kTuple: return tuple_from(operand, to, span);
    case Form::kArray:
      if (to.kind == TypeKind::kArray) return array_literal(to, static_cast<const ast::ArrayInitializer*>(operand.syntax), operand.span);
      break;
    case Form::kType:
    case Form::kNamespace: break;
  }
  return value_of(operand);
}

Expression* Binder::cast(const Operand& operand, const Type& to, Span span) {
  if (operand.kind != Form::kValue) return convert(operand, to, span);
  Expression* value = operand.value;
  if (value->type->kind == TypeKind::kError || to.kind == TypeKind::kError) return error_node(span);
  if (value->kind == ExpressionKind::kRecordNew && to.kind == TypeKind::kTuple) return apply_tuple(value, to, true, span);
  const Conversion conversion = find_conversion(value, to, true);
  if (!conversion) {
    report_no_conversion(value, to, operand.span, true);
    return error_node(span);
  }
  Expression* made = apply(value, to, conversion, true, span);
  return made;
}

Expression* Binder::conversion_node(ConversionKind kind, Expression* value, const Type& to, bool is_explicit, Span span) {
  auto* made = node<bound::ConversionNode>(ExpressionKind::kConversion, to, span);
  made->conversion = kind;
  made->is_checked = is_checked_;
  made->is_explicit = is_explicit;
  made->operand = value;
  return made;
}

Expression* Binder::box(Expression* value, Span span) {
  const Type& object = known(Known::kObject);
  if (value->type == &object) return value;
  if (value->type->kind == TypeKind::kNull) return default_value(object, span);
  return conversion_node(value->type->is_value_type ? ConversionKind::kBoxing : ConversionKind::kReference, value, object, false, span);
}

Expression* Binder::apply(Expression* value, const Type& to, const Conversion& conversion, bool is_explicit, Span span) {
  const Type& from = *value->type;
  if (from.kind == TypeKind::kError) return value;
  switch (conversion.kind) {
    case ConversionKind::kNone: return error_node(span);
    case ConversionKind::kIdentity:
      return &from == &to ? value : conversion_node(ConversionKind::kIdentity, value, to, is_explicit, span);
    case ConversionKind::kNull:
    case ConversionKind::kDefaultLiteral: return default_value(to, value->span);
    case ConversionKind::kNumeric:
    case ConversionKind::kConstant:
      if (is_nullable(from) || is_nullable(to)) return apply_nullable(value, to, is_explicit, span);
      if (const Constant* constant = as_constant(value); constant != nullptr) {
        if (Expression* folded = fold_conversion(*constant, to, is_explicit, span); folded != nullptr) return folded;
      }
      return conversion_node(ConversionKind::kNumeric, value, to, is_explicit, span);
    case ConversionKind::kReference:
      // `(object)"a"`: identity matters, the constant itself does not change.
      return conversion_node(ConversionKind::kReference, value, to, is_explicit, span);
    case ConversionKind::kBoxing:
    case ConversionKind::kUnboxing: return conversion_node(conversion.kind, value, to, is_explicit, span);
    case ConversionKind::kNullable: return apply_nullable(value, to, is_explicit, span);
    case ConversionKind::kUserDefined: return apply_user_defined(value, to, *conversion.operator_, is_explicit, span);
    case ConversionKind::kDynamic:
      if (to.kind == TypeKind::kDynamic) return conversion_node(ConversionKind::kIdentity, box(value, span), to, is_explicit, span);
      {
        auto* made = static_cast<bound::Dynamic*>(dynamic(bound::DynamicOperation::kConvert, {}, {value}, span));
        made->type = &to;
        made->target = &to;
        return made;
      }
    case ConversionKind::kTuple: return apply_tuple(value, to, is_explicit, span);
    case ConversionKind::kLambda: return error_node(span);
  }
  return error_node(span);
}

// T → U?: convert, then wrap. T? → U: unwrap (null raises), then convert. T? → U?: `value?.convert`.
Expression* Binder::apply_nullable(Expression* value, const Type& to, bool is_explicit, Span span) {
  const Type& from = *value->type;
  const Type& inner_to = underlying(to);
  if (!is_nullable(from)) {
    Expression* inner = value;
    if (&from != &inner_to) inner = apply(value, inner_to, find_conversion(value, inner_to, is_explicit), is_explicit, span);
    return conversion_node(ConversionKind::kNullable, inner, to, is_explicit, span);
  }
  const Type& inner_from = underlying(from);
  if (!is_nullable(to)) {
    Expression* inner = conversion_node(ConversionKind::kNullable, value, inner_from, is_explicit, span);
    return &inner_from == &to ? inner : apply(inner, to, find_conversion(inner, to, true), is_explicit, span);
  }
  auto* access = node<bound::ConditionalAccess>(ExpressionKind::kConditionalAccess, to, span);
  access->receiver = value;
  access->placeholder = node<bound::Placeholder>(ExpressionKind::kReceiverPlaceholder, inner_from, span);
  Expression* inner = apply(access->placeholder, inner_to, find_conversion(access->placeholder, inner_to, is_explicit), is_explicit, span);
  access->access = conversion_node(ConversionKind::kNullable, inner, to, is_explicit, span);
  return access;
}

// At most one standard conversion before the operator and one after it.
Expression* Binder::apply_user_defined(Expression* value, const Type& to, const MemberInfo& member, bool is_explicit, Span span) {
  const Type& wanted = *member.parameters[0].type;
  const Type& from = *value->type;
  const bool is_lifted = is_nullable(from) && wanted.is_value_type && !is_nullable(wanted) && accepts_null(to);
  const auto after = [&](Expression* call) -> Expression* {
    if (call->type == &to) return call;
    const Conversion conversion = find_conversion(call, to, true);
    return conversion ? apply(call, to, conversion, is_explicit, span) : error_node(span);
  };
  const auto before = [&](Expression* operand) -> Expression* {
    if (operand->type == &wanted) return operand;
    const Conversion conversion = find_conversion(operand, wanted, true);
    return conversion ? apply(operand, wanted, conversion, is_explicit, span) : error_node(span);
  };
  if (!is_lifted) return after(simple_call(member, nullptr, {before(value)}, *member.type, span));
  auto* access = node<bound::ConditionalAccess>(ExpressionKind::kConditionalAccess, to, span);
  access->receiver = value;
  access->placeholder = node<bound::Placeholder>(ExpressionKind::kReceiverPlaceholder, underlying(from), span);
  access->access = after(simple_call(member, nullptr, {before(access->placeholder)}, *member.type, span));
  return access;
}

Expression* Binder::apply_tuple(Expression* value, const Type& to, bool is_explicit, Span span) {
  if (to.arguments.size() != value->type->arguments.size()) {
    report_no_conversion(value, to, span, is_explicit);
    return error_node(span);
  }
  auto* made = node<bound::RecordNew>(ExpressionKind::kRecordNew, to, span);
  const auto fields = arena_.array<Expression*>(to.arguments.size());
  made->fields = fields;
  bound::Sequence* sequence = nullptr;
  LocalInfo* held = nullptr;
  if (value->kind != ExpressionKind::kRecordNew) {
    held = temporary(*value->type);
    sequence = node<bound::Sequence>(ExpressionKind::kSequence, to, span);
    const auto effects = arena_.array<Expression*>(1);
    effects[0] = simple_assign(local_reference(held, span), value, span);
    sequence->effects = effects;
    sequence->value = made;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Expression* part = nullptr;
    if (held == nullptr) {
      part = static_cast<bound::RecordNew*>(value)->fields[i];
    } else {
      auto* field = node<bound::RecordField>(ExpressionKind::kRecordField, *value->type->arguments[i], span);
      field->record = local_reference(held, span);
      field->index = static_cast<std::uint32_t>(i);
      part = field;
    }
    fields[i] = is_explicit ? cast(value_operand(part), *to.arguments[i], part->span) : convert(part, *to.arguments[i], part->span);
    if (fields[i]->type->kind == TypeKind::kError) return error_node(span);
  }
  return sequence != nullptr ? static_cast<Expression*>(sequence) : made;
}

Expression* Binder::tuple_from(const Operand& tuple, const Type& to, Span span) {
  if (to.kind != TypeKind::kTuple || to.arguments.size() != tuple.items.size()) {
    if (to.kind != TypeKind::kError) {
      error(BindingError::kNoImplicitConversion, span, joined("a tuple of ", tuple.items.size(), " does not convert to ", quoted(to)));
    }
    return error_node(span);
  }
  auto* made = node<bound::RecordNew>(ExpressionKind::kRecordNew, to, tuple.span);
  const auto fields = arena_.array<Expression*>(to.arguments.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    fields[i] = convert(tuple.items[i], *to.arguments[i], tuple.items[i].span);
    if (fields[i]->type->kind == TypeKind::kError) return error_node(span);
  }
  made->fields = fields;
  return made;
}

CallArgument Binder::argument_of(const Operand& operand) {
  CallArgument argument;
  argument.span = operand.span;
  argument.syntax = operand.syntax;
  switch (operand.kind) {
    case Form::kValue:
      argument.value = operand.value;
      argument.constant = constant_value(operand.value);
      if (operand.value->type->kind == TypeKind::kNull) {
        argument.untyped = Untyped::kNull;
      } else {
        argument.type = operand.value->type;
      }
      return argument;
    case Form::kError: argument.value = operand.value; argument.type = &types_.error_type(); return argument;
    case Form::kLambda: argument.untyped = Untyped::kLambda; break;
    case Form::kMethods: argument.untyped = Untyped::kMethodGroup; break;
    case Form::kDefault: argument.untyped = Untyped::kDefault; break;
    default: argument.untyped = Untyped::kOther; break;
  }
  auto* holder = node<OperandNode>(ExpressionKind::kError, types_.error_type(), operand.span);
  holder->operand = operand;
  argument.value = holder;
  return argument;
}

const Type* Binder::common_type(std::span<const Operand> operands) {
  std::vector<CallArgument> arguments;
  arguments.reserve(operands.size());
  for (const Operand& operand : operands) {
    if (operand.is_error()) return &types_.error_type();
    if (operand.kind != Form::kThrow) arguments.push_back(argument_of(operand));
  }
  CallContext context = call_context();
  return best_common_type(context, arguments);
}

}  // namespace portcullis::binding
