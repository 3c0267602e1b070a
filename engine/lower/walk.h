// The children of a node of the typed tree, for the few questions that lowering asks ahead.
#pragma once

#include "engine/bind/bound.h"

namespace portcullis::lowering {

/// Calls `on(Expression*)` for each direct child, in order of evaluation; null children are left out. Lambdas are not entered.
template <typename On>
void for_each_child(const bound::Expression& node, On&& on) {
  using enum bound::ExpressionKind;
  const auto maybe = [&](bound::Expression* child) {
    if (child != nullptr) on(child);
  };
  const auto all = [&](const auto& children) {
    for (bound::Expression* child : children) maybe(child);
  };
  const auto arguments = [&](const std::span<const bound::Argument>& children) {
    for (const bound::Argument& child : children) maybe(child.value);
  };
  switch (node.kind) {
    case kConstant:
    case kLocal:
    case kContext:
    case kDefault:
    case kReceiverPlaceholder:
    case kTypeOf:
    case kLambda:
    case kMethodGroup:
    case kIncrement:
    case kError:
      return;
    case kUnary:
      return maybe(static_cast<const bound::Unary&>(node).operand);
    case kBinary:
      maybe(static_cast<const bound::Binary&>(node).left);
      return maybe(static_cast<const bound::Binary&>(node).right);
    case kLogical:
      maybe(static_cast<const bound::Logical&>(node).left);
      return maybe(static_cast<const bound::Logical&>(node).right);
    case kConditional:
      maybe(static_cast<const bound::Conditional&>(node).condition);
      maybe(static_cast<const bound::Conditional&>(node).when_true);
      return maybe(static_cast<const bound::Conditional&>(node).when_false);
    case kCoalesce:
      maybe(static_cast<const bound::Coalesce&>(node).left);
      maybe(static_cast<const bound::Coalesce&>(node).unwrapped);
      return maybe(static_cast<const bound::Coalesce&>(node).right);
    case kConditionalAccess:
      maybe(static_cast<const bound::ConditionalAccess&>(node).receiver);
      return maybe(static_cast<const bound::ConditionalAccess&>(node).access);
    case kConversion:
      return maybe(static_cast<const bound::ConversionNode&>(node).operand);
    case kIs:
      return maybe(static_cast<const bound::Is&>(node).operand);
    case kAs:
      return maybe(static_cast<const bound::As&>(node).operand);
    case kCall:
      maybe(static_cast<const bound::Call&>(node).receiver);
      return arguments(static_cast<const bound::Call&>(node).arguments);
    case kDelegateCall:
      maybe(static_cast<const bound::DelegateCall&>(node).target);
      return arguments(static_cast<const bound::DelegateCall&>(node).arguments);
    case kLocalFunctionCall:
      return arguments(static_cast<const bound::LocalFunctionCall&>(node).arguments);
    case kNew:
      return arguments(static_cast<const bound::New&>(node).arguments);
    case kArrayNew:
      return all(static_cast<const bound::ArrayNew&>(node).lengths);
    case kArrayLiteral:
      return all(static_cast<const bound::ArrayLiteral&>(node).items);
    case kArrayElement:
      maybe(static_cast<const bound::ArrayElement&>(node).array);
      return all(static_cast<const bound::ArrayElement&>(node).indices);
    case kArrayLength:
      return maybe(static_cast<const bound::ArrayLength&>(node).array);
    case kRecordNew:
      return all(static_cast<const bound::RecordNew&>(node).fields);
    case kRecordField:
      return maybe(static_cast<const bound::RecordField&>(node).record);
    case kAssign:
      maybe(static_cast<const bound::Assign&>(node).target);
      return maybe(static_cast<const bound::Assign&>(node).value);
    case kCompoundAssign:
      for (bound::Assign* temporary : static_cast<const bound::CompoundAssign&>(node).temporaries) maybe(temporary);
      maybe(static_cast<const bound::CompoundAssign&>(node).read);
      maybe(static_cast<const bound::CompoundAssign&>(node).combine);
      return maybe(static_cast<const bound::CompoundAssign&>(node).write);
    case kDeconstruct:
      maybe(static_cast<const bound::Deconstruct&>(node).source);
      return all(static_cast<const bound::Deconstruct&>(node).assignments);
    case kInterpolation:
      for (const bound::InterpolationPart& part : static_cast<const bound::Interpolation&>(node).parts) maybe(part.value);
      return;
    case kConcat:
      return all(static_cast<const bound::Concat&>(node).operands);
    case kSequence:
      all(static_cast<const bound::Sequence&>(node).effects);
      return maybe(static_cast<const bound::Sequence&>(node).value);
    case kThrow:
      return maybe(static_cast<const bound::Throw&>(node).exception);
    case kDynamic:
      return all(static_cast<const bound::Dynamic&>(node).operands);
  }
}

/// Direct children of a statement: `on_expression(Expression*)`, `on_statement(Statement*)`.
template <typename OnExpression, typename OnStatement>
void for_each_child(const bound::Statement& node, OnExpression&& on_expression, OnStatement&& on_statement) {
  using enum bound::StatementKind;
  const auto value = [&](bound::Expression* child) {
    if (child != nullptr) on_expression(child);
  };
  const auto inner = [&](bound::Statement* child) {
    if (child != nullptr) on_statement(child);
  };
  switch (node.kind) {
    case kBlock:
      for (bound::Statement* child : static_cast<const bound::Block&>(node).statements) inner(child);
      return;
    case kExpression:
      return value(static_cast<const bound::ExpressionStatement&>(node).expression);
    case kLocal:
      return value(static_cast<const bound::LocalDeclaration&>(node).initialiser);
    case kIf:
      value(static_cast<const bound::If&>(node).condition);
      inner(static_cast<const bound::If&>(node).then_branch);
      return inner(static_cast<const bound::If&>(node).else_branch);
    case kWhile:
    case kDoWhile:
      value(static_cast<const bound::While&>(node).condition);
      return inner(static_cast<const bound::While&>(node).body);
    case kFor:
      inner(static_cast<const bound::For&>(node).initialisers);
      value(static_cast<const bound::For&>(node).condition);
      for (bound::Expression* child : static_cast<const bound::For&>(node).iterators) value(child);
      return inner(static_cast<const bound::For&>(node).body);
    case kForEach:
      value(static_cast<const bound::ForEach&>(node).sequence);
      return inner(static_cast<const bound::ForEach&>(node).body);
    case kSwitch:
      value(static_cast<const bound::Switch&>(node).value);
      for (const bound::SwitchSection& section : static_cast<const bound::Switch&>(node).sections) {
        for (const bound::SwitchLabel& label : section.labels) value(label.guard);
        inner(section.body);
      }
      return;
    case kReturn:
      return value(static_cast<const bound::Return&>(node).value);
    case kThrow:
      return value(static_cast<const bound::ThrowStatement&>(node).exception);
    case kTry:
      inner(static_cast<const bound::Try&>(node).body);
      for (const bound::Catch& one : static_cast<const bound::Try&>(node).catches) {
        value(one.filter);
        inner(one.body);
      }
      return inner(static_cast<const bound::Try&>(node).finally);
    case kUsing:
      value(static_cast<const bound::Using&>(node).initialiser);
      return inner(static_cast<const bound::Using&>(node).body);
    case kYieldReturn:
      return value(static_cast<const bound::Yield&>(node).value);
    case kBreak:
    case kContinue:
    case kGoto:
    case kLabel:
    case kGotoCase:
    case kYieldBreak:
    case kEmpty:
      return;
  }
}

/// Whether evaluating `node` may write `local`, which lives in a register (so nothing but the text of `node` can).
bool may_write(const bound::Expression& node, const bound::Local& local);

/// Sets `captured` of `root` and of every function inside it to what each needs from outside, calls of local functions included.
void find_captures(bound::Lambda& root, Arena& arena);

}  // namespace portcullis::lowering
