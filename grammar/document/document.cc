// The doors of document.h, and what is checked before anything is read.
#include "grammar/document/document.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/utf.h"
#include "grammar/csharp/bracket.h"
#include "grammar/document/builder.h"
#include "grammar/document/characters.h"
#include "grammar/document/report.h"
#include "grammar/document/scanner.h"
#include "grammar/document/values.h"

namespace portcullis {

using xml::span_of;

std::string_view Value::trimmed() const {
  const Span span_in_text = xml::trimmed_span(text.text);
  return std::string_view(text.text).substr(span_in_text.begin, span_in_text.size());
}

const Attribute* Element::find(std::string_view attribute_name) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == attribute_name) return &attribute;
  }
  return nullptr;
}

namespace {

/// Offset of the first byte that is not part of well-formed UTF-8, or the size.
std::size_t first_malformed(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const Decoded decoded = decode_utf8(text, at);
    const bool replaced = decoded.code == 0xFFFD && text.substr(at, 3) != "\xEF\xBF\xBD";
    if (decoded.length == 1 || is_surrogate(decoded.code) || replaced) return at;
    at += decoded.length;
  }
  return text.size();
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

/// No branches, so that compilers read many bytes at a time.
bool has_control(std::string_view text) {
  unsigned found = 0;
  for (const char c : text) found |= static_cast<unsigned>(is_control(c));
  return found != 0;
}

bool check_utf8(std::string_view text, DocumentReport& report) {
  if (is_ascii(text)) return true;
  const std::size_t place = first_malformed(text);
  if (place == text.size()) return true;
  const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  report.error(DocumentCode::kNotUtf8, span_of(place, place + 1), utf16 ? "this is UTF-16" : "this byte is not UTF-8",
               "save the file as UTF-8");
  return false;
}

bool check_controls(std::string_view text, DocumentReport& report) {
  if (!has_control(text)) return true;
  for (std::size_t at = 0; at < text.size() && !report.full(); ++at) {
    if (!is_control(text[at])) continue;
    if (text[at] == '\0') {
      report.error(DocumentCode::kNulByte, span_of(at, at + 1), "a NUL byte", "remove it");
    } else {
      report.error(DocumentCode::kControlCharacter, span_of(at, at + 1), "a control character that XML does not allow",
                   "remove it; in a C# string write it as an escape such as `\\u001b`");
    }
  }
  return false;
}

bool check_size(std::string_view text, const ReadOptions& options, DocumentReport& report) {
  constexpr std::size_t kLargestSpan = UINT32_MAX / 2;
  const std::size_t limit = std::min(options.max_bytes, kLargestSpan);
  if (text.size() <= limit) return true;
  report.error(DocumentCode::kTooLarge, {}, joined("the document has ", text.size(), " bytes; the limit is ", limit));
  return false;
}

bool check_bytes(std::string_view text, const ReadOptions& options, DocumentReport& report) {
  return check_size(text, options, report) && check_utf8(text, report) && check_controls(text, report);
}

}  // namespace

Parsed<Document> read_document(const std::shared_ptr<const SourceText>& source, const NamedValues& named_values,
                               Diagnostics& diagnostics, const ReadOptions& options) {
  DocumentReport report;
  const std::string_view text = source->text();
  if (!check_bytes(text, options, report)) {
    report.flush(diagnostics, source);
    return Failure{Reported{}};
  }
  const Scan scan = scan_document(text, options, report);
  if (!scan.sound) {
    report.flush(diagnostics, source);
    return Failure{Reported{}};
  }
  ValueReader values(text, named_values, options, report);
  DocumentBuilder builder(source, scan, values, report);
  const bool built = builder.build();
  report.flush(diagnostics, source);
  if (!built) return Failure{Reported{}};
  return builder.take();
}

Parsed<Value> read_value(const std::shared_ptr<const SourceText>& source, const NamedValues& named_values,
                         Diagnostics& diagnostics, const ReadOptions& options) {
  DocumentReport report;
  const std::string_view text = source->text();
  if (!check_size(text, options, report) || !check_utf8(text, report)) {
    report.flush(diagnostics, source);
    return Failure{Reported{}};
  }
  ValueReader values(text, named_values, options, report);
  const TextRun run{.span = span_of(0, text.size())};
  Value value = values.read({&run, 1}, run.span, nullptr, ValueReader::Flavour::kCommandLine);
  if (value.is_literal()) {
    const std::size_t start = xml::skip_blank(value.text.text, 0);
    if (!xml::starts_code(value.text.text, start)) {
      value.form = Value::Form::kExpression;
    } else if (const auto bracket = matching_bracket(value.text.text, start + 1)) {
      const Span rest = span_of(*bracket + 1, value.text.text.size());
      report.error(DocumentCode::kTextAfterExpression, value.text.map.original(rest),
                   "text after the end of the expression", "put all of it inside the brackets");
      value.form = Value::Form::kBroken;
    }
  }
  report.flush(diagnostics, source);
  if (value.form == Value::Form::kBroken) return Failure{Reported{}};
  return value;
}

}  // namespace portcullis
