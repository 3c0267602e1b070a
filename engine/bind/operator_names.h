// Spellings of the binary operators: in C#, in the typed tree, and as .NET methods.
#pragma once

#include <string_view>

#include "engine/bind/bound.h"
#include "grammar/csharp/ast.h"

namespace portcullis::binding {

bound::BinaryOperator bound_operator(ast::BinaryOperator op);
/// "+".
std::string_view operator_text(ast::BinaryOperator op);
/// "op_Addition"; empty for && || ??, which types cannot define.
std::string_view operator_method(ast::BinaryOperator op);

}  // namespace portcullis::binding
