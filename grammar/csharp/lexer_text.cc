// Strings, characters and interpolated strings.
#include "base/text.h"
#include "base/utf.h"
#include "grammar/csharp/scanner.h"

namespace portcullis::csharp {
namespace {

constexpr int hex_digit(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr Span at_most(std::size_t start, std::size_t length) {
  return {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(start + length)};
}

}  // namespace

bool Scanner::text_literal() {
  const std::size_t start = at_;
  if (peek() == '\'') return character();
  bool verbatim = false;
  bool interpolated = false;
  std::size_t prefix = 0;
  for (; prefix < 2; ++prefix) {
    if (peek(prefix) == '@' && !verbatim) {
      verbatim = true;
    } else if (peek(prefix) == '$' && !interpolated) {
      interpolated = true;
    } else {
      break;
    }
  }
  if (peek(prefix) != '"') {
    const bool raw = peek() == '$' && peek(1) == '$';
    if (raw) {
      return give_up(SyntaxError::kLaterVersion, at_most(start, 2),
                     "`$$\"\"\"` raw strings are a feature of C# 11, and policies are C# 7", "write `$@\"...\"`");
    }
    return stray();
  }
  at_ += prefix + 1;
  if (!verbatim && peek() == '"' && peek(1) == '"') {
    return give_up(SyntaxError::kLaterVersion, at_most(start, prefix + 3),
                   "raw strings (`\"\"\"`) are a feature of C# 11, and policies are C# 7",
                   "write `@\"...\"` with each quote doubled");
  }
  if (interpolated) {
    emit(TokenKind::kInterpolationStart, start);
    return interpolated_text(start, verbatim);
  }
  return verbatim ? verbatim_string(start) : regular_string(start);
}

void Scanner::string_token(std::size_t start, std::string_view value) {
  Token& token = emit(TokenKind::kLiteral, start);
  token.literal = ast::LiteralType::kString;
  token.text = is_ascii(value) || is_valid_utf8(value) ? value : arena_.copy(std::string_view(sanitize_utf8(value)));
}

bool Scanner::regular_string(std::size_t start) {
  const std::size_t first = at_;
  while (!at_end() && text_[at_] != '"' && text_[at_] != '\\' && !at_line_end()) ++at_;
  if (peek() == '"') {  // no escapes: a view does
    ++at_;
    string_token(start, text_.substr(first, at_ - 1 - first));
  } else {
    decoded_.assign(text_.substr(first, at_ - first));
    while (!at_end() && text_[at_] != '"' && !at_line_end()) {
      if (text_[at_] == '\\') {
        if (!escape()) return false;
      } else {
        decoded_.push_back(text_[at_++]);
      }
    }
    if (at_end()) {
      return give_up(SyntaxError::kUnterminatedString, span_from(start), "this string is never closed",
                     "add the closing `\"`");
    }
    if (at_line_end()) {
      return give_up(SyntaxError::kNewlineInString, span_from(start), "this string is not closed on its line",
                     "add the closing `\"`, or write `@\"...\"` for a text of several lines");
    }
    ++at_;
    const std::string_view value = take_decoded();
    Token& token = emit(TokenKind::kLiteral, start);
    token.literal = ast::LiteralType::kString;
    token.text = value;
  }
  if (peek() == 'u' && peek(1) == '8') {
    at_ += 2;
    report(SyntaxError::kLaterVersion, span_from(start),
           "UTF-8 strings (`\"...\"u8`) are a feature of C# 11, and policies are C# 7",
           "write `Encoding.UTF8.GetBytes(\"...\")`");
  }
  return true;
}

bool Scanner::verbatim_string(std::size_t start) {
  const std::size_t first = at_;
  std::size_t doubled = 0;
  while (true) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      at_ = text_.size();
      return give_up(SyntaxError::kUnterminatedString, at_most(start, 2), "this verbatim string is never closed",
                     "add the closing `\"`; inside, a quote is written `\"\"`");
    }
    at_ = quote + 1;
    if (peek() != '"') break;
    ++at_;
    ++doubled;
  }
  const std::string_view raw = text_.substr(first, at_ - 1 - first);
  if (doubled == 0) {
    string_token(start, raw);
    return true;
  }
  decoded_.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    decoded_.push_back(raw[i]);
    if (raw[i] == '"') ++i;
  }
  string_token(start, arena_.copy(std::string_view(decoded_)));
  return true;
}

