#include "base/diagnostic.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/text.h"

namespace portcullis {

Diagnostic& Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.source == nullptr) diagnostic.source = source_;
  if (diagnostic.severity == Severity::kError) ++errors_;
  all_.push_back(std::move(diagnostic));
  return all_.back();
}

void Diagnostics::append(const Diagnostics& other) {
  all_.insert(all_.end(), other.all_.begin(), other.all_.end());
  errors_ += other.errors_;
}

namespace {

/// The second place of a mistake that came in with a named value. Its text may be a secret, so it is not shown.
void add_named_value_note(Diagnostic& diagnostic, const PositionMap& map) {
  const PositionMap::Piece* piece = map.piece_at(diagnostic.span.begin);
  if (piece == nullptr || piece->named_value < 0 || map.named_texts() == nullptr) return;
  const NamedText& value = (*map.named_texts())[static_cast<std::size_t>(piece->named_value)];
  const std::size_t offset = diagnostic.span.begin - piece->derived + piece->offset_in_named_value;
  std::size_t character = 1;
  for (const char c : std::string_view(value.text).substr(0, offset)) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++character;
  }
  diagnostic.notes.push_back(joined("this is character ", character, " of the named value `", value.name, "`"));
}

}  // namespace

void DiagnosticSink::add(Diagnostic diagnostic) {
  if (map_ != nullptr) add_named_value_note(diagnostic, *map_);
  if (map_ != nullptr) diagnostic.span = map_->original(diagnostic.span);
  diagnostics_.add(std::move(diagnostic));
}

std::string code_text(std::uint16_t code) { return "PC" + std::to_string(code); }

namespace {

struct Colours {
  std::string_view error, warning, place, reset, bold;
};

Colours colours(bool on) {
  if (!on) return {};
  return {"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;34m", "\x1b[0m", "\x1b[1m"};
}

// Long lines (a policy may be one line of a megabyte) are shown as a window around the culprit.
constexpr std::size_t kWindow = 160;

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void append_excerpt(std::string& out, const Diagnostic& diagnostic, const Colours& colour) {
  const SourceText& source = *diagnostic.source;
  const LineColumn place = source.line_column(diagnostic.span.begin);
  const std::uint32_t line_start = source.line_start(place.line);
  std::string_view line = source.line(place.line);
  std::size_t begin = std::min<std::size_t>(diagnostic.span.begin - line_start, line.size());
  std::size_t end =
      std::min<std::size_t>(std::max(diagnostic.span.end, diagnostic.span.begin) - line_start, line.size());
  if (place.line == 1 && line.starts_with("\xEF\xBB\xBF")) {
    line.remove_prefix(3);
    begin -= std::min<std::size_t>(begin, 3);
    end -= std::min<std::size_t>(end, 3);
  }
  bool cut_front = false;
  if (line.size() > kWindow && begin > kWindow / 2) {
    std::size_t cut = begin - kWindow / 2;
    while (cut < line.size() && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) ++cut;
    line.remove_prefix(cut);
    begin -= cut;
    end -= std::min(end, cut);
    cut_front = true;
  }
  bool cut_back = false;
  if (line.size() > kWindow) {
    std::size_t size = kWindow;
    while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xC0U) == 0x80U) --size;
    line = line.substr(0, size);
    end = std::min(end, line.size());
    cut_back = true;
  }
  const std::string number = std::to_string(place.line);
  const std::string gutter(number.size(), ' ');
  std::string shown;
  std::string pad;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    shown += c == '\t' ? ' ' : (c < 0x20 || c == 0x7F ? '?' : line[i]);
    if (i < begin && (c & 0xC0U) != 0x80U) pad += ' ';
  }
  const std::size_t width = std::max<std::size_t>(1, end > begin ? code_points(line.substr(begin, end - begin)) : 1);
  const std::string_view front = cut_front ? "..." : "";
  append(out, gutter, colour.place, " |", colour.reset, "\n");
  append(out, colour.place, number, " |", colour.reset, " ", front, shown, cut_back ? "..." : "", "\n");
  append(out, gutter, colour.place, " |", colour.reset, " ", std::string(front.size(), ' '), pad,
         diagnostic.severity == Severity::kError ? colour.error : colour.warning, std::string(width, '^'));
  if (!diagnostic.label.empty()) append(out, " ", diagnostic.label);
  append(out, colour.reset, "\n");
}

}  // namespace

std::string render(const Diagnostic& diagnostic, bool use_colour) {
  const Colours colour = colours(use_colour);
  const bool error = diagnostic.severity == Severity::kError;
  std::string out;
  append(out, error ? colour.error : colour.warning, error ? "error" : "warning", "[", code_text(diagnostic.code), "]",
         colour.reset, colour.bold, ": ", diagnostic.message, colour.reset, "\n");
  std::string gutter = " ";
  if (diagnostic.source != nullptr) {
    const LineColumn place = diagnostic.source->line_column(diagnostic.span.begin);
    gutter = std::string(std::to_string(place.line).size(), ' ');
    append(out, gutter, colour.place, "--> ", colour.reset, diagnostic.source->name(), ":", std::to_string(place.line),
           ":", std::to_string(place.column), "\n");
    append_excerpt(out, diagnostic, colour);
  }
  if (!diagnostic.help.empty()) append(out, gutter, " = help: ", diagnostic.help, "\n");
  for (const std::string& note : diagnostic.notes) append(out, gutter, " = note: ", note, "\n");
  return out;
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> before(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t swap = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + swap});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

}  // namespace

std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > 64) return {};
  std::string_view best;
  // A third may differ, one character at least; of one character nothing would be left.
  std::size_t best_distance = 1 + std::min(std::max<std::size_t>(1, word.size() / 3), word.size() / 2);
  const std::string lower = ascii_lower(word);
  for (const std::string_view candidate : candidates) {
    if (candidate == word || candidate.size() > 64) continue;
    const std::string other = ascii_lower(candidate);
    std::size_t distance = lower == other ? 0 : edit_distance(lower, other);
    // A word the author began and did not finish: `Substr` for `Substring`.
    if (distance > 1 && word.size() >= 4 && other.starts_with(lower)) distance = 1;
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace portcullis
