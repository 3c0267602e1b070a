// Enumerable: Sum, Average, Min and Max for each kind of number, its nullable, and both through a selector. Only for linq.cc.
//
// A row's C++ function must have the row's C# types, hence a template for each operation instead of one function.
#pragma once

#include "engine/dotnet/decimal.h"
#include "engine/dotnet/linq.h"

namespace portcullis::linq {

inline Raised raise_overflow(Run& run) {
  return run.raise(Known::kOverflowException, "Arithmetic operation resulted in an overflow.");
}

// ---- how each kind of number adds up; `Result` is what Average gives -----------------------------------------------------

struct IntSum {
  using Value = std::int32_t;
  using Result = double;
  static constexpr Known kMean = Known::kDouble;
  std::int64_t sum = 0;
  std::int64_t count = 0;

  bool add(Run&, Slot item) {
    sum += item.integer;
    ++count;
    return true;
  }
  // Sum is checked at each step; the wide sum of at most 2^31 ints is exact, so one look at the end finds the same except
  // for sums that leave the range and come back.
  bool add_checked(Run& run, Slot item) {
    add(run, item);
    if (sum >= INT32_MIN && sum <= INT32_MAX) return true;
    return raise_overflow(run);
  }
  Value total(Run&) const { return static_cast<Value>(sum); }
  Result mean(Run&) const { return static_cast<double>(sum) / static_cast<double>(count); }
};

struct LongSum {
  using Value = std::int64_t;
  using Result = double;
  static constexpr Known kMean = Known::kDouble;
  std::int64_t sum = 0;
  std::int64_t count = 0;

  bool add(Run& run, Slot item) {
    ++count;
    if (!__builtin_add_overflow(sum, item.integer, &sum)) return true;
    return raise_overflow(run);
  }
  bool add_checked(Run& run, Slot item) { return add(run, item); }
  Value total(Run&) const { return sum; }
  Result mean(Run&) const { return static_cast<double>(sum) / static_cast<double>(count); }
};

struct DoubleSum {
  using Value = double;
  using Result = double;
  static constexpr Known kMean = Known::kDouble;
  double sum = 0;
  std::int64_t count = 0;

  bool add(Run&, Slot item) {
    sum += item.real;
    ++count;
    return true;
  }
  bool add_checked(Run& run, Slot item) { return add(run, item); }
  Value total(Run&) const { return sum; }
  Result mean(Run&) const { return sum / static_cast<double>(count); }
};

struct FloatSum {
  using Value = float;
  using Result = float;
  static constexpr Known kMean = Known::kSingle;
  double sum = 0;
  std::int64_t count = 0;

  bool add(Run&, Slot item) {
    sum += static_cast<double>(item.single);
    ++count;
    return true;
  }
  bool add_checked(Run& run, Slot item) { return add(run, item); }
  Value total(Run&) const { return static_cast<float>(sum); }
  Result mean(Run&) const { return static_cast<float>(sum / static_cast<double>(count)); }
};

struct DecimalSum {
  using Value = Object*;
  using Result = Object*;
  static constexpr Known kMean = Known::kDecimal;
  Decimal* sum = nullptr;
  std::int64_t count = 0;

  bool add(Run& run, Slot item) {
    if (sum == nullptr) sum = decimal::from_int64(run, 0);
    sum = decimal::add(run, sum, static_cast<const Decimal*>(item.object));
    ++count;
    return !run.failed();
  }
  bool add_checked(Run& run, Slot item) { return add(run, item); }
  Value total(Run& run) const { return sum == nullptr ? decimal::from_int64(run, 0) : sum; }
  Result mean(Run& run) const { return decimal::divide(run, sum, decimal::from_int64(run, count)); }
};

// ---- walking ------------------------------------------------------------------------------------------------------------

/// Adds up the elements, or what `selector` makes of them. Of nullables, those that are not null.
template <typename Sum, bool kNullable, bool kChecked>
bool add_up(Run& run, Object* source, Closure* selector, Sum& sum) {
  return walk(run, source, "source", [&](Slot item) {
    Slot value = selector == nullptr ? item : run.invoke(selector, {item});
    if (run.failed()) return false;
    if constexpr (kNullable) {
      if (value.object == nullptr) return true;
      if constexpr (Sum::kMean != Known::kDecimal) value = static_cast<const Box*>(value.object)->value;
    }
    return kChecked ? sum.add_checked(run, value) : sum.add(run, value);
  });
}

template <typename Sum>
typename Sum::Value sum(Run& run, Object* source) {
  Sum state;
  if (!add_up<Sum, false, true>(run, source, nullptr, state)) return {};
  return state.total(run);
}
template <typename Sum>
typename Sum::Value sum_of(Run& run, Object* source, Closure* selector) {
  if (!given(run, source, "source") || !given(run, selector, "selector")) return {};
  Sum state;
  if (!add_up<Sum, false, true>(run, source, selector, state)) return {};
  return state.total(run);
}
template <typename Sum>
Object* sum_nullable(Run& run, Object* source, const CallSite& site) {
  Sum state;
  if (!add_up<Sum, true, true>(run, source, nullptr, state)) return nullptr;
  return run.box(*site.result->element, to_slot(state.total(run)));
}
template <typename Sum>
Object* sum_nullable_of(Run& run, Object* source, Closure* selector, const CallSite& site) {
  if (!given(run, source, "source") || !given(run, selector, "selector")) return nullptr;
  Sum state;
  if (!add_up<Sum, true, true>(run, source, selector, state)) return nullptr;
  return run.box(*site.result->element, to_slot(state.total(run)));
}

template <typename Sum>
typename Sum::Result average(Run& run, Object* source) {
  Sum state;
  if (!add_up<Sum, false, false>(run, source, nullptr, state)) return {};
  if (state.count == 0) return raise_empty(run);
  return state.mean(run);
}
template <typename Sum>
typename Sum::Result average_of(Run& run, Object* source, Closure* selector) {
  if (!given(run, source, "source") || !given(run, selector, "selector")) return {};
  Sum state;
  if (!add_up<Sum, false, false>(run, source, selector, state)) return {};
  if (state.count == 0) return raise_empty(run);
  return state.mean(run);
}
template <typename Sum>
Object* average_nullable(Run& run, Object* source, const CallSite& site) {
  Sum state;
  if (!add_up<Sum, true, false>(run, source, nullptr, state) || state.count == 0) return nullptr;
  return run.box(*site.result->element, to_slot(state.mean(run)));
}
template <typename Sum>
Object* average_nullable_of(Run& run, Object* source, Closure* selector, const CallSite& site) {
  if (!given(run, source, "source") || !given(run, selector, "selector")) return nullptr;
  Sum state;
  if (!add_up<Sum, true, false>(run, source, selector, state) || state.count == 0) return nullptr;
  return run.box(*site.result->element, to_slot(state.mean(run)));
}

/// `T` is the C++ type of the row's result: a number, or Slot.
template <typename T, std::int32_t kSign>
T extreme_of(Run& run, Object* source, const CallSite& site) {
  return from_slot<T>(extreme(run, source, nullptr, false, kSign, site));
}
template <typename T, std::int32_t kSign>
T extreme_selected(Run& run, Object* source, Closure* selector, const CallSite& site) {
  return from_slot<T>(extreme(run, source, selector, true, kSign, site));
}

}  // namespace portcullis::linq
