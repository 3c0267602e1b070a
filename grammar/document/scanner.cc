// See scanner.h. Tags and text; expressions.cc has what is particular to expressions.
#include "grammar/document/scanner.h"

#include <cstring>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "grammar/document/characters.h"
#include "grammar/document/scanner_state.h"

namespace portcullis {

using xml::blank_at;
using xml::span_of;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Scan DocumentScanner::run() {
  prologue();
  while (at_ < text_.size() && !stopped_ && !report_.full()) content();
  if (report_.full()) {
    fail(DocumentCode::kTooManyErrors, span_of(at_, at_), "reading stops here after too many mistakes");
  } else if (!stopped_) {
    finish();
  }
  return std::move(scan_);
}

/// Byte-order mark and XML declaration. White space before the declaration is tolerated.
void DocumentScanner::prologue() {
  if (text_.starts_with(kByteOrderMark)) {
    scan_.blanks.push_back(span_of(0, kByteOrderMark.size()));
    at_ = kByteOrderMark.size();
  }
  const std::size_t begin = xml::skip_blank(text_, at_);
  if (!text_.substr(begin).starts_with("<?xml") || xml::is_name_character(text_, begin + 5)) return;
  const std::size_t end = text_.find("?>", begin);
  if (end == npos) {
    fail(DocumentCode::kUnclosedTag, span_of(begin, begin + 5), "the XML declaration has no `?>`");
    stopped_ = true;
    return;
  }
  at_ = end + 2;
  scan_.blanks.push_back(span_of(begin, at_));
}

/// Text up to the next `<`, then what that starts.
void DocumentScanner::content() {
  if (std::exchange(after_start_tag_, false) && !open_.back().no_code) lift_text();
  if (at_ >= text_.size()) return;
  const std::size_t less = text_.find('<', at_);
  const std::size_t end = less == npos ? text_.size() : less;
  if (end > at_ && text_run(end)) return;
  at_ = end;
  if (less != npos) markup();
}

/// True when the text goes on past `end`, because a `<` there belongs to an expression.
bool DocumentScanner::text_run(std::size_t end) {
  const std::string_view run = text_.substr(at_, end - at_);
  if (open_.empty()) {
    if (xml::is_blank(run)) return false;
    const Span place = xml::trimmed_span(run);
    fail(DocumentCode::kTextOutsideRoot, span_of(at_ + place.begin, at_ + place.end),
         "text outside of the root element", "remove it, or make it a comment: `<!-- ... -->`");
    return false;
  }
  return !open_.back().no_code && end < text_.size() && lift_mixed_text(run);
}

void DocumentScanner::markup() {
  const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (next == '/') return end_tag();
  if (xml::is_name_start(text_, at_ + 1)) return start_tag();
  if (next == '?') return processing_instruction();
  if (next == '!') return declaration();
  if (at_ + 1 == text_.size()) {
    fail(DocumentCode::kUnclosedTag, span_of(at_, at_ + 1), "the file ends in the middle of a tag");
    stopped_ = true;
    return;
  }
  fail(DocumentCode::kBareLessThan, span_of(at_, at_ + 1), "`<` starts no tag here", "write `&lt;`, or use CDATA");
  ++at_;
}

void DocumentScanner::processing_instruction() {
  const std::size_t end = text_.find("?>", at_);
  const std::size_t name_end = xml::skip_name(text_, at_ + 2);
  const bool misplaced = text_.substr(at_ + 2, name_end - at_ - 2) == "xml";
  fail(DocumentCode::kProcessingInstruction, span_of(at_, end == npos ? name_end : end + 2),
       misplaced ? "an XML declaration may only stand at the very start" : "processing instructions are not allowed",
       "remove it");
  at_ = end == npos ? text_.size() : end + 2;
  stopped_ = end == npos;
}

/// What starts with `<!`.
void DocumentScanner::declaration() {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("<!--"))
    return skip_section(4, "-->", DocumentCode::kUnclosedComment, "the comment has no `-->`");
  if (rest.starts_with("<![CDATA[")) {
    if (open_.empty()) fail(DocumentCode::kTextOutsideRoot, span_of(at_, at_ + 9), "CDATA outside of the root element");
    return skip_section(9, "]]>", DocumentCode::kUnclosedCdata, "the CDATA section has no `]]>`");
  }
  if (rest.starts_with("<!DOCTYPE")) {
    fail(DocumentCode::kDoctype, span_of(at_, at_ + 9), "a document type declaration is not allowed",
         "remove it; the five entities of XML and numeric references need none");
    stopped_ = true;  // its brackets and quotes have rules of their own
    return;
  }
  const bool cut = std::string_view("<!--").starts_with(rest) || std::string_view("<![CDATA[").starts_with(rest);
  fail(DocumentCode::kBareLessThan, span_of(at_, at_ + 2),
       cut ? "the file ends in the middle of `<!`" : "`<!` starts nothing here",
       "write `&lt;!`, or a comment: `<!-- ... -->`");
  at_ += 2;
  stopped_ = cut;
}

