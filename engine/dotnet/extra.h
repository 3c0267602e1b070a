// Types that programmers of C# reach for although the documented allow-list has not got them. They work by default and
// are refused with `strict_members`; engine/bind/report.cc names them, and docs/decisions/0040 says why.
#pragma once

#include <array>

#include "engine/types/definition.h"

namespace portcullis {

/// A type's rows, each marked as beyond the allow-list.
template <std::size_t kCount>
constexpr std::array<Member, kCount> extra(const Member (&rows)[kCount]) {
  std::array<Member, kCount> marked{};
  for (std::size_t i = 0; i < kCount; ++i) marked[i] = rows[i].with(kHidden);
  return marked;
}

}  // namespace portcullis
