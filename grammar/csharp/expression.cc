// Rules for everything that binds looser than a unary operator: operator chains, `?:`, assignment.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/operators.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct assignment_id, ExpressionRule> assignment{"an expression"};
constexpr x3::rule<struct throw_expression_id, ExpressionRule> throw_expression{"`throw`"};

namespace {

using enum TokenKind;

/// Unary operands with binary operators between them. All precedences in one loop: a rule for each level would cost
/// thirteen calls for every operand and as many stack frames for every parenthesis.
struct OperatorChain : ValuePart<OperatorChain, ExpressionRule> {
  int loosest;
  constexpr explicit OperatorChain(int precedence) : loosest(precedence) {}

  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R&, ExpressionRule& out) const {
    ExpressionRule operand = nullptr;
    if (!unary.parse(first, last, context, x3::unused, operand)) return false;
    ParseState& state = state_of(context);
    OperatorStack stack(state);
    std::uint32_t count = 0;
    for (OperatorToken op = operator_at(first); op.precedence >= loosest && op.form != OperatorForm::kNone;
         op = operator_at(first)) {
      ++state.looks;
      if (++count > state.options.max_chain) give_up_long_chain(state, *first);
      const bool to_the_right = op.precedence == kCoalescePrecedence;
      operand = stack.join(operand, to_the_right ? op.precedence + 1 : op.precedence);
      if (to_the_right && state.depth + stack.size() >= state.options.max_depth) give_up_too_deep(state, *first);
      if (op.form != OperatorForm::kBinary) {
        operand = test(operand, op, first, last, context);
        continue;
      }
      stack.push(operand, op, first);
      first += op.tokens;
      const bool matched = to_the_right && first->kind == kThrowWord
                               ? throw_expression.parse(first, last, context, x3::unused, operand)
                               : unary.parse(first, last, context, x3::unused, operand);
      if (!matched) boost::throw_exception(Expected(first, "an expression"));
    }
    out = stack.join(operand, loosest);
    return true;
  }

  /// `operand is pattern` or `operand as type`.
  template <typename C>
  static ExpressionRule test(ExpressionRule operand, const OperatorToken& op, TokenIterator& first,
                             const TokenIterator& last, const C& context) {
    const Span operator_span = first->span;
    ++first;
    Arena& arena = state_of(context).arena;
    ExpressionRule result = nullptr;
    if (op.form == OperatorForm::kIs) {
      auto* is = arena.make<ast::Is>();
      is->operand = operand;
      is->operator_span = operator_span;
      if (!pattern.parse(first, last, context, x3::unused, is->pattern)) {
        boost::throw_exception(Expected(first, "a type or a constant"));
      }
      result = is;
    } else {
      auto* as = arena.make<ast::As>();
      as->operand = operand;
      as->operator_span = operator_span;
      if (!tested_type.parse(first, last, context, x3::unused, as->type)) {
        boost::throw_exception(Expected(first, "a type"));
      }
      result = as;
    }
    result->span = {operand->span.begin, first[-1].span.end};
    return result;
  }

  [[nodiscard]] std::string what() const { return "an expression"; }
};

struct AssignmentOperator : ValuePart<AssignmentOperator, x3::unused_type> {
  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R&, A&) const {
    ++state_of(context).looks;
    const int tokens = assignment_tokens(first);
    first += tokens;
    return tokens > 0;
  }
  [[nodiscard]] std::string what() const { return "`=`"; }
};

void finish_assignment(ExpressionRule node, TokenIterator first, TokenIterator, ParseState&) {
  set_assignment_operator(*static_cast<ast::Assignment*>(node), first->kind);
}

bool lambda_ahead(TokenIterator at, const ParseState&) { return is_lambda(at); }
bool query_ahead(TokenIterator at, const ParseState&) { return is_query(at); }

}  // namespace

const auto operation_def = OperatorChain(kCoalescePrecedence);
const auto shift_operation_def = OperatorChain(kShiftPrecedence);

const auto conditional_tail = extend<&ast::Conditional::condition>(
    token(kQuestion), field<&ast::Conditional::when_true>(expression_or_throw) > token(kColon) >
                          field<&ast::Conditional::when_false>(expression_or_throw));

const auto assignment_tail =
    finished<finish_assignment>(extend<&ast::Assignment::target>(AssignmentOperator{}, field<&ast::Assignment::value>(expression)));

const auto assignment_def = base(operation) >> -conditional_tail >> -assignment_tail;

const auto throw_expression_def = node<ast::Throw>(token(kThrowWord), field<&ast::Throw::operand>(operation));

const auto expression_def = nested(when<lambda_ahead>(lambda) | when<query_ahead>(query) | assignment);
const auto expression_or_throw_def = throw_expression | expression;

BOOST_SPIRIT_DEFINE(assignment, throw_expression, operation, shift_operation, expression, expression_or_throw)
BOOST_SPIRIT_INSTANTIATE(decltype(operation), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(shift_operation), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(expression), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(expression_or_throw), TokenIterator, Context)

}  // namespace portcullis::csharp
