// Operator tables and the precedence stack.
#include "grammar/csharp/operators.h"

namespace portcullis::csharp {

using enum TokenKind;
using ast::BinaryOperator;

OperatorToken operator_at(TokenIterator at) {
  const auto binary = [](BinaryOperator op, int precedence, int tokens = 1) {
    return OperatorToken{OperatorForm::kBinary, op, precedence, tokens};
  };
  switch (at->kind) {
    case kStar: return binary(BinaryOperator::kMultiply, 10);
    case kSlash: return binary(BinaryOperator::kDivide, 10);
    case kPercent: return binary(BinaryOperator::kRemainder, 10);
    case kPlus: return binary(BinaryOperator::kAdd, 9);
    case kMinus: return binary(BinaryOperator::kSubtract, 9);
    case kLeftShift: return binary(BinaryOperator::kShiftLeft, kShiftPrecedence);
    case kGreater:
      if (adjacent(at[0], at[1])) {
        if (at[1].kind == kGreater) return binary(BinaryOperator::kShiftRight, kShiftPrecedence, 2);
        if (at[1].kind == kGreaterEqual) return {};  // `>>=`
      }
      return binary(BinaryOperator::kGreater, kRelationalPrecedence);
    case kLess: return binary(BinaryOperator::kLess, kRelationalPrecedence);
    case kLessEqual: return binary(BinaryOperator::kLessEqual, kRelationalPrecedence);
    case kGreaterEqual: return binary(BinaryOperator::kGreaterEqual, kRelationalPrecedence);
    case kIsWord: return {OperatorForm::kIs, {}, kRelationalPrecedence, 1};
    case kAsWord: return {OperatorForm::kAs, {}, kRelationalPrecedence, 1};
    case kEqual: return binary(BinaryOperator::kEqual, 6);
    case kNotEqual: return binary(BinaryOperator::kNotEqual, 6);
    case kAmpersand: return binary(BinaryOperator::kAnd, 5);
    case kCaret: return binary(BinaryOperator::kXor, 4);
    case kBar: return binary(BinaryOperator::kOr, 3);
    case kAndAnd: return binary(BinaryOperator::kAndAlso, 2);
    case kBarBar: return binary(BinaryOperator::kOrElse, 1);
    case kQuestionQuestion: return binary(BinaryOperator::kCoalesce, kCoalescePrecedence);
    default: return {};
  }
}

int assignment_tokens(TokenIterator at) {
  switch (at->kind) {
    case kAssign:
    case kPlusAssign:
    case kMinusAssign:
    case kStarAssign:
    case kSlashAssign:
    case kPercentAssign:
    case kAndAssign:
    case kOrAssign:
    case kXorAssign:
    case kLeftShiftAssign:
      return 1;
    case kGreater:
      return at[1].kind == kGreaterEqual && adjacent(at[0], at[1]) ? 2 : 0;
    default:
      return 0;
  }
}

void set_assignment_operator(ast::Assignment& assignment, TokenKind kind) {
  assignment.compound = kind != kAssign;
  switch (kind) {
    case kPlusAssign: assignment.op = BinaryOperator::kAdd; break;
    case kMinusAssign: assignment.op = BinaryOperator::kSubtract; break;
    case kStarAssign: assignment.op = BinaryOperator::kMultiply; break;
    case kSlashAssign: assignment.op = BinaryOperator::kDivide; break;
    case kPercentAssign: assignment.op = BinaryOperator::kRemainder; break;
    case kAndAssign: assignment.op = BinaryOperator::kAnd; break;
    case kOrAssign: assignment.op = BinaryOperator::kOr; break;
    case kXorAssign: assignment.op = BinaryOperator::kXor; break;
    case kLeftShiftAssign: assignment.op = BinaryOperator::kShiftLeft; break;
    case kGreater: assignment.op = BinaryOperator::kShiftRight; break;
    default: break;
  }
}

void OperatorStack::push(ast::Expression* left, const OperatorToken& op, TokenIterator at) {
  const Span span{at->span.begin, at[op.tokens - 1].span.end};
  waiting_.push_back({left, op.op, op.precedence, span});
}

ast::Expression* OperatorStack::join(ast::Expression* right, int precedence) {
  while (!waiting_.empty() && waiting_.back().precedence >= precedence) {
    const Waiting& last = waiting_.back();
    auto* node = state_.arena.make<ast::Binary>();
    node->op = last.op;
    node->operator_span = last.operator_span;
    node->left = last.left;
    node->right = right;
    node->span = {last.left->span.begin, right->span.end};
    right = node;
    waiting_.pop_back();
  }
  return right;
}

}  // namespace portcullis::csharp
