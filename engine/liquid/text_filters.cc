// Filters on texts: case, escapes, search, cutting, dates.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "base/utf.h"
#include "engine/dotnet/date_format.h"
#include "engine/dotnet/date_parse.h"
#include "engine/dotnet/regex.h"
#include "engine/dotnet/string.h"
#include "engine/dotnet/text.h"
#include "engine/dotnet/web_utility.h"
#include "engine/liquid/filters.h"
#include "engine/unicode/case.h"
#include "engine/unicode/category.h"

namespace portcullis::liquid {
namespace {

std::string_view text_at(World& world, Arguments arguments, std::size_t index, std::string_view otherwise = {}) {
  return index < arguments.size() ? text_of(world, arguments[index], true) : otherwise;
}

bool is_white(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    if (!is_white_space(decoded.code)) return false;
    at += decoded.length;
  }
  return true;
}

/// A filter whose parameter is a string: nil stays nil, the rest becomes its text.
using TextFilter = Value (*)(World&, String* text, Arguments);
template <TextFilter kFilter>
Value of_text(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  if (input.is(Kind::kNil)) return {};
  const std::string_view text = text_of(world, input, true);
  if (!world.run.spend(text.size() / 16 + 1)) return {};
  return kFilter(world, world.run.view(text), arguments);
}

using StringFunction = String* (*)(Run&, String*);
template <StringFunction kFunction>
Value by_function(World& world, String* text, Arguments) {
  return Value::of(kFunction(world.run, text));
}

// ---- case ---------------------------------------------------------------------------------------------------------

bool is_word_code(char32_t code) {
  const UnicodeCategory category = category_of(code);
  return category <= UnicodeCategory::kOtherLetter || category == UnicodeCategory::kDecimalDigitNumber ||
         category == UnicodeCategory::kConnectorPunctuation || category == UnicodeCategory::kNonSpacingMark;
}

// The first letter of every word; the others stay. source: transformation.md#6.3
Value capitalize(World& world, String* text, Arguments) {
  TextBuffer out;
  bool in_word = false;
  const std::string_view view = text->view();
  for (std::size_t at = 0; at < view.size();) {
    const Decoded decoded = decode_utf8(view, at);
    const bool is_word = is_word_code(decoded.code);
    if (!out.append_code(world.run, is_word && !in_word ? to_upper(decoded.code) : decoded.code)) return {};
    in_word = is_word;
    at += decoded.length;
  }
  return Value::of(out.view());
}

// ---- escapes ------------------------------------------------------------------------------------------------------

// References that are there already stay.
Value escape_once(World& world, String* text, Arguments) {
  const String* encoded = web_utility::html_encode(world.run, text);
  if (encoded == nullptr) return {};
  const std::string_view view = encoded->view();
  TextBuffer out;
  for (std::size_t at = 0; at < view.size();) {
    const std::size_t amp = std::min(view.find("&amp;", at), view.size());
    if (!out.append(world.run, view.substr(at, amp - at))) return {};
    if (amp == view.size()) break;
    std::size_t end = amp + 5;
    while (end < view.size() && (is_ascii_letter(view[end]) || is_ascii_digit(view[end]) || view[end] == '#')) ++end;
    const bool is_reference = end > amp + 5 && end < view.size() && view[end] == ';';
    if (!out.append(world.run, is_reference ? std::string_view("&") : std::string_view("&amp;"))) return {};
    at = amp + 5;
  }
  return Value::of(out.view());
}

// `<.*?>`: a tag does not go over the end of its line.
Value strip_html(World& world, String* text, Arguments) {
  const std::string_view view = text->view();
  TextBuffer out;
  for (std::size_t at = 0; at < view.size();) {
    const std::size_t open = std::min(view.find('<', at), view.size());
    const std::size_t stop = open == view.size() ? open : view.find_first_of(">\n", open);
    const bool is_tag = stop < view.size() && view[stop] == '>';
    const std::size_t kept = is_tag ? open : std::min(open + 1, view.size());
    if (!out.append(world.run, view.substr(at, kept - at))) return {};
    at = is_tag ? stop + 1 : kept;
  }
  return Value::of(out.view());
}

/// Line breaks, `\r\n` or `\n`, with what `before` adds; `keeps` the break itself.
Value at_line_breaks(World& world, std::string_view view, std::string_view before, bool keeps) {
  TextBuffer out;
  for (std::size_t at = 0; at < view.size();) {
    const std::size_t feed = view.find('\n', at);
    if (feed == std::string_view::npos) return out.append(world.run, view.substr(at)) ? Value::of(out.view()) : Value();
    const std::size_t end = feed > at && view[feed - 1] == '\r' ? feed - 1 : feed;
    const std::string_view line_break = keeps ? view.substr(end, feed + 1 - end) : std::string_view();
    if (!out.append(world.run, view.substr(at, end - at)) || !out.append(world.run, before) ||
        !out.append(world.run, line_break))
      return {};
    at = feed + 1;
  }
  return Value::of(out.view());
}
Value strip_newlines(World& world, String* text, Arguments) { return at_line_breaks(world, text->view(), {}, false); }
Value newline_to_br(World& world, String* text, Arguments) {
  return at_line_breaks(world, text->view(), "<br />", true);
}

// ---- search -------------------------------------------------------------------------------------------------------

Value append_text(World& world, String* text, Arguments arguments) {
  return Value::of(world.run.concat(text, world.run.view(text_at(world, arguments, 0))));
}
Value prepend(World& world, String* text, Arguments arguments) {
  return Value::of(world.run.concat(world.run.string(text_at(world, arguments, 0)), text));
}

// The pattern is a .NET regular expression. source: transformation.md#6.3 (2.0 dialect)
Value replace(World& world, String* text, Arguments arguments) {
  const std::string_view pattern = text_at(world, arguments, 0);
  if (text->size == 0 || pattern.empty()) return Value::of(text);
  const auto* compiled = regex::compile(world.run, world.run.view(pattern), 0);
  if (compiled == nullptr) return {};
  return Value::of(
      regex::replace(world.run, {.compiled = compiled, .input = text}, world.run.view(text_at(world, arguments, 1))));
}

// The replacement is taken as it is, unlike that of Replace.
Value replace_once(World& world, String* text, std::string_view pattern, std::string_view replacement) {
  if (text->size == 0 || pattern.empty()) return Value::of(text);
  const auto* compiled = regex::compile(world.run, world.run.view(pattern), 0);
  if (compiled == nullptr) return {};
  const String* units = regex::in_units(world.run, text);
  regex::Matcher matcher(world.run, *compiled, *units, -1);
  if (!matcher.find(0)) return Value::of(text);
  TextBuffer out;
  const std::string_view view = units->view();
  const bool good = out.append(world.run, view.substr(0, matcher.start())) && out.append(world.run, replacement) &&
                    out.append(world.run, view.substr(matcher.end()));
  return good ? Value::of(regex::whole(world.run, out.view())) : Value();
}
Value replace_first(World& world, String* text, Arguments arguments) {
  return replace_once(world, text, text_at(world, arguments, 0), text_at(world, arguments, 1));
}
Value remove_first(World& world, String* text, Arguments arguments) {
  return replace_once(world, text, text_at(world, arguments, 0), {});
}

Value remove(World& world, String* text, Arguments arguments) {
  if (is_white(text->view())) return Value::of(text);
  return Value::of(
      strings::replace(world.run, text, world.run.view(text_at(world, arguments, 0)), world.run.empty_string()));
}

// ---- cutting ------------------------------------------------------------------------------------------------------

/// An argument as a whole number; false after setting a problem.
bool integer_at(World& world, Arguments arguments, std::size_t index, std::int64_t otherwise, std::int64_t& value) {
  value = otherwise;
  if (index >= arguments.size()) return true;
  const Value argument = plain(world, arguments[index]);
  if (argument.is(Kind::kInteger)) {
    value = argument.integer;
    return true;
  }
  const double real = to_real(world, argument);
  if (!(real > -9e15 && real < 9e15)) {
    world.fail(joined("The input string '", text_of(world, argument), "' was not in a correct format."));
    return false;
  }
  value = static_cast<std::int64_t>(real < 0 ? real - 0.5 : real + 0.5);
  return true;
}

Value units(World& world, String* text, std::int64_t from, std::int64_t count) {
  return Value::of(substring(world.run, text, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(count)));
}

Value slice(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  std::int64_t from = 0;
  std::int64_t count = 1;
  if (input.is(Kind::kNil) || !integer_at(world, arguments, 0, 0, from) || !integer_at(world, arguments, 1, 1, count))
    return {};
  const bool is_list = is_walkable(world, input);
  String* text = is_list ? nullptr : world.run.view(text_of(world, input, true));
  const std::span<const Value> items = is_list ? items_of(world, input) : std::span<const Value>();
  const std::int64_t size = is_list ? static_cast<std::int64_t>(items.size()) : text->length_utf16();
  if (from > size) return {};
  if (from < 0) {
    from += size;
    if (from < 0) count += from, from = 0;
  }
  count = std::clamp<std::int64_t>(count, 0, size - from);
  if (is_list) return Value::of(items.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count)));
  return units(world, text, from, count);
}

