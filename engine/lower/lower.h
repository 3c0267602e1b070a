// Typed tree to program: order of evaluation, registers, jumps, constants. What the tree says needs no further question.
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "engine/bind/bound.h"
#include "engine/program/code.h"
#include "engine/types/type_table.h"

namespace portcullis {

class VariableNames;  // engine/exchange

struct LowerContext {
  const TypeTable& types;
  Code& code;
  DiagnosticSink& sink;
};

/// Errors (a function with too many variables): reported, and the result is empty. Warnings come from what natives prepare.
Parsed<const Function*> lower(LowerContext& context, const bound::Function& function);

}  // namespace portcullis
