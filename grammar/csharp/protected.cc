// Rules for statements that guard others: try, using, lock, checked.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct try_id, StatementRule> try_statement{"`try`"};
constexpr x3::rule<struct catch_clause_id, ast::CatchClause> catch_clause{"`catch`"};
constexpr x3::rule<struct using_id, StatementRule> using_statement{"`using`"};
constexpr x3::rule<struct lock_id, StatementRule> lock_statement{"`lock`"};
constexpr x3::rule<struct checked_statement_id, StatementRule> checked_statement{"`checked`"};
constexpr x3::rule<struct unchecked_statement_id, StatementRule> unchecked_statement{"`unchecked`"};

namespace {

using enum TokenKind;

bool local_ahead(TokenIterator at, const ParseState&) { return is_local_declaration(at); }
bool block_behind_ahead(TokenIterator at, const ParseState&) { return at[1].kind == kOpenBrace; }

void finish_try(StatementRule node, TokenIterator, TokenIterator after, ParseState& state) {
  const auto* statement_node = static_cast<const ast::TryStatement*>(node);
  if (statement_node->catches.empty() && statement_node->finally == nullptr) {
    state.report(SyntaxError::kUnexpected, after[-1].span, "expected `catch` or `finally` after the block of `try`");
  }
  for (std::size_t i = 0; i + 1 < statement_node->catches.size(); ++i) {
    const ast::CatchClause& clause = statement_node->catches[i];
    if (clause.type != nullptr || clause.filter != nullptr) continue;
    state.report(SyntaxError::kCatchOrder, statement_node->catches[i + 1].span,
                 "this catch clause is never reached, because the one before catches everything");
  }
}

}  // namespace

const auto caught_type = token(kOpenParen) > field<&ast::CatchClause::type>(type) >
                         -field<&ast::CatchClause::name>(name) > token(kCloseParen);
const auto filter =
    contextual("when") > token(kOpenParen) > field<&ast::CatchClause::filter>(expression) > token(kCloseParen);
const auto catch_clause_def = spanned<&ast::CatchClause::span>(
    token(kCatchWord) > -caught_type > -filter > field<&ast::CatchClause::block>(block));

const auto try_statement_def = finished<finish_try>(node<ast::TryStatement>(
    token(kTryWord), field<&ast::TryStatement::block>(block) >
                         field<&ast::TryStatement::catches>(many<ast::CatchClause>(catch_clause)) >
                         -(token(kFinallyWord) > field<&ast::TryStatement::finally>(block))));

const auto resource = when<local_ahead>(field<&ast::UsingStatement::declaration>(local_declaration)) |
                      field<&ast::UsingStatement::value>(expression);
const auto using_statement_def = node<ast::UsingStatement>(
    token(kUsingWord), token(kOpenParen) > named("an expression or a declaration", resource) > token(kCloseParen) >
                           field<&ast::UsingStatement::body>(embedded_statement));

const auto lock_statement_def = node<ast::LockStatement>(
    token(kLockWord), token(kOpenParen) > field<&ast::LockStatement::value>(expression) > token(kCloseParen) >
                          field<&ast::LockStatement::body>(embedded_statement));

const auto checked_statement_def =
    node<ast::CheckedStatement>(token(kCheckedWord), field<&ast::CheckedStatement::block>(block));
const auto unchecked_statement_def = node<ast::CheckedStatement>(
    token(kUncheckedWord), flag<&ast::CheckedStatement::is_checked>(false, x3::eps) >
                               field<&ast::CheckedStatement::block>(block));

const auto protected_statement_def = try_statement | using_statement | lock_statement |
                                     when<block_behind_ahead>(checked_statement) |
                                     when<block_behind_ahead>(unchecked_statement);

BOOST_SPIRIT_DEFINE(catch_clause, try_statement, using_statement, lock_statement, checked_statement)
BOOST_SPIRIT_DEFINE(unchecked_statement, protected_statement)
BOOST_SPIRIT_INSTANTIATE(decltype(protected_statement), TokenIterator, Context)

}  // namespace portcullis::csharp
