// Statements other than loops and jumps: blocks, declarations, if, switch, try, using.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;
using bound::StatementKind;

bound::Statement* Binder::bind_statement(const ast::Statement* statement_syntax) {
  if (!enter(statement_syntax->span)) {
    leave();
    return nullptr;
  }
  bound::Statement* made = bind_statement_inner(statement_syntax);
  leave();
  return made;
}

bound::Statement* Binder::bind_statement_inner(const ast::Statement* syntax) {
  using enum ast::StatementKind;
  switch (syntax->kind) {
    case kBlock: return bind_block(static_cast<const ast::Block*>(syntax)->statements, syntax->span);
    case kEmpty: return statement<bound::Statement>(StatementKind::kEmpty, syntax->span);
    case kLocal: {
      List<bound::Statement*> made;
      bind_local(static_cast<const ast::LocalStatement*>(syntax), made);
      if (made.size() == 1) return made[0];
      auto* block = statement<bound::Block>(StatementKind::kBlock, syntax->span);
      block->statements = made.span();
      return block;
    }
    case kLocalFunction: {
      const auto* written = static_cast<const ast::LocalFunctionStatement*>(syntax);
      Symbol* symbol = find_in_scope(scope_, written->name.text);
      if (symbol != nullptr && symbol->kind == SymbolKind::kFunction && symbol->function->syntax == written &&
          symbol->function->lambda != nullptr) {
        LocalFunction& function = *symbol->function;
        std::vector<const Type*> parameters;
        for (const Parameter& parameter : function.signature->parameters) parameters.push_back(parameter.type);
        bind_function_body(function, function.lambda, scope_, parameters, *function.signature->type);
      }
      return statement<bound::Statement>(StatementKind::kEmpty, syntax->span);
    }
    case kExpression: {
      const auto* written = static_cast<const ast::ExpressionStatement*>(syntax);
      return expression_statement(bind_statement_expression(written->expression), syntax->span);
    }
    case kIf: return bind_if(static_cast<const ast::IfStatement*>(syntax));
    case kSwitch: return bind_switch(static_cast<const ast::SwitchStatement*>(syntax));
    case kWhile: return bind_while(static_cast<const ast::WhileStatement*>(syntax));
    case kDo: return bind_do(static_cast<const ast::DoStatement*>(syntax));
    case kFor: return bind_for(static_cast<const ast::ForStatement*>(syntax));
    case kForeach: return bind_foreach(static_cast<const ast::ForeachStatement*>(syntax));
    case kReturn: return bind_return(static_cast<const ast::ReturnStatement*>(syntax));
    case kBreak:
    case kContinue: return bind_jump(syntax);
    case kGoto: return bind_goto(static_cast<const ast::GotoStatement*>(syntax));
    case kLabeled: return bind_labeled(static_cast<const ast::LabeledStatement*>(syntax));
    case kThrow: return bind_throw_statement(static_cast<const ast::ThrowStatement*>(syntax));
    case kTry: return bind_try(static_cast<const ast::TryStatement*>(syntax));
    case kUsing: return bind_using(static_cast<const ast::UsingStatement*>(syntax));
    case kLock: return bind_lock(static_cast<const ast::LockStatement*>(syntax));
    case kChecked: {
      const auto* written = static_cast<const ast::CheckedStatement*>(syntax);
      Restore<bool> checked(is_checked_, written->is_checked);
      Restore<bool> unchecked(is_unchecked_, !written->is_checked);
      return bind_block(written->block->statements, written->block->span);
    }
    case kYieldReturn: return bind_yield(static_cast<const ast::YieldReturnStatement*>(syntax));
    case kYieldBreak: return bind_yield(nullptr, syntax->span);
  }
  return nullptr;
}

bound::Statement* Binder::expression_statement(Expression* expression, Span span) {
  auto* made = statement<bound::ExpressionStatement>(StatementKind::kExpression, span);
  made->expression = expression;
  return made;
}

bound::Block* Binder::block_of(std::initializer_list<bound::Statement*> statements, Span span) {
  auto* block = statement<bound::Block>(StatementKind::kBlock, span);
  List<bound::Statement*> list;
  for (bound::Statement* one : statements) {
    if (one != nullptr) list.push(arena_, one);
  }
  block->statements = list.span();
  return block;
}

