// Rules for primary expressions: literals, names, parentheses and tuples, and the operators written like calls.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct simple_name_id, ExpressionRule> simple_name{"a name"};
constexpr x3::rule<struct parenthesized_id, ExpressionRule> parenthesized{"`(`"};
constexpr x3::rule<struct tuple_element_id, ast::TupleElement> tuple_element{"an expression"};
constexpr x3::rule<struct designation_id, ExpressionRule> designation{"`(`"};
constexpr x3::rule<struct designated_name_id, ExpressionRule> designated_name{"a name"};
constexpr x3::rule<struct designation_element_id, ast::TupleElement> designation_element{"a name"};
constexpr x3::rule<struct predefined_expression_id, ExpressionRule> predefined_expression{"a type"};
constexpr x3::rule<struct word_operator_id, ExpressionRule> word_operator{"an expression"};
constexpr x3::rule<struct nameof_id, ExpressionRule> nameof{"`nameof`"};
constexpr x3::rule<struct typeof_id, ExpressionRule> typeof_expression{"`typeof`"};
constexpr x3::rule<struct default_id, ExpressionRule> default_expression{"`default`"};
constexpr x3::rule<struct sizeof_id, ExpressionRule> sizeof_expression{"`sizeof`"};
constexpr x3::rule<struct checked_id, ExpressionRule> checked_expression{"`checked`"};
constexpr x3::rule<struct unchecked_id, ExpressionRule> unchecked_expression{"`unchecked`"};

namespace {

using enum TokenKind;

struct LiteralPart : ValuePart<LiteralPart, ExpressionRule> {
  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R&, ExpressionRule& out) const {
    ParseState& state = state_of(context);
    ++state.looks;
    switch (first->kind) {
      case kLiteral:
      case kNullWord:
      case kTrueWord:
      case kFalseWord:
        out = make(*first, state);
        ++first;
        return true;
      default:
        return false;
    }
  }

  static ast::Literal* make(const Token& token, ParseState& state) {
    auto* literal = state.arena.make<ast::Literal>();
    literal->span = token.span;
    if (token.kind != kLiteral) {
      literal->type = token.kind == kNullWord ? ast::LiteralType::kNull : ast::LiteralType::kBool;
      literal->integer = token.kind == kTrueWord ? 1 : 0;
      return literal;
    }
    literal->type = token.literal;
    literal->text = token.text;
    if (token.literal == ast::LiteralType::kFloat || token.literal == ast::LiteralType::kDouble) {
      literal->real = token.real;
    } else {
      literal->integer = token.integer;
    }
    return literal;
  }
  [[nodiscard]] std::string what() const { return "a literal"; }
};
constexpr LiteralPart literal{};

/// One element without a name is a parenthesised expression, not a tuple.
void finish_parenthesized(ExpressionRule& node, TokenIterator first, TokenIterator, ParseState& state) {
  const auto* tuple = static_cast<const ast::Tuple*>(node);
  if (tuple->elements.size() != 1) return;
  const ast::TupleElement& only = tuple->elements.front();
  if (!only.name.empty() || (only.value->kind == ast::ExpressionKind::kDeclaration)) {
    state.report(SyntaxError::kUnexpected, first->span, "a tuple needs at least two elements");
    return;
  }
  only.value->parenthesized = true;
  only.value->span = node->span;
  node = only.value;
}

void finish_designated_name(ExpressionRule node, TokenIterator, TokenIterator, ParseState& state) {
  auto* declaration = static_cast<ast::Declaration*>(node);
  declaration->type = state.arena.make<ast::VarType>();
  declaration->type->span = declaration->span;
}

void finish_predefined(ExpressionRule node, TokenIterator first, TokenIterator, ParseState&) {
  static_cast<ast::PredefinedTypeExpression*>(node)->type = predefined_of(first->kind);
}

bool is_predefined(const Token& token) { return is_predefined_type(token.kind); }
bool argument_name_ahead(TokenIterator at, const ParseState&) { return is_argument_name(at); }
bool declaration_ahead(TokenIterator at, const ParseState&) { return is_declaration_expression(at); }
bool var_tuple_ahead(TokenIterator at, const ParseState&) { return is_var_tuple(at); }
bool name_ahead(TokenIterator at, const ParseState&) { return at->kind == kIdentifier; }
bool alias_ahead(TokenIterator at, const ParseState&) {
  return at->kind == kIdentifier && at[1].kind == kColonColon;
}
bool nameof_ahead(TokenIterator at, const ParseState&) {
  return is_contextual(*at, "nameof") && at[1].kind == kOpenParen;
}
bool type_arguments_ahead(TokenIterator at, const ParseState&) { return at->kind == kLess && is_type_arguments(at); }
bool word_ahead(TokenIterator at, const ParseState&) { return is_word(at->kind); }

}  // namespace

