// Variables: in a register; or, when an inner function shares and somebody writes them, in a cell that a register points to.
#include <algorithm>

#include "engine/lower/lowering.h"

namespace portcullis::lowering {

bool Lowering::is_cell(const bound::Local& local) const {
  return local.is_by_reference || (local.is_captured && !local.is_assigned_once);
}

bool Lowering::is_own(const bound::Local& local) const { return (local.owner != nullptr ? local.owner : root_) == lambda_; }

Register Lowering::register_of(bound::Local& local) {
  if (!is_own(local)) {
    const auto found = std::find(lambda_->captured.begin(), lambda_->captured.end(), &local);
    return static_cast<Register>(lambda_->parameters.size() + static_cast<std::size_t>(found - lambda_->captured.begin()));
  }
  if (local.index == 0) declare(local);
  return static_cast<Register>(local.index - 1);
}

void Lowering::declare(bound::Local& local) {
  if (local.index == 0) local.index = std::uint32_t{builder_.allocate()} + 1;
  if (is_cell(local) && !local.is_parameter) builder_.emit(Op::kNewCell, static_cast<Register>(local.index - 1));
}

// The author's variables stay where they are until the block ends. Temporaries of the binder get their register where they are used.
void Lowering::open_locals(std::span<bound::Local* const> locals) {
  for (bound::Local* local : locals) {
    if (local->name.empty() || std::find(alive_.begin(), alive_.end(), local) != alive_.end()) continue;
    declare(*local);
  }
}

void Lowering::load(bound::Local& local, Register to) {
  const Register from = register_of(local);
  if (is_cell(local)) {
    builder_.emit(Op::kCellLoad, to, from);
  } else if (from != to) {
    builder_.emit(Op::kMove, to, from);
  }
}

void Lowering::store(bound::Local& local, Register value) {
  const Register to = register_of(local);
  if (is_cell(local)) {
    builder_.emit(Op::kCellStore, to, value);
  } else if (to != value) {
    builder_.emit(Op::kMove, to, value);
  }
}

void Lowering::assign(bound::Local& local, bound::Expression& value) {
  const Register to = register_of(local);
  const std::uint32_t mark = builder_.mark();
  if (is_cell(local)) {
    builder_.emit(Op::kCellStore, to, lower(value));
  } else {
    lower_to(value, to);
  }
  builder_.release(mark);
}

void Lowering::address_of(bound::Local& local, Register to) {
  const Register from = register_of(local);
  builder_.emit(is_cell(local) ? Op::kMove : Op::kAddress, to, from);
}

// A closure takes values of what never changes, and the cells of the rest.
void Lowering::capture(const bound::Lambda& lambda, Register window) {
  for (std::size_t i = 0; i < lambda.captured.size(); ++i) {
    builder_.emit(Op::kMove, static_cast<Register>(window + i), register_of(*lambda.captured[i]));
  }
}

}  // namespace portcullis::lowering
