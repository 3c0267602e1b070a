// Instructions of one function while it grows: labels, jumps, registers, handlers.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/program/function.h"

namespace portcullis::lowering {

using Register = std::uint16_t;

/// A place in the code that jumps may name before it is known.
struct LabelId {
  std::uint32_t value;
};

class Builder {
 public:
  void start();

  // ---- code
  Instruction& emit(Op op, Register a = 0, Register b = 0, Register c = 0);
  void emit_integer(Op op, Register a, Register b, std::int64_t value) { emit(op, a, b).integer = value; }
  void emit_pointer(Op op, Register a, Register b, const void* pointer, Register c = 0) { emit(op, a, b, c).pointer = pointer; }
  /// A jump; `x` is the constant that the comparisons with one have.
  void emit_jump(Op op, LabelId to, Register a = 0, Register b = 0, std::int32_t x = 0);
  void emit_literal_jump(Op op, LabelId to, Register a, const void* literal);
  /// kSwitch, kEndFinally.
  void emit_table(Op op, Register a, std::vector<LabelId> targets);
  LabelId label();
  void place(LabelId label) { labels_[label.value] = static_cast<std::int32_t>(code_.size()); }
  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(code_.size()); }
  void protect(std::uint32_t begin, std::uint32_t end, LabelId target, Register exception, bool is_finally);
  void at(Span span);

  // ---- registers: a stack
  Register allocate(std::uint32_t count = 1);
  [[nodiscard]] std::uint32_t mark() const { return next_; }
  void release(std::uint32_t mark) { next_ = mark; }
  [[nodiscard]] bool overflowed() const { return overflowed_; }

  /// Resolves jumps and copies everything into `arena`.
  void finish(Arena& arena, Function& function);

 private:
  struct Fixup {
    std::uint32_t instruction;
    LabelId target;
    bool is_literal;
  };
  struct Table {
    std::uint32_t instruction;
    std::vector<LabelId> targets;
  };
  struct Protection {
    Handler handler;
    LabelId target;
  };

  void resolve_jump(const Fixup& fixup);

  std::vector<Instruction> code_;
  std::vector<Place> places_;
  std::vector<std::int32_t> labels_;
  std::vector<Fixup> fixups_;
  std::vector<Table> tables_;
  std::vector<Protection> protections_;
  std::uint32_t next_ = 0;
  std::uint32_t most_ = 0;
  bool overflowed_ = false;
};

}  // namespace portcullis::lowering
