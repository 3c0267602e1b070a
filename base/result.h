// A value or the reason why there is none. The shape of std::expected, which GCC 12 does not have.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"

namespace portcullis {

/// The empty reason: a Diagnostic was already added, nothing more to say.
struct Reported {};

template <typename E>
struct Failure {
  E error;
};
template <typename E>
Failure(E) -> Failure<E>;

template <typename T, typename E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Failure<E> failure)
      : state_(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  E& error() { return std::get<1>(state_); }
  const E& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, E> state_;
};

template <typename T>
using Parsed = Result<T, Reported>;

}  // namespace portcullis

/// Assigns the value to `target`, or leaves the function with the error.
#define PC_TRY(target, expression)                                                          \
  do {                                                                                      \
    auto&& pc_result = (expression);                                                        \
    if (!pc_result.has_value()) return ::portcullis::Failure{std::move(pc_result).error()}; \
    target = std::move(pc_result).value();                                                  \
  } while (false)
