// Assignment, compound assignment, ++ and --, deconstruction. Parts of a target are evaluated once.
#include "base/text.h"
#include "engine/bind/binder.h"
#include "engine/bind/operator_names.h"

namespace portcullis::binding {

using bound::ExpressionKind;

Expression* Binder::simple_assign(Expression* target, Expression* value, Span span) {
  auto* made = node<bound::Assign>(ExpressionKind::kAssign, *target->type, span);
  made->target = target;
  made->value = value;
  return made;
}

// A target is bound as if it were read; `write_place` turns the read into a write.
Operand Binder::bind_target(const ast::Expression* expression) {
  Operand target = bind_operand(expression);
  if (target.is_error()) return error_operand(expression->span);
  if (target.kind != Form::kValue) {
    error(BindingError::kNotAssignable, expression->span, joined(describe(target), " cannot be assigned"));
    return error_operand(expression->span);
  }
  return check_assignable(target.value, expression->span) ? target : error_operand(expression->span);
}

bool Binder::check_assignable(Expression* target, Span span) {
  switch (target->kind) {
    case ExpressionKind::kError: return false;
    case ExpressionKind::kLocal: {
      const auto* local = static_cast<LocalInfo*>(static_cast<bound::LocalReference*>(target)->local);
      if (local->read_only_because.empty()) return true;
      error(BindingError::kReadOnly, span, joined("`", local->name, "` cannot be assigned: it is ", local->read_only_because));
      return false;
    }
    case ExpressionKind::kArrayElement: return true;
    case ExpressionKind::kContext:
      error(BindingError::kReadOnly, span, "`context` cannot be assigned");
      return false;
    case ExpressionKind::kRecordField: {
      const Expression* record = static_cast<bound::RecordField*>(target)->record;
      if (record->type->kind == TypeKind::kTuple) {
        if (record->kind == ExpressionKind::kLocal) return true;
        if (record->kind == ExpressionKind::kRecordField) return check_assignable(const_cast<Expression*>(record), span);
      }
      error(BindingError::kReadOnly, span,
            record->type->kind == TypeKind::kTuple ? "only the elements of a tuple in a variable can be assigned"
                                                   : "members of anonymous objects cannot be assigned");
      return false;
    }
    case ExpressionKind::kDynamic: {
      const auto operation = static_cast<bound::Dynamic*>(target)->operation;
      if (operation == bound::DynamicOperation::kGetMember || operation == bound::DynamicOperation::kGetIndex) return true;
      break;
    }
    case ExpressionKind::kCall: {
      const auto* call = static_cast<bound::Call*>(target);
      const bool is_place = call->member->kind == MemberKind::kProperty || call->member->kind == MemberKind::kIndexer;
      if (is_place && call->member->row != nullptr && call->member->row->setter != nullptr) return true;
      if (!is_place) break;
      Diagnostic& report = error(BindingError::kReadOnly, span,
                                 call->member->kind == MemberKind::kIndexer
                                     ? joined("elements of ", quoted(*call->member->declaring), " cannot be assigned")
                                     : joined("`", call->member->name, "` of ", quoted(*call->member->declaring), " cannot be assigned"));
      const Type& owner = *call->member->declaring;
      if (owner.namespace_name == "Microsoft.Azure.ApiManagement" ||
          (call->receiver != nullptr && call->receiver->kind == ExpressionKind::kCall &&
           static_cast<bound::Call*>(call->receiver)->member->declaring->namespace_name == "Microsoft.Azure.ApiManagement")) {
        report.help = "everything under `context` is read-only: use a policy such as `set-variable` or `set-header`";
      }
      return false;
    }
    default: break;
  }
  error(BindingError::kNotAssignable, span, "this is not a variable, property or element that could be assigned");
  return false;
}

Expression* Binder::write_place(Expression* target, Expression* value, Span span) {
  switch (target->kind) {
    case ExpressionKind::kLocal: {
      auto* local = static_cast<LocalInfo*>(static_cast<bound::LocalReference*>(target)->local);
      ++local->writes;
      return simple_assign(target, value, span);
    }
    case ExpressionKind::kRecordField: {
      Expression* record = static_cast<bound::RecordField*>(target)->record;
      while (record->kind == ExpressionKind::kRecordField) record = static_cast<bound::RecordField*>(record)->record;
      if (record->kind == ExpressionKind::kLocal) ++static_cast<LocalInfo*>(static_cast<bound::LocalReference*>(record)->local)->writes;
      return simple_assign(target, value, span);
    }
    case ExpressionKind::kCall: {
      const auto* getter = static_cast<bound::Call*>(target);
      auto* setter = arena_.make<bound::Call>(*getter);
      const auto arguments = arena_.array<bound::Argument>(getter->arguments.size() + 1);
      for (std::size_t i = 0; i < getter->arguments.size(); ++i) arguments[i] = getter->arguments[i];
      arguments.back() = {value, ParameterMode::kValue};
      setter->arguments = arguments;
      setter->native = getter->member->row->setter;
      setter->is_setter = true;
      setter->span = span;
      return setter;
    }
    case ExpressionKind::kDynamic: {
      const auto* get = static_cast<bound::Dynamic*>(target);
      auto* set = arena_.make<bound::Dynamic>(*get);
      const auto operands = arena_.array<Expression*>(get->operands.size() + 1);
      for (std::size_t i = 0; i < get->operands.size(); ++i) operands[i] = get->operands[i];
      operands.back() = value->type->kind == TypeKind::kDynamic ? value : box(value, value->span);
      set->operands = operands;
      set->operation = get->operation == bound::DynamicOperation::kGetMember ? bound::DynamicOperation::kSetMember
                                                                             : bound::DynamicOperation::kSetIndex;
      set->span = span;
      return set;
    }
    default: return simple_assign(target, value, span);
  }
}

Operand Binder::bind_assignment(const ast::Assignment* assignment) {
  if (assignment->compound) return bind_compound(assignment);
  if (const auto* tuple = ast::as<ast::Tuple>(assignment->target)) return bind_deconstruction(tuple, assignment->value, assignment->span);
  if (const auto* name = ast::as<ast::NameExpression>(assignment->target);
      name != nullptr && name->name.is_discard() && find_symbol("_") == nullptr) {
    return value_operand(bind_value(assignment->value));
  }
  const Operand target = bind_target(assignment->target);
  if (target.is_error()) {
    bind_operand(assignment->value);
    return error_operand(assignment->span);
  }
  Operand value;
  if (const auto* array = ast::as<ast::ArrayInitializer>(assignment->value)) {
    value = {.kind = Form::kArray, .span = array->span, .syntax = array};
  } else {
    value = bind_operand(assignment->value);
  }
  return assign_to(target, value, assignment->span, assignment->operator_span);
}

Operand Binder::assign_to(const Operand& target, const Operand& value, Span span, Span operator_span) {
  static_cast<void>(operator_span);
  Expression* converted = convert(value, *target.value->type, value.span);
  if (converted->type->kind == TypeKind::kError) return error_operand(span);
  return value_operand(write_place(target.value, converted, span));
}

// ------------------------------------------------------------------------------------------------------------- compound

bool Binder::split_place(Expression* target, Place& place) {
  const auto hold = [&](Expression* part) -> Expression* {
    if (part == nullptr || part->kind == ExpressionKind::kConstant || part->kind == ExpressionKind::kContext ||
        part->type->kind == TypeKind::kNull) {
      return part;
    }
    LocalInfo* local = temporary(*part->type);
    place.temporaries.push(arena_, static_cast<bound::Assign*>(simple_assign(local_reference(local, part->span), part, part->span)));
    return local_reference(local, part->span);
  };
  switch (target->kind) {
    case ExpressionKind::kLocal:
    case ExpressionKind::kRecordField: place.target = target; break;
    case ExpressionKind::kArrayElement: {
      auto* element = arena_.make<bound::ArrayElement>(*static_cast<bound::ArrayElement*>(target));
      element->array = hold(element->array);
      const auto indices = arena_.array<Expression*>(element->indices.size());
      for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = hold(element->indices[i]);
      element->indices = indices;
      place.target = element;
      break;
    }
    case ExpressionKind::kCall: {
      auto* call = arena_.make<bound::Call>(*static_cast<bound::Call*>(target));
      call->receiver = hold(call->receiver);
      const auto arguments = arena_.array<bound::Argument>(call->arguments.size());
      for (std::size_t i = 0; i < arguments.size(); ++i) arguments[i] = {hold(call->arguments[i].value), call->arguments[i].mode};
      call->arguments = arguments;
      place.target = call;
      break;
    }
    case ExpressionKind::kDynamic: {
      auto* get = arena_.make<bound::Dynamic>(*static_cast<bound::Dynamic*>(target));
      const auto operands = arena_.array<Expression*>(get->operands.size());
      for (std::size_t i = 0; i < operands.size(); ++i) operands[i] = hold(get->operands[i]);
      get->operands = operands;
      place.target = get;
      break;
    }
    default: return false;
  }
  place.read = place.target;
  return true;
}

Operand Binder::bind_compound(const ast::Assignment* assignment) {
  const Operand target = bind_target(assignment->target);
  if (target.is_error()) {
    bind_operand(assignment->value);
    return error_operand(assignment->span);
  }
  Place place;
  split_place(target.value, place);
  const Type& type = *target.value->type;
  LocalInfo* old_value = temporary(type);
  Expression* left = local_reference(old_value, target.span);
  Operand right = bind_operand(assignment->value);
  if (type.kind == TypeKind::kDelegate && (right.kind == Form::kLambda || right.kind == Form::kMethods)) {
    right = value_operand(convert(right, type, right.span));
  }
  if (right.is_error()) return error_operand(assignment->span);
  if (right.kind != Form::kValue) {
    value_of(right);
    return error_operand(assignment->span);
  }
  if (right.value->type->kind == TypeKind::kVoid) {
    error(BindingError::kNoValue, right.span, "this call has no value");
    return error_operand(assignment->span);
  }
  const Operand combined = arithmetic(assignment->op, left, right.value, assignment->span, assignment->operator_span);
  if (combined.is_error()) return error_operand(assignment->span);
  Expression* value = combined.value;
  if (value->type != &type) {
    // source: C# 7.3 "Compound assignment": an explicit conversion back, if the right side alone would fit.
    const bool is_shift = assignment->op == ast::BinaryOperator::kShiftLeft || assignment->op == ast::BinaryOperator::kShiftRight;
    const bool predefined = value->kind == ExpressionKind::kBinary || value->kind == ExpressionKind::kConversion;
    if (predefined && !find_conversion(value, type, false) && find_conversion(value, type, true)) {
      if (!is_shift && !find_conversion(right.value, type, false)) {
        report_no_conversion(right.value, type, right.span, false);
        return error_operand(assignment->span);
      }
      value = cast(combined, type, assignment->span);
    } else {
      value = convert(value, type, assignment->span);
    }
    if (value->type->kind == TypeKind::kError) return error_operand(assignment->span);
  }
  auto* made = node<bound::CompoundAssign>(ExpressionKind::kCompoundAssign, type, assignment->span);
  made->temporaries = place.temporaries.span();
  made->read = place.read;
  made->old_value = old_value;
  made->combine = value;
  made->new_value = temporary(type);
  made->write = write_place(place.target, local_reference(static_cast<LocalInfo*>(made->new_value), assignment->span), assignment->span);
  made->yields_old = false;
  return value_operand(made);
}

Operand Binder::bind_increment(const ast::Unary* syntax) {
  using enum ast::UnaryOperator;
  const bool is_increment = syntax->op == kPreIncrement || syntax->op == kPostIncrement;
  const Operand target = bind_target(syntax->operand);
  if (target.is_error()) return error_operand(syntax->span);
  const Type& type = *target.value->type;
  const Type& inner = underlying(type);
  if (!is_numeric(inner) && inner.kind != TypeKind::kEnum && type.kind != TypeKind::kDynamic) {
    error(BindingError::kBadOperands, syntax->operator_span,
          joined("`", is_increment ? "++" : "--", "` does not work on ", quoted(type)));
    return error_operand(syntax->span);
  }
  Place place;
  split_place(target.value, place);
  LocalInfo* old_value = temporary(type);
  const Operand sum = arithmetic(is_increment ? ast::BinaryOperator::kAdd : ast::BinaryOperator::kSubtract,
                                 local_reference(old_value, syntax->span), int_constant(1, syntax->operator_span), syntax->span,
                                 syntax->operator_span);
  if (sum.is_error()) return error_operand(syntax->span);
  auto* made = node<bound::CompoundAssign>(ExpressionKind::kCompoundAssign, type, syntax->span);
  made->temporaries = place.temporaries.span();
  made->read = place.read;
  made->old_value = old_value;
  made->combine = cast(sum, type, syntax->span);
  made->new_value = temporary(type);
  made->write = write_place(place.target, local_reference(static_cast<LocalInfo*>(made->new_value), syntax->span), syntax->span);
  made->yields_old = syntax->op == kPostIncrement || syntax->op == kPostDecrement;
  return value_operand(made);
}

// --------------------------------------------------------------------------------------------------------- deconstruction

namespace {

// `(a, b) = (b, null)`: the types that untyped elements take are those of their targets.
bool has_untyped(const Operand& operand) { return operand.kind == Form::kTuple; }

}  // namespace

Operand Binder::bind_deconstruction(const ast::Tuple* target, const ast::Expression* value, Span span) {
  Operand source = bind_operand(value);
  if (source.is_error()) return error_operand(span);
  if (has_untyped(source) && source.items.size() == target->elements.size()) {
    const auto types = arena_.array<const Type*>(source.items.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
      const ast::Expression* element = target->elements[i].value;
      if (source.items[i].kind == Form::kValue && source.items[i].value->type->kind != TypeKind::kNull) {
        types[i] = source.items[i].value->type;
      } else if (const auto* declaration = ast::as<ast::Declaration>(element);
                 declaration != nullptr && declaration->type->kind != ast::TypeKind::kVar) {
        types[i] = resolve_type(declaration->type);
      } else if (declaration == nullptr) {
        const Operand existing = bind_operand(element);
        types[i] = existing.kind == Form::kValue ? existing.value->type : &types_.error_type();
      } else {
        error(BindingError::kUntyped, source.items[i].span, joined(describe(source.items[i]), " has no type of its own: name the variable's type"));
        return error_operand(span);
      }
    }
    source = value_operand(convert(source, types_.tuple_of(types, {}), source.span));
  }
  Expression* whole = value_of(source);
  if (whole->type->kind == TypeKind::kError) return error_operand(span);
  LocalInfo* held = temporary(*whole->type);
  auto* made = node<bound::Deconstruct>(ExpressionKind::kDeconstruct, *whole->type, span);
  made->source = static_cast<bound::Assign*>(simple_assign(local_reference(held, value->span), whole, value->span));
  List<Expression*> assignments;
  if (!deconstruct_into(target, local_reference(held, value->span), assignments, false)) return error_operand(span);
  made->assignments = assignments.span();
  return value_operand(made);
}

bool Binder::components_of(Expression* value, std::size_t count, List<Expression*>& parts, Span span) {
  const Type& type = *value->type;
  if (type.kind == TypeKind::kTuple && type.arguments.size() == count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto* field = node<bound::RecordField>(ExpressionKind::kRecordField, *type.arguments[i], span);
      field->record = value;
      field->index = static_cast<std::uint32_t>(i);
      parts.push(arena_, field);
    }
    return true;
  }
  if (type.is(Known::kKeyValuePair2) && count == 2) {
    for (const std::string_view name : {"Key", "Value"}) {
      const auto found = members(type, name);
      if (!found.empty()) parts.push(arena_, property_get(*found[0], value, span));
    }
    if (parts.size() == 2) return true;
  }
  error(BindingError::kCannotDeconstruct, span, joined(quoted(type), " does not come apart into ", count, " variables"));
  return false;
}

