// Query expressions: each clause becomes a method call before names are looked up. Several range variables travel as one anonymous
// object (flat: x, y, z), whose fields the next clauses see under their names.
#include <vector>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

namespace {

ast::NameExpression* name_expression(Arena& arena, std::string_view name, Span span) {
  auto* made = arena.make<ast::NameExpression>();
  made->span = span;
  made->name = {name, span};
  return made;
}

}  // namespace

Operand Binder::bind_query(const ast::Query* query) {
  std::vector<std::string_view> variables;
  Operand source;
  bool is_bare = true;  // nothing but `from` so far: `select x` may not be dropped

  const auto lambda = [&](ast::Expression* body, std::initializer_list<ast::Name> more) {
    auto* made = arena_.make<ast::Lambda>();
    made->span = body->span;
    made->expression = body;
    const auto parameters = arena_.array<ast::Parameter>(1 + more.size());
    parameters[0].name = {variables.size() == 1 ? variables[0] : std::string_view{}, body->span};
    std::size_t i = 1;
    for (const ast::Name& name : more) parameters[i++].name = name;
    made->parameters = parameters;
    if (variables.size() != 1) transparent_[made] = arena_.copy(std::span<const std::string_view>(variables));
    return argument_of({.kind = Form::kLambda, .span = body->span, .syntax = made});
  };
  const auto plain_lambda = [&](ast::Expression* body, const ast::Name& name) {
    auto* made = arena_.make<ast::Lambda>();
    made->span = body->span;
    made->expression = body;
    const auto parameters = arena_.array<ast::Parameter>(1);
    parameters[0].name = name;
    made->parameters = parameters;
    return argument_of({.kind = Form::kLambda, .span = body->span, .syntax = made});
  };
  const auto call = [&](std::string_view method, Span span, std::vector<CallArgument> arguments) {
    if (source.is_error()) return;
    Expression* value = value_of(source);
    if (value->type->kind == TypeKind::kError) {
      source = error_operand(span);
      return;
    }
    ast::MemberAccess access;
    access.name = {method, span};
    access.span = span;
    Operand group = member_of_value(value, &access);
    if (group.kind != Form::kMethods) {
      source = error_operand(span);
      return;
    }
    source = call_methods(*group.methods, arguments, query->span, span, {});
  };
  const auto cast_source = [&](ast::Expression* value, ast::Type* type) -> ast::Expression* {
    if (type == nullptr || type->kind == ast::TypeKind::kVar) return value;
    auto* access = arena_.make<ast::MemberAccess>();
    access->target = value;
    access->name = {"Cast", type->span};
    access->span = value->span;
    const auto arguments = arena_.array<ast::Type*>(1);
    arguments[0] = type;
    access->type_arguments = arguments;
    auto* made = arena_.make<ast::Call>();
    made->target = access;
    made->span = value->span;
    made->arguments_span = value->span;
    return made;
  };
  // `new { x, y, added = value }`
  const auto record = [&](const ast::Name& added, ast::Expression* value) {
    auto* made = arena_.make<ast::NewAnonymous>();
    made->span = added.span;
    const auto members = arena_.array<ast::AnonymousMember>(variables.size() + 1);
    for (std::size_t i = 0; i < variables.size(); ++i) {
      members[i].name = {variables[i], added.span};
      members[i].value = name_expression(arena_, variables[i], added.span);
    }
    members.back().name = added;
    members.back().value = value;
    made->members = members;
    return made;
  };
  const auto is_variable = [&](const ast::Expression* value) {
    const auto* name = ast::as<ast::NameExpression>(value);
    return name != nullptr && variables.size() == 1 && name->name.text == variables[0];
  };

  for (std::size_t i = 0; i < query->clauses.size(); ++i) {
    const ast::QueryClause& clause = query->clauses[i];
    switch (clause.kind) {
      case ast::QueryClauseKind::kFrom:
        if (i == 0) {
          source = bind_operand(cast_source(clause.value, clause.type));
          variables = {clause.name.text};
          continue;
        }
        call("SelectMany", clause.span,
             {lambda(cast_source(clause.value, clause.type), {}),
              lambda(record(clause.name, name_expression(arena_, clause.name.text, clause.name.span)), {clause.name})});
        variables.push_back(clause.name.text);
        break;
      case ast::QueryClauseKind::kLet:
        call("Select", clause.span, {lambda(record(clause.name, clause.value), {})});
        variables.push_back(clause.name.text);
        break;
      case ast::QueryClauseKind::kWhere: call("Where", clause.span, {lambda(clause.value, {})}); break;
      case ast::QueryClauseKind::kOrderBy: {
        bool first = true;
        for (const ast::Ordering& ordering : clause.orderings) {
          const std::string_view method = first ? (ordering.descending ? "OrderByDescending" : "OrderBy")
                                                : (ordering.descending ? "ThenByDescending" : "ThenBy");
          call(method, ordering.key->span, {lambda(ordering.key, {})});
          first = false;
        }
        break;
      }
      case ast::QueryClauseKind::kJoin: {
        const bool is_group = !clause.into.empty();
        const ast::Name& added = is_group ? clause.into : clause.name;
        const Operand inner = bind_operand(cast_source(clause.value, clause.type));
        if (inner.is_error()) {
          source = inner;
        } else {
          call(is_group ? "GroupJoin" : "Join", clause.span,
               {argument_of(inner), lambda(clause.left_key, {}), plain_lambda(clause.right_key, clause.name),
                lambda(record(added, name_expression(arena_, added.text, added.span)), {added})});
        }
        variables.push_back(added.text);
        break;
      }
      case ast::QueryClauseKind::kSelect:
        if (!is_variable(clause.value) || is_bare) call("Select", clause.span, {lambda(clause.value, {})});
        break;
      case ast::QueryClauseKind::kGroupBy:
        if (is_variable(clause.value)) {
          call("GroupBy", clause.span, {lambda(clause.right_key, {})});
        } else {
          call("GroupBy", clause.span, {lambda(clause.right_key, {}), lambda(clause.value, {})});
        }
        break;
      case ast::QueryClauseKind::kInto: variables = {clause.name.text}; break;
    }
    is_bare = clause.kind == ast::QueryClauseKind::kInto;
    if (source.is_error()) return error_operand(query->span);
  }
  return source;
}

}  // namespace portcullis::binding
