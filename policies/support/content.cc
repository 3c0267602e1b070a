#include "policies/support/content.h"

#include <vector>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/json/json.h"
#include "engine/pipeline/core.h"
#include "engine/policy/codes.h"
#include "engine/types/type_table.h"
#include "engine/xml/xml.h"
#include "policies/support/body.h"
#include "policies/support/media_type.h"

namespace portcullis {

const liquid::Template* compile_template(Reader& reader, const Value& value, std::size_t begin, std::string_view text) {
  std::vector<liquid::Mistake> mistakes;
  const liquid::Template* made = liquid::compile(reader.arena(), reader.arena().copy(text), value.as_written, mistakes);
  for (const liquid::Mistake& mistake : mistakes) {
    const auto shift = static_cast<std::uint32_t>(begin);
    const Span span = value.text.map.original({mistake.span.begin + shift, mistake.span.end + shift});
    if (mistake.is_error) {
      reader.report(span, policy_code::kBadTemplate, mistake.message, mistake.help);
    } else {
      reader.warn(span, policy_code::kSuspicious, mistake.message, mistake.help);
    }
  }
  return made;
}

const liquid::Template* read_template(Reader& reader, const Element& element) {
  const Value* value = reader.text_of(element);
  if (value == nullptr) return compile_template(reader, Value(), 0, {});
  if (value->is_literal()) return compile_template(reader, *value, 0, value->text.text);
  if (value->is_code()) {
    reader.report(value->span, policy_code::kExpressionNotAllowed, "an expression may not stand in a Liquid template",
                  "remove `template`, or write {{ }}");
  }
  return nullptr;
}

namespace {

/// The message of the pipeline whose body the template reads; null inside return-response.
Message* surrounding_message(PolicyRun& run) {
  for (const Building* at = run.fiber().building; at != nullptr; at = at->outer) {
    if (at->response != nullptr) return nullptr;
  }
  if (run.section() == Section::kInbound || run.section() == Section::kBackend) return &run.exchange().request;
  return run.exchange().response;
}

// JSON and XML by Content-Type, any other body as text. False after failing.
bool read_model(PolicyRun& run, bool parse_dates, Object*& body) {
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
    if (!is_blank) body = parse_json(run.run(), text, {.dates = parse_dates});
  } else if (is_xml_type(type)) {
    if (!is_blank) body = parse_xml(run.run(), text);
  } else {
    body = run.run().view(text);
  }
  if (!run.run().failed()) return true;
  fail_with_pending(run, is_json_type(type) ? "The body is not well-formed JSON." : "The body is not well-formed XML.");
  return false;
}

}  // namespace

bool render_template(PolicyRun& run, const liquid::Template& made, const TemplateOptions& options,
                     std::string_view& content) {
  Run& evaluation = run.run();
  evaluation.start_expression();
  liquid::Model model{.context = context_of(run.exchange()), .nil_elements = options.null_for_nil};
  if (made.reads_body && !read_model(run, options.parse_dates, model.body)) return false;
  TextBuffer out;
  if (!liquid::render(evaluation, made, model, out)) {
    fail_with_pending(run, "The template cannot be rendered.");
    return false;
  }
  // A filter may have cut a surrogate pair in two.
  content = valid_text(run, out.view());
  run.core().count_steps(evaluation.steps_used());
  return true;
}

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

std::string_view valid_text(PolicyRun& run, std::string_view text) {
  return is_valid_utf8(text) ? text : run.text(without_lone_surrogates(text));
}

}  // namespace portcullis
