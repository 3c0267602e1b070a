// JSON Schema, compiled at load into nodes that point to each other, and bodies validated against it.
//
// Dialects: OpenAPI 2 and 3.0 (draft 4 with `nullable`, `readOnly`, `writeOnly`), OpenAPI 3.1 and JSON Schema drafts 4
// to 2020-12 by
// `$schema`. Nothing is fetched: a reference leads to the same document or to `/schemas/<id>`. source:
// content-validation.md#2 deviates: ADR-0031
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dotnet/regex.h"
#include "engine/run/run.h"
#include "policies/support/schema_json.h"

namespace portcullis {

enum class JsonFormat : std::uint8_t {
  kNone,
  kDate,
  kDateTime,
  kTime,
  kUuid,
  kUri,
  kEmail,
  kIpv4,
  kIpv6,
  kHostname,
  kInt32,
  kInt64,
  kByte,
};

enum SchemaTypes : std::uint8_t {  // bits by JsonKind; a number admits integers
  kAnyType = 0,
  kNullType = 1,
  kBooleanType = 2,
  kIntegerType = 4,
  kNumberType = 8,
  kStringType = 16,
  kArrayType = 32,
  kObjectType = 64,
};

/// A schema or a place where there is none. Immutable once compiled; lives in the description's arena.
struct JsonSchema {
  struct Property {
    std::string_view name;
    const JsonSchema* schema = nullptr;
    const regex::Compiled* pattern = nullptr;  // patternProperties
  };
  struct Dependency {
    std::string_view name;
    std::span<const std::string_view> names;  // must be there too
    const JsonSchema* schema = nullptr;
  };
  struct Bound {
    bool is_set = false;
    bool is_exclusive = false;
    std::optional<std::int64_t> integer;
    double real = 0;
    std::string_view text;
  };

  std::uint8_t types = kAnyType;
  bool is_nullable = false;
  bool never = false;  // `false`
  bool read_only = false, write_only = false;
  bool unique_items = false;
  bool is_unresolved = false;    // a reference that leads nowhere or outside
  bool has_bad_pattern = false;  // one that cannot be compiled: texts cannot be judged
  bool is_closed = false;        // additionalProperties: false
  JsonFormat format = JsonFormat::kNone;
  std::string_view format_name;
  const JsonSchema* reference = nullptr;
  std::string_view reference_text;
  std::int64_t min_length = -1, max_length = -1, min_items = -1, max_items = -1, min_properties = -1,
               max_properties = -1;
  std::int64_t min_contains = -1, max_contains = -1;
  Bound minimum, maximum, multiple_of;
  const regex::Compiled* pattern = nullptr;
  std::span<const Property> properties;  // sorted by name
  std::span<const Property> pattern_properties;
  const JsonSchema* additional = nullptr;  // of properties; null: any
  std::span<const std::string_view> required;
  std::span<const Dependency> dependencies;
  const JsonSchema* property_names = nullptr;
  std::span<const JsonSchema* const> prefix_items;
  const JsonSchema* items = nullptr;  // behind the prefix
  const JsonSchema* contains = nullptr;
  const JsonSchema* unevaluated_properties = nullptr;
  const JsonSchema* unevaluated_items = nullptr;
  std::span<const JsonSchema*const> all_of, any_of, one_of;
  const JsonSchema* none_of = nullptr;  // `not`
  const JsonSchema* if_ = nullptr;
  const JsonSchema* then_ = nullptr;
  const JsonSchema* else_ = nullptr;
  const JsonNode* allowed_values = nullptr;  // `enum`: an array
  const JsonNode* constant = nullptr;
  const JsonNode* source = nullptr;  // where it was read from

