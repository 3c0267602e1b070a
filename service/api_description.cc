#include "service/api_description.h"

#include <algorithm>

#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/graphql_schema.h"
#include "policies/support/odata_model.h"
#include "service/described_api.h"

namespace portcullis {

namespace {

// Of a description or a schema; a larger one is as good as none. source: content-validation.md#1.1
constexpr std::size_t kMostText = std::size_t{4} << 20;
constexpr std::uint32_t kMostDepth = 500;
constexpr std::size_t kArenaBytes = std::size_t{1} << 30;

bool is_xml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return trim_ascii(text).starts_with('<');
}

bool is_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return trim_ascii(text).starts_with('{');
}

/// A line that begins with the key: what tells OpenAPI in YAML from GraphQL.
bool has_yaml_key(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::size_t before = at;
    if (before > 0 && (text[before - 1] == '"' || text[before - 1] == '\'')) --before;
    if (before > 0 && text[before - 1] != '\n' && !text.substr(0, before).ends_with("\xEF\xBB\xBF")) continue;
    std::string_view rest = text.substr(at + key.size());
    if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
    if (trim_ascii(rest.substr(0, 20)).starts_with(':')) return true;
  }
  return false;
}

class Describer {
 public:
  Describer(DescribedApi& api, Diagnostics& diagnostics) : api_(api), diagnostics_(diagnostics) {}

  void read_schemas(std::span<const SchemaText> schemas) {
    api_.stored.reserve(schemas.size());
    for (const SchemaText& schema : schemas) {
      StoredSchema& stored = api_.stored.emplace_back();
      stored.id = api_.keep(std::string(schema.id));
      SchemaDocument& document = api_.documents.emplace_back();
      const std::string_view name = schema.name.empty() ? schema.id : schema.name;
      if (is_too_large(name, schema.text)) {
        stored.is_broken = true;
      } else if (!is_xml(schema.text)) {
        document.root = read_tree(name, schema.text);
        stored.is_broken = document.root == nullptr;
        if (document.root != nullptr) document.dialect = SchemaCompiler::dialect_of(*document.root);
      }
    }
    // All texts are known now: they may refer to each other.
    for (std::size_t i = 0; i < schemas.size(); ++i) {
      StoredSchema& stored = api_.stored[i];
      if (stored.is_broken) continue;
      const std::string_view name = schemas[i].name.empty() ? schemas[i].id : schemas[i].name;
      if (api_.documents[i].root != nullptr) {
        stored.json = api_.compiler.compile(api_.documents[i], *api_.documents[i].root);
        continue;
      }
      const XmlSchemas::Source source{name, schemas[i].text};
      stored.xml = api_.compile_xml(std::span<const XmlSchemas::Source>(&source, 1), diagnostics_);
      stored.is_broken = stored.xml == nullptr;
    }
  }

  void read_description(const DescriptionText& description) {
    if (is_too_large(description.name, description.text)) return;
    if (is_xml(description.text)) return read_xml(description);
    if (is_json(description.text) || has_yaml_key(description.text, "openapi") ||
        has_yaml_key(description.text, "swagger")) {
      const JsonNode* root = read_tree(description.name, description.text);
      if (root == nullptr) return;
      if (root->find("openapi") != nullptr || root->find("swagger") != nullptr) return read_openapi(api_, *root);
      return complain(description, "it is JSON, but no OpenAPI document: it has neither `openapi` nor `swagger`");
    }
    std::string problem;
    std::uint32_t offset = 0;
    api_.graphql = read_graphql_schema(api_.arena, api_.keep(std::string(description.text)), problem, offset);
    if (api_.graphql == nullptr) return complain(description, joined("it is no GraphQL schema: ", problem), offset);
    api_.has_document = true;
  }

  /// The XML schemas of all descriptions are one set.
  void finish() {
    if (!xml_.empty()) api_.xml = api_.compile_xml(xml_, diagnostics_);
    if (!xml_.empty() && api_.xml != nullptr) api_.has_document = api_.has_definitions = true;
    for (const std::string& problem : api_.compiler.problems())
      diagnostics_.add({.code = policy_code::kDescriptionGap,
                        .severity = Severity::kWarning,
                        .message = problem,
                        .source = nullptr});
    api_.operations = api_.arena.copy(std::span<const OperationDefinition>(api_.found));
    api_.schemas = api_.arena.copy(std::span<const StoredSchema>(api_.stored));
  }

 private:
  void complain(const DescriptionText& description, std::string message, std::uint32_t offset = 0) {
    report_description(diagnostics_, description.name, description.text, std::move(message), offset);
  }

