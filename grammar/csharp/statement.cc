// Rules for blocks, simple statements and jumps; what holds other statements is in branch.cc and protected.cc.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct empty_id, StatementRule> empty_statement{"`;`"};
constexpr x3::rule<struct expression_statement_id, StatementRule> expression_statement{"a statement"};
constexpr x3::rule<struct labeled_id, StatementRule> labeled_statement{"a label"};
constexpr x3::rule<struct return_id, StatementRule> return_statement{"`return`"};
constexpr x3::rule<struct break_id, StatementRule> break_statement{"`break`"};
constexpr x3::rule<struct continue_id, StatementRule> continue_statement{"`continue`"};
constexpr x3::rule<struct throw_id, StatementRule> throw_statement{"`throw`"};
constexpr x3::rule<struct goto_id, StatementRule> goto_statement{"`goto`"};
constexpr x3::rule<struct yield_return_id, StatementRule> yield_return{"`yield`"};
constexpr x3::rule<struct yield_break_id, StatementRule> yield_break{"`yield`"};
constexpr x3::rule<struct local_statement_id, StatementRule> local_statement{"a declaration"};
constexpr x3::rule<struct jump_id, StatementRule> jump{"a statement"};

namespace {

using enum TokenKind;

bool label_ahead(TokenIterator at, const ParseState&) { return is_label(at); }
bool local_ahead(TokenIterator at, const ParseState&) { return is_local_declaration(at); }
bool function_ahead(TokenIterator at, const ParseState&) { return is_local_function(at); }
bool word_ahead(TokenIterator at, const ParseState&) { return is_word(at->kind); }
bool expression_ahead(TokenIterator at, const ParseState&) {
  if (at->kind == kDefaultWord && at[1].kind == kColon) return false;
  return starts_expression(*at);
}
bool yield_return_ahead(TokenIterator at, const ParseState&) {
  return is_contextual(*at, "yield") && at[1].kind == kReturnWord;
}
bool yield_break_ahead(TokenIterator at, const ParseState&) {
  return is_contextual(*at, "yield") && at[1].kind == kBreakWord;
}

bool does_something(const ast::Expression* value) {
  if (value->parenthesized) return false;
  switch (value->kind) {
    case ast::ExpressionKind::kAssignment:
    case ast::ExpressionKind::kCall:
    case ast::ExpressionKind::kNew:
      return true;
    case ast::ExpressionKind::kConditionalAccess:
      return does_something(static_cast<const ast::ConditionalAccess*>(value)->when_not_null);
    case ast::ExpressionKind::kUnary:
      return static_cast<const ast::Unary*>(value)->op >= ast::UnaryOperator::kPreIncrement;
    default:
      return false;
  }
}

/// source: C# allows only assignments, calls, `++`, `--` and `new` as statements.
void finish_expression_statement(StatementRule node, TokenIterator, TokenIterator after, ParseState& state) {
  const ast::Expression* value = static_cast<const ast::ExpressionStatement*>(node)->expression;
  if (does_something(value)) return;
  const bool last = after->kind == kCloseBrace || after->kind == kEnd;
  state.report(SyntaxError::kNotAStatement, value->span,
               "this expression does nothing as a statement; only assignments, calls, `++`, `--` and `new` may stand alone",
               last ? "if this is the result, write `return` before it" : "assign it to a variable, or remove it");
}

void finish_embedded(StatementRule node, TokenIterator, TokenIterator, ParseState& state) {
  const bool declares = node->kind == ast::StatementKind::kLocal || node->kind == ast::StatementKind::kLocalFunction ||
                        node->kind == ast::StatementKind::kLabeled;
  if (!declares) return;
  state.report(SyntaxError::kDeclarationPlace, node->span, "a declaration or label may not be the only statement here",
               "put it in braces `{ }`");
}

}  // namespace

const auto statements = many<ast::Statement*>(statement);

const auto block_def = node<ast::Block>(
    token(kOpenBrace), field<&ast::Block::statements>(statements) > named("a statement or `}`", token(kCloseBrace)));

const auto empty_statement_def = node<ast::EmptyStatement>(token(kSemicolon));

const auto expression_statement_def = finished<finish_expression_statement>(node<ast::ExpressionStatement>(
    ahead<expression_ahead>, field<&ast::ExpressionStatement::expression>(expression) > token(kSemicolon)));

const auto labeled_statement_def = node<ast::LabeledStatement>(
    ahead<label_ahead>, field<&ast::LabeledStatement::label>(name) > token(kColon) >
                            field<&ast::LabeledStatement::statement>(statement));

const auto no_value = named("an expression or `;`", token(kSemicolon));
const auto return_statement_def = node<ast::ReturnStatement>(
    token(kReturnWord), (field<&ast::ReturnStatement::value>(value) > token(kSemicolon)) | no_value);
const auto break_statement_def = node<ast::BreakStatement>(token(kBreakWord), token(kSemicolon));
const auto continue_statement_def = node<ast::ContinueStatement>(token(kContinueWord), token(kSemicolon));
const auto throw_statement_def = node<ast::ThrowStatement>(
    token(kThrowWord), (field<&ast::ThrowStatement::value>(expression) > token(kSemicolon)) | no_value);

const auto goto_case = flag<&ast::GotoStatement::target>(ast::GotoKind::kCase, token(kCaseWord)) >
                       field<&ast::GotoStatement::value>(expression);
const auto goto_default = flag<&ast::GotoStatement::target>(ast::GotoKind::kDefault, token(kDefaultWord));
const auto goto_label = field<&ast::GotoStatement::label>(name);
const auto goto_statement_def = node<ast::GotoStatement>(
    token(kGotoWord), named("a label, `case` or `default`", goto_case | goto_default | goto_label) > token(kSemicolon));

const auto yield_return_def = node<ast::YieldReturnStatement>(
    contextual("yield") >> token(kReturnWord), field<&ast::YieldReturnStatement::value>(expression) > token(kSemicolon));
const auto yield_break_def =
    node<ast::YieldBreakStatement>(contextual("yield") >> token(kBreakWord), token(kSemicolon));

const auto local_statement_def = base(as_node<StatementRule>(local_declaration)) > token(kSemicolon);

const auto jump_def = return_statement | break_statement | continue_statement | throw_statement | goto_statement;

const auto statement_def =
    nested(as_node<StatementRule>(block) | empty_statement | when<word_ahead>(jump) | when<word_ahead>(branch) |
           when<word_ahead>(protected_statement) | when<label_ahead>(labeled_statement) |
           when<yield_return_ahead>(yield_return) | when<yield_break_ahead>(yield_break) |
           when<function_ahead>(local_function) | when<local_ahead>(local_statement) | expression_statement);

const auto embedded_statement_def = finished<finish_embedded>(base(statement));

BOOST_SPIRIT_DEFINE(block, empty_statement, expression_statement, labeled_statement, return_statement)
BOOST_SPIRIT_DEFINE(break_statement, continue_statement, throw_statement, goto_statement, yield_return, yield_break)
BOOST_SPIRIT_DEFINE(local_statement, jump, statement, embedded_statement)
BOOST_SPIRIT_INSTANTIATE(decltype(block), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(statement), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(embedded_statement), TokenIterator, Context)

}  // namespace portcullis::csharp
