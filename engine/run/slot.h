// What a register, a list element or a variable holds: 64 bits whose meaning the static type knows.
#pragma once

#include <cstdint>

namespace portcullis {

struct Object;

/// No tag: the program is typed. See `Storage` for which member is in use. `Slot{}` is 0, false, null, '\0', TimeSpan.Zero.
union Slot {
  std::int64_t integer = 0;
  double real;
  float single;
  Object* object;
  Slot* place;  // `ref` and `out` arguments: where the variable lives during the call

  static constexpr Slot of(std::int64_t value) { return {.integer = value}; }
  static constexpr Slot of_real(double value) { return {.real = value}; }
  static constexpr Slot of_single(float value) {
    Slot slot{};
    slot.single = value;
    return slot;
  }
  static constexpr Slot of_object(Object* value) { return {.object = value}; }
};
static_assert(sizeof(Slot) == 8);

}  // namespace portcullis
