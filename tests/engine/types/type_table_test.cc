#include <catch2/catch.hpp>

#include "engine/types/type_table.h"
#include "tests/engine/types/fake_library.h"

namespace portcullis {
namespace {

const Type& list_of(const TypeTable& types, const Type& element) { return types.construct(Known::kList1, {&element}); }

}  // namespace

TEST_CASE("types are interned") {
  const TypeTable types(fake::kList);
  const Type& text = types.known(Known::kString);
  CHECK(&list_of(types, text) == &list_of(types, text));
  CHECK(&types.array_of(text) == &types.string_array());
  CHECK(&types.nullable_of(types.known(Known::kInt32)) == &types.nullable_of(types.known(Known::kInt32)));
  const Type* members[] = {&text, &types.known(Known::kInt32)};
  const std::string_view names[] = {"a", "b"};
  CHECK(&types.anonymous(members, names) == &types.anonymous(members, names));
  CHECK(&types.tuple_of(members, names) != &types.tuple_of(members, {}));
  CHECK(is_identical(types.tuple_of(members, names), types.tuple_of(members, {})));
}

TEST_CASE("names as C# and .NET write them") {
  const TypeTable types(fake::kList);
  const Type& text = types.known(Known::kString);
  const Type& number = types.known(Known::kInt32);
  const Type* pair[] = {&number, &text};
  const std::string_view names[] = {"a", ""};
  CHECK(csharp_name(types.construct(Known::kDictionary2, {&text, &types.nullable_of(number)})) == "Dictionary<string, int?>");
  CHECK(csharp_name(types.tuple_of(pair, names)) == "(int a, string)");
  CHECK(csharp_name(types.array_of(types.array_of(number), 2)) == "int[,][]");
  CHECK(full_name(list_of(types, number)) == "System.Collections.Generic.List`1[System.Int32]");
  CHECK(full_name(types.string_array()) == "System.String[]");
}

TEST_CASE("names are found with and without a namespace") {
  const TypeTable types(fake::kList);
  CHECK(types.find("string", 0) == &types.known(Known::kString));
  CHECK(types.find("String", 0) == &types.known(Known::kString));
  CHECK(types.find("List", 1) == &types.known(Known::kList1));
  CHECK(types.find("List", 0) == nullptr);
  CHECK(types.find_in("Newtonsoft.Json.Linq", "JObject", 0) == &types.known(Known::kJObject));
  CHECK(types.is_namespace("Newtonsoft.Json"));
  CHECK(types.is_namespace("System"));
  CHECK_FALSE(types.is_namespace("Sys"));
}

TEST_CASE("members are parsed, substituted and kept") {
  const TypeTable types(fake::kList);
  const Type& text = types.known(Known::kString);
  CHECK(types.declared(text, "Substring").size() == 2);
  CHECK(types.declared(text, "Item")[0]->kind == MemberKind::kIndexer);
  CHECK(types.declared(text, "op_Equality")[0]->kind == MemberKind::kOperator);
  CHECK(types.declared(text, "Lost").empty());
  const MemberInfo& try_parse = *types.declared(types.known(Known::kInt32), "TryParse")[0];
  CHECK(try_parse.is_static);
  CHECK(try_parse.parameters[1].mode == ParameterMode::kOut);
  const MemberInfo& split = *types.declared(text, "Split")[1];
  CHECK(split.parameters[1].is_optional);
  CHECK(split.parameters[1].default_text == "StringSplitOptions.None");

  const Type& list = list_of(types, text);
  const MemberInfo& add = *types.declared(list, "Add")[0];
  CHECK(add.parameters[0].type == &text);
  CHECK(add.declaring == &list);
  CHECK(&add == types.declared(list, "Add")[0]);
  CHECK(types.declared(list, "Item")[0]->has_setter);
  const MemberInfo& convert = *types.declared(list, "ConvertAll")[0];
  CHECK(csharp_name(*convert.parameters[0].type) == "Func<string, TOutput>");
  CHECK(types.declared(list, ".ctor").size() == 2);
  CHECK(types.declared(list, ".ctor")[1]->type == &list);

  const Type& maybe = types.nullable_of(types.known(Known::kInt32));
  CHECK(types.declared(maybe, "Value")[0]->type == &types.known(Known::kInt32));
  const MemberInfo* invoke = types.invoke_of(types.construct(*types.find("Func", 2), std::array{&text, &maybe}));
  REQUIRE(invoke != nullptr);
  CHECK(invoke->type == &maybe);
  CHECK(invoke->parameters[0].type == &text);
  CHECK(types.declared(types.known(Known::kDayOfWeek), "Monday")[0]->row->constant.integer == 1);
  CHECK(types.extensions("Select").size() == 2);
  CHECK(types.extensions("Substring").empty());
}

TEST_CASE("rows that cannot be used are reported") {
  const TypeTable types(fake::kList);
  const std::vector<std::string> problems = types.problems();
  const auto mentions = [&](std::string_view text) {
    return std::ranges::any_of(problems, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  };
  CHECK(mentions("Lost"));
  CHECK(mentions("no definition of System.Guid"));
}

TEST_CASE("interfaces, variance and arrays") {
  const TypeTable types(fake::kList);
  const Type& text = types.known(Known::kString);
  const Type& object = types.known(Known::kObject);
  const Type& number = types.known(Known::kInt32);
  const auto sequence = [&](const Type& element) -> const Type& { return types.construct(Known::kIEnumerable1, {&element}); };
  const auto assignable = [](const Type& from, const Type& to) { return is_assignable(from, to); };
  CHECK(assignable(list_of(types, text), sequence(text)));
  CHECK(assignable(list_of(types, text), sequence(object)));
  CHECK_FALSE(assignable(list_of(types, number), sequence(object)));
  CHECK(assignable(sequence(text), sequence(object)));
  CHECK_FALSE(assignable(sequence(object), sequence(text)));
  CHECK_FALSE(assignable(list_of(types, text), list_of(types, object)));
  CHECK(assignable(types.string_array(), types.object_array()));
  CHECK_FALSE(assignable(types.int_array(), types.object_array()));
  CHECK(assignable(types.string_array(), types.construct(Known::kIList1, {&object})));
  CHECK(assignable(types.string_array(), types.known(Known::kArray)));
  CHECK(assignable(types.known(Known::kJArray), types.known(Known::kJToken)));
  CHECK(assignable(types.known(Known::kJObject), sequence(types.known(Known::kJToken))));
  const Type& func = *types.find("Func", 2);
  CHECK(assignable(types.construct(func, std::array{&object, &text}), types.construct(func, std::array{&text, &object})));
  CHECK_FALSE(assignable(types.construct(func, std::array{&text, &text}), types.construct(func, std::array{&object, &text})));

  bool ambiguous = false;
  types.implemented(types.known(Known::kJObject), types.known(Known::kIEnumerable1), &ambiguous);
  CHECK(ambiguous);
  CHECK(csharp_name(*types.element_type(types.known(Known::kJObject))) == "KeyValuePair<string, JToken>");
  CHECK(types.element_type(types.known(Known::kJArray)) == &types.known(Known::kJToken));
  CHECK(types.element_type(text) == &types.known(Known::kChar));
  CHECK(types.element_type(number) == nullptr);
}

}  // namespace portcullis
