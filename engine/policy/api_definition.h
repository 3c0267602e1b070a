// What is known about the API that a policy stands in front of: operations, parameters, representations, schemas. Made
// once at load from an OpenAPI document, a GraphQL schema, a WSDL, an XML schema or an OData model (service/);
// immutable afterwards and shared by threads. The validate-* policies and mock-response read it. source:
// content-validation.md#1
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace portcullis {

struct JsonSchema;     // policies/support/schema.h
class XmlSchemas;      // policies/support/schema_xml.h
struct GraphqlSchema;  // policies/support/graphql_schema.h
struct ODataModel;     // policies/support/odata_model.h

/// A parameter or a header as the operation defines it.
struct ParameterDefinition {
  std::string_view name;
  bool is_required = false;
  const JsonSchema* schema = nullptr;  // null: any value
  std::string_view definition;         // name of the schema in the document; empty: it is inline
  bool is_missing = false;             // `schema` could not be found
  bool is_array = false;
  bool is_json = false;         // its value is a JSON text (`content` instead of `schema`)
  char separator = ',';         // of an array's items
  bool is_exploded = false;     // an array's items are lines or keys of their own
  bool is_deep_object = false;  // `name[member]=…`
};

struct ExampleDefinition {
  std::string_view name;
  std::string_view text;  // as the body would be
};

/// One content type of a body.
struct RepresentationDefinition {
  std::string_view content_type;       // media type in lower case, without parameters; may be a range: `image/*`, `*/*`
  std::string_view written;            // as the document has it
  const JsonSchema* schema = nullptr;  // null: any content, or not JSON
  std::string_view definition;
  bool is_missing = false;
  bool is_unresolved = false;  // it refers to something outside the document
  std::span<const ExampleDefinition> examples;
};

struct ResponseDefinition {
  std::int32_t first_status = 0, last_status = 0;  // both 0: the default response
  std::span<const ParameterDefinition> headers;
  std::span<const RepresentationDefinition> representations;
};

struct OperationDefinition {
  std::string_view id, method, url_template;
  std::span<const ParameterDefinition> path, query, headers;
  bool has_request_body = false;
  bool requires_request_body = false;
  std::span<const RepresentationDefinition> representations;  // of the request
  std::span<const ResponseDefinition> responses;

  /// By exact status, then range, then the default; null: none is described.
  [[nodiscard]] const ResponseDefinition* response(std::int32_t status) const;
  /// The same without the default.
  [[nodiscard]] const ResponseDefinition* listed_response(std::int32_t status) const;
};

/// A schema that validate-content names by id. At most one of the two is set.
struct StoredSchema {
  std::string_view id;
  bool is_broken = false;  // neither could be made of it
  const XmlSchemas* xml = nullptr;
  const JsonSchema* json = nullptr;  // the whole document as a schema
};

struct ApiDefinition {
  ApiDefinition() = default;
  ApiDefinition(const ApiDefinition&) = delete;
  ApiDefinition& operator=(const ApiDefinition&) = delete;
  virtual ~ApiDefinition() = default;

  std::span<const OperationDefinition> operations;
  bool has_document = false;        // a description of the API was given, and could be read
  bool has_definitions = false;     // it has schemas
  std::string_view base_path;       // where the document says the API is: `/v1`
  const XmlSchemas* xml = nullptr;  // XSD, or the types of a WSDL
  const GraphqlSchema* graphql = nullptr;
  const ODataModel* odata = nullptr;
  std::span<const StoredSchema> schemas;

  /// Ids compare without case.
  [[nodiscard]] const StoredSchema* find_schema(std::string_view id) const;
  /// By id, else by method and template; null: the document has no such operation.
  [[nodiscard]] const OperationDefinition* find_operation(std::string_view id, std::string_view method,
                                                          std::string_view url_template) const;
  /// The operation that a request to `path` (below the API) is for; literal segments win over parameters.
  [[nodiscard]] const OperationDefinition* match_operation(std::string_view method, std::string_view path) const;
  /// The part of a stored JSON schema at `pointer` (`#/…`), compiled; null: there is none. Only while loading.
  [[nodiscard]] virtual const JsonSchema* part_of(const StoredSchema& schema, std::string_view pointer) const = 0;
};

}  // namespace portcullis
