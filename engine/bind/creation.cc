// `new` in all its forms: constructors, initialisers, arrays. An initialiser fills a temporary, which is then the value.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;

Operand Binder::bind_new(const ast::New* creation) {
  const Type& type = *resolve_type(creation->type);
  Operand made = create(type, creation);
  if (made.is_error()) {
    return error_operand(creation->span);
  }
  if (creation->initializer == nullptr) return made;
  Expression* filled = initialise(made.value, creation->initializer, creation->span);
  return value_operand(filled);
}

Operand Binder::create(const Type& type, const ast::New* creation) {
  const Span span = creation->span;
  if (type.kind == TypeKind::kDelegate) {
    if (creation->arguments.size() != 1) {
      error(BindingError::kArgumentCount, creation->type->span, joined(quoted(type), " is made from one lambda or method"));
      return error_operand(span);
    }
    return value_operand(convert(bind_operand(creation->arguments[0].value), type, creation->arguments[0].span));
  }
  if (type.kind == TypeKind::kNullable && creation->arguments.size() <= 1) {
    if (creation->arguments.empty()) return value_operand(default_value(type, span));
    return value_operand(bind_as(creation->arguments[0].value, type));
  }
  if (type.kind == TypeKind::kTuple && creation->arguments.size() == type.arguments.size()) {
    auto* made = node<bound::RecordNew>(ExpressionKind::kRecordNew, type, span);
    const auto fields = arena_.array<Expression*>(creation->arguments.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      fields[i] = bind_as(creation->arguments[i].value, *type.arguments[i]);
      if (fields[i]->type->kind == TypeKind::kError) return error_operand(span);
    }
    made->fields = fields;
    return value_operand(made);
  }
  auto arguments = bind_arguments(creation->arguments);
  const auto fail = [&] {
    declare_lost(arguments, creation->arguments);
    return error_operand(span);
  };
  if (type.kind == TypeKind::kError || any_error(arguments)) return fail();
  const bool creatable = type.kind == TypeKind::kClass || type.kind == TypeKind::kStruct || type.kind == TypeKind::kEnum;
  if (!creatable || type.is_static || type.is_abstract) {
    error(BindingError::kCannotCreate, creation->type->span,
          joined(quoted(type), type.kind == TypeKind::kInterface ? " is an interface and cannot be created"
                               : type.is_static                  ? " is static and cannot be created"
                               : type.is_abstract                ? " is abstract and cannot be created"
                                                                 : " cannot be created with `new`"));
    return fail();
  }
  const auto constructors = members(type, ".ctor");
  if (arguments.empty() && type.is_value_type) {
    const bool has_own = std::any_of(constructors.begin(), constructors.end(), [](const MemberInfo* member) { return member->parameters.empty(); });
    if (!has_own) return value_operand(default_value(type, span));
  }
  if (constructors.empty()) {
    error(BindingError::kCannotCreate, creation->type->span, joined(quoted(type), " has no constructor that expressions may call"));
    return fail();
  }
  CallContext context = call_context();
  const Resolution resolution = resolve_call(context, constructors, arguments);
  if (!resolution) {
    bool flushed = false;
    flush_lambda_errors(arguments, flushed);
    if (!flushed) report_resolution(resolution, joined("new ", csharp_name(type)), creation->type->span, span, constructors, arguments);
    return fail();
  }
  check_allowed(*resolution.member, creation->type->span);
  auto* made = node<bound::New>(ExpressionKind::kNew, type, span);
  made->member = resolution.member;
  made->arguments = finish_arguments(resolution, resolution.member->parameters, arguments, creation->arguments, span, nullptr);
  for (const bound::Argument& argument : made->arguments) {
    if (argument.value != nullptr && argument.value->type->kind == TypeKind::kError) return error_operand(span);
  }
  return value_operand(made);
}

// ------------------------------------------------------------------------------------------------------------ initialisers

Expression* Binder::initialise(Expression* created, const ast::Initializer* initializer, Span span) {
  LocalInfo* target = temporary(*created->type);
  List<Expression*> effects;
  effects.push(arena_, simple_assign(local_reference(target, span), created, span));
  const std::size_t before = (captured_diagnostics_ != nullptr ? *captured_diagnostics_ : pending_).size();
  initialise_into(target, initializer, effects);
  const std::vector<Diagnostic>& reports = captured_diagnostics_ != nullptr ? *captured_diagnostics_ : pending_;
  for (std::size_t i = before; i < reports.size(); ++i) {
    if (reports[i].severity == Severity::kError) return error_node(span);
  }
  auto* sequence = node<bound::Sequence>(ExpressionKind::kSequence, *created->type, span);
  sequence->effects = effects.span();
  sequence->value = local_reference(target, span);
  return sequence;
}

