// Exact reports: each file of tests/diagnostics/expressions holds an expression, a line `---`, and what the author is told.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/text.h"
#include "engine/bind/bind.h"
#include "grammar/csharp/parse.h"
#include "tests/engine/bind/library.h"
#include "tests/support/register.h"

namespace portcullis {
namespace {

std::string reports_of(const std::string& text) {
  const TypeTable& types = test::binding_library();
  const auto source = std::make_shared<SourceText>("policy.xml", text);
  Diagnostics diagnostics(source);
  Arena compilation;
  Arena program;
  StringPool strings(program, types);
  const bool is_block = text.starts_with("@{");
  PositionMap map;
  map.add({0, {2, static_cast<std::uint32_t>(text.size())}, true});
  DiagnosticSink sink(diagnostics, &map);
  BindContext context{types, compilation, strings, sink};
  const std::string inside = text.substr(2, text.size() - 3);
  if (is_block) {
    if (const auto block = parse_block(inside, compilation, sink)) static_cast<void>(bind(context, *block, {}));
  } else if (const auto expression = parse_expression(inside, compilation, sink)) {
    static_cast<void>(bind(context, *expression, {}));
  }
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out += render(diagnostic, false);
  return out;
}

void check_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  const std::string whole = content.str();
  const std::size_t line = whole.find("\n---\n");
  REQUIRE(line != std::string::npos);
  const std::string text(trim_ascii(std::string_view(whole).substr(0, line)));
  CHECK(trim_ascii(reports_of(text)) == trim_ascii(std::string_view(whole).substr(line + 5)));
}

const test::AtStart cases([] {
  for (const auto& entry : std::filesystem::directory_iterator(std::string(PORTCULLIS_TEST_DATA) + "/diagnostics/expressions")) {
    if (entry.path().extension() != ".txt") continue;
    const std::filesystem::path path = entry.path();
    test::register_test("reports: " + path.stem().string(), "[diagnostics]", [path] { check_file(path); });
  }
});

// Deep and long input ends in a report, not in a crash, and long chains cost linear time.
std::string first_code(const std::string& inside) {
  const std::string reports = reports_of("@(" + inside + ")");
  return reports.substr(0, reports.find(']') == std::string::npos ? 0 : reports.find(']') + 1);
}

std::string repeated(std::string_view part, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += part;
  return out;
}

TEST_CASE("long chains bind") {
  CHECK(first_code("\"a\"" + repeated(" + \"b\"", 5000)).empty());
  CHECK(first_code("context.Request.Method" + repeated(" + context.Request.Method + \"x\"", 2500)).empty());
  CHECK(first_code("1" + repeated(" + 1", 900)).empty());
  CHECK(first_code("true" + repeated(" && context.Request.Method != null", 900)).empty());
  CHECK(first_code("\"a\"" + repeated(".Trim()", 200)).empty());
}

TEST_CASE("deep trees are refused in words") {
  CHECK(first_code("\"a\"" + repeated(".Trim()", 3000)) == "error[PC5401]");
}

TEST_CASE("lambdas inside lambdas are bound once each") {
  std::string text = "1";
  for (int i = 0; i < 20; ++i) text = joined("new[] { 1 }.Select(x", i, " => ", text, ").First()");
  CHECK(first_code(text).empty());
}

}  // namespace
}  // namespace portcullis
