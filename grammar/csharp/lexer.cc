// Words, operators, blanks and comments; numbers and texts are in the files beside.
#include "grammar/csharp/lexer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/utf.h"
#include "grammar/csharp/scanner.h"

namespace portcullis::csharp {
namespace {

using enum TokenKind;

constexpr std::string_view kWords[] = {
#define PC_WORD(kind, spelling) spelling,
#define PC_MARK(kind, spelling)
#define PC_OTHER(kind, description)
#include "grammar/csharp/tokens.def"
#undef PC_WORD
#undef PC_MARK
#undef PC_OTHER
};

/// kWordStart[c - 'a'] is the first word that begins with c; words are in order of spelling.
constexpr auto kWordStart = [] {
  std::array<std::uint8_t, 27> start{};
  std::size_t word = 0;
  for (std::size_t letter = 0; letter < 27; ++letter) {
    while (word < std::size(kWords) && static_cast<std::size_t>(kWords[word][0] - 'a') < letter) ++word;
    start[letter] = static_cast<std::uint8_t>(word);
  }
  return start;
}();

TokenKind word_kind(std::string_view word) {
  if (word.size() < 2 || word[0] < 'a' || word[0] > 'z') return kIdentifier;
  const auto letter = static_cast<std::size_t>(word[0] - 'a');
  for (std::size_t i = kWordStart[letter]; i < kWordStart[letter + 1]; ++i) {
    if (kWords[i] == word) return static_cast<TokenKind>(i);
  }
  return kIdentifier;
}

constexpr bool is_ascii_identifier(char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '_'; }
constexpr bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

constexpr bool is_wide_space(char32_t code) {
  return code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F ||
         code == 0x3000 || code == 0xFEFF || code == 0x85 || code == 0x2028 || code == 0x2029;
}

constexpr bool is_wide_line_end(char32_t code) { return code == 0x85 || code == 0x2028 || code == 0x2029; }

constexpr bool is_typographic_quote(char32_t code) {
  return (code >= 0x2018 && code <= 0x201F) || code == 0xAB || code == 0xBB;
}

void report_malformed(std::string_view text, DiagnosticSink& sink) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Decoded one = decode_utf8(text, at);
    if ((one.code == 0xFFFD && one.length != 3) || is_surrogate(one.code)) break;
    at += one.length;
  }
  Diagnostic diagnostic;
  diagnostic.code = static_cast<std::uint16_t>(SyntaxError::kStrayCharacter);
  diagnostic.span = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(std::min(at + 1, text.size()))};
  diagnostic.message = "these bytes are not UTF-8";
  diagnostic.help = "save the file as UTF-8";
  sink.add(std::move(diagnostic));
}

}  // namespace

bool is_identifier_character(char32_t code) {
  if (code < 0xAA) return false;
  if (code == 0xAB || code == 0xAC || code == 0xAE || code == 0xAF || code == 0xBB || code == 0xBF) return false;
  if ((code >= 0xB0 && code <= 0xB4) || (code >= 0xB6 && code <= 0xB9) || (code >= 0xBC && code <= 0xBE)) return false;
  if (code == 0xD7 || code == 0xF7) return false;
  if (code >= 0x2000 && code <= 0x206F) return code == 0x200C || code == 0x200D || code == 0x203F || code == 0x2040;
  if (code >= 0x20A0 && code <= 0x20CF) return false;  // currency signs
  if (code >= 0x2190 && code <= 0x2BFF) return false;  // arrows, mathematics, boxes, symbols
  if (code >= 0x3000 && code <= 0x3020) return code >= 0x3005 && code <= 0x3007;
  if (code >= 0xD800 && code <= 0xF8FF) return false;  // surrogates, private use
  if (code >= 0xFE10 && code <= 0xFE6F) return code == 0xFE33 || code == 0xFE34 || (code >= 0xFE4D && code <= 0xFE4F);
  if (code >= 0xFF00 && code <= 0xFF20) return code >= 0xFF10 && code <= 0xFF19;
  if (code >= 0xFFF0 && code <= 0xFFFF) return false;
  return code < 0x1F000 || code >= 0x20000;
}

Lexed lex(std::string_view text, Arena& arena, DiagnosticSink& sink) {
  Lexed result;
  if (!is_ascii(text) && !is_valid_utf8(text)) {
    report_malformed(text, sink);
    result.ok = false;
    return result;
  }
  result.tokens.reserve(text.size() / 3 + 8);
  result.ok = Scanner(text, arena, sink, result.tokens).run();
  return result;
}

bool Scanner::run() {
  while (skip_blanks() && !at_end()) {
    if (!step()) break;
  }
  if (ok_ && !holes_.empty()) {
    const Hole& hole = holes_.back();
    report(SyntaxError::kBadHole, {static_cast<std::uint32_t>(hole.start), static_cast<std::uint32_t>(hole.start + 1)},
           "this hole of the interpolated string is never closed", "close it with `}`, or write `{{` for a brace");
  }
  at_ = text_.size();
  for (int i = 0; i < 3; ++i) emit(kEnd, at_);
  return ok_;
}

