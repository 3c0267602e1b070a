// A GraphQL request in an HTTP request, and how it is refused.
#pragma once

#include <string_view>

#include "engine/json/json.h"
#include "engine/policy/policy_run.h"
#include "policies/support/graphql_validate.h"
#include "policies/support/schema_json.h"

namespace portcullis {

/// Where the query came from, so that it can be put back.
struct GraphqlRequest {
  enum class Form : std::uint8_t { kJson, kPlain, kQueryString } form = Form::kJson;
  std::string_view query;
  std::string_view operation_name;
  std::string_view variables;      // JSON text; empty: none
  const JsonNode* node = nullptr;  // the query in a JSON body
  std::string_view body;
};

/// From the body (JSON, or the query itself as application/graphql), or the query string. At most `limit` bytes. False
/// after adding an error.
bool read_graphql_request(PolicyRun& run, std::int32_t limit, GraphqlRequest& request, GraphqlErrors& errors);

/// `[{"message", "locations", "path"}]`; `text` is the query.
JArray* graphql_error_list(Run& run, std::string_view text, const GraphqlErrors& errors);
/// `[{"line", "column"}]`
JArray* graphql_locations(Run& run, std::string_view text, std::uint32_t offset);
/// 400 with the errors, no data; null: they could not be written. source: content-validation.md#7 (chosen)
Response* refused_graphql(PolicyRun& run, std::string_view text, const GraphqlErrors& errors);

}  // namespace portcullis
