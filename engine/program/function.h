// A function of the internal form and what its instructions point to. All lives in a Code's arena and never changes once built.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/source.h"
#include "engine/program/instruction.h"
#include "engine/program/operators.h"
#include "engine/types/definition.h"

namespace portcullis {

struct MemberInfo;

/// Instructions [begin, end) are protected: an exception raised there lands at `target` with itself in register `exception`.
struct Handler {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t target;
  std::uint16_t exception;
  bool is_finally;
};

/// Where each instruction came from; sorted by `instruction`, each entry good until the next.
struct Place {
  std::uint32_t instruction;
  Span span;  // in the expression's own text
};

/// The frame: parameters, then what was captured (values, or the cells of variables), then locals and temporaries.
struct Function {
  std::span<const Instruction> code;
  std::span<const Handler> handlers;  // inner ones first
  std::span<const Place> places;
  std::string_view name;              // of local functions
  const Type* result = nullptr;
  std::uint16_t registers = 0;
  std::uint16_t parameters = 0;
  std::uint16_t captured = 0;
  bool is_iterator = false;           // has `yield`: a call makes a sequence

  [[nodiscard]] Span place_of(std::uint32_t instruction) const {
    Span found{};
    for (const Place& place : places) {
      if (place.instruction > instruction) break;
      found = place.span;
    }
    return found;
  }
};

/// One call of a native. The site is what the native sees.
struct CallTarget {
  Native native;
  CallSite site;
  const MemberInfo* member;
};

struct ClosureSite {
  const Function* function;
  const Type* type;
};

/// Absolute instruction indices.
struct JumpTable {
  std::span<const std::uint32_t> targets;
};

/// A late-bound operation; `perform` (engine/lower) finds out what it means.
struct DynamicSite {
  Slot (*perform)(Run&, const DynamicSite&, const Slot* operands, std::uint32_t count);
  bound::DynamicOperation operation;
  std::string_view name;
  bound::UnaryOperator unary;
  bound::BinaryOperator binary;
  const Type* target;
};

}  // namespace portcullis
