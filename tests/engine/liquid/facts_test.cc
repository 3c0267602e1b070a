// Facts about templates, one a line, in tests/engine/liquid/*.cases: each file is a test case of its own.
//
//     body: {"a": 1}              what `body` is in the lines below: JSON, XML when it begins with <, else text
//     xsi-nil: null               as the attribute of set-body; so is parse-date
//     {{ body.a }}    => 1        the output; \n, \t and \\ are escapes on both sides
//     {% if %}        !! missing  refused at load; a part of the first message
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/exchange/exchange.h"
#include "engine/json/json.h"
#include "engine/liquid/template.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml.h"
#include "tests/support/register.h"

namespace portcullis {
namespace {

class StillEnvironment final : public Environment {
 public:
  Ticks utc_now_ticks() override { return 638'515'380'301'234'567; }  // 2024-05-17T10:20:30.1234567Z
  std::uint64_t random() override { return 4; }
  bool out_of_time() override { return false; }
};

struct Settings {
  std::string body;
  bool nil_elements = false;
  bool parse_date = true;
  bool is_markup = false;
};

constexpr HeaderView kHeaders[] = {{"Content-Type", "application/json"}, {"X-Tag", "one"}, {"X-Tag", "two"}};
constexpr ParameterView kMatched[] = {{"id", "42"}};

ContextView make_view() {
  ContextView view;
  view.request.method = "POST";
  view.request.url = {
      .scheme = "https", .host = "api.example.com", .port = 443, .path = "/orders/42", .query = "q=a%20b&q=c&n=1"};
  view.request.headers = kHeaders;
  view.request.ip_address = "203.0.113.7";
  view.request.matched_parameters = kMatched;
  return view;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const std::size_t known = std::string_view("ntr\\").find(next);
    if (text[i] != '\\' || next == '\0' || known == std::string_view::npos) {
      out += text[i];
    } else {
      out += "\n\t\r\\"[known];
      ++i;
    }
  }
  return out;
}

const TypeTable& library() {
  static const TypeTable types(library_definitions());
  return types;
}

/// The output, or `!! ` and the first mistake.
std::string outcome_of(const std::string& text, const Settings& settings, const RunLimits& limits = {}) {
  Arena arena;
  std::vector<liquid::Mistake> mistakes;
  const liquid::Template* made = liquid::compile(arena, text, settings.is_markup, mistakes);
  for (const liquid::Mistake& mistake : mistakes) {
    if (mistake.is_error) return joined("!! ", mistake.message);
  }
  REQUIRE(made != nullptr);
  StillEnvironment environment;
  const ContextView view = make_view();
  Exchange exchange(arena, library(), view, nullptr);
  Run run(arena, library(), environment, &exchange, limits);
  run.context = context_of(exchange);
  exchange.variables.set("order", parse_json(run, R"({"no": 7, "lines": [{"sku": "A"}, {"sku": "B"}]})"), arena);
  exchange.variables.set("text", run.string("hello"), arena);
  exchange.variables.set("count", run.box_raw(run.type(Known::kInt32), Slot::of(3)), arena);
  exchange.variables.set("yes", run.box_raw(run.type(Known::kBoolean), Slot::of(1)), arena);
  exchange.variables.set("when", run.box_raw(run.type(Known::kDateTime), Slot::of(environment.utc_now_ticks())), arena);
  liquid::Model model{.context = context_of(exchange), .nil_elements = settings.nil_elements};
  if (settings.body.starts_with('{') || settings.body.starts_with('[')) {
    model.body = parse_json(run, settings.body, {.dates = settings.parse_date});
  } else if (settings.body.starts_with('<')) {
    model.body = parse_xml(run, settings.body);
  } else if (!settings.body.empty()) {
    model.body = run.view(settings.body);
  }
  REQUIRE_FALSE(run.failed());
  TextBuffer out;
  if (!liquid::render(run, *made, model, out)) return joined("!! limit ", static_cast<int>(run.exceeded));
  return std::string(out.view());
}

bool take(std::string_view line, std::string_view name, std::string& value) {
  if (!line.starts_with(name)) return false;
  value = trim_ascii(line.substr(name.size()));
  return true;
}

void check_line(const std::string& line, Settings& settings) {
  std::string value;
  if (take(line, "body:", value)) {
    settings.body = unescaped(value);
  } else if (take(line, "xsi-nil:", value)) {
    settings.nil_elements = value == "null";
  } else if (take(line, "parse-date:", value)) {
    settings.parse_date = value != "false";
  } else if (take(line, "markup:", value)) {
    settings.is_markup = value == "true";
  } else {
    const std::size_t gives = line.rfind(" =>");
    const std::size_t refused = line.rfind(" !! ");
    const bool is_refused = refused != std::string::npos && (gives == std::string::npos || refused > gives);
    const std::size_t at = is_refused ? refused : gives;
    REQUIRE(at != std::string::npos);
    const std::string text = unescaped(trim_ascii(std::string_view(line).substr(0, at)));
    const std::string outcome = outcome_of(text, settings);
    if (is_refused) {
      const std::string part(trim_ascii(std::string_view(line).substr(at + 4)));
      CHECK((outcome.starts_with("!! ") && outcome.find(part) != std::string::npos ? part : outcome) == part);
    } else {
      const std::size_t start = line.size() > at + 3 && line[at + 3] == ' ' ? at + 4 : at + 3;
      CHECK(outcome == unescaped(std::string_view(line).substr(start)));
    }
  }
}

void check_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  Settings settings;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    INFO(path.filename().string() << ":" << number << ": " << line);
    check_line(line, settings);
  }
}

