#include "engine/pipeline/schema_reader.h"

#include <charconv>
#include <string>

#include "base/text.h"
#include "engine/pipeline/program.h"
#include "engine/policy/codes.h"
#include "engine/types/type_table.h"

namespace portcullis {

using namespace policy_code;  // NOLINT(google-build-using-namespace): the codes read as words

std::string_view name_of(Section section) {
  constexpr std::string_view kNames[] = {"inbound", "backend", "outbound", "on-error"};
  return kNames[static_cast<std::size_t>(section)];
}

std::string_view name_of(Scope scope) {
  constexpr std::string_view kNames[] = {"global", "workspace", "product", "api", "operation"};
  return kNames[static_cast<std::size_t>(scope)];
}

const Value& Reader::value_of(const Attribute& attribute) { return attribute.value; }

Arena& SchemaReader::arena() { return program_.arena; }
const TypeTable& SchemaReader::types() const { return *program_.types; }
const ApiDefinition* SchemaReader::description() const { return program_.description.get(); }
VariableNames& SchemaReader::variables() { return program_.variables; }

std::uint8_t SchemaReader::take_needs() {
  const std::uint8_t taken = needs_;
  needs_ = kNeedsNothing;
  return taken;
}

SchemaReader::SchemaReader(Program& program, Diagnostics& diagnostics, bool strict_members)
    : program_(program),
      diagnostics_(diagnostics),
      numbers_(program.variables),
      compiler_(*program.types, {.strict_allow_list = strict_members, .variables = &numbers_}) {}

// ---- elements -------------------------------------------------------------------------------------------------------

void* SchemaReader::read_config(const Element& element, const ElementSpec& spec) {
  void* config = arena().allocate(spec.config_size == 0 ? 1 : spec.config_size, spec.config_align);
  if (spec.construct != nullptr) spec.construct(config);
  read_element(element, spec, config);
  return config;
}

void SchemaReader::read_element(const Element& element, const ElementSpec& spec, void* config) {
  read_attributes(element, spec, config);
  read_children(element, spec, config);
  const bool has_text = element.text.has_value() && !element.text->trimmed().empty();
  if (spec.read_text != nullptr) {
    spec.read_text(*this, element, config);
  } else if (has_text && !spec.allows_text && element.text->form != Value::Form::kBroken) {
    report(element.text->span, kUnexpectedText, joined("`", element.name, "` takes no text"), {});
  }
  if (spec.check != nullptr) spec.check(*this, element, config);
}

void SchemaReader::read_attributes(const Element& element, const ElementSpec& spec, void* config) {
  for (const Attribute& attribute : element.attributes) {
    const AttributeSpec* found = nullptr;
    for (const AttributeSpec& known : spec.attributes) {
      if (known.name == attribute.name) found = &known;
    }
    if (found != nullptr) {
      found->read(*this, attribute, config);
      continue;
    }
    if (attribute.name == "id") continue;  // every policy element may have it
    std::vector<std::string_view> names;
    for (const AttributeSpec& known : spec.attributes) names.push_back(known.name);
    const std::string_view close = closest(attribute.name, names);
    std::string help = close.empty() ? "" : joined("did you mean `", close, "`?");
    if (close.empty() && !names.empty() && names.size() <= 12) {
      help = "it has: ";
      for (std::size_t i = 0; i < names.size(); ++i) append(help, i == 0 ? "`" : ", `", names[i], "`");
    }
    report(attribute.name_span, kUnknownAttribute, joined("`", element.name, "` has no attribute `", attribute.name, "`"), help);
  }
  for (const AttributeSpec& known : spec.attributes) {
    if (!known.is_required || element.find(known.name) != nullptr) continue;
    report(element.name_span, kMissingAttribute, joined("`", element.name, "` lacks its attribute `", known.name, "`"),
           joined("write <", element.name, " ", known.name, "=\"…\" …>"));
  }
}

void SchemaReader::read_children(const Element& element, const ElementSpec& spec, void* config) {
  for (const ChildSpec& child : spec.children) {
    std::vector<const Element*> found;
    for (const Element& candidate : element.elements()) {
      if (candidate.name == child.name) found.push_back(&candidate);
    }
    if (found.size() < child.min) {
      report(element.name_span, kMissingChild, joined("`", element.name, "` lacks its child `<", child.name, ">`"), {});
    }
    if (found.size() > child.max) {
      report(found[child.max]->name_span, kTooManyChildren,
             joined("`<", child.name, ">` stands ", found.size(), " times in `", element.name, "`, ", child.max, " allowed"), {});
      found.resize(child.max);
    }
    if (!found.empty()) child.read(*this, found, config);
  }
  if (spec.holds == ElementSpec::Holds::kAnyPolicy) return;
  for (const Element& candidate : element.elements()) {
    bool known = false;
    for (const ChildSpec& child : spec.children) known = known || child.name == candidate.name;
    for (const std::string_view policy : spec.listed_policies) known = known || policy == candidate.name;
    if (!known) report_unknown_child(element, candidate, spec);
  }
}

void SchemaReader::report_unknown_child(const Element& element, const Element& child, const ElementSpec& spec) {
  std::vector<std::string_view> names;
  for (const ChildSpec& known : spec.children) names.push_back(known.name);
  names.insert(names.end(), spec.listed_policies.begin(), spec.listed_policies.end());
  const std::string_view close = closest(child.name, names);
  std::string help;
  if (!close.empty()) {
    help = joined("did you mean `<", close, ">`?");
  } else if (names.empty()) {
    help = "it has no child elements";
  } else if (names.size() <= 12) {
    help = "it may hold: ";
    for (std::size_t i = 0; i < names.size(); ++i) append(help, i == 0 ? "`" : ", `", names[i], "`");
  }
  report(child.name_span, kUnknownChild, joined("`<", child.name, ">` may not stand in `", element.name, "`"), help);
}

// ---- values -----------------------------------------------------------------------------------------------------------

namespace {

std::string_view wanted_text(ValueKind kind) {
  switch (kind) {
    case ValueKind::kText: return "text";
    case ValueKind::kBoolean: return "`true` or `false`";
    case ValueKind::kInteger: return "a whole number";
    case ValueKind::kNumber: return "a number";
    case ValueKind::kSeconds: return "a whole number of seconds";
    case ValueKind::kWord: return "one of its words";
    case ValueKind::kAny: return "any value";
  }
  return "";
}

// What may become the slot's type at run time; anything else is refused at load. source: transformation.md#0.2
bool may_become(const Type& type, ValueKind kind) {
  const Type& plain = underlying(type);
  if (type.kind == TypeKind::kError || type.kind == TypeKind::kDynamic || type.kind == TypeKind::kNull) return true;
  if (plain.is(Known::kObject) || plain.is(Known::kString)) return true;
  switch (kind) {
    case ValueKind::kBoolean: return plain.is(Known::kBoolean);
    case ValueKind::kInteger:
    case ValueKind::kSeconds: return is_integral(plain) && !plain.is(Known::kChar);
    case ValueKind::kNumber: return is_numeric(plain) && !plain.is(Known::kChar);
    case ValueKind::kText:
    case ValueKind::kWord:
    case ValueKind::kAny: return true;
  }
  return true;
}

}  // namespace

const CompiledExpression* SchemaReader::compile(const Value& value, ValueKind kind) {
  const ExpressionForm form = value.form == Value::Form::kBlock ? ExpressionForm::kStatements : ExpressionForm::kExpression;
  std::shared_ptr<const CompiledExpression> compiled = compiler_.compile(value.text, form, {}, diagnostics_);
  if (compiled == nullptr) return nullptr;
  if (!may_become(*compiled->type, kind)) {
    report(value.span, kWrongResultType,
           joined("the expression gives `", csharp_name(*compiled->type), "`, but ", wanted_text(kind), " is wanted here"), {});
  }
  if ((compiled->member_flags & kReadsRequestBody) != 0) needs_ |= kNeedsRequestBody;
  if ((compiled->member_flags & kReadsResponseBody) != 0) needs_ |= kNeedsResponseBody;
  program_.expressions.push_back(compiled);
  return program_.expressions.back().get();
}

void SchemaReader::wrong_literal(const Value& value, std::string_view wanted) {
  std::string shown(value.trimmed().substr(0, 60));
  report(value.span, kWrongLiteral, joined("`", shown, "` is not ", wanted), {});
}

bool SchemaReader::refuse_expression(const Value& value) {
  if (value.form == Value::Form::kBroken) return true;
  if (!value.is_code()) return false;
  report(value.span, kExpressionNotAllowed, "an expression may not stand here", "write a literal or a named value");
  return true;
}

template <typename T>
void SchemaReader::read_setting(const Value& value, Setting<T>& field, ValueKind kind) {
  field.is_present = true;
  if (value.is_code()) {
    field.expression = compile(value, kind);
  } else if (value.form == Value::Form::kLiteral) {
    read_value(value, field.literal);
  }
}

void SchemaReader::read_value(const Value& value, Setting<std::string_view>& field) { read_setting(value, field, ValueKind::kText); }
void SchemaReader::read_value(const Value& value, Setting<bool>& field) { read_setting(value, field, ValueKind::kBoolean); }
void SchemaReader::read_value(const Value& value, Setting<std::int32_t>& field) { read_setting(value, field, ValueKind::kInteger); }
void SchemaReader::read_value(const Value& value, Setting<std::int64_t>& field) { read_setting(value, field, ValueKind::kInteger); }
void SchemaReader::read_value(const Value& value, Setting<double>& field) { read_setting(value, field, ValueKind::kNumber); }
void SchemaReader::read_value(const Value& value, Setting<std::chrono::seconds>& field) { read_setting(value, field, ValueKind::kSeconds); }

void SchemaReader::read_value(const Value& value, Setting<Object*>& field) {
  field.is_present = true;
  if (value.is_code()) {
    field.expression = compile(value, ValueKind::kAny);
    return;
  }
  if (value.form != Value::Form::kLiteral) return;
  String* text = arena().make<String>();
  text->type = &types().known(Known::kString);
  const std::string_view copied = arena().copy(std::string_view(value.text.text));
  text->data = copied.data();
  text->size = static_cast<std::uint32_t>(copied.size());
  static_cast<void>(text->length_utf16());  // counted now: threads share it
  field.literal = text;
}

void SchemaReader::read_value(const Value& value, std::string_view& field) {
  if (refuse_expression(value)) return;
  field = arena().copy(value.trimmed());
}

void SchemaReader::read_value(const Value& value, bool& field) {
  if (refuse_expression(value)) return;
  const std::string_view text = value.trimmed();
  if (equals_ignoring_ascii_case(text, "true")) {
    field = true;
  } else if (equals_ignoring_ascii_case(text, "false")) {
    field = false;
  } else {
    wrong_literal(value, wanted_text(ValueKind::kBoolean));
  }
}

template <typename Field>
void SchemaReader::read_number(const Value& value, Field& field) {
  std::string_view text = value.trimmed();
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), field);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    wrong_literal(value, wanted_text(std::is_integral_v<Field> ? ValueKind::kInteger : ValueKind::kNumber));
  }
}

