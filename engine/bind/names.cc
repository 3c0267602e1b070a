// Names: scopes and their rules, simple names, member access. Locals first, then `context`, then types, then namespaces.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

Binder::NewScope::NewScope(Binder& b, bool owns_locals) : binder(b), scope(b.arena_.make<Scope>()) {
  scope->parent = b.scope_;
  scope->function = b.function_;
  if (owns_locals || b.scope_ == nullptr) {
    scope->locals = b.arena_.make<List<bound::Local*>>();
    scope->functions = b.arena_.make<List<bound::Lambda*>>();
  } else {
    scope->locals = b.scope_->locals;
    scope->functions = b.scope_->functions;
  }
  b.scope_ = scope;
}

Symbol* Binder::find_in_scope(const Scope* scope, std::string_view name) {
  for (Symbol* symbol = scope->symbols; symbol != nullptr; symbol = symbol->next) {
    if (symbol->name == name) return symbol;
  }
  return nullptr;
}

Symbol* Binder::find_symbol(std::string_view name) {
  for (const Scope* scope = scope_; scope != nullptr; scope = scope->parent) {
    if (Symbol* found = find_in_scope(scope, name); found != nullptr) return found;
  }
  return nullptr;
}

Symbol* Binder::add_symbol(Scope* scope, std::string_view name, SymbolKind kind, Span span) {
  Symbol* symbol = arena_.make<Symbol>();
  symbol->name = name;
  symbol->kind = kind;
  symbol->declaration = span;
  symbol->next = scope->symbols;
  scope->symbols = symbol;
  return symbol;
}

bool Binder::check_new_name(std::string_view name, Span span) {
  if (name == "context") {
    error(BindingError::kNameInEnclosingScope, span, "`context` is the name of the request's object and cannot be declared again");
    return false;
  }
  if (const Symbol* here = find_in_scope(scope_, name); here != nullptr && here->declaration != span) {
    error(BindingError::kDuplicateName, span, joined("`", name, "` is already declared in this block"));
    return false;
  }
  for (const Scope* scope = scope_->parent; scope != nullptr; scope = scope->parent) {
    const Symbol* outer = find_in_scope(scope, name);
    if (outer == nullptr || outer->kind == SymbolKind::kTypeParameter || outer->declaration == span) continue;
    error(BindingError::kNameInEnclosingScope, span, joined("`", name, "` is already declared in an enclosing block"));
    return false;
  }
  return true;
}

LocalInfo* Binder::declare_local(const ast::Name& name, const Type& type) { return declare_local(name.text, name.span, type); }

LocalInfo* Binder::declare_local(std::string_view name, Span span, const Type& type) {
  check_new_name(name, span);
  LocalInfo* local = arena_.make<LocalInfo>();
  local->name = name;
  local->type = &type;
  local->declaration = span;
  local->owner = function_ != nullptr && !function_->is_root ? function_->lambda : nullptr;
  scope_->locals->push(arena_, local);
  Symbol* symbol = find_symbol(name);  // the sections of a switch share the scope outside of theirs
  if (symbol == nullptr || symbol->kind != SymbolKind::kPending || symbol->declaration != span) {
    symbol = add_symbol(scope_, name, SymbolKind::kLocal, span);
  }
  symbol->kind = SymbolKind::kLocal;
  symbol->local = local;
  symbol->declaration = span;
  return local;
}

LocalInfo* Binder::temporary(const Type& type) {
  LocalInfo* local = arena_.make<LocalInfo>();
  local->type = &type;
  local->owner = function_ != nullptr && !function_->is_root ? function_->lambda : nullptr;
  local->has_initialiser = true;
  scope_->locals->push(arena_, local);
  return local;
}

Expression* Binder::local_reference(LocalInfo* local, Span span) {
  auto* reference = node<bound::LocalReference>(bound::ExpressionKind::kLocal, *local->type, span);
  reference->local = local;
  return reference;
}