const test::AtStart facts([] {
  const std::filesystem::path root = std::filesystem::path(PORTCULLIS_TEST_DATA) / "engine" / "liquid";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() == ".cases") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files)
    test::register_test("liquid/" + path.stem().string(), "[case]", [path] { check_file(path); });
});

}  // namespace

TEST_CASE("templates that would not end cross a limit") {
  const RunLimits few{.steps = 20'000};
  CHECK(outcome_of("{% for i in (1..1000000000) %}x{% endfor %}", {}, few).starts_with("!! limit"));
  CHECK(outcome_of("{% for i in (1..1000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}", {}, few)
            .starts_with("!! limit"));
  CHECK(outcome_of(
            "{% assign a = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..40) %}{% assign a = a | Append: a %}{% endfor %}", {})
            .starts_with("!! limit"));
  CHECK(outcome_of("{{ 'x' | Times: 9000000000 }}", {}).starts_with("!! limit"));
  CHECK(outcome_of("{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | Replace: '^(a|aa)+$', '' }}", {},
                   {.regex_match_limit = 1000})
            .starts_with("!! limit"));
}

TEST_CASE("blocks are nested up to a bound") {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "{% if true %}";
  CHECK(outcome_of(deep, {}).starts_with("!! "));
  const std::string brackets = "{{ " + std::string(5000, '(') + "1..2" + std::string(5000, ')') + " }}";
  CHECK_FALSE(outcome_of(brackets, {}).empty());
  std::string indexes = "{{ a";
  for (int i = 0; i < 5000; ++i) indexes += "[b";
  CHECK_FALSE(outcome_of(indexes + std::string(5000, ']') + " }}", {}).starts_with("x"));
}

TEST_CASE("mistakes have their place in the template") {
  Arena arena;
  std::vector<liquid::Mistake> mistakes;
  const std::string_view text = "abc {% if a %}{{ b | Nothing }}{% endfor %}";
  CHECK(liquid::compile(arena, text, false, mistakes) == nullptr);
  REQUIRE(mistakes.size() == 3);
  CHECK(text.substr(mistakes[0].span.begin, mistakes[0].span.size()) == "Nothing");
  CHECK_FALSE(mistakes[0].is_error);
  CHECK(text.substr(mistakes[1].span.begin, mistakes[1].span.size()) == "endfor");
  CHECK(text.substr(mistakes[2].span.begin, mistakes[2].span.size()) == "{% if a %}");
}

}  // namespace portcullis