// The suffix counts.
Value truncate(World& world, String* text, Arguments arguments) {
  std::int64_t length = 0;
  if (!integer_at(world, arguments, 0, 50, length)) return {};
  if (text->size == 0 || text->length_utf16() <= length) return Value::of(text);
  String* suffix = world.run.string(text_at(world, arguments, 1, "..."));
  const std::int64_t kept = std::max<std::int64_t>(0, length - suffix->length_utf16());
  String* begin =
      substring(world.run, text, 0, static_cast<std::uint32_t>(std::min<std::int64_t>(kept, text->length_utf16())));
  return begin == nullptr ? Value() : Value::of(world.run.concat(begin, suffix));
}

Value truncate_words(World& world, String* text, Arguments arguments) {
  std::int64_t words = 0;
  if (!integer_at(world, arguments, 0, 15, words)) return {};
  words = std::max<std::int64_t>(0, words);
  const std::string_view view = text->view();
  std::size_t end = 0;
  for (std::int64_t word = 0;; ++word) {
    const std::size_t space = view.find(' ', end);
    if (word == words) break;
    if (space == std::string_view::npos) return Value::of(text);
    end = space + 1;
  }
  const std::size_t kept = end == 0 ? 0 : end - 1;
  return Value::of(
      world.run.concat(world.run.string(view.substr(0, kept)), world.run.view(text_at(world, arguments, 1, "..."))));
}

