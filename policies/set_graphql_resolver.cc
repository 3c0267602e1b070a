// set-graphql-resolver: the retired way to say how a field is resolved, inside a policy document. From where it stands
// on, and before forward-request, it is what a resolver's document is; one of those for the same field wins. source:
// graphql-resolvers.md#6
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/graphql_schema.h"
#include "policies/support/resolver.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct SetGraphqlResolver {
  std::string_view type;
  std::string_view field;
  const HttpDataSource* source = nullptr;
};

constexpr AttributeSpec kAttributes[] = {required<&SetGraphqlResolver::type>("parent-type"),
                                         required<&SetGraphqlResolver::field>("field")};
constexpr ChildSpec kChildren[] = {
    element<&SetGraphqlResolver::source, &kHttpDataSourceElement>("http-data-source", true)};

void check(Reader& reader, const Element& element, void* config) {
  const auto& resolver = *static_cast<const SetGraphqlResolver*>(config);
  reader.warn(element.name_span, policy_code::kSuspicious, "`set-graphql-resolver` is retired",
              "move its data source into a resolver's document of its own");
  const GraphqlSchema* schema = reader.description() == nullptr ? nullptr : reader.description()->graphql;
  const Attribute* field = element.find("field");
  if (schema == nullptr || field == nullptr || !field->value.is_literal() || resolver.type.empty()) return;
  const GraphqlType* type = schema->find(resolver.type);
  if (type == nullptr || type->field(resolver.field) == nullptr)
    reader.warn(field->value.span, policy_code::kSuspicious,
                joined("the schema has no field `", resolver.type, ".", resolver.field, "`: this is never called"));
}

// The flow of the source follows; it runs when the field is selected.
Outcome declare(PolicyRun& run, const FlowOp& op) {
  const auto& config = *static_cast<const SetGraphqlResolver*>(op.config);
  Exchange& exchange = run.exchange();
  exchange.declared_resolvers = run.arena().make<DeclaredResolver>(
      ResolverFlow{config.type, config.field, run.fiber().ops, run.position_of(op) + 1}, exchange.declared_resolvers);
  run.jump(op.target);
  return Outcome::kContinue;
}

void emit(FlowBuilder& flow, const Element& element, const void* config) {
  const auto& resolver = *static_cast<const SetGraphqlResolver*>(config);
  if (resolver.source == nullptr) return;
  const std::uint32_t start = flow.emit({.run = &declare, .config = config});
  flow.each_child(element, [&](const Element& child) { emit_http_data_source(flow, child, *resolver.source); });
  flow.at(start).target = flow.here();
}

}  // namespace

const PolicySpec kSetGraphqlResolver =
    flow_policy<SetGraphqlResolver>("set-graphql-resolver", element_of<SetGraphqlResolver>(kAttributes, kChildren),
                                    &emit)
        .in(kBackendOnly)
        .at(kAnyScope & ~bit(Scope::kWorkspace))
        .checked_by(&check);

}  // namespace portcullis
