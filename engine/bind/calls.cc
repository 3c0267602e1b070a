// Calls of methods, extension methods, local functions and delegates, and element access. Overload resolution itself is overload.h's.
#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis::binding {

using bound::ExpressionKind;

namespace {

constexpr std::uint32_t kOmitted = Resolution::kOmitted;

// The operand that `Binder::argument_of` packed.
Operand operand_of(const CallArgument& argument) {
  switch (argument.untyped) {
    case Untyped::kNone:
    case Untyped::kNull:
      return {.kind = argument.value->type->kind == TypeKind::kError ? Form::kError : Form::kValue,
              .span = argument.span,
              .value = argument.value};
    case Untyped::kOutVariable: return {.kind = Form::kError, .span = argument.span, .value = argument.value};
    default: return static_cast<OperandNode*>(argument.value)->operand;
  }
}

ParameterMode mode_of(ast::ArgumentMode mode) {
  switch (mode) {
    case ast::ArgumentMode::kValue: return ParameterMode::kValue;
    case ast::ArgumentMode::kRef: return ParameterMode::kRef;
    case ast::ArgumentMode::kOut: return ParameterMode::kOut;
    case ast::ArgumentMode::kIn: return ParameterMode::kIn;
  }
  return ParameterMode::kValue;
}

}  // namespace

CallArgument Binder::value_argument(Expression* value) { return argument_of(value_operand(value)); }

std::vector<CallArgument> Binder::bind_arguments(std::span<const ast::Argument> arguments) {
  std::vector<CallArgument> out;
  out.reserve(arguments.size() + 1);
  for (const ast::Argument& argument : arguments) {
    CallArgument made;
    if (argument.mode == ast::ArgumentMode::kOut || argument.mode == ast::ArgumentMode::kRef) {
      const auto* name = ast::as<ast::NameExpression>(argument.value);
      const auto* declaration = ast::as<ast::Declaration>(argument.value);
      const bool is_discard = name != nullptr && name->name.is_discard() && find_symbol("_") == nullptr;
      if (is_discard || (declaration != nullptr && declaration->type->kind == ast::TypeKind::kVar)) {
        made.untyped = Untyped::kOutVariable;
      } else if (declaration != nullptr) {
        const Type* type = resolve_type(declaration->type);
        made.type = type;
        if (declaration->name.is_discard()) {
          made.untyped = Untyped::kOutVariable;
        } else {
          LocalInfo* local = declare_local(declaration->name, *type);
          local->is_used = true;
          made.value = local_reference(local, declaration->span);
        }
      } else {
        const Operand target = bind_target(argument.value);
        made.value = target.value;
        made.type = target.value->type;
        if (!target.is_error() && target.value->kind == ExpressionKind::kCall) {
          error(BindingError::kArgumentMode, argument.span, "a property or indexer cannot be passed by `ref` or `out`");
          made.value = error_node(argument.span);
          made.type = made.value->type;
        }
      }
    } else {
      made = argument_of(bind_operand(argument.value));
      if (made.untyped == Untyped::kOther) {
        const Operand operand = operand_of(made);
        if (operand.kind == Form::kType || operand.kind == Form::kNamespace) {
          made = argument_of(value_operand(value_of(operand)));
        }
      }
      if (made.type != nullptr && made.type->kind == TypeKind::kVoid) {
        error(BindingError::kNoValue, argument.span, "this call has no value");
        made = value_argument(error_node(argument.span));
      }
    }
    made.syntax = argument.value;
    made.span = argument.value->span;
    made.name = argument.name.text;
    made.mode = mode_of(argument.mode);
    out.push_back(made);
  }
  return out;
}

bool Binder::any_error(std::span<const CallArgument> arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const CallArgument& argument) { return argument.type != nullptr && argument.type->kind == TypeKind::kError; });
}

// ------------------------------------------------------------------------------------------------------------------- calls

