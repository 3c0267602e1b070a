// Text to JSON tree and back, as Newtonsoft.Json 13 does it. The door for everything in C++ that handles JSON of a request.
//
//     JToken* body = parse_json(run, text, {.expect = JsonRoot::kObject});   // null: run.pending is set
//     JToken* model = find(*as_object(body), "model");
//     String* out = write_json(run, body, Formatting::kNone);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/json/token.h"

namespace portcullis {

enum class Formatting : std::uint8_t { kNone, kIndented };

/// Whose reading it is; only the messages differ.
enum class JsonRoot : std::uint8_t {
  kToken,        // JToken.Parse
  kObject,       // JObject.Parse
  kArray,        // JArray.Parse
  kDeserialize,  // JsonConvert.DeserializeObject: empty text gives a null result without raising
};

enum class JsonDuplicates : std::uint8_t { kReplace, kIgnore, kError };

struct JsonParseOptions {
  JsonRoot root = JsonRoot::kToken;
  bool dates = true;  // ISO date-times become Date tokens
  JsonDuplicates duplicates = JsonDuplicates::kReplace;
  bool keep_comments = false;     // JsonLoadSettings.CommentHandling.Load
  bool skip_root_comment = true;  // false is what JToken.Parse without settings does: the comment is the result
};

/// The tree, or null after raising JsonReaderException. The tree keeps views into `text`, which must live as long as the arena.
/// Depth is bounded by RunLimits::json_depth. Cost: one pass; spends a step for every 16 bytes.
JToken* parse_json(Run& run, std::string_view text, const JsonParseOptions& options = {});

/// `ToString(Formatting)` of any token. Null after raising (memory or depth limit).
String* write_json(Run& run, const JToken* token, Formatting formatting);
/// The same for members and items of plain C++ callers that have no Run (logs, tests).
/// `JValue.ToString()`: plain text without quotes; containers are indented JSON.
String* token_to_string(Run& run, JToken* token);

/// A double as JSON: shortest round-trip digits in .NET's layout with a `.0` where neither point nor exponent stands.
/// Returns the number of characters; `out` has room for 32. NaN and infinities as `NaN`, `Infinity`, `-Infinity`.
std::size_t write_json_double(char* out, double value);
std::size_t write_json_single(char* out, float value);

/// DateTime (ticks | kind << 62) as ISO text without quotes; `out` has room for 40.
std::size_t write_json_date(char* out, std::int64_t date_time);
/// True when `text` is what Newtonsoft takes for a DateTime while reading.
bool read_json_date(std::string_view text, std::int64_t& date_time);

/// Appends `text` with JSON escapes, without quotes.
void append_json_escaped(std::string& out, std::string_view text, char quote = '"');

/// Raises JsonReaderException with Path, LineNumber and LinePosition properties.
Raised raise_json(Run& run, Known type, std::string_view message, std::string_view path, std::int32_t line, std::int32_t position);

/// What JsonReaderException keeps besides its message (Exception::detail).
struct JsonPlace : Object {
  String* path;
  std::int32_t line;
  std::int32_t position;
};

}  // namespace portcullis
