// Reachability and definite assignment over the finished tree, as C# 7.3 defines them ("Definite assignment"): a set of assigned
// locals for each place, two sets after conditions. Loops need one pass, because going round never takes an assignment away.
#include <array>
#include <vector>

#include "engine/bind/binder.h"
#include "engine/bind/walk.h"

namespace portcullis::binding {

using namespace bound;

namespace {

constexpr std::int32_t kTracked = 256;  // locals beyond that count as assigned; they are zero at run time

struct State {
  std::array<std::uint64_t, kTracked / 64> assigned{};
  bool reachable = true;

  [[nodiscard]] bool has(std::int32_t index) const { return !reachable || (assigned[static_cast<std::size_t>(index) / 64] >> (index % 64) & 1U) != 0; }
  void set(std::int32_t index) { assigned[static_cast<std::size_t>(index) / 64] |= std::uint64_t{1} << (index % 64); }
};

State unreachable() {
  State state;
  state.assigned.fill(~std::uint64_t{0});
  state.reachable = false;
  return state;
}

State join(const State& a, const State& b) {
  if (!a.reachable) return b;
  if (!b.reachable) return a;
  State both;
  for (std::size_t i = 0; i < both.assigned.size(); ++i) both.assigned[i] = a.assigned[i] & b.assigned[i];
  return both;
}

struct Branches {
  State when_true;
  State when_false;
};

class Flow {
 public:
  Flow(std::vector<FlowReport>* reports) : reports_(reports) {}

  bool function(Lambda* lambda, const State& entry) {
    const State outer = state_;
    Jumps jumps;
    Jumps* const outer_jumps = jumps_;
    const bool outer_quiet = said_unreachable_;
    jumps_ = &jumps;
    state_ = entry;
    said_unreachable_ = false;
    statement(lambda->body);
    const bool runs_off = state_.reachable;
    if (runs_off && reports_ != nullptr && lambda->result != nullptr && lambda->result->kind != TypeKind::kVoid && !lambda->is_iterator) {
      const std::uint32_t end = lambda->body->span.end;
      reports_->push_back({FlowReport::Kind::kMissingReturn, {end == 0 ? 0 : end - 1, end}, nullptr, lambda});
    }
    jumps_ = outer_jumps;
    said_unreachable_ = outer_quiet;
    state_ = outer;
    return runs_off;
  }

  bool block_end(Block* block) {
    Jumps jumps;
    jumps_ = &jumps;
    statement(block);
    return state_.reachable;
  }

 private:
  struct Jumps {
    State breaks = unreachable();
    State continues = unreachable();
    std::vector<std::pair<Label*, State>> gotos;
  };

  // ---- locals
  std::int32_t index_of(Local* local) {
    auto* info = static_cast<LocalInfo*>(local);
    if (info->has_initialiser || info->type->kind == TypeKind::kError) return -1;
    if (info->flow_index < 0) {
      if (next_ >= kTracked) return -1;
      info->flow_index = next_++;
    }
    return info->flow_index;
  }
  void assign(Local* local) {
    if (const std::int32_t index = index_of(local); index >= 0) state_.set(index);
  }
  void read(Local* local, Span span) {
    const std::int32_t index = index_of(local);
    if (index < 0 || state_.has(index)) return;
    if (reports_ != nullptr) reports_->push_back({FlowReport::Kind::kUnassigned, span, local, nullptr});
    state_.set(index);
  }

  // ---- conditions
  Branches condition(Expression* node) {
    switch (node->kind) {
      case ExpressionKind::kConstant: {
        const bool value = static_cast<Constant*>(node)->value.integer != 0;
        return value ? Branches{state_, unreachable()} : Branches{unreachable(), state_};
      }
      case ExpressionKind::kUnary:
        if (auto* unary = static_cast<Unary*>(node); unary->op == UnaryOperator::kNot && !unary->is_lifted) {
          Branches inner = condition(unary->operand);
          return {inner.when_false, inner.when_true};
        }
        break;
      case ExpressionKind::kLogical: {
        auto* logical = static_cast<Logical*>(node);
        const Branches left = condition(logical->left);
        state_ = logical->is_and ? left.when_true : left.when_false;
        const Branches right = condition(logical->right);
        if (logical->is_and) return {right.when_true, join(left.when_false, right.when_false)};
        return {join(left.when_true, right.when_true), right.when_false};
      }
      case ExpressionKind::kConditional: {
        auto* choice = static_cast<Conditional*>(node);
        const Branches which = condition(choice->condition);
        state_ = which.when_true;
        const Branches a = condition(choice->when_true);
        state_ = which.when_false;
        const Branches b = condition(choice->when_false);
        return {join(a.when_true, b.when_true), join(a.when_false, b.when_false)};
      }
      case ExpressionKind::kIs: {
        auto* is = static_cast<Is*>(node);
        expression(is->operand);
        Branches out{state_, state_};
        if (is->pattern.declared != nullptr) {
          if (const std::int32_t index = index_of(is->pattern.declared); index >= 0) {
            out.when_true.set(index);
            if (is->pattern.kind == Pattern::Kind::kVar) out.when_false.set(index);
          }
        }
        return out;
      }
      default: break;
    }
    expression(node);
    return {state_, state_};
  }
  void joined_condition(Expression* node) {
    const Branches both = condition(node);
    state_ = join(both.when_true, both.when_false);
  }