// Empty pieces are dropped; without a separator, every character is one.
Value split(World& world, String* text, Arguments arguments) {
  const std::string_view view = text->view();
  const std::string_view separator = text_at(world, arguments, 0);
  const auto next = [&](std::size_t at) {
    if (separator.empty()) return at + decode_utf8(view, at).length;
    return std::min(view.find(separator, at), view.size());
  };
  const std::size_t step = separator.size();
  std::size_t count = 0;
  for (std::size_t at = 0; at < view.size();) {
    const std::size_t end = next(at);
    count += end > at ? 1U : 0U;
    at = end + step;
  }
  if (!world.run.spend(count + 1)) return {};
  const std::span<Value> items = world.run.arena.array<Value>(count);
  count = 0;
  for (std::size_t at = 0; at < view.size();) {
    const std::size_t end = next(at);
    if (end > at) items[count++] = Value::of(view.substr(at, end - at));
    at = end + step;
  }
  return Value::of(std::span<const Value>(items));
}

// ---- dates --------------------------------------------------------------------------------------------------------

// A .NET format; what is no date passes. source: transformation.md#6.3
Value date(World& world, const Value& given, Arguments arguments) {
  const Value input = plain(world, given);
  const std::string_view pattern = text_at(world, arguments, 0);
  if (input.is(Kind::kNil) || is_white(pattern)) return input;
  Run& run = world.run;
  String* const format = run.view(pattern);
  const std::int64_t now = run.environment.utc_now_ticks();
  if (input.is(Kind::kDate))
    return Value::of(format_date(run, Moment::of(DateTime{static_cast<std::uint64_t>(input.integer)}), format));
  if (input.is(Kind::kObject) && input.object->type->is(Known::kDateTimeOffset)) {
    return Value::of(format_date(run, Moment::of(*static_cast<const DateTimeOffset*>(input.object)), format));
  }
  if (!input.is(Kind::kText)) return input;
  const std::string_view word = trim_ascii(input.text);
  if (equals_ignoring_ascii_case(word, "now") || equals_ignoring_ascii_case(word, "today")) {
    return Value::of(format_date(run, Moment::of(DateTime::of(now, DateTimeKind::kLocal)), format));
  }
  ReadDate read;
  DateTime value;
  const bool is_date = read_date(input.text, 0, now / calendar::kTicksPerDay * calendar::kTicksPerDay, read).kind ==
                           DateMistake::Kind::kNone &&
                       to_date_time(read, 0, value);
  return is_date ? Value::of(format_date(run, Moment::of(value), format)) : input;
}

constexpr Filter kFilters[] = {
    {"Append", 1, 1, &of_text<&append_text>},
    {"Capitalize", 0, 0, &of_text<&capitalize>},
    {"Date", 1, 1, &date},
    {"Downcase", 0, 0, &of_text<&by_function<&strings::to_lower_text>>},
    {"Escape", 0, 0, &of_text<&by_function<&web_utility::html_encode>>},
    {"EscapeOnce", 0, 0, &of_text<&escape_once>},
    {"H", 0, 0, &of_text<&by_function<&web_utility::html_encode>>},
    {"Lstrip", 0, 0, &of_text<&by_function<&strings::trim_start>>},
    {"NewlineToBr", 0, 0, &of_text<&newline_to_br>},
    {"Prepend", 1, 1, &of_text<&prepend>},
    {"Remove", 1, 1, &of_text<&remove>},
    {"RemoveFirst", 1, 1, &of_text<&remove_first>},
    {"Replace", 1, 2, &of_text<&replace>},
    {"ReplaceFirst", 1, 2, &of_text<&replace_first>},
    {"Rstrip", 0, 0, &of_text<&by_function<&strings::trim_end>>},
    {"Slice", 1, 2, &slice},
    {"Split", 1, 1, &of_text<&split>},
    {"Strip", 0, 0, &of_text<&by_function<&strings::trim>>},
    {"StripHtml", 0, 0, &of_text<&strip_html>},
    {"StripNewlines", 0, 0, &of_text<&strip_newlines>},
    {"Truncate", 0, 2, &of_text<&truncate>},
    {"TruncateWords", 0, 2, &of_text<&truncate_words>},
    {"Upcase", 0, 0, &of_text<&by_function<&strings::to_upper_text>>},
    {"UrlDecode", 0, 0, &of_text<&by_function<&web_utility::url_decode>>},
    {"UrlEncode", 0, 0, &of_text<&by_function<&web_utility::url_encode>>},
};

}  // namespace

std::span<const Filter> text_filters() { return kFilters; }

}  // namespace portcullis::liquid