void Scanner::report(SyntaxError code, Span span, std::string message, std::string help) {
  ok_ = false;
  Diagnostic diagnostic;
  diagnostic.code = static_cast<std::uint16_t>(code);
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  diagnostic.help = std::move(help);
  sink_.add(std::move(diagnostic));
}

bool Scanner::step() {
  const char c = peek();
  if (is_ascii_letter(c) || c == '_') {
    identifier();
    return true;
  }
  if (is_ascii_digit(c) || (c == '.' && is_ascii_digit(peek(1)))) return number();
  if (c == '"' || c == '\'' || c == '$') return text_literal();
  if (c == '@') {
    if (peek(1) == '"' || peek(1) == '$') return text_literal();
    if (is_ascii_letter(peek(1)) || peek(1) == '_' || is_high(peek(1)) || peek(1) == '\\') {
      identifier();
      return true;
    }
    return stray();
  }
  if (c == '\\' || is_high(c)) {
    if (c == '\\' ? peek(1) == 'u' : is_identifier_character(decode_utf8(text_, at_).code)) {
      identifier();
      return true;
    }
    return stray();
  }
  return punctuator();
}

bool Scanner::skip_blanks() {
  while (!at_end()) {
    const char c = text_[at_];
    if (is_ascii_space(c)) {
      if ((c == '\n' || c == '\r') && !holes_.empty() && !holes_.back().verbatim) {
        return give_up(SyntaxError::kLaterVersion, span_from(holes_.back().start),
                       "a line end inside a hole of an interpolated string is a feature of C# 11, and policies are C# 7",
                       "close the hole on the same line, or use `$@\"...\"`");
      }
      ++at_;
    } else if (c == '/' && (peek(1) == '/' || peek(1) == '*')) {
      if (!skip_comment()) return false;
    } else if (is_high(c)) {
      const Decoded wide = decode_utf8(text_, at_);
      if (!is_wide_space(wide.code)) return true;
      at_ += wide.length;
    } else {
      return true;
    }
  }
  return true;
}

bool Scanner::skip_comment() {
  if (peek(1) == '*') {
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      const auto start = static_cast<std::uint32_t>(at_);
      return give_up(SyntaxError::kUnterminatedComment, {start, start + 2}, "this comment is never closed",
                     "close it with `*/`");
    }
    at_ = end + 2;
    return true;
  }
  while (!at_end() && !at_line_end()) {
    if (is_high(text_[at_])) {
      const Decoded wide = decode_utf8(text_, at_);
      if (is_wide_line_end(wide.code)) return true;
      at_ += wide.length;
    } else {
      ++at_;
    }
  }
  return true;
}

void Scanner::identifier() {
  const std::size_t start = at_;
  const bool plain = peek() != '@';
  if (!plain) ++at_;
  const std::size_t name_start = at_;
  while (!at_end()) {
    const char c = text_[at_];
    if (is_ascii_identifier(c)) {
      ++at_;
    } else if (is_high(c)) {
      const Decoded wide = decode_utf8(text_, at_);
      if (!is_identifier_character(wide.code)) break;
      at_ += wide.length;
    } else if (c == '\\' && (peek(1) == 'u' || peek(1) == 'U')) {
      at_ = name_start;
      if (!escaped_identifier(start)) return;
      out_.back().plain = false;
      return;
    } else {
      break;
    }
  }
  const std::string_view name = text_.substr(name_start, at_ - name_start);
  if (name.empty()) {
    stray();
    return;
  }
  const TokenKind kind = plain ? word_kind(name) : kIdentifier;
  Token& token = emit(kind, start);
  token.plain = plain;
  token.text = name;
}

/// An identifier that holds `\u0041`; read again from its first character.
bool Scanner::escaped_identifier(std::size_t start) {
  decoded_.clear();
  while (!at_end()) {
    const char c = text_[at_];
    if (is_ascii_identifier(c)) {
      decoded_.push_back(c);
      ++at_;
    } else if (is_high(c)) {
      const Decoded wide = decode_utf8(text_, at_);
      if (!is_identifier_character(wide.code)) break;
      append_utf8(decoded_, wide.code);
      at_ += wide.length;
    } else if (c == '\\') {
      if (!escape()) return false;
    } else {
      break;
    }
  }
  const std::string_view name = take_decoded();
  for (std::size_t i = 0; i < name.size();) {
    const Decoded one = decode_utf8(name, i);
    const bool fits = one.code < 0x80 ? is_ascii_identifier(static_cast<char>(one.code)) : is_identifier_character(one.code);
    if (!fits) {
      report(SyntaxError::kBadEscape, span_from(start), "this escape does not give a character that a name may hold");
      return false;
    }
    i += one.length;
  }
  emit(kIdentifier, start).text = name;
  return true;
}