bound::Block* Binder::bind_block(std::span<ast::Statement* const> statements, Span span) {
  NewScope scope(*this);
  predeclare(statements);
  List<bound::Statement*> bound_statements;
  bind_statements(statements, bound_statements);
  auto* block = statement<bound::Block>(StatementKind::kBlock, span);
  block->statements = bound_statements.span();
  block->locals = scope.scope->locals->span();
  block->functions = scope.scope->functions->span();
  return block;
}

void Binder::bind_statements(std::span<ast::Statement* const> statements, List<bound::Statement*>& out) {
  for (const ast::Statement* one : statements) {
    if (gave_up_) return;
    if (const auto* local = ast::as<ast::LocalStatement>(one)) {
      bind_local(local, out);
    } else if (bound::Statement* made = bind_statement(one); made != nullptr) {
      out.push(arena_, made);
    }
  }
}

// Names of a block are taken from its beginning, so that an inner block cannot use one for something else.
void Binder::predeclare(std::span<ast::Statement* const> statements) {
  bool any_function = false;
  for (const ast::Statement* one : statements) {
    if (const auto* local = ast::as<ast::LocalStatement>(one)) {
      for (const ast::Declarator& declarator : local->declarators) {
        if (find_in_scope(scope_, declarator.name.text) == nullptr) {
          add_symbol(scope_, declarator.name.text, SymbolKind::kPending, declarator.name.span);
        }
      }
    } else if (const auto* function = ast::as<ast::LocalFunctionStatement>(one)) {
      declare_function(function);
      any_function = true;
    } else if (one->kind == ast::StatementKind::kLabeled) {
      declare_labels(one);
    }
  }
  if (!any_function) return;
  for (const ast::Statement* one : statements) {
    const auto* written = ast::as<ast::LocalFunctionStatement>(one);
    if (written == nullptr) continue;
    for (Symbol* symbol = scope_->symbols; symbol != nullptr; symbol = symbol->next) {
      if (symbol->kind == SymbolKind::kFunction && symbol->function->syntax == written) make_signature(*symbol->function);
    }
  }
}

// The statement of an `if`, a loop…: its own scope.
bound::Statement* Binder::bind_embedded(const ast::Statement* syntax) {
  if (const auto* block = ast::as<ast::Block>(syntax)) return bind_statement(block);
  NewScope scope(*this);
  if (syntax->kind == ast::StatementKind::kLabeled) declare_labels(syntax);
  bound::Statement* made = bind_statement(syntax);
  if (scope.scope->locals->empty() || made == nullptr) return made != nullptr ? made : block_of({}, syntax->span);
  bound::Block* block = block_of({made}, syntax->span);
  block->locals = scope.scope->locals->span();
  return block;
}

// ------------------------------------------------------------------------------------------------------------ declarations

void Binder::bind_local(const ast::LocalStatement* local, List<bound::Statement*>& out, std::string_view read_only_because) {
  if (local->is_ref) {
    error(BindingError::kNotUsable, local->type->span, "`ref` locals have no use in policy expressions").help = "leave `ref` out";
  }
  if (local->is_const) {
    bind_constant_local(local);
    return;
  }
  const bool is_var = local->type->kind == ast::TypeKind::kVar;
  const Type* declared = is_var ? nullptr : resolve_type(local->type);
  if (declared != nullptr && declared->kind == TypeKind::kVoid) {
    error(BindingError::kNoValue, local->type->span, "a variable cannot be `void`");
    declared = &types_.error_type();
  }
  if (declared != nullptr && declared->is_static) {
    error(BindingError::kNoConversion, local->type->span, joined(quoted(*declared), " is static: there are no values of it"));
    declared = &types_.error_type();
  }
  for (const ast::Declarator& declarator : local->declarators) {
    Expression* value = nullptr;
    const Type* type = declared;
    if (declarator.value == nullptr) {
      if (is_var) {
        error(BindingError::kUntyped, declarator.span, joined("`var ", declarator.name.text, "` needs a value to take its type from"));
        type = &types_.error_type();
      }
    } else if (is_var) {
      const auto* array = ast::as<ast::ArrayInitializer>(declarator.value);
      if (array != nullptr) {
        error(BindingError::kUntyped, array->span, "`var` cannot take its type from `{ … }`").help = "write `new[] { … }`";
        value = error_node(array->span);
      } else {
        value = bind_value(declarator.value);
        if (value->type->kind == TypeKind::kNull) {
          error(BindingError::kUntyped, declarator.value->span, "`var` cannot take its type from `null`").help =
              joined("name the type, for example `string ", declarator.name.text, " = null`");
          value = error_node(declarator.value->span);
        }
      }
      type = value->type;
    } else {
      value = bind_as(declarator.value, *type);
    }
    LocalInfo* made = declare_local(declarator.name, *type);
    made->has_initialiser = value != nullptr || type->kind == TypeKind::kError;
    made->read_only_because = read_only_because;
    auto* declaration = statement<bound::LocalDeclaration>(StatementKind::kLocal, declarator.span);
    declaration->local = made;
    declaration->initialiser = value;
    out.push(arena_, declaration);
  }
}

