#include <catch2/catch.hpp>

#include "engine/types/type_table.h"
#include "tests/engine/types/fake_library.h"

namespace portcullis {
namespace {

struct Fixture {
  TypeTable types{fake::kList};

  const Type& named(std::string_view name) const {
    if (name.ends_with('?')) return types.nullable_of(named(name.substr(0, name.size() - 1)));
    if (name.ends_with("[]")) return types.array_of(named(name.substr(0, name.size() - 2)));
    if (name == "null") return types.null_type();
    if (name == "dynamic") return types.dynamic_type();
    return *types.find(name, 0);
  }
  Conversion classify(std::string_view from, std::string_view to) const {
    return classify_conversion(types, named(from), named(to));
  }
  bool is_implicit(std::string_view from, std::string_view to) const {
    const Conversion found = classify(from, to);
    CHECK(static_cast<bool>(implicit_conversion(types, named(from), named(to))) == (found && found.is_implicit));
    return found && found.is_implicit;
  }
  bool is_explicit(std::string_view from, std::string_view to) const {
    const Conversion found = classify(from, to);
    return found && !found.is_implicit;
  }
  bool constant(std::string_view from, std::int64_t value, std::string_view to) const {
    const ConstantValue held{&named(from), Slot::of(value)};
    return static_cast<bool>(implicit_conversion(types, named(from), named(to), &held));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "numeric conversions") {
  CHECK(is_implicit("int", "long"));
  CHECK(is_implicit("int", "decimal"));
  CHECK(is_implicit("char", "int"));
  CHECK(is_implicit("float", "double"));
  CHECK(is_explicit("long", "int"));
  CHECK(is_explicit("int", "char"));
  CHECK(is_explicit("decimal", "double"));
  CHECK(is_explicit("double", "decimal"));
  CHECK(is_explicit("int", "DayOfWeek"));
  CHECK(is_explicit("DayOfWeek", "StringSplitOptions"));
  CHECK_FALSE(classify("int", "bool"));
  CHECK_FALSE(classify("bool", "int"));
  CHECK_FALSE(classify("string", "int"));
  CHECK_FALSE(classify("int", "string"));
}

TEST_CASE_METHOD(Fixture, "constants") {
  CHECK(constant("int", 5, "byte"));
  CHECK_FALSE(constant("int", 300, "byte"));
  CHECK_FALSE(constant("int", -5, "uint"));
  CHECK(constant("long", 5, "ulong"));
  CHECK_FALSE(constant("long", 5, "int"));
  CHECK(constant("int", 0, "DayOfWeek"));
  CHECK_FALSE(constant("int", 1, "DayOfWeek"));
  CHECK(constant("int", 5, "byte?"));
}

TEST_CASE_METHOD(Fixture, "nullables") {
  CHECK(is_implicit("int", "int?"));
  CHECK(is_implicit("int", "long?"));
  CHECK(is_implicit("int?", "long?"));
  CHECK(is_explicit("int?", "int"));
  CHECK(is_explicit("long?", "int?"));
  CHECK(is_explicit("long", "int?"));
  CHECK(classify("null", "int?").kind == ConversionKind::kNull);
  CHECK_FALSE(classify("null", "int"));
  CHECK(classify("int?", "object").kind == ConversionKind::kBoxing);
  CHECK(classify("object", "int?").kind == ConversionKind::kUnboxing);
}

TEST_CASE_METHOD(Fixture, "references and boxes") {
  CHECK(is_implicit("string", "object"));
  CHECK(is_explicit("object", "string"));
  CHECK(classify("object", "int").kind == ConversionKind::kUnboxing);
  CHECK(is_implicit("int", "object"));
  CHECK(is_implicit("int", "IComparable"));
  CHECK(is_explicit("IComparable", "int"));
  CHECK_FALSE(classify("int", "IDisposable"));
  CHECK(is_implicit("JObject", "JToken"));
  CHECK(is_explicit("JToken", "JObject"));
  CHECK_FALSE(classify("JObject", "JArray"));
  CHECK(is_explicit("JObject", "IDisposable"));     // not sealed: a derived class might
  CHECK_FALSE(classify("string", "IDisposable"));   // sealed
  CHECK(is_implicit("string[]", "object[]"));
  CHECK(is_explicit("object[]", "string[]"));
  CHECK_FALSE(classify("int[]", "object[]"));
  CHECK(classify("dynamic", "int").kind == ConversionKind::kDynamic);
  CHECK(is_implicit("int", "dynamic"));
}

TEST_CASE_METHOD(Fixture, "user-defined conversions") {
  CHECK(is_implicit("string", "JToken"));
  CHECK(is_implicit("int", "JToken"));
  CHECK(is_implicit("DateTime", "DateTimeOffset"));
  CHECK(is_implicit("DateTime", "DateTimeOffset?"));
  CHECK(classify("DateTime?", "DateTimeOffset?").is_lifted);
  CHECK(is_explicit("JToken", "string"));
  CHECK(is_explicit("JValue", "int"));
  CHECK(is_explicit("JToken", "int?"));
  CHECK(is_explicit("JToken", "byte[]"));
  CHECK(is_implicit("char", "JToken"));
  CHECK(classify("char", "JToken").operator_->parameters[0].type == &named("ushort"));
  CHECK(classify("JToken", "int?").operator_->type == &named("int?"));
  CHECK(classify("int?", "JToken").operator_->parameters[0].type == &named("int?"));
  CHECK_FALSE(classify("int[]", "JToken"));
  CHECK(classify("object", "JToken").kind == ConversionKind::kReference);
  CHECK(classify("JToken", "object").kind == ConversionKind::kReference);
}

TEST_CASE_METHOD(Fixture, "tuples convert by element") {
  const auto pair = [&](std::string_view a, std::string_view b) -> const Type& {
    const Type* elements[] = {&named(a), &named(b)};
    return types.tuple_of(elements, {});
  };
  CHECK(implicit_conversion(types, pair("int", "string"), pair("long", "object")).kind == ConversionKind::kTuple);
  CHECK_FALSE(implicit_conversion(types, pair("long", "string"), pair("int", "string")));
  CHECK(classify_conversion(types, pair("long", "object"), pair("int", "string")));
}

}  // namespace portcullis
