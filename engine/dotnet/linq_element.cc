// Enumerable: one element, or a yes or no.
#include "engine/dotnet/hash_set.h"
#include "engine/dotnet/linq.h"

namespace portcullis::linq {

namespace {

struct Found {
  bool any = false;
  bool several = false;
  Slot value{};
};

bool passes(Run& run, Closure* predicate, Slot item) {
  return predicate == nullptr || (is_true(run.invoke(predicate, {item})) && !run.failed());
}

Raised raise_no_match(Run& run) {
  return run.raise(Known::kInvalidOperationException, "Sequence contains no matching element");
}

Found find_first(Run& run, Object* source, Closure* predicate) {
  Found found;
  walk(run, source, "source", [&](Slot item) {
    if (!passes(run, predicate, item)) return !run.failed();
    found = {true, false, item};
    return false;
  });
  return found;
}

Found find_last(Run& run, Object* source, Closure* predicate) {
  Found found;
  if (source != nullptr && (source->type->is(Known::kList1) || source->type->kind == TypeKind::kArray)) {
    std::span<const Slot> items;
    if (!elements_of(run, source, "source", items)) return found;
    for (std::size_t i = items.size(); i-- > 0 && !run.failed();) {
      if (passes(run, predicate, items[i])) return {true, false, items[i]};
    }
    return found;
  }
  walk(run, source, "source", [&](Slot item) {
    if (passes(run, predicate, item)) found = {true, false, item};
    return !run.failed();
  });
  return found;
}

Found find_single(Run& run, Object* source, Closure* predicate) {
  Found found;
  walk(run, source, "source", [&](Slot item) {
    if (!passes(run, predicate, item)) return !run.failed();
    if (found.any) {
      found.several = true;
      return false;
    }
    found = {true, false, item};
    return true;
  });
  if (found.several) {
    run.raise(Known::kInvalidOperationException,
              predicate == nullptr ? "Sequence contains more than one element" : "Sequence contains more than one matching element");
  }
  return found;
}

using Find = Found (*)(Run&, Object*, Closure*);

template <Find kFind>
Slot one(Run& run, Object* source) {
  const Found found = kFind(run, source, nullptr);
  return found.any || run.failed() ? found.value : raise_empty(run);
}
template <Find kFind>
Slot matching(Run& run, Object* source, Closure* predicate) {
  if (!given(run, source, "source") || !given(run, predicate, "predicate")) return {};
  const Found found = kFind(run, source, predicate);
  return found.any || run.failed() ? found.value : raise_no_match(run);
}
template <Find kFind>
Slot one_or(Run& run, Object* source, Slot value) {
  const Found found = kFind(run, source, nullptr);
  return found.any ? found.value : value;
}
template <Find kFind>
Slot matching_or(Run& run, Object* source, Closure* predicate, Slot value) {
  if (!given(run, source, "source") || !given(run, predicate, "predicate")) return {};
  const Found found = kFind(run, source, predicate);
  return found.any ? found.value : value;
}

}  // namespace

Slot first(Run& run, Object* source) { return one<&find_first>(run, source); }
Slot first_where(Run& run, Object* source, Closure* predicate) { return matching<&find_first>(run, source, predicate); }
Slot first_or_default(Run& run, Object* source, const CallSite& site) {
  return one_or<&find_first>(run, source, run.zero(*site.result));
}
Slot first_or_value(Run& run, Object* source, Slot value) { return one_or<&find_first>(run, source, value); }
Slot first_where_or_default(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return matching_or<&find_first>(run, source, predicate, run.zero(*site.result));
}
Slot first_where_or_value(Run& run, Object* source, Closure* predicate, Slot value) {
  return matching_or<&find_first>(run, source, predicate, value);
}
Slot last(Run& run, Object* source) { return one<&find_last>(run, source); }
Slot last_where(Run& run, Object* source, Closure* predicate) { return matching<&find_last>(run, source, predicate); }
Slot last_or_default(Run& run, Object* source, const CallSite& site) {
  return one_or<&find_last>(run, source, run.zero(*site.result));
}
Slot last_or_value(Run& run, Object* source, Slot value) { return one_or<&find_last>(run, source, value); }
Slot last_where_or_default(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return matching_or<&find_last>(run, source, predicate, run.zero(*site.result));
}
Slot last_where_or_value(Run& run, Object* source, Closure* predicate, Slot value) {
  return matching_or<&find_last>(run, source, predicate, value);
}
Slot single(Run& run, Object* source) { return one<&find_single>(run, source); }
Slot single_where(Run& run, Object* source, Closure* predicate) { return matching<&find_single>(run, source, predicate); }
Slot single_or_default(Run& run, Object* source, const CallSite& site) {
  return one_or<&find_single>(run, source, run.zero(*site.result));
}
Slot single_or_value(Run& run, Object* source, Slot value) { return one_or<&find_single>(run, source, value); }
Slot single_where_or_default(Run& run, Object* source, Closure* predicate, const CallSite& site) {
  return matching_or<&find_single>(run, source, predicate, run.zero(*site.result));
}
Slot single_where_or_value(Run& run, Object* source, Closure* predicate, Slot value) {
  return matching_or<&find_single>(run, source, predicate, value);
}

namespace {

Found find_at(Run& run, Object* source, std::int32_t index) {
  Found found;
  if (source != nullptr && index >= 0 && (source->type->is(Known::kList1) || source->type->kind == TypeKind::kArray)) {
    const ListAccess& list = *list_access(*source->type);
    if (index < list.count(run, source)) found = {true, false, list.get(run, source, index)};
    return found;
  }
  std::int32_t at = index;
  walk(run, source, "source", [&](Slot item) {
    if (index < 0) return false;
    if (at-- > 0) return true;
    found = {true, false, item};
    return false;
  });
  return found;
}

}  // namespace

Slot element_at(Run& run, Object* source, std::int32_t index) {
  const Found found = find_at(run, source, index);
  if (found.any || run.failed()) return found.value;
  return run.raise_argument(Known::kArgumentOutOfRangeException,
                            "Index was out of range. Must be non-negative and less than the size of the collection.", "index");
}
Slot element_at_or_default(Run& run, Object* source, std::int32_t index, const CallSite& site) {
  const Found found = find_at(run, source, index);
  return found.any ? found.value : run.zero(*site.result);
}

// ---- quantifiers -------------------------------------------------------------------------------------------------------

bool any(Run& run, Object* source) {
  if (!given(run, source, "source")) return false;
  const std::int64_t known = known_count(run, source);
  if (known >= 0) return known > 0;
  return find_first(run, source, nullptr).any;
}

bool any_where(Run& run, Object* source, Closure* predicate) {
  if (!given(run, source, "source") || !given(run, predicate, "predicate")) return false;
  return find_first(run, source, predicate).any;
}

bool all(Run& run, Object* source, Closure* predicate) {
  if (!given(run, source, "source") || !given(run, predicate, "predicate")) return false;
  bool holds = true;
  walk(run, source, "source", [&](Slot item) {
    holds = passes(run, predicate, item);
    return holds;
  });
  return holds && !run.failed();
}

bool contains(Run& run, Object* source, Slot value, const CallSite& site) {
  if (source != nullptr && source->type->is(Known::kHashSet1)) {
    return static_cast<const HashSet*>(source)->table.find(run, value) != nullptr;
  }
  return contains_with(run, source, value, nullptr, site);
}

bool contains_with(Run& run, Object* source, Slot value, Object* comparer, const CallSite& site) {
  const Equality equality(*site.type_arguments[0], comparer);
  bool found = false;
  const bool walked = walk(run, source, "source", [&](Slot item) {
    found = equality.equals(run, item, value);
    return !found && !run.failed();
  });
  return walked && found;
}

bool sequence_equal(Run& run, Object* first, Object* second, const CallSite& site) {
  return sequence_equal_with(run, first, second, nullptr, site);
}

bool sequence_equal_with(Run& run, Object* first, Object* second, Object* comparer, const CallSite& site) {
  if (!given(run, first, "first") || !given(run, second, "second")) return false;
  const Equality equality(*site.type_arguments[0], comparer);
  Enumerator* other = begin(run, second, "second");
  if (other == nullptr) return false;
  bool same = true;
  walk(run, first, "first", [&](Slot item) {
    same = advance(run, other) && equality.equals(run, item, other->current) && !run.failed();
    return same;
  });
  const bool at_end = same && !run.failed() && !advance(run, other);
  finish(run, other);
  return at_end && !run.failed();
}

}  // namespace portcullis::linq
