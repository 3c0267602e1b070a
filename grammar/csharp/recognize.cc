// Known mistakes, looked for only after the parse has failed, so that the rules stay those of C# 7.3.
#include "grammar/csharp/recognize.h"

#include "base/text.h"
#include "grammar/csharp/lookahead.h"

namespace portcullis::csharp {
namespace {

using enum TokenKind;

/// Looks around the stop without running over either end.
class Around {
 public:
  explicit Around(const StopPlace& stop) : stop_(stop) {}

  [[nodiscard]] const Token& at() const { return *stop_.at; }
  [[nodiscard]] bool is(TokenKind kind) const { return stop_.at->kind == kind; }
  [[nodiscard]] const Token& next() const { return is(kEnd) ? *stop_.at : stop_.at[1]; }
  /// The token `back` places before; null before the first.
  [[nodiscard]] const Token* before(std::ptrdiff_t back = 1) const {
    return stop_.at - stop_.first >= back ? stop_.at - back : nullptr;
  }
  [[nodiscard]] bool before_is(TokenKind kind, std::ptrdiff_t back = 1) const {
    return before(back) != nullptr && before(back)->kind == kind;
  }
  [[nodiscard]] bool before_is(std::string_view word, std::ptrdiff_t back = 1) const {
    return before(back) != nullptr && is_contextual(*before(back), word);
  }
  [[nodiscard]] bool expects_operand() const {
    return stop_.expected.find("an expression") != std::string_view::npos ||
           stop_.expected.find("constant") != std::string_view::npos ||
           stop_.expected.find("statement") != std::string_view::npos;
  }
  [[nodiscard]] bool expects(std::string_view mark) const { return stop_.expected.find(mark) != std::string_view::npos; }
  /// `is` or `case` stands shortly before, with only names, dots and simple words between.
  [[nodiscard]] bool in_pattern() const {
    for (std::ptrdiff_t back = 1; back <= 12 && before(back) != nullptr; ++back) {
      const TokenKind kind = before(back)->kind;
      if (kind == kIsWord || kind == kCaseWord) return true;
      const bool plain = kind == kIdentifier || kind == kDot || kind == kLiteral || kind == kNullWord ||
                         kind == kMinus || kind == kLess || kind == kGreater || kind == kLessEqual ||
                         kind == kGreaterEqual || is_predefined_type(kind);
      if (!plain) return false;
    }
    return false;
  }
  [[nodiscard]] bool in_block() const { return stop_.in_block; }
  [[nodiscard]] const StopPlace& stop() const { return stop_; }

