#include <catch2/catch.hpp>

#include "engine/json/json_path.h"
#include "tests/engine/json/world.h"

namespace portcullis {
namespace {

using json_test::World;

std::string selected(World& world, std::string_view json, std::string_view path) {
  JToken* root = world.parse(json);
  TokenList found(world.arena);
  if (!select_tokens(world.run, *compile_json_path(world.arena, path), root, false, nullptr, found)) return "!! " + world.message();
  std::string out;
  for (const JToken* token : found.view()) out += (out.empty() ? "" : " ") + world.compact(token);
  return out;
}

}  // namespace

TEST_CASE("what is read is written back as Newtonsoft writes it") {
  World world;
  struct Fact {
    std::string_view in;
    std::string_view out;
  };
  constexpr Fact kFacts[] = {
      {"{}", "{}"},
      {" [ 1 , 2 ] ", "[1,2]"},
      {R"({"a": 0.7, "b": [true, false, null], "c": "x"})", R"({"a":0.7,"b":[true,false,null],"c":"x"})"},
      {"[1.10, 1e3, 1.0, 0.00001, 0.0001, 1e21, -0.0, 100000000000000000000.0]", "[1.1,1000.0,1.0,1E-05,0.0001,1E+21,-0.0,1E+20]"},
      {"[123456789012345678, 9223372036854775807, -9223372036854775808, 12345678901234567890, -0]",
       "[123456789012345678,9223372036854775807,-9223372036854775808,12345678901234567890,0]"},
      {"[0x10, 0777, .5, 5., -.5, 1E2]", "[16,511,0.5,5.0,-0.5,100.0]"},
      {"[1,,2]", "[1,undefined,2]"},
      {"[1,]", "[1]"},
      {"[,]", "[undefined]"},
      {"{a:1,'b':'x\"y',\"c\":1,}", R"({"a":1,"b":"x\"y","c":1})"},
      {"/*c*/[1,/*d*/2//e\n]", "[1,2]"},
      {"[NaN, Infinity, -Infinity, undefined]", R"(["NaN","Infinity","-Infinity",undefined])"},
      {R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
      {R"(["\u00e9\n\/\"\\", "\ud83d\ude00", "\ud83d", "\u0001"])", "[\"é\\n/\\\"\\\\\",\"😀\",\"\uFFFD\",\"\\u0001\"]"},
      {"[\"a\tb\", \"\xE2\x80\xA8\", \"\xC2\x85\", \"Caf\xC3\xA9\"]", "[\"a\\tb\",\"\\u2028\",\"\\u0085\",\"Café\"]"},
      {R"(["2024-05-17T10:20:30Z", "2024-01-02T03:04:05.1230Z", "2024-01-02T03:04:05+02:00", "2024-01-02T03:04:05", "2024-01-02"])",
       R"(["2024-05-17T10:20:30Z","2024-01-02T03:04:05.123Z","2024-01-02T01:04:05+00:00","2024-01-02T03:04:05","2024-01-02"])"},
      {R"(["\/Date(1700000000000)\/"])", R"(["2023-11-14T22:13:20Z"])"},
      {"new Date(5)", "new Date(5)"},
      {"\"x\"", "\"x\""},
  };
  for (const Fact& fact : kFacts) {
    INFO(fact.in);
    CHECK(world.compact(parse_json(world.run, fact.in)) == fact.out);
  }
}

TEST_CASE("mistakes in JSON are reported with path and place") {
  World world;
  struct Fact {
    std::string_view text;
    JsonRoot root;
    std::string_view message;
  };
  constexpr Fact kFacts[] = {
      {"", JsonRoot::kObject, "Error reading JObject from JsonReader. Path '', line 0, position 0."},
      {"[]", JsonRoot::kObject, "Error reading JObject from JsonReader. Current JsonReader item is not an object: StartArray. Path '', line 1, position 1."},
      {"{}", JsonRoot::kArray, "Error reading JArray from JsonReader. Current JsonReader item is not an array: StartObject. Path '', line 1, position 1."},
      {"{\"a\":1", JsonRoot::kObject, "Unexpected end of content while loading JObject. Path 'a', line 1, position 6."},
      {"{\"a\":}", JsonRoot::kObject, "Unexpected character encountered while parsing value: }. Path 'a', line 1, position 5."},
      {"{\"a\" 1}", JsonRoot::kObject, "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5."},
      {"{\"a\":1} x", JsonRoot::kObject, "Additional text encountered after finished reading JSON content: x. Path '', line 1, position 8."},
      {"x", JsonRoot::kToken, "Unexpected character encountered while parsing value: x. Path '', line 0, position 0."},
      {"{\"a\":\"x}", JsonRoot::kObject, "Unterminated string. Expected delimiter: \". Path 'a', line 1, position 8."},
      {"[1,\n x]", JsonRoot::kToken, "Unexpected character encountered while parsing value: x. Path '[0]', line 2, position 1."},
      {"{\"a\":[{\"b c\":[1,2 3]}]}", JsonRoot::kToken,
       "After parsing a value an unexpected character was encountered: 3. Path 'a[0]['b c'][1]', line 1, position 18."},
      {"[1}", JsonRoot::kToken, "JsonToken EndObject is not valid for closing JsonType Array. Path '', line 1, position 3."},
      {"[\"\\q\"]", JsonRoot::kToken, "Bad JSON escape sequence: \\q. Path '', line 1, position 4."},
      {"[1.2.3]", JsonRoot::kToken, "Input string '1.2.3' is not a valid number. Path '[0]', line 1, position 6."},
      {"+5", JsonRoot::kToken, "Unexpected character encountered while parsing value: +. Path '', line 0, position 0."},
  };
  for (const Fact& fact : kFacts) {
    INFO(fact.text);
    CHECK(world.parse(fact.text, fact.root) == nullptr);
    CHECK(world.message() == fact.message);
  }
  CHECK(world.round(std::string(64, '[') + std::string(64, ']')) == std::string(64, '[') + std::string(64, ']'));
  CHECK(world.parse(std::string(65, '[')) == nullptr);
  std::string path;
  for (int i = 0; i < 64; ++i) path += "[0]";
  CHECK(world.message() == "The reader's MaxDepth of 64 has been exceeded. Path '" + path + "', line 1, position 65.");
}