  // ---- expressions
  void arguments(std::span<const Argument> list) {
    for (const Argument& argument : list) {
      if (argument.value == nullptr) continue;
      if (argument.mode == ParameterMode::kOut && argument.value->kind == ExpressionKind::kLocal) continue;
      expression(argument.value);
    }
    for (const Argument& argument : list) {
      if (argument.value != nullptr && argument.mode == ParameterMode::kOut && argument.value->kind == ExpressionKind::kLocal) {
        assign(static_cast<LocalReference*>(argument.value)->local);
      }
    }
  }

  void target(Expression* node) {
    if (node->kind == ExpressionKind::kLocal) return;
    if (node->kind == ExpressionKind::kRecordField) return target(static_cast<RecordField*>(node)->record);
    each_child(node, [this](Expression* child) { expression(child); });
  }

  void optional(Expression* node) {
    const State before = state_;
    expression(node);
    state_ = join(before, state_);
  }

  void expression(Expression* node) {
    switch (node->kind) {
      case ExpressionKind::kLocal: read(static_cast<LocalReference*>(node)->local, node->span); return;
      case ExpressionKind::kLogical:
      case ExpressionKind::kIs: joined_condition(node); return;
      case ExpressionKind::kUnary:
        if (static_cast<Unary*>(node)->op == UnaryOperator::kNot && !static_cast<Unary*>(node)->is_lifted) {
          joined_condition(node);
          return;
        }
        break;
      case ExpressionKind::kConditional: {
        auto* choice = static_cast<Conditional*>(node);
        const Branches which = condition(choice->condition);
        state_ = which.when_true;
        expression(choice->when_true);
        const State first = state_;
        state_ = which.when_false;
        expression(choice->when_false);
        state_ = join(first, state_);
        return;
      }
      case ExpressionKind::kCoalesce: {
        auto* coalesce = static_cast<Coalesce*>(node);
        expression(coalesce->left);
        optional(coalesce->right);
        return;
      }
      case ExpressionKind::kConditionalAccess: {
        auto* access = static_cast<ConditionalAccess*>(node);
        expression(access->receiver);
        optional(access->access);
        return;
      }
      case ExpressionKind::kCall: {
        auto* call = static_cast<Call*>(node);
        if (call->receiver != nullptr) expression(call->receiver);
        arguments(call->arguments);
        return;
      }
      case ExpressionKind::kDelegateCall:
        expression(static_cast<DelegateCall*>(node)->target);
        arguments(static_cast<DelegateCall*>(node)->arguments);
        return;
      case ExpressionKind::kLocalFunctionCall: arguments(static_cast<LocalFunctionCall*>(node)->arguments); return;
      case ExpressionKind::kNew: arguments(static_cast<New*>(node)->arguments); return;
      case ExpressionKind::kAssign: {
        auto* assignment = static_cast<Assign*>(node);
        target(assignment->target);
        expression(assignment->value);
        if (assignment->target->kind == ExpressionKind::kLocal) assign(static_cast<LocalReference*>(assignment->target)->local);
        return;
      }
      case ExpressionKind::kLambda: function(static_cast<LambdaNode*>(node)->lambda, state_); return;
      case ExpressionKind::kThrow:
        expression(static_cast<Throw*>(node)->exception);
        state_ = unreachable();
        return;
      case ExpressionKind::kBinary: {
        // Long chains lean to the left.
        std::vector<Binary*> spine;
        while (node->kind == ExpressionKind::kBinary) {
          spine.push_back(static_cast<Binary*>(node));
          node = spine.back()->left;
        }
        expression(node);
        for (std::size_t i = spine.size(); i-- > 0;) expression(spine[i]->right);
        return;
      }
      default: break;
    }
    each_child(node, [this](Expression* child) { expression(child); });
  }

