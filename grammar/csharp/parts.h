// The building blocks the rules are written with: X3 parsers over tokens that fill in tree nodes.
//
// A rule's attribute is the node it builds. `node` makes it, `field` parses something into one of its members, `extend`
// makes the node parsed so far the first member of a new one. So rules read like the grammar and need no actions.
#pragma once

#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/container/small_vector.hpp>
#include <boost/spirit/home/x3.hpp>

#include "grammar/csharp/state.h"
#include "grammar/csharp/token.h"

namespace portcullis::csharp {

namespace x3 = boost::spirit::x3;

struct StateTag;
using Context = x3::context<StateTag, ParseState>;

template <typename AnyContext>
ParseState& state_of(const AnyContext& context) {
  return x3::get<StateTag>(context);
}

using Expected = x3::expectation_failure<TokenIterator>;

/// Base of our parsers: they set nodes themselves, so rules made of them propagate no attribute.
template <typename Derived>
struct Part : x3::parser<Derived> {
  using attribute_type = x3::unused_type;
  static constexpr bool has_attribute = false;
  static constexpr bool has_action = true;
  static constexpr bool is_part = true;
};

/// Base of our parsers that hand a value to whoever asks.
template <typename Derived, typename Value>
struct ValuePart : x3::parser<Derived> {
  using attribute_type = Value;
  static constexpr bool has_attribute = !std::is_same_v<Value, x3::unused_type>;
  static constexpr bool has_action = false;
  static constexpr bool is_part = true;
};

template <auto Member>
struct MemberOf;
template <typename Owner, typename Value, Value Owner::* Member>
struct MemberOf<Member> {
  using owner_type = Owner;
  using value_type = Value;
  template <typename Base>
  static Value& in(Base*& node) {
    return static_cast<Owner*>(node)->*Member;
  }
  static Value& in(Owner& node) { return node.*Member; }
};

/// What `Subject` hands on: nothing when it sets nodes itself.
template <typename Subject, bool SetsNodes = Subject::has_action>
struct ValueOf {
  using type = x3::unused_type;
};
template <typename Subject>
struct ValueOf<Subject, false> {
  using type = typename x3::traits::attribute_of<Subject, Context>::type;
};

inline Span span_between(TokenIterator first, TokenIterator after) {
  return {first->span.begin, after == first ? first->span.begin : after[-1].span.end};
}

// ----------------------------------------------------------------------------------------------------------- tokens

struct TokenPart : ValuePart<TokenPart, x3::unused_type> {
  TokenKind kind;
  constexpr explicit TokenPart(TokenKind which) : kind(which) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R&, A&) const {
    ++state_of(context).looks;
    if (first->kind != kind) return false;
    ++first;
    return true;
  }
  [[nodiscard]] std::string what() const { return std::string(expected_text(kind)); }
};
constexpr TokenPart token(TokenKind kind) { return TokenPart(kind); }

/// A contextual word such as `where`.
struct ContextualPart : ValuePart<ContextualPart, x3::unused_type> {
  std::string_view word;
  constexpr explicit ContextualPart(std::string_view which) : word(which) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R&, A&) const {
    ++state_of(context).looks;
    if (!is_contextual(*first, word)) return false;
    ++first;
    return true;
  }
  [[nodiscard]] std::string what() const { return "`" + std::string(word) + "`"; }
};
constexpr ContextualPart contextual(std::string_view word) { return ContextualPart(word); }

struct NamePart : ValuePart<NamePart, ast::Name> {
  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R&, ast::Name& name) const {
    ++state_of(context).looks;
    if (first->kind != TokenKind::kIdentifier) return false;
    name = {first->text, first->span};
    ++first;
    return true;
  }
  [[nodiscard]] std::string what() const { return "a name"; }
};
inline constexpr NamePart name{};

/// Matches one token for which `test(token)` holds.
template <bool (*Test)(const Token&)>
struct AnyOfPart : ValuePart<AnyOfPart<Test>, x3::unused_type> {
  const char* words;
  constexpr explicit AnyOfPart(const char* description) : words(description) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R&, A&) const {
    ++state_of(context).looks;
    if (!Test(*first)) return false;
    ++first;
    return true;
  }
  [[nodiscard]] std::string what() const { return words; }
};

// ------------------------------------------------------------------------------------------------------- predicates

