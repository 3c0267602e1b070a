// Reads attributes and texts of a policy element into the fields of its configuration: literals are parsed, expressions compiled
// to the type the field wants, everything that does not fit is reported with its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/arena.h"
#include "engine/policy/flow.h"
#include "engine/policy/setting.h"

namespace portcullis {

struct ApiDefinition;
struct ElementSpec;

/// A word an enumerated attribute allows. Any case is taken (another than the documented one with a warning).
struct Word {
  std::string_view text;
  std::int64_t value;
};

/// For messages, docs and editors.
enum class ValueKind : std::uint8_t { kText, kBoolean, kInteger, kNumber, kSeconds, kWord, kAny };

class Reader {
 public:
  virtual ~Reader() = default;
  virtual Arena& arena() = 0;  // Program lifetime
  virtual Diagnostics& diagnostics() = 0;
  virtual const TypeTable& types() const = 0;
  virtual VariableNames& variables() = 0;
  virtual Section section() const = 0;
  virtual Scope scope() const = 0;
  /// Null: nothing is known about the API, and no schema can be told to be missing.
  virtual const ApiDefinition* description() const { return nullptr; }

  /// Ids of the service's loggers; nullopt: nothing is known of them.
  virtual std::optional<std::span<const std::string_view>> loggers() const { return std::nullopt; }

  // Literal or expression. Text is trimmed except where `keep_white_space` was asked for.
  virtual void read_value(const Value& value, Setting<std::string_view>& field) = 0;
  virtual void read_value(const Value& value, Setting<bool>& field) = 0;
  virtual void read_value(const Value& value, Setting<std::int32_t>& field) = 0;
  virtual void read_value(const Value& value, Setting<std::int64_t>& field) = 0;
  virtual void read_value(const Value& value, Setting<double>& field) = 0;
  virtual void read_value(const Value& value, Setting<std::chrono::seconds>& field) = 0;
  virtual void read_value(const Value& value, Setting<Object*>& field) = 0;
  // Literal only.
  virtual void read_value(const Value& value, std::string_view& field) = 0;
  virtual void read_value(const Value& value, bool& field) = 0;
  virtual void read_value(const Value& value, std::int32_t& field) = 0;
  virtual void read_value(const Value& value, std::int64_t& field) = 0;
  virtual void read_value(const Value& value, double& field) = 0;
  virtual void read_value(const Value& value, std::chrono::seconds& field) = 0;
  /// The value of the matching word, or nullopt after reporting.
  virtual bool read_word(const Value& value, std::span<const Word> words, std::int64_t& field) = 0;
  virtual const Value* text_of(const Element& element) = 0;  // null: it has none
  /// What a configuration points to and the arena cannot hold (a stylesheet, a schema): freed with the Program.
  virtual void keep(std::shared_ptr<const void> owned) = 0;
  /// Reads attributes, children and text of `element` into `config`, which was default-constructed.
  virtual void read_element(const Element& element, const ElementSpec& spec, void* config) = 0;
  /// Reports at a place of the element: error 2xxx.
  virtual void report(Span span, std::uint16_t code, std::string_view message, std::string_view help = {}) = 0;
  virtual void warn(Span span, std::uint16_t code, std::string_view message, std::string_view help = {}) = 0;

  template <typename Field>
  void read(const Attribute& attribute, Field& field) {
    read_field(value_of(attribute), field);
  }
  template <typename Field>
  void read_text(const Element& element, Field& field) {
    if (const Value* value = text_of(element)) read_field(*value, field);
  }

 private:
  static const Value& value_of(const Attribute& attribute);
  template <typename Field>
  void read_field(const Value& value, Field& field);
};

// ---- what a field's type says about the attribute --------------------------------------------------------------------------

template <typename Field>
struct FieldKind {
  static constexpr bool kAllowsExpression = false;
  static constexpr ValueKind kKind = std::is_enum_v<Field>                             ? ValueKind::kWord
                                     : std::is_same_v<Field, bool>                     ? ValueKind::kBoolean
                                     : std::is_integral_v<Field>                       ? ValueKind::kInteger
                                     : std::is_same_v<Field, double>                   ? ValueKind::kNumber
                                     : std::is_same_v<Field, std::chrono::seconds>     ? ValueKind::kSeconds
                                     : std::is_same_v<Field, Object*>                  ? ValueKind::kAny
                                                                                       : ValueKind::kText;
  static constexpr std::span<const Word> words() {
    if constexpr (std::is_enum_v<Field>) {
      return portcullis_words(static_cast<Field*>(nullptr));
    } else {
      return {};
    }
  }
};
/// An enum that may be given by an expression: Setting<Enum> is read as text and matched at run time.
template <typename T>
struct FieldKind<Setting<T>> : FieldKind<T> {
  static constexpr bool kAllowsExpression = true;
};

template <typename Field>
void Reader::read_field(const Value& value, Field& field) {
  if constexpr (std::is_enum_v<Field>) {
    std::int64_t number = 0;
    if (read_word(value, FieldKind<Field>::words(), number)) field = static_cast<Field>(number);
  } else {
    read_value(value, field);
  }
}

}  // namespace portcullis
