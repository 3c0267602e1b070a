// Whole functions: the expression itself, lambdas, local functions.
#include "engine/lower/lowering.h"

namespace portcullis {

Parsed<Lowered> lower(LowerContext& context, const bound::Function& function) {
  return lowering::Lowering(context).run(function);
}

namespace lowering {

namespace {

RunLimits load_limits() { return {.steps = 100'000, .call_depth = 1}; }

}  // namespace

Lowering::Lowering(LowerContext& context)
    : context_(context),
      types_(context.types),
      load_run_(context.code.arena(), context.types, environment_, nullptr, load_limits()) {}

Parsed<Lowered> Lowering::run(const bound::Function& function) {
  root_ = function.lambda;
  for (const bound::Lambda* lambda : function.all) has_iterators_ |= lambda->is_iterator;
  for (bound::Lambda* lambda : function.all) lambda->index = 0;
  Function* entry = function_of(*root_);
  for (std::size_t i = 0; i < work_.size(); ++i) {
    lower_function(*work_[i].lambda, *work_[i].function);
    if (builder_.overflowed()) {
      refuse(work_[i].lambda->body->span, "this has more variables and intermediate values than fit a function",
             "split it into several expressions or local functions");
    }
    if (is_refused_) return Failure{Reported{}};
  }
  return Lowered{entry, member_flags_};
}

void Lowering::refuse(Span span, std::string_view message, std::string_view help) {
  Diagnostic diagnostic;
  diagnostic.code = 5010;
  diagnostic.span = span;
  diagnostic.message = message;
  diagnostic.help = help;
  context_.sink.add(std::move(diagnostic));
  is_refused_ = true;
}

Function* Lowering::function_of(bound::Lambda& lambda) {
  if (lambda.index != 0) return work_[lambda.index - 1].function;
  auto* made = arena().make<Function>();
  work_.push_back({&lambda, made});
  lambda.index = static_cast<std::uint32_t>(work_.size());
  made->name = arena().copy(lambda.name);
  made->parameters = static_cast<std::uint16_t>(lambda.parameters.size());
  made->captured = static_cast<std::uint16_t>(lambda.captured.size());
  made->is_iterator = lambda.is_iterator;
  made->result = lambda.result;
  if (lambda.is_iterator) {
    // A sequence has a type of its own, whose operations know how to run it.
    const Type* open = types_.find_in("System.Linq", "IteratorSequence", 1);
    const Type* element = types_.element_type(*lambda.result);
    const bool is_enumerator = lambda.result->is(Known::kIEnumerator) || lambda.result->is(Known::kIEnumerator1);
    if (!is_enumerator && open != nullptr && element != nullptr) made->result = &types_.construct(*open, std::span(&element, 1));
  }
  return made;
}

void Lowering::lower_function(bound::Lambda& lambda, Function& function) {
  builder_.start();
  lambda_ = &lambda;
  placeholders_.clear();
  exits_.clear();
  finally_scopes_.clear();
  trampolines_.clear();
  labels_.clear();
  switches_.clear();
  caught_.clear();
  alive_.clear();
  has_return_label_ = false;
  enter_parameters(lambda);
  return_register_ = builder_.allocate();
  block(*lambda.body);
  builder_.emit(Op::kReturnNothing);
  if (has_return_label_) {
    builder_.place(return_label_);
    builder_.emit(Op::kReturn, return_register_);
  }
  emit_trampolines();
  if (!builder_.overflowed()) builder_.finish(arena(), function);
}

// Parameters and captured values stand at the bottom of the frame; the caller has put them there.
void Lowering::enter_parameters(const bound::Lambda& lambda) {
  for (bound::Local* parameter : lambda.parameters) {
    const Register at = builder_.allocate();
    parameter->index = std::uint32_t{at} + 1;
  }
  builder_.allocate(static_cast<std::uint32_t>(lambda.captured.size()));
  for (bound::Local* parameter : lambda.parameters) {
    if (!is_cell(*parameter) || parameter->is_by_reference) continue;
    const auto at = static_cast<Register>(parameter->index - 1);
    builder_.emit(Op::kCellFrom, at, at);
  }
}

}  // namespace lowering
}  // namespace portcullis
