// Local functions. Generic ones are bound once for each choice of type arguments, at the call that needs it.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;
using bound::StatementKind;

namespace {

ParameterMode mode_of(ast::ParameterMode mode) {
  switch (mode) {
    case ast::ParameterMode::kValue: return ParameterMode::kValue;
    case ast::ParameterMode::kRef: return ParameterMode::kRef;
    case ast::ParameterMode::kOut: return ParameterMode::kOut;
    case ast::ParameterMode::kIn: return ParameterMode::kIn;
    case ast::ParameterMode::kParams: return ParameterMode::kParams;
  }
  return ParameterMode::kValue;
}

}  // namespace

void Binder::declare_function(const ast::LocalFunctionStatement* syntax) {
  check_new_name(syntax->name.text, syntax->name.span);
  LocalFunction* function = arena_.make<LocalFunction>();
  function->syntax = syntax;
  function->scope = scope_;
  function->owner = function_;
  function->is_checked = is_checked_;
  Symbol* symbol = add_symbol(scope_, syntax->name.text, SymbolKind::kFunction, syntax->name.span);
  symbol->function = function;
}

void Binder::make_signature(LocalFunction& function) {
  const ast::LocalFunctionStatement& syntax = *function.syntax;
  NewScope scope(*this, false);
  MemberInfo* signature = arena_.make<MemberInfo>();
  signature->kind = MemberKind::kMethod;
  signature->is_static = true;
  signature->name = syntax.name.text;
  signature->declaring = &known(Known::kObject);
  const auto type_parameters = arena_.array<const Type*>(syntax.type_parameters.size());
  for (std::size_t i = 0; i < type_parameters.size(); ++i) {
    type_parameters[i] = &types_.type_parameter(syntax.type_parameters[i].text, static_cast<std::uint16_t>(i));
    Symbol* symbol = add_symbol(scope_, syntax.type_parameters[i].text, SymbolKind::kTypeParameter, syntax.type_parameters[i].span);
    symbol->type = type_parameters[i];
  }
  signature->type_parameters = type_parameters;
  signature->type = resolve_type(syntax.return_type);
  const auto parameters = arena_.array<Parameter>(syntax.parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const ast::Parameter& written = syntax.parameters[i];
    parameters[i].name = written.name.text;
    parameters[i].type = written.type != nullptr ? resolve_type(written.type) : &types_.error_type();
    parameters[i].mode = mode_of(written.mode);
    parameters[i].is_optional = written.default_value != nullptr;
    if (parameters[i].type->kind == TypeKind::kError) function.has_broken_signature = true;
  }
  if (signature->type->kind == TypeKind::kError) function.has_broken_signature = true;
  signature->parameters = parameters;
  function.signature = signature;
  if (syntax.returns_ref) {
    error(BindingError::kNotUsable, syntax.return_type->span, "a function cannot return by `ref` in policy expressions");
    function.has_broken_signature = true;
  }
  if (!type_parameters.empty()) return;
  function.lambda = arena_.make<bound::Lambda>();
  function.lambda->name = syntax.name.text;
  function.lambda->owner = function.owner != nullptr && !function.owner->is_root ? function.owner->lambda : nullptr;
  function.lambda->result = signature->type;
  function.scope->functions->push(arena_, function.lambda);
}

void Binder::bind_function_body(LocalFunction& function, bound::Lambda* lambda, Scope* scope, std::span<const Type* const> parameter_types,
                                const Type& result) {
  const ast::LocalFunctionStatement& syntax = *function.syntax;
  FunctionScope* inside = arena_.make<FunctionScope>();
  inside->parent = function.owner;
  inside->lambda = lambda;
  inside->result = &result;
  if (result.is(Known::kIEnumerable1)) inside->yield_type = result.arguments[0];
  if (result.is(Known::kIEnumerable)) inside->yield_type = &known(Known::kObject);
  Restore<FunctionScope*> within(function_, inside);
  Restore<Scope*> there(scope_, scope);
  Restore<JumpScope*> no_jumps(jumps_, nullptr);
  Restore<bool> checked(is_checked_, function.is_checked);
  NewScope body_scope(*this);
  const auto parameters = arena_.array<bound::Local*>(syntax.parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    LocalInfo* local = declare_local(syntax.parameters[i].name, *parameter_types[i]);
    scope_->locals->pop();
    local->is_parameter = true;
    local->is_used = true;
    const auto mode = syntax.parameters[i].mode;
    local->is_by_reference = mode == ast::ParameterMode::kRef || mode == ast::ParameterMode::kOut;
    local->has_initialiser = mode != ast::ParameterMode::kOut;
    parameters[i] = local;
  }
  lambda->parameters = parameters;
  if (syntax.expression != nullptr) {
    bound::Statement* only = nullptr;
    if (const auto* thrown = ast::as<ast::Throw>(syntax.expression)) {
      auto* made = statement<bound::ThrowStatement>(StatementKind::kThrow, thrown->span);
      made->exception = bind_exception(thrown->operand);
      only = made;
    } else if (result.kind == TypeKind::kVoid) {
      only = expression_statement(bind_statement_expression(syntax.expression), syntax.expression->span);
    } else {
      auto* returned = statement<bound::Return>(StatementKind::kReturn, syntax.expression->span);
      returned->value = bind_as(syntax.expression, result);
      only = returned;
    }
    lambda->body = block_of({only}, syntax.expression->span);
  } else {
    lambda->body = bind_block(syntax.block->statements, syntax.block->span);
  }
  lambda->is_iterator = inside->is_iterator;
  lambda->body = wrap_body(lambda->body, body_scope.scope);
}