TEST_CASE("large objects keep order, find and replace members") {
  World world;
  std::string text = "{";
  for (int i = 0; i < 500; ++i) text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  text += "\"k7\":\"again\"}";
  JObject* object = as_object(world.parse(text));
  REQUIRE(object != nullptr);
  CHECK(object->count == 500);
  CHECK(world.compact(find(*object, "k7")) == "\"again\"");
  CHECK(world.compact(find(*object, "k499")) == "499");
  CHECK(remove_member(world.run, *object, "k0"));
  CHECK(find(*object, "k0") == nullptr);
  CHECK(world.compact(find(*object, "k499")) == "499");
  set_member(world.run, *object, "new", make_jvalue(world.run, true));
  CHECK(world.compact(find(*object, "new")) == "true");
}

TEST_CASE("a token with a parent is cloned when it is added elsewhere") {
  World world;
  JObject* object = as_object(world.parse(R"({"a":{"x":[1]}})"));
  JToken* a = find(*object, "a");
  set_member(world.run, *object, "b", a);
  JToken* b = find(*object, "b");
  CHECK(b != a);
  CHECK(world.compact(object) == R"({"a":{"x":[1]},"b":{"x":[1]}})");
  CHECK(a->parent == find_property(*object, "a"));
  CHECK(path_of(world.run, *static_cast<JArray*>(find(*as_object(b), "x"))->items[0])->view() == "b.x[0]");
  CHECK(deep_equals(world.run, a, b));
  set_member(world.run, *object, "self", object);
  CHECK(world.compact(object) == R"({"a":{"x":[1]},"b":{"x":[1]},"self":{"a":{"x":[1]},"b":{"x":[1]}}})");
}

TEST_CASE("JSONPath") {
  World world;
  constexpr std::string_view kStore =
      R"({"store":{"book":[{"title":"A","price":8.95,"tags":["x","y"]},{"title":"B","price":12.99,"isbn":"0-1"},{"title":"C","price":22}],"bike":{"color":"red","price":19.95}},"k.e y":1,"n":null,"e":[]})";
  CHECK(selected(world, kStore, "store.book[0].title") == "\"A\"");
  CHECK(selected(world, kStore, "$..price") == "8.95 12.99 22 19.95");
  CHECK(selected(world, kStore, "store.book[0:2].title") == "\"A\" \"B\"");
  CHECK(selected(world, kStore, "store.book[-1:].title") == "\"C\"");
  CHECK(selected(world, kStore, "store.book[::2].title") == "\"A\" \"C\"");
  CHECK(selected(world, kStore, "store.book[0,2].title") == "\"A\" \"C\"");
  CHECK(selected(world, kStore, "$.store.book[?(@.isbn)].title") == "\"B\"");
  CHECK(selected(world, kStore, "$.store.book[?(@.title == 'B')].price") == "12.99");
  CHECK(selected(world, kStore, "$..tags[1]") == "\"y\"");
  CHECK(selected(world, kStore, "$.store.book[?(@.price >= 12.99 && @.title != 'C')].title") == "\"B\"");
  CHECK(selected(world, kStore, "$.store.book[?(@.price < 9 || @.title == 'C')].title") == "\"A\" \"C\"");
  CHECK(selected(world, kStore, "['k.e y']") == "1");
  CHECK(selected(world, kStore, "n") == "null");
  CHECK(selected(world, kStore, "['n','e']") == "null []");
  CHECK(selected(world, kStore, "store.book.title").empty());
  CHECK(selected(world, kStore, "a.") == "!! Unexpected end while parsing path.");
  CHECK(selected(world, kStore, "a[") == "!! Path ended with open indexer.");
  CHECK(selected(world, kStore, "a[0]b") == "!! Unexpected character following indexer: b");
  CHECK(selected(world, kStore, "store.book[?(@.title == $.store.bike.color)]").empty());
}

}  // namespace portcullis
