// Rules for local variables and local functions.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct declarator_id, ast::Declarator> declarator{"a variable name"};

namespace {

using enum TokenKind;

bool local_ahead(TokenIterator at, const ParseState&) { return is_local_declaration(at); }
bool function_ahead(TokenIterator at, const ParseState&) { return is_local_function(at); }

}  // namespace

const auto declarator_def = spanned<&ast::Declarator::span>(
    field<&ast::Declarator::name>(named("a variable name", name)) >>
    -(token(kAssign) > field<&ast::Declarator::value>(value)));

const auto modifier = flag<&ast::LocalStatement::is_const>(true, token(kConstWord)) |
                      (flag<&ast::LocalStatement::is_ref>(true, token(kRefWord)) >> -token(kReadonlyWord));

const auto local_declaration_def = node<ast::LocalStatement>(
    ahead<local_ahead>, -modifier > field<&ast::LocalStatement::type>(type) >
                            field<&ast::LocalStatement::declarators>(list<ast::Declarator>(declarator)));

const auto type_parameters =
    token(kLess) > field<&ast::LocalFunctionStatement::type_parameters>(list<ast::Name>(name)) > token(kGreater);
const auto function_parameters =
    token(kOpenParen) > field<&ast::LocalFunctionStatement::parameters>(list_or_none<ast::Parameter>(parameter)) >
    named("`)` or `,`", token(kCloseParen));
const auto function_body =
    field<&ast::LocalFunctionStatement::block>(block) |
    (token(kArrow) > field<&ast::LocalFunctionStatement::expression>(expression_or_throw) > token(kSemicolon));

const auto local_function_def = node<ast::LocalFunctionStatement>(
    ahead<function_ahead>, -flag<&ast::LocalFunctionStatement::returns_ref>(true, token(kRefWord)) >
                               field<&ast::LocalFunctionStatement::return_type>(type) >
                               field<&ast::LocalFunctionStatement::name>(name) > -type_parameters >
                               function_parameters > named("`{` or `=>`", function_body));

BOOST_SPIRIT_DEFINE(declarator, local_declaration, local_function)
BOOST_SPIRIT_INSTANTIATE(decltype(local_declaration), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(local_function), TokenIterator, Context)

}  // namespace portcullis::csharp
