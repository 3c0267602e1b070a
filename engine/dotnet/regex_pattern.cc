// See regex_pattern.h. Two passes, as .NET has them: the first numbers the groups, so that the second can tell a back-reference
// from an octal code. What PCRE2 would take and .NET would not never reaches PCRE2: every literal is written escaped.
#include "engine/dotnet/regex_pattern.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "base/utf.h"
#include "engine/unicode/category.h"

namespace portcullis::regex {

namespace {

constexpr std::string_view kWord = "\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}";
constexpr std::string_view kAsciiWord = "A-Za-z0-9_";
constexpr std::size_t kDeepest = 200;  // nested parentheses; PCRE2 takes 250

bool is_word(char32_t code) {
  if (code < 0x80) return is_ascii_letter(static_cast<char>(code)) || is_ascii_digit(static_cast<char>(code)) || code == '_';
  // \w and what .NET allows in names besides: zero-width joiners.
  const UnicodeCategory category = category_of(code);
  return is_letter(category) || category == UnicodeCategory::kNonSpacingMark || category == UnicodeCategory::kDecimalDigitNumber ||
         category == UnicodeCategory::kConnectorPunctuation;
}

struct Mistake {
  std::string text;
  std::size_t offset;
  bool is_unsupported;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  [[nodiscard]] bool at_end() const { return at >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at + ahead < text_.size() ? text_[at + ahead] : '\0'; }
  [[nodiscard]] bool has(std::size_t ahead) const { return at + ahead < text_.size(); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at); }
  [[nodiscard]] std::string_view text() const { return text_; }
  char32_t next() {
    const Decoded decoded = decode_utf8(text_, at);
    at += decoded.length;
    return decoded.code;
  }
  [[nodiscard]] char32_t code() const { return at_end() ? 0 : decode_utf8(text_, at).code; }
  std::int64_t number() {
    std::int64_t value = 0;
    while (is_ascii_digit(peek())) value = std::min<std::int64_t>(value * 10 + (text_[at++] - '0'), 0xFFFFFFFF);
    return value;
  }
  std::string_view name() {
    const std::size_t start = at;
    while (!at_end() && is_word(code())) next();
    return text_.substr(start, at - start);
  }

  std::size_t at = 0;

 private:
  std::string_view text_;
};

// ---- one escaped character, as patterns and Unescape share it -----------------------------------------------------------

int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool read_hex(Reader& reader, int digits, char32_t& code) {
  code = 0;
  for (int i = 0; i < digits; ++i) {
    const int value = hex_value(reader.peek());
    if (value < 0) return false;
    code = code * 16 + static_cast<char32_t>(value);
    ++reader.at;
  }
  return true;
}

// Behind the backslash. False with `error` set.
bool read_escape(Reader& reader, char32_t& code, std::string& error) {
  if (reader.peek() >= '0' && reader.peek() <= '7') {
    code = 0;
    for (int i = 0; i < 3 && reader.peek() >= '0' && reader.peek() <= '7'; ++i) {
      code = code * 8 + static_cast<char32_t>(reader.text()[reader.at++] - '0');
    }
    code &= 0xFF;
    return true;
  }
  code = reader.next();
  switch (code) {
    case 'x':
    case 'u':
      if (read_hex(reader, code == 'x' ? 2 : 4, code)) return true;
      error = "Insufficient or invalid hexadecimal digits.";
      return false;
    case 'a': code = 7; return true;
    case 'b': code = 8; return true;
    case 'e': code = 27; return true;
    case 'f': code = 12; return true;
    case 'n': code = 10; return true;
    case 'r': code = 13; return true;
    case 't': code = 9; return true;
    case 'v': code = 11; return true;
    case 'c': {
      if (reader.at_end()) {
        error = "Missing control character.";
        return false;
      }
      const char32_t control = static_cast<char32_t>(ascii_upper(static_cast<char>(reader.next()))) - '@';
      if (control >= ' ') {
        error = "Unrecognized control character.";
        return false;
      }
      code = control;
      return true;
    }
    default: break;
  }
  if (!is_word(code)) return true;
  error = "Unrecognized escape sequence \\";
  append_utf8(error, code);
  error += '.';
  return false;
}

// ---- writing ------------------------------------------------------------------------------------------------------------

/// Both patterns at once; they differ in classes only.
class Writer {
 public:
  void same(std::string_view text) {
    wide.append(text);
    narrow.append(text);
  }
  void each(std::string_view for_wide, std::string_view for_narrow) {
    wide.append(for_wide);
    narrow.append(for_narrow);
  }
  void literal(char32_t code) {
    if (code > 0xFFFF) {  // two units, as in the subject
      literal(0xD800 + ((code - 0x10000) >> 10));
      return literal(0xDC00 + (code & 0x3FF));
    }
    char text[16];
    if (code < 0x80 && (is_ascii_letter(static_cast<char>(code)) || is_ascii_digit(static_cast<char>(code)))) {
      text[0] = static_cast<char>(code);
      return same({text, 1});
    }
    if (code < 0x80 && code > ' ' && code != 0x7F) {
      text[0] = '\\';
      text[1] = static_cast<char>(code);
      return same({text, 2});
    }
    std::string escaped = "\\x{";
    char digits[8];
    escaped.append(digits, std::to_chars(digits, digits + sizeof digits, static_cast<std::uint32_t>(code), 16).ptr);
    escaped += '}';
    same(escaped);
    if (code > 0x7F) is_ascii_only = false;
  }
  void append(const Writer& other) {
    wide += other.wide;
    narrow += other.narrow;
    is_ascii_only = is_ascii_only && other.is_ascii_only;
  }

