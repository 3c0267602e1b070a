// Replacement templates, Replace, Split, Escape, Unescape.
#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/regex.h"
#include "engine/dotnet/sequence.h"
#include "engine/dotnet/text_buffer.h"
#include "engine/types/type_table.h"

namespace portcullis::regex {

namespace {

enum class PartKind : std::uint8_t { kText, kGroup, kBefore, kAfter, kInput };

struct Part {
  PartKind kind;
  std::string_view text;
  std::size_t group;
};

std::int32_t find_number(const Compiled& compiled, std::int64_t number) {
  for (std::size_t i = 0; i < compiled.groups.size(); ++i) {
    if (compiled.groups[i].number == number) return static_cast<std::int32_t>(i);
  }
  return -1;
}
std::int32_t find_name(const Compiled& compiled, std::string_view name) {
  for (std::size_t i = 0; i < compiled.groups.size(); ++i) {
    if (compiled.groups[i].name == name) return static_cast<std::int32_t>(i);
  }
  return -1;
}

/// A template read for one pattern. References to groups that do not exist are text.
class Template {
 public:
  Template(Run& run, const Compiled& compiled, std::string_view text) : compiled_(compiled) {
    std::size_t dollars = 0;
    for (const char c : text) dollars += c == '$' ? 1U : 0U;
    parts_ = run.arena.array<Part>(2 * dollars + 1);
    read(text);
  }

  bool append(Run& run, TextBuffer& out, const Matcher& matcher) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!out.append(run, value(parts_[i], matcher.text(), {matcher.start(), matcher.end()},
                                 [&](std::size_t group) { return matcher.group(group); }))) {
        return false;
      }
    }
    return true;
  }
  bool append(Run& run, TextBuffer& out, const Match& match) const {
    const std::string_view text = match.subject->view();
    const auto start = static_cast<std::size_t>(match.value.data() - text.data());
    for (std::size_t i = 0; i < count_; ++i) {
      if (!out.append(run, value(parts_[i], text, {start, start + match.value.size()},
                                 [&](std::size_t group) { return match.values[group]; }))) {
        return false;
      }
    }
    return true;
  }

 private:
  struct Place {
    std::size_t start;
    std::size_t end;
  };

  template <typename GroupValue>
  static std::string_view value(const Part& part, std::string_view text, Place place, GroupValue group) {
    switch (part.kind) {
      case PartKind::kText: return part.text;
      case PartKind::kGroup: return group(part.group);
      case PartKind::kBefore: return text.substr(0, place.start);
      case PartKind::kAfter: return text.substr(place.end);
      case PartKind::kInput: return text;
    }
    return {};
  }

  void add(PartKind kind, std::string_view text, std::size_t group = 0) {
    if (kind == PartKind::kText && text.empty()) return;
    parts_[count_++] = {kind, text, group};
  }

  void read(std::string_view text) {
    std::size_t from = 0;
    while (from < text.size()) {
      const std::size_t dollar = text.find('$', from);
      if (dollar == std::string_view::npos) return add(PartKind::kText, text.substr(from));
      const std::size_t length = read_reference(text.substr(dollar), text.substr(from, dollar - from));
      if (length == 0) add(PartKind::kText, text.substr(from, dollar + 1 - from));
      from = dollar + (length == 0 ? 1 : length);
    }
  }

  // Adds what stands `before` and the reference that `text` begins with; 0 when it is none.
  std::size_t read_reference(std::string_view text, std::string_view before) {
    const char c = text.size() > 1 ? text[1] : '\0';
    const bool is_braced = c == '{';
    const std::size_t start = is_braced ? 2 : 1;
    std::size_t end = start;
    while (end < text.size() && is_ascii_digit(text[end])) ++end;
    std::int32_t group = -1;
    if (end > start) {
      std::int64_t number = 0;
      for (std::size_t i = start; i < end && number < INT32_MAX; ++i) number = number * 10 + (text[i] - '0');
      group = find_number(compiled_, number);
    } else if (is_braced) {
      while (end < text.size() && text[end] != '}') ++end;
      if (end > start) group = find_name(compiled_, text.substr(start, end - start));
    }
    if (is_braced && (end >= text.size() || text[end] != '}')) group = -1;
    if (group >= 0) {
      add(PartKind::kText, before);
      add(PartKind::kGroup, {}, static_cast<std::size_t>(group));
      return end + (is_braced ? 1 : 0);
    }
    if (c != '$' && c != '&' && c != '`' && c != '\'' && c != '+' && c != '_') return 0;
    add(PartKind::kText, before);
    switch (c) {
      case '$': add(PartKind::kText, "$"); break;
      case '&': add(PartKind::kGroup, {}, 0); break;
      case '`': add(PartKind::kBefore, {}); break;
      case '\'': add(PartKind::kAfter, {}); break;
      case '+': add(PartKind::kGroup, {}, compiled_.groups.size() - 1); break;
      default: add(PartKind::kInput, {}); break;
    }
    return 2;
  }

  const Compiled& compiled_;
  std::span<Part> parts_;
  std::size_t count_ = 0;
};