/// Consumes nothing; holds when `Test(position, state)` does.
template <bool (*Test)(TokenIterator, const ParseState&)>
struct AheadPart : ValuePart<AheadPart<Test>, x3::unused_type> {
  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator&, const C& context, R&, A&) const {
    ParseState& state = state_of(context);
    ++state.looks;
    return Test(first, state);
  }
  [[nodiscard]] std::string what() const { return "something else"; }
};
template <bool (*Test)(TokenIterator, const ParseState&)>
inline constexpr AheadPart<Test> ahead{};

/// `subject`, but only where `Test` holds.
template <bool (*Test)(TokenIterator, const ParseState&), typename Subject>
struct WhenPart : ValuePart<WhenPart<Test, Subject>, typename ValueOf<Subject>::type> {
  static constexpr bool has_action = Subject::has_action;
  Subject subject;
  constexpr explicit WhenPart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A& value) const {
    ParseState& state = state_of(context);
    ++state.looks;
    return Test(first, state) && subject.parse(first, last, context, rule, value);
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <bool (*Test)(TokenIterator, const ParseState&), typename Subject>
constexpr auto when(const Subject& subject) {
  return WhenPart<Test, Subject>(subject);
}

// ------------------------------------------------------------------------------------------------------------- nodes

/// Parses `subject` into `Member` of the node or struct the rule builds.
template <auto Member, typename Subject>
struct FieldPart : Part<FieldPart<Member, Subject>> {
  Subject subject;
  constexpr explicit FieldPart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    typename MemberOf<Member>::value_type value{};
    if (!subject.parse(first, last, context, x3::unused, value)) return false;
    MemberOf<Member>::in(rule) = value;
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <auto Member, typename Subject>
constexpr auto field(const Subject& subject) {
  return FieldPart<Member, Subject>(subject);
}

/// Sets `Member` to `value` when `subject` matches.
template <auto Member, typename Subject>
struct FlagPart : Part<FlagPart<Member, Subject>> {
  typename MemberOf<Member>::value_type value;
  Subject subject;
  constexpr FlagPart(typename MemberOf<Member>::value_type constant, const Subject& inner)
      : value(constant), subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    if (!subject.parse(first, last, context, rule, x3::unused)) return false;
    MemberOf<Member>::in(rule) = value;
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <auto Member, typename Subject>
constexpr auto flag(typename MemberOf<Member>::value_type value, const Subject& subject) {
  return FlagPart<Member, Subject>(value, subject);
}

/// Stores in `Member` the span of what `subject` matched.
template <auto Member, typename Subject>
struct SpanPart : Part<SpanPart<Member, Subject>> {
  Subject subject;
  constexpr explicit SpanPart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    const TokenIterator start = first;
    if (!subject.parse(first, last, context, rule, x3::unused)) return false;
    MemberOf<Member>::in(rule) = span_between(start, first);
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <auto Member, typename Subject>
constexpr auto spanned(const Subject& subject) {
  return SpanPart<Member, Subject>(subject);
}

/// `lead` decides; then a `T` is made and `rest` must follow. The node's span covers both.
template <typename T, typename Lead, typename Rest>
struct NodePart : Part<NodePart<T, Lead, Rest>> {
  Lead lead;
  Rest rest;
  constexpr NodePart(const Lead& first_part, const Rest& second_part) : lead(first_part), rest(second_part) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    const TokenIterator start = first;
    if (!lead.parse(first, last, context, x3::unused, x3::unused)) return false;
    T* node = state_of(context).arena.template make<T>();
    rule = node;
    if constexpr (requires { node->operator_span; }) node->operator_span = start->span;
    if (!rest.parse(first, last, context, rule, x3::unused)) {
      boost::throw_exception(Expected(first, x3::what(rest)));
    }
    node->span = span_between(start, first);
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(lead); }
};
template <typename T, typename Lead, typename Rest>
constexpr auto node(const Lead& lead, const Rest& rest) {
  return NodePart<T, Lead, Rest>(lead, rest);
}
template <typename T, typename Lead>
constexpr auto node(const Lead& lead) {
  return NodePart<T, Lead, x3::eps_parser>(lead, x3::eps);
}

/// What an extended rule starts from.
template <typename Subject>
struct BasePart : Part<BasePart<Subject>> {
  Subject subject;
  constexpr explicit BasePart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    return subject.parse(first, last, context, x3::unused, rule);
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <typename Subject>
constexpr auto base(const Subject& subject) {
  return BasePart<Subject>(subject);
}

/// After `lead`, the node built so far becomes `Member` of a new node, which `rest` then fills in.
template <auto Member, typename Lead, typename Rest>
struct ExtendPart : Part<ExtendPart<Member, Lead, Rest>> {
  Lead lead;
  Rest rest;
  constexpr ExtendPart(const Lead& first_part, const Rest& second_part) : lead(first_part), rest(second_part) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    using T = typename MemberOf<Member>::owner_type;
    const TokenIterator start = first;
    if (!lead.parse(first, last, context, x3::unused, x3::unused)) return false;
    T* node = state_of(context).arena.template make<T>();
    const std::uint32_t begin = rule->span.begin;
    node->*Member = rule;
    rule = node;
    if constexpr (requires { node->operator_span; }) node->operator_span = span_between(start, first);
    if (!rest.parse(first, last, context, rule, x3::unused)) {
      boost::throw_exception(Expected(first, x3::what(rest)));
    }
    node->span = {begin, first[-1].span.end};
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(lead); }
};
template <auto Member, typename Lead, typename Rest>
constexpr auto extend(const Lead& lead, const Rest& rest) {
  return ExtendPart<Member, Lead, Rest>(lead, rest);
}

/// After `subject`, `Finish(node, first token, token after, state)` may complete, check or replace the node.
template <auto Finish, typename Subject>
struct FinishedPart : Part<FinishedPart<Finish, Subject>> {
  Subject subject;
  constexpr explicit FinishedPart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A& value) const {
    const TokenIterator start = first;
    if (!subject.parse(first, last, context, rule, value)) return false;
    Finish(rule, start, first, state_of(context));
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <auto Finish, typename Subject>
constexpr auto finished(const Subject& subject) {
  return FinishedPart<Finish, Subject>(subject);
}

// ------------------------------------------------------------------------------------------------------------- lists

enum class ListEnd : std::uint8_t { kPlain, kTrailingComma };

/// Items with commas between them, as an arena span. Fails without a first item unless `may_be_empty`.
template <typename T, typename Item>
struct ListPart : ValuePart<ListPart<T, Item>, std::span<const T>> {
  Item item;
  bool may_be_empty;
  ListEnd end;
  constexpr ListPart(const Item& inner, bool optional, ListEnd how) : item(inner), may_be_empty(optional), end(how) {}

  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R&, std::span<const T>& out) const {
    ParseState& state = state_of(context);
    boost::container::small_vector<T, 4> items;
    T value{};
    if (!item.parse(first, last, context, x3::unused, value)) return may_be_empty;
    items.push_back(value);
    while (first->kind == TokenKind::kComma) {
      ++first;
      ++state.looks;
      value = T{};
      if (item.parse(first, last, context, x3::unused, value)) {
        items.push_back(value);
      } else if (end == ListEnd::kTrailingComma) {
        break;
      } else {
        boost::throw_exception(Expected(first, x3::what(item)));
      }
    }
    out = state.arena.copy(std::span<const T>(items.data(), items.size()));
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(item); }
};
template <typename T, typename Item>
constexpr auto list(const Item& item, ListEnd end = ListEnd::kPlain) {
  return ListPart<T, Item>(item, false, end);
}
template <typename T, typename Item>
constexpr auto list_or_none(const Item& item, ListEnd end = ListEnd::kPlain) {
  return ListPart<T, Item>(item, true, end);
}

/// Items one after another, `Least` or more.
template <typename T, typename Item>
struct ManyPart : ValuePart<ManyPart<T, Item>, std::span<const T>> {
  Item item;
  std::size_t least;
  constexpr ManyPart(const Item& inner, std::size_t minimum) : item(inner), least(minimum) {}

  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R&, std::span<const T>& out) const {
    boost::container::small_vector<T, 4> items;
    for (T value{}; item.parse(first, last, context, x3::unused, value); value = T{}) items.push_back(value);
    if (items.size() < least) return false;
    out = state_of(context).arena.copy(std::span<const T>(items.data(), items.size()));
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(item); }
};
template <typename T, typename Item>
constexpr auto many(const Item& item, std::size_t least = 0) {
  return ManyPart<T, Item>(item, least);
}

/// Exactly one item, as a list.
template <typename T, typename Item>
struct OnePart : ValuePart<OnePart<T, Item>, std::span<const T>> {
  Item item;
  constexpr explicit OnePart(const Item& inner) : item(inner) {}

  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R&, std::span<const T>& out) const {
    T value{};
    if (!item.parse(first, last, context, x3::unused, value)) return false;
    out = state_of(context).arena.copy(std::span<const T>(&value, 1));
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(item); }
};
template <typename T, typename Item>
constexpr auto one(const Item& item) {
  return OnePart<T, Item>(item);
}

/// `subject` under another name after "expected".
template <typename Subject>
struct NamedPart : ValuePart<NamedPart<Subject>, typename ValueOf<Subject>::type> {
  static constexpr bool has_action = Subject::has_action;
  const char* words;
  Subject subject;
  constexpr NamedPart(const char* description, const Subject& inner) : words(description), subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A& value) const {
    return subject.parse(first, last, context, rule, value);
  }
  [[nodiscard]] std::string what() const { return words; }
};
template <typename Subject>
constexpr auto named(const char* words, const Subject& subject) {
  return NamedPart<Subject>(words, subject);
}

