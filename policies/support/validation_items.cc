// Values of parameters and headers against the operation's definition. source: content-validation.md#3
#include <charconv>
#include <string>

#include "base/text.h"
#include "policies/support/validation.h"

namespace portcullis {

namespace {

constexpr std::uint8_t kScalars = kIntegerType | kNumberType | kBooleanType | kStringType | kNullType;

/// What the schema admits, also when it says so in parts.
std::uint8_t types_of(const JsonSchema* schema, int depth = 0) {
  schema = schema == nullptr || depth > 16 ? nullptr : schema->resolved();
  if (schema == nullptr) return kAnyType;
  if (schema->types != kAnyType) return schema->types;
  for (const JsonSchema* part : schema->all_of) {
    if (const std::uint8_t types = types_of(part, depth + 1)) return types;
  }
  std::uint8_t all = kAnyType;
  for (const auto& parts : {schema->any_of, schema->one_of}) {
    for (const JsonSchema* part : parts) all = static_cast<std::uint8_t>(all | types_of(part, depth + 1));
  }
  return all;
}

bool is_number_text(std::string_view text, bool whole) {
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest.empty() || !is_ascii_digit(rest.front())) return false;
  double value = 0;
  const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (result.ptr != rest.data() + rest.size()) return false;
  return !whole || rest.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The text as a value of the type that the schema wants. Null when it is none: `problem` says why.
JsonNode* scalar(PolicyRun& run, const JsonSchema* schema, std::string_view text, std::string_view& problem) {
  JsonNode* node = run.arena().make<JsonNode>();
  node->end = static_cast<std::uint32_t>(text.size());
  node->text = text;
  const std::uint8_t types = types_of(schema);
  const bool wants_text = types == kAnyType || (types & kStringType) != 0 || (types & kScalars) == 0;
  if ((types & (kIntegerType | kNumberType)) != 0 && is_number_text(text, (types & kNumberType) == 0)) {
    node->kind = text.find_first_of(".eE") == std::string_view::npos ? JsonKind::kInteger : JsonKind::kNumber;
    if (text.starts_with('+')) node->text = text.substr(1);
  } else if ((types & kBooleanType) != 0 && (text == "true" || text == "false")) {
    node->kind = JsonKind::kBoolean;
    node->boolean = text == "true";
  } else if (wants_text) {
    node->kind = JsonKind::kString;
  } else if ((types & kNullType) != 0 && (text.empty() || text == "null")) {
    node->kind = JsonKind::kNull;
  } else {
    const std::string_view wanted = (types & kIntegerType) != 0  ? "integer"
                                    : (types & kNumberType) != 0 ? "number"
                                                                 : "boolean";
    problem = run.text(joined("Could not convert string to ", wanted, ": ", text.substr(0, 200), "."));
    return nullptr;
  }
  return node;
}

const JsonSchema* items_of(const JsonSchema* schema) {
  schema = schema == nullptr ? nullptr : schema->resolved();
  return schema == nullptr ? nullptr : schema->items;
}

/// All values of an array-typed item: its lines, split unless each value is a line of its own.
const JsonNode* array(PolicyRun& run, const ParameterDefinition& item, std::span<const std::string_view> values,
                      std::string_view& problem) {
  JsonNode* node = run.arena().make<JsonNode>();
  node->kind = JsonKind::kArray;
  JsonNode* last = nullptr;
  for (std::string_view value : values) {
    for (bool more = true; more;) {
      const std::size_t end = item.is_exploded ? std::string_view::npos : value.find(item.separator);
      more = end != std::string_view::npos;
      JsonNode* part = scalar(run, items_of(item.schema), trim_ascii(value.substr(0, end)), problem);
      if (part == nullptr) return nullptr;
      (last == nullptr ? node->first : last->next) = part;
      last = part;
      ++node->count;
      if (more) value.remove_prefix(end + 1);
    }
  }
  return node;
}

const JsonNode* value_of(PolicyRun& run, const ParameterDefinition& item, std::span<const std::string_view> values,
                         std::string_view& problem) {
  if (item.is_array) return array(run, item, values, problem);
  if (!item.is_json) return scalar(run, item.schema, values.front(), problem);
  JsonMistake mistake;
  const JsonNode* node = read_json(run.arena(), values.front(), run.run().limits.json_depth, mistake);
  if (node == nullptr) problem = mistake.message;
  return node;
}

struct Texts {
  std::string details;
  std::string told;
};

// The table's sentences differ by a word here and there. source: content-validation.md#1.5
Texts cannot_be_parsed(const ItemKind& kind, std::string_view name, std::string_view problem) {
  if (kind.of_response)
    return {joined("Value of the header ", name, " couldn't be parsed according to the definition."), {}};
  return {joined("Value of the ", kind.word, " ", name, " cannot be parsed according to the definition. ", problem),
          joined("Value of the ", kind.word, " ", name, " couldn't be parsed according to the definition. ", problem)};
}

Texts does_not_conform(const ItemKind& kind, std::string_view name, std::string_view what) {
  std::string told = kind.of_response ? std::string()
                                      : joined("The value of the ", kind.word, " ", name,
                                               " does not conform to the definition. ", what);
  return {joined("Value of the ", kind.word, " ", name, " does not conform to the definition. ", what),
          std::move(told)};
}

std::string capitalised(std::string_view word) {
  std::string text(word);
  text[0] = ascii_upper(text[0]);
  return text;
}

}  // namespace

void report_unspecified(const ItemKind& kind, std::string_view name, ValidationAction action, Validation& validation) {
  const std::string text = joined("Unspecified ", kind.word, " ", name, " is not allowed.");
  validation.add({name, kind.type, "Unspecified", text, kind.of_response ? std::string_view() : text, action});
}

void report_missing(const ItemKind& kind, std::string_view name, ValidationAction action, Validation& validation) {
  const std::string text = joined("Required ", kind.word, " ", name, " is missing.");
  validation.add({name, kind.type, "IncorrectMessage", text, kind.of_response ? std::string_view() : text, action});
}

void validate_item(PolicyRun& run, const ItemKind& kind, const ParameterDefinition& item,
                   std::span<const std::string_view> values, ValidationAction action, Validation& validation) {
  if (action == ValidationAction::kIgnore) return;
  if (item.is_missing) {
    const std::string text = joined("API's schema does not contain definition ", item.definition,
                                    ", which is associated with the ", kind.word, " ", item.name, ".");
    return validation.add({item.name, kind.type, "MissingDefinition", text, {}, action});
  }
  if (values.size() > 1 && !item.is_array) {
    const std::string text =
        kind.of_response ? joined("Response cannot contain multiple values for the header ", item.name, ".")
                         : joined("Request cannot contain multiple values for the ", kind.word, " ", item.name, ".");
    return validation.add(
        {item.name, kind.type, "IncorrectMessage", text, kind.of_response ? std::string_view() : text, action});
  }
  if (item.schema == nullptr) return;
  std::string_view problem;
  const JsonNode* value = value_of(run, item, values, problem);
  if (value == nullptr) {
    const Texts texts = cannot_be_parsed(kind, item.name, problem);
    return validation.add({item.name, kind.type, "IncorrectMessage", texts.details, texts.told, action});
  }
  SchemaErrors errors;
  const SchemaResult result = validate_json(run.run(), *item.schema, *value, {.of_response = kind.of_response}, errors);
  if (result.answer == SchemaAnswer::kUnresolved || result.answer == SchemaAnswer::kGaveUp) {
    const std::string text = joined(capitalised(kind.word), " ", item.name, " cannot be validated. ", result.problem);
    return validation.add({item.name, kind.type, "ValidationError", text, {}, action});
  }
  for (const SchemaError& error : errors.all()) {
    const std::string_view text = item.is_json ? values.front() : std::string_view();
    const std::string_view what = item.is_json ? described(run, text, error)
                                               : run.text(joined(error.message, " Line: 1, Position: ", error.offset));
    const Texts texts = does_not_conform(kind, item.name, what);
    validation.add({item.name, kind.type, "IncorrectMessage", texts.details, texts.told, action});
  }
}

}  // namespace portcullis
