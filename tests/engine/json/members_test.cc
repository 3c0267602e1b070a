// The natives of the token family, called as compiled code calls them.
#include <catch2/catch.hpp>

#include "tests/engine/json/world.h"

namespace portcullis {
namespace {

using json_test::World;

/// Calls the one member that has these parameter types.
struct Caller {
  World& world;

  Slot call(const Type& type, std::string_view name, std::initializer_list<const Type*> parameters, std::initializer_list<Slot> arguments,
            std::span<const Type* const> type_arguments = {}, const Type* result = nullptr) {
    for (const MemberInfo* member : world.types.declared(type, name)) {
      if (member->parameters.size() != parameters.size() || member->type_parameters.size() != type_arguments.size()) continue;
      bool same = true;
      std::size_t i = 0;
      for (const Type* wanted : parameters) same = same && (wanted == nullptr || member->parameters[i].type == wanted) && ++i > 0;
      if (!same || (result != nullptr && member->type != result)) continue;
      const CallSite site{.result = member->type, .declaring = &type, .type_arguments = type_arguments};
      return member->row->native(world.run, arguments.begin(), site);
    }
    FAIL("no such member: " << name);
    return {};
  }
  Slot cast(JToken* token, const Type& to) {
    return call(world.types.known(Known::kJToken), "op_Explicit", {&world.types.known(Known::kJToken)}, {Slot::of_object(token)}, {}, &to);
  }
  Slot value(JToken* token, const Type& to) {
    const Type* arguments[] = {&to};
    const Type* extensions = world.types.find_in("Newtonsoft.Json.Linq", "Extensions", 0);
    return call(*extensions, "Value", {nullptr}, {Slot::of_object(token)}, arguments);
  }
  Slot to_object(JToken* token, const Type& to) {
    const Type* arguments[] = {&to};
    return call(world.types.known(Known::kJToken), "ToObject", {}, {Slot::of_object(token)}, arguments);
  }
  Slot deserialize(std::string_view text, const Type& to) {
    const Type* arguments[] = {&to};
    const Type* convert = world.types.find_in("Newtonsoft.Json", "JsonConvert", 0);
    return call(*convert, "DeserializeObject", {&world.types.known(Known::kString)}, {Slot::of_object(world.run.string(text))}, arguments);
  }
  std::string serialize(Object* object) {
    const Type* convert = world.types.find_in("Newtonsoft.Json", "JsonConvert", 0);
    const Slot text = call(*convert, "SerializeObject", {&world.types.known(Known::kObject)}, {Slot::of_object(object)});
    return text.object == nullptr ? "!! " + world.message() : std::string(static_cast<String*>(text.object)->view());
  }
};

}  // namespace

TEST_CASE("every declaration of the token family can be read") {
  World world;
  std::size_t members = 0;
  for (const Type* type : world.types.all()) {
    if (!type->namespace_name.starts_with("Newtonsoft") && type->namespace_name != "System.Xml.Linq") continue;
    INFO(full_name(*type));
    for (const MemberInfo* member : world.types.declared(*type)) {
      INFO(member->row->declaration);
      CHECK(member->type != nullptr);
      CHECK(member->type->kind != TypeKind::kError);
      for (const Parameter& parameter : member->parameters) CHECK(parameter.type->kind != TypeKind::kError);
      ++members;
    }
  }
  CHECK(members > 150);
}

TEST_CASE("casts follow Newtonsoft") {
  World world;
  Caller caller{world};
  const Type& number = world.types.known(Known::kInt32);
  const Type& text = world.types.known(Known::kString);
  const auto cast_int = [&](std::string_view json) -> std::string {
    const Slot out = caller.cast(world.parse(json), number);
    return world.run.failed() ? "!! " + world.message() : std::to_string(out.integer);
  };
  CHECK(cast_int("1") == "1");
  CHECK(cast_int("2.7") == "3");
  CHECK(cast_int("2.5") == "2");
  CHECK(cast_int("\"12\"") == "12");
  CHECK(cast_int("true") == "1");
  CHECK(cast_int("1e3") == "1000");
  CHECK(cast_int("null") == "!! Can not convert Null to Int32.");
  CHECK(cast_int("{}") == "!! Can not convert Object to Int32.");
  CHECK(cast_int("12345678901") == "!! Value was either too large or too small for an Int32.");
  CHECK(cast_int("\"2024-05-17T10:20:30Z\"") == "!! Can not convert Date to Int32.");
  CHECK(cast_int("\"x\"") == "!! The input string 'x' was not in a correct format.");
  CHECK(caller.cast(nullptr, world.types.nullable_of(number)).object == nullptr);
  caller.cast(nullptr, number);
  CHECK(world.message() == "Value cannot be null. (Parameter 'value')");

  const auto cast_string = [&](std::string_view json) -> std::string {
    const Slot out = caller.cast(world.parse(json), text);
    if (world.run.failed()) return "!! " + world.message();
    return out.object == nullptr ? "null" : std::string(static_cast<String*>(out.object)->view());
  };
  CHECK(cast_string("1.50") == "1.5");
  CHECK(cast_string("1.0") == "1");
  CHECK(cast_string("true") == "True");
  CHECK(cast_string("null") == "null");
  CHECK(cast_string("\"2024-05-17T10:20:30Z\"") == "05/17/2024 10:20:30");
  CHECK(cast_string("[1]") == "!! Can not convert Array to String.");
}

TEST_CASE("Value<T> converts as Convert.ChangeType does") {
  World world;
  Caller caller{world};
  const Type& number = world.types.known(Known::kInt32);
  CHECK(caller.value(world.parse("5"), number).integer == 5);
  caller.value(world.parse("null"), number);
  CHECK(world.message() == "Null object cannot be converted to a value type.");
  caller.value(world.parse("{}"), number);
  CHECK(world.message() == "Cannot cast Newtonsoft.Json.Linq.JObject to Newtonsoft.Json.Linq.JToken.");
  caller.value(world.parse("\"2024-05-17T10:20:30Z\""), number);
  CHECK(world.message() == "Invalid cast from 'DateTime' to 'Int32'.");
  const Slot text = caller.value(world.parse("true"), world.types.known(Known::kString));
  CHECK(static_cast<String*>(text.object)->view() == "True");
  JToken* array = world.parse("[1]");
  CHECK(caller.value(array, world.types.known(Known::kJArray)).object == array);
}

TEST_CASE("deserialising") {
  World world;
  Caller caller{world};
  const Type& number = world.types.known(Known::kInt32);
  CHECK(caller.deserialize("5", number).integer == 5);
  CHECK(caller.deserialize("\"5\"", number).integer == 5);
  caller.deserialize("1.5", number);
  CHECK(world.message() == "Input string '1.5' is not a valid integer. Path '', line 1, position 3.");
  caller.deserialize("null", number);
  CHECK(world.message() == "Error converting value {null} to type 'System.Int32'. Path '', line 1, position 4.");
  const Slot array = caller.deserialize("[1,2,3]", world.types.int_array());
  CHECK(static_cast<Array*>(array.object)->length == 3);
  const Slot any = caller.deserialize("5", world.types.known(Known::kObject));
  CHECK(any.object->type->is(Known::kInt64));
  caller.deserialize("[1]", world.types.known(Known::kJObject));
  CHECK(world.message() == "Unable to cast object of type 'Newtonsoft.Json.Linq.JArray' to type 'Newtonsoft.Json.Linq.JObject'.");
  caller.to_object(world.parse("{\"a\":1}"), number);
  CHECK(world.message() == "Can not convert Object to Int32.");
}

TEST_CASE("serialising") {
  World world;
  Caller caller{world};
  const Type& number = world.types.known(Known::kInt32);
  const Type& text = world.types.known(Known::kString);
  const Type* members[] = {&number, &text, &text};
  const std::string_view names[] = {"a", "b", "c"};
  Record* anonymous = world.run.record(world.types.anonymous(members, names), {Slot::of(1), Slot::of_object(world.run.string("x")), Slot{}});
  CHECK(caller.serialize(anonymous) == R"({"a":1,"b":"x","c":null})");
  CHECK(caller.serialize(world.run.string("q\"uote\né</script>")) == R"("q\"uote\né</script>")");
  CHECK(caller.serialize(world.run.box_raw(world.types.known(Known::kDouble), Slot::of_real(1e21))) == "1E+21");
  CHECK(caller.serialize(world.run.box_raw(world.types.known(Known::kSingle), Slot::of_single(0.1F))) == "0.1");
  CHECK(caller.serialize(world.run.bytes(std::string_view("\x01"))) == "\"AQ==\"");
  CHECK(caller.serialize(world.parse("[1, 2]")) == "[1,2]");
  Array* numbers = world.run.array(world.types.int_array(), 2);
  numbers->items[1] = Slot::of(7);
  CHECK(caller.serialize(numbers) == "[0,7]");
}

}  // namespace portcullis
