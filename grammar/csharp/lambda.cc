// Rules for lambdas, anonymous methods and parameters.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct implicit_parameter_id, ast::Parameter> implicit_parameter{"a parameter"};

namespace {

using enum TokenKind;
using ast::ParameterMode;

bool lambda_ahead(TokenIterator at, const ParseState&) { return is_lambda(at); }
bool implicit_ahead(TokenIterator at, const ParseState&) { return has_implicit_parameters(at); }

}  // namespace

const auto implicit_parameter_def = spanned<&ast::Parameter::span>(field<&ast::Parameter::name>(name));

const auto mode = flag<&ast::Parameter::mode>(ParameterMode::kRef, token(kRefWord)) |
                  flag<&ast::Parameter::mode>(ParameterMode::kOut, token(kOutWord)) |
                  flag<&ast::Parameter::mode>(ParameterMode::kIn, token(kInWord)) |
                  flag<&ast::Parameter::mode>(ParameterMode::kParams, token(kParamsWord));

const auto parameter_def = spanned<&ast::Parameter::span>(
    (-mode >> field<&ast::Parameter::type>(type)) > field<&ast::Parameter::name>(named("a parameter name", name)) >
    -(token(kAssign) > field<&ast::Parameter::default_value>(expression)));

const auto parameters = list_or_none<ast::Parameter>(parameter);

const auto implicit_list =
    when<implicit_ahead>(token(kOpenParen)) >
    field<&ast::Lambda::parameters>(list<ast::Parameter>(implicit_parameter)) > token(kCloseParen);
const auto typed_list = token(kOpenParen) > field<&ast::Lambda::parameters>(parameters) > token(kCloseParen);
const auto single_parameter = field<&ast::Lambda::parameters>(one<ast::Parameter>(implicit_parameter));

const auto lambda_body =
    field<&ast::Lambda::block>(block) | field<&ast::Lambda::expression>(expression_or_throw);

const auto lambda_def = node<ast::Lambda>(
    ahead<lambda_ahead>, (single_parameter | implicit_list | typed_list) >
                             spanned<&ast::Lambda::arrow_span>(token(kArrow)) > named("an expression or `{`", lambda_body));

const auto no_list = flag<&ast::Lambda::has_parameter_list>(false, x3::eps);

const auto anonymous_method_def = node<ast::Lambda>(
    ahead<+[](TokenIterator at, const ParseState&) { return at->kind == kDelegateWord; }>,
    spanned<&ast::Lambda::arrow_span>(flag<&ast::Lambda::anonymous_method>(true, token(kDelegateWord))) >
        (typed_list | no_list) > field<&ast::Lambda::block>(block));

BOOST_SPIRIT_DEFINE(implicit_parameter, parameter, lambda, anonymous_method)
BOOST_SPIRIT_INSTANTIATE(decltype(lambda), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(anonymous_method), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(parameter), TokenIterator, Context)

}  // namespace portcullis::csharp