 private:
  const StopPlace& stop_;
};

using Found = std::optional<Mistake>;

Mistake later(Span span, std::string_view feature, std::string_view version, std::string_view help) {
  return {SyntaxError::kLaterVersion, span,
          joined(feature, " a feature of C# ", version, ", and policies are C# 7"), std::string(help)};
}

Mistake unavailable(Span span, std::string_view what, std::string_view help = {}) {
  return {SyntaxError::kNotAvailable, span, joined(what, " not available in policy expressions"), std::string(help)};
}

Found later_pattern(const Around& around) {
  const Span span = around.at().span;
  if (around.before_is("not") && (around.before_is(kIsWord, 2) || around.before_is(kCaseWord, 2))) {
    return later(around.before()->span, "`not` patterns are", "9", "write `!(x is T)`, or `x != null` for `x is not null`");
  }
  const bool word = is_contextual(around.at(), "or") || is_contextual(around.at(), "and");
  const bool word_before = around.before_is("or") || around.before_is("and");
  if (word || word_before) {
    const Token& combinator = word ? around.at() : *around.before();
    if (around.in_pattern()) {
      return later(combinator.span, "`and` and `or` patterns are", "9", "write two tests joined by `&&` or `||`");
    }
    if (word) {
      return Mistake{SyntaxError::kUnexpected, span, joined("`", around.at().text, "` is not an operator of C#"),
                     around.at().text == "or" ? "write `||`" : "write `&&`"};
    }
  }
  const bool after_test = around.before_is(kIsWord) || around.before_is(kCaseWord);
  if (around.is(kOpenBrace) && around.in_pattern()) {
    return later(span, "property patterns are", "8", "write `x is T t && t.Property == value`");
  }
  if (after_test && around.is(kOpenBracket)) {
    return later(span, "list patterns are", "11", "test `Count` and the elements one by one");
  }
  const bool relation = around.is(kLess) || around.is(kGreater) || around.is(kLessEqual) || around.is(kGreaterEqual);
  if (after_test && relation) {
    return later(span, "relational patterns are", "9", "compare with the operator itself: `x > 5`, or `case int n when n > 5:`");
  }
  if (around.is(kColon) && around.before_is(kCaseWord, 2) && is_predefined_type(around.before()->kind)) {
    return later(around.before()->span, "a type alone as pattern is", "9", "write the type with a discard: `case T _:`");
  }
  return std::nullopt;
}

Found later_operator(const Around& around) {
  const Span span = around.at().span;
  if (around.is(kSwitchWord) && around.next().kind == kOpenBrace) {
    return later(span, "switch expressions are", "8", "write `a ? b : c`, or a `switch` statement inside `@{ }`");
  }
  if (around.is(kCoalesceAssign)) return later(span, "`?\?=` is", "8", "write `x = x ?? value`");
  if (around.is(kDotDot) || around.before_is(kDotDot)) {
    return later(around.is(kDotDot) ? span : around.before()->span, "ranges (`..`) are", "8",
                 "use `Substring`, or `Skip` and `Take`");
  }
  if (around.is(kCaret) && around.expects_operand()) {
    return later(span, "indices from the end (`^1`) are", "8", "write `x[x.Length - 1]`, or use `Last()`");
  }
  const bool with_here = is_contextual(around.at(), "with") && around.next().kind == kOpenBrace;
  const bool with_before = around.is(kOpenBrace) && around.before_is("with");
  if (with_here || with_before) return later(with_here ? span : around.before()->span, "`with` expressions are", "9", "make a new object");
  if (around.is(kGreater) && around.before_is(kGreater) && around.before_is(kGreater, 2) &&
      adjacent(*around.before(), around.at())) {
    return later(span, "the operator `>>>` is", "11", "cast to an unsigned type and use `>>`");
  }
  if (around.is(kBang) && around.before() != nullptr && !around.expects_operand()) {
    return later(span, "the `!` after an expression is", "8", "remove it; C# 7 does not check for null");
  }
  if (around.is(kOpenParen) && around.before_is(kNewWord)) {
    return later(span, "`new` without a type is", "9", "name the type after `new`");
  }
  if (around.is(kOpenBracket) && around.expects_operand()) {
    return later(span, "collection expressions (`[a, b]`) are", "12", "write `new[] { a, b }` or `new List<T> { a, b }`");
  }
  return std::nullopt;
}

Found later_declaration(const Around& around) {
  const Span span = around.at().span;
  if (around.before_is(kUsingWord)) {
    const bool directive = around.is(kIdentifier) && (around.next().kind == kDot || around.next().kind == kSemicolon);
    if (directive || around.is(kStaticWord)) {
      return unavailable(around.before()->span, "using directives are", "the usual namespaces are imported; others are written in full");
    }
    return later(around.before()->span, "using declarations are", "8", "write `using (var x = ...) { ... }`");
  }
  if (around.is(kStaticWord)) {
    const bool in_lambda = around.next().kind == kOpenParen || is_lambda(&around.next());
    return in_lambda ? later(span, "static lambdas are", "9", "remove `static`")
                     : later(span, "static local functions are", "8", "remove `static`");
  }
  switch (around.at().kind) {
    case kClassWord:
    case kStructWord:
    case kEnumWord:
    case kInterfaceWord:
    case kNamespaceWord:
    case kPublicWord:
    case kPrivateWord:
    case kInternalWord:
    case kProtectedWord:
    case kAbstractWord:
    case kSealedWord:
    case kExternWord:
      return unavailable(span, "declarations of types and namespaces are", "use an anonymous object, a tuple or a `JObject`");
    default:
      break;
  }
  if (around.before_is("record") && around.is(kIdentifier)) {
    return later(around.before()->span, "records are", "9", "use an anonymous object, a tuple or a `JObject`");
  }
  if (is_contextual(around.at(), "where") && around.expects("`=>`")) {
    return unavailable(span, "constraints of type parameters are", "remove the `where` clause");
  }
  return std::nullopt;
}

Found not_available(const Around& around) {
  const Span span = around.at().span;
  if (around.before_is("await") && starts_expression(around.at())) {
    return unavailable(around.before()->span, "`await` is", "policies wait for nothing inside an expression; use `send-request`");
  }
  if (around.is(kArrow) && around.before_is(kCloseParen)) {  // `async (...) =>` reads as a call
    for (std::ptrdiff_t back = 2; around.before(back + 1) != nullptr; ++back) {
      const Token& open = *around.before(back);
      if (open.kind != kOpenParen || static_cast<std::ptrdiff_t>(open.match) + 1 != back) continue;
      if (around.before_is("async", back + 1)) return unavailable(around.before(back + 1)->span, "`async` is", "remove it");
    }
  }
  if (around.before_is("async")) return unavailable(around.before()->span, "`async` is", "remove it");
  switch (around.at().kind) {
    case kThisWord: return unavailable(span, "`this` is", "there is no enclosing object; use `context`");
    case kBaseWord: return unavailable(span, "`base` is", "there is no enclosing object; use `context`");
    case kStackallocWord: return unavailable(span, "`stackalloc` is", "write `new T[n]`");
    case kUnsafeWord:
    case kFixedWord: return unavailable(span, "unsafe code is");
    case kPointerArrow: return unavailable(span, "pointers are", "write `.` to reach a member, `=>` for a lambda");
    case kAmpersand:
    case kStar:
      if (around.expects_operand() || (around.before() != nullptr && is_predefined_type(around.before()->kind))) {
        return unavailable(span, "pointers are");
      }
      break;
    default: break;
  }
  return std::nullopt;
}

/// A bracket that stands open before the stop, when closing it is what was expected.
Found open_bracket(const Around& around) {
  const bool closing = around.expects("`)`") || around.expects("`]`") || around.expects("`}`");
  const bool at_border = around.is(kEnd) || around.is(kSemicolon) || around.is(kCloseBrace) || around.is(kCloseParen) ||
                         around.is(kCloseBracket) || around.is(kHoleClose);
  if (!closing || !at_border) return std::nullopt;
  for (std::ptrdiff_t back = 1; around.before(back) != nullptr; ++back) {
    const Token& token = *around.before(back);
    const bool opens = token.kind == kOpenParen || token.kind == kOpenBracket || token.kind == kOpenBrace;
    if (!opens) continue;
    if (token.match != 0) continue;
    const char* close = token.kind == kOpenParen ? ")" : token.kind == kOpenBracket ? "]" : "}";
    std::string help = joined("add `", close, "`");
    if (!around.is(kEnd)) append(help, " before `", spelling(around.at().kind), "`");
    return Mistake{SyntaxError::kMissingClose, token.span, joined("this `", spelling(token.kind), "` is never closed"),
                   std::move(help)};
  }
  return std::nullopt;
}

bool starts_only_a_statement(const Around& around) {
  switch (around.at().kind) {
    case kReturnWord:
    case kIfWord:
    case kForWord:
    case kForeachWord:
    case kWhileWord:
    case kDoWord:
    case kSwitchWord:
    case kTryWord:
    case kConstWord:
    case kUsingWord:
    case kLockWord:
      return true;
    default:
      return around.before_is("var") && around.is(kIdentifier);
  }
}

Found slip(const Around& around) {
  const Span span = around.at().span;
  if (around.is(kThrowWord) && around.expects_operand()) {
    return Mistake{SyntaxError::kThrowPlace, span,
                   "`throw` may be an expression only after `??`, in a branch of `?:`, or as the body of a lambda",
                   "use a `throw` statement inside `@{ }`"};
  }
  if (around.is(kHoleFormat) && around.expects("`:`")) {
    return Mistake{SyntaxError::kUnexpected, span, "the `:` of a conditional ends the hole of an interpolated string",
                   "put the conditional in parentheses: `{(a ? b : c)}`"};
  }
  if (around.before_is(kHoleOpen) && (around.is(kHoleClose) || around.is(kHoleFormat) || around.is(kComma))) {
    return Mistake{SyntaxError::kBadHole, around.before()->span, "this hole of the interpolated string has no expression",
                   "write `{{` and `}}` for braces in the text"};
  }
  if (around.is(kSemicolon) && !around.in_block()) {
    return Mistake{SyntaxError::kTrailingText, span, "`@( )` holds one expression, without `;`",
                   "remove the `;`, or write `@{ return ...; }`"};
  }
  if (!around.in_block() && starts_only_a_statement(around)) {
    return Mistake{SyntaxError::kUnexpected, span, "`@( )` holds one expression, not statements",
                   "write statements inside `@{ }`, and `return` the result"};
  }
  if (around.is(kElseWord) && around.expects("statement")) {
    return Mistake{SyntaxError::kUnexpected, span, "this `else` belongs to no `if`",
                   "look for a `;` after the condition, or a missing brace before"};
  }
  if (around.is(kInWord) && around.before_is(kIdentifier) && around.expects("variable name")) {
    return Mistake{SyntaxError::kUnexpected, around.before()->span, "the variable of `foreach` has no type",
                   joined("write `var ", around.before()->text, "`")};
  }
  if (around.is(kAssign) && around.before_is(kAssign)) {
    return Mistake{SyntaxError::kUnexpected, span, "the two `=` must stand together", "write `==`"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mistake> recognize(const StopPlace& stop) {
  const Around around(stop);
  for (const auto look : {later_pattern, later_operator, later_declaration, not_available, slip, open_bracket}) {
    if (Found found = look(around)) return found;
  }
  return std::nullopt;
}

}  // namespace portcullis::csharp
