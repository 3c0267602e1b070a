// An ApiDefinition in the making, and the memory behind it. For the readers in this folder.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "engine/policy/api_definition.h"
#include "policies/support/schema.h"
#include "policies/support/schema_xml.h"
#include "portcullis/portcullis.hpp"

namespace portcullis {

struct DescribedApi final : ApiDefinition {
  DescribedApi();
  [[nodiscard]] const JsonSchema* part_of(const StoredSchema& schema, std::string_view pointer) const override;

  Arena arena;
  std::deque<std::string> texts;           // what views point into
  std::vector<OperationDefinition> found;  // becomes `operations`
  std::vector<StoredSchema> stored;        // becomes `schemas`
  std::vector<SchemaDocument> documents;   // by index of `stored`; no root: it is XML
  std::vector<std::unique_ptr<XmlSchemas>> xml_sets;
  std::span<const SchemaText> schema_texts;  // while loading
  mutable SchemaCompiler compiler;           // while loading

  /// A copy that lives as long as this.
  std::string_view keep(std::string text);
  /// The set, or null after reporting.
  const XmlSchemas* compile_xml(std::span<const XmlSchemas::Source> sources, Diagnostics& diagnostics);
};

/// A report about a description as a whole, or a place in it.
void report_description(Diagnostics& diagnostics, std::string_view name, std::string_view text, std::string message,
                        std::uint32_t offset = 0, Severity severity = Severity::kError);

void read_openapi(DescribedApi& api, const JsonNode& root);
void read_wsdl(DescribedApi& api, const XmlItem& definitions);
/// XML schemas for the bodies of RPC operations, whose elements no schema of the WSDL declares.
std::vector<std::string> rpc_schemas(const XmlItem& definitions);
/// JSON text with the same content; false with `problem` set. Anchors are followed, within bounds.
bool yaml_to_json(std::string_view yaml, std::string& json, std::string& problem);

}  // namespace portcullis