const auto simple_name_def = node<ast::NameExpression>(
    ahead<name_ahead>,
    -(when<alias_ahead>(field<&ast::NameExpression::alias>(name)) > token(kColonColon)) >
        field<&ast::NameExpression::name>(name) > -(when<type_arguments_ahead>(token(kLess)) >
        field<&ast::NameExpression::type_arguments>(list<ast::Type*>(type)) > token(kGreater)));

const auto tuple_value = field<&ast::TupleElement::value>(when<declaration_ahead>(declaration_expression) | expression);
const auto tuple_element_def =
    (when<argument_name_ahead>(field<&ast::TupleElement::name>(name)) > token(kColon) > named("an expression", tuple_value)) |
    tuple_value;

const auto parenthesized_def = finished<finish_parenthesized>(
    node<ast::Tuple>(token(kOpenParen), field<&ast::Tuple::elements>(list<ast::TupleElement>(tuple_element)) >
                                            named("`)`", token(kCloseParen))));

const auto declaration_expression_def = node<ast::Declaration>(
    ahead<declaration_ahead>, field<&ast::Declaration::type>(type) > field<&ast::Declaration::name>(name));

const auto designated_name_def =
    finished<finish_designated_name>(node<ast::Declaration>(ahead<name_ahead>, field<&ast::Declaration::name>(name)));
const auto designation_element_def = field<&ast::TupleElement::value>(designation | designated_name);
const auto designation_def = nested(node<ast::Tuple>(
    token(kOpenParen), field<&ast::Tuple::elements>(list<ast::TupleElement>(designation_element)) > token(kCloseParen)));
const auto var_tuple_def = contextual("var") > base(designation);

const auto predefined_expression_def = finished<finish_predefined>(
    node<ast::PredefinedTypeExpression>(AnyOfPart<is_predefined>("a type"), &token(kDot)));

const auto nameof_def = node<ast::Nameof>(
    contextual("nameof"), token(kOpenParen) > field<&ast::Nameof::operand>(expression) > token(kCloseParen));
const auto typeof_expression_def = node<ast::Typeof>(
    token(kTypeofWord), token(kOpenParen) > field<&ast::Typeof::type>(type) > token(kCloseParen));
const auto default_expression_def = node<ast::Default>(
    token(kDefaultWord), -(token(kOpenParen) > field<&ast::Default::type>(type) > token(kCloseParen)));
const auto sizeof_expression_def = node<ast::Sizeof>(
    token(kSizeofWord), token(kOpenParen) > field<&ast::Sizeof::type>(type) > token(kCloseParen));
const auto checked_expression_def = node<ast::Checked>(
    token(kCheckedWord), token(kOpenParen) > field<&ast::Checked::operand>(expression) > token(kCloseParen));
const auto unchecked_expression_def =
    node<ast::Checked>(token(kUncheckedWord), flag<&ast::Checked::is_checked>(false, token(kOpenParen)) >
                                                  field<&ast::Checked::operand>(expression) > token(kCloseParen));

const auto word_operator_def = creation | predefined_expression | typeof_expression | default_expression |
                               sizeof_expression | checked_expression | unchecked_expression | anonymous_method;

const auto primary_def = literal | when<var_tuple_ahead>(var_tuple) | when<nameof_ahead>(nameof) |
                         when<name_ahead>(simple_name) | parenthesized | interpolated_string |
                         when<word_ahead>(word_operator);

BOOST_SPIRIT_DEFINE(simple_name, parenthesized, tuple_element, designation, designated_name, designation_element)
BOOST_SPIRIT_DEFINE(declaration_expression, var_tuple, predefined_expression, nameof, typeof_expression)
BOOST_SPIRIT_DEFINE(default_expression, sizeof_expression, checked_expression, unchecked_expression, word_operator)
BOOST_SPIRIT_DEFINE(primary)
BOOST_SPIRIT_INSTANTIATE(decltype(primary), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(declaration_expression), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(var_tuple), TokenIterator, Context)

}  // namespace portcullis::csharp
