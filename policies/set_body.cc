// set-body: replaces the body of the current message. source: set-body-policy
//
// Liquid templates are not built yet: `template="liquid"` is an error at load.
#include "base/text.h"
#include "engine/policy/codes.h"
#include "policies/support/body.h"
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
  bool html_decode_expression = false;
  Setting<Object*> content;
};

constexpr AttributeSpec kAttributes[] = {
    optional<&SetBody::body_template>("template"),
    optional<&SetBody::xsi_nil>("xsi-nil"),
    optional<&SetBody::parse_date>("parse-date"),
    optional<&SetBody::html_decode_expression>("html-decode-expression"),
};

// The text, white space kept; or that of a single <value>. source: transformation.md#6.1
void read_content(Reader& reader, const Element& element, void* config) {
  auto& body = *static_cast<SetBody*>(config);
  const auto children = element.elements();
  if (children.size() == 1 && children.front().name == "value") {
    reader.read_text(children.front(), body.content);
  } else {
    reader.read_text(element, body.content);
  }
}

void check(Reader& reader, const Element& element, void* config) {
  if (static_cast<const SetBody*>(config)->body_template == BodyTemplate::kLiquid) {
    reader.report(element.find("template")->value.span, policy_code::kMissingPolicy, "`set-body template=\"liquid\"` is not supported yet",
                  "write the body as an expression: @( … )");
  }
}

constexpr ChildSpec kChildren[] = {{.name = "value", .min = 0, .max = 1, .read = [](Reader&, std::span<const Element* const>, void*) {}}};

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

Outcome run(PolicyRun& run, const SetBody& config) {
  Object* value = nullptr;
  std::string_view content;
  if (!run.get(config.content, value) || !content_of(run, value, content)) return Outcome::kFail;
  replace_body(run, run.message(), content);
  if (run.tracing()) run.trace(joined("Body was set: ", content.size(), " bytes"));
  return Outcome::kContinue;
}

}  // namespace

const PolicySpec kSetBody = policy<SetBody, &run>("set-body", make_element()).checked_by(&check);

}  // namespace portcullis
