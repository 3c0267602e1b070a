// deviates: ADR-0006
// Revocation lists from where certificates say they are, kept in the store of documents until they are out of date. The
// calls themselves are made by the policy's coroutine.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "engine/dotnet/certificate.h"
#include "engine/policy/policy_run.h"

namespace portcullis {

/// One list, while one request is checked. Lives in the request's arena.
struct RevocationSource {
  std::string_view url;
  std::string_view key;   // in the store
  std::string_view list;  // DER that this request fetched
  bool was_fetched = false;
};

/// The lists of the certificate and of its issuers, except those of self-signed ones.
std::span<RevocationSource> revocation_sources(PolicyRun& run, const Certificate& certificate);
DocumentStore::Next ask_for_list(PolicyRun& run, const RevocationSource& source);
HttpCall list_call(PolicyRun& run, RevocationSource& source);
void take_list(PolicyRun& run, RevocationSource& source, const ReplyValue& reply);
/// What is known now, as DER in the arena.
std::span<const std::string_view> known_lists(PolicyRun& run, std::span<const RevocationSource> sources);

constexpr std::chrono::milliseconds kLongestListWait{15'000};
constexpr std::chrono::milliseconds kListPause{20};

}  // namespace portcullis
