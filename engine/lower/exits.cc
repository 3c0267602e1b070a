// Ways out of blocks: return, break, continue and goto through finally blocks; try, catch, using.
//
//   finally blocks are compiled once. Register `state` says where to go on after one: -1 the exception in the next register flies
//   on, otherwise an index into the table of continuations. A way out through several of them goes by trampolines, which stand
//   behind the function's code: each sets the state of the next block and jumps there.
#include "engine/lower/lowering.h"

namespace portcullis::lowering {

namespace {

Slot dispose_object(Run& run, Slot object) {
  dispose(run, object.object);
  return {};
}

}  // namespace

// Leaves the scopes from `scopes_left` on, innermost first, then goes on at `target`.
void Lowering::exit_to(LabelId target, std::size_t scopes_left) {
  std::vector<FinallyScope*> passed;  // outermost first
  for (std::size_t i = scopes_left; i < exits_.size(); ++i) {
    if (exits_[i].kind == ExitScope::Kind::kFinally) passed.push_back(exits_[i].finally);
  }
  LabelId next = target;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    passed[i]->continuations.push_back(next);
    if (i + 1 == passed.size()) {
      builder_.emit_integer(Op::kLoad, passed[i]->state, 0, static_cast<std::int64_t>(passed[i]->continuations.size()) - 1);
      builder_.emit_jump(Op::kJump, passed[i]->entry);
      return;
    }
    const LabelId trampoline = builder_.label();
    // The state is set in the trampoline; its index travels as the label's own continuation number.
    trampolines_.push_back({trampoline, {passed[i], LabelId{static_cast<std::uint32_t>(passed[i]->continuations.size() - 1)}}});
    next = trampoline;
  }
  builder_.emit_jump(Op::kJump, target);
}

void Lowering::emit_trampolines() {
  for (const auto& [label, where] : trampolines_) {
    builder_.place(label);
    builder_.emit_integer(Op::kLoad, where.first->state, 0, where.second.value);
    builder_.emit_jump(Op::kJump, where.first->entry);
  }
}

void Lowering::leave_loop(bool is_break) {
  for (std::size_t i = exits_.size(); i-- > 0;) {
    const ExitScope& scope = exits_[i];
    if (scope.kind == ExitScope::Kind::kLoop || (is_break && scope.kind == ExitScope::Kind::kSwitch)) {
      return exit_to(is_break ? scope.break_label : scope.continue_label, i);
    }
  }
}

void Lowering::lower_return(bound::Return& node) {
  bool passes_finally = false;
  for (const ExitScope& scope : exits_) passes_finally |= scope.kind == ExitScope::Kind::kFinally;
  if (!passes_finally) {
    if (node.value == nullptr || node.value->type->kind == TypeKind::kVoid) {
      if (node.value != nullptr) effect(*node.value);
      builder_.emit(Op::kReturnNothing);
    } else {
      builder_.emit(Op::kReturn, lower(*node.value));
    }
    return;
  }
  if (!has_return_label_) {
    return_label_ = builder_.label();
    has_return_label_ = true;
  }
  if (node.value != nullptr && node.value->type->kind != TypeKind::kVoid) {
    lower_to(*node.value, return_register_);
  } else if (node.value != nullptr) {
    effect(*node.value);
  }
  exit_to(return_label_, 0);
}

void Lowering::lower_try(bound::Try& node) {
  if (node.finally == nullptr) return lower_catches(node);
  with_finally([&] { lower_catches(node); }, [&] { block(*node.finally); });
}

void Lowering::lower_catches(bound::Try& node) {
  if (node.catches.empty()) return block(*node.body);
  const Register exception = builder_.allocate();
  const LabelId handler = builder_.label();
  const LabelId end = builder_.label();
  const std::uint32_t begin = builder_.here();
  block(*node.body);
  builder_.protect(begin, builder_.here(), handler, exception, false);
  builder_.emit_jump(Op::kJump, end);
  builder_.place(handler);
  for (const bound::Catch& clause : node.catches) {
    const LabelId next = builder_.label();
    lower_catch(clause, exception, next, end);
    builder_.place(next);
  }
  builder_.emit(Op::kThrow, exception);
  builder_.place(end);
}

void Lowering::lower_catch(const bound::Catch& clause, Register exception, LabelId next, LabelId end) {
  const std::uint32_t mark = builder_.mark();
  if (clause.type != nullptr && !clause.type->is(Known::kException) && !clause.type->is(Known::kObject)) {
    const Register is = builder_.allocate();
    builder_.emit_pointer(Op::kIs, is, exception, clause.type);
    builder_.emit_jump(Op::kJumpIfFalse, next, is);
  }
  if (clause.variable != nullptr) {
    declare(*clause.variable);
    store(*clause.variable, exception);
    alive_.push_back(clause.variable);
  }
  if (clause.filter != nullptr) {
    // An exception inside a filter counts as false.
    const Register ignored = builder_.allocate();
    const std::uint32_t begin = builder_.here();
    branch(*clause.filter, next, false);
    builder_.protect(begin, builder_.here(), next, ignored, false);
  }
  caught_.push_back(exception);
  block(*clause.body);
  caught_.pop_back();
  if (clause.variable != nullptr) alive_.pop_back();
  builder_.emit_jump(Op::kJump, end);
  builder_.release(mark);
}

void Lowering::lower_using(bound::Using& node) {
  const Register held = builder_.allocate();
  if (node.resource != nullptr) {
    declare(*node.resource);
    alive_.push_back(node.resource);
    lower_to(*node.initialiser, held);
    store(*node.resource, held);
  } else {
    lower_to(*node.initialiser, held);
  }
  with_finally([&] { statement(*node.body); },
               [&] {
                 const Register nothing = builder_.allocate();
                 builder_.emit(Op::kHelper1, nothing, held).helper1 = &dispose_object;
               });
  if (node.resource != nullptr) alive_.pop_back();
}

}  // namespace portcullis::lowering
