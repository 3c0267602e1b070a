// The lexer's state, shared by lexer.cc (words, operators, blanks), lexer_number.cc and lexer_text.cc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "grammar/csharp/diagnostic.h"
#include "grammar/csharp/token.h"

namespace portcullis::csharp {

/// Letter, digit, mark, connector or format character outside ASCII: coarse on purpose, by block.
bool is_identifier_character(char32_t code);

class Scanner {
 public:
  Scanner(std::string_view text, Arena& arena, DiagnosticSink& sink, std::vector<Token>& out)
      : text_(text), arena_(arena), sink_(sink), out_(out) {}

  /// False when something was reported.
  bool run();

 private:
  /// A hole being read, and the interpolated string it belongs to.
  struct Hole {
    std::size_t start;  // of the `{`
    std::size_t string_start;
    std::uint32_t brackets = 0;  // open ones inside the hole
    bool verbatim;
  };

  // lexer.cc
  bool step();
  bool skip_blanks();
  bool skip_comment();
  void identifier();
  bool escaped_identifier(std::size_t start);
  bool punctuator();
  bool two_or_more(char c);
  void bracket(char c);
  void close_bracket(TokenKind kind, TokenKind opening, std::size_t start);
  bool stray();

  // lexer_number.cc
  bool number();
  bool radix_number(unsigned radix);
  bool integer_literal(std::string_view digits, unsigned radix, std::size_t start);
  bool real_literal(std::string_view digits, std::size_t start);
  bool end_of_number(std::size_t start);
  std::string_view without_separators(std::string_view digits);

  // lexer_text.cc
  bool text_literal();
  bool regular_string(std::size_t start);
  bool verbatim_string(std::size_t start);
  bool character();
  bool interpolated_text(std::size_t string_start, bool verbatim);
  bool hole_format();
  bool hole_close();
  bool escape();
  bool hex_escape(std::size_t start, unsigned min_digits, unsigned max_digits);
  void decoded(char32_t code);
  std::string_view take_decoded();
  void string_token(std::size_t start, std::string_view value);

  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] bool at_line_end() const { return !at_end() && (text_[at_] == '\n' || text_[at_] == '\r'); }
  [[nodiscard]] Span span_from(std::size_t start) const {
    return {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(at_)};
  }
  Token& emit(TokenKind kind, std::size_t start) {
    Token& token = out_.emplace_back();
    token.kind = kind;
    token.span = span_from(start);
    return token;
  }
  /// Reports; lexing goes on.
  void report(SyntaxError code, Span span, std::string message, std::string help = {});
  /// Reports; what follows cannot be told from noise, so lexing ends.
  bool give_up(SyntaxError code, Span span, std::string message, std::string help = {}) {
    report(code, span, std::move(message), std::move(help));
    return false;
  }

  std::string_view text_;
  Arena& arena_;
  DiagnosticSink& sink_;
  std::vector<Token>& out_;
  std::size_t at_ = 0;
  std::vector<Hole> holes_;
  std::vector<std::uint32_t> open_;  // indices of opening bracket tokens not closed yet
  std::string decoded_;
  bool ok_ = true;
};

}  // namespace portcullis::csharp
