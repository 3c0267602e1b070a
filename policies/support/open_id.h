// What OpenID providers publish, kept in the store of documents: who asks, who fetches, who waits. The calls themselves
// are made by the policy's coroutine. source: access-and-auth.md#7.3
#pragma once

#include <memory>
#include <string_view>

#include "engine/policy/policy_run.h"
#include "policies/support/jwt_key.h"

namespace portcullis {

/// One provider, while one request is checked. Lives in the request's arena.
struct Provider {
  std::string_view url;     // of its metadata
  std::string_view key;     // in the store
  std::string_view issuer;  // of the metadata fetched last by this request
  std::string_view keys_url;
  std::string_view keys_text;  // without a store: what was fetched for this request
  bool was_fetched = false;    // by this request, whatever came of it
};

Provider make_provider(PolicyRun& run, std::string_view url);
DocumentStore::Next ask_for_keys(PolicyRun& run, const Provider& provider, bool wants_newer);
HttpCall metadata_call(PolicyRun& run, Provider& provider);
/// False when the metadata are no good: the fetch ends there.
bool take_metadata(PolicyRun& run, Provider& provider, const ReplyValue& reply);
HttpCall keys_call(PolicyRun& run, const Provider& provider);
/// True when there are new keys now.
bool take_keys(PolicyRun& run, Provider& provider, const ReplyValue& reply);
/// What is known of the provider now; null when nothing is.
std::shared_ptr<const ProviderKeys> known_keys(PolicyRun& run, const Provider& provider);

/// Longest wait for somebody else's fetch, and how often to look.
constexpr std::chrono::milliseconds kLongestFetchWait{15'000};
constexpr std::chrono::milliseconds kFetchPause{20};

}  // namespace portcullis
