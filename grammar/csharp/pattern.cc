// Rules for patterns after `is` and `case`.
#include "grammar/csharp/lookahead.h"
#include "grammar/csharp/rules.h"

namespace portcullis::csharp {

using PatternRule = ast::Pattern*;
constexpr x3::rule<struct var_pattern_id, PatternRule> var_pattern{"a pattern"};
constexpr x3::rule<struct declaration_pattern_id, PatternRule> declaration_pattern{"a pattern"};
constexpr x3::rule<struct type_pattern_id, PatternRule> type_pattern{"a type"};
constexpr x3::rule<struct type_or_constant_id, PatternRule> type_or_constant{"a type or a constant"};
constexpr x3::rule<struct constant_pattern_id, PatternRule> constant_pattern{"a type or a constant"};
constexpr x3::rule<struct case_constant_id, PatternRule> case_constant{"a constant"};

namespace {

using enum TokenKind;

bool var_ahead(TokenIterator at, const ParseState&) {
  return is_contextual(*at, "var") && at[1].kind == kIdentifier;
}
bool declaration_ahead(TokenIterator at, const ParseState& state) {
  return is_declaration_pattern(at, state.queries > 0);
}
bool case_declaration_ahead(TokenIterator at, const ParseState&) { return is_case_declaration(at); }
bool type_or_constant_ahead(TokenIterator at, const ParseState&) { return is_type_or_constant(at); }
bool type_ahead(TokenIterator at, const ParseState&) {
  if (is_predefined_type(at->kind)) return at[1].kind != kDot;
  return at->kind == kOpenParen && after_type(at, NullableMark::kExcluded) != nullptr;
}

/// The same words read as an expression.
ast::Expression* as_constant(const ast::NamedType& named, ParseState& state) {
  ast::Expression* value = nullptr;
  for (const ast::NamePart& part : named.parts) {
    if (value == nullptr) {
      auto* simple = state.arena.make<ast::NameExpression>();
      simple->alias = named.alias;
      simple->name = part.name;
      simple->span = {named.span.begin, part.name.span.end};
      value = simple;
    } else {
      auto* member = state.arena.make<ast::MemberAccess>();
      member->target = value;
      member->name = part.name;
      member->operator_span = {value->span.end, part.name.span.begin};
      member->span = {named.span.begin, part.name.span.end};
      value = member;
    }
  }
  return value;
}

/// Only plain dotted names can be constants.
void finish_type_or_constant(PatternRule& node, TokenIterator, TokenIterator, ParseState& state) {
  auto* both = static_cast<ast::TypeOrConstantPattern*>(node);
  const auto* named = ast::as<ast::NamedType>(both->type);
  const bool plain = named != nullptr && named->parts.back().arguments.empty();
  if (plain) {
    both->value = as_constant(*named, state);
    return;
  }
  auto* only_type = state.arena.make<ast::TypePattern>();
  only_type->type = both->type;
  only_type->span = both->span;
  node = only_type;
}

/// `is Point(1, 2)` and `is (1, 2)` read as a call and a tuple, which are no constants.
void finish_constant(PatternRule node, TokenIterator, TokenIterator, ParseState& state) {
  const ast::Expression* value = static_cast<const ast::ConstantPattern*>(node)->value;
  if (value->parenthesized) return;
  if (value->kind != ast::ExpressionKind::kCall && value->kind != ast::ExpressionKind::kTuple) return;
  state.report(SyntaxError::kLaterVersion, value->span,
               "positional patterns are a feature of C# 8, and policies are C# 7",
               "write `is T x`, then compare what you need: `x is T t && t.A == 1`");
}

}  // namespace

const auto var_pattern_def = node<ast::VarPattern>(contextual("var"), field<&ast::VarPattern::name>(name));
const auto declaration_pattern_def = node<ast::DeclarationPattern>(
    x3::eps, field<&ast::DeclarationPattern::type>(type) > field<&ast::DeclarationPattern::name>(name));
const auto type_pattern_def = node<ast::TypePattern>(ahead<type_ahead>, field<&ast::TypePattern::type>(tested_type));
const auto type_or_constant_def = finished<finish_type_or_constant>(node<ast::TypeOrConstantPattern>(
    ahead<type_or_constant_ahead>, field<&ast::TypeOrConstantPattern::type>(tested_type)));
const auto constant_pattern_def = finished<finish_constant>(node<ast::ConstantPattern>(
    x3::eps, field<&ast::ConstantPattern::value>(named("a type or a constant", shift_operation))));
const auto case_constant_def = finished<finish_constant>(
    node<ast::ConstantPattern>(x3::eps, field<&ast::ConstantPattern::value>(named("a constant or a type", expression))));

const auto pattern_def = when<var_ahead>(var_pattern) | when<declaration_ahead>(declaration_pattern) | type_pattern |
                         type_or_constant | constant_pattern;
const auto case_pattern_def =
    when<var_ahead>(var_pattern) | when<case_declaration_ahead>(declaration_pattern) | case_constant;

BOOST_SPIRIT_DEFINE(var_pattern, declaration_pattern, type_pattern, type_or_constant, constant_pattern, case_constant)
BOOST_SPIRIT_DEFINE(pattern, case_pattern)
BOOST_SPIRIT_INSTANTIATE(decltype(pattern), TokenIterator, Context)
BOOST_SPIRIT_INSTANTIATE(decltype(case_pattern), TokenIterator, Context)

}  // namespace portcullis::csharp
