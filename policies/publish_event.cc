// publish-event: tells the clients that subscribed to a field of the API what a resolver gave. Stands in the response
// part of a resolver. source: graphql-resolvers.md#5
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/graphql_schema.h"
#include "policies/support/resolver.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct Targets {
  std::span<const SubscriptionTarget> fields;
};
struct PublishEvent {
  const Targets* targets = nullptr;
};

constexpr AttributeSpec kTargetAttributes[] = {required<&SubscriptionTarget::id>("id")};

void check_target(Reader& reader, const Element& element, void* config) {
  const auto& target = *static_cast<const SubscriptionTarget*>(config);
  const Attribute* id = element.find("id");
  if (id == nullptr || !id->value.is_literal()) return;
  if (target.id.empty())
    return reader.report(id->value.span, policy_code::kWrongLiteral, "`id` names a field of the Subscription type");
  const GraphqlSchema* schema = reader.description() == nullptr ? nullptr : reader.description()->graphql;
  if (schema == nullptr) return;
  const GraphqlType* root = schema->roots[static_cast<std::size_t>(GraphqlOperationKind::kSubscription)];
  if (root == nullptr || root->field(target.id) == nullptr)
    reader.report(id->value.span, policy_code::kWrongLiteral,
                  joined("the schema's subscription type has no field `", target.id, "`"));
}

constexpr ElementSpec kTarget = checked(element_of<SubscriptionTarget>(kTargetAttributes), &check_target);
constexpr ChildSpec kTargetsChildren[] = {elements<&Targets::fields, &kTarget>("graphql-subscription", 1, kMany)};
constexpr ElementSpec kTargets = element_of<Targets>({}, kTargetsChildren);
constexpr ChildSpec kChildren[] = {element<&PublishEvent::targets, &kTargets>("targets", true)};

// The result is not known yet: the executor sends the events.
Outcome run(PolicyRun& run, const PublishEvent& config) {
  ResolverCall& call = resolver_call(run);
  ResolverCall::Event** last = &call.events;
  while (*last != nullptr) last = &(*last)->next;
  for (const SubscriptionTarget& target : config.targets->fields) {
    *last = run.arena().make<ResolverCall::Event>(target.id, nullptr);
    last = &(*last)->next;
  }
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kPublishEvent = policy<PublishEvent, &run>("publish-event", {}, kChildren).in(kResolverOnly);

}  // namespace portcullis