void Binder::initialise_into(LocalInfo* target, const ast::Initializer* initializer, List<Expression*>& effects) {
  for (const ast::InitializerElement& element : initializer->elements) {
    Expression* place = local_reference(target, element.span);
    if (element.kind == ast::InitializerElementKind::kAdd) {
      add_element(place, element, effects);
    } else {
      initialise_member(place, element, effects);
    }
  }
}

void Binder::initialise_member(Expression* target, const ast::InitializerElement& element, List<Expression*>& effects) {
  Operand place;
  if (element.kind == ast::InitializerElementKind::kMember) {
    ast::MemberAccess access;
    access.name = element.member;
    access.span = element.member.span;
    place = member_of_value(target, &access);
    if (place.kind == Form::kMethods) {
      error(BindingError::kNotAssignable, element.member.span, joined("`", element.member.text, "` is a method and cannot be set"));
      return;
    }
  } else {
    place = index_into(target, element.index, element.span, element.span);
  }
  if (place.is_error()) {
    for (const ast::Expression* value : element.values) bind_operand(value);
    return;
  }
  if (element.nested != nullptr) {
    LocalInfo* inner = temporary(*place.value->type);
    effects.push(arena_, simple_assign(local_reference(inner, element.span), place.value, element.span));
    initialise_into(inner, element.nested, effects);
    return;
  }
  if (element.values.empty() || !check_assignable(place.value, element.kind == ast::InitializerElementKind::kMember ? element.member.span : element.span)) return;
  const ast::Expression* written = element.values[0];
  Operand value;
  if (const auto* array = ast::as<ast::ArrayInitializer>(written)) {
    value = {.kind = Form::kArray, .span = array->span, .syntax = array};
  } else {
    value = bind_operand(written);
  }
  const Operand assigned = assign_to(place, value, element.span, element.span);
  if (!assigned.is_error()) effects.push(arena_, assigned.value);
}

void Binder::add_element(Expression* target, const ast::InitializerElement& element, List<Expression*>& effects) {
  const Type& type = *target->type;
  if (types_.element_type(type) == nullptr && type.kind != TypeKind::kDynamic) {
    error(BindingError::kNoAdd, element.span, joined(quoted(type), " is not a collection"));
    return;
  }
  if (members(type, "Add").empty() && types_.extensions("Add").empty()) {
    error(BindingError::kNoAdd, element.span, joined(quoted(type), " has no `Add`"));
    return;
  }
  ast::MemberAccess access;
  access.name = {"Add", element.span};
  access.span = element.span;
  const Operand group = member_of_value(target, &access);
  if (group.kind != Form::kMethods) return;
  const auto arguments = arena_.array<ast::Argument>(element.values.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    arguments[i].value = element.values[i];
    arguments[i].span = element.values[i]->span;
  }
  const Operand call = call_methods(*group.methods, arguments, element.span, element.span);
  if (!call.is_error()) effects.push(arena_, call.value);
}

// ------------------------------------------------------------------------------------------------------------------ arrays

Operand Binder::bind_new_array(const ast::NewArray* creation) {
  const Span span = creation->span;
  if (creation->type == nullptr) {
    if (creation->rank != 1) {
      error(BindingError::kUntyped, span, "name the element type of an array with several dimensions");
      return error_operand(span);
    }
    List<Operand> items;
    for (const ast::Expression* element : creation->initializer->elements) items.push(arena_, bind_operand(element));
    const Type* type = common_type(items.span());
    if (type == nullptr) {
      error(BindingError::kNoCommonType, span, "the elements have no common type").help = "name it: `new object[] { … }`";
      return error_operand(span);
    }
    if (type->kind == TypeKind::kError) return error_operand(span);
    if (type->kind == TypeKind::kVoid) {
      error(BindingError::kNoValue, span, "these calls have no value");
      return error_operand(span);
    }
    auto* literal = node<bound::ArrayLiteral>(ExpressionKind::kArrayLiteral, types_.array_of(*type), span);
    const auto values = arena_.array<Expression*>(items.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = convert(items[i], *type, items[i].span);
      if (values[i]->type->kind == TypeKind::kError) return error_operand(span);
    }
    literal->items = values;
    return value_operand(literal);
  }
  const Type& type = *resolve_type(creation->type);
  const auto sizes = arena_.array<Expression*>(creation->sizes.size());
  bool failed = type.kind == TypeKind::kError;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Operand size = bind_operand(creation->sizes[i]);
    const Type& wide = known(Known::kInt64);
    const Type& narrow = known(Known::kInt32);
    const Type& wanted = converts_implicitly(size, narrow) || !converts_implicitly(size, wide) ? narrow : wide;
    sizes[i] = convert(size, wanted, size.span);
    failed = failed || sizes[i]->type->kind == TypeKind::kError;
    if (const bound::Constant* constant = as_constant(sizes[i]); constant != nullptr && constant->value.integer < 0) {
      error(BindingError::kArrayShape, size.span, "an array cannot have a negative length");
      failed = true;
    }
  }
  if (failed) return error_operand(span);
  if (creation->initializer == nullptr) {
    auto* made = node<bound::ArrayNew>(ExpressionKind::kArrayNew, type, span);
    made->lengths = sizes;
    return value_operand(made);
  }
  if (type.rank > 1) return value_operand(rectangular(type, creation->initializer, sizes, span));
  if (!sizes.empty()) {
    const bound::Constant* length = as_constant(sizes[0]);
    if (length == nullptr || length->value.integer != static_cast<std::int64_t>(creation->initializer->elements.size())) {
      error(BindingError::kArrayShape, creation->sizes[0]->span,
            length == nullptr ? std::string("the length must be a constant when elements are listed")
                              : joined("the length is ", length->value.integer, " but ", creation->initializer->elements.size(), " elements are listed"));
      return error_operand(span);
    }
  }
  return value_operand(array_literal(type, creation->initializer, span));
}

