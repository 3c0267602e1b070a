// What a Content-Type or Accept header says.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "engine/exchange/header_list.h"

namespace portcullis {

/// `text/xml; charset=utf-8` -> `text/xml`. Empty when there is none.
std::string_view media_type_of(const HeaderList& headers, Arena& arena);

/// application/json, text/json, anything with +json; and the same for XML. `type` without parameters.
bool is_json_type(std::string_view type);
bool is_xml_type(std::string_view type);
/// text/*, JSON, XML, JavaScript, forms: what can hold links.
bool is_text_type(std::string_view type);

/// True when one of the ranges that Accept lists is a type that `is_wanted` takes; wildcards and q=0 do not count.
/// source: transformation.md#8 (chosen)
bool accepts(const HeaderList& headers, Arena& arena, bool (*is_wanted)(std::string_view type));

}  // namespace portcullis
