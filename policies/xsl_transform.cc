// xsl-transform: applies an XSLT 1.0 stylesheet to the XML body. source: xsl-transform-policy
//
// The stylesheet is compiled at load. What is written is libxslt's layout of the result, in the encoding of xsl:output.
// Content-Type stays, but for its charset. source: transformation.md#12 (chosen)
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "engine/pipeline/core.h"
#include "engine/policy/codes.h"
#include "policies/support/body.h"
#include "policies/support/xslt.h"
#include "policies/table.h"

namespace portcullis {
namespace {

struct Parameter {
  std::string_view name;
  std::string_view parameter_name;  // the page's syntax line calls it so
  Setting<std::string_view> value;

  [[nodiscard]] std::string_view given() const { return name.empty() ? parameter_name : name; }
};
struct XslTransform {
  std::span<const Parameter> parameters;
  const xslt::Stylesheet* stylesheet = nullptr;
};

constexpr AttributeSpec kParameterAttributes[] = {
    optional<&Parameter::name>("name"),
    optional<&Parameter::parameter_name>("parameter-name"),
};

void check_parameter(Reader& reader, const Element& element, void* config) {
  const auto& parameter = *static_cast<const Parameter*>(config);
  if (parameter.name.empty() == parameter.parameter_name.empty()) {
    reader.report(element.name_span, policy_code::kMissingAttribute, "`parameter` needs its attribute `name`",
                  "write <parameter name=\"…\">");
    return;
  }
  const std::string_view name = parameter.given();
  const auto is_name_character = [](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || c == '-' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  const bool starts_well = !is_ascii_digit(name[0]) && name[0] != '-' && name[0] != '.';
  if (starts_well && std::ranges::all_of(name, is_name_character)) return;
  reader.report(element.name_span, policy_code::kWrongLiteral, joined("`", name, "` is no name of an XSLT parameter"));
}

constexpr ElementSpec kParameter =
    checked(with_text<&Parameter::value>(element_of<Parameter>(kParameterAttributes)), &check_parameter);

// ---- the stylesheet -----------------------------------------------------------------------------------------------

bool is_declared(std::string_view start_tag, std::string_view name) {
  for (std::size_t at = start_tag.find(name); at != std::string_view::npos; at = start_tag.find(name, at + 1)) {
    const std::string_view rest = start_tag.substr(at + name.size());
    const std::size_t sign = rest.find_first_not_of(" \t\r\n");
    if (at > 0 && is_ascii_space(start_tag[at - 1]) && sign != std::string_view::npos && rest[sign] == '=') return true;
  }
  return false;
}

/// The stylesheet as a document of its own: the prefixes that the policy document declares around it come along.
class StylesheetText {
 public:
  StylesheetText(const Element& element, std::string_view file) : element_(element) {
    const std::string_view start_tag = file.substr(element.start_tag.begin, element.start_tag.size());
    const std::size_t name_end = element.name_span.end - element.start_tag.begin;
    text_ = start_tag.substr(0, name_end);
    for (const Element* outer = element.parent; outer != nullptr; outer = outer->parent) {
      for (const Attribute& attribute : outer->attributes) {
        const bool declares = attribute.name == "xmlns" || attribute.name.starts_with("xmlns:");
        if (declares && !is_declared(start_tag, attribute.name) && !is_declared(text_, attribute.name)) {
          append(text_, " ", attribute.name, "=\"", attribute.value.text.text, "\"");
        }
      }
    }
    text_ += start_tag.substr(name_end);
    inner_ = text_.size();
    if (element.self_closed) return;
    if (element.text.has_value()) text_ += element.text->text.text;
    append(text_, "</", element.name, ">");
  }

  [[nodiscard]] const std::string& text() const { return text_; }

  /// The line in the file.
  [[nodiscard]] Span span_of_line(std::uint32_t line) const {
    std::size_t begin = 0;
    for (std::uint32_t i = 1; i < line; ++i) {
      const std::size_t feed = text_.find('\n', begin);
      if (feed == std::string::npos) break;
      begin = feed + 1;
    }
    std::size_t end = std::min(text_.find('\n', begin), text_.size());
    while (begin < end && is_ascii_space(text_[begin])) ++begin;
    if (begin < inner_ || !element_.text.has_value()) return element_.name_span;
    const std::size_t limit = inner_ + element_.text->text.text.size();
    begin = std::min(begin, limit);
    end = std::clamp(end, begin, limit);
    return element_.text->text.map.original(
        {static_cast<std::uint32_t>(begin - inner_), static_cast<std::uint32_t>(end - inner_)});
  }

 private:
  const Element& element_;
  std::string text_;
  std::size_t inner_ = 0;
};

void read_stylesheet(Reader& reader, std::span<const Element* const> elements, void* config) {
  const Element& element = *elements.front();
  const auto& source = reader.diagnostics().source();
  if (source == nullptr || (element.text.has_value() && element.text->form == Value::Form::kBroken)) return;
  const StylesheetText text(element, source->text());
  std::vector<xslt::Mistake> mistakes;
  const std::shared_ptr<const xslt::Stylesheet> stylesheet = xslt::compile(text.text(), mistakes);
  for (const xslt::Mistake& mistake : mistakes)
    reader.report(text.span_of_line(mistake.line), policy_code::kBadStylesheet, mistake.message);
  if (stylesheet == nullptr) return;
  static_cast<XslTransform*>(config)->stylesheet = stylesheet.get();
  reader.keep(stylesheet);
}

constexpr ChildSpec stylesheet(std::string_view name) {
  return {.name = name, .min = 0, .max = 1, .read = &read_stylesheet};
}

constexpr ChildSpec kChildren[] = {
    elements<&XslTransform::parameters, &kParameter>("parameter", 0, kMany),
    stylesheet("xsl:stylesheet"),
    stylesheet("xsl:transform"),
    stylesheet("stylesheet"),
    stylesheet("transform"),
};

void check(Reader& reader, const Element& element, void*) {
  const auto children = element.elements();
  const auto count = std::ranges::count_if(children, [](const Element& child) { return child.name != "parameter"; });
  if (count == 0)
    reader.report(element.name_span, policy_code::kMissingChild, "`xsl-transform` lacks its child `<xsl:stylesheet>`");
  if (count > 1)
    reader.report(element.name_span, policy_code::kTooManyChildren, "`xsl-transform` holds one stylesheet");
}

// ---- running ------------------------------------------------------------------------------------------------------

// A step of XSLT stands for some ten of an expression.
constexpr std::uint64_t kStepsOfOne = 10;

Outcome run(PolicyRun& run, const XslTransform& config) {
  const std::span<xslt::Parameter> parameters = run.arena().array<xslt::Parameter>(config.parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i].name = config.parameters[i].given();
    if (!run.get(config.parameters[i].value, parameters[i].value)) return Outcome::kFail;
  }
  Message& message = run.message();
  std::string_view body;
  if (!read_body(run, message, body)) return Outcome::kFail;
  if (trim_ascii(body).empty()) return run.fail({}, "There is no body to transform.");
  const xslt::Bounds bounds{.operations = run.run().limits.steps / kStepsOfOne,
                            .memory_bytes = run.arena().remaining()};
  const xslt::Outcome result = xslt::transform(*config.stylesheet, body, parameters, bounds);
  run.core().count_steps(result.operations * kStepsOfOne);
  if (run.tracing()) {
    for (const std::string& said : result.messages) run.trace(joined("xsl:message: ", said));
  }
  if (!result.problem.empty()) return run.fail({}, joined("The XSL transformation failed: ", result.problem, "."));
  if (result.output.size() > run.arena().remaining())
    return run.fail({}, "The result is larger than the memory limit.");
  replace_body_in(run, message, run.text(result.output),
                  result.encoding.empty() ? std::string_view("utf-8") : std::string_view(result.encoding));
  if (run.tracing()) run.trace(joined("The body was transformed: ", result.output.size(), " bytes"));
  return Outcome::kContinue;
}

constexpr SectionSet kSections = bit(Section::kInbound) | bit(Section::kOutbound) | bit(Section::kOnError);

}  // namespace

const PolicySpec kXslTransform = policy<XslTransform, &run>("xsl-transform", {}, kChildren)
                                     .in(kSections)
                                     .checked_by(&check)
                                     .emitting(&emit_with_body<XslTransform, &run>);

}  // namespace portcullis
