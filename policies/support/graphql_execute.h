// Executes a GraphQL request against the API's schema by its resolvers: what forward-request does for a synthetic API.
// source: graphql-resolvers.md#1, GraphQL specification (October 2021), section 6
//
// Fields with a resolver run it as a branch of their own, side by side; all others are taken by name from their
// parent's JSON. A resolver that ends completes its field, which may start more. The result is a tree of nodes, made
// into JSON when nobody runs any more; then nulls move up to where they are allowed.
#pragma once

#include "engine/policy/policy_run.h"

namespace portcullis {

struct GraphqlSchema;

/// True when there are resolvers, whether documents or declared by set-graphql-resolver so far.
bool has_resolvers(const PolicyRun& run);

/// Answers the gateway request by `schema` (null: there is none): exchange.response is the result, or a 400 when the
/// request is no good.
Task execute_graphql(PolicyRun& run, const GraphqlSchema* schema);

}  // namespace portcullis
