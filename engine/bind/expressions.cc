// Expressions that have no file of their own, and the door through which all of them go.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;

Operand Binder::bind_operand(const ast::Expression* expression) {
  if (!enter(expression->span)) {
    leave();
    return error_operand(expression->span);
  }
  Operand operand = bind_operand_inner(expression);
  leave();
  return operand;
}

Operand Binder::bind_operand_inner(const ast::Expression* expression) {
  using enum ast::ExpressionKind;
  const Span span = expression->span;
  switch (expression->kind) {
    case kLiteral: return bind_literal(static_cast<const ast::Literal*>(expression));
    case kInterpolatedString: return bind_interpolated(static_cast<const ast::InterpolatedString*>(expression));
    case kName: return bind_name(static_cast<const ast::NameExpression*>(expression));
    case kPredefinedType:
      return {.kind = Form::kType, .span = span, .type = predefined(static_cast<const ast::PredefinedTypeExpression*>(expression)->type)};
    case kMemberAccess: return bind_member_access(static_cast<const ast::MemberAccess*>(expression));
    case kCall: return bind_call(static_cast<const ast::Call*>(expression));
    case kIndex: return bind_index(static_cast<const ast::Index*>(expression));
    case kConditionalAccess: return bind_conditional_access(static_cast<const ast::ConditionalAccess*>(expression), false);
    case kConditionalReceiver: return receiver_ != nullptr ? value_operand(receiver_) : error_operand(span);
    case kUnary: return bind_unary(static_cast<const ast::Unary*>(expression));
    case kBinary: return bind_chain(static_cast<const ast::Binary*>(expression));
    case kConditional: return bind_conditional(static_cast<const ast::Conditional*>(expression));
    case kAssignment: return bind_assignment(static_cast<const ast::Assignment*>(expression));
    case kCast: return bind_cast(static_cast<const ast::Cast*>(expression));
    case kAs: return bind_as_operator(static_cast<const ast::As*>(expression));
    case kIs: return bind_is(static_cast<const ast::Is*>(expression));
    case kNew: return bind_new(static_cast<const ast::New*>(expression));
    case kNewArray: return bind_new_array(static_cast<const ast::NewArray*>(expression));
    case kArrayInitializer: return {.kind = Form::kArray, .span = span, .syntax = expression};
    case kNewAnonymous: return bind_anonymous(static_cast<const ast::NewAnonymous*>(expression));
    case kTuple: return bind_tuple(static_cast<const ast::Tuple*>(expression));
    case kDeclaration:
      error(BindingError::kNotUsable, span, "a declaration stands where a value is needed");
      return error_operand(span);
    case kLambda: return {.kind = Form::kLambda, .span = span, .syntax = expression};
    case kQuery: return bind_query(static_cast<const ast::Query*>(expression));
    case kTypeof: {
      auto* made = node<bound::TypeOf>(ExpressionKind::kTypeOf, known(Known::kType), span);
      Restore<bool> unbound(allow_unbound_, true);
      made->operand = resolve_type(static_cast<const ast::Typeof*>(expression)->type);
      return made->operand->kind == TypeKind::kError ? error_operand(span) : value_operand(made);
    }
    case kDefault: {
      const auto* written = static_cast<const ast::Default*>(expression);
      if (written->type == nullptr) return {.kind = Form::kDefault, .span = span, .syntax = expression};
      return value_operand(default_value(*resolve_type(written->type), span));
    }
    case kNameof: return bind_nameof(static_cast<const ast::Nameof*>(expression));
    case kSizeof: return bind_sizeof(static_cast<const ast::Sizeof*>(expression));
    case kChecked: {
      const auto* written = static_cast<const ast::Checked*>(expression);
      Restore<bool> checked(is_checked_, written->is_checked);
      Restore<bool> unchecked(is_unchecked_, !written->is_checked);
      return bind_operand(written->operand);
    }
    case kThrow: return {.kind = Form::kThrow, .span = span, .syntax = expression};
    case kRef:
      error(BindingError::kNotUsable, span, "`ref` locals and results have no use in policy expressions").help = "leave `ref` out";
      return error_operand(span);
  }
  return error_operand(span);
}