void Binder::bind_constant_local(const ast::LocalStatement* local) {
  const bool is_var = local->type->kind == ast::TypeKind::kVar;
  const Type* type = is_var ? nullptr : resolve_type(local->type);
  if (is_var) error(BindingError::kUntyped, local->type->span, "a constant needs a type: `const string x = …`");
  for (const ast::Declarator& declarator : local->declarators) {
    Expression* value = nullptr;
    if (declarator.value == nullptr) {
      error(BindingError::kConstantNeeded, declarator.span, "a constant needs a value");
    } else {
      value = type == nullptr ? bind_value(declarator.value) : bind_as(declarator.value, *type);
    }
    bound::Constant* constant_value_node = value != nullptr && value->kind == ExpressionKind::kConstant ? static_cast<bound::Constant*>(value) : nullptr;
    const bool is_null = value != nullptr && value->kind == ExpressionKind::kDefault;
    if (value != nullptr && constant_value_node == nullptr && !is_null && value->type->kind != TypeKind::kError) {
      error(BindingError::kConstantNeeded, declarator.value->span, "the value of a `const` must be a constant").help = "leave `const` out";
    }
    if (constant_value_node == nullptr) {
      LocalInfo* made = declare_local(declarator.name, is_null ? *value->type : types_.error_type());
      made->has_initialiser = true;
      made->read_only_because = "a constant";
      continue;
    }
    check_new_name(declarator.name.text, declarator.name.span);
    Symbol* symbol = find_in_scope(scope_, declarator.name.text);
    if (symbol == nullptr || symbol->kind != SymbolKind::kPending) symbol = add_symbol(scope_, declarator.name.text, SymbolKind::kConstant, declarator.name.span);
    symbol->kind = SymbolKind::kConstant;
    symbol->constant = constant_value_node;
  }
}

// -------------------------------------------------------------------------------------------------------------- if, switch

bound::Statement* Binder::bind_if(const ast::IfStatement* syntax) {
  auto* made = statement<bound::If>(StatementKind::kIf, syntax->span);
  made->condition = bind_condition(syntax->condition);
  made->then_branch = bind_embedded(syntax->then);
  made->else_branch = syntax->otherwise != nullptr ? bind_embedded(syntax->otherwise) : nullptr;
  return made;
}

namespace {

bool same_constant(const bound::Constant& a, const bound::Constant& b) {
  if (a.type != b.type) return false;
  if (a.type->is(Known::kString)) return a.value.object == b.value.object;
  if (a.type->is(Known::kDecimal)) return a.text == b.text;
  return a.value.integer == b.value.integer;
}

}  // namespace

