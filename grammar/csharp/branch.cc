// Rules for conditions and loops: if, switch, while, do, for, foreach.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct if_id, StatementRule> if_statement{"`if`"};
constexpr x3::rule<struct switch_id, StatementRule> switch_statement{"`switch`"};
constexpr x3::rule<struct switch_section_id, ast::SwitchSection> switch_section{"`case`"};
constexpr x3::rule<struct switch_label_id, ast::SwitchLabel> switch_label{"`case`"};
constexpr x3::rule<struct while_id, StatementRule> while_statement{"`while`"};
constexpr x3::rule<struct do_id, StatementRule> do_statement{"`do`"};
constexpr x3::rule<struct for_id, StatementRule> for_statement{"`for`"};
constexpr x3::rule<struct foreach_id, StatementRule> foreach_statement{"`foreach`"};

namespace {

using enum TokenKind;

bool local_ahead(TokenIterator at, const ParseState&) { return is_local_declaration(at); }
bool var_tuple_ahead(TokenIterator at, const ParseState&) { return is_var_tuple(at); }
bool tuple_ahead(TokenIterator at, const ParseState&) {
  return at->kind == kOpenParen && at->match != 0 && at[at->match + 1].kind == kInWord;
}

void finish_foreach(StatementRule node, TokenIterator, TokenIterator, ParseState& state) {
  const auto* loop = static_cast<const ast::ForeachStatement*>(node);
  if (loop->target == nullptr) return;
  const auto* target = ast::as<const ast::Tuple>(static_cast<const ast::Expression*>(loop->target));
  if (target == nullptr) {
    state.report(SyntaxError::kUnexpected, loop->target->span, "expected a variable or a tuple of variables");
  }
}

}  // namespace

const auto if_statement_def = node<ast::IfStatement>(
    token(kIfWord), token(kOpenParen) > field<&ast::IfStatement::condition>(expression) > token(kCloseParen) >
                        field<&ast::IfStatement::then>(embedded_statement) >
                        -(token(kElseWord) > field<&ast::IfStatement::otherwise>(embedded_statement)));

const auto case_label = token(kCaseWord) > field<&ast::SwitchLabel::pattern>(case_pattern) >
                        -(contextual("when") > field<&ast::SwitchLabel::guard>(expression)) > token(kColon);
const auto switch_label_def =
    spanned<&ast::SwitchLabel::span>(case_label | (token(kDefaultWord) >> token(kColon)));
const auto switch_section_def =
    field<&ast::SwitchSection::labels>(many<ast::SwitchLabel>(switch_label, 1)) >
    field<&ast::SwitchSection::statements>(many<ast::Statement*>(statement, 1));
const auto switch_statement_def = node<ast::SwitchStatement>(
    token(kSwitchWord), token(kOpenParen) > field<&ast::SwitchStatement::value>(expression) > token(kCloseParen) >
                            token(kOpenBrace) >
                            field<&ast::SwitchStatement::sections>(many<ast::SwitchSection>(switch_section)) >
                            named("`case`, `default` or `}`", token(kCloseBrace)));

const auto while_statement_def = node<ast::WhileStatement>(
    token(kWhileWord), token(kOpenParen) > field<&ast::WhileStatement::condition>(expression) > token(kCloseParen) >
                           field<&ast::WhileStatement::body>(embedded_statement));

const auto do_statement_def = node<ast::DoStatement>(
    token(kDoWord), field<&ast::DoStatement::body>(embedded_statement) > token(kWhileWord) > token(kOpenParen) >
                        field<&ast::DoStatement::condition>(expression) > token(kCloseParen) > token(kSemicolon));

const auto for_start = when<local_ahead>(field<&ast::ForStatement::declaration>(local_declaration)) |
                       field<&ast::ForStatement::initializers>(list<ast::Expression*>(expression));
const auto for_statement_def = node<ast::ForStatement>(
    token(kForWord),
    token(kOpenParen) > -for_start > token(kSemicolon) > -field<&ast::ForStatement::condition>(expression) >
        token(kSemicolon) > -field<&ast::ForStatement::iterators>(list<ast::Expression*>(expression)) >
        token(kCloseParen) > field<&ast::ForStatement::body>(embedded_statement));

const auto foreach_variable =
    when<var_tuple_ahead>(field<&ast::ForeachStatement::target>(as_node<ast::Tuple*>(var_tuple))) |
    when<tuple_ahead>(field<&ast::ForeachStatement::target>(as_node<ast::Tuple*>(primary))) |
    (field<&ast::ForeachStatement::type>(type) > field<&ast::ForeachStatement::name>(named("a variable name", name)));
const auto foreach_statement_def = finished<finish_foreach>(node<ast::ForeachStatement>(
    token(kForeachWord), token(kOpenParen) > named("a type", foreach_variable) > token(kInWord) >
                             field<&ast::ForeachStatement::source>(expression) > token(kCloseParen) >
                             field<&ast::ForeachStatement::body>(embedded_statement)));

const auto branch_def =
    if_statement | foreach_statement | for_statement | while_statement | switch_statement | do_statement;

BOOST_SPIRIT_DEFINE(if_statement, switch_label, switch_section, switch_statement, while_statement, do_statement)
BOOST_SPIRIT_DEFINE(for_statement, foreach_statement, branch)
BOOST_SPIRIT_INSTANTIATE(decltype(branch), TokenIterator, Context)

}  // namespace portcullis::csharp