  /// What it is behind its references. Null: they lead nowhere, or in a circle.
  [[nodiscard]] const JsonSchema* resolved() const;
  [[nodiscard]] bool allows(SchemaTypes type) const;
  [[nodiscard]] const Property* property(std::string_view name) const;
};

enum class JsonDialect : std::uint8_t { kOpenApi2, kOpenApi30, kDraft4, kDraft6, kDraft7, k2019, k2020 };

/// A document that schemas are read from.
struct SchemaDocument {
  const JsonNode* root = nullptr;
  JsonDialect dialect = JsonDialect::kDraft7;
};

/// Compiles schemas of one or more documents. Everything it makes lives in `arena`.
class SchemaCompiler {
 public:
  /// `find_document` gives the stored schema of an id, or one without a root.
  SchemaCompiler(Arena& arena, std::function<SchemaDocument(std::string_view id)> find_document);

  /// The schema at a node of the document; the same node gives the same schema.
  const JsonSchema* compile(const SchemaDocument& document, const JsonNode& node);
  /// What could not be taken as meant: unknown references, patterns that do not compile, keywords without a meaning
  /// here.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  static JsonDialect dialect_of(const JsonNode& root);

 private:
  struct Job {
    JsonSchema* schema;
    const JsonNode* node;
    SchemaDocument document;
  };
  JsonSchema* get(const SchemaDocument& document, const JsonNode& node);
  void fill(const Job& job);
  void refer(const Job& job, const JsonNode& reference);
  void refer_dynamically(const Job& job, std::string_view keyword, std::string_view anchor);
  void read_types(const Job& job);
  void read_numbers(const Job& job);
  void read_object(const Job& job);
  void read_array(const Job& job);
  void read_dependencies(const Job& job);
  void read_logic(const Job& job);
  void read_bound(const Job& job, std::string_view keyword, std::string_view exclusive, JsonSchema::Bound& bound);
  const JsonSchema* member(const Job& job, std::string_view keyword);
  std::span<const JsonSchema* const> list(const Job& job, std::string_view keyword);
  std::span<const std::string_view> names(const JsonNode* array);
  const regex::Compiled* pattern(const Job& job, std::string_view text);
  void problem(std::string text);
  const JsonNode* find_anchor(const JsonNode& root, std::string_view name);

  Arena& arena_;
  std::function<SchemaDocument(std::string_view)> find_document_;
  std::map<const JsonNode*, JsonSchema*> made_;
  std::vector<Job> jobs_;
  std::vector<std::string> problems_;
};

// ---- validation
// ---------------------------------------------------------------------------------------------------------

struct SchemaOptions {
  bool of_response = false;              // readOnly and writeOnly
  std::optional<bool> allow_additional;  // overrides every additionalProperties
  bool ignore_case = false;              // of property names
};

struct SchemaError {
  std::string_view message;  // "Required properties are missing from object: name."
  std::uint32_t offset = 0;  // in the text, behind the offending token
};

/// The first few; lives in the request's arena.
class SchemaErrors {
 public:
  static constexpr std::size_t kMost = 50;
  void add(Arena& arena, std::string_view message, std::uint32_t offset);
  [[nodiscard]] std::span<const SchemaError> all() const { return {items_, size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  SchemaError* items_ = nullptr;
  std::size_t size_ = 0;
};

enum class SchemaAnswer : std::uint8_t {
  kValid,
  kInvalid,
  kUnresolved,  // a reference needed for the answer leads nowhere
  kGaveUp,      // a limit was hit: `problem` says which
};

struct SchemaResult {
  SchemaAnswer answer = SchemaAnswer::kValid;
  std::string_view problem;
};

SchemaResult validate_json(Run& run, const JsonSchema& schema, const JsonNode& value, const SchemaOptions& options,
                           SchemaErrors& errors);

bool matches_format(JsonFormat format, std::string_view text);
JsonFormat format_named(std::string_view name);

/// A value that the schema describes, as JSON text: what mock-response answers with when there is no example.
/// source: transformation.md#13
std::string sample_json(const JsonSchema& schema);

}  // namespace portcullis
