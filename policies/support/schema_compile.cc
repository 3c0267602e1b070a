// From JSON text to compiled schemas. A worklist instead of recursion: schemas nest and refer as deep as their authors
// like.
#include <algorithm>

#include "base/text.h"
#include "policies/support/schema.h"

namespace portcullis {

const JsonSchema* JsonSchema::resolved() const {
  const JsonSchema* at = this;
  for (int i = 0; i < 64; ++i) {
    if (at->reference == nullptr) return at->is_unresolved ? nullptr : at;
    at = at->reference;
  }
  return nullptr;
}

bool JsonSchema::allows(SchemaTypes type) const { return types == kAnyType || (types & type) != 0; }

const JsonSchema::Property* JsonSchema::property(std::string_view name) const {
  const auto found = std::lower_bound(properties.begin(), properties.end(), name,
                                      [](const Property& a, std::string_view b) { return a.name < b; });
  return found != properties.end() && found->name == name ? &*found : nullptr;
}

SchemaCompiler::SchemaCompiler(Arena& arena, std::function<SchemaDocument(std::string_view)> find_document)
    : arena_(arena), find_document_(std::move(find_document)) {}

JsonDialect SchemaCompiler::dialect_of(const JsonNode& root) {
  if (root.find("swagger") != nullptr) return JsonDialect::kOpenApi2;
  const std::string_view version = root.string("openapi");
  if (version.starts_with("3.0")) return JsonDialect::kOpenApi30;
  if (!version.empty()) return JsonDialect::k2020;
  const std::string_view schema = root.string("$schema");
  if (schema.find("2020-12") != std::string_view::npos) return JsonDialect::k2020;
  if (schema.find("2019-09") != std::string_view::npos) return JsonDialect::k2019;
  if (schema.find("draft-06") != std::string_view::npos) return JsonDialect::kDraft6;
  if (schema.find("draft-04") != std::string_view::npos || schema.find("draft-03") != std::string_view::npos)
    return JsonDialect::kDraft4;
  return JsonDialect::kDraft7;
}

const JsonSchema* SchemaCompiler::compile(const SchemaDocument& document, const JsonNode& node) {
  const JsonSchema* schema = get(document, node);
  while (!jobs_.empty()) {
    const Job job = jobs_.back();
    jobs_.pop_back();
    fill(job);
  }
  return schema;
}

JsonSchema* SchemaCompiler::get(const SchemaDocument& document, const JsonNode& node) {
  JsonSchema*& made = made_[&node];
  if (made != nullptr) return made;
  made = arena_.make<JsonSchema>();
  made->source = &node;
  jobs_.push_back({made, &node, document});
  return made;
}

void SchemaCompiler::problem(std::string text) {
  if (std::find(problems_.begin(), problems_.end(), text) == problems_.end()) problems_.push_back(std::move(text));
}

void SchemaCompiler::fill(const Job& job) {
  JsonSchema& schema = *job.schema;
  if (job.node->kind == JsonKind::kBoolean) {
    schema.never = !job.node->boolean;
    return;
  }
  if (!job.node->is_object()) {
    problem("a schema is an object");
    schema.is_unresolved = true;
    return;
  }
  if (const JsonNode* reference = job.node->find("$ref"); reference != nullptr && reference->is_string()) {
    refer(job, *reference);
    if (job.document.dialect < JsonDialect::k2019) return;  // what stands beside a reference does not count
  }
  schema.read_only = job.node->is_true("readOnly");
  schema.write_only = job.node->is_true("writeOnly");
  read_types(job);
  read_numbers(job);
  read_object(job);
  read_array(job);
  read_dependencies(job);
  read_logic(job);
  if (job.document.dialect >= JsonDialect::k2019) {
    refer_dynamically(job, "$dynamicRef", "$dynamicAnchor");
    refer_dynamically(job, "$recursiveRef", "$recursiveAnchor");
  }
}

namespace {
/// Every object of the document, without recursion.
template <typename Visit>
const JsonNode* search(const JsonNode& root, Visit&& wanted) {
  std::vector<const JsonNode*> open{&root};
  while (!open.empty()) {
    const JsonNode* node = open.back();
    open.pop_back();
    if (node->is_object() && wanted(*node)) return node;
    for (const JsonNode* item = node->first; item != nullptr; item = item->next) {
      if (item->is_object() || item->is_array()) open.push_back(item);
    }
  }
  return nullptr;
}
}  // namespace

// Such a reference leads where a plain one does, unless the document has several anchors of that name: which of them counts is known only
// while a value is validated.
void SchemaCompiler::refer_dynamically(const Job& job, std::string_view keyword, std::string_view anchor) {
  const JsonNode* reference = job.node->find(keyword);
  if (reference == nullptr || !reference->is_string()) return;
  std::string_view name = reference->text;
  name.remove_prefix(std::min(name.find('#') + 1, name.size()));
  int places = 0;
  search(*job.document.root, [&](const JsonNode& node) {
    if (anchor == "$recursiveAnchor" ? node.is_true(anchor) : !name.empty() && node.string(anchor) == name) ++places;
    return false;
  });
  if (places > 1 || job.schema->reference != nullptr) {
    problem(joined("`", keyword, ": ", reference->text, "` has several meanings here; what it stands for is not checked"));
    return;
  }
  refer(job, *reference);
}

void SchemaCompiler::refer(const Job& job, const JsonNode& reference) {
  JsonSchema& schema = *job.schema;
  schema.reference_text = reference.text;
  SchemaDocument document = job.document;
  std::string_view target = reference.text;
  const std::size_t hash = target.find('#');
  std::string_view place = target.substr(0, hash);
  const std::string_view pointer = hash == std::string_view::npos ? std::string_view() : target.substr(hash + 1);
  const JsonNode* node = nullptr;
  constexpr std::string_view kStored = "/schemas/";
  if (place.starts_with(kStored)) {
    document = find_document_(place.substr(kStored.size()));
    node = document.root;
  } else if (!place.empty()) {
    node = find_anchor(*document.root, place);
    place = {};
  } else {
    node = document.root;
  }
  if (node != nullptr && !pointer.empty())
    node = pointer.starts_with('/') ? follow_pointer(*node, pointer) : find_anchor(*node, pointer);
  if (node == nullptr) {
    schema.is_unresolved = true;
    problem(joined("`$ref: ", reference.text, "` leads to nothing that is here"));
    return;
  }
  schema.reference = get(document, *node);
}

// `$anchor`, and the older ways of naming a place: `$id: "#name"`, or a whole `$id`.
const JsonNode* SchemaCompiler::find_anchor(const JsonNode& root, std::string_view name) {
  return search(root, [&](const JsonNode& node) {
    if (node.string("$anchor") == name || node.string("$dynamicAnchor") == name) return true;
    for (const std::string_view keyword : {"$id", "id"}) {
      std::string_view id = node.string(keyword);
      if (id == name || (id.starts_with('#') && id.substr(1) == name)) return !id.empty();
      if (id.ends_with('#')) id.remove_suffix(1);
      if (!id.empty() && id == name) return true;
    }
    return false;
  });
}

// ---- keywords
// -------------------------------------------------------------------------------------------------------------

namespace {

std::uint8_t type_bits(std::string_view name) {
  constexpr std::string_view kNames[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<std::uint8_t>(1U << i);
  }
  return 0;  // `file` of Swagger 2, `any`
}

std::int64_t count_of(const JsonNode& node, std::string_view keyword) {
  const JsonNode* found = node.find(keyword);
  return found == nullptr || !found->is_number() ? -1 : json_integer(*found).value_or(-1);
}

}  // namespace

void SchemaCompiler::read_types(const Job& job) {
  JsonSchema& schema = *job.schema;
  const JsonNode& node = *job.node;
  if (const JsonNode* type = node.find("type")) {
    if (type->is_string()) schema.types = type_bits(type->text);
    for (const JsonNode* item = type->is_array() ? type->first : nullptr; item != nullptr; item = item->next)
      schema.types = static_cast<std::uint8_t>(schema.types | type_bits(item->text));
  }
  schema.is_nullable = (job.document.dialect == JsonDialect::kOpenApi30 && node.is_true("nullable")) ||
                       (job.document.dialect <= JsonDialect::kOpenApi30 && node.is_true("x-nullable"));
  if (schema.is_nullable && schema.types != kAnyType) schema.types |= kNullType;
  if (const JsonNode* values = node.find("enum"); values != nullptr && values->is_array())
    schema.allowed_values = values;
  if (job.document.dialect >= JsonDialect::kDraft6) schema.constant = node.find("const");
  schema.format_name = node.string("format");
  schema.format = format_named(schema.format_name);
  if (const JsonNode* text = node.find("pattern"); text != nullptr && text->is_string())
    schema.pattern = pattern(job, text->text);
  schema.min_length = count_of(node, "minLength");
  schema.max_length = count_of(node, "maxLength");
}

void SchemaCompiler::read_bound(const Job& job, std::string_view keyword, std::string_view exclusive,
                                JsonSchema::Bound& bound) {
  const JsonNode* value = job.node->find(keyword);
  const JsonNode* other = exclusive.empty() ? nullptr : job.node->find(exclusive);
  const bool of_draft4 = job.document.dialect <= JsonDialect::kDraft4;
  if (other != nullptr && of_draft4 && other->kind == JsonKind::kBoolean) {
    bound.is_exclusive = other->boolean;
  } else if (other != nullptr && !of_draft4 && other->is_number()) {
    // Both may stand there; the narrower one decides.
    const bool is_lower = keyword == "minimum";
    if (value == nullptr || !value->is_number() ||
        (is_lower ? json_real(*other) >= json_real(*value) : json_real(*other) <= json_real(*value))) {
      value = other;
      bound.is_exclusive = true;
    }
  }
  if (value == nullptr || !value->is_number()) return;
  bound.is_set = true;
  bound.integer = json_integer(*value);
  bound.real = json_real(*value);
  bound.text = value->text;
}

void SchemaCompiler::read_numbers(const Job& job) {
  read_bound(job, "minimum", "exclusiveMinimum", job.schema->minimum);
  read_bound(job, "maximum", "exclusiveMaximum", job.schema->maximum);
  read_bound(job, "multipleOf", {}, job.schema->multiple_of);
  if (job.schema->multiple_of.is_set && job.schema->multiple_of.real <= 0) job.schema->multiple_of = {};
}

void SchemaCompiler::read_object(const Job& job) {
  JsonSchema& schema = *job.schema;
  const JsonNode& node = *job.node;
  if (const JsonNode* properties = node.find("properties"); properties != nullptr && properties->is_object()) {
    const std::span<JsonSchema::Property> made = arena_.array<JsonSchema::Property>(properties->count);
    std::size_t i = 0;
    for (const JsonNode* item = properties->first; item != nullptr; item = item->next, ++i)
      made[i] = {item->name, get(job.document, *item), nullptr};
    std::sort(made.begin(), made.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    schema.properties = made;
  }
  if (const JsonNode* patterns = node.find("patternProperties"); patterns != nullptr && patterns->is_object()) {
    const std::span<JsonSchema::Property> made = arena_.array<JsonSchema::Property>(patterns->count);
    std::size_t i = 0;
    for (const JsonNode* item = patterns->first; item != nullptr; item = item->next, ++i)
      made[i] = {item->name, get(job.document, *item), pattern(job, item->name)};
    schema.pattern_properties = made;
  }
  if (const JsonNode* additional = node.find("additionalProperties")) {
    schema.is_closed = additional->kind == JsonKind::kBoolean && !additional->boolean;
    if (additional->is_object()) schema.additional = get(job.document, *additional);
  }
  const JsonNode* required = node.find("required");
  if (required != nullptr && required->is_array()) schema.required = names(required);
  schema.min_properties = count_of(node, "minProperties");
  schema.max_properties = count_of(node, "maxProperties");
  if (job.document.dialect >= JsonDialect::kDraft6) schema.property_names = member(job, "propertyNames");
  if (job.document.dialect >= JsonDialect::k2019) schema.unevaluated_properties = member(job, "unevaluatedProperties");
}

void SchemaCompiler::read_array(const Job& job) {
  JsonSchema& schema = *job.schema;
  const JsonNode* items = job.node->find("items");
  if (job.document.dialect >= JsonDialect::k2020) {
    schema.prefix_items = list(job, "prefixItems");
    schema.items = member(job, "items");
  } else if (items != nullptr && items->is_array()) {
    schema.prefix_items = list(job, "items");
    schema.items = member(job, "additionalItems");
  } else {
    schema.items = member(job, "items");
  }
  if (job.document.dialect >= JsonDialect::kDraft6) schema.contains = member(job, "contains");
  if (job.document.dialect >= JsonDialect::k2019) {
    schema.min_contains = count_of(*job.node, "minContains");
    schema.max_contains = count_of(*job.node, "maxContains");
    schema.unevaluated_items = member(job, "unevaluatedItems");
  }
  schema.min_items = count_of(*job.node, "minItems");
  schema.max_items = count_of(*job.node, "maxItems");
  schema.unique_items = job.node->is_true("uniqueItems");
}

void SchemaCompiler::read_dependencies(const Job& job) {
  std::vector<JsonSchema::Dependency> found;
  for (const std::string_view keyword : {"dependencies", "dependentRequired", "dependentSchemas"}) {
    const JsonNode* all = job.node->find(keyword);
    if (all == nullptr || !all->is_object()) continue;
    if (keyword != "dependencies" && job.document.dialect < JsonDialect::k2019) continue;
    for (const JsonNode* item = all->first; item != nullptr; item = item->next) {
      if (item->is_array()) {
        found.push_back({item->name, names(item), nullptr});
      } else {
        found.push_back({item->name, {}, get(job.document, *item)});
      }
    }
  }
  job.schema->dependencies = arena_.copy(std::span<const JsonSchema::Dependency>(found));
}

void SchemaCompiler::read_logic(const Job& job) {
  JsonSchema& schema = *job.schema;
  schema.all_of = list(job, "allOf");
  schema.any_of = list(job, "anyOf");
  schema.one_of = list(job, "oneOf");
  schema.none_of = member(job, "not");
  if (job.document.dialect < JsonDialect::kDraft7) return;
  schema.if_ = member(job, "if");
  schema.then_ = member(job, "then");
  schema.else_ = member(job, "else");
}

// ---- parts
// ------------------------------------------------------------------------------------------------------------------

const JsonSchema* SchemaCompiler::member(const Job& job, std::string_view keyword) {
  const JsonNode* node = job.node->find(keyword);
  if (node == nullptr || (!node->is_object() && node->kind != JsonKind::kBoolean)) return nullptr;
  return get(job.document, *node);
}

std::span<const JsonSchema* const> SchemaCompiler::list(const Job& job, std::string_view keyword) {
  const JsonNode* node = job.node->find(keyword);
  if (node == nullptr || !node->is_array()) return {};
  const std::span<const JsonSchema*> made = arena_.array<const JsonSchema*>(node->count);
  std::size_t i = 0;
  for (const JsonNode* item = node->first; item != nullptr; item = item->next, ++i) made[i] = get(job.document, *item);
  return made;
}

std::span<const std::string_view> SchemaCompiler::names(const JsonNode* array) {
  std::vector<std::string_view> found;
  for (const JsonNode* item = array->first; item != nullptr; item = item->next) {
    if (item->is_string()) found.push_back(item->text);
  }
  return arena_.copy(std::span<const std::string_view>(found));
}

const regex::Compiled* SchemaCompiler::pattern(const Job& job, std::string_view text) {
  regex::CompileError error;
  const regex::Compiled* compiled = regex::compile_in(arena_, text, regex::kNone, error);
  if (compiled != nullptr) return compiled;
  job.schema->has_bad_pattern = true;
  problem(joined("the pattern `", text, "` cannot be used: ", error.text));
  return compiled;
}

}  // namespace portcullis
