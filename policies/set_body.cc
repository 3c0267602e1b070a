// set-body: replaces the body of the current message by a literal, an expression's value or a Liquid template's output.
// source: set-body-policy
//
// A template is compiled at load and renders into the arena. Its `body` is that of the message around it: inside
// send-request still the pipeline's, inside return-response nothing. source: transformation.md#6.3
#include <vector>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/json/json.h"
#include "engine/liquid/template.h"
#include "engine/pipeline/core.h"
#include "engine/policy/codes.h"
#include "engine/xml/xml.h"
#include "policies/support/body.h"
#include "policies/support/media_type.h"
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
  const Value* value;
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
  if (!is_wrapped) return {&value, 0, text};
  const std::string_view content = inner.substr(kOpening.size(), inner.size() - kOpening.size() - kClosing.size());
  return {&value, static_cast<std::size_t>(content.data() - text.data()), content};
}

void compile_template(Reader& reader, const Source& source, SetBody& body) {
  std::vector<liquid::Mistake> mistakes;
  const std::string_view text = reader.arena().copy(source.text);
  body.made = liquid::compile(reader.arena(), text, source.value->as_written, mistakes);
  for (const liquid::Mistake& mistake : mistakes) {
    const auto shift = static_cast<std::uint32_t>(source.begin);
    const Span span = source.value->text.map.original({mistake.span.begin + shift, mistake.span.end + shift});
    if (mistake.is_error) {
      reader.report(span, policy_code::kBadTemplate, mistake.message, mistake.help);
    } else {
      reader.warn(span, policy_code::kSuspicious, mistake.message, mistake.help);
    }
  }
}

// The text, white space kept; or that of a single <value>. source: transformation.md#6.1
void read_content(Reader& reader, const Element& element, void* config) {
  auto& body = *static_cast<SetBody*>(config);
  const auto children = element.elements();
  const Element& holder = children.size() == 1 && children.front().name == "value" ? children.front() : element;
  if (body.body_template == BodyTemplate::kNone) return reader.read_text(holder, body.content);
  const Value* value = reader.text_of(holder);
  if (value == nullptr) {
    const Value nothing;
    return compile_template(reader, {&nothing, 0, {}}, body);
  }
  if (value->is_code()) {
    reader.report(value->span, policy_code::kExpressionNotAllowed, "an expression may not stand in a Liquid template",
                  "remove `template`, or write {{ }}");
  } else if (value->is_literal()) {
    compile_template(reader, without_value_element(*value), body);
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

// A string is UTF-8, bytes are themselves, the rest is its text; null is an empty body.
bool content_of(PolicyRun& run, Object* value, std::string_view& content) {
  content = {};
  if (value == nullptr) return true;
  const Type& type = *value->type;
  if (&type == &run.exchange().types.byte_array()) {
    content = static_cast<const ByteArray*>(value)->view();
    return true;
  }
  if (type.is(Known::kString)) {
    content = static_cast<const String*>(value)->view();
    return true;
  }
  const String* text = to_text(run.run(), run.run().type(Known::kObject), Slot::of_object(value));
  if (run.run().failed()) {
    run.run().pending = nullptr;
    run.fail({}, "The value cannot be written as text.");
    return false;
  }
  if (text != nullptr) content = text->view();
  return true;
}

// ---- templates ----------------------------------------------------------------------------------------------------

/// The message of the pipeline whose body the template reads; null inside return-response.
Message* surrounding_message(PolicyRun& run) {
  for (const Building* at = run.fiber().building; at != nullptr; at = at->outer) {
    if (at->response != nullptr) return nullptr;
  }
  if (run.section() == Section::kInbound || run.section() == Section::kBackend) return &run.exchange().request;
  return run.exchange().response;
}

// JSON and XML by Content-Type, any other body as text. False after failing.
bool read_model(PolicyRun& run, const SetBody& config, Object*& body) {
  body = nullptr;
  Message* message = surrounding_message(run);
  if (message == nullptr) {
    body = run.run().empty_string();
    return true;
  }
  std::string_view text;
  if (!read_body(run, *message, text)) return false;
  if (message->body.state != BodyState::kBuffered) return true;
  const std::string_view type = media_type_of(message->headers, run.arena());
  const bool is_blank = trim_ascii(text).empty();
  if (is_json_type(type)) {
    if (!is_blank) body = parse_json(run.run(), text, {.dates = config.parse_date});
  } else if (is_xml_type(type)) {
    if (!is_blank) body = parse_xml(run.run(), text);
  } else {
    body = run.run().view(text);
  }
  if (!run.run().failed()) return true;
  fail_with_pending(run, is_json_type(type) ? "The body is not well-formed JSON." : "The body is not well-formed XML.");
  return false;
}

bool render(PolicyRun& run, const SetBody& config, std::string_view& content) {
  Run& evaluation = run.run();
  evaluation.start_expression();
  liquid::Model model{.context = context_of(run.exchange()), .nil_elements = config.xsi_nil == XsiNil::kNull};
  if (config.made->reads_body && !read_model(run, config, model.body)) return false;
  TextBuffer out;
  if (!liquid::render(evaluation, *config.made, model, out)) {
    fail_with_pending(run, "The template cannot be rendered.");
    return false;
  }
  // A filter may have cut a surrogate pair in two.
  content = is_valid_utf8(out.view()) ? out.view() : run.text(without_lone_surrogates(out.view()));
  run.core().count_steps(evaluation.steps_used());
  return true;
}

Outcome run(PolicyRun& run, const SetBody& config) {
  Object* value = nullptr;
  std::string_view content;
  const bool is_good = config.made != nullptr ? render(run, config, content)
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
