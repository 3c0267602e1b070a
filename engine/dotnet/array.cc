// System.Array: what an array tells of itself, and the table of all members. Element access, `new` and foreach are the
// evaluator's (engine/run/array_operations.h).
#include <algorithm>

#include "engine/dotnet/array_members.h"
#include "engine/dotnet/read_only_collection.h"
#include "engine/run/array_operations.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kArrayDefinition;

}  // namespace portcullis

namespace portcullis::arrays {

bool check_array(Run& run, const Object* array) {
  if (array == nullptr) run.raise_null("array");
  return array != nullptr;
}

namespace {

std::int32_t get_length(Object* self) { return size(self); }
std::int64_t get_long_length(Object* self) { return array_length(self); }
std::int32_t get_rank(Object* self) { return self->type->rank; }

std::int32_t length_of(Run& run, Object* self, std::int32_t dimension) {
  if (dimension < 0 || dimension >= self->type->rank) {
    return run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array.");
  }
  if (self->type->rank == 1) return size(self);
  return static_cast<std::int32_t>(static_cast<const Array*>(self)->lengths[dimension]);
}
std::int64_t long_length_of(Run& run, Object* self, std::int32_t dimension) { return length_of(run, self, dimension); }
std::int32_t lower_bound_of(Run& run, Object* self, std::int32_t dimension) {
  length_of(run, self, dimension);
  return 0;
}
std::int32_t upper_bound_of(Run& run, Object* self, std::int32_t dimension) { return length_of(run, self, dimension) - 1; }

bool is_fixed_size(Object*) { return true; }
bool is_read_only(Object*) { return false; }

// The place of an element by its indices, row by row; -1 after raising.
std::int64_t place_of(Run& run, const Object* self, std::span<const Slot> indices) {
  if (indices.size() != self->type->rank) {
    return run.raise(Known::kArgumentException, "Indices length does not match the array rank."), -1;
  }
  std::int64_t place = 0;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::int64_t length =
        self->type->rank == 1 ? array_length(self) : static_cast<const Array*>(self)->lengths[i];
    if (indices[i].integer < 0 || indices[i].integer >= length) {
      return run.raise(Known::kIndexOutOfRangeException, "Index was outside the bounds of the array."), -1;
    }
    place = place * length + indices[i].integer;
  }
  return place;
}

Object* value_at(Run& run, const Object* self, std::span<const Slot> indices) {
  const std::int64_t place = place_of(run, self, indices);
  return place < 0 ? nullptr : run.box(*self->type->element, array_item(self, static_cast<std::uint32_t>(place)));
}
void set_at(Run& run, Object* self, Object* value, std::span<const Slot> indices) {
  const std::int64_t place = place_of(run, self, indices);
  if (place < 0) return;
  const Type& element = *self->type->element;
  if (value != nullptr && !is_instance(value, element)) {
    run.raise(Known::kInvalidCastException, "Object cannot be stored in an array of this type.");
    return;
  }
  const Slot inner = value == nullptr ? run.zero(element) : unbox(run, value, element);
  if (!run.failed()) set_array_item(self, static_cast<std::uint32_t>(place), inner);
}

Object* get_value(Run& run, Object* self, std::int32_t index) {
  const Slot indices[] = {Slot::of(index)};
  return value_at(run, self, indices);
}
Object* get_value_2(Run& run, Object* self, std::int32_t first, std::int32_t second) {
  const Slot indices[] = {Slot::of(first), Slot::of(second)};
  return value_at(run, self, indices);
}
Object* get_value_of(Run& run, Object* self, Array* indices) {
  if (indices == nullptr) return run.raise_null("indices");
  return value_at(run, self, indices->span());
}
void set_value(Run& run, Object* self, Object* value, std::int32_t index) {
  const Slot indices[] = {Slot::of(index)};
  set_at(run, self, value, indices);
}
void set_value_of(Run& run, Object* self, Object* value, Array* indices) {
  if (indices == nullptr) {
    run.raise_null("indices");
    return;
  }
  set_at(run, self, value, indices->span());
}

Object* clone(Run& run, Object* self) {
  if (!run.spend(array_length(self) / 16)) return nullptr;
  if (is_packed_array(*self->type)) {
    const auto* source = static_cast<const ByteArray*>(self);
    ByteArray* made = run.bytes(*self->type, source->length);
    if (made != nullptr) std::copy_n(source->data, source->length, made->data);
    return made;
  }
  auto* made = static_cast<Array*>(array_of(run, *self->type, static_cast<const Array*>(self)->span()));
  if (made != nullptr) made->lengths = static_cast<const Array*>(self)->lengths;
  return made;
}

void copy_to(Run& run, Object* self, Object* array, std::int32_t index) {
  copy_part(run, self, 0, array, index, size(self));
}

Enumerator* get_enumerator(Run& run, Object* self) {
  Enumerator* made = enumerate(run, self, "");
  made->type = &run.types.construct(Known::kIEnumerator1, {self->type->element});
  return made;
}

Object* empty(Run& run, const CallSite& site) { return array_of(run, *site.result, {}); }
Object* as_read_only(Run& run, Object* array, const CallSite& site) {
  return check_array(run, array) ? make_read_only(run, array, site) : nullptr;
}
Object* create_instance(Run& run, TypeObject* element, std::int32_t length) {
  if (element == nullptr) return run.raise_null("elementType");
  return new_array(run, run.types.array_of(*element->value), length);
}

constexpr Member kMembers[] = {
    property<&get_length>("int Length { get; }").with(kNoRaise),
    property<&get_long_length>("long LongLength { get; }").with(kNoRaise),
    property<&get_rank>("int Rank { get; }").with(kNoRaise),
    property<&is_fixed_size>("bool IsFixedSize { get; }").with(kNoRaise),
    property<&is_read_only>("bool IsReadOnly { get; }").with(kNoRaise),
    method<&length_of>("int GetLength(int dimension)"),
    method<&long_length_of>("long GetLongLength(int dimension)"),
    method<&lower_bound_of>("int GetLowerBound(int dimension)"),
    method<&upper_bound_of>("int GetUpperBound(int dimension)"),
    method<&get_value>("object GetValue(int index)"),
    method<&get_value_2>("object GetValue(int index1, int index2)"),
    method<&get_value_of>("object GetValue(params int[] indices)"),
    method<&set_value>("void SetValue(object value, int index)"),
    method<&set_value_of>("void SetValue(object value, params int[] indices)"),
    method<&clone>("object Clone()"),
    method<&copy_to>("void CopyTo(Array array, int index)"),
    method<&get_enumerator>("IEnumerator GetEnumerator()"),
    method<&empty>("static T[] Empty<T>()"),
    method<&as_read_only>("static ReadOnlyCollection<T> AsReadOnly<T>(T[] array)"),
    method<&create_instance>("static Array CreateInstance(Type elementType, int length)"),
    method<&exists>("static bool Exists<T>(T[] array, Predicate<T> match)"),
    method<&find>("static T Find<T>(T[] array, Predicate<T> match)"),
    method<&find_last>("static T FindLast<T>(T[] array, Predicate<T> match)"),
    method<&find_all>("static T[] FindAll<T>(T[] array, Predicate<T> match)"),
    method<&find_index>("static int FindIndex<T>(T[] array, Predicate<T> match)"),
    method<&find_index_from>("static int FindIndex<T>(T[] array, int startIndex, Predicate<T> match)"),
    method<&find_index_in>("static int FindIndex<T>(T[] array, int startIndex, int count, Predicate<T> match)"),
    method<&find_last_index>("static int FindLastIndex<T>(T[] array, Predicate<T> match)"),
    method<&true_for_all>("static bool TrueForAll<T>(T[] array, Predicate<T> match)"),
    method<&for_each>("static void ForEach<T>(T[] array, Action<T> action)"),
    method<&index_of>("static int IndexOf<T>(T[] array, T value)"),
    method<&index_of_from>("static int IndexOf<T>(T[] array, T value, int startIndex)"),
    method<&index_of_in>("static int IndexOf<T>(T[] array, T value, int startIndex, int count)"),
    method<&index_of_object>("static int IndexOf(Array array, object value)"),
    method<&last_index_of>("static int LastIndexOf<T>(T[] array, T value)"),
    method<&last_index_of_from>("static int LastIndexOf<T>(T[] array, T value, int startIndex)"),
    method<&last_index_of_object>("static int LastIndexOf(Array array, object value)"),
    method<&binary_search>("static int BinarySearch<T>(T[] array, T value)"),
    method<&binary_search_by>("static int BinarySearch<T>(T[] array, T value, IComparer<T> comparer)"),
    method<&binary_search_in>("static int BinarySearch<T>(T[] array, int index, int length, T value)"),
    method<&sort>("static void Sort(Array array)"),
    method<&sort>("static void Sort<T>(T[] array)"),
    method<&sort_by>("static void Sort<T>(T[] array, IComparer<T> comparer)"),
    method<&sort_comparing>("static void Sort<T>(T[] array, Comparison<T> comparison)"),
    method<&sort_range>("static void Sort<T>(T[] array, int index, int length)"),
    method<&sort_range_by>("static void Sort<T>(T[] array, int index, int length, IComparer<T> comparer)"),
    method<&sort_pairs>("static void Sort<TKey, TValue>(TKey[] keys, TValue[] items)"),
    method<&sort_pairs_by>("static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, IComparer<TKey> comparer)"),
    method<&reverse>("static void Reverse(Array array)"),
    method<&reverse>("static void Reverse<T>(T[] array)"),
    method<&reverse_range>("static void Reverse(Array array, int index, int length)"),
    method<&reverse_range>("static void Reverse<T>(T[] array, int index, int length)"),
    method<&resize>("static void Resize<T>(ref T[] array, int newSize)"),
    method<&copy>("static void Copy(Array sourceArray, Array destinationArray, int length)"),
    method<&copy_long>("static void Copy(Array sourceArray, Array destinationArray, long length)"),
    method<&copy_part>(
        "static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)"),
    method<&copy_part>(
        "static void ConstrainedCopy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)"),
    method<&clear>("static void Clear(Array array)"),
    method<&clear_range>("static void Clear(Array array, int index, int length)"),
    method<&fill>("static void Fill<T>(T[] array, T value)"),
    method<&fill_range>("static void Fill<T>(T[] array, T value, int startIndex, int count)"),
    method<&convert_all>("static TOutput[] ConvertAll<TInput, TOutput>(TInput[] array, Converter<TInput, TOutput> converter)"),
};

}  // namespace

}  // namespace portcullis::arrays

namespace portcullis {

const TypeDefinition kArrayDefinition{.declaration = "abstract class System.Array : ICloneable, IList",
                                      .members = arrays::kMembers};

}  // namespace portcullis