bound::Statement* Binder::bind_switch(const ast::SwitchStatement* syntax) {
  auto* made = statement<bound::Switch>(StatementKind::kSwitch, syntax->span);
  made->value = bind_value(syntax->value);
  if (made->value->type->kind == TypeKind::kNull) {
    error(BindingError::kUntyped, syntax->value->span, "`null` cannot be switched on");
    made->value = error_node(syntax->value->span);
  }
  const Type& type = *made->value->type;
  NewScope scope(*this);
  LocalInfo* value_local = temporary(type);
  made->value_local = value_local;
  JumpScope jump{.kind = JumpScope::Kind::kSwitch, .parent = jumps_, .switch_type = &type};
  Restore<JumpScope*> inside(jumps_, &jump);
  for (const ast::SwitchSection& section : syntax->sections) predeclare(section.statements);

  const auto sections = arena_.array<bound::SwitchSection>(syntax->sections.size());
  List<const bound::Constant*> seen;
  bool has_default = false;
  bool has_null = false;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const ast::SwitchSection& section = syntax->sections[i];
    NewScope section_scope(*this, false);
    const auto labels = arena_.array<bound::SwitchLabel>(section.labels.size());
    for (std::size_t j = 0; j < labels.size(); ++j) {
      const ast::SwitchLabel& label = section.labels[j];
      if (label.pattern == nullptr) {
        labels[j].is_default = true;
        if (has_default) error(BindingError::kDuplicateCase, label.span, "there are two `default` labels");
        has_default = true;
        continue;
      }
      const bool ok = bind_pattern(label.pattern, type, label.span, labels[j].pattern);
      if (label.guard != nullptr) labels[j].guard = bind_condition(label.guard);
      if (!ok || label.guard != nullptr) continue;
      if (labels[j].pattern.kind == bound::Pattern::Kind::kConstant) {
        const auto known_cases = seen.span();
        const bool twice = std::any_of(known_cases.begin(), known_cases.end(), [&](const bound::Constant* other) {
          return same_constant(*other, *labels[j].pattern.constant);
        });
        if (twice) error(BindingError::kDuplicateCase, label.pattern->span, "this case is there already");
        seen.push(arena_, labels[j].pattern.constant);
      } else if (labels[j].pattern.kind == bound::Pattern::Kind::kNull) {
        if (has_null) error(BindingError::kDuplicateCase, label.pattern->span, "this case is there already");
        has_null = true;
      }
    }
    sections[i].labels = labels;
    List<bound::Statement*> statements;
    bind_statements(section.statements, statements);
    const Span span = section.statements.empty() ? syntax->span : Span{section.labels[0].span.begin, section.statements.back()->span.end};
    sections[i].body = statement<bound::Block>(StatementKind::kBlock, span);
    sections[i].body->statements = statements.span();
  }
  made->sections = sections;
  for (const PendingGoto& pending : jump.pending.span()) {
    bool found = false;
    for (std::uint32_t i = 0; i < sections.size() && !found; ++i) {
      for (const bound::SwitchLabel& label : sections[i].labels) {
        const bool fits = pending.is_default ? label.is_default
                          : pending.is_null  ? !label.is_default && label.pattern.kind == bound::Pattern::Kind::kNull
                                             : !label.is_default && label.pattern.kind == bound::Pattern::Kind::kConstant &&
                                                  pending.value != nullptr && same_constant(*label.pattern.constant, *pending.value);
        if (!fits) continue;
        pending.statement->target = made;
        pending.statement->section = i;
        found = true;
        break;
      }
    }
    if (!found) error(BindingError::kUnknownLabel, pending.statement->span, pending.is_default ? "this `switch` has no `default`" : "this `switch` has no such case");
  }
  made->locals = scope.scope->locals->span();
  if (scope.scope->functions->empty()) return made;
  bound::Block* block = block_of({made}, syntax->span);
  block->functions = scope.scope->functions->span();
  return block;
}

// --------------------------------------------------------------------------------------------------------------- try, using

