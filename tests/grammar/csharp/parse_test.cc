// The .cases files beside this one, and what no line can show: spans, limits, linear time, garbage.
#include "grammar/csharp/parse.h"

#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "grammar/csharp/print.h"

using namespace portcullis;

namespace {

struct Outcome {
  std::string tree;  // empty after a mistake
  std::vector<Diagnostic> diagnostics;
  std::uint64_t looks = 0;
};

Outcome parse(std::string_view text, bool block = false, ParseOptions options = {}) {
  Outcome outcome;
  Arena arena;
  Diagnostics diagnostics;
  DiagnosticSink sink(diagnostics, nullptr);
  options.looks = &outcome.looks;
  if (block) {
    const auto tree = parse_block(text, arena, sink, options);
    if (tree) outcome.tree = print(**tree);
  } else {
    const auto tree = parse_expression(text, arena, sink, options);
    if (tree) outcome.tree = print(**tree);
  }
  outcome.diagnostics = diagnostics.all();
  CHECK(outcome.tree.empty() == diagnostics.has_errors());
  return outcome;
}

/// As a .cases line words it.
std::string worded(const Outcome& outcome, std::string_view text) {
  if (!outcome.tree.empty()) return outcome.tree;
  const SourceText source("", std::string(text));
  std::string out;
  for (const Diagnostic& diagnostic : outcome.diagnostics) {
    const LineColumn place = source.line_column(diagnostic.span.begin);
    append(out, out.empty() ? "" : "  !!  ", code_text(diagnostic.code), ' ', place.line, ':', place.column, ' ',
           diagnostic.message);
  }
  return out;
}

void check_file(const std::string& name) {
  std::ifstream file(std::string(PORTCULLIS_TEST_DATA) + "/grammar/csharp/" + name);
  REQUIRE(file);
  std::size_t checked = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with("## ")) continue;
    const std::size_t mark = std::min(line.find("  ==>  "), line.find("  !!  "));
    REQUIRE(mark != std::string::npos);
    const bool mistake = line.compare(mark, 6, "  !!  ") == 0;
    std::string_view source = std::string_view(line).substr(0, mark);
    const std::string_view expected = std::string_view(line).substr(mark + (mistake ? 6 : 7));
    const bool block = source.starts_with("@{");
    if (block) source = source.substr(2, source.size() - 3);
    INFO(name << ": " << line);
    CHECK(worded(parse(source, block), source) == expected);
    ++checked;
  }
  CHECK(checked > 0);
}

std::string repeated(std::string_view part, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += part;
  return out;
}

/// Twice the input may cost at most a little more than twice the looks.
void check_linear(std::string_view open, std::string_view core, std::string_view close, std::size_t count) {
  const auto looks = [&](std::size_t n) {
    const Outcome outcome = parse(joined(repeated(open, n), core, repeated(close, n)));
    INFO(open << " x " << n);
    CHECK_FALSE(outcome.tree.empty());
    return outcome.looks;
  };
  INFO(open << core << close);
  CHECK(looks(count) <= looks(count / 2) * 9 / 4);
}

constexpr std::string_view kSample =
    R"(var a = (string)context.Variables["x"] ?? $"{b,4:F2}{(c ? 'd' : '\u0041')}"; // note
    foreach (JObject o in list.Where(y => y.A<int>() > 1 && !(y is string s))) { n += new[] { 1, 2 }[0]; }
    switch (n) { case int k when k > 1: return @"a""b"; case null: break; default: goto case 1; }
    try { int F<T>(T t, out int u) { u = 1; return -2147483648; } F(1, out var v); } catch (Exception e) when (e.X) { }
    return new { a = default(int?), new Dictionary<string, int> { ["k"] = 1, { "l", 2 } }.Count, z = a?.b?[1].c };)";

}  // namespace

TEST_CASE("literals", "[csharp]") { check_file("literals.cases"); }
TEST_CASE("operators", "[csharp]") { check_file("operators.cases"); }
TEST_CASE("primary expressions", "[csharp]") { check_file("primaries.cases"); }
TEST_CASE("statements", "[csharp]") { check_file("statements.cases"); }
TEST_CASE("later versions of C# are named", "[csharp]") { check_file("later_versions.cases"); }
TEST_CASE("what policies lack is named", "[csharp]") { check_file("not_available.cases"); }
TEST_CASE("typical slips are recognised", "[csharp]") { check_file("mistakes.cases"); }

TEST_CASE("nothing between the brackets of @( ) is a mistake", "[csharp]") {
  CHECK(parse("").diagnostics.front().code == 3002);
  CHECK(parse(" /* a */ ").diagnostics.front().code == 3002);
}

TEST_CASE("line ends, wide blanks and comments stand between tokens", "[csharp]") {
  CHECK(parse("a\r\n+\n// b )\n\xC2\xA0 c").tree == "(+ a c)");
  CHECK(parse("\xEF\xBB\xBF" "a\xE2\x80\xA8+ b").tree == "(+ a b)");
  CHECK(parse("\"a\nb\"").diagnostics.front().code == 3010);
  CHECK(parse("@\"a\nb\"").tree == "\"a\\nb\"");
  CHECK(parse("$\"{a\n}\"").diagnostics.front().code == 3030);
  CHECK(parse("$@\"{a\n}\"").tree == "($ {a})");
  CHECK(worded(parse("var a = 1\nreturn a;", true), "var a = 1\nreturn a;") == "PC3001 1:9 expected `;`, found `return`");
}

