// See read_only_collection.h.
#include "engine/dotnet/read_only_collection.h"

#include "engine/dotnet/sequence.h"

namespace portcullis {

extern const TypeDefinition kReadOnlyCollection1Definition;

namespace {

struct ReadOnlyCollection : Object {
  Object* list;
};

Object* inner(Object* self) { return static_cast<ReadOnlyCollection*>(self)->list; }

Enumerator* enumerate_inner(Run& run, Object* self) { return enumerate(run, inner(self), ""); }
std::int64_t count_inner(Run& run, Object* self) { return known_count(run, inner(self)); }
Slot get_inner(Run& run, Object* self, std::int64_t index) {
  if (index < 0 || index >= count_inner(run, self)) {
    return run.raise_argument(Known::kArgumentOutOfRangeException,
                              "Index was out of range. Must be non-negative and less than the size of the collection.", "index");
  }
  return list_access(*inner(self)->type)->get(run, inner(self), index);
}

constexpr ListAccess kAccess{.count = &count_inner, .get = &get_inner};
constexpr TypeOperations kOperations{.enumerate = &enumerate_inner, .count = &count_inner, .list = &kAccess};

Object* construct(Run& run, Object* list, const CallSite& site) {
  if (list == nullptr) return run.raise_null("list");
  if (list_access(*list->type) == nullptr) return run.raise(Known::kNotSupportedException, "The object is no list.");
  return make_read_only(run, list, site);
}

std::int32_t get_count(Run& run, Object* self) { return static_cast<std::int32_t>(count_inner(run, self)); }
Slot get_item(Run& run, Object* self, std::int32_t index) { return get_inner(run, self, index); }
std::int32_t index_of(Run& run, Object* self, Slot item) {
  const Type& element = *self->type->arguments[0];
  std::int32_t at = -1;
  bool found = false;
  walk(run, inner(self), "", [&](Slot candidate) {
    ++at;
    found = equals(run, element, candidate, item);
    return !found && !run.failed();
  });
  return found ? at : -1;
}
bool contains(Run& run, Object* self, Slot item) { return index_of(run, self, item) >= 0; }
void copy_to(Run& run, Object* self, Object* array, std::int32_t index) {
  std::span<const Slot> items;
  if (elements_of(run, inner(self), "", items)) copy_to_array(run, items, array, index);
}

constexpr Member kMembers[] = {
    constructor<&construct>("new ReadOnlyCollection(IList<T> list)"),
    property<&get_count>("int Count { get; }").with(kNoRaise),
    indexer<&get_item>("T this[int index] { get; }"),
    method<&index_of>("int IndexOf(T value)"),
    method<&contains>("bool Contains(T value)"),
    method<&copy_to>("void CopyTo(T[] array, int index)"),
};

}  // namespace

Object* make_read_only(Run& run, Object* list, const CallSite& site) {
  auto* made = run.make<ReadOnlyCollection>(*site.result);
  made->list = list;
  return made;
}

const TypeDefinition kReadOnlyCollection1Definition{
    .declaration = "class System.Collections.ObjectModel.ReadOnlyCollection<T> : IList<T>, IReadOnlyList<T>, IList",
    .members = kMembers,
    .operations = &kOperations};

}  // namespace portcullis