bool Scanner::punctuator() {
  const std::size_t start = at_;
  const char c = peek();
  const auto single = [&](TokenKind kind) {
    ++at_;
    emit(kind, start);
    return true;
  };
  switch (c) {
    case '(':
    case '[':
    case '{':
    case ')':
    case ']':
    case '}':
      if (c == '}' && !holes_.empty() && holes_.back().brackets == 0) return hole_close();
      bracket(c);
      return true;
    case ':':
      if (!holes_.empty() && holes_.back().brackets == 0 && peek(1) != ':') return hole_format();
      return two_or_more(c);
    case ',':
      if (!open_.empty()) out_[open_.back()].has_comma = true;
      return single(kComma);
    case ';':
      return single(kSemicolon);
    case '~':
      return single(kTilde);
    case '#':
      return give_up(SyntaxError::kPreprocessor, {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + 1)},
                     "policy expressions have no preprocessor lines", "remove the line that begins with `#`");
    default:
      return two_or_more(c);
  }
}

void Scanner::bracket(char c) {
  const std::size_t start = at_++;
  const bool opens = c == '(' || c == '[' || c == '{';
  if (!holes_.empty()) {
    if (opens) {
      ++holes_.back().brackets;
    } else if (holes_.back().brackets > 0) {
      --holes_.back().brackets;
    }
  }
  if (opens) open_.push_back(static_cast<std::uint32_t>(out_.size()));
  switch (c) {
    case '(': emit(kOpenParen, start); break;
    case '[': emit(kOpenBracket, start); break;
    case '{': emit(kOpenBrace, start); break;
    case ')': close_bracket(kCloseParen, kOpenParen, start); break;
    case ']': close_bracket(kCloseBracket, kOpenBracket, start); break;
    default: close_bracket(kCloseBrace, kOpenBrace, start); break;
  }
}

/// A bracket that closes one of another kind leaves both without a match; the rules report it.
void Scanner::close_bracket(TokenKind kind, TokenKind opening, std::size_t start) {
  emit(kind, start);
  if (open_.empty()) return;
  Token& open = out_[open_.back()];
  if (open.kind != opening) return;
  open.match = static_cast<std::uint32_t>(out_.size() - 1 - open_.back());
  open_.pop_back();
}

/// Operators of one to three characters, the longest that fits.
bool Scanner::two_or_more(char c) {
  const std::size_t start = at_;
  const auto take = [&](std::size_t length, TokenKind kind) {
    at_ += length;
    emit(kind, start);
    return true;
  };
  const char d = peek(1);
  const bool assign = d == '=';
  switch (c) {
    case '.': return d == '.' ? take(2, kDotDot) : take(1, kDot);
    case ':': return d == ':' ? take(2, kColonColon) : take(1, kColon);
    case '+': return d == '+' ? take(2, kPlusPlus) : assign ? take(2, kPlusAssign) : take(1, kPlus);
    case '-':
      if (d == '>') return take(2, kPointerArrow);
      return d == '-' ? take(2, kMinusMinus) : assign ? take(2, kMinusAssign) : take(1, kMinus);
    case '*': return assign ? take(2, kStarAssign) : take(1, kStar);
    case '/': return assign ? take(2, kSlashAssign) : take(1, kSlash);
    case '%': return assign ? take(2, kPercentAssign) : take(1, kPercent);
    case '&': return d == '&' ? take(2, kAndAnd) : assign ? take(2, kAndAssign) : take(1, kAmpersand);
    case '|': return d == '|' ? take(2, kBarBar) : assign ? take(2, kOrAssign) : take(1, kBar);
    case '^': return assign ? take(2, kXorAssign) : take(1, kCaret);
    case '!': return assign ? take(2, kNotEqual) : take(1, kBang);
    case '=': return assign ? take(2, kEqual) : d == '>' ? take(2, kArrow) : take(1, kAssign);
    case '<':
      if (d == '<') return peek(2) == '=' ? take(3, kLeftShiftAssign) : take(2, kLeftShift);
      return assign ? take(2, kLessEqual) : take(1, kLess);
    case '>': return assign ? take(2, kGreaterEqual) : take(1, kGreater);
    case '?':
      if (d == '?') return peek(2) == '=' ? take(3, kCoalesceAssign) : take(2, kQuestionQuestion);
      return d == '.' && !is_ascii_digit(peek(2)) ? take(2, kQuestionDot) : take(1, kQuestion);
    default: return stray();
  }
}

bool Scanner::stray() {
  const std::size_t start = at_;
  const Decoded one = decode_utf8(text_, at_);
  at_ += one.length;
  const Span span = span_from(start);
  if (is_typographic_quote(one.code)) {
    return give_up(SyntaxError::kStrayCharacter, span, "this is a typographic quotation mark, not the start of a string",
                   "write a straight quote `\"`");
  }
  if (one.code < 0x20 || one.code == 0x7F || one.code == 0xFFFD) {
    std::string message = "a character that is not text (code ";
    append(message, static_cast<std::uint32_t>(one.code), ") stands here");
    return give_up(SyntaxError::kStrayCharacter, span, std::move(message));
  }
  return give_up(SyntaxError::kStrayCharacter, span,
                 joined("the character `", text_.substr(start, at_ - start), "` begins nothing in C#"));
}

}  // namespace portcullis::csharp
