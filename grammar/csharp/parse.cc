// The entry points: lex, run the start rule, turn what stopped it into one diagnostic.
#include "grammar/csharp/parse.h"

#include <exception>
#include <limits>
#include <string>
#include <vector>

#include "base/text.h"
#include "grammar/csharp/lexer.h"
#include "grammar/csharp/recognize.h"
#include "grammar/csharp/rules.h"

namespace portcullis {
namespace csharp {

namespace {

constexpr std::size_t kQuotedBytes = 24;

/// What stands at `token`, as the author wrote it.
std::string found_text(const Token& token, std::string_view text, bool in_block) {
  if (token.kind == TokenKind::kEnd) return in_block ? "the end of the block" : "the end of the expression";
  const std::string_view written = text.substr(token.span.begin, token.span.size());
  if (token.kind == TokenKind::kInterpolationStart || token.kind == TokenKind::kInterpolationText ||
      token.kind == TokenKind::kInterpolationEnd || token.kind == TokenKind::kHoleFormat) {
    return std::string(spelling(token.kind));
  }
  if (written.size() <= kQuotedBytes && written.find('\n') == std::string_view::npos) return joined("`", written, "`");
  return token.kind == TokenKind::kLiteral ? "a string" : "a name";
}

/// A missing mark belongs behind the token before, when the next one is far away.
Span place_of(const StopPlace& stop, std::string_view text) {
  if (stop.at == stop.first) return stop.at->span;
  const Span before = stop.at[-1].span;
  const bool missing_mark = stop.expected.starts_with("`;`") || stop.expected.starts_with("`)`");
  const std::string_view gap = text.substr(before.end, stop.at->span.begin - before.end);
  const bool behind = stop.at->kind == TokenKind::kEnd || (missing_mark && gap.find('\n') != std::string_view::npos);
  return behind && before.end > 0 ? Span{before.end - 1, before.end} : stop.at->span;
}

void explain(const StopPlace& stop, std::string_view text, ParseState& state) {
  if (auto mistake = recognize(stop)) {
    state.report(mistake->code, mistake->span, std::move(mistake->message), std::move(mistake->help));
    return;
  }
  std::string message = joined("expected ", stop.expected, ", found ", found_text(*stop.at, text, stop.in_block));
  state.report(SyntaxError::kUnexpected, place_of(stop, text), std::move(message));
}

/// Runs `rule` over all tokens; null after a report.
template <typename Rule>
typename Rule::attribute_type run(const Rule& rule, const std::vector<Token>& tokens, const char* end_name, bool in_block,
                                  std::string_view text, ParseState& state) {
  typename Rule::attribute_type tree{};
  StopPlace stop{tokens.data(), tokens.data(), {}, in_block};
  TokenIterator first = tokens.data();
  const TokenIterator last = tokens.data() + tokens.size();
  std::string expected;
  try {
    const auto context = x3::make_context<StateTag>(state);
    const bool matched = rule.parse(first, last, context, x3::unused, tree);
    if (matched && first->kind == TokenKind::kEnd) return state.reported ? nullptr : tree;
    stop.at = first;
    expected = matched ? end_name : x3::what(rule);
  } catch (const Expected& failure) {
    stop.at = failure.where();
    expected = failure.which();
  } catch (const GaveUp&) {
    return nullptr;
  }
  stop.expected = expected;
  if (!state.reported) explain(stop, text, state);
  return nullptr;
}

}  // namespace

// The statements of `@{ }`: a block whose braces are elsewhere.
constexpr x3::rule<struct block_body_id, ast::Block*> block_body{"a statement"};
namespace {
struct Always : ValuePart<Always, x3::unused_type> {
  template <typename C, typename R, typename A>
  bool parse(TokenIterator&, const TokenIterator&, const C&, R&, A&) const {
    return true;
  }
  [[nodiscard]] std::string what() const { return "a statement"; }
};
}  // namespace
const auto block_body_def =
    node<ast::Block>(Always{}, field<&ast::Block::statements>(many<ast::Statement*>(statement)));
BOOST_SPIRIT_DEFINE(block_body)

void give_up_too_deep(ParseState& state, const Token& at) {
  state.report(SyntaxError::kTooDeep, at.span,
               joined("this nests more than ", state.options.max_depth, " levels deep"), "split it into several variables");
  throw GaveUp{};
}

void give_up_long_chain(ParseState& state, const Token& at) {
  state.report(SyntaxError::kChainTooLong, at.span,
               joined("this chain has more than ", state.options.max_chain, " links"), "split it into several variables");
  throw GaveUp{};
}

namespace {

/// Lexes, then runs `rule`.
template <typename Rule>
typename Rule::attribute_type parse(const Rule& rule, const char* end_name, bool in_block, std::string_view text,
                                    ParseState& state) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    state.report(SyntaxError::kTooDeep, {}, "this expression is too large");
    return nullptr;
  }
  const Lexed lexed = lex(text, state.arena, state.sink);
  if (!lexed.ok) return nullptr;
  if (!in_block && lexed.tokens.front().kind == TokenKind::kEnd) {
    state.report(SyntaxError::kEmptyExpression, lexed.tokens.front().span, "there is no expression inside `@( )`");
    return nullptr;
  }
  typename Rule::attribute_type tree = run(rule, lexed.tokens, end_name, in_block, text, state);
  if (state.options.looks != nullptr) *state.options.looks = state.looks;
  return tree;
}

}  // namespace
}  // namespace csharp

Parsed<ast::Expression*> parse_expression(std::string_view text, Arena& arena, DiagnosticSink& sink,
                                          const ParseOptions& options) {
  csharp::ParseState state{arena, sink, options};
  ast::Expression* tree = csharp::parse(csharp::expression, "an operator or the end of the expression", false, text, state);
  if (tree == nullptr) return Failure{Reported{}};
  return tree;
}

Parsed<ast::Block*> parse_block(std::string_view text, Arena& arena, DiagnosticSink& sink, const ParseOptions& options) {
  csharp::ParseState state{arena, sink, options};
  ast::Block* tree = csharp::parse(csharp::block_body, "a statement", true, text, state);
  if (tree == nullptr) return Failure{Reported{}};
  return tree;
}

}  // namespace portcullis
