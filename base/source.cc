#include "base/source.h"

#include <algorithm>
#include <iterator>

namespace portcullis {

SourceText::SourceText(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(0);
  for (std::uint32_t i = 0; i < text_.size(); ++i) {
    const bool lone_return = text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n');
    if (text_[i] == '\n' || lone_return) line_starts_.push_back(i + 1);
  }
}

LineColumn SourceText::line_column(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::uint32_t>(std::distance(line_starts_.begin(), after));
  std::uint32_t start = line_starts_[line - 1];
  if (line == 1 && text_.starts_with("\xEF\xBB\xBF") && offset >= 3) start = 3;  // the mark is not a column
  std::uint32_t column = 1;
  for (std::uint32_t i = start; i < offset; ++i) {
    if ((static_cast<unsigned char>(text_[i]) & 0xC0U) != 0x80U) ++column;
  }
  return {line, column};
}

std::uint32_t SourceText::line_start(std::uint32_t line) const {
  return line == 0 || line > line_starts_.size() ? static_cast<std::uint32_t>(text_.size()) : line_starts_[line - 1];
}

std::string_view SourceText::line(std::uint32_t line) const {
  if (line == 0 || line > line_starts_.size()) return {};
  const std::uint32_t start = line_starts_[line - 1];
  const std::uint32_t end = line < line_starts_.size() ? line_starts_[line] : static_cast<std::uint32_t>(text_.size());
  std::string_view text = std::string_view(text_).substr(start, end - start);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

const PositionMap::Piece* PositionMap::piece_at(std::uint32_t derived) const {
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), derived,
                                      [](std::uint32_t at, const Piece& piece) { return at < piece.derived; });
  return after == pieces_.begin() ? nullptr : &*std::prev(after);
}

Span PositionMap::original(Span span) const {
  const Piece* first = piece_at(span.begin);
  if (first == nullptr) return span;
  const Piece* last = piece_at(span.end > span.begin ? span.end - 1 : span.begin);
  Span result;
  result.begin = first->verbatim ? first->original.begin + (span.begin - first->derived) : first->original.begin;
  result.end = last->verbatim ? last->original.begin + (span.end - last->derived) : last->original.end;
  if (result.end < result.begin) result.end = result.begin;
  return result;
}

PositionMap PositionMap::from(std::uint32_t begin, std::uint32_t end) const {
  PositionMap part;
  part.named_texts_ = named_texts_;
  const Piece* first = piece_at(begin);
  if (first == nullptr) return part;
  const auto* last = pieces_.data() + pieces_.size();
  for (const Piece* piece = first; piece != last && piece->derived < std::max(end, begin + 1); ++piece) {
    Piece moved = *piece;
    if (piece->derived < begin) {
      const std::uint32_t skipped = begin - piece->derived;
      if (piece->verbatim) moved.original.begin += skipped;
      moved.offset_in_named_value += skipped;
      moved.derived = 0;
    } else {
      moved.derived = piece->derived - begin;
    }
    part.add(moved);
  }
  return part;
}

}  // namespace portcullis
