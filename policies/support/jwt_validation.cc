// The run step of validate-jwt and validate-azure-ad-token: the token is found and read, the providers' keys are had,
// the signature and the claims are checked. source: access-and-auth.md#7.3, #7.4, #7.7
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/json/json.h"
#include "policies/support/jwt_claims.h"
#include "policies/support/jwt_policy.h"
#include "policies/support/jwt_signature.h"
#include "policies/support/jwt_token.h"
#include "policies/support/open_id.h"

namespace portcullis {

namespace {

/// What the coroutine keeps between its steps; lies in its frame, which is never destroyed.
struct Validation {
  Jwt* token = nullptr;
  TokenPart part;
  std::span<Provider> providers;
  Issuers issuers;
  Refusal refusal;
  bool names_unknown_key = false;
  bool has_keys = false;
};

// ---- providers ----------------------------------------------------------------------------------------------------

std::string_view login_host(std::string_view text) {
  text = trim_ascii(text);
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  return text.substr(0, text.find('/'));
}

// The last part of a tenant's URL, or the tenant itself.
std::string_view tenant_name(std::string_view text) {
  text = trim_ascii(text);
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t slash = text.rfind('/');
  return slash == std::string_view::npos ? text : text.substr(slash + 1);
}

// Version 2 tokens have issuers and metadata of their own. source: access-and-auth.md#8
bool entra_metadata(PolicyRun& run, const TokenPolicy& policy, const Jwt& token, std::string& url) {
  std::string_view tenant;
  std::string_view host;
  if (!run.get(policy.tenant, tenant) || !run.get(policy.login_host, host)) return false;
  host = login_host(host);
  if (host.empty()) host = "login.microsoftonline.com";
  const String* issuer = claim_text(run.run(), *token.payload, "iss");
  const bool is_version_2 =
      issuer != nullptr && (issuer->view().ends_with("/v2.0") || issuer->view().ends_with("/v2.0/"));
  url = joined("https://", host, "/", tenant_name(tenant), is_version_2 ? "/v2.0" : "",
               "/.well-known/openid-configuration");
  return true;
}

bool find_providers(PolicyRun& run, const TokenPolicy& policy, Validation& state) {
  if (policy.is_entra) {
    std::string url;
    if (!entra_metadata(run, policy, *state.token, url)) return false;
    state.providers = run.arena().array<Provider>(1);
    state.providers[0] = make_provider(run, url);
    return true;
  }
  state.providers = run.arena().array<Provider>(policy.providers.size());
  for (std::size_t i = 0; i < policy.providers.size(); ++i) {
    std::string_view url;
    if (!run.get(policy.providers[i].url, url)) return false;
    state.providers[i] = make_provider(run, url);
  }
  return true;
}

// ---- signature ----------------------------------------------------------------------------------------------------

using Documents = std::vector<std::shared_ptr<const ProviderKeys>>;

Documents known_documents(PolicyRun& run, Validation& state) {
  Documents documents;
  const std::span<std::string_view> issuers = run.arena().array<std::string_view>(state.providers.size());
  std::size_t count = 0;
  for (const Provider& provider : state.providers) {
    std::shared_ptr<const ProviderKeys> known = known_keys(run, provider);
    if (known == nullptr) continue;
    if (!known->issuer.empty()) issuers[count++] = run.text(known->issuer);
    documents.push_back(std::move(known));
  }
  state.issuers = issuers.first(count);
  return documents;
}

Refusal refused(PolicyRun& run, std::string_view reason, const std::string& message) {
  return {reason, run.text(message)};
}

// The keys that the token names, if any are named; else all. Metadata's come before the policy's own.
std::vector<const TokenKey*> keys_to_try(const TokenPart& part, const std::vector<const TokenKey*>& all,
                                         bool& are_named) {
  std::vector<const TokenKey*> named;
  for (const TokenKey* key : all) {
    if (key->is_named(part.key_id, part.x5t)) named.push_back(key);
  }
  are_named = !named.empty();
  return are_named ? named : all;
}

bool verifies(PolicyRun& run, const SignatureAlgorithm& algorithm, const TokenPart& part,
              const std::vector<const TokenKey*>& keys) {
  return std::ranges::any_of(keys, [&](const TokenKey* key) {
    return run.run().spend(1000) && verify_signature(algorithm, *key, part.signed_text, part.signature);
  });
}

bool check_signature(PolicyRun& run, const TokenPolicy& policy, Validation& state) {
  state.names_unknown_key = false;
  state.refusal = {};
  const Documents documents = known_documents(run, state);
  bool requires_signature = true;
  if (!run.get(policy.requires_signature, requires_signature)) return false;
  const TokenPart& part = state.part;
  if (part.signature.empty()) {
    if (requires_signature)
      state.refusal = {"TokenSignatureInvalid",
                       "IDX10504: Unable to validate signature, token does not have a signature. Access denied."};
    return true;
  }
  std::vector<TokenKey> own;
  if (!make_keys(run, policy.signing_keys, false, own)) return false;
  std::vector<const TokenKey*> all;
  for (const auto& document : documents) {
    for (const TokenKey& key : document->keys) all.push_back(&key);
  }
  for (const TokenKey& key : own) all.push_back(&key);
  state.has_keys = !all.empty();
  bool are_named = false;
  const std::vector<const TokenKey*> keys = keys_to_try(part, all, are_named);
  const SignatureAlgorithm* algorithm = find_signature_algorithm(part.algorithm);
  run.run().start_expression();
  if (algorithm != nullptr && verifies(run, *algorithm, part, keys)) return true;
  state.names_unknown_key = !are_named && !part.key_id.empty();
  if (algorithm == nullptr) {
    state.names_unknown_key = false;
    state.refusal = refused(run, "TokenSignatureInvalid",
                            joined("IDX10511: Signature validation failed. The algorithm '", part.algorithm,
                                   "' is not supported. Access denied."));
  } else if (all.empty()) {
    state.refusal = {"TokenSignatureKeyNotFound",
                     "IDX10500: Signature validation failed. No security keys were provided to validate the signature. "
                     "Access denied."};
  } else if (are_named) {
    state.refusal = {
        "TokenSignatureInvalid",
        "IDX10511: Signature validation failed. The key that the token names does not verify it. Access denied."};
  } else if (state.names_unknown_key) {
    state.refusal = refused(run, "TokenSignatureKeyNotFound",
                            joined("IDX10503: Signature validation failed. No key has the id '", part.key_id,
                                   "', and none verifies the token. Access denied."));
  } else {
    state.refusal = {
        "TokenSignatureInvalid",
        "IDX10517: Signature validation failed. The token names no key, and none verifies it. Access denied."};
  }
  return true;
}

// ---- claims -------------------------------------------------------------------------------------------------------

// When nobody knows the key, what else is wrong with the token comes first. source: access-and-auth.md#7.4
bool check_before_unknown_key(PolicyRun& run, const TokenPolicy& policy, Validation& state) {
  Refusal other;
  if (!check_lifetime(run, policy, *state.token, other)) return false;
  if (other.is_none() && !check_issuer(run, policy, *state.token, state.issuers, other)) return false;
  if (other.is_none() && !check_audience(run, policy, *state.token, other)) return false;
  if (!other.is_none()) state.refusal = other;
  return true;
}

bool check_content(PolicyRun& run, const TokenPolicy& policy, Validation& state) {
  const Jwt& token = *state.token;
  if (!check_lifetime(run, policy, token, state.refusal)) return false;
  if (state.refusal.is_none() && !check_audience(run, policy, token, state.refusal)) return false;
  if (state.refusal.is_none() && !check_issuer(run, policy, token, state.issuers, state.refusal)) return false;
  if (state.refusal.is_none() && !check_client(run, policy, token, state.refusal)) return false;
  return !state.refusal.is_none() || check_claims(run, policy, token, state.refusal);
}

// ---- ends ---------------------------------------------------------------------------------------------------------

// The author writes the message as the inside of a JSON string; what is none is text. source: access-and-auth.md#0.1
std::string_view plain_message(PolicyRun& run, std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return text;
  Run& values = run.run();
  JValue* read = as_value(parse_json(values, run.text(joined("\"", text, "\"")), {.dates = false}));
  values.pending = nullptr;
  return read == nullptr || read->kind != JTokenType::kString ? text : text_of(*read, run.arena());
}

// The message's expression may look at the error. source: access-and-auth.md#7.7
Outcome refuse(PolicyRun& run, const TokenPolicy& policy, const Refusal& refusal) {
  PolicyError error;
  error.reason = refusal.reason;
  error.message = refusal.message;
  run.show_error(error, &run.step());
  std::string_view message;
  if (!run.get(policy.failed_code, error.status) || !run.get(policy.failed_message, message)) return Outcome::kFail;
  error.body_message = message.empty() ? refusal.message : plain_message(run, message);
  return run.fail(error);
}

Outcome accept(PolicyRun& run, const TokenPolicy& policy, Jwt* token) {
  if (!policy.output_variable.empty()) run.exchange().variables.set(policy.slot, token, run.arena());
  if (run.tracing()) run.trace("JWT validated.");
  return Outcome::kContinue;
}

}  // namespace

Task validate_token(PolicyRun& run, const TokenPolicy& policy) {
  Validation state;
  std::string_view text;
  if (!find_token(run, policy, text, state.refusal)) co_return Outcome::kFail;
  if (state.refusal.is_none() && !read_token(run, policy, text, state.token, state.part, state.refusal))
    co_return Outcome::kFail;
  if (!state.refusal.is_none()) co_return refuse(run, policy, state.refusal);
  if (!find_providers(run, policy, state)) co_return Outcome::kFail;
  // Once with what is known, once more when the token names a key that is not.
  for (const bool wants_newer : {false, true}) {
    bool may_have_changed = !wants_newer;
    for (Provider& provider : state.providers) {
      const SystemTime deadline = run.now() + kLongestFetchWait;
      DocumentStore::Next next = ask_for_keys(run, provider, wants_newer);
      while (next == DocumentStore::Next::kWait && run.now() < deadline) {
        const EffectRequest pause = Delay{kFetchPause};
        co_await run.perform(pause);
        may_have_changed = true;
        next = ask_for_keys(run, provider, wants_newer);
      }
      if (next != DocumentStore::Next::kFetch) continue;
      const EffectRequest metadata = metadata_call(run, provider);
      const ReplyValue& answer = co_await run.perform(metadata);
      if (!take_metadata(run, provider, answer)) continue;
      const EffectRequest keys = keys_call(run, provider);
      const ReplyValue& key_answer = co_await run.perform(keys);
      if (take_keys(run, provider, key_answer)) may_have_changed = true;
    }
    if (may_have_changed && !check_signature(run, policy, state)) co_return Outcome::kFail;
    if (!state.names_unknown_key || !state.has_keys) break;
  }
  if (state.names_unknown_key && state.has_keys && !check_before_unknown_key(run, policy, state))
    co_return Outcome::kFail;
  if (!state.refusal.is_none()) co_return refuse(run, policy, state.refusal);
  if (!check_content(run, policy, state)) co_return Outcome::kFail;
  if (!state.refusal.is_none()) co_return refuse(run, policy, state.refusal);
  co_return accept(run, policy, state.token);
}

}  // namespace portcullis
