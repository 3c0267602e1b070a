#include "engine/lower/builder.h"

#include <algorithm>

namespace portcullis::lowering {

namespace {
constexpr std::uint32_t kMostRegisters = 60'000;
}  // namespace

void Builder::start() {
  code_.clear();
  places_.clear();
  labels_.clear();
  fixups_.clear();
  tables_.clear();
  protections_.clear();
  next_ = most_ = 0;
  overflowed_ = false;
}

Instruction& Builder::emit(Op op, Register a, Register b, Register c) {
  Instruction& instruction = code_.emplace_back();
  instruction.op = op;
  instruction.a = a;
  instruction.b = b;
  instruction.c = c;
  return instruction;
}

void Builder::emit_jump(Op op, LabelId to, Register a, Register b, std::int32_t x) {
  fixups_.push_back({here(), to, false});
  emit(op, a, b).pair = {x, 0};
}

void Builder::emit_literal_jump(Op op, LabelId to, Register a, const void* literal) {
  fixups_.push_back({here(), to, true});
  emit(op, a).pointer = literal;
}

void Builder::emit_table(Op op, Register a, std::vector<LabelId> targets) {
  tables_.push_back({here(), std::move(targets)});
  emit(op, a).pointer = nullptr;
}

LabelId Builder::label() {
  labels_.push_back(-1);
  return {static_cast<std::uint32_t>(labels_.size() - 1)};
}

void Builder::protect(std::uint32_t begin, std::uint32_t end, LabelId target, Register exception, bool is_finally) {
  if (begin != end) protections_.push_back({{begin, end, 0, exception, is_finally}, target});
}

void Builder::at(Span span) {
  if (places_.empty() || places_.back().span != span) places_.push_back({here(), span});
}

Register Builder::allocate(std::uint32_t count) {
  const std::uint32_t first = next_;
  next_ += count;
  if (next_ > kMostRegisters) {
    overflowed_ = true;
    next_ = first;
    return 0;
  }
  most_ = std::max(most_, next_);
  return static_cast<Register>(first);
}

void Builder::resolve_jump(const Fixup& fixup) {
  Instruction& instruction = code_[fixup.instruction];
  const std::int32_t jump = labels_[fixup.target.value] - static_cast<std::int32_t>(fixup.instruction);
  const bool is_walk = instruction.op >= Op::kNext && instruction.op <= Op::kNextChar;
  // Its twin, which counts steps.
  if (jump <= 0 && !is_walk) instruction.op = static_cast<Op>(static_cast<std::uint16_t>(instruction.op) + 1);
  if (fixup.is_literal) {
    set_literal_jump(instruction, jump);
  } else {
    instruction.pair.jump = jump;
  }
}

void Builder::finish(Arena& arena, Function& function) {
  for (const Fixup& fixup : fixups_) resolve_jump(fixup);
  for (const Table& table : tables_) {
    const std::span<std::uint32_t> targets = arena.array<std::uint32_t>(table.targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) targets[i] = static_cast<std::uint32_t>(labels_[table.targets[i].value]);
    auto* made = arena.make<JumpTable>();
    made->targets = targets;
    code_[table.instruction].pointer = made;
  }
  const std::span<Handler> handlers = arena.array<Handler>(protections_.size());
  for (std::size_t i = 0; i < handlers.size(); ++i) {
    handlers[i] = protections_[i].handler;
    handlers[i].target = static_cast<std::uint32_t>(labels_[protections_[i].target.value]);
  }
  function.code = arena.copy(std::span<const Instruction>(code_.data(), code_.size()));
  function.places = arena.copy(std::span<const Place>(places_.data(), places_.size()));
  function.handlers = handlers;
  function.registers = static_cast<std::uint16_t>(most_ + 1);
}

}  // namespace portcullis::lowering