// ------------------------------------------------------------------------------------------------------------ limits

[[noreturn]] void give_up_too_deep(ParseState& state, const Token& at);
[[noreturn]] void give_up_long_chain(ParseState& state, const Token& at);

/// One level of nesting; the parse ends with a report when there are too many.
template <typename Subject>
struct NestedPart : ValuePart<NestedPart<Subject>, typename ValueOf<Subject>::type> {
  static constexpr bool has_action = Subject::has_action;
  Subject subject;
  constexpr explicit NestedPart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A& value) const {
    ParseState& state = state_of(context);
    if (state.depth >= state.options.max_depth) give_up_too_deep(state, *first);
    ++state.depth;
    const bool matched = subject.parse(first, last, context, rule, value);
    --state.depth;
    return matched;
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <typename Subject>
constexpr auto nested(const Subject& subject) {
  return NestedPart<Subject>(subject);
}

/// `subject` as often as it matches, up to the limit on chains.
template <typename Subject>
struct ChainPart : Part<ChainPart<Subject>> {
  Subject subject;
  constexpr explicit ChainPart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R, typename A>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R& rule, A&) const {
    ParseState& state = state_of(context);
    for (std::uint32_t count = 0; subject.parse(first, last, context, rule, x3::unused); ++count) {
      if (count == state.options.max_chain) give_up_long_chain(state, *first);
    }
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <typename Subject>
constexpr auto chain(const Subject& subject) {
  return ChainPart<Subject>(subject);
}

/// A rule of another node type: one of its base, or the derived one it is known to be.
template <typename Value, typename Subject>
struct AsPart : ValuePart<AsPart<Value, Subject>, Value> {
  Subject subject;
  constexpr explicit AsPart(const Subject& inner) : subject(inner) {}

  template <typename C, typename R>
  bool parse(TokenIterator& first, const TokenIterator& last, const C& context, R&, Value& out) const {
    typename Subject::attribute_type value{};
    if (!subject.parse(first, last, context, x3::unused, value)) return false;
    out = static_cast<Value>(value);
    return true;
  }
  [[nodiscard]] std::string what() const { return x3::what(subject); }
};
template <typename Value, typename Subject>
constexpr auto as_node(const Subject& subject) {
  return AsPart<Value, Subject>(subject);
}

}  // namespace portcullis::csharp

// What stands after "expected": our parts say it themselves, a sequence expects its first part.
namespace boost::spirit::x3 {

template <typename T>
struct get_info<T, std::enable_if_t<T::is_part>> {
  using result_type = std::string;
  std::string operator()(const T& part) const { return part.what(); }
};

template <typename Left, typename Right>
struct get_info<sequence<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const sequence<Left, Right>& parts) const {
    if constexpr (std::is_same_v<Left, eps_parser>) {
      return what(parts.right);
    } else {
      return what(parts.left);
    }
  }
};

template <typename Left, typename Right>
struct get_info<alternative<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const alternative<Left, Right>& parts) const {
    return what(parts.left) + " or " + what(parts.right);
  }
};

template <typename Subject>
struct get_info<and_predicate<Subject>> {
  using result_type = std::string;
  std::string operator()(const and_predicate<Subject>& part) const { return what(part.subject); }
};

template <typename Subject>
struct get_info<expect_directive<Subject>> {
  using result_type = std::string;
  std::string operator()(const expect_directive<Subject>& part) const { return what(part.subject); }
};

}  // namespace boost::spirit::x3
