// `dynamic`: operations whose meaning is found when they run, by the same rules and tables as at load.
#pragma once

#include "engine/program/function.h"

namespace portcullis {

/// DynamicSite::perform. Operands are objects (boxed values), the receiver first; so is the result, but for conversions, which
/// give a Slot of the site's target. Raises RuntimeBinderException for what does not fit.
Slot perform_dynamic(Run& run, const DynamicSite& site, const Slot* operands, std::uint32_t count);

}  // namespace portcullis
