// What the three policies on cached values share.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"

namespace portcullis {

enum class CachingType : std::uint8_t { kPreferExternal, kInternal, kExternal };
constexpr Word kCachingTypeWords[] = {{"prefer-external", 0}, {"internal", 1}, {"external", 2}};
constexpr std::span<const Word> portcullis_words(CachingType*) { return kCachingTypeWords; }

constexpr CacheOperation::Kept where_of(CachingType type) {
  switch (type) {
    case CachingType::kPreferExternal:
      return CacheOperation::Kept::kPreferExternal;
    case CachingType::kInternal:
      return CacheOperation::Kept::kInternal;
    case CachingType::kExternal:
      return CacheOperation::Kept::kExternal;
  }
  return CacheOperation::Kept::kPreferExternal;
}

}  // namespace portcullis