bound::Statement* Binder::bind_try(const ast::TryStatement* syntax) {
  auto* made = statement<bound::Try>(StatementKind::kTry, syntax->span);
  made->body = bind_block(syntax->block->statements, syntax->block->span);
  List<bound::Catch> catches;
  for (const ast::CatchClause& clause : syntax->catches) {
    NewScope scope(*this, false);
    bound::Catch bound_catch{};
    bound_catch.type = &known(Known::kException);
    if (clause.type != nullptr) {
      bound_catch.type = resolve_type(clause.type);
      if (bound_catch.type->kind != TypeKind::kError && !is_assignable(*bound_catch.type, known(Known::kException))) {
        error(BindingError::kNotException, clause.type->span, joined("only exceptions can be caught, this is ", quoted(*bound_catch.type)));
      } else if (clause.filter == nullptr || true) {
        for (const bound::Catch& earlier : catches.span()) {
          if (earlier.filter != nullptr || bound_catch.type->kind == TypeKind::kError || earlier.type->kind == TypeKind::kError) continue;
          if (!is_assignable(*bound_catch.type, *earlier.type)) continue;
          error(BindingError::kDuplicateCase, clause.type->span, joined("an earlier `catch` already takes every ", quoted(*bound_catch.type)));
          break;
        }
      }
    }
    if (!clause.name.empty()) {
      LocalInfo* local = declare_local(clause.name, *bound_catch.type);
      local->has_initialiser = true;
      bound_catch.variable = local;
    }
    if (clause.filter != nullptr) bound_catch.filter = bind_condition(clause.filter);
    JumpScope jump{.kind = JumpScope::Kind::kCatch, .parent = jumps_};
    Restore<JumpScope*> inside(jumps_, &jump);
    bound_catch.body = bind_block(clause.block->statements, clause.block->span);
    catches.push(arena_, bound_catch);
  }
  made->catches = catches.span();
  if (syntax->finally != nullptr) {
    JumpScope jump{.kind = JumpScope::Kind::kFinally, .parent = jumps_};
    Restore<JumpScope*> inside(jumps_, &jump);
    made->finally = bind_block(syntax->finally->statements, syntax->finally->span);
  }
  return made;
}

bound::Statement* Binder::bind_using(const ast::UsingStatement* syntax) {
  NewScope scope(*this);
  List<bound::Statement*> declarations;
  struct Resource {
    LocalInfo* local;
    Expression* value;
    Span span;
  };
  std::vector<Resource> resources;
  if (syntax->declaration != nullptr) {
    bind_local(syntax->declaration, declarations, "a `using` variable");
    for (bound::Statement* one : declarations.span()) {
      auto* declaration = static_cast<bound::LocalDeclaration*>(one);
      if (declaration->initialiser == nullptr) {
        error(BindingError::kNotDisposable, declaration->span, "a `using` variable needs a value");
        continue;
      }
      resources.push_back({static_cast<LocalInfo*>(declaration->local), declaration->initialiser, declaration->span});
    }
  } else {
    Expression* value = bind_value(syntax->value);
    if (value->type->kind == TypeKind::kNull) value = default_value(known(Known::kObject), value->span);
    resources.push_back({temporary(*value->type), value, syntax->value->span});
  }
  for (const Resource& resource : resources) {
    const Type& type = *resource.value->type;
    const bool ok = type.kind == TypeKind::kError || type.kind == TypeKind::kDynamic || resource.value->kind == ExpressionKind::kDefault ||
                    is_assignable(type, known(Known::kIDisposable));
    if (!ok) error(BindingError::kNotDisposable, resource.span, joined(quoted(type), " is not disposable and needs no `using`"));
  }
  bound::Statement* body = bind_embedded(syntax->body);
  for (std::size_t i = resources.size(); i-- > 0;) {
    auto* made = statement<bound::Using>(StatementKind::kUsing, syntax->span);
    made->resource = resources[i].local;
    made->initialiser = resources[i].value;
    made->body = body;
    body = made;
  }
  bound::Block* block = block_of({body}, syntax->span);
  block->locals = scope.scope->locals->span();
  return block;
}

bound::Statement* Binder::bind_lock(const ast::LockStatement* syntax) {
  Expression* value = bind_value(syntax->value);
  if (value->type->is_value_type) {
    error(BindingError::kNoConversion, syntax->value->span, joined("`lock` takes an object, ", quoted(*value->type), " is a value"));
  }
  // There is one thread: evaluate and run.
  return block_of({expression_statement(value, syntax->value->span), bind_embedded(syntax->body)}, syntax->span);
}

}  // namespace portcullis::binding
