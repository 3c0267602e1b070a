// Texts made in the request's arena, without the heap.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "base/arena.h"

namespace portcullis {

/// All parts behind each other. Lifetime: the arena.
inline std::string_view concatenated(Arena& arena, std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  char* out = arena.text(size);
  char* at = out;
  for (const std::string_view part : parts) {
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    at += part.size();
  }
  return {out, size};
}

inline std::string_view number_text(Arena& arena, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return arena.copy(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

}  // namespace portcullis