void SchemaReader::read_value(const Value& value, std::int32_t& field) {
  if (!refuse_expression(value)) read_number(value, field);
}
void SchemaReader::read_value(const Value& value, std::int64_t& field) {
  if (!refuse_expression(value)) read_number(value, field);
}
void SchemaReader::read_value(const Value& value, double& field) {
  if (!refuse_expression(value)) read_number(value, field);
}
void SchemaReader::read_value(const Value& value, std::chrono::seconds& field) {
  if (refuse_expression(value)) return;
  std::int64_t seconds = 0;
  read_number(value, seconds);
  field = std::chrono::seconds(seconds);
}

bool SchemaReader::read_word(const Value& value, std::span<const Word> words, std::int64_t& field) {
  if (refuse_expression(value)) return false;
  const std::string_view text = value.trimmed();
  for (const Word& word : words) {
    if (word.text == text) return field = word.value, true;
  }
  for (const Word& word : words) {
    if (!equals_ignoring_ascii_case(word.text, text)) continue;
    warn(value.span, kWordCase, joined("`", text, "` is written `", word.text, "`"), {});
    return field = word.value, true;
  }
  std::string help = "it is one of: ";
  for (std::size_t i = 0; i < words.size(); ++i) append(help, i == 0 ? "`" : ", `", words[i].text, "`");
  report(value.span, kWrongLiteral, joined("`", text.substr(0, 60), "` is not a value of this attribute"), help);
  return false;
}

const Value* SchemaReader::text_of(const Element& element) {
  if (element.text.has_value()) return &*element.text;
  return nullptr;
}

void SchemaReader::report(Span span, std::uint16_t code, std::string_view message, std::string_view help) {
  diagnostics_.add({.code = code, .span = span, .message = std::string(message), .help = std::string(help)});
}

void SchemaReader::warn(Span span, std::uint16_t code, std::string_view message, std::string_view help) {
  diagnostics_.add({.code = code, .severity = Severity::kWarning, .span = span, .message = std::string(message), .help = std::string(help)});
}

}  // namespace portcullis
