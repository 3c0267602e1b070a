// Disambiguation by looking ahead; see lookahead.h.
#include "grammar/csharp/lookahead.h"

#include <algorithm>

namespace portcullis::csharp {
namespace {

using enum TokenKind;

TokenIterator type_at(TokenIterator at, NullableMark mark, unsigned nesting);

TokenIterator after_type_arguments(TokenIterator at, unsigned nesting) {
  if (nesting > kMaxTypeNesting) return nullptr;
  do {
    at = type_at(at + 1, NullableMark::kIncluded, nesting + 1);
    if (at == nullptr) return nullptr;
  } while (at->kind == kComma);
  return at->kind == kGreater ? at + 1 : nullptr;
}

TokenIterator after_type_name(TokenIterator at, unsigned nesting) {
  if (at[1].kind == kColonColon) at += 2;
  while (true) {
    if (at->kind != kIdentifier) return nullptr;
    ++at;
    if (at->kind == kLess) {
      const TokenIterator after = after_type_arguments(at, nesting);
      if (after == nullptr) return at;  // `a < b`: the name alone is a type
      at = after;
    }
    if (at->kind != kDot) return at;
    ++at;
  }
}

TokenIterator after_tuple_type(TokenIterator at, unsigned nesting) {
  if (!at->has_comma || nesting > kMaxTypeNesting) return nullptr;
  do {
    at = type_at(at + 1, NullableMark::kIncluded, nesting + 1);
    if (at == nullptr) return nullptr;
    if (at->kind == kIdentifier) ++at;
  } while (at->kind == kComma);
  return at->kind == kCloseParen ? at + 1 : nullptr;
}

TokenIterator after_array_suffixes(TokenIterator at, NullableMark mark) {
  while (at->kind == kOpenBracket) {
    TokenIterator end = at + 1;
    while (end->kind == kComma) ++end;
    if (end->kind != kCloseBracket) return at;
    at = end + 1;
    if (at->kind == kQuestion && mark == NullableMark::kIncluded) ++at;
  }
  return at;
}

TokenIterator type_at(TokenIterator at, NullableMark mark, unsigned nesting) {
  TokenIterator after = nullptr;
  if (is_predefined_type(at->kind)) {
    after = at + 1;
  } else if (at->kind == kIdentifier) {
    after = after_type_name(at, nesting);
  } else if (at->kind == kOpenParen) {
    after = after_tuple_type(at, nesting);
  }
  if (after == nullptr) return nullptr;
  if (after->kind == kQuestion && mark == NullableMark::kIncluded) ++after;
  return after_array_suffixes(after, mark);
}

/// `Name` or `(` may follow a cast; so may a few words and marks.
bool may_follow_cast(const Token& token, bool in_query) {
  switch (token.kind) {
    case kTilde:
    case kBang:
    case kOpenParen:
    case kLiteral:
    case kInterpolationStart:
      return true;
    case kIdentifier:
      return !(in_query && is_query_word(token));
    case kAsWord:
    case kIsWord:
    case kInWord:
    case kSwitchWord:
      return false;
    default:
      return is_word(token.kind);
  }
}

bool ends_declared_name(TokenKind kind) { return kind == kComma || kind == kCloseParen || kind == kCloseBracket; }

/// `x is A or B` of C# 9: the word is not a variable's name.
bool is_pattern_combinator(TokenIterator at) {
  return (is_contextual(*at, "or") || is_contextual(*at, "and")) &&
         (starts_expression(at[1]) || at[1].kind == kLess || at[1].kind == kGreater || at[1].kind == kLessEqual ||
          at[1].kind == kGreaterEqual || at[1].kind == kOpenBrace);
}

}  // namespace

TokenIterator after_type(TokenIterator at, NullableMark mark) { return type_at(at, mark, 0); }

bool is_predefined_type(TokenKind kind) {
  switch (kind) {
    case kBoolWord:
    case kByteWord:
    case kSByteWord:
    case kShortWord:
    case kUShortWord:
    case kIntWord:
    case kUIntWord:
    case kLongWord:
    case kULongWord:
    case kCharWord:
    case kFloatWord:
    case kDoubleWord:
    case kDecimalWord:
    case kStringWord:
    case kObjectWord:
    case kVoidWord:
      return true;
    default:
      return false;
  }
}

ast::PredefinedType predefined_of(TokenKind kind) {
  using enum ast::PredefinedType;
  switch (kind) {
    case kBoolWord: return kBool;
    case kByteWord: return kByte;
    case kSByteWord: return kSByte;
    case kShortWord: return kShort;
    case kUShortWord: return kUShort;
    case kIntWord: return kInt;
    case kUIntWord: return kUInt;
    case kLongWord: return kLong;
    case kULongWord: return kULong;
    case kCharWord: return kChar;
    case kFloatWord: return kFloat;
    case kDoubleWord: return kDouble;
    case kDecimalWord: return kDecimal;
    case kStringWord: return kString;
    case kObjectWord: return kObject;
    default: return kVoid;
  }
}

bool starts_expression(const Token& token) {
  switch (token.kind) {
    case kIdentifier:
    case kLiteral:
    case kInterpolationStart:
    case kOpenParen:
    case kPlus:
    case kMinus:
    case kBang:
    case kTilde:
    case kPlusPlus:
    case kMinusMinus:
    case kNewWord:
    case kTypeofWord:
    case kDefaultWord:
    case kCheckedWord:
    case kUncheckedWord:
    case kSizeofWord:
    case kDelegateWord:
    case kNullWord:
    case kTrueWord:
    case kFalseWord:
    case kThisWord:
    case kBaseWord:
    case kThrowWord:
      return true;
    default:
      return is_predefined_type(token.kind);
  }
}

bool is_query_word(const Token& token) {
  static constexpr std::string_view kQueryWords[] = {"ascending", "by",   "descending", "equals",  "from",  "group",
                                                     "into",      "join", "let",        "on",      "orderby", "select",
                                                     "where"};
  return token.kind == kIdentifier && token.plain && std::ranges::find(kQueryWords, token.text) != std::end(kQueryWords);
}

bool is_cast(TokenIterator at, bool in_query) {
  if (at->kind != kOpenParen) return false;
  const TokenIterator close = after_type(at + 1);
  if (close == nullptr || close->kind != kCloseParen) return false;
  const TokenKind last = close[-1].kind;
  if (is_predefined_type(last) || last == kCloseBracket || last == kQuestion || at[1].kind == kOpenParen) {
    return starts_expression(close[1]) || close[1].kind == kAmpersand || close[1].kind == kStar;
  }
  return may_follow_cast(close[1], in_query);
}

bool is_type_arguments(TokenIterator at) {
  const TokenIterator after = after_type_arguments(at, 0);
  if (after == nullptr) return false;
  switch (after->kind) {
    case kOpenParen:
    case kCloseParen:
    case kOpenBracket:
    case kCloseBracket:
    case kCloseBrace:
    case kColon:
    case kSemicolon:
    case kComma:
    case kDot:
    case kQuestion:
    case kQuestionDot:
    case kQuestionQuestion:
    case kEqual:
    case kNotEqual:
    case kBar:
    case kCaret:
    case kAndAnd:
    case kBarBar:
    case kAmpersand:
    case kHoleClose:
    case kHoleFormat:
    case kEnd:
      return true;
    default:
      return false;
  }
}

bool is_lambda(TokenIterator at) {
  if (at->kind == kIdentifier) return at[1].kind == kArrow;
  return at->kind == kOpenParen && at->match != 0 && at[at->match + 1].kind == kArrow;
}

bool has_implicit_parameters(TokenIterator at) {
  return at[1].kind == kIdentifier && (at[2].kind == kComma || at[2].kind == kCloseParen);
}

bool is_query(TokenIterator at) {
  if (!is_contextual(*at, "from")) return false;
  if (at[1].kind == kIdentifier && at[2].kind == kInWord) return true;
  const TokenIterator name = after_type(at + 1);
  return name != nullptr && name->kind == kIdentifier && name[1].kind == kInWord;
}

bool is_argument_name(TokenIterator at) { return at->kind == kIdentifier && at[1].kind == kColon; }

bool is_declaration_expression(TokenIterator at) {
  const TokenIterator name = after_type(at);
  return name != nullptr && name->kind == kIdentifier && ends_declared_name(name[1].kind);
}

bool is_var_tuple(TokenIterator at) {
  if (!is_contextual(*at, "var") || at[1].kind != kOpenParen || at[1].match == 0) return false;
  const TokenKind after = at[at[1].match + 2].kind;
  return after == kAssign || after == kInWord;
}

bool is_declaration_pattern(TokenIterator at, bool in_query) {
  if (is_contextual(*at, "not") && at[1].kind == kIdentifier) return false;  // C# 9; reported where it goes wrong
  const TokenIterator name = after_type(at, NullableMark::kExcluded);
  if (name == nullptr || name->kind != kIdentifier) return false;
  if (in_query && is_query_word(*name)) return false;
  return !is_pattern_combinator(name);
}

bool is_type_or_constant(TokenIterator at) {
  if (at->kind != kIdentifier) return false;
  const TokenIterator after = after_type(at, NullableMark::kExcluded);
  if (after == nullptr) return false;
  switch (after->kind) {
    case kOpenParen:
    case kOpenBracket:
    case kDot:
    case kQuestionDot:
    case kPlus:
    case kMinus:
    case kStar:
    case kSlash:
    case kPercent:
    case kLeftShift:
    case kPlusPlus:
    case kMinusMinus:
      return false;
    case kGreater:
      return after[1].kind != kGreater || !adjacent(after[0], after[1]);
    default:
      return true;
  }
}

bool is_case_declaration(TokenIterator at) {
  if (is_contextual(*at, "not") && at[1].kind == kIdentifier) return false;
  const TokenIterator name = after_type(at, NullableMark::kExcluded);
  if (name == nullptr || name->kind != kIdentifier) return false;
  const bool ends = name[1].kind == kColon || is_contextual(name[1], "when");
  return ends && !is_pattern_combinator(name);
}

bool is_nullable_mark(TokenIterator at) {
  return at->kind == kQuestion && !starts_expression(at[1]) && !(at[1].kind == kOpenBracket && adjacent(at[0], at[1]));
}

bool is_local_declaration(TokenIterator at) {
  if (at->kind == kConstWord || at->kind == kRefWord) return true;
  if (is_contextual(*at, "await")) return false;
  const TokenIterator name = after_type(at);
  if (name == nullptr || name->kind != kIdentifier) return false;
  switch (name[1].kind) {
    case kAssign:
    case kSemicolon:
    case kComma:
      return true;
    default:  // a mistake after the name: no expression begins like this either
      return name == at + 1 && (is_predefined_type(at->kind) || is_contextual(*at, "var"));
  }
}

bool is_local_function(TokenIterator at) {
  if (at->kind == kRefWord) ++at;
  const TokenIterator name = after_type(at);
  if (name == nullptr || name->kind != kIdentifier) return false;
  TokenIterator open = name + 1;
  if (open->kind == kLess) {
    do {
      if (open[1].kind != kIdentifier) return false;
      open += 2;
    } while (open->kind == kComma);
    if (open->kind != kGreater) return false;
    ++open;
  }
  if (open->kind != kOpenParen || open->match == 0) return false;
  const Token& after = open[open->match + 1];
  return after.kind == kOpenBrace || after.kind == kArrow || is_contextual(after, "where");
}

bool is_label(TokenIterator at) { return at->kind == kIdentifier && at[1].kind == kColon; }

}  // namespace portcullis::csharp
