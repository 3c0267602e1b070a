// Entering functions: where registers come from, depth and steps.
#pragma once

#include "engine/program/function.h"
#include "engine/run/run.h"

namespace portcullis {

/// Runs `function` from `start`. `registers` has room for all of its registers, arguments and captured values in place.
/// `resume` is for iterators: receives where to go on after a `yield`, null at the end.
Slot execute(Run& run, const Function& function, Slot* registers, const Instruction* start, const Instruction** resume);

/// The run's first registers; they stay for all its expressions.
void open_registers(Run& run);

/// A call: the frame begins at `frame`, where the caller has put arguments and captured values. Moves it when the
/// register stack ends too soon.
Slot enter(Run& run, const Function& function, Slot* frame);

/// A delegate's function, with its `count` arguments at `arguments`; when there is room the frame begins there.
Slot enter_closure(Run& run, const Closure& closure, Slot* arguments, std::uint32_t count);

/// The sequence that a call of an iterator function gives; `arguments` are its parameters and captured values.
Object* make_iterator(Run& run, const Function& function, const Type& type, const Slot* arguments);

}  // namespace portcullis