Operand Binder::bind_name(const ast::NameExpression* name) {
  if (!name->alias.empty()) return {.kind = Form::kNamespace, .span = name->span, .name = name->name.text};
  if (Symbol* symbol = find_symbol(name->name.text); symbol != nullptr) {
    switch (symbol->kind) {
      case SymbolKind::kLocal:
        symbol->local->is_used = true;
        return value_operand(local_reference(symbol->local, name->span));
      case SymbolKind::kPending:
        error(BindingError::kUsedBeforeDeclaration, name->span, joined("`", name->name.text, "` is used before it is declared"));
        return error_operand(name->span);
      case SymbolKind::kConstant: {
        auto* copy = arena_.make<bound::Constant>(*symbol->constant);
        copy->span = name->span;
        return value_operand(copy);
      }
      case SymbolKind::kRangeField: {
        auto* field = node<bound::RecordField>(bound::ExpressionKind::kRecordField, *symbol->local->type->arguments[symbol->field], name->span);
        field->record = local_reference(symbol->local, name->span);
        field->index = symbol->field;
        return value_operand(field);
      }
      case SymbolKind::kFunction: {
        MethodGroup* group = arena_.make<MethodGroup>();
        group->name = name->name.text;
        group->name_span = name->name.span;
        group->function = symbol->function;
        group->type_arguments = resolve_types(name->type_arguments);
        return {.kind = Form::kMethods, .span = name->span, .methods = group};
      }
      case SymbolKind::kTypeParameter: return {.kind = Form::kType, .span = name->span, .type = symbol->type};
    }
  }
  if (name->type_arguments.empty() && name->name.text == "context") {
    return value_operand(node<bound::Simple>(bound::ExpressionKind::kContext, known(Known::kContext), name->span));
  }
  if (const Type* type = types_.find(name->name.text, name->type_arguments.size()); type != nullptr) {
    check_allowed_type(*type, name->name.span);
    if (!name->type_arguments.empty()) type = construct(*type, name->type_arguments, name->span);
    return {.kind = Form::kType, .span = name->span, .type = type};
  }
  if (types_.is_namespace(name->name.text)) return {.kind = Form::kNamespace, .span = name->span, .name = name->name.text};
  // The code stands in a class, so that what it inherits from object needs no name before it.
  if (name->name.text == "Equals" || name->name.text == "ReferenceEquals") {
    auto* access = arena_.make<ast::MemberAccess>();
    access->name = name->name;
    access->span = name->span;
    return member_of_type(known(Known::kObject), access);
  }
  report_unknown_name(name);
  return error_operand(name->span);
}

Operand Binder::bind_member_access(const ast::MemberAccess* access, bool is_called) {
  const std::size_t arity = call_arity_;
  call_arity_ = kNotCalled;
  Operand target = bind_operand(access->target);
  if (target.is_error()) return error_operand(access->span);
  Restore<std::size_t> hint(call_arity_, is_called ? arity : kNotCalled);
  // Color Color: a local named like its own type also gives the type's static members.
  if (const auto* name = ast::as<ast::NameExpression>(access->target);
      name != nullptr && target.kind == Form::kValue && target.value->type->name == name->name.text &&
      types_.find(name->name.text, 0) == target.value->type) {
    const auto found = members(*target.value->type, access->name.text);
    if (!found.empty() && std::all_of(found.begin(), found.end(), [](const MemberInfo* member) { return member->is_static; })) {
      target = {.kind = Form::kType, .span = target.span, .type = target.value->type};
    }
  }
  const Operand member = member_of(target, access);
  // `token.First(t => …)`: what cannot be called does not hide extension methods.
  if (is_called && target.kind == Form::kValue && member.kind == Form::kValue && member.value->type->kind != TypeKind::kDelegate &&
      member.value->type->kind != TypeKind::kDynamic && !types_.extensions(access->name.text).empty()) {
    MethodGroup* group = arena_.make<MethodGroup>();
    group->name = access->name.text;
    group->name_span = access->name.span;
    group->receiver = target.value;
    group->type = target.value->type;
    group->type_arguments = resolve_types(access->type_arguments);
    return {.kind = Form::kMethods, .span = access->span, .methods = group};
  }
  return member;
}

