#include "engine/lower/walk.h"

#include <algorithm>

#include "engine/bind/walk.h"

namespace portcullis::lowering {

namespace {

using bound::ExpressionKind;

bool is_reference_to(const bound::Expression* node, const bound::Local& local) {
  return node != nullptr && node->kind == ExpressionKind::kLocal && static_cast<const bound::LocalReference*>(node)->local == &local;
}

/// The variable at the root of an assignable expression (`t` of `t.Item1.Item2`).
const bound::Expression* root_of(const bound::Expression* target) {
  while (target->kind == ExpressionKind::kRecordField) target = static_cast<const bound::RecordField*>(target)->record;
  return target;
}

bool writes_by_reference(std::span<const bound::Argument> arguments, const bound::Local& local) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const bound::Argument& argument) {
    return (argument.mode == ParameterMode::kOut || argument.mode == ParameterMode::kRef) && is_reference_to(argument.value, local);
  });
}

bool writes_itself(const bound::Expression& node, const bound::Local& local) {
  switch (node.kind) {
    case ExpressionKind::kAssign:
      return is_reference_to(root_of(static_cast<const bound::Assign&>(node).target), local);
    case ExpressionKind::kIs:
      return static_cast<const bound::Is&>(node).pattern.declared == &local;
    case ExpressionKind::kCall:
      return writes_by_reference(static_cast<const bound::Call&>(node).arguments, local);
    case ExpressionKind::kNew:
      return writes_by_reference(static_cast<const bound::New&>(node).arguments, local);
    case ExpressionKind::kDelegateCall:
      return writes_by_reference(static_cast<const bound::DelegateCall&>(node).arguments, local);
    case ExpressionKind::kLocalFunctionCall:
      return writes_by_reference(static_cast<const bound::LocalFunctionCall&>(node).arguments, local);
    default:
      return false;
  }
}

}  // namespace

bool may_write(const bound::Expression& start, const bound::Local& local) {
  const bound::Expression* node = &start;
  while (node->kind == ExpressionKind::kBinary) {
    if (may_write(*static_cast<const bound::Binary*>(node)->right, local)) return true;
    node = static_cast<const bound::Binary*>(node)->left;
  }
  if (writes_itself(*node, local)) return true;
  bool found = false;
  bound::each_child(const_cast<bound::Expression*>(node), [&](bound::Expression* child) { found = found || may_write(*child, local); });
  return found;
}

}  // namespace portcullis::lowering
