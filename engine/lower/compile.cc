#include "engine/lower/compile.h"

#include "grammar/csharp/parse.h"

namespace portcullis {

ExpressionCompiler::ExpressionCompiler(const TypeTable& types, CompileOptions options)
    : types_(types), options_(options), code_(std::make_shared<Code>()), strings_(code_->arena(), types) {}

ExpressionCompiler::~ExpressionCompiler() = default;

Parsed<bound::Function*> ExpressionCompiler::read(std::string_view text, ExpressionForm form, const BindTarget& target,
                                                  DiagnosticSink& sink) {
  BindOptions bind_options;
  bind_options.strict_allow_list = options_.strict_allow_list;
  bind_options.lenient_result = options_.lenient_result;
  BindContext context{types_, scratch_, strings_, sink, bind_options};
  if (form == ExpressionForm::kExpression) {
    ast::Expression* tree = nullptr;
    PC_TRY(tree, parse_expression(text, scratch_, sink));
    return bind(context, tree, target);
  }
  ast::Block* tree = nullptr;
  PC_TRY(tree, parse_block(text, scratch_, sink));
  return bind(context, tree, target);
}

std::shared_ptr<const CompiledExpression> ExpressionCompiler::compile(std::string_view text, ExpressionForm form,
                                                                      const BindTarget& target, DiagnosticSink& sink) {
  scratch_.reset();
  const std::string_view kept = code_->arena().copy(text);
  const Parsed<bound::Function*> bound = read(kept, form, target, sink);
  if (!bound.has_value()) return nullptr;
  LowerContext context{types_, *code_, sink, options_.variables};
  const Parsed<Lowered> lowered = lower(context, **bound);
  if (!lowered.has_value()) return nullptr;
  auto* made = code_->arena().make<CompiledExpression>();
  made->entry = lowered->entry;
  made->member_flags = lowered->member_flags;
  made->type = (*bound)->lambda->result;
  made->text = kept;
  return {code_, made};
}

std::shared_ptr<const CompiledExpression> ExpressionCompiler::compile(const MappedText& text, ExpressionForm form,
                                                                      const BindTarget& target, Diagnostics& diagnostics) {
  DiagnosticSink sink(diagnostics, &text.map);
  return compile(text.text, form, target, sink);
}

std::shared_ptr<const CompiledExpression> ExpressionCompiler::compile(std::string_view text, ExpressionForm form,
                                                                      const BindTarget& target, Diagnostics& diagnostics) {
  DiagnosticSink sink(diagnostics, nullptr);
  return compile(text, form, target, sink);
}

std::shared_ptr<const CompiledExpression> compile_expression(std::string_view text, ExpressionForm form, const TypeTable& types,
                                                             const BindTarget& target, Diagnostics& diagnostics) {
  return ExpressionCompiler(types).compile(text, form, target, diagnostics);
}

}  // namespace portcullis