Operand Binder::member_of(const Operand& target, const ast::MemberAccess* access) {
  switch (target.kind) {
    case Form::kNamespace: return member_of_namespace(target.name, access);
    case Form::kType: return member_of_type(*target.type, access);
    case Form::kValue: return member_of_value(target.value, access);
    case Form::kMethods:
      error(BindingError::kMethodAsValue, target.methods->name_span,
            joined("`", target.methods->name, "` is a method: call it with `()`"))
          .help = joined("write `", target.methods->name, "().", access->name.text, "`");
      return error_operand(access->span);
    default: break;
  }
  Expression* value = value_of(target);
  return value->type->kind == TypeKind::kError ? error_operand(access->span) : member_of_value(value, access);
}

Operand Binder::member_of_namespace(std::string_view name, const ast::MemberAccess* access) {
  if (const Type* type = types_.find_in(name, access->name.text, access->type_arguments.size()); type != nullptr) {
    check_allowed_type(*type, access->span);
    if (!access->type_arguments.empty()) type = construct(*type, access->type_arguments, access->span);
    return {.kind = Form::kType, .span = access->span, .type = type};
  }
  const std::string_view whole = arena_.copy(std::string_view(joined(name, ".", access->name.text)));
  if (types_.is_namespace(whole)) return {.kind = Form::kNamespace, .span = access->span, .name = whole};
  report_unknown_type(whole, access->span, access->type_arguments.size());
  return error_operand(access->span);
}

std::span<const MemberInfo* const> Binder::members(const Type& type, std::string_view name) {
  return find_members(types_, arena_, type.kind == TypeKind::kDynamic ? known(Known::kObject) : type, name);
}

Operand Binder::member_of_type(const Type& type, const ast::MemberAccess* access) {
  const std::string_view name = access->name.text;
  if (type.kind == TypeKind::kEnum) {
    for (const EnumValue& value : types_.enum_values(type)) {
      if (value.name == name) return value_operand(constant(type, Slot::of(value.value), access->span));
    }
  }
  if (const Type* nested = find_nested(type, name, access->type_arguments.size()); nested != nullptr) {
    return {.kind = Form::kType, .span = access->span, .type = nested};
  }
  List<const MemberInfo*> found;
  bool any_instance = false;
  for (const MemberInfo* member : members(type, name)) {
    if (!member->is_static) any_instance = true;
    if (member->is_static) found.push(arena_, member);
  }
  if (found.empty()) {
    if (any_instance && in_nameof_) return error_operand(access->span);
    if (any_instance) {
      error(BindingError::kStaticMismatch, access->name.span,
            joined("`", name, "` belongs to a value of ", quoted(type), ", not to the type"));
    } else {
      report_unknown_member(type, name, access->name.span, true);
    }
    return error_operand(access->span);
  }
  if (found[0]->kind == MemberKind::kMethod) {
    MethodGroup* group = arena_.make<MethodGroup>();
    group->name = name;
    group->name_span = access->name.span;
    group->type = &type;
    group->candidates = found.span();
    group->type_arguments = resolve_types(access->type_arguments);
    return {.kind = Form::kMethods, .span = access->span, .methods = group};
  }
  check_allowed(*found[0], access->name.span);
  if (found[0]->is_constant) return value_operand(member_constant(*found[0], access->span));
  return value_operand(property_get(*found[0], nullptr, access->span));
}

