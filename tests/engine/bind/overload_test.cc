#include "engine/bind/overload.h"

#include <array>
#include <catch2/catch.hpp>
#include <functional>

#include "engine/bind/inference.h"
#include "tests/engine/types/fake_library.h"

namespace portcullis {
namespace {

using Body = std::function<const Type*(std::span<const Type* const>)>;

// Lambdas are numbered by their span; a body is a function from parameter types to the result's type.
class FakeLambdas : public LambdaTyper {
 public:
  explicit FakeLambdas(const TypeTable& types) : types_(types) {}

  CallArgument add(std::size_t parameters, Body body) {
    lambdas_.push_back({parameters, std::move(body)});
    CallArgument argument;
    argument.untyped = Untyped::kLambda;
    argument.span.begin = static_cast<std::uint32_t>(lambdas_.size() - 1);
    return argument;
  }

  std::optional<std::size_t> parameter_count(const CallArgument& lambda) override { return lambdas_[lambda.span.begin].parameters; }
  const Type* parameter_type(const CallArgument&, std::size_t) override { return nullptr; }
  const Type* result_type(const CallArgument& lambda, std::span<const Type* const> types) override {
    return lambdas_[lambda.span.begin].body(types);
  }
  bool converts(const CallArgument& lambda, const Type& type) override {
    const MemberInfo* invoke = types_.invoke_of(type);
    if (invoke == nullptr) return false;
    std::vector<const Type*> parameters;
    for (const Parameter& parameter : invoke->parameters) parameters.push_back(parameter.type);
    const Type* result = result_type(lambda, parameters);
    if (result == nullptr) return false;
    return invoke->type->kind == TypeKind::kVoid || implicit_conversion(types_, *result, *invoke->type);
  }

 private:
  struct Lambda {
    std::size_t parameters;
    Body body;
  };
  const TypeTable& types_;
  std::vector<Lambda> lambdas_;
};

struct Fixture {
  TypeTable types{fake::kList};
  Arena arena;
  FakeLambdas lambdas{types};
  CallContext context{types, arena, lambdas};

  const Type& named(std::string_view name) const {
    if (name.ends_with('?')) return types.nullable_of(named(name.substr(0, name.size() - 1)));
    if (name.ends_with("[]")) return types.array_of(named(name.substr(0, name.size() - 2)));
    const std::size_t open = name.find('<');
    if (open == std::string_view::npos) return *types.find(name, 0);
    return types.construct(*types.find(name.substr(0, open), 1), std::array{&named(name.substr(open + 1, name.size() - open - 2))});
  }

  CallArgument typed(std::string_view name) const {
    CallArgument argument;
    if (name == "null") {
      argument.untyped = Untyped::kNull;
    } else {
      argument.type = &named(name);
    }
    return argument;
  }

  std::vector<CallArgument> list(std::initializer_list<std::string_view> names) const {
    std::vector<CallArgument> arguments;
    for (const std::string_view name : names) arguments.push_back(typed(name));
    return arguments;
  }

  std::string chosen(const Resolution& resolution, std::string_view name, std::span<const MemberInfo* const> candidates,
                     std::span<const CallArgument> arguments) const {
    if (!resolution) return explain(resolution, name, candidates, arguments);
    std::string out;
    append_signature(out, *resolution.member);
    if (resolution.is_expanded) out += " expanded";
    return out;
  }

  std::string call(std::string_view type, std::string_view name, std::initializer_list<std::string_view> argument_types) {
    const std::vector<CallArgument> arguments = list(argument_types);
    return call(type, name, arguments);
  }
  std::string call(std::string_view type, std::string_view name, std::span<const CallArgument> arguments) {
    const auto candidates = find_members(types, arena, named(type), name);
    return chosen(resolve_call(context, candidates, arguments), name, candidates, arguments);
  }

