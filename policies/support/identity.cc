#include "policies/support/identity.h"

#include "base/text.h"

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

void use_token(PolicyRun& run, const TokenUse& use, std::string_view token) {
  Exchange& exchange = run.exchange();
  if (!use.variable_name.empty()) {
    exchange.variables.set(use.slot, run.run().view(token), run.arena());
    if (run.tracing()) run.trace(joined("Variable ", use.variable_name, " was set to the access token"));
    return;
  }
  Request* building = run.building_request();
  HeaderList& headers = building != nullptr ? building->headers : exchange.request.headers;
  headers.set("Authorization", run.text(joined("Bearer ", token)), run.arena());
  if (run.tracing()) run.trace("Header Authorization was set to the access token");
}

Outcome no_token(PolicyRun& run, const TokenUse& use, std::string_view message) {
  if (!use.ignore_error) return run.fail("ManagedIdentityTokenAcquisitionFailed", message);
  if (run.tracing()) run.trace(joined("No access token: ", message));
  if (!use.variable_name.empty()) run.exchange().variables.set(use.slot, run.run().empty_string(), run.arena());
  return Outcome::kContinue;
}

}  // namespace portcullis
