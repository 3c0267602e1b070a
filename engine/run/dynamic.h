// `dynamic`: operations whose meaning is found when they run.
#pragma once

#include "engine/program/function.h"
#include "engine/run/run.h"

namespace portcullis {

/// `operands` are objects (boxed values). Raises RuntimeBinderException for what does not fit.
Slot run_dynamic(Run& run, const DynamicSite& site, const Slot* operands, std::uint32_t count);

}  // namespace portcullis
