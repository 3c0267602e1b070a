// JSONPath as Newtonsoft's SelectToken reads it: compiled once (at load when the text is constant), then walked over trees.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/json/token.h"

namespace portcullis {

struct PathFilter;
struct PathQuery;

/// A compiled path. Immutable; lives in the arena it was compiled into.
struct JsonPath {
  std::span<const PathFilter> filters;
  std::string_view error;  // not empty: the message of the JsonException that using the path raises
};

/// Never null; a path that does not parse carries its error.
const JsonPath* compile_json_path(Arena& arena, std::string_view text);

/// Tokens found, in the arena.
class TokenList {
 public:
  explicit TokenList(Arena& arena) : arena_(arena) {}
  void add(JToken* token);
  /// Becomes what `other` is.
  void take(const TokenList& other) {
    items_ = other.items_;
    count_ = other.count_;
    room_ = other.room_;
  }
  [[nodiscard]] std::span<JToken* const> view() const { return {items_, count_}; }
  [[nodiscard]] std::uint32_t size() const { return count_; }

 private:
  Arena& arena_;
  JToken** items_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t room_ = 0;
};

/// `[?(@.a =~ /x/i)]`: whoever has regular expressions answers.
using PathRegex = bool (*)(Run& run, String* input, std::string_view pattern, bool ignore_case, bool multiline, bool singleline);

/// All matches below `root` in document order. False after raising.
bool select_tokens(Run& run, const JsonPath& path, JToken* root, bool error_when_no_match, PathRegex regex, TokenList& out);

/// The quick way of paths that are only names and single indexes (`a.b[0].c`): true when it could be walked so, and then
/// `found` is the match or null.
bool select_plain(const JsonPath& path, JToken* root, JToken*& found);

/// JValue.CompareTo: -1, 0, 1; raises FormatException and others where Newtonsoft does.
std::int32_t compare_values(Run& run, JValue* a, JValue* b);

}  // namespace portcullis
