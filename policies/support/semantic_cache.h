// What a semantic-cache lookup leaves for the store. source: ai-gateway.md#4
#pragma once

#include <span>
#include <string_view>

#include "engine/policy/flow.h"

namespace portcullis {

constexpr ScopeSet kSemanticCacheScopes =
    bit(Scope::kGlobal) | bit(Scope::kProduct) | bit(Scope::kApi) | bit(Scope::kOperation);

/// One lookup that ran in this request. Lies in the arena.
struct SemanticLookup {
  Scope scope = Scope::kApi;
  std::string_view partition;
  std::span<const float> vector;
  bool is_answered = false;  // by this or another lookup: there is nothing to store
  SemanticLookup* earlier = nullptr;
};

}  // namespace portcullis
