// What XmlNode needs of XmlNamespaceManager.
#pragma once

#include "engine/dotnet/xpath.h"

namespace portcullis {

/// False for a null manager.
bool xpath_namespaces(Run& run, Object* manager, XPathNamespaces& names);

}  // namespace portcullis
