// See values.h. Everything is one walk over the bytes; only `&`, CR and `{{` need a look.
#include "grammar/document/values.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/utf.h"
#include "grammar/csharp/bracket.h"
#include "grammar/document/characters.h"
#include "grammar/document/interpolation.h"

namespace portcullis {

using xml::span_of;

namespace {

constexpr std::array<bool, 256> special_bytes() {
  std::array<bool, 256> table{};
  table['&'] = table['\r'] = table['{'] = true;
  return table;
}
constexpr std::array<bool, 256> kSpecial = special_bytes();

bool is_named_value_character(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '_' || c == '.';
}

/// The name in `{{name}}` at the start of `text`; empty when it is something else.
std::string_view named_value_name(std::string_view text) {
  if (!text.starts_with("{{")) return {};
  std::size_t end = 2;
  while (end < text.size() && is_named_value_character(text[end])) ++end;
  return text.substr(end).starts_with("}}") ? text.substr(2, end - 2) : std::string_view{};
}

bool is_liquid(ValueReader::Flavour flavour) {
  return flavour == ValueReader::Flavour::kLiquid || flavour == ValueReader::Flavour::kLiquidMarkup;
}

bool is_markup(ValueReader::Flavour flavour) {
  return flavour == ValueReader::Flavour::kMarkup || flavour == ValueReader::Flavour::kLiquidMarkup;
}

}  // namespace

Value ValueReader::read(std::span<const TextRun> runs, Span whole, const Lifted* lifted, Flavour flavour) {
  Value value;
  value.span = whole;
  if (lifted != nullptr && lifted->kind == Lifted::Kind::kBroken) {
    value.form = Value::Form::kBroken;
    return value;
  }
  const bool blank_besides =
      lifted != nullptr && lifted->kind == Lifted::Kind::kCode && std::ranges::all_of(runs, [&](const TextRun& run) {
        if (run.cdata) return run.span.size() == 0;
        if (run.span.begin > lifted->span.begin || run.span.end < lifted->span.end) {
          return xml::is_blank(text_.substr(run.span.begin, run.span.size()));
        }
        return xml::is_blank(text_.substr(run.span.begin, lifted->span.begin - run.span.begin)) &&
               xml::is_blank(text_.substr(lifted->span.end, run.span.end - lifted->span.end));
      });
  if (blank_besides) {
    lifted_code(value, *lifted);
    return value;
  }
  value.as_written = is_markup(flavour);
  for (const TextRun& run : runs) {
    Decoding decoding{.liquid = is_liquid(flavour), .fold_line_ends = flavour != Flavour::kCommandLine, .code = {}};
    if (is_markup(flavour)) decoding.references = References::kCheck;
    if (lifted != nullptr) decoding.references = References::kLenient;
    if (run.cdata || flavour == Flavour::kCommandLine) decoding.references = References::kNone;
    const std::size_t start = xml::skip_blank(text_, run.span.begin);
    const bool code = flavour == Flavour::kCommandLine || (start < run.span.end && xml::starts_code(text_, start));
    if (code) decoding.code = run.span;
    decode(value, run.span, decoding);
  }
  if (value.form == Value::Form::kBroken || is_liquid(flavour)) return value;
  if (is_markup(flavour)) {
    warn_when_mixed(value);
  } else {
    classify(value, flavour);
  }
  return value;
}

void ValueReader::lifted_code(Value& value, const Lifted& lifted) {
  value.form = text_[lifted.span.begin + 1] == '(' ? Value::Form::kExpression : Value::Form::kBlock;
  value.span = lifted.span;
  // The last byte is the bracket, unless that was a reference.
  std::size_t end = lifted.span.end - 1;
  if (text_[end] == ';') end = text_.rfind('&', end);
  const Span code = span_of(lifted.span.begin + 2, end);
  note_style(lifted);
  decode(value, code, {.references = References::kLenient, .code = code});
}

/// Does this expression make the file raw, or does it use references although the file is raw?
void ValueReader::note_style(const Lifted& lifted) {
  const std::string_view code = text_.substr(lifted.span.begin, lifted.span.size());
  bool raw = lifted.bare_quotes || code.find('<') != std::string_view::npos;
  std::optional<Span> first_reference;
  for (std::size_t at = code.find('&'); at != std::string_view::npos; at = code.find('&', at + 1)) {
    const xml::Reference found = xml::read_reference(code, at);
    if (found.kind != xml::Reference::Kind::kCharacter) {
      raw = true;
    } else if (!first_reference) {
      first_reference = span_of(lifted.span.begin + at, lifted.span.begin + at + found.length);
    }
  }
  raw_code_ = raw_code_ || raw;
  const bool earlier = first_reference && (!first_reference_ || first_reference->begin < first_reference_->begin);
  if (earlier) first_reference_ = first_reference;
}

void ValueReader::report_mixed_styles() {
  if (!raw_code_ || !first_reference_) return;
  const std::string_view typed = text_.substr(first_reference_->begin, first_reference_->size());
  report_.warning(DocumentCode::kMixedStyles, *first_reference_,
                  joined("`", typed,
                         "` in an expression is read as the character it stands for, although the file has bare "
                         "characters in expressions too"),
                  "write all expressions of a file in one way");
}

/// Tells an expression from a literal by its decoded text.
void ValueReader::classify(Value& value, Flavour flavour) {
  const std::string_view text = value.text.text;
  const Span trimmed = xml::trimmed_span(text);
  const bool asked_for_code = flavour == Flavour::kCommandLine;
  if (!xml::starts_code(text, trimmed.begin)) return asked_for_code ? void() : warn_when_mixed(value);
  const auto bracket = matching_bracket(text, trimmed.begin + 1);
  if (bracket && *bracket + 1 == trimmed.end) return take_code(value, trimmed.begin, *bracket);
  if (bracket) return asked_for_code ? void() : warn_when_mixed(value);
  const char closing = text[trimmed.begin + 1] == '(' ? ')' : '}';
  report_.error(DocumentCode::kUnclosedExpression, value.text.map.original(span_of(trimmed.begin, trimmed.begin + 2)),
                joined("the `", closing, "` of this expression is missing"),
                joined("check brackets and quotes; an expression ends with `", closing, "`"));
  value.form = Value::Form::kBroken;
}

/// `begin` is at the `@`, `end` at the closing bracket.
void ValueReader::take_code(Value& value, std::size_t begin, std::size_t end) {
  value.form = value.text.text[begin + 1] == '(' ? Value::Form::kExpression : Value::Form::kBlock;
  value.span = value.text.map.original(span_of(begin, end + 1));
  PositionMap map = value.text.map.from(static_cast<std::uint32_t>(begin + 2), static_cast<std::uint32_t>(end));
  value.text.map = std::move(map);
  value.text.text.erase(end);
  value.text.text.erase(0, begin + 2);
}

void ValueReader::warn_when_mixed(const Value& value) {
  const std::string_view text = value.text.text;
  constexpr std::size_t kTries = 8;  // e.g. `a@(b@(c@(...`: each try may walk to the end
  std::size_t tries = 0;
  for (std::size_t at = xml::find_code(text); at != std::string_view::npos && tries < kTries; ++tries) {
    if (const auto bracket = matching_bracket(text, at + 1)) {
      return report_.warning(DocumentCode::kMixedValue, value.text.map.original(span_of(at, *bracket + 1)),
                             "this is not evaluated, it is part of a literal",
                             "an expression has to be the whole value: write `@(\"text \" + ...)`");
    }
    at = xml::find_code(text, at + 2);
  }
}

void ValueReader::decode(Value& value, Span raw, const Decoding& decoding) {
  MappedText& out = value.text;
  out.text.reserve(out.text.size() + raw.size());
  std::size_t run = raw.begin;
  std::size_t at = raw.begin;
  while (at < raw.end) {
    if (!kSpecial[static_cast<unsigned char>(text_[at])]) {
      ++at;
      continue;
    }
    append_verbatim(out, run, at);
    const std::size_t length = special(value, at, raw.end, decoding);
    run = at + length;
    at += std::max<std::size_t>(length, 1);
  }
  append_verbatim(out, run, raw.end);
}

/// Deals with the byte at `at`; how many it has dealt with. 0: the byte stands for itself.
std::size_t ValueReader::special(Value& value, std::size_t at, std::size_t end, const Decoding& decoding) {
  switch (text_[at]) {
    case '\r':
      if (!decoding.fold_line_ends) return 0;
      if (at + 1 < end && text_[at + 1] == '\n') {
        append_decoded(value.text, "\n", span_of(at, at + 2));
        return 2;
      }
      append_decoded(value.text, "\n", span_of(at, at + 1));
      return 1;
    case '&':
      return reference(value, at, end, decoding);
    default:
      return braces(value, at, end, decoding);
  }
}

std::size_t ValueReader::reference(Value& value, std::size_t at, std::size_t end, const Decoding& decoding) {
  if (decoding.references == References::kNone) return 0;
  using enum xml::Reference::Kind;
  const xml::Reference found = xml::read_reference(text_.substr(0, end), at);
  const Span place = span_of(at, at + found.length);
  if (found.kind == kCharacter) {
    if (decoding.references == References::kCheck) return 0;
    char bytes[4];
    append_decoded(value.text, {bytes, encode_utf8(bytes, found.code)}, place);
    return found.length;
  }
  if (decoding.references == References::kLenient || report_.full()) return 0;
  const std::string_view typed = text_.substr(place.begin, place.size());
  if (found.kind == kNone) {
    report_.error(DocumentCode::kBareAmpersand, place, "a bare `&` in a literal", "write `&amp;`");
  } else if (found.kind == kUnknownEntity) {
    report_.error(
        DocumentCode::kUnknownEntity, place, joined("XML knows no entity `", typed, "`"),
        "there are `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` and numbers such as `&#160;`; a plain `&` is `&amp;`");
  } else {
    report_.error(DocumentCode::kBadCharacterReference, place,
                  joined("`", typed, "` names no character that XML allows"));
  }
  value.form = Value::Form::kBroken;
  return 0;
}

std::size_t ValueReader::braces(Value& value, std::size_t at, std::size_t end, const Decoding& decoding) {
  const std::string_view name = named_value_name(text_.substr(at, end - at));
  if (name.empty()) return 0;
  const Span place = span_of(at, at + name.size() + 4);
  if (decoding.liquid) {
    const bool of_liquid = name.starts_with("body.") || name.starts_with("context.");
    return !of_liquid && paste(value, name, place) ? place.size() : 0;
  }
  if (paste(value, name, place)) return place.size();
  if (options_.keep_unknown_named_values || in_interpolated_string(at, decoding)) return 0;
  unknown_named_value(value, name, place);
  return 0;
}

/// False when there is no such named value.
bool ValueReader::paste(Value& value, std::string_view name, Span place) {
  const auto found = named_values_.find(name);
  if (found == named_values_.end()) return false;
  const bool was_within = pasted_bytes_ <= options_.max_bytes;
  pasted_bytes_ += found->second.size();
  if (pasted_bytes_ > options_.max_bytes) {
    if (was_within) {
      report_.error(
          DocumentCode::kTooLarge, place,
          joined("with its named values the document is larger than the limit of ", options_.max_bytes, " bytes"));
    }
    value.form = Value::Form::kBroken;
    return true;
  }
  const auto [index, is_new] = pasted_index_.try_emplace(found->first, static_cast<std::int32_t>(pasted_->size()));
  if (is_new) pasted_->push_back({found->first, found->second});
  value.text.map.add({.derived = static_cast<std::uint32_t>(value.text.text.size()),
                      .original = place,
                      .verbatim = false,
                      .named_value = index->second,
                      .offset_in_named_value = 0});
  value.text.map.set_named_texts(pasted_);
  value.text.text.append(found->second);
  return true;
}

void ValueReader::unknown_named_value(Value& value, std::string_view name, Span place) {
  value.form = Value::Form::kBroken;
  if (report_.full()) return;
  std::vector<std::string_view> names;
  names.reserve(named_values_.size());
  for (const auto& [known, text] : named_values_) names.push_back(known);
  const std::string_view meant = closest(name, names);
  report_.error(DocumentCode::kUnknownNamedValue, place, joined("there is no named value `", name, "`"),
                meant.empty() ? "define it, or remove the double braces" : joined("did you mean `{{", meant, "}}`?"));
}

bool ValueReader::in_interpolated_string(std::size_t at, const Decoding& decoding) {
  if (!decoding.code) return false;
  if (!interpolated_known_ || interpolated_code_ != *decoding.code) find_interpolated_strings(decoding);
  const auto after =
      std::ranges::upper_bound(interpolated_, at, {}, [](Span literal) { return std::size_t{literal.begin}; });
  return after != interpolated_.begin() && at < std::prev(after)->end;
}

/// Quotes may be references, so they are decoded first. Nothing is pasted: the question is whether to paste.
void ValueReader::find_interpolated_strings(const Decoding& decoding) {
  const Span code = *decoding.code;
  const std::string_view typed = text_.substr(0, code.end);
  MappedText plain;
  std::size_t run = code.begin;
  if (decoding.references != References::kNone) {
    for (std::size_t at = typed.find('&', run); at < code.end; at = typed.find('&', at)) {
      const xml::Reference found = xml::read_reference(typed, at);
      if (found.kind == xml::Reference::Kind::kCharacter) {
        char bytes[4];
        append_verbatim(plain, run, at);
        append_decoded(plain, {bytes, encode_utf8(bytes, found.code)}, span_of(at, at + found.length));
        run = at + found.length;
      }
      at += found.length;
    }
  }
  append_verbatim(plain, run, code.end);
  interpolated_ = interpolated_strings(plain.text);
  for (Span& literal : interpolated_) literal = plain.map.original(literal);
  interpolated_code_ = code;
  interpolated_known_ = true;
}

void ValueReader::append_verbatim(MappedText& out, std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  out.map.add(
      {.derived = static_cast<std::uint32_t>(out.text.size()), .original = span_of(begin, end), .verbatim = true});
  out.text.append(text_.substr(begin, end - begin));
}

void ValueReader::append_decoded(MappedText& out, std::string_view text, Span original) {
  out.map.add({.derived = static_cast<std::uint32_t>(out.text.size()), .original = original, .verbatim = false});
  out.text.append(text);
}

}  // namespace portcullis