Operand Binder::bind_call(const ast::Call* call) {
  Operand target;
  if (const auto* access = ast::as<ast::MemberAccess>(call->target)) {
    call_arity_ = call->arguments.size();
    target = enter(access->span) ? bind_member_access(access, true) : error_operand(access->span);
    leave();
  } else {
    target = bind_operand(call->target);
  }
  switch (target.kind) {
    case Form::kError: {
      auto arguments = bind_arguments(call->arguments);
      declare_lost(arguments, call->arguments);
      return error_operand(call->span);
    }
    case Form::kMethods: return call_methods(*target.methods, call->arguments, call->span, call->arguments_span);
    case Form::kValue:
      if (target.value->type->kind == TypeKind::kDynamic) {
        if (target.value->kind == ExpressionKind::kDynamic && call->target->kind == ast::ExpressionKind::kMemberAccess &&
            static_cast<bound::Dynamic*>(target.value)->operation == bound::DynamicOperation::kGetMember) {
          auto* get = static_cast<bound::Dynamic*>(target.value);
          return call_dynamic(get->operands[0], get->name, bound::DynamicOperation::kInvokeMember, call->arguments, call->span);
        }
        return call_dynamic(target.value, {}, bound::DynamicOperation::kInvoke, call->arguments, call->span);
      }
      if (target.value->type->kind == TypeKind::kDelegate) return call_delegate(target.value, call->arguments, call->span);
      break;
    default: break;
  }
  const Span at = call->target->kind == ast::ExpressionKind::kMemberAccess ? static_cast<const ast::MemberAccess*>(call->target)->name.span
                                                                           : call->target->span;
  Diagnostic& report = error(BindingError::kNotInvocable, at, target.kind == Form::kValue
                                                                  ? joined("a value of ", describe(target), " cannot be called")
                                                                  : joined(describe(target), " cannot be called"));
  if (target.kind == Form::kType) report.help = joined("write `new ", csharp_name(*target.type), "(…)`");
  if (target.kind == Form::kValue && call->target->kind == ast::ExpressionKind::kMemberAccess) report.help = "it is a property: leave `()` out";
  auto arguments = bind_arguments(call->arguments);
  declare_lost(arguments, call->arguments);
  return error_operand(call->span);
}

// `out var x` of a call that failed: later uses of x say nothing more.
void Binder::declare_lost(std::span<const CallArgument> arguments, std::span<const ast::Argument> syntax) {
  for (std::size_t i = 0; i < arguments.size() && i < syntax.size(); ++i) {
    const auto* declaration = ast::as<ast::Declaration>(syntax[i].value);
    if (declaration == nullptr || declaration->name.is_discard() || arguments[i].untyped != Untyped::kOutVariable) continue;
    declare_local(declaration->name, types_.error_type())->is_used = true;
  }
}

Operand Binder::call_methods(MethodGroup& group, std::span<const ast::Argument> syntax, Span span, Span arguments_span) {
  auto arguments = bind_arguments(syntax);
  return call_methods(group, arguments, span, arguments_span, syntax);
}

