#include "policies/support/xslt.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxslt/imports.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <malloc.h>
#include <mutex>

#include "base/text.h"

namespace portcullis::xslt {

class Stylesheet {
 public:
  explicit Stylesheet(xsltStylesheetPtr made) : made_(made) {}
  Stylesheet(const Stylesheet&) = delete;
  Stylesheet& operator=(const Stylesheet&) = delete;
  ~Stylesheet() { xsltFreeStylesheet(made_); }
  [[nodiscard]] xsltStylesheetPtr get() const { return made_; }

 private:
  xsltStylesheetPtr made_;
};

namespace {

// ---- the process's hooks ------------------------------------------------------------------------------------------

/// What one thread is doing with the libraries right now.
struct Work {
  std::string* report = nullptr;  // messages are appended
  std::int64_t used = 0;          // bytes
  std::int64_t allowed = 0;       // 0: not counted
  bool is_over = false;
  xmlParserCtxtPtr parser = nullptr;
  xsltTransformContextPtr transformation = nullptr;
};
thread_local Work* work = nullptr;

// Memory is granted all the same, since the libraries do not expect otherwise everywhere; what runs is stopped instead.
void count(std::int64_t bytes) {
  if (work == nullptr || work->allowed == 0) return;
  work->used += bytes;
  if (work->used <= work->allowed || work->is_over) return;
  work->is_over = true;
  if (work->parser != nullptr) work->parser->disableSAX = 1;
  if (work->transformation == nullptr) return;
  work->transformation->state = XSLT_STATE_STOPPED;
  if (work->transformation->xpathCtxt != nullptr) work->transformation->xpathCtxt->opLimit = 1;
}

std::int64_t size_of(void* memory) { return static_cast<std::int64_t>(malloc_usable_size(memory)); }

void* counted_malloc(std::size_t size) {
  void* memory = std::malloc(size);
  count(size_of(memory));
  return memory;
}
void counted_free(void* memory) {
  count(-size_of(memory));
  std::free(memory);
}
void* counted_realloc(void* memory, std::size_t size) {
  count(-size_of(memory));
  void* moved = std::realloc(memory, size);
  count(size_of(moved));
  return moved;
}
char* counted_strdup(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* copy = counted_malloc(size);
  if (copy != nullptr) std::memcpy(copy, text, size);
  return static_cast<char*>(copy);
}

void take_message(void*, const char* format, ...) __attribute__((format(printf, 2, 3)));
void take_message(void*, const char* format, ...) {
  if (work == nullptr || work->report == nullptr) return;
  constexpr std::size_t kMostText = 64U << 10U;
  if (work->report->size() > kMostText) return;
  char text[2048];
  va_list arguments;
  va_start(arguments, format);
  const int size = std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (size > 0) work->report->append(text, std::min(static_cast<std::size_t>(size), sizeof text - 1));
}
void drop_error(void*, xmlErrorPtr) {}

// An embedder that brings its own allocator keeps it: then memory is bounded by operations alone.
void set_up() {
  static std::once_flag once;
  std::call_once(once, [] {
    xmlFreeFunc free_function = nullptr;
    xmlMallocFunc malloc_function = nullptr;
    xmlReallocFunc realloc_function = nullptr;
    xmlStrdupFunc strdup_function = nullptr;
    xmlMemGet(&free_function, &malloc_function, &realloc_function, &strdup_function);
    if (malloc_function == &std::malloc) xmlMemSetup(&counted_free, &counted_malloc, &counted_realloc, &counted_strdup);
    xmlInitParser();
    xsltSetGenericErrorFunc(nullptr, &take_message);
  });
}

/// Makes `Work` the thread's, and the libraries silent but for it.
class AtWork {
 public:
  explicit AtWork(Work& mine)
      : outer_(work),
        error_(xmlStructuredError),
        context_(xmlStructuredErrorContext),
        generic_(xmlGenericError),
        generic_context_(xmlGenericErrorContext) {
    work = &mine;
    xmlSetGenericErrorFunc(nullptr, &take_message);
    xmlSetStructuredErrorFunc(nullptr, &drop_error);
  }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;
  ~AtWork() {
    xmlSetStructuredErrorFunc(context_, error_);
    xmlSetGenericErrorFunc(generic_context_, generic_);
    work = outer_;
  }