bool Scanner::character() {
  const std::size_t start = at_++;
  decoded_.clear();
  std::size_t units = 0;
  while (!at_end() && text_[at_] != '\'' && !at_line_end()) {
    if (text_[at_] == '\\') {
      if (!escape()) return false;
    } else {
      const Decoded one = decode_utf8(text_, at_);
      append_utf8(decoded_, one.code);
      at_ += one.length;
    }
    ++units;
  }
  if (at_end() || at_line_end()) {
    return give_up(SyntaxError::kUnterminatedString, at_most(start, 1), "this character literal is never closed",
                   "C# strings are written with `\"`; close a character with `'`");
  }
  ++at_;
  if (units == 0) {
    report(SyntaxError::kEmptyCharacter, span_from(start), "this character literal is empty",
           "an empty string is written `\"\"`");
    return true;
  }
  if (decoded_.empty()) return true;  // a wrong escape, already reported
  const Decoded value = decode_utf8(decoded_, 0);
  if (units > 1 || value.length != decoded_.size() || value.code > 0xFFFF) {
    std::string help = "a string is written with double quotes: ";
    const std::string_view inside = text_.substr(start + 1, at_ - start - 2);
    const bool short_enough = inside.size() <= 40 && inside.find('"') == std::string_view::npos;
    append(help, "`\"", short_enough ? inside : std::string_view("..."), "\"`");
    report(SyntaxError::kLongCharacter, span_from(start), "a character literal holds exactly one character",
           std::move(help));
    return true;
  }
  Token& token = emit(TokenKind::kLiteral, start);
  token.literal = ast::LiteralType::kChar;
  token.integer = value.code;
  return true;
}

/// Text up to the next hole or the closing quote; emits the text token, if any, and what ended it.
bool Scanner::interpolated_text(std::size_t string_start, bool verbatim) {
  const std::size_t start = at_;
  decoded_.clear();
  while (!at_end()) {
    const char c = text_[at_];
    const bool doubled = peek(1) == c;
    if (c == '"' && !(verbatim && doubled)) break;
    if (c == '{' && !doubled) break;
    if (c == '}' && !doubled) {
      return give_up(SyntaxError::kLoneBrace, at_most(at_, 1), "a `}` in the text of an interpolated string must be doubled",
                     "write `}}`");
    }
    if (!verbatim && (c == '\n' || c == '\r')) {
      return give_up(SyntaxError::kNewlineInString, at_most(string_start, 2), "this string is not closed on its line",
                     "add the closing `\"`, or write `$@\"...\"` for a text of several lines");
    }
    if (c == '\\' && !verbatim) {
      if (!escape()) return false;
      continue;
    }
    decoded_.push_back(c);
    at_ += c == '{' || c == '}' || c == '"' ? 2 : 1;
  }
  if (at_end()) {
    return give_up(SyntaxError::kUnterminatedString, at_most(string_start, 2), "this interpolated string is never closed",
                   "add the closing `\"`");
  }
  if (at_ > start) {
    const std::string_view text = take_decoded();
    emit(TokenKind::kInterpolationText, start).text = text;
  }
  const std::size_t mark = at_++;
  if (text_[mark] == '"') {
    emit(TokenKind::kInterpolationEnd, mark);
    return true;
  }
  emit(TokenKind::kHoleOpen, mark);
  holes_.push_back({mark, string_start, 0, verbatim});
  return true;
}

