// What the policies on caches share: where they keep things, and two name spaces of keys: no value is ever taken for a
// response, nor removed in its place. source: caching.md#0 (chosen)
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"
#include "policies/support/text.h"

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

/// In front of the keys of responses; values may have any key.
constexpr std::string_view kResponseKeyMark = "\x01response|1";
/// The key of a value: as the author gives it, but for those that look like the other name space's.
inline std::string_view value_key(PolicyRun& run, std::string_view key) {
  return key.starts_with('\x01') ? concatenated(run.arena(), {"\x01value|", key}) : key;
}

}  // namespace portcullis
