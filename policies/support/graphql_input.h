// Values that go into a GraphQL execution: variables and arguments, coerced to the schema's types, with their defaults.
// source: GraphQL specification (October 2021), 6.1.2 and 6.4.1
#pragma once

#include <string_view>

#include "engine/json/json.h"
#include "policies/support/graphql_document.h"
#include "policies/support/graphql_schema.h"
#include "policies/support/graphql_validate.h"

namespace portcullis {

/// A string value without its quotes' escapes; block strings lose their common indent.
std::string_view graphql_string(Arena& arena, const GraphqlValue& value);

/// The operation's variables, those that have a value. Adds what is wrong to `errors`. Null after an error.
JObject* coerce_variables(Run& run, const GraphqlSchema& schema, const GraphqlOperation& operation,
                          std::string_view json, GraphqlErrors& errors);

/// The arguments of a field or directive. Null with `problem`.
JObject* coerce_arguments(Run& run, std::span<const GraphqlInput> inputs, const GraphqlList<GraphqlArgument>& given,
                          const JObject& variables, std::string_view& problem);

/// What a scalar or enum of the schema makes of a result; null: it does not fit. Custom scalars take anything.
JToken* coerce_result(Run& run, const GraphqlType& type, JToken* value);

}  // namespace portcullis
