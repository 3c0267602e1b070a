#include "engine/lower/walk.h"

#include <algorithm>
#include <vector>

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

// ---- captures -----------------------------------------------------------------------------------------------------------

/// Walks one function's own code and notes what it uses of others.
class FreeVariables {
 public:
  struct Entry {
    bound::Lambda* lambda;
    std::vector<bound::Local*> free;
    std::vector<bound::Lambda*> inner;  // functions it makes or calls
  };

  void add(bound::Lambda& lambda) {
    if (std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.lambda == &lambda; })) return;
    entries_.push_back({&lambda, {}, {}});
    const std::size_t before = current_;
    current_ = entries_.size() - 1;
    statement(*lambda.body);
    current_ = before;
  }

  void close() {
    for (bool changed = true; changed;) {
      changed = false;
      for (Entry& entry : entries_) {
        for (const bound::Lambda* inner : entry.inner) changed |= take_from(entry, *inner);
      }
    }
  }

  void store(Arena& arena) const {
    for (const Entry& entry : entries_) {
      for (bound::Local* local : entry.free) local->is_captured = true;
      entry.lambda->captured = arena.copy(std::span<bound::Local* const>(entry.free.data(), entry.free.size()));
    }
  }

 private:
  void use(bound::Local* local) {
    if (local == nullptr || owner_of(*local) == entries_[current_].lambda) return;
    auto& free = entries_[current_].free;
    if (std::find(free.begin(), free.end(), local) == free.end()) free.push_back(local);
  }

  // The whole expression's locals have no owner.
  [[nodiscard]] const bound::Lambda* owner_of(const bound::Local& local) const {
    return local.owner != nullptr ? local.owner : entries_[0].lambda;
  }

  void inner(bound::Lambda* lambda) {
    entries_[current_].inner.push_back(lambda);
    add(*lambda);
  }

  bool take_from(Entry& entry, const bound::Lambda& lambda) {
    bool changed = false;
    for (const Entry& other : entries_) {
      if (other.lambda != &lambda || &other == &entry) continue;
      for (bound::Local* local : other.free) {
        if (owner_of(*local) == entry.lambda || std::find(entry.free.begin(), entry.free.end(), local) != entry.free.end()) continue;
        entry.free.push_back(local);
        changed = true;
      }
    }
    return changed;
  }

  void expression(const bound::Expression& start) {
    const bound::Expression* node = &start;
    // Long chains lean to the left: the right sides recurse, the left side does not.
    while (node->kind == ExpressionKind::kBinary || node->kind == ExpressionKind::kLogical) {
      const bool is_binary = node->kind == ExpressionKind::kBinary;
      expression(is_binary ? *static_cast<const bound::Binary*>(node)->right : *static_cast<const bound::Logical*>(node)->right);
      node = is_binary ? static_cast<const bound::Binary*>(node)->left : static_cast<const bound::Logical*>(node)->left;
    }
    if (node->kind == ExpressionKind::kLocal) use(static_cast<const bound::LocalReference*>(node)->local);
    if (node->kind == ExpressionKind::kIs) use(static_cast<const bound::Is*>(node)->pattern.declared);
    if (node->kind == ExpressionKind::kLambda) inner(static_cast<const bound::LambdaNode*>(node)->lambda);
    if (node->kind == ExpressionKind::kMethodGroup) inner(static_cast<const bound::MethodGroup*>(node)->function);
    if (node->kind == ExpressionKind::kLocalFunctionCall) inner(static_cast<const bound::LocalFunctionCall*>(node)->function);
    for_each_child(*node, [this](bound::Expression* child) { expression(*child); });
  }

  void statement(const bound::Statement& node) {
    for_each_child(
        node, [this](bound::Expression* child) { expression(*child); }, [this](bound::Statement* child) { statement(*child); });
  }

  std::vector<Entry> entries_;
  std::size_t current_ = 0;
};

}  // namespace

bool may_write(const bound::Expression& start, const bound::Local& local) {
  const bound::Expression* node = &start;
  while (node->kind == ExpressionKind::kBinary) {
    if (may_write(*static_cast<const bound::Binary*>(node)->right, local)) return true;
    node = static_cast<const bound::Binary*>(node)->left;
  }
  if (writes_itself(*node, local)) return true;
  bool found = false;
  for_each_child(*node, [&](bound::Expression* child) { found = found || may_write(*child, local); });
  return found;
}

void find_captures(bound::Lambda& root, Arena& arena) {
  FreeVariables variables;
  variables.add(root);
  variables.close();
  variables.store(arena);
}

}  // namespace portcullis::lowering