Expression* Binder::value_of(const Operand& operand) {
  switch (operand.kind) {
    case Form::kValue: return operand.value;
    case Form::kError: break;
    case Form::kType:
      error(BindingError::kTypeAsValue, operand.span, joined(quoted(*operand.type), " is a type, not a value"));
      break;
    case Form::kNamespace:
      error(BindingError::kTypeAsValue, operand.span, joined("`", operand.name, "` is a namespace, not a value"));
      break;
    case Form::kMethods:
      if (operand.methods->candidates.empty() && operand.methods->function == nullptr && operand.methods->receiver != nullptr &&
          operand.methods->type->kind != TypeKind::kDelegate) {
        // Only extension methods have the name; most authors meant a property.
        error(BindingError::kMethodAsValue, operand.methods->name_span,
              joined("`", operand.methods->name, "` of ", quoted(*operand.methods->type), " is a method: call it with `()`"));
        break;
      }
      error(BindingError::kMethodAsValue, operand.methods->name_span, joined("`", operand.methods->name, "` is a method: call it with `()`"));
      break;
    case Form::kLambda:
      error(BindingError::kUntyped, operand.span, "a lambda has no type of its own here").help =
          "give it one, for example `Func<string, bool> f = x => …`";
      break;
    case Form::kThrow: error(BindingError::kUntyped, operand.span, "`throw` gives no value here"); break;
    case Form::kDefault:
      error(BindingError::kUntyped, operand.span, "`default` has no type of its own here").help = "write `default(T)`";
      break;
    case Form::kTuple:
      for (const Operand& item : operand.items) {
        const bool is_null = item.kind == Form::kValue && item.value->type->kind == TypeKind::kNull;
        if (item.kind == Form::kValue && !is_null) continue;
        error(BindingError::kUntyped, item.span, joined(is_null ? std::string("`null`") : describe(item), " has no type of its own here"));
        break;
      }
      break;
    case Form::kArray: error(BindingError::kUntyped, operand.span, "an array initialiser stands only behind a declared array or `new`"); break;
  }
  return error_node(operand.span);
}

Expression* Binder::bind_value(const ast::Expression* expression) {
  Expression* value = value_of(bind_operand(expression));
  if (value->type->kind == TypeKind::kVoid) {
    error(BindingError::kNoValue, expression->span, "this call has no value");
    return error_node(expression->span);
  }
  return value;
}

Expression* Binder::bind_as(const ast::Expression* expression, const Type& type) {
  return convert(bind_operand(expression), type, expression->span);
}

Expression* Binder::bind_condition(const ast::Expression* expression) {
  const Type& boolean = known(Known::kBoolean);
  const Operand operand = bind_operand(expression);
  if (operand.kind == Form::kValue && operand.value->type == &boolean) return operand.value;
  if (operand.kind == Form::kValue && operand.value->type->kind != TypeKind::kError && !find_conversion(operand.value, boolean, false)) {
    const Type& type = *operand.value->type;
    Diagnostic& report = error(BindingError::kNoImplicitConversion, expression->span,
                               joined("a condition must be `bool`, this is ", type.kind == TypeKind::kNull ? "`null`" : quoted(type)));
    report.label = "expected `bool`";
    if (is_nullable(type) && underlying(type).is(Known::kBoolean)) report.help = "add `== true` or `?? false`";
    else if (type.is(Known::kObject)) report.help = "cast it: `(bool)…`";
    else if (accepts_null(type)) report.help = "compare it, for example with `!= null`";
    return error_node(expression->span);
  }
  return convert(operand, boolean, expression->span);
}

Expression* Binder::bind_statement_expression(const ast::Expression* expression) {
  if (const auto* access = ast::as<ast::ConditionalAccess>(expression)) return value_of(bind_conditional_access(access, true));
  return value_of(bind_operand(expression));
}

// ---------------------------------------------------------------------------------------------------------------- literals