Operand Binder::call_methods(MethodGroup& group, std::vector<CallArgument>& arguments, Span span, Span arguments_span,
                             std::span<const ast::Argument> syntax) {
  static_cast<void>(arguments_span);
  const auto fail = [&] {
    declare_lost(arguments, syntax);
    return error_operand(span);
  };
  if (any_error(arguments)) return fail();
  for (const Type* type : group.type_arguments) {
    if (type->kind == TypeKind::kError) return fail();
  }
  if (group.function != nullptr) return call_local_function(group, arguments, span, syntax);
  if (group.type != nullptr && group.type->kind == TypeKind::kDelegate && group.name == "Invoke") {
    return call_delegate(group.receiver, arguments, span, syntax);
  }
  CallContext context = call_context();
  Resolution resolution;
  if (!group.candidates.empty()) {
    resolution = resolve_call(context, group.candidates, arguments, group.type_arguments);
    if (resolution) {
      check_allowed(*resolution.member, group.name_span);
      return value_operand(make_call(*resolution.member, group.receiver, resolution, arguments, syntax, span));
    }
  }
  Resolution extension;
  const auto extensions = group.receiver != nullptr ? types_.extensions(group.name) : std::span<const MemberInfo* const>{};
  if (!extensions.empty()) {
    std::vector<CallArgument> all;
    all.reserve(arguments.size() + 1);
    all.push_back(value_argument(group.receiver));
    all.insert(all.end(), arguments.begin(), arguments.end());
    // The platform's own extensions are nearer than those of System: `Headers.GetValueOrDefault("x", null)` is theirs, and
    // `Variables.GetValueOrDefault("x", null)` fails with theirs. source: context.md#5
    List<const MemberInfo*> nearer;
    for (const MemberInfo* member : extensions) {
      if (member->declaring->namespace_name == "Microsoft.Azure.ApiManagement") nearer.push(arena_, member);
    }
    if (const auto own = extensions_for(*group.type, nearer.span()); !own.empty()) {
      extension = resolve_call(context, own, all, group.type_arguments);
    }
    if (!extension && extension.outcome != Outcome::kCannotInfer) {
      extension = resolve_extension(context, group.name, all, group.type_arguments);
    }
    if (extension) {
      check_allowed(*extension.member, group.name_span);
      return value_operand(make_call(*extension.member, nullptr, extension, all, syntax, span));
    }
    bool flushed = false;
    flush_lambda_errors(arguments, flushed);
    if (flushed) return fail();
    // What is wrong is said about those that could take the receiver.
    const auto fitting = extensions_for(*group.type, extensions);
    if (!fitting.empty() && extension.outcome != Outcome::kCannotInfer) {
      extension = resolve_call(context, fitting, all, group.type_arguments);
    }
    if (group.candidates.empty()) {
      if (fitting.empty()) {
        report_unknown_member(*group.type, group.name, group.name_span, false);
      } else {
        report_resolution(extension, group.name, group.name_span, span, fitting, all);
      }
      return fail();
    }
    if (resolution.outcome == Outcome::kWrongArgumentCount && !fitting.empty() && extension.outcome != Outcome::kWrongArgumentCount) {
      report_resolution(extension, group.name, group.name_span, span, fitting, all);
      return fail();
    }
  }
  bool flushed = false;
  flush_lambda_errors(arguments, flushed);
  if (flushed) return fail();
  if (group.candidates.empty()) {
    report_unknown_member(*group.type, group.name, group.name_span, group.receiver == nullptr);
  } else {
    report_resolution(resolution, group.name, group.name_span, span, group.candidates, arguments);
  }
  return fail();
}

// Those whose `this` parameter could be the receiver.
std::span<const MemberInfo* const> Binder::extensions_for(const Type& receiver, std::span<const MemberInfo* const> all) {
  List<const MemberInfo*> fitting;
  for (const MemberInfo* member : all) {
    if (member->parameters.empty()) continue;
    const Type& wanted = *member->parameters[0].type;
    bool several = false;
    const bool fits = wanted.kind == TypeKind::kTypeParameter || is_assignable(receiver, wanted) ||
                      (wanted.is_open && wanted.generic != nullptr &&
                       (types_.implemented(receiver, *wanted.generic, &several) != nullptr || several));
    if (fits) fitting.push(arena_, member);
  }
  return fitting.span();
}

void Binder::flush_lambda_errors(std::span<const CallArgument> arguments, bool& flushed) {
  for (const CallArgument& argument : arguments) {
    if (argument.untyped != Untyped::kLambda) continue;
    const auto found = attempts_.find(static_cast<const ast::Lambda*>(argument.syntax));
    if (found == attempts_.end()) continue;
    LambdaAttempt* best = nullptr;
    bool all_failed = true;
    for (LambdaAttempt* at = found->second; at != nullptr; at = at->next) {
      if (at->scope != scope_) continue;
      all_failed = all_failed && at->has_errors;
      if (best == nullptr || at->diagnostics->size() <= best->diagnostics->size()) best = at;
    }
    if (best == nullptr || !all_failed) continue;
    for (Diagnostic& diagnostic : *best->diagnostics) {
      (captured_diagnostics_ != nullptr ? *captured_diagnostics_ : pending_).push_back(diagnostic);
    }
    flushed = true;
  }
}

