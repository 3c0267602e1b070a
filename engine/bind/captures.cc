// Which locals inner functions use, once the tree is final: rejected readings of lambdas leave no trace.
#include <algorithm>
#include <vector>

#include "engine/bind/binder.h"
#include "engine/bind/walk.h"

namespace portcullis::binding {

using namespace bound;

namespace {

class Captures {
 public:
  Captures(Arena& arena, Lambda* root, List<Lambda*>& all) : arena_(arena), root_(root), all_(all) {}

  void run() {
    enter(root_, false);
    close_over_calls();
    for (std::size_t i = 0; i < all_.size(); ++i) all_[i]->captured = lists_[i].span();
    for (LocalInfo* local : captured_) {
      local->is_captured = true;
      const bool once = local->name.empty() && !local->is_parameter ? local->writes <= 1 : local->writes == 0;
      local->is_assigned_once = local->has_initialiser && once && !local->is_captured_by_function && !local->is_by_reference;
    }
  }

 private:
  void enter(Lambda* lambda, bool is_function) {
    lambda->index = all_.size();
    all_.push(arena_, lambda);
    lists_.emplace_back();
    is_function_.push_back(is_function);
    Lambda* const outer = current_;
    current_ = lambda == root_ ? nullptr : lambda;
    statement(lambda->body);
    current_ = outer;
  }

  void add(Lambda* function, LocalInfo* local) {
    while (function != nullptr && function != local->owner) {
      const std::size_t index = function->index;
      if (is_function_[index]) local->is_captured_by_function = true;
      const auto have = lists_[index].span();
      if (std::find(have.begin(), have.end(), local) == have.end()) {
        lists_[index].push(arena_, local);
        changed_ = true;
      }
      function = function->owner;
    }
  }

  void use(Local* used) {
    auto* local = static_cast<LocalInfo*>(used);
    if (local->owner == current_) return;
    if (std::find(captured_.begin(), captured_.end(), local) == captured_.end()) captured_.push_back(local);
    add(current_, local);
  }

  void written(Expression* target) {
    while (target->kind == ExpressionKind::kRecordField) target = static_cast<RecordField*>(target)->record;
    if (target->kind == ExpressionKind::kLocal) ++static_cast<LocalInfo*>(static_cast<LocalReference*>(target)->local)->writes;
  }

  void call(Lambda* callee) { calls_.push_back({current_, callee}); }

  void expression(Expression* node) {
    switch (node->kind) {
      case ExpressionKind::kLocal: use(static_cast<LocalReference*>(node)->local); return;
      case ExpressionKind::kLambda: enter(static_cast<LambdaNode*>(node)->lambda, false); return;
      case ExpressionKind::kMethodGroup: call(static_cast<bound::MethodGroup*>(node)->function); return;
      case ExpressionKind::kLocalFunctionCall:
        call(static_cast<LocalFunctionCall*>(node)->function);
        out_arguments(static_cast<LocalFunctionCall*>(node)->arguments);
        break;
      case ExpressionKind::kCall: out_arguments(static_cast<Call*>(node)->arguments); break;
      case ExpressionKind::kNew: out_arguments(static_cast<New*>(node)->arguments); break;
      case ExpressionKind::kDelegateCall: out_arguments(static_cast<DelegateCall*>(node)->arguments); break;
      case ExpressionKind::kAssign: written(static_cast<Assign*>(node)->target); break;
      case ExpressionKind::kBinary:
        // Long chains lean to the left.
        while (node->kind == ExpressionKind::kBinary) {
          expression(static_cast<Binary*>(node)->right);
          node = static_cast<Binary*>(node)->left;
        }
        expression(node);
        return;
      default: break;
    }
    each_child(node, [this](Expression* child) { expression(child); });
  }

  void out_arguments(std::span<const Argument> arguments) {
    for (const Argument& argument : arguments) {
      if (argument.value != nullptr && (argument.mode == ParameterMode::kOut || argument.mode == ParameterMode::kRef)) written(argument.value);
    }
  }

  void statement(Statement* node) {
    if (node->kind == StatementKind::kBlock) {
      for (Lambda* function : static_cast<Block*>(node)->functions) {
        if (function->body != nullptr) enter(function, true);
      }
    }
    each_part(
        node, [this](Expression* child) { expression(child); }, [this](Statement* child) { statement(child); });
  }

  // Whoever calls a local function needs what that one captures.
  void close_over_calls() {
    changed_ = true;
    while (changed_) {
      changed_ = false;
      for (const auto& [caller, callee] : calls_) {
        if (callee == nullptr || callee->body == nullptr) continue;
        const auto needed = lists_[callee->index].span();
        for (std::size_t i = 0; i < needed.size(); ++i) add(caller, static_cast<LocalInfo*>(lists_[callee->index][i]));
      }
    }
  }

  struct CallEdge {
    Lambda* caller;
    Lambda* callee;
  };

  Arena& arena_;
  Lambda* root_;
  List<Lambda*>& all_;
  Lambda* current_ = nullptr;  // null: the root
  bool changed_ = false;
  std::vector<List<Local*>> lists_;
  std::vector<bool> is_function_;
  std::vector<LocalInfo*> captured_;
  std::vector<CallEdge> calls_;
};

}  // namespace

void mark_captures(Arena& arena, Lambda* root, List<Lambda*>& all) { Captures(arena, root, all).run(); }

}  // namespace portcullis::binding
