// IEnumerable, IEnumerator, ICollection, IList, IReadOnlyCollection, IReadOnlyList, ISet. Calls go to what the object can do:
// its operations, and its ListAccess or DictionaryAccess.
#include "base/text.h"
#include "engine/dotnet/hash_set.h"
#include "engine/dotnet/sequence.h"
#include "engine/dotnet/set_operations.h"
#include "engine/dotnet/sorted_set.h"
#include "engine/types/definition.h"
#include "engine/types/type_table.h"

namespace portcullis {

extern const TypeDefinition kIEnumerableDefinition;
extern const TypeDefinition kIEnumerable1Definition;
extern const TypeDefinition kIEnumeratorDefinition;
extern const TypeDefinition kIEnumerator1Definition;
extern const TypeDefinition kICollectionDefinition;
extern const TypeDefinition kICollection1Definition;
extern const TypeDefinition kIListDefinition;
extern const TypeDefinition kIList1Definition;
extern const TypeDefinition kIReadOnlyCollection1Definition;
extern const TypeDefinition kIReadOnlyList1Definition;
extern const TypeDefinition kISet1Definition;
extern const TypeDefinition kIReadOnlySet1Definition;

namespace {

// ---- IEnumerable and IEnumerator ---------------------------------------------------------------------------------------

// Elements that are not objects are known by the enumerator's type: IEnumerator<int>.
Enumerator* get_enumerator(Run& run, Object* self, const CallSite& site) {
  Enumerator* made = enumerate(run, self, "");
  if (made != nullptr) made->type = site.result;
  return made;
}

Enumerator* get_object_enumerator(Run& run, Object* self) {
  Enumerator* made = enumerate(run, self, "");
  const Type* element = run.types.element_type(*self->type);
  if (made != nullptr && element != nullptr) made->type = &run.types.construct(Known::kIEnumerator1, {element});
  return made;
}

Slot current(Enumerator* self) { return self->current; }

Object* current_object(Run& run, Enumerator* self) {
  if (self->type->is(Known::kIEnumerator1)) return run.box(*self->type->arguments[0], self->current);
  return self->current.object;
}

bool move_next(Run& run, Enumerator* self) { return advance(run, self); }
void reset(Run& run, Enumerator*) { run.raise(Known::kNotSupportedException, "Specified method is not supported."); }
void dispose_walk(Run& run, Enumerator* self) { finish(run, self); }

// ---- ICollection -------------------------------------------------------------------------------------------------------

std::int32_t count(Run& run, Object* self) {
  const std::int64_t known = known_count(run, self);
  if (known >= 0 || run.failed()) return static_cast<std::int32_t>(known);
  std::int64_t counted = 0;
  walk(run, self, "", [&](Slot) { return ++counted > 0; });
  return static_cast<std::int32_t>(counted);
}

Raised raise_fixed(Run& run, const Object* self) {
  return run.raise(Known::kNotSupportedException,
                   self->type->kind == TypeKind::kArray ? "Collection was of a fixed size." : "Collection is read-only.");
}

SortedSet* as_sorted(Object* self) { return is_sorted_set(self) ? static_cast<SortedSet*>(self) : nullptr; }

bool is_read_only(Object* self) {
  if (self->type->is(Known::kHashSet1) || is_sorted_set(self)) return false;
  if (const ListAccess* list = list_access(*self->type)) return list->insert == nullptr;
  const DictionaryAccess* dictionary = dictionary_access(*self->type);
  return dictionary == nullptr || dictionary->set == nullptr;
}

void add(Run& run, Object* self, Slot item) {
  if (self->type->is(Known::kHashSet1)) {
    hash_set_add(run, *static_cast<HashSet*>(self), item);
    return;
  }
  if (SortedSet* sorted = as_sorted(self)) {
    sorted_sets::add(run, sorted, item);
    return;
  }
  const ListAccess* list = list_access(*self->type);
  if (list != nullptr && list->insert != nullptr) return list->insert(run, self, list->count(run, self), item);
  const DictionaryAccess* dictionary = dictionary_access(*self->type);
  if (dictionary == nullptr || dictionary->set == nullptr) {
    raise_fixed(run, self);
    return;
  }
  const auto* pair = static_cast<const Record*>(item.object);
  dictionary->set(run, self, pair->fields[0], pair->fields[1], false);
}

void clear(Run& run, Object* self) {
  if (self->type->is(Known::kHashSet1)) return static_cast<HashSet*>(self)->table.clear();
  if (SortedSet* sorted = as_sorted(self)) return sorted_sets::clear(run, sorted);
  const ListAccess* list = list_access(*self->type);
  if (list != nullptr && list->clear != nullptr) return list->clear(run, self);
  const DictionaryAccess* dictionary = dictionary_access(*self->type);
  if (dictionary != nullptr && dictionary->clear != nullptr) return dictionary->clear(run, self);
  raise_fixed(run, self);
}

const Type& element_of(const CallSite& site) { return *site.declaring->arguments[0]; }

// The index of an equal element in the order of enumeration, or -1.
std::int32_t find(Run& run, Object* self, const Type& element, Slot item) {
  std::int32_t at = -1;
  bool found = false;
  const bool walked = walk(run, self, "", [&](Slot candidate) {
    ++at;
    found = equals(run, element, candidate, item);
    return !found && !run.failed();
  });
  return walked && found ? at : -1;
}

bool contains(Run& run, Object* self, Slot item, const CallSite& site) {
  if (self->type->is(Known::kHashSet1)) return static_cast<HashSet*>(self)->table.find(run, item) != nullptr;
  if (SortedSet* sorted = as_sorted(self)) return sorted_sets::contains(run, sorted, item);
  return find(run, self, element_of(site), item) >= 0;
}

bool remove(Run& run, Object* self, Slot item, const CallSite& site) {
  if (self->type->is(Known::kHashSet1)) return static_cast<HashSet*>(self)->table.remove(run, item);
  if (SortedSet* sorted = as_sorted(self)) return sorted_sets::remove(run, sorted, item);
  const ListAccess* list = list_access(*self->type);
  if (list != nullptr && list->remove_at != nullptr) {
    const std::int32_t at = find(run, self, element_of(site), item);
    if (at >= 0) list->remove_at(run, self, at);
    return at >= 0;
  }
  const DictionaryAccess* dictionary = dictionary_access(*self->type);
  if (dictionary == nullptr || dictionary->remove == nullptr) return raise_fixed(run, self);
  const auto* pair = static_cast<const Record*>(item.object);
  Slot value{};
  if (!dictionary->find(run, self, pair->fields[0], value)) return false;
  if (!equals(run, *item.object->type->arguments[1], value, pair->fields[1])) return false;
  return dictionary->remove(run, self, pair->fields[0]);
}

void copy_to(Run& run, Object* self, Object* array, std::int32_t index) {
  std::span<const Slot> elements;
  if (elements_of(run, self, "", elements)) copy_to_array(run, elements, array, index);
}

// ---- IList -------------------------------------------------------------------------------------------------------------

// An object that says it is a list without ListAccess is walked.
Slot get_item(Run& run, Object* self, std::int32_t index) {
  if (const ListAccess* list = list_access(*self->type)) return list->get(run, self, index);
  Slot found{};
  std::int32_t at = index;
  const bool walked = walk(run, self, "", [&](Slot item) {
    found = item;
    return at-- != 0;
  });
  if (!walked || (index >= 0 && at < 0)) return found;
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than the size of the collection.", "index");
}

void set_item(Run& run, Object* self, std::int32_t index, Slot value) {
  const ListAccess* list = list_access(*self->type);
  if (list != nullptr && list->set != nullptr) return list->set(run, self, index, value);
  raise_fixed(run, self);
}

void insert(Run& run, Object* self, std::int32_t index, Slot value) {
  const ListAccess* list = list_access(*self->type);
  if (list != nullptr && list->insert != nullptr) return list->insert(run, self, index, value);
  raise_fixed(run, self);
}

void remove_at(Run& run, Object* self, std::int32_t index) {
  const ListAccess* list = list_access(*self->type);
  if (list != nullptr && list->remove_at != nullptr) return list->remove_at(run, self, index);
  raise_fixed(run, self);
}

std::int32_t index_of(Run& run, Object* self, Slot item, const CallSite& site) { return find(run, self, element_of(site), item); }

// The list whose elements are objects, whatever they are inside.
const Type& inner_element(Run& run, const Object* self) {
  const Type* element = sequence_element(*self->type);
  return element != nullptr ? *element : run.type(Known::kObject);
}
Object* get_object(Run& run, Object* self, std::int32_t index) {
  const Slot found = get_item(run, self, index);
  return run.failed() ? nullptr : run.box(inner_element(run, self), found);
}
void set_object(Run& run, Object* self, std::int32_t index, Object* value) {
  const Slot inner = unbox(run, value, inner_element(run, self));
  if (!run.failed()) set_item(run, self, index, inner);
}
std::int32_t add_object(Run& run, Object* self, Object* value) {
  const Slot inner = unbox(run, value, inner_element(run, self));
  if (!run.failed()) add(run, self, inner);
  return count(run, self) - 1;
}
bool contains_object(Run& run, Object* self, Object* value) {
  const Type& element = inner_element(run, self);
  if (value == nullptr ? element.is_value_type : !is_instance(value, element)) return false;
  const Slot inner = unbox(run, value, element);
  return !run.failed() && find(run, self, element, inner) >= 0;
}

// ---- ISet --------------------------------------------------------------------------------------------------------------

HashSet* as_set(Run& run, Object* self) {
  if (self->type->is(Known::kHashSet1)) return static_cast<HashSet*>(self);
  return run.raise(Known::kNotSupportedException, "Collection is read-only.");
}
template <auto kOperation, auto kOfSorted>
auto on_set(Run& run, Object* self, Object* other) {
  using Result = decltype(kOperation(run, nullptr, other));
  if (SortedSet* sorted = as_sorted(self)) return kOfSorted(run, sorted, other);
  HashSet* set = as_set(run, self);
  if constexpr (std::is_void_v<Result>) {
    if (set != nullptr) kOperation(run, set, other);
  } else {
    return set != nullptr && kOperation(run, set, other);
  }
}
bool add_to_set(Run& run, Object* self, Slot item) {
  if (SortedSet* sorted = as_sorted(self)) return sorted_sets::add(run, sorted, item);
  HashSet* set = as_set(run, self);
  return set != nullptr && hash_set_add(run, *set, item);
}

constexpr Member kIEnumerableMembers[] = {method<&get_object_enumerator>("IEnumerator GetEnumerator()")};
constexpr Member kIEnumerable1Members[] = {method<&get_enumerator>("IEnumerator<T> GetEnumerator()")};
constexpr Member kIEnumeratorMembers[] = {
    property<&current_object>("object Current { get; }").with(kNoRaise),
    method<&move_next>("bool MoveNext()"),
    method<&reset>("void Reset()"),
};
constexpr Member kIEnumerator1Members[] = {
    property<&current>("T Current { get; }").with(kNoRaise),
    method<&dispose_walk>("void Dispose()"),
};
constexpr Member kICollectionMembers[] = {property<&count>("int Count { get; }")};
constexpr Member kICollection1Members[] = {
    property<&count>("int Count { get; }"),
    property<&is_read_only>("bool IsReadOnly { get; }").with(kNoRaise),
    method<&add>("void Add(T item)"),
    method<&clear>("void Clear()"),
    method<&contains>("bool Contains(T item)"),
    method<&copy_to>("void CopyTo(T[] array, int arrayIndex)"),
    method<&remove>("bool Remove(T item)"),
};
constexpr Member kIListMembers[] = {
    indexer<&get_object, &set_object>("object this[int index] { get; set; }"),
    method<&add_object>("int Add(object value)"),
    method<&contains_object>("bool Contains(object value)"),
    method<&clear>("void Clear()"),
    method<&remove_at>("void RemoveAt(int index)"),
};
constexpr Member kIList1Members[] = {
    indexer<&get_item, &set_item>("T this[int index] { get; set; }"),
    method<&index_of>("int IndexOf(T item)"),
    method<&insert>("void Insert(int index, T item)"),
    method<&remove_at>("void RemoveAt(int index)"),
};
constexpr Member kIReadOnlyCollection1Members[] = {property<&count>("int Count { get; }")};
constexpr Member kIReadOnlyList1Members[] = {indexer<&get_item>("T this[int index] { get; }")};
constexpr Member kIReadOnlySet1Members[] = {
    method<&contains>("bool Contains(T item)"),
    method<&on_set<&sets::is_subset_of, &sorted_sets::is_subset_of>>("bool IsSubsetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::is_superset_of, &sorted_sets::is_superset_of>>("bool IsSupersetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::is_proper_subset_of, &sorted_sets::is_proper_subset_of>>("bool IsProperSubsetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::is_proper_superset_of, &sorted_sets::is_proper_superset_of>>("bool IsProperSupersetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::overlaps, &sorted_sets::overlaps>>("bool Overlaps(IEnumerable<T> other)"),
    method<&on_set<&sets::set_equals, &sorted_sets::set_equals>>("bool SetEquals(IEnumerable<T> other)"),
};
constexpr Member kISet1Members[] = {
    method<&add_to_set>("bool Add(T item)"),
    method<&on_set<&sets::union_with, &sorted_sets::union_with>>("void UnionWith(IEnumerable<T> other)"),
    method<&on_set<&sets::intersect_with, &sorted_sets::intersect_with>>("void IntersectWith(IEnumerable<T> other)"),
    method<&on_set<&sets::except_with, &sorted_sets::except_with>>("void ExceptWith(IEnumerable<T> other)"),
    method<&on_set<&sets::symmetric_except_with, &sorted_sets::symmetric_except_with>>("void SymmetricExceptWith(IEnumerable<T> other)"),
    method<&on_set<&sets::is_subset_of, &sorted_sets::is_subset_of>>("bool IsSubsetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::is_superset_of, &sorted_sets::is_superset_of>>("bool IsSupersetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::is_proper_subset_of, &sorted_sets::is_proper_subset_of>>("bool IsProperSubsetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::is_proper_superset_of, &sorted_sets::is_proper_superset_of>>("bool IsProperSupersetOf(IEnumerable<T> other)"),
    method<&on_set<&sets::overlaps, &sorted_sets::overlaps>>("bool Overlaps(IEnumerable<T> other)"),
    method<&on_set<&sets::set_equals, &sorted_sets::set_equals>>("bool SetEquals(IEnumerable<T> other)"),
};

}  // namespace

const TypeDefinition kIEnumerableDefinition{.declaration = "interface System.Collections.IEnumerable",
                                            .members = kIEnumerableMembers};
const TypeDefinition kIEnumerable1Definition{
    .declaration = "interface System.Collections.Generic.IEnumerable<out T> : IEnumerable",
    .members = kIEnumerable1Members,
    .operations = &kLazySequenceOperations};
const TypeDefinition kIEnumeratorDefinition{.declaration = "interface System.Collections.IEnumerator",
                                            .members = kIEnumeratorMembers};
const TypeDefinition kIEnumerator1Definition{
    .declaration = "interface System.Collections.Generic.IEnumerator<out T> : IEnumerator, IDisposable",
    .members = kIEnumerator1Members};
const TypeDefinition kICollectionDefinition{.declaration = "interface System.Collections.ICollection : IEnumerable",
                                            .members = kICollectionMembers};
const TypeDefinition kICollection1Definition{
    .declaration = "interface System.Collections.Generic.ICollection<T> : IEnumerable<T>", .members = kICollection1Members};
const TypeDefinition kIListDefinition{.declaration = "interface System.Collections.IList : ICollection", .members = kIListMembers};
const TypeDefinition kIList1Definition{.declaration = "interface System.Collections.Generic.IList<T> : ICollection<T>",
                                       .members = kIList1Members};
const TypeDefinition kIReadOnlyCollection1Definition{
    .declaration = "interface System.Collections.Generic.IReadOnlyCollection<out T> : IEnumerable<T>",
    .members = kIReadOnlyCollection1Members};
const TypeDefinition kIReadOnlyList1Definition{
    .declaration = "interface System.Collections.Generic.IReadOnlyList<out T> : IReadOnlyCollection<T>",
    .members = kIReadOnlyList1Members};
const TypeDefinition kIReadOnlySet1Definition{
    .declaration = "interface System.Collections.Generic.IReadOnlySet<T> : IReadOnlyCollection<T>",
    .members = kIReadOnlySet1Members};
const TypeDefinition kISet1Definition{.declaration = "interface System.Collections.Generic.ISet<T> : ICollection<T>",
                                      .members = kISet1Members};

}  // namespace portcullis
