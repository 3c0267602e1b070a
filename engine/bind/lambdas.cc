// Lambdas, anonymous methods and method groups. A lambda's body is bound once for each choice of parameter types that overload
// resolution or inference asks about (a LambdaAttempt, with its diagnostics kept aside); the choice that wins is finished by
// converting what its body gives to the delegate's result, without binding it again.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;
using bound::StatementKind;

namespace {

const ast::Lambda* lambda_of(const CallArgument& argument) { return static_cast<const ast::Lambda*>(argument.syntax); }

MethodGroup& group_of(const CallArgument& argument) { return *static_cast<OperandNode*>(argument.value)->operand.methods; }

bool any_unknown(std::span<const Type* const> types) {
  return std::any_of(types.begin(), types.end(), [](const Type* type) { return type == nullptr; });
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------ LambdaTyper

std::optional<std::size_t> Binder::parameter_count(const CallArgument& lambda) {
  if (lambda.untyped != Untyped::kLambda || !lambda_of(lambda)->has_parameter_list) return std::nullopt;
  return lambda_of(lambda)->parameters.size();
}

const Type* Binder::parameter_type(const CallArgument& lambda, std::size_t index) {
  if (lambda.untyped != Untyped::kLambda || index >= lambda_of(lambda)->parameters.size()) return nullptr;
  const ast::Type* type = lambda_of(lambda)->parameters[index].type;
  if (type == nullptr) return nullptr;
  // A type that does not exist is reported with the body.
  std::vector<Diagnostic> aside;
  Restore<std::vector<Diagnostic>*> quiet(captured_diagnostics_, &aside);
  return resolve_type(type);
}

const Type* Binder::result_type(const CallArgument& argument, std::span<const Type* const> parameter_types) {
  if (any_unknown(parameter_types)) return nullptr;
  if (argument.untyped == Untyped::kMethodGroup) {
    List<CallArgument> arguments;
    const Resolution resolution = resolve_group(group_of(argument), parameter_types, arguments);
    return resolution ? resolution.result_type : nullptr;
  }
  if (argument.untyped != Untyped::kLambda) return nullptr;
  const ast::Lambda* lambda = lambda_of(argument);
  if (lambda->has_parameter_list && lambda->parameters.size() != parameter_types.size()) return nullptr;
  LambdaAttempt* made = attempt(lambda, parameter_types);
  return made->has_errors ? nullptr : made->natural;
}

bool Binder::converts(const CallArgument& argument, const Type& type) {
  if (argument.untyped == Untyped::kOther) {
    return converts_implicitly(static_cast<OperandNode*>(argument.value)->operand, type);
  }
  if (argument.untyped == Untyped::kDefault) return true;
  if (type.kind != TypeKind::kDelegate) return false;
  if (argument.untyped == Untyped::kMethodGroup) return methods_convert(group_of(argument), type);
  if (argument.untyped != Untyped::kLambda) return false;
  const MemberInfo* invoke = types_.invoke_of(type);
  if (invoke == nullptr) return false;
  const auto parameters = delegate_parameters(lambda_of(argument), *invoke);
  if (!parameters.has_value()) return false;
  LambdaAttempt* made = attempt(lambda_of(argument), *parameters);
  return attempt_converts(lambda_of(argument), *made, *invoke->type);
}

std::optional<std::span<const Type* const>> Binder::delegate_parameters(const ast::Lambda* lambda, const MemberInfo& invoke) {
  if (lambda->has_parameter_list && lambda->parameters.size() != invoke.parameters.size()) return std::nullopt;
  const auto types = arena_.array<const Type*>(invoke.parameters.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    types[i] = invoke.parameters[i].type;
    if (!lambda->has_parameter_list || lambda->parameters[i].type == nullptr) continue;
    std::vector<Diagnostic> aside;
    Restore<std::vector<Diagnostic>*> quiet(captured_diagnostics_, &aside);
    const Type* written = resolve_type(lambda->parameters[i].type);
    if (written != types[i] && written->kind != TypeKind::kError) return std::nullopt;
  }
  return types;
}

// --------------------------------------------------------------------------------------------------------------- attempts

LambdaAttempt* Binder::attempt(const ast::Lambda* lambda, std::span<const Type* const> parameter_types) {
  if (const auto found = attempts_.find(lambda); found != attempts_.end()) {
    for (LambdaAttempt* at = found->second; at != nullptr; at = at->next) {
      if (at->scope == scope_ && at->is_checked == is_checked_ && std::ranges::equal(at->parameter_types, parameter_types)) return at;
    }
  }
  LambdaAttempt* made = make_attempt(lambda, parameter_types);
  LambdaAttempt*& head = attempts_[lambda];
  made->next = head;
  head = made;
  return made;
}

LambdaAttempt* Binder::make_attempt(const ast::Lambda* lambda, std::span<const Type* const> parameter_types) {
  LambdaAttempt* made = arena_.make<LambdaAttempt>();
  made->scope = scope_;
  made->is_checked = is_checked_;
  made->parameter_types = arena_.copy(parameter_types);
  made->diagnostics = &diagnostic_lists_.emplace_back();
  Restore<std::vector<Diagnostic>*> aside(captured_diagnostics_, made->diagnostics);
  FunctionScope* function = arena_.make<FunctionScope>();
  function->parent = function_;
  function->lambda = arena_.make<bound::Lambda>();
  function->lambda->owner = function_ != nullptr && !function_->is_root ? function_->lambda : nullptr;
  made->function = function;
  Restore<FunctionScope*> inside(function_, function);
  Restore<JumpScope*> no_jumps(jumps_, nullptr);
  if (!enter(lambda->span)) {
    leave();
    made->has_errors = true;
    return made;
  }
  NewScope scope(*this);
  made->body_scope = scope.scope;
  const auto parameters = arena_.array<bound::Local*>(parameter_types.size());
  const auto transparent = transparent_.find(lambda);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    LocalInfo* local = nullptr;
    const bool is_hidden = i == 0 && transparent != transparent_.end();
    if (lambda->has_parameter_list && !is_hidden) {
      const ast::Parameter& written = lambda->parameters[i];
      if (written.type != nullptr) resolve_type(written.type);
      local = declare_local(written.name, *parameter_types[i]);
      scope_->locals->pop();
    } else {
      local = temporary(*parameter_types[i]);
      scope_->locals->pop();
      if (is_hidden && parameter_types[i]->kind == TypeKind::kAnonymous) {
        for (std::uint32_t field = 0; field < transparent->second.size(); ++field) {
          Symbol* symbol = add_symbol(scope_, transparent->second[field], SymbolKind::kRangeField, lambda->span);
          symbol->local = local;
          symbol->field = field;
        }
      }
    }
    local->is_parameter = true;
    local->has_initialiser = true;
    local->is_used = true;
    parameters[i] = local;
  }
  function->lambda->parameters = parameters;
  if (lambda->expression != nullptr) {
    made->is_expression = true;
    if (const auto* access = ast::as<ast::ConditionalAccess>(lambda->expression)) {
      made->body = bind_conditional_access(access, true);
    } else {
      made->body = bind_operand(lambda->expression);
    }
    if (made->body.kind == Form::kType || made->body.kind == Form::kNamespace) made->body = value_operand(value_of(made->body));
    if (made->body.kind == Form::kValue) {
      const Type& type = *made->body.value->type;
      made->natural = type.kind == TypeKind::kNull ? nullptr : &type;
    }
  } else {
    function->lambda->body = bind_block(lambda->block->statements, lambda->block->span);
    made->end_is_reachable = end_is_reachable(types_, function->lambda->body);
    std::vector<Operand> values;
    for (const ReturnRecord& record : function->returns.span()) {
      if (record.operand.kind != Form::kError) values.push_back(record.operand);
    }
    made->natural = values.empty() ? (made->end_is_reachable || !function->returns.empty() ? &types_.void_type() : nullptr) : common_type(values);
  }
  leave();
  made->has_errors = std::any_of(made->diagnostics->begin(), made->diagnostics->end(),
                                 [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
  return made;
}

bool Binder::is_statement_expression(const ast::Expression* expression) {
  if (expression->parenthesized) return false;
  switch (expression->kind) {
    case ast::ExpressionKind::kCall:
    case ast::ExpressionKind::kAssignment:
    case ast::ExpressionKind::kNew: return true;
    case ast::ExpressionKind::kConditionalAccess: {
      const ast::Expression* inner = static_cast<const ast::ConditionalAccess*>(expression)->when_not_null;
      return is_statement_expression(inner);
    }
    case ast::ExpressionKind::kUnary: {
      using enum ast::UnaryOperator;
      const auto op = static_cast<const ast::Unary*>(expression)->op;
      return op == kPreIncrement || op == kPreDecrement || op == kPostIncrement || op == kPostDecrement;
    }
    default: return false;
  }
}

bool Binder::attempt_converts(const ast::Lambda* lambda, LambdaAttempt& made, const Type& result) {
  if (made.has_errors) return false;
  const bool is_void = result.kind == TypeKind::kVoid;
  Restore<Scope*> inside(scope_, made.body_scope);
  Restore<FunctionScope*> function(function_, made.function);
  if (made.is_expression) {
    if (made.body.kind == Form::kThrow) return true;
    const bool gives_void = made.body.kind == Form::kValue && made.body.value->type->kind == TypeKind::kVoid;
    if (is_void) return gives_void || is_statement_expression(lambda->expression);
    return !gives_void && converts_implicitly(made.body, result);
  }
  const auto returns = made.function->returns.span();
  if (is_void) {
    return std::all_of(returns.begin(), returns.end(), [](const ReturnRecord& record) { return record.operand.kind == Form::kError; });
  }
  if (made.end_is_reachable) return false;
  return std::all_of(returns.begin(), returns.end(), [&](const ReturnRecord& record) {
    Restore<Scope*> there(scope_, record.scope);
    return record.operand.kind != Form::kError && converts_implicitly(record.operand, result);
  });
}

Expression* Binder::convert_lambda(const ast::Lambda* lambda, const Type& delegate, Span span) {
  if (delegate.kind == TypeKind::kError) return error_node(span);
  const MemberInfo* invoke = delegate.kind == TypeKind::kDelegate ? types_.invoke_of(delegate) : nullptr;
  if (invoke == nullptr) {
    error(BindingError::kLambdaTarget, lambda->arrow_span.size() > 0 ? lambda->arrow_span : span,
          joined("a lambda does not convert to ", quoted(delegate), ", which is not a delegate"))
        .help = "cast it, for example `(Func<string, bool>)(x => …)`";
    return error_node(span);
  }
  const auto parameters = delegate_parameters(lambda, *invoke);
  if (!parameters.has_value()) {
    error(BindingError::kLambdaParameters, span,
          lambda->parameters.size() != invoke->parameters.size()
              ? joined(quoted(delegate), " takes ", invoke->parameters.size(), " parameters, the lambda has ", lambda->parameters.size())
              : joined("the lambda's parameter types are not those of ", quoted(delegate)));
    return error_node(span);
  }
  LambdaAttempt* made = attempt(lambda, *parameters);
  std::vector<Diagnostic>& reports = captured_diagnostics_ != nullptr ? *captured_diagnostics_ : pending_;
  reports.insert(reports.end(), made->diagnostics->begin(), made->diagnostics->end());
  if (made->has_errors) return error_node(span);

  const Type& result = *invoke->type;
  bound::Lambda* function = made->function->lambda;
  function->result = &result;
  Restore<Scope*> inside(scope_, made->body_scope);
  Restore<FunctionScope*> within(function_, made->function);
  bool failed = false;
  if (made->is_expression) {
    bound::Statement* only = nullptr;
    if (made->body.kind == Form::kThrow) {
      auto* thrown = statement<bound::ThrowStatement>(StatementKind::kThrow, made->body.span);
      thrown->exception = bind_exception(static_cast<const ast::Throw*>(made->body.syntax)->operand);
      only = thrown;
    } else if (result.kind == TypeKind::kVoid) {
      const bool gives_void = made->body.kind == Form::kValue && made->body.value->type->kind == TypeKind::kVoid;
      if (!gives_void && !is_statement_expression(lambda->expression)) {
        error(BindingError::kLambdaTarget, made->body.span,
              joined(quoted(delegate), " gives no value, so the lambda must be a call, an assignment, `++` or `new`"));
        return error_node(span);
      }
      only = expression_statement(value_of(made->body), made->body.span);
    } else {
      auto* returned = statement<bound::Return>(StatementKind::kReturn, made->body.span);
      returned->value = convert(made->body, result, made->body.span);
      failed = returned->value->type->kind == TypeKind::kError;
      only = returned;
    }
    function->body = block_of({only}, lambda->span);
  } else {
    for (ReturnRecord& record : made->function->returns.span()) {
      // The blocks inside are closed: temporaries go to the function's outer one.
      Restore<Scope*> there(scope_, record.scope);
      Restore<List<bound::Local*>*> home(record.scope->locals, made->body_scope->locals);
      if (record.operand.kind == Form::kError) {
        if (result.kind != TypeKind::kVoid) {
          error(BindingError::kReturnValue, record.statement->span, joined("the lambda must return ", quoted(result)));
          failed = true;
        }
        continue;
      }
      if (result.kind == TypeKind::kVoid) {
        error(BindingError::kReturnValue, record.operand.span, joined(quoted(delegate), " returns nothing"));
        failed = true;
        continue;
      }
      record.statement->value = convert(record.operand, result, record.operand.span);
      failed = failed || record.statement->value->type->kind == TypeKind::kError;
    }
  }
  if (failed) return error_node(span);
  // The body is its own block; parameters and temporaries made while finishing stand in the function's outer one.
  function->body = wrap_body(function->body, made->body_scope);
  auto* node_made = node<bound::LambdaNode>(ExpressionKind::kLambda, delegate, span);
  node_made->lambda = function;
  return node_made;
}

// A block with the scope's locals around `body`; made only once.
bound::Block* Binder::wrap_body(bound::Block* body, Scope* scope) {
  if (scope->locals->empty() && scope->functions->empty()) return body;
  const auto locals = scope->locals->span();
  if (body->locals.data() == locals.data()) {
    body->locals = locals;
    return body;
  }
  bound::Block* outer = block_of({body}, body->span);
  outer->locals = locals;
  outer->functions = scope->functions->span();
  return outer;
}

// ------------------------------------------------------------------------------------------------------------ method groups

Resolution Binder::resolve_group(MethodGroup& group, std::span<const Type* const> parameter_types, List<CallArgument>& arguments) {
  for (const Type* type : parameter_types) {
    LocalInfo* local = arena_.make<LocalInfo>();
    local->type = type;
    local->is_parameter = true;
    local->has_initialiser = true;
    arguments.push(arena_, value_argument(local_reference(local, group.name_span)));
  }
  CallContext context = call_context();
  if (group.function != nullptr) {
    if (group.function->has_broken_signature) return {};
    const MemberInfo* candidates[] = {group.function->signature};
    return resolve_call(context, candidates, arguments.span(), group.type_arguments);
  }
  Resolution resolution;
  if (!group.candidates.empty()) resolution = resolve_call(context, group.candidates, arguments.span(), group.type_arguments);
  if (resolution || group.receiver == nullptr) return resolution;
  std::vector<CallArgument> all{value_argument(group.receiver)};
  all.insert(all.end(), arguments.span().begin(), arguments.span().end());
  const Resolution extension = resolve_extension(context, group.name, all, group.type_arguments);
  return extension ? extension : resolution;
}

bool Binder::methods_convert(MethodGroup& group, const Type& delegate) {
  const MemberInfo* invoke = types_.invoke_of(delegate);
  if (invoke == nullptr) return false;
  std::vector<const Type*> types;
  for (const Parameter& parameter : invoke->parameters) types.push_back(parameter.type);
  List<CallArgument> arguments;
  const Resolution resolution = resolve_group(group, types, arguments);
  if (!resolution) return false;
  if (invoke->type->kind == TypeKind::kVoid) return true;
  if (resolution.result_type->kind == TypeKind::kVoid) return false;
  const Conversion conversion = implicit_conversion(types_, *resolution.result_type, *invoke->type);
  return conversion.kind == ConversionKind::kIdentity || conversion.kind == ConversionKind::kReference;
}

// A lambda that calls the method; its receiver is evaluated now, once.
Expression* Binder::convert_methods(MethodGroup& group, const Type& delegate, Span span) {
  if (delegate.kind == TypeKind::kError) return error_node(span);
  const MemberInfo* invoke = delegate.kind == TypeKind::kDelegate ? types_.invoke_of(delegate) : nullptr;
  if (invoke == nullptr) {
    error(BindingError::kMethodAsValue, group.name_span, joined("`", group.name, "` is a method: call it with `()`"))
        .label = "not a value";
    return error_node(span);
  }
  std::vector<const Type*> types;
  for (const Parameter& parameter : invoke->parameters) types.push_back(parameter.type);
  List<CallArgument> arguments;
  const Resolution resolution = resolve_group(group, types, arguments);
  if (!resolution || !methods_convert(group, delegate)) {
    error(BindingError::kLambdaTarget, group.name_span, joined("no overload of `", group.name, "` fits ", quoted(delegate)));
    return error_node(span);
  }
  Expression* receiver = group.receiver;
  bound::Sequence* sequence = nullptr;
  if (receiver != nullptr && receiver->kind != ExpressionKind::kConstant && receiver->kind != ExpressionKind::kContext) {
    LocalInfo* held = temporary(*receiver->type);
    sequence = node<bound::Sequence>(ExpressionKind::kSequence, delegate, span);
    const auto effects = arena_.array<Expression*>(1);
    effects[0] = simple_assign(local_reference(held, span), receiver, span);
    sequence->effects = effects;
    receiver = local_reference(held, span);
  }
  bound::Lambda* function = arena_.make<bound::Lambda>();
  function->owner = function_ != nullptr && !function_->is_root ? function_->lambda : nullptr;
  function->result = invoke->type;
  const auto parameters = arena_.array<bound::Local*>(types.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i] = static_cast<bound::LocalReference*>(arguments[i].value)->local;
    parameters[i]->owner = function;
  }
  function->parameters = parameters;
  Expression* call = nullptr;
  if (group.function != nullptr) {
    auto* local_call = node<bound::LocalFunctionCall>(ExpressionKind::kLocalFunctionCall, *resolution.result_type, span);
    local_call->function = group.function->lambda != nullptr ? group.function->lambda : instantiate(*group.function, resolution.type_arguments);
    local_call->arguments = finish_arguments(resolution, resolution.member->parameters, arguments.span(), {}, span, nullptr);
    call = local_call;
  } else if (resolution.member->is_extension && receiver != nullptr) {
    std::vector<CallArgument> all{value_argument(receiver)};
    all.insert(all.end(), arguments.span().begin(), arguments.span().end());
    call = make_call(*resolution.member, nullptr, resolution, all, {}, span);
  } else {
    call = make_call(*resolution.member, receiver, resolution, arguments.span(), {}, span);
  }
  if (call->type->kind == TypeKind::kError) return error_node(span);
  if (invoke->type->kind == TypeKind::kVoid) {
    function->body = block_of({expression_statement(call, span)}, span);
  } else {
    auto* returned = statement<bound::Return>(StatementKind::kReturn, span);
    returned->value = convert(call, *invoke->type, span);
    function->body = block_of({returned}, span);
  }
  auto* made = node<bound::LambdaNode>(ExpressionKind::kLambda, delegate, span);
  made->lambda = function;
  if (sequence == nullptr) return made;
  sequence->value = made;
  return sequence;
}

}  // namespace portcullis::binding