Expression* Binder::array_literal(const Type& array, const ast::ArrayInitializer* initializer, Span span) {
  if (array.rank > 1) return rectangular(array, initializer, {}, span);
  auto* literal = node<bound::ArrayLiteral>(ExpressionKind::kArrayLiteral, array, span);
  const auto items = arena_.array<Expression*>(initializer->elements.size());
  bool failed = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ast::Expression* element = initializer->elements[i];
    if (ast::as<ast::ArrayInitializer>(element) != nullptr) {
      error(BindingError::kArrayShape, element->span, joined("an element must be ", quoted(*array.element), ": write `new[] { … }` for an inner array"));
      failed = true;
      continue;
    }
    items[i] = bind_as(element, *array.element);
    failed = failed || items[i]->type->kind == TypeKind::kError;
  }
  if (failed) return error_node(span);
  literal->items = items;
  return literal;
}

bool Binder::flatten(const Type& element, const ast::ArrayInitializer* initializer, std::size_t level, std::span<std::int64_t> lengths,
                     List<Expression*>& items) {
  const auto count = static_cast<std::int64_t>(initializer->elements.size());
  if (lengths[level] < 0) lengths[level] = count;
  if (lengths[level] != count) {
    error(BindingError::kArrayShape, initializer->span, joined("expected ", lengths[level], " elements here, not ", count));
    return false;
  }
  for (const ast::Expression* item : initializer->elements) {
    if (level + 1 == lengths.size()) {
      items.push(arena_, bind_as(item, element));
      if (items.back()->type->kind == TypeKind::kError) return false;
      continue;
    }
    const auto* nested = ast::as<ast::ArrayInitializer>(item);
    if (nested == nullptr) {
      error(BindingError::kArrayShape, item->span, "expected `{ … }` for the next dimension");
      return false;
    }
    if (!flatten(element, nested, level + 1, lengths, items)) return false;
  }
  return true;
}

Expression* Binder::rectangular(const Type& array, const ast::ArrayInitializer* initializer, std::span<Expression* const> sizes, Span span) {
  const auto lengths = arena_.array<std::int64_t>(array.rank);
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    lengths[i] = -1;
    if (i < sizes.size()) {
      const bound::Constant* size = as_constant(sizes[i]);
      if (size == nullptr) {
        error(BindingError::kArrayShape, span, "the lengths must be constants when elements are listed");
        return error_node(span);
      }
      lengths[i] = size->value.integer;
    }
  }
  List<Expression*> items;
  if (!flatten(*array.element, initializer, 0, lengths, items)) return error_node(span);
  auto* created = node<bound::ArrayNew>(ExpressionKind::kArrayNew, array, span);
  const auto dimensions = arena_.array<Expression*>(lengths.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) dimensions[i] = int_constant(std::max<std::int64_t>(lengths[i], 0), span);
  created->lengths = dimensions;
  LocalInfo* target = temporary(array);
  List<Expression*> effects;
  effects.push(arena_, simple_assign(local_reference(target, span), created, span));
  for (std::size_t at = 0; at < items.size(); ++at) {
    auto* element = node<bound::ArrayElement>(ExpressionKind::kArrayElement, *array.element, items[at]->span);
    element->array = local_reference(target, span);
    const auto indices = arena_.array<Expression*>(lengths.size());
    auto rest = static_cast<std::int64_t>(at);
    for (std::size_t d = lengths.size(); d-- > 0;) {
      indices[d] = int_constant(rest % lengths[d], span);
      rest /= lengths[d];
    }
    element->indices = indices;
    effects.push(arena_, simple_assign(element, items[at], items[at]->span));
  }
  auto* sequence = node<bound::Sequence>(ExpressionKind::kSequence, array, span);
  sequence->effects = effects.span();
  sequence->value = local_reference(target, span);
  return sequence;
}

}  // namespace portcullis::binding
