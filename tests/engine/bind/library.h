// A type table made from library.txt: declarations without code, so that the binder's cases do not depend on the real library.
#pragma once

#include <memory>

#include "engine/types/type_table.h"

namespace portcullis::test {

/// One for the whole run.
const TypeTable& binding_library();

}  // namespace portcullis::test
