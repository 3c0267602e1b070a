#include "policies/support/schema_xml.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
#include <map>
#include <set>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "base/utf.h"

namespace portcullis {

namespace {

constexpr const char* kXsd = "http://www.w3.org/2001/XMLSchema";
constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view kSoap11 = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view kSoap12 = "http://www.w3.org/2003/05/soap-envelope";
constexpr std::size_t kMostFindings = 50;

const xmlChar* to_xml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }
std::string_view text_of(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

struct FreeDoc {
  void operator()(xmlDoc* doc) const { xmlFreeDoc(doc); }
};
using Doc = std::unique_ptr<xmlDoc, FreeDoc>;
struct FreeParser {
  void operator()(xmlParserCtxt* parser) const {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};
using Parser = std::unique_ptr<xmlParserCtxt, FreeParser>;

struct Mistake {
  std::string message;
  std::uint32_t line = 0, position = 0;
};

/// What a parser reports to; it hangs at `_private`.
struct ParseState {
  bool has_document_type = false;
  bool has_mistake = false;
  Mistake first;
};

// Runs before anything of the document type is read: its entities never come to life.
void refuse_document_type(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  static_cast<ParseState*>(parser->_private)->has_document_type = true;
  xmlStopParser(parser);
}

std::string message_of(const xmlError* error) {
  std::string message = error == nullptr || error->message == nullptr ? "" : error->message;
  while (!message.empty() && is_ascii_space(message.back())) message.pop_back();
  std::replace(message.begin(), message.end(), '\n', ' ');
  if (!message.empty() && message.back() != '.') message += '.';
  return message;
}

// Later mistakes mostly follow from the first.
void keep_first(void* context, xmlError* error) {
  auto& state = *static_cast<ParseState*>(static_cast<xmlParserCtxt*>(context)->_private);
  if (state.has_mistake || error->level < XML_ERR_ERROR) return;
  state.has_mistake = true;
  state.first.message = message_of(error);
  state.first.line = error->line < 1 ? 1 : static_cast<std::uint32_t>(error->line);
  state.first.position = error->int2 < 0 ? 0 : static_cast<std::uint32_t>(error->int2);
}

Doc parse(std::string_view text, Mistake& mistake) {
  xmlInitParser();
  if (text.empty() || text.size() > 0x7FFFFFF0) {
    mistake = {text.empty() ? "The XML text is empty." : "The XML text is too long.", 1, 0};
    return nullptr;
  }
  const Parser parser(xmlCreateMemoryParserCtxt(text.data(), static_cast<int>(text.size())));
  if (parser == nullptr) {
    mistake = {"The XML text needs more memory than there is.", 1, 0};
    return nullptr;
  }
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
  ParseState state;
  parser->_private = &state;
  parser->sax->serror = &keep_first;
  parser->sax->internalSubset = &refuse_document_type;
  parser->sax->externalSubset = nullptr;
  xmlParseDocument(parser.get());
  if (state.has_document_type) {
    mistake = {"A document type declaration is not allowed.",
               static_cast<std::uint32_t>(parser->input == nullptr ? 1 : parser->input->line), 0};
    return nullptr;
  }
  if (parser->wellFormed == 0 || parser->myDoc == nullptr) {
    mistake = state.first;
    if (mistake.message.empty()) mistake.message = "The XML text is not well-formed.";
    return nullptr;
  }
  Doc doc(parser->myDoc);
  parser->myDoc = nullptr;
  return doc;
}

bool is_element(const xmlNode* node, std::string_view name, std::string_view name_space) {
  return node->type == XML_ELEMENT_NODE && text_of(node->name) == name && node->ns != nullptr &&
         text_of(node->ns->href) == name_space;
}

std::string attribute_of(xmlNode* node, const char* name) {
  xmlChar* value = xmlGetNoNsProp(node, to_xml(name));
  std::string text(text_of(value));
  if (value != nullptr) xmlFree(value);
  return text;
}

// ---- compiling
// --------------------------------------------------------------------------------------------------------------

/// The attributes of the namespace `xml`, which schemas import and nobody brings.
constexpr std::string_view kXmlSchema =
    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"http://www.w3.org/XML/1998/namespace\">"
    "<xs:attribute name=\"lang\" type=\"xs:string\"/><xs:attribute name=\"space\" type=\"xs:NCName\"/>"
    "<xs:attribute name=\"base\" type=\"xs:anyURI\"/><xs:attribute name=\"id\" type=\"xs:ID\"/>"
    "<xs:attributeGroup name=\"specialAttrs\"><xs:attribute ref=\"xml:base\"/><xs:attribute ref=\"xml:lang\"/>"
    "<xs:attribute ref=\"xml:space\"/><xs:attribute ref=\"xml:id\"/></xs:attributeGroup></xs:schema>";

/// Collects the documents of a set and hands them to libxml2. Each lies in an anonymous file while it is compiled, and
/// references between them are rewritten to those files: libxml2 has no loader that belongs to one compilation, and its
/// global one is the host's. Whatever a schema refers to besides is refused here, so nothing is ever fetched.
class Compilation {
 public:
  explicit Compilation(const XmlSchemas::FindStored& find_stored) : find_stored_(find_stored) {}
  ~Compilation() {
    for (const Part& part : parts_) close(part.file);
  }
  Compilation(const Compilation&) = delete;
  Compilation& operator=(const Compilation&) = delete;

  bool add(const XmlSchemas::Source& source) {
    Mistake mistake;
    Doc doc = parse(source.text, mistake);
    if (doc == nullptr) return fail(joined(source.name, ": ", mistake.message));
    xmlNode* root = xmlDocGetRootElement(doc.get());
    std::vector<xmlNode*> schemas;
    if (is_element(root, "schema", kXsd)) {
      schemas.push_back(root);
    } else {
      collect(root, schemas, 0);
    }
    if (schemas.empty()) return fail(joined(source.name, ": it holds no XML schema"));
    for (xmlNode* schema : schemas) {
      if (!add_schema(schema, {})) return false;
    }
    return true;
  }

  xmlSchema* compile() {
    if (!resolve_stored() || !link()) return nullptr;
    std::string text = joined("<xs:schema xmlns:xs=\"", kXsd, "\">");
    for (const auto& [name_space, umbrella] : umbrellas_) {
      append(text, "<xs:import");
      if (!name_space.empty()) append(text, " namespace=\"", escaped(name_space), "\"");
      append(text, " schemaLocation=\"", path_of(parts_[umbrella].file), "\"/>");
    }
    text += "</xs:schema>";
    // A schema without a namespace cannot import another without one.
    if (umbrellas_.size() == 1) text = written(*parts_[umbrellas_.begin()->second].doc);
    xmlSchemaParserCtxt* parser = xmlSchemaNewMemParserCtxt(text.data(), static_cast<int>(text.size()));
    if (parser == nullptr) return nullptr;
    xmlSchemaSetParserStructuredErrors(parser, &note, this);
    xmlSchema* schema = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
    if (schema == nullptr && problem_.empty()) problem_ = "the XML schema is not valid";
    return schema;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Part {
    Doc doc;
    int file;
    std::string name_space;
    std::string stored_id;
    bool is_included = false;  // by another part: no root of the set
  };

  static void note(void* self, xmlError* error) {
    auto& compilation = *static_cast<Compilation*>(self);
    if (compilation.problem_.empty() && error->level >= XML_ERR_ERROR) compilation.problem_ = message_of(error);
  }
  bool fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }
  static std::string path_of(int file) { return joined("/proc/self/fd/", file); }
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '&')
        out += "&amp;";
      else if (c == '<')
        out += "&lt;";
      else if (c == '"')
        out += "&quot;";
      else
        out += c;
    }
    return out;
  }
  static std::string written(xmlDoc& doc) {
    xmlChar* memory = nullptr;
    int size = 0;
    xmlDocDumpMemory(&doc, &memory, &size);
    std::string text(reinterpret_cast<const char*>(memory), static_cast<std::size_t>(size));
    xmlFree(memory);
    return text;
  }