bound::Lambda* Binder::instantiate(LocalFunction& function, std::span<const Type* const> arguments) {
  for (LocalFunction::Instance* at = function.instances; at != nullptr; at = at->next) {
    if (std::ranges::equal(at->arguments, arguments)) return at->lambda;
  }
  if (!enter(function.syntax->span)) {
    leave();
    return nullptr;
  }
  LocalFunction::Instance* made = arena_.make<LocalFunction::Instance>();
  made->arguments = arena_.copy(arguments);
  made->lambda = arena_.make<bound::Lambda>();
  made->lambda->name = function.syntax->name.text;
  made->lambda->owner = function.owner != nullptr && !function.owner->is_root ? function.owner->lambda : nullptr;
  made->next = function.instances;
  const bool is_first = function.instances == nullptr;
  function.instances = made;
  function.scope->functions->push(arena_, made->lambda);
  // Mistakes in the body are said once, for the first choice.
  std::vector<Diagnostic> aside;
  Restore<std::vector<Diagnostic>*> quiet(captured_diagnostics_, is_first ? captured_diagnostics_ : &aside);
  Restore<Scope*> there(scope_, function.scope);
  NewScope scope(*this);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ast::Name& name = function.syntax->type_parameters[i];
    add_symbol(scope_, name.text, SymbolKind::kTypeParameter, name.span)->type = arguments[i];
  }
  std::vector<const Type*> parameters;
  for (const Parameter& parameter : function.signature->parameters) parameters.push_back(&types_.substitute(*parameter.type, {}, arguments));
  made->lambda->result = &types_.substitute(*function.signature->type, {}, arguments);
  bind_function_body(function, made->lambda, scope_, parameters, *made->lambda->result);
  leave();
  return made->lambda;
}

Operand Binder::call_local_function(MethodGroup& group, std::vector<CallArgument>& arguments, Span span, std::span<const ast::Argument> syntax) {
  LocalFunction& function = *group.function;
  if (function.has_broken_signature || function.signature == nullptr) {
    declare_lost(arguments, syntax);
    return error_operand(span);
  }
  CallContext context = call_context();
  const MemberInfo* candidates[] = {function.signature};
  const Resolution resolution = resolve_call(context, candidates, arguments, group.type_arguments);
  if (!resolution) {
    bool flushed = false;
    flush_lambda_errors(arguments, flushed);
    if (!flushed) report_resolution(resolution, group.name, group.name_span, span, candidates, arguments);
    declare_lost(arguments, syntax);
    return error_operand(span);
  }
  bound::Lambda* target = function.lambda != nullptr ? function.lambda : instantiate(function, resolution.type_arguments);
  if (target == nullptr) return error_operand(span);
  auto* call = node<bound::LocalFunctionCall>(ExpressionKind::kLocalFunctionCall, *resolution.result_type, span);
  call->function = target;
  const auto finished = finish_arguments(resolution, function.signature->parameters, arguments, syntax, span, nullptr);
  const auto values = arena_.copy(finished);
  for (std::size_t p = 0; p < values.size(); ++p) {
    const bool omitted = resolution.argument_of[p] == Resolution::kOmitted && !(resolution.is_expanded && p + 1 == values.size());
    if (omitted && function.syntax->parameters[p].default_value != nullptr) {
      values[p].value = bind_as(function.syntax->parameters[p].default_value, *resolution.parameter_types[p]);
    }
    if (values[p].value != nullptr && values[p].value->type->kind == TypeKind::kError) return error_operand(span);
  }
  call->arguments = values;
  return value_operand(call);
}

}  // namespace portcullis::binding
