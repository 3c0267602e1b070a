// Questions that lowering asks ahead about a tree.
#pragma once

#include "engine/bind/bound.h"

namespace portcullis::lowering {

/// Whether evaluating `node` may write `local`, which lives in a register (so nothing but the text of `node` can).
bool may_write(const bound::Expression& node, const bound::Local& local);

}  // namespace portcullis::lowering
