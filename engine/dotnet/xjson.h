// JSON to XML, as JsonConvert.DeserializeXNode does it: "@name" attributes, "#text", arrays as repeated elements.
#pragma once

#include "engine/json/token.h"
#include "engine/xml/xml_tree.h"

namespace portcullis {

/// The document; `root` (may be null) names an element around the JSON. Null after raising, or for JSON null without a root.
XDocument* xml_from_json(Run& run, JToken* token, String* root);

}  // namespace portcullis
