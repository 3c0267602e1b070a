// Facts about expressions, one a line, in tests/expressions/*.cases: each file is a test case of its own.
//
//     "abc".Substring(1)      => string bc
//     "abc".Substring(4)      !! ArgumentOutOfRangeException: startIndex cannot be …
//     "abc".Foo()             !! compile
//     { return 1; }           => int 1
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "engine/exchange/render.h"
#include "engine/lower/compile.h"
#include "engine/run/evaluate.h"
#include "tests/support/register.h"

namespace portcullis {
namespace {

/// A clock that stands still and luck that repeats.
class StillEnvironment final : public Environment {
 public:
  std::int64_t utc_now_ticks() override { return 638'515'380'301'234'567; }  // 2024-05-17T10:20:30.1234567Z
  std::uint64_t random() override { return state_ = state_ * 6364136223846793005U + 1442695040888963407U; }
  bool out_of_time() override { return false; }

 private:
  std::uint64_t state_ = 42;
};

struct Fact {
  std::size_t line;
  std::string text;
  std::string expected;
  bool raises;
};

/// The last ` => ` or ` !! ` outside of what could be C#: lambdas have ` => ` too, so the last one counts.
bool split(const std::string& line, Fact& fact) {
  const std::size_t value = line.rfind(" => ");
  const std::size_t failure = line.rfind(" !! ");
  const bool has_value = value != std::string::npos;
  const bool has_failure = failure != std::string::npos;
  if (!has_value && !has_failure) return false;
  fact.raises = has_failure && (!has_value || failure > value);
  const std::size_t at = fact.raises ? failure : value;
  fact.text = trim_ascii(std::string_view(line).substr(0, at));
  fact.expected = trim_ascii(std::string_view(line).substr(at + 4));
  return true;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out;
}

/// What the expression gives, in the words of a fact's right side.
std::string outcome_of(const TypeTable& types, const Fact& fact) {
  Diagnostics diagnostics(std::make_shared<SourceText>("fact", fact.text));
  std::string_view text = fact.text;
  const bool is_block = text.starts_with("{") && text.ends_with("}");
  if (is_block) text = text.substr(1, text.size() - 2);
  const auto compiled = compile_expression(text, is_block ? ExpressionForm::kStatements : ExpressionForm::kExpression, types, {}, diagnostics);
  if (compiled == nullptr) {
    std::string message = "!! compile";
    for (const Diagnostic& one : diagnostics.all()) {
      if (one.severity == Severity::kError) append(message, ": ", one.message);
    }
    return message;
  }
  StillEnvironment environment;
  Arena arena;
  Run run(arena, types, environment, nullptr, {.steps = 1'000'000});
  Slot value{};
  Exception* raised = nullptr;
  std::string type_name;
  std::string json;
  if (evaluate(run, *compiled, value, raised) && render(run, *compiled->type, value, type_name, json)) {
    if (type_name == "null") return "=> null";
    if (json.starts_with('"')) json = escaped(nlohmann::json::parse(json).get<std::string>());
    return joined("=> ", type_name, " ", json);
  }
  if (raised == nullptr) raised = run.pending;
  return joined("!! ", raised->type->name, ": ", raised->message != nullptr ? raised->message->view() : std::string_view());
}

bool agrees(const Fact& fact, std::string_view outcome) {
  const std::string expected = joined(fact.raises ? "!! " : "=> ", fact.expected);
  if (!fact.raises) return outcome == expected || outcome == joined(expected, " ");
  if (outcome == expected) return true;
  // Without a message any will do.
  return outcome.starts_with(joined(expected, ":")) && fact.expected.find(": ") == std::string::npos;
}

const TypeTable& library() {
  static const TypeTable types(library_definitions());
  return types;
}

/// `# let NAME policies/keys/a.crt`: `${NAME}` is the file in base64, of a PEM file its first block.
std::pair<std::string, std::string> read_name(const std::string& line) {
  const std::size_t space = line.find(' ');
  std::ifstream file(std::filesystem::path(PORTCULLIS_TEST_DATA) / trim_ascii(line.substr(space)), std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::string text;
  if (bytes.starts_with("-----BEGIN")) {
    const std::size_t start = bytes.find('\n');
    text = bytes.substr(start, bytes.find("-----END") - start);
    std::erase(text, '\n');
  } else {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t padding = (3 - bytes.size() % 3) % 3;
    bytes.append(padding, '\0');
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
      std::uint32_t bits = 0;
      for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | static_cast<unsigned char>(bytes[at + i]);
      for (int shift = 18; shift >= 0; shift -= 6) text.push_back(kDigits[bits >> shift & 63]);
    }
    text.replace(text.size() - padding, padding, padding, '=');
  }
  return {joined("${", line.substr(0, space), "}"), text};
}

void check_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::vector<std::pair<std::string, std::string>> names;
  std::size_t number = 0;
  while (std::getline(file, line)) {
    ++number;
    if (line.starts_with("# let ")) names.push_back(read_name(line.substr(6)));
    if (trim_ascii(line).empty() || trim_ascii(line).starts_with("#")) continue;
    for (const auto& [name, text] : names) {
      for (std::size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + text.size())) line.replace(at, name.size(), text);
    }
    Fact fact;
    fact.line = number;
    if (!split(line, fact)) {
      FAIL_CHECK(path.filename().string() << ":" << number << ": no ` => ` and no ` !! `");
      continue;
    }
    const std::string outcome = outcome_of(library(), fact);
    if (agrees(fact, outcome)) {
      SUCCEED();
    } else {
      FAIL_CHECK(path.filename().string() << ":" << number << ": " << fact.text << "\n  expected " << (fact.raises ? "!! " : "=> ")
                                          << fact.expected << "\n  got      " << outcome);
    }
  }
}

const test::AtStart kCases([] {
  std::vector<std::filesystem::path> paths;
  const std::filesystem::path folder = std::filesystem::path(PORTCULLIS_TEST_DATA) / "expressions";
  if (!std::filesystem::is_directory(folder)) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".cases") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    test::register_test("expressions/" + path.stem().string(), "[case]", [path] { check_file(path); });
  }
});

}  // namespace
}  // namespace portcullis
