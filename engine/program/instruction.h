// One instruction of the internal form: sixteen bytes, typed, no state outside its registers.
#pragma once

#include <cstdint>

#include "engine/run/slot.h"

namespace portcullis {

class Run;
struct Type;

enum class Op : std::uint16_t {
#define PC_OP(enumerator, mnemonic, operands) enumerator,
#include "engine/program/ops.def"
  kCount,
};

/// A rare operation as a plain function: checked arithmetic, decimals, unsigned division, …
using Helper1 = Slot (*)(Run&, Slot);
using Helper2 = Slot (*)(Run&, Slot, Slot);

/// `a` is the destination unless the table (ops.def) says otherwise. Jumps count instructions from the one that jumps.
struct Instruction {
  struct Pair {
    std::int32_t x;
    std::int32_t jump;
  };

  Op op;
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::uint16_t c = 0;
  union {
    std::int64_t integer = 0;
    double real;
    const void* pointer;
    Helper1 helper1;
    Helper2 helper2;
    Pair pair;
  };
};
static_assert(sizeof(Instruction) == 16);

/// The jump of instructions whose `pointer` is a literal: it is kept in `b` (low half) and `c`.
inline std::int32_t literal_jump(const Instruction& instruction) {
  return static_cast<std::int32_t>(std::uint32_t{instruction.b} | std::uint32_t{instruction.c} << 16);
}
inline void set_literal_jump(Instruction& instruction, std::int32_t jump) {
  instruction.b = static_cast<std::uint16_t>(static_cast<std::uint32_t>(jump) & 0xFFFF);
  instruction.c = static_cast<std::uint16_t>(static_cast<std::uint32_t>(jump) >> 16);
}

}  // namespace portcullis