Expression* Binder::make_call(const MemberInfo& member, Expression* receiver, const Resolution& resolution,
                              std::span<const CallArgument> arguments, std::span<const ast::Argument> syntax, Span span) {
  auto* call = node<bound::Call>(ExpressionKind::kCall, *resolution.result_type, span);
  call->member = &member;
  call->native = member.row != nullptr ? member.row->native : nullptr;
  // Methods of object, Enum and interfaces take the value as an object.
  if (receiver != nullptr && receiver->type->is_value_type && !member.declaring->is_value_type && member.declaring->kind != TypeKind::kDelegate) {
    receiver = conversion_node(ConversionKind::kBoxing, receiver, *member.declaring, false, receiver->span);
  }
  call->receiver = receiver;
  call->type_arguments = resolution.type_arguments;
  call->arguments = finish_arguments(resolution, member.parameters, arguments, syntax, span, &call->evaluation_order);
  for (const bound::Argument& argument : call->arguments) {
    if (argument.value != nullptr && argument.value->type->kind == TypeKind::kError) return error_node(span);
  }
  return call;
}

Expression* Binder::simple_call(const MemberInfo& member, Expression* receiver, std::initializer_list<Expression*> arguments, const Type& type,
                                Span span) {
  auto* call = node<bound::Call>(ExpressionKind::kCall, type, span);
  call->member = &member;
  call->native = member.row != nullptr ? member.row->native : nullptr;
  call->receiver = receiver;
  const auto values = arena_.array<bound::Argument>(arguments.size());
  std::size_t i = 0;
  for (Expression* argument : arguments) {
    if (argument->type->kind == TypeKind::kError) return error_node(span);
    values[i++] = {argument, ParameterMode::kValue};
  }
  call->arguments = values;
  return call;
}

std::span<const bound::Argument> Binder::finish_arguments(const Resolution& resolution, std::span<const Parameter> parameters,
                                                          std::span<const CallArgument> arguments, std::span<const ast::Argument> syntax,
                                                          Span span, std::span<const std::uint32_t>* order) {
  const auto out = arena_.array<bound::Argument>(parameters.size());
  const std::size_t shift = arguments.size() - std::min(arguments.size(), syntax.size());  // extension receivers have no syntax
  const auto syntax_of = [&](std::size_t argument) -> const ast::Argument* {
    return argument >= shift && argument - shift < syntax.size() ? &syntax[argument - shift] : nullptr;
  };
  // In the order written, so that declarations (`out var`) come in order too.
  std::vector<std::uint32_t> parameter_of(arguments.size(), kOmitted);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (p < resolution.argument_of.size() && resolution.argument_of[p] != kOmitted) {
      parameter_of[resolution.argument_of[p]] = static_cast<std::uint32_t>(p);
    }
  }
  bound::ArrayLiteral* rest = nullptr;
  std::span<Expression*> items;
  std::size_t next_item = 0;
  if (resolution.is_expanded) {
    const Type& array = *resolution.parameter_types[parameters.size() - 1];
    rest = node<bound::ArrayLiteral>(ExpressionKind::kArrayLiteral, array, span);
    items = arena_.array<Expression*>(arguments.size() - std::min(arguments.size(), resolution.params_begin));
    rest->items = items;
    out.back() = {rest, ParameterMode::kValue};
  }
  std::uint32_t highest = 0;
  bool in_order = true;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::uint32_t p = parameter_of[i];
    if (p == kOmitted) {
      if (rest == nullptr || next_item >= items.size()) continue;
      items[next_item++] = convert(operand_of(arguments[i]), *rest->type->element, arguments[i].span);
      if (items[next_item - 1]->type->kind == TypeKind::kError) out.back().value = error_node(span);
      continue;
    }
    in_order = in_order && p >= highest;
    highest = p;
    out[p] = finish_argument(arguments[i], *resolution.parameter_types[p], syntax_of(i));
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const bool omitted = p >= resolution.argument_of.size() || resolution.argument_of[p] == kOmitted;
    if (omitted && !(resolution.is_expanded && p + 1 == parameters.size())) {
      out[p] = {parse_default(parameters[p], *resolution.parameter_types[p], span), ParameterMode::kValue};
    }
  }
  if (!in_order && order != nullptr) {
    List<std::uint32_t> written;
    for (const std::uint32_t p : parameter_of) {
      if (p != kOmitted) written.push(arena_, p);
    }
    for (std::uint32_t p = 0; p < parameters.size(); ++p) {
      const auto seen = written.span();
      if (std::find(seen.begin(), seen.end(), p) == seen.end()) written.push(arena_, p);
    }
    *order = written.span();
  }
  return out;
}

