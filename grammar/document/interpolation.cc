// Finds literals, and nothing else, in C#; what is not closed goes on to the end.
#include "grammar/document/interpolation.h"

#include <algorithm>

#include "grammar/csharp/bracket.h"
#include "grammar/document/characters.h"

namespace portcullis {
namespace {

std::size_t behind(std::string_view code, std::string_view closing, std::size_t from) {
  const std::size_t at = code.find(closing, from);
  return at == std::string_view::npos ? code.size() : at + closing.size();
}

/// Behind the literal whose first character after the quote is at `at`.
std::size_t skip_literal(std::string_view code, std::size_t at, char quote, bool verbatim) {
  for (; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '\\' && !verbatim) {
      ++at;
    } else if (c == quote) {
      if (!verbatim || at + 1 >= code.size() || code[at + 1] != quote) return at + 1;
      ++at;
    } else if (c == '\n' && !verbatim) {
      return at;
    }
  }
  return code.size();
}

std::size_t skip_interpolated(std::string_view code, std::size_t at, bool verbatim) {
  while (at < code.size()) {
    const char c = code[at];
    const bool doubled = at + 1 < code.size() && code[at + 1] == c;
    if (c == '{' && !doubled) {
      const auto end = matching_bracket(code, at);
      at = end ? *end + 1 : code.size();
    } else if (c == '\\' && !verbatim) {
      at += 2;
    } else if (c == '"') {
      if (!verbatim || !doubled) return at + 1;
      at += 2;
    } else {
      at += c == '{' ? 2 : 1;
    }
  }
  return code.size();
}

}  // namespace

std::vector<Span> interpolated_strings(std::string_view code) {
  std::vector<Span> found;
  for (std::size_t at = 0; at < code.size();) {
    const std::string_view rest = code.substr(at, 3);
    const bool verbatim = rest == "$@\"" || rest == "@$\"";
    if (verbatim || rest.starts_with("$\"")) {
      const std::size_t end = std::min(skip_interpolated(code, at + (verbatim ? 3 : 2), verbatim), code.size());
      found.push_back(xml::span_of(at, end));
      at = end;
    } else if (rest.starts_with("@\"")) {
      at = skip_literal(code, at + 2, '"', true);
    } else if (rest.starts_with('"') || rest.starts_with('\'')) {
      at = skip_literal(code, at + 1, rest[0], false);
    } else if (rest.starts_with("//")) {
      at = behind(code, "\n", at);
    } else if (rest.starts_with("/*")) {
      at = behind(code, "*/", at + 2);
    } else {
      ++at;
    }
  }
  return found;
}

}  // namespace portcullis
