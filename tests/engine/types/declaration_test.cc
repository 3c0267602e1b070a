#include "engine/types/declaration.h"

#include <catch2/catch.hpp>

namespace portcullis {

TEST_CASE("type declarations") {
  const TypeSyntax list = split_type("class System.Collections.Generic.List<T> : IList<T>, IReadOnlyList<T> where T : class");
  CHECK(list.kind == TypeKind::kClass);
  CHECK(list.namespace_name == "System.Collections.Generic");
  CHECK(list.name == "List");
  CHECK(list.type_parameters == "T");
  CHECK(list.bases == "IList<T>, IReadOnlyList<T>");
  CHECK(split_type("[flags] enum System.X : int").is_flags);
  CHECK(split_type("static class System.Math").is_static);
  const TypeSyntax func = split_type("delegate TResult System.Func<in T, out TResult>(T arg)");
  CHECK(func.kind == TypeKind::kDelegate);
  CHECK(func.result == "TResult");
  CHECK(func.parameters == "T arg");
  CHECK(split_type_parameter("out TResult").variance == 1);
  CHECK(split_type_parameter("in T").variance == -1);
}

TEST_CASE("member declarations") {
  const MemberSyntax generic = split_member("static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> f)");
  CHECK(generic.name == "ToDictionary");
  CHECK(generic.type == "Dictionary<TKey, TSource>");
  CHECK(generic.type_parameters == "TSource, TKey");
  CHECK(generic.is_extension);
  CHECK(count_items(generic.parameters) == 2);

  const MemberSyntax indexer = split_member("JToken this[string name] { get; set; }");
  CHECK(indexer.kind == MemberKind::kIndexer);
  CHECK(indexer.has_setter);
  CHECK(split_member("int Length { get; }").kind == MemberKind::kProperty);
  CHECK_FALSE(split_member("int Length { get; }").has_setter);
  CHECK(split_member("const int MaxValue").is_constant);
  CHECK(split_member("new List(int capacity)").kind == MemberKind::kConstructor);
  CHECK(split_member("(int a, string b) Pair(byte[] x)").type == "(int a, string b)");
}

TEST_CASE("operators have .NET's names") {
  CHECK(split_member("static bool operator ==(A a, A b)").name == "op_Equality");
  CHECK(split_member("static bool operator <=(A a, A b)").name == "op_LessThanOrEqual");
  CHECK(split_member("static TimeSpan operator -(DateTime a, DateTime b)").name == "op_Subtraction");
  CHECK(split_member("static TimeSpan operator -(TimeSpan t)").name == "op_UnaryNegation");
  CHECK(split_member("static decimal operator ++(decimal d)").name == "op_Increment");
  const MemberSyntax bytes = split_member("static explicit operator byte[](JToken value)");
  CHECK(bytes.kind == MemberKind::kExplicitConversion);
  CHECK(bytes.type == "byte[]");
  CHECK(bytes.parameters == "JToken value");
}

TEST_CASE("parameters") {
  CHECK(split_parameter("params object[] args").mode == ParameterMode::kParams);
  CHECK(split_parameter("out int? value").type == "int?");
  const ParameterSyntax text = split_parameter("string separator = \", \"");
  CHECK(text.is_optional);
  CHECK(text.default_text == "\", \"");
  CHECK(count_items("string a = \", \", char b = ','") == 2);
}

}  // namespace portcullis
