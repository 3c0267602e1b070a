// Rules for unary operators, casts, and what may follow a primary expression: members, calls, indices, `?.`, `++`.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct cast_id, ExpressionRule> cast{"a cast"};
constexpr x3::rule<struct prefixed_id, ExpressionRule> prefixed{"an expression"};
constexpr x3::rule<struct postfix_id, ExpressionRule> postfix{"an expression"};
constexpr x3::rule<struct when_not_null_id, ExpressionRule> when_not_null{"a member name or `[`"};

namespace {

using enum TokenKind;
using ast::UnaryOperator;

bool is_prefix(const Token& token) {
  return token.kind == kBang || token.kind == kMinus || token.kind == kPlus || token.kind == kTilde ||
         token.kind == kPlusPlus || token.kind == kMinusMinus;
}
bool is_postfix(const Token& token) { return token.kind == kPlusPlus || token.kind == kMinusMinus; }

UnaryOperator prefix_of(TokenKind kind) {
  switch (kind) {
    case kBang: return UnaryOperator::kNot;
    case kMinus: return UnaryOperator::kMinus;
    case kTilde: return UnaryOperator::kComplement;
    case kPlusPlus: return UnaryOperator::kPreIncrement;
    case kMinusMinus: return UnaryOperator::kPreDecrement;
    default: return UnaryOperator::kPlus;
  }
}

/// `-2147483648` and `-9223372036854775808` are constants of type int and long, though their digits alone are not.
void finish_prefixed(ExpressionRule& node, TokenIterator first, TokenIterator after, ParseState&) {
  auto* unary_node = static_cast<ast::Unary*>(node);
  unary_node->op = prefix_of(first->kind);
  auto* literal = ast::as<ast::Literal>(unary_node->operand);
  if (first->kind != kMinus || literal == nullptr || after != first + 2 || !first[1].plain) return;
  if (literal->type == ast::LiteralType::kUInt && literal->integer == 0x8000'0000U) {
    literal->type = ast::LiteralType::kInt;
    literal->integer = 0xFFFF'FFFF'8000'0000U;
  } else if (literal->type == ast::LiteralType::kULong && literal->integer == 0x8000'0000'0000'0000U) {
    literal->type = ast::LiteralType::kLong;
  } else {
    return;
  }
  literal->span = unary_node->span;
  node = literal;
}

void finish_postfix(ExpressionRule node, TokenIterator first, TokenIterator, ParseState&) {
  static_cast<ast::Unary*>(node)->op =
      first->kind == kPlusPlus ? UnaryOperator::kPostIncrement : UnaryOperator::kPostDecrement;
}

/// The `?` of `a?.b` and `a?[i]` is the ConditionalAccess's operator; the rest of the chain starts from nothing.
void start_receiver(ExpressionRule node, TokenIterator first, TokenIterator, ParseState&) {
  node->span = {first->span.begin, first->span.begin};
}

bool cast_ahead(TokenIterator at, const ParseState& state) { return is_cast(at, state.queries > 0); }
bool type_arguments_ahead(TokenIterator at, const ParseState&) { return at->kind == kLess && is_type_arguments(at); }
bool conditional_ahead(TokenIterator at, const ParseState&) {
  return at->kind == kQuestionDot || (at->kind == kQuestion && at[1].kind == kOpenBracket && adjacent(at[0], at[1]));
}
bool question_dot_ahead(TokenIterator at, const ParseState&) { return at->kind == kQuestionDot; }
bool paren_ahead(TokenIterator at, const ParseState&) { return at->kind == kOpenParen; }
bool bracket_ahead(TokenIterator at, const ParseState&) { return at->kind == kOpenBracket; }
bool prefix_ahead(TokenIterator at, const ParseState&) { return is_prefix(*at); }
bool question_bracket_ahead(TokenIterator at, const ParseState&) { return at->kind == kQuestion; }

}  // namespace

const auto member = field<&ast::MemberAccess::name>(named("a member name", name)) >>
                    -(when<type_arguments_ahead>(token(kLess)) >
                      field<&ast::MemberAccess::type_arguments>(list<ast::Type*>(type)) > token(kGreater));

const auto member_tail = extend<&ast::MemberAccess::target>(token(kDot), member);

// The brackets are part of the arguments' span, hence the look ahead as lead.

const auto call_tail = extend<&ast::Call::target>(
    ahead<paren_ahead>, spanned<&ast::Call::arguments_span>(
                            token(kOpenParen) > field<&ast::Call::arguments>(list_or_none<ast::Argument>(argument)) >
                            named("`)` or `,`", token(kCloseParen))));

const auto index_arguments = spanned<&ast::Index::arguments_span>(
    token(kOpenBracket) > field<&ast::Index::arguments>(list<ast::Argument>(named("an expression", argument))) >
    named("`]` or `,`", token(kCloseBracket)));
const auto index_tail = extend<&ast::Index::target>(ahead<bracket_ahead>, index_arguments);

const auto links = chain(member_tail | call_tail | index_tail);

const auto conditional_tail =
    extend<&ast::ConditionalAccess::target>(ahead<conditional_ahead>, field<&ast::ConditionalAccess::when_not_null>(when_not_null));

// After `?` comes `.b` (the token was `?.`) or `[i]`, then the ordinary chain, then perhaps another `?.`.
const auto receiver = finished<start_receiver>(node<ast::ConditionalReceiver>(ahead<conditional_ahead>));
const auto when_not_null_def =
    nested(receiver >> ((when<question_dot_ahead>(extend<&ast::MemberAccess::target>(token(kQuestionDot), member))) |
                        (when<question_bracket_ahead>(token(kQuestion)) > index_tail)) >>
           links >> -conditional_tail);

const auto postfix_operator =
    finished<finish_postfix>(extend<&ast::Unary::operand>(AnyOfPart<is_postfix>("`++`"), x3::eps));

const auto postfix_def = base(primary) >> links >> -conditional_tail >> *postfix_operator;

const auto cast_def = nested(node<ast::Cast>(
    token(kOpenParen), field<&ast::Cast::type>(type) > token(kCloseParen) > field<&ast::Cast::operand>(unary)));

const auto prefixed_def = nested(finished<finish_prefixed>(
    node<ast::Unary>(AnyOfPart<is_prefix>("an expression"), field<&ast::Unary::operand>(unary))));

const auto unary_def = when<cast_ahead>(cast) | when<prefix_ahead>(prefixed) | postfix;

BOOST_SPIRIT_DEFINE(cast, prefixed, postfix, when_not_null, unary)
BOOST_SPIRIT_INSTANTIATE(decltype(unary), TokenIterator, Context)

}  // namespace portcullis::csharp