  // The schemas inside a WSDL's types.
  static void collect(xmlNode* node, std::vector<xmlNode*>& schemas, int depth) {
    for (xmlNode* child = node->children; child != nullptr; child = child->next) {
      if (is_element(child, "schema", kXsd)) {
        schemas.push_back(child);
      } else if (child->type == XML_ELEMENT_NODE && depth < 8) {
        collect(child, schemas, depth + 1);
      }
    }
  }

  bool add_schema(xmlNode* schema, std::string_view stored_id) {
    if (parts_.size() >= 500) return fail("there are more than 500 XML schemas in one set");
    const int file = memfd_create("portcullis-schema", MFD_CLOEXEC);
    if (file < 0) return fail("no memory file could be made for the XML schema");
    Part& part = parts_.emplace_back();
    part.file = file;
    part.doc.reset(xmlNewDoc(to_xml("1.0")));
    // Namespaces that are declared further out are declared on the copy.
    xmlNode* copy = xmlDocCopyNode(schema, part.doc.get(), 1);
    for (xmlNode* at = schema->parent; at != nullptr && at->type == XML_ELEMENT_NODE; at = at->parent) {
      for (xmlNs* declared = at->nsDef; declared != nullptr; declared = declared->next) {
        if (xmlSearchNs(part.doc.get(), copy, declared->prefix) == nullptr)
          xmlNewNs(copy, declared->href, declared->prefix);
      }
    }
    xmlDocSetRootElement(part.doc.get(), copy);
    part.name_space = attribute_of(copy, "targetNamespace");
    part.stored_id = std::string(stored_id);
    return true;
  }

