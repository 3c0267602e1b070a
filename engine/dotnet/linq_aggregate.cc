// Enumerable: Count, Aggregate, Min and Max of anything. Sum and Average are in linq_numbers.h.
#include "engine/dotnet/linq.h"

namespace portcullis::linq {

std::int64_t long_count(Run& run, Object* source) {
  if (!given(run, source, "source")) return 0;
  const std::int64_t known = known_count(run, source);
  if (known >= 0 || run.failed()) return known;
  std::int64_t counted = 0;
  walk(run, source, "source", [&](Slot) { return ++counted > 0; });
  return counted;
}

std::int64_t long_count_where(Run& run, Object* source, Closure* predicate) {
  if (!given(run, source, "source") || !given(run, predicate, "predicate")) return 0;
  std::int64_t counted = 0;
  walk(run, source, "source", [&](Slot item) {
    if (is_true(run.invoke(predicate, {item}))) ++counted;
    return !run.failed();
  });
  return counted;
}

std::int32_t count(Run& run, Object* source) { return static_cast<std::int32_t>(long_count(run, source)); }
std::int32_t count_where(Run& run, Object* source, Closure* predicate) {
  return static_cast<std::int32_t>(long_count_where(run, source, predicate));
}

// ---- Aggregate ---------------------------------------------------------------------------------------------------------

Slot aggregate(Run& run, Object* source, Closure* function) {
  if (!given(run, source, "source") || !given(run, function, "func")) return {};
  bool any = false;
  Slot state{};
  walk(run, source, "source", [&](Slot item) {
    state = any ? run.invoke(function, {state, item}) : item;
    any = true;
    return !run.failed();
  });
  return any || run.failed() ? state : raise_empty(run);
}

Slot aggregate_seed(Run& run, Object* source, Slot seed, Closure* function) {
  if (!given(run, source, "source") || !given(run, function, "func")) return {};
  Slot state = seed;
  walk(run, source, "source", [&](Slot item) {
    state = run.invoke(function, {state, item});
    return !run.failed();
  });
  return state;
}

Slot aggregate_result(Run& run, Object* source, Slot seed, Closure* function, Closure* result) {
  if (!given(run, source, "source") || !given(run, function, "func") || !given(run, result, "resultSelector")) return {};
  const Slot state = aggregate_seed(run, source, seed, function);
  return run.failed() ? Slot{} : run.invoke(result, {state});
}

// ---- Min and Max -------------------------------------------------------------------------------------------------------

namespace {

struct Extreme {
  const Order& order;
  std::int32_t sign;
  bool skips_null;
  bool any = false;
  Slot value{};

  bool offer(Run& run, Slot item) {
    if (skips_null && item.object == nullptr) return true;
    if (!any || order.compare(run, item, value) * sign < 0) value = item;
    any = true;
    return !run.failed();
  }
};

Slot extreme_by(Run& run, Object* source, Closure* selector, const Order& order, std::int32_t sign, const Type& type) {
  Extreme found{order, sign, accepts_null(type)};
  walk(run, source, "source", [&](Slot item) {
    const Slot value = selector == nullptr ? item : run.invoke(selector, {item});
    return !run.failed() && found.offer(run, value);
  });
  if (found.any || found.skips_null || run.failed()) return found.value;
  return raise_empty(run);
}

// The element whose key is least; the first of several. Keys that are null count only when there are no others.
Slot extreme_element(Run& run, Object* source, Closure* key, Object* comparer, std::int32_t sign, const CallSite& site) {
  if (!given(run, source, "source") || !given(run, key, "keySelector")) return {};
  const Type& key_type = *site.type_arguments[1];
  const Order order(key_type, comparer);
  bool any = false;
  Slot best{};
  Slot best_key{};
  walk(run, source, "source", [&](Slot item) {
    const Slot found = run.invoke(key, {item});
    if (run.failed()) return false;
    const bool is_null = accepts_null(key_type) && found.object == nullptr;
    const bool best_is_null = accepts_null(key_type) && best_key.object == nullptr;
    if (!any || (!is_null && (best_is_null || order.compare(run, found, best_key) * sign < 0))) {
      best = item;
      best_key = found;
    }
    any = true;
    return !run.failed();
  });
  if (any || run.failed() || accepts_null(*site.result)) return best;
  return raise_empty(run);
}

}  // namespace

Slot extreme(Run& run, Object* source, Closure* selector, bool has_selector, std::int32_t sign, const CallSite& site) {
  if (!given(run, source, "source") || (has_selector && !given(run, selector, "selector"))) return {};
  const Order order(*site.result, static_cast<const Object*>(nullptr));
  return extreme_by(run, source, selector, order, sign, *site.result);
}

Slot min_with(Run& run, Object* source, Object* comparer, const CallSite& site) {
  return extreme_by(run, source, nullptr, Order(*site.result, comparer), 1, *site.result);
}
Slot max_with(Run& run, Object* source, Object* comparer, const CallSite& site) {
  return extreme_by(run, source, nullptr, Order(*site.result, comparer), -1, *site.result);
}
Slot min_by(Run& run, Object* source, Closure* key, const CallSite& site) {
  return extreme_element(run, source, key, nullptr, 1, site);
}
Slot min_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return extreme_element(run, source, key, comparer, 1, site);
}
Slot max_by(Run& run, Object* source, Closure* key, const CallSite& site) {
  return extreme_element(run, source, key, nullptr, -1, site);
}
Slot max_by_with(Run& run, Object* source, Closure* key, Object* comparer, const CallSite& site) {
  return extreme_element(run, source, key, comparer, -1, site);
}

}  // namespace portcullis::linq
