// The Reader that loading uses: literals, expressions and child elements of one document into configurations.
#pragma once

#include <memory>
#include <vector>

#include "engine/exchange/exchange.h"
#include "engine/lower/compile.h"
#include "engine/pipeline/program.h"
#include "engine/policy/reader.h"
#include "engine/policy/spec.h"

namespace portcullis {

class SchemaReader : public Reader {
 public:
  SchemaReader(Program& program, Diagnostics& diagnostics, bool strict_members);

  void stand_in(Section section, Scope scope) { section_ = section, scope_ = scope; }
  /// Needs bits of the expressions compiled since the last call.
  std::uint8_t take_needs();
  /// Checks attributes and children against `spec`; `is_policy_child` says which unknown children are policies the element holds.
  void read_element(const Element& element, const ElementSpec& spec, void* config) override;
  void* read_config(const Element& element, const ElementSpec& spec);

  Arena& arena() override;
  Diagnostics& diagnostics() override { return diagnostics_; }
  const TypeTable& types() const override;
  VariableNames& variables() override;
  Section section() const override { return section_; }
  Scope scope() const override { return scope_; }
  const ApiDefinition* description() const override;
  std::optional<std::span<const std::string_view>> loggers() const override { return loggers_; }
  void know_loggers(std::optional<std::span<const std::string_view>> loggers) { loggers_ = loggers; }
  void read_value(const Value& value, Setting<std::string_view>& field) override;
  void read_value(const Value& value, Setting<bool>& field) override;
  void read_value(const Value& value, Setting<std::int32_t>& field) override;
  void read_value(const Value& value, Setting<std::int64_t>& field) override;
  void read_value(const Value& value, Setting<double>& field) override;
  void read_value(const Value& value, Setting<std::chrono::seconds>& field) override;
  void read_value(const Value& value, Setting<Object*>& field) override;
  void read_value(const Value& value, std::string_view& field) override;
  void read_value(const Value& value, bool& field) override;
  void read_value(const Value& value, std::int32_t& field) override;
  void read_value(const Value& value, std::int64_t& field) override;
  void read_value(const Value& value, double& field) override;
  void read_value(const Value& value, std::chrono::seconds& field) override;
  bool read_word(const Value& value, std::span<const Word> words, std::int64_t& field) override;
  const Value* text_of(const Element& element) override;
  void keep(std::shared_ptr<const void> owned) override { program_.kept.push_back(std::move(owned)); }
  void report(Span span, std::uint16_t code, std::string_view message, std::string_view help) override;
  void warn(Span span, std::uint16_t code, std::string_view message, std::string_view help) override;

 private:
  void read_attributes(const Element& element, const ElementSpec& spec, void* config);
  void read_children(const Element& element, const ElementSpec& spec, void* config);
  void report_unknown_child(const Element& element, const Element& child, const ElementSpec& spec);
  const CompiledExpression* compile(const Value& value, ValueKind kind);
  template <typename Field>
  void read_number(const Value& value, Field& field);
  template <typename T>
  void read_setting(const Value& value, Setting<T>& field, ValueKind kind);
  bool refuse_expression(const Value& value);
  void wrong_literal(const Value& value, std::string_view wanted);

  /// The program's numbers of variables, as lowering asks for them.
  class Numbers final : public VariableNumbers {
   public:
    explicit Numbers(VariableNames& names) : names_(names) {}
    std::uint32_t number_of(std::string_view name) override { return names_.intern(name); }

   private:
    VariableNames& names_;
  };

  Program& program_;
  Diagnostics& diagnostics_;
  Numbers numbers_;
  ExpressionCompiler compiler_;
  Section section_ = Section::kInbound;
  Scope scope_ = Scope::kApi;
  std::uint8_t needs_ = kNeedsNothing;
  std::optional<std::span<const std::string_view>> loggers_;
};

}  // namespace portcullis
