// set-body: replaces the body of the current message by a literal, an expression's value or a Liquid template's output.
// source: set-body-policy
//
// A template is compiled at load and renders into the arena. Its `body` is that of the message around it: inside
// send-request still the pipeline's, inside return-response nothing. source: transformation.md#6.3
#include "base/text.h"
#include "policies/support/body.h"
#include "policies/support/content.h"
#include "policies/table.h"

namespace portcullis {

enum class BodyTemplate : std::uint8_t { kNone, kLiquid };
constexpr Word kBodyTemplateWords[] = {{"none", 0}, {"liquid", 1}};
constexpr std::span<const Word> portcullis_words(BodyTemplate*) { return kBodyTemplateWords; }
enum class XsiNil : std::uint8_t { kBlank, kNull };
constexpr Word kXsiNilWords[] = {{"blank", 0}, {"null", 1}};
constexpr std::span<const Word> portcullis_words(XsiNil*) { return kXsiNilWords; }

namespace {

struct SetBody {
  BodyTemplate body_template = BodyTemplate::kNone;
  XsiNil xsi_nil = XsiNil::kBlank;
  bool parse_date = true;
  bool html_decode_expression = false;  // accepted; no source says what it does
  Setting<Object*> content;
  const liquid::Template* made = nullptr;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&SetBody::body_template>("template"),
    optional<&SetBody::xsi_nil>("xsi-nil"),
    optional<&SetBody::parse_date>("parse-date"),
    optional<&SetBody::html_decode_expression>("html-decode-expression"),
};

/// A text within the file: where its bytes come from is known.
struct Source {
  std::size_t begin;  // of the part that counts
  std::string_view text;
};

// Markup may stand in a single <value>. source: transformation.md#6.1
Source without_value_element(const Value& value) {
  constexpr std::string_view kOpening = "<value>";
  constexpr std::string_view kClosing = "</value>";
  const std::string_view text = value.text.text;
  const std::string_view inner = trim_ascii(text);
  const bool is_wrapped = value.as_written && inner.starts_with(kOpening) && inner.ends_with(kClosing) &&
                          inner.find(kClosing) == inner.size() - kClosing.size();
  if (!is_wrapped) return {0, text};
  const std::string_view content = inner.substr(kOpening.size(), inner.size() - kOpening.size() - kClosing.size());
  return {static_cast<std::size_t>(content.data() - text.data()), content};
}

// The text, white space kept; or that of a single <value>. source: transformation.md#6.1
void read_content(Reader& reader, const Element& element, void* config) {
  auto& body = *static_cast<SetBody*>(config);
  const auto children = element.elements();
  const Element& holder = children.size() == 1 && children.front().name == "value" ? children.front() : element;
  if (body.body_template == BodyTemplate::kNone) return reader.read_text(holder, body.content);
  const Value* value = reader.text_of(holder);
  if (value == nullptr || !value->is_literal()) {
    body.made = read_template(reader, holder);
  } else {
    const Source source = without_value_element(*value);
    body.made = compile_template(reader, *value, source.begin, source.text);
  }
}

constexpr ChildSpec kChildren[] = {
    {.name = "value", .min = 0, .max = 1, .read = [](Reader&, std::span<const Element* const>, void*) {}}};

constexpr ElementSpec make_element() {
  ElementSpec element = element_of<SetBody>(kAttributes, kChildren);
  element.allows_text = true;
  element.text_allows_expression = true;
  element.read_text = &read_content;
  return element;
}

Outcome run(PolicyRun& run, const SetBody& config) {
  Object* value = nullptr;
  std::string_view content;
  const TemplateOptions options{.parse_dates = config.parse_date, .null_for_nil = config.xsi_nil == XsiNil::kNull};
  const bool is_good = config.made != nullptr ? render_template(run, *config.made, options, content)
                                              : run.get(config.content, value) && content_of(run, value, content);
  if (!is_good) return Outcome::kFail;
  replace_body(run, run.message(), content);
  if (run.tracing()) run.trace(joined("Body was set: ", content.size(), " bytes"));
  return Outcome::kContinue;
}

// A template's body has to be there; what expressions read, they say themselves.
void emit(FlowBuilder& flow, const Element&, const void* config) {
  const auto& body = *static_cast<const SetBody*>(config);
  constexpr auto kRun = [](PolicyRun& run_of, const FlowOp& op) {
    return run(run_of, *static_cast<const SetBody*>(op.config));
  };
  const bool needs_body = body.made != nullptr && body.made->reads_body;
  flow.emit({.run = kRun,
             .config = config,
             .needs = needs_body ? needs_body_of(flow.reader().section()) : std::uint8_t{kNeedsNothing}});
}

}  // namespace

const PolicySpec kSetBody = policy<SetBody, &run>("set-body", make_element()).emitting(&emit);

}  // namespace portcullis