bool check_count(Run& run, std::int32_t count) {
  if (count >= -1) return true;
  return run.raise_argument(Known::kArgumentOutOfRangeException, "Count cannot be less than -1.", "count");
}

// `append(matcher)` writes what stands instead of a match; false stops.
template <typename Append>
String* replace_each(Run& run, const Search& search, Append append) {
  if (!check_count(run, search.count)) return nullptr;
  if (search.count == 0) return whole(run, search.input);
  Matcher matcher(run, *search.compiled, *search.input, search.timeout);
  if (!matcher.find(search.from)) return run.failed() ? nullptr : whole(run, search.input);
  TextBuffer out;
  std::size_t copied = 0;
  std::int32_t left = search.count;
  do {
    if (!out.append(run, matcher.text().substr(copied, matcher.start() - copied)) || !append(matcher, out)) return nullptr;
    copied = matcher.end();
  } while (--left != 0 && matcher.find_next());
  if (run.failed() || !out.append(run, matcher.text().substr(copied))) return nullptr;
  return search.input->is_ascii() ? out.take(run) : whole(run, out.take(run));
}

}  // namespace

String* replace(Run& run, Search search, String* replacement) {
  if (search.input == nullptr) return run.raise_null("input");
  search.input = in_units(run, search.input);
  if (replacement == nullptr) return run.raise_null("replacement");
  const Template parts(run, *search.compiled, replacement->view());
  return replace_each(run, search, [&](const Matcher& matcher, TextBuffer& out) { return parts.append(run, out, matcher); });
}

String* replace_by(Run& run, Search search, Closure* evaluator) {
  if (search.input == nullptr) return run.raise_null("input");
  search.input = in_units(run, search.input);
  if (evaluator == nullptr) return run.raise_null("evaluator");
  const Match* before = nullptr;
  return replace_each(run, search, [&](const Matcher& matcher, TextBuffer& out) {
    Match* match = make_match(run, matcher, search.input, search.timeout, before);
    before = match;
    const Slot text = run.invoke(evaluator, {Slot::of_object(match)});
    return !run.failed() && out.append(run, static_cast<const String*>(text.object));
  });
}

String* expand(Run& run, const Match& match, String* replacement) {
  if (replacement == nullptr) return run.raise_null("replacement");
  TextBuffer out;
  if (!Template(run, *match.compiled, replacement->view()).append(run, out, match)) return nullptr;
  return whole(run, out.take(run));
}

Array* split(Run& run, Search search) {
  if (search.input == nullptr) return run.raise_null("input");
  search.input = in_units(run, search.input);
  if (search.count < 0) {
    return run.raise_argument(Known::kArgumentOutOfRangeException, "Count cannot be less than -1.", "count");
  }
  SlotBuffer pieces;
  const auto add = [&](std::string_view text) {
    String* piece = text.empty()                              ? run.empty_string()
                    : text.size() == search.input->size ? whole(run, search.input)
                                                              : whole(run, text);
    return pieces.add(run, Slot::of_object(piece));
  };
  Matcher matcher(run, *search.compiled, *search.input, search.timeout);
  std::size_t copied = 0;
  std::int32_t left = search.count == 0 ? -1 : search.count - 1;
  for (bool found = left != 0 && matcher.find(search.from); found; found = --left != 0 && matcher.find_next()) {
    if (!add(matcher.text().substr(copied, matcher.start() - copied))) return nullptr;
    copied = matcher.end();
    for (std::size_t i = 1; i < search.compiled->groups.size(); ++i) {
      const std::string_view value = matcher.group(i);
      if (value.data() != nullptr && !add(value)) return nullptr;
    }
  }
  if (run.failed() || !add(search.input->view().substr(copied))) return nullptr;
  return static_cast<Array*>(array_of(run, run.types.string_array(), pieces.span()));
}

String* escape(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("str");
  constexpr std::string_view kSpecial = "\\*+?|{[()^$.# \t\n\f\r";
  if (text->view().find_first_of(kSpecial) == std::string_view::npos) return text;
  TextBuffer out;
  for (std::size_t from = 0;;) {
    const std::size_t at = text->view().find_first_of(kSpecial, from);
    if (!out.append(run, text->view().substr(from, at == std::string_view::npos ? at : at - from))) return nullptr;
    if (at == std::string_view::npos) break;
    char c = text->data[at];
    if (c == '\t') c = 't';
    if (c == '\n') c = 'n';
    if (c == '\f') c = 'f';
    if (c == '\r') c = 'r';
    const char escaped[2] = {'\\', c};
    if (!out.append(run, std::string_view(escaped, 2))) return nullptr;
    from = at + 1;
  }
  return out.take(run);
}

String* unescape(Run& run, String* text) {
  if (text == nullptr) return run.raise_null("str");
  if (text->view().find('\\') == std::string_view::npos) return text;
  std::string error;
  std::size_t offset = 0;
  const std::string made = unescape(text->view(), error, offset);
  if (error.empty()) return run.string(made);
  return run.raise(Known::kRegexParseException, joined("Invalid pattern '", text->view(), "' at offset ",
                                                       utf16_length(text->view().substr(0, offset)), ". ", error));
}

}  // namespace portcullis::regex