 private:
  Work* outer_;
  xmlStructuredErrorFunc error_;
  void* context_;
  xmlGenericErrorFunc generic_;
  void* generic_context_;
};

// ---- reading ------------------------------------------------------------------------------------------------------

struct DocumentFree {
  void operator()(xmlDocPtr document) const { xmlFreeDoc(document); }
};
using OwnedDocument = std::unique_ptr<xmlDoc, DocumentFree>;
struct ParserFree {
  void operator()(xmlParserCtxtPtr parser) const { xmlFreeParserCtxt(parser); }
};
using OwnedParser = std::unique_ptr<xmlParserCtxt, ParserFree>;

constexpr const char* kRefusedEntities = "entity declarations are not allowed";

// Stops at the first declaration: nothing is ever expanded. source: transformation.md#12 (chosen)
void refuse_entity(void* context, const xmlChar*, int, const xmlChar*, const xmlChar*, xmlChar*) {
  auto* parser = static_cast<xmlParserCtxtPtr>(context);
  parser->_private = const_cast<char*>(kRefusedEntities);
  xmlStopParser(parser);
}
void refuse_unparsed_entity(void* context, const xmlChar*, const xmlChar*, const xmlChar*, const xmlChar*) {
  refuse_entity(context, nullptr, 0, nullptr, nullptr, nullptr);
}

std::string trimmed_line(const char* text) {
  if (text == nullptr) return "not well-formed";
  std::string_view line = trim_ascii(text);
  return std::string(line.substr(0, line.find('\n')));
}

/// Null with `mistake`.
OwnedDocument read(std::string_view text, bool keeps_cdata, Work& mine, Mistake& mistake) {
  const OwnedParser parser(xmlNewParserCtxt());
  if (parser == nullptr || text.size() > INT32_MAX) {
    mistake.message = "the document is too large";
    return nullptr;
  }
  parser->sax->entityDecl = &refuse_entity;
  parser->sax->unparsedEntityDecl = &refuse_unparsed_entity;
  parser->sax->externalSubset = nullptr;
  mine.parser = parser.get();
  int options = XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT |
                XML_PARSE_BIG_LINES;
  if (!keeps_cdata) options |= XML_PARSE_NOCDATA;
  OwnedDocument document(
      xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", options));
  mine.parser = nullptr;
  if (mine.is_over) {
    mistake.message = "the document is larger than the memory limit";
    return nullptr;
  }
  if (document != nullptr && parser->_private == nullptr) return document;
  const xmlErrorPtr error = xmlCtxtGetLastError(parser.get());
  mistake.line = error == nullptr || error->line < 1 ? 1 : static_cast<std::uint32_t>(error->line);
  mistake.message =
      parser->_private != nullptr ? kRefusedEntities : trimmed_line(error == nullptr ? nullptr : error->message);
  return nullptr;
}

// ---- what a stylesheet may not have -------------------------------------------------------------------------------

bool is(const xmlChar* text, std::string_view wanted) {
  return text != nullptr && wanted == reinterpret_cast<const char*>(text);
}

bool is_xslt(const xmlNode* node) {
  return node->ns != nullptr && is(node->ns->href, "http://www.w3.org/1999/XSL/Transform");
}

std::string forbidden(const xmlNode* node) {
  if (is_xslt(node) && (is(node->name, "include") || is(node->name, "import"))) {
    return joined("`xsl:", reinterpret_cast<const char*>(node->name),
                  "` reads another file, which a policy has none of");
  }
  if (is_xslt(node) && is(node->name, "document")) return "`xsl:document` writes a file";
  if (is(node->name, "script") && node->ns != nullptr && is(node->ns->href, "urn:schemas-microsoft-com:xslt"))
    return "scripts are not allowed";
  return {};
}

const xmlNode* next_node(const xmlNode* node, const xmlNode* top) {
  if (node->children != nullptr && node->type == XML_ELEMENT_NODE) return node->children;
  while (node != top && node->next == nullptr) node = node->parent;
  return node == top ? nullptr : node->next;
}

void check_nodes(const xmlNode* root, std::vector<Mistake>& mistakes) {
  for (const xmlNode* node = root; node != nullptr; node = next_node(node, root)) {
    if (node->type != XML_ELEMENT_NODE) continue;
    std::string why = forbidden(node);
    if (!why.empty())
      mistakes.push_back({static_cast<std::uint32_t>(std::max<long>(1, xmlGetLineNo(node))), std::move(why)});
  }
}

// "compilation error: file (null) line 3 element foo\nxsl:foo : …\n", once for each.
void split_report(std::string_view report, std::vector<Mistake>& mistakes) {
  std::uint32_t line = 1;
  while (!report.empty()) {
    const std::size_t end = std::min(report.find('\n'), report.size());
    const std::string_view text = trim_ascii(report.substr(0, end));
    report.remove_prefix(std::min(end + 1, report.size()));
    constexpr std::string_view kLine = " line ";
    const std::size_t at = text.find(kLine);
    const bool is_head = text.starts_with("compilation error") || text.starts_with("error: ");
    if (is_head && at != std::string_view::npos) {
      line = static_cast<std::uint32_t>(
          std::strtoul(std::string(text.substr(at + kLine.size(), 10)).c_str(), nullptr, 10));
    } else if (!is_head && !text.empty()) {
      mistakes.push_back({std::max<std::uint32_t>(1, line), std::string(text)});
    }
  }
}

}  // namespace

std::shared_ptr<const Stylesheet> compile(std::string_view text, std::vector<Mistake>& mistakes) {
  set_up();
  std::string report;
  Work mine{.report = &report};
  const AtWork at_work(mine);
  Mistake mistake;
  OwnedDocument document = read(text, false, mine, mistake);
  if (document == nullptr) {
    mistakes.push_back(mistake);
    return nullptr;
  }
  check_nodes(xmlDocGetRootElement(document.get()), mistakes);
  if (!mistakes.empty()) return nullptr;
  const xsltStylesheetPtr made = xsltParseStylesheetDoc(document.get());
  if (made != nullptr) static_cast<void>(document.release());
  std::shared_ptr<const Stylesheet> owned = made == nullptr ? nullptr : std::make_shared<const Stylesheet>(made);
  if (made != nullptr && made->errors == 0) return owned;
  split_report(report, mistakes);
  if (mistakes.empty()) mistakes.push_back({1, "the stylesheet cannot be compiled"});
  return nullptr;
}

// ---- transforming -------------------------------------------------------------------------------------------------

namespace {

struct ContextFree {
  void operator()(xsltTransformContextPtr context) const { xsltFreeTransformContext(context); }
};
using OwnedContext = std::unique_ptr<xsltTransformContext, ContextFree>;
struct SecurityFree {
  void operator()(xsltSecurityPrefsPtr security) const { xsltFreeSecurityPrefs(security); }
};
using OwnedSecurity = std::unique_ptr<xsltSecurityPrefs, SecurityFree>;

OwnedSecurity nothing_outside() {
  OwnedSecurity security(xsltNewSecurityPrefs());
  if (security == nullptr) return nullptr;
  for (const xsltSecurityOption option :
       {XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE, XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
        XSLT_SECPREF_WRITE_NETWORK}) {
    xsltSetSecurityPrefs(security.get(), option, &xsltSecurityForbid);
  }
  return security;
}

void take_run_message(void* context, const char* format, ...) __attribute__((format(printf, 2, 3)));
void take_run_message(void* context, const char* format, ...) {
  auto& text = *static_cast<std::string*>(context);
  constexpr std::size_t kMostText = 64U << 10U;
  if (text.size() > kMostText) return;
  char piece[4096];
  va_list arguments;
  va_start(arguments, format);
  const int size = std::vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  if (size > 0) text.append(piece, std::min(static_cast<std::size_t>(size), sizeof piece - 1));
}

/// Errors come as a head line and a text; what xsl:message says comes alone.
void sort_messages(std::string_view text, std::vector<std::string>& messages, std::string& first_error) {
  bool behind_head = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim_ascii(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (line.starts_with("runtime error") || line.starts_with("error: ") || line.starts_with("XPath error")) {
      behind_head = true;
    } else if (behind_head) {
      if (first_error.empty()) first_error = line;
      behind_head = false;
    } else {
      messages.emplace_back(line);
    }
  }
}

struct Sink {
  std::string* out;
  std::size_t most;
  bool is_full = false;
};
int write_output(void* context, const char* data, int size) {
  auto& sink = *static_cast<Sink*>(context);
  if (size < 0 || sink.out->size() + static_cast<std::size_t>(size) > sink.most) {
    sink.is_full = true;
    return -1;
  }
  sink.out->append(data, static_cast<std::size_t>(size));
  return size;
}

// As bytes in the encoding of xsl:output.
void save(const Stylesheet& stylesheet, xmlDocPtr result, const Bounds& bounds, Outcome& outcome) {
  const xmlChar* encoding = nullptr;
  XSLT_GET_IMPORT_PTR(encoding, stylesheet.get(), encoding)
  xmlCharEncodingHandlerPtr encoder = nullptr;
  if (encoding != nullptr && xmlParseCharEncoding(reinterpret_cast<const char*>(encoding)) != XML_CHAR_ENCODING_UTF8) {
    encoder = xmlFindCharEncodingHandler(reinterpret_cast<const char*>(encoding));
    if (encoder == nullptr) {
      outcome.problem = joined("there is no encoding ", reinterpret_cast<const char*>(encoding));
      return;
    }
    outcome.encoding = ascii_lower(reinterpret_cast<const char*>(encoding));
  }
  Sink sink{&outcome.output, bounds.memory_bytes};
  const xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(&write_output, nullptr, &sink, encoder);
  if (buffer == nullptr) {
    outcome.problem = "the result cannot be written";
    return;
  }
  const int saved = xsltSaveResultTo(buffer, result, stylesheet.get());
  xmlOutputBufferClose(buffer);
  if (sink.is_full) outcome.problem = "the result is larger than the memory limit";
  if (!sink.is_full && saved < 0) outcome.problem = "the result cannot be written";
  // The serialiser ends the document with a line; .NET's does not.
  const xmlChar* method = nullptr;
  XSLT_GET_IMPORT_PTR(method, stylesheet.get(), method)
  if (!is(method, "text") && outcome.output.ends_with('\n')) outcome.output.pop_back();
}

constexpr int kMaxTemplateDepth = 500;

}  // namespace

Outcome transform(const Stylesheet& stylesheet, std::string_view text, std::span<const Parameter> parameters,
                  const Bounds& bounds) {
  set_up();
  Outcome outcome;
  std::string report;
  Work mine{.report = &report, .allowed = static_cast<std::int64_t>(bounds.memory_bytes)};
  const AtWork at_work(mine);
  Mistake mistake;
  const OwnedDocument document = read(text, true, mine, mistake);
  if (document == nullptr) {
    outcome.problem = joined("the body is no XML: ", mistake.message, " (line ", mistake.line, ")");
    return outcome;
  }
  const OwnedSecurity security = nothing_outside();
  const OwnedContext context(xsltNewTransformContext(stylesheet.get(), document.get()));
  if (context == nullptr || security == nullptr || xsltSetCtxtSecurityPrefs(security.get(), context.get()) != 0) {
    outcome.problem = "the transformation cannot begin";
    return outcome;
  }
  context->maxTemplateDepth = kMaxTemplateDepth;
  context->opLimit = bounds.operations;
  context->xpathCtxt->opLimit = bounds.operations * 4;
  mine.transformation = context.get();
  std::string said;
  xsltSetTransformErrorFunc(context.get(), &said, &take_run_message);
  bool good = true;
  for (const Parameter& one : parameters) {
    const std::string name(one.name);
    const std::string value(one.value);
    good = good && xsltQuoteOneUserParam(context.get(), reinterpret_cast<const xmlChar*>(name.c_str()),
                                         reinterpret_cast<const xmlChar*>(value.c_str())) == 0;
  }
  const OwnedDocument result(
      good ? xsltApplyStylesheetUser(stylesheet.get(), document.get(), nullptr, nullptr, nullptr, context.get())
           : nullptr);
  outcome.operations = context->opCount;
  const xsltTransformState state = context->state;
  mine.transformation = nullptr;
  std::string error;
  sort_messages(said, outcome.messages, error);
  if (mine.is_over) {
    outcome.problem = "the transformation uses more memory than the limit";
  } else if (context->opCount >= bounds.operations || context->xpathCtxt->opCount >= bounds.operations * 4) {
    outcome.problem = "the transformation takes more steps than the limit";
  } else if (state == XSLT_STATE_STOPPED) {
    outcome.problem = joined("xsl:message ended the transformation", outcome.messages.empty() ? "" : ": ",
                             outcome.messages.empty() ? std::string() : outcome.messages.back());
  } else if (result == nullptr || state != XSLT_STATE_OK || !error.empty()) {
    outcome.problem = error.empty() ? "the transformation failed" : error;
    if (!report.empty()) append(outcome.problem, " (", trimmed_line(report.c_str()), ")");
  }
  if (outcome.problem.empty()) save(stylesheet, result.get(), bounds, outcome);
  return outcome;
}

}  // namespace portcullis::xslt