Operand Binder::bind_literal(const ast::Literal* literal) {
  const Span span = literal->span;
  const auto integer = [&](Known type) { return value_operand(constant(known(type), Slot::of(static_cast<std::int64_t>(literal->integer)), span)); };
  switch (literal->type) {
    case ast::LiteralType::kNull: return value_operand(constant(types_.null_type(), Slot::of_object(nullptr), span));
    case ast::LiteralType::kBool: return integer(Known::kBoolean);
    case ast::LiteralType::kInt: return integer(Known::kInt32);
    case ast::LiteralType::kUInt: return integer(Known::kUInt32);
    case ast::LiteralType::kLong: return integer(Known::kInt64);
    case ast::LiteralType::kULong: return integer(Known::kUInt64);
    case ast::LiteralType::kChar: return integer(Known::kChar);
    case ast::LiteralType::kFloat: return value_operand(constant(known(Known::kSingle), Slot::of_single(static_cast<float>(literal->real)), span));
    case ast::LiteralType::kDouble: return value_operand(constant(known(Known::kDouble), Slot::of_real(literal->real), span));
    case ast::LiteralType::kDecimal: return value_operand(decimal_constant(literal->text, span));
    case ast::LiteralType::kString: return value_operand(string_constant(literal->text, span));
  }
  return error_operand(span);
}

Operand Binder::bind_interpolated(const ast::InterpolatedString* written) {
  auto* made = node<bound::Interpolation>(ExpressionKind::kInterpolation, known(Known::kString), written->span);
  const auto parts = arena_.array<bound::InterpolationPart>(written->parts.size());
  bool failed = false;
  bool has_holes = false;
  std::string whole;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const ast::InterpolationPart& part = written->parts[i];
    if (part.value == nullptr) {
      parts[i].text = context_.strings.arena().copy(part.text);
      whole.append(part.text);
      continue;
    }
    has_holes = true;
    Expression* value = bind_value(part.value);
    failed = failed || value->type->kind == TypeKind::kError;
    parts[i].value = value->type->kind == TypeKind::kNull ? null_string(part.span) : value;
    if (part.alignment != nullptr) {
      Expression* alignment = bind_as(part.alignment, known(Known::kInt32));
      const bound::Constant* number = as_constant(alignment);
      if (number == nullptr) {
        if (alignment->type->kind != TypeKind::kError) error(BindingError::kConstantNeeded, part.alignment->span, "an alignment must be a constant `int`");
        failed = true;
      } else {
        parts[i].alignment = static_cast<std::int32_t>(number->value.integer);
      }
    }
    if (part.has_format) parts[i].format = context_.strings.intern(part.format);
  }
  if (failed) return error_operand(written->span);
  if (!has_holes) return value_operand(string_constant(whole, written->span));
  made->parts = parts;
  return value_operand(made);
}

// -------------------------------------------------------------------------------------------------------------- ?: and ?.

// source: C# 7.3 "Conditional operator": the type that both branches convert to; of two, the one that the other type converts to.
Operand Binder::bind_conditional(const ast::Conditional* written) {
  Expression* condition = bind_condition(written->condition);
  const Operand a = bind_operand(written->when_true);
  const Operand b = bind_operand(written->when_false);
  if (a.is_error() || b.is_error() || condition->type->kind == TypeKind::kError) return error_operand(written->span);
  const auto type_of = [](const Operand& operand) -> const Type* {
    if (operand.kind != Form::kValue) return nullptr;
    const Type* type = operand.value->type;
    return type->kind == TypeKind::kNull || type->kind == TypeKind::kVoid ? nullptr : type;
  };
  const Type* x = type_of(a);
  const Type* y = type_of(b);
  const Type* type = nullptr;
  if (x != nullptr && x == y) {
    type = x;
  } else {
    const bool to_x = x != nullptr && converts_implicitly(b, *x);
    const bool to_y = y != nullptr && converts_implicitly(a, *y);
    if (to_x && to_y) {
      const bool x_to_y = static_cast<bool>(implicit_conversion(types_, *x, *y));
      const bool y_to_x = static_cast<bool>(implicit_conversion(types_, *y, *x));
      if (x_to_y != y_to_x) type = x_to_y ? y : x;
      if (x->kind == TypeKind::kTuple || y->kind == TypeKind::kTuple) type = x;
    } else if (to_x || to_y) {
      type = to_x ? x : y;
    }
  }
  if (type == nullptr) {
    const bool is_void = (a.kind == Form::kValue && a.value->type->kind == TypeKind::kVoid) ||
                         (b.kind == Form::kValue && b.value->type->kind == TypeKind::kVoid);
    if (is_void) {
      error(BindingError::kNoValue, written->span, "a branch of `?:` is a call without a value");
      return error_operand(written->span);
    }
    if (a.kind == Form::kLambda && b.kind == Form::kLambda) {
      value_of(a);
      return error_operand(written->span);
    }
    Diagnostic& report = error(BindingError::kNoCommonType, written->operator_span,
                               joined("the branches of `?:` have no common type: ", describe(a), " and ", describe(b)));
    const Type* value_type = x != nullptr ? x : y;
    if ((x == nullptr || y == nullptr) && value_type != nullptr && value_type->is_value_type) {
      report.help = joined("cast one branch: `(", csharp_name(*value_type), "?)null`");
    } else {
      report.help = "cast one branch to the type of the other, or both to `object`";
    }
    return error_operand(written->span);
  }
  Expression* when_true = convert(a, *type, a.span);
  Expression* when_false = convert(b, *type, b.span);
  if (when_true->type->kind == TypeKind::kError || when_false->type->kind == TypeKind::kError) return error_operand(written->span);
  if (const bound::Constant* known_condition = as_constant(condition);
      known_condition != nullptr && as_constant(when_true) != nullptr && as_constant(when_false) != nullptr) {
    return value_operand(known_condition->value.integer != 0 ? when_true : when_false);
  }
  auto* made = node<bound::Conditional>(ExpressionKind::kConditional, *type, written->span);
  made->condition = condition;
  made->when_true = when_true;
  made->when_false = when_false;
  return value_operand(made);
}

