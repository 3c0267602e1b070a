// Rules for arguments: positional, named, `out`, `ref`, `in`; and for the values of variables.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct argument_value_id, ast::Argument> argument_value{"an expression"};
constexpr x3::rule<struct ref_value_id, ExpressionRule> ref_value{"`ref`"};

namespace {

using enum TokenKind;

bool argument_name_ahead(TokenIterator at, const ParseState&) { return is_argument_name(at); }
bool declaration_ahead(TokenIterator at, const ParseState&) { return is_declaration_expression(at); }

/// A value rule fills the same Argument that holds the name.
struct ArgumentValue : Part<ArgumentValue> {
  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    return argument_value.parse(first, last, context, x3::unused, rule);
  }
  [[nodiscard]] std::string what() const { return "an expression"; }
};
constexpr ArgumentValue filled_value{};

}  // namespace

const auto out_value = field<&ast::Argument::value>(when<declaration_ahead>(declaration_expression) | expression);
const auto plain_value = field<&ast::Argument::value>(expression);

const auto argument_value_def =
    (flag<&ast::Argument::mode>(ast::ArgumentMode::kOut, token(kOutWord)) > out_value) |
    (flag<&ast::Argument::mode>(ast::ArgumentMode::kRef, token(kRefWord)) > plain_value) |
    (flag<&ast::Argument::mode>(ast::ArgumentMode::kIn, token(kInWord)) > plain_value) | plain_value;

const auto argument_def = spanned<&ast::Argument::span>(
    (when<argument_name_ahead>(field<&ast::Argument::name>(name)) > token(kColon) > filled_value) | filled_value);

const auto ref_value_def = node<ast::Ref>(token(kRefWord), field<&ast::Ref::operand>(expression));
const auto value_def = as_node<ExpressionRule>(array_initializer) | ref_value | expression;

BOOST_SPIRIT_DEFINE(argument_value, argument, ref_value, value)
BOOST_SPIRIT_INSTANTIATE(decltype(argument), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(value), TokenIterator, Context)

}  // namespace portcullis::csharp
