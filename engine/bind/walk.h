// Children of a node of the typed tree, in order of evaluation. For passes over finished trees.
#pragma once

#include "engine/bind/bound.h"

namespace portcullis::bound {

/// Calls `visit(Expression*)` for each direct subexpression. Bodies of lambdas are not entered.
template <typename Visit>
void each_child(Expression* node, Visit&& visit) {
  const auto maybe = [&](Expression* child) {
    if (child != nullptr) visit(child);
  };
  const auto arguments = [&](std::span<const Argument> list) {
    for (const Argument& argument : list) maybe(argument.value);
  };
  switch (node->kind) {
    case ExpressionKind::kConstant:
    case ExpressionKind::kLocal:
    case ExpressionKind::kContext:
    case ExpressionKind::kDefault:
    case ExpressionKind::kReceiverPlaceholder:
    case ExpressionKind::kTypeOf:
    case ExpressionKind::kLambda:
    case ExpressionKind::kMethodGroup:
    case ExpressionKind::kIncrement:
    case ExpressionKind::kError: return;
    case ExpressionKind::kUnary: return maybe(static_cast<Unary*>(node)->operand);
    case ExpressionKind::kBinary:
      maybe(static_cast<Binary*>(node)->left);
      return maybe(static_cast<Binary*>(node)->right);
    case ExpressionKind::kLogical:
      maybe(static_cast<Logical*>(node)->left);
      return maybe(static_cast<Logical*>(node)->right);
    case ExpressionKind::kConditional:
      maybe(static_cast<Conditional*>(node)->condition);
      maybe(static_cast<Conditional*>(node)->when_true);
      return maybe(static_cast<Conditional*>(node)->when_false);
    case ExpressionKind::kCoalesce:
      maybe(static_cast<Coalesce*>(node)->left);
      maybe(static_cast<Coalesce*>(node)->unwrapped);
      return maybe(static_cast<Coalesce*>(node)->right);
    case ExpressionKind::kConditionalAccess:
      maybe(static_cast<ConditionalAccess*>(node)->receiver);
      return maybe(static_cast<ConditionalAccess*>(node)->access);
    case ExpressionKind::kConversion: return maybe(static_cast<ConversionNode*>(node)->operand);
    case ExpressionKind::kIs: return maybe(static_cast<Is*>(node)->operand);
    case ExpressionKind::kAs: return maybe(static_cast<As*>(node)->operand);
    case ExpressionKind::kCall:
      maybe(static_cast<Call*>(node)->receiver);
      return arguments(static_cast<Call*>(node)->arguments);
    case ExpressionKind::kDelegateCall:
      maybe(static_cast<DelegateCall*>(node)->target);
      return arguments(static_cast<DelegateCall*>(node)->arguments);
    case ExpressionKind::kLocalFunctionCall: return arguments(static_cast<LocalFunctionCall*>(node)->arguments);
    case ExpressionKind::kNew: return arguments(static_cast<New*>(node)->arguments);
    case ExpressionKind::kArrayNew:
      for (Expression* child : static_cast<ArrayNew*>(node)->lengths) maybe(child);
      return;
    case ExpressionKind::kArrayLiteral:
      for (Expression* child : static_cast<ArrayLiteral*>(node)->items) maybe(child);
      return;
    case ExpressionKind::kArrayElement:
      maybe(static_cast<ArrayElement*>(node)->array);
      for (Expression* child : static_cast<ArrayElement*>(node)->indices) maybe(child);
      return;
    case ExpressionKind::kArrayLength: return maybe(static_cast<ArrayLength*>(node)->array);
    case ExpressionKind::kRecordNew:
      for (Expression* child : static_cast<RecordNew*>(node)->fields) maybe(child);
      return;
    case ExpressionKind::kRecordField: return maybe(static_cast<RecordField*>(node)->record);
    case ExpressionKind::kAssign:
      maybe(static_cast<Assign*>(node)->target);
      return maybe(static_cast<Assign*>(node)->value);
    case ExpressionKind::kCompoundAssign: {
      auto* compound = static_cast<CompoundAssign*>(node);
      for (Assign* child : compound->temporaries) visit(child);
      maybe(compound->read);
      maybe(compound->combine);
      return maybe(compound->write);
    }
    case ExpressionKind::kDeconstruct:
      visit(static_cast<Deconstruct*>(node)->source);
      for (Expression* child : static_cast<Deconstruct*>(node)->assignments) maybe(child);
      return;
    case ExpressionKind::kInterpolation:
      for (const InterpolationPart& part : static_cast<Interpolation*>(node)->parts) maybe(part.value);
      return;
    case ExpressionKind::kConcat:
      for (Expression* child : static_cast<Concat*>(node)->operands) maybe(child);
      return;
    case ExpressionKind::kSequence:
      for (Expression* child : static_cast<Sequence*>(node)->effects) maybe(child);
      return maybe(static_cast<Sequence*>(node)->value);
    case ExpressionKind::kThrow: return maybe(static_cast<Throw*>(node)->exception);
    case ExpressionKind::kDynamic:
      for (Expression* child : static_cast<Dynamic*>(node)->operands) maybe(child);
      return;
  }
}

/// Calls `visit_expression` and `visit_statement` for each direct part of a statement.
template <typename VisitExpression, typename VisitStatement>
void each_part(Statement* node, VisitExpression&& visit_expression, VisitStatement&& visit_statement) {
  const auto expression = [&](Expression* child) {
    if (child != nullptr) visit_expression(child);
  };
  const auto statement = [&](Statement* child) {
    if (child != nullptr) visit_statement(child);
  };
  switch (node->kind) {
    case StatementKind::kBlock:
      for (Statement* child : static_cast<Block*>(node)->statements) statement(child);
      return;
    case StatementKind::kExpression: return expression(static_cast<ExpressionStatement*>(node)->expression);
    case StatementKind::kLocal: return expression(static_cast<LocalDeclaration*>(node)->initialiser);
    case StatementKind::kIf:
      expression(static_cast<If*>(node)->condition);
      statement(static_cast<If*>(node)->then_branch);
      return statement(static_cast<If*>(node)->else_branch);
    case StatementKind::kWhile:
      expression(static_cast<While*>(node)->condition);
      return statement(static_cast<While*>(node)->body);
    case StatementKind::kDoWhile:
      statement(static_cast<While*>(node)->body);
      return expression(static_cast<While*>(node)->condition);
    case StatementKind::kFor: {
      auto* loop = static_cast<For*>(node);
      statement(loop->initialisers);
      expression(loop->condition);
      statement(loop->body);
      for (Expression* child : loop->iterators) expression(child);
      return;
    }
    case StatementKind::kForEach:
      expression(static_cast<ForEach*>(node)->sequence);
      return statement(static_cast<ForEach*>(node)->body);
    case StatementKind::kSwitch: {
      auto* choice = static_cast<Switch*>(node);
      expression(choice->value);
      for (const SwitchSection& section : choice->sections) {
        for (const SwitchLabel& label : section.labels) expression(label.guard);
        statement(section.body);
      }
      return;
    }
    case StatementKind::kReturn: return expression(static_cast<Return*>(node)->value);
    case StatementKind::kThrow: return expression(static_cast<ThrowStatement*>(node)->exception);
    case StatementKind::kTry: {
      auto* attempt = static_cast<Try*>(node);
      statement(attempt->body);
      for (const Catch& clause : attempt->catches) {
        expression(clause.filter);
        statement(clause.body);
      }
      return statement(attempt->finally);
    }
    case StatementKind::kUsing:
      expression(static_cast<Using*>(node)->initialiser);
      return statement(static_cast<Using*>(node)->body);
    case StatementKind::kYieldReturn: return expression(static_cast<Yield*>(node)->value);
    case StatementKind::kBreak:
    case StatementKind::kContinue:
    case StatementKind::kGoto:
    case StatementKind::kLabel:
    case StatementKind::kGotoCase:
    case StatementKind::kYieldBreak:
    case StatementKind::kEmpty: return;
  }
}

}  // namespace portcullis::bound
