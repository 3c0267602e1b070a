// Bodies and schemas that are made to hurt: every one ends, with an answer, within its memory.
#include <string>

#include <catch2/catch.hpp>

#include "engine/types/type_table.h"
#include "policies/support/graphql_validate.h"
#include "policies/support/schema.h"
#include "policies/support/schema_xml.h"

namespace portcullis {

namespace {

class NoClock final : public Environment {
 public:
  Ticks utc_now_ticks() override { return 0; }
  std::uint64_t random() override { return 0; }
  bool out_of_time() override { return false; }
};

struct World {
  Arena schemas{std::size_t{64} << 20};
  Arena arena{std::size_t{64} << 20};
  TypeTable types{library_definitions()};
  NoClock clock;
  Run run{arena, types, clock, nullptr, {.steps = 5'000'000}};
  SchemaErrors errors;

  const JsonSchema* compile(std::string_view text) {
    JsonMistake mistake;
    const JsonNode* root = read_json(schemas, text, 500, mistake);
    REQUIRE(root != nullptr);
    SchemaCompiler compiler(schemas, [](std::string_view) { return SchemaDocument{}; });
    return compiler.compile({root, JsonDialect::kDraft7}, *root);
  }
  SchemaAnswer validate(std::string_view schema, std::string_view text) {
    const JsonSchema* compiled = compile(schema);
    JsonMistake mistake;
    const JsonNode* value = read_json(arena, text, 64, mistake);
    INFO(mistake.message);
    REQUIRE(value != nullptr);
    run.start_expression();
    return validate_json(run, *compiled, *value, {}, errors).answer;
  }
};

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("ten megabytes of JSON text are validated") {
  World world;
  const std::string text = "{\"a\": \"" + std::string(10'000'000, 'x') + "\"}";
  CHECK(world.validate(R"({"properties": {"a": {"type": "string", "pattern": "^x+$"}}})", text) ==
        SchemaAnswer::kValid);
  CHECK(world.validate(R"({"properties": {"a": {"maxLength": 5}}})", text) == SchemaAnswer::kInvalid);
}

TEST_CASE("a body of more values than memory has room for is refused, not read to the end") {
  World world;
  const std::string text = "[" + repeated("0,", 5'000'000) + "0]";
  JsonMistake mistake;
  CHECK(read_json(world.arena, text, 64, mistake) == nullptr);
  CHECK(mistake.message == "The JSON text needs more memory than is allowed.");
}

TEST_CASE("names in great number are told apart") {
  World world;
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"n" + std::to_string(i % 50'000) + "\": 1,";
  text += "\"end\": 1}";
  CHECK(world.validate(R"({"minProperties": 50001, "maxProperties": 50001})", text) == SchemaAnswer::kValid);
}

TEST_CASE("unique items are found by hash, also when there are many") {
  World world;
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",";
  CHECK(world.validate(R"({"uniqueItems": true})", text + "100000]") == SchemaAnswer::kValid);
  CHECK(world.validate(R"({"uniqueItems": true})", text + "5]") == SchemaAnswer::kInvalid);
}

TEST_CASE("a schema that refers to itself without end gives up") {
  World world;
  CHECK(
      world.validate(
          R"({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}, "$ref": "#/definitions/a"})",
          "1") == SchemaAnswer::kGaveUp);
  CHECK(world.validate(R"({"allOf": [{"$ref": "#"}]})", "1") == SchemaAnswer::kGaveUp);
}

TEST_CASE("branches that double at each level end at the step limit") {
  World world;
  const char* schema = R"({"anyOf": [{"type": "object", "properties": {"a": {"$ref": "#"}, "x": {"type": "string"}}},
                                     {"type": "object", "properties": {"a": {"$ref": "#"}, "x": {"type": "number"}}}]})";
  const std::string text = repeated("{\"x\": true, \"a\": ", 40) + "1" + repeated("}", 40);
  CHECK(world.validate(schema, text) != SchemaAnswer::kValid);
}

TEST_CASE("errors in great number are not all kept") {
  World world;
  CHECK(world.validate(R"({"items": {"type": "string"}})", "[" + repeated("1,", 100'000) + "1]") ==
        SchemaAnswer::kInvalid);
  CHECK(world.errors.all().size() == SchemaErrors::kMost);
}

TEST_CASE("a GraphQL document of depth ten thousand is refused while parsing") {
  World world;
  GraphqlMistake mistake;
  for (const std::string& text : {repeated("{a", 10'000), "{a(x:" + repeated("[", 10'000),
                                  "{a(x:" + repeated("{b:", 10'000), "query($x:" + repeated("[", 10'000)}) {
    mistake = {};
    CHECK(parse_graphql(world.arena, text, mistake) == nullptr);
    CHECK(mistake.message == "The document is nested too deeply.");
  }
}

TEST_CASE("XML: entities, depth and size are bounded") {
  World world;
  std::string problem;
  const XmlSchemas::Source source{
      "a",
      R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:anyType"/></xs:schema>)"};
  const auto schemas = XmlSchemas::compile({&source, 1}, {}, problem);
  REQUIRE(schemas != nullptr);
  CHECK(schemas->validate(world.arena, "<a>" + std::string(5'000'000, 'x') + "</a>").answer == XmlAnswer::kValid);
  CHECK(schemas->validate(world.arena, repeated("<a>", 100'000)).answer == XmlAnswer::kInvalid);
  CHECK(schemas->validate(world.arena, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").answer == XmlAnswer::kInvalid);
  CHECK(schemas->validate(world.arena, std::string("<a>\0</a>", 8)).answer == XmlAnswer::kInvalid);
}

TEST_CASE("XML schemas that refer elsewhere are refused without looking") {
  std::string problem;
  for (const char* reference :
       {"<xs:include schemaLocation=\"http://127.0.0.1:1/a.xsd\"/>",
        "<xs:import namespace=\"urn:x\" schemaLocation=\"file:///etc/passwd\"/>",
        "<xs:include schemaLocation=\"/schemas/none\"/>", "<xs:redefine schemaLocation=\"a.xsd\"/>"}) {
    problem.clear();
    const std::string text =
        std::string("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">") + reference + "</xs:schema>";
    const XmlSchemas::Source source{"a", text};
    CHECK(XmlSchemas::compile(
              {&source, 1}, [](std::string_view) { return std::string_view(); }, problem) == nullptr);
    INFO(reference);
    CHECK_FALSE(problem.empty());
  }
}

}  // namespace portcullis
