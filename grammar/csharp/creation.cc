// Rules for everything that begins with `new`, and for what stands in braces after it.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

constexpr x3::rule<struct new_anonymous_id, ExpressionRule> new_anonymous{"`new`"};
constexpr x3::rule<struct new_implicit_array_id, ExpressionRule> new_implicit_array{"`new`"};
constexpr x3::rule<struct new_array_id, ExpressionRule> new_array{"`new`"};
constexpr x3::rule<struct new_object_id, ExpressionRule> new_object{"`new`"};
constexpr x3::rule<struct anonymous_member_id, ast::AnonymousMember> anonymous_member{"a member"};
constexpr x3::rule<struct initializer_id, ast::Initializer*> initializer{"`{`"};
constexpr x3::rule<struct initializer_element_id, ast::InitializerElement> initializer_element{"an element or `}`"};
constexpr x3::rule<struct array_element_id, ExpressionRule> array_element{"an expression or `}`"};

namespace {

using enum TokenKind;

bool anonymous_ahead(TokenIterator at, const ParseState&) { return at[1].kind == kOpenBrace; }
bool implicit_array_ahead(TokenIterator at, const ParseState&) {
  return at[1].kind == kOpenBracket && (at[2].kind == kComma || at[2].kind == kCloseBracket);
}
bool array_ahead(TokenIterator at, const ParseState&) {
  const TokenIterator after = after_type(at + 1);
  return after != nullptr && (after->kind == kOpenBracket || after[-1].kind == kCloseBracket);
}
bool member_name_ahead(TokenIterator at, const ParseState&) {
  return at->kind == kIdentifier && at[1].kind == kAssign;
}
bool rank_ahead(TokenIterator at, const ParseState&) {
  return at->kind == kOpenBracket && (at[1].kind == kComma || at[1].kind == kCloseBracket);
}

ast::ArrayType* array_of(ast::Type* element, std::size_t rank, Span span, Arena& arena) {
  auto* array = arena.make<ast::ArrayType>();
  array->element = element;
  array->rank = static_cast<std::uint32_t>(rank);
  array->span = span;
  return array;
}

/// `T[2, 3][]` or `T[,][]`: the type and the sizes of an array creation.
struct CreatedArray : Part<CreatedArray> {
  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    auto* node = static_cast<ast::NewArray*>(rule);
    ParseState& state = state_of(context);
    ast::Type* element = nullptr;
    if (!created_type.parse(first, last, context, x3::unused, element)) return false;
    boost::container::small_vector<std::size_t, 4> ranks;
    if (first->kind == kOpenBracket && !rank_ahead(first, state)) {
      const auto sizes = token(kOpenBracket) > field<&ast::NewArray::sizes>(list<ast::Expression*>(expression)) >
                         named("`]` or `,`", token(kCloseBracket));
      sizes.parse(first, last, context, node, x3::unused);
      ranks.push_back(node->sizes.size());
    }
    for (std::uint32_t rank = 0; array_rank.parse(first, last, context, x3::unused, rank); rank = 0) {
      ranks.push_back(rank);
    }
    const Span span{element->span.begin, first[-1].span.end};
    for (std::size_t i = ranks.size(); i-- > 0;) element = array_of(element, ranks[i], span, state.arena);
    node->type = static_cast<ast::ArrayType*>(element);
    node->rank = node->type->rank;
    return true;
  }
  [[nodiscard]] std::string what() const { return "a type"; }
};

/// `new(...)` without a type is C# 9; a tuple type may only begin an array.
struct NotTargetTyped : ValuePart<NotTargetTyped, ExpressionRule> {
  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator&, const C&, R&, ExpressionRule&) const {
    if (first->kind == kNewWord && first[1].kind == kOpenParen) boost::throw_exception(Expected(first + 1, "a type"));
    return false;
  }
  [[nodiscard]] std::string what() const { return "`new`"; }
};

void finish_new_array(ExpressionRule node, TokenIterator, TokenIterator after, ParseState& state) {
  const auto* array = static_cast<const ast::NewArray*>(node);
  if (!array->sizes.empty() || array->initializer != nullptr) return;
  state.report(SyntaxError::kUnexpected, after[-1].span, "a new array needs a size or elements in braces",
               "write `new T[size]` or `new T[] { ... }`");
}

/// The last name of `a.b`, `b`, `a?.b`.
ast::Name last_name(ast::Expression* value) {
  if (value->parenthesized) return {};
  while (auto* conditional = ast::as<ast::ConditionalAccess>(value)) value = conditional->when_not_null;
  if (auto* member = ast::as<ast::MemberAccess>(value)) return member->name;
  if (auto* simple = ast::as<ast::NameExpression>(value)) return simple->name;
  return {};
}

