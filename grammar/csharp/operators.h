// Binary operators: which token is which, and the stack that turns a chain into a tree by precedence.
#pragma once

#include <boost/container/small_vector.hpp>

#include "grammar/csharp/state.h"

namespace portcullis::csharp {

enum class OperatorForm : std::uint8_t { kNone, kBinary, kIs, kAs };

/// Higher binds tighter.
inline constexpr int kCoalescePrecedence = 0;
inline constexpr int kRelationalPrecedence = 7;
inline constexpr int kShiftPrecedence = 8;

struct OperatorToken {
  OperatorForm form = OperatorForm::kNone;
  ast::BinaryOperator op{};
  int precedence = -1;
  int tokens = 1;  // `>>` is two
};

OperatorToken operator_at(TokenIterator at);

/// Number of tokens of the assignment operator at `at`, or 0.
int assignment_tokens(TokenIterator at);
/// Sets the operator of an assignment from its first token.
void set_assignment_operator(ast::Assignment& assignment, TokenKind kind);

/// Operands and operators still waiting for what follows. Holds at most one operator of each precedence, except `??`,
/// which groups to the right.
class OperatorStack {
 public:
  explicit OperatorStack(ParseState& state) : state_(state) {}

  /// `left` followed by a binary operator at `at`.
  void push(ast::Expression* left, const OperatorToken& op, TokenIterator at);
  /// Joins `right` with all waiting operators that bind at least as tightly as `precedence`.
  ast::Expression* join(ast::Expression* right, int precedence);
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
  struct Waiting {
    ast::Expression* left;
    ast::BinaryOperator op;
    int precedence;
    Span operator_span;
  };

  ParseState& state_;
  boost::container::small_vector<Waiting, 4> waiting_;
};

}  // namespace portcullis::csharp