TEST_CASE("surrogate escapes join, lone ones stay", "[csharp]") {
  CHECK(parse(R"("\uD83D\uDE00")").tree == "\"\xF0\x9F\x98\x80\"");
  CHECK(parse(R"("\uD83D")").tree == "\"\xED\xA0\xBD\"");
  CHECK(parse(R"("\U0001F600")").tree == "\"\xF0\x9F\x98\x80\"");
  CHECK(parse("'\xF0\x9F\x98\x80'").diagnostics.front().code == 3013);
}

TEST_CASE("spans cover what was written", "[csharp]") {
  const std::string_view text = " a.Bc ( 1 , d ) ?? ( e ) ";
  Arena arena;
  Diagnostics diagnostics;
  DiagnosticSink sink(diagnostics, nullptr);
  const auto tree = parse_expression(text, arena, sink);
  REQUIRE(tree);
  const auto* coalesce = ast::as<ast::Binary>(*tree);
  REQUIRE(coalesce != nullptr);
  const auto written = [&](Span span) { return text.substr(span.begin, span.size()); };
  CHECK(written(coalesce->span) == "a.Bc ( 1 , d ) ?? ( e )");
  CHECK(written(coalesce->operator_span) == "??");
  CHECK(written(coalesce->right->span) == "( e )");
  CHECK(coalesce->right->parenthesized);
  const auto* call = ast::as<ast::Call>(coalesce->left);
  REQUIRE(call != nullptr);
  CHECK(written(call->arguments_span) == "( 1 , d )");
  CHECK(written(call->arguments[1].span) == "d");
  const auto* member = ast::as<ast::MemberAccess>(call->target);
  REQUIRE(member != nullptr);
  CHECK(written(member->name.span) == "Bc");
  CHECK(written(member->operator_span) == ".");
}

TEST_CASE("long chains and deep nesting cost linear time", "[csharp]") {
  for (const char* op : {"*", "/", "%", "+", "-", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "^", "|", "&&",
                         "||", "??"}) {
    check_linear(joined("a ", op, " "), "b", "", 200);
  }
  check_linear("a + ", "b", "", 500);
  check_linear("\"x\" + y + ", "b", "", 500);
  check_linear("(", "a", ")", 200);
  check_linear("f(", "a", ")", 200);
  check_linear("(a, ", "b", ")", 100);
  check_linear("a[", "b", "]", 200);
  check_linear("", "a", ".b(c)", 500);
  check_linear("", "a", "?.b", 200);
  check_linear("!", "a", "", 200);
  check_linear("(int)", "a", "", 200);
  check_linear("x => ", "a", "", 200);
  check_linear("a ? b : ", "c", "", 200);
  check_linear("new A { B = ", "c", " }", 100);
}

TEST_CASE("depth and length are bounded, not the stack", "[csharp]") {
  const auto code = [](const std::string& text, bool block = false) {
    const Outcome outcome = parse(text, block);
    return outcome.diagnostics.empty() ? 0 : outcome.diagnostics.front().code;
  };
  CHECK(code(repeated("(", 100'000) + "a" + repeated(")", 100'000)) == 5301);
  CHECK(code(repeated("(", 100'000)) == 5301);
  CHECK(code(repeated("f(", 100'000)) == 5301);
  CHECK(code(repeated("!", 100'000) + "a") == 5301);
  CHECK(code(repeated("(int)", 100'000) + "a") == 5301);
  CHECK(code(repeated("a ?? ", 100'000) + "a") == 5301);
  CHECK(code(repeated("a?.", 100'000) + "a") == 5301);
  CHECK(code(repeated("a ? b : ", 100'000) + "a") == 5301);
  CHECK(code(repeated("x => ", 100'000) + "a") == 5301);
  CHECK(code(repeated("a + ", 100'000) + "a") == 5302);
  CHECK(code("a" + repeated(".b", 100'000)) == 5302);
  CHECK(code(repeated("{", 100'000), true) == 5301);
  CHECK(code(repeated("if (a) ", 100'000), true) == 5301);
  CHECK(code(repeated("a: ", 100'000), true) == 5301);
  CHECK(code(repeated("new[] { ", 100'000)) == 5301);
  CHECK(code("typeof(" + repeated("A<", 100'000)) != 0);
  CHECK(code(repeated("a<", 100'000) + "b") != 0);
  CHECK(code(repeated("$\"{", 100'000)) != 0);
}

TEST_CASE("the sample parses", "[csharp]") {
  const Outcome outcome = parse(kSample, true);
  INFO(worded(outcome, kSample));
  CHECK_FALSE(outcome.tree.empty());
}

TEST_CASE("text cut anywhere is a mistake or a tree, never a crash", "[csharp]") {
  for (std::size_t size = 0; size < kSample.size(); ++size) {
    for (const bool block : {true, false}) parse(kSample.substr(0, size), block);
    parse(kSample.substr(size), true);
  }
}

TEST_CASE("changed bytes never crash", "[csharp]") {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text(kSample);
    const auto changes = 1 + random() % 4;
    for (std::size_t i = 0; i < changes; ++i) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0: text[at] = static_cast<char>(random() % 256); break;
        case 1: text.erase(at, 1 + random() % 8); break;
        default: text.insert(at, kSample.substr(random() % kSample.size(), random() % 12)); break;
      }
      if (text.empty()) text = ";";
    }
    parse(text, true);
  }
}

TEST_CASE("noise never crashes", "[csharp]") {
  std::mt19937 random(11);
  static constexpr std::string_view kMarks = "(){}[]<>\"'$@?.,:;=+-!~a1 \\\n/*\0";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t size = random() % 40; size > 0; --size) {
      text += round % 3 == 0 ? static_cast<char>(random() % 256) : kMarks[random() % (kMarks.size() + 1)];
    }
    parse(text);
    parse(text, true);
  }
  CHECK(parse(std::string("a\0b", 3)).diagnostics.front().code == 3018);
}
