// XPath 1.0 over the tree of XmlDocument: SelectNodes and SelectSingleNode.
#pragma once

#include <string_view>
#include <vector>

#include "engine/dotnet/xml_dom.h"

namespace portcullis {

/// Prefix to namespace, as an XmlNamespaceManager knows them.
struct XPathNamespaces {
  struct Entry {
    std::string_view prefix;
    std::string_view uri;
  };
  std::vector<Entry> entries;
};

/// The nodes in document order. False after raising XPathException. `namespaces` may be null.
bool select_by_xpath(Run& run, DomNode& context, std::string_view path, const XPathNamespaces* namespaces,
                     std::vector<DomNode*>& found);

Raised raise_xpath(Run& run, std::string_view message);

}  // namespace portcullis