  static bool is_reference(const xmlNode* node) {
    return is_element(node, "include", kXsd) || is_element(node, "import", kXsd) || is_element(node, "redefine", kXsd);
  }

  /// Loads what `/schemas/<id>` names, over and over.
  bool resolve_stored() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (xmlNode* node = xmlDocGetRootElement(parts_[i].doc.get())->children; node != nullptr; node = node->next) {
        if (!is_reference(node)) continue;
        const std::string location = attribute_of(node, "schemaLocation");
        constexpr std::string_view kStored = "/schemas/";
        if (!location.starts_with(kStored)) continue;
        const std::string id = location.substr(kStored.size());
        if (find_part(id) != nullptr) continue;
        const std::string_view text = find_stored_ ? find_stored_(id) : std::string_view();
        if (text.data() == nullptr) return fail(joined("there is no schema `", id, "`, which another refers to"));
        Mistake mistake;
        const Doc doc = parse(text, mistake);
        if (doc == nullptr) return fail(joined("schema `", id, "`: ", mistake.message));
        xmlNode* root = xmlDocGetRootElement(doc.get());
        if (!is_element(root, "schema", kXsd)) return fail(joined("`", id, "` is no XML schema"));
        if (!add_schema(root, id)) return false;
      }
    }
    return true;
  }

  Part* find_part(std::string_view stored_id) {
    for (Part& part : parts_) {
      if (!stored_id.empty() && equals_ignoring_ascii_case(part.stored_id, stored_id)) return &part;
    }
    return nullptr;
  }

  /// Rewrites references to the parts' files, and writes the files.
  bool link() {
    for (Part& part : parts_) {
      for (xmlNode* node = xmlDocGetRootElement(part.doc.get())->children; node != nullptr; node = node->next) {
        if (is_element(node, "include", kXsd) || is_element(node, "redefine", kXsd)) {
          const std::string location = attribute_of(node, "schemaLocation");
          Part* target =
              find_part(location.starts_with("/schemas/") ? std::string_view(location).substr(9) : std::string_view());
          if (target == nullptr)
            return fail(joined("`", location, "` could not be resolved: only /schemas/<id> is looked for"));
          target->is_included = true;
          xmlSetProp(node, to_xml("schemaLocation"), to_xml(path_of(target->file).c_str()));
        }
      }
    }
    make_umbrellas();
    for (Part& part : parts_) {
      for (xmlNode* node = xmlDocGetRootElement(part.doc.get())->children; node != nullptr; node = node->next) {
        if (is_element(node, "import", kXsd) && !link_import(node)) return false;
      }
    }
    for (const Part& part : parts_) {
      const std::string text = written(*part.doc);
      if (!write_all(part.file, text)) return fail("the memory file of an XML schema could not be written");
    }
    return true;
  }

  static bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = write(file, text.data(), text.size());
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// One document for each namespace: libxml2 takes only the first import of a namespace.
  void make_umbrellas() {
    std::map<std::string, std::vector<std::size_t>> roots;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].is_included) roots[parts_[i].name_space].push_back(i);
    }
    for (const auto& [name_space, indices] : roots) {
      if (indices.size() == 1) {
        umbrellas_[name_space] = indices.front();
        continue;
      }
      std::string text = joined("<xs:schema xmlns:xs=\"", kXsd, "\"");
      if (!name_space.empty()) append(text, " targetNamespace=\"", escaped(name_space), "\"");
      text += ">";
      for (const std::size_t i : indices)
        append(text, "<xs:include schemaLocation=\"", path_of(parts_[i].file), "\"/>");
      text += "</xs:schema>";
      Mistake mistake;
      const Doc doc = parse(text, mistake);
      if (doc != nullptr && add_schema(xmlDocGetRootElement(doc.get()), {})) umbrellas_[name_space] = parts_.size() - 1;
    }
  }

  bool link_import(xmlNode* node) {
    const std::string name_space = attribute_of(node, "namespace");
    auto found = umbrellas_.find(name_space);
    if (found == umbrellas_.end() && name_space == kXmlNamespace) {
      Mistake mistake;
      const Doc doc = parse(kXmlSchema, mistake);
      if (doc == nullptr || !add_schema(xmlDocGetRootElement(doc.get()), {})) return false;
      found = umbrellas_.emplace(name_space, parts_.size() - 1).first;
    }
    if (found == umbrellas_.end()) {
      const std::string location = attribute_of(node, "schemaLocation");
      if (location.empty()) return true;  // libxml2 says it when something of it is used
      return fail(joined("the schema of namespace `", name_space, "` (`", location, "`) could not be resolved"));
    }
    xmlSetProp(node, to_xml("schemaLocation"), to_xml(path_of(parts_[found->second].file).c_str()));
    return true;
  }

  const XmlSchemas::FindStored& find_stored_;
  std::deque<Part> parts_;
  std::map<std::string, std::size_t> umbrellas_;
  std::string problem_;
};

