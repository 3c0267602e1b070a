// From the text of a policy expression to something that runs: parse, bind, lower.
#pragma once

#include <memory>
#include <string_view>

#include "base/diagnostic.h"
#include "base/source.h"
#include "engine/bind/bind.h"
#include "engine/lower/lower.h"
#include "engine/program/code.h"
#include "engine/types/type_table.h"

namespace portcullis {

enum class ExpressionForm : std::uint8_t { kExpression, kStatements };  // what stands inside @( ) and inside @{ }

struct CompileOptions {
  bool strict_allow_list = false;        // refuse members beyond the documented ones
  bool lenient_result = false;           // convert a result of the wrong type when it runs
  VariableNumbers* variables = nullptr;  // the program's; null: an expression evaluated alone
};

/// Compiles the expressions of one document, one after the other, into one Code. Threads: one at a time.
class ExpressionCompiler {
 public:
  /// `types` outlives all that is compiled.
  explicit ExpressionCompiler(const TypeTable& types, CompileOptions options = {});
  ~ExpressionCompiler();
  ExpressionCompiler(const ExpressionCompiler&) = delete;
  ExpressionCompiler& operator=(const ExpressionCompiler&) = delete;

  /// Null when there are errors. `text` is the C# without `@( )` or `@{ }`, its map leads to the diagnostics' current source.
  /// Lifetime: the result keeps the memory of all expressions of this compiler.
  std::shared_ptr<const CompiledExpression> compile(const MappedText& text, ExpressionForm form, const BindTarget& target,
                                                    Diagnostics& diagnostics);
  /// A text that is the source itself (`portcullis eval`, tests).
  std::shared_ptr<const CompiledExpression> compile(std::string_view text, ExpressionForm form, const BindTarget& target,
                                                    Diagnostics& diagnostics);

 private:
  std::shared_ptr<const CompiledExpression> compile(std::string_view text, ExpressionForm form, const BindTarget& target,
                                                    DiagnosticSink& sink);
  Parsed<bound::Function*> read(std::string_view text, ExpressionForm form, const BindTarget& target, DiagnosticSink& sink);

  const TypeTable& types_;
  CompileOptions options_;
  std::shared_ptr<Code> code_;
  StringPool strings_;
  Arena scratch_;  // trees; forgotten after each expression
};

/// One expression alone, with memory of its own.
std::shared_ptr<const CompiledExpression> compile_expression(std::string_view text, ExpressionForm form, const TypeTable& types,
                                                             const BindTarget& target, Diagnostics& diagnostics);

}  // namespace portcullis
