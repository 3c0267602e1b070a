#include "policies/support/json_cursor.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/utf.h"

namespace portcullis {

// ---- texts --------------------------------------------------------------------------------------------------------

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool hex4(std::string_view text, std::size_t at, std::uint32_t& code) {
  if (text.size() < at + 4) return false;
  code = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return false;
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  return true;
}

// The escape at `raw[at]`, a backslash: its decoded bytes; how many characters of the source it takes.
std::size_t decode_escape(std::string_view raw, std::size_t at, char (&out)[4], std::size_t& size) {
  if (at + 1 >= raw.size()) {
    size = 0;
    return 1;
  }
  size = 1;
  switch (raw[at + 1]) {
    case 'n':
      out[0] = '\n';
      return 2;
    case 't':
      out[0] = '\t';
      return 2;
    case 'r':
      out[0] = '\r';
      return 2;
    case 'b':
      out[0] = '\b';
      return 2;
    case 'f':
      out[0] = '\f';
      return 2;
    case 'u':
      break;
    default:
      out[0] = raw[at + 1];
      return 2;
  }
  std::uint32_t code = 0xFFFD;
  if (!hex4(raw, at + 2, code)) {
    size = encode_utf8(out, 0xFFFD);
    return 2;
  }
  std::size_t taken = 6;
  std::uint32_t low = 0;
  if (code >= 0xD800 && code < 0xDC00 && raw.substr(at + 6, 2) == "\\u" && hex4(raw, at + 8, low) && low >= 0xDC00 &&
      low < 0xE000) {
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    taken = 12;
  } else if (code >= 0xD800 && code < 0xE000) {
    code = 0xFFFD;
  }
  size = encode_utf8(out, code);
  return taken;
}

// Calls `visit` with the decoded text, piece by piece, until it says false.
template <typename Visit>
void decode(const JsonText& text, Visit&& visit) {
  if (!text.has_escapes) {
    visit(text.raw);
    return;
  }
  for (std::size_t at = 0; at < text.raw.size();) {
    const std::size_t escape = std::min(text.raw.find('\\', at), text.raw.size());
    if (escape > at && !visit(text.raw.substr(at, escape - at))) return;
    if (escape == text.raw.size()) return;
    char out[4];
    std::size_t size = 0;
    at = escape + decode_escape(text.raw, escape, out, size);
    if (!visit(std::string_view(out, size))) return;
  }
}

}  // namespace

bool JsonText::is(std::string_view text) const {
  if (!has_escapes) return raw == text;
  bool same = true;
  decode(*this, [&](std::string_view piece) {
    same = text.starts_with(piece);
    if (same) text.remove_prefix(piece.size());
    return same;
  });
  return same && text.empty();
}

std::size_t JsonText::size() const {
  std::size_t bytes = 0;
  decode(*this, [&](std::string_view piece) {
    bytes += piece.size();
    return true;
  });
  return bytes;
}

void JsonText::append_to(std::string& out) const {
  decode(*this, [&](std::string_view piece) {
    out += piece;
    return true;
  });
}

// ---- walking ------------------------------------------------------------------------------------------------------

void JsonCursor::skip_space() {
  while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
}

JsonCursor::Kind JsonCursor::kind() {
  skip_space();
  if (at_ == end_) return Kind::kNone;
  const char c = *at_;
  if (c == '{') return Kind::kObject;
  if (c == '[') return Kind::kArray;
  if (c == '"') return Kind::kString;
  if (c == '-' || (c >= '0' && c <= '9')) return Kind::kNumber;
  if (c == 't' || c == 'f' || c == 'n') return Kind::kWord;
  return Kind::kNone;
}

bool JsonCursor::open_object() {
  if (kind() != Kind::kObject) return skip(), false;
  ++at_;
  return true;
}

bool JsonCursor::open_array() {
  if (kind() != Kind::kArray) return skip(), false;
  ++at_;
  return true;
}

// Behind the last member or item. A comma before the next is stepped over.
bool JsonCursor::close(char bracket) {
  skip_space();
  if (at_ < end_ && *at_ == ',') {
    ++at_;
    skip_space();
  }
  if (at_ == end_) return fail(), true;
  if (*at_ != bracket) return false;
  ++at_;
  return true;
}

bool JsonCursor::next_member(JsonText& name) {
  if (broken_ || close('}')) return false;
  if (*at_ != '"') return fail();
  text(name);
  skip_space();
  if (at_ == end_ || *at_ != ':') return fail();
  ++at_;
  return true;
}

bool JsonCursor::next_item() {
  if (broken_ || close(']')) return false;
  return kind() != Kind::kNone || fail();
}

bool JsonCursor::skip_string() {
  for (++at_; at_ < end_; ++at_) {
    // Most of a large body is text: the quote is searched for, and a backslash only in front of it.
    const auto* quote = static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
    if (quote == nullptr) return fail();
    std::size_t slashes = 0;
    while (quote - slashes > at_ && *(quote - slashes - 1) == '\\') ++slashes;
    at_ = quote;
    if (slashes % 2 == 0) {
      ++at_;
      return true;
    }
  }
  return fail();
}

bool JsonCursor::text(JsonText& value) {
  if (kind() != Kind::kString) return skip(), false;
  const char* start = at_ + 1;
  if (!skip_string()) return false;
  value.raw = {start, static_cast<std::size_t>(at_ - 1 - start)};
  value.has_escapes = std::memchr(value.raw.data(), '\\', value.raw.size()) != nullptr;
  return true;
}

bool JsonCursor::integer(std::int64_t& value) {
  if (kind() != Kind::kNumber) return skip(), false;
  const std::string_view digits = source();
  if (digits.size() > 18) return false;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size();
}

bool JsonCursor::boolean(bool& value) {
  if (kind() != Kind::kWord) return skip(), false;
  const std::string_view word = source();
  if (word != "true" && word != "false") return false;
  value = word == "true";
  return true;
}

void JsonCursor::skip() {
  switch (kind()) {
    case Kind::kNone:
      fail();
      return;
    case Kind::kString:
      skip_string();
      return;
    case Kind::kNumber:
    case Kind::kWord:
      while (at_ < end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' && *at_ != ' ' && *at_ != '\n' && *at_ != '\r' &&
             *at_ != '\t')
        ++at_;
      return;
    case Kind::kObject:
    case Kind::kArray:
      break;
  }
  for (std::size_t depth = 0; at_ < end_;) {
    const char c = *at_;
    if (c == '"') {
      if (!skip_string()) return;
      continue;
    }
    ++at_;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return;
  }
  fail();
}

std::string_view JsonCursor::source() {
  skip_space();
  const char* start = at_;
  skip();
  return broken_ ? std::string_view() : std::string_view(start, static_cast<std::size_t>(at_ - start));
}

}  // namespace portcullis
