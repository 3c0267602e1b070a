// Functions with `yield`: a call gives a sequence; each walk of it runs the function in a frame of its own, which keeps its
// registers between elements.
#include <algorithm>

#include "engine/run/frames.h"
#include "engine/types/definition.h"

namespace portcullis {

extern const TypeDefinition kIteratorDefinition;

namespace {

struct IteratorSequence : Object {
  const Function* function;
  const Slot* arguments;
};

struct IteratorWalk : Enumerator {
  const Function* function;
  Slot* registers;
  const Instruction* resume;  // null: finished
};

/// While the function runs its calls must not write over the registers behind its frame, which are somebody else's.
class FrameOfItsOwn {
 public:
  FrameOfItsOwn(Run& run, Slot* frame_end) : run_(run), top_(run.registers.top), end_(run.registers.end) {
    run.registers.top = frame_end;
    run.registers.end = frame_end;
    ++run.depth;
  }
  ~FrameOfItsOwn() {
    run_.registers.top = top_;
    run_.registers.end = end_;
    --run_.depth;
  }
  FrameOfItsOwn(const FrameOfItsOwn&) = delete;
  FrameOfItsOwn& operator=(const FrameOfItsOwn&) = delete;

 private:
  Run& run_;
  Slot* top_;
  Slot* end_;
};

bool next_yielded(Run& run, Enumerator* self) {
  auto* walk = static_cast<IteratorWalk*>(self);
  if (walk->resume == nullptr || !run.spend(1)) return false;
  if (run.depth >= run.limits.call_depth) return run.raise_limit(Limit::kDepth);
  const FrameOfItsOwn frame(run, walk->registers + walk->function->registers);
  const Instruction* start = walk->resume;
  walk->resume = nullptr;
  const Slot value = execute(run, *walk->function, walk->registers, start, &walk->resume);
  if (run.failed() || walk->resume == nullptr) return false;
  walk->current = value;
  return true;
}

/// Left before the end: the finally blocks around the last `yield` run.
void dispose_walk(Run& run, Enumerator* self) {
  auto* walk = static_cast<IteratorWalk*>(self);
  if (walk->resume == nullptr) return;
  const auto at = static_cast<std::uint32_t>(walk->resume - walk->function->code.data() - 1);
  walk->resume = nullptr;
  const auto handler = std::find_if(walk->function->handlers.begin(), walk->function->handlers.end(), [at](const Handler& one) {
    return one.is_finally && at >= one.begin && at < one.end;
  });
  if (handler == walk->function->handlers.end()) return;
  const FrameOfItsOwn frame(run, walk->registers + walk->function->registers);
  // As if an exception that nobody sees passed through.
  Exception* const before = run.pending;
  run.pending = nullptr;
  auto* leaving = run.make<Exception>(Known::kException);
  walk->registers[handler->exception] = Slot::of_object(leaving);
  execute(run, *walk->function, walk->registers, walk->function->code.data() + handler->target, &walk->resume);
  walk->resume = nullptr;
  if (run.pending == leaving || before != nullptr) run.pending = before;
}

IteratorWalk* start_walk(Run& run, const Function& function, const Type& type, const Slot* arguments) {
  auto* walk = run.make<IteratorWalk>(type);
  walk->next = &next_yielded;
  walk->dispose = &dispose_walk;
  walk->function = &function;
  walk->registers = run.arena.array<Slot>(function.registers).data();
  std::copy_n(arguments, function.parameters + function.captured, walk->registers);
  walk->resume = function.code.data();
  return walk;
}

Enumerator* enumerate_iterator(Run& run, Object* self) {
  const auto* sequence = static_cast<const IteratorSequence*>(self);
  return start_walk(run, *sequence->function, run.type(Known::kIEnumerator), sequence->arguments);
}

constexpr TypeOperations kOperations{.enumerate = &enumerate_iterator};

}  // namespace

const TypeDefinition kIteratorDefinition{.declaration = "sealed class System.Linq.IteratorSequence<T> : IEnumerable<T>",
                                         .operations = &kOperations};

Object* make_iterator(Run& run, const Function& function, const Type& type, const Slot* arguments) {
  // `type` is the sequence's own type, or IEnumerator<T> for functions that return that.
  if (type.is(Known::kIEnumerator) || type.is(Known::kIEnumerator1)) return start_walk(run, function, type, arguments);
  auto* sequence = run.make<IteratorSequence>(type);
  sequence->function = &function;
  const std::size_t count = function.parameters + std::size_t{function.captured};
  sequence->arguments = run.arena.copy(std::span<const Slot>(arguments, count)).data();
  return sequence;
}

}  // namespace portcullis
