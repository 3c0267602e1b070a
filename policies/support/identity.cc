#include "policies/support/identity.h"

namespace portcullis {

namespace {

std::string_view kept_token(PolicyRun& run, const TokenCall& call) {
  if (run.stores().tokens == nullptr) return {};
  struct Kept {
    PolicyRun& run;
    std::string_view token;
  } kept{run, {}};
  run.stores().tokens->find(call.resource, call.client_id, run.now(), &kept, [](void* receiver, std::string_view token) {
    auto& into = *static_cast<Kept*>(receiver);
    into.token = into.run.text(token);
  });
  return kept.token;
}

}  // namespace

std::string_view received_token(PolicyRun& run, const TokenCall& call, const ReplyValue& reply,
                                std::string_view& problem) {
  TokenStore* store = run.stores().tokens;
  if (const auto* token = std::get_if<TokenReply>(&reply)) {
    if (store != nullptr && token->is_fresh)
      store->store(call.resource, call.client_id, token->token, token->expires_at);
    return token->token;
  }
  const std::string_view kept = kept_token(run, call);
  if (!kept.empty()) return kept;
  const auto* failure = std::get_if<FailureReply>(&reply);
  problem = failure == nullptr || failure->message.empty() ? "Managed identity endpoint is not available on this host."
                                                           : failure->message;
  return {};
}

}  // namespace portcullis