Operand Binder::bind_conditional_access(const ast::ConditionalAccess* access, bool as_statement) {
  Expression* receiver = bind_value(access->target);
  const Type& type = *receiver->type;
  if (type.kind == TypeKind::kError) return error_operand(access->span);
  if (!accepts_null(type) || type.kind == TypeKind::kNull) {
    error(BindingError::kNeverNull, access->operator_span,
          type.kind == TypeKind::kNull ? std::string("`?.` on `null`") : joined("`?.` on ", quoted(type), ", which is never null"))
        .help = "write `.` instead";
    return error_operand(access->span);
  }
  auto* made = node<bound::ConditionalAccess>(ExpressionKind::kConditionalAccess, type, access->span);
  made->receiver = receiver;
  made->placeholder = node<bound::Placeholder>(ExpressionKind::kReceiverPlaceholder, underlying(type), access->target->span);
  Operand inner;
  {
    Restore<bound::Placeholder*> here(receiver_, made->placeholder);
    const auto* nested = as_statement ? ast::as<ast::ConditionalAccess>(access->when_not_null) : nullptr;
    inner = nested != nullptr ? bind_conditional_access(nested, true) : bind_operand(access->when_not_null);
  }
  Expression* value = value_of(inner);
  const Type& result = *value->type;
  if (result.kind == TypeKind::kError) return error_operand(access->span);
  made->access = value;
  made->type = &result;
  if (result.kind == TypeKind::kVoid) {
    if (as_statement) return value_operand(made);
    error(BindingError::kNoValue, access->span, "this call has no value");
    return error_operand(access->span);
  }
  if (!accepts_null(result)) {
    made->type = &types_.nullable_of(result);
    made->access = conversion_node(ConversionKind::kNullable, value, *made->type, false, value->span);
  }
  return value_operand(made);
}

// ------------------------------------------------------------------------------------------------------ tuples, anonymous

namespace {

std::string_view inferred_name(const ast::Expression* value) {
  if (const auto* name = ast::as<ast::NameExpression>(value)) return name->name.text;
  if (const auto* access = ast::as<ast::MemberAccess>(value)) return access->name.text;
  if (const auto* conditional = ast::as<ast::ConditionalAccess>(value)) return inferred_name(conditional->when_not_null);
  return {};
}

}  // namespace