bool Binder::deconstruct_into(const ast::Tuple* target, Expression* value, List<Expression*>& assignments, bool is_foreach) {
  List<Expression*> parts;
  // Later declarations of the pattern stay usable after a failure: they get the error type.
  const bool ok = components_of(value, target->elements.size(), parts, target->span);
  for (std::size_t i = 0; i < target->elements.size(); ++i) {
    const ast::Expression* element = target->elements[i].value;
    Expression* part = ok ? parts[i] : error_node(element->span);
    if (const auto* nested = ast::as<ast::Tuple>(element)) {
      if (!ok) continue;
      LocalInfo* held = temporary(*part->type);
      assignments.push(arena_, simple_assign(local_reference(held, element->span), part, element->span));
      if (!deconstruct_into(nested, local_reference(held, element->span), assignments, is_foreach)) return false;
      continue;
    }
    if (const auto* declaration = ast::as<ast::Declaration>(element)) {
      const Type& type = declaration->type->kind == ast::TypeKind::kVar ? *part->type : *resolve_type(declaration->type);
      if (declaration->name.is_discard()) continue;
      LocalInfo* local = declare_local(declaration->name, type);
      if (is_foreach) local->read_only_because = "a `foreach` variable";
      if (ok) assignments.push(arena_, write_place(local_reference(local, element->span), convert(part, type, element->span), element->span));
      continue;
    }
    if (const auto* name = ast::as<ast::NameExpression>(element);
        name != nullptr && name->name.is_discard() && find_symbol("_") == nullptr) {
      continue;
    }
    const Operand place = bind_target(element);
    if (place.is_error() || !ok) continue;
    assignments.push(arena_, write_place(place.value, convert(part, *place.value->type, element->span), element->span));
  }
  return ok;
}

}  // namespace portcullis::binding
