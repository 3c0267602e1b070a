// Values against compiled schemas. The messages are in the style of the .NET validator that the platform uses; only two
// of them are a contract. source: content-validation.md#2
#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "policies/support/schema.h"

namespace portcullis {

void SchemaErrors::add(Arena& arena, std::string_view message, std::uint32_t offset) {
  if (size_ == kMost) return;
  if (items_ == nullptr) items_ = arena.array<SchemaError>(kMost).data();
  items_[size_++] = {arena.copy(message), offset};
}

namespace {

// Deeper than any honest schema goes on a value of the reader's depth; each level is one frame of the stack.
constexpr std::uint32_t kMaxDepth = 400;

std::uint8_t type_of(const JsonNode& node) {
  switch (node.kind) {
    case JsonKind::kNull:
      return kNullType;
    case JsonKind::kBoolean:
      return kBooleanType;
    case JsonKind::kInteger:
      return kIntegerType | kNumberType;
    case JsonKind::kNumber: {
      const double real = json_real(node);
      return std::floor(real) == real ? kIntegerType | kNumberType : kNumberType;  // 1.0 is an integer
    }
    case JsonKind::kString:
      return kStringType;
    case JsonKind::kArray:
      return kArrayType;
    case JsonKind::kObject:
      return kObjectType;
  }
  return 0;
}

std::string_view kind_name(JsonKind kind) {
  constexpr std::string_view kNames[] = {"Null", "Boolean", "Integer", "Number", "String", "Array", "Object"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string type_names(std::uint8_t types) {
  constexpr std::string_view kNames[] = {"Null", "Boolean", "Integer", "Number", "String", "Array", "Object"};
  std::string out;
  // As .NET prints flags: text first.
  for (const std::size_t i : {4U, 3U, 2U, 1U, 6U, 5U, 0U}) {
    if ((types & (1U << i)) != 0) append(out, out.empty() ? "" : ", ", kNames[i]);
  }
  return out;
}

std::uint32_t token_end(const JsonNode& node) {
  return node.is_object() || node.is_array() ? node.begin + 1 : node.end;
}

class Validator {
 public:
  Validator(Run& run, const SchemaOptions& options) : run_(run), options_(options), tester_(run) {}

  /// `inside`: a branch of the schema that was closed already (allow-additional-properties="false").
  bool check(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside = false);
  [[nodiscard]] const SchemaResult& result() const { return result_; }

 private:
  bool stopped() const { return result_.answer != SchemaAnswer::kValid; }
  bool stop(SchemaAnswer answer, std::string_view problem) {
    if (!stopped()) result_ = {answer, problem};
    return false;
  }
  bool bad(SchemaErrors* errors, std::uint32_t offset, std::string_view message) {
    if (errors != nullptr) errors->add(run_.arena, message, offset);
    return false;
  }
  bool check_type(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_values(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_string(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_number(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_array(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_contains(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_unique(const JsonNode& node, SchemaErrors* errors);
  bool check_object(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside);
  bool check_member(const JsonSchema& schema, const JsonNode& node, const JsonNode& object, SchemaErrors* errors,
                    bool inside);
  bool check_required(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_dependencies(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors);
  bool check_logic(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside);
  bool check_one_of(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside);
  bool matches(const JsonSchema& schema, const regex::Compiled* pattern, std::string_view text);
  bool same_name(std::string_view a, std::string_view b) const {
    return options_.ignore_case ? equals_ignoring_ascii_case(a, b) : a == b;
  }
  const JsonNode* member(const JsonNode& object, std::string_view name);
  const JsonSchema::Property* property(const JsonSchema& schema, std::string_view name);
  bool declares(const JsonSchema& schema, std::string_view name);
  bool evaluates(const JsonSchema& schema, const JsonNode& node, const JsonNode& part, std::uint32_t index);
  bool evaluates_itself(const JsonSchema& schema, const JsonNode& node, const JsonNode& part, std::uint32_t index);
  bool is_optional_here(const JsonSchema& schema, std::string_view name);

  Run& run_;
  const SchemaOptions& options_;
  regex::Tester tester_;
  std::uint32_t depth_ = 0;
  SchemaResult result_;
};

bool Validator::check(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside) {
  if (stopped()) return false;
  if (!run_.spend(4)) return stop(SchemaAnswer::kGaveUp, "the step limit was reached");
  if (schema.never) return bad(errors, token_end(node), "Schema always fails validation.");
  if (schema.is_unresolved) return stop(SchemaAnswer::kUnresolved, schema.reference_text);
  if (++depth_ > kMaxDepth) return stop(SchemaAnswer::kGaveUp, "the schema refers to itself without end");
  bool good = true;
  if (schema.reference != nullptr) good = check(*schema.reference, node, errors, inside);
  if (schema.is_nullable && node.kind == JsonKind::kNull) return --depth_, good;
  if (!check_type(schema, node, errors)) {
    --depth_;
    return false;
  }
  good = check_values(schema, node, errors) && good;
  if (node.is_string()) good = check_string(schema, node, errors) && good;
  if (node.is_number()) good = check_number(schema, node, errors) && good;
  if (node.is_array()) good = check_array(schema, node, errors) && good;
  if (node.is_object()) good = check_object(schema, node, errors, inside) && good;
  good = check_logic(schema, node, errors, inside) && good;
  --depth_;
  return good && !stopped();
}

bool Validator::check_type(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  if (schema.types == kAnyType || (schema.types & type_of(node)) != 0) return true;
  return bad(errors, token_end(node),
             joined("Invalid type. Expected ", type_names(schema.types), " but got ", kind_name(node.kind), "."));
}

namespace {
std::string shown(const JsonNode& node) {
  if (node.is_string()) return joined("\"", node.text.substr(0, 100), "\"");
  if (node.is_number()) return std::string(node.text);
  if (node.kind == JsonKind::kBoolean) return node.boolean ? "true" : "false";
  return node.kind == JsonKind::kNull ? "null" : node.is_array() ? "[…]" : "{…}";
}
}  // namespace

bool Validator::check_values(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  std::uint64_t budget = 1'000'000;
  if (schema.constant != nullptr && !json_equal(*schema.constant, node, budget))
    return bad(errors, node.end, joined("Value ", shown(node), " does not match const."));
  if (schema.allowed_values == nullptr) return true;
  for (const JsonNode* value = schema.allowed_values->first; value != nullptr; value = value->next) {
    if (json_equal(*value, node, budget)) return true;
  }
  if (budget == 0 || !run_.spend(1'000'000 - budget)) return stop(SchemaAnswer::kGaveUp, "the step limit was reached");
  return bad(errors, node.end, joined("Value ", shown(node), " is not defined in enum."));
}

// ---- texts and numbers
// --------------------------------------------------------------------------------------------------

bool Validator::matches(const JsonSchema& schema, const regex::Compiled* pattern, std::string_view text) {
  if (pattern == nullptr)
    return stop(SchemaAnswer::kGaveUp, schema.has_bad_pattern ? "a pattern of the schema cannot be used" : "");
  const regex::Tester::Answer answer = tester_.test(*pattern, text);
  if (answer == regex::Tester::Answer::kGaveUp) return stop(SchemaAnswer::kGaveUp, "a pattern took too long to match");
  return answer == regex::Tester::Answer::kYes;
}

namespace {
std::int64_t code_points(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
}
}  // namespace

bool Validator::check_string(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  bool good = true;
  const std::string_view text = node.text;
  if (schema.min_length >= 0 || schema.max_length >= 0) {
    const std::int64_t length = code_points(text);
    if (schema.max_length >= 0 && length > schema.max_length)
      good =
          bad(errors, node.end, joined("String ", shown(node), " exceeds maximum length of ", schema.max_length, "."));
    if (length < schema.min_length)
      good = bad(errors, node.end,
                 joined("String ", shown(node), " is less than minimum length of ", schema.min_length, "."));
  }
  const bool has_pattern = schema.pattern != nullptr || (schema.has_bad_pattern && schema.pattern_properties.empty());
  if (has_pattern && !matches(schema, schema.pattern, text)) {
    if (stopped()) return false;
    good = bad(errors, node.end,
               joined("String ", shown(node), " does not match regex pattern '", schema.pattern->pattern, "'."));
  }
  if (!matches_format(schema.format, text))
    good = bad(errors, node.end,
               joined("String ", shown(node), " does not validate against format '", schema.format_name, "'."));
  return good;
}

namespace {

/// -1, 0 or 1: how the value stands to the bound.
int compare(const JsonNode& node, const JsonSchema::Bound& bound) {
  const auto value = json_integer(node);
  if (value.has_value() && bound.integer.has_value()) return *value < *bound.integer ? -1 : *value > *bound.integer;
  const double real = json_real(node);
  return real < bound.real ? -1 : real > bound.real;
}

bool is_multiple(const JsonNode& node, const JsonSchema::Bound& bound) {
  const auto value = json_integer(node);
  if (value.has_value() && bound.integer.has_value()) return *value % *bound.integer == 0;
  const double quotient = json_real(node) / bound.real;
  if (!std::isfinite(quotient)) return false;
  // 19.99 is a multiple of 0.01, though not in binary.
  return std::abs(quotient - std::round(quotient)) <= 1e-9 * std::max(1.0, std::abs(quotient)) &&
         std::abs(quotient) < 1e15;
}

}  // namespace

bool Validator::check_number(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  bool good = true;
  const std::string_view kind = node.kind == JsonKind::kInteger ? "Integer " : "Float ";
  if (schema.maximum.is_set) {
    const int order = compare(node, schema.maximum);
    if (order > 0)
      good = bad(errors, node.end, joined(kind, node.text, " exceeds maximum value of ", schema.maximum.text, "."));
    if (order == 0 && schema.maximum.is_exclusive)
      good = bad(
          errors, node.end,
          joined(kind, node.text, " equals maximum value of ", schema.maximum.text, " and exclusive maximum is true."));
  }
  if (schema.minimum.is_set) {
    const int order = compare(node, schema.minimum);
    if (order < 0)
      good =
          bad(errors, node.end, joined(kind, node.text, " is less than minimum value of ", schema.minimum.text, "."));
    if (order == 0 && schema.minimum.is_exclusive)
      good = bad(
          errors, node.end,
          joined(kind, node.text, " equals minimum value of ", schema.minimum.text, " and exclusive minimum is true."));
  }
  if (schema.multiple_of.is_set && !is_multiple(node, schema.multiple_of))
    good = bad(errors, node.end, joined(kind, node.text, " is not a multiple of ", schema.multiple_of.text, "."));
  const bool is_int32 = schema.format == JsonFormat::kInt32;
  if (is_int32 || schema.format == JsonFormat::kInt64) {
    const auto value = json_integer(node);
    const bool is_whole = (type_of(node) & kIntegerType) != 0;
    if (is_whole && (!value.has_value() || (is_int32 && (*value < INT32_MIN || *value > INT32_MAX))))
      good = bad(errors, node.end,
                 joined(kind, node.text, " does not validate against format '", schema.format_name, "'."));
  }
  return good;
}

// ---- arrays
// ---------------------------------------------------------------------------------------------------------------

bool Validator::check_array(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  bool good = true;
  std::uint32_t index = 0;
  for (const JsonNode* item = node.first; item != nullptr && !stopped(); item = item->next, ++index) {
    if (index < schema.prefix_items.size()) {
      good = check(*schema.prefix_items[index], *item, errors) && good;
    } else if (schema.items != nullptr) {
      if (schema.items->never) {
        return bad(errors, token_end(*item),
                   joined("Index ", index, " has not been defined and the schema does not allow additional items."));
      }
      good = check(*schema.items, *item, errors) && good;
    }
    if (schema.unevaluated_items != nullptr && !evaluates_itself(schema, node, *item, index))
      good = check(*schema.unevaluated_items, *item, errors) && good;
  }
  if (stopped()) return false;
  if (schema.max_items >= 0 && node.count > schema.max_items)
    good = bad(errors, node.end,
               joined("Array item count ", node.count, " exceeds maximum count of ", schema.max_items, "."));
  if (node.count < schema.min_items)
    good = bad(errors, node.end,
               joined("Array item count ", node.count, " is less than minimum count of ", schema.min_items, "."));
  if (schema.unique_items) good = check_unique(node, errors) && good;
  if (schema.contains != nullptr) good = check_contains(schema, node, errors) && good;
  return good;
}

bool Validator::check_contains(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  const std::int64_t least = schema.min_contains >= 0 ? schema.min_contains : 1;
  std::int64_t found = 0;
  for (const JsonNode* item = node.first; item != nullptr; item = item->next)
    found += check(*schema.contains, *item, nullptr);
  if (found < least) return bad(errors, node.end, "No items match contains.");
  if (schema.max_contains >= 0 && found > schema.max_contains)
    return bad(errors, node.end, "Too many items match contains.");
  return true;
}

bool Validator::check_unique(const JsonNode& node, SchemaErrors* errors) {
  struct Item {
    std::uint64_t hash;
    const JsonNode* node;
    std::uint32_t index;
  };
  if (!run_.spend(node.end - node.begin)) return stop(SchemaAnswer::kGaveUp, "the step limit was reached");
  const std::span<Item> items = run_.arena.array<Item>(node.count);
  std::uint32_t index = 0;
  for (const JsonNode* item = node.first; item != nullptr; item = item->next, ++index)
    items[index] = {json_hash(*item), item, index};
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return a.hash != b.hash ? a.hash < b.hash : a.index < b.index; });
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = i + 1; j < items.size() && items[j].hash == items[i].hash; ++j) {
      std::uint64_t budget = 1'000'000;
      const bool same = json_equal(*items[i].node, *items[j].node, budget);
      if (budget == 0 || !run_.spend(1'000'000 - budget))
        return stop(SchemaAnswer::kGaveUp, "the step limit was reached");
      if (same) return bad(errors, items[j].node->end, joined("Non-unique array item at index ", items[j].index, "."));
    }
  }
  return true;
}

// ---- objects
// --------------------------------------------------------------------------------------------------------------

const JsonNode* Validator::member(const JsonNode& object, std::string_view name) {
  if (!run_.spend(1 + object.count / 4)) stop(SchemaAnswer::kGaveUp, "the step limit was reached");
  if (!options_.ignore_case) return object.find(name);
  for (const JsonNode* item = object.first; item != nullptr; item = item->next) {
    if (equals_ignoring_ascii_case(item->name, name)) return item;
  }
  return nullptr;
}

const JsonSchema::Property* Validator::property(const JsonSchema& schema, std::string_view name) {
  const JsonSchema::Property* exact = schema.property(name);
  if (exact != nullptr || !options_.ignore_case) return exact;
  for (const JsonSchema::Property& property : schema.properties) {
    if (equals_ignoring_ascii_case(property.name, name)) return &property;
  }
  return nullptr;
}

// Allowed names are the union over everything that the schema is put together from. source: content-validation.md#2
// (chosen)
bool Validator::declares(const JsonSchema& schema, std::string_view name) {
  if (!run_.spend(2)) return stop(SchemaAnswer::kGaveUp, "the step limit was reached");
  if (depth_ > kMaxDepth) return stop(SchemaAnswer::kGaveUp, "the schema refers to itself without end");
  if (property(schema, name) != nullptr) return true;
  for (const JsonSchema::Property& pattern : schema.pattern_properties) {
    if (matches(schema, pattern.pattern, name)) return true;
  }
  ++depth_;
  bool found = schema.reference != nullptr && declares(*schema.reference, name);
  for (const auto& branches : {schema.all_of, schema.any_of, schema.one_of}) {
    for (const JsonSchema* branch : branches) found = found || declares(*branch, name);
  }
  for (const JsonSchema* branch : {schema.if_, schema.then_, schema.else_})
    found = found || (branch != nullptr && declares(*branch, name));
  for (const JsonSchema::Dependency& dependency : schema.dependencies)
    found = found || (dependency.schema != nullptr && declares(*dependency.schema, name));
  --depth_;
  return found;
}

// Whether the schema, or a branch of it that holds, has judged that member or item: `unevaluated…` is for the rest.
bool Validator::evaluates_itself(const JsonSchema& schema, const JsonNode& node, const JsonNode& part,
                                 std::uint32_t index) {
  if (node.is_object()) {
    if (property(schema, part.name) != nullptr || schema.additional != nullptr || schema.is_closed) return true;
    for (const JsonSchema::Property& pattern : schema.pattern_properties) {
      if (matches(schema, pattern.pattern, part.name)) return true;
    }
  } else {
    if (index < schema.prefix_items.size() || schema.items != nullptr) return true;
    if (schema.contains != nullptr && check(*schema.contains, part, nullptr)) return true;
  }
  if (++depth_ > kMaxDepth) return stop(SchemaAnswer::kGaveUp, "the schema refers to itself without end");
  bool found = schema.reference != nullptr && evaluates(*schema.reference, node, part, index);
  for (const JsonSchema* branch : schema.all_of) found = found || evaluates(*branch, node, part, index);
  for (const auto& branches : {schema.any_of, schema.one_of}) {
    for (const JsonSchema* branch : branches)
      found = found || (check(*branch, node, nullptr) && evaluates(*branch, node, part, index));
  }
  if (schema.if_ != nullptr && !found) {
    const bool holds = check(*schema.if_, node, nullptr);
    found = holds && evaluates(*schema.if_, node, part, index);
    const JsonSchema* branch = holds ? schema.then_ : schema.else_;
    found = found || (branch != nullptr && evaluates(*branch, node, part, index));
  }
  for (const JsonSchema::Dependency& dependency : schema.dependencies) {
    if (found || dependency.schema == nullptr || !node.is_object() || member(node, dependency.name) == nullptr)
      continue;
    found = evaluates(*dependency.schema, node, part, index);
  }
  --depth_;
  return found;
}

bool Validator::evaluates(const JsonSchema& schema, const JsonNode& node, const JsonNode& part, std::uint32_t index) {
  if (stopped() || !run_.spend(4)) return false;
  const JsonSchema* rest = node.is_object() ? schema.unevaluated_properties : schema.unevaluated_items;
  return (rest != nullptr && !rest->never) || evaluates_itself(schema, node, part, index);
}

bool Validator::check_object(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside) {
  bool good = true;
  for (const JsonNode* item = node.first; item != nullptr && !stopped(); item = item->next)
    good = check_member(schema, *item, node, errors, inside) && good;
  if (stopped()) return false;
  if (schema.max_properties >= 0 && node.count > schema.max_properties)
    good = bad(errors, node.end,
               joined("Object property count ", node.count, " exceeds maximum count of ", schema.max_properties, "."));
  if (node.count < schema.min_properties)
    good = bad(
        errors, node.end,
        joined("Object property count ", node.count, " is less than minimum count of ", schema.min_properties, "."));
  good = check_required(schema, node, errors) && good;
  return check_dependencies(schema, node, errors) && good;
}

bool Validator::check_member(const JsonSchema& schema, const JsonNode& node, const JsonNode& object,
                             SchemaErrors* errors, bool inside) {
  bool good = true;
  bool known = false;
  if (schema.property_names != nullptr) {
    JsonNode name;
    name.kind = JsonKind::kString;
    name.text = node.name;
    name.begin = name.end = node.name_end;
    if (!check(*schema.property_names, name, nullptr))
      good = bad(errors, node.name_end,
                 joined("Property name '", node.name, "' does not match the schema of property names."));
  }
  if (const JsonSchema::Property* found = property(schema, node.name)) {
    known = true;
    good = check(*found->schema, node, errors) && good;
  }
  for (const JsonSchema::Property& pattern : schema.pattern_properties) {
    if (!matches(schema, pattern.pattern, node.name)) continue;
    known = true;
    good = check(*pattern.schema, node, errors) && good;
  }
  const auto undefined = [&] {
    return bad(
        errors, node.name_end,
        joined("Property '", node.name, "' has not been defined and the schema does not allow additional properties."));
  };
  if (options_.allow_additional == false) {
    if (!known && !inside && !declares(schema, node.name)) good = stopped() ? false : undefined();
  } else if (!known) {
    if (schema.is_closed && options_.allow_additional != true) good = undefined();
    if (schema.additional != nullptr) good = check(*schema.additional, node, errors) && good;
  }
  if (schema.unevaluated_properties != nullptr && !known && options_.allow_additional != true &&
      !evaluates_itself(schema, object, node, 0)) {
    good = schema.unevaluated_properties->never ? undefined()
                                                : check(*schema.unevaluated_properties, node, errors) && good;
  }
  return good;
}

// What only the server writes is not required of a caller, and the other way round.
bool Validator::is_optional_here(const JsonSchema& schema, std::string_view name) {
  const JsonSchema::Property* found = property(schema, name);
  if (found == nullptr) return false;
  for (const JsonSchema* at : {found->schema, found->schema->resolved()}) {
    if (at != nullptr && (options_.of_response ? at->write_only : at->read_only)) return true;
  }
  return false;
}

bool Validator::check_required(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  std::string missing;
  for (const std::string_view name : schema.required) {
    if (member(node, name) != nullptr || is_optional_here(schema, name)) continue;
    append(missing, missing.empty() ? "" : ", ", name);
  }
  if (stopped()) return false;
  if (missing.empty()) return true;
  return bad(errors, node.end, joined("Required properties are missing from object: ", missing, "."));
}

bool Validator::check_dependencies(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors) {
  bool good = true;
  for (const JsonSchema::Dependency& dependency : schema.dependencies) {
    if (member(node, dependency.name) == nullptr) continue;
    std::string missing;
    for (const std::string_view name : dependency.names) {
      if (member(node, name) == nullptr) append(missing, missing.empty() ? "" : ", ", name);
    }
    if (!missing.empty())
      good = bad(
          errors, node.end,
          joined("Dependencies for property '", dependency.name, "' failed. Missing required keys: ", missing, "."));
    if (dependency.schema != nullptr) good = check(*dependency.schema, node, errors, true) && good;
  }
  return good && !stopped();
}

// ---- combinations
// -----------------------------------------------------------------------------------------------------------

bool Validator::check_logic(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside) {
  // With allow-additional-properties="false" the object was closed over all branches already.
  inside = inside || options_.allow_additional == false;
  bool good = true;
  for (const JsonSchema* branch : schema.all_of) good = check(*branch, node, errors, inside) && good;
  if (!schema.any_of.empty() && !stopped()) {
    bool any = false;
    for (const JsonSchema* branch : schema.any_of) any = any || check(*branch, node, nullptr, inside);
    if (!any && !stopped()) good = bad(errors, token_end(node), "JSON does not match any schemas from 'anyOf'.");
  }
  if (!schema.one_of.empty()) good = check_one_of(schema, node, errors, inside) && good;
  if (schema.none_of != nullptr && check(*schema.none_of, node, nullptr, true))
    good = bad(errors, token_end(node), "JSON is valid against schema from 'not'.");
  if (schema.if_ != nullptr && (schema.then_ != nullptr || schema.else_ != nullptr)) {
    const JsonSchema* branch = check(*schema.if_, node, nullptr, true) ? schema.then_ : schema.else_;
    if (branch != nullptr && !stopped()) good = check(*branch, node, errors, inside) && good;
  }
  return good && !stopped();
}

bool Validator::check_one_of(const JsonSchema& schema, const JsonNode& node, SchemaErrors* errors, bool inside) {
  std::string valid;
  std::size_t count = 0;
  for (std::size_t i = 0; i < schema.one_of.size(); ++i) {
    if (!check(*schema.one_of[i], node, nullptr, inside)) continue;
    append(valid, valid.empty() ? "" : ", ", i);
    ++count;
  }
  if (stopped()) return false;
  if (count == 1) return true;
  if (count == 0) return bad(errors, token_end(node), "JSON is valid against no schemas from 'oneOf'.");
  return bad(errors, token_end(node),
             joined("JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: ", valid, "."));
}

}  // namespace

SchemaResult validate_json(Run& run, const JsonSchema& schema, const JsonNode& value, const SchemaOptions& options,
                           SchemaErrors& errors) {
  Validator validator(run, options);
  const bool good = validator.check(schema, value, &errors);
  if (run.failed()) run.pending = nullptr;  // the step limit: told as an answer
  if (validator.result().answer != SchemaAnswer::kValid) return validator.result();
  return {good ? SchemaAnswer::kValid : SchemaAnswer::kInvalid, {}};
}

}  // namespace portcullis