void DocumentScanner::skip_section(std::size_t opening, std::string_view closing, DocumentCode code,
                                   const char* message) {
  const std::size_t end = text_.find(closing, at_ + opening);
  if (end == npos) {
    fail(code, span_of(at_, at_ + opening), message);
    stopped_ = true;
    return;
  }
  at_ = end + closing.size();
}

void DocumentScanner::end_tag() {
  const std::size_t begin = at_;
  const std::size_t name_begin = at_ + 2;
  const std::size_t name_end = xml::skip_name(text_, name_begin);
  const std::string_view name = text_.substr(name_begin, name_end - name_begin);
  at_ = name_end;
  skip_tag_blank();
  if (at_ >= text_.size()) {
    fail(DocumentCode::kUnclosedTag, span_of(begin, name_end), "the file ends in the middle of an end tag");
    stopped_ = true;
    return;
  }
  if (text_[at_] == '>') {
    ++at_;
  } else {
    fail(DocumentCode::kUnclosedTag, span_of(begin, name_end), joined("the end tag `</", name, "` has no `>`"),
         joined("write `</", name, ">`"));
    const std::size_t stop = text_.find_first_of("<>", at_);
    at_ = stop == npos ? text_.size() : stop + (text_[stop] == '>' ? 1 : 0);
  }
  close(name, span_of(begin, name_end));
}

void DocumentScanner::close(std::string_view name, Span tag) {
  if (open_.empty()) {
    fail(DocumentCode::kStrayEndTag, tag, joined("`</", name, ">` closes nothing"), "remove it");
    return;
  }
  if (element_name(open_.back()) != name && !close_mismatched(name, tag)) return;
  ScannedElement& element = scan_.elements[open_.back().element];
  element.inner_end = tag.begin;
  element.end = static_cast<std::uint32_t>(at_);
  open_.pop_back();
}

/// Leaves the element that `name` closes on top, when there is one: those inside it were left open.
bool DocumentScanner::close_mismatched(std::string_view name, Span tag) {
  std::size_t depth = open_.size() - 1;
  while (depth > 0 && element_name(open_[depth - 1]) != name) --depth;
  const std::string_view inner = element_name(open_.back());
  const Span opened = scan_.elements[open_.back().element].name;
  if (depth > 0) {
    if (!open_.back().mismatch_reported) {
      fail(DocumentCode::kUnclosedElement, span_of(opened.begin - 1, opened.end),
           joined("`<", inner, ">` is not closed before `</", name, ">`"),
           joined("write `</", inner, ">`, or `<", inner, " />`"));
    }
    open_.resize(depth);
    return true;
  }
  const bool typing_mistake = !closest(name, {inner}).empty();
  fail(typing_mistake ? DocumentCode::kMismatchedEndTag : DocumentCode::kStrayEndTag, tag,
       joined("`</", name, ">` closes nothing; the open element is `<", inner, ">`"), joined("write `</", inner, ">`"));
  open_.back().mismatch_reported = true;
  return typing_mistake;
}

void DocumentScanner::start_tag() {
  const std::size_t name_end = xml::skip_name(text_, at_ + 1);
  const Span name = span_of(at_ + 1, name_end);
  if (!open_.empty() || scan_.elements.empty()) {
    root_seen_ = true;
  } else {
    fail(DocumentCode::kSecondRoot, span_of(at_, name_end),
         joined("`<", text_.substr(name.begin, name.size()), ">` is a second root"),
         "a document has one root element; put several policies into one `<fragment>` or into a section of "
         "`<policies>`");
  }
  if (open_.size() >= options_.max_depth) {
    fail(DocumentCode::kTooDeep, span_of(at_, name_end),
         joined("elements are nested more than ", options_.max_depth, " deep, which is the limit"));
    stopped_ = true;
    return;
  }
  scan_.elements.push_back({.name = name});
  names_.clear();
  at_ = name_end;
  attributes();
}