Operand Binder::bind_tuple(const ast::Tuple* tuple) {
  const std::size_t count = tuple->elements.size();
  const auto items = arena_.array<Operand>(count);
  const auto names = arena_.array<std::string_view>(count);
  const auto types = arena_.array<const Type*>(count);
  bool typed = true;
  bool named = false;
  bool failed = false;
  for (std::size_t i = 0; i < count; ++i) {
    items[i] = bind_operand(tuple->elements[i].value);
    if (items[i].kind == Form::kType || items[i].kind == Form::kNamespace) items[i] = value_operand(value_of(items[i]));
    if (items[i].kind == Form::kValue && items[i].value->type->kind == TypeKind::kVoid) {
      error(BindingError::kNoValue, items[i].span, "this call has no value");
      failed = true;
    }
    failed = failed || items[i].is_error();
    typed = typed && items[i].kind == Form::kValue && items[i].value->type->kind != TypeKind::kNull;
    types[i] = items[i].kind == Form::kValue ? items[i].value->type : nullptr;
    names[i] = tuple->elements[i].name.text;
    for (std::size_t j = 0; j < i && !names[i].empty(); ++j) {
      if (names[j] != names[i]) continue;
      error(BindingError::kDuplicateMember, tuple->elements[i].name.span, joined("`", names[i], "` is in the tuple twice"));
      failed = true;
    }
    named = named || !names[i].empty();
  }
  if (failed) return error_operand(tuple->span);
  for (std::size_t i = 0; i < count; ++i) {
    if (!names[i].empty()) continue;
    const std::string_view inferred = inferred_name(tuple->elements[i].value);
    const bool taken = inferred.empty() || inferred.starts_with("Item") ||
                       std::count(names.begin(), names.end(), inferred) > 0 ||
                       std::count_if(tuple->elements.begin(), tuple->elements.end(),
                                     [&](const ast::TupleElement& other) { return inferred_name(other.value) == inferred; }) > 1;
    if (taken) continue;
    names[i] = inferred;
    named = true;
  }
  const auto given_names = named ? std::span<const std::string_view>(names) : std::span<const std::string_view>{};
  if (!typed) return {.kind = Form::kTuple, .span = tuple->span, .items = items, .names = given_names};
  auto* made = node<bound::RecordNew>(ExpressionKind::kRecordNew, types_.tuple_of(types, given_names), tuple->span);
  const auto fields = arena_.array<Expression*>(count);
  for (std::size_t i = 0; i < count; ++i) fields[i] = items[i].value;
  made->fields = fields;
  return value_operand(made);
}

Operand Binder::bind_anonymous(const ast::NewAnonymous* creation) {
  const std::size_t count = creation->members.size();
  const auto fields = arena_.array<Expression*>(count);
  const auto names = arena_.array<std::string_view>(count);
  const auto types = arena_.array<const Type*>(count);
  bool failed = false;
  for (std::size_t i = 0; i < count; ++i) {
    const ast::AnonymousMember& member = creation->members[i];
    fields[i] = bind_value(member.value);
    names[i] = member.name.text;
    types[i] = fields[i]->type;
    if (types[i]->kind == TypeKind::kNull) {
      error(BindingError::kUntyped, member.value->span, "`null` has no type of its own here").help = "cast it, for example `(string)null`";
      failed = true;
    }
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) != names.begin() + static_cast<std::ptrdiff_t>(i)) {
      error(BindingError::kDuplicateMember, member.name.span, joined("`", names[i], "` is in the object twice"));
      failed = true;
    }
    failed = failed || types[i]->kind == TypeKind::kError;
  }
  if (failed) return error_operand(creation->span);
  auto* made = node<bound::RecordNew>(ExpressionKind::kRecordNew, types_.anonymous(types, names), creation->span);
  made->fields = fields;
  return value_operand(made);
}

// ------------------------------------------------------------------------------------------------------------------- types

Operand Binder::bind_cast(const ast::Cast* written) {
  const Type& type = *resolve_type(written->type);
  const Operand operand = bind_operand(written->operand);
  if (operand.is_error() || type.kind == TypeKind::kError) return error_operand(written->span);
  return value_operand(cast(operand, type, written->span));
}

