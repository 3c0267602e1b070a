// System.Linq.Enumerable: the table of all operators. What they do is in linq_*.cc, by subject; see linq.h. A table needs no
// splitting, however long.
#include "engine/dotnet/linq.h"
#include "engine/dotnet/linq_numbers.h"

namespace portcullis {

extern const TypeDefinition kEnumerableDefinition;

namespace linq {
namespace {

constexpr Member kMembers[] = {
    method<&where>(
        "static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&where_indexed>(
        "static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> "
        "predicate)"),
    method<&select>(
        "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, "
        "TResult> selector)"),
    method<&select_indexed>(
        "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, "
        "int, TResult> selector)"),
    method<&select_many>(
        "static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, IEnumerable<TResult>> selector)"),
    method<&select_many_indexed>(
        "static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, int, IEnumerable<TResult>> selector)"),
    method<&select_many_pairs>(
        "static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> "
        "resultSelector)"),
    method<&select_many_pairs_indexed>(
        "static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, int, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> "
        "resultSelector)"),
    method<&of_type>("static IEnumerable<TResult> OfType<TResult>(this IEnumerable source)"),
    method<&cast>("static IEnumerable<TResult> Cast<TResult>(this IEnumerable source)"),
    method<&skip>("static IEnumerable<TSource> Skip<TSource>(this IEnumerable<TSource> source, int count)"),
    method<&take>("static IEnumerable<TSource> Take<TSource>(this IEnumerable<TSource> source, int count)"),
    method<&skip_last>("static IEnumerable<TSource> SkipLast<TSource>(this IEnumerable<TSource> source, int count)"),
    method<&take_last>("static IEnumerable<TSource> TakeLast<TSource>(this IEnumerable<TSource> source, int count)"),
    method<&skip_while>(
        "static IEnumerable<TSource> SkipWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> "
        "predicate)"),
    method<&skip_while_indexed>(
        "static IEnumerable<TSource> SkipWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, int, "
        "bool> predicate)"),
    method<&take_while>(
        "static IEnumerable<TSource> TakeWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> "
        "predicate)"),
    method<&take_while_indexed>(
        "static IEnumerable<TSource> TakeWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, int, "
        "bool> predicate)"),
    method<&concat>(
        "static IEnumerable<TSource> Concat<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)"),
    method<&append>("static IEnumerable<TSource> Append<TSource>(this IEnumerable<TSource> source, TSource element)"),
    method<&prepend>("static IEnumerable<TSource> Prepend<TSource>(this IEnumerable<TSource> source, TSource element)"),
    method<&reverse>("static IEnumerable<TSource> Reverse<TSource>(this IEnumerable<TSource> source)"),
    method<&zip>(
        "static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(this IEnumerable<TFirst> first, "
        "IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> resultSelector)"),
    method<&default_if_empty>("static IEnumerable<TSource> DefaultIfEmpty<TSource>(this IEnumerable<TSource> source)"),
    method<&default_if_empty_value>(
        "static IEnumerable<TSource> DefaultIfEmpty<TSource>(this IEnumerable<TSource> source, TSource defaultValue)"),
    method<&chunk>("static IEnumerable<TSource[]> Chunk<TSource>(this IEnumerable<TSource> source, int size)"),
    method<&range>("static IEnumerable<int> Range(int start, int count)"),
    method<&repeat>("static IEnumerable<TResult> Repeat<TResult>(TResult element, int count)"),
    method<&empty>("static IEnumerable<TResult> Empty<TResult>()"),
    method<&distinct>("static IEnumerable<TSource> Distinct<TSource>(this IEnumerable<TSource> source)"),
    method<&distinct_with>(
        "static IEnumerable<TSource> Distinct<TSource>(this IEnumerable<TSource> source, "
        "IEqualityComparer<TSource> comparer)"),
    method<&distinct_by>(
        "static IEnumerable<TSource> DistinctBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, "
        "TKey> keySelector)"),
    method<&distinct_by_with>(
        "static IEnumerable<TSource> DistinctBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, "
        "TKey> keySelector, IEqualityComparer<TKey> comparer)"),
    method<&union_of>(
        "static IEnumerable<TSource> Union<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)"),
    method<&union_with>(
        "static IEnumerable<TSource> Union<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> "
        "second, IEqualityComparer<TSource> comparer)"),
    method<&union_by>(
        "static IEnumerable<TSource> UnionBy<TSource, TKey>(this IEnumerable<TSource> first, "
        "IEnumerable<TSource> second, Func<TSource, TKey> keySelector)"),
    method<&union_by_with>(
        "static IEnumerable<TSource> UnionBy<TSource, TKey>(this IEnumerable<TSource> first, "
        "IEnumerable<TSource> second, Func<TSource, TKey> keySelector, IEqualityComparer<TKey> comparer)"),
    method<&intersect>(
        "static IEnumerable<TSource> Intersect<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)"),
    method<&intersect_with>(
        "static IEnumerable<TSource> Intersect<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> "
        "second, IEqualityComparer<TSource> comparer)"),
    method<&intersect_by>(
        "static IEnumerable<TSource> IntersectBy<TSource, TKey>(this IEnumerable<TSource> first, "
        "IEnumerable<TKey> second, Func<TSource, TKey> keySelector)"),
    method<&intersect_by_with>(
        "static IEnumerable<TSource> IntersectBy<TSource, TKey>(this IEnumerable<TSource> first, "
        "IEnumerable<TKey> second, Func<TSource, TKey> keySelector, IEqualityComparer<TKey> comparer)"),
    method<&except>(
        "static IEnumerable<TSource> Except<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)"),
    method<&except_with>(
        "static IEnumerable<TSource> Except<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> "
        "second, IEqualityComparer<TSource> comparer)"),
    method<&except_by>(
        "static IEnumerable<TSource> ExceptBy<TSource, TKey>(this IEnumerable<TSource> first, IEnumerable<TKey> "
        "second, Func<TSource, TKey> keySelector)"),
    method<&except_by_with>(
        "static IEnumerable<TSource> ExceptBy<TSource, TKey>(this IEnumerable<TSource> first, IEnumerable<TKey> "
        "second, Func<TSource, TKey> keySelector, IEqualityComparer<TKey> comparer)"),
    method<&order>("static IOrderedEnumerable<T> Order<T>(this IEnumerable<T> source)"),
    method<&order_with>("static IOrderedEnumerable<T> Order<T>(this IEnumerable<T> source, IComparer<T> comparer)"),
    method<&order_descending>("static IOrderedEnumerable<T> OrderDescending<T>(this IEnumerable<T> source)"),
    method<&order_descending_with>(
        "static IOrderedEnumerable<T> OrderDescending<T>(this IEnumerable<T> source, IComparer<T> comparer)"),
    method<&order_by>(
        "static IOrderedEnumerable<TSource> OrderBy<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector)"),
    method<&order_by_with>(
        "static IOrderedEnumerable<TSource> OrderBy<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, IComparer<TKey> comparer)"),
    method<&order_by_descending>(
        "static IOrderedEnumerable<TSource> OrderByDescending<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector)"),
    method<&order_by_descending_with>(
        "static IOrderedEnumerable<TSource> OrderByDescending<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, IComparer<TKey> comparer)"),
    method<&then_by>(
        "static IOrderedEnumerable<TSource> ThenBy<TSource, TKey>(this IOrderedEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector)"),
    method<&then_by_with>(
        "static IOrderedEnumerable<TSource> ThenBy<TSource, TKey>(this IOrderedEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, IComparer<TKey> comparer)"),
    method<&then_by_descending>(
        "static IOrderedEnumerable<TSource> ThenByDescending<TSource, TKey>(this IOrderedEnumerable<TSource> "
        "source, Func<TSource, TKey> keySelector)"),
    method<&then_by_descending_with>(
        "static IOrderedEnumerable<TSource> ThenByDescending<TSource, TKey>(this IOrderedEnumerable<TSource> "
        "source, Func<TSource, TKey> keySelector, IComparer<TKey> comparer)"),
    method<&group_by>(
        "static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector)"),
    method<&group_by_with>(
        "static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, IEqualityComparer<TKey> comparer)"),
    method<&group_elements>(
        "static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(this "
        "IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)"),
    method<&group_elements_with>(
        "static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(this "
        "IEnumerable<TSource> source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector, "
        "IEqualityComparer<TKey> comparer)"),
    method<&group_results>(
        "static IEnumerable<TResult> GroupBy<TSource, TKey, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, Func<TKey, IEnumerable<TSource>, TResult> resultSelector)"),
    method<&group_results_with>(
        "static IEnumerable<TResult> GroupBy<TSource, TKey, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, Func<TKey, IEnumerable<TSource>, TResult> resultSelector, "
        "IEqualityComparer<TKey> comparer)"),
    method<&group_element_results>(
        "static IEnumerable<TResult> GroupBy<TSource, TKey, TElement, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector, Func<TKey, "
        "IEnumerable<TElement>, TResult> resultSelector)"),
    method<&group_element_results_with>(
        "static IEnumerable<TResult> GroupBy<TSource, TKey, TElement, TResult>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector, Func<TKey, "
        "IEnumerable<TElement>, TResult> resultSelector, IEqualityComparer<TKey> comparer)"),
    method<&to_lookup>(
        "static ILookup<TKey, TSource> ToLookup<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, "
        "TKey> keySelector)"),
    method<&to_lookup_with>(
        "static ILookup<TKey, TSource> ToLookup<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, "
        "TKey> keySelector, IEqualityComparer<TKey> comparer)"),
    method<&to_lookup_elements>(
        "static ILookup<TKey, TElement> ToLookup<TSource, TKey, TElement>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)"),
    method<&to_lookup_elements_with>(
        "static ILookup<TKey, TElement> ToLookup<TSource, TKey, TElement>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector, IEqualityComparer<TKey> "
        "comparer)"),
    method<&join>(
        "static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, "
        "IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, "
        "Func<TOuter, TInner, TResult> resultSelector)"),
    method<&join_with>(
        "static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, "
        "IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, "
        "Func<TOuter, TInner, TResult> resultSelector, IEqualityComparer<TKey> comparer)"),
    method<&group_join>(
        "static IEnumerable<TResult> GroupJoin<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, "
        "IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, "
        "Func<TOuter, IEnumerable<TInner>, TResult> resultSelector)"),
    method<&group_join_with>(
        "static IEnumerable<TResult> GroupJoin<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, "
        "IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, "
        "Func<TOuter, IEnumerable<TInner>, TResult> resultSelector, IEqualityComparer<TKey> comparer)"),
    method<&first>("static TSource First<TSource>(this IEnumerable<TSource> source)"),
    method<&first_where>(
        "static TSource First<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&first_or_default>("static TSource FirstOrDefault<TSource>(this IEnumerable<TSource> source)"),
    method<&first_or_value>(
        "static TSource FirstOrDefault<TSource>(this IEnumerable<TSource> source, TSource defaultValue)"),
    method<&first_where_or_default>(
        "static TSource FirstOrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&first_where_or_value>(
        "static TSource FirstOrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate, "
        "TSource defaultValue)"),
    method<&last>("static TSource Last<TSource>(this IEnumerable<TSource> source)"),
    method<&last_where>(
        "static TSource Last<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&last_or_default>("static TSource LastOrDefault<TSource>(this IEnumerable<TSource> source)"),
    method<&last_or_value>(
        "static TSource LastOrDefault<TSource>(this IEnumerable<TSource> source, TSource defaultValue)"),
    method<&last_where_or_default>(
        "static TSource LastOrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&last_where_or_value>(
        "static TSource LastOrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate, "
        "TSource defaultValue)"),
    method<&single>("static TSource Single<TSource>(this IEnumerable<TSource> source)"),
    method<&single_where>(
        "static TSource Single<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&single_or_default>("static TSource SingleOrDefault<TSource>(this IEnumerable<TSource> source)"),
    method<&single_or_value>(
        "static TSource SingleOrDefault<TSource>(this IEnumerable<TSource> source, TSource defaultValue)"),
    method<&single_where_or_default>(
        "static TSource SingleOrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&single_where_or_value>(
        "static TSource SingleOrDefault<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> "
        "predicate, TSource defaultValue)"),
    method<&element_at>("static TSource ElementAt<TSource>(this IEnumerable<TSource> source, int index)"),
    method<&element_at_or_default>(
        "static TSource ElementAtOrDefault<TSource>(this IEnumerable<TSource> source, int index)"),
    method<&any>("static bool Any<TSource>(this IEnumerable<TSource> source)"),
    method<&any_where>("static bool Any<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&all>("static bool All<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&contains>("static bool Contains<TSource>(this IEnumerable<TSource> source, TSource value)"),
    method<&contains_with>(
        "static bool Contains<TSource>(this IEnumerable<TSource> source, TSource value, "
        "IEqualityComparer<TSource> comparer)"),
    method<&sequence_equal>(
        "static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)"),
    method<&sequence_equal_with>(
        "static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second, "
        "IEqualityComparer<TSource> comparer)"),
    method<&count>("static int Count<TSource>(this IEnumerable<TSource> source)"),
    method<&count_where>("static int Count<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&long_count>("static long LongCount<TSource>(this IEnumerable<TSource> source)"),
    method<&long_count_where>(
        "static long LongCount<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)"),
    method<&try_get_count>(
        "static bool TryGetNonEnumeratedCount<TSource>(this IEnumerable<TSource> source, out int count)"),
    method<&aggregate>(
        "static TSource Aggregate<TSource>(this IEnumerable<TSource> source, Func<TSource, TSource, TSource> func)"),
    method<&aggregate_seed>(
        "static TAccumulate Aggregate<TSource, TAccumulate>(this IEnumerable<TSource> source, TAccumulate seed, "
        "Func<TAccumulate, TSource, TAccumulate> func)"),
    method<&aggregate_result>(
        "static TResult Aggregate<TSource, TAccumulate, TResult>(this IEnumerable<TSource> source, TAccumulate "
        "seed, Func<TAccumulate, TSource, TAccumulate> func, Func<TAccumulate, TResult> resultSelector)"),
    method<&sum<IntSum>>("static int Sum(this IEnumerable<int> source)"),
    method<&sum_nullable<IntSum>>("static int? Sum(this IEnumerable<int?> source)"),
    method<&sum_of<IntSum>>("static int Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, int> selector)"),
    method<&sum_nullable_of<IntSum>>(
        "static int? Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, int?> selector)"),
    method<&sum<LongSum>>("static long Sum(this IEnumerable<long> source)"),
    method<&sum_nullable<LongSum>>("static long? Sum(this IEnumerable<long?> source)"),
    method<&sum_of<LongSum>>(
        "static long Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, long> selector)"),
    method<&sum_nullable_of<LongSum>>(
        "static long? Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, long?> selector)"),
    method<&sum<FloatSum>>("static float Sum(this IEnumerable<float> source)"),
    method<&sum_nullable<FloatSum>>("static float? Sum(this IEnumerable<float?> source)"),
    method<&sum_of<FloatSum>>(
        "static float Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, float> selector)"),
    method<&sum_nullable_of<FloatSum>>(
        "static float? Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, float?> selector)"),
    method<&sum<DoubleSum>>("static double Sum(this IEnumerable<double> source)"),
    method<&sum_nullable<DoubleSum>>("static double? Sum(this IEnumerable<double?> source)"),
    method<&sum_of<DoubleSum>>(
        "static double Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, double> selector)"),
    method<&sum_nullable_of<DoubleSum>>(
        "static double? Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, double?> selector)"),
    method<&sum<DecimalSum>>("static decimal Sum(this IEnumerable<decimal> source)"),
    method<&sum_nullable<DecimalSum>>("static decimal? Sum(this IEnumerable<decimal?> source)"),
    method<&sum_of<DecimalSum>>(
        "static decimal Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal> selector)"),
    method<&sum_nullable_of<DecimalSum>>(
        "static decimal? Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal?> selector)"),
    method<&average<IntSum>>("static double Average(this IEnumerable<int> source)"),
    method<&average_nullable<IntSum>>("static double? Average(this IEnumerable<int?> source)"),
    method<&average_of<IntSum>>(
        "static double Average<TSource>(this IEnumerable<TSource> source, Func<TSource, int> selector)"),
    method<&average_nullable_of<IntSum>>(
        "static double? Average<TSource>(this IEnumerable<TSource> source, Func<TSource, int?> selector)"),
    method<&average<LongSum>>("static double Average(this IEnumerable<long> source)"),
    method<&average_nullable<LongSum>>("static double? Average(this IEnumerable<long?> source)"),
    method<&average_of<LongSum>>(
        "static double Average<TSource>(this IEnumerable<TSource> source, Func<TSource, long> selector)"),
    method<&average_nullable_of<LongSum>>(
        "static double? Average<TSource>(this IEnumerable<TSource> source, Func<TSource, long?> selector)"),
    method<&average<FloatSum>>("static float Average(this IEnumerable<float> source)"),
    method<&average_nullable<FloatSum>>("static float? Average(this IEnumerable<float?> source)"),
    method<&average_of<FloatSum>>(
        "static float Average<TSource>(this IEnumerable<TSource> source, Func<TSource, float> selector)"),
    method<&average_nullable_of<FloatSum>>(
        "static float? Average<TSource>(this IEnumerable<TSource> source, Func<TSource, float?> selector)"),
    method<&average<DoubleSum>>("static double Average(this IEnumerable<double> source)"),
    method<&average_nullable<DoubleSum>>("static double? Average(this IEnumerable<double?> source)"),
    method<&average_of<DoubleSum>>(
        "static double Average<TSource>(this IEnumerable<TSource> source, Func<TSource, double> selector)"),
    method<&average_nullable_of<DoubleSum>>(
        "static double? Average<TSource>(this IEnumerable<TSource> source, Func<TSource, double?> selector)"),
    method<&average<DecimalSum>>("static decimal Average(this IEnumerable<decimal> source)"),
    method<&average_nullable<DecimalSum>>("static decimal? Average(this IEnumerable<decimal?> source)"),
    method<&average_of<DecimalSum>>(
        "static decimal Average<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal> selector)"),
    method<&average_nullable_of<DecimalSum>>(
        "static decimal? Average<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal?> selector)"),
    method<&extreme_of<std::int32_t, 1>>("static int Min(this IEnumerable<int> source)"),
    method<&extreme_of<Object*, 1>>("static int? Min(this IEnumerable<int?> source)"),
    method<&extreme_selected<std::int32_t, 1>>(
        "static int Min<TSource>(this IEnumerable<TSource> source, Func<TSource, int> selector)"),
    method<&extreme_selected<Object*, 1>>(
        "static int? Min<TSource>(this IEnumerable<TSource> source, Func<TSource, int?> selector)"),
    method<&extreme_of<std::int64_t, 1>>("static long Min(this IEnumerable<long> source)"),
    method<&extreme_of<Object*, 1>>("static long? Min(this IEnumerable<long?> source)"),
    method<&extreme_selected<std::int64_t, 1>>(
        "static long Min<TSource>(this IEnumerable<TSource> source, Func<TSource, long> selector)"),
    method<&extreme_selected<Object*, 1>>(
        "static long? Min<TSource>(this IEnumerable<TSource> source, Func<TSource, long?> selector)"),
    method<&extreme_of<float, 1>>("static float Min(this IEnumerable<float> source)"),
    method<&extreme_of<Object*, 1>>("static float? Min(this IEnumerable<float?> source)"),
    method<&extreme_selected<float, 1>>(
        "static float Min<TSource>(this IEnumerable<TSource> source, Func<TSource, float> selector)"),
    method<&extreme_selected<Object*, 1>>(
        "static float? Min<TSource>(this IEnumerable<TSource> source, Func<TSource, float?> selector)"),
    method<&extreme_of<double, 1>>("static double Min(this IEnumerable<double> source)"),
    method<&extreme_of<Object*, 1>>("static double? Min(this IEnumerable<double?> source)"),
    method<&extreme_selected<double, 1>>(
        "static double Min<TSource>(this IEnumerable<TSource> source, Func<TSource, double> selector)"),
    method<&extreme_selected<Object*, 1>>(
        "static double? Min<TSource>(this IEnumerable<TSource> source, Func<TSource, double?> selector)"),
    method<&extreme_of<Object*, 1>>("static decimal Min(this IEnumerable<decimal> source)"),
    method<&extreme_of<Object*, 1>>("static decimal? Min(this IEnumerable<decimal?> source)"),
    method<&extreme_selected<Object*, 1>>(
        "static decimal Min<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal> selector)"),
    method<&extreme_selected<Object*, 1>>(
        "static decimal? Min<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal?> selector)"),
    method<&extreme_of<Slot, 1>>("static TSource Min<TSource>(this IEnumerable<TSource> source)"),
    method<&min_with>("static TSource Min<TSource>(this IEnumerable<TSource> source, IComparer<TSource> comparer)"),
    method<&extreme_selected<Slot, 1>>(
        "static TResult Min<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)"),
    method<&min_by>(
        "static TSource MinBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector)"),
    method<&min_by_with>(
        "static TSource MinBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, "
        "IComparer<TKey> comparer)"),
    method<&extreme_of<std::int32_t, -1>>("static int Max(this IEnumerable<int> source)"),
    method<&extreme_of<Object*, -1>>("static int? Max(this IEnumerable<int?> source)"),
    method<&extreme_selected<std::int32_t, -1>>(
        "static int Max<TSource>(this IEnumerable<TSource> source, Func<TSource, int> selector)"),
    method<&extreme_selected<Object*, -1>>(
        "static int? Max<TSource>(this IEnumerable<TSource> source, Func<TSource, int?> selector)"),
    method<&extreme_of<std::int64_t, -1>>("static long Max(this IEnumerable<long> source)"),
    method<&extreme_of<Object*, -1>>("static long? Max(this IEnumerable<long?> source)"),
    method<&extreme_selected<std::int64_t, -1>>(
        "static long Max<TSource>(this IEnumerable<TSource> source, Func<TSource, long> selector)"),
    method<&extreme_selected<Object*, -1>>(
        "static long? Max<TSource>(this IEnumerable<TSource> source, Func<TSource, long?> selector)"),
    method<&extreme_of<float, -1>>("static float Max(this IEnumerable<float> source)"),
    method<&extreme_of<Object*, -1>>("static float? Max(this IEnumerable<float?> source)"),
    method<&extreme_selected<float, -1>>(
        "static float Max<TSource>(this IEnumerable<TSource> source, Func<TSource, float> selector)"),
    method<&extreme_selected<Object*, -1>>(
        "static float? Max<TSource>(this IEnumerable<TSource> source, Func<TSource, float?> selector)"),
    method<&extreme_of<double, -1>>("static double Max(this IEnumerable<double> source)"),
    method<&extreme_of<Object*, -1>>("static double? Max(this IEnumerable<double?> source)"),
    method<&extreme_selected<double, -1>>(
        "static double Max<TSource>(this IEnumerable<TSource> source, Func<TSource, double> selector)"),
    method<&extreme_selected<Object*, -1>>(
        "static double? Max<TSource>(this IEnumerable<TSource> source, Func<TSource, double?> selector)"),
    method<&extreme_of<Object*, -1>>("static decimal Max(this IEnumerable<decimal> source)"),
    method<&extreme_of<Object*, -1>>("static decimal? Max(this IEnumerable<decimal?> source)"),
    method<&extreme_selected<Object*, -1>>(
        "static decimal Max<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal> selector)"),
    method<&extreme_selected<Object*, -1>>(
        "static decimal? Max<TSource>(this IEnumerable<TSource> source, Func<TSource, decimal?> selector)"),
    method<&extreme_of<Slot, -1>>("static TSource Max<TSource>(this IEnumerable<TSource> source)"),
    method<&max_with>("static TSource Max<TSource>(this IEnumerable<TSource> source, IComparer<TSource> comparer)"),
    method<&extreme_selected<Slot, -1>>(
        "static TResult Max<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)"),
    method<&max_by>(
        "static TSource MaxBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector)"),
    method<&max_by_with>(
        "static TSource MaxBy<TSource, TKey>(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector, "
        "IComparer<TKey> comparer)"),
    method<&as_enumerable>("static IEnumerable<TSource> AsEnumerable<TSource>(this IEnumerable<TSource> source)"),
    method<&to_array>("static TSource[] ToArray<TSource>(this IEnumerable<TSource> source)"),
    method<&to_list>("static List<TSource> ToList<TSource>(this IEnumerable<TSource> source)"),
    method<&to_dictionary>(
        "static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector)"),
    method<&to_dictionary_with>(
        "static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(this IEnumerable<TSource> source, "
        "Func<TSource, TKey> keySelector, IEqualityComparer<TKey> comparer)"),
    method<&to_dictionary_elements>(
        "static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(this IEnumerable<TSource> "
        "source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)"),
    method<&to_dictionary_elements_with>(
        "static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(this IEnumerable<TSource> "
        "source, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector, "
        "IEqualityComparer<TKey> comparer)"),
    method<&pairs_to_dictionary>(
        "static Dictionary<TKey, TValue> ToDictionary<TKey, TValue>(this IEnumerable<KeyValuePair<TKey, TValue>> "
        "source)"),
    method<&pairs_to_dictionary_with>(
        "static Dictionary<TKey, TValue> ToDictionary<TKey, TValue>(this IEnumerable<KeyValuePair<TKey, TValue>> "
        "source, IEqualityComparer<TKey> comparer)"),
    method<&to_hash_set>("static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source)"),
    method<&to_hash_set_with>(
        "static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source, IEqualityComparer<TSource> "
        "comparer)"),
    // The tuple in front hides the parameter list from the checks of `method`.
    {.declaration = "static IEnumerable<(TFirst First, TSecond Second)> Zip<TFirst, TSecond>(this IEnumerable<TFirst> first, "
                    "IEnumerable<TSecond> second)",
     .native = &definition_detail::adapt<&zip_tuples>},
};

}  // namespace
}  // namespace linq

const TypeDefinition kEnumerableDefinition{.declaration = "static class System.Linq.Enumerable", .members = linq::kMembers};

}  // namespace portcullis