/// Up to the end of the start tag. After the first mistake in a tag the rest of it is skipped.
void DocumentScanner::attributes() {
  const std::size_t element = scan_.elements.size() - 1;
  const Span name = scan_.elements[element].name;
  tag_failed_ = false;
  while (!stopped_ && !report_.full()) {
    const std::size_t before = at_;
    skip_tag_blank();
    if (at_ >= text_.size() || text_[at_] == '<') return unclosed_start_tag(name);
    if (text_[at_] == '>') return finish_start_tag(element, false);
    if (text_[at_] == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '>') return finish_start_tag(element, true);
    if (xml::is_name_start(text_, at_)) {
      if (at_ == before) {
        fail_in_tag(DocumentCode::kTextAfterValue, span_of(at_, xml::skip_name(text_, at_)),
                    "something follows the closing quote directly",
                    "put white space between attributes; a quote inside a literal is written `&quot;`");
      } else {
        attribute();
      }
    } else {
      fail_in_tag(DocumentCode::kUnexpectedInTag, span_of(at_, at_ + character_size()),
                  joined("`", text_.substr(at_, character_size()), "` can not stand here"),
                  "an attribute is written `name=\"value\"`; a quote inside a literal is written `&quot;`");
    }
    if (tag_failed_) return skip_failed_tag(element);
  }
}

std::size_t DocumentScanner::character_size() const {
  std::size_t size = 1;
  while (at_ + size < text_.size() && (static_cast<unsigned char>(text_[at_ + size]) & 0xC0U) == 0x80U) ++size;
  return size;
}

void DocumentScanner::unclosed_start_tag(Span name) {
  fail(DocumentCode::kUnclosedTag, span_of(name.begin - 1, name.end),
       joined("the tag `<", text_.substr(name.begin, name.size()), "` has no `>`"), "write `>` or `/>` at its end");
  if (at_ >= text_.size()) stopped_ = true;
  finish_start_tag(scan_.elements.size() - 1, false, 0);
}

/// Goes on behind the tag's `>`, or before the `<` of the next one. A `>` in quotes does not count.
void DocumentScanner::skip_failed_tag(std::size_t element) {
  std::size_t stop = text_.find_first_of("<>\"'", at_);
  while (stop != npos && (text_[stop] == '"' || text_[stop] == '\'')) {
    const char either[] = {'<', text_[stop], '\0'};
    const std::size_t end = text_.find_first_of(either, stop + 1);
    const bool is_quoted = end != npos && text_[end] != '<';
    stop = is_quoted ? text_.find_first_of("<>\"'", end + 1) : text_.find_first_of("<>", at_);
  }
  at_ = stop == npos ? text_.size() : stop;
  const bool self_closed = stop != npos && text_[stop] == '>' && text_[stop - 1] == '/';
  stopped_ = stopped_ || stop == npos;
  finish_start_tag(element, self_closed, stop != npos && text_[stop] == '>' ? 1 : 0);
}

void DocumentScanner::finish_start_tag(std::size_t element, bool self_closed) {
  finish_start_tag(element, self_closed, self_closed ? 2 : 1);
}

void DocumentScanner::finish_start_tag(std::size_t element, bool self_closed, std::size_t length) {
  at_ += length;
  ScannedElement& scanned = scan_.elements[element];
  scanned.start_tag_end = scanned.inner_end = scanned.end = static_cast<std::uint32_t>(at_);
  scanned.self_closed = self_closed;
  if (self_closed) return;
  const std::string_view name = text_.substr(scanned.name.begin, scanned.name.size());
  const std::string_view parent = open_.empty() ? std::string_view() : element_name(open_.back());
  bool data_is_liquid = false;
  if (name == "invoke-dapr-binding") std::swap(data_is_liquid, scanned.liquid);
  if (name == "data" && parent == "invoke-dapr-binding") scanned.liquid = open_.back().data_is_liquid;
  const bool in_template = !open_.empty() && open_.back().is_template;
  const bool is_stylesheet = parent == "xsl-transform" && name != "parameter";
  const bool is_template = in_template || scanned.liquid || is_stylesheet || takes_markup(name, parent);
  // The one place inside a body where an expression may stand.
  const bool is_value = in_template && name == "value" && parent == "set-body" && !open_.back().no_code;
  open_.push_back({.element = element,
                   .is_template = is_template,
                   .no_code = (in_template && !is_value) || scanned.liquid || is_stylesheet,
                   .data_is_liquid = data_is_liquid});
  after_start_tag_ = true;
}

void DocumentScanner::attribute() {
  const std::size_t name_begin = at_;
  at_ = xml::skip_name(text_, at_);
  const Span name = span_of(name_begin, at_);
  const std::string_view word = text_.substr(name.begin, name.size());
  skip_tag_blank();
  if (at_ >= text_.size()) return;
  if (text_[at_] != '=') {
    fail_in_tag(DocumentCode::kAttributeWithoutValue, name, joined("the attribute `", word, "` has no value"),
                joined("write `", word, "=\"...\"`"));
    return;
  }
  ++at_;
  skip_tag_blank();
  if (at_ >= text_.size()) return;
  if (text_[at_] != '"' && text_[at_] != '\'') {
    fail_in_tag(DocumentCode::kUnquotedValue, name, joined("the value of `", word, "` has no quotes"),
                joined("write `", word, "=\"...\"`"));
    return;
  }
  check_duplicate(word, name);
  ++scan_.attribute_count;
  const std::size_t value_begin = at_ + 1;
  value();
  if (word == "template" && at_ > value_begin &&
      equals_ignoring_ascii_case(text_.substr(value_begin, at_ - 1 - value_begin), "liquid")) {
    scan_.elements.back().liquid = true;
  }
}

