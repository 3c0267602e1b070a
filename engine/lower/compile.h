// From the text of an expression to what runs: parse, bind, lower.
#pragma once

#include <cstdint>
#include <memory>

#include "base/diagnostic.h"
#include "engine/types/type_table.h"
#include "grammar/document/document.h"

namespace portcullis {

class VariableNames;
class CompiledExpression;  // engine/program/compiled_expression.h: result_type(), member_flags(), …

struct CompileInput {
  /// The expression or block with its way back to the file; form kExpression or kBlock.
  const Value* value = nullptr;
  const TypeTable* types = nullptr;
  /// Numbers the names in `context.Variables["x"]`; null: names are looked up at run time.
  VariableNames* variables = nullptr;
  /// What the value must convert to implicitly; null: any type.
  const Type* result = nullptr;
  bool strict_members = false;  // refuse members flagged kHidden
};

/// Null after errors, which are in `diagnostics` (as are warnings). Never throws but InternalError.
/// The result is immutable, shared by threads, and keeps nothing of `input` but the type table.
std::shared_ptr<const CompiledExpression> compile_expression(const CompileInput& input, Diagnostics& diagnostics);

}  // namespace portcullis
