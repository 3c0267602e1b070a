// System.Text.RegularExpressions: compiled patterns, walks over matches, and the objects they give.
//
// Offsets here are bytes of the subject; C# sees UTF-16 units, counted from the match before.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "engine/dotnet/regex_pattern.h"
#include "engine/run/run.h"
#include "engine/types/definition.h"

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_general_context_8;

namespace portcullis::regex {

struct CompiledGroup {
  std::int32_t number;
  std::string_view name;
  std::span<const std::uint32_t> indices;  // into PCRE2's offsets
};

/// Lives in an arena. Immutable, so threads may share what was compiled at load.
struct Compiled {
  std::string_view pattern;
  std::int32_t options;
  std::span<const CompiledGroup> groups;
  pcre2_real_code_8* wide;    // for any subject
  pcre2_real_code_8* narrow;  // for subjects that are all ASCII; null: use `wide`
  pcre2_real_code_8* tracing;  // reports each capture; null: no group can take part twice
};

struct CompileError {
  std::string text;  // empty: none
  bool is_unsupported = false;
  bool is_memory = false;
};

/// ECMAScript goes with few others.
bool options_fit(std::int32_t options);
/// At load: native code, in the Program's memory and freed with it. Null with `error` set.
const Compiled* compile_at_load(Preparation& preparation, std::string_view pattern, std::int32_t options, CompileError& error);
/// At load, for patterns that are no part of an expression (schemas): interpreted, all of it in `arena`.
const Compiled* compile_in(Arena& arena, std::string_view pattern, std::int32_t options, CompileError& error);
/// During a run: interpreted, because native code could not be freed with the arena. Null after raising.
const Compiled* compile(Run& run, const String* pattern, std::int32_t options);

struct Regex : Object {
  const Compiled* compiled;
  std::int64_t timeout;  // ticks; negative: none
};

/// Finds one match after the other.
class Matcher {
 public:
  Matcher(Run& run, const Compiled& compiled, const String& subject, std::int64_t timeout);

  /// The first match at or behind `from`; false when there is none or after raising.
  bool find(std::size_t from);
  /// The match behind the last one.
  bool find_next();
  [[nodiscard]] std::size_t start() const { return offsets_[0]; }
  [[nodiscard]] std::size_t end() const { return offsets_[1]; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const Compiled& compiled() const { return compiled_; }
  /// By .NET's order of groups; data() is null for a group that took no part.
  [[nodiscard]] std::string_view group(std::size_t index) const;

 private:
  Run& run_;
  const Compiled& compiled_;
  std::string_view text_;
  const pcre2_real_code_8* code_ = nullptr;
  pcre2_real_match_data_8* data_ = nullptr;
  pcre2_real_match_context_8* context_ = nullptr;
  const std::size_t* offsets_ = nullptr;
  std::int64_t timeout_;
};

/// Only says whether a text matches, again and again, with one set of memory for all of them.
class Tester {
 public:
  explicit Tester(Run& run);

  enum class Answer : std::uint8_t { kNo, kYes, kGaveUp };  // kGaveUp: a limit of PCRE2 or of memory
  Answer test(const Compiled& compiled, std::string_view text);

 private:
  Run& run_;
  pcre2_real_match_data_8* data_ = nullptr;
  pcre2_real_match_context_8* context_ = nullptr;
};

// ---- regex_units.cc -----------------------------------------------------------------------------------------------------

/// The text with characters above U+FFFF spelt as two halves; the same text when there are none.
std::string_view split_pairs(Run& run, std::string_view text);
/// What patterns are matched against: every subject goes through here first.
String* in_units(Run& run, String* text);
/// A piece of a subject for C#: halves that stand together are one character again.
String* whole(Run& run, std::string_view text);
String* whole(Run& run, String* text);

// ---- regex_captures.cc --------------------------------------------------------------------------------------------------

struct Captured {
  std::uint32_t group;  // PCRE2's number; 0: none
  std::size_t start;
  std::size_t end;
};
/// Every capture of the match at `start`, in order. Empty when it raised, or no group can take part twice.
std::span<const Captured> trace(Run& run, const Compiled& compiled, std::string_view text, std::size_t start);

/// PCRE2's memory from an arena; null when there is none left.
pcre2_real_general_context_8* memory_in(Arena& arena);

// ---- objects ------------------------------------------------------------------------------------------------------------

struct Capture : Object {
  String* subject;
  std::string_view value;     // inside the subject
  std::uint32_t index_utf16;
};
struct Match;
struct Group : Capture {
  bool success;
  String* name;
  Match* match;       // null for a group that no match has
  std::size_t index;  // in the order of .NET
};
struct Match : Group {
  const Compiled* compiled;
  std::int64_t timeout;
  std::span<const Captured> trail;  // when captures were asked for
  bool is_traced;
  std::span<const std::string_view> values;  // of all groups; data() null: took no part
  std::span<Group*> groups;                  // made when asked for; [0] is this
};

/// The match that `matcher` stands at. `before` is an earlier match of the same subject, or null.
Match* make_match(Run& run, const Matcher& matcher, String* subject, std::int64_t timeout, const Match* before);
Match* failed_match(Run& run);
/// A MatchCollection that finds as it is read.
Object* make_matches(Run& run, const Compiled& compiled, String* subject, std::size_t from, std::int64_t timeout);
/// The match's text in a replacement template's syntax.
String* expand(Run& run, const Match& match, String* replacement);

/// Where the search behind a match begins; past the end: nowhere.
std::size_t after(std::string_view text, std::size_t start, std::size_t end);

// ---- regex_replace.cc ---------------------------------------------------------------------------------------------------
struct Search {
  const Compiled* compiled;
  String* input;
  std::int64_t timeout = -1;
  std::int32_t count = -1;  // negative: all
  std::size_t from = 0;
};
String* replace(Run& run, Search search, String* replacement);
String* replace_by(Run& run, Search search, Closure* evaluator);
Array* split(Run& run, Search search);
String* escape(Run& run, String* text);
String* unescape(Run& run, String* text);

}  // namespace portcullis::regex
