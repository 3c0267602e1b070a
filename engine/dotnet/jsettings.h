// Settings objects of Newtonsoft.Json, as far as their properties have an effect here.
#pragma once

#include "engine/json/json.h"
#include "engine/run/object.h"

namespace portcullis {

/// JsonLoadSettings
struct JLoadSettings : Object {
  std::int32_t comments = 0;    // CommentHandling: Ignore, Load
  std::int32_t line_info = 1;   // LineInfoHandling: Ignore, Load
  std::int32_t duplicates = 0;  // DuplicatePropertyNameHandling: Replace, Ignore, Error

  [[nodiscard]] JsonParseOptions options(JsonRoot root) const {
    return {.root = root, .duplicates = static_cast<JsonDuplicates>(duplicates), .keep_comments = comments == 1, .skip_root_comment = comments != 1};
  }
};

/// JsonMergeSettings
struct JMergeSettings : Object {
  std::int32_t arrays = 0;      // MergeArrayHandling
  std::int32_t nulls = 0;       // MergeNullValueHandling: Ignore, Merge
  std::int32_t comparison = 4;  // StringComparison.Ordinal
};

/// JsonSerializerSettings
struct JSerializerSettings : Object {
  std::int32_t nulls = 0;       // NullValueHandling: Include, Ignore
  std::int32_t formatting = 0;  // Formatting
  std::int32_t dates = 1;       // DateParseHandling: None, DateTime, DateTimeOffset
};

}  // namespace portcullis
