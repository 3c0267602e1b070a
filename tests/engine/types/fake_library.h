// A small library of definitions without code, for tests of types, conversions and overloads: the shapes of the real one.
#pragma once

#include "engine/types/type_table.h"

namespace portcullis::fake {

inline constexpr Member kIEnumerableMembers[] = {{.declaration = "IEnumerator<T> GetEnumerator()"}};
inline constexpr Member kObjectMembers[] = {
    {.declaration = "new Object()"},
    {.declaration = "string ToString()"},
    {.declaration = "bool Equals(object obj)"},
    {.declaration = "static bool Equals(object objA, object objB)"},
    {.declaration = "Type GetType()"},
};
inline constexpr Member kStringMembers[] = {
    {.declaration = "int Length { get; }"},
    {.declaration = "char this[int index] { get; }"},
    {.declaration = "string Substring(int startIndex)"},
    {.declaration = "string Substring(int startIndex, int length)"},
    {.declaration = "bool Equals(string value)"},
    {.declaration = "bool Equals(object obj)"},
    {.declaration = "string ToString()"},
    {.declaration = "string[] Split(params char[] separator)"},
    {.declaration = "string[] Split(char separator, StringSplitOptions options = StringSplitOptions.None)"},
    {.declaration = "string[] Split(string separator, StringSplitOptions options = StringSplitOptions.None)"},
    {.declaration = "static string Join(string separator, params string[] value)"},
    {.declaration = "static string Join(string separator, params object[] values)"},
    {.declaration = "static string Join(string separator, IEnumerable<string> values)"},
    {.declaration = "static string Join<T>(string separator, IEnumerable<T> values)"},
    {.declaration = "static string Format(string format, object arg0)"},
    {.declaration = "static string Format(string format, params object[] args)"},
    {.declaration = "static bool operator ==(string a, string b)"},
    {.declaration = "static bool IsNullOrEmpty(string value)"},
    {.declaration = "static Unknown Lost(int a)"},
};
inline constexpr Member kInt32Members[] = {
    {.declaration = "const int MaxValue", .constant = Slot::of(2147483647)},
    {.declaration = "static int Parse(string s)"},
    {.declaration = "static bool TryParse(string s, out int result)"},
    {.declaration = "bool Equals(int obj)"},
    {.declaration = "string ToString()"},
};
inline constexpr Member kNullableMembers[] = {
    {.declaration = "bool HasValue { get; }"},
    {.declaration = "T Value { get; }"},
    {.declaration = "T GetValueOrDefault(T defaultValue)"},
};
inline constexpr Member kListMembers[] = {
    {.declaration = "new List()"},
    {.declaration = "new List(IEnumerable<T> collection)"},
    {.declaration = "void Add(T item)"},
    {.declaration = "T this[int index] { get; set; }"},
    {.declaration = "List<TOutput> ConvertAll<TOutput>(Func<T, TOutput> converter)"},
    {.declaration = "void ForEach(Action<T> action)"},
};
inline constexpr Member kDictionaryMembers[] = {
    {.declaration = "TValue this[TKey key] { get; set; }"},
    {.declaration = "bool TryGetValue(TKey key, out TValue value)"},
};
inline constexpr Member kMathMembers[] = {
    {.declaration = "static int Max(int a, int b)"},
    {.declaration = "static long Max(long a, long b)"},
    {.declaration = "static double Max(double a, double b)"},
    {.declaration = "static decimal Max(decimal a, decimal b)"},
};
inline constexpr Member kConvertMembers[] = {
    {.declaration = "static int ToInt32(object value)"}, {.declaration = "static int ToInt32(string value)"},
    {.declaration = "static int ToInt32(double value)"}, {.declaration = "static int ToInt32(bool value)"},
};
inline constexpr Member kEnumerableMembers[] = {
    {.declaration = "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)"},
    {.declaration = "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, TResult> selector)"},
    {.declaration = "static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"},
    {.declaration = "static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)"},
    {.declaration = "static int Sum(this IEnumerable<int> source)"},
    {.declaration = "static double Sum(this IEnumerable<double> source)"},
    {.declaration = "static int Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, int> selector)"},
    {.declaration = "static long Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, long> selector)"},
    {.declaration = "static double Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, double> selector)"},
    {.declaration = "static decimal Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal> selector)"},
    {.declaration = "static List<TSource> ToList<TSource>(this IEnumerable<TSource> source)"},
    {.declaration = "static TAccumulate Aggregate<TSource, TAccumulate>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func)"},
    {.declaration = "static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)"},
    {.declaration = "static IEnumerable<TSource> Concat<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)"},
};
inline constexpr Member kVariablesMembers[] = {
    {.declaration = "static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> dictionary, string key, T defaultValue)"},
    {.declaration = "static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> dictionary, string key)"},
};
inline constexpr Member kJsonExtensionMembers[] = {
    {.declaration = "static IEnumerable<JToken> Ancestors<T>(this IEnumerable<T> source) where T : JToken"},
};
inline constexpr Member kJTokenMembers[] = {
    {.declaration = "static implicit operator JToken(string value)"},
    {.declaration = "static implicit operator JToken(bool value)"},
    {.declaration = "static implicit operator JToken(int value)"},
    {.declaration = "static implicit operator JToken(long value)"},
    {.declaration = "static implicit operator JToken(ushort value)"},
    {.declaration = "static implicit operator JToken(double value)"},
    {.declaration = "static implicit operator JToken(int? value)"},
    {.declaration = "static explicit operator string(JToken value)"},
    {.declaration = "static explicit operator int(JToken value)"},
    {.declaration = "static explicit operator int?(JToken value)"},
    {.declaration = "static explicit operator long(JToken value)"},
    {.declaration = "static explicit operator bool(JToken value)"},
    {.declaration = "static explicit operator byte[](JToken value)"},
    {.declaration = "JToken this[object key] { get; set; }"},
    {.declaration = "T Value<T>(object key)"},
};
inline constexpr Member kJObjectMembers[] = {
    {.declaration = "new JObject()"},
    {.declaration = "new JObject(JObject other)"},
    {.declaration = "new JObject(object content)"},
    {.declaration = "new JObject(params object[] content)"},
    {.declaration = "JToken this[string propertyName] { get; set; }"},
    {.declaration = "JToken this[object key] { get; set; }"},
    {.declaration = "IEnumerator<KeyValuePair<string, JToken>> GetEnumerator()"},
};
inline constexpr Member kDateTimeOffsetMembers[] = {{.declaration = "static implicit operator DateTimeOffset(DateTime dateTime)"}};
inline constexpr EnumValue kDays[] = {{"Sunday", 0}, {"Monday", 1}};
inline constexpr EnumValue kSplitOptions[] = {{"None", 0}, {"RemoveEmptyEntries", 1}};

inline constexpr TypeDefinition kDefinitions[] = {
    {.declaration = "class System.Object", .members = kObjectMembers},
    {.declaration = "sealed class System.String : IComparable, IEnumerable<char>", .members = kStringMembers},
    {.declaration = "struct System.Int32 : IComparable, IFormattable", .members = kInt32Members, .storage = Storage::kInteger},
    {.declaration = "struct System.Nullable<T>", .members = kNullableMembers},
    {.declaration = "interface System.Collections.IEnumerable"},
    {.declaration = "interface System.Collections.Generic.IEnumerable<out T> : IEnumerable", .members = kIEnumerableMembers},
    {.declaration = "interface System.Collections.Generic.ICollection<T> : IEnumerable<T>"},
    {.declaration = "interface System.Collections.Generic.IList<T> : ICollection<T>"},
    {.declaration = "interface System.Collections.Generic.IReadOnlyCollection<out T> : IEnumerable<T>"},
    {.declaration = "interface System.Collections.Generic.IReadOnlyList<out T> : IReadOnlyCollection<T>"},
    {.declaration = "interface System.Collections.Generic.IDictionary<TKey, TValue> : ICollection<KeyValuePair<TKey, TValue>>"},
    {.declaration = "interface System.Collections.Generic.IReadOnlyDictionary<TKey, TValue> : IReadOnlyCollection<KeyValuePair<TKey, TValue>>"},
    {.declaration = "interface System.Collections.Generic.IComparer<in T>"},
    {.declaration = "class System.Collections.Generic.List<T> : IList<T>, IReadOnlyList<T>", .members = kListMembers},
    {.declaration = "class System.Collections.Generic.Dictionary<TKey, TValue> : IDictionary<TKey, TValue>, IReadOnlyDictionary<TKey, TValue>", .members = kDictionaryMembers},
    {.declaration = "delegate TResult System.Func<out TResult>()"},
    {.declaration = "delegate TResult System.Func<in T, out TResult>(T arg)"},
    {.declaration = "delegate TResult System.Func<in T1, in T2, out TResult>(T1 arg1, T2 arg2)"},
    {.declaration = "delegate void System.Action<in T>(T obj)"},
    {.declaration = "static class System.Math", .members = kMathMembers},
    {.declaration = "static class System.Convert", .members = kConvertMembers},
    {.declaration = "static class System.Linq.Enumerable", .members = kEnumerableMembers},
    {.declaration = "static class Microsoft.Azure.ApiManagement.DictionaryExtensions", .members = kVariablesMembers},
    {.declaration = "static class Newtonsoft.Json.Linq.Extensions", .members = kJsonExtensionMembers},
    {.declaration = "abstract class Newtonsoft.Json.Linq.JToken : IEnumerable<JToken>", .members = kJTokenMembers},
    {.declaration = "abstract class Newtonsoft.Json.Linq.JContainer : JToken"},
    {.declaration = "class Newtonsoft.Json.Linq.JObject : JContainer, IDictionary<string, JToken>", .members = kJObjectMembers},
    {.declaration = "class Newtonsoft.Json.Linq.JArray : JContainer, IList<JToken>"},
    {.declaration = "class Newtonsoft.Json.Linq.JValue : JToken"},
    {.declaration = "class Newtonsoft.Json.Linq.JProperty : JContainer"},
    {.declaration = "struct System.DateTimeOffset", .members = kDateTimeOffsetMembers},
    {.declaration = "enum System.DayOfWeek : int", .values = kDays},
    {.declaration = "[flags] enum System.StringSplitOptions : int", .values = kSplitOptions},
};

inline constexpr auto kList = [] {
  std::array<const TypeDefinition*, std::size(kDefinitions)> list{};
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = &kDefinitions[i];
  return list;
}();

}  // namespace portcullis::fake
