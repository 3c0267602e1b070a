// What the reader shares with the tree: member lookup while an object is still being read, escapes, path text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "engine/json/token.h"

namespace portcullis {

inline constexpr std::uint32_t kNotFound = 0xFFFFFFFF;
/// Objects with fewer members are scanned.
inline constexpr std::uint32_t kIndexFrom = 16;

/// Position of the property called `name` among `properties` of `object`; counts comparisons in `probes`.
std::uint32_t find_among(const JObject& object, std::span<JToken* const> properties, std::string_view name, std::uint32_t& probes);
/// Brings the table up to date after the last of `properties` was added.
void index_added(Arena& arena, JObject& object, std::span<JToken* const> properties);

/// Decodes what stands between the quotes of JSON text; the escapes are known to be well formed.
std::string_view decode_json_string(Arena& arena, std::string_view escaped);

/// `.name` or `['na me']`, without the point at the start of a path.
void append_path_name(std::string& out, std::string_view name);

}  // namespace portcullis
