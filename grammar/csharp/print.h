// Trees as one line of nested parentheses, for tests and for looking at what was parsed.
#pragma once

#include <string>

#include "grammar/csharp/ast.h"

namespace portcullis {

/// `a + b * c` is `(+ a (* b c))`. The form of every node is in print.cc.
std::string print(const ast::Expression& expression);
std::string print(const ast::Statement& statement);
std::string print(const ast::Type& type);
std::string print(const ast::Pattern& pattern);

}  // namespace portcullis
