// One expression alone, through the public API.
#include <string>

#include "api/environment.h"
#include "api/library.h"
#include "api/variables.h"
#include "base/text.h"
#include "engine/dotnet/exceptions.h"
#include "engine/exchange/render.h"
#include "engine/lower/compile.h"
#include "engine/run/evaluate.h"
#include "grammar/document/document.h"

namespace portcullis {

namespace {

Evaluation errors_of(const Diagnostics& diagnostics) { return {.kind = Evaluation::Kind::kErrors, .reports = make_reports(diagnostics)}; }

Evaluation exception_of(Run& run, Exception* raised) {
  run.pending = nullptr;
  const String* message = raised->has_own_message ? raised->message : default_message(run, *raised->type);
  return {.kind = Evaluation::Kind::kException,
          .type = std::string(raised->type->name),
          .message = message == nullptr ? std::string() : std::string(message->view())};
}

Evaluation evaluate_value(const Library& library, const Value& value, const ContextView& context, const ExecutionOptions& options, Diagnostics& diagnostics) {
  ExpressionCompiler compiler(library.types);
  const ExpressionForm form = value.form == Value::Form::kBlock ? ExpressionForm::kStatements : ExpressionForm::kExpression;
  const auto compiled = compiler.compile(value.text, form, {}, diagnostics);
  if (compiled == nullptr) return errors_of(diagnostics);

  Arena arena(options.limits.memory_bytes, options.memory);
  SystemEnvironment own;
  Environment& environment = options.environment == nullptr ? own : *options.environment;
  Exchange exchange(arena, library.types, context, nullptr);
  Run run(arena, library.types, environment, &exchange, options.limits);
  Keepers keepers;
  std::string problem;
  set_variables(run, exchange.variables, options.variables, keepers, problem);
  if (!problem.empty()) {
    diagnostics.add({.code = 5001, .message = joined("the context cannot be made: ", problem), .source = nullptr});
    return errors_of(diagnostics);
  }
  run.start_expression();
  Slot result{};
  Exception* raised = nullptr;
  if (!evaluate(run, *compiled, result, raised)) return exception_of(run, raised);
  Evaluation evaluation;
  evaluation.reports = make_reports(diagnostics);  // warnings
  if (!render(run, *compiled->type, result, evaluation.type, evaluation.value_json)) return exception_of(run, run.pending);
  return evaluation;
}

}  // namespace

Evaluation evaluate(const Library& library, std::string_view expression, const ContextView& context, const ExecutionOptions& options) {
  const auto source = std::make_shared<SourceText>("expression", std::string(expression));
  Diagnostics diagnostics(source);
  try {
    const Parsed<Value> value = read_value(source, {}, diagnostics, {.keep_unknown_named_values = true});
    if (!value.has_value()) return errors_of(diagnostics);
    return evaluate_value(library, *value, context, options, diagnostics);
  } catch (const InternalError& error) {
    diagnostics.add({.code = 5999, .message = std::string("an internal check failed: ") + error.what(), .help = "please report this expression"});
    return errors_of(diagnostics);
  }
}

}  // namespace portcullis
