// Runs tests/engine/bind/*.cases: one line, one fact about how an expression binds.
//
//     1 + 2L                      : long             the natural type
//     "a".Foo()                   !! PC4012          the errors, in order
//     context.Variables["a"] == "b" : bool ~ PC4080  with these warnings
//     [string] 1                  !! PC4020          demanded result
//     { return 1; }               : int              a block
// A line that ends in ` \` goes on in the next one. `#` begins a comment line.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/text.h"
#include "engine/bind/bind.h"
#include "grammar/csharp/parse.h"
#include "tests/engine/bind/library.h"
#include "tests/support/register.h"

namespace portcullis {
namespace {

struct Outcome {
  std::string type;
  std::string errors;
  std::string warnings;
  std::string reports;
};

const Type* demanded_type(const TypeTable& types, std::string_view name) {
  if (name == "byte[]") return &types.byte_array();
  return types.find(name, 0);
}

Outcome bind_text(std::string text, const TypeTable& types) {
  Outcome outcome;
  BindTarget target;
  if (text.starts_with('[')) {
    const std::size_t end = text.find("] ");
    target.result = demanded_type(types, std::string_view(text).substr(1, end - 1));
    text.erase(0, end + 2);
  }
  const auto source = std::make_shared<SourceText>("case", text);
  Diagnostics diagnostics(source);
  DiagnosticSink sink(diagnostics, nullptr);
  Arena compilation;
  Arena program;
  StringPool strings(program, types);
  BindContext context{types, compilation, strings, sink};
  const bool is_block = text.starts_with('{');
  if (is_block) {
    const std::string_view inside = std::string_view(text).substr(1, text.size() - 2);
    if (auto block = parse_block(inside, compilation, sink)) {
      if (auto function = bind(context, *block, target)) append_csharp_name(outcome.type, *(*function)->lambda->result);
    }
  } else if (auto expression = parse_expression(text, compilation, sink)) {
    if (auto function = bind(context, *expression, target)) append_csharp_name(outcome.type, *(*function)->lambda->result);
  }
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    std::string& list = diagnostic.severity == Severity::kError ? outcome.errors : outcome.warnings;
    if (!list.empty()) list.push_back(' ');
    list += code_text(diagnostic.code);
    append(outcome.reports, code_text(diagnostic.code), " ", diagnostic.span.begin, ": ", diagnostic.message, "\n");
  }
  return outcome;
}

struct Fact {
  std::string text;
  std::string type;
  std::string errors;
  std::string warnings;
};

Fact read_fact(std::string_view line) {
  Fact fact;
  if (const std::size_t at = line.rfind(" ~ PC"); at != std::string_view::npos) {
    fact.warnings = trim_ascii(line.substr(at + 3));
    line = line.substr(0, at);
  }
  if (const std::size_t at = line.rfind(" !! PC"); at != std::string_view::npos) {
    fact.errors = trim_ascii(line.substr(at + 4));
    fact.text = trim_ascii(line.substr(0, at));
    return fact;
  }
  const std::size_t at = line.rfind(" : ");
  REQUIRE(at != std::string_view::npos);
  fact.type = trim_ascii(line.substr(at + 3));
  fact.text = trim_ascii(line.substr(0, at));
  return fact;
}

void check_line(std::string_view line) {
  const Fact fact = read_fact(line);
  INFO(fact.text);
  const Outcome outcome = bind_text(fact.text, test::binding_library());
  INFO(outcome.reports);
  CHECK(outcome.errors == fact.errors);
  if (fact.errors.empty()) {
    CHECK(outcome.type == fact.type);
    CHECK(outcome.warnings == fact.warnings);
  }
}

void check_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string whole;
  for (std::string line; std::getline(file, line);) {
    if (whole.empty() && (line.empty() || line[0] == '#')) continue;
    if (line.ends_with(" \\")) {
      whole += line.substr(0, line.size() - 1) + "\n";
      continue;
    }
    whole += line;
    check_line(whole);
    whole.clear();
  }
}

const test::AtStart cases([] {
  for (const auto& entry : std::filesystem::directory_iterator(std::string(PORTCULLIS_TEST_DATA) + "/engine/bind")) {
    if (entry.path().extension() != ".cases") continue;
    const std::filesystem::path path = entry.path();
    test::register_test("binds: " + path.stem().string(), "[case]", [path] { check_file(path); });
  }
});

}  // namespace
}  // namespace portcullis
