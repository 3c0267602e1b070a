#include "engine/run/evaluate.h"

#include "engine/run/frames.h"

namespace portcullis {

bool evaluate(Run& run, const CompiledExpression& expression, Slot& value, Exception*& raised) {
  if (run.registers.top == nullptr) [[unlikely]] open_registers(run);
  value = enter(run, *expression.entry, run.registers.top);
  if (run.arena.exhausted() && !run.failed()) run.raise_limit(Limit::kMemory);
  raised = run.pending;
  run.pending = nullptr;
  return raised == nullptr;
}

Result<Slot, Exception*> evaluate(Run& run, const CompiledExpression& expression) {
  Slot value{};
  Exception* raised = nullptr;
  if (!evaluate(run, expression, value, raised)) return Failure{raised};
  return value;
}

}  // namespace portcullis