  // ---- statements
  void statement(Statement* node) {
    if (node == nullptr) return;
    if (!state_.reachable && node->kind != StatementKind::kBlock && node->kind != StatementKind::kEmpty && node->kind != StatementKind::kLabel) {
      if (reports_ != nullptr && !said_unreachable_) reports_->push_back({FlowReport::Kind::kUnreachable, node->span, nullptr, nullptr});
      said_unreachable_ = true;
    } else if (state_.reachable) {
      said_unreachable_ = false;
    }
    switch (node->kind) {
      case StatementKind::kBlock: {
        auto* block = static_cast<Block*>(node);
        for (Statement* child : block->statements) statement(child);
        // Local functions see everything assigned: what they read is zero at worst.
        for (Lambda* inner : block->functions) {
          if (inner->body == nullptr) continue;
          State all;
          all.assigned.fill(~std::uint64_t{0});
          // Its own variables do not have an index yet, or were given one by nobody else.
          for (std::int32_t i = next_; i < kTracked; ++i) all.assigned[static_cast<std::size_t>(i) / 64] &= ~(std::uint64_t{1} << (i % 64));
          function(inner, all);
        }
        return;
      }
      case StatementKind::kExpression: expression(static_cast<ExpressionStatement*>(node)->expression); return;
      case StatementKind::kLocal: {
        auto* local = static_cast<LocalDeclaration*>(node);
        if (local->initialiser != nullptr) {
          expression(local->initialiser);
        } else if (const std::int32_t index = index_of(local->local); index >= 0 && state_.reachable) {
          // A round of a loop starts anew.
          state_.assigned[static_cast<std::size_t>(index) / 64] &= ~(std::uint64_t{1} << (index % 64));
        }
        return;
      }
      case StatementKind::kIf: {
        auto* branch = static_cast<If*>(node);
        const Branches which = condition(branch->condition);
        state_ = which.when_true;
        statement(branch->then_branch);
        const State first = state_;
        state_ = which.when_false;
        if (branch->else_branch != nullptr) statement(branch->else_branch);
        state_ = join(first, state_);
        return;
      }
      case StatementKind::kWhile: {
        auto* loop = static_cast<While*>(node);
        const Branches which = condition(loop->condition);
        state_ = which.when_true;
        const State breaks = body(loop->body).breaks;
        state_ = join(which.when_false, breaks);
        return;
      }
      case StatementKind::kDoWhile: {
        auto* loop = static_cast<While*>(node);
        const Jumps inner = body(loop->body);
        state_ = join(state_, inner.continues);
        const Branches which = condition(loop->condition);
        state_ = join(which.when_false, inner.breaks);
        return;
      }
      case StatementKind::kFor: {
        auto* loop = static_cast<For*>(node);
        statement(loop->initialisers);
        Branches which{state_, unreachable()};
        if (loop->condition != nullptr) which = condition(loop->condition);
        state_ = which.when_true;
        const Jumps inner = body(loop->body);
        state_ = join(state_, inner.continues);
        for (Expression* iterator : loop->iterators) expression(iterator);
        state_ = join(which.when_false, inner.breaks);
        return;
      }
      case StatementKind::kForEach: {
        auto* loop = static_cast<ForEach*>(node);
        expression(loop->sequence);
        const State before = state_;
        const Jumps inner = body(loop->body);
        static_cast<void>(inner);
        state_ = before;
        return;
      }
      case StatementKind::kSwitch: switch_statement(static_cast<Switch*>(node)); return;
      case StatementKind::kReturn:
        if (static_cast<Return*>(node)->value != nullptr) expression(static_cast<Return*>(node)->value);
        state_ = unreachable();
        return;
      case StatementKind::kThrow:
        if (static_cast<ThrowStatement*>(node)->exception != nullptr) expression(static_cast<ThrowStatement*>(node)->exception);
        state_ = unreachable();
        return;
      case StatementKind::kBreak:
        jumps_->breaks = join(jumps_->breaks, state_);
        state_ = unreachable();
        return;
      case StatementKind::kContinue:
        for (Jumps* at = jumps_; at != nullptr; at = outer_of(at)) {
          if (!is_switch(at)) {
            at->continues = join(at->continues, state_);
            break;
          }
        }
        state_ = unreachable();
        return;
      case StatementKind::kGoto:
        gotos_.push_back({static_cast<Jump*>(node)->label, state_});
        state_ = unreachable();
        return;
      case StatementKind::kLabel: {
        // Gotos from below arrive with more assigned than what falls in from above; without that, with an unknown state.
        State here = state_;
        for (const auto& [label, state] : gotos_) {
          if (label == static_cast<Jump*>(node)->label) here = join(here, state);
        }
        if (!here.reachable) here = State{};
        state_ = here;
        return;
      }
      case StatementKind::kGotoCase:
      case StatementKind::kYieldBreak: state_ = unreachable(); return;
      case StatementKind::kYieldReturn: expression(static_cast<Yield*>(node)->value); return;
      case StatementKind::kTry: try_statement(static_cast<Try*>(node)); return;
      case StatementKind::kUsing:
        expression(static_cast<Using*>(node)->initialiser);
        statement(static_cast<Using*>(node)->body);
        return;
      case StatementKind::kEmpty: return;
    }
  }

