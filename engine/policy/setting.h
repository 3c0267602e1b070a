// A value that the author gives as a literal or as an expression.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "engine/run/object.h"

namespace portcullis {

class CompiledExpression;

/// T is one of: std::string_view, bool, std::int32_t, std::int64_t, double, std::chrono::seconds, Object* (any value, boxed;
/// literals are strings). Read it with PolicyRun::get.
template <typename T>
struct Setting {
  T literal{};
  const CompiledExpression* expression = nullptr;
  bool is_present = false;  // the author wrote it; otherwise `literal` is the default

  Setting() = default;
  constexpr Setting(T default_value) : literal(default_value) {}  // NOLINT(google-explicit-constructor)
};

}  // namespace portcullis