void finish_anonymous_member(ast::AnonymousMember& member, TokenIterator, TokenIterator, ParseState& state) {
  if (!member.name.empty()) return;
  member.name = last_name(member.value);
  if (!member.name.empty()) return;
  state.report(SyntaxError::kUnnamedMember, member.value->span, "this member of the anonymous object has no name",
               "write `name = value`");
}

}  // namespace

const auto anonymous_member_def = finished<finish_anonymous_member>(
    -(when<member_name_ahead>(field<&ast::AnonymousMember::name>(name)) > token(kAssign)) >>
    field<&ast::AnonymousMember::value>(expression));

const auto new_anonymous_def = node<ast::NewAnonymous>(
    token(kNewWord), token(kOpenBrace) > field<&ast::NewAnonymous::members>(list_or_none<ast::AnonymousMember>(
                                             anonymous_member, ListEnd::kTrailingComma)) >
                         named("`}` or `,`", token(kCloseBrace)));

const auto new_implicit_array_def = node<ast::NewArray>(
    token(kNewWord), field<&ast::NewArray::rank>(array_rank) > field<&ast::NewArray::initializer>(array_initializer));

const auto new_array_def = finished<finish_new_array>(
    node<ast::NewArray>(token(kNewWord), CreatedArray{} >> -field<&ast::NewArray::initializer>(array_initializer)));

const auto new_arguments = spanned<&ast::New::arguments_span>(
    flag<&ast::New::has_arguments>(true, token(kOpenParen)) >
    field<&ast::New::arguments>(list_or_none<ast::Argument>(argument)) > named("`)` or `,`", token(kCloseParen)));

const auto new_initializer = field<&ast::New::initializer>(initializer);

const auto new_object_def =
    node<ast::New>(token(kNewWord), field<&ast::New::type>(created_type) >
                                        named("`(`, `[` or `{`", (new_arguments >> -new_initializer) | new_initializer));

const auto creation_def = when<anonymous_ahead>(new_anonymous) | when<implicit_array_ahead>(new_implicit_array) |
                          when<array_ahead>(new_array) | NotTargetTyped{} | new_object;

const auto assigned_value = field<&ast::InitializerElement::nested>(initializer) |
                            field<&ast::InitializerElement::values>(one<ast::Expression*>(expression));
const auto member_element = when<member_name_ahead>(field<&ast::InitializerElement::member>(name)) > token(kAssign) >
                            named("an expression or `{`", assigned_value);
const auto index_element = flag<&ast::InitializerElement::kind>(ast::InitializerElementKind::kIndex, token(kOpenBracket)) >
                           field<&ast::InitializerElement::index>(list<ast::Argument>(argument)) > token(kCloseBracket) >
                           token(kAssign) > named("an expression or `{`", assigned_value);
const auto braced_element = flag<&ast::InitializerElement::kind>(
                                ast::InitializerElementKind::kAdd,
                                flag<&ast::InitializerElement::braced>(true, token(kOpenBrace))) >
                            field<&ast::InitializerElement::values>(list<ast::Expression*>(expression)) >
                            named("`}` or `,`", token(kCloseBrace));
const auto added_element =
    flag<&ast::InitializerElement::kind>(ast::InitializerElementKind::kAdd,
                                         field<&ast::InitializerElement::values>(one<ast::Expression*>(expression)));

const auto initializer_element_def =
    spanned<&ast::InitializerElement::span>(member_element | index_element | braced_element | added_element);

const auto initializer_def = nested(node<ast::Initializer>(
    token(kOpenBrace), field<&ast::Initializer::elements>(list_or_none<ast::InitializerElement>(
                           initializer_element, ListEnd::kTrailingComma)) >
                           named("`}` or `,`", token(kCloseBrace))));

const auto array_element_def = as_node<ExpressionRule>(array_initializer) | expression;
const auto array_initializer_def = nested(node<ast::ArrayInitializer>(
    token(kOpenBrace), field<&ast::ArrayInitializer::elements>(
                           list_or_none<ast::Expression*>(array_element, ListEnd::kTrailingComma)) >
                           named("`}` or `,`", token(kCloseBrace))));

BOOST_SPIRIT_DEFINE(new_anonymous, new_implicit_array, new_array, new_object, anonymous_member, creation)
BOOST_SPIRIT_DEFINE(initializer, initializer_element, array_element, array_initializer)
BOOST_SPIRIT_INSTANTIATE(decltype(creation), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(array_initializer), TokenIterator, Context)

}  // namespace portcullis::csharp
