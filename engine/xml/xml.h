// Text to XML tree and back, as System.Xml.Linq does it on .NET 8. The door for C++ that handles XML of a request.
#pragma once

#include <string_view>

#include "engine/xml/xml_tree.h"

namespace portcullis {

struct XmlParseOptions {
  bool preserve_whitespace = false;  // white space between elements stays as text nodes
  bool for_element = false;          // XElement.Parse: the result is the root element alone
};

/// The document, or with `for_element` its root; null after raising XmlException. Views into `text` are kept.
/// External entities and DTDs are never loaded; the text of internal ones is bounded. Depth is bounded by kMaxXmlDepth.
XContainer* parse_xml(Run& run, std::string_view text, const XmlParseOptions& options = {});

struct XmlWriteOptions {
  bool indent = true;
  bool omit_duplicate_namespaces = false;
};

/// `XNode.ToString(SaveOptions)`. Null after raising.
String* write_xml(Run& run, const XNode& node, const XmlWriteOptions& options = {});
/// `XAttribute.ToString()`: name="value"
String* write_xml_attribute(Run& run, const XAttribute& attribute);
/// With the declaration, as XDocument.Save writes.
String* write_xml_document(Run& run, const XDocument& document, const XmlWriteOptions& options = {});

/// What XmlException keeps besides its message (Exception::detail).
struct XmlPlace : Object {
  std::int32_t line;
  std::int32_t position;
};

/// XmlException; ` Line l, position p.` is appended unless `line` is 0.
Raised raise_xml(Run& run, std::string_view message, std::int32_t line, std::int32_t position);

}  // namespace portcullis
