// authentication-managed-identity: an access token of the gateway's identity, into a variable or the Authorization header.
// source: authentication-managed-identity-policy
//
// The token store is asked first; a fetch is a TokenCall effect, and its result is stored. When a refresh fails and the old token is
// still good, that one serves.
#include "base/text.h"
#include "policies/support/identity.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct ManagedIdentity {
  Setting<std::string_view> resource;
  Setting<std::string_view> client_id;
  std::string_view output_token_variable_name;
  bool ignore_error = false;
  std::uint32_t slot = 0;  // of the variable
};

constexpr AttributeSpec kAttributes[] = {
    required<&ManagedIdentity::resource>("resource"),
    optional<&ManagedIdentity::client_id>("client-id"),
    optional<&ManagedIdentity::output_token_variable_name>("output-token-variable-name"),
    optional<&ManagedIdentity::ignore_error>("ignore-error"),
};

void check(Reader& reader, const Element&, void* config) {
  auto& identity = *static_cast<ManagedIdentity*>(config);
  if (!identity.output_token_variable_name.empty()) identity.slot = reader.variables().intern(identity.output_token_variable_name);
}

TokenUse use_of(const ManagedIdentity& config) {
  return {.variable_name = config.output_token_variable_name, .slot = config.slot, .ignore_error = config.ignore_error};
}

Task run(PolicyRun& run, const ManagedIdentity& config) {
  std::string_view resource;
  std::string_view client_id;
  if (!run.get(config.resource, resource) || !run.get(config.client_id, client_id)) co_return Outcome::kFail;
  resource = trim_ascii(resource);
  if (resource.empty()) co_return no_token(run, use_of(config), "The attribute `resource` is empty.");
  const TokenCall call{.resource = resource, .client_id = trim_ascii(client_id)};
  const EffectRequest effect = call;
  const ReplyValue& reply = co_await run.perform(effect);
  std::string_view problem;
  const std::string_view token = received_token(run, call, reply, problem);
  if (token.empty()) co_return no_token(run, use_of(config), problem);
  use_token(run, use_of(config), token);
  co_return Outcome::kContinue;
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound);

}  // namespace

const PolicySpec kAuthenticationManagedIdentity =
    policy<ManagedIdentity, &run>("authentication-managed-identity", element_of<ManagedIdentity>(kAttributes)).in(kSections).checked_by(&check);

}  // namespace portcullis