// ---- validating
// -------------------------------------------------------------------------------------------------------------

/// Collects findings in the arena.
struct Findings {
  Arena& arena;
  std::string_view text;
  std::span<XmlFinding> items;
  std::size_t size = 0;

  void add(std::string_view message, std::uint32_t line, std::uint32_t position) {
    if (items.empty()) items = arena.array<XmlFinding>(kMostFindings);
    if (size < items.size()) items[size++] = {arena.copy(message), line, position};
  }
  [[nodiscard]] XmlResult result() const {
    return {size == 0 ? XmlAnswer::kValid : XmlAnswer::kInvalid, {}, items.first(size)};
  }
  /// The column of the element's name in its line, which libxml2 does not keep.
  [[nodiscard]] std::uint32_t column_of(const xmlNode* node, std::uint32_t line) const {
    std::size_t start = 0;
    for (std::uint32_t i = 1; i < line; ++i) {
      start = text.find('\n', start);
      if (start == std::string_view::npos) return 0;
      ++start;
    }
    const std::string_view rest = text.substr(start, text.find('\n', start) - start);
    std::string tag = "<";
    if (node->ns != nullptr && node->ns->prefix != nullptr) append(tag, text_of(node->ns->prefix), ":");
    tag += text_of(node->name);
    const std::size_t found = rest.find(tag);
    return found == std::string_view::npos ? 0 : utf16_length(rest.substr(0, found)) + 2;
  }

  static void note(void* self, xmlError* error) {
    auto& findings = *static_cast<Findings*>(self);
    if (error->level < XML_ERR_ERROR) return;
    const auto* node = static_cast<const xmlNode*>(error->node);
    std::uint32_t line = error->line < 1 ? 1 : static_cast<std::uint32_t>(error->line);
    if (node != nullptr && xmlGetLineNo(node) > 0) line = static_cast<std::uint32_t>(xmlGetLineNo(node));
    const bool has_place = node != nullptr && node->type == XML_ELEMENT_NODE;
    findings.add(message_of(error), line, has_place ? findings.column_of(node, line) : 0);
  }
};

XmlResult judge(Arena& arena, std::string_view text, xmlSchema* schema,
                const std::function<bool(xmlSchemaValidCtxt*, xmlDoc&, Findings&)>& check) {
  Findings findings{arena, text, {}, 0};
  Mistake mistake;
  const Doc doc = parse(text, mistake);
  if (doc == nullptr) {
    findings.add(mistake.message, mistake.line, mistake.position);
    return findings.result();
  }
  xmlSchemaValidCtxt* validation = xmlSchemaNewValidCtxt(schema);
  if (validation == nullptr) return {XmlAnswer::kGaveUp, "there is no memory to validate with", {}};
  xmlSchemaSetValidStructuredErrors(validation, &Findings::note, &findings);
  const bool went_well = check(validation, *doc, findings);
  xmlSchemaFreeValidCtxt(validation);
  if (!went_well) return {XmlAnswer::kGaveUp, "the XML validator failed", {}};
  return findings.result();
}