  std::string wide;
  std::string narrow;
  bool is_ascii_only = true;
};

// ---- the translator -----------------------------------------------------------------------------------------------------

class Translator {
 public:
  Translator(std::string_view pattern, std::int32_t options, Tracing tracing)
      : reader_(pattern), options_(options), tracing_(tracing) {}

  Translation run() {
    Translation made;
    if ((options_ & kRightToLeft) != 0) made.unsupported = "RegexOptions.RightToLeft is not supported.";
    if (!made.unsupported.empty()) return made;
    const std::int32_t options = options_;
    count_groups();
    reader_.at = 0;
    options_ = options;
    automatic_ = 1;
    stack_.clear();
    while (!failed_ && !reader_.at_end()) step();
    if (!failed_ && !stack_.empty()) fail("Not enough )'s.");
    if (failed_) {
      (mistake_.is_unsupported ? made.unsupported : made.error) = mistake_.text;
      made.error_offset = mistake_.offset;
      return made;
    }
    made.pattern = std::move(out_.wide);
    made.ascii_pattern = std::move(out_.narrow);
    made.is_ascii_only = out_.is_ascii_only;
    made.repeats_captures = repeats_captures_;
    for (const GroupInfo& group : groups_) made.repeats_captures |= group.indices.size() > 1;
    made.groups = std::move(groups_);
    return made;
  }

 private:
  struct Level {
    std::int32_t options;
    bool is_condition = false;  // the test of a conditional
    std::int32_t bars_left = -1;
    std::uint32_t captures = 0;  // groups before it
    std::uint32_t traced = 0;    // the group that is reported behind its end
    bool is_wrapped = false;     // in a group of the tracing pattern's own
  };

  void open_level(std::int32_t outer) { stack_.push_back({.options = outer, .captures = captures_}); }

  // The text of a callout and of the one for the way back.
  void report(char there, char back, std::uint32_t number) {
    out_.same(joined("(?:(?C'", there, number, "')|(?C'", back, number, "')(*F))"));
  }
  // What follows is left at once: steps in there are not gone back through. True when it stands in a group of our own.
  bool mark() {
    if (tracing_ == Tracing::kNo) return false;
    out_.same("(?:");
    report(kTraceMark, kTraceMarkBack, ++marks_);
    return true;
  }

  void fail(std::string text) {
    if (!failed_) mistake_ = {std::move(text), reader_.at, false};
    failed_ = true;
  }
  void refuse(std::string text) {
    if (!failed_) mistake_ = {std::move(text), reader_.at, true};
    failed_ = true;
  }
  [[nodiscard]] bool on(std::int32_t option) const { return (options_ & option) != 0; }

  // ---- first pass -------------------------------------------------------------------------------------------------------

  void note(std::int64_t number) {
    if (find_group(groups_, static_cast<std::int32_t>(number)) < 0) groups_.push_back({static_cast<std::int32_t>(number), {}, {}});
  }

