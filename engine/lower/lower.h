// Typed tree to program: order of evaluation, registers, jumps, constants. What the tree says needs no further question.
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "engine/bind/bound.h"
#include "engine/program/code.h"
#include "engine/types/type_table.h"

namespace portcullis {

/// Numbers the variables of a program, so that `context.Variables["x"]` is an index.
class VariableNumbers {
 public:
  virtual ~VariableNumbers() = default;
  virtual std::uint32_t number_of(std::string_view name) = 0;
};

struct LowerContext {
  const TypeTable& types;
  Code& code;
  DiagnosticSink& sink;
  VariableNumbers* variables = nullptr;  // null: an expression evaluated alone
};

struct Lowered {
  const Function* entry;
  std::uint8_t member_flags;  // MemberFlags of all members it may call, together
};

/// Errors (a function with too many variables): reported, and the result is empty. Warnings come from what natives prepare.
Parsed<Lowered> lower(LowerContext& context, const bound::Function& function);

}  // namespace portcullis
