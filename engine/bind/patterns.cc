// `is` and the patterns of `is` and `case`: constants, types, declarations, var.
#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;
using Kind = bound::Pattern::Kind;

Operand Binder::bind_is(const ast::Is* is) {
  Expression* value = bind_value(is->operand);
  bound::Pattern pattern{};
  const bool ok = bind_pattern(is->pattern, *value->type, is->operand->span, pattern);
  if (!ok || value->type->kind == TypeKind::kError) return error_operand(is->span);
  auto* made = node<bound::Is>(ExpressionKind::kIs, known(Known::kBoolean), is->span);
  made->operand = value;
  made->pattern = pattern;
  return value_operand(made);
}

bool Binder::bind_pattern(const ast::Pattern* pattern, const Type& input, Span input_span, bound::Pattern& out) {
  static_cast<void>(input_span);
  switch (pattern->kind) {
    case ast::PatternKind::kConstant:
      return bind_constant_pattern(bind_operand(static_cast<const ast::ConstantPattern*>(pattern)->value), input, pattern->span, out);
    case ast::PatternKind::kType:
      return bind_type_pattern(*resolve_type(static_cast<const ast::TypePattern*>(pattern)->type), input, pattern->span, out);
    case ast::PatternKind::kTypeOrConstant: {
      const auto* either = static_cast<const ast::TypeOrConstantPattern*>(pattern);
      if (const auto* named = either->type->kind == ast::TypeKind::kNamed ? static_cast<const ast::NamedType*>(either->type) : nullptr) {
        // A local hides a type of its name.
        const bool is_local = named->parts.size() == 1 && find_symbol(named->parts[0].name.text) != nullptr;
        if (!is_local) {
          if (const Type* type = try_type_name(named); type != nullptr) return bind_type_pattern(*type, input, pattern->span, out);
        }
      }
      const Operand value = bind_operand(either->value);
      if (value.kind == Form::kType) return bind_type_pattern(*value.type, input, pattern->span, out);
      return bind_constant_pattern(value, input, pattern->span, out);
    }
    case ast::PatternKind::kDeclaration: {
      const auto* declaration = static_cast<const ast::DeclarationPattern*>(pattern);
      const Type& type = *resolve_type(declaration->type);
      const bool ok = bind_type_pattern(type, input, declaration->type->span, out);
      if (is_nullable(type)) {
        error(BindingError::kBadPattern, declaration->type->span, joined(quoted(type), " cannot be a pattern's type: write ", quoted(underlying(type))));
        return false;
      }
      if (!declaration->name.is_discard()) out.declared = declare_local(declaration->name, type);
      return ok;
    }
    case ast::PatternKind::kVar: {
      const auto* var = static_cast<const ast::VarPattern*>(pattern);
      out.kind = var->name.is_discard() ? Kind::kDiscard : Kind::kVar;
      if (!var->name.is_discard()) out.declared = declare_local(var->name, input.kind == TypeKind::kNull ? types_.error_type() : input);
      return true;
    }
  }
  return false;
}

bool Binder::bind_type_pattern(const Type& type, const Type& input, Span span, bound::Pattern& out) {
  out.kind = Kind::kType;
  out.type = &underlying(type);
  if (type.kind == TypeKind::kError || input.kind == TypeKind::kError) return false;
  if (type.is_static || type.kind == TypeKind::kVoid) {
    error(BindingError::kBadPattern, span, joined("nothing is ever ", quoted(type)));
    return false;
  }
  if (input.kind == TypeKind::kNull || input.kind == TypeKind::kDynamic || input.kind == TypeKind::kTypeParameter) return true;
  const Conversion conversion = classify_conversion(types_, underlying(input), underlying(type));
  const bool possible = conversion.kind == ConversionKind::kIdentity || conversion.kind == ConversionKind::kReference ||
                        conversion.kind == ConversionKind::kBoxing || conversion.kind == ConversionKind::kUnboxing;
  if (possible) return true;
  error(BindingError::kBadPattern, span, joined("a value of ", quoted(input), " is never ", quoted(type)));
  return false;
}

bool Binder::bind_constant_pattern(const Operand& operand, const Type& input, Span span, bound::Pattern& out) {
  if (operand.is_error() || input.kind == TypeKind::kError) return false;
  if (operand.kind == Form::kDefault) {
    error(BindingError::kConstantNeeded, span, "`default` is not a pattern: write the value");
    return false;
  }
  Expression* value = operand.kind == Form::kValue ? operand.value : value_of(operand);
  if (value->type->kind == TypeKind::kError) return false;
  if (value->type->kind == TypeKind::kNull) {
    out.kind = Kind::kNull;
    if (!accepts_null(input)) {
      error(BindingError::kBadPattern, span, joined(quoted(input), " is never null"));
      return false;
    }
    return true;
  }
  if (as_constant(value) == nullptr) {
    error(BindingError::kConstantNeeded, span, "a pattern must be a constant").help = "compare with `==` instead";
    return false;
  }
  const Type& wanted = underlying(input);
  if (find_conversion(value, wanted, false).kind != ConversionKind::kUserDefined && find_conversion(value, wanted, false)) {
    Expression* converted = wanted.is_value_type || wanted.is(Known::kString) ? convert(value, wanted, span) : value;
    if (as_constant(converted) == nullptr) converted = value;
    out.kind = Kind::kConstant;
    out.constant = static_cast<bound::Constant*>(converted);
    if (out.constant->type->is(Known::kString) && out.constant->value.object == nullptr) out.kind = Kind::kNull;
    return true;
  }
  report_no_conversion(value, wanted, span, false);
  return false;
}

}  // namespace portcullis::binding
