// Where the bracket scanner thinks an expression ends.
#include "grammar/csharp/bracket.h"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

using portcullis::matching_bracket;

namespace {

/// The marked end: `text` holds a `^` directly after the closing bracket.
void check_end(std::string_view marked) {
  const std::size_t mark = marked.rfind('^');
  std::string text(marked.substr(0, mark));
  text += " ) } ] tail";
  INFO(marked);
  CHECK(matching_bracket(text, 0) == mark - 1);
}

}  // namespace

TEST_CASE("brackets are counted outside literals and comments", "[csharp]") {
  check_end("(a)^");
  check_end("(a(b[c]{d}))^");
  check_end("{ if (a) { b(); } }^");
  check_end("(\")\" + \"\\\")\")^");
  check_end("(')' + '\\'' + '\\\\')^");
  check_end("(@\"c:\\\" + @\"a\"\")\")^");
  check_end("(a /* ) \" */ + b)^");
  check_end("(a // ) '\n + b)^");
  check_end("(a / b)^");
  check_end("(\"\")^");
  check_end("(\"\" + @\"\" + $\"\")^");
}

TEST_CASE("holes of interpolated strings are looked into", "[csharp]") {
  check_end("($\"a{b}c)\")^");
  check_end("($\"{d[\")\"]}\")^");
  check_end("($\"{{)\")^");
  check_end("($\"{f($\"{g(\")\")}\")})\")^");
  check_end("($@\"{a}\"\")\n{b:c)}\")^");
  check_end("($\"{a:)}\")^");
  check_end("($\"{global::A.B})\")^");
  check_end("(\"\"\" ) \" \"\"\")^");
}

TEST_CASE("a missing bracket is no place", "[csharp]") {
  CHECK_FALSE(matching_bracket("(a", 0).has_value());
  CHECK_FALSE(matching_bracket("(\")", 0).has_value());
  CHECK_FALSE(matching_bracket("(/*)", 0).has_value());
  CHECK_FALSE(matching_bracket("($\"{)\")", 0).has_value());
  CHECK_FALSE(matching_bracket("", 0).has_value());
}

TEST_CASE("an open quote ends with its line", "[csharp]") {
  CHECK(matching_bracket("(\"abc\n)", 0) == 6U);
  CHECK(matching_bracket("('abc\n)", 0) == 6U);
}
