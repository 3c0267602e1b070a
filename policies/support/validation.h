// What the policies that compare traffic with the API's definition share: actions, error objects, the errors variable,
// how they fail. source: content-validation.md#1
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/policy/api_definition.h"
#include "engine/policy/policy_run.h"
#include "engine/policy/spec.h"
#include "policies/support/schema.h"

namespace portcullis {

enum class ValidationAction : std::uint8_t { kIgnore, kPrevent, kDetect };
inline constexpr Word kValidationActions[] = {{"ignore", 0}, {"prevent", 1}, {"detect", 2}};

namespace validation_detail {
template <auto kField, typename Config = typename spec_detail::FieldOf<decltype(kField)>::Config>  // see spec_detail
void read_action(Reader& reader, const Attribute& attribute, void* config) {
  reader.read(attribute, static_cast<Config*>(config)->*kField);
  std::int64_t word = 0;
  if (attribute.value.is_literal()) reader.read_word(attribute.value, kValidationActions, word);
}
template <auto kField>
constexpr AttributeSpec action(AttributeSpec spec) {
  spec.kind = ValueKind::kWord;
  spec.words = kValidationActions;
  spec.read = spec.own_read = &read_action<kField>;
  return spec;
}
}  // namespace validation_detail

/// An action that may be an expression, in a `Setting<std::string_view>`.
template <auto kField>
constexpr AttributeSpec required_action(std::string_view name) {
  return validation_detail::action<kField>(required<kField>(name));
}
template <auto kField>
constexpr AttributeSpec optional_action(std::string_view name) {
  return validation_detail::action<kField>(optional<kField>(name));
}
/// False after a failure: the expression's, or a word that is no action.
bool get_action(PolicyRun& run, const Setting<std::string_view>& setting, ValidationAction& action);

/// The variable's name under both its spellings; the documented one wins. source: content-validation.md#1.3
struct ErrorsVariable {
  std::string_view name;
  std::string_view old_name;
  [[nodiscard]] std::string_view text() const { return name.empty() ? old_name : name; }
};

/// What the caller reads of faults that are not his.
inline constexpr std::string_view kGenericMessage =
    "The request could not be processed due to an internal error. Contact the API owner.";
inline constexpr std::string_view kNoApiSchema = "API's schema does not exist or it could not be resolved.";
inline constexpr std::string_view kNoDefinitions = "API's schema does not specify definitions.";

struct ValidationError {
  std::string_view name;
  std::string_view type;
  std::string_view rule;
  std::string_view details;
  std::string_view public_message;  // empty: the generic one
  ValidationAction action = ValidationAction::kPrevent;
};

/// The errors of one run of a policy. Texts are copied.
class Validation {
 public:
  /// Steps and time of what follows count anew, as those of an expression do.
  explicit Validation(PolicyRun& run) : run_(run) { run.run().start_expression(); }

  void add(const ValidationError& error);
  /// An error that stops the request was found.
  [[nodiscard]] bool blocks() const { return first_blocking_ != nullptr; }
  [[nodiscard]] bool empty() const { return errors_ == nullptr; }
  /// Fills the variable, traces, and fails when an error prevents. `of_response`: 502 instead of 400.
  Outcome finish(std::string_view variable, bool of_response);

 private:
  struct Entry {
    ValidationError error;
    Entry* next = nullptr;
  };
  PolicyRun& run_;
  Entry* errors_ = nullptr;
  Entry* last_ = nullptr;
  const ValidationError* first_blocking_ = nullptr;
};

/// `{validator message} Line: {n}, Position: {n}`; `text` is what was validated.
std::string_view described(PolicyRun& run, std::string_view text, const SchemaError& error);

/// The decoded body, never more than `limit` + 1 bytes of it. False when its encoding is none that can be undone:
/// `problem` says so.
bool decoded_body(PolicyRun& run, const Message& message, std::size_t limit, std::string_view& content,
                  std::string_view& problem);

/// Media type in lower case, without parameters. Lifetime: the request.
std::string_view media_type(PolicyRun& run, std::string_view content_type);
/// `image/*` and `*/*` admit many.
bool admits_media_type(std::string_view range, std::string_view type);
const RepresentationDefinition* find_representation(std::span<const RepresentationDefinition> all,
                                                    std::string_view type);

// ---- parameters and headers
// -----------------------------------------------------------------------------------------------

struct ItemKind {
  std::string_view type;  // "QueryParameter"
  std::string_view word;  // "query parameter"
  bool of_response = false;
};
inline constexpr ItemKind kPathItem{"PathParameter", "path parameter", false};
inline constexpr ItemKind kQueryItem{"QueryParameter", "query parameter", false};
inline constexpr ItemKind kRequestHeaderItem{"RequestHeader", "header", false};
inline constexpr ItemKind kResponseHeaderItem{"ResponseHeader", "header", true};

/// Judges the values of one item that the operation defines.
void validate_item(PolicyRun& run, const ItemKind& kind, const ParameterDefinition& item,
                   std::span<const std::string_view> values, ValidationAction action, Validation& validation);
void report_unspecified(const ItemKind& kind, std::string_view name, ValidationAction action, Validation& validation);
void report_missing(const ItemKind& kind, std::string_view name, ValidationAction action, Validation& validation);

}  // namespace portcullis
