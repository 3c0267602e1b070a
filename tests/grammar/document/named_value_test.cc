// Named values: what is pasted where, and the way back.
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "tests/grammar/document/reading.h"

using namespace portcullis;
using namespace portcullis::testing;
using Form = Value::Form;

namespace {

const NamedValues kValues{{"key", "k-1"},        {"max.calls", "10"}, {"code", "@(DateTime.Now)"},
                          {"nested", "{{key}}"}, {"markup", "<&\""},  {"empty", ""},
                          {"Suffix_2", "S"}};

void check(std::string_view typed, Form form, std::string_view text) {
  const Reading reading = read_element("<x a=" + std::string(typed) + "/>", kValues);
  INFO(typed << "\n" << reading.reports());
  REQUIRE(reading.is_clean());
  CHECK(first(reading).attributes[0].value.form == form);
  CHECK(first(reading).attributes[0].value.text.text == text);
}

}  // namespace

TEST_CASE("named values are pasted as they are", "[document]") {
  check(R"~("{{key}}")~", Form::kLiteral, "k-1");
  check(R"~("Custom{{Suffix_2}}-{{max.calls}}")~", Form::kLiteral, "CustomS-10");
  check(R"~("{{nested}}")~", Form::kLiteral, "{{key}}");
  check(R"~("{{markup}}")~", Form::kLiteral, "<&\"");
  check(R"~("{{empty}}")~", Form::kLiteral, "");
  check(R"~("{{code}}")~", Form::kExpression, "DateTime.Now");
  check(R"~(" {{empty}}{{code}} ")~", Form::kExpression, "DateTime.Now");
  check(R"~("@("{{key}}" + {{max.calls}})")~", Form::kExpression, R"~("k-1" + 10)~");
  check(R"~("@(&quot;{{key}}&quot;)")~", Form::kExpression, "\"k-1\"");
  check(R"~("@("{{markup}}")")~", Form::kExpression, "\"<&\"\"");
  check(R"~("@($"{{key}}/{id}")")~", Form::kExpression, "$\"k-1/{id}\"");
  check(R"~("@($"{{other}}/{id["a"]}" + $@"{{x}}""")")~", Form::kExpression,
        "$\"{{other}}/{id[\"a\"]}\" + $@\"{{x}}\"\"\"");
  check(R"~("@($&quot;{{other}}&quot;)")~", Form::kExpression, "$\"{{other}}\"");
  check(R"~("{{ key }} {{}} {{a b}} {key} {{key}")~", Form::kLiteral, "{{ key }} {{}} {{a b}} {key} {{key}");
  check(R"~("@{{ return 1; }}")~", Form::kBlock, "{ return 1; }");
}

TEST_CASE("an unknown named value is an error with the closest name", "[document]") {
  const Reading reading =
      read_element("<x a=\"{{kay}}\" b=\"@($&quot;&quot; + &quot;{{kex}}&quot;)\">{{zzzzzz}}</x><y a=\"1\"/>", kValues);
  CHECK(reading.diagnostics.error_count() == 3);
  CHECK(reading.underlined(DocumentCode::kUnknownNamedValue) == "{{kay}}");
  CHECK(reading.report(DocumentCode::kUnknownNamedValue)->help == "did you mean `{{key}}`?");
  REQUIRE(reading.document.has_value());
  CHECK(first(reading).attributes[0].value.form == Form::kBroken);
  CHECK(first(reading).attributes[1].value.form == Form::kBroken);
  CHECK(first(reading).text->form == Form::kBroken);

  const Reading kept = read("<fragment a=\"{{kay}}\"/>", {}, {.keep_unknown_named_values = true});
  REQUIRE(kept.is_clean());
  CHECK(kept.document->root().attributes[0].value.text.text == "{{kay}}");
}

TEST_CASE("places in pasted text lead to both texts", "[document]") {
  const Reading reading = read_element("<x a=\"@(f({{max.calls}}, {{key}}))\"/>", kValues);
  REQUIRE(reading.is_clean());
  const Value& value = first(reading).attributes[0].value;
  const auto at = static_cast<std::uint32_t>(value.text.text.find("-1"));
  const PositionMap::Piece* piece = value.text.map.piece_at(at);
  REQUIRE(piece != nullptr);
  REQUIRE(piece->named_value >= 0);
  CHECK(reading.document->named_texts()[static_cast<std::size_t>(piece->named_value)].name == "key");
  CHECK(at - piece->derived + piece->offset_in_named_value == 1);
  CHECK(reading.document->typed(value.text.map.original({at, at + 1})) == "{{key}}");

  Diagnostics diagnostics(reading.document->source());
  DiagnosticSink(diagnostics, &value.text.map)
      .add({.code = 3000,
            .span = {at, at + 2},
            .message = "bad",
            .label = {},
            .help = {},
            .notes = {},
            .source = nullptr});
  REQUIRE(diagnostics.all()[0].notes.size() == 1);
  CHECK(diagnostics.all()[0].notes[0] == "this is character 2 of the named value `key`");
}

TEST_CASE("an expression that comes from a named value keeps its places", "[document]") {
  const Reading reading = read_element("<x a=\"{{code}}\"/>", kValues);
  const Value& value = first(reading).attributes[0].value;
  const PositionMap::Piece* piece = value.text.map.piece_at(3);
  REQUIRE(piece != nullptr);
  CHECK(3 - piece->derived + piece->offset_in_named_value == 5);
  CHECK(reading.document->typed(value.span) == "{{code}}");
}

TEST_CASE("named values can not blow up a document", "[document]") {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "{{key}}";
  const Reading reading =
      read("<fragment a=\"" + many + "\"/>", {{"key", std::string(4096, 'x')}}, {.max_bytes = 100'000});
  CHECK(reading.diagnostics.error_count() == 1);
  CHECK(reading.report(DocumentCode::kTooLarge) != nullptr);
}

TEST_CASE("one expression as given on a command line", "[document]") {
  const auto value = [](const char* text, Form form, std::string_view code) {
    Diagnostics diagnostics;
    const auto read = read_value(std::make_shared<SourceText>("argument", text), kValues, diagnostics);
    INFO(text);
    REQUIRE(read.has_value());
    CHECK(diagnostics.empty());
    CHECK(read->form == form);
    CHECK(read->text.text == code);
  };
  value("@(1 + 2)", Form::kExpression, "1 + 2");
  value(" @{ return 1; }\n", Form::kBlock, " return 1; ");
  value("1 + {{max.calls}}", Form::kExpression, "1 + 10");
  value("a < b && \"&lt;\" == c", Form::kExpression, "a < b && \"&lt;\" == c");
  value("$\"{{x}} @(\"", Form::kExpression, "$\"{{x}} @(\"");
  value("@\"verbatim\"", Form::kExpression, "@\"verbatim\"");
  value("{{code}}", Form::kExpression, "DateTime.Now");

  for (const char* text : {"@(1", "@(1) + 2", "@(\")", "\"{{kay}}\"", "\xFF"}) {
    Diagnostics diagnostics;
    INFO(text);
    CHECK_FALSE(read_value(std::make_shared<SourceText>("argument", text), kValues, diagnostics).has_value());
    CHECK(diagnostics.error_count() == 1);
  }
}
