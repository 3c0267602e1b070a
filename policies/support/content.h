// What a policy puts into a body: a literal, the value of an expression, or the output of a Liquid template.
// source: transformation.md#6
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/liquid/template.h"
#include "engine/policy/policy_run.h"
#include "engine/policy/reader.h"

namespace portcullis {

/// Compiles `text`, which begins `begin` bytes into the text of `value`, and reports its mistakes.
const liquid::Template* compile_template(Reader& reader, const Value& value, std::size_t begin, std::string_view text);
/// The element's whole text as a template; an expression in it is an error. Null after reporting.
const liquid::Template* read_template(Reader& reader, const Element& element);

struct TemplateOptions {
  bool parse_dates = true;
  bool null_for_nil = false;  // xsi:nil elements are null instead of empty
};
/// Renders with the body of the message around it, which must be there (`FlowOp::needs`). False after failing.
bool render_template(PolicyRun& run, const liquid::Template& made, const TemplateOptions& options,
                     std::string_view& content);

/// A string is UTF-8, bytes are themselves, the rest is its text; null is empty. False after failing.
bool content_of(PolicyRun& run, Object* value, std::string_view& content);

/// Bytes, or UTF-8 that anybody can read: lone surrogates are replaced.
std::string_view valid_text(PolicyRun& run, std::string_view text);

}  // namespace portcullis