  void count_groups() {
    groups_.push_back({0, "0", {0}});
    std::vector<std::string_view> names;
    std::int32_t automatic = 1;
    bool skip_next = false;
    std::vector<std::int32_t> levels;
    while (!reader_.at_end()) {
      const char c = reader_.peek();
      ++reader_.at;
      if (c == '\\') {
        if (!reader_.at_end()) reader_.next();
      } else if (c == '#' && on(kIgnorePatternWhitespace)) {
        while (!reader_.at_end() && reader_.peek() != '\n') ++reader_.at;
      } else if (c == '[') {
        skip_class();
      } else if (c == ')') {
        if (!levels.empty()) {
          options_ = levels.back();
          levels.pop_back();
        }
      } else if (c == '(') {
        count_group(levels, names, automatic, skip_next);
      }
    }
    for (GroupInfo& group : groups_) group.name = joined(group.number);
    for (const std::string_view name : names) {
      while (find_group(groups_, automatic) >= 0) ++automatic;
      groups_.push_back({automatic++, std::string(name), {}});
    }
    std::ranges::sort(groups_, {}, &GroupInfo::number);
  }

  void count_group(std::vector<std::int32_t>& levels, std::vector<std::string_view>& names, std::int32_t& automatic, bool& skip_next) {
    if (reader_.rest().starts_with("?#")) {
      while (!reader_.at_end() && reader_.peek() != ')') ++reader_.at;
      if (!reader_.at_end()) ++reader_.at;
      return;
    }
    levels.push_back(options_);
    if (reader_.peek() != '?') {
      if (!on(kExplicitCapture) && !skip_next) note(automatic++);
      skip_next = false;
      return;
    }
    ++reader_.at;
    skip_next = false;
    if ((reader_.peek() == '<' && reader_.peek(1) != '=' && reader_.peek(1) != '!') || reader_.peek() == '\'') {
      ++reader_.at;
      if (is_ascii_digit(reader_.peek())) {
        const std::int64_t number = reader_.number();
        if (number > 0 && number <= INT32_MAX) note(number);
      } else {
        const std::string_view name = reader_.name();
        if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    } else if (reader_.peek() == '(') {
      skip_next = true;
    } else {
      read_options();
      if (reader_.peek() == ')' && !levels.empty()) {
        ++reader_.at;
        levels.pop_back();
      }
    }
  }

  void skip_class() {
    if (reader_.peek() == '^') ++reader_.at;
    bool first = true;
    while (!reader_.at_end()) {
      const char c = reader_.peek();
      ++reader_.at;
      if (c == ']' && !first) return;
      if (c == '\\' && !reader_.at_end()) reader_.next();
      if (c == '-' && reader_.peek() == '[' && !first) {
        ++reader_.at;
        skip_class();
      }
      first = false;
    }
  }

  // imnsx-imnsx; stops at the first other character. Gives the letters PCRE2 has to see.
  std::string read_options() {
    std::string shown;
    bool is_off = false;
    for (;; ++reader_.at) {
      const char c = reader_.peek();
      if (c == '-' || c == '+') {
        is_off = c == '-';
        continue;
      }
      const std::size_t index = std::string_view("imnsx").find(ascii_lower(c));
      if (c == '\0' || index == std::string_view::npos) break;
      constexpr std::int32_t kBits[] = {kIgnoreCase, kMultiline, kExplicitCapture, kSingleline, kIgnorePatternWhitespace};
      options_ = is_off ? options_ & ~kBits[index] : options_ | kBits[index];
    }
    for (const auto& [letter, bit] : {std::pair{'i', kIgnoreCase}, std::pair{'m', kMultiline}, std::pair{'s', kSingleline}}) {
      if (on(bit)) shown += letter;
    }
    std::string off;
    for (const auto& [letter, bit] : {std::pair{'i', kIgnoreCase}, std::pair{'m', kMultiline}, std::pair{'s', kSingleline}}) {
      if (!on(bit)) off += letter;
    }
    return off.empty() ? shown : shown + "-" + off;
  }

  // ---- second pass ------------------------------------------------------------------------------------------------------

  void step() {
    const char c = reader_.peek();
    if (on(kIgnorePatternWhitespace) && is_ascii_space(c)) {
      ++reader_.at;
      return;
    }
    if (on(kIgnorePatternWhitespace) && c == '#') {
      while (!reader_.at_end() && reader_.peek() != '\n') ++reader_.at;
      return;
    }
    if (reader_.rest().starts_with("(?#")) return skip_comment();
    if (c == '*' || c == '+' || c == '?' || (c == '{' && is_counted())) return quantifier();
    was_quantified_ = false;
    unit_captures_ = 0;
    switch (c) {
      case '(': ++reader_.at; return open_group();
      case ')': ++reader_.at; return close_group();
      case '[':
        ++reader_.at;
        has_unit_ = true;
        return out_.append(character_class());
      case '\\': ++reader_.at; return backslash();
      case '|':
        ++reader_.at;
        has_unit_ = false;
        if (!stack_.empty() && stack_.back().bars_left >= 0 && stack_.back().bars_left-- == 0) return fail("Too many | in (?()|).");
        return out_.same("|");
      case '^':
      case '$':
      case '.':
        ++reader_.at;
        has_unit_ = true;
        return out_.same(std::string_view(&c, 1));
      default:
        has_unit_ = true;
        return literal(reader_.next());
    }
  }

  // For .NET two letters are the same when their lower cases are; for PCRE2 the long s is an s, too.
  void literal(char32_t code) {
    if (!on(kIgnoreCase) || (code != 's' && code != 'S' && code != 0x17F)) return out_.literal(code);
    if (code != 0x17F) return out_.each("(?-i:[sS])", "s");
    out_.same("(?-i:");
    out_.literal(code);
    out_.same(")");
  }

  void skip_comment() {
    const std::size_t end = reader_.text().find(')', reader_.at);
    if (end == std::string_view::npos) {
      reader_.at = reader_.text().size();
      return fail("Unterminated (?#...) comment.");
    }
    reader_.at = end + 1;
  }

  // {n}, {n,}, {n,m}
  [[nodiscard]] bool is_counted() const {
    std::size_t i = 1;
    while (is_ascii_digit(reader_.peek(i))) ++i;
    if (i == 1) return false;
    if (reader_.peek(i) == '}') return true;
    if (reader_.peek(i) != ',') return false;
    ++i;
    while (is_ascii_digit(reader_.peek(i))) ++i;
    return reader_.peek(i) == '}';
  }

  void quantifier() {
    const std::size_t start = reader_.at;
    const char c = reader_.peek();
    ++reader_.at;
    if (!has_unit_ || was_quantified_) {
      return fail(joined(was_quantified_ ? "Nested quantifier '" : "Quantifier '", c, was_quantified_ ? "'." : "' following nothing."));
    }
    bool repeats = c != '?';
    if (c == '{') {
      const std::int64_t least = reader_.number();
      std::int64_t most = least;
      if (reader_.peek() == ',') {
        ++reader_.at;
        most = reader_.peek() == '}' ? INT32_MAX : reader_.number();
      }
      ++reader_.at;
      if (least > INT32_MAX || most > INT32_MAX) return fail("Capture group numbers must be less than or equal to Int32.MaxValue.");
      if (least > most) return fail("Illegal {x,y} with x > y.");
      repeats = most > 1;
      if (least > 65535 || (most > 65535 && most != INT32_MAX)) return refuse("Quantifiers above 65535 are not supported.");
    }
    out_.same(reader_.text().substr(start, reader_.at - start));
    was_quantified_ = true;
    repeats_captures_ = repeats_captures_ || (repeats && unit_captures_ > 0);
    skip_blank();
    if (reader_.peek() == '?') {
      ++reader_.at;
      out_.same("?");
    }
  }

  // White space and comments may stand between a quantifier and its `?`.
  void skip_blank() {
    if (!on(kIgnorePatternWhitespace)) return;
    while (!reader_.at_end() && is_ascii_space(reader_.peek())) ++reader_.at;
  }

  void open_group() {
    has_unit_ = false;
    if (stack_.size() >= kDeepest) return refuse("Parentheses nested deeper than 200 levels are not supported.");
    const std::int32_t outer = options_;
    if (reader_.peek() != '?') {
      if (on(kExplicitCapture)) {
        open_level(outer);
        out_.same("(?:");
      } else {
        capture(find_group(groups_, automatic_++), outer);
      }
      return;
    }
    ++reader_.at;
    const std::string_view rest = reader_.rest();
    for (const std::string_view plain : {":", "=", "!", ">", "<=", "<!"}) {
      if (!rest.starts_with(plain)) continue;
      reader_.at += plain.size();
      open_level(outer);
      if (plain != ":") stack_.back().is_wrapped = mark();
      out_.same("(?");
      out_.same(plain);
      return;
    }
    if (rest.starts_with('<') || rest.starts_with('\'')) return open_named(outer);
    if (rest.starts_with('(')) return open_conditional(outer);
    const std::string letters = read_options();
    if (reader_.peek() == ')') {
      ++reader_.at;
      // Kept until the enclosing group ends. The options before it are those of the group.
      return out_.same(joined("(?", letters, ")"));
    }
    if (reader_.peek() == ':') {
      ++reader_.at;
      out_.same(joined("(?", letters, ":"));
      return open_level(outer);
    }
    if (!reader_.at_end()) reader_.next();
    fail("Unrecognized grouping construct.");
  }

  void capture(std::int32_t group, std::int32_t outer) {
    open_level(outer);
    groups_[static_cast<std::size_t>(group)].indices.push_back(++captures_);
    if (tracing_ == Tracing::kYes) {
      stack_.back().traced = captures_;
      stack_.back().is_wrapped = true;
      out_.same("(?:");
    }
    out_.same("(");
  }

  void open_named(std::int32_t outer) {
    const char close = reader_.peek() == '<' ? '>' : '\'';
    ++reader_.at;
    std::int32_t group = -1;
    if (is_ascii_digit(reader_.peek())) {
      const std::int64_t number = reader_.number();
      if (number == 0 && reader_.peek() == close) return fail("Capture number cannot be zero.");
      if (number > INT32_MAX) return fail("Capture group numbers must be less than or equal to Int32.MaxValue.");
      group = find_group(groups_, static_cast<std::int32_t>(number));
    } else if (reader_.peek() != '-') {
      const std::string_view name = reader_.name();
      if (name.empty()) return fail("Invalid group name: Group names must begin with a word character.");
      group = find_group(groups_, name);
    }
    if (reader_.peek() == '-') return refuse("Balancing groups (?<name1-name2>...) are not supported.");
    if (reader_.peek() != close || reader_.at_end()) {
      return fail("Invalid group name: Group names must begin with a word character.");
    }
    ++reader_.at;
    capture(group, outer);
  }

  void open_conditional(std::int32_t outer) {
    Reader ahead = reader_;
    ++ahead.at;
    std::int32_t group = -1;
    if (is_ascii_digit(ahead.peek())) {
      const std::int64_t number = ahead.number();
      if (ahead.peek() != ')') {
        reader_ = ahead;
        return fail("Conditional alternation is missing a closing parenthesis after the group number " + joined(number) + ".");
      }
      group = number > INT32_MAX ? -1 : find_group(groups_, static_cast<std::int32_t>(number));
      if (group < 0) {
        reader_ = ahead;
        return fail(joined("Conditional alternation refers to an undefined group number ", number, "."));
      }
    } else if (is_word(ahead.code())) {
      const std::string_view name = ahead.name();
      if (ahead.peek() == ')') group = find_group(groups_, name);
    }
    open_level(outer);
    stack_.back().bars_left = 1;
    if (group >= 0) {
      // The group may stand behind the test; its number in PCRE2 is that of the first with this name.
      reader_ = ahead;
      ++reader_.at;
      const std::vector<std::uint32_t>& indices = groups_[static_cast<std::size_t>(group)].indices;
      if (indices.empty()) return refuse("A conditional that tests a group behind it is not supported.");
      return out_.same(joined("(?(", indices[0], ")"));
    }
    stack_.back().is_wrapped = mark();
    const std::string_view test = reader_.rest();
    ++reader_.at;
    if (test.starts_with("(?#")) return fail("Alternation conditions cannot be comments.");
    for (const std::string_view look : {"(?=", "(?!", "(?<=", "(?<!"}) {
      if (!test.starts_with(look)) continue;
      reader_.at += look.size() - 1;
      out_.same("(?");
      out_.same(look);
      return open_level(options_);
    }
    if (test.starts_with("(?<") || test.starts_with("(?'")) return fail("Alternation conditions do not capture and cannot be named.");
    if (test.starts_with("(?")) return refuse("A conditional with this test is not supported.");
    out_.same("(?(?=");
    open_level(options_);
    stack_.back().is_condition = true;
  }

  void close_group() {
    if (stack_.empty()) return fail("Too many )'s.");
    const Level level = stack_.back();
    stack_.pop_back();
    options_ = level.options;
    has_unit_ = !level.is_condition;
    unit_captures_ = captures_ - level.captures;
    out_.same(")");
    if (level.traced != 0) report(kTraceGroup, kTraceGroupBack, level.traced);
    if (level.is_wrapped) out_.same(")");
  }

  // ---- escapes ----------------------------------------------------------------------------------------------------------

  void backslash() {
    has_unit_ = true;
    if (reader_.at_end()) return fail("Illegal \\ at end of pattern.");
    const char c = reader_.peek();
    switch (c) {
      case 'b':
      case 'B':
        ++reader_.at;
        return boundary(c == 'b');
      case 'A':
      case 'G':
      case 'Z':
      case 'z':
        ++reader_.at;
        return out_.same(joined('\\', c));
      case 'w':
      case 'W':
      case 's':
      case 'S':
      case 'd':
      case 'D':
        ++reader_.at;
        return out_.each(joined((c >= 'a') ? "[" : "[^", wide_set(c), ']'), joined('\\', c));
      case 'p':
      case 'P': {
        ++reader_.at;
        const std::string ranges = property(c == 'P');
        return out_.same(ranges.starts_with("\\x") || ranges.starts_with('^') ? joined('[', ranges, ']') : ranges);
      }
      default: break;
    }
    if (back_reference()) return;
    literal_escape(out_);
  }

  // What \w, \s and \d (or their opposites) hold in text that is not ASCII.
  [[nodiscard]] std::string_view wide_set(char letter) const {
    switch (ascii_lower(letter)) {
      case 'w': return on(kECMAScript) ? kAsciiWord : kWord;
      case 's': return on(kECMAScript) ? " \\x{09}-\\x{0D}" : "\\s";
      default: return on(kECMAScript) ? "0-9" : "\\d";
    }
  }

  // PCRE2's \b knows letters, digits and _ only.
  void boundary(bool is_edge) {
    const std::string word = on(kECMAScript) ? joined('[', kAsciiWord, ']') : joined('[', kWord, "\\x{200C}\\x{200D}]");
    const std::string_view inside = is_edge ? "(?!" : "(?=";
    const std::string_view outside = is_edge ? "(?=" : "(?!";
    out_.each(joined("(?:(?<=", word, ')', inside, word, ")|(?<!", word, ')', outside, word, "))"), is_edge ? "\\b" : "\\B");
  }

  void literal_escape(Writer& out) {
    const char32_t code = escaped();
    if (!failed_) out.literal(code);
  }

  char32_t escaped() {
    char32_t code = 0;
    std::string error;
    if (!read_escape(reader_, code, error)) fail(std::move(error));
    return code;
  }

  void refer(std::int32_t group) {
    const std::vector<std::uint32_t>& indices = groups_[static_cast<std::size_t>(group)].indices;
    if (indices.empty()) return refuse("A reference to a group that stands behind it is not supported.");
    if (indices.size() == 1) return out_.same(joined("\\g{", indices[0], "}"));
    std::string text = "(?:";
    for (std::size_t i = indices.size(); i-- > 0;) append(text, "\\g{", indices[i], i > 0 ? "}|" : "})");
    out_.same(text);
  }

  // \1, \k<name>, \k'name', \<name>, \'name'
  bool back_reference() {
    const std::size_t before = reader_.at;
    const bool has_k = reader_.peek() == 'k';
    if (has_k) {
      ++reader_.at;
      if (reader_.peek() != '<' && reader_.peek() != '\'') return fail("Malformed \\k<...> named back reference."), true;
    }
    const bool is_angled = reader_.peek() == '<' || reader_.peek() == '\'';
    if (is_angled && reader_.has(1)) {
      const char close = reader_.peek() == '<' ? '>' : '\'';
      ++reader_.at;
      const bool is_number = is_ascii_digit(reader_.peek());
      const std::size_t start = reader_.at;
      const std::int64_t number = is_number ? reader_.number() : 0;
      if (!is_number) reader_.name();
      const std::string_view name = reader_.text().substr(start, reader_.at - start);
      if (!name.empty() && reader_.peek() == close) {
        ++reader_.at;
        const std::int32_t group = is_number ? find_group(groups_, static_cast<std::int32_t>(number)) : find_group(groups_, name);
        if (group >= 0) return refer(group), true;
        fail(is_number ? joined("Reference to undefined group number ", number, ".")
                       : joined("Reference to undefined group name '", name, "'."));
        return true;
      }
      if (has_k) return fail("Malformed \\k<...> named back reference."), true;
    } else if (!is_angled && reader_.peek() >= '1' && reader_.peek() <= '9') {
      const std::int64_t number = reader_.number();
      const std::int32_t group = number > INT32_MAX ? -1 : find_group(groups_, static_cast<std::int32_t>(number));
      if (group >= 0) return refer(group), true;
      if (number <= 9) return fail(joined("Reference to undefined group number ", number, ".")), true;
    } else if (has_k) {
      return fail("Malformed \\k<...> named back reference."), true;
    }
    reader_.at = before;
    return false;
  }

  // \p{X}: what a class may hold; ranges of a block, negated ones with ^ in front.
  std::string property(bool is_negated) {
    if (reader_.peek() != '{') {
      fail(reader_.rest().size() < 3 ? "Incomplete \\p{X} character escape." : "Malformed \\p{X} character escape.");
      return {};
    }
    const std::size_t end = reader_.text().find('}', reader_.at);
    if (end == std::string_view::npos) {
      fail("Incomplete \\p{X} character escape.");
      return {};
    }
    const std::string_view name = reader_.text().substr(reader_.at + 1, end - reader_.at - 1);
    reader_.at = end + 1;
    constexpr std::string_view kCategories =
        " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn ";
    if (!name.empty() && kCategories.find(joined(' ', name, ' ')) != std::string_view::npos) {
      return joined(is_negated ? "\\P{" : "\\p{", name, '}');
    }
    const std::string_view ranges = block_ranges(name);
    if (ranges.empty()) {
      fail(joined("Unknown property '", name, "'."));
      return {};
    }
    out_.is_ascii_only = out_.is_ascii_only && name == "IsBasicLatin";
    return is_negated ? joined('^', ranges) : std::string(ranges);
  }

  // ---- classes ----------------------------------------------------------------------------------------------------------

  struct ClassItem {
    bool is_set = false;  // \d, \p{…}
    char32_t code = 0;
  };

  // Behind the `[`.
  Writer character_class() {
    if (++class_depth_ > kDeepest) refuse("Character classes nested deeper than 200 levels are not supported.");
    Writer body;
    Writer subtracted;
    Writer negated_blocks;  // alternatives outside the brackets: PCRE2 has no negated range inside a class
    const bool is_negated = reader_.peek() == '^';
    if (is_negated) ++reader_.at;
    bool is_first = true;
    bool is_closed = false;
    bool has_subtraction = false;
    while (!failed_ && (low_half_ != 0 || !reader_.at_end())) {
      if (low_half_ != 0) {
        class_item(body, negated_blocks);
        continue;
      }
      if (reader_.peek() == ']' && !is_first) {
        ++reader_.at;
        is_closed = true;
        break;
      }
      if (reader_.rest().starts_with("-[") && !is_first) {
        reader_.at += 2;
        subtracted = character_class();
        has_subtraction = true;
        if (!failed_ && !reader_.at_end() && reader_.peek() != ']') fail("A subtraction must be the last element in a character class.");
        is_first = false;
        continue;
      }
      class_item(body, negated_blocks);
      is_first = false;
    }
    --class_depth_;
    if (!failed_ && !is_closed) fail("Unterminated [] set.");
    return finish_class(body, is_negated, negated_blocks, has_subtraction ? &subtracted : nullptr);
  }

  static Writer finish_class(const Writer& body, bool is_negated, const Writer& blocks, const Writer* subtracted) {
    Writer made;
    Writer set;
    if (!body.wide.empty()) {
      set.same(is_negated ? "[^" : "[");
      set.append(body);
      set.same("]");
    }
    if (!blocks.wide.empty()) {
      Writer joined_set;
      if (is_negated) {
        joined_set.same("(?:(?!");
        joined_set.append(blocks);
        joined_set.same(")");
        joined_set.append(set);
        if (set.wide.empty()) joined_set.same("(?s:.)");
        joined_set.same(")");
      } else {
        joined_set.same("(?:");
        joined_set.append(set);
        if (!set.wide.empty()) joined_set.same("|");
        joined_set.append(blocks);
        joined_set.same(")");
      }
      set = joined_set;
    }
    if (subtracted == nullptr) return set;
    made.same("(?:(?!");
    made.append(*subtracted);
    made.same(")");
    made.append(set);
    made.same(")");
    return made;
  }

  // \W, \D and \S in a class.
  void opposite(char letter, Writer& body, Writer& negated_blocks) {
    const std::string_view set = wide_set(letter);
    if (set.starts_with('\\') && set.size() == 2) return body.same(joined('\\', letter));
    // Only the class with it in brackets of its own can be said: alternatives.
    if (!negated_blocks.wide.empty()) negated_blocks.same("|");
    negated_blocks.each(joined("[^", set, ']'), joined('\\', letter));
  }

  // One character, set or range.
  void class_item(Writer& body, Writer& negated_blocks) {
    const ClassItem first = class_atom(body, negated_blocks);
    if (failed_ || first.is_set) return;
    const bool is_range = low_half_ == 0 && reader_.peek() == '-' && reader_.has(1) && reader_.peek(1) != ']';
    if (!is_range || reader_.peek(1) == '[') return body.literal(first.code);
    ++reader_.at;
    if (reader_.peek() == '\\' && std::string_view("dDsSwWpP").find(reader_.peek(1)) != std::string_view::npos && reader_.has(1)) {
      reader_.at += 2;
      return fail(joined("Cannot include class \\", reader_.text()[reader_.at - 1], " in character range."));
    }
    const ClassItem last = class_atom(body, negated_blocks);
    if (failed_) return;
    if (last.code < first.code) return fail("[x-y] range in reverse order.");
    body.literal(first.code);
    body.same("-");
    body.literal(last.code);
    // The part above ASCII cannot match there anyway.
    if (first.code < 0x80 && last.code >= 0x80) body.is_ascii_only = false;
  }

  ClassItem class_atom(Writer& body, Writer& negated_blocks) {
    if (low_half_ != 0) return {false, std::exchange(low_half_, 0)};
    if (reader_.peek() != '\\') {
      const char32_t code = reader_.next();
      if (code <= 0xFFFF) return {false, code};
      low_half_ = 0xDC00 + (code & 0x3FF);
      return {false, 0xD800 + ((code - 0x10000) >> 10)};
    }
    ++reader_.at;
    if (reader_.at_end()) {
      fail("Illegal \\ at end of pattern.");
      return {};
    }
    const char c = reader_.peek();
    switch (c) {
      case 'w':
      case 'd':
      case 's':
        ++reader_.at;
        body.each(wide_set(c), joined('\\', c));
        return {true, 0};
      case 'W':
      case 'D':
      case 'S':
        ++reader_.at;
        opposite(c, body, negated_blocks);
        return {true, 0};
      case 'p':
      case 'P': {
        ++reader_.at;
        const std::string ranges = property(c == 'P');
        if (ranges.starts_with('^')) {
          if (!negated_blocks.wide.empty()) negated_blocks.same("|");
          negated_blocks.same(joined('[', ranges, ']'));
        } else {
          body.same(ranges);
        }
        return {true, 0};
      }
      case '-':
        ++reader_.at;
        return {false, '-'};
      default: break;
    }
    return {false, escaped()};
  }


  Reader reader_;
  std::int32_t options_;
  Writer out_;
  std::vector<GroupInfo> groups_;
  std::vector<Level> stack_;
  std::int32_t automatic_ = 1;
  std::uint32_t captures_ = 0;
  std::size_t class_depth_ = 0;
  char32_t low_half_ = 0;  // of the character in a class that is read; 0: none
  Tracing tracing_;
  std::uint32_t marks_ = 0;
  std::uint32_t unit_captures_ = 0;  // groups inside what a quantifier would repeat
  bool has_unit_ = false;
  bool was_quantified_ = false;
  bool repeats_captures_ = false;
  bool failed_ = false;
  Mistake mistake_{};
};

}  // namespace

Translation translate(std::string_view pattern, std::int32_t options, Tracing tracing) {
  return Translator(pattern, options, tracing).run();
}

std::int32_t find_group(const std::vector<GroupInfo>& groups, std::int32_t number) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].number == number) return static_cast<std::int32_t>(i);
  }
  return -1;
}

std::int32_t find_group(const std::vector<GroupInfo>& groups, std::string_view name) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].name == name) return static_cast<std::int32_t>(i);
  }
  return -1;
}

std::string unescape(std::string_view text, std::string& error, std::size_t& offset) {
  std::string out;
  Reader reader(text);
  while (!reader.at_end()) {
    const std::size_t slash = reader.text().find('\\', reader.at);
    out.append(reader.text().substr(reader.at, slash == std::string_view::npos ? slash : slash - reader.at));
    if (slash == std::string_view::npos) break;
    reader.at = slash + 1;
    if (reader.at_end()) error = "Illegal \\ at end of pattern.";
    char32_t code = 0;
    if (!error.empty() || !read_escape(reader, code, error)) {
      offset = reader.at;
      return {};
    }
    append_utf8(out, code);
  }
  return out;
}

}  // namespace portcullis::regex