void DocumentScanner::check_duplicate(std::string_view word, Span name) {
  constexpr std::size_t kSearchedOneByOne = 16;
  bool duplicate = false;
  if (names_.size() < kSearchedOneByOne) {
    many_names_.clear();
    for (const std::string_view other : names_) duplicate = duplicate || other == word;
  } else {
    if (many_names_.empty()) many_names_.insert(names_.begin(), names_.end());
    duplicate = !many_names_.insert(word).second;
  }
  names_.push_back(word);
  if (duplicate)
    fail(DocumentCode::kDuplicateAttribute, name, joined("a second attribute `", word, "`"), "remove one of them");
}

/// From the opening quote to behind the closing one.
void DocumentScanner::value() {
  const std::size_t opening = at_;
  const char quote = text_[opening];
  const bool code_allowed = open_.empty() || !open_.back().is_template;
  const std::size_t start = xml::skip_blank(text_, opening + 1);
  if (code_allowed && xml::starts_code(text_, start)) return lift_attribute(opening, start);
  const std::size_t end = text_.find(quote, opening + 1);
  const std::string_view literal = text_.substr(opening + 1, end == npos ? npos : end - opening - 1);
  if (code_allowed && end != npos && !may_follow_value(end + 1) && lift_mixed_attribute(opening, literal)) return;
  if (end == npos || literal.find('<') != npos) return broken_literal(opening, end);
  at_ = end + 1;
}

/// No closing quote, or a `<` before it, which nearly always means the same.
void DocumentScanner::broken_literal(std::size_t opening, std::size_t end) {
  const std::size_t line_end = std::min(text_.find('\n', opening), text_.size());
  const std::size_t less = text_.find('<', opening);
  if (end != npos && less < line_end) {
    fail(DocumentCode::kLessThanInAttribute, span_of(less, less + 1), "`<` in an attribute's value",
         "write `&lt;`; or the closing quote is missing");
    at_ = end + 1;
    return;
  }
  fail(DocumentCode::kUnclosedAttribute, span_of(opening, opening + 1),
       "the value that starts here has no closing quote", joined("write `", text_[opening], "` where it ends"));
  tag_failed_ = true;
  const std::size_t stop = text_.find_first_of("<>", opening);
  at_ = stop == npos ? text_.size() : stop - (text_[stop] == '>' && text_[stop - 1] == '/' ? 1 : 0);
}

/// Blanks of a tag; no-break spaces among them are noted, since they are none to XML.
void DocumentScanner::skip_tag_blank() {
  while (const std::size_t length = blank_at(text_, at_)) {
    if (length == 2) scan_.blanks.push_back(span_of(at_, at_ + 2));
    at_ += length;
  }
}

void DocumentScanner::finish() {
  if (open_.empty()) {
    if (!root_seen_ && report_.errors() == 0) {
      fail(DocumentCode::kNoRoot, span_of(text_.size(), text_.size()), "the document has no element",
           "a policy document starts with `<policies>`, a fragment with `<fragment>`");
    }
    return;
  }
  if (open_.back().mismatch_reported) return;
  const ScannedElement& element = scan_.elements[open_.back().element];
  const std::string_view name = element_name(open_.back());
  fail(DocumentCode::kUnclosedElement, span_of(element.name.begin - 1, element.name.end),
       joined("`<", name, ">` is not closed"), joined("write `</", name, ">`"));
}

void DocumentScanner::fail(DocumentCode code, Span span, std::string message, std::string help) {
  report_.error(code, span, std::move(message), std::move(help));
  scan_.sound = false;
}

void DocumentScanner::fail_in_tag(DocumentCode code, Span span, std::string message, std::string help) {
  fail(code, span, std::move(message), std::move(help));
  tag_failed_ = true;
}

Scan scan_document(std::string_view text, const ReadOptions& options, DocumentReport& report) {
  return DocumentScanner(text, options, report).run();
}

std::string masked(std::string_view text, const Scan& scan) {
  std::string xml(text);
  for (const Lifted& lifted : scan.lifted) std::memset(xml.data() + lifted.span.begin, '.', lifted.span.size());
  for (const Span blank : scan.blanks) std::memset(xml.data() + blank.begin, ' ', blank.size());
  return xml;
}

}  // namespace portcullis