  Jumps body(Statement* node) {
    Jumps inner;
    nesting_.push_back({jumps_, false});
    jumps_ = &inner;
    statement(node);
    jumps_ = nesting_.back().outer;
    nesting_.pop_back();
    return inner;
  }

  // `jumps_` of enclosing loops and switches.
  Jumps* outer_of(const Jumps* at) {
    for (std::size_t i = nesting_.size(); i-- > 0;) {
      Jumps* inner = i + 1 < nesting_.size() ? nesting_[i + 1].outer : jumps_;
      if (inner == at) return nesting_[i].outer;
    }
    return nullptr;
  }
  bool is_switch(const Jumps* at) {
    for (std::size_t i = nesting_.size(); i-- > 0;) {
      Jumps* inner = i + 1 < nesting_.size() ? nesting_[i + 1].outer : jumps_;
      if (inner == at) return nesting_[i].is_switch;
    }
    return false;
  }

  // A type pattern leaves null out.
  static bool takes_all(const Pattern& pattern, const Type& type) {
    if (pattern.kind == Pattern::Kind::kVar || pattern.kind == Pattern::Kind::kDiscard) return true;
    return pattern.kind == Pattern::Kind::kType && pattern.type == &type && type.is_value_type && !is_nullable(type);
  }

  void switch_statement(Switch* choice) {
    expression(choice->value);
    const State start = state_;
    Jumps inner;
    nesting_.push_back({jumps_, true});
    jumps_ = &inner;
    bool covers_all = false;
    for (const SwitchSection& section : choice->sections) {
      State entry = unreachable();
      for (const SwitchLabel& label : section.labels) {
        state_ = start;
        if (label.is_default) {
          covers_all = true;
        } else {
          if (label.pattern.declared != nullptr) assign(label.pattern.declared);
          if (label.guard != nullptr) {
            state_ = condition(label.guard).when_true;
          } else if (takes_all(label.pattern, *choice->value->type)) {
            covers_all = true;
          }
        }
        entry = join(entry, state_);
      }
      state_ = entry;
      if (!state_.reachable && start.reachable) state_ = start;
      statement(section.body);
      if (state_.reachable && reports_ != nullptr) {
        const Span span = section.body->statements.empty() ? section.body->span : section.body->statements.back()->span;
        reports_->push_back({FlowReport::Kind::kFallThrough, span, nullptr, nullptr});
      }
    }
    jumps_ = nesting_.back().outer;
    nesting_.pop_back();
    state_ = covers_all ? inner.breaks : join(inner.breaks, start);
  }

  void try_statement(Try* attempt) {
    const State start = state_;
    statement(attempt->body);
    State end = state_;
    for (const Catch& clause : attempt->catches) {
      state_ = start;
      if (clause.filter != nullptr) state_ = condition(clause.filter).when_true;
      statement(clause.body);
      end = join(end, state_);
    }
    if (attempt->finally == nullptr) {
      state_ = end;
      return;
    }
    state_ = start;
    statement(attempt->finally);
    if (!state_.reachable || !end.reachable) {
      state_ = unreachable();
      return;
    }
    for (std::size_t i = 0; i < end.assigned.size(); ++i) end.assigned[i] |= state_.assigned[i];
    state_ = end;
  }

  struct Nesting {
    Jumps* outer;
    bool is_switch;
  };

  std::vector<FlowReport>* reports_;
  State state_;
  Jumps* jumps_ = nullptr;
  std::vector<Nesting> nesting_;
  std::vector<std::pair<Label*, State>> gotos_;
  std::int32_t next_ = 0;
  bool said_unreachable_ = false;
};

}  // namespace

void check_flow(const TypeTable& types, Lambda* root, std::vector<FlowReport>& out) {
  static_cast<void>(types);
  Flow flow(&out);
  flow.function(root, State{});
}

bool end_is_reachable(const TypeTable& types, Block* block) {
  static_cast<void>(types);
  Flow flow(nullptr);
  const bool reachable = flow.block_end(block);
  return reachable;
}

}  // namespace portcullis::binding