  bool is_too_large(std::string_view name, std::string_view text) {
    if (text.size() <= kMostText) return false;
    report_description(diagnostics_, name, {}, "it is larger than 4 MB: policies that need it will fail", 0,
                       Severity::kWarning);
    return true;
  }

  /// JSON, or YAML turned into it.
  const JsonNode* read_tree(std::string_view name, std::string_view text) {
    std::string json;
    std::string problem;
    if (is_json(text)) {
      json = std::string(text);
    } else if (!yaml_to_json(text, json, problem)) {
      report_description(diagnostics_, name, text, joined("it is not valid YAML: ", problem));
      return nullptr;
    }
    const std::string_view kept = api_.keep(std::move(json));
    JsonMistake mistake;
    const JsonNode* root = read_json(api_.arena, kept, kMostDepth, mistake);
    if (root == nullptr)
      report_description(diagnostics_, name, text, joined("it is not valid JSON: ", mistake.message),
                         is_json(text) ? mistake.offset : 0);
    return root;
  }

  void read_xml(const DescriptionText& description) {
    XmlItem root;
    std::string problem;
    if (!read_xml_items(description.text, root, problem))
      return complain(description, joined("it is not valid XML: ", problem));
    if (root.name == "definitions" && root.name_space == "http://schemas.xmlsoap.org/wsdl/") {
      read_wsdl(api_, root);
      std::vector<std::string> made = rpc_schemas(root);
      const XmlItem* types = root.child("types");
      if (made.empty() || (types != nullptr && types->child("schema") != nullptr)) xml_.push_back({description.name, description.text});
      for (std::string& schema : made) xml_.push_back({description.name, api_.keep(std::move(schema))});
    } else if (root.name == "schema" && root.name_space == "http://www.w3.org/2001/XMLSchema") {
      xml_.push_back({description.name, description.text});
    } else if (root.name == "Edmx") {
      api_.odata = read_odata_model(api_.arena, root, problem);
      if (api_.odata == nullptr) return complain(description, joined("it is no OData model: ", problem));
      api_.has_document = true;
    } else {
      complain(description, joined("`<", root.name, ">` is neither a WSDL 1.1, an XML schema nor an OData model"));
    }
  }

  DescribedApi& api_;
  Diagnostics& diagnostics_;
  std::vector<XmlSchemas::Source> xml_;
};

}  // namespace

DescribedApi::DescribedApi()
    : arena(kArenaBytes), compiler(arena, [this](std::string_view id) {
        for (std::size_t i = 0; i < stored.size(); ++i) {
          if (equals_ignoring_ascii_case(stored[i].id, id)) return documents[i];
        }
        return SchemaDocument{};
      }) {}

std::string_view DescribedApi::keep(std::string text) { return texts.emplace_back(std::move(text)); }

const JsonSchema* DescribedApi::part_of(const StoredSchema& schema, std::string_view pointer) const {
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (stored[i].id != schema.id || documents[i].root == nullptr) continue;
    if (pointer.starts_with('#')) pointer.remove_prefix(1);
    const JsonNode* node = follow_pointer(*documents[i].root, pointer);
    return node == nullptr ? nullptr : compiler.compile(documents[i], *node);
  }
  return nullptr;
}

const XmlSchemas* DescribedApi::compile_xml(std::span<const XmlSchemas::Source> sources, Diagnostics& diagnostics) {
  std::string problem;
  const auto find = [this](std::string_view id) {
    for (const SchemaText& schema : schema_texts) {
      if (equals_ignoring_ascii_case(schema.id, id)) return schema.text;
    }
    return std::string_view();
  };
  std::unique_ptr<XmlSchemas> made = XmlSchemas::compile(sources, find, problem);
  if (made == nullptr) {
    report_description(diagnostics, sources.front().name, sources.front().text, joined("it cannot be used: ", problem),
                       0, Severity::kWarning);
    return nullptr;
  }
  return xml_sets.emplace_back(std::move(made)).get();
}

void report_description(Diagnostics& diagnostics, std::string_view name, std::string_view text, std::string message,
                        std::uint32_t offset, Severity severity) {
  const auto source = std::make_shared<SourceText>(std::string(name), std::string(text));
  diagnostics.add({.code = policy_code::kBadDescription,
                   .severity = severity,
                   .span = {offset, offset},
                   .message = std::move(message),
                   .source = source});
}

std::shared_ptr<const ApiDefinition> describe_api(std::span<const DescriptionText> descriptions,
                                                  std::span<const SchemaText> schemas, Diagnostics& diagnostics) {
  const auto api = std::make_shared<DescribedApi>();
  api->schema_texts = schemas;
  Describer describer(*api, diagnostics);
  describer.read_schemas(schemas);
  for (const DescriptionText& description : descriptions) describer.read_description(description);
  describer.finish();
  return api;
}

}  // namespace portcullis