/// `:` directly inside a hole: everything up to `}` is format text.
bool Scanner::hole_format() {
  const std::size_t start = at_++;
  const Hole hole = holes_.back();
  decoded_.clear();
  while (true) {
    const bool closed_early = at_end() || (at_line_end() && !hole.verbatim) || (peek() == '"' && !hole.verbatim) ||
                              (peek() == '"' && peek(1) != '"');
    if (closed_early) {
      return give_up(SyntaxError::kBadHole, at_most(hole.start, 1),
                     "this hole of the interpolated string is never closed", "close it with `}`");
    }
    const char c = text_[at_];
    if (c == '}' && peek(1) != '}') break;
    if (c == '\\' && !hole.verbatim) {
      if (!escape()) return false;
      continue;
    }
    decoded_.push_back(c);
    at_ += c == '}' || c == '"' || (c == '{' && peek(1) == '{') ? 2 : 1;
  }
  const std::string_view text = take_decoded();
  emit(TokenKind::kHoleFormat, start).text = text;
  return true;
}

bool Scanner::hole_close() {
  const Hole hole = holes_.back();
  holes_.pop_back();
  const std::size_t start = at_++;
  emit(TokenKind::kHoleClose, start);
  return interpolated_text(hole.string_start, hole.verbatim);
}

/// One escape sequence, decoded onto `decoded_`. A wrong one is reported and skipped; false only when lexing must end.
bool Scanner::escape() {
  const std::size_t start = at_++;
  const char c = peek();
  if (at_end()) return true;  // the caller reports the open literal
  ++at_;
  switch (c) {
    case '\'': decoded(U'\''); return true;
    case '"': decoded(U'"'); return true;
    case '\\': decoded(U'\\'); return true;
    case '0': decoded(0); return true;
    case 'a': decoded(7); return true;
    case 'b': decoded(8); return true;
    case 'f': decoded(12); return true;
    case 'n': decoded(10); return true;
    case 'r': decoded(13); return true;
    case 't': decoded(9); return true;
    case 'v': decoded(11); return true;
    case 'x': return hex_escape(start, 1, 4);
    case 'u': return hex_escape(start, 4, 4);
    case 'U': return hex_escape(start, 8, 8);
    case 'e':
      report(SyntaxError::kLaterVersion, span_from(start), "the escape `\\e` is a feature of C# 13, and policies are C# 7",
             "write `\\u001b`");
      return true;
    default: break;
  }
  --at_;
  if (at_line_end()) return true;
  at_ += decode_utf8(text_, at_).length;
  report(SyntaxError::kBadEscape, span_from(start),
         joined("C# has no escape sequence `", text_.substr(start, at_ - start), "`"),
         "write `\\\\` for a backslash, or use a verbatim string `@\"...\"`");
  return true;
}

bool Scanner::hex_escape(std::size_t start, unsigned min_digits, unsigned max_digits) {
  char32_t code = 0;
  unsigned count = 0;
  while (count < max_digits && hex_digit(peek()) >= 0) {
    code = code * 16 + static_cast<char32_t>(hex_digit(peek()));
    ++at_;
    ++count;
  }
  if (count < min_digits) {
    report(SyntaxError::kBadEscape, span_from(start),
           joined("this escape needs ", min_digits, min_digits == 1 ? " hexadecimal digit" : " hexadecimal digits"));
  } else if (code > 0x10FFFF) {
    report(SyntaxError::kBadEscape, span_from(start), "the largest character is `\\U0010FFFF`");
  } else {
    decoded(code);
  }
  return true;
}

/// Appends, joining the two halves of a surrogate pair that come from two escapes.
void Scanner::decoded(char32_t code) {
  if (is_low_surrogate(code) && decoded_.size() >= 3) {
    const Decoded last = decode_utf8(decoded_, decoded_.size() - 3);
    if (last.length == 3 && is_high_surrogate(last.code)) {
      decoded_.resize(decoded_.size() - 3);
      code = combine_surrogates(last.code, code);
    }
  }
  append_utf8(decoded_, code);
}

std::string_view Scanner::take_decoded() { return arena_.copy(std::string_view(decoded_)); }

}  // namespace portcullis::csharp
