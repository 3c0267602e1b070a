// What the lexer makes of the text and the grammar rules match on.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/source.h"
#include "grammar/csharp/ast.h"

namespace portcullis::csharp {

enum class TokenKind : std::uint8_t {
#define PC_WORD(kind, spelling) kind,
#define PC_MARK(kind, spelling) kind,
#define PC_OTHER(kind, description) kind,
#include "grammar/csharp/tokens.def"
#undef PC_WORD
#undef PC_MARK
#undef PC_OTHER
};

struct Token {
  TokenKind kind{};
  ast::LiteralType literal{};  // kLiteral: its type
  bool plain = true;           // kIdentifier: may be a contextual word (no `@`); kLiteral: unsuffixed decimal digits
  bool has_comma = false;      // kOpenParen: a comma stands directly inside
  std::uint32_t match = 0;     // opening bracket: how many tokens on its closing one stands; 0 when there is none
  Span span;
  std::string_view text;       // kIdentifier: the name; kLiteral string and decimal, interpolation text, format: decoded
  union {
    std::uint64_t integer = 0;  // kLiteral: as ast::Literal::integer
    double real;                // kLiteral float and double
  };
};

/// Tokens are walked by pointer; the last one is kEnd, and kEnd is repeated so that looking two ahead is always safe.
using TokenIterator = const Token*;

/// "return", "(", "name".
std::string_view spelling(TokenKind kind);
/// How an expectation of `kind` is worded: "`)`", "a name".
std::string_view expected_text(TokenKind kind);

constexpr bool is_word(TokenKind kind) { return kind <= TokenKind::kWhileWord; }
/// Nothing stands between the two.
constexpr bool adjacent(const Token& left, const Token& right) { return left.span.end == right.span.begin; }
/// `token` is the contextual word `word`.
inline bool is_contextual(const Token& token, std::string_view word) {
  return token.kind == TokenKind::kIdentifier && token.plain && token.text == word;
}

}  // namespace portcullis::csharp
