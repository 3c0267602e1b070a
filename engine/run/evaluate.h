// Running a compiled expression.
#pragma once

#include "base/result.h"
#include "engine/program/code.h"
#include "engine/run/run.h"

namespace portcullis {

/// The value, of the expression's static type (`expression.type`).
/// Errors: the exception that left the expression; `run.exceeded` says whether it stands for a limit. `run.pending` is clear
/// afterwards in either case, so that the run can go on with another expression; a crossed limit stays crossed.
/// Lifetime: objects live in the run's arena (constants: in the expression's Code).
Result<Slot, Exception*> evaluate(Run& run, const CompiledExpression& expression);

/// The same without the wrapper, for policies: false when it failed.
bool evaluate(Run& run, const CompiledExpression& expression, Slot& value, Exception*& raised);

}  // namespace portcullis