Operand Binder::bind_as_operator(const ast::As* written) {
  const Type& type = *resolve_type(written->type);
  Expression* value = bind_value(written->operand);
  if (type.kind == TypeKind::kError || value->type->kind == TypeKind::kError) return error_operand(written->span);
  if (!accepts_null(type)) {
    error(BindingError::kNoConversion, written->type->span, joined("`as` needs a type that may be null, ", quoted(type), " is none"))
        .help = joined("write `as ", csharp_name(type), "?` or a cast");
    return error_operand(written->span);
  }
  if (value->type->kind == TypeKind::kNull) return value_operand(default_value(type, written->span));
  const Conversion conversion = classify_conversion(types_, *value->type, type);
  const bool possible = conversion.kind == ConversionKind::kIdentity || conversion.kind == ConversionKind::kReference ||
                        conversion.kind == ConversionKind::kBoxing || conversion.kind == ConversionKind::kUnboxing ||
                        conversion.kind == ConversionKind::kDynamic ||
                        (conversion.kind == ConversionKind::kNullable && &underlying(*value->type) == &underlying(type));
  if (!possible) {
    Diagnostic& report = error(BindingError::kNoConversion, written->span, joined("a value of ", quoted(*value->type), " is never ", quoted(type)));
    if (conversion.kind == ConversionKind::kUserDefined) report.help = joined("a cast converts it: `(", csharp_name(type), ")…`");
    return error_operand(written->span);
  }
  if (conversion.kind == ConversionKind::kNullable) return value_operand(apply(value, type, conversion, false, written->span));
  auto* made = node<bound::As>(ExpressionKind::kAs, type, written->span);
  made->operand = value;
  return value_operand(made);
}

Operand Binder::bind_nameof(const ast::Nameof* written) {
  Restore<bool> inside(in_nameof_, true);
  const std::string_view name = inferred_name(written->operand);
  if (name.empty()) {
    error(BindingError::kNotUsable, written->operand->span, "`nameof` takes a name, such as `nameof(x.Y)`");
    return error_operand(written->span);
  }
  bind_operand(written->operand);
  return value_operand(string_constant(name, written->span));
}

Operand Binder::bind_sizeof(const ast::Sizeof* written) {
  const Type& type = *resolve_type(written->type);
  const Type& at = type.kind == TypeKind::kEnum ? *type.element : type;
  std::int64_t size = 0;
  switch (at.known) {
    case Known::kBoolean:
    case Known::kByte:
    case Known::kSByte: size = 1; break;
    case Known::kInt16:
    case Known::kUInt16:
    case Known::kChar: size = 2; break;
    case Known::kInt32:
    case Known::kUInt32:
    case Known::kSingle: size = 4; break;
    case Known::kInt64:
    case Known::kUInt64:
    case Known::kDouble: size = 8; break;
    case Known::kDecimal: size = 16; break;
    default: break;
  }
  if (size == 0) {
    if (type.kind != TypeKind::kError) error(BindingError::kNotUsable, written->type->span, joined(quoted(type), " has no size known to `sizeof`"));
    return error_operand(written->span);
  }
  return value_operand(int_constant(size, written->span));
}

Expression* Binder::default_value(const Type& type, Span span) {
  if (type.kind == TypeKind::kError) return error_node(span);
  if (type.kind == TypeKind::kVoid) {
    error(BindingError::kNoValue, span, "`void` has no value");
    return error_node(span);
  }
  if (type.is(Known::kString)) return null_string(span);
  if (type.is(Known::kDecimal)) return decimal_constant("0", span);
  if (type.is(Known::kDouble)) return constant(type, Slot::of_real(0), span);
  if (type.is(Known::kSingle)) return constant(type, Slot::of_single(0), span);
  if (is_integral(type) || type.is(Known::kBoolean) || type.kind == TypeKind::kEnum) return constant(type, Slot::of(0), span);
  return node<bound::Simple>(ExpressionKind::kDefault, type, span);
}

Expression* Binder::throw_as(const Operand& operand, const Type& type) {
  auto* made = node<bound::Throw>(ExpressionKind::kThrow, type, operand.span);
  made->exception = bind_exception(static_cast<const ast::Throw*>(operand.syntax)->operand);
  return made->exception->type->kind == TypeKind::kError ? error_node(operand.span) : made;
}

Expression* Binder::bind_exception(const ast::Expression* expression) {
  const Type& exception = known(Known::kException);
  Expression* value = bind_value(expression);
  if (value->type->kind == TypeKind::kError) return value;
  const Conversion conversion = find_conversion(value, exception, false);
  if (conversion.kind == ConversionKind::kUserDefined || !conversion) {
    error(BindingError::kNotException, expression->span, joined("only exceptions can be thrown, this is ", quoted(*value->type)));
    return error_node(expression->span);
  }
  return apply(value, exception, conversion, false, expression->span);
}

}  // namespace portcullis::binding
