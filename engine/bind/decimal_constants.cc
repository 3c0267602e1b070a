// Calculation with decimal constants at load. C# refuses what overflows, in `unchecked` code too. source: C#
// specification, Constant expressions
#include "base/text.h"
#include "engine/bind/binder.h"
#include "engine/dotnet/decimal.h"
#include "engine/run/no_environment.h"
#include "engine/run/run.h"

namespace portcullis::binding {

using bound::BinaryOperator;
using bound::Constant;

namespace {

/// Memory and a Run for one calculation.
class Calculation {
 public:
  explicit Calculation(const TypeTable& types)
      : arena_(std::size_t{1} << 14), run_(arena_, types, environment_, nullptr, {.steps = 10'000, .call_depth = 1}) {}

  Run& run() { return run_; }
  const Decimal* read(const Constant& value) { return decimal::from_literal(arena_, *value.type, value.text); }

 private:
  NoEnvironment environment_;
  Arena arena_;
  Run run_;
};

Decimal* calculate(Run& run, BinaryOperator op, const Decimal* left, const Decimal* right) {
  switch (op) {
    case BinaryOperator::kAdd:
      return decimal::add(run, left, right);
    case BinaryOperator::kSubtract:
      return decimal::subtract(run, left, right);
    case BinaryOperator::kMultiply:
      return decimal::multiply(run, left, right);
    case BinaryOperator::kDivide:
      return decimal::divide(run, left, right);
    case BinaryOperator::kRemainder:
      return decimal::remainder(run, left, right);
    default:
      return nullptr;
  }
}

std::optional<bool> compare(BinaryOperator op, std::int32_t order) {
  switch (op) {
    case BinaryOperator::kEqual:
      return order == 0;
    case BinaryOperator::kNotEqual:
      return order != 0;
    case BinaryOperator::kLess:
      return order < 0;
    case BinaryOperator::kLessEqual:
      return order <= 0;
    case BinaryOperator::kGreater:
      return order > 0;
    case BinaryOperator::kGreaterEqual:
      return order >= 0;
    default:
      return std::nullopt;
  }
}

}  // namespace

Expression* Binder::fold_decimals(BinaryOperator op, const Constant& left, const Constant& right, Span span,
                                  Span right_span) {
  Calculation calculation(types_);
  const Decimal* a = calculation.read(left);
  const Decimal* b = calculation.read(right);
  if (const auto answer = compare(op, decimal::compare(a, b))) return bool_constant(*answer, span);
  const bool is_division = op == BinaryOperator::kDivide || op == BinaryOperator::kRemainder;
  if (is_division && decimal::magnitude(b) == 0) {
    error(BindingError::kDivisionByZero, right_span, "division by the constant zero");
    return error_node(span);
  }
  const Decimal* value = calculate(calculation.run(), op, a, b);
  if (calculation.run().failed()) {
    error(BindingError::kConstantOverflow, span, joined("this calculation overflows ", quoted(known(Known::kDecimal))));
    return error_node(span);
  }
  return value == nullptr ? nullptr : decimal_constant(decimal::to_literal(*value), span);
}

Expression* Binder::fold_from_decimal(const Constant& operand, const Type& to, Span span) {
  Calculation calculation(types_);
  const Decimal* value = calculation.read(operand);
  if (to.is(Known::kDouble)) return constant(to, Slot::of_real(decimal::to_double(value)), span);
  if (to.is(Known::kSingle)) return constant(to, Slot::of_single(decimal::to_float(value)), span);
  if (!is_integral(to)) return nullptr;
  Slot result{};
  if (to.is(Known::kUInt64)) {
    result = Slot::of(static_cast<std::int64_t>(decimal::to_uint64(calculation.run(), value)));
  } else {
    result = Slot::of(decimal::to_integer(calculation.run(), value, to.known));
  }
  if (!calculation.run().failed()) return constant(to, result, span);
  error(BindingError::kConstantDoesNotFit, span, joined("the constant does not fit into ", quoted(to)));
  return error_node(span);
}

Expression* Binder::fold_to_decimal(const Constant& operand, Span span) {
  const bool is_float = operand.type->is(Known::kSingle);
  if (!is_float && !operand.type->is(Known::kDouble)) return nullptr;
  Calculation calculation(types_);
  const Decimal* value = is_float ? decimal::from_float(calculation.run(), operand.value.single)
                                  : decimal::from_double(calculation.run(), operand.value.real);
  if (!calculation.run().failed()) return decimal_constant(decimal::to_literal(*value), span);
  error(BindingError::kConstantDoesNotFit, span,
        joined("the constant does not fit into ", quoted(known(Known::kDecimal))));
  return error_node(span);
}

}  // namespace portcullis::binding
