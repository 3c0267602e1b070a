// Whole expressions and blocks: what the place demands, and the passes over the finished tree.
#include "engine/bind/bind.h"

#include <algorithm>

#include "base/text.h"
#include "engine/bind/binder.h"

namespace portcullis {

Parsed<bound::Function*> bind(BindContext& context, const ast::Expression* expression, const BindTarget& target) {
  return binding::Binder(context).bind_function(expression, target);
}

Parsed<bound::Function*> bind(BindContext& context, const ast::Block* block, const BindTarget& target) {
  return binding::Binder(context).bind_function(block, target);
}

namespace binding {

using bound::StatementKind;

Parsed<bound::Function*> Binder::bind_function(const ast::Expression* expression, const BindTarget& target) {
  FunctionScope function{.lambda = arena_.make<bound::Lambda>(), .is_root = true};
  Restore<FunctionScope*> inside(function_, &function);
  NewScope scope(*this);
  const Operand operand = bind_operand(expression);
  auto* returned = statement<bound::Return>(StatementKind::kReturn, expression->span);
  const Type* result = nullptr;
  returned->value = convert_result({&operand, 1}, target, &result, operand);
  function.lambda->result = result;
  function.lambda->body = wrap_body(block_of({returned}, expression->span), scope.scope);
  return finish(function.lambda);
}

Parsed<bound::Function*> Binder::bind_function(const ast::Block* block, const BindTarget& target) {
  FunctionScope function{.lambda = arena_.make<bound::Lambda>(), .is_root = true};
  Restore<FunctionScope*> inside(function_, &function);
  NewScope scope(*this);
  function.lambda->body = bind_block(block->statements, block->span);
  const Type* result = nullptr;
  std::vector<Operand> values;
  for (const ReturnRecord& record : function.returns.span()) values.push_back(record.operand);
  for (ReturnRecord& record : function.returns.span()) {
    Restore<Scope*> there(scope_, record.scope);
    Restore<List<bound::Local*>*> home(record.scope->locals, scope.scope->locals);
    record.statement->value = convert_result(values, target, &result, record.operand);
  }
  function.lambda->result = result != nullptr ? result : target.result != nullptr ? target.result : &known(Known::kObject);
  function.lambda->body = wrap_body(function.lambda->body, scope.scope);
  return finish(function.lambda);
}

bool Binder::fits_result(const Operand& operand, const Type& target) { return operand.is_error() || converts_implicitly(operand, target); }

// The value of one `return`; `*result` is decided by the first call, from all of them.
Expression* Binder::convert_result(std::span<const Operand> all, const BindTarget& target, const Type** result, const Operand& operand) {
  if (*result == nullptr) {
    const auto all_fit = [&](const Type& type) {
      return std::all_of(all.begin(), all.end(), [&](const Operand& one) { return fits_result(one, type); });
    };
    if (target.result == nullptr) {
      // Natural: one type for all, object where there is none.
      const Type* type = all.size() == 1 && all[0].kind == Form::kValue ? all[0].value->type : common_type(all);
      if (type == nullptr || type->kind == TypeKind::kNull) type = &known(Known::kObject);
      *result = type->kind == TypeKind::kVoid ? &known(Known::kObject) : type;
    } else {
      *result = target.result;
      if (!all_fit(*target.result)) {
        for (const Type* other : target.alternatives) {
          if (!all_fit(*other)) continue;
          *result = other;
          break;
        }
      }
    }
  }
  const Type& wanted = **result;
  if (operand.is_error()) return error_node(operand.span);
  if (operand.kind == Form::kLambda && wanted.kind != TypeKind::kDelegate) return value_of(operand);
  if (!fits_result(operand, wanted)) {
    if (operand.kind == Form::kValue && operand.value->type->kind != TypeKind::kVoid && context_.options.lenient_result) {
      if (Expression* value = lenient_result(operand, wanted); value != nullptr) return value;
    }
    if (operand.kind == Form::kValue && operand.value->type->kind != TypeKind::kVoid && operand.value->type->kind != TypeKind::kNull &&
        !(as_constant(operand.value) != nullptr && is_numeric(wanted) && is_numeric(*operand.value->type))) {
      const Type& type = *operand.value->type;
      Diagnostic& report = error(BindingError::kWrongResult, operand.span, joined("this place needs ", quoted(wanted), ", the expression gives ", quoted(type)));
      report.label = joined("gives ", quoted(type));
      if (is_nullable(type) && &underlying(type) == &wanted) {
        report.help = "it may be null: add `?? …`";
      } else if (wanted.is(Known::kString) && find_conversion(operand.value, wanted, true).kind != ConversionKind::kUserDefined && !type.is(Known::kObject)) {
        report.help = "add `.ToString()`";
      } else if (find_conversion(operand.value, wanted, true)) {
        report.help = joined("cast it: `(", csharp_name(wanted), ")…`");
      }
      return error_node(operand.span);
    }
  }
  return convert(operand, wanted, operand.span);
}

// Run-time conversion of a result of the wrong type: text by ToString(), bool and numbers by Convert.
Expression* Binder::lenient_result(const Operand& operand, const Type& target) {
  if (target.is(Known::kString)) {
    auto* made = node<bound::Concat>(bound::ExpressionKind::kConcat, target, operand.span);
    const auto operands = arena_.array<Expression*>(1);
    operands[0] = operand.value;
    made->operands = operands;
    return made;
  }
  std::string_view method;
  if (target.is(Known::kBoolean)) method = "ToBoolean";
  if (target.is(Known::kInt32)) method = "ToInt32";
  if (target.is(Known::kInt64)) method = "ToInt64";
  if (target.is(Known::kDouble)) method = "ToDouble";
  const Type* convert_type = types_.find_in("System", "Convert", 0);
  if (method.empty() || convert_type == nullptr) return nullptr;
  for (const MemberInfo* member : members(*convert_type, method)) {
    if (member->parameters.size() == 1 && member->parameters[0].type->is(Known::kObject)) {
      return simple_call(*member, nullptr, {box(operand.value, operand.span)}, target, operand.span);
    }
  }
  return nullptr;
}

Parsed<bound::Function*> Binder::finish(bound::Lambda* lambda) {
  const auto failed = [&] {
    return std::any_of(pending_.begin(), pending_.end(), [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
  };
  bound::Function* function = nullptr;
  if (!failed()) {
    List<bound::Lambda*> all;
    mark_captures(arena_, lambda, all);
    std::vector<FlowReport> reports;
    check_flow(types_, lambda, reports);
    for (const FlowReport& report : reports) {
      switch (report.kind) {
        case FlowReport::Kind::kUnassigned:
          error(BindingError::kUnassigned, report.span, joined("`", report.local->name, "` may be read before it has a value"));
          break;
        case FlowReport::Kind::kUnreachable: warning(BindingError::kUnreachable, report.span, "this is never reached"); break;
        case FlowReport::Kind::kMissingReturn:
          error(BindingError::kMissingReturn, report.span,
                report.lambda == lambda ? std::string("not every path returns a value")
                : report.lambda->name.empty() ? std::string("not every path of the lambda returns a value")
                                              : joined("not every path of `", report.lambda->name, "` returns a value"))
              .label = "control can get here";
          break;
        case FlowReport::Kind::kFallThrough:
          error(BindingError::kFallThrough, report.span, "a section of a `switch` cannot run into the next one").help =
              "end it with `break;`, `return …;` or `goto case …;`";
          break;
      }
    }
    function = arena_.make<bound::Function>();
    function->lambda = lambda;
    function->all = all.span();
  }
  const bool is_bad = failed();
  for (Diagnostic& diagnostic : pending_) context_.sink.add(std::move(diagnostic));
  if (is_bad || function == nullptr) return Failure{Reported{}};
  return function;
}

}  // namespace binding
}  // namespace portcullis
