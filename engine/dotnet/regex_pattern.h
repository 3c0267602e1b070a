// Patterns of the .NET dialect, translated for PCRE2. Groups lose their names there: PCRE2 counts them from left to right, and
// the tables here lead back to .NET's numbers (unnamed groups first, then named ones).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::regex {

enum Options : std::int32_t {
  kNone = 0,
  kIgnoreCase = 1,
  kMultiline = 2,
  kExplicitCapture = 4,
  kCompiled = 8,
  kSingleline = 16,
  kIgnorePatternWhitespace = 32,
  kRightToLeft = 64,
  kECMAScript = 256,
  kCultureInvariant = 512,
  kNonBacktracking = 1024,
};

/// One group as .NET numbers it; in order of number. Group 0 is the whole match.
struct GroupInfo {
  std::int32_t number = 0;
  std::string name;                    // the number's digits for unnamed groups
  std::vector<std::uint32_t> indices;  // PCRE2's numbers: several where a name was used several times
};

struct Translation {
  std::string pattern;        // for UTF mode
  std::string ascii_pattern;  // for subjects that are all ASCII
  std::vector<GroupInfo> groups;
  bool is_ascii_only = true;  // `ascii_pattern` can be used
  bool repeats_captures = false;  // a group may take part several times

  // At most one of these when the pattern cannot be used.
  std::string error;           // what is wrong, in .NET's words
  std::size_t error_offset = 0;  // bytes
  std::string unsupported;     // right in .NET, beyond us
};

/// Whether `pattern` reports on its way: a callout behind each group, with a second one in an alternative that fails, which is
/// gone through on the way back; and the same in front of each part that is left at once (atomic groups, lookarounds). Their text is
/// one of these characters and the number of the group or mark.
enum class Tracing : std::uint8_t { kNo, kYes };
inline constexpr char kTraceGroup = '+';
inline constexpr char kTraceGroupBack = '-';
inline constexpr char kTraceMark = '(';
inline constexpr char kTraceMarkBack = ')';

Translation translate(std::string_view pattern, std::int32_t options, Tracing tracing = Tracing::kNo);

/// Index in `groups`, or -1.
std::int32_t find_group(const std::vector<GroupInfo>& groups, std::int32_t number);
std::int32_t find_group(const std::vector<GroupInfo>& groups, std::string_view name);

/// The ranges of a block as a character class writes them (`\x{370}-\x{3FF}`); empty when .NET knows no such block.
std::string_view block_ranges(std::string_view name);

/// Undoes Escape. Empty `error` on success.
std::string unescape(std::string_view text, std::string& error, std::size_t& offset);

}  // namespace portcullis::regex