bound::Argument Binder::finish_argument(const CallArgument& argument, const Type& type, const ast::Argument* syntax) {
  if (argument.mode == ParameterMode::kOut || argument.mode == ParameterMode::kRef) {
    return {finish_out(argument, type, syntax, argument.mode), argument.mode};
  }
  return {convert(operand_of(argument), type, argument.span), ParameterMode::kValue};
}

Expression* Binder::finish_out(const CallArgument& argument, const Type& type, const ast::Argument* syntax, ParameterMode mode) {
  static_cast<void>(mode);
  if (argument.untyped == Untyped::kOutVariable) {
    const auto* declaration = syntax != nullptr ? ast::as<ast::Declaration>(syntax->value) : nullptr;
    if (declaration == nullptr || declaration->name.is_discard()) return nullptr;
    LocalInfo* local = declare_local(declaration->name, type);
    ++local->writes;
    return local_reference(local, declaration->span);
  }
  if (argument.value->kind == ExpressionKind::kLocal) {
    ++static_cast<LocalInfo*>(static_cast<bound::LocalReference*>(argument.value)->local)->writes;
  }
  if (argument.value->type != &type && argument.value->type->kind != TypeKind::kError) {
    error(BindingError::kBadArgument, argument.span,
          joined("an `out` or `ref` argument must be exactly ", quoted(type), ", this is ", quoted(*argument.value->type)));
    return error_node(argument.span);
  }
  return argument.value;
}

// ------------------------------------------------------------------------------------------------------- delegates, dynamic

Operand Binder::call_delegate(Expression* target, std::span<const ast::Argument> syntax, Span span) {
  auto arguments = bind_arguments(syntax);
  if (any_error(arguments)) {
    declare_lost(arguments, syntax);
    return error_operand(span);
  }
  return call_delegate(target, arguments, span, syntax);
}

Operand Binder::call_delegate(Expression* target, std::vector<CallArgument>& arguments, Span span, std::span<const ast::Argument> syntax) {
  const MemberInfo* invoke = types_.invoke_of(*target->type);
  if (invoke == nullptr) return error_operand(span);
  CallContext context = call_context();
  const MemberInfo* candidates[] = {invoke};
  const Resolution resolution = resolve_call(context, candidates, arguments);
  if (!resolution) {
    bool flushed = false;
    flush_lambda_errors(arguments, flushed);
    if (!flushed) report_resolution(resolution, csharp_name(*target->type), target->span, span, candidates, arguments);
    declare_lost(arguments, syntax);
    return error_operand(span);
  }
  auto* call = node<bound::DelegateCall>(ExpressionKind::kDelegateCall, *invoke->type, span);
  call->target = target;
  call->arguments = finish_arguments(resolution, invoke->parameters, arguments, syntax, span, nullptr);
  return value_operand(call);
}

