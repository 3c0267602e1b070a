// Loops. Variables that a condition declares live for one round.
#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::StatementKind;

bound::Statement* Binder::bind_while(const ast::WhileStatement* syntax) {
  NewScope scope(*this);
  auto* made = statement<bound::While>(StatementKind::kWhile, syntax->span);
  made->condition = bind_condition(syntax->condition);
  JumpScope jump{.kind = JumpScope::Kind::kLoop, .parent = jumps_};
  Restore<JumpScope*> inside(jumps_, &jump);
  made->body = bind_embedded(syntax->body);
  if (scope.scope->locals->empty()) return made;
  // while (c) s  =>  while (true) { if (!c) break; s }
  auto* leave_loop = statement<bound::If>(StatementKind::kIf, syntax->condition->span);
  const Operand negated = unary(bound::UnaryOperator::kNot, false, made->condition, syntax->condition->span);
  leave_loop->condition = negated.is_error() ? error_node(syntax->condition->span) : negated.value;
  leave_loop->then_branch = statement<bound::Statement>(StatementKind::kBreak, syntax->condition->span);
  bound::Block* block = block_of({leave_loop, made->body}, syntax->span);
  block->locals = scope.scope->locals->span();
  made->body = block;
  made->condition = bool_constant(true, syntax->condition->span);
  return made;
}

bound::Statement* Binder::bind_do(const ast::DoStatement* syntax) {
  NewScope scope(*this);
  auto* made = statement<bound::While>(StatementKind::kDoWhile, syntax->span);
  {
    JumpScope jump{.kind = JumpScope::Kind::kLoop, .parent = jumps_};
    Restore<JumpScope*> inside(jumps_, &jump);
    made->body = bind_embedded(syntax->body);
  }
  made->condition = bind_condition(syntax->condition);
  if (scope.scope->locals->empty()) return made;
  bound::Block* block = block_of({made}, syntax->span);
  block->locals = scope.scope->locals->span();
  return block;
}

bound::Statement* Binder::bind_for(const ast::ForStatement* syntax) {
  NewScope scope(*this);
  auto* made = statement<bound::For>(StatementKind::kFor, syntax->span);
  List<bound::Statement*> initialisers;
  if (syntax->declaration != nullptr) {
    bind_local(syntax->declaration, initialisers);
  } else {
    for (const ast::Expression* one : syntax->initializers) {
      initialisers.push(arena_, expression_statement(bind_statement_expression(one), one->span));
    }
  }
  if (syntax->condition != nullptr) made->condition = bind_condition(syntax->condition);
  {
    JumpScope jump{.kind = JumpScope::Kind::kLoop, .parent = jumps_};
    Restore<JumpScope*> inside(jumps_, &jump);
    made->body = bind_embedded(syntax->body);
  }
  List<Expression*> iterators;
  for (const ast::Expression* one : syntax->iterators) iterators.push(arena_, bind_statement_expression(one));
  made->iterators = iterators.span();
  made->initialisers = statement<bound::Block>(StatementKind::kBlock, syntax->span);
  made->initialisers->statements = initialisers.span();
  made->initialisers->locals = scope.scope->locals->span();
  return made;
}

bound::Statement* Binder::bind_foreach(const ast::ForeachStatement* syntax) {
  auto* made = statement<bound::ForEach>(StatementKind::kForEach, syntax->span);
  made->sequence = bind_value(syntax->source);
  const Type& sequence = *made->sequence->type;
  const Type* element = nullptr;
  if (sequence.kind == TypeKind::kDynamic) {
    element = &types_.dynamic_type();
  } else if (sequence.kind != TypeKind::kError && sequence.kind != TypeKind::kNull) {
    element = types_.element_type(sequence);
  }
  if (element == nullptr) {
    if (sequence.kind != TypeKind::kError) {
      Diagnostic& report = error(BindingError::kNotEnumerable, syntax->source->span,
                                 sequence.kind == TypeKind::kNull ? std::string("`null` is not a sequence")
                                                                  : joined(quoted(sequence), " is not a sequence"));
      if (sequence.is(Known::kObject)) report.help = "cast it first, for example `(JArray)…`";
      if (sequence.is(Known::kJProperty)) report.help = "iterate over its `.Value`";
    }
    element = &types_.error_type();
  }
  made->element = element;
  // The pattern of C#: a GetEnumerator of the type's own walks, which for a JObject gives pairs where its sequences give properties.
  for (const MemberInfo* member : types_.declared(sequence, "GetEnumerator")) {
    if (sequence.kind != TypeKind::kClass || !member->type->is(Known::kIEnumerator1) || member->row == nullptr) continue;
    made->sequence = simple_call(*member, made->sequence, {}, *member->type, syntax->source->span);
  }
  LocalInfo* current = temporary(*element);
  made->current = current;
  NewScope scope(*this);
  List<bound::Statement*> statements;
  Expression* value = local_reference(current, syntax->source->span);
  if (syntax->target != nullptr) {
    List<Expression*> assignments;
    if (element->kind != TypeKind::kError) {
      deconstruct_into(syntax->target, value, assignments, true);
    } else {
      for (const ast::TupleElement& part : syntax->target->elements) {
        const auto* declaration = ast::as<ast::Declaration>(part.value);
        if (declaration != nullptr && !declaration->name.is_discard()) declare_local(declaration->name, types_.error_type());
      }
    }
    for (Expression* one : assignments.span()) statements.push(arena_, expression_statement(one, one->span));
  } else {
    const bool is_var = syntax->type->kind == ast::TypeKind::kVar;
    const Type& type = is_var ? *element : *resolve_type(syntax->type);
    LocalInfo* local = declare_local(syntax->name, type);
    local->has_initialiser = true;
    local->read_only_because = "a `foreach` variable";
    auto* declaration = statement<bound::LocalDeclaration>(StatementKind::kLocal, syntax->name.span);
    declaration->local = local;
    declaration->initialiser = &type == element ? value : cast({.kind = element->kind == TypeKind::kError ? Form::kError : Form::kValue,
                                                                .span = syntax->type->span,
                                                                .value = value},
                                                               type, syntax->type->span);
    statements.push(arena_, declaration);
  }
  JumpScope jump{.kind = JumpScope::Kind::kLoop, .parent = jumps_};
  Restore<JumpScope*> inside(jumps_, &jump);
  if (bound::Statement* body = bind_embedded(syntax->body); body != nullptr) statements.push(arena_, body);
  made->body = statement<bound::Block>(StatementKind::kBlock, syntax->body->span);
  made->body->statements = statements.span();
  made->body->locals = scope.scope->locals->span();
  return made;
}

}  // namespace portcullis::binding
