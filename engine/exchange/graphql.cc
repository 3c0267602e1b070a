// context.GraphQL: what a resolver of a GraphQL API is called with. source: graphql-resolvers.md#1
#include "engine/exchange/members.h"
#include "engine/json/json.h"

namespace portcullis {

extern const TypeDefinition kGraphqlDefinition;
extern const TypeDefinition kGraphqlParentDefinition;

namespace {

JObject* arguments(Run&, GraphqlValues* self) { return self->arguments; }
JObject* parent(Run&, GraphqlValues* self) { return self->parent; }

constexpr Member kMembers[] = {
    property<&arguments>("JObject Arguments { get; }"),
    property<&arguments>("JObject GraphQLArguments { get; }"),  // as the reference table spells it
    property<&parent>("JObject Parent { get; }"),
};

JObject* as_jobject(PartObject* self) { return static_cast<JObject*>(const_cast<void*>(self->view)); }
constexpr Member kParentMembers[] = {method<&as_jobject>("JObject AsJObject()")};

}  // namespace

const TypeDefinition kGraphqlDefinition{.declaration = "interface Microsoft.Azure.ApiManagement.IGraphQL",
                                        .members = kMembers};
const TypeDefinition kGraphqlParentDefinition{
    .declaration = "interface Microsoft.Azure.ApiManagement.IGraphQLParentResult", .members = kParentMembers};

}  // namespace portcullis