Operand Binder::call_dynamic(Expression* receiver, std::string_view name, bound::DynamicOperation operation,
                             std::span<const ast::Argument> arguments, Span span) {
  auto* made = static_cast<bound::Dynamic*>(dynamic(operation, name, {receiver}, span));
  const auto operands = arena_.array<Expression*>(arguments.size() + 1);
  operands[0] = made->operands[0];
  bool failed = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Expression* value = bind_value(arguments[i].value);
    failed = failed || value->type->kind == TypeKind::kError;
    operands[i + 1] = value->type->kind == TypeKind::kDynamic ? value : box(value, value->span);
  }
  made->operands = operands;
  return failed ? error_operand(span) : value_operand(made);
}

// ------------------------------------------------------------------------------------------------------------ element access

Operand Binder::bind_index(const ast::Index* index) {
  const Operand target = bind_operand(index->target);
  if (target.is_error()) {
    bind_arguments(index->arguments);
    return error_operand(index->span);
  }
  Expression* value = value_of(target);
  if (value->type->kind == TypeKind::kError) return error_operand(index->span);
  return index_into(value, index->arguments, index->span, index->arguments_span);
}

Operand Binder::index_into(Expression* target, std::span<const ast::Argument> syntax, Span span, Span arguments_span) {
  if (target->type->kind == TypeKind::kDynamic) {
    return call_dynamic(target, {}, bound::DynamicOperation::kGetIndex, syntax, span);
  }
  auto arguments = bind_arguments(syntax);
  if (any_error(arguments)) return error_operand(span);
  return index_call(target, arguments, span, arguments_span, syntax);
}

Operand Binder::index_call(Expression* target, std::vector<CallArgument>& arguments, Span span, Span arguments_span,
                           std::span<const ast::Argument> syntax) {
  const Type& type = *target->type;
  if (type.kind == TypeKind::kArray) {
    if (arguments.size() != type.rank) {
      error(BindingError::kArgumentCount, arguments_span, joined(quoted(type), " takes ", type.rank, type.rank == 1 ? " index" : " indices"));
      return error_operand(span);
    }
    auto* element = node<bound::ArrayElement>(ExpressionKind::kArrayElement, *type.element, span);
    element->array = target;
    const auto indices = arena_.array<Expression*>(arguments.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const Operand operand = operand_of(arguments[i]);
      const Type& int_type = known(Known::kInt32);
      const Type& wide = known(Known::kInt64);
      const Type& whole = converts_implicitly(operand, int_type) || !converts_implicitly(operand, wide) ? int_type : wide;
      indices[i] = convert(operand, whole, arguments[i].span);
      if (indices[i]->type->kind == TypeKind::kError) return error_operand(span);
    }
    element->indices = indices;
    return value_operand(element);
  }
  List<const MemberInfo*> indexers;
  for (const MemberInfo* member : members(type, "Item")) {
    if (member->kind == MemberKind::kIndexer && !member->is_static) indexers.push(arena_, member);
  }
  if (indexers.empty()) {
    if (type.kind == TypeKind::kNull) {
      error(BindingError::kNotIndexable, arguments_span, "`null` cannot be indexed");
    } else {
      Diagnostic& report = error(BindingError::kNotIndexable, arguments_span, joined(quoted(type), " cannot be indexed with `[]`"));
      if (type.is(Known::kObject)) report.help = "cast first, for example `((JObject)…)[…]`";
    }
    return error_operand(span);
  }
  CallContext context = call_context();
  const Resolution resolution = resolve_call(context, indexers.span(), arguments);
  if (!resolution) {
    report_resolution(resolution, "[]", arguments_span, span, indexers.span(), arguments);
    return error_operand(span);
  }
  check_allowed(*resolution.member, arguments_span);
  return value_operand(make_call(*resolution.member, target, resolution, arguments, syntax, span));
}

}  // namespace portcullis::binding
