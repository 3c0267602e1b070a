// Enumerable: ToArray, ToList, ToDictionary, ToHashSet.
#include "engine/dotnet/dictionary.h"
#include "engine/dotnet/hash_set.h"
#include "engine/dotnet/linq.h"

namespace portcullis::linq {

Object* as_enumerable(Object* source) { return source; }

Object* to_array(Run& run, Object* source, const CallSite& site) {
  std::span<const Slot> items;
  return elements_of(run, source, "source", items) ? array_of(run, *site.result, items) : nullptr;
}

Object* to_list(Run& run, Object* source, const CallSite& site) {
  if (source != nullptr && (source->type->is(Known::kList1) || source->type->kind == TypeKind::kArray)) {
    std::span<const Slot> items;
    return elements_of(run, source, "source", items) ? list_of(run, *site.result, items) : nullptr;
  }
  List* made = make_list(run, *site.result);
  return walk(run, source, "source", [&](Slot item) { return list_add(run, *made, item); }) ? made : nullptr;
}

namespace {

Object* make(Run& run, Object* source, Closure* key, Closure* element, Object* comparer, const CallSite& site) {
  if (!given(run, source, "source") || !given(run, key, "keySelector")) return nullptr;
  Dictionary* made = make_dictionary(run, *site.result, comparer);
  const bool collected = walk(run, source, "source", [&](Slot item) {
    const Slot item_key = run.invoke(key, {item});
    if (run.failed()) return false;
    const Slot value = element == nullptr ? item : run.invoke(element, {item});
    return !run.failed() && dictionary_add(run, *made, item_key, value);
  });
  return collected ? made : nullptr;
}

}  // namespace

Object* to_dictionary(Run& run, Object* source, Closure* key, const CallSite& site) {
  return make(run, source, key, nullptr, nullptr, site);
}
Object* to_dictionary_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return make(run, source, key, nullptr, comparer, site);
}
Object* to_dictionary_elements(Run& run, Object* source, Closure* key, Closure* element, const CallSite& site) {
  return to_dictionary_elements_with(run, source, key, element, nullptr, site);
}
Object* to_dictionary_elements_with(Run& run, Object* source, Closure* key, Closure* element, Object* comparer,
                                    const CallSite& site) {
  if (!given(run, source, "source") || !given(run, key, "keySelector") || !given(run, element, "elementSelector")) return nullptr;
  return make(run, source, key, element, comparer, site);
}

Object* pairs_to_dictionary(Run& run, Object* source, const CallSite& site) {
  return pairs_to_dictionary_with(run, source, nullptr, site);
}
Object* pairs_to_dictionary_with(Run& run, Object* source, Object* comparer, const CallSite& site) {
  Dictionary* made = make_dictionary(run, *site.result, comparer);
  const bool collected = walk(run, source, "source", [&](Slot pair) {
    const auto* record = static_cast<const Record*>(pair.object);
    return dictionary_add(run, *made, record->fields[0], record->fields[1]);
  });
  return collected ? made : nullptr;
}

Object* to_hash_set(Run& run, Object* source, const CallSite& site) { return to_hash_set_with(run, source, nullptr, site); }
Object* to_hash_set_with(Run& run, Object* source, Object* comparer, const CallSite& site) {
  HashSet* made = make_hash_set(run, *site.result, comparer);
  const bool collected = walk(run, source, "source", [&](Slot item) {
    hash_set_add(run, *made, item);
    return !run.failed();
  });
  return collected ? made : nullptr;
}

bool try_get_count(Run& run, Object* source, Slot* count) {
  if (!given(run, source, "source")) return false;
  const std::int64_t known = known_count(run, source);
  *count = Slot::of(known < 0 ? 0 : known);
  return known >= 0;
}

}  // namespace portcullis::linq
