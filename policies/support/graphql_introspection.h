// Introspection: `__schema` and `__type`. source: GraphQL specification (October 2021), section 4
#pragma once

#include "engine/json/json.h"
#include "policies/support/graphql_collect.h"
#include "policies/support/graphql_schema.h"

namespace portcullis {

/// The value of `__schema` or `__type` as the request selects it; null: there is no such type. The schema keeps no
/// descriptions and no deprecations, so those are null and false. (chosen)
JToken* introspect_root(Run& run, const GraphqlSchema& schema, SelectionCollector& collector, const FieldGroup& group,
                        const JObject& variables);

}  // namespace portcullis
