// The internal form as text, for tests and for people.
#pragma once

#include <string>

#include "engine/program/function.h"

namespace portcullis {

/// One instruction a line: `  3  add.int r2 r0 r1`.
std::string print(const Function& function);

}  // namespace portcullis
