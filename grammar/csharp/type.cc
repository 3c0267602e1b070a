// Rules for types: predefined, named, tuples, nullable marks and array suffixes.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {
namespace {

using enum TokenKind;

bool is_predefined(const Token& token) { return is_predefined_type(token.kind); }

void finish_predefined(ast::Type* type, TokenIterator first, TokenIterator, ParseState&) {
  static_cast<ast::PredefinedTypeName*>(type)->type = predefined_of(first->kind);
}

/// `var` and `dynamic` alone are types of their own kind.
void finish_named(ast::Type*& type, TokenIterator first, TokenIterator after, ParseState& state) {
  if (after != first + 1) return;
  ast::Type* special = nullptr;
  if (is_contextual(*first, "var")) special = state.arena.make<ast::VarType>();
  if (is_contextual(*first, "dynamic")) special = state.arena.make<ast::DynamicType>();
  if (special == nullptr) return;
  special->span = type->span;
  type = special;
}

void finish_nullable(ast::Type* type, TokenIterator, TokenIterator, ParseState& state) {
  const auto* nullable = static_cast<const ast::NullableType*>(type);
  const auto* predefined = ast::as<const ast::PredefinedTypeName>(nullable->element);
  const bool reference = predefined != nullptr && (predefined->type == ast::PredefinedType::kString ||
                                                   predefined->type == ast::PredefinedType::kObject);
  if (reference || nullable->element->kind == ast::TypeKind::kArray || nullable->element->kind == ast::TypeKind::kDynamic) {
    state.report(SyntaxError::kLaterVersion, type->span,
                 "nullable reference types are a feature of C# 8, and policies are C# 7",
                 "leave out the `?`; a reference may always be null");
  }
}

/// `int[,][]`: the first suffix written is the outermost array.
ast::Type* with_suffixes(ast::Type* element, std::span<const std::uint32_t> ranks, std::uint32_t end, ParseState& state) {
  for (std::size_t i = ranks.size(); i-- > 0;) {
    auto* array = state.arena.make<ast::ArrayType>();
    array->element = element;
    array->rank = ranks[i];
    array->span = {element->span.begin, end};
    element = array;
  }
  return element;
}

/// Array suffixes after the type built so far.
struct SuffixesPart : Part<SuffixesPart> {
  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    if (first->kind != kOpenBracket) return true;
    std::span<const std::uint32_t> ranks;
    many<std::uint32_t>(array_rank).parse(first, last, context, x3::unused, ranks);
    rule = with_suffixes(rule, ranks, first[-1].span.end, state_of(context));
    return true;
  }
  [[nodiscard]] std::string what() const { return "`[]`"; }
};
constexpr SuffixesPart suffixes{};

void finish_rank(std::uint32_t& rank, TokenIterator first, TokenIterator after, ParseState&) {
  rank = static_cast<std::uint32_t>(after - first) - 1;
}

void count_unbound(ast::NamePart& part, TokenIterator first, TokenIterator after, ParseState&) {
  part.unbound_arity = static_cast<std::uint32_t>(after - first) - 1;
}

bool is_rank(TokenIterator at, const ParseState&) {
  return at->kind == kOpenBracket && (at[1].kind == kCloseBracket || at[1].kind == kComma);
}
bool is_unbound(TokenIterator at, const ParseState&) {
  return at->kind == kLess && (at[1].kind == kGreater || at[1].kind == kComma);
}
bool is_alias(TokenIterator at, const ParseState&) { return at->kind == kIdentifier && at[1].kind == kColonColon; }
bool is_mark(TokenIterator at, const ParseState&) { return is_nullable_mark(at); }
bool is_name(TokenIterator at, const ParseState&) { return at->kind == kIdentifier; }

}  // namespace

constexpr x3::rule<struct predefined_type_id, ast::Type*> predefined_type{"a type"};
constexpr x3::rule<struct named_type_id, ast::Type*> named_type{"a type"};
constexpr x3::rule<struct tuple_type_id, ast::Type*> tuple_type{"a type"};
constexpr x3::rule<struct simple_type_id, ast::Type*> simple_type{"a type"};
constexpr x3::rule<struct name_part_id, ast::NamePart> name_part{"a name"};
constexpr x3::rule<struct tuple_type_element_id, ast::TupleTypeElement> tuple_type_element{"a type"};

namespace {

/// `A.B<C>.D`.
struct DottedParts : ValuePart<DottedParts, std::span<const ast::NamePart>> {
  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R&,
             std::span<const ast::NamePart>& out) const {
    boost::container::small_vector<ast::NamePart, 4> parts;
    while (true) {
      ast::NamePart part;
      if (!name_part.parse(first, last, context, x3::unused, part)) {
        if (parts.empty()) return false;
        boost::throw_exception(Expected(first, "a name"));
      }
      parts.push_back(part);
      if (first->kind != kDot) break;
      ++first;
    }
    out = state_of(context).arena.copy(std::span<const ast::NamePart>(parts.data(), parts.size()));
    return true;
  }
  [[nodiscard]] std::string what() const { return "a name"; }
};

}  // namespace

const auto predefined_type_def = finished<finish_predefined>(
    node<ast::PredefinedTypeName>(AnyOfPart<is_predefined>("a type")));

const auto unbound_arguments = finished<count_unbound>(token(kLess) >> *token(kComma) >> token(kGreater));

const auto name_part_def =
    field<&ast::NamePart::name>(name) >>
    -(when<is_unbound>(unbound_arguments) |
      (token(kLess) > field<&ast::NamePart::arguments>(list<ast::Type*>(type)) > token(kGreater)));

const auto named_type_def = finished<finish_named>(node<ast::NamedType>(
    ahead<is_name>, -(when<is_alias>(field<&ast::NamedType::alias>(name)) > token(kColonColon)) >
                        field<&ast::NamedType::parts>(DottedParts{})));

const auto tuple_type_element_def = field<&ast::TupleTypeElement::type>(type) >> -field<&ast::TupleTypeElement::name>(name);

const auto tuple_type_def = node<ast::TupleType>(
    token(kOpenParen), field<&ast::TupleType::elements>(list<ast::TupleTypeElement>(tuple_type_element)) > token(kCloseParen));

const auto simple_type_def = predefined_type | named_type | tuple_type;

const auto array_rank_def =
    finished<finish_rank>((ahead<is_rank> >> token(kOpenBracket) >> *token(kComma)) > token(kCloseBracket));

const auto nullable_mark = finished<finish_nullable>(extend<&ast::NullableType::element>(token(kQuestion), x3::eps));
const auto tested_nullable_mark =
    finished<finish_nullable>(extend<&ast::NullableType::element>(ahead<is_mark> >> token(kQuestion), x3::eps));

const auto created_type_def = base(simple_type) >> -nullable_mark;
const auto type_def = nested(base(simple_type) >> -nullable_mark >> suffixes >> -nullable_mark >> suffixes);
const auto tested_type_def = base(simple_type) >> -tested_nullable_mark >> suffixes >> -tested_nullable_mark;

BOOST_SPIRIT_DEFINE(predefined_type, named_type, tuple_type, simple_type, name_part, tuple_type_element)
BOOST_SPIRIT_DEFINE(type, created_type, tested_type, array_rank)
BOOST_SPIRIT_INSTANTIATE(decltype(type), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(created_type), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(tested_type), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(array_rank), TokenIterator, Context)

}  // namespace portcullis::csharp
