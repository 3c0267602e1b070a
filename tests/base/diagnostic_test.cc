// Reports as people read them, and "did you mean".
#include "base/diagnostic.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

Diagnostic at(const std::string& text, Span span) {
  Diagnostic diagnostic{.code = 4012, .span = span, .message = "no"};
  diagnostic.source = std::make_shared<SourceText>("dir/p.xml", text);
  return diagnostic;
}

TEST_CASE("a report shows place, line, underline, help and notes") {
  Diagnostic diagnostic = at("<a>\n  <b c=\"Substr\"/>\n</a>\n", {12, 18});
  diagnostic.message = "`string` has no member `Substr`";
  diagnostic.label = "not a member of `string`";
  diagnostic.help = "did you mean `Substring`?";
  diagnostic.notes = {"members of `string`: docs/members.md#string"};
  CHECK(render(diagnostic, false) ==
        "error[PC4012]: `string` has no member `Substr`\n"
        " --> dir/p.xml:2:9\n"
        "  |\n"
        "2 |   <b c=\"Substr\"/>\n"
        "  |         ^^^^^^ not a member of `string`\n"
        "  = help: did you mean `Substring`?\n"
        "  = note: members of `string`: docs/members.md#string\n");
}

TEST_CASE("a report without a file is its heading") {
  CHECK(render({.code = 1001, .severity = Severity::kWarning, .message = "m"}, false) == "warning[PC1001]: m\n");
}

TEST_CASE("the underline stands under its text after tabs and wide bytes") {
  CHECK(render(at("\t\xC3\xA4\xC3\xB6 x", {6, 7}), false) ==
        "error[PC4012]: no\n --> dir/p.xml:1:5\n  |\n1 |  \xC3\xA4\xC3\xB6 x\n  |     ^\n");
}

TEST_CASE("an empty span and one at the end of the file get one mark") {
  CHECK(render(at("ab", {1, 1}), false) == "error[PC4012]: no\n --> dir/p.xml:1:2\n  |\n1 | ab\n  |  ^\n");
  CHECK(render(at("ab", {2, 2}), false) == "error[PC4012]: no\n --> dir/p.xml:1:3\n  |\n1 | ab\n  |   ^\n");
  CHECK(render(at("", {0, 0}), false) == "error[PC4012]: no\n --> dir/p.xml:1:1\n  |\n1 | \n  | ^\n");
}

TEST_CASE("a span over several lines is underlined on its first") {
  CHECK(render(at("ab\ncd", {1, 5}), false) == "error[PC4012]: no\n --> dir/p.xml:1:2\n  |\n1 | ab\n  |  ^\n");
}

TEST_CASE("the byte order mark is not shown") {
  CHECK(render(at("\xEF\xBB\xBF"
                  "ab",
                  {4, 5}),
               false) == "error[PC4012]: no\n --> dir/p.xml:1:2\n  |\n1 | ab\n  |  ^\n");
}

TEST_CASE("control characters do not reach the terminal") {
  const std::string report = render(at(std::string("a\x1b[31m\0b", 8), {0, 1}), false);
  CHECK(report.find('\x1b') == std::string::npos);
  CHECK(report.find('\0') == std::string::npos);
}

TEST_CASE("a very long line is shown around the culprit") {
  const std::string report = render(at(std::string(5000, 'x') + "HERE" + std::string(5000, 'y'), {5000, 5004}), false);
  CHECK(report.size() < 600);
  CHECK(report.find("...xxx") != std::string::npos);
  CHECK(report.find("yyy...\n") != std::string::npos);
  const std::string underline = report.substr(report.rfind('|'));
  const std::size_t shown = report.find("1 | ") + 4;
  CHECK(report.substr(shown + underline.find('^') - 2, 4) == "HERE");
  CHECK(underline.find("^^^^\n") != std::string::npos);
}

TEST_CASE("the window does not cut characters") {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "\xE2\x82\xAC";
  for (std::uint32_t offset = 2000; offset < 2004; ++offset) {
    const std::string report = render(at(text, {offset, offset + 3}), false);
    CHECK(report.find("...\xE2\x82\xAC") != std::string::npos);
    CHECK(report.find("\xE2\x82\xAC...\n") != std::string::npos);
  }
}

TEST_CASE("colour is only there when asked for") {
  CHECK(render(at("ab", {0, 1}), true).find("\x1b[1;31m") != std::string::npos);
  CHECK(render(at("ab", {0, 1}), false).find('\x1b') == std::string::npos);
}

TEST_CASE("the list counts errors and fills in the file") {
  const auto source = std::make_shared<SourceText>("f", "text");
  Diagnostics list(source);
  CHECK(list.empty());
  list.add({.code = 2001, .severity = Severity::kWarning, .message = "w"});
  CHECK_FALSE(list.has_errors());
  CHECK(list.add({.code = 2002, .message = "e"}).source == source);
  CHECK(list.error_count() == 1);
  Diagnostics other;
  other.append(list);
  CHECK(other.error_count() == 1);
  CHECK(other.all().size() == 2);
}

TEST_CASE("expression code reports through the map") {
  Diagnostics list(std::make_shared<SourceText>("f", "0123456789&amp;x"));
  PositionMap map;
  map.add({.derived = 0, .original = {10, 15}, .verbatim = false});
  map.add({.derived = 1, .original = {15, 16}, .verbatim = true});
  DiagnosticSink(list, &map).add({.code = 3001, .span = {1, 2}, .message = "e"});
  DiagnosticSink(list, nullptr).add({.code = 3001, .span = {1, 2}, .message = "e"});
  CHECK(list.all()[0].span == Span{15, 16});
  CHECK(list.all()[1].span == Span{1, 2});
}

TEST_CASE("the closest word") {
  const std::vector<std::string_view> words = {"Substring", "Split", "StartsWith", "Trim", "ToString", "id"};
  CHECK(closest("Substr", words) == "Substring");
  CHECK(closest("substring", words) == "Substring");
  CHECK(closest("Subtsring", words) == "Substring");
  CHECK(closest("Splt", words) == "Split");
  CHECK(closest("toString", words) == "ToString");
  CHECK(closest("Tirm", words) == "Trim");
}

TEST_CASE("no word when none is close") {
  const std::vector<std::string_view> words = {"Substring", "Split", "x"};
  CHECK(closest("Regex", words).empty());
  CHECK(closest("y", words).empty());
  CHECK(closest("", words).empty());
  CHECK(closest("Split", {"Split"}).empty());
  CHECK(closest(std::string(1000, 'a'), words).empty());
}

}  // namespace
}  // namespace portcullis