Operand Binder::member_of_value(Expression* value, const ast::MemberAccess* access) {
  const Type& type = *value->type;
  const std::string_view name = access->name.text;
  if (type.kind == TypeKind::kError) return error_operand(access->span);
  if (type.kind == TypeKind::kNull || type.kind == TypeKind::kVoid) {
    error(BindingError::kNoValue, value->span, type.kind == TypeKind::kNull ? "`null` has no members" : "this call has no value");
    return error_operand(access->span);
  }
  if (type.kind == TypeKind::kDynamic) {
    return value_operand(dynamic(bound::DynamicOperation::kGetMember, name, {value}, access->span));
  }
  if (type.kind == TypeKind::kTuple || type.kind == TypeKind::kAnonymous) {
    std::size_t index = type.arguments.size();
    for (std::size_t i = 0; i < type.names.size(); ++i) {
      if (type.names[i] == name) index = i;
    }
    if (type.kind == TypeKind::kTuple && index == type.arguments.size() && name.starts_with("Item") && name.size() > 4) {
      std::size_t number = 0;
      for (const char c : name.substr(4)) number = is_ascii_digit(c) && number < 1000 ? number * 10 + static_cast<std::size_t>(c - '0') : 100000;
      if (number >= 1 && number <= type.arguments.size()) index = number - 1;
    }
    if (index < type.arguments.size()) {
      auto* field = node<bound::RecordField>(bound::ExpressionKind::kRecordField, *type.arguments[index], access->span);
      field->record = value;
      field->index = static_cast<std::uint32_t>(index);
      return value_operand(field);
    }
  }
  if (type.kind == TypeKind::kArray && type.rank == 1 && name == "Length") {
    auto* length = node<bound::ArrayLength>(bound::ExpressionKind::kArrayLength, known(Known::kInt32), access->span);
    length->array = value;
    return value_operand(length);
  }
  if (type.kind == TypeKind::kDelegate && name == "Invoke") {
    MethodGroup* group = arena_.make<MethodGroup>();
    group->name = name;
    group->name_span = access->name.span;
    group->receiver = value;
    group->type = &type;
    return {.kind = Form::kMethods, .span = access->span, .methods = group};
  }
  const auto found = members(type, name);
  const MemberInfo* property = nullptr;
  bool any_static = false;
  bool any_method = false;
  for (const MemberInfo* member : found) {
    if (member->is_static) {
      any_static = true;
    } else if (member->kind == MemberKind::kMethod) {
      any_method = true;
    } else if (property == nullptr) {
      property = member;
    }
  }
  if (property != nullptr && !any_method) {
    check_allowed(*property, access->name.span);
    return value_operand(property_get(*property, value, access->span));
  }
  if (!any_method && types_.extensions(name).empty()) {
    if (any_static) {
      error(BindingError::kStaticMismatch, access->name.span,
            joined("`", name, "` is static: write `", csharp_name(type), ".", name, "`"));
    } else {
      report_unknown_member(type, name, access->name.span, false);
    }
    return error_operand(access->span);
  }
  MethodGroup* group = arena_.make<MethodGroup>();
  List<const MemberInfo*> methods;
  for (const MemberInfo* member : found) {
    if (!member->is_static && member->kind == MemberKind::kMethod) methods.push(arena_, member);
  }
  group->name = name;
  group->name_span = access->name.span;
  group->receiver = value;
  group->type = &type;
  group->candidates = methods.span();
  group->type_arguments = resolve_types(access->type_arguments);
  return {.kind = Form::kMethods, .span = access->span, .methods = group};
}

Expression* Binder::property_get(const MemberInfo& member, Expression* receiver, Span span) {
  auto* call = node<bound::Call>(bound::ExpressionKind::kCall, *member.type, span);
  call->member = &member;
  call->native = member.row != nullptr ? member.row->native : nullptr;
  call->receiver = receiver;
  call->lifted = nullptr;
  call->is_setter = false;
  return call;
}

void Binder::check_allowed(const MemberInfo& member, Span span) {
  if (!context_.options.strict_allow_list || member.row == nullptr || (member.row->flags & kHidden) == 0) return;
  error(BindingError::kNotInAllowList, span,
        joined("`", member.name, "` of ", quoted(*member.declaring), " is not in the list of what policy expressions may use"));
}

namespace {

/// Types of which every row is beyond the list; those without rows are as their base, or named. deviates: ADR-0040
bool is_extra(const Type& type) {
  if (type.definition == nullptr) return false;
  const std::span<const Member> rows = type.definition->members;
  if (!rows.empty()) return std::all_of(rows.begin(), rows.end(), [](const Member& row) { return (row.flags & kHidden) != 0; });
  for (const std::string_view name : {"HttpStatusCode", "LazyThreadSafetyMode", "XmlNameTable", "XmlResolver"}) {
    if (type.name == name) return true;
  }
  return type.base != nullptr && is_extra(*type.base);
}

}  // namespace

void Binder::check_allowed_type(const Type& type, Span span) {
  if (!context_.options.strict_allow_list || !is_extra(type)) return;
  error(BindingError::kNotInAllowList, span, joined(quoted(type), " is not in the list of what policy expressions may use"));
}

}  // namespace portcullis::binding