  Resolution extension(std::string_view receiver, std::string_view name, std::vector<CallArgument> arguments) {
    arguments.insert(arguments.begin(), typed(receiver));
    return resolve_extension(context, name, arguments);
  }
  std::string result(const Resolution& resolution) { return resolution ? csharp_name(*resolution.result_type) : "none"; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the better of applicable overloads") {
  CHECK(call("Math", "Max", {"int", "int"}) == "int Max(int a, int b)");
  CHECK(call("Math", "Max", {"int", "long"}) == "long Max(long a, long b)");
  CHECK(call("Math", "Max", {"int", "double"}) == "double Max(double a, double b)");
  CHECK(call("Math", "Max", {"int", "decimal"}) == "decimal Max(decimal a, decimal b)");
  CHECK(call("Math", "Max", {"double", "decimal"}) == "argument 2: cannot convert from `decimal` to `double`");
  CHECK(call("Convert", "ToInt32", {"object"}) == "int ToInt32(object value)");
  CHECK(call("Convert", "ToInt32", {"string"}) == "int ToInt32(string value)");
  CHECK(call("Convert", "ToInt32", {"null"}) == "int ToInt32(string value)");
  CHECK(call("Convert", "ToInt32", {"int"}) == "int ToInt32(double value)");
}

TEST_CASE_METHOD(Fixture, "more derived members win, and bases are still reached") {
  CHECK(call("string", "Equals", {"string"}) == "bool Equals(string value)");
  CHECK(call("string", "Equals", {"int"}) == "bool Equals(object obj)");
  CHECK(call("int", "Equals", {"string"}) == "bool Equals(object obj)");
  CHECK(call("int", "GetType", {}) == "Type GetType()");
  CHECK(call("JObject", "Item", {"string"}) == "JToken this[string propertyName]");
  CHECK(call("JArray", "Item", {"int"}) == "JToken this[object key]");
  CHECK(find_members(types, arena, named("JObject"), "Item").size() == 2);
  CHECK(find_members(types, arena, named("string"), "ToString").size() == 1);
  CHECK(find_members(types, arena, named("IEnumerable<int>"), "ToString").size() == 1);
  CHECK(find_members(types, arena, types.construct(Known::kIList1, {&named("int")}), "GetEnumerator").size() == 1);
}

TEST_CASE_METHOD(Fixture, "params, normal and expanded") {
  CHECK(call("string", "Join", {"string", "string[]"}) == "string Join(string separator, params string[] value)");
  CHECK(call("string", "Join", {"string", "string", "string"}) == "string Join(string separator, params string[] value) expanded");
  CHECK(call("string", "Join", {"string", "string", "int"}) == "string Join(string separator, params object[] values) expanded");
  CHECK(call("string", "Join", {"string", "List<string>"}) == "string Join(string separator, IEnumerable<string> values)");
  CHECK(call("string", "Join", {"string", "List<int>"}) == "string Join<T>(string separator, IEnumerable<T> values)");
  CHECK(call("string", "Format", {"string", "object[]"}) == "string Format(string format, params object[] args)");
  CHECK(call("string", "Format", {"string", "string"}) == "string Format(string format, object arg0)");
  CHECK(call("string", "Format", {"string", "string", "int"}) == "string Format(string format, params object[] args) expanded");
  CHECK(call("string", "Format", {"string"}) == "string Format(string format, params object[] args) expanded");
  CHECK(call("JObject", ".ctor", {"JProperty"}) == "new JObject(object content)");
  CHECK(call("JObject", ".ctor", {"JProperty", "JProperty"}) == "new JObject(params object[] content) expanded");
  CHECK(call("JObject", ".ctor", {}) == "new JObject()");
  CHECK(call("JObject", ".ctor", {"JObject"}) == "new JObject(JObject other)");
}

TEST_CASE_METHOD(Fixture, "optional and named arguments") {
  CHECK(call("string", "Split", {"char"}) == "string[] Split(char separator, StringSplitOptions options = StringSplitOptions.None)");
  CHECK(call("string", "Split", {"string"}) == "string[] Split(string separator, StringSplitOptions options = StringSplitOptions.None)");
  std::vector<CallArgument> arguments = list({"int", "int"});
  arguments[0].name = "length";
  arguments[1].name = "startIndex";
  const auto candidates = find_members(types, arena, named("string"), "Substring");
  const Resolution found = resolve_call(context, candidates, arguments);
  REQUIRE(found);
  CHECK(found.argument_of[0] == 1);
  CHECK(found.argument_of[1] == 0);
  arguments[0].name = "size";
  CHECK(call("string", "Substring", arguments) == "no overload of `Substring` has a parameter named `size`");
}

TEST_CASE_METHOD(Fixture, "out arguments") {
  std::vector<CallArgument> arguments = list({"string", "int"});
  CHECK(call("int", "TryParse", arguments) == "argument 2 must be passed with `out`");
  arguments[1].mode = ParameterMode::kOut;
  CHECK(call("int", "TryParse", arguments) == "bool TryParse(string s, out int result)");
  arguments[1].type = &named("long");
  CHECK(call("int", "TryParse", arguments) == "argument 2: cannot convert from `long` to `int`");
  arguments[1].type = nullptr;
  arguments[1].untyped = Untyped::kOutVariable;
  CHECK(call("int", "TryParse", arguments) == "bool TryParse(string s, out int result)");
}

TEST_CASE_METHOD(Fixture, "failures say what is wrong") {
  CHECK(call("string", "Substring", {}) == "no overload of `Substring` takes 0 arguments");
  CHECK(call("string", "Substring", {"int", "string"}) == "argument 2: cannot convert from `string` to `int`");
  CHECK(call("string", "IsNullOrEmpty", {"JToken"}) == "argument 1: cannot convert from `JToken` to `string`");
  CHECK(call("int", "Parse", {"int", "int"}) == "`Parse` does not take 2 arguments");
}

TEST_CASE_METHOD(Fixture, "constants convert as arguments") {
  std::vector<CallArgument> arguments = list({"string", "int"});
  arguments[1].constant = {&named("int"), Slot::of(0)};
  CHECK(call("string", "Split", arguments) == "string[] Split(string separator, StringSplitOptions options = StringSplitOptions.None)");
}

TEST_CASE_METHOD(Fixture, "inference through lambdas") {
  const CallArgument length = lambdas.add(1, [&](auto) { return &named("int"); });
  CHECK(result(extension("string[]", "Select", {length})) == "IEnumerable<int>");
  CHECK(result(extension("List<int>", "Where", {lambdas.add(1, [&](auto) { return &named("bool"); })})) == "IEnumerable<int>");
  CHECK(result(extension("JArray", "Select", {lambdas.add(1, [](auto given) { return given[0]; })})) == "IEnumerable<JToken>");
  CHECK(result(extension("JArray", "Select", {lambdas.add(2, [](auto given) { return given[1]; })})) == "IEnumerable<int>");
  CHECK(result(extension("string", "Select", {lambdas.add(1, [](auto given) { return given[0]; })})) == "IEnumerable<char>");
  CHECK(result(extension("List<string>", "ToList", {})) == "List<string>");
  const CallArgument add = lambdas.add(2, [](auto given) { return given[0]; });
  CHECK(result(extension("string[]", "Aggregate", {typed("int"), add})) == "int");
  CHECK(result(extension("string[]", "ToDictionary", {length, lambdas.add(1, [](auto given) { return given[0]; })})) ==
        "Dictionary<int, string>");
}

TEST_CASE_METHOD(Fixture, "a lambda's result chooses the overload") {
  const auto sum = [&](std::string_view type) {
    return result(extension("string[]", "Sum", {lambdas.add(1, [this, type](auto) { return &named(type); })}));
  };
  CHECK(sum("int") == "int");
  CHECK(sum("long") == "long");
  CHECK(sum("double") == "double");
  CHECK(sum("decimal") == "decimal");
  CHECK(sum("float") == "double");
  CHECK(result(extension("List<int>", "Sum", {})) == "int");
  CHECK(result(extension("List<double>", "Sum", {})) == "double");
}

TEST_CASE_METHOD(Fixture, "what cannot be inferred") {
  // A JObject is two sequences. source: language.md#9.3
  const CallArgument self = lambdas.add(1, [](auto given) { return given[0]; });
  CHECK(extension("JObject", "Select", {self}).outcome == Outcome::kCannotInfer);
  const Type& variables = types.construct(Known::kIReadOnlyDictionary2, {&named("string"), &named("object")});
  std::vector<CallArgument> arguments = {typed("object"), typed("string"), typed("null")};
  arguments[0].type = &variables;
  CHECK(resolve_extension(context, "GetValueOrDefault", arguments).outcome == Outcome::kCannotInfer);
  arguments[2] = typed("string");
  CHECK(result(resolve_extension(context, "GetValueOrDefault", arguments)) == "string");
  arguments.pop_back();
  CHECK(resolve_extension(context, "GetValueOrDefault", arguments).outcome == Outcome::kCannotInfer);
  const Type* explicit_type[] = {&named("int")};
  CHECK(result(resolve_extension(context, "GetValueOrDefault", arguments, explicit_type)) == "int");
  // A body that does not bind leaves what is known of the parameters for the binder's message.
  const Resolution failed = extension("JArray", "Select", {lambdas.add(1, [](auto) { return nullptr; })});
  CHECK(failed.outcome == Outcome::kCannotInfer);
  REQUIRE(failed.parameter_types.size() == 2);
  CHECK(csharp_name(*failed.parameter_types[1]) == "Func<JToken, TResult>");
}

TEST_CASE_METHOD(Fixture, "constraints take candidates out") {
  CHECK(result(extension("JArray", "Ancestors", {})) == "IEnumerable<JToken>");
  const Resolution failed = extension("string", "Ancestors", {});
  CHECK(failed.outcome == Outcome::kConstraint);
  CHECK(explain(failed, "Ancestors", types.extensions("Ancestors"), std::array{typed("string")}) ==
        "`char` cannot be the type argument of `IEnumerable<JToken> Ancestors<T>()`: it is not a `JToken`");
}

TEST_CASE_METHOD(Fixture, "bounds from two arguments") {
  // User-defined conversions count. source: checked against mcs
  CHECK(result(extension("JArray", "Concat", {typed("JArray")})) == "IEnumerable<JToken>");
  const Type* mixed = best_common_type(context, list({"string", "JToken"}));
  CHECK(mixed == &types.known(Known::kJToken));
  CHECK(result(extension("List<string>", "Concat", {typed("List<object>")})) == "IEnumerable<object>");
  CHECK(result(extension("JArray", "Concat", {typed("JArray")})) == "IEnumerable<JToken>");
  CHECK(extension("List<int>", "Concat", {typed("List<object>")}).outcome == Outcome::kCannotInfer);
  const auto common = [&](std::initializer_list<std::string_view> names) {
    const Type* type = best_common_type(context, list(names));
    return type == nullptr ? std::string("none") : csharp_name(*type);
  };
  CHECK(common({"int", "double"}) == "double");
  CHECK(common({"string", "null", "string"}) == "string");
  CHECK(common({"JObject", "JToken"}) == "JToken");
  CHECK(common({"JObject", "JArray"}) == "none");
  CHECK(common({"int", "string"}) == "none");
  CHECK(common({"null"}) == "none");
}

TEST_CASE_METHOD(Fixture, "arguments with errors cause no second report") {
  std::vector<CallArgument> arguments = {typed("string"), typed("string")};
  arguments[1].type = &types.error_type();
  CHECK(resolve_call(context, find_members(types, arena, named("string"), "IsNullOrEmpty"), std::span(arguments).subspan(1)));
}

}  // namespace portcullis