void set_place(Findings& findings, const xmlNode* node, std::string_view message) {
  const long line = xmlGetLineNo(node);
  const std::uint32_t at = line < 1 ? 1 : static_cast<std::uint32_t>(line);
  findings.add(message, at, findings.column_of(node, at));
}

xmlNode* first_element(xmlNode* node) {
  while (node != nullptr && node->type != XML_ELEMENT_NODE) node = node->next;
  return node;
}

bool check_soap(xmlSchemaValidCtxt* validation, xmlDoc& doc, Findings& findings, std::string_view soap,
                bool allows_fault) {
  xmlNode* envelope = xmlDocGetRootElement(&doc);
  if (!is_element(envelope, "Envelope", soap)) {
    set_place(findings, envelope, joined("The root must be the element 'Envelope' of namespace '", soap, "'."));
    return true;
  }
  xmlNode* body = first_element(envelope->children);
  while (body != nullptr && !is_element(body, "Body", soap)) body = first_element(body->next);
  if (body == nullptr) return set_place(findings, envelope, "The envelope has no body."), true;
  xmlNode* child = first_element(body->children);
  if (child == nullptr) return set_place(findings, body, "The body of the envelope is empty."), true;
  for (; child != nullptr; child = first_element(child->next)) {
    if (allows_fault && is_element(child, "Fault", soap)) continue;
    if (xmlSchemaValidateOneElement(validation, child) < 0) return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<XmlSchemas> XmlSchemas::compile(std::span<const Source> sources, const FindStored& find_stored,
                                                std::string& problem) {
  Compilation compilation(find_stored);
  for (const Source& source : sources) {
    if (!compilation.add(source)) return problem = compilation.problem(), nullptr;
  }
  xmlSchema* schema = compilation.compile();
  if (schema == nullptr) return problem = compilation.problem(), nullptr;
  std::unique_ptr<XmlSchemas> made(new XmlSchemas);
  made->schema_ = schema;
  return made;
}

XmlSchemas::~XmlSchemas() { xmlSchemaFree(static_cast<xmlSchema*>(schema_)); }

XmlResult XmlSchemas::validate(Arena& arena, std::string_view text) const {
  return judge(arena, text, static_cast<xmlSchema*>(schema_),
               [](xmlSchemaValidCtxt* validation, xmlDoc& doc, Findings&) {
                 return xmlSchemaValidateDoc(validation, &doc) >= 0;
               });
}

XmlResult XmlSchemas::validate_soap(Arena& arena, std::string_view text, SoapVersion version, bool allows_fault) const {
  const std::string_view soap = version == SoapVersion::k11 ? kSoap11 : kSoap12;
  return judge(arena, text, static_cast<xmlSchema*>(schema_),
               [&](xmlSchemaValidCtxt* validation, xmlDoc& doc, Findings& findings) {
                 return check_soap(validation, doc, findings, soap, allows_fault);
               });
}

// ---- small documents
// --------------------------------------------------------------------------------------------------------

std::string_view XmlItem::attribute(std::string_view wanted) const {
  for (const auto& [name_of, value] : attributes) {
    if (name_of == wanted) return value;
  }
  return {};
}

const XmlItem* XmlItem::child(std::string_view wanted) const {
  for (const XmlItem& item : children) {
    if (item.name == wanted) return &item;
  }
  return nullptr;
}

namespace {
// The parser's own depth limit (256) bounds the recursion.
void copy_items(xmlNode* node, XmlItem& item) {
  item.name = std::string(text_of(node->name));
  if (node->ns != nullptr) item.name_space = std::string(text_of(node->ns->href));
  for (const xmlNs* declared = node->nsDef; declared != nullptr; declared = declared->next) item.prefixes.emplace_back(text_of(declared->prefix), text_of(declared->href));
  for (xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next) {
    xmlChar* value = xmlNodeListGetString(node->doc, attribute->children, 1);
    item.attributes.emplace_back(text_of(attribute->name), text_of(value));
    if (value != nullptr) xmlFree(value);
  }
  for (xmlNode* child = node->children; child != nullptr; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) copy_items(child, item.children.emplace_back());
  }
}
}  // namespace

bool read_xml_items(std::string_view text, XmlItem& root, std::string& problem) {
  Mistake mistake;
  const Doc doc = parse(text, mistake);
  if (doc == nullptr) {
    problem = joined("line ", mistake.line, ": ", mistake.message);
    return false;
  }
  copy_items(xmlDocGetRootElement(doc.get()), root);
  return true;
}

}  // namespace portcullis
